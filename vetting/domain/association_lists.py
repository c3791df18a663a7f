"""A register of associations as a list: which column is what, and every row as one association or a problem."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from vetting.domain.association import (
    NumberKind,
    folded,
    holds_personal_number,
    masked,
    personal_number_told,
    read_number,
)
from vetting.domain.cells import tidy
from vetting.domain.layouts import folded_heading
from vetting.domain.problem import Problem
from vetting.domain.tables import column_letters
from vetting.domain.words import Words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vetting.domain.tables import Row, Sheet

LAYOUT: Final = "foreningsregister"
LOOKED_THROUGH: Final = 20
LONGEST: Final = 200
HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("name", "namn", "förening", "föreningens namn", "föreningsnamn", "organisation"),
    "number": ("org_number", "org.nr", "orgnr", "organisationsnummer", "org nr"),
    "municipality": ("municipality", "kommun"),
    "system": ("system", "källa", "source"),
    "form": ("types", "typ", "föreningstyp", "form"),
    "seat": ("city", "ort", "postort", "säte"),
}
_KNOWN: Final = {folded_heading(word): field for field, words in HEADINGS.items() for word in words}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedAssociation:
    """One row: a name, and ten digits where they stand and are right."""

    row: int
    name: str
    folded: str
    number: str
    municipality: str
    source: str
    form: str
    seat: str


@dataclass(frozen=True, slots=True)
class AssociationList:
    """A whole register, every row accounted for: an association, or a problem that says why not."""

    rows: int
    found: tuple[ListedAssociation, ...]
    refused: int
    problems: tuple[Problem, ...]


def find_headings(sheet: Sheet) -> tuple[int, dict[int, str]] | None:
    """The heading row of a register: it names associations and says nothing that an application would."""
    for row in sheet.rows[:LOOKED_THROUGH]:
        columns: dict[int, str] = {}
        for column, cell in sorted(row.cells.items()):
            field = _KNOWN.get(folded_heading(tidy(cell.text)))
            if field is not None and field not in columns.values():
                columns[column] = field
        if {"name", "municipality"} <= set(columns.values()):
            return row.number, columns
    return None


def read_associations(sheet: Sheet, heading_row: int, columns: Mapping[int, str]) -> AssociationList:
    """Every row under the headings; a number that is wrong is told, and the row kept without it."""
    found, problems = [], []
    rows = refused = 0
    for row in sheet.rows:
        if row.number <= heading_row:
            continue
        rows += 1
        values = {
            field: tidy(row.cells[column].text)[:LONGEST] for column, field in columns.items() if column in row.cells
        }
        number, problem = _number(sheet, row, columns, values.get("number", ""))
        if problem is not None:
            problems.append(problem)
        name = " ".join(masked(values.get("name", "")).split())
        if not folded(name) or holds_personal_number(values.get("name", "")):
            refused += 1
            problems.append(_nameless(sheet, row))
            continue
        found.append(
            ListedAssociation(
                row=row.number, name=name, folded=folded(name), number=number,
                municipality=values.get("municipality", ""), source=values.get("system", "") or LAYOUT,
                form=values.get("form", ""), seat=values.get("seat", "").title(),
            )
        )  # fmt: skip
    return AssociationList(rows, tuple(found), refused, tuple(problems))


def _number(sheet: Sheet, row: Row, columns: Mapping[int, str], text: str) -> tuple[str, Problem | None]:
    if not text:
        return "", None
    read = read_number(text)
    if read.kind is NumberKind.ORGANISATION:
        return read.digits, None
    column = next(column for column, field in columns.items() if field == "number")
    where = f"{sheet.name}!{column_letters(column)}{row.number}"
    if read.kind is NumberKind.PERSONAL:
        return "", Problem(where, *personal_number_told())
    shown = masked(text)[:40]
    return "", Problem(
        where,
        Words(f"”{shown}” är inget riktigt organisationsnummer.", f"“{shown}” is not a right organisation number."),
        Words("Föreningen läses in utan nummer. Rätta det i källan.",
              "The association is taken in without a number. Correct it at its source."),
    )  # fmt: skip


def _nameless(sheet: Sheet, row: Row) -> Problem:
    return Problem(
        f"{sheet.name}!{row.number}",
        Words("Raden har inget namn på en förening.", "The row has no name of an association."),
        Words("Fyll i namnet, så läses raden in.", "Fill in the name, and the row is taken in."),
    )
