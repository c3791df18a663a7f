"""Samples: drawn of the whole board's cases, drawn again to be checked, looked at one by one."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import and_, exists, false, func, or_, select
from sqlalchemy.orm import aliased

from vetting.casework.domain.cases import CaseState
from vetting.casework.models.cases import Case, find_case, next_number
from vetting.casework.models.decisions import Decision, current_grants
from vetting.grants.models.rounds import id_of_scheme
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import midnight
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.store.import_batches import is_batch_not_undone
from vetting.kernel.text import _
from vetting.money.domain.samples import (
    OF_BOOKINGS,
    Candidate,
    DrawnCase,
    RiskFact,
    SampleResult,
    SampleWay,
    draw_sample,
    wrong_with_sample,
)
from vetting.money.models.grant_routines import grant_routine
from vetting.money.models.owed_reports import awaits_report
from vetting.money.models.payments import BankAccountChange
from vetting.money.models.reports import GrantReport, report_due, report_first_due
from vetting.money.models.samples import Sample, SampledCase, find_sample, find_sampled, numbers_drawn
from vetting.people import require_permission
from vetting.people.models.people import Board

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy import ColumnElement

    from vetting.kernel.store.session import Session, WritingSession

SERIES: Final = "STP"
LONGEST: Final = 2_000
CHANCE_BYTES: Final = 8
"""Of the seed: nobody can know before the draw what it gives, and so choose days or a size by it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSample:
    """What is to be drawn: of which cases, how many, by chance or by the routine's risk facts."""

    kind: CaseKind
    way: SampleWay
    first: date | None
    last: date | None
    size: int | None


class RedrawnSample(NamedTuple):
    """A sample drawn again: what came out now, and how many there are to draw from."""

    same: bool
    population: int
    gone: tuple[str, ...]
    """Numbers that would not be drawn now."""
    new: tuple[str, ...]
    """Numbers that would be drawn in their place."""


def draw(session: WritingSession, new: NewSample) -> Sample:
    """Draws a sample of the whole board's cases, also of those that the one who draws has left to others.

    Raises:
        Refused: not this person's to draw, no time that has been, too few or too many, no risk facts in the routine,
            or nothing to draw from.
    """
    require_permission(session.person, Action.FOLLOW_UP)
    routine = grant_routine(session, session.person.board_id)
    facts = _facts_of(new.kind, routine.risk_facts if routine is not None else ())
    by_risk = facts if new.way is SampleWay.RISK else ()
    problems = wrong_with_sample(new.first, new.last, new.size, new.way, by_risk, session.today)
    if problems or new.first is None or new.last is None or new.size is None:
        raise Refused(Obstacle.INVALID, *problems)
    number = next_number(session, session.person.board_id, SERIES, session.now.year)
    row = Sample(
        board_id=session.person.board_id,
        number=number,
        kind=new.kind,
        way=new.way,
        first_on=new.first,
        last_on=new.last,
        size=new.size,
        facts=[fact.value for fact in by_risk],
        amount=routine.amount if routine is not None else None,
        percent=routine.percent if routine is not None else None,
        seed=f"{session.get_one(Board, session.person.board_id).code} {number} {secrets.token_hex(CHANCE_BYTES)}",
        population=0,
        at=session.now,
        by_user_id=session.person.id,
    )
    drawn, row.population = _draw_of(session, row)
    if not drawn:
        what = _("Det finns inga ärenden att dra bland under perioden.")
        raise Refused(Obstacle.INVALID, Problem("first", what, _("Välj en längre period, eller dra slumpvis.")))
    session.add(row)
    session.flush()
    numbers = [one.number for one in drawn]
    wanted = select(Case.number, Case.id).where(Case.board_id == session.person.board_id, Case.number.in_(numbers))
    keys = {found: key for found, key in session.execute(wanted)}  # noqa: C416 - a row is no pair to `dict`
    session.add_all(
        SampledCase(sample_id=row.id, case_id=keys[one.number], place=place, why=[fact.value for fact in one.why])
        for place, one in enumerate(drawn, 1)
    )
    session.flush()
    session.note("sample_drawn", row, board_id=session.person.board_id)
    return row


def draw_again(session: Session, sample: Sample) -> RedrawnSample:
    """Draws the same sample of what the records say now; nothing is kept."""
    drawn, population = _draw_of(session, sample)
    before, now = numbers_drawn(session, sample.id), [one.number for one in drawn]
    return RedrawnSample(
        before == now,
        population,
        tuple(number for number in before if number not in now),
        tuple(number for number in now if number not in before),
    )


def note_result(
    session: WritingSession,
    sample_number: str,
    case_number: str,
    result: SampleResult,
    text: str,
    *,
    version: int | None,
) -> SampledCase:
    """What a person found in a case that was drawn. Noted anew, the trail keeps what stood there before.

    Raises:
        Refused: no such case of a sample for this person, a remark without words, or another has noted it meanwhile.
    """
    require_permission(session.person, Action.FOLLOW_UP)
    sample = find_sample(session, session.person.board_id, sample_number)
    case = find_case(session, case_number, Action.FOLLOW_UP) if sample is not None else None
    row = find_sampled(session, sample.id, case.id) if sample is not None and case is not None else None
    if row is None:
        raise Refused(Obstacle.MISSING)
    if row.version != version:
        what = _("Någon annan har antecknat vad granskningen visade.")
        raise Refused(Obstacle.STALE, Problem("text", what, _("Läs det som står där nu.")))
    if result is not SampleResult.CLEAR and not text.strip():
        what = _("Det står inte vad anmärkningen är.")
        raise Refused(Obstacle.INVALID, Problem("text", what, _("Skriv det kort.")))
    row.result, row.text, row.looked_on, row.at, row.by_user_id = (
        result,
        text.strip()[:LONGEST],
        session.today,
        session.now,
        session.person.id,
    )
    session.flush()
    session.note("sample_looked_at", row, case_id=row.case_id, reason=result.value)
    return row


def _facts_of(kind: CaseKind, facts: Sequence[RiskFact]) -> tuple[RiskFact, ...]:
    return tuple(fact for fact in facts if kind is CaseKind.GRANT or fact in OF_BOOKINGS)


def _draw_of(session: Session, sample: Sample) -> tuple[list[DrawnCase], int]:
    facts = [RiskFact(fact) for fact in sample.facts]
    candidates = _grants(session, sample) if sample.kind is CaseKind.GRANT else _bookings(session, sample)
    return draw_sample(candidates, size=sample.size, seed=sample.seed, facts=facts), len(candidates)


def _candidate(number: str, known: Sequence[object], facts: Sequence[RiskFact]) -> Candidate:
    return Candidate(number, frozenset(fact for fact, holds in zip(facts, known, strict=True) if holds))


def _grants(session: Session, sample: Sample) -> list[Candidate]:
    """The grants that were decided on those days, by the decision that holds."""
    facts = [RiskFact(fact) for fact in sample.facts]
    rows = session.execute(
        select(Case.number, *(_of_fact(fact, sample).label(fact.value) for fact in facts))
        .join(Decision, Decision.case_id == Case.id)
        .where(
            Decision.board_id == sample.board_id,
            Decision.decided_on.between(sample.first_on, sample.last_on),
            current_grants(),
            is_batch_not_undone(Case.batch_id),
        )
    )
    return [_candidate(number, known, facts) for number, *known in rows]


def _bookings(session: Session, sample: Sample) -> list[Candidate]:
    """The bookings that came in on those days and are confirmed."""
    facts = [RiskFact(fact) for fact in sample.facts]
    rows = session.execute(
        select(Case.number, *(_of_fact(fact, sample).label(fact.value) for fact in facts)).where(
            Case.board_id == sample.board_id,
            Case.kind == CaseKind.BOOKING,
            Case.state == CaseState.CONFIRMED,
            Case.received_on.between(sample.first_on, sample.last_on),
            is_batch_not_undone(Case.batch_id),
        )
    )
    return [_candidate(number, known, facts) for number, *known in rows]


def _of_fact(fact: RiskFact, sample: Sample) -> ColumnElement[bool]:
    """Whether a risk fact holds of a case, as the records say of the sample's last day."""
    other = aliased(Case)
    of_same = and_(
        other.board_id == Case.board_id,
        other.association_id == Case.association_id,
        is_batch_not_undone(other.batch_id),
    )
    match fact:
        case RiskFact.AMOUNT:
            return Decision.amount >= sample.amount if sample.amount is not None else false()
        case RiskFact.FIRST_TIME:
            return and_(
                Case.association_id.is_not(None),
                ~exists().where(of_same, other.received_on < Case.received_on, other.kind == Case.kind),
            )
        case RiskFact.CHANGE:
            return _is_changed(sample.percent)
        case RiskFact.LATE_REPORT:
            return _reports_late(sample.last_on)
        case RiskFact.ACCOUNT_CHANGED:
            until = midnight(sample.last_on + timedelta(days=1))
            return exists().where(
                BankAccountChange.case_id == other.id,
                of_same,
                BankAccountChange.at < until,
                BankAccountChange.how != "",  # told by the association; the rest are checks alone
            )


def _is_changed(percent: int | None) -> ColumnElement[bool]:
    """That a grant differs by so much from what the association got of the same grant scheme the year before."""
    if percent is None:
        return false()
    before, earlier = aliased(Decision), aliased(Case)
    amount = (
        select(before.amount)
        .join(earlier, earlier.id == before.case_id)
        .where(
            earlier.board_id == Case.board_id,
            earlier.association_id == Case.association_id,
            func.coalesce(id_of_scheme(earlier.scheme_id, earlier.round_id), 0)
            == func.coalesce(id_of_scheme(Case.scheme_id, Case.round_id), 0),
            func.extract("year", before.decided_on) == func.extract("year", Decision.decided_on) - 1,
            is_batch_not_undone(earlier.batch_id),
            current_grants(before),
        )
        .order_by(before.id.desc())
        .limit(1)
        .correlate(Case)
        .scalar_subquery()
    )
    return and_(amount > 0, func.abs(Decision.amount - amount) * 100 >= percent * amount)


def _reports_late(on: date) -> ColumnElement[bool]:
    """That a report of the association was due by a day and had not come, or came later than it was due."""
    inner = (
        select(Case.association_id, Case.board_id)
        .outerjoin(GrantReport, GrantReport.case_id == Case.id)
        .where(
            Case.kind == CaseKind.GRANT,
            Case.association_id.is_not(None),
            is_batch_not_undone(Case.batch_id),
            or_(
                and_(report_due() < on, awaits_report()),
                func.coalesce(GrantReport.first_received_on, GrantReport.received_on) > report_first_due(),
            ),
        )
    ).subquery()
    return exists().where(inner.c.association_id == Case.association_id, inner.c.board_id == Case.board_id)
