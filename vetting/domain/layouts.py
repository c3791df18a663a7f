"""Layouts: which foreign heading is which fact, where the headings stand, and which rows are cases."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from vetting.domain.association import masked
from vetting.domain.cells import read_cell, tidy
from vetting.domain.conditions.comparisons import folded_text
from vetting.domain.conditions.parsing import known_fact
from vetting.domain.criteria import CaseKind
from vetting.domain.facts import Facts, Value
from vetting.domain.fields import Fields, mapping_at
from vetting.domain.problem import Problem
from vetting.domain.tables import Row, Sheet, column_letters
from vetting.domain.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vetting.domain.facts import Catalogue
    from vetting.domain.problem import Faults

NAME: Final = "name_in_application"
NUMBER: Final = "organisation_number"
LOOKED_THROUGH: Final = 40
FEWEST_HEADINGS: Final = 2
FEWEST_CELLS_OF_A_CASE: Final = 3
TOTALS: Final = frozenset({"summa", "totalt", "total", "totalsumma", "delsumma", "sum", "totals", "antal"})
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
    last: int

    def where(self, row: int, column: int) -> str:
        """'Blad1!C17'."""
        return f"{self.sheet}!{column_letters(column)}{row}"


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
    """A heading for comparing: lower case, without brackets, units and punctuation."""
    bare = _ASIDE.sub(" ", folded_text(text)) or text
    letters = "".join(c if c.isalnum() else " " for c in bare)
    return " ".join(letters.split())


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
    unread = []
    for column, cell in sorted(row.cells.items()):
        heading = tidy(cell.text)
        fact = layout.headings.get(folded_heading(heading))
        if fact is None or fact in facts.values():
            unread.append(masked(heading))
        else:
            facts[column] = fact
    known = set(facts.values())
    if len(facts) < FEWEST_HEADINGS or not known & {NAME, NUMBER}:
        return None
    last = max(column for other in sheet.rows for column in other.cells)
    return Columns(
        sheet=sheet.name, layout=layout, heading_row=row.number, facts=facts, unread=tuple(unread), last=last
    )


def read_list(sheet: Sheet, columns: Columns, catalogue: Catalogue) -> ReadList:
    """Every row under the headings as a case, with what could not be read told cell by cell."""
    problems: list[Problem] = []
    cases = []
    asked = frozenset(columns.facts.values())
    not_asked = frozenset(catalogue) - asked
    for row in sheet.rows:
        if row.number <= columns.heading_row or _is_no_case(row, columns, problems):
            continue
        cases.append(_case(row, columns, catalogue, not_asked, problems))
    problems.extend(_told_twice(cases, columns))
    return ReadList(columns=columns, cases=tuple(cases), problems=tuple(problems), not_asked=not_asked)


def _is_no_case(row: Row, columns: Columns, problems: list[Problem]) -> bool:
    """Totals, repeated headings, notes under the table; a row without name and number is told."""
    mapped = {fact: row.cells[column] for column, fact in columns.facts.items() if column in row.cells}
    texts = [tidy(cell.text) for _, cell in sorted(row.cells.items())]
    first_words = folded_heading(next((text for text in texts if text), "")).split()
    if NUMBER not in mapped and first_words and first_words[0] in TOTALS:
        return True
    repeated = sum(columns.layout.headings.get(folded_heading(cell.text)) == fact for fact, cell in mapped.items())
    if repeated >= FEWEST_HEADINGS or not mapped:
        return True
    if NAME in mapped or NUMBER in mapped or len(mapped) >= FEWEST_CELLS_OF_A_CASE:
        return False
    problems.append(
        Problem(
            f"{columns.sheet}!{row.number}",
            Words("Raden har varken förening eller organisationsnummer. Den räknas inte som ett ärende.",
                  "The row has neither association nor organisation number. It is not counted as a case."),
            Words("Fyll i föreningen om raden är ett ärende.", "Fill in the association if the row is a case."),
        )
    )  # fmt: skip
    return True


def _case(
    row: Row, columns: Columns, catalogue: Catalogue, not_asked: frozenset[str], problems: list[Problem]
) -> CaseRow:
    values: dict[str, Value] = {}
    absent, unreadable = set(), set()
    for column, fact in columns.facts.items():
        cell = row.cells.get(column)
        if cell is None:
            continue
        read = read_cell(catalogue[fact], cell, columns.layout.values.get(fact))
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
