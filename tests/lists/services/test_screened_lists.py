"""The main job on the shipped samples: shares of attention, reasons, what is not checked, the workbook back."""

from __future__ import annotations

import io
import re
from collections import Counter
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from tests.house.samples import SAMPLES, TEXTS
from vetting.engine.proposal import Proposal
from vetting.engine.reasons import main_reasons, missing_in_words, reason_for_finding
from vetting.engine.results import CriterionResult
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import UnreadableError
from vetting.lists.domain.screened_lists import RowWork, ScreenedList, as_document
from vetting.lists.services.screened_lists import annotated_copy, screen_list
from vetting.rules.services.rulebook import Rules, load_rules, ruleset_named
from vetting.shipped import shipped_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from openpyxl import Workbook

ON = date(2026, 11, 20)
AT = datetime(2026, 11, 20, 9, 30)
FOLDER = shipped_folder("imports") / "samples"
PERSONAL = "850229"


@pytest.fixture(scope="module")
def everything() -> Rules:
    return load_rules(shipped_folder("rules"), shipped_folder("imports"))


def screened(everything: Rules, sample: str, rules: str = "farsta-2021-med-grundkrav") -> ScreenedList:
    ruleset = ruleset_named(everything, rules)
    return screen_list((FOLDER / sample).read_bytes(), sample, ruleset=ruleset, layouts=everything.layouts, on=ON)


@pytest.fixture(scope="module")
def applications(everything: Rules) -> ScreenedList:
    return screened(everything, "ansokningar.xlsx")


@pytest.fixture(scope="module")
def bookings(everything: Rules) -> ScreenedList:
    return screened(everything, "bokningar.xlsx")


def test_the_layouts_have_no_problems(everything: Rules) -> None:
    assert [problem.line("en") for problem in everything.problems] == []


def test_sixty_applications_are_cases_and_the_title_and_totals_rows_are_not(applications: ScreenedList) -> None:
    assert [case.row.row for case in applications.cases] == list(range(5, 65))


def test_the_applications_give_every_kind_of_proposal(applications: ScreenedList) -> None:
    proposals = {case.screening.proposal for case in applications.cases}
    assert {Proposal.COMPLETE, Proposal.REFUSE} < proposals
    assert proposals & {Proposal.ASSESS, Proposal.REFER}


def test_the_applications_give_at_least_five_different_sets_of_results(applications: ScreenedList) -> None:
    sets = {tuple(finding.result for finding in case.screening.findings) for case in applications.cases}
    assert len(sets) >= 5


def test_a_refusal_rests_on_a_fact_that_is_present(applications: ScreenedList) -> None:
    refused = [case for case in applications.cases if case.screening.proposal is Proposal.REFUSE]
    assert refused
    for case in refused:
        behind = [finding for finding in case.screening.findings if finding.effect is Proposal.REFUSE]
        facts = {leaf.comparison.fact for finding in behind for leaf in finding.leaves}
        assert facts <= case.row.facts.values.keys()


def test_at_most_forty_in_a_hundred_applications_need_a_person(applications: ScreenedList) -> None:
    assert applications.work[RowWork.PERSON] <= 0.40 * len(applications.cases)
    assert applications.work[RowWork.PERSON] > 0


def test_at_most_twenty_in_a_hundred_bookings_need_a_person(bookings: ScreenedList) -> None:
    assert len(bookings.cases) == 200
    assert 0 < bookings.work[RowWork.PERSON] <= 0.20 * len(bookings.cases)


def test_what_needs_most_of_a_person_comes_first(applications: ScreenedList, bookings: ScreenedList) -> None:
    order = list(RowWork)
    for found in (applications, bookings):
        places = [order.index(case.work) for case in found.by_work]
        assert places == sorted(places)


def test_what_the_list_has_no_column_for_is_told_once_and_held_against_nobody(applications: ScreenedList) -> None:
    assert "deadline" in applications.not_checked
    for case in applications.cases:
        late = next(f for f in case.screening.findings if f.criterion.id == "ansokan-i-tid")
        assert (late.result, late.effect) == (CriterionResult.UNKNOWN, None)


def test_the_same_association_twice_is_told_and_another_name_at_the_same_number_is_a_question(
    applications: ScreenedList,
) -> None:
    told = [problem.line("sv") for problem in applications.problems if "Samma organisationsnummer" in problem.what.sv]
    assert [line.split(":")[0] for line in told] == ["Ansökningar!D48", "Ansökningar!D57"]
    asked = {
        case.row.row
        for case in applications.cases
        for f in case.screening.findings
        if f.criterion.id == "signal-samma-orgnr" and f.result is CriterionResult.NEEDS_ASSESSMENT
    }
    assert asked == {30, 57}


def texts(found: ScreenedList) -> Iterator[tuple[str, str]]:
    """(Swedish, English) of everything that is said about a list."""
    for case in found.cases:
        for words in (*main_reasons(case.screening), missing_in_words(case.screening)):
            yield words.sv, words.en
        for finding in case.screening.findings:
            reason = reason_for_finding(finding, case.screening)
            yield reason.sv, reason.en
    for problem in found.problems:
        yield problem.line("sv"), problem.line("en")


ENGLISH = re.compile(r"\b(?:the|is|not|missing|must|least|most|yes|association|board|None|True|False|null|Result|of)\b")
SWEDISH = re.compile(r"\b(?:och|saknas|krav|föreningen|minst|högst|ska|inte|är|nej|ja)\b")


@pytest.mark.parametrize(
    "rules", ["farsta-2021-med-grundkrav", "hasselby-vallingby-2018-med-grundkrav", "grundkrav-bidrag"]
)
def test_swedish_reasons_hold_no_ids_no_english_and_no_none(everything: Rules, rules: str) -> None:
    found = screened(everything, "ansokningar.xlsx", rules)
    ids = set(found.ruleset.catalogue) | {criterion.id for criterion in found.ruleset.criteria}
    ids = {name for name in ids if "_" in name or "-" in name}
    said = {swedish for swedish, _ in texts(found)}
    assert len(said) > 30
    for text in said:
        assert not ENGLISH.search(text), text
        assert not any(name in text for name in ids), text


def test_english_reasons_hold_no_swedish(applications: ScreenedList, bookings: ScreenedList) -> None:
    for found in (applications, bookings):
        for _, english in texts(found):
            own = re.sub(r"“[^”]*”|”[^”]*”", "", english)
            assert not SWEDISH.search(own), own


def test_a_reason_names_the_label_the_value_and_the_limit(applications: ScreenedList) -> None:
    case = next(case for case in applications.cases if case.row.row == 9)
    finding = next(f for f in case.screening.findings if f.criterion.id == "medlemmar-minst")
    assert reason_for_finding(finding, case.screening).sv == "Antal medlemmar: 4. Krav: minst 5."


def test_a_missing_paper_is_named_and_asked_for(applications: ScreenedList) -> None:
    case = next(case for case in applications.cases if case.row.row == 7)
    finding = next(f for f in case.screening.findings if f.criterion.id == "stadgar-antagna")
    assert reason_for_finding(finding, case.screening).sv == "Stadgar: saknas. Be föreningen skicka in: stadgar."


@pytest.mark.guards("personal numbers")
def test_the_document_has_the_promised_shape_and_no_personal_number(applications: ScreenedList) -> None:
    document = as_document(applications, "sv")
    assert document.keys() == {"rules", "counts", "not_checked", "cases", "problems"}
    assert document["rules"].keys() == {"id", "version", "fingerprint"}
    case = document["cases"][0]
    assert case.keys() == {
        *("row", "association", "organisation_number", "kind", "proposal", "attention", "reductions", "findings")
    }
    assert case["findings"][0].keys() == {"criterion", "result", "why", "facts", "source"}
    assert PERSONAL not in str(document)


def test_a_list_of_bookings_is_not_screened_with_rules_for_grants(everything: Rules) -> None:
    with pytest.raises(UnreadableError) as refused:
        screened(everything, "bokningar.xlsx", "grundkrav-bidrag")
    assert "Listan innehåller bokningar" in refused.value.problem.what.sv


def test_the_kind_can_be_forced(everything: Rules) -> None:
    data = "Förening;Org.nr\nFöreningen Exempelstigen;802999-0234\n".encode()
    ruleset = ruleset_named(everything, "farsta-2021-med-grundkrav")
    for kind in CaseKind:
        found = screen_list(data, "x.csv", ruleset=ruleset, layouts=everything.layouts, kind=kind, on=ON)
        assert found.kind is kind


@pytest.fixture(scope="module")
def returned(applications: ScreenedList) -> Workbook:
    data = (FOLDER / "ansokningar.xlsx").read_bytes()
    return openpyxl.load_workbook(io.BytesIO(annotated_copy(data, "ansokningar.xlsx", applications, "sv", at=AT)))


def test_the_users_own_cells_come_back_untouched_the_personal_number_too(returned: Workbook) -> None:
    original = openpyxl.load_workbook(FOLDER / "ansokningar.xlsx")["Ansökningar"]
    sheet = returned["Ansökningar"]
    for row in original.iter_rows():
        for cell in row:
            other = sheet[cell.coordinate]
            assert (other.value, other.data_type, other.number_format) == (
                cell.value,
                cell.data_type,
                cell.number_format,
            )
            assert (other.font.b, other.fill.fgColor.rgb) == (cell.font.b, cell.fill.fgColor.rgb)
    assert sheet["D20"].value == "850229-1234"


def test_nothing_that_is_added_repeats_a_personal_number(returned: Workbook) -> None:
    for sheet in returned.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                own = sheet.title == "Ansökningar" and (cell.column or 0) <= 24
                assert own or PERSONAL not in f"{cell.value}{cell.comment.text if cell.comment else ''}"


def test_each_row_gets_proposal_missing_and_a_word_for_every_criterion(
    returned: Workbook, applications: ScreenedList
) -> None:
    sheet = returned["Ansökningar"]
    headings = [cell.value for cell in sheet[4]][24:]
    assert headings[:3] == ["Att göra", "Förslag", "Saknas"]
    assert len(headings) == 3 + len(applications.cases[0].screening.findings)
    assert [sheet["Y9"].value, sheet["Z9"].value] == ["Kräver en bedömning", "Krav ej uppfyllt"]
    members = 25 + headings.index("Föreningen har minst det antal medlemmar som krävs")
    cell = sheet.cell(9, members)
    assert (cell.value, cell.fill.fgColor.rgb) == ("Ej uppfyllt", "00F8E4E4")
    why = sheet["Y9"].comment
    assert why is not None
    assert "Antal medlemmar: 4. Krav: minst 5." in why.text


def test_the_own_sheet_stays_readable(returned: Workbook, applications: ScreenedList) -> None:
    sheet = returned["Ansökningar"]
    assert sheet.freeze_panes == "D5"
    assert sheet.auto_filter.ref == "A4:AY64"
    commented = [cell for row in sheet.iter_rows() for cell in row if cell.comment]
    assert len(commented) == len({cell.row for cell in commented}) == 33
    for column in range(28, (sheet.max_column or 0) + 1):
        said = {sheet.cell(case.row.row, column).value for case in applications.cases}
        assert sheet.column_dimensions[get_column_letter(column)].hidden == (len(said) == 1)


def test_a_row_of_which_nothing_was_checked_is_a_persons_and_one_row_hides_no_column() -> None:
    rows: list[list[Any]] = [["Förening", "Org.nr", "Medlemmar"], ["Exempel", "802999-0234", 4]]
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    out = io.BytesIO()
    book.save(out)
    found = load_rules(shipped_folder("rules"), shipped_folder("imports"))
    for name, work in (("alvsjo-2018", RowWork.PERSON), ("farsta-2021-med-grundkrav", RowWork.PERSON)):
        screened = screen_list(
            out.getvalue(), "en.xlsx", ruleset=ruleset_named(found, name), layouts=found.layouts, on=date(2026, 11, 20)
        )
        assert [case.work for case in screened.cases] == [work]
        again = annotated_copy(out.getvalue(), "en.xlsx", screened, "sv", at=datetime(2026, 11, 20, tzinfo=UTC))
        sheet = openpyxl.load_workbook(io.BytesIO(again)).worksheets[0]
        assert not any(column.hidden for column in sheet.column_dimensions.values())


def test_a_column_that_is_against_every_row_is_not_folded() -> None:
    book = openpyxl.Workbook()
    for row in (["Förening", "Org.nr", "Medlemmar"], ["Ett", "802999-0234", 4], ["Två", "802999-0242", 3]):
        book.worksheets[0].append(row)
    out = io.BytesIO()
    book.save(out)
    found = load_rules(shipped_folder("rules"), shipped_folder("imports"))
    ruleset = ruleset_named(found, "farsta-2021-med-grundkrav")
    screened = screen_list(out.getvalue(), "två.xlsx", ruleset=ruleset, layouts=found.layouts, on=date(2026, 11, 20))
    again = annotated_copy(out.getvalue(), "två.xlsx", screened, "sv", at=datetime(2026, 11, 20, tzinfo=UTC))
    sheet = openpyxl.load_workbook(io.BytesIO(again)).worksheets[0]
    folded = {
        str(sheet.cell(2, column).value)
        for column in range(1, (sheet.max_column or 0) + 1)
        if sheet.column_dimensions[get_column_letter(column)].hidden
    }
    assert "Kräver bedömning" in folded
    assert "Ej uppfyllt" not in folded


def test_the_sheet_about_the_check_names_set_version_fingerprint_and_time(
    returned: Workbook, applications: ScreenedList
) -> None:
    told = {row[0].value: row[1].value for row in returned["Om granskningen"].iter_rows()}
    assert told["Id"] == "farsta-2021-med-grundkrav"
    assert told["Version"] == "1"
    assert told["Fingeravtryck (SHA-256)"] == applications.ruleset.fingerprint
    assert told["Granskad"] == "2026-11-20 09:30"
    assert "Listan säger inget om" in told


def test_the_overview_is_sorted_by_what_needs_most_of_a_person(returned: Workbook, applications: ScreenedList) -> None:
    rows = [row[0].value for row in returned["Översikt"].iter_rows(min_row=2)]
    assert rows == [case.row.row for case in applications.by_work]


def test_the_samples_are_the_ones_their_maker_makes() -> None:
    for name, make in SAMPLES.items():
        made, kept = make(), openpyxl.load_workbook(FOLDER / name)
        assert [[[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in kept.worksheets] == [
            [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in made.worksheets
        ]


@pytest.mark.parametrize("name", TEXTS)
def test_the_sample_texts_are_the_ones_their_maker_makes(name: str) -> None:
    assert (FOLDER / name).read_bytes() == TEXTS[name]()


def test_the_samples_hold_no_metadata_of_a_person() -> None:
    for name in SAMPLES:
        properties = openpyxl.load_workbook(FOLDER / name).properties
        assert (properties.creator or "", properties.lastModifiedBy or "") == ("", "")


def test_the_same_list_gives_the_same_document(everything: Rules, applications: ScreenedList) -> None:
    assert as_document(screened(everything, "ansokningar.xlsx"), "sv") == as_document(applications, "sv")


def test_every_row_is_counted_once(applications: ScreenedList) -> None:
    counts = applications.counts
    assert counts["cases"] == sum(count for name, count in counts.items() if name != "cases") == 60
    assert Counter(case.screening.proposal.value for case in applications.cases) == {
        name: count for name, count in counts.items() if name != "cases"
    }


# -- plausible readings that are wrong: a unit, a heading over two columns, sums and headings among the rows ------------


def of_rows(everything: Rules, *rows: Sequence[object], merged: str = "", sheets: int = 1) -> ScreenedList:
    book = openpyxl.Workbook()
    for place in range(sheets):
        sheet = book.worksheets[0] if place == 0 else book.create_sheet(f"Blad {place + 1}")
        for row in rows:
            sheet.append(list(row))
        if merged:
            sheet.merge_cells(merged)
    made = io.BytesIO()
    book.save(made)
    ruleset = ruleset_named(everything, "farsta-2021-med-grundkrav")
    return screen_list(made.getvalue(), "lista.xlsx", ruleset=ruleset, layouts=everything.layouts, on=ON)


def applied(found: ScreenedList) -> list[object]:
    return [case.row.facts.values.get("amount_applied") for case in found.cases]


HEAD = ["Förening", "Org.nr", "Sökt"]
A, B = ["Föreningen Övning A", "802990-0019"], ["Föreningen Övning B", "802990-0027"]


@pytest.mark.parametrize(
    ("heading", "cell", "ore"),
    [
        ("Sökt (tkr)", 25, 25_000_00),
        ("Sökt belopp i tkr", 12.5, 12_500_00),
        ("Sökt [mkr]", "1,5", 1_500_000_00),
        ("Sökt, tusental kr", 25, 25_000_00),
        ("Sökt (öre)", 2_500_000, 25_000_00),
        ("Sökt (kr)", 25_000, 25_000_00),
        ("Sökt (i 1000 kr)", 25, 25_000_00),
        ("Sökt (x1000)", 25, 25_000_00),
        ("Sökt 1000-tal kr", 25, 25_000_00),
        ("Sökt (t kr)", 25, 25_000_00),
    ],
)
def test_the_unit_of_a_heading_counts(everything: Rules, heading: str, cell: object, ore: int) -> None:
    found = of_rows(everything, ["Förening", "Org.nr", heading], [*A, cell], [*B, cell])
    assert applied(found) == [ore, ore]


@pytest.mark.parametrize("heading", ["Sökt (1000 kr)", "Sökt (1 000)"])
def test_a_heading_that_says_a_thousand_is_asked_about(everything: Rules, heading: str) -> None:
    found = of_rows(everything, ["Förening", "Org.nr", heading], [*A, 25], [*B, 25])
    assert applied(found) == [None, None]
    assert any("kan vara i tusental" in problem.what.sv for problem in found.problems)


@pytest.mark.parametrize("heading", ["Sökt (EUR)", "Sökt i €", "Sökt, USD"])
def test_an_amount_that_is_not_kronor_is_told_and_not_read(everything: Rules, heading: str) -> None:
    found = of_rows(everything, ["Förening", "Org.nr", heading], [*A, 2500], [*B, 2500])
    assert applied(found) == [None, None]
    assert any("inte i kronor" in problem.what.sv for problem in found.problems)


def test_a_cell_with_a_unit_of_its_own_under_another_unit_is_told(everything: Rules) -> None:
    found = of_rows(everything, ["Förening", "Org.nr", "Sökt (tkr)"], [*A, "25 000 kr"], [*B, 25])
    assert applied(found) == [None, 25_000_00]
    assert any("egen enhet" in problem.what.sv for problem in found.problems)


def test_headings_and_sums_among_the_rows_are_told_and_are_no_cases(everything: Rules) -> None:
    found = of_rows(
        everything,
        HEAD,
        ["Idrott"],
        [*A, 10_000],
        [*B, 10_001],
        ["Alla idrottsföreningar", None, 20_001],
        ["Kultur"],
        ["Föreningen Övning C", "802990-0035", 10_002],
        ["Summa kultur", None, 10_002],
        ["Utskriven 2026-10-01"],
        ["Föreningen utan nummer", None, 7_000],
    )
    assert [case.row.name for case in found.cases] == [A[0], B[0], "Föreningen Övning C", "Föreningen utan nummer"]
    told = [problem.where for problem in found.problems if "läses inte in" in problem.what.sv]
    assert told == [f"Sheet!{row}" for row in (2, 5, 6, 8, 9)]


def test_a_heading_over_several_columns_is_asked_about(everything: Rules) -> None:
    below = [None, None, 2025, 2026]
    found = of_rows(everything, [*HEAD, None], below, [*A, 1_000, 20_000], [*B, 10, 20], merged="C1:D1")
    assert applied(found) == [None, None]
    assert any("2025, 2026" in problem.what.sv for problem in found.problems)
    assert len(found.cases) == 2


def test_years_under_one_heading_are_asked_about_without_merged_cells(everything: Rules) -> None:
    found = of_rows(everything, [*HEAD, None], [None, None, "2025", "2026"], [*A, 1_000, 20_000], [*B, 10, 20])
    assert applied(found) == [None, None]
    assert any("2025, 2026" in problem.what.sv for problem in found.problems)


@pytest.mark.parametrize("said", ["Alla belopp i tkr", "Beloppen anges i 1000-tal kr"])
def test_a_unit_that_stands_above_the_table_counts(everything: Rules, said: str) -> None:
    found = of_rows(everything, [said], HEAD, [*A, 25], [*B, 12.5])
    assert applied(found) == [25_000_00, 12_500_00]


def test_a_line_of_units_under_the_headings_counts_and_is_no_row(everything: Rules) -> None:
    found = of_rows(everything, HEAD, [None, None, "tkr"], [*A, 25], [*B, 12.5])
    assert applied(found) == [25_000_00, 12_500_00]
    assert not found.problems


def test_further_sheets_with_the_same_list_are_named(everything: Rules) -> None:
    found = of_rows(everything, HEAD, [*A, 1], [*B, 2], sheets=3)
    assert [problem.where for problem in found.problems if "en lista till" in problem.what.sv] == [
        "Blad 2!1",
        "Blad 3!1",
    ]


def test_a_row_without_a_number_is_no_sum_where_others_lack_one_too(everything: Rules) -> None:
    without = of_rows(everything, ["Förening", "Sökt"], *([f"Föreningen Prov {n}", n * 1000] for n in range(1, 6)))
    some = of_rows(everything, HEAD, [*A, 1_000], ["Föreningen Prov", None, 2_000], ["Föreningen Övning", None, 3_000])
    assert (len(without.cases), len(some.cases)) == (5, 3)
