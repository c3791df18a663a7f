"""A downloaded list that comes back: read against what was sent, shown against what stands now, and taken in."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from vetting.cases.domain.cases import OPEN
from vetting.cases.models.cases import Case, visible_cases
from vetting.cases.services import cases as case_acts
from vetting.cases.services.screenings import ASSOCIATION_LEVELS
from vetting.engine.cells import shorten_cell_text
from vetting.engine.facts import Facts
from vetting.engine.stored_values import from_plain
from vetting.imports.domain.downloaded_lists import (
    ABSENT,
    CASE_NUMBER,
    LIST_SIGN,
    CellComparison,
    OpenColumn,
    cell_as_data,
    columns_in,
    compare_cell,
    in_words,
    read_back,
)
from vetting.imports.domain.layouts import ListKind
from vetting.imports.domain.list_rows import IntakeRemark
from vetting.imports.models.downloaded_lists import DownloadedList, find_downloaded_list
from vetting.imports.models.staged_files import StagedRow
from vetting.imports.services.downloaded_lists import DNR, open_columns, values_now
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.tables import column_letters
from vetting.kernel.text import Words, _, same_in_both
from vetting.kernel.typed_text import tidy_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from vetting.imports.models.staged_files import StagedFile
    from vetting.kernel.roles import Person
    from vetting.kernel.store.import_batches import ImportBatch
    from vetting.kernel.store.session import WritingSession
    from vetting.kernel.tables import ForeignWorkbook, RawRow, SheetRow
    from vetting.rules.services.rulebook import Rules

LOOKED_FOR: Final = 30
"""Headings stand among the first so many rows."""
AT_A_TIME: Final = 300


def sign_in(book: ForeignWorkbook) -> str:
    """The mark of a list that was downloaded here; empty when the file is none."""
    signs = set(LIST_SIGN)
    for sheet in book.sheets:
        for row in sheet.rows[:5]:
            texts = [tidy_text(cell.text) for _unused, cell in sorted(row.cells.items())]
            if len(texts) > 1 and texts[0] in signs:
                return texts[1][:80]
    return ""


def list_of(session: Session, board_id: int, sign: str, file: str) -> DownloadedList:
    """What was downloaded under a mark.

    Raises:
        Refused: nothing in this board, or too long ago.
    """
    found = find_downloaded_list(session, board_id, sign)
    if found is None:
        raise Refused(
            Obstacle.INVALID,
            Problem(
                file,
                _("Listan är hämtad i en annan nämnd, eller för länge sedan."),
                _("Hämta listan på nytt och för över ändringarna."),
            ),
        )
    return found


class ReturnedListReader:
    """Reads the rows of a returned list: what differs from what was sent, by the case's number."""

    def __init__(
        self, sheet: str, at: Mapping[str, int], listed: DownloadedList, opened: Sequence[OpenColumn], on: date
    ) -> None:
        self.sheet, self.at, self.on, self.sent = mask_personal_numbers(sheet), at, on, listed.rows
        self.opened = [column for column in opened if column.key in at]
        self.closed = [
            (place, at[key])
            for place, (key, _unused, is_open) in enumerate(listed.columns)
            if not is_open and key in at and key != CASE_NUMBER
        ]
        self.seen: dict[str, int] = {}

    def read(self, row: SheetRow) -> tuple[str, dict[str, Any] | None, list[IntakeRemark]]:
        """The case's number, what the row wants changed (None: the row cannot be used), and what is told."""
        cell = row.cells.get(self.at[CASE_NUMBER])
        number = tidy_text(cell.text).upper() if cell is not None else ""
        wrong = self._wrong_number(number, row.number)
        if wrong is not None:
            told = IntakeRemark(
                self.sheet,
                row.number,
                self.at[CASE_NUMBER],
                shorten_cell_text(mask_personal_numbers(number)),
                wrong,
                stops=True,
            )
            return number, None, [told]
        wanted: dict[str, Any] = {}
        told_of = list(self._closed_changed(row, number))
        for column in self.opened:
            self._read(column, row, number, wanted, told_of)
        return number, wanted, told_of

    def _wrong_number(self, number: str, row: int) -> Problem | None:
        where = f"{self.sheet}!{column_letters(self.at[CASE_NUMBER])}{row}"
        if number not in self.sent:
            return Problem(
                where,
                _("Raden har inget ärendenummer ur den hämtade listan."),
                _("Skriv tillbaka numret. Nya ärenden läses in med en egen lista."),
            )
        first = self.seen.setdefault(number, row)
        if first != row:
            return Problem(where, _("Ärendet står redan på rad {first}.", first=first), _("Behåll en av raderna."))
        return None

    def _read(
        self, column: OpenColumn, row: SheetRow, number: str, wanted: dict[str, Any], told: list[IntakeRemark]
    ) -> None:
        sent = self.sent[number]["open"].get(column.key)
        cell = row.cells.get(self.at[column.key])
        place = self.at[column.key]
        where = f"{self.sheet}!{column_letters(place)}{row.number}"
        if cell is None:
            new = None
        else:
            read = column.read(cell, on=self.on)
            if read.told is not None and read.value is None:
                shown = shorten_cell_text(mask_personal_numbers(cell.text))
                told.append(IntakeRemark(self.sheet, row.number, place, shown, Problem(where, *read.told), stops=True))
                return
            new = cell_as_data(read.value, absent=read.absent)
        if new == sent:
            return
        if new is None:
            told.append(IntakeRemark(self.sheet, row.number, place, "", Problem(where, *_EMPTIED)))
            return
        if new == ABSENT and column.key == DNR:
            return
        wanted[column.key] = new

    def _closed_changed(self, row: SheetRow, number: str) -> Iterator[IntakeRemark]:
        sent = self.sent[number]["closed"]
        for place, at in self.closed:
            cell = row.cells.get(at)
            text = tidy_text(cell.text) if cell is not None else ""
            if text != sent[place - 1]:
                where = f"{self.sheet}!{column_letters(at)}{row.number}"
                yield IntakeRemark(
                    self.sheet, row.number, at, shorten_cell_text(mask_personal_numbers(text)), Problem(where, *_CLOSED)
                )


_EMPTIED: Final = (
    _("Cellen är tömd. Det som stod där tas inte bort."),
    _("Skriv det nya värdet, eller ändra i ärendet."),
)
_CLOSED: Final = (_("Kolumnen går inte att ändra i listan. Ändringen läses inte."), _("Ändra i ärendet i stället."))


def find_table(book: ForeignWorkbook, listed: DownloadedList) -> tuple[int, int, dict[str, int]] | None:
    """Where the list stands in the file: the sheet's place, the row of headings, and key -> column."""
    headings = {key: heading for key, heading, _unused in listed.columns}
    for place, sheet in enumerate(book.sheets):
        for row in sheet.rows[:LOOKED_FOR]:
            at = columns_in(row, headings)
            if CASE_NUMBER in at and len(at) > 1:
                return place, row.number, at
    return None


def no_table(file: str) -> Problem:
    """The headings are gone."""
    return Problem(
        file,
        _("Rubriken Ärende finns inte kvar i listan."),
        _("Skriv tillbaka rubrikerna, eller hämta listan på nytt."),
    )


def gone_columns(listed: DownloadedList, at: Mapping[str, int], where: str) -> Iterator[Problem]:
    """Open columns that were taken out of the file: nothing in them changes."""
    for key, heading, is_open in listed.columns:
        if is_open and key not in at:
            yield Problem(
                where,
                _("Kolumnen ”{heading}” finns inte kvar. Inget i den ändras.", heading=heading),
                _("Lägg tillbaka kolumnen om du vill ändra något i den."),
            )


def row_of(staged: StagedFile, number: str, row: int, place: int, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """What lies ready of one row."""
    return {
        "staged_id": staged.id,
        "state": "good",
        "place": place,
        "sheet": "",
        "row": row,
        "name": number,
        "name_key": "",
        "number": None,
        "of_case": wanted,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class CellChange:
    """One cell that a person changed: what was sent, what stands now, and what it wants."""

    column: OpenColumn
    compared: CellComparison
    sent: Any
    now: Any
    new: Any
    remedy: Words | None = None
    """Why it is not taken in, where it is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseChange:
    """One row of the list."""

    number: str
    name: str
    row: int
    cells: tuple[CellChange, ...]

    @property
    def taken(self) -> tuple[CellChange, ...]:
        """What goes in."""
        return tuple(cell for cell in self.cells if cell.compared is CellComparison.CHANGE and cell.remedy is None)


_DECIDED: Final = _("Ärendet är beslutat eller avslutat.")
_OTHERS: Final = _("Ändrat av någon annan sedan listan hämtades. Ändra i ärendet om ditt värde ska gälla.")
_TWICE: Final = _("Föreningen har ett annat värde på en tidigare rad. Det värdet gäller båda ärendena.")
_REGISTRAR: Final = _("Registratorn sätter diarienummer.")


def changes_of_list(session: Session, staged: StagedFile, rules: Rules, *, by: Person, on: date) -> list[CaseChange]:
    """What the list would change, each cell against what stands now; cases that the person may not work on are out."""
    kind = CaseKind(staged.found["of"])
    listed = list_of(session, staged.board_id, staged.found["sign"], staged.file)
    opened = {column.key: column for column in open_columns(session, staged.board_id, kind, rules, on=on)}
    rows = session.scalars(select(StagedRow).where(StagedRow.staged_id == staged.id).order_by(StagedRow.id)).all()
    found: list[CaseChange] = []
    now = _ListContext(opened=opened, by=by, on=on, claimed={})
    for start in range(0, len(rows), AT_A_TIME):
        some = rows[start : start + AT_A_TIME]
        known = visible_cases(by, Action.HANDLE).where(Case.number.in_([row.name for row in some]))
        cases = {case.number: case for case in session.scalars(known)}
        values = values_now(session, list(cases.values()))
        for row in some:
            case = cases.get(row.name)
            if case is not None:
                sent = listed.rows[case.number]["open"]
                cells = _cells(row.of_case or {}, sent, values[case.id], case, now)
                found.append(CaseChange(number=case.number, name=case.name, row=row.row, cells=tuple(cells)))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _ListContext:
    """What a list is held against."""

    opened: Mapping[str, OpenColumn]
    by: Person
    on: date
    claimed: dict[tuple[int, str], Any]
    """Association and column -> what an earlier row gives it."""


def _cells(
    wanted: Mapping[str, Any], sent: Mapping[str, Any], stands: Mapping[str, Any], case: Case, now: _ListContext
) -> Iterator[CellChange]:
    for key, new in wanted.items():
        column = now.opened.get(key)
        if column is None:
            continue
        present = read_back(column, stands.get(key), on=now.on)
        outcome = compare_cell(new, sent.get(key), present)
        if outcome is not CellComparison.SAME:
            remedy = _OTHERS if outcome is CellComparison.CONFLICT else _why_not(column, new, case, now)
            yield CellChange(column=column, compared=outcome, sent=sent.get(key), now=present, new=new, remedy=remedy)


def _why_not(column: OpenColumn, new: Any, case: Case, now: _ListContext) -> Words | None:  # noqa: ANN401 - JSON
    """Why a change cannot go in; None when it can."""
    if column.key == DNR:
        return None if now.by.may(Action.REGISTER_CASE) else _REGISTRAR
    if case.state not in OPEN:
        return _DECIDED
    if case.association_id is not None and column.definition.level in ASSOCIATION_LEVELS:
        return _TWICE if now.claimed.setdefault((case.association_id, column.key), new) != new else None
    return None


def left_out(found: Iterable[CaseChange]) -> list[Problem]:
    """What is not taken in, and why."""
    return [
        Problem(
            item.number,
            cell.column.definition.label + same_in_both(": ") + in_words(cell.column.definition, cell.new),
            cell.remedy,
        )
        for item in found
        for cell in item.cells
        if cell.remedy is not None
    ]


def digest_of_changes(found: Iterable[CaseChange]) -> str:
    """A digest of what a person was shown: another one means that something changed since."""
    plain = [
        [item.number, [[cell.column.key, cell.now, cell.new, cell.compared] for cell in item.cells]] for item in found
    ]
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def take_in(
    session: WritingSession, found: Sequence[CaseChange], batch: ImportBatch, rules: Rules, *, by: Person, at: datetime
) -> None:
    """Makes the changes. The cases whose facts changed are then to be screened again."""
    for item in found:
        if not item.taken:
            continue
        values = {cell.column.key: cell for cell in item.taken}
        dnr = values.pop(DNR, None)
        if dnr is not None:
            case_acts.register_case(session, item.number, str(dnr.new), by=by, at=at)
        if values:
            case_acts.change_facts_in_list(
                session, item.number, _facts(values), batch_id=batch.id, row=item.row, rules=rules, by=by, at=at
            )


def _facts(cells: Mapping[str, CellChange]) -> Facts:
    return Facts(
        {key: from_plain(cell.column.definition, cell.new) for key, cell in cells.items() if cell.new != ABSENT},
        frozenset(key for key, cell in cells.items() if cell.new == ABSENT),
    )


def changed_since(file: str) -> Problem:
    """What stands in the cases is not what was shown."""
    return Problem(
        file, _("Något ändrades i ärendena medan du läste listan."), _("Se igenom ändringarna en gång till.")
    )


def nothing_to_change(file: str) -> Problem:
    """Nothing differs, or nothing of it may go in."""
    return Problem(file, _("Listan ändrar inget."), _("Ändra i kolumnerna med ✎, spara och ladda upp listan igen."))


def counts_of(found: Sequence[CaseChange], rows: int, refused: int) -> dict[str, int]:
    """What became of the rows."""
    updated = sum(1 for item in found if item.taken)
    return {"rows": rows, "created": 0, "updated": updated, "unchanged": rows - refused - updated, "refused": refused}


def is_returned(staged: StagedFile) -> bool:
    """Whether a file is a list that was downloaded here."""
    return staged.kind == ListKind.CHANGES.value


def sheets_rows(coming: Iterable[tuple[int, Sequence[RawRow]]], place: int, heading_row: int) -> Iterator[SheetRow]:
    """The rows under the headings."""
    for sheet, rows in coming:
        if sheet == place:
            yield from (row.row() for row in rows if row.number > heading_row and row.cells)
