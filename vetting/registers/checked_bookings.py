"""Bookings checked: whether each that came was picked out and why, what people answered, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import func, select

from vetting.associations.models.associations import Association
from vetting.cases.domain.cases import STATE_WORDS
from vetting.cases.models.assessments import AssessmentRow, AssessmentWithdrawal
from vetting.cases.models.cases import LEFT_OUT, BookingRequest, Case, Occurrence, seen_by
from vetting.decisions.models.decisions import Decision
from vetting.engine.evidence import CriterionAnswer
from vetting.engine.proposal import ATTENTION_WORDS, Attention
from vetting.engine.reasons import ANSWER_WORDS
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import day_here
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.register_tables import REGISTER_WORDS, RegisterName
from vetting.kernel.roles import Action, function_in_words
from vetting.kernel.text import NO_WORDS, Words, _, lower_first, same_in_both
from vetting.registers.columns import (
    SheetDefinition,
    cases_named,
    day_column,
    newest_outcome,
    of_keys,
    on_days,
    text_column,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from vetting.kernel.roles import Person
    from vetting.registers.columns import RegisterSelection


class CheckedBookingRow(NamedTuple):
    """One booking; its first time."""

    case: Case
    request: BookingRequest
    room: str | None
    starts_at: datetime | None
    decision: Decision | None
    of_association: Sequence[tuple[CriterionAnswer, date]] = ()
    """The newest answer to each control point of the association, with its day."""
    of_event: Sequence[tuple[CriterionAnswer, date]] = ()


def _picked_out(row: CheckedBookingRow) -> Words:
    """Whether somebody was to look at it, and why."""
    if row.case.attention in {"", Attention.NONE.value}:
        return _("nej")
    return _("ja: ") + lower_first(ATTENTION_WORDS[Attention(row.case.attention)])


def _answer_in_words(answers: Sequence[tuple[CriterionAnswer, date]]) -> Words:
    """The heaviest answer with its day: not met before what was found, that before nothing."""
    if not answers:
        return NO_WORDS
    worst = [one for one in answers if one[0] is CriterionAnswer.NOT_MET] or list(answers)
    answer, on = max(worst, key=lambda one: one[1])
    return lower_first(ANSWER_WORDS[answer]) + same_in_both(f", {on}")


SHEET: Final[SheetDefinition[CheckedBookingRow]] = SheetDefinition(
    REGISTER_WORDS[RegisterName.BOOKINGS],
    (
        text_column(_("Boknings-id"), lambda row: row.request.reference or row.case.number),
        text_column(_("Lokal"), lambda row: mask_personal_numbers(row.room or "")),
        day_column(_("Datum"), lambda row: day_here(row.starts_at) if row.starts_at else None),
        text_column(_("Förening/arrangör"), lambda row: mask_personal_numbers(row.case.name)),
        text_column(_("Utvald för kontroll (ja/nej, varför)"), _picked_out),
        text_column(_("Förening (svar, datum)"), lambda row: _answer_in_words(row.of_association)),
        text_column(_("Arrangemang (svar, datum)"), lambda row: _answer_in_words(row.of_event)),
        text_column(_("Beslut"), lambda row: STATE_WORDS[row.case.state]),
        text_column(
            _("Av (funktion)"), lambda row: function_in_words(row.decision.by_function) if row.decision else ""
        ),
    ),
)


def checked_booking_rows(session: Session, selection: RegisterSelection, by: Person) -> list[CheckedBookingRow]:
    """The bookings that this person may see, in the order they came."""
    first = (
        select(func.min(Occurrence.id))
        .where(Occurrence.case_id == Case.id, Occurrence.state != LEFT_OUT)
        .correlate(Case)
        .scalar_subquery()
    )
    found = session.execute(
        select(Case, BookingRequest, Occurrence.room_name, Occurrence.starts_at, Decision)
        .join(BookingRequest, BookingRequest.case_id == Case.id)
        .outerjoin(Occurrence, Occurrence.id == first)
        .outerjoin(Decision, Decision.id == newest_outcome())
        .outerjoin(Association, Association.id == Case.association_id)
        .where(*_conditions(selection, by), *of_keys(selection, Case.id))
        .order_by(Case.received_on, Case.id)
    )
    rows = [CheckedBookingRow(*row) for row in found]
    owners = _answers(session, by, AssessmentRow.association_id, {row.case.association_id for row in rows})
    events = _answers(session, by, AssessmentRow.case_id, {row.case.id for row in rows})
    return [
        row._replace(of_association=owners.get(row.case.association_id or 0, ()), of_event=events.get(row.case.id, ()))
        for row in rows
    ]


def _answers(
    session: Session, by: Person, key: ColumnElement[int | None] | object, wanted: Iterable[int | None]
) -> dict[int, list[tuple[CriterionAnswer, date]]]:
    """Association or case -> its newest answers that nobody has taken back."""
    of_association = key is AssessmentRow.association_id
    newest = (
        select(func.max(AssessmentRow.id))
        .where(
            AssessmentRow.board_id == by.board_id,
            key.in_([one for one in wanted if one is not None]),  # type: ignore[union-attr] # a column
            AssessmentRow.case_id.is_(None) if of_association else AssessmentRow.case_id.is_not(None),
        )
        .group_by(key, AssessmentRow.criterion)  # type: ignore[arg-type] # a column
    )
    withdrawn = select(AssessmentWithdrawal.assessment_id)
    found: dict[int, list[tuple[CriterionAnswer, date]]] = {}
    for row in session.scalars(
        select(AssessmentRow).where(AssessmentRow.id.in_(newest), AssessmentRow.id.not_in(withdrawn))
    ):
        of = row.association_id if of_association else row.case_id
        found.setdefault(of or 0, []).append((row.answer, row.on))
    return found


def checked_booking_keys(selection: RegisterSelection, by: Person) -> Select[int]:
    """The bookings, the newest first."""
    return (
        select(Case.id)
        .outerjoin(Association, Association.id == Case.association_id)
        .where(Case.board_id == by.board_id, *_conditions(selection, by))
        .order_by(Case.received_on.desc(), Case.id.desc())
    )


def _conditions(selection: RegisterSelection, by: Person) -> list[ColumnElement[bool]]:
    return [
        Case.kind == CaseKind.BOOKING.value,
        seen_by(by, Action.READ_REGISTERS),
        *cases_named(selection),
        *on_days(selection, Case.received_on),
    ]
