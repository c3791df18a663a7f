"""A list of cases: every row under the headings as one case, and what could not be read told cell by cell."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from vetting.engine.cells import CellReading, read_cell
from vetting.engine.conditions.folding import folded_text
from vetting.engine.facts import CUSTOMER_NUMBER, NAME, NUMBER, Facts, FactType, Value
from vetting.engine.stored_values import to_plain
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.money import InvalidAmountError, parse_amount
from vetting.kernel.organisation_numbers import holds_personal_number, mask_personal_numbers
from vetting.kernel.problem import Problem
from vetting.kernel.tables import Cell, CellKind, RawCell, RawRow, Sheet, cell_of, column_letters
from vetting.kernel.text import Words, _, number_in_words
from vetting.kernel.typed_text import tidy_text
from vetting.lists.domain.headings import FEWEST_HEADINGS, MONTHS, SLASHED_DAY
from vetting.rules.domain.layouts import ASIDE, DOUBTFUL, FOREIGN_MONEY, KRONOR, LONGEST_HEADING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from vetting.engine.facts import Catalogue
    from vetting.lists.domain.headings import ColumnReading

FEWEST_CELLS_OF_A_CASE: Final = 3
TOTALS: Final = frozenset({"summa", "totalt", "total", "totalsumma", "delsumma", "sum", "totals", "antal"})
SUMS: Final = frozenset({"summa", "delsumma", "totalsumma", "totalt", "slutsumma"})
"""How a row begins that sums others up, where it has no number of its own."""
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
MOST_REMEMBERED: Final = 20_000
"""Different cells of a column that are remembered; beyond that each is read by itself."""
_CLOCK: Final = re.compile(r"(?:kl\.? ?)?([01]?\d|2[0-3]|24(?=$|[:.]00))(?:[:.]([0-5]\d))?(?:[:.][0-5]\d)?", re.ASCII)
HOURS: Final = 24
_DASH: Final = re.compile(r"\s*[-–—]\s*")
END_OF: Final = {"event_starts_at": "event_ends_at"}
"""The moment that the second of two clock times in one cell is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """One row that is a case."""

    row: int
    name: str
    number: str
    facts: Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseListReading:
    """A whole list: its cases, what is wrong in it, and what it says nothing about."""

    columns: ColumnReading
    cases: tuple[CaseRow, ...]
    problems: tuple[Problem, ...]
    not_asked: frozenset[str]
    left_out: tuple[int, ...]
    """Rows under the headings that are no cases: totals, repeated headings, notes."""


class CellMeaning(NamedTuple):
    """What a cell under one heading says, worked out once for all rows that say the same."""

    value: Value | None
    plain: Any
    """The value as it is kept."""
    absent: bool
    unreadable: bool
    told: tuple[Words, Words] | None


class CaseListReader:
    """Reads the rows of one table one after another; what is wrong gathers in `problems`."""

    def __init__(self, columns: ColumnReading, catalogue: Catalogue, *, on: date) -> None:
        columns = without_foreign_money(columns, catalogue)
        self.columns, self.catalogue, self.on = columns, catalogue, on
        clocks = columns.clocks.values()
        read = {*columns.facts.values(), *clocks, *(END_OF[fact] for fact in clocks if fact in END_OF)}
        self.not_asked = frozenset(catalogue) - read
        self.problems: list[Problem] = []
        self.left_out: list[int] = []
        self.after_totals = False
        self.number_column = next((column for column, fact in columns.facts.items() if fact == NUMBER), 0)
        self.named = frozenset(column for column, fact in columns.facts.items() if fact in {NAME, NUMBER})
        self.anchor = min(self.named, default=0)
        self.amount_column = next((c for c, fact in columns.facts.items() if catalogue[fact].type is FactType.MONEY), 0)
        self.sum_above, self.rows_above = Decimal(0), 0
        """What the rows since the last heading or sum say in the column of amounts."""
        self.known: dict[int, dict[RawCell, CellMeaning]] = {column: {} for column in columns.facts}

    def is_case(self, row: RawRow) -> bool:
        """Whether the row is a case rather than a total, headings again or a note."""
        cells = row.cells
        mapped = cells.keys() & self.known.keys()
        totals = self.number_column not in cells and _is_totals(row)
        self.after_totals = self.after_totals or totals
        if totals or not mapped or self._repeats_headings(cells):
            self.left_out.append(row.number)
            return False
        names_somebody = bool(mapped & self.named) or len(mapped) >= FEWEST_CELLS_OF_A_CASE
        short = self.after_totals and len(cells) <= FEW_CELLS and self.number_column not in cells
        apart = self._stands_apart(row, mapped) if names_somebody and self.number_column not in cells else None
        if names_somebody and not short and apart is None:
            self._count(row)
            return True
        self.sum_above, self.rows_above = Decimal(0), 0
        self.left_out.append(row.number)
        if apart is not None:
            where = f"{self.columns.shown_sheet}!{row.number}"
            self.problems.append(Problem(where, apart, _("Fyll i organisationsnumret om raden är ett ärende.")))
        else:
            self.problems.append(_no_case(self.columns, row.number, below_total=names_somebody))
        return False

    def _stands_apart(self, row: RawRow, mapped: AbstractSet[int]) -> Words | None:
        """Why a row that has a name and no number is no case: a heading, a sum or a note; None where it may be one."""
        if mapped <= {self.anchor} and len(row.cells) == 1 and len(self.known) > FEW_CELLS:
            return _("Raden har bara en text och ser ut som en mellanrubrik eller en anmärkning. Den läses inte in.")
        first = tidy_text(str(row.cells[self.anchor][1])) if self.anchor in row.cells else ""
        words = folded_text(first[:LONGEST_HEADING]).split()
        if words and words[0].rstrip(":") in SUMS and len(row.cells) > 1:
            return _("Raden är en summa. Den läses inte in.")
        amount = _number_of(cell_of(row.cells[self.amount_column])) if self.amount_column in row.cells else None
        numbered = self.number_column and self.rows_above > 1
        if amount is not None and numbered and amount == self.sum_above:
            return _(
                "Raden har ingen förening med nummer, och beloppet är summan av raderna ovanför. Den läses inte in."
            )
        return None

    def _count(self, row: RawRow) -> None:
        """A row without a number of its own is summed with nothing: where many lack it, an amount says nothing."""
        amount = _number_of(cell_of(row.cells[self.amount_column])) if self.amount_column in row.cells else None
        if self.number_column not in row.cells:
            self.sum_above, self.rows_above = Decimal(0), 0
        elif amount is not None:
            self.sum_above, self.rows_above = self.sum_above + amount, self.rows_above + 1

    def _repeats_headings(self, cells: Mapping[int, RawCell]) -> bool:
        texts, anchor = self.columns.texts, self.anchor
        if anchor in cells and cells[anchor][1] != texts.get(anchor):
            return False
        same = [column for column, text in texts.items() if column in cells and cells[column][1] == text]
        return len(same) >= FEWEST_HEADINGS

    def cells(self, row: RawRow) -> Iterator[tuple[str, CellMeaning]]:
        """What each cell says of its fact; what is wrong is told."""
        for column, known in self.known.items():
            raw = row.cells.get(column)
            if raw is None:
                continue
            seen = known.get(raw) or self._look(column, raw)
            if seen.told is not None:
                self.problems.append(Problem(self.columns.where(row.number, column), *seen.told))
            yield self.columns.facts[column], seen

    def _look(self, column: int, raw: RawCell) -> CellMeaning:
        fact = self.columns.facts[column]
        definition, cell = self.catalogue[fact], cell_of(raw)
        if column in self.columns.month_first and cell.kind is CellKind.TEXT:
            cell = _with_year_first(cell, month_first=self.columns.month_first[column])
        factor = KRONOR.get(self.columns.units.get(column, ""), ONE) if definition.type is FactType.MONEY else ONE
        if factor == ONE:
            read = read_cell(definition, cell, self.columns.layout.values.get(fact), on=self.on)
        else:
            read = read_cell(definition, in_kronor(cell, factor), None, on=self.on)
            if cell.kind is CellKind.TEXT and read.value is not None and any(map(str.isalpha, cell.text)):
                read = CellReading(told=_TWO_UNITS)
        value = None if read.value == "" else read.value
        seen = CellMeaning(
            value, to_plain(value), read.absent and value is None, value is None and bool(read.told), read.told
        )
        known = self.known[column]
        if len(known) < MOST_REMEMBERED:
            known[raw] = seen
        return seen

    def clocks(self, row: RawRow, starting: Mapping[str, Value]) -> Iterator[tuple[str, Value | None]]:
        """The time of day from columns of its own; an end without a day is on the day it began, or the next.

        None for what is no time of day, which is told.
        """
        first: datetime | None = None
        beginnings_first = sorted(self.columns.clocks.items(), key=lambda item: item[1] not in END_OF)
        for column, fact in beginnings_first:
            raw = row.cells.get(column)
            given = starting.get(fact)
            moment = given if isinstance(given, datetime) else first
            if raw is None or moment is None:
                continue
            clocks = clocks_of(cell_of(raw))
            if not clocks:
                self.problems.append(Problem(self.columns.where(row.number, column), *_NO_CLOCK))
                yield fact, None
                continue
            found = datetime.combine(moment.date(), clocks[0])
            ends_day = fact in starting and cell_of(raw).text.strip().startswith(f"{HOURS}:")
            if ends_day or (first is not None and found <= first and fact not in starting):
                found += timedelta(days=1)
            first = first or found
            yield fact, found
            if len(clocks) > 1 and fact in END_OF:
                ends = datetime.combine(found.date(), clocks[1])
                yield END_OF[fact], ends if ends > found else ends + timedelta(days=1)

    def case(self, row: RawRow) -> CaseRow:
        """The row as a case."""
        values: dict[str, Value] = {}
        absent, unreadable = set(), set()
        for fact, seen in self.cells(row):
            if seen.value is not None:
                values[fact] = seen.value
            elif seen.absent:
                absent.add(fact)
            elif seen.unreadable:
                unreadable.add(fact)
        for fact, moment in self.clocks(row, dict(values)):
            if moment is None:
                unreadable.add(fact)
                values.pop(fact, None)  # the day alone would be read as midnight
            else:
                values[fact] = moment
        return CaseRow(
            row=row.number,
            name=str(values.get(NAME, "")),
            number=str(values.get(NUMBER, "")),
            facts=Facts(values, frozenset(absent), self.not_asked, frozenset(unreadable)),
        )


_NO_CLOCK: Final = (_("Cellen är inget klockslag."), _("Skriv klockslaget så här: 18:30."))


def clocks_of(cell: Cell) -> tuple[time, ...]:
    """18:30, 18.30, kl 18, the part of a day that a spreadsheet keeps, or two with a dash between; else none.

    24:00 is midnight, which ends a day.
    """
    value = cell.value
    if isinstance(value, datetime):
        return (value.time(),)
    if cell.kind is CellKind.NUMBER and isinstance(value, int | float) and 0 <= value <= 1:
        minutes = round(value * HOURS * 60)
        return (time(minutes // 60 % HOURS, minutes % 60),)
    parts = _DASH.split(folded_text(tidy_text(cell.text)))
    matches = [_CLOCK.fullmatch(part) for part in parts]
    if len(parts) > 2:  # noqa: PLR2004 - from and to
        return ()
    found = tuple(time(int(match[1]) % HOURS, int(match[2] or 0)) for match in matches if match)
    return found if len(found) == len(parts) else ()


def _number_of(cell: Cell) -> Decimal | None:
    """The number that a cell holds, as a number or as an amount in text."""
    if cell.kind is CellKind.NUMBER and isinstance(cell.value, int | float):
        return Decimal(str(cell.value))
    try:
        return Decimal(parse_amount(cell.text, below_nought=True)) / 100
    except InvalidAmountError:
        return None


def _with_year_first(cell: Cell, *, month_first: bool) -> Cell:
    """03/04/2026 as the other days of its column are written."""
    match = SLASHED_DAY.match(cell.text.strip())
    month, day = ((match[1], match[2]) if month_first else (match[2], match[1])) if match else ("", "")
    if match is None or int(month) > MONTHS:
        return cell
    return Cell(CellKind.TEXT, f"{match[3]}-{month}-{day}{cell.text.strip()[match.end() :]}")


ONE: Final = Decimal(1)
_TWO_UNITS: Final = (
    _("Cellen har en egen enhet, och rubriken anger en annan."),
    _("Skriv beloppet i rubrikens enhet, utan enhet i cellen."),
)


def in_kronor(cell: Cell, factor: Decimal) -> Cell:
    """A cell under a heading in thousands of kronor, say, as one in kronor; what is no number stays as it is."""
    number = _number_of(cell)
    return cell if number is None else Cell(CellKind.NUMBER, float(number * factor))


def without_foreign_money(columns: ColumnReading, catalogue: Catalogue) -> ColumnReading:
    """The columns without amounts that are not in kronor: they are told, and never read as kronor."""
    foreign = _foreign_money(columns, catalogue)
    if not foreign:
        return columns
    facts = {column: fact for column, fact in columns.facts.items() if column not in foreign}
    return replace(columns, facts=facts)


def _foreign_money(columns: ColumnReading, catalogue: Catalogue) -> list[int]:
    return [
        column
        for column, fact in columns.facts.items()
        if columns.units.get(column, "") in FOREIGN_MONEY | {DOUBTFUL}
        and fact in catalogue
        and catalogue[fact].type is FactType.MONEY
    ]


def read_list(sheet: Sheet, columns: ColumnReading, catalogue: Catalogue, *, on: date) -> CaseListReading:
    """Every row under the headings as a case, with what could not be read told cell by cell."""
    reader = CaseListReader(columns, catalogue, on=on)
    reader.problems += [
        *column_problems(columns, catalogue),
        *_personal_numbers_beside(sheet, columns),
        *sheet_problems(sheet),
    ]
    last = columns.last_row or sheet.rows[-1].number
    rows = (row.raw() for row in sheet.rows if columns.heading_row < row.number <= last)
    cases = [reader.case(row) for row in rows if reader.is_case(row)]
    problems = [*reader.problems, *double_number_problems(cases, columns)]
    if len(problems) > MOST_TOLD:
        problems = [*problems[:MOST_TOLD], many_more(columns.shown_sheet, len(problems) - MOST_TOLD)]
    return CaseListReading(
        columns=columns,
        cases=tuple(cases),
        problems=tuple(problems),
        not_asked=reader.not_asked,
        left_out=tuple(reader.left_out),
    )


def sheet_problems(sheet: Sheet) -> Iterator[Problem]:
    """What a person who opens the file does not see, and what cannot be read at all."""
    if sheet.hidden_rows:
        first = ", ".join(map(str, sheet.hidden_rows[:10])) + (" …" if len(sheet.hidden_rows) > 10 else "")  # noqa: PLR2004 - as many as a line holds
        many = number_in_words(len(sheet.hidden_rows))
        yield Problem(
            sheet.name,
            _("{many} rader är dolda i filen men läses: {first}.", many=many, first=first),
            _("Ta fram raderna i Excel och se om de ska vara med."),
        )
    if sheet.unread_cells:
        many = number_in_words(sheet.unread_cells)
        yield Problem(
            sheet.name,
            _("{many} celler visar ett fel eller en formel utan sparat resultat. De räknas som tomma.", many=many),
            _("Öppna filen i Excel, rätta felen, spara och ladda upp igen."),
        )


def hidden_sheet_problems(names: tuple[str, ...], file: str) -> Iterator[Problem]:
    """Hidden sheets, which are not read."""
    for name in names:
        yield Problem(
            file,
            _("Bladet ”{name}” är dolt och läses inte.", name=name),
            _("Ta fram bladet i Excel om det ska vara med."),
        )


def other_table_problems(others: tuple[ColumnReading, ...]) -> Iterator[Problem]:
    """Further lists in the file, where only one is read."""
    for other in others:
        yield Problem(
            f"{other.shown_sheet}!{other.heading_row}",
            _("Här börjar en lista till. Den läses inte."),
            _("Lägg den i en egen fil."),
        )


def many_more(where: str, more: int) -> Problem:
    return Problem(
        where, _("Ytterligare {more} problem visas inte.", more=more), _("Rätta de första och granska listan igen.")
    )


def column_problems(columns: ColumnReading, catalogue: Catalogue) -> Iterator[Problem]:
    """Columns that mean what another one means already, and amounts that are not in kronor."""
    for column, below in columns.covered.items():
        heading = mask_personal_numbers(tidy_text(columns.texts.get(column, "")))
        yield Problem(
            columns.where(columns.heading_row - 1, column),
            _(
                "Rubriken ”{heading}” står över flera kolumner: {below}. Ingen av dem läses.",
                heading=heading,
                below=", ".join(below),
            ),
            _("Skriv en egen rubrik över varje kolumn, på samma rad som de andra."),
        )
    for column in _foreign_money(columns, catalogue):
        unit, where = columns.units[column], columns.where(columns.heading_row, column)
        if unit == DOUBTFUL:
            what = _(
                "I rubriken står 1 000 kr: beloppen kan vara i tusental kronor, eller så är 1 000 "
                "kr ett belopp. Kolumnen läses inte."
            )
            yield Problem(where, what, _("Skriv tkr i rubriken om beloppen är i tusental, annars kr."))
            continue
        yield Problem(
            where,
            _("Kolumnen är i {unit}, inte i kronor. Den läses inte.", unit=unit.upper()),
            _("Räkna om beloppen till kronor och byt rubrik."),
        )
    for column, fact in columns.doubled.items():
        label = catalogue[fact].label
        first = next(column_letters(place) for place, known in columns.facts.items() if known == fact)
        yield Problem(
            columns.where(columns.heading_row, column),
            _(
                "Kolumnen betyder ”{label}”, och det gör kolumn {first} också. Bara kolumn {first} läses.",
                label=label,
                first=first,
            ),
            _("Byt rubrik på den som inte ska läsas."),
        )


def missing_number_problem(columns: ColumnReading) -> Iterator[Problem]:
    """A list that says of nobody which number they have, neither the association's own nor a customer number."""
    if not {NUMBER, CUSTOMER_NUMBER} & set(columns.facts.values()):
        yield Problem(
            columns.shown_sheet,
            _(
                "Listan har ingen kolumn med organisationsnummer. En förening som är registrerad med nummer känns "
                "inte igen enbart på namnet."
            ),
            _("Lägg till en kolumn ”Organisationsnummer” om numren finns."),
        )


def _personal_numbers_beside(sheet: Sheet, columns: ColumnReading) -> Iterator[Problem]:
    """Personal numbers in columns that are not read: told once a column, so that they can be removed."""
    for column in columns.unread_columns:
        cells = (row.cells[column] for row in sheet.rows if row.number > columns.heading_row and column in row.cells)
        if any(holds_personal_number(cell.text) for cell in cells if cell.kind in {CellKind.TEXT, CellKind.NUMBER}):
            yield Problem(
                columns.where(columns.heading_row, column),
                _("Kolumnen innehåller personnummer. Den läses inte och visas inte."),
                _("Ta bort personnumren ur listan."),
            )


def _is_totals(row: RawRow) -> bool:
    """'Summa', 'Totalt': a row whose first word says so, and is all that text says."""
    texts = (tidy_text(cell_of(raw).text) for _unused, raw in sorted(row.cells.items(), key=lambda item: item[0]))
    first = next((text for text in texts if text), "")[:LONGEST_HEADING]
    words = ASIDE.sub(" ", folded_text(first)).replace(":", " ").split()
    return bool(words) and words[0] in TOTALS and all(w in TOTALS_MAY_SAY or not w.isalpha() for w in words[1:])


def _no_case(columns: ColumnReading, row: int, *, below_total: bool) -> Problem:
    """A note under the table, or a row that names nobody; told, so that a case is never lost in silence."""
    return Problem(
        f"{columns.shown_sheet}!{row}",
        _("Raden står under summan och har nästan inget ifyllt. Den räknas inte som ett ärende.")
        if below_total
        else _("Raden har varken förening eller organisationsnummer. Den räknas inte som ett ärende."),
        _("Fyll i raden om den är ett ärende."),
    )


def double_number_problems(cases: Iterable[CaseRow], columns: ColumnReading) -> Iterator[Problem]:
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
                _("Samma organisationsnummer som på rad {earlier}.", earlier=earlier),
                _("Kontrollera om det är två ansökningar, en dubblett eller fel nummer."),
            )
