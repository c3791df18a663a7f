"""The questions behind the overview: money by line and grant scheme, cases by step, days by month, rooms by hour."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import and_, func, select, tuple_

from vetting.casework.domain.cases import OPEN, CaseState
from vetting.casework.models.cases import LEFT_OUT, Case, Occurrence, past_due
from vetting.casework.models.decisions import Decision, current_decisions, current_grants
from vetting.grants.models.rounds import BudgetLine, RoundScheme, id_of_scheme
from vetting.grants.models.schemes import GrantScheme
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import HERE, midnight
from vetting.kernel.store.day_counts import days_between
from vetting.money.models.payments import Payment
from vetting.people.models.people import Room
from vetting.reporting.models.figure_sources import of_board

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from sqlalchemy import ColumnElement, Select

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session

DAY: Final = timedelta(days=1)
TAKEN: Final = (CaseState.CONFIRMED.value,)
"""Bookings in these states take their room."""


class SchemeMoney(NamedTuple):
    """What is granted and paid of a budget line by one of the grant schemes that it is for, in öre."""

    scheme: GrantScheme
    granted: int
    paid: int


class LineMoney(NamedTuple):
    """A budget line with what is granted and paid of it, in öre, and by each grant scheme."""

    line: BudgetLine
    granted: int
    paid: int
    schemes: Sequence[SchemeMoney]


def takes_from(line: int, scheme: int | None = None) -> ColumnElement[bool]:
    """Of cases those whose grants are taken from a line, by their round and grant scheme; those of one grant scheme."""
    taken = select(RoundScheme.round_id, RoundScheme.scheme_id).where(RoundScheme.line_id == line)
    if scheme is not None:
        taken = taken.where(RoundScheme.scheme_id == scheme)
    return tuple_(Case.round_id, id_of_scheme(Case.scheme_id, Case.round_id)).in_(taken)


def money_of_year(session: Session, reader: Person, year: int) -> list[LineMoney]:
    """The budget lines of a year, reader name, each with its grant schemes, reader name."""
    found = session.scalars(
        select(BudgetLine)
        .where(BudgetLine.board_id == reader.board_id, BudgetLine.year == year)
        .order_by(BudgetLine.name, BudgetLine.id)
    ).all()
    shares = (
        select(RoundScheme.round_id, BudgetLine.id, GrantScheme)
        .join(GrantScheme, GrantScheme.id == RoundScheme.scheme_id)
        .join(BudgetLine, BudgetLine.id == RoundScheme.line_id)
        .where(BudgetLine.id.in_([line.id for line in found]))
        .order_by(RoundScheme.scheme_id)
    )
    of_round: dict[tuple[int, int | None], tuple[int, int]] = {}
    schemes: dict[int, dict[int, GrantScheme]] = defaultdict(dict)
    for round_id, line_id, scheme in session.execute(shares):
        of_round[round_id, scheme.id] = line_id, scheme.id
        of_round.setdefault((round_id, None), (line_id, scheme.id))
        schemes[line_id][scheme.id] = scheme
    rounds = {round_id for round_id, _scheme in of_round}
    granted, paid = (
        _sums(session, money(reader, rounds), of_round) if rounds else {} for money in (_granted_in, _paid_in)
    )

    def of_line(sums: dict[tuple[int, int], int], line: BudgetLine) -> int:
        return sum(amount for (line_id, _scheme), amount in sums.items() if line_id == line.id)

    return [
        LineMoney(
            line,
            of_line(granted, line),
            of_line(paid, line),
            [
                SchemeMoney(scheme, granted.get((line.id, scheme.id), 0), paid.get((line.id, scheme.id), 0))
                for scheme in sorted(schemes[line.id].values(), key=lambda one: (one.name, one.id))
            ],
        )
        for line in found
    ]


def _granted_in(by: Person, rounds: Iterable[int]) -> Select[int | None, int | None, int | None]:
    """(round, grant scheme, öre) of what decisions that hold have granted in some rounds."""
    return (
        select(Case.round_id, Case.scheme_id, func.sum(Decision.amount))
        .join(Decision, Decision.case_id == Case.id)
        .where(
            of_board(by.board_id),
            Case.round_id.in_(list(rounds)),
            current_grants(),
        )
        .group_by(Case.round_id, Case.scheme_id)
    )


def _paid_in(by: Person, rounds: Iterable[int]) -> Select[int | None, int | None, int]:
    return (
        select(Case.round_id, Case.scheme_id, func.sum(Payment.amount))
        .join(Payment, Payment.case_id == Case.id)
        .where(of_board(by.board_id), Case.round_id.in_(list(rounds)), Payment.paid_on.is_not(None))
        .group_by(Case.round_id, Case.scheme_id)
    )


def _sums(
    session: Session,
    rows: Any,  # noqa: ANN401 - a select
    of_round: dict[tuple[int, int | None], tuple[int, int]],
) -> dict[tuple[int, int], int]:
    """(line, grant scheme) -> öre."""
    found: dict[tuple[int, int], int] = defaultdict(int)
    for round_id, scheme_id, amount in session.execute(rows):
        key = of_round.get((round_id, scheme_id))
        if key is not None:
            found[key] += int(amount or 0)
    return dict(found)


def open_by_step(session: Session, reader: Person, on: date) -> dict[CaseState, dict[int, int]]:
    """State -> days since they came in -> how many, of the open applications."""
    found: dict[CaseState, dict[int, int]] = defaultdict(dict)
    rows = session.execute(
        select(Case.state, Case.received_on, func.count())
        .where(of_board(reader.board_id), open_applications())
        .group_by(Case.state, Case.received_on)
    )
    for state, day, number in rows:
        found[CaseState(state)][(on - day).days] = int(number)
    return dict(found)


def open_applications(state: CaseState | None = None) -> ColumnElement[bool]:
    """The applications that are not decided; of one step."""
    states = sorted(OPEN) if state is None else [state.value]
    return and_(Case.kind == CaseKind.GRANT, Case.state.in_(states))


def decided_grants(by: Person, first: date, last: date) -> tuple[ColumnElement[bool], ...]:
    """Of decisions those on applications of some days that hold."""
    return (
        of_board(by.board_id),
        Decision.board_id == by.board_id,
        Decision.kind == CaseKind.GRANT.value,
        Decision.decided_on.between(first, last),
        current_decisions(),
    )


def days_by_month(session: Session, reader: Person, first: date, last: date) -> dict[tuple[int, int], dict[int, int]]:
    """(year, month) of the decision -> days that it took -> how many."""
    days = days_between(Case.received_on, Decision.decided_on)
    found: dict[tuple[int, int], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    rows = session.execute(
        select(Decision.decided_on, days, func.count())
        .join(Case, Case.id == Decision.case_id)
        .where(*decided_grants(reader, first, last))
        .group_by(Decision.decided_on, days)
    )
    for day, took, number in rows:
        found[day.year, day.month][int(took)] += int(number)
    return {month: dict(took) for month, took in found.items()}


class WaitingCounts(NamedTuple):
    """What waits in the board."""

    to_decide: int
    without_officer: int
    late: int


def waiting_counts(session: Session, reader: Person, on: date) -> WaitingCounts:
    """How many applications wait for a decision, have no officer, or are past their day."""
    ready = Case.state == CaseState.READY
    row = session.execute(
        select(
            func.count().filter(ready),
            func.count().filter(Case.officer_id.is_(None)),
            func.count().filter(past_due(on)),
        ).where(of_board(reader.board_id), open_applications())
    ).one()
    return WaitingCounts(*(int(number) for number in row))


class RoomUse(NamedTuple):
    """A room: (day of the week, hour) -> how many days it is taken then."""

    name: str
    hours: dict[int, int]


def rooms_by_hour(session: Session, reader: Person, first: date, last: date) -> list[RoomUse]:
    """Of each room hour -> on how many of some days it is taken, reader name. A part of an hour takes it."""
    rows = session.execute(
        select(Occurrence.room_name, Room.name, Occurrence.starts_at, Occurrence.ends_at)
        .join(Case, Case.id == Occurrence.case_id)
        .outerjoin(Room, Room.id == Occurrence.room_id)
        .where(
            of_board(reader.board_id),
            Case.kind == CaseKind.BOOKING,
            Occurrence.starts_at >= midnight(first),
            Occurrence.starts_at < midnight(last + DAY),
            Occurrence.state != LEFT_OUT,
            Case.state.in_(TAKEN),
        )
    )
    taken: dict[str, set[tuple[date, int]]] = defaultdict(set)
    for said, name, starts, ends in rows:
        if starts is None:
            continue
        begins = starts.astimezone(HERE)
        until = ends.astimezone(HERE) if ends is not None else begins + timedelta(hours=1)
        last_hour = until.hour if until.date() == begins.date() else 24
        hours = range(begins.hour, max(last_hour + (until.minute > 0 and last_hour < 24), begins.hour + 1))  # noqa: PLR2004 - a day's hours
        taken[name or said].update((begins.date(), hour) for hour in hours)
    return [RoomUse(room, _by_hour(found)) for room, found in sorted(taken.items())]


def _by_hour(found: Iterable[tuple[date, int]]) -> dict[int, int]:
    counted: dict[int, int] = defaultdict(int)
    for _day, hour in found:
        counted[hour] += 1
    return dict(counted)
