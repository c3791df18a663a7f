"""Layouts: which foreign heading is which fact, where the headings stand, and which rows are cases."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from vetting.domain.association import holds_personal_number, masked
from vetting.domain.cells import read_cell, tidy
from vetting.domain.conditions.folding import folded_text
from vetting.domain.conditions.parsing import known_fact
from vetting.domain.criteria import CaseKind
from vetting.domain.facts import Facts, Value
from vetting.domain.fields import Fields, mapping_at
from vetting.domain.problem import Problem
from vetting.domain.tables import CellKind, Row, Sheet, column_letters
from vetting.domain.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from vetting.domain.facts import Catalogue
    from vetting.domain.problem import Faults
    from vetting.domain.tables import Cell

NAME: Final = "name_in_application"
NUMBER: Final = "organisation_number"
LOOKED_THROUGH: Final = 40
FEWEST_HEADINGS: Final = 2
FEWEST_CELLS_OF_A_CASE: Final = 3
TOTALS: Final = frozenset({"summa", "totalt", "total", "totalsumma", "delsumma", "sum", "totals", "antal"})
LONGEST_HEADING: Final = 200
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
UNITS: Final = frozenset({"kr", "kronor", "sek", "st", "antal"})
FEW_CELLS: Final = 2
LAYOUT_KEYS: Final = ("name", "kind", "title", "columns", "values")
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One kind of list: fact -> headings it may stand under, and other words for choices."""

    name: str
    kind: CaseKind
    title: Words
    headings: Mapping[str, str]
    """Folded heading -> fact id."""
    values: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Where a sheet's headings stand and what each column is."""

    sheet: str
    layout: Layout
    heading_row: int
    facts: Mapping[int, str]
    unread: tuple[str, ...]
    unread_columns: tuple[int, ...]
    doubled: Mapping[int, str]
    """Columns that mean a fact another column before them means already."""
    last: int

    def where(self, row: int, column: int) -> str:
        """'Blad1!C17'."""
        return f"{self.shown_sheet}!{column_letters(column)}{row}"

    @property
    def shown_sheet(self) -> str:
        """The sheet's name for people: a personal number in it is masked."""
        return masked(self.sheet)


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


def parse_layout(data: object, faults: Faults, catalogue: Catalogue) -> Layout | None:
    """A layout from plain data; every fact's own labels are headings too."""
    found = mapping_at(data, (), faults)
    if found is None:
        return None
    before = len(faults)
    fields = Fields(found, (), faults)
    fields.refuse_unknown(LAYOUT_KEYS)
    headings: dict[str, str] = {}
    columns = mapping_at(found.get("columns"), fields.at("columns"), faults) or {}
    inner = Fields(columns, fields.at("columns"), faults)
    for fact in columns:
        definition = known_fact(fact, inner.at(fact), faults, catalogue)
        if definition is None:
            continue
        for heading in (*inner.texts(fact), definition.label.sv, definition.label.en):
            other = headings.setdefault(folded_heading(heading), fact)
            if other != fact:
                faults.add(
                    inner.at(fact),
                    Words(f"Rubriken '{heading}' står både för {other} och {fact}.",
                          f"The heading '{heading}' stands for both {other} and {fact}."),
                    Words("Ta bort den på ett ställe.", "Remove it in one place."),
                )  # fmt: skip
    layout = Layout(
        name=fields.text("name"),
        kind=fields.one_of("kind", CaseKind),
        title=fields.words("title"),
        headings=headings,
        values=_values(fields, catalogue),
    )
    return layout if len(faults) == before else None


def _values(fields: Fields, catalogue: Catalogue) -> dict[str, dict[str, tuple[str, ...]]]:
    values: dict[str, dict[str, tuple[str, ...]]] = {}
    for fact, options in (mapping_at(fields.data.get("values", {}), fields.at("values"), fields.faults) or {}).items():
        path = (*fields.at("values"), fact)
        definition = known_fact(fact, path, fields.faults, catalogue)
        found = mapping_at(options, path, fields.faults)
        if definition is None or found is None:
            continue
        inner = Fields(found, path, fields.faults)
        inner.refuse_unknown(tuple(definition.options))
        values[fact] = {option: inner.texts(option) for option in found}
    return values


def folded_heading(text: str) -> str:
    """A heading for comparing: lower case, without brackets, units, punctuation and spaces."""
    start = folded_text(text[:LONGEST_HEADING])
    bare = _ASIDE.sub(" ", start).strip() or start
    words = "".join(c if c.isalnum() else " " for c in bare).split()
    while len(words) > 1 and words[-1] in UNITS:
        words.pop()
    return "".join(words)


def find_columns(sheets: tuple[Sheet, ...], layouts: tuple[Layout, ...]) -> Columns | None:
    """The heading row that most columns of some layout are known by, among the first rows of each sheet."""
    best: Columns | None = None
    for sheet in sheets:
        for row in sheet.rows[:LOOKED_THROUGH]:
            for layout in layouts:
                found = _columns(sheet, row, layout)
                if found and (best is None or len(found.facts) > len(best.facts)):
                    best = found
    return best


def _columns(sheet: Sheet, row: Row, layout: Layout) -> Columns | None:
    facts: dict[int, str] = {}
    unread: dict[int, str] = {}
    doubled: dict[int, str] = {}
    for column, cell in sorted(row.cells.items()):
        heading = tidy(cell.text)
        fact = layout.headings.get(folded_heading(heading))
        if fact is not None and fact not in facts.values():
            facts[column] = fact
            continue
        unread[column] = masked(heading)
        if fact is not None:
            doubled[column] = fact
    known = set(facts.values())
    if len(facts) < FEWEST_HEADINGS or not known & {NAME, NUMBER}:
        return None
    return Columns(
        sheet=sheet.name,
        layout=layout,
        heading_row=row.number,
        facts=facts,
        unread=tuple(unread.values()),
        unread_columns=tuple(unread),
        doubled=doubled,
        last=max(column for other in sheet.rows for column in other.cells),
    )


def read_list(sheet: Sheet, columns: Columns, catalogue: Catalogue, *, on: date) -> ReadList:
    """Every row under the headings as a case, with what could not be read told cell by cell."""
    problems = [*_doubled_columns(columns, catalogue), *_personal_numbers_beside(sheet, columns)]
    cases = []
    left_out = []
    not_asked = frozenset(catalogue) - frozenset(columns.facts.values())
    after_totals = False
    for row in sheet.rows:
        if row.number <= columns.heading_row:
            continue
        mapped = {fact: row.cells[column] for column, fact in columns.facts.items() if column in row.cells}
        totals = _is_totals(row, mapped)
        after_totals = after_totals or totals
        no_case = totals or not mapped or _repeats_headings(mapped, columns)
        if no_case or _is_note(row, mapped, columns, problems, after_totals=after_totals):
            left_out.append(row.number)
        else:
            cases.append(_case(row, columns, catalogue, not_asked, problems, on))
    problems.extend(_told_twice(cases, columns))
    if len(problems) > MOST_TOLD:
        problems = [*problems[:MOST_TOLD], _many_more(columns, len(problems) - MOST_TOLD)]
    return ReadList(
        columns=columns,
        cases=tuple(cases),
        problems=tuple(problems),
        not_asked=not_asked,
        left_out=tuple(left_out),
    )


def _many_more(columns: Columns, number: int) -> Problem:
    return Problem(
        columns.shown_sheet,
        Words(f"{number} problem till räknas inte upp.", f"{number} more problems are not listed."),
        Words("Rätta de första och granska listan igen.", "Correct the first ones and check the list again."),
    )


def _doubled_columns(columns: Columns, catalogue: Catalogue) -> Iterator[Problem]:
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
    words = _ASIDE.sub(" ", folded_text(first)).replace(":", " ").split()
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


def _case(
    row: Row, columns: Columns, catalogue: Catalogue, not_asked: frozenset[str], problems: list[Problem], on: date
) -> CaseRow:
    values: dict[str, Value] = {}
    absent, unreadable = set(), set()
    for column, fact in columns.facts.items():
        cell = row.cells.get(column)
        if cell is None:
            continue
        read = read_cell(catalogue[fact], cell, columns.layout.values.get(fact), on=on)
        if read.told:
            problems.append(Problem(columns.where(row.number, column), *read.told))
            if read.value is None:
                unreadable.add(fact)
        if read.value is not None and read.value != "":
            values[fact] = read.value
        elif read.absent:
            absent.add(fact)
    return CaseRow(
        row=row.number,
        name=str(values.get(NAME, "")),
        number=str(values.get(NUMBER, "")),
        facts=Facts(values, frozenset(absent), not_asked, frozenset(unreadable)),
    )


def _told_twice(cases: list[CaseRow], columns: Columns) -> Iterator[Problem]:
    """Two applications of one number; bookings of one association are ordinary."""
    if columns.layout.kind is CaseKind.BOOKING:
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
