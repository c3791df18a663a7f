"""Cells as people write them: numbers, days, amounts, yes and no, organisation numbers, personal numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetting.engine.cells import amount_in_cell, read_cell
from vetting.engine.fact_catalogue import parse_catalogue
from vetting.engine.facts import FactDefinition, ListRow, Support
from vetting.kernel.dates import InvalidDayError, parse_day
from vetting.kernel.money import InvalidAmountError, parse_amount
from vetting.kernel.organisation_numbers import (
    MASK,
    NumberKind,
    has_valid_check_digit,
    mask_personal_numbers,
    read_number,
)
from vetting.kernel.problem import Faults, UnreadableValueError
from vetting.kernel.tables import Cell, CellKind
from vetting.rules.domain.layouts import folded_heading

if TYPE_CHECKING:
    from vetting.rules.services.rule_files import RulesFolder

ON = date(2026, 11, 20)
NBSP, EN_DASH = "\u00a0", "–"


@pytest.mark.parametrize(
    "text",
    [
        "802999-0234",
        "8029990234",
        f"802999{EN_DASH}0234",
        f"802999{NBSP}0234",
        "8029990234.0",
        "168029990234",
        "16802999-0234",
        " 802999 - 0234 ",
        "802999−0234",
        "16 802999-0234",
    ],
)
def test_an_organisation_number_is_read_however_it_is_written(text: str) -> None:
    assert read_number(text).digits == "8029990234"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("802999-0235", NumberKind.WRONG_CHECK_DIGIT),
        ("80299-023", NumberKind.WRONG_LENGTH),
        ("ej klart", NumberKind.NOT_A_NUMBER),
        ("８０２９９９０２３４", NumberKind.NOT_A_NUMBER),
        ("900101-2384", NumberKind.PERSONAL),
        ("19900101-2384", NumberKind.PERSONAL),
        ("199001012384", NumberKind.PERSONAL),
        ("9001012384.0", NumberKind.PERSONAL),
        ("900161-2384", NumberKind.PERSONAL),
        ("Kim 900101-2384", NumberKind.PERSONAL),
        ("000101+2384", NumberKind.PERSONAL),
        ("900101-0000", NumberKind.PERSONAL),
    ],
)
def test_what_is_no_organisation_number_is_told_apart(text: str, kind: NumberKind) -> None:
    found = read_number(text)
    assert (found.kind, found.digits) == (kind, "")


@given(
    st.integers(1, 12),
    st.integers(1, 28),
    st.integers(0, 99),
    st.integers(0, 9999),
    st.sampled_from(["-", "", "+", " ", EN_DASH]),
)
def test_every_personal_number_is_masked_wherever_it_stands(
    month: int, day: int, year: int, serial: int, mark: str
) -> None:
    number = f"{year:02}{month:02}{day:02}{mark}{serial:04}"
    for text in (number, f"19{number}", f"Kontakt {number}, ordf.", f"({number})"):
        assert f"{serial:04}" not in mask_personal_numbers(text).replace(MASK, "")
        assert MASK in mask_personal_numbers(text)


@pytest.mark.guards("personal numbers")
@pytest.mark.parametrize(
    "text",
    [
        "811218\u00ad-9876",
        "811218\u2060-9876",
        "811218－9876",
        "８１１２１８-９８７６",
        "811218--9876",
        "811218.9876",
        "811218/9876",
        "811218_9876",
        "16811218-9876",
        "0811218-9876",
        "81 12 18-9876",
        "811218-98 76",
        "1981-12-18-9876",
        "811218\n9876",
        "81 12 18 98 76",
        "81\u00a012\u00a018\u00a098\u00a076",
        "81  12  18  98  76",
        "81 12 18 9876",
        "1981 12 18 9876",
        "19 81 12 18 98 76",
        "81.12.18.98.76",
        "81-12-18-98-76",
        "1981-12-18 9876",
    ],
)
def test_a_personal_number_is_masked_whatever_stands_between_its_parts(text: str) -> None:
    assert MASK in mask_personal_numbers(text)
    assert "98" not in mask_personal_numbers(text).translate(str.maketrans("９８７６", "9876"))


@pytest.mark.parametrize(
    "text",
    ["811218-T876", "19811218T876", "811218 T876", "811278-t876", "81 12 18 T876", "1981-12-18-T876", "811218-R876"],
)
def test_a_temporary_number_is_masked_as_a_person(text: str) -> None:
    assert mask_personal_numbers(f"Kim, {text}.") == f"Kim, {MASK}."


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-15",
        "2026-03-15 18:30",
        "15 mars 2026",
        "40 000 kr",
        "802999-0234",
        "B48001",
        "08-123 45 67",
        "80 24 12 12 34",
        "08-12 18 98 76",
        "070-112 34 56",
        "10 12 15 20 25",
        "2026-03-15 - 2026-04-01",
        "20260315-2026-04-01",
        "2026-03-15 1830",
        "2026 03 15 1830",
        "20260315T1830",
        "2026-03-15 A101",
        "SE35 5000 0000 0549 1000 0003",
        "11 12 13 14 15",
    ],
)
def test_days_amounts_and_numbers_are_not_taken_for_persons(text: str) -> None:
    assert mask_personal_numbers(text) == text


@given(st.integers(0, 10**9 - 1))
def test_an_organisation_number_is_never_masked(body: int) -> None:
    digits = f"{body:09}"
    if int(digits[2:4]) < 20:
        return
    number = next(f"{digits}{check}" for check in range(10) if has_valid_check_digit(f"{digits}{check}"))
    assert mask_personal_numbers(number) == number
    assert read_number(number).digits == number


@pytest.mark.parametrize(
    ("text", "ore"),
    [
        ("40 000 kr", 40_000_00),
        ("12 500,50", 12_500_50),
        ("35000:-", 35_000_00),
        ("40000", 40_000_00),
        (f"40{NBSP}000 kronor", 40_000_00),
        ("1.250.000", 1_250_000_00),
        ("12500.5", 12_500_50),
        ("35 000,-", 35_000_00),
        ("SEK 900", 900_00),
        ("0", 0),
    ],
)
def test_an_amount_is_read_however_it_is_written(text: str, ore: int) -> None:
    assert parse_amount(text) == ore


@pytest.mark.parametrize(
    "text",
    [
        "5 000 kr 500",
        "1 000 kr 000 kr",
        "40 kr 000",
        "12O 000",
        "ca 20 000",
        "-500",
        "99999999999999",
        "1,2,3",
        "12 34",
        "NaN",
        "1e9",
        "1_000",
        "",
    ],
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(InvalidAmountError):
        parse_amount(text)


@pytest.mark.parametrize(
    ("kind", "value", "ore"),
    [(CellKind.TEXT, "-5 000 kr", -5_000_00), (CellKind.TEXT, "−5 000", -5_000_00), (CellKind.NUMBER, -12.5, -12_50)],
)
def test_what_a_year_left_over_may_be_below_nought(rules: RulesFolder, kind: CellKind, value: object, ore: int) -> None:
    assert read(rules, "equity", value, kind=kind).value == ore


def test_a_boards_own_day_may_lie_a_generation_ahead(rules: RulesFolder) -> None:
    shipped = rules.book.catalogue["report_due_on"]
    own = replace(shipped, id="lease_ends_on", of_board=True)
    assert read_cell(own, Cell(CellKind.TEXT, "2050-12-31"), on=ON).value == date(2050, 12, 31)
    assert read_cell(shipped, Cell(CellKind.TEXT, "2050-12-31"), on=ON).value is None


@pytest.mark.parametrize("text", ["03/04/2026", "3/4/2026", "12/11/2026"])
def test_a_day_that_can_be_two_is_told_and_none_is_guessed(text: str) -> None:
    with pytest.raises(InvalidDayError, match="two ways"):
        parse_day(text)
    assert parse_day("3/4 2026") == date(2026, 4, 3)  # as Swedish is written
    assert parse_day("04/04/2026") == date(2026, 4, 4)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-15",
        "15/3 2026",
        "15.3.2026",
        "15/3/2026",
        "20260315",
        "15 mars 2026",
        "15 Mars 2026",
        "den 15 mars 2026",
        "2026/3/15",
        "15 mar. 2026",
        "15-03-2026",
        "2026–03–15",
    ],
)
def test_a_day_is_read_however_it_is_written(text: str) -> None:
    assert parse_day(text) == date(2026, 3, 15)


@pytest.mark.parametrize(
    "text", ["2026-02-30", "31 april 2026", "26-03-15", "15/3", "i våras", "1026-03-15", "2026-13-01", "٢٠٢٦-٠٣-١٥"]
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(InvalidDayError):
        parse_day(text)


def read(rules: RulesFolder, fact: str, value: Any, kind: CellKind = CellKind.TEXT) -> Any:
    return read_cell(rules.book.catalogue[fact], Cell(kind, value), on=ON)


@pytest.mark.parametrize(
    ("fact", "kind", "value", "expected"),
    [
        ("bankrupt", CellKind.TEXT, "Ja", True),
        ("bankrupt", CellKind.TEXT, "NEJ", False),
        ("bankrupt", CellKind.TEXT, "x", True),
        ("bankrupt", CellKind.YES_NO, False, False),
        ("members_total", CellKind.NUMBER, 34.0, 34),
        ("members_total", CellKind.TEXT, "34 st", 34),
        ("members_total", CellKind.TEXT, "1 234", 1234),
        ("amount_applied", CellKind.NUMBER, 12500.5, 12_500_50),
        ("annual_meeting_held_on", CellKind.DAY, date(2026, 3, 15), date(2026, 3, 15)),
        ("annual_meeting_held_on", CellKind.NUMBER, 20260315, date(2026, 3, 15)),
        ("event_starts_at", CellKind.TEXT, "2026-03-15 18:30", datetime(2026, 3, 15, 18, 30)),
        ("legal_form", CellKind.TEXT, "Ideell förening", "ideell_forening"),
        ("statutes_document", CellKind.TEXT, "bifogad", True),
        ("statutes_document", CellKind.DAY, date(2024, 3, 15), True),
        ("partners", CellKind.TEXT, "Kören; Laget, Klubben", ("Kören", "Laget", "Klubben")),
        ("partners", CellKind.TEXT, "inga", ()),
        ("change_share", CellKind.TEXT, "50 %", 0.5),
        ("statutes_document", CellKind.TEXT, "Ja, 2019", True),
        ("statutes_document", CellKind.TEXT, "Se bilaga 1", True),
        ("legal_form", CellKind.TEXT, "Ideell förening (registrerad)", "ideell_forening"),
        (
            "other_support",
            CellKind.TEXT,
            "Kulturnämnden 5 000 kr; Sparbanken",
            (Support("Kulturnämnden", 5_000_00), Support("Sparbanken")),
        ),
        ("received_on", CellKind.TEXT, "2026-11-20", date(2026, 11, 20)),
    ],
)
def test_a_cell_becomes_the_value_it_says(
    rules: RulesFolder, fact: str, kind: CellKind, value: Any, expected: Any
) -> None:
    found = read(rules, fact, value, kind)
    assert (found.value, found.told) == (expected, None)


@pytest.mark.parametrize("text", ["", "-", "?", "–", "vet ej", "--", "vet inte"])
def test_a_cell_that_says_nothing_is_simply_missing(rules: RulesFolder, text: str) -> None:
    found = read(rules, "members_total", text)
    assert (found.value, found.absent, found.told) == (None, False, None)


@pytest.mark.parametrize("text", ["nej", "saknas", "Ej inlämnad", "finns inte"])
def test_a_paper_recorded_as_missing_is_absent(rules: RulesFolder, text: str) -> None:
    assert read(rules, "statutes_document", text).absent


@pytest.mark.parametrize(
    ("fact", "kind", "value", "words"),
    [
        ("members_total", CellKind.TEXT, "ca 50", "inte ett heltal"),
        ("members_total", CellKind.NUMBER, 34.5, "inte ett heltal"),
        ("members_total", CellKind.TEXT, "-4", "inte rimligt"),
        ("members_total", CellKind.NUMBER, float("inf"), "inte ett heltal"),
        ("amount_applied", CellKind.NUMBER, float("nan"), "inte ett belopp"),
        ("amount_applied", CellKind.NUMBER, -5, "negativt"),
        ("amount_applied", CellKind.NUMBER, 0.4, "mindre än en krona"),
        ("amount_applied", CellKind.TEXT, "0,99", "mindre än en krona"),
        ("amount_applied", CellKind.NUMBER, 1e300, "inte ett belopp"),
        ("amount_applied", CellKind.NUMBER, 1e14, "orimligt stort"),
        ("members_total", CellKind.NUMBER, 10**400, "inte ett heltal"),
        ("annual_meeting_held_on", CellKind.DAY, date(2027, 3, 1), "ligger i framtiden"),
        ("received_on", CellKind.TEXT, "2026-11-21", "ligger i framtiden"),
        ("received_on", CellKind.TEXT, "1989-12-31", "31 dec 1989 är inte ett rimligt datum"),
        ("annual_meeting_held_on", CellKind.DAY, date(1926, 3, 1), "inte ett rimligt datum"),
        ("report_due_on", CellKind.DAY, date(2062, 1, 31), "inte ett rimligt datum"),
        ("event_starts_at", CellKind.TEXT, "2062-01-31 18:00", "inte ett rimligt datum"),
        ("unreported_grants", CellKind.TEXT, "nej", "inte ett heltal"),
        ("bankrupt", CellKind.TEXT, "kanske", "inte ja eller nej"),
        ("statutes_document", CellKind.TEXT, "kommer", "inte ja eller nej"),
        ("legal_form", CellKind.TEXT, "gäng", "inget av valen"),
        ("annual_meeting_held_on", CellKind.NUMBER, 46000, "inte ett datum"),
        ("members_total", CellKind.NOT_CALCULATED, "", "formel vars resultat inte är sparat"),
        ("members_total", CellKind.ERROR, "#REF!", "felet #REF!"),
    ],
)
def test_a_cell_that_cannot_be_read_is_told_and_stays_unknown(
    rules: RulesFolder, fact: str, kind: CellKind, value: Any, words: str
) -> None:
    found = read(rules, fact, value, kind)
    assert found.value is None
    assert not found.absent
    assert found.told is not None
    assert words in found.told[0].sv
    assert all((found.told[0].en, found.told[1].sv, found.told[1].en))


@pytest.mark.parametrize(
    ("fact", "day"),
    [
        ("association_formed_on", date(1904, 5, 1)),
        ("statutes_adopted_on", date(1951, 2, 3)),
        ("organisation_number_since", date(1978, 1, 1)),
        ("received_on", date(1990, 1, 1)),
        ("report_due_on", date(2031, 12, 31)),
    ],
)
def test_what_may_be_old_or_lie_ahead_is_read(rules: RulesFolder, fact: str, day: date) -> None:
    found = read(rules, fact, day, CellKind.DAY)
    assert (found.value, found.told) == (day, None)


def test_a_personal_number_among_other_text_is_masked_and_told(rules: RulesFolder) -> None:
    found = read(rules, "responsible_person", "Kim 900101-2384")
    assert found.value == f"Kim {MASK}"
    assert found.told is not None
    assert "personnummer" in found.told[0].sv


def rows_fact() -> FactDefinition:
    faults = Faults()
    fields = {
        "what": {"type": "text", "label": {"sv": "Vad"}},
        "amount": {"type": "money", "label": {"sv": "Belopp"}},
    }
    data = {"type": "list_of_rows", "label": {"sv": "Kostnader"}, "level": "finance", "supplied_by": "applicant"}
    found = parse_catalogue({"costs": data | {"fields": fields}}, faults)
    assert not faults.found
    return found["costs"]


HIRE, MUSIC = ListRow((("what", "Hyra"), ("amount", 2_000_000))), ListRow((("what", "Musik"), ("amount", 50_050)))


@pytest.mark.parametrize(
    "text",
    [
        "Hyra; 20 000\nMusik; 500,50 kr",
        "Vad\tBelopp\nHyra\t20000\nMusik\t500,50",
        "Hyra | 20000; Musik | 500,50",
        "Hyra 20 000 kr\n\nMusik: 500,50 kr\n",
    ],
)
def test_rows_are_read_as_they_are_typed_or_pasted(text: str) -> None:
    assert read_cell(rows_fact(), Cell(CellKind.TEXT, text), on=ON).value == (HIRE, MUSIC)


def test_a_day_beside_two_numbers_is_no_personal_number_and_one_within_a_cell_is() -> None:
    fact = rows_fact()
    told = read_cell(fact, Cell(CellKind.TEXT, "2025-07-16 möte\t1160"), on=ON)
    assert (told.told, len(told.value or ())) == (None, 1)  # type: ignore[arg-type] # rows
    hidden = read_cell(fact, Cell(CellKind.TEXT, "Kim 19811218-9876\t500"), on=ON)
    assert hidden.told is not None
    assert "9876" not in str(hidden.value)


def test_a_giver_and_an_amount_with_a_semicolon_between_are_one(rules: RulesFolder) -> None:
    fact = rules.book.catalogue["other_support"]
    found = read_cell(fact, Cell(CellKind.TEXT, "Region Exempel; 5000; Banken 2 000 kr; Stiftelsen"), on=ON)
    assert found.value == (Support("Region Exempel", 500_000), Support("Banken", 200_000), Support("Stiftelsen"))


def test_a_row_with_a_blank_field_does_not_know_it_and_a_wrong_one_is_told_by_its_number() -> None:
    fact = rows_fact()
    assert read_cell(fact, Cell(CellKind.TEXT, "Hyra; -"), on=ON).value == (ListRow((("what", "Hyra"),)),)
    assert read_cell(fact, Cell(CellKind.TEXT, "inga"), on=ON).value == ()
    wrong = read_cell(fact, Cell(CellKind.TEXT, "Hyra; 20 000\nMusik; mycket"), on=ON)
    assert wrong.value is None
    assert wrong.told is not None
    assert wrong.told[0].sv.startswith("Rad 2, Belopp: ")
    many = read_cell(fact, Cell(CellKind.TEXT, "Hyra; 20 000; mars"), on=ON)
    assert many.told is not None
    assert many.told[0].sv == "Rad 1 har 3 fält, men listan har 2."
    assert many.told[1].sv == "Skriv varje post på en egen rad, med semikolon mellan uppgifterna: Vad; Belopp."
    assert read_cell(fact, Cell(CellKind.TEXT, "Hyra; 1\n" * 201), on=ON).told is not None


@pytest.mark.parametrize(
    ("cell", "year"),
    [
        (Cell(CellKind.TEXT, "2025"), 2025),
        (Cell(CellKind.NUMBER, 2025), 2025),
        (Cell(CellKind.DAY, date(2025, 12, 31)), 2025),
        (Cell(CellKind.TEXT, "2025-12-31"), 2025),
        (Cell(CellKind.TEXT, "25"), None),
        (Cell(CellKind.TEXT, "9999"), None),
        (Cell(CellKind.NUMBER, 2025.5), None),
    ],
)
def test_a_year_is_four_digits(rules: RulesFolder, cell: Cell, year: int | None) -> None:
    found = read_cell(rules.book.catalogue["accounts_year"], cell, on=ON)
    assert found.value == year
    assert (found.told is None) == (year is not None)


def test_a_year_is_said_without_a_space(rules: RulesFolder) -> None:
    assert rules.book.catalogue["accounts_year"].in_words(2025).sv == "2025"


def test_stacked_marks_and_open_brackets_take_no_time(rules: RulesFolder) -> None:
    """Each of these took seconds when texts were folded as they came."""
    for text in ("a" + "\u0301\u0327" * 16_000, "(" * 32_000, " " * 32_000 + "x", "1 " * 16_000, "-" * 32_000):
        for fact in (
            "name_in_application",
            "legal_form",
            "amount_applied",
            "annual_meeting_held_on",
            "organisation_number",
        ):
            read(rules, fact, text)
        folded_heading(text)


@given(
    st.text(max_size=200),
    st.sampled_from(
        [
            "members_total",
            "amount_applied",
            "annual_meeting_held_on",
            "organisation_number",
            "legal_form",
            "partners",
            "purpose",
            "event_starts_at",
            "change_share",
        ]
    ),
)
def test_no_text_makes_reading_a_cell_fail(text: str, fact: str) -> None:
    from tests.conftest import shipped_rules

    read(shipped_rules(), fact, text)


def test_an_amount_in_a_cell_is_read_in_ore_and_a_number_that_is_none_is_told() -> None:
    assert amount_in_cell(None) is None
    assert amount_in_cell(Cell(CellKind.TEXT, " ")) is None
    assert amount_in_cell(Cell(CellKind.NUMBER, 12.5)) == 1250
    assert amount_in_cell(Cell(CellKind.TEXT, "1 250 kr")) == 1250_00
    assert amount_in_cell(Cell(CellKind.TEXT, "-5"), below_nought=True) == -500
    for odd in (float("nan"), float("inf"), 1e300):
        with pytest.raises(UnreadableValueError):
            amount_in_cell(Cell(CellKind.NUMBER, odd))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-10-03 12:04", date(2026, 10, 3)),
        ("2026-10-03T12:04:00+02:00", date(2026, 10, 3)),
        ("2026-10-03T23:30:00Z", date(2026, 10, 4)),
        ("2026-10-03T00:30:00.125+05:00", date(2026, 10, 2)),
        ("3 oktober 2026 kl. 08.15", date(2026, 10, 3)),
    ],
)
def test_a_moment_in_a_column_of_days_is_its_day_here(rules: RulesFolder, text: str, day: date) -> None:
    assert read(rules, "application_date", text).value == day


def test_twenty_four_ends_a_day(rules: RulesFolder) -> None:
    assert read(rules, "event_starts_at", "2026-12-18 24:00").value == datetime(2026, 12, 19, 0, 0)
    assert read(rules, "event_starts_at", "2026-12-18 24:15").told is not None
