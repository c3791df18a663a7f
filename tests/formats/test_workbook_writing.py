"""Registers as workbooks: the same rows, types and sums when read back, by two readers; nothing becomes a formula."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from tests.acting import acting
from tests.board import NUMBERS, BoardAtWork, booking_facts, clean_facts
from tests.factories import NOW, TODAY
from vetting.casework.domain.cases import CaseMarkKind
from vetting.casework.services import assessments, decisions
from vetting.formats.workbook_writing import register_workbook
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.register_tables import RegisterColumn, RegisterColumnKind, RegisterName, RegisterTable
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.kernel.text import Words
from vetting.registers import (
    RegisterSelection,
    approved_bookings,
    approved_grants,
    associations,
    checked_bookings,
    delegated_decisions,
    deviations,
    follow_up,
    opinions,
    payment_stops,
    payments,
    reclaims,
    refused_bookings,
    register_sheets,
)
from vetting.registers.workbooks import workbook_of_register

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HOSTILE = '=HYPERLINK("http://ond.example")'


@pytest.fixture
def filled(board: BoardAtWork) -> BoardAtWork:
    """Two grants and a booking in one board, one grant in another; a name that would be a formula."""
    board.approve()
    board.approve(clean_facts(NUMBERS[1], HOSTILE, amount_applied=40_000_00, purpose="+1+1"))
    number = board.receive(booking_facts(), kind=CaseKind.BOOKING).number
    board.do(decisions.declare_no_conflict, number)
    board.do(cases_mark, number)
    board.do(decisions.make_ready, number)
    board.propose(number, amount=None)
    board.do(decisions.declare_no_conflict, number, role=Role.DECISION_MAKER)
    board.decide(number)
    BoardAtWork(board.database, code="syd").build().approve(clean_facts(NUMBERS[2], "Föreningen i syd"))
    return board


def cases_mark(session: object, number: str, **who: object) -> None:
    from vetting.casework.services import cases

    assessments.record_nothing_found(session, number, **who)  # type: ignore[arg-type] # who and when
    cases.mark_case(session, number, CaseMarkKind.BASIC_CHECK, **who)  # type: ignore[arg-type]


@pytest.mark.both_engines
def test_a_register_read_back_is_what_was_on_the_screen(filled: BoardAtWork) -> None:
    by = filled.staff[Role.AUDITOR]
    with open_reading(filled.database) as s:
        tables = register_sheets(acting(s, by), RegisterName.APPROVALS, RegisterSelection(), language="sv")
        data = workbook_of_register(acting(s, by, NOW), RegisterName.APPROVALS, RegisterSelection(), language="sv")
    book = openpyxl.load_workbook(io.BytesIO(data))
    other = CalamineWorkbook.from_filelike(io.BytesIO(data))
    assert [len(table.rows) for table in tables] == [2, 1]
    for table in tables:
        sheet = book[table.title.sv]
        assert [cell.value for cell in sheet[1]] == [column.heading.sv for column in table.columns]
        for row, line in zip(table.rows, sheet.iter_rows(min_row=2, max_row=len(table.rows) + 1), strict=True):
            for value, cell, column in zip(row, line, table.columns, strict=True):
                assert read_back(cell.value) == expected(value, column), column.heading.sv
        plain = other.get_sheet_by_name(table.title.sv).to_python()
        assert [str(cell) for cell in plain[0]] == [column.heading.sv for column in table.columns]
        assert [row[0] for row in plain[1 : len(table.rows) + 1]] == [row[0] for row in table.rows]
        totals = [cell.value for cell in sheet[sheet.max_row]]
        sums = [
            sum(row[place] or 0 for row in table.rows) / 100  # type: ignore[misc] # amounts, or nothing
            for place, column in enumerate(table.columns)
            if column.is_summed
        ]
        if sums:
            assert [value for value in totals[1:] if value is not None] == sums
        assert (totals[0] == "Summa") is bool(sums)  # no row of sums where nothing is summed
        assert sheet.auto_filter.ref.endswith(str(len(table.rows) + 1))
        assert sheet.freeze_panes == "A2"
        assert sheet.print_title_rows == "$1:$1"
        assert (sheet.page_setup.orientation, str(sheet.page_setup.paperSize)) == ("landscape", "9")
        if len(table.columns) > 14:  # on several sheets, in letters of 8 points at least
            assert (sheet.page_setup.scale or 0) * 11 >= 800
            assert sheet.print_title_cols == "$A:$A"
        else:
            assert sheet.sheet_properties.pageSetUpPr is not None
            assert sheet.sheet_properties.pageSetUpPr.fitToPage
            assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.row_dimensions[1].height > 16
        assert sheet.oddFooter is not None
        assert sheet.oddFooter.center.text == "Sida &P av &N"
    granted = [column.heading.sv for column in tables[0].columns].index("Beviljat kr")
    assert sum(row[granted] or 0 for row in tables[0].rows) == 80_000_00  # type: ignore[misc] # amounts
    about = {row[0].value: row[1].value for row in book["Om registret"].iter_rows()}
    assert about["Av"] == f"{by.name}, Revisor"
    assert about["Nämnd"] == "Exempelnämnden norr"


def expected(value: object, column: RegisterColumn) -> object:
    if value in {"", None}:
        return None
    if column.kind is RegisterColumnKind.MONEY and isinstance(value, int):
        return value / 100
    return value


def read_back(value: object) -> object:
    return value.date() if isinstance(value, datetime) else value


@pytest.mark.guards("1.2.10", "14.2.6")
def test_no_cell_is_a_formula_and_nobody_is_in_the_properties(filled: BoardAtWork) -> None:
    with open_reading(filled.database) as s:
        data = workbook_of_register(
            acting(s, filled.staff[Role.AUDITOR], NOW), RegisterName.APPROVALS, RegisterSelection(), language="sv"
        )
    book = openpyxl.load_workbook(io.BytesIO(data))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert HOSTILE in {cell.value for cell in cells}
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        properties = packed.read("docProps/core.xml").decode() + packed.read("docProps/app.xml").decode()
    assert "openpyxl" not in properties
    assert "Person" not in properties


def test_nothing_of_another_board_is_in_a_register(filled: BoardAtWork) -> None:
    with open_reading(filled.database) as s:
        for name in RegisterName:
            tables = register_sheets(acting(s, filled.staff[Role.AUDITOR]), name, RegisterSelection(), language="sv")
            assert "syd" not in str(tables)


@pytest.mark.parametrize(
    ("selection", "rows"),
    [
        (RegisterSelection(first=TODAY), 2),
        (RegisterSelection(last=date(2026, 11, 19)), 0),
        (RegisterSelection(text="provkvarnen"), 1),
        (RegisterSelection(text="8029990234"), 1),
        (RegisterSelection(text="802999-0234"), 1),
        (RegisterSelection(text="%"), 0),
        (RegisterSelection(text="BID-2026-0002"), 1),
    ],
)
def test_a_register_is_narrowed(filled: BoardAtWork, selection: RegisterSelection, rows: int) -> None:
    with open_reading(filled.database) as s:
        tables = register_sheets(
            acting(s, filled.staff[Role.AUDITOR]), RegisterName.APPROVALS, selection, language="en"
        )
    assert len(tables[0].rows) == rows


def test_the_columns_are_those_of_the_registers_specification() -> None:
    sheets = (
        approved_grants.SHEET,
        approved_bookings.SHEET,
        payments.SHEET,
        payment_stops.SHEET,
        follow_up.SHEET,
        reclaims.SHEET,
        associations.SHEET,
        opinions.SHEET,
        delegated_decisions.SHEET,
        deviations.SHEET,
        checked_bookings.SHEET,
        refused_bookings.SHEET,
    )
    assert [len(sheet.headings) for sheet in sheets] == [30, 16, 17, 11, 11, 28, 9, 11, 9, 7, 10, 13]
    for sheet in sheets:
        headings = [heading.column.heading for heading in sheet.headings]
        assert len({words.sv for words in headings}) == len(headings) == len({words.en for words in headings})
        assert max(len(sheet.title.sv), len(sheet.title.en)) <= 31  # else a workbook cuts it


@given(
    st.lists(
        st.tuples(
            st.text(max_size=50), st.integers(0, 10**13), st.dates(date(1990, 1, 1), date(2099, 1, 1)), st.times()
        ),
        max_size=5,
    )
)
@settings(max_examples=40)
def test_whatever_stands_in_a_register_comes_back(rows: list[tuple[str, int, date, time]]) -> None:
    kinds = (RegisterColumnKind.TEXT, RegisterColumnKind.MONEY, RegisterColumnKind.DAY, RegisterColumnKind.CLOCK)
    columns = tuple(RegisterColumn(Words(kind, kind), kind) for kind in kinds)
    plain = tuple((text, ore, day, at.replace(microsecond=0)) for text, ore, day, at in rows)
    data = register_workbook((RegisterTable(Words("A", "A"), columns, plain),), lambda _rows: (("a", "b"),), "Om", "sv")
    sheet = openpyxl.load_workbook(io.BytesIO(data))["A"]
    for (_, ore, day, _), line in zip(plain, sheet.iter_rows(min_row=2, max_row=len(plain) + 1), strict=True):
        assert (line[1].value, read_back(line[2].value)) == (ore / 100, day)
        assert line[0].data_type != "f"


def test_rows_that_come_in_parts_are_written_each_as_what_it_is_and_summed() -> None:
    kinds = (RegisterColumnKind.TEXT, RegisterColumnKind.MONEY, RegisterColumnKind.DAY, RegisterColumnKind.TEXT)
    columns = tuple(RegisterColumn(Words(f"{place}", f"{place}"), kind) for place, kind in enumerate(kinds))
    day, moment = date(2026, 5, 1), datetime(2026, 5, 1, 12, 30, tzinfo=UTC)
    parts: list[tuple[Any, ...]] = [
        (("=1+1", 100, day, day), ("plain", None, None, None)),
        (("@x", 250, None, moment),),
        ((None, None, day, "long " * 40), ("", 5, None, 7)),
    ]
    read: list[int] = []

    def more() -> Iterator[tuple[Any, ...]]:
        for place, part in enumerate(parts[1:], 1):
            read.append(place)
            yield part

    def about(rows: Sequence[int]) -> list[tuple[str, str]]:
        assert read == [1, 2]
        return [("rows", ", ".join(map(str, rows)))]

    table = RegisterTable(Words("A", "A"), columns, parts[0], more())
    assert read == []
    book = openpyxl.load_workbook(io.BytesIO(register_workbook([table], about, "Om", "sv")))
    lines = list(book["A"].iter_rows(min_row=2))
    rows = [row for part in parts for row in part]
    found = [[read_back(cell.value) if place == 2 else cell.value for place, cell in enumerate(line)] for line in lines]
    wanted = [[row[0] or None, row[1] / 100 if row[1] else None, *row[2:]] for row in rows]
    wanted[0][3], wanted[2][3] = "2026-05-01", "2026-05-01 12:30"
    assert found == [*wanted, [None] * 4, ["Summa", 3.55, None, None]]
    assert [line[0].data_type for line in lines[:5]] == ["s", "s", "s", "n", "n"]
    assert [bool(line[0].quotePrefix) for line in lines[:5]] == [True, False, True, False, False]
    assert {line[3].number_format for line in lines[:5]} == {"@"}
    assert {line[2].number_format for line in lines[:5]} == {"yyyy-mm-dd"}
    assert book["A"].auto_filter.ref == "A1:D6"
    assert [book["A"].row_dimensions[line].height > 15 for line in range(2, 7)] == [False, False, False, True, False]
    assert [row[1].value for row in book["Om"].iter_rows()] == ["5"]
