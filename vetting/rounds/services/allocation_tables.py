"""The table of a round's money: each application with what it asked for, got last year, and what is proposed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import func, select

from vetting.associations.models.associations import held_by
from vetting.casework import queue_rows
from vetting.casework.domain.cases import CaseState
from vetting.casework.models.cases import Case
from vetting.casework.models.decisions import Decision, current_decisions, current_grants
from vetting.casework.models.round_cases import of_rounds
from vetting.grants.domain.allocations import AllocationRow, AllocationSums, sums_of
from vetting.grants.models.outside_decisions import outside_decisions
from vetting.grants.models.rounds import Round, RoundScheme, budget_of, offered_in_round
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import FAVOURABLE
from vetting.rounds.services.allocations import current_row_values, lock_of, visible_rows
from vetting.rounds.services.budget_figures import granted_of_line

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from vetting.casework import QueueRow
    from vetting.grants.models.outside_decisions import OutsideDecision
    from vetting.grants.models.rounds import BudgetLine, OfferedScheme
    from vetting.kernel.store.session import Session

MOST_ROWS: Final = 2_000


class LineSums(NamedTuple):
    """A budget line of the round with what its applications take of it. elsewhere: granted in other rounds, in öre."""

    line: BudgetLine
    sums: AllocationSums
    elsewhere: int

    @property
    def left(self) -> int | None:
        """What there is of it when all rounds have taken theirs; None where nobody knows what there is."""
        return self.sums.left - self.elsewhere if self.sums.left is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationTable:
    """The whole table. hidden: how many rows this person takes no part in, and what they take together, in öre."""

    rows: Sequence[AllocationRow]
    sums: AllocationSums
    lines: Sequence[LineSums]
    """Its budget lines, where it has several."""
    schemes: Mapping[int, str]
    """Its grant schemes, where it has several."""
    hidden: tuple[int, int]
    preliminary: bool
    """Whether a budget line of it is not decided yet."""


def allocation_table(session: Session, about: Round) -> AllocationTable:
    """The table as it stands."""
    cases = session.scalars(select(Case).where(of_rounds([about.id])).order_by(Case.id).limit(MOST_ROWS)).all()
    keys = [case.id for case in cases]
    in_sight = visible_rows(session, about.id)
    standing = current_row_values(session, keys)
    offered = offered_in_round(session, about.id)
    only = offered[0].scheme.id if len(offered) == 1 else None
    schemes = {case.id: case.scheme_id if case.scheme_id is not None else only for case in cases}
    last_year = _granted_the_year_before(session, cases, schemes, about)
    granted = _granted_here(session, keys)
    rows: list[AllocationRow] = []
    unseen: list[AllocationRow] = []
    for case in cases:
        written, laid = standing[case.id]
        before = last_year.get(case.id)
        lock = lock_of(CaseState(case.state), proposed=laid)
        row = AllocationRow(
            case_id=case.id,
            number=case.number,
            name=case.name,
            scheme_id=schemes[case.id],
            applied=case.amount_applied,
            last_year=before.granted if before is not None else None,
            by_list=before is not None and before.by_list,
            written=written,
            lock=lock,
            granted=granted.get(case.id),
        )
        (rows if case.id in in_sight else unseen).append(row)
    hidden = sum(row.counted for row in unseen)
    return AllocationTable(
        rows=rows,
        sums=sums_of(rows, budget_of(about, offered), hidden=hidden),
        lines=_lines(session, about, offered, rows, unseen),
        schemes={item.scheme.id: item.scheme.name for item in offered} if len(offered) > 1 else {},
        hidden=(len(unseen), hidden),
        preliminary=any(item.line is not None and item.line.preliminary for item in offered),
    )


def row_standings(session: Session, rows: Iterable[AllocationRow], *, on: date) -> dict[int, QueueRow]:
    """Case -> how it stands, as the queue says it."""
    cases = session.scalars(select(Case).where(Case.id.in_([row.case_id for row in rows]))).all()
    return {row.case.id: row for row in queue_rows(session, cases, on=on)}


def _lines(
    session: Session,
    about: Round,
    offered: Sequence[OfferedScheme],
    rows: Sequence[AllocationRow],
    unseen: Sequence[AllocationRow],
) -> list[LineSums]:
    lines = {item.line.id: item.line for item in offered if item.line is not None}
    if len(offered) == 1:
        return []
    found = []
    for line in lines.values():
        schemes = {item.scheme.id for item in offered if item.line is not None and item.line.id == line.id}
        own = [row for row in rows if row.scheme_id in schemes]
        beside = sum(row.counted for row in unseen if row.scheme_id in schemes)
        elsewhere = granted_of_line(session, line, beside=[about.id])
        found.append(LineSums(line, sums_of(own, line.amount, hidden=beside), elsewhere))
    return found


def _granted_here(session: Session, cases: Collection[int]) -> dict[int, int]:
    """Case -> what the decision that holds gives it, of those that are decided."""
    rows = session.execute(
        select(Decision.case_id, Decision.outcome, Decision.amount).where(
            Decision.case_id.in_(list(cases)), Decision.kind == CaseKind.GRANT.value, current_decisions()
        )
    )
    return {key: (amount or 0) if outcome in FAVOURABLE else 0 for key, outcome, amount in rows}


class _YearBefore(NamedTuple):
    """What an association was granted the year before, in öre; by_list: as a list says, not a decision here."""

    granted: int
    by_list: bool


def _granted_the_year_before(
    session: Session, cases: Sequence[Case], schemes: Mapping[int, int | None], about: Round
) -> dict[int, _YearBefore]:
    """Case -> what its association was granted of the same scheme: by the program's own decisions, else by lists."""
    year = about.closes_on.year - 1
    keys = {case.association_id for case in cases if case.association_id is not None}
    if not keys:
        return {}
    merged = held_by(session, keys)
    owners = keys | set(merged.values())
    own: dict[int, list[_GrantBefore]] = {}
    for row in _grants_of(session, about, owners, year):
        own.setdefault(merged.get(row.association_id or 0, row.association_id or 0), []).append(row)
    listed: dict[int, list[OutsideDecision]] = {}
    for line in outside_decisions(session, about.board_id, owners):
        if not line.giver and line.year == year and line.granted is not None:
            listed.setdefault(merged.get(line.association_id, line.association_id), []).append(line)
    names = {item.scheme.id: item.scheme.name for item in offered_in_round(session, about.id)}
    found = {}
    for case in cases:
        if case.association_id is None:
            continue
        owner, scheme = merged.get(case.association_id, case.association_id), schemes[case.id]
        before = [row.amount or 0 for row in own.get(owner, ()) if scheme in {None, row.scheme_id}]
        told = [line.granted or 0 for line in listed.get(owner, ()) if _is_of_scheme(line, names.get(scheme or 0))]
        if before or told:
            found[case.id] = _YearBefore(sum(before or told), by_list=not before)
    return found


class _GrantBefore(NamedTuple):
    id: int
    association_id: int | None
    scheme_id: int | None
    amount: int | None
    decided_on: date
    closes_on: date | None

    @property
    def year(self) -> int:
        """The year of its round, as the table's own is; of none, that of the decision."""
        return self.closes_on.year if self.closes_on is not None else self.decided_on.year


def _grants_of(session: Session, about: Round, associations: Collection[int], year: int) -> list[_GrantBefore]:
    """What the board has granted some associations in a year, in other rounds."""
    of_round = select(func.min(RoundScheme.scheme_id)).where(RoundScheme.round_id == Case.round_id)
    scheme = func.coalesce(Case.scheme_id, of_round.correlate(Case).scalar_subquery())
    rows = session.execute(
        select(Case.id, Case.association_id, scheme, Decision.amount, Decision.decided_on, Round.closes_on)
        .join(Decision, Decision.case_id == Case.id)
        .outerjoin(Round, Round.id == Case.round_id)
        .where(
            Case.board_id == about.board_id,
            Case.association_id.in_(associations),
            Case.round_id.is_distinct_from(about.id),
            current_grants(),
            Decision.decided_on >= date(year, 1, 1),
        )
        .order_by(Decision.id)
    ).all()
    newest = {row.id: _GrantBefore(*row) for row in rows}
    return [row for row in newest.values() if row.year == year]


def _is_of_scheme(line: OutsideDecision, scheme: str | None) -> bool:
    """Whether a list's row is of a grant scheme; one that says none may be of any."""
    return not line.scheme or scheme is None or line.scheme.casefold() == scheme.casefold()
