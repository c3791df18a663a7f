"""Each layout against its worked rows, and what is found in a sheet before any row is read."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from vetting.engine.facts import FactType
from vetting.engine.worked_cases import worked_value
from vetting.formats.yaml_reading import read_file
from vetting.kernel.tables import Cell, CellKind, Sheet, SheetRow, column_letters
from vetting.lists.domain.association_lists import AssociationRowReader, PaymentRowReader
from vetting.lists.domain.case_lists import read_list
from vetting.lists.domain.headings import find_columns
from vetting.lists.domain.list_rows import IntakeProgress
from vetting.rules.domain.layouts import ListKind, folded_heading
from vetting.rules.services.rulebook import load_rules
from vetting.shipped import shipped_folder

ON = date(2026, 11, 20)
RULES = load_rules(shipped_folder("rules"), shipped_folder("imports"))
CATALOGUE = RULES.folder.book.catalogue
EVERY = [
    (layout, case)
    for layout in RULES.layouts
    for case in read_file(shipped_folder("imports") / f"{layout.name}.cases.yaml", layout.name).data
]
WORKED = [(layout, case) for layout, case in EVERY if layout.kind.case]
OTHERS = [(layout, case) for layout, case in EVERY if not layout.kind.case]


def cell(value: object) -> Cell:
    if isinstance(value, bool):
        return Cell(CellKind.YES_NO, value)
    if isinstance(value, int | float):
        return Cell(CellKind.NUMBER, value)
    if isinstance(value, date):
        return Cell(CellKind.DAY, value)
    return Cell(CellKind.TEXT, str(value))


def sheet(*rows: list[Any]) -> Sheet:
    made = [
        SheetRow(n, {c: cell(v) for c, v in enumerate(row, 1) if v not in {None, ""}}) for n, row in enumerate(rows, 1)
    ]
    return Sheet("Blad1", tuple(row for row in made if row.cells))


def test_every_layout_has_worked_rows() -> None:
    assert {layout.name for layout, _ in EVERY} == {layout.name for layout in RULES.layouts}


def worked(fact: str, value: Any) -> Any:
    """What a worked row says of a fact; a moment as '2026-12-01 18:00'."""
    if isinstance(value, str) and CATALOGUE[fact].type is FactType.DATETIME:
        return datetime.fromisoformat(value)
    return worked_value(CATALOGUE[fact], value)


@pytest.mark.parametrize(("layout", "case"), WORKED, ids=[f"{layout.name}: {case['name']}" for layout, case in WORKED])
def test_a_worked_row_becomes_its_facts(layout: Any, case: dict[str, Any]) -> None:
    made = sheet(list(case["cells"]), list(case["cells"].values()))
    columns = find_columns((made,), (layout,))
    assert columns is not None
    assert columns.unread == ()
    found = read_list(made, columns, CATALOGUE, on=ON)
    values = dict(found.cases[0].facts.values)
    days = {fact: value.date() for fact, value in values.items() if isinstance(value, datetime) and not value.hour}
    assert values | days == {fact: worked(fact, value) for fact, value in case["facts"].items()}
    assert found.cases[0].facts.absent == frozenset(case.get("absent", []))
    assert len(found.problems) == case["problems"]


@pytest.mark.parametrize(("layout", "case"), OTHERS, ids=[f"{layout.name}: {case['name']}" for layout, case in OTHERS])
def test_a_worked_row_of_a_register_or_payment_list_becomes_what_it_says(layout: Any, case: dict[str, Any]) -> None:
    made = sheet(list(case["cells"]), list(case["cells"].values()))
    columns = find_columns((made,), (layout,))
    assert columns is not None
    assert columns.unread == tuple(case.get("unread", ()))
    taker = (
        AssociationRowReader(columns, IntakeProgress(), 0)
        if layout.kind is ListKind.ASSOCIATIONS
        else PaymentRowReader(columns, IntakeProgress(), 0, on=ON)
    )
    row, told = taker.read(made.rows[1].raw())
    assert row is not None
    said = {**row, **(row.get("of_case") or {})}
    assert {name: said[name] for name in case["row"]} == case["row"]
    assert len(told) == case["problems"]


def read(*rows: list[Any]) -> Any:
    made = sheet(*rows)
    columns = find_columns((made,), RULES.layouts)
    assert columns is not None
    return read_list(made, columns, CATALOGUE, on=ON)


def test_title_rows_totals_blank_rows_and_repeated_headings_are_no_cases() -> None:
    found = read(
        ["Exempelnämnden 2027"],
        [],
        ["Förening", "Org.nr", "Sökt"],
        ["Kören", "802999-0234", 1],
        [],
        ["Förening", "Org.nr", "Sökt"],
        ["Laget", "", 2],
        ["Summa", "", 3],
        ["", "", "", "Antal: 2"],
    )
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
    assert found.problems[-1].what.sv.startswith("Ytterligare 500 problem")


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


def tables(made: Sheet) -> list[tuple[int, int | None, dict[int, str]]]:
    from vetting.lists.domain.headings import find_tables

    return [(table.heading_row, table.last_row, dict(table.facts)) for table in find_tables(made, RULES.layouts)]


GROUPED = sheet(
    ["Förening", "", "Medlemmar", "", "Kontakt", ""],
    ["Namn", "Org.nr", "Antal totalt", "Förra året", "Namn", "Telefon"],
    ["Föreningen Exempelstigen", "802999-0234", 34, 30, "Kim Ek", "070"],
)


def test_a_heading_in_two_lines_is_read_together() -> None:
    from dataclasses import replace

    from vetting.kernel.tables import MergedArea

    made = replace(GROUPED, merged=(MergedArea(1, 1, 1, 2), MergedArea(1, 3, 1, 4), MergedArea(1, 5, 1, 6)))
    made_columns = find_columns((made,), RULES.layouts)
    assert made_columns is not None
    assert made_columns.heading_row == 2
    assert made_columns.facts[2] == "organisation_number"
    assert made_columns.facts[4] == "members_total_last_year"
    case = read_list(made, made_columns, CATALOGUE, on=ON).cases[0]
    assert case.facts.values["members_total_last_year"] == 30


def test_the_name_of_a_contact_is_never_taken_for_the_associations() -> None:
    from dataclasses import replace

    from vetting.kernel.tables import MergedArea

    rows = sheet(
        ["Kontakt", "", "Förening", ""],
        ["Namn", "Telefon", "Namn", "Org.nr"],
        ["Kim Ek", "070", "Föreningen A", "802999-0234"],
    )
    made = replace(rows, merged=(MergedArea(1, 1, 1, 2), MergedArea(1, 3, 1, 4)))
    found = find_columns((made,), RULES.layouts)
    assert found is not None
    case = read_list(made, found, CATALOGUE, on=ON).cases[0]
    assert (case.name, case.number) != ("Kim Ek", "8029990234")


def test_a_heading_over_two_lines_that_are_one_cell_is_found() -> None:
    from dataclasses import replace

    from vetting.kernel.tables import MergedArea

    rows = sheet(["Förening", "Org.nr", "Medlemmar", ""], ["", "", "Antal", "Förra året"], ["A", "802999-0234", 34, 30])
    made = replace(rows, merged=(MergedArea(1, 1, 2, 1), MergedArea(1, 2, 2, 2), MergedArea(1, 3, 1, 4)))
    found = find_columns((made,), RULES.layouts)
    assert found is not None
    assert (found.heading_row, found.facts[1], found.facts[2]) == (2, "name_in_application", "organisation_number")
    assert read_list(made, found, CATALOGUE, on=ON).cases[0].name == "A"


def test_tables_below_each_other_are_told_apart_each_with_its_own_columns() -> None:
    made = sheet(
        ["Förening", "Org.nr", "Sökt"],
        ["A", "802999-0234", 100],
        ["B", "802999-0341", 200],
        [],
        ["Sent inkomna"],
        ["Org.nr", "Sökt", "Förening"],
        ["802999-0416", 300, "C"],
    )
    assert [(row, last) for row, last, _ in tables(made)] == [(1, 5), (6, None)]
    assert tables(made)[1][2] == {1: "organisation_number", 2: "amount_applied", 3: "name_in_application"}


def test_headings_repeated_after_a_gap_go_on_as_the_same_table() -> None:
    made = sheet(["Förening", "Org.nr"], ["A", "802999-0234"], [], ["Förening", "Org.nr"], ["B", "802999-0341"])
    assert [(row, last) for row, last, _ in tables(made)] == [(1, None)]


def test_tables_beside_each_other_are_two() -> None:
    made = sheet(["Förening", "Org.nr", "", "Förening", "Org.nr"], ["A", "802999-0234", "", "B", "802999-0341"])
    assert [facts for _, _, facts in tables(made)] == [
        {1: "name_in_application", 2: "organisation_number"},
        {4: "name_in_application", 5: "organisation_number"},
    ]


def test_a_gap_in_one_tables_headings_does_not_part_it() -> None:
    made = sheet(["Förening", "Org.nr", "", "Medlemmar", "Sökt"], ["A", "802999-0234", "x", 34, 100])
    assert len(tables(made)) == 1


@pytest.mark.parametrize("said", ["18.00–20.30", "18:00 - 20:30", "kl 18-20.30"])
def test_a_cell_with_two_clock_times_is_from_and_to(said: str) -> None:
    made = sheet(["Lokal", "Förening", "Datum", "Tid"], ["Sal A", "A", "2026-12-01", said])
    columns = find_columns((made,), [layout for layout in RULES.layouts if layout.name == "bokningar"])
    assert columns is not None
    found = read_list(made, columns, CATALOGUE, on=ON)
    values = found.cases[0].facts.values
    assert (values["event_starts_at"], values["event_ends_at"]) == (
        datetime(2026, 12, 1, 18),
        datetime(2026, 12, 1, 20, 30),
    )
    assert found.problems == ()


def test_a_booking_that_ends_after_midnight_ends_the_next_day() -> None:
    made = sheet(["Lokal", "Förening", "Datum", "Från", "Till"], ["Sal A", "A", "2026-12-01", "22:00", "01:00"])
    columns = find_columns((made,), [layout for layout in RULES.layouts if layout.name == "bokningar"])
    assert columns is not None
    assert read_list(made, columns, CATALOGUE, on=ON).cases[0].facts.values["event_ends_at"] == datetime(2026, 12, 2, 1)


@pytest.mark.parametrize(
    ("days", "months"),
    [
        (["03/04/2026", "25/04/2026"], [4, 4]),
        (["03/04/2026", "04/25/2026"], [3, 4]),
        (["03/04/2026 12:30", "04/25/2026"], [3, 4]),
        (["03/04/2026", "05/06/2026"], [None, None]),
        (["25/04/2026", "04/25/2026", "03/04/2026"], [4, None, None]),
    ],
)
def test_the_order_of_day_and_month_is_that_of_the_column(days: list[str], months: list[int | None]) -> None:
    found = read(["Förening", "Org.nr", "Inkom"], *[["Kören", "802999-0234", day] for day in days])
    said = [case.facts.values.get("received_on") for case in found.cases]
    assert [day.month if day else None for day in said] == months
    assert sum("två sätt" in problem.what.sv or "inte finns" in problem.what.sv for problem in found.problems) == (
        months.count(None)
    )


@pytest.mark.parametrize(
    "layout", [layout for layout in RULES.layouts if layout.kind.case], ids=lambda found: found.name
)
def test_contact_telephone_and_account_are_read_by_every_layout(layout: Any) -> None:
    said = {"E-post": "contact_email", "Mejl": "contact_email", "Tfn": "contact_phone", "Mobil": "contact_phone"}
    of_kind = {
        ListKind.GRANT: {
            "Kontaktperson": "contact_person",
            "Kontonummer": "giro_number",
            "BG/PG": "giro_number",
            "Bankgironr": "giro_number",
        },
        ListKind.BOOKING: {"Kontaktperson": "responsible_person"},
    }
    for heading, fact in {**said, **of_kind[layout.kind]}.items():
        assert layout.headings[folded_heading(heading)] == fact
