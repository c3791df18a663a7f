"""Applications in a list that comes again, corrected: what is new, changed cell by cell, unchanged and gone.

A row is the application of its association in the same round, or the same year where there is none. What it says
otherwise than the list before goes into a case that is open; a row that is gone withdraws nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sqlalchemy import and_, bindparam, func, select, update

from vetting.associations.models.associations import Association
from vetting.cases.domain.cases import GIVEN_UP, OPEN
from vetting.cases.models.cases import Case
from vetting.cases.models.facts import FactValue, said_of_many
from vetting.cases.services import cases as case_acts
from vetting.engine.facts import NAME, NUMBER, Facts
from vetting.engine.stored_values import from_plain
from vetting.grants.models.rounds import Round, id_of_scheme
from vetting.imports.domain.downloaded_lists import ABSENT, CellComparison, compare_cell, in_words
from vetting.imports.domain.layouts import ListKind
from vetting.imports.domain.list_rows import IntakeRemark
from vetting.imports.models.association_matches import SAME_ASSOCIATION, named_rows
from vetting.imports.models.staged_files import CHANGED, SAME, StagedRow
from vetting.imports.services.name_conflicts import row_conflicts
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.parts import in_parts
from vetting.kernel.problem import Problem
from vetting.kernel.store.base import table_of
from vetting.kernel.store.import_batches import not_taken_back
from vetting.kernel.text import OFFICIAL, Words, _, same_in_both
from vetting.rules.services import versions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from vetting.engine.facts import Catalogue
    from vetting.imports.models.staged_files import StagedFile
    from vetting.kernel.roles import Person
    from vetting.kernel.store.import_batches import ImportBatch
    from vetting.kernel.store.session import WritingSession
    from vetting.rules.services.rulebook import Rules

Found = TypeVar("Found", StagedRow, Case)
AT_A_TIME: Final = 500
MOST_TOLD: Final = 500
AMOUNT: Final = "amount_applied"
NEVER_CHANGED: Final = frozenset({NAME, NUMBER, "received_on"})
"""Who applies is settled by name and number, and the day of arrival by what came first."""


class WhyNot(StrEnum):
    """Why a changed cell does not go into its case."""

    DECIDED = "decided"
    LATE = "late"
    CHANGED_HERE = "changed_here"


WHY_NOT_WORDS: Final[Mapping[WhyNot, Words]] = {
    WhyNot.DECIDED: _("Ärendet är beslutat eller avslutat."),
    WhyNot.LATE: _("Beloppet höjs efter sista ansökningsdagen."),
    WhyNot.CHANGED_HERE: _("Uppgiften har ändrats i ärendet sedan den förra listan."),
}
REMEDY: Final = _("Ändra i ärendet om det nya ska gälla.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedCell:
    """One fact that the list says otherwise; values as they are kept."""

    fact: str
    was: Any
    now: Any
    why_not: WhyNot | None = None
    """None where it goes into the case."""

    def told(self, catalogue: Catalogue) -> Words:
        """What is said otherwise, and why it does not go in."""
        known = catalogue[self.fact]
        was, new = in_words(known, self.was), in_words(known, self.now)
        said = known.label + same_in_both(": ") + was + same_in_both(" → ") + new + same_in_both(".")
        return said + same_in_both(" ") + WHY_NOT_WORDS[self.why_not] if self.why_not is not None else said


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedRow:
    """A row that is an application known here, and what it says otherwise."""

    row: StagedRow
    case: Case
    cells: tuple[CorrectedCell, ...]

    @property
    def taken(self) -> tuple[CorrectedCell, ...]:
        """What goes into the case."""
        return tuple(cell for cell in self.cells if cell.why_not is None)


def compare_applications(
    session: Session, staged: StagedFile, rules: Rules, *, on: date
) -> tuple[dict[str, Any], dict[str, Any], list[CorrectedRow]]:
    """Which rows that lie ready are applications known here: counts, what is told of them, and the rows themselves."""
    found = _corrected_rows(session, staged, _known_rows(session, staged), rules, on)
    if found:
        table = table_of(StagedRow)
        settle = (
            update(table)
            .where(table.c.id == bindparam("key"))
            .values(state=bindparam("is"), case_id=bindparam("of"), place=None, serial=None)
        )
        rows = [{"key": one.row.id, "is": CHANGED if one.cells else SAME, "of": one.case.id} for one in found]
        session.connection().execute(settle, rows)
    changed = [one for one in found if one.taken]
    gone = _missing_applications(session, [one.case for one in found])
    counts = {"same": len(found) - len(changed), "changed": len(changed), "gone": len(gone)}
    told = [
        [
            one.case.number,
            [cell.fact for cell in one.taken],
            one.case.name,
            "",
            {cell.fact: cell.was for cell in one.taken},
            {cell.fact: cell.now for cell in one.taken},
        ]
        for one in changed[:MOST_TOLD]
    ]
    return counts, {"changed": told, "gone": gone[:MOST_TOLD]}, found


def not_taken(found: Sequence[CorrectedRow], catalogue: Catalogue) -> Iterator[IntakeRemark]:
    """What is said otherwise and does not go in, row by row."""
    for one in found:
        where = f"{one.row.sheet}!{one.row.row}"
        for cell in one.cells:
            if cell.why_not is not None and cell.fact in catalogue:
                problem = Problem(where, cell.told(catalogue), REMEDY)
                yield IntakeRemark(one.row.sheet, one.row.row, 0, one.case.number, problem)


def _known_rows(session: Session, staged: StagedFile) -> list[tuple[StagedRow, Case]]:
    """Rows and the applications that they are: each association's one by one, by purpose where there are several."""
    holds = func.coalesce(Association.merged_into_id, Association.id)
    own = [
        Case.board_id == staged.board_id,
        Case.kind == CaseKind.GRANT,
        Case.association_id == holds,
        Case.state.not_in([state.value for state in GIVEN_UP]),
        not_taken_back(Case.batch_id),
        Case.round_id == staged.round_id if staged.round_id is not None else Case.round_id.is_(None),
    ]
    if staged.scheme_id is not None:
        own.append(id_of_scheme(Case.scheme_id, Case.round_id) == staged.scheme_id)
    conflicts = {one.key for one in row_conflicts(session, staged.id)}  # who they are about is for a person to say
    pairs: dict[int, set[tuple[int, int]]] = {}
    for same in SAME_ASSOCIATION:
        wanted = (
            select(holds, StagedRow.id, Case.id, StagedRow.year, Case.received_on)
            .select_from(StagedRow)
            .join(Association, same)
            .join(Case, and_(*own))
            .where(named_rows(staged.id))
        )
        for association, row, case, year, received_on in session.execute(wanted):
            if row not in conflicts and (staged.round_id is not None or received_on.year == year):
                pairs.setdefault(association, set()).add((row, case))
    rows = _by_id(session, StagedRow, {row for some in pairs.values() for row, _case in some})
    cases = _by_id(session, Case, {case for some in pairs.values() for _row, case in some})
    found: list[tuple[StagedRow, Case]] = []
    for some in pairs.values():
        own_rows, own_cases = (sorted(set(keys)) for keys in zip(*some, strict=True))
        found += _pairs([rows[key] for key in own_rows], [cases[key] for key in own_cases])
    return found


def _by_id(session: Session, model: type[Found], keys: Collection[int]) -> dict[int, Found]:
    return {
        row.id: row
        for some in in_parts(sorted(keys), AT_A_TIME)
        for row in session.scalars(select(model).where(model.id.in_(some)))
    }


def _pairs(rows: list[StagedRow], cases: list[Case]) -> Iterator[tuple[StagedRow, Case]]:
    """One association's rows and cases; one of each is the same application unless both say another purpose.

    A case that came by a list is known again whatever its purpose is now.
    """
    for row in list(rows):
        purpose = row.purpose.casefold().split()
        same = next((case for case in cases if purpose and case.purpose.casefold().split() == purpose), None)
        if same is not None:
            yield row, same
            rows.remove(row)
            cases.remove(same)
    if len(rows) == len(cases) == 1:
        [row], [case] = rows, cases
        if case.batch_id is not None or not (row.purpose and case.purpose):
            yield row, case


def _corrected_rows(
    session: Session, staged: StagedFile, pairs: Sequence[tuple[StagedRow, Case]], rules: Rules, on: date
) -> list[CorrectedRow]:
    about = session.get(Round, staged.round_id) if staged.round_id is not None else None
    closed = about is not None and about.closes_on < on
    found = []
    for some in in_parts(pairs, AT_A_TIME):
        cases = {case.id: case.association_id for _row, case in some}
        now: dict[int, dict[str, FactValue]] = {key: {} for key in cases}
        listed: dict[int, dict[str, FactValue]] = {key: {} for key in cases}
        for key, value in said_of_many(session, staged.board_id, cases):
            now[key][value.fact] = value
            if value.source.batch_id is not None and value.source.case_id == key:
                listed[key][value.fact] = value
        for row, case in some:
            catalogue = versions.catalogue_of_version(session, case.rule_version_id, rules)
            cells = _cells(row, case, now[case.id], listed[case.id], closed=closed)
            known = tuple(cell for cell in cells if cell.fact in catalogue)
            found.append(CorrectedRow(row=row, case=case, cells=known))
    return found


def _cells(
    row: StagedRow, case: Case, now: Mapping[str, FactValue], listed: Mapping[str, FactValue], *, closed: bool
) -> Iterator[CorrectedCell]:
    for fact, new in _stated_values(row):
        stands = _plain(now.get(fact))
        before = _plain(listed[fact]) if fact in listed else stands
        outcome = compare_cell(new, before, stands)
        if outcome is CellComparison.SAME:
            continue
        raised = fact == AMOUNT and isinstance(new, int) and isinstance(stands, int) and new > stands
        why_not = (
            WhyNot.DECIDED
            if case.state not in OPEN
            else WhyNot.CHANGED_HERE
            if outcome is CellComparison.CONFLICT
            else WhyNot.LATE
            if raised and closed
            else None
        )
        yield CorrectedCell(fact=fact, was=stands, now=new, why_not=why_not)


def _stated_values(row: StagedRow) -> Iterator[tuple[str, Any]]:
    """Fact -> what the row says of it; an empty or unreadable cell says nothing."""
    for part in (row.of_association or {}, row.of_case or {}):
        for fact, value in part.get("values", {}).items():
            if fact not in NEVER_CHANGED:
                yield fact, value
        for fact in part.get("absent", ()):
            yield fact, dict(ABSENT)


def _plain(value: FactValue | None) -> Any:  # noqa: ANN401 - JSON
    if value is None or value.unreadable:
        return None
    return dict(ABSENT) if value.absent else value.value


def _missing_applications(session: Session, cases: Sequence[Case]) -> list[str]:
    """Open applications that came by the same lists as those known again, and stand in this one no more."""
    batches = {case.batch_id for case in cases if case.batch_id is not None}
    wanted = select(Case.id, Case.number).where(
        Case.batch_id.in_(sorted(batches)), Case.kind == CaseKind.GRANT, Case.state.in_([state.value for state in OPEN])
    )
    known = {case.id for case in cases}
    return [number for key, number in session.execute(wanted.order_by(Case.id)) if key not in known]


def update_known_applications(
    session: WritingSession, staged: StagedFile, batch: ImportBatch, rules: Rules, *, by: Person | None, at: datetime
) -> None:
    """What a list says otherwise of known applications goes into their cases; what does not is noted there.

    Of another list than one of applications there is nothing.
    """
    if staged.kind != ListKind.GRANT:
        return
    wanted = select(StagedRow, Case).join(Case, Case.id == StagedRow.case_id)
    changed = wanted.where(StagedRow.staged_id == staged.id, StagedRow.state == CHANGED).order_by(StagedRow.id)
    pairs = [(row, case) for row, case in session.execute(changed)]
    for one in _corrected_rows(session, staged, pairs, rules, at.date()):
        catalogue = versions.catalogue_of_version(session, one.case.rule_version_id, rules)
        if one.taken:
            facts = Facts(
                {cell.fact: from_plain(catalogue[cell.fact], cell.now) for cell in one.taken if cell.now != ABSENT},
                frozenset(cell.fact for cell in one.taken if cell.now == ABSENT),
            )
            case_acts.correct_by_list(
                session, one.case, facts, batch_id=batch.id, row=one.row.row, rules=rules, by=by, at=at
            )
        left = [cell.told(catalogue).to(OFFICIAL) for cell in one.cells if cell.why_not is not None]
        if left and by is not None and by.id:
            text = "\n".join([_("Listan {file}:", file=batch.file).to(OFFICIAL), *left])
            case_acts.note_of_list(session, one.case, text, by=by, at=at)
