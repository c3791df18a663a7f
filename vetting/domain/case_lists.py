"""A list of cases: every row under the headings as one case, and what could not be read told cell by cell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from vetting.domain.association import holds_personal_number
from vetting.domain.cells import read_cell, tidy
from vetting.domain.conditions.folding import folded_text
from vetting.domain.criteria import CaseKind
from vetting.domain.facts import Facts, Value
from vetting.domain.headings import FEWEST_HEADINGS
from vetting.domain.layouts import ASIDE, LONGEST_HEADING, NAME, NUMBER, folded_heading
from vetting.domain.problem import Problem
from vetting.domain.tables import CellKind, Row, Sheet, column_letters
from vetting.domain.words import Words, number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from vetting.domain.facts import Catalogue
    from vetting.domain.headings import Columns
    from vetting.domain.tables import Cell

FEWEST_CELLS_OF_A_CASE: Final = 3
TOTALS: Final = frozenset({"summa", "totalt", "total", "totalsumma", "delsumma", "sum", "totals", "antal"})
MOST_TOLD: Final = 2_000
TOTALS_MAY_SAY: Final = frozenset(
    {
        "sökt",
        "sökta",
        "belopp",
        "antal",
        "kr",
        "bidrag",
        "ansökningar",
        "bokningar",
        "st",
        "summa",
        "totalt",
        "alla",
        "of",
    }
)
FEW_CELLS: Final = 2
_CLOCK: Final = re.compile(r"(?:kl\.? ?)?([01]?\d|2[0-3])(?:[:.]([0-5]\d))?(?:[:.][0-5]\d)?", re.ASCII)
HOURS: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """One row that is a case."""

    row: int
    name: str
    number: str
    facts: Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadList:
    """A whole list: its cases, what is wrong in it, and what it says nothing about."""

    columns: Columns
    cases: tuple[CaseRow, ...]
    problems: tuple[Problem, ...]
    not_asked: frozenset[str]
    left_out: tuple[int, ...]
    """Rows under the headings that are no cases: totals, repeated headings, notes."""


class RowReader:
    """Reads the rows of one table one after another; what is wrong gathers in `problems`."""

    def __init__(self, columns: Columns, catalogue: Catalogue, *, on: date) -> None:
        self.columns, self.catalogue, self.on = columns, catalogue, on
        read = {*columns.facts.values(), *columns.clocks.values()}
        self.not_asked = frozenset(catalogue) - read
        self.problems: list[Problem] = []
        self.left_out: list[int] = []
        self.after_totals = False

    def read(self, row: Row) -> CaseRow | None:
        """The row as a case; None when it is none: a total, headings again, a note."""
        columns = self.columns
        mapped = {fact: row.cells[column] for column, fact in columns.facts.items() if column in row.cells}
        totals = _is_totals(row, mapped)
        self.after_totals = self.after_totals or totals
        no_case = totals or not mapped or _repeats_headings(mapped, columns)
        if no_case or _is_note(row, mapped, columns, self.problems, after_totals=self.after_totals):
            self.left_out.append(row.number)
            return None
        return self._case(row)

    def _case(self, row: Row) -> CaseRow:
        values: dict[str, Value] = {}
        absent, unreadable = set(), set()
        for column, fact in self.columns.facts.items():
            cell = row.cells.get(column)
            if cell is None:
                continue
            read = read_cell(self.catalogue[fact], cell, self.columns.layout.values.get(fact), on=self.on)
            if read.told:
                self.problems.append(Problem(self.columns.where(row.number, column), *read.told))
                if read.value is None:
                    unreadable.add(fact)
            if read.value is not None and read.value != "":
                values[fact] = read.value
            elif read.absent:
                absent.add(fact)
        self._add_clocks(row, values, unreadable)
        return CaseRow(
            row=row.number,
            name=str(values.get(NAME, "")),
            number=str(values.get(NUMBER, "")),
            facts=Facts(values, frozenset(absent), self.not_asked, frozenset(unreadable)),
        )

    def _add_clocks(self, row: Row, values: dict[str, Value], unreadable: set[str]) -> None:
        """The time of day from a column of its own; an end without a day is on the day it began, or the next."""
        first: datetime | None = None
        for column, fact in self.columns.clocks.items():
            cell = row.cells.get(column)
            given = values.get(fact)
            moment = given if isinstance(given, datetime) else first
            if cell is None or moment is None:
                continue
            clock = clock_of(cell)
            if clock is None:
                unreadable.add(fact)
                self.problems.append(Problem(self.columns.where(row.number, column), *_NO_CLOCK))
                continue
            found = datetime.combine(moment.date(), clock)
            if first is not None and found <= first and fact not in values:
                found += timedelta(days=1)
            values[fact] = found
            first = first or found


_NO_CLOCK: Final = (
    Words("Cellen är inget klockslag.", "The cell is no time of day."),
    Words("Skriv klockslaget så här: 18:30.", "Write the time like this: 18:30."),
)


def clock_of(cell: Cell) -> time | None:
    """18:30, 18.30, kl 18, or the part of a day that a spreadsheet keeps; None when it is no time of day."""
    value = cell.value
    if isinstance(value, datetime):
        return value.time()
    if cell.kind is CellKind.NUMBER and isinstance(value, int | float) and 0 <= value < 1:
        minutes = round(value * HOURS * 60)
        return time(minutes // 60 % HOURS, minutes % 60)
    match = _CLOCK.fullmatch(folded_text(tidy(cell.text)))
    return time(int(match[1]), int(match[2] or 0)) if match else None


def read_list(sheet: Sheet, columns: Columns, catalogue: Catalogue, *, on: date) -> ReadList:
    """Every row under the headings as a case, with what could not be read told cell by cell."""
    reader = RowReader(columns, catalogue, on=on)
    reader.problems += [
        *told_of_columns(columns, catalogue),
        *_personal_numbers_beside(sheet, columns),
        *told_of_sheet(sheet),
    ]
    last = columns.last_row or sheet.rows[-1].number
    rows = [row for row in sheet.rows if columns.heading_row < row.number <= last]
    cases = [case for row in rows if (case := reader.read(row)) is not None]
    problems = [*reader.problems, *told_twice(cases, columns)]
    if len(problems) > MOST_TOLD:
        problems = [*problems[:MOST_TOLD], many_more(columns.shown_sheet, len(problems) - MOST_TOLD)]
    return ReadList(
        columns=columns,
        cases=tuple(cases),
        problems=tuple(problems),
        not_asked=reader.not_asked,
        left_out=tuple(reader.left_out),
    )


def told_of_sheet(sheet: Sheet) -> Iterator[Problem]:
    """What a person who opens the file does not see, and what cannot be read at all."""
    if sheet.hidden_rows:
        first = ", ".join(map(str, sheet.hidden_rows[:10])) + (" …" if len(sheet.hidden_rows) > 10 else "")  # noqa: PLR2004 - as many as a line holds
        many = number(len(sheet.hidden_rows))
        yield Problem(
            sheet.name,
            Words(f"{many.sv} rader är dolda i filen men läses: {first}.",
                  f"{many.en} rows are hidden in the file but are read: {first}."),
            Words("Ta fram raderna i Excel och se om de ska vara med.",
                  "Unhide the rows in Excel and see whether they belong."),
        )  # fmt: skip
    if sheet.unread_cells:
        many = number(sheet.unread_cells)
        yield Problem(
            sheet.name,
            Words(f"{many.sv} celler visar ett fel eller en formel utan sparat resultat. De räknas som tomma.",
                  f"{many.en} cells show an error or a formula without a saved result. They count as empty."),
            Words("Öppna filen i Excel, rätta felen, spara och ladda upp igen.",
                  "Open the file in Excel, mend the errors, save and upload again."),
        )  # fmt: skip


def told_of_hidden(names: tuple[str, ...], file: str) -> Iterator[Problem]:
    """Hidden sheets, which are not read."""
    for name in names:
        yield Problem(
            file,
            Words(f"Bladet ”{name}” är dolt och läses inte.", f"The sheet “{name}” is hidden and is not read."),
            Words("Ta fram bladet i Excel om det ska vara med.", "Unhide the sheet in Excel if it belongs."),
        )


def told_of_others(others: tuple[Columns, ...]) -> Iterator[Problem]:
    """Further lists in the file, where only one is read."""
    for other in others:
        yield Problem(
            f"{other.shown_sheet}!{other.heading_row}",
            Words("Här börjar en lista till. Den läses inte.", "Another list begins here. It is not read."),
            Words("Lägg den i en egen fil.", "Put it in a file of its own."),
        )


def many_more(where: str, more: int) -> Problem:
    """That not all problems are listed."""
    return Problem(
        where,
        Words(f"{more} problem till räknas inte upp.", f"{more} more problems are not listed."),
        Words("Rätta de första och granska listan igen.", "Correct the first ones and check the list again."),
    )


def told_of_columns(columns: Columns, catalogue: Catalogue) -> Iterator[Problem]:
    """Columns that mean what another one means already."""
    for column, fact in columns.doubled.items():
        label = catalogue[fact].label
        first = next(column_letters(place) for place, known in columns.facts.items() if known == fact)
        yield Problem(
            columns.where(columns.heading_row, column),
            Words(f"Kolumnen betyder ”{label.sv}”, och det gör kolumn {first} också. Bara kolumn {first} läses.",
                  f"The column means “{label.en}”, and so does column {first}. Only column {first} is read."),
            Words("Byt rubrik på den som inte ska läsas.", "Change the heading of the one not to be read."),
        )  # fmt: skip


def _personal_numbers_beside(sheet: Sheet, columns: Columns) -> Iterator[Problem]:
    """Personal numbers in columns that are not read: told once a column, so that they can be removed."""
    for column in columns.unread_columns:
        cells = (row.cells[column] for row in sheet.rows if row.number > columns.heading_row and column in row.cells)
        if any(holds_personal_number(cell.text) for cell in cells if cell.kind in {CellKind.TEXT, CellKind.NUMBER}):
            yield Problem(
                columns.where(columns.heading_row, column),
                Words("Kolumnen innehåller personnummer. Den läses inte och visas inte.",
                      "The column holds personal identity numbers. It is neither read nor shown."),
                Words("Ta bort personnumren ur listan.", "Remove the personal numbers from the list."),
            )  # fmt: skip


def _is_totals(row: Row, mapped: Mapping[str, Cell]) -> bool:
    """'Summa', 'Totalt': a row without a number whose first word says so, and is all that text says."""
    texts = (tidy(cell.text) for _, cell in sorted(row.cells.items()))
    first = next((text for text in texts if text), "")[:LONGEST_HEADING]
    words = ASIDE.sub(" ", folded_text(first)).replace(":", " ").split()
    says_total = bool(words) and words[0] in TOTALS and all(w in TOTALS_MAY_SAY or not w.isalpha() for w in words[1:])
    return NUMBER not in mapped and says_total


def _repeats_headings(mapped: Mapping[str, Cell], columns: Columns) -> bool:
    same = sum(columns.layout.headings.get(folded_heading(cell.text)) == fact for fact, cell in mapped.items())
    return same >= FEWEST_HEADINGS


def _is_note(
    row: Row, mapped: Mapping[str, Cell], columns: Columns, problems: list[Problem], *, after_totals: bool
) -> bool:
    """A note under the table, or a row that names nobody; told, so that a case is never lost in silence."""
    short_after_totals = after_totals and len(row.cells) <= FEW_CELLS and NUMBER not in mapped
    names_somebody = NAME in mapped or NUMBER in mapped or len(mapped) >= FEWEST_CELLS_OF_A_CASE
    if names_somebody and not short_after_totals:
        return False
    problems.append(
        Problem(
            f"{columns.shown_sheet}!{row.number}",
            Words("Raden har varken förening eller organisationsnummer. Den räknas inte som ett ärende.",
                  "The row has neither association nor organisation number. It is not counted as a case.")
            if not names_somebody
            else Words("Raden står under summan och har nästan inget ifyllt. Den räknas inte som ett ärende.",
                       "The row stands below the total with hardly anything filled in. It is not counted as a case."),
            Words("Fyll i raden om den är ett ärende.", "Fill in the row if it is a case."),
        )
    )  # fmt: skip
    return True


def told_twice(cases: Iterable[CaseRow], columns: Columns) -> Iterator[Problem]:
    """Two applications of one number; bookings of one association are ordinary."""
    if columns.layout.kind.case is not CaseKind.GRANT:
        return
    first: dict[str, int] = {}
    for case in cases:
        if not case.number:
            continue
        earlier = first.setdefault(case.number, case.row)
        if earlier != case.row:
            column = next(column for column, fact in columns.facts.items() if fact == NUMBER)
            yield Problem(
                columns.where(case.row, column),
                Words(f"Samma organisationsnummer som på rad {earlier}.",
                      f"The same organisation number as on row {earlier}."),
                Words("Se efter om det är två ansökningar, en dubblett eller fel nummer.",
                      "See whether it is two applications, a duplicate or a wrong number."),
            )  # fmt: skip
