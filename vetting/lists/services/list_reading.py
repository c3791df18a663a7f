"""Reading a file that was handed in: understood, checked row by row, and laid ready in short transactions."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from sqlalchemy import delete, insert

from vetting.casework import intake_frame
from vetting.formats import limits
from vetting.formats.refusals import file_problem
from vetting.formats.workbook_reading import stream_book
from vetting.grants.models.rounds import Round, scheme_of_case
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.problem import Problem, Refused, UnreadableError
from vetting.kernel.store.base import table_of
from vetting.kernel.store.session import open_reading, open_technical
from vetting.kernel.store.storage_errors import AWAY, storage_problem_of
from vetting.kernel.text import _, same_in_both
from vetting.lists.domain.association_lists import AssociationRowReader, PaymentRowReader
from vetting.lists.domain.case_lists import hidden_sheet_problems, sheet_problems
from vetting.lists.domain.column_suggestions import column_choices, first_rows
from vetting.lists.domain.downloaded_lists import DownloadedRowReader
from vetting.lists.domain.headings import ColumnReading, first_tables
from vetting.lists.domain.list_rows import (
    CaseRowReader,
    IntakeProgress,
    IntakeRemark,
    SheetReader,
    kind_of,
)
from vetting.lists.models import association_matches
from vetting.lists.models.staged_files import (
    FAILED,
    GOOD,
    READING,
    READY,
    UNKNOWN,
    StagedContent,
    StagedFile,
    StagedProblem,
    StagedRow,
    layouts_of,
)
from vetting.lists.services import downloaded_lists, earlier_lists, payment_lists, weekly_lists
from vetting.rules import all_in_force, own_ruleset, rules_in_force
from vetting.rules.domain.layouts import (
    FOREIGN,
    KIND_WORDS,
    OF_MONEY,
    Layout,
    ListKind,
    folded_heading,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from vetting.casework.domain.intake import IntakeFrame
    from vetting.engine.facts import Catalogue
    from vetting.kernel.store.engine import Database
    from vetting.kernel.store.session import Session
    from vetting.kernel.tables import ForeignWorkbook, RawRow
    from vetting.lists.domain.downloaded_lists import DownloadedColumns
    from vetting.lists.models.downloaded_lists import DownloadedList
    from vetting.rules import Rules

_RowReader: TypeAlias = CaseRowReader | AssociationRowReader | PaymentRowReader | DownloadedRowReader
AT_A_TIME: Final = 2_000
MOST_PROBLEMS: Final = 20_000


@dataclass(slots=True)
class _FileReading:
    """What one reading needs and gathers."""

    staged: StagedFile
    kind: ListKind
    layouts: Sequence[Layout]
    catalogue: Catalogue
    frame: IntakeFrame
    downloaded: DownloadedColumns | None = None
    """Columns of a list that was downloaded here."""
    origin: dict[str, Any] = field(default_factory=dict)
    """Kind of case and last facts of a list that was downloaded here."""
    taking: IntakeProgress = field(default_factory=IntakeProgress)
    tables: list[dict[str, Any]] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    told: list[IntakeRemark] = field(default_factory=list)
    problems: int = 0

    def begin(self, columns: ColumnReading) -> _RowReader:
        """A table begins: noted with what it has no column for."""
        part = len(self.tables)
        if part == limits.TABLES:
            raise UnreadableError(file_problem("tables", self.staged.file))
        taker: _RowReader
        match self.kind:
            case ListKind.ASSOCIATIONS:
                taker = AssociationRowReader(columns, self.taking, part)
            case ListKind.PAYMENTS:
                taker = PaymentRowReader(columns, self.taking, part, on=self.frame.on)
            case ListKind.CHANGES if self.downloaded is not None:
                taker = DownloadedRowReader(columns, self.downloaded, self.taking, part)
            case ListKind.GRANT | ListKind.BOOKING | ListKind.CHANGES | ListKind.CLAIMS:
                taker = CaseRowReader(columns, self.catalogue, self.frame, self.taking, part)
        self.tables.append(
            {
                "sheet": columns.shown_sheet,
                "row": columns.heading_row,
                "last": columns.last,
                "facts": {str(column): fact for column, fact in sorted({**columns.clocks, **columns.facts}.items())},
                "unread": [heading for heading in columns.unread if heading],
                "not_asked": sorted(taker.not_asked),
            }
        )
        self.told += [
            IntakeRemark(columns.shown_sheet, columns.heading_row, 0, "", problem)
            for problem in taker.heading_problems()
        ]
        self.told += [
            IntakeRemark(columns.shown_sheet, columns.heading_row, 0, "", problem)
            for problem in _missing_columns(columns)
        ]
        return taker


def read_staged_file(
    database: Database, key: int, rules: Rules, *, at: datetime, heard: Callable[[int, int], bool] = lambda _d, _t: True
) -> str:
    """Reads a staged file and lays its rows ready; doing it again begins from the start. Returns the new state.

    heard: told how many rows are done; an answer of False stops the work.
    """
    with open_technical(database) as session:
        staged = session.get_one(StagedFile, key, with_for_update=True)
        if staged.state != READING:
            return staged.state
        staged.turn += 1
        staged.heard_at = at
        content = session.get_one(StagedContent, key).content
        for table in (StagedRow, StagedProblem):
            session.execute(delete(table).where(table.staged_id == key))
        session.flush()
        session.expunge_all()
    try:
        with stream_book(content, staged.file) as (book, coming):
            prepared = _prepare_reading(database, staged, book, rules, at=at)
            if prepared is None:
                return _unknown(database, staged, book)
            return _laid_ready(database, prepared, book, coming, heard)
    except UnreadableError as error:
        return _fail_reading(database, staged, error.problem)
    except Refused as refused:
        return _fail_reading(database, staged, refused.problems[0])
    except _OvertakenError:
        return READING
    except Exception as error:
        if storage_problem_of(error) not in AWAY:  # of a database that comes back it is read again from its beginning
            _fail_reading(database, staged, _our_fault(staged.file))
        raise


class _OvertakenError(Exception):
    """Another reading of the file has begun, or it was thrown away."""


@contextmanager
def _still_ours(database: Database, staged: StagedFile) -> Iterator[tuple[Session, StagedFile]]:
    """A short transaction in which nobody else has taken the file up.

    Raises:
        _OvertakenError: somebody has.
    """
    with open_technical(database) as session:
        found = session.get(StagedFile, staged.id, with_for_update=True)
        if found is None or (found.turn, found.state) != (staged.turn, READING):
            raise _OvertakenError
        yield session, found


def _our_fault(file: str) -> Problem:
    return Problem(
        file,
        _("Något gick fel i programmet när filen lästes."),
        _("Ta bort filen och ladda upp den igen. Hjälper det inte, hör av dig till systemförvaltaren."),
    )


def _prepare_reading(
    database: Database, staged: StagedFile, book: ForeignWorkbook, rules: Rules, *, at: datetime
) -> _FileReading | None:
    """How the file is to be read; None when nobody knows its columns."""
    with open_reading(database) as session:
        found = downloaded_lists.columns_of_file(session, book, staged, on=at.date())
        if found is not None:
            return _prepare_downloaded(staged, book, *found, frame=intake_frame(staged.board_id, None, None, at.date()))
        own = _own_layouts(session, staged.board_id, rules.folder.book.catalogue)
        layouts = _by_name([*own, *rules.layouts], staged.layout)
        if staged.round_id is not None:
            layouts = [layout for layout in layouts if layout.kind is ListKind.GRANT]
        chosen = _chosen_layout(staged, book)
        if chosen is not None:
            layouts = [chosen]
        # What says no more than who they are is a register rather than a list of cases.
        layouts.sort(key=lambda layout: layout.kind is not ListKind.ASSOCIATIONS)
        tables = [table for sheet in book.sheets for table in first_tables(sheet, layouts)]
        kind = kind_of(tables)
        if kind is None:
            return None
        best = max(tables, key=lambda table: len(table.facts))
        staged.layout = best.layout.name
        catalogue = rules.folder.book.catalogue
        scheme = scheme_of_case(session, staged.scheme_id, staged.round_id)
        if kind.case is not None:
            own_rules = own_ruleset(session, scheme, on=at.date())
            ruleset = rules_in_force(session, staged.board_id, kind.case, on=at.date(), own=own_rules)
            catalogue = ruleset.catalogue if ruleset is not None else catalogue
            if kind is ListKind.BOOKING:  # which rules judge a row is said by its room
                for other in all_in_force(session, staged.board_id, [kind.case], on=at.date()):
                    catalogue = {**other.catalogue, **catalogue}
        into = session.get(Round, staged.round_id) if staged.round_id is not None else None
        frame = intake_frame(staged.board_id, into, scheme, at.date())
    same_kind = [layout for layout in layouts if layout.kind is kind]
    return _FileReading(staged, kind, same_kind, catalogue, frame)


def _prepare_downloaded(
    staged: StagedFile, book: ForeignWorkbook, listed: DownloadedList, columns: DownloadedColumns, *, frame: IntakeFrame
) -> _FileReading:
    layouts = [columns.layout]
    if not any(first_tables(sheet, layouts) for sheet in book.sheets):
        raise UnreadableError(downloaded_lists.no_headings(staged.file))
    known = {"of": listed.kind.value, "facts_until": listed.facts_until}
    catalogue = {column.key: column.definition for column in columns.opened}
    return _FileReading(staged, ListKind.CHANGES, layouts, catalogue, frame, columns, known)


def _by_name(layouts: Sequence[Layout], name: str) -> list[Layout]:
    """The layout asked for, else all."""
    return [layout for layout in layouts if not name or layout.name == name]


def _own_layouts(session: Session, board_id: int, catalogue: Catalogue) -> list[Layout]:
    """The board's own; what they call facts that are no more is left out."""
    found = []
    for row in layouts_of(session, board_id):
        if row.kind not in FOREIGN:
            continue
        known = column_choices(row.kind, catalogue)
        headings = {heading: fact for heading, fact in row.headings.items() if fact in known}
        found.append(Layout(name=row.name, kind=row.kind, title=same_in_both(row.name), headings=headings, own=True))
    return found


def _chosen_layout(staged: StagedFile, book: ForeignWorkbook) -> Layout | None:
    """The columns that a person has mapped, as a layout for this file alone."""
    given = staged.columns
    if not given:
        return None
    sheet = next((sheet for sheet in book.sheets if mask_personal_numbers(sheet.name) == given["sheet"]), None)
    row = next((row for row in sheet.rows if row.number == given["row"]), None) if sheet is not None else None
    if row is None:
        return None
    texts = {column: folded_heading(cell.text) for column, cell in row.cells.items()}
    facts = {texts[int(column)]: fact for column, fact in given["facts"].items() if texts.get(int(column))}
    return Layout(
        name=given.get("name") or "",
        kind=ListKind(given["kind"]),
        title=KIND_WORDS[ListKind(given["kind"])],
        headings=facts,
    )


def _missing_columns(columns: ColumnReading) -> Iterator[Problem]:
    """Columns that a board's own layout had when it was made and this file has not."""
    if not columns.layout.own:
        return
    for fact in sorted(set(columns.layout.headings.values()) - set(columns.facts.values())):
        heading = next(text for text, other in columns.layout.headings.items() if other == fact)
        yield Problem(
            f"{columns.shown_sheet}!{columns.heading_row}",
            _(
                "Kolumnen ”{heading}” som hör till layouten {name} finns inte i filen.",
                heading=heading,
                name=columns.layout.name,
            ),
            _("Lägg tillbaka kolumnen, eller läs in utan den."),
        )


def _unknown(database: Database, staged: StagedFile, book: ForeignWorkbook) -> str:
    """Keeps the first rows of each sheet, for a person to say what the columns are."""
    sheets = [
        {
            "name": mask_personal_numbers(sheet.name),
            "rows": [[row, {str(column): text for column, text in cells.items()}] for row, cells in first_rows(sheet)],
        }
        for sheet in book.sheets
    ]
    with _still_ours(database, staged) as (_unused, found):
        found.state, found.found = UNKNOWN, {"sheets": sheets, "hidden": list(book.hidden)}
    return UNKNOWN


def _fail_reading(database: Database, staged: StagedFile, problem: Problem) -> str:
    try:
        with _still_ours(database, staged) as (_unused, found):
            found.state = FAILED
            found.problem = {"where": problem.where, "what": list(problem.what), "remedy": list(problem.remedy)}
    except _OvertakenError:
        return READING
    return FAILED


def _laid_ready(
    database: Database,
    now: _FileReading,
    book: ForeignWorkbook,
    coming: Iterable[tuple[int, list[RawRow]]],
    heard: Callable[[int, int], bool],
) -> str:
    takers = [SheetReader(sheet, now.layouts, now.begin) for sheet in book.sheets]
    now.told += [IntakeRemark("", 0, 0, "", problem) for problem in hidden_sheet_problems(book.hidden, now.staged.file)]
    now.told += [
        IntakeRemark(mask_personal_numbers(sheet.name), 0, 0, "", problem)
        for sheet in book.sheets
        for problem in sheet_problems(sheet)
    ]
    listed = [
        mask_personal_numbers(sheet.name) for sheet, taker in zip(book.sheets, takers, strict=True) if taker.takers
    ]
    if len(listed) > 1:
        several = Problem(
            now.staged.file,
            _("Listan läses från {many} blad: {names}.", many=len(listed), names=", ".join(listed)),
            _("Ta bort de blad som inte ska med ur filen och ladda upp den igen, eller läs in alla."),
        )
        now.told.append(IntakeRemark("", 0, 0, "", several))
    for place, rows in coming:
        for row in rows:
            for found, told in takers[place].read(row):
                now.told += told
                if found is not None:
                    now.rows.append(found)
        if len(now.rows) >= AT_A_TIME or len(now.told) >= AT_A_TIME:
            _lay(database, now)
            if not heard(now.taking.rows, 0):
                raise _OvertakenError
    _lay(database, now)
    return _finish_reading(database, now)


def _lay(database: Database, now: _FileReading) -> None:
    """One short transaction with what has been read since the last."""
    with _still_ours(database, now.staged) as (session, _unused):
        if now.rows:
            rows = [{**EMPTY, **row, "staged_id": now.staged.id} for row in now.rows]
            if now.kind is ListKind.BOOKING:
                for row in rows:
                    row["digest"] = weekly_lists.digest_of(row)
            session.connection().execute(insert(table_of(StagedRow)), rows)
        left = MOST_PROBLEMS - now.problems
        now.problems += len(now.told)
        told = [_problem(now.staged.id, item) for item in now.told[: max(left, 0)]]
        if told:
            session.execute(insert(StagedProblem), told)
    now.rows, now.told = [], []


EMPTY: Final[dict[str, Any]] = {
    "state": GOOD,
    "municipality": "",
    "form": "",
    "seat": "",
    "association_id": None,
    "private": False,
    "received_on": None,
    "due_on": None,
    "purpose": "",
    "amount": None,
    "giro": "",
    "reference": "",
    "customer": "",
    "title": "",
    "open_to_public": None,
    "rate": "",
    "room": "",
    "starts_at": None,
    "ends_at": None,
    "weekly_until": None,
    "of_association": None,
    "of_case": None,
    "digest": "",
    "case_id": None,
}


def _problem(key: int, told: IntakeRemark) -> dict[str, Any]:
    problem = told.problem
    return {
        "staged_id": key,
        "sheet": told.sheet,
        "row": told.row,
        "column": told.column,
        "where": problem.where,
        "value": told.value,
        "stops": told.stops,
        "what_sv": problem.what.sv,
        "what_en": problem.what.en,
        "remedy_sv": problem.remedy.sv,
        "remedy_en": problem.remedy.en,
    }


def _finish_reading(database: Database, now: _FileReading) -> str:
    key, taking = now.staged.id, now.taking
    if now.kind in OF_MONEY and taking.rows > limits.PAYMENTS:
        return _fail_reading(database, now.staged, file_problem("payments", now.staged.file))
    if not taking.rows:
        table = now.tables[0]
        return _fail_reading(database, now.staged, _no_rows(f"{table['sheet']}!{table['row']}"))
    compared: dict[str, Any] = {}
    with _still_ours(database, now.staged) as (session, staged):
        counts: dict[str, Any] = {
            "rows": taking.rows,
            "good": taking.place,
            "refused": taking.refused,
            "problems": now.problems,
            "by_year": {str(year): number for year, number in taking.by_year.items()},
        }
        if now.kind is ListKind.PAYMENTS:
            good, refused, lacks = payment_lists.match_payments(session, staged, now.frame.on)
            counts |= {"good": good, "refused": taking.refused + refused, "problems": now.problems + refused + lacks}
        else:
            association_matches.refresh_statistics(session)
            if now.kind.case is not None or now.downloaded is not None:
                staged.kind, staged.found = now.kind.value, now.origin or staged.found
                figures, compared, told = earlier_lists.compare_with_earlier(session, staged, on=now.frame.on)
                counts |= figures
                counts["refused"] += counts.pop("without_case", 0)
                most = max(0, MOST_PROBLEMS - now.problems)
                if told[:most]:
                    session.execute(insert(StagedProblem), [_problem(key, one) for one in told[:most]])
                if now.kind is ListKind.BOOKING:
                    counts["clashes"] = len(told)
                counts["problems"] += len(told[:most])
            if now.downloaded is None:
                counts |= association_matches.count_associations(session, key)
            counts["problems"] += _tell_of_round(session, staged, MOST_PROBLEMS - now.problems)
        staged.kind, staged.layout, staged.counts = now.kind.value, now.staged.layout, counts
        staged.found = {**now.origin, "tables": now.tables, **compared}
        staged.state = READY
    return READY


def _tell_of_round(session: Session, staged: StagedFile, most: int) -> int:
    """Tells of each row whose association has an application in the round; how many. A form asks why there are two."""
    if staged.round_id is None or most <= 0:
        return 0
    told = [
        IntakeRemark(
            sheet,
            row,
            0,
            "",
            Problem(
                f"{sheet}!{row}",
                _("Föreningen har redan en ansökan i omgången: {other}.", other=other),
                _("Kontrollera om det är två ansökningar, en dubblett eller fel nummer."),
            ),
        )
        for sheet, row, other in association_matches.in_the_round_already(session, staged, most)
    ]
    if told:
        session.execute(insert(StagedProblem), [_problem(staged.id, one) for one in told])
    return len(told)


def _no_rows(where: str) -> Problem:
    return Problem(where, _("Under rubrikerna finns inga rader att läsa in."), _("Fyll i minst en rad."))
