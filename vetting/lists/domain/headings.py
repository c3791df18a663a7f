"""Where a list begins: heading rows of one or two lines, several tables on a sheet, and what each column is."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from vetting.engine.conditions.folding import folded_text
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.tables import CellKind, Sheet, SheetRow, column_letters
from vetting.kernel.typed_text import tidy_text
from vetting.rules.domain.layouts import ANCHORS, KRONOR, UNITS, folded_heading, unit_of_heading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from vetting.kernel.tables import MergedArea, RawRow
    from vetting.rules.domain.layouts import Layout

LOOKED_THROUGH: Final = 40
FEWEST_HEADINGS: Final = 2
MOST_LOOKS: Final = 2_000
"""Gaps of a sheet below which headings are looked for."""
MOST_HEADINGS: Final = 120
"""A wider row further down is no heading row: looking through thousands of them would take minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnReading:
    """Where a table's headings stand and what each column is."""

    sheet: str
    layout: Layout
    heading_row: int
    facts: Mapping[int, str]
    """Column -> fact, or field of the list's kind."""
    clocks: Mapping[int, str] = field(default_factory=dict)
    """Column with the time of day -> the fact that it belongs to."""
    units: Mapping[int, str] = field(default_factory=dict)
    """Column -> the unit that its heading says."""
    month_first: Mapping[int, bool] = field(default_factory=dict)
    """Column -> whether its days are written 03/14/2026 rather than 14/03/2026, where any of them tells."""
    texts: Mapping[int, str] = field(default_factory=dict)
    """What stands in each cell of the heading row."""
    unread: tuple[str, ...]
    unread_columns: tuple[int, ...]
    covered: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """Column -> what stands under its heading, of one that is merged over several columns: none of them is read."""
    doubled: Mapping[int, str]
    """Columns that mean a fact another column before them means already."""
    last: int
    last_row: int | None = None
    """Where another table begins below: the last row of this one."""

    def where(self, row: int, column: int) -> str:
        """'Blad1!C17'."""
        return f"{self.shown_sheet}!{column_letters(column)}{row}"

    @property
    def shown_sheet(self) -> str:
        """The sheet's name for people: a personal number in it is masked."""
        return mask_personal_numbers(self.sheet)

    @property
    def shape(self) -> tuple[str, Mapping[int, str]]:
        """What makes two heading rows the same one repeated."""
        return self.layout.name, self.facts


def read_also(columns: ColumnReading, chosen: Mapping[int, str]) -> ColumnReading:
    """The reading with columns that a person has said what they are; what another column means already is left."""
    unread = dict(zip(columns.unread_columns, columns.unread, strict=True))
    facts = dict(columns.facts)
    for column, fact in chosen.items():
        if column in unread and fact not in facts.values():
            facts[column] = fact
            del unread[column]
    return replace(columns, facts=facts, unread=tuple(unread.values()), unread_columns=tuple(unread))


def find_columns(sheets: Iterable[Sheet], layouts: Sequence[Layout]) -> ColumnReading | None:
    """The heading row that most columns of some layout are known by, among the first rows of each sheet."""
    found = (table for sheet in sheets for table in first_tables(sheet, layouts))
    return max(found, key=lambda table: len(table.facts), default=None)


def find_list(
    sheets: Sequence[Sheet], layouts: Sequence[Layout]
) -> tuple[ColumnReading, tuple[ColumnReading, ...]] | None:
    """The best table, as far down as it goes, and the others on its sheet and of its kind on other sheets."""
    best = find_columns(sheets, layouts)
    if best is None:
        return None
    tables = find_tables(next(sheet for sheet in sheets if sheet.name == best.sheet), layouts)
    place = next(
        n for n, table in enumerate(tables) if (table.heading_row, table.facts) == (best.heading_row, best.facts)
    )
    elsewhere = [
        table
        for sheet in sheets
        if sheet.name != best.sheet
        for table in first_tables(sheet, layouts)
        if table.layout.kind is best.layout.kind
    ]
    return tables[place], (*tables[:place], *tables[place + 1 :], *elsewhere)


def find_tables(sheet: Sheet, layouts: Sequence[Layout]) -> tuple[ColumnReading, ...]:
    """All tables of a sheet, from the top: beside each other, and below each other with headings of their own."""
    current = first_tables(sheet, layouts)
    found: list[ColumnReading] = []
    finder = HeadingFinder(sheet, layouts, current)
    for row in sheet.rows:
        below = finder.look(row.raw()) if finder.may_begin(row.number) else ()
        if below:
            found += [replace(table, last_row=row.number - 1) for table in current]
            current = below
    return (*found, *current)


def first_tables(sheet: Sheet, layouts: Sequence[Layout]) -> tuple[ColumnReading, ...]:
    """The tables that begin at the best heading row among the first rows of a sheet."""
    best: tuple[ColumnReading, ...] = ()
    above: SheetRow | None = None
    for row in sheet.rows[:LOOKED_THROUGH]:
        found = _tables_at(sheet, row, above, layouts)
        if sum(len(table.facts) for table in found) > sum(len(table.facts) for table in best):
            best = found
        above = row
    last = max((column for row in sheet.rows for column in row.cells), default=0)
    return tuple(
        replace(_as_told_beside(sheet, table), month_first=dict(_month_first(sheet, table)))
        for table in (replace(one, last=max(last, one.last)) for one in best)
    )


SLASHED_DAY: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?!\d)", re.ASCII)
MONTHS: Final = 12


def _month_first(sheet: Sheet, table: ColumnReading) -> Iterator[tuple[int, bool]]:
    """The order of day and month in each column that has a day no month has; none where both orders stand."""
    for column in table.facts:
        told = set()
        for row in sheet.rows:
            cell = row.cells.get(column) if row.number > table.heading_row else None
            match = SLASHED_DAY.match(cell.text.strip()) if cell is not None and cell.kind is CellKind.TEXT else None
            if match is not None and (int(match[1]) > MONTHS) != (int(match[2]) > MONTHS):
                told.add(int(match[2]) > MONTHS)
        if len(told) == 1:
            yield column, told.pop()


def _as_told_beside(sheet: Sheet, table: ColumnReading) -> ColumnReading:
    """A table with what the lines above and below its headings say of them: units, and years under one heading."""
    told = {unit for row in sheet.rows if row.number < table.heading_row for unit in _units_for_all(row)}
    if len(told) == 1:
        table = replace(table, units={**dict.fromkeys(table.facts, *told), **table.units})
    below = next((row for row in sheet.rows if row.number == table.heading_row + 1), None)
    anchors = {column for column, fact in table.facts.items() if fact in ANCHORS[table.layout.kind]}
    if below is None or anchors & below.cells.keys():
        return table
    units = {column: folded_text(cell.text) for column, cell in below.cells.items()}
    if units and set(units.values()) <= UNITS:
        return replace(table, units={**table.units, **units}, heading_row=below.number)
    return _without_covered(sheet, table, below)


_OF_ALL: Final = re.compile(r"\balla belopp\b|\bbelopp(?:en)?(?: ar| anges| redovisas)? i\b")


def _units_for_all(row: SheetRow) -> Iterator[str]:
    """The unit that a line above a table says of its amounts: 'Alla belopp i tkr'."""
    for cell in row.cells.values():
        if cell.kind is CellKind.TEXT and _OF_ALL.search(folded_text(cell.text)):
            unit = unit_of_heading(cell.text)
            if KRONOR.get(unit, 1) != 1:
                yield unit


def _columns_under(sheet: Sheet, table: ColumnReading) -> Iterator[tuple[int, range]]:
    """Each read column with the columns that its heading stands over: merged, or with nothing beside it."""
    merged = {
        area.first_column: area.last_column
        for area in sheet.merged
        if area.first_row <= table.heading_row <= area.last_row
    }
    headed = sorted(column for column, text in table.texts.items() if text.strip())
    for column in table.facts:
        following = next((other for other in headed if other > column), table.last + 1)
        yield column, range(column, max(merged.get(column, column), following - 1) + 1)


def _without_covered(sheet: Sheet, table: ColumnReading, below: SheetRow) -> ColumnReading:
    """A table without the columns whose heading stands over several with a line of their own below: 2025 | 2026."""
    covered = {}
    for first, columns in _columns_under(sheet, table):
        own = [below.cells[column].text for column in columns if column in below.cells]
        if len(own) > 1:
            covered[first] = tuple(map(mask_personal_numbers, own))
    if not covered:
        return table
    facts = {column: fact for column, fact in table.facts.items() if column not in covered}
    return replace(table, facts=facts, covered=covered, heading_row=below.number)


class HeadingFinder:
    """Looks for headings further down, row by row: a table below another begins after a gap."""

    def __init__(self, sheet: Sheet, layouts: Sequence[Layout], tables: tuple[ColumnReading, ...]) -> None:
        self.sheet, self.layouts = sheet, layouts
        self.shapes = [table.shape for table in tables]
        self.begins = tables[0].heading_row if tables else 0
        self.last = self.gap = self.looked = 0
        """The last row seen, and the first after a gap."""
        self.above: SheetRow | None = None

    def may_begin(self, number: int) -> bool:
        """Whether headings can stand in the next row: at a gap, or below the title line after one."""
        if number - self.last > 1:
            self.gap, self.above = number, None
        self.last = number
        may = number - self.gap <= 1 and number > self.begins + 1 and bool(self.shapes)
        self.looked += may
        return may and self.looked <= MOST_LOOKS

    def look(self, raw: RawRow) -> tuple[ColumnReading, ...]:
        """The tables whose headings this row holds, other than those that go on."""
        if len(raw.cells) > MOST_HEADINGS:
            return ()
        row = raw.row()
        above, self.above = self.above, row
        found = _tables_at(self.sheet, row, above, self.layouts)
        if not found or [table.shape for table in found] == self.shapes:
            return ()
        self.shapes = [table.shape for table in found]
        self.begins = row.number
        return found


def _tables_at(
    sheet: Sheet, row: SheetRow, above: SheetRow | None, layouts: Sequence[Layout]
) -> tuple[ColumnReading, ...]:
    """The tables that a row is the headings of, read with the layout that knows most of them."""
    headings = _headings_at(sheet, row, above)
    best: tuple[ColumnReading, ...] = ()
    for layout in layouts:
        found = _tables(sheet, row, headings, layout)
        if sum(len(table.facts) for table in found) > sum(len(table.facts) for table in best):
            best = found
    return best


def _tables(
    sheet: Sheet, row: SheetRow, headings: Mapping[int, tuple[str, ...]], layout: Layout
) -> tuple[ColumnReading, ...]:
    """One table, or several beside each other where each has headings enough of its own."""
    runs = _runs(sorted(headings))
    parts = [_columns(sheet, row, {column: headings[column] for column in run}, layout) for run in runs]
    if len(parts) > 1 and all(parts):
        return tuple(part for part in parts if part is not None)
    whole = _columns(sheet, row, headings, layout)
    return (whole,) if whole is not None else ()


def _runs(columns: Sequence[int]) -> list[list[int]]:
    """Columns beside each other, apart where one between them is empty."""
    runs: list[list[int]] = []
    for column in columns:
        if runs and column - runs[-1][-1] == 1:
            runs[-1].append(column)
        else:
            runs.append([column])
    return runs


def _headings_at(sheet: Sheet, row: SheetRow, above: SheetRow | None) -> dict[int, tuple[str, ...]]:
    """Column -> what its heading may be: in one line, or with the line above it, the fullest first."""
    own = {column: tidy_text(cell.text) for column, cell in row.cells.items()}
    if above is None or row.number - above.number != 1:
        return {column: (text,) for column, text in own.items()}
    upper = _spread(sheet.merged, above)
    several = {text for text, times in Counter(own.values()).items() if times > 1}
    found: dict[int, tuple[str, ...]] = {}
    for column in sorted(own.keys() | upper.keys()):
        below, over = own.get(column, ""), upper.get(column, "")
        both = f"{over} {below}" if over and below else ""
        alone = "" if both and below in several else below
        found[column] = tuple(text for text in (both, alone, over if not below else "") if text) or (below,)
    return found


def _spread(merged: Iterable[MergedArea], row: SheetRow) -> dict[int, str]:
    """The texts of a row, each over all the columns that its cell is merged over."""
    texts = {column: tidy_text(cell.text) for column, cell in row.cells.items() if cell.kind is CellKind.TEXT}
    for area in merged:
        if area.first_row <= row.number <= area.last_row and area.first_column in texts:
            text = texts[area.first_column]
            texts |= dict.fromkeys(range(area.first_column, area.last_column + 1), text)
    return texts


def _columns(
    sheet: Sheet, row: SheetRow, headings: Mapping[int, tuple[str, ...]], layout: Layout
) -> ColumnReading | None:
    facts: dict[int, str] = {}
    clocks: dict[int, str] = {}
    unread: dict[int, str] = {}
    doubled: dict[int, str] = {}
    for column, texts in sorted(headings.items()):
        keys = [folded_heading(text) for text in texts]
        clock = next((layout.clocks[key] for key in keys if key in layout.clocks), None)
        fact = next((layout.headings[key] for key in keys if key in layout.headings), None)
        if clock is not None and clock not in clocks.values():
            clocks[column] = clock
            continue
        if fact is not None and fact not in facts.values():
            facts[column] = fact
            continue
        unread[column] = mask_personal_numbers(texts[0])
        if fact is not None:
            doubled[column] = fact
    known = set(facts.values())
    if len(facts) < FEWEST_HEADINGS or not known & ANCHORS[layout.kind] or not facts.keys() & row.cells.keys():
        return None
    return ColumnReading(
        sheet=sheet.name,
        layout=layout,
        heading_row=row.number,
        facts=facts,
        clocks=clocks,
        units={column: unit for column in facts if (unit := unit_of_heading(" ".join(headings[column])))},
        texts={column: cell.text for column, cell in row.cells.items()},
        unread=tuple(unread.values()),
        unread_columns=tuple(unread),
        doubled=doubled,
        last=max(headings),
    )
