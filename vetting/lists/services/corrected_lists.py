"""Applications in a list that comes again, corrected: what is new, changed cell by cell, unchanged and gone.

A row is the application of its association in the same round, or the same year where there is none. What it says
otherwise than the list before goes into a case that is open; a row that is gone withdraws nothing. A list that was
downloaded here and comes back is compared in the same way: its rows are known by the number of the case, and what was
in the list is what had been entered when it was downloaded.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from sqlalchemy import and_, func, select

from vetting import casework
from vetting.associations.models.associations import Association
from vetting.casework import ASSOCIATION_LEVELS
from vetting.casework.domain.cases import GIVEN_UP, OPEN
from vetting.casework.models.cases import Case, visible_cases
from vetting.casework.models.facts import FactValue, said_of_many
from vetting.engine.facts import NAME, NUMBER, Facts, FactSupplier
from vetting.engine.stored_values import from_plain
from vetting.grants.models.rounds import Round, id_of_scheme
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.chunking import in_chunks
from vetting.kernel.privacy import Privacy
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.store.import_batches import is_batch_not_undone
from vetting.kernel.text import NO_WORDS, OFFICIAL, Words, _, same_in_both
from vetting.kernel.typed_text import tidy_text
from vetting.lists.domain.downloaded_lists import (
    ABSENT,
    DNR,
    REGISTRY_NUMBER,
    CellComparison,
    compare_cell,
    in_words,
    read_back,
    row_without_case,
)
from vetting.lists.domain.list_rows import IntakeRemark
from vetting.lists.models.association_matches import SAME_ASSOCIATION, named_rows
from vetting.lists.models.staged_files import CHANGED, GOOD, REFUSED, SAME, StagedRow, mark_known_rows
from vetting.lists.services.downloaded_lists import open_columns, plain_value
from vetting.lists.services.name_conflicts import row_conflicts
from vetting.rules import catalogue_of_version, rulebook_of
from vetting.rules.domain.layouts import ListKind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from datetime import date

    from sqlalchemy import ColumnElement

    from vetting.engine.facts import Catalogue
    from vetting.kernel.store.import_batches import ImportBatch
    from vetting.kernel.store.session import Session, WritingSession
    from vetting.lists.domain.downloaded_lists import OpenColumn
    from vetting.lists.models.staged_files import StagedFile
    from vetting.rules import Rules

Found = TypeVar("Found", StagedRow, Case)
AT_A_TIME: Final = 500
MOST_TOLD: Final = 500
AMOUNT: Final = "amount_applied"
UNSAID: Final = {"unsaid": True}
"""Stands for a fact that no earlier list gave; differs from every value."""
ARRIVED: Final = "received_on"
NEVER_CHANGED: Final = frozenset({NAME, NUMBER, ARRIVED})
"""Who applies is settled by name and number, and the day of arrival by what came first."""


class SkippedCellReason(StrEnum):
    """Why a changed cell does not go into its case."""

    DECIDED = "decided"
    LATE = "late"
    CHANGED_HERE = "changed_here"
    GIVEN_UP = "given_up"
    CAME_FIRST = "came_first"
    SINCE_DOWNLOAD = "since_download"
    OTHER_ROW = "other_row"
    OTHER_NAME = "other_name"
    REGISTERED = "registered"
    EMPTIED = "emptied"


WHY_NOT_WORDS: Final[Mapping[SkippedCellReason, Words]] = {
    SkippedCellReason.DECIDED: _("Ärendet är beslutat eller avslutat."),
    SkippedCellReason.GIVEN_UP: _("Ansökan är återkallad eller avskriven."),
    SkippedCellReason.CAME_FIRST: _("Den dag då ansökan först kom in gäller."),
    SkippedCellReason.LATE: _("Beloppet höjs inte genom en lista efter sista ansökningsdagen."),
    SkippedCellReason.CHANGED_HERE: _("Uppgiften har ändrats i ärendet sedan den förra listan."),
    SkippedCellReason.SINCE_DOWNLOAD: _(
        "Uppgiften har ändrats i ärendet sedan listan hämtades. Ändra i ärendet om det nya ska gälla."
    ),
    SkippedCellReason.OTHER_ROW: _(
        "Föreningen har ett annat värde på en tidigare rad. Det värdet gäller båda ärendena."
    ),
    SkippedCellReason.OTHER_NAME: _(
        "Raden har en annan förening än ärendet. Inget på raden läses. Skriv tillbaka namnet."
    ),
    SkippedCellReason.REGISTERED: _("Ärendet har redan ett diarienummer. Ändra i ärendet om det nya ska gälla."),
    SkippedCellReason.EMPTIED: _(
        "Cellen är tömd. Det som stod där tas inte bort. Skriv det nya värdet, eller ändra i ärendet."
    ),
}
REMEDY: Final = _("Ändra i ärendet om det nya ska gälla.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedCell:
    """One fact that the list says otherwise; values as they are kept."""

    fact: str
    was: Any
    now: Any
    why_not: SkippedCellReason | None = None
    """None where it goes into the case."""

    def told(self, catalogue: Catalogue, *, values: bool = True) -> Words:
        """The fact that a list changes, and why the case keeps its own. values: with the old and the new value."""
        known = catalogue[self.fact]
        said = known.label + same_in_both(": ")
        if values:
            said += in_words(known, self.was) + same_in_both(" → ") + in_words(known, self.now) + same_in_both(". ")
        return said + (WHY_NOT_WORDS[self.why_not] if self.why_not is not None else NO_WORDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedRow:
    """A row that is an application known here, and what it says otherwise."""

    row: StagedRow
    case: Case
    cells: tuple[CorrectedCell, ...]
    catalogue: Catalogue
    """Definitions by which its cells are read."""

    @property
    def taken(self) -> tuple[CorrectedCell, ...]:
        return tuple(cell for cell in self.cells if cell.why_not is None)


class AppliedElsewhere(NamedTuple):
    """A row whose association has an open application for the same purpose and sum in another round, or in none."""

    key: int
    sheet: str
    row: int
    other: str
    """Number of that application."""
    round_id: int | None
    """Round of that application."""


class CorrectedList(NamedTuple):
    """Rows that are known, rows beside which their association has another application, and numbers of no case."""

    known: list[CorrectedRow]
    others: list[tuple[StagedRow, Case]]
    elsewhere: list[AppliedElsewhere]
    without_case: list[StagedRow]


def compare_applications(
    session: Session, staged: StagedFile, *, on: date
) -> tuple[dict[str, Any], dict[str, Any], CorrectedList]:
    """Which rows that lie ready are applications known here: counts, what is told of them, and the rows themselves."""
    downloaded = staged.kind == ListKind.CHANGES
    known = _rows_by_case(session, staged) if downloaded else _known_rows(session, staged)
    found = _corrected_rows(session, staged, known.pairs, on)
    rows = [{"key": one.row.id, "is": CHANGED if one.cells else SAME, "of": one.case.id} for one in found]
    mark_known_rows(session, [*rows, *({"key": row.id, "is": REFUSED, "of": None} for row in known.without_case)])
    changed = [one for one in found if one.taken]
    gone = [] if downloaded else _missing_applications(session, [one.case for one in found], known.associations)
    counts = {"same": len(found) - len(changed), "changed": len(changed), "gone": len(gone)}
    if known.without_case:
        counts["without_case"] = len(known.without_case)
    told = [
        [
            one.case.number,
            [cell.fact for cell in one.taken],
            one.case.name,
            "",
            {cell.fact: cell.was for cell in one.cells},
            {cell.fact: cell.now for cell in one.cells},
            {cell.fact: cell.why_not for cell in one.cells if cell.why_not is not None},
        ]
        for one in [one for one in found if one.taken or (downloaded and one.cells)][:MOST_TOLD]
    ]
    corrected = CorrectedList(found, known.others, known.elsewhere, known.without_case)
    return counts, {"changed": told, "gone": gone[:MOST_TOLD]}, corrected


def told_facts(rules: Rules) -> Catalogue:
    """Definitions by which cells are put into words: the facts, and the registry number."""
    return {**rules.folder.book.catalogue, DNR: REGISTRY_NUMBER.definition}


def told_of_rows(found: CorrectedList, catalogue: Catalogue, *, cells: bool) -> Iterator[IntakeRemark]:
    """Remarks per row: numbers of no case, and possible doubles outside a round.

    cells: with changed facts that the case does not take.
    """
    yield from (row_without_case(row.sheet, row.row) for row in found.without_case)
    for one in found.known if cells else ():
        where = f"{one.row.sheet}!{one.row.row}"
        for cell in one.cells:
            if cell.why_not is not None and cell.fact in catalogue:
                problem = Problem(where, cell.told(catalogue, values=False), REMEDY)  # its reader may not see the case
                yield IntakeRemark(one.row.sheet, one.row.row, 0, "", problem)
    for row, case in found.others:
        if case.round_id is None:
            what = _("Föreningen har redan en öppen ansökan: {other}.", other=case.number)
            remedy = _("Kontrollera om det är två ansökningar, en dubblett eller fel nummer.")
            yield IntakeRemark(row.sheet, row.row, 0, "", Problem(f"{row.sheet}!{row.row}", what, remedy))
    for same in found.elsewhere:
        what = (
            _("Föreningen har en öppen ansökan utan omgång om samma sak: {other}.", other=same.other)
            if same.round_id is None
            else _("Föreningen har en öppen ansökan i en annan omgång om samma sak: {other}.", other=same.other)
        )
        remedy = _("Kontrollera om det är två ansökningar eller fel omgång.")
        yield IntakeRemark(same.sheet, same.row, 0, "", Problem(f"{same.sheet}!{same.row}", what, remedy))


@dataclass(frozen=True, slots=True)
class _KnownRows:
    """Rows and the applications that they are; rows of associations that have others; all those associations."""

    pairs: list[tuple[StagedRow, Case]]
    others: list[tuple[StagedRow, Case]]
    elsewhere: list[AppliedElsewhere]
    associations: set[int]
    without_case: list[StagedRow] = field(default_factory=list)


def _rows_by_case(session: Session, staged: StagedFile) -> _KnownRows:
    """Rows of a downloaded list, by the number of the case."""
    wanted = select(StagedRow).where(StagedRow.staged_id == staged.id, StagedRow.state == GOOD).order_by(StagedRow.id)
    rows = session.scalars(wanted).all()
    found = _KnownRows([], [], [], set())
    for some in in_chunks(rows, AT_A_TIME):
        named = Case.number.in_([row.name for row in some])
        of_board = (Case.board_id == staged.board_id) & (Case.kind == staged.found["of"]) & named
        cases = {case.number: case for case in session.scalars(select(Case).where(of_board))}
        found.pairs.extend((row, cases[row.name]) for row in some if row.name in cases)
        found.without_case.extend(row for row in some if row.name not in cases)
    return found


def _known_rows(session: Session, staged: StagedFile) -> _KnownRows:
    holds = func.coalesce(Association.merged_into_id, Association.id)
    in_round = Case.round_id == staged.round_id
    open_in_none = and_(Case.round_id.is_(None), Case.state.in_([state.value for state in (*OPEN, *GIVEN_UP)]))
    own = [*_of_association(staged, holds), in_round if staged.round_id is not None else open_in_none]
    if staged.scheme_id is not None:
        own.append(id_of_scheme(Case.scheme_id, Case.round_id) == staged.scheme_id)
    conflicts = {one.key for one in row_conflicts(session, staged.id)}  # who they are about is for a person to say
    candidates: dict[int, set[tuple[int, int]]] = {}
    for same in SAME_ASSOCIATION:
        wanted = (
            select(holds, StagedRow.id, Case.id, StagedRow.year, Case.received_on)
            .select_from(StagedRow)
            .join(Association, same)
            .join(Case, and_(*own))
            .where(named_rows(staged.id))
        )
        for association, row, case, year, received_on in session.execute(wanted):
            if staged.round_id is not None or received_on.year == year:
                candidates.setdefault(association, set()).add((row, case))
    rows = _by_id(session, StagedRow, {row for some in candidates.values() for row, _case in some} - conflicts)
    cases = _by_id(session, Case, {case for some in candidates.values() for _row, case in some})
    found = _KnownRows([], [], [], set(candidates))
    for some in candidates.values():
        own_rows, own_cases = (sorted(set(keys)) for keys in zip(*some, strict=True))
        left, there = [rows[key] for key in own_rows if key in rows], [cases[key] for key in own_cases]
        found.pairs.extend(_pairs(left, there))
        found.others.extend((row, case) for row in left for case in there[:1] if case.state not in GIVEN_UP)
    known = conflicts | {row.id for row, _case in (*found.pairs, *found.others)}
    found.elsewhere.extend(one for one in _applied_elsewhere(session, staged) if one.key not in known)
    return found


def _of_association(staged: StagedFile, association: ColumnElement[int]) -> list[ColumnElement[bool]]:
    """Conditions of the board's applications of an association."""
    return [
        Case.board_id == staged.board_id,
        Case.kind == CaseKind.GRANT,
        Case.association_id == association,
        is_batch_not_undone(Case.batch_id),
    ]


def _applied_elsewhere(session: Session, staged: StagedFile) -> Iterator[AppliedElsewhere]:
    """Rows, and the first open application of another round that their association has for the same purpose and sum."""
    holds = func.coalesce(Association.merged_into_id, Association.id)
    same_sum = and_(
        *_of_association(staged, holds),
        Case.amount_applied == StagedRow.amount,
        Case.state.in_([state.value for state in OPEN]),
        Case.round_id.is_distinct_from(staged.round_id),
    )
    told: set[int] = set()
    for same in SAME_ASSOCIATION:
        wanted = (
            select(StagedRow.id, StagedRow.sheet, StagedRow.row, Case.number, Case.round_id)
            .add_columns(StagedRow.purpose, Case.purpose)
            .join(Association, same)
            .join(Case, same_sum)
            .where(named_rows(staged.id), StagedRow.purpose != "", Case.purpose != "")
        )
        for *row, purpose, other in session.execute(wanted.order_by(StagedRow.id, Case.id)):
            if row[0] not in told and purpose.casefold().split() == other.casefold().split():
                told.add(row[0])
                yield AppliedElsewhere(*row)


def _by_id(session: Session, model: type[Found], keys: Collection[int]) -> dict[int, Found]:
    return {
        row.id: row
        for some in in_chunks(sorted(keys), AT_A_TIME)
        for row in session.scalars(select(model).where(model.id.in_(some)))
    }


def _pairs(rows: list[StagedRow], cases: list[Case]) -> Iterator[tuple[StagedRow, Case]]:
    """One association's rows and cases, taken out of the lists as they are found to be the same application.

    By purpose and sum, then purpose, then sum, then the order where as many are left and none says another purpose. One
    that was given up is known only by both: what is applied for anew is another.
    """

    def purpose(one: StagedRow | Case) -> list[str]:
        return one.purpose.casefold().split()

    def apart(row: StagedRow, case: Case) -> bool:
        return bool(purpose(row) and purpose(case)) and purpose(row) != purpose(case)

    def of_one_sum(row: StagedRow, case: Case) -> bool:
        return row.amount is not None and row.amount == case.amount_applied

    ways: tuple[Callable[[StagedRow, Case], bool], ...] = (
        lambda row, case: purpose(row) == purpose(case) and of_one_sum(row, case),
        lambda row, case: purpose(row) == purpose(case) != [] and case.state not in GIVEN_UP,
        lambda row, case: of_one_sum(row, case) and case.batch_id is not None and case.state not in GIVEN_UP,
    )
    for same in ways:
        for row in list(rows):
            case = next((case for case in cases if same(row, case)), None)
            if case is not None:
                yield row, case
                rows.remove(row)
                cases.remove(case)
    standing = [case for case in cases if case.state not in GIVEN_UP]
    if len(rows) == len(standing) and not any(apart(row, case) for row in rows for case in standing):
        for row, case in zip(list(rows), standing, strict=True):
            yield row, case
            rows.remove(row)
            cases.remove(case)


def _corrected_rows(
    session: Session, staged: StagedFile, pairs: Sequence[tuple[StagedRow, Case]], on: date
) -> list[CorrectedRow]:
    about = session.get(Round, staged.round_id) if staged.round_id is not None else None
    closed = about is not None and about.closes_on < on
    downloaded = _DownloadedComparison.of(session, staged, on) if staged.kind == ListKind.CHANGES else None
    found = []
    for some in in_chunks(pairs, AT_A_TIME):
        cases = {case.id: case.association_id for _row, case in some}
        now: dict[int, dict[str, FactValue]] = {key: {} for key in cases}
        listed: dict[int, dict[str, FactValue]] = {key: {} for key in cases}
        for key, value in said_of_many(session, staged.board_id, cases):
            now[key][value.fact] = value
            by_list = value.source.batch_id is not None and value.source.supplied_by is FactSupplier.IMPORT
            was_listed = by_list and value.source.case_id == key
            if was_listed if downloaded is None else value.source.id <= downloaded.facts_until:
                listed[key][value.fact] = value
        for row, case in some:
            if downloaded is not None:
                cells = downloaded.cells(row, case, now[case.id], listed[case.id])
            else:
                cells = _cells(row, case, now[case.id], listed[case.id], closed=closed)
            catalogue = _catalogue(session, case, downloaded)
            known = tuple(cell for cell in cells if cell.fact in catalogue)
            found.append(CorrectedRow(row=row, case=case, cells=known, catalogue=catalogue))
    return found


def _catalogue(session: Session, case: Case, downloaded: _DownloadedComparison | None) -> Catalogue:
    """Definitions by which the cells of a case are read."""
    if downloaded is not None:
        return downloaded.catalogue
    return catalogue_of_version(session, case.rule_version_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class _DownloadedComparison:
    """A downloaded list that comes back: its open columns, and the last facts that were in it."""

    opened: Mapping[str, OpenColumn]
    catalogue: Catalogue
    facts_until: int
    on: date
    claimed: dict[tuple[int, str], Any]
    """Association and fact -> what an earlier row gives it."""

    @classmethod
    def of(cls, session: Session, staged: StagedFile, on: date) -> _DownloadedComparison:
        """The list as it was downloaded, with the columns that the rules in force on a day ask for."""
        kind = CaseKind(staged.found["of"])
        opened = {column.key: column for column in open_columns(session, staged.board_id, kind, on=on)}
        catalogue = {
            NAME: rulebook_of(session).folder.book.catalogue[NAME],
            **{key: one.definition for key, one in opened.items()},
        }
        return cls(opened=opened, catalogue=catalogue, facts_until=staged.found["facts_until"], on=on, claimed={})

    def cells(
        self, row: StagedRow, case: Case, now: Mapping[str, FactValue], listed: Mapping[str, FactValue]
    ) -> Iterator[CorrectedCell]:
        """Cells of a row that a person changed; a row with another name than its case's changes nothing."""
        if row.title and row.title != tidy_text(case.name):
            yield CorrectedCell(
                fact=NAME, was=tidy_text(case.name), now=row.title, why_not=SkippedCellReason.OTHER_NAME
            )
            return
        said = row.of_case or {}
        emptied = dict.fromkeys(said.get("emptied", ()))
        for fact, new in {**said["values"], **dict.fromkeys(said["absent"], ABSENT), **emptied}.items():
            column = self.opened.get(fact)
            if column is None:
                continue
            stands = case.dnr or None if fact == DNR else self._read_back(column, now)
            before = stands if fact == DNR else self._read_back(column, listed)
            outcome = compare_cell(new, before, stands)
            if outcome is not CellComparison.SAME:
                why_not = self._why_not(column, new, case, outcome)
                yield CorrectedCell(fact=fact, was=stands, now=new, why_not=why_not)

    def _read_back(self, column: OpenColumn, values: Mapping[str, FactValue]) -> Any:  # noqa: ANN401 - JSON
        value = values.get(column.key)
        return read_back(column, plain_value(value) if value is not None else None, on=self.on)

    def _why_not(self, column: OpenColumn, new: Any, case: Case, outcome: CellComparison) -> SkippedCellReason | None:  # noqa: ANN401 - JSON
        if new is None:
            return SkippedCellReason.EMPTIED
        if column.key == DNR:
            return SkippedCellReason.REGISTERED if case.dnr else None
        if outcome is CellComparison.CONFLICT:
            return SkippedCellReason.SINCE_DOWNLOAD
        if case.state not in OPEN:
            return SkippedCellReason.DECIDED
        if case.association_id is not None and column.definition.level in ASSOCIATION_LEVELS:
            given = self.claimed.setdefault((case.association_id, column.key), new)
            return SkippedCellReason.OTHER_ROW if given != new else None
        return None


def _cells(
    row: StagedRow, case: Case, now: Mapping[str, FactValue], listed: Mapping[str, FactValue], *, closed: bool
) -> Iterator[CorrectedCell]:
    day = ((row.of_case or {}).get("values") or {}).get(ARRIVED)
    if day is not None and day != case.received_on.isoformat():
        yield CorrectedCell(
            fact=ARRIVED, was=case.received_on.isoformat(), now=day, why_not=SkippedCellReason.CAME_FIRST
        )
    for fact, new in _stated_values(row):
        stands = plain_value(now[fact]) if fact in now else None
        typed_here = fact in now and now[fact].source.supplied_by is FactSupplier.STAFF
        before = plain_value(listed[fact]) if fact in listed else UNSAID if typed_here else stands
        outcome = compare_cell(new, before, stands)
        if outcome is CellComparison.SAME:
            continue
        raised = fact == AMOUNT and isinstance(new, int) and new > (stands if isinstance(stands, int) else 0)
        yield CorrectedCell(fact=fact, was=stands, now=new, why_not=_why_not(case, outcome, late=raised and closed))


def _why_not(case: Case, outcome: CellComparison, *, late: bool) -> SkippedCellReason | None:
    """Why a changed cell does not go into its case; None where it does."""
    if case.state in GIVEN_UP:
        return SkippedCellReason.GIVEN_UP
    if case.state not in OPEN:
        return SkippedCellReason.DECIDED
    if outcome is CellComparison.CONFLICT:
        return SkippedCellReason.CHANGED_HERE
    return SkippedCellReason.LATE if late else None


def _stated_values(row: StagedRow) -> Iterator[tuple[str, Any]]:
    """Fact -> what the row says of it; an empty or unreadable cell says nothing."""
    for part in (row.of_association or {}, row.of_case or {}):
        for fact, value in part.get("values", {}).items():
            if fact not in NEVER_CHANGED:
                yield fact, value
        for fact in part.get("absent", ()):
            yield fact, dict(ABSENT)


def _missing_applications(session: Session, cases: Sequence[Case], named: Collection[int]) -> list[str]:
    """Open applications that came by the lists that known ones did, of associations that this list does not name."""
    batches = {case.batch_id for case in cases if case.batch_id is not None}
    wanted = select(Case.association_id, Case.number).where(
        Case.batch_id.in_(sorted(batches)), Case.kind == CaseKind.GRANT, Case.state.in_([state.value for state in OPEN])
    )
    return [number for association, number in session.execute(wanted.order_by(Case.id)) if association not in named]


def update_known_applications(session: WritingSession, staged: StagedFile, batch: ImportBatch) -> None:
    """What a list says otherwise of known applications goes into their cases; what does not is noted there.

    Of another list than one of applications, or one that was downloaded here, there is nothing.
    """
    if staged.kind not in {ListKind.GRANT, ListKind.CHANGES}:
        return
    wanted = select(StagedRow, Case).join(Case, Case.id == StagedRow.case_id)
    changed = wanted.where(StagedRow.staged_id == staged.id, StagedRow.state == CHANGED).order_by(StagedRow.id)
    pairs = [(row, case) for row, case in session.execute(changed)]
    _refuse_others(session, staged, [case.id for _row, case in pairs])
    for one in _corrected_rows(session, staged, pairs, session.today):
        catalogue = one.catalogue
        cells = [cell for cell in one.taken if cell.fact != DNR]
        facts = Facts(
            {cell.fact: from_plain(catalogue[cell.fact], cell.now) for cell in cells if cell.now != ABSENT},
            frozenset(cell.fact for cell in cells if cell.now == ABSENT),
        )
        if staged.kind == ListKind.CHANGES and session.person_or_none is not None:
            _change_as_downloaded(session, one, facts, batch)
            continue
        if cells:
            casework.correct_by_list(session, one.case, facts, batch_id=batch.id, row=one.row.row)
        left = [
            cell.told(catalogue, values=catalogue[cell.fact].privacy is Privacy.PUBLIC).to(OFFICIAL)
            for cell in one.cells
            if cell.why_not is not None
        ]
        if left and session.person_or_none is not None and session.person_or_none.id:
            text = "\n".join([_("En lista har andra uppgifter än ärendet:").to(OFFICIAL), *left])
            casework.note_of_list(session, one.case, text)


def _change_as_downloaded(session: WritingSession, one: CorrectedRow, facts: Facts, batch: ImportBatch) -> None:
    """Changes a case as an officer has written in a downloaded list; noted as if it were typed there.

    Raises:
        Refused: the list gives a registry number, and the person may not.
    """
    numbers = [cell.now for cell in one.taken if cell.fact == DNR]
    if numbers and not session.person.may(Action.REGISTER_CASE):
        what = _("Listan innehåller diarienummer, som registratorn sätter.")
        raise Refused(Obstacle.CLOSED, Problem(one.case.number, what, _("Ta bort kolumnen och ladda upp listan igen.")))
    for number in numbers:
        casework.register_case(session, one.case.number, str(number))
    if facts.values or facts.absent:
        casework.change_facts_in_list(session, one.case.number, facts, batch_id=batch.id, row=one.row.row)


def _refuse_others(session: Session, staged: StagedFile, keys: Sequence[int]) -> None:
    """Whoever has left a case to others changes it by no list either.

    Raises:
        Refused: one of the cases is not this person's to handle.
    """
    if session.person_or_none is None or not session.person_or_none.id:
        return
    seen: set[int] = set()
    for some in in_chunks(keys, AT_A_TIME):
        seen |= set(
            session.scalars(
                visible_cases(session.person_or_none, Action.HANDLE).with_only_columns(Case.id).where(Case.id.in_(some))
            )
        )
    if set(keys) - seen:
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                staged.file,
                _("Listan ändrar ett ärende som du inte handlägger, kanske för att du har lämnat det till andra."),
                _("Låt en kollega läsa in den."),
            ),
        )
