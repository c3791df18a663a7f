"""A list of cases downloaded, changed and sent back: only what a person changed, never over somebody else's change."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from sqlalchemy import select

from tests.factories import NOW, TODAY
from tests.town import NUMBERS, Town, booking_facts, clean_facts, rules
from vetting.domain.criteria import CaseKind
from vetting.domain.downloaded_lists import ABSENT, OPEN_TYPES, Compared, OpenColumn, compared, read_back
from vetting.domain.facts import Facts, FactType
from vetting.domain.people import Role
from vetting.domain.problem import Obstacle, Refused
from vetting.jobs.worker import Worker
from vetting.services import cases, downloaded_lists, handed_in, imports, intake_reading, own_columns, returned_lists
from vetting.services.own_columns import ColumnType, NewColumn
from vetting.services.queues import Filters
from vetting.services.screenings import known
from vetting.store import verifying
from vetting.store.downloaded_lists import DownloadedList
from vetting.store.imports import CONFIRMED, FAILED, READY, StagedFile, StagedProblem
from vetting.store.own_columns import values_of
from vetting.store.session import reading

Edits = dict[tuple[str, str], Any]


def download(town: Town, kind: CaseKind = CaseKind.GRANT, language: Any = "sv", **more: Any) -> bytes:
    given_ = {"rules": rules(), "language": language, **more}
    return bytes(town.do(downloaded_lists.download, Filters(kind=kind), kind, **given_))


def sheet_of(data: bytes) -> tuple[Workbook, Any, dict[str, int]]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    return book, sheet, {str(cell.value).removeprefix("✎ "): int(cell.column or 0) for cell in sheet[1]}


def edited(data: bytes, edits: Edits) -> bytes:
    """The workbook as a person leaves it: (case number, heading) -> what they write."""
    book, sheet, at = sheet_of(data)
    rows = {sheet.cell(row, 1).value: row for row in range(2, sheet.max_row + 1)}
    for (number, heading), value in edits.items():
        sheet.cell(rows[number], at[heading]).value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sent_back(town: Town, data: bytes, file: str = "lista.xlsx") -> tuple[int, str]:
    key = handed_in.hand_in(town.database, data, file, round_id=None, by=town.staff[Role.CASEWORKER], at=NOW)
    return key, intake_reading.read(town.database, key, rules(), at=NOW)


def changes(town: Town, key: int, role: Role = Role.CASEWORKER) -> list[returned_lists.CaseChange]:
    with reading(town.database) as s:
        return returned_lists.changes(s, s.get_one(StagedFile, key), rules(), by=town.staff[role], on=TODAY)


def told(town: Town, key: int) -> list[str]:
    with reading(town.database) as s:
        rows = s.scalars(select(StagedProblem).where(StagedProblem.staged_id == key).order_by(StagedProblem.id))
        return [f"{row.where}: {row.what_sv}" for row in rows]


def confirm(town: Town, key: int, shown: str = "") -> Any:
    return town.do(imports.confirm, key, good_only=True, rules=rules(), shown=shown)


def facts(town: Town, number: str) -> Facts:
    with reading(town.database) as s:
        return known(s, town.case(number), rules().folder.book.catalogue)


def label(fact: str) -> str:
    return str(rules().folder.book.catalogue[fact].label.sv)


MEMBERS = label("members_total")


def test_a_list_that_comes_back_untouched_changes_nothing(town: Town) -> None:
    town.receive()
    town.receive(clean_facts(NUMBERS[1], "Föreningen Prov Två", members_total=7, audit_signed=False))
    for language in ("sv", "en"):
        data = download(town, language=language)
        for back in (data, edited(data, {})):
            key, state = sent_back(town, back, f"{language}.xlsx")
            assert state == READY
            assert [item for item in changes(town, key) if item.cells] == []
            assert told(town, key) == []
            with pytest.raises(Refused, match="changes nothing"):
                confirm(town, key)


def test_open_columns_are_marked_and_what_is_changed_in_them_goes_in_with_before_and_after(town: Town) -> None:
    number = town.receive().number
    other = town.receive(clean_facts(NUMBERS[1], "Föreningen Prov Två")).number
    column = own(town, "Ansvarig")
    data = download(town)
    headings = [str(cell.value) for cell in sheet_of(data)[1][1]]
    assert headings[0] == "Ärende"
    assert f"✎ {MEMBERS}" in headings
    assert "✎ Ansvarig" in headings
    assert "Läge" in headings
    back = edited(data, {(number, MEMBERS): 121, (number, "Diarienummer"): "EXN 2026/7", (other, "Ansvarig"): "nej"})
    key, _ = sent_back(town, back)
    seen = {(item.number, cell.column.key): (cell.now, cell.new) for item in changes(town, key) for cell in item.cells}
    assert seen == {
        (number, "members_total"): (120, 121),
        (number, "dnr"): (None, "EXN 2026/7"),
        (other, f"own-{column}"): (None, "nej"),
    }
    batch = confirm(town, key)
    assert (batch.counts["updated"], batch.counts["unchanged"], batch.counts["refused"]) == (2, 0, 0)
    assert facts(town, number).values["members_total"] == 121
    assert town.case(number).dnr == "EXN 2026/7"
    with reading(town.database) as s:
        assert values_of(s, town.case(other)) == {column: "nej"}
        assert s.get_one(StagedFile, key).state == CONFIRMED
        assert verifying.verify(s).problems == []
    assert confirm(town, key).id == batch.id


def own(town: Town, name: str, type_: ColumnType = ColumnType.TEXT, *options: str) -> int:
    return int(town.do(own_columns.add, NewColumn(kind=CaseKind.GRANT, name=name, type=type_, options=options)).id)


def test_a_case_whose_facts_changed_is_screened_again(town: Town) -> None:
    number = town.receive(clean_facts(members_total=1)).number
    before = town.case(number)
    key, _ = sent_back(town, edited(download(town), {(number, MEMBERS): 50}))
    confirm(town, key)
    Worker(town.database, rules(), lambda: NOW).run_next()
    after = town.case(number)
    assert after.screening_id != before.screening_id
    assert (after.state, after.officer_id) == (before.state, before.officer_id)


def test_what_somebody_else_changed_meanwhile_is_a_conflict_and_stands(town: Town) -> None:
    number = town.receive().number
    data = download(town)
    town.do(cases.change_facts, number, Facts({"members_total": 90}), version=None, rules=rules())
    key, _ = sent_back(town, edited(data, {(number, MEMBERS): 121, (number, "Diarienummer"): "EXN 1"}))
    cells = {cell.column.key: cell for item in changes(town, key) for cell in item.cells}
    assert cells["members_total"].compared is Compared.CONFLICT
    assert (cells["members_total"].sent, cells["members_total"].now, cells["members_total"].new) == (120, 90, 121)
    confirm(town, key)
    assert facts(town, number).values["members_total"] == 90
    assert town.case(number).dnr == "EXN 1"


def test_what_both_changed_to_the_same_is_no_conflict_and_no_change(town: Town) -> None:
    number = town.receive().number
    data = download(town)
    town.do(cases.change_facts, number, Facts({"members_total": 121}), version=None, rules=rules())
    key, _ = sent_back(town, edited(data, {(number, MEMBERS): 121}))
    assert [item for item in changes(town, key) if item.cells] == []


def test_changes_between_looking_and_confirming_are_shown_once_more(town: Town) -> None:
    number = town.receive().number
    key, _ = sent_back(town, edited(download(town), {(number, MEMBERS): 121}))
    shown = returned_lists.seen(changes(town, key))
    town.do(cases.change_facts, number, Facts({"members_total": 90}), version=None, rules=rules())
    with pytest.raises(Refused) as refused:
        confirm(town, key, shown)
    assert refused.value.obstacle is Obstacle.STALE
    assert facts(town, number).values["members_total"] == 90


def test_closed_columns_and_emptied_cells_are_told_and_change_nothing(town: Town) -> None:
    number = town.receive().number
    back = edited(download(town), {(number, "Förening"): "En annan", (number, MEMBERS): None})
    key, _ = sent_back(town, back)
    lines = told(town, key)
    assert [line.split(": ")[1] for line in lines] == [
        "Kolumnen är inte öppen. Ändringen läses inte.",
        "Cellen är tömd. Det som stod där tas inte bort.",
    ]
    assert lines[0].startswith("Ansökningar!B2")
    assert town.case(number).name != "En annan"


def test_an_own_column_is_emptied_by_an_empty_cell(town: Town) -> None:
    number = town.receive().number
    column = own(town, "Ansvarig")
    town.do(own_columns.fill_in, number, {column: "Kim"}, on=TODAY)
    key, _ = sent_back(town, edited(download(town), {(number, "Ansvarig"): None}))
    confirm(town, key)
    with reading(town.database) as s:
        assert values_of(s, town.case(number)) == {}


def test_what_cannot_be_read_says_where_and_the_rest_of_the_row_goes_in(town: Town) -> None:
    number = town.receive().number
    back = edited(download(town), {(number, MEMBERS): "många", (number, "Diarienummer"): "EXN 2"})
    key, _ = sent_back(town, back)
    assert "”många” är inte ett heltal." in told(town, key)[0]
    confirm(town, key)
    assert town.case(number).dnr == "EXN 2"


@pytest.mark.parametrize("wrong", ["BID-2026-9999", "", "=1+1"])
def test_a_row_that_is_no_case_of_the_list_is_refused_and_told(town: Town, wrong: str) -> None:
    number = town.receive().number
    key, _ = sent_back(town, edited(download(town), {(number, "Ärende"): wrong, (number, MEMBERS): 500}))
    assert "ärendenummer" in told(town, key)[0]
    assert changes(town, key) == []


def test_the_same_case_twice_keeps_its_first_row(town: Town) -> None:
    number = town.receive().number
    book, sheet, at = sheet_of(download(town))
    sheet.cell(3, 1).value = number
    sheet.cell(3, at[MEMBERS]).value = 999
    out = io.BytesIO()
    book.save(out)
    key, _ = sent_back(town, out.getvalue())
    assert told(town, key) == ["Ansökningar!A3: Ärendet står redan på rad 2."]
    assert [item for item in changes(town, key) if item.cells] == []


def test_columns_moved_removed_and_added_and_rows_sorted_and_removed_are_understood(town: Town) -> None:
    number = town.receive().number
    other = town.receive(clean_facts(NUMBERS[1], "Föreningen Prov Två")).number
    book, sheet, at = sheet_of(edited(download(town), {(other, MEMBERS): 5}))
    sheet.delete_rows(2)
    sheet.delete_cols(at["Diarienummer"])
    sheet.insert_cols(1)
    sheet.cell(1, 1).value = "Mina anteckningar"
    sheet.insert_rows(1, 2)
    out = io.BytesIO()
    book.save(out)
    key, _ = sent_back(town, out.getvalue())
    assert [(item.number, [cell.new for cell in item.cells]) for item in changes(town, key)] == [(other, [5])]
    assert any("”Diarienummer” finns inte kvar" in line for line in told(town, key))
    confirm(town, key)
    assert facts(town, number).values["members_total"] == 120


def test_the_list_of_another_board_or_without_headings_is_refused_with_what_to_do(town: Town) -> None:
    number = town.receive().number
    data = download(town)
    other = Town(town.database, code="soder").build()
    other.receive()
    key, state = sent_back(other, data)
    assert state == FAILED
    with reading(town.database) as s:
        assert "annan nämnd" in s.get_one(StagedFile, key).problem["what"][0]
    book, sheet, _ = sheet_of(data)
    sheet.delete_rows(1)
    out = io.BytesIO()
    book.save(out)
    key, state = sent_back(town, out.getvalue())
    assert state == FAILED
    assert town.case(number).dnr == ""


def test_a_decided_case_takes_own_columns_but_no_facts(town: Town) -> None:
    number = town.approve().number
    column = own(town, "Ansvarig")
    data = town.do(
        downloaded_lists.download,
        Filters(kind=CaseKind.GRANT, closed=True),
        CaseKind.GRANT,
        rules=rules(),
        language="sv",
    )
    key, _ = sent_back(town, edited(data, {(number, MEMBERS): 1, (number, "Ansvarig"): "Kim"}))
    confirm(town, key)
    assert facts(town, number).values["members_total"] == 120
    with reading(town.database) as s:
        assert values_of(s, town.case(number)) == {column: "Kim"}


def test_two_rows_of_one_association_cannot_give_it_two_values(town: Town) -> None:
    first = town.receive().number
    second = town.receive(round_id=None).number
    key, _ = sent_back(town, edited(download(town), {(first, MEMBERS): 5, (second, MEMBERS): 6}))
    taken = [[cell.new for cell in item.taken] for item in changes(town, key)]
    assert taken == [[5], []]


def test_bookings_make_the_journey_too(town: Town) -> None:
    number = town.receive(booking_facts(), CaseKind.BOOKING).number
    visitors = label("expected_visitors")
    key, _ = sent_back(town, edited(download(town, CaseKind.BOOKING), {(number, visitors): 35}))
    confirm(town, key)
    assert facts(town, number).values["expected_visitors"] == 35


def test_only_cases_that_a_person_may_work_on_are_in_their_list_and_a_list_is_not_for_everyone(town: Town) -> None:
    town.receive()
    with pytest.raises(Refused):
        town.do(
            downloaded_lists.download,
            Filters(kind=CaseKind.GRANT),
            CaseKind.GRANT,
            rules=rules(),
            language="sv",
            role=Role.AUDITOR,
        )
    number = town.receive(booking_facts(), CaseKind.BOOKING).number
    data = town.do(
        downloaded_lists.download, Filters(), CaseKind.BOOKING, rules=rules(), language="sv", role=Role.PREMISES
    )
    sheet = sheet_of(data)[1]
    assert [sheet.cell(row, 1).value for row in range(2, sheet.max_row + 1)] == [number]


def test_a_list_that_lay_its_time_is_forgotten_and_downloading_is_noted(town: Town) -> None:
    town.receive()
    data = download(town)
    handed_in.forget_old(town.database, at=NOW + handed_in.KEPT + (NOW - NOW))
    with reading(town.database) as s:
        assert s.scalars(select(DownloadedList)).all()
        assert verifying.verify(s).problems == []
    handed_in.forget_old(town.database, at=NOW.replace(year=NOW.year + 1))
    key, state = sent_back(town, data)
    assert state == FAILED
    assert key


@given(new=st.sampled_from([None, 1, 2]), sent=st.sampled_from([None, 1, 2]), now=st.sampled_from([None, 1, 2]))
def test_nothing_changes_but_what_a_person_changed_and_nobody_else_did(new: Any, sent: Any, now: Any) -> None:
    outcome = compared(new, sent, now)
    assert (outcome is Compared.SAME) == (new in {sent, now})
    assert (outcome is Compared.CHANGE) == (new not in {sent, now} and sent == now)


VALUES = {
    FactType.TEXT: st.text(min_size=1, max_size=40),
    FactType.WHOLE_NUMBER: st.integers(0, 10**9),
    FactType.MONEY: st.integers(0, 10**12),
    FactType.DATE: st.dates().map(lambda day: day.isoformat()),
    FactType.YES_NO: st.booleans(),
    FactType.DOCUMENT: st.sampled_from([True, ABSENT]),
}


@given(data=st.data())
def test_a_value_read_back_twice_is_the_value_read_back_once(data: st.DataObject) -> None:
    type_ = data.draw(st.sampled_from(sorted(VALUES)))
    fact = next(item for item in rules().folder.book.catalogue.values() if item.type is type_)
    once = read_back(OpenColumn(fact.id, fact), data.draw(VALUES[type_]), on=TODAY)
    assert read_back(OpenColumn(fact.id, fact), once, on=TODAY) == once
    assert type_ in OPEN_TYPES


def test_an_empty_list_can_be_downloaded_and_comes_back_as_nothing(town: Town) -> None:
    sheet = sheet_of(download(town, CaseKind.BOOKING))[1]
    assert sheet.max_row == 1
    assert sent_back(town, download(town))[1] == FAILED
