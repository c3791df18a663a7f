"""The sheet of a round: each application with what it asked for, got before, its points, and what is proposed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import func, select

from vetting.associations.models.associations import held_by
from vetting.boards.models.people import names_of
from vetting.cases.models.cases import Case
from vetting.cases.models.facts import values_of_many
from vetting.cases.models.round_cases import of_rounds
from vetting.cases.services.facts_from_records import awaits_report
from vetting.cases.services.screenings import current_of_many
from vetting.decisions.models.decisions import Decision, standing_decisions, standing_grants
from vetting.engine.reductions import reduced_amount
from vetting.follow_up.models.reports import GrantReport, report_due
from vetting.grants.domain.allocations import (
    AllocationField,
    AllocationRow,
    AllocationSums,
    RowLock,
    sums_of,
)
from vetting.grants.models.allocations import newest_entries
from vetting.grants.models.outside_decisions import outside_decisions
from vetting.grants.models.priorities import criteria_of_schemes
from vetting.grants.models.rounds import Round, RoundScheme, offered_in_round
from vetting.grants.services.allocations import initial_amounts, lock_of, standing_amount, visible_rows
from vetting.grants.services.priorities import scores_of
from vetting.group.domain.advice import ADVICE_WORDS, Advice
from vetting.group.models.meetings import Review
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import FAVOURABLE
from vetting.kernel.text import OFFICIAL, _
from vetting.office.services.budget_figures import granted_of_line
from vetting.office.services.queue_rows import queue_rows

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy.orm import Session

    from vetting.gates.domain.row_tags import RowTag
    from vetting.grants.domain.allocations import PriorityScore
    from vetting.grants.models.allocations import AllocationEntry
    from vetting.grants.models.outside_decisions import OutsideDecision
    from vetting.grants.models.priorities import PriorityCriterion
    from vetting.grants.models.rounds import BudgetLine, OfferedScheme
    from vetting.kernel.roles import Person
    from vetting.kernel.text import Words
    from vetting.rules.services.rulebook import Rules

YEARS_BACK: Final = 3
MOST_ROWS: Final = 2_000


class YearBefore(NamedTuple):
    """What an association was granted in a year, used of it where that is known, and whether a list says so. In öre."""

    year: int
    granted: int
    used: int | None
    outside: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationLine:
    """One row as it is drawn. seen: the entry that each cell shows; reported: None where nothing was to be reported.

    elsewhere: (giver, öre or None) this year, by the applicant's own list or by other boards' lists.
    """

    row: AllocationRow
    number: str
    purpose: str
    case: Case
    years: tuple[YearBefore, ...]
    reported: bool | None
    advice: Words | None
    seen: Mapping[AllocationField, int]
    writers: Mapping[AllocationField, str]
    """Who wrote what stands in each cell; not the reader themselves."""
    tag: RowTag | None = None
    """How the case stands by its rules; None until asked for, or where its reader has yet to answer on conflict."""
    members: int | None = None
    elsewhere: tuple[tuple[str, int | None], ...] = ()

    @property
    def newest(self) -> int:
        """The newest entry of its cells."""
        return max(self.seen.values())

    @property
    def may_be_proposed(self) -> bool:
        """Whether the sheet says what is to be proposed, and why where that is less than what was applied for."""
        row = self.row
        fits = row.proposed is not None and (row.applied is None or row.proposed <= row.applied)
        return row.lock is None and fits and not row.lacks_reason


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationPart:
    """One grant scheme of the round with its budget line, its criteria and its sums."""

    offered: OfferedScheme | None
    criteria: Sequence[PriorityCriterion]
    sums: AllocationSums


class SharedLine(NamedTuple):
    """A budget line that several grant schemes of the round share, with what they take of it together.

    elsewhere: what is granted from it in other rounds, in öre; it is no part of the sums.
    """

    line: BudgetLine
    sums: AllocationSums
    elsewhere: int

    @property
    def left(self) -> int | None:
        """What there is of it when all rounds have taken theirs; None where nobody knows what there is."""
        return self.sums.left - self.elsewhere if self.sums.left is not None else None


class CriterionColumn(NamedTuple):
    """A column of points: one criterion to rank by, or those of several grant schemes that share a name."""

    name: str
    items: Mapping[int, PriorityCriterion]

    @property
    def help(self) -> str:
        """What the points mean, as the first of them says it."""
        return next(iter(self.items.values())).help

    def score_in(self, row: AllocationRow) -> PriorityScore | None:
        """The points of a row; None where its grant scheme does not rank by this."""
        return next((score for score in row.scores if score.criterion_id in self.items), None)

    def points_in(self, row: AllocationRow) -> float | None:
        """How many; None where nobody has said, or it does not rank by this."""
        score = self.score_in(row)
        return score.points if score is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationTable:
    """The whole sheet. hidden: how many rows this person takes no part in, and what they take together, in öre."""

    rows: Sequence[AllocationLine]
    sums: AllocationSums
    parts: Sequence[AllocationPart]
    shared_lines: Sequence[SharedLine]
    """Budget lines that several of its grant schemes share."""
    year: int
    hidden: tuple[int, int]
    newest: int
    """The last entry of the sheet."""
    preliminary: bool
    """Whether a budget line of it is not decided yet."""
    saved: AllocationEntry | None


def allocation_table(
    session: Session, about: Round, rules: Rules, *, by: Person, on: date, with_formula: bool = False
) -> AllocationTable:
    """The sheet as it stands. with_formula: what each grant would be by its scheme's rules, too, which takes longer."""
    cases = session.scalars(select(Case).where(of_rounds([about.id])).order_by(Case.id).limit(MOST_ROWS)).all()
    keys = [case.id for case in cases]
    in_sight = visible_rows(session, about.id, by)
    entries = newest_entries(session, about.id)
    initial = initial_amounts(session, keys)
    offered = offered_in_round(session, about.id)
    only = offered[0].scheme.id if len(offered) == 1 else None
    schemes = {case.id: case.scheme_id if case.scheme_id is not None else only for case in cases}
    scores = scores_of(session, schemes)
    year = about.closes_on.year
    earlier = _earlier_years(session, cases, schemes, about, year, on)
    granted = _granted_here(session, keys)
    advice = _advice_of(session, keys)
    names = names_of(session, {entry.by_user_id for entry in entries.values()})
    formula = _by_formula(session, cases, rules, on) if with_formula else {}
    rows: list[AllocationLine] = []
    unseen: list[AllocationRow] = []
    for case in cases:
        cells = {name: entries.get((case.id, name)) for name in AllocationField}
        amount, reason, released = (cells[name] for name in AllocationField)
        years, reported = earlier.get(case.id, ((), None))
        lock = lock_of(case.state, proposed=case.id in initial)
        row = AllocationRow(
            case_id=case.id,
            name=case.name,
            scheme_id=schemes[case.id],
            applied=case.amount_applied,
            last_year=next((one.granted for one in years if one.year == year - 1), None),
            proposed=standing_amount(None if lock is RowLock.LAID else amount, case.id, initial),
            reason=reason.text if reason is not None else "",
            released=released.text if released is not None else "",
            lock=lock,
            granted=granted.get(case.id),
            scores=scores.get(case.id, ()),
            formula=formula.get(case.id),
            earlier={one.year: one.granted for one in years},
        )
        if case.id not in in_sight:
            unseen.append(row)
            continue
        rows.append(
            AllocationLine(
                row=row,
                number=case.number,
                purpose=case.purpose,
                case=case,
                years=years,
                reported=reported,
                advice=advice.get(case.id),
                seen={name: cell.id if cell is not None else 0 for name, cell in cells.items()},
                writers={
                    name: names.get(cell.by_user_id, "")
                    for name, cell in cells.items()
                    if cell is not None and cell.by_user_id != by.id
                },
            )
        )
    hidden = (len(unseen), sum(row.counted for row in unseen))
    listed = [item.row for item in rows]
    return AllocationTable(
        rows=rows,
        sums=sums_of(listed, budget_of(about, offered), hidden=hidden[1]),
        parts=_parts(session, about, offered, listed, unseen),
        shared_lines=_shared_lines(session, about, offered, listed, unseen),
        year=year,
        hidden=hidden,
        newest=max((entry.id for entry in entries.values()), default=0),
        preliminary=any(item.line is not None and item.line.preliminary for item in offered),
        saved=max(entries.values(), key=lambda entry: entry.id, default=None),
    )


def with_details(
    session: Session, lines: Sequence[AllocationLine], rules: Rules, *, by: Person, on: date, year: int
) -> list[AllocationLine]:
    """Lines with how their cases stand, their members, and what others give: asked only of those that are shown."""
    cases = [line.case for line in lines]
    queue = {row.case.id: row for row in queue_rows(session, cases, rules, by=by, on=on)}
    values = values_of_many(session, cases)
    elsewhere = _elsewhere(session, by.board_id, cases, year)
    found = []
    for line in lines:
        key = line.case.id
        said = values.get(key, {})
        members = said["members_total"].value if "members_total" in said else None
        found.append(
            replace(
                line,
                tag=queue[key].tag,
                members=members if isinstance(members, int) else None,
                elsewhere=(*_own_list(said), *elsewhere.get(key, ())),
            )
        )
    return found


def criterion_columns(table: AllocationTable) -> list[CriterionColumn]:
    """The criteria to rank by, one column for those of several grant schemes that have the same name."""
    found: dict[str, dict[int, PriorityCriterion]] = {}
    for part in table.parts:
        for item in part.criteria:
            found.setdefault(item.name, {})[item.id] = item
    return [CriterionColumn(name, items) for name, items in found.items()]


def criteria_in_use(table: AllocationTable) -> list[CriterionColumn]:
    """Those that somebody has given points by, or that can be: none where all is decided without any."""
    used = any(line.row.is_open or line.row.points is not None for line in table.rows)
    return criterion_columns(table) if used else []


def budget_of(about: Round, offered: Sequence[OfferedScheme]) -> int | None:
    """What there is to share: the round's own sum, else that of its budget lines; None where neither is known."""
    if about.budget is not None:
        return about.budget
    lines = {item.line.id: item.line for item in offered if item.line is not None}
    known = [line.amount for line in lines.values() if line.amount is not None]
    return sum(known) if known and len(known) == len(lines) else None


def _parts(
    session: Session,
    about: Round,
    offered: Sequence[OfferedScheme],
    rows: Sequence[AllocationRow],
    unseen: Sequence[AllocationRow],
) -> list[AllocationPart]:
    criteria = criteria_of_schemes(session, [item.scheme.id for item in offered])
    if not offered:
        return [
            AllocationPart(
                offered=None, criteria=(), sums=sums_of(rows, about.budget, hidden=sum(row.counted for row in unseen))
            )
        ]
    found = []
    for item in offered:
        own = [row for row in rows if row.scheme_id == item.scheme.id]
        beside = sum(row.counted for row in unseen if row.scheme_id == item.scheme.id)
        shared = sum(
            1 for other in offered if other.line is not None and item.line is not None and other.line.id == item.line.id
        )
        budget = item.line.amount if item.line is not None and shared == 1 else None
        found.append(
            AllocationPart(
                offered=item,
                criteria=criteria.get(item.scheme.id, ()),
                sums=sums_of(
                    own, about.budget if len(offered) == 1 and about.budget is not None else budget, hidden=beside
                ),
            )
        )
    return found


def _shared_lines(
    session: Session,
    about: Round,
    offered: Sequence[OfferedScheme],
    rows: Sequence[AllocationRow],
    unseen: Sequence[AllocationRow],
) -> list[SharedLine]:
    found = []
    for line in {item.line.id: item.line for item in offered if item.line is not None}.values():
        schemes = {item.scheme.id for item in offered if item.line is not None and item.line.id == line.id}
        if len(schemes) < 2:  # noqa: PLR2004 - what one scheme has alone stands on its own row
            continue
        own = [row for row in rows if row.scheme_id in schemes]
        beside = sum(row.counted for row in unseen if row.scheme_id in schemes)
        elsewhere = granted_of_line(session, line, beside=[about.id])
        found.append(SharedLine(line, sums_of(own, line.amount, hidden=beside), elsewhere))
    return found


def _granted_here(session: Session, cases: Collection[int]) -> dict[int, int]:
    """Case -> what the decision that holds gives it, of those that are decided."""
    rows = session.execute(
        select(Decision.case_id, Decision.outcome, Decision.amount).where(
            Decision.case_id.in_(list(cases)), Decision.kind == CaseKind.GRANT.value, standing_decisions()
        )
    )
    return {key: (amount or 0) if outcome in FAVOURABLE else 0 for key, outcome, amount in rows}


def _earlier_years(
    session: Session, cases: Sequence[Case], schemes: Mapping[int, int | None], about: Round, year: int, on: date
) -> dict[int, tuple[tuple[YearBefore, ...], bool | None]]:
    """Case -> what its association was granted for the same scheme in the years before, and whether it has reported."""
    keys = {case.association_id for case in cases if case.association_id is not None}
    if not keys:
        return {}
    merged = held_by(session, keys)
    of_round = select(func.min(RoundScheme.scheme_id)).where(RoundScheme.round_id == Case.round_id)
    scheme = func.coalesce(Case.scheme_id, of_round.correlate(Case).scalar_subquery())
    rows = session.execute(
        select(
            Case.id,
            Case.association_id,
            scheme.label("scheme"),
            Decision.amount,
            Decision.decided_on,
            report_due().label("report_on"),
            Round.closes_on,
            awaits_report().label("unreported"),
            GrantReport.used,
        )
        .join(Decision, Decision.case_id == Case.id)
        .outerjoin(Round, Round.id == Case.round_id)
        .outerjoin(GrantReport, GrantReport.case_id == Case.id)
        .where(
            Case.board_id == about.board_id,
            Case.association_id.in_(keys | set(merged.values())),
            Case.round_id.is_distinct_from(about.id),
            standing_grants(),
            Decision.decided_on >= date(year - YEARS_BACK, 1, 1),
        )
        .order_by(Decision.id)
    ).all()
    own: dict[int, list[_GrantBefore]] = {}
    for row in {row.id: _GrantBefore(*row) for row in rows}.values():
        own.setdefault(merged.get(row.association_id or 0, row.association_id or 0), []).append(row)
    outside: dict[int, list[OutsideDecision]] = {}
    for line in outside_decisions(session, about.board_id, keys | set(merged.values())):
        if not line.giver:
            outside.setdefault(merged.get(line.association_id, line.association_id), []).append(line)
    names = {item.scheme.id: item.scheme.name for item in offered_in_round(session, about.id)}
    found: dict[int, tuple[tuple[YearBefore, ...], bool | None]] = {}
    for case in cases:
        if case.association_id is not None:
            owner = merged.get(case.association_id, case.association_id)
            before = [row for row in own.get(owner, ()) if schemes[case.id] in {None, row.scheme_id}]
            listed = [line for line in outside.get(owner, ()) if _is_of_scheme(line, names.get(schemes[case.id] or 0))]
            found[case.id] = _years_of(before, listed, year, on)
    return found


def _is_of_scheme(line: OutsideDecision, scheme: str | None) -> bool:
    """Whether a list's row is of a grant scheme; one that says none may be of any."""
    return not line.scheme or scheme is None or line.scheme.casefold() == scheme.casefold()


class _GrantBefore(NamedTuple):
    id: int
    association_id: int | None
    scheme_id: int | None
    amount: int | None
    decided_on: date
    report_on: date | None
    closes_on: date | None
    unreported: bool
    used: int | None
    """What its report says was used of it, in öre."""

    @property
    def year(self) -> int:
        """The year of its round, as the sheet's own is; of none, that of the decision."""
        return self.closes_on.year if self.closes_on is not None else self.decided_on.year


def _years_of(
    before: Sequence[_GrantBefore], listed: Sequence[OutsideDecision], year: int, on: date
) -> tuple[tuple[YearBefore, ...], bool | None]:
    """What an association was granted each year, by the program's own decisions, else by lists; and its reports."""
    years: dict[int, YearBefore] = {}
    for row in before:
        earlier = years.get(row.year)
        amount = (row.amount or 0) + (earlier.granted if earlier else 0)
        told = [one for one in (earlier.used if earlier else None, row.used) if one is not None]
        years[row.year] = YearBefore(row.year, amount, sum(told) if told else None, outside=False)
    by_program = set(years)
    for line in listed:
        if line.year not in by_program and line.granted is not None:
            so_far = years.get(line.year, YearBefore(line.year, 0, None, outside=True))
            used = so_far.used if line.used is None else (so_far.used or 0) + line.used
            years[line.year] = YearBefore(line.year, so_far.granted + line.granted, used, outside=True)
    due = [row for row in before if row.report_on is not None and row.report_on < on]
    reported = not any(row.unreported for row in due) if due else None
    return tuple(years[one] for one in sorted(years) if year - YEARS_BACK <= one < year), reported


def _advice_of(session: Session, cases: Collection[int]) -> dict[int, Words]:
    """Case -> what the reference group has advised last."""
    rows = session.execute(
        select(Review.case_id, Review.outcome)
        .where(Review.case_id.in_(list(cases)), Review.outcome != "")
        .order_by(Review.id)
    )
    return {key: ADVICE_WORDS[Advice(outcome)] for key, outcome in rows}


def _own_list(values: Mapping[str, object]) -> list[tuple[str, int | None]]:
    """What the applicant itself says that it has from others."""
    said = values.get("other_support")
    listed = getattr(said, "value", None)
    if not isinstance(listed, list):
        return []
    return [(str(item[0]), item[1]) for item in listed if isinstance(item, list) and len(item) > 1]


def _elsewhere(
    session: Session, board_id: int, cases: Sequence[Case], year: int
) -> dict[int, list[tuple[str, int | None]]]:
    """Case -> what lists of other boards say that its association has this year: amounts only."""
    keys = {case.association_id for case in cases if case.association_id is not None}
    merged = held_by(session, keys)
    by_owner: dict[int, list[tuple[str, int | None]]] = {}
    for row in outside_decisions(session, board_id, keys | set(merged.values())):
        if row.giver and row.year == year:
            only_applied = row.granted is None
            giver = _("{giver}, sökt", giver=row.giver).to(OFFICIAL) if only_applied else row.giver
            told = (giver, row.applied if only_applied else row.granted)
            by_owner.setdefault(merged.get(row.association_id, row.association_id), []).append(told)
    owners = {case.id: merged.get(case.association_id or 0, case.association_id or 0) for case in cases}
    return {key: by_owner[owner] for key, owner in owners.items() if owner in by_owner}


def _by_formula(session: Session, cases: Sequence[Case], rules: Rules, on: date) -> dict[int, int]:
    """Case -> what its rules make of the amount, where they say how it is worked out."""
    found = {}
    applied = {case.id: case.amount_applied for case in cases}
    for key, screened in current_of_many(session, cases, rules, on=on).items():
        worked = screened.screening.worked_amount
        reduced = reduced_amount(screened.screening, applied[key])
        if reduced is not None:
            found[key] = reduced.left
        elif worked is not None and worked.total is not None:
            found[key] = worked.total
    return found
