"""A register as CSV holds what its workbook and its page hold, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from tests.acting import acting
from tests.board import NUMBERS, board
from tests.factories import TODAY
from tests.money.services.test_payment_holds import granted
from tests.page_fixtures import on_that_day
from vetting.formats.outgoing_lists import register_csv
from vetting.kernel.register_tables import RegisterColumn, RegisterName, RegisterTable
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.kernel.text import same_in_both
from vetting.registers import RegisterSelection, register_sheets

if TYPE_CHECKING:
    from tests.board import BoardAtWork

__all__ = ["board", "on_that_day"]


@pytest.mark.parametrize("name", [RegisterName.PAYMENTS, RegisterName.APPROVALS, RegisterName.DELEGATED])
def test_the_rows_are_those_of_the_sheet(board: BoardAtWork, name: RegisterName) -> None:
    granted(board, "33 %\nresten")
    granted(board, "", number=NUMBERS[1], name='Kören "Provspelet"; Övningsnäs')
    with open_reading(board.database) as s:
        selection, by = RegisterSelection(on=TODAY), board.staff[Role.AUDITOR]
        table = register_sheets(acting(s, by), name, selection, language="sv")[0]
        content = register_csv(table, "sv")
        again = register_sheets(acting(s, by), name, selection, language="sv")[0]
        rows = [row for part in again.parts for row in part]
    assert content.startswith(b"\xef\xbb\xbf")
    found = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert found[0] == [column.heading.sv for column in table.columns]
    assert len(found) == len(rows) + 1
    place = found[0].index("Förening")
    assert {line[place] for line in found[1:]} == {row[place] for row in rows}
    if name is RegisterName.PAYMENTS:
        amounts = sorted(line[found[0].index("Belopp kr")] for line in found[1:])
        assert amounts == ["13200.00", "26800.00", "40000.00"]
        assert found[1][found[0].index("Beslutsdatum")] == TODAY.isoformat()


def test_a_name_that_looks_like_a_formula_is_a_text() -> None:
    said = ("=1+1", "-5 000", "-5000,00", "@x", "+46", "Kören")
    table = RegisterTable(same_in_both("x"), (RegisterColumn(same_in_both("a")),), tuple((one,) for one in said))
    written = list(csv.reader(io.StringIO(register_csv(table, "sv").decode("utf-8-sig"), newline="")))
    assert [row[0] for row in written[1:]] == ["'=1+1", "'-5 000", "-5000,00", "'@x", "'+46", "Kören"]
