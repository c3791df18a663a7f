"""Lists that hold no cases: registers of associations, and payments from a finance system, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vetting.engine.cells import read_cell, shorten_cell_text
from vetting.engine.facts import FactDefinition, FactLevel, FactSupplier, FactType
from vetting.kernel.money import LARGEST
from vetting.kernel.organisation_numbers import (
    NumberKind,
    fold_name,
    holds_personal_number,
    mask_personal_numbers,
    personal_number_problem,
    read_number,
)
from vetting.kernel.problem import Problem
from vetting.kernel.tables import cell_of
from vetting.kernel.text import _
from vetting.kernel.typed_text import tidy_text
from vetting.lists.domain.list_rows import IntakeRemark, ReadRow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from vetting.kernel.tables import RawRow
    from vetting.kernel.text import Words
    from vetting.lists.domain.headings import ColumnReading
    from vetting.lists.domain.list_rows import IntakeProgress

LONGEST: Final = 200
_AMOUNT: Final = FactDefinition(
    id="amount",
    type=FactType.MONEY,
    label=_("Utbetalt belopp"),
    level=FactLevel.FINANCE,
    supplied_by=FactSupplier.IMPORT,
    smallest=-LARGEST,  # a minus is a return
)
_PAID_ON: Final = FactDefinition(
    id="paid_on",
    type=FactType.DATE,
    label=_("Utbetalningsdag"),
    level=FactLevel.FINANCE,
    supplied_by=FactSupplier.IMPORT,
    past=True,
)


_NAMELESS: Final = (_("Raden saknar föreningens namn."), _("Fyll i namnet, så läses raden in."))
_NO_AMOUNT_OR_DAY: Final = (_("Raden saknar ett belopp eller ett datum som går att läsa."), _("Fyll i båda."))


class _RowReader:
    """Reads the rows of a list that holds no cases."""

    not_asked: frozenset[str] = frozenset()

    def __init__(self, columns: ColumnReading, taking: IntakeProgress, part: int) -> None:
        self.columns, self.taking, self.part = columns, taking, part

    def heading_problems(self) -> Iterator[Problem]:
        """Nothing is wrong with headings that are known."""
        yield from ()

    def _placed(self, row: RawRow) -> ReadRow:
        """Where a row that goes in stands, and its number among those that do."""
        place, serial = self.taking.next_place(0)
        return {
            "sheet": self.columns.shown_sheet,
            "row": row.number,
            "part": self.part,
            "place": place,
            "serial": serial,
            "year": 0,
        }

    def _refusal(self, row: RawRow, what: Words, remedy: Words) -> IntakeRemark:
        """Why a whole row cannot go in."""
        problem = Problem(f"{self.columns.shown_sheet}!{row.number}", what, remedy)
        return IntakeRemark(self.columns.shown_sheet, row.number, 0, "", problem, stops=True)


class AssociationRowReader(_RowReader):
    """Reads the rows of a register; a number that is wrong is told, and the row kept without it."""

    def __init__(self, columns: ColumnReading, taking: IntakeProgress, part: int) -> None:
        super().__init__(columns, taking, part)
        self.number_column = next((c for c, field in columns.facts.items() if field == "number"), 0)

    def read(self, row: RawRow) -> tuple[ReadRow | None, list[IntakeRemark]]:
        """The row as an association, and what is to be corrected in it."""
        values = _values(self.columns, row)
        if not values:
            return None, []
        self.taking.rows += 1
        number, told = self._number(row, values.get("number", ""))
        name = " ".join(mask_personal_numbers(values.get("name", "")).split())
        if not fold_name(name) or holds_personal_number(values.get("name", "")):
            self.taking.refused += 1
            return None, [*told, self._refusal(row, *_NAMELESS)]
        always = self.columns.layout.always
        return {
            **self._placed(row),
            "name": name,
            "name_key": fold_name(name),
            "number": number or None,
            "municipality": values.get("municipality", always.get("municipality", "")),
            "form": values.get("form", ""),
            "seat": values.get("seat", "").title(),
            "source": values.get("system", "") or always.get("system", "") or self.columns.layout.name,
        }, told

    def _number(self, row: RawRow, text: str) -> tuple[str, list[IntakeRemark]]:
        if not text:
            return "", []
        read = read_number(text)
        if read.kind is NumberKind.ORGANISATION:
            return read.digits, []
        where = self.columns.where(row.number, self.number_column)
        shown = shorten_cell_text(mask_personal_numbers(text))
        problem = (
            Problem(where, *personal_number_problem())
            if read.kind is NumberKind.PERSONAL
            else Problem(
                where,
                _("”{shown}” är inget korrekt organisationsnummer.", shown=shown),
                _("Föreningen läses in utan nummer. Rätta det i källan."),
            )
        )
        return "", [IntakeRemark(self.columns.shown_sheet, row.number, self.number_column, shown, problem)]


class PaymentRowReader(_RowReader):
    """Reads the rows of a finance system's list: which payment was made, of how much, and when."""

    def __init__(self, columns: ColumnReading, taking: IntakeProgress, part: int, *, on: date) -> None:
        super().__init__(columns, taking, part)
        self.on = on

    def read(self, row: RawRow) -> tuple[ReadRow | None, list[IntakeRemark]]:
        """The row as a payment; without a case to find it by, or without amount or day, it cannot go in."""
        values = _values(self.columns, row)
        if not values.keys() & {"case_number", "dnr", "number", "name"}:
            return None, []
        self.taking.rows += 1
        told: list[IntakeRemark] = []
        amount = self._read(_AMOUNT, row, told)
        paid_on = self._read(_PAID_ON, row, told)
        said = values.get("number", "")
        number = read_number(said)
        if said and not number.digits:
            self.taking.refused += 1
            return None, [*told, self._unreadable_number(row, said)]
        if amount is None or paid_on is None:
            self.taking.refused += 1
            return None, [*told, *([] if told else [self._refusal(row, *_NO_AMOUNT_OR_DAY)])]
        return {
            **self._placed(row),
            "name": " ".join(mask_personal_numbers(values.get("name", "")).split()),
            "name_key": fold_name(mask_personal_numbers(values.get("name", ""))),
            "number": number.digits or None,
            "amount": amount,
            "received_on": paid_on,
            "reference": values.get("reference", ""),
            "of_case": {"case_number": values.get("case_number", "").upper(), "dnr": values.get("dnr", "")},
        }, told

    def _read(self, definition: FactDefinition, row: RawRow, told: list[IntakeRemark]) -> object:
        column = next((c for c, field in self.columns.facts.items() if field == definition.id), 0)
        raw = row.cells.get(column)
        if raw is None:
            return None
        cell = cell_of(raw)
        read = read_cell(definition, cell, on=self.on)
        if read.told:
            where = self.columns.where(row.number, column)
            told.append(
                IntakeRemark(
                    self.columns.shown_sheet,
                    row.number,
                    column,
                    shorten_cell_text(mask_personal_numbers(cell.text)),
                    Problem(where, *read.told),
                )
            )
        return read.value

    def _unreadable_number(self, row: RawRow, said: str) -> IntakeRemark:
        """Nobody is found by what cannot be read, and never anybody else instead."""
        column = next(c for c, field in self.columns.facts.items() if field == "number")
        problem = Problem(
            self.columns.where(row.number, column),
            _("Mottagarens organisationsnummer går inte att läsa."),
            _("Rätta numret, eller skriv ärendenumret."),
        )
        return IntakeRemark(
            self.columns.shown_sheet,
            row.number,
            column,
            shorten_cell_text(mask_personal_numbers(said)),
            problem,
            stops=True,
        )


def _values(columns: ColumnReading, row: RawRow) -> dict[str, str]:
    cells = {field: row.cells[column] for column, field in columns.facts.items() if column in row.cells}
    found = {field: _value(field, tidy_text(cell_of(raw).text)) for field, raw in cells.items()}
    return {field: text for field, text in found.items() if text}


def _value(field: str, text: str) -> str:
    """What a cell says; a personal number is masked wherever it stands, but where a number is told to be one."""
    return (text if field in {"number", "name"} else mask_personal_numbers(text))[:LONGEST]
