"""Each layout against its worked rows, and what is found in a sheet before any row is read."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from vetting.domain.layouts import find_columns, folded_heading, read_list
from vetting.domain.tables import Cell, CellKind, Row, Sheet, column_letters
from vetting.domain.worked_cases import value_of
from vetting.files.yaml_reading import read_file
from vetting.services.rules import load
from vetting.shipped import shipped

ON = date(2026, 11, 20)
RULES = load(shipped("rules"), shipped("imports"))
CATALOGUE = RULES.folder.book.catalogue
WORKED = [
    (layout, case)
    for layout in RULES.layouts
    for case in read_file(shipped("imports") / f"{layout.name}.cases.yaml", layout.name).data
]


def cell(value: object) -> Cell:
    if isinstance(value, bool):
        return Cell(CellKind.YES_NO, value)
    if isinstance(value, int | float):
        return Cell(CellKind.NUMBER, value)
    if isinstance(value, date):
        return Cell(CellKind.DAY, value)
    return Cell(CellKind.TEXT, str(value))


def sheet(*rows: list[Any]) -> Sheet:
    made = [Row(n, {c: cell(v) for c, v in enumerate(row, 1) if v not in {None, ""}}) for n, row in enumerate(rows, 1)]
    return Sheet("Blad1", tuple(row for row in made if row.cells))


def test_every_layout_has_worked_rows() -> None:
    assert {layout.name for layout, _ in WORKED} == {layout.name for layout in RULES.layouts}


@pytest.mark.parametrize(("layout", "case"), WORKED, ids=[f"{layout.name}: {case['name']}" for layout, case in WORKED])
def test_a_worked_row_becomes_its_facts(layout: Any, case: dict[str, Any]) -> None:
    made = sheet(list(case["cells"]), list(case["cells"].values()))
    columns = find_columns((made,), (layout,))
    assert columns is not None
    assert columns.unread == ()
    found = read_list(made, columns, CATALOGUE, on=ON)
    values = dict(found.cases[0].facts.values)
    moments = {fact: value.date() for fact, value in values.items() if hasattr(value, "date")}
    assert values | moments == {fact: value_of(CATALOGUE[fact], value) for fact, value in case["facts"].items()}
    assert found.cases[0].facts.absent == frozenset(case.get("absent", []))
    assert len(found.problems) == case["problems"]


def read(*rows: list[Any]) -> Any:
    made = sheet(*rows)
    columns = find_columns((made,), RULES.layouts)
    assert columns is not None
    return read_list(made, columns, CATALOGUE, on=ON)


def test_title_rows_totals_blank_rows_and_repeated_headings_are_no_cases() -> None:
    found = read(
        ["Exempelnämnden 2027"], [], ["Förening", "Org.nr", "Sökt"], ["Kören", "802999-0234", 1], [],
        ["Förening", "Org.nr", "Sökt"], ["Laget", "", 2], ["Summa", "", 3], ["", "", "", "Antal: 2"],
    )  # fmt: skip
    assert [case.row for case in found.cases] == [4, 7]
    assert found.left_out == (6, 8, 9)
    assert [problem.where for problem in found.problems] == []


def test_an_association_whose_name_begins_like_a_total_is_a_case() -> None:
    found = read(
        ["Förening", "Org.nr"],
        ["Total Dans Exempel", "802999-0234"],
        ["Totalförsvaret Prov", ""],
        ["Summa kardemumma", ""],
    )
    assert [case.name for case in found.cases] == ["Total Dans Exempel", "Totalförsvaret Prov", "Summa kardemumma"]


def test_a_row_with_an_amount_but_no_association_is_told() -> None:
    found = read(["Förening", "Org.nr", "Sökt"], ["Kören", "802999-0234", 1], ["", "", 500])
    assert [problem.where for problem in found.problems] == ["Blad1!3"]


def test_the_same_heading_twice_reads_the_first_and_names_the_other() -> None:
    found = read(["Förening", "Org.nr", "Orgnr"], ["Kören", "802999-0234", "802999-0341"])
    assert found.cases[0].number == "8029990234"
    assert found.columns.unread == ("Orgnr",)
    assert "Bara kolumn B läses" in found.problems[0].line("sv")
    assert found.problems[0].where == "Blad1!C1"


def test_a_note_below_the_total_is_no_case_but_told() -> None:
    found = read(
        ["Förening", "Org.nr", "Sökt"],
        ["Kören", "802999-0234", 1],
        ["Summa", "", 1],
        ["varav nya", "", 3],
        ["* = sen", "", ""],
    )
    assert [case.row for case in found.cases] == [2]
    assert [problem.where for problem in found.problems] == ["Blad1!4", "Blad1!5"]


def test_personal_numbers_in_a_column_that_is_not_read_are_told_once() -> None:
    found = read(
        ["Förening", "Org.nr", "Personnr"], ["Kören", "802999-0234", "811218-9876"], ["Laget", "", "811218-9876"]
    )
    assert [problem.where for problem in found.problems] == ["Blad1!C1"]
    assert "personnummer" in found.problems[0].what.sv


def test_a_personal_number_in_the_name_of_the_sheet_is_never_shown() -> None:
    made = Sheet("811218-9876", sheet(["Förening", "Org.nr"], ["Kören", "fel"]).rows)
    columns = find_columns((made,), RULES.layouts)
    assert columns is not None
    assert "811218" not in read_list(made, columns, CATALOGUE, on=ON).problems[0].line("sv")


def test_a_list_with_thousands_of_faults_tells_the_first_and_how_many_more() -> None:
    found = read(["Förening", "Org.nr"], *[["Kören", "fel"]] * 2500)
    assert len(found.problems) == 2001
    assert found.problems[-1].what.sv.startswith("500 problem till")


def test_the_sheet_with_most_known_headings_is_chosen() -> None:
    notes = Sheet("Anteckningar", sheet(["Förening", "Org.nr"], ["A", ""]).rows)
    lista = Sheet("Lista", sheet(["Förening", "Org.nr", "Sökt"], ["B", "", 1]).rows)
    columns = find_columns((notes, lista), RULES.layouts)
    assert columns is not None
    assert columns.sheet == "Lista"


@pytest.mark.parametrize(
    "heading", ["Org.nr", "ORG NR", "org.nr.", " Org nr (10 siffror) ", "Org-nr", "Orgnr", "O r g n r"]
)
def test_a_heading_is_known_however_it_is_written(heading: str) -> None:
    assert folded_heading(heading) == "orgnr"


def test_columns_have_letters() -> None:
    assert [column_letters(n) for n in (1, 26, 27, 702, 703, 16384)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
