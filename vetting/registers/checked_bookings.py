"""Bookings checked: whether each that came was picked out and why, what people answered, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import exists, or_, select

from vetting.associations.models.associations import Association
from vetting.casework.domain.cases import STATE_WORDS
from vetting.casework.models.assessments import AssessmentRow, AssessmentWithdrawal
from vetting.casework.models.cases import BookingRequest, Case, Occurrence, seen_by
from vetting.casework.models.decisions import Decision
from vetting.engine.evidence import CriterionAnswer
from vetting.engine.proposal import ATTENTION_WORDS, Attention
from vetting.engine.reasons import ANSWER_WORDS
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import day_here
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.register_days import RegisterDay
from vetting.kernel.register_tables import REGISTER_WORDS, RegisterName
from vetting.kernel.roles import Action
from vetting.kernel.text import NO_WORDS, Words, _, lower_first, same_in_both
from vetting.registers.columns import (
    SheetDefinition,
    cases_chosen,
    day_column,
    decided_between,
    decider_words,
    first_time,
    newest_outcome,
    of_keys,
    on_days,
    text_column,
    used_between,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from sqlalchemy import ColumnElement, Select

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session
    from vetting.registers.columns import RegisterSelection


class CheckedBookingRow(NamedTuple):
    """One booking; its first time."""

    case: Case
    request: BookingRequest
    room: str | None
    starts_at: datetime | None
    decision: Decision | None
    of_association: Sequence[AssessmentRow] = ()
    """The answer to each control point of the association that the decision had."""
    of_event: Sequence[AssessmentRow] = ()
    decider: Words = NO_WORDS


def _picked_out(row: CheckedBookingRow) -> Words:
    """Whether somebody was to look at it, and why."""
    if row.case.attention in {"", Attention.NONE.value}:
        return _("nej")
    return _("ja: ") + lower_first(ATTENTION_WORDS[Attention(row.case.attention)])


def _answer_in_words(answers: Sequence[AssessmentRow], decided_on: date | None) -> Words:
    """The heaviest answer with its day: not met before what was found, that before nothing; that it had run out."""
    if not answers:
        return NO_WORDS
    worst = [one for one in answers if one.answer is CriterionAnswer.NOT_MET] or list(answers)
    told = max(worst, key=lambda one: one.on)
    said = lower_first(ANSWER_WORDS[told.answer]) + same_in_both(f", {told.on}")
    if told.valid_until is None or decided_on is None or told.valid_until >= decided_on:
        return said
    return said + _(", gällde till {day}", day=told.valid_until)


def _decided_on(row: CheckedBookingRow) -> date | None:
    return row.decision.decided_on if row.decision is not None else None


SHEET: Final[SheetDefinition[CheckedBookingRow]] = SheetDefinition(
    REGISTER_WORDS[RegisterName.BOOKINGS],
    (
        text_column(_("Ärendenr"), lambda row: row.case.number),
        text_column(_("Boknings-id"), lambda row: row.request.reference),
        text_column(_("Lokal"), lambda row: mask_personal_numbers(row.room or "")),
        day_column(_("Datum"), lambda row: day_here(row.starts_at) if row.starts_at else None),
        text_column(_("Förening/arrangör"), lambda row: mask_personal_numbers(row.case.name)),
        text_column(_("Utvald för kontroll (ja/nej, varför)"), _picked_out),
        text_column(_("Förening (svar, datum)"), lambda row: _answer_in_words(row.of_association, _decided_on(row))),
        text_column(_("Arrangemang (svar, datum)"), lambda row: _answer_in_words(row.of_event, _decided_on(row))),
        text_column(_("Beslut"), lambda row: STATE_WORDS[row.case.state]),
        text_column(_("Av (funktion)"), lambda row: row.decider),
    ),
    leading=(
        "Förening/arrangör",
        "Ärendenr",
        "Boknings-id",
        "Lokal",
        "Datum",
        "Utvald för kontroll (ja/nej, varför)",
        "Förening (svar, datum)",
        "Arrangemang (svar, datum)",
        "Beslut",
        "Av (funktion)",
    ),
    brief=("Förening/arrangör", "Datum", "Beslut"),
)


def checked_booking_rows(session: Session, selection: RegisterSelection) -> list[CheckedBookingRow]:
    """The bookings checked that this person may see, in the order they came."""
    found = session.execute(
        select(Case, BookingRequest, Occurrence.room_name, Occurrence.starts_at, Decision)
        .join(BookingRequest, BookingRequest.case_id == Case.id)
        .outerjoin(Occurrence, Occurrence.id == first_time())
        .outerjoin(Decision, Decision.id == newest_outcome())
        .outerjoin(Association, Association.id == Case.association_id)
        .where(*_conditions(selection, session.person), *of_keys(selection, Case.id))
        .order_by(Case.received_on, Case.id)
    )
    rows, decider = [CheckedBookingRow(*row) for row in found], decider_words(session)
    owners = _answers(session, AssessmentRow.association_id, {row.case.association_id for row in rows})
    events = _answers(session, AssessmentRow.case_id, {row.case.id for row in rows})
    return [
        row._replace(
            of_association=_newest(owners.get(row.case.association_id or 0, ()), row.decision),
            of_event=_newest(events.get(row.case.id, ()), row.decision),
            decider=decider(row.decision),
        )
        for row in rows
    ]


def _newest(answers: Iterable[AssessmentRow], decision: Decision | None) -> list[AssessmentRow]:
    """The newest answer to each control point of those that there were when it was decided; else of all."""
    before = (one for one in answers if decision is None or one.at <= decision.decided_at)
    return list({one.criterion: one for one in before}.values())


def _answers(
    session: Session,
    key: Any,  # noqa: ANN401 - a column
    wanted: Iterable[int | None],
) -> dict[int, list[AssessmentRow]]:
    """Association or case -> its answers that nobody has taken back, the oldest first."""
    of_association = key is AssessmentRow.association_id
    withdrawn = select(AssessmentWithdrawal.assessment_id)
    given = select(AssessmentRow).where(
        AssessmentRow.board_id == session.person.board_id,
        key.in_([one for one in wanted if one is not None]),
        AssessmentRow.case_id.is_(None) if of_association else AssessmentRow.case_id.is_not(None),
        AssessmentRow.id.not_in(withdrawn),
    )
    found: dict[int, list[AssessmentRow]] = {}
    for row in session.scalars(given.order_by(AssessmentRow.id)):
        found.setdefault((row.association_id if of_association else row.case_id) or 0, []).append(row)
    return found


def checked_booking_keys(selection: RegisterSelection, by: Person) -> Select[int]:
    """The bookings, the newest first."""
    return (
        select(Case.id)
        .outerjoin(Association, Association.id == Case.association_id)
        .outerjoin(Decision, Decision.id == newest_outcome())
        .where(Case.board_id == by.board_id, *_conditions(selection, by))
        .order_by(Case.received_on.desc(), Case.id.desc())
    )


def _conditions(selection: RegisterSelection, by: Person) -> list[ColumnElement[bool]]:
    """Bookings that are decided, or in which somebody has answered: an unanswered request is not checked."""
    answered = exists().where(AssessmentRow.made_in_case_id == Case.id).correlate(Case)
    return [
        Case.kind == CaseKind.BOOKING.value,
        seen_by(by, Action.READ_REGISTERS),
        or_(Decision.id.is_not(None), answered),
        *cases_chosen(selection),
        *_on_days(selection),
    ]


def _on_days(selection: RegisterSelection) -> list[ColumnElement[bool]]:
    match selection.by:
        case RegisterDay.RECEIVED:
            return on_days(selection, Case.received_on)
        case RegisterDay.DECIDED:
            return decided_between(selection)
    return used_between(selection)
