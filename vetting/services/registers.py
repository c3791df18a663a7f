"""Registers read from the store: one question for each sheet, whatever the number of rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, assert_never

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from vetting.domain.after_decision import Happened, standing
from vetting.domain.association import masked, written
from vetting.domain.cases import OPEN
from vetting.domain.criteria import CaseKind
from vetting.domain.dates import HERE
from vetting.domain.delegation import DELEGATED, MAKER_WORDS, Maker
from vetting.domain.passage import FAVOURABLE, MEASURE_WORDS, OUTCOME_WORDS, Outcome, Reservation, outcome_words
from vetting.domain.people import Action, function_in_words
from vetting.domain.reclaims import (
    ESTABLISHED_WORDS,
    RECLAIM_STATE_WORDS,
    EstablishedBy,
    ReclaimState,
)
from vetting.domain.registers import (
    ASSOCIATION_COLUMNS,
    BOOKING_COLUMNS,
    DELEGATED_COLUMNS,
    GRANT_COLUMNS,
    OPINION_COLUMNS,
    RECLAIM_COLUMNS,
    REGISTER_WORDS,
    RegisterName,
    RegisterTable,
)
from vetting.domain.reviews import ADVICE_WORDS, NO_OPINION, Advice, departs
from vetting.domain.words import Words
from vetting.services.people import allow
from vetting.store.assessments import AssessmentRow
from vetting.store.associations import FORMER, Association, AssociationName, records_of
from vetting.store.cases import LEFT_OUT, BookingRequest, Case, GrantApplication, Occurrence, seen_by
from vetting.store.decisions import Decision, DecisionDraft, DecisionEvent, as_events, events_of, quashed
from vetting.store.meetings import Conflict, Review
from vetting.store.payments import LedgerEntry, Payment, Reclaim
from vetting.store.people import Board
from vetting.store.rounds import Round
from vetting.store.rules import RuleVersion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from vetting.domain.people import Person
    from vetting.domain.words import Language

YES, NO = Words("ja", "yes"), Words("nej", "no")


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What of a register: decided from and to, both days included; an association's words."""

    first: date | None = None
    last: date | None = None
    text: str = ""
    on: date | None = None
    """The day it is asked for: of that year is what is granted "this year"."""


def register(
    session: Session, name: RegisterName, selection: Selection, *, by: Person, language: Language
) -> tuple[RegisterTable, ...]:
    """The sheets of a register, with what this person may see and nothing of another board."""
    allow(by, Action.READ_REGISTERS)
    match name:
        case RegisterName.APPROVALS:
            return _grants(session, selection, by, language), _bookings(session, selection, by, language)
        case RegisterName.RECLAIMS:
            return (_reclaims(session, selection, by, language),)
        case RegisterName.ASSOCIATIONS:
            return (_associations(session, selection, by),)
        case RegisterName.OPINIONS:
            return (_opinions(session, selection, by, language),)
        case RegisterName.DELEGATED:
            return (_delegated(session, selection, by, language),)
    assert_never(name)


def _decided(selection: Selection) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if selection.first:
        found.append(Decision.decided_on >= selection.first)
    if selection.last:
        found.append(Decision.decided_on <= selection.last)
    return found


def _named(selection: Selection) -> list[ColumnElement[bool]]:
    text = selection.text.strip()
    if not text:
        return []
    digits = "".join(c for c in text if c.isdigit())
    named = Case.name.icontains(text, autoescape=True) | (Case.number == text.upper())
    return [named | (Association.number == digits) if len(digits) == 10 else named]  # noqa: PLR2004 - ten digits


def _grants(session: Session, selection: Selection, by: Person, language: Language) -> RegisterTable:
    paid = (
        select(func.sum(Payment.amount))
        .where(Payment.case_id == Case.id, Payment.paid_on.is_not(None))
        .scalar_subquery()
    )
    paid_on = select(func.max(Payment.paid_on)).where(Payment.case_id == Case.id).scalar_subquery()
    stopped = select(func.max(Payment.stopped_on)).where(Payment.case_id == Case.id).scalar_subquery()
    reclaimed = (
        select(func.sum(Reclaim.amount))
        .where(
            Reclaim.case_id == Case.id,
            Reclaim.reclaim_decision_id.is_not(None),
            Reclaim.state != ReclaimState.QUASHED.value,
        )
        .scalar_subquery()
    )
    before, decided_before = aliased(Case), aliased(Decision)
    last_year = (
        select(func.sum(decided_before.amount))
        .join(before, before.id == decided_before.case_id)
        .where(
            before.board_id == Case.board_id,
            before.association_id == Case.association_id,
            decided_before.kind == CaseKind.GRANT.value,
            decided_before.id.not_in(quashed()),
            decided_before.id.not_in(_replaced()),
            func.extract("year", decided_before.decided_on) == func.extract("year", Decision.decided_on) - 1,
        )
        .scalar_subquery()
    )
    latest_review = _latest_review()
    rows = session.execute(
        select(
            Case, Decision, Board.name, Round, Association.number, GrantApplication.grant_type, DecisionDraft.amount,
            paid, paid_on, stopped, reclaimed, last_year, Review.outcome, Review.treated_at,
            RuleVersion.ruleset, RuleVersion.number,
        )
        .join(Decision, Decision.case_id == Case.id)
        .join(Board, Board.id == Case.board_id)
        .outerjoin(Round, Round.id == Case.round_id)
        .outerjoin(Association, Association.id == Case.association_id)
        .outerjoin(GrantApplication, GrantApplication.case_id == Case.id)
        .outerjoin(DecisionDraft, DecisionDraft.case_id == Case.id)
        .outerjoin(Review, Review.id == latest_review)
        .outerjoin(RuleVersion, RuleVersion.id == Case.rule_version_id)
        .where(
            seen_by(by, Action.READ_REGISTERS),
            Decision.kind == CaseKind.GRANT.value,
            Decision.outcome.in_([outcome.value for outcome in FAVOURABLE]),
            Decision.id.not_in(quashed()),
            Decision.id.not_in(_replaced()),
            *_decided(selection),
            *_named(selection),
        )
        .order_by(Decision.decided_on, Decision.id)
    ).all()  # fmt: skip
    events = events_of(session, [row[1].id for row in rows])
    today = selection.on or date.max
    forces = {key: standing(as_events(found), today).in_force_on for key, found in events.items()}
    return RegisterTable(
        Words("Beviljade bidrag", "Approved grants"),
        GRANT_COLUMNS,
        tuple(_grant(row, forces.get(row[1].id), language) for row in rows),
    )


def _replaced() -> Any:  # noqa: ANN401 - a subquery
    """Decisions that a newer one in the same case changes, unless that was quashed."""
    newer = aliased(Decision)
    return select(newer.changes_id).where(
        newer.changes_id.is_not(None), newer.kind == CaseKind.GRANT.value, newer.id.not_in(quashed())
    )


def _latest_review() -> Any:  # noqa: ANN401 - a subquery
    other = aliased(Review)
    return select(func.max(other.id)).where(other.case_id == Case.id, other.outcome != "").scalar_subquery()


def _grant(row: Any, in_force: date | None, language: Language) -> tuple[Any, ...]:  # noqa: ANN401 - a row of tables
    (case, decision, board, round_, number, grant_type, proposed, paid, paid_on, stopped, reclaimed, last_year,
     advice, treated, ruleset, rules_number) = row  # fmt: skip
    reserved = {Reservation.STOP.value, Reservation.RECLAIM.value} <= set(decision.reservations)
    stop = f"{YES.to(language)}, {stopped.isoformat()}" if stopped else NO.to(language)
    return (
        case.number,
        case.dnr or (round_.dnr if round_ else ""),
        board,
        round_.name if round_ else "",
        grant_type or (round_.grant_type if round_ else ""),
        masked(case.name),
        written(number) if number else "",
        masked(case.purpose),
        case.received_on,
        case.amount_applied,
        proposed,
        decision.amount,
        _whole(last_year),
        ADVICE_WORDS[Advice(advice)].to(language) if advice else "",
        treated.astimezone(HERE).date() if treated else None,
        decision.decided_on,
        _maker(decision, language),
        decision.paragraph,
        masked("; ".join(decision.conditions)),
        (YES if reserved else NO).to(language),
        in_force,
        _whole(paid) or 0,
        paid_on,
        stop,
        round_.report_on if round_ else None,
        "",
        _whole(reclaimed) or 0,
        f"{ruleset}, {rules_number}" if ruleset else "",
        Words("handläggare", "caseworker").to(language) if case.officer_id else "",
    )


def _opinions(session: Session, selection: Selection, by: Person, language: Language) -> RegisterTable:
    """What the group advised and what was decided, side by side."""
    last = aliased(Decision)
    newest = (
        select(func.max(last.id))
        .where(last.case_id == Case.id, last.kind == Case.kind, last.id.not_in(quashed()))
        .correlate(Case)
        .scalar_subquery()
    )
    aside = (
        select(func.count(Conflict.id))
        .where(Conflict.case_id == Case.id, Conflict.withdrawn_at.is_(None))
        .correlate(Case)
        .scalar_subquery()
    )
    found = [seen_by(by, Action.READ_REGISTERS), Review.outcome != "", *_named(selection)]
    if selection.first:
        found.append(Review.treated_at >= datetime.combine(selection.first, time.min, HERE))
    if selection.last:
        found.append(Review.treated_at < datetime.combine(selection.last + timedelta(days=1), time.min, HERE))
    rows = session.execute(
        select(Review, Case, Decision, aside)
        .join(Case, Case.id == Review.case_id)
        .outerjoin(Association, Association.id == Case.association_id)
        .outerjoin(Decision, Decision.id == newest)
        .where(*found)
        .order_by(Review.treated_at, Review.id)
    )
    return RegisterTable(
        REGISTER_WORDS[RegisterName.OPINIONS], OPINION_COLUMNS, tuple(_opinion(row, language) for row in rows)
    )


def _opinion(row: Any, language: Language) -> tuple[Any, ...]:  # noqa: ANN401
    review, case, decision, aside = row
    advice = Advice(review.outcome)
    followed = "" if decision is None else NO if departs(advice, Outcome(decision.outcome)) else YES
    return (
        review.treated_at.astimezone(HERE).date(),
        review.position or None,
        case.number,
        masked(case.name),
        masked(review.question),
        ADVICE_WORDS[advice].to(language),
        masked("; ".join((review.opinion, *review.conditions)).strip("; ")),
        masked(review.dissent),
        int(aside),
        OUTCOME_WORDS[Outcome(decision.outcome)].to(language) if decision else "",
        followed.to(language) if isinstance(followed, Words) and advice not in NO_OPINION else "",
    )


def _delegated(session: Session, selection: Selection, by: Person, language: Language) -> RegisterTable:
    """Decisions by delegation, and when the board was told of them."""
    told = (
        select(func.min(DecisionEvent.on))
        .where(DecisionEvent.decision_id == Decision.id, DecisionEvent.what == Happened.REPORTED.value)
        .correlate(Decision)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Decision, Case, Round.dnr, told)
        .join(Case, Case.id == Decision.case_id)
        .outerjoin(Round, Round.id == Case.round_id)
        .outerjoin(Association, Association.id == Case.association_id)
        .where(
            seen_by(by, Action.READ_REGISTERS),
            Decision.maker.in_([maker.value for maker in DELEGATED]),
            *_decided(selection),
            *_named(selection),
        )
        .order_by(Decision.decided_on, Decision.id)
    )
    return RegisterTable(
        REGISTER_WORDS[RegisterName.DELEGATED],
        DELEGATED_COLUMNS,
        tuple(
            (
                decision.decided_on, case.number, case.dnr or dnr or "", masked(case.name),
                _decided_in_words(decision, language), decision.amount,
                function_in_words(decision.by_function).to(language),
                decision.delegation_point, on,
            )
            for decision, case, dnr, on in rows
        ),
    )  # fmt: skip


def _decided_in_words(decision: Decision, language: Language) -> str:
    if decision.kind in set(CaseKind):
        return outcome_words(CaseKind(decision.kind), Outcome(decision.outcome)).to(language)
    return MEASURE_WORDS[decision.kind].to(language) if decision.kind in MEASURE_WORDS else decision.kind


def _whole(value: Any) -> int | None:  # noqa: ANN401 - PostgreSQL sums BIGINT as Decimal
    return None if value is None else int(value)


def _maker(decision: Decision, language: Language) -> str:
    known = decision.maker in set(Maker)
    maker = MAKER_WORDS[Maker(decision.maker)].to(language) if known else decision.maker
    return f"{maker}, {decision.delegation_point}" if decision.delegation_point else maker


def _bookings(session: Session, selection: Selection, by: Person, language: Language) -> RegisterTable:
    given, of_event = aliased(AssessmentRow), aliased(AssessmentRow)
    checked = (
        select(func.max(given.id))
        .where(
            given.board_id == Case.board_id,
            given.association_id.in_(records_of(Case.association_id)),
            given.case_id.is_(None),
        )
        .scalar_subquery()
    )
    latest_review = _latest_review()
    about_event = select(func.max(of_event.on)).where(of_event.case_id == Case.id).scalar_subquery()
    rows = session.execute(
        select(
            Case, Decision, BookingRequest, Occurrence, Association.number, AssessmentRow.on, AssessmentRow.valid_until,
            about_event, Review.outcome,
        )
        .join(Decision, Decision.case_id == Case.id)
        .join(BookingRequest, BookingRequest.case_id == Case.id)
        .outerjoin(Occurrence, (Occurrence.case_id == Case.id) & (Occurrence.state != LEFT_OUT))
        .outerjoin(Association, Association.id == Case.association_id)
        .outerjoin(AssessmentRow, AssessmentRow.id == checked)
        .outerjoin(Review, Review.id == latest_review)
        .where(
            seen_by(by, Action.READ_REGISTERS),
            Decision.kind == CaseKind.BOOKING.value,
            Decision.outcome.in_([outcome.value for outcome in FAVOURABLE]),
            *_decided(selection),
            *_named(selection),
        )
        .order_by(Decision.decided_on, Decision.id, Occurrence.id)
    )  # fmt: skip
    return RegisterTable(
        Words("Godkända bokningar", "Approved bookings"),
        BOOKING_COLUMNS,
        tuple(_booking(row, language) for row in rows),
    )


def _booking(row: Any, language: Language) -> tuple[Any, ...]:  # noqa: ANN401
    case, decision, request, use, number, on, until, about_event, advice = row
    starts = use.starts_at.astimezone(HERE) if use and use.starts_at else None
    ends = use.ends_at.astimezone(HERE) if use and use.ends_at else None
    opened = {True: Words("öppet", "open"), False: Words("slutet", "closed")}.get(request.open_to_public)
    return (
        request.reference or case.number,
        masked(use.room_name) if use else "",
        starts.date() if starts else None,
        starts.time() if starts else None,
        ends.time() if ends else None,
        masked(case.name),
        written(number) if number else "",
        masked(request.title or case.purpose),
        opened.to(language) if opened else "",
        request.rate,
        f"{on.isoformat()}, {until.isoformat() if until else '–'}" if on else "",
        about_event.isoformat() if about_event else "",
        function_in_words(decision.by_function).to(language),
        masked("; ".join(decision.conditions)),
        ADVICE_WORDS[Advice(advice)].to(language) if advice else "",
    )


def _associations(session: Session, selection: Selection, by: Person) -> RegisterTable:
    """The associations that have a case in the board which this person may see."""
    seen = seen_by(by, Action.READ_REGISTERS)
    own = select(Case.association_id).outerjoin(Association, Association.id == Case.association_id)
    own = own.where(seen, Case.association_id.is_not(None), *_named(selection))
    if selection.first or selection.last:
        own = own.join(Decision, Decision.case_id == Case.id).where(*_decided(selection))
    answered = aliased(AssessmentRow)
    newest = select(func.max(answered.on)).where(
        answered.board_id == by.board_id,
        answered.association_id.in_(records_of(Association.id)),
        answered.case_id.is_(None),
    )
    still_open = select(func.count(Case.id)).where(
        Case.association_id == Association.id, seen, Case.state.in_([state.value for state in OPEN])
    )
    granted = (
        select(func.sum(Decision.amount))
        .join(Case, Case.id == Decision.case_id)
        .where(
            Case.association_id == Association.id,
            seen,
            Decision.kind == CaseKind.GRANT.value,
            func.extract("year", Decision.decided_on) == (selection.on.year if selection.on else 0),
        )
    )
    until = newest.with_only_columns(func.max(answered.valid_until))
    counted = [query.scalar_subquery() for query in (newest, until, still_open, granted)]
    rows = session.execute(
        select(Association, *counted)
        .where(Association.id.in_(own))
        .order_by(Association.name, Association.id)
    ).all()  # fmt: skip
    former = _former_names(session, own)
    return RegisterTable(
        REGISTER_WORDS[RegisterName.ASSOCIATIONS],
        ASSOCIATION_COLUMNS,
        tuple(_association(row, former.get(row[0].id, ())) for row in rows),
    )


def _association(row: Any, former: Sequence[str]) -> tuple[Any, ...]:  # noqa: ANN401
    association, looked, until, still_open, granted = row
    return (
        masked(association.name),
        written(association.number) if association.number else "",
        ", ".join(former),
        association.form,
        association.seat or association.municipality,
        looked,
        until,
        still_open,
        _whole(granted) or 0,
    )


def _former_names(session: Session, own: Select[Any]) -> dict[int, list[str]]:
    wanted = select(AssociationName.association_id, AssociationName.name).where(
        AssociationName.kind == FORMER, AssociationName.association_id.in_(own)
    )
    found: dict[int, list[str]] = {}
    for key, name in session.execute(wanted.order_by(AssociationName.id)):
        found.setdefault(key, []).append(masked(name))
    return found


def _reclaims(session: Session, selection: Selection, by: Person, language: Language) -> RegisterTable:
    given = aliased(Decision)
    paid = (
        select(func.sum(Payment.amount))
        .where(Payment.case_id == Case.id, Payment.paid_on.is_not(None))
        .scalar_subquery()
    )

    def back(kind: str) -> Any:  # noqa: ANN401 - a subquery
        entries = select(func.sum(LedgerEntry.amount)).where(LedgerEntry.reclaim_id == Reclaim.id)
        return entries.where(LedgerEntry.kind == kind).scalar_subquery()

    last = select(func.max(LedgerEntry.on)).where(LedgerEntry.reclaim_id == Reclaim.id).scalar_subquery()
    rows = session.execute(
        select(Reclaim, Case, Round.dnr, Association.number, given.amount, Decision, paid, back("payment"),
               back("waiver"), last)
        .join(Case, Case.id == Reclaim.case_id)
        .join(given, given.id == Reclaim.decision_id)
        .outerjoin(Decision, Decision.id == Reclaim.reclaim_decision_id)
        .outerjoin(Round, Round.id == Case.round_id)
        .outerjoin(Association, Association.id == Case.association_id)
        .where(seen_by(by, Action.READ_REGISTERS), *_decided(selection), *_named(selection))
        .order_by(Reclaim.opened_at, Reclaim.id)
    )  # fmt: skip
    return RegisterTable(Words("Återkrav", "Reclaims"), RECLAIM_COLUMNS, tuple(_reclaim(row, language) for row in rows))


def _reclaim(row: Any, language: Language) -> tuple[Any, ...]:  # noqa: ANN401
    reclaim, case, dnr, number, granted, decision, paid, received, waived, last = row
    received, waived = _whole(received) or 0, _whole(waived) or 0
    established = ESTABLISHED_WORDS[EstablishedBy(reclaim.established_by)].to(language)
    return (
        reclaim.number,
        case.number,
        case.dnr or dnr or "",
        masked(case.name),
        written(number) if number else "",
        granted,
        _whole(paid) or 0,
        reclaim.ground,
        f"{reclaim.established_on.isoformat()}, {established}, {masked(reclaim.reference)}",
        (YES if reclaim.reservation else NO).to(language),
        reclaim.communicated_on,
        decision.decided_on if decision else None,
        _maker(decision, language) if decision else "",
        decision.paragraph if decision else "",
        reclaim.amount if decision else 0,
        waived,
        reclaim.invoice,
        reclaim.due_on,
        "",
        received,
        (reclaim.amount - received - waived) if decision else 0,
        None,
        None,
        "",
        ", ".join(reclaim.contacts),
        RECLAIM_STATE_WORDS[ReclaimState(reclaim.state)].to(language),
        last if reclaim.state == ReclaimState.PAID.value else None,
    )
