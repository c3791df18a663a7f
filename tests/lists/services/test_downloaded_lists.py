"""A list of cases downloaded, changed and sent back: only what a person changed, never over somebody else's change."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from sqlalchemy import select

from tests.board import NUMBERS, BoardAtWork, booking_facts, clean_facts, rules
from tests.factories import NOW, TODAY
from vetting.casework.services import cases
from vetting.casework.services.screenings import facts_of_case
from vetting.engine.facts import NAME, Facts, FactType
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading
from vetting.lists.domain.downloaded_lists import (
    ABSENT,
    OPEN_TYPES,
    CellComparison,
    OpenColumn,
    compare_cell,
    read_back,
)
from vetting.lists.models.downloaded_lists import DownloadedList
from vetting.lists.models.staged_files import CONFIRMED, FAILED, READY, StagedFile, StagedProblem
from vetting.lists.services import import_batches, list_reading, staged_files
from vetting.lists.services.corrected_lists import SkippedCellReason
from vetting.operations.jobs.retention import remove_old
from vetting.operations.jobs.worker import Worker
from vetting.workspace.services import case_workbooks
from vetting.workspace.services.queues import QueueFilters

Edits = dict[tuple[str, str], Any]


def download(
    board: BoardAtWork, kind: CaseKind = CaseKind.GRANT, language: Any = "sv", of: int | None = None, **more: Any
) -> bytes:
    given_ = {"language": language, **more}
    return bytes(board.do(case_workbooks.download_cases, QueueFilters(kind=kind, round_id=of), kind, **given_))


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


def sent_back(board: BoardAtWork, data: bytes, file: str = "lista.xlsx") -> tuple[int, str]:
    key = staged_files.hand_in(board.database, data, file, round_id=None, by=board.staff[Role.CASEWORKER], at=NOW)
    return key, list_reading.read_staged_file(board.database, key, rules(), at=NOW)


def changes(board: BoardAtWork, key: int) -> dict[str, dict[str, tuple[Any, Any, SkippedCellReason | None]]]:
    """Case number -> column -> what stands, what the list says, and why it is not taken in."""
    with open_reading(board.database) as s:
        found = s.get_one(StagedFile, key).found["changed"]
    return {
        number: {fact: (was[fact], now[fact], left.get(fact)) for fact in now}
        for number, _facts, _name, _reference, was, now, left in found
    }


def told(board: BoardAtWork, key: int) -> list[str]:
    with open_reading(board.database) as s:
        rows = s.scalars(select(StagedProblem).where(StagedProblem.staged_id == key).order_by(StagedProblem.id))
        return [f"{row.where}: {row.what_sv}" for row in rows]


def confirm(board: BoardAtWork, key: int) -> Any:
    return board.do(import_batches.confirm_import, key, good_only=True)


def facts(board: BoardAtWork, number: str) -> Facts:
    with open_reading(board.database) as s:
        return facts_of_case(s, board.case(number), rules().folder.book.catalogue)


def label(fact: str) -> str:
    return str(rules().folder.book.catalogue[fact].label.sv)


MEMBERS = label("members_total")


def test_a_list_that_comes_back_untouched_changes_nothing(board: BoardAtWork) -> None:
    board.receive()
    board.receive(clean_facts(NUMBERS[1], "Föreningen Prov Två", members_total=7, audit_signed=False))
    for language in ("sv", "en"):
        data = download(board, language=language)
        for back in (data, edited(data, {})):
            key, state = sent_back(board, back, f"{language}.xlsx")
            assert state == READY
            assert changes(board, key) == {}
            assert told(board, key) == []
            with pytest.raises(Refused, match="changes nothing"):
                confirm(board, key)


def test_open_columns_are_marked_and_what_is_changed_in_them_goes_in_with_before_and_after(board: BoardAtWork) -> None:
    number = board.receive().number
    board.receive(clean_facts(NUMBERS[1], "Föreningen Prov Två"))
    data = download(board)
    headings = [str(cell.value) for cell in sheet_of(data)[1][1]]
    assert headings[0] == "Ärende"
    assert f"✎ {MEMBERS}" in headings
    assert "Läge" in headings
    back = edited(data, {(number, MEMBERS): 121, (number, "Diarienummer"): "EXN 2026/7"})
    key, _ = sent_back(board, back)
    assert changes(board, key) == {number: {"members_total": (120, 121, None), "dnr": (None, "EXN 2026/7", None)}}
    batch = confirm(board, key)
    assert (batch.counts["updated"], batch.counts["unchanged"], batch.counts["refused"]) == (1, 1, 0)
    assert facts(board, number).values["members_total"] == 121
    assert board.case(number).dnr == "EXN 2026/7"
    with open_reading(board.database) as s:
        assert s.get_one(StagedFile, key).state == CONFIRMED
        assert trail_verification.verify_trail(s).problems == []
    assert confirm(board, key).id == batch.id


def test_a_case_whose_facts_changed_is_screened_again(board: BoardAtWork) -> None:
    number = board.receive(clean_facts(members_total=1)).number
    before = board.case(number)
    key, _ = sent_back(board, edited(download(board), {(number, MEMBERS): 50}))
    confirm(board, key)
    Worker(board.database, rules(), lambda: NOW).run_next()
    after = board.case(number)
    assert after.screening_id != before.screening_id
    assert (after.state, after.officer_id) == (before.state, before.officer_id)


def test_what_somebody_else_changed_meanwhile_is_a_conflict_and_stands(board: BoardAtWork) -> None:
    number = board.receive().number
    data = download(board)
    board.do(cases.change_facts, number, Facts({"members_total": 90}), version=None)
    key, _ = sent_back(board, edited(data, {(number, MEMBERS): 121, (number, "Diarienummer"): "EXN 1"}))
    assert changes(board, key)[number]["members_total"] == (90, 121, SkippedCellReason.SINCE_DOWNLOAD)
    confirm(board, key)
    assert facts(board, number).values["members_total"] == 90
    assert board.case(number).dnr == "EXN 1"


def test_what_both_changed_to_the_same_is_no_conflict_and_no_change(board: BoardAtWork) -> None:
    number = board.receive().number
    data = download(board)
    board.do(cases.change_facts, number, Facts({"members_total": 121}), version=None)
    key, _ = sent_back(board, edited(data, {(number, MEMBERS): 121}))
    assert changes(board, key) == {}


def test_changes_between_looking_and_confirming_are_shown_once_more(board: BoardAtWork) -> None:
    number = board.receive().number
    key, _ = sent_back(board, edited(download(board), {(number, MEMBERS): 121}))
    assert changes(board, key)[number]["members_total"] == (120, 121, None)
    board.do(cases.change_facts, number, Facts({"members_total": 90}), version=None)
    with pytest.raises(Refused) as refused:
        confirm(board, key)
    assert refused.value.obstacle is Obstacle.STALE
    assert facts(board, number).values["members_total"] == 90


def test_emptied_cells_and_closed_columns_are_told_and_change_nothing(board: BoardAtWork) -> None:
    number = board.receive().number
    key, _ = sent_back(board, edited(download(board), {(number, "Omgång"): "En annan", (number, MEMBERS): None}))
    assert changes(board, key) == {number: {"members_total": (120, None, SkippedCellReason.EMPTIED)}}
    with open_reading(board.database) as s:
        unread = s.get_one(StagedFile, key).found["tables"][0]["unread"]
    assert unread == ["Org.nr", "Omgång", "Inkom", "Frist", "Läge", "Förslag"]
    with pytest.raises(Refused, match="changes nothing"):
        confirm(board, key)
    assert facts(board, number).values["members_total"] == 120


def test_a_row_with_the_name_of_another_association_changes_nothing(board: BoardAtWork) -> None:
    """As when one column was sorted without the others."""
    number = board.receive().number
    other = board.receive(clean_facts(NUMBERS[1], "Föreningen Prov Två")).number
    edits = {(number, "Förening"): "En annan", (number, MEMBERS): 500, (other, MEMBERS): 5}
    key, _ = sent_back(board, edited(download(board), edits))
    name = board.case(number).name
    assert changes(board, key)[number] == {NAME: (name, "En annan", SkippedCellReason.OTHER_NAME)}
    confirm(board, key)
    assert facts(board, number).values["members_total"] == 120
    assert facts(board, other).values["members_total"] == 5
    assert board.case(number).name == name


def test_what_cannot_be_read_says_where_and_the_rest_of_the_row_goes_in(board: BoardAtWork) -> None:
    number = board.receive().number
    back = edited(download(board), {(number, MEMBERS): "många", (number, "Diarienummer"): "EXN 2"})
    key, _ = sent_back(board, back)
    assert "”många” är inte ett heltal." in told(board, key)[0]
    confirm(board, key)
    assert board.case(number).dnr == "EXN 2"


@pytest.mark.parametrize("wrong", ["BID-2026-9999", "", "=1+1"])
def test_a_row_that_is_no_case_of_the_list_is_refused_and_told(board: BoardAtWork, wrong: str) -> None:
    number = board.receive().number
    key, _ = sent_back(board, edited(download(board), {(number, "Ärende"): wrong, (number, MEMBERS): 500}))
    assert "ärendenummer" in told(board, key)[0]
    assert changes(board, key) == {}
    with open_reading(board.database) as s:
        assert s.get_one(StagedFile, key).counts["refused"] == 1


def test_the_same_case_twice_keeps_its_first_row(board: BoardAtWork) -> None:
    number = board.receive().number
    book, sheet, at = sheet_of(download(board))
    sheet.cell(3, 1).value = number
    sheet.cell(3, at[MEMBERS]).value = 999
    out = io.BytesIO()
    book.save(out)
    key, _ = sent_back(board, out.getvalue())
    assert told(board, key) == ["Ansökningar!A3: Ärendet står redan på rad 2."]
    assert changes(board, key) == {}


def test_the_same_case_on_two_sheets_keeps_its_first_row(board: BoardAtWork) -> None:
    number = board.receive().number
    book, sheet, at = sheet_of(download(board))
    other = book.copy_worksheet(sheet)
    other.title = "Kopia"
    other.cell(2, at[MEMBERS]).value = 999
    sheet.cell(2, at[MEMBERS]).value = 121
    out = io.BytesIO()
    book.save(out)
    key, _ = sent_back(board, out.getvalue())
    assert "Kopia!A2: Ärendet står redan på rad Ansökningar!2." in told(board, key)
    assert changes(board, key) == {number: {"members_total": (120, 121, None)}}


def test_columns_moved_removed_and_added_and_rows_sorted_and_removed_are_understood(board: BoardAtWork) -> None:
    number = board.receive().number
    other = board.receive(clean_facts(NUMBERS[1], "Föreningen Prov Två")).number
    book, sheet, at = sheet_of(edited(download(board), {(other, MEMBERS): 5}))
    sheet.delete_rows(2)
    sheet.delete_cols(at["Diarienummer"])
    sheet.insert_cols(1)
    sheet.cell(1, 1).value = "Mina anteckningar"
    sheet.insert_rows(1, 2)
    out = io.BytesIO()
    book.save(out)
    key, _ = sent_back(board, out.getvalue())
    assert changes(board, key) == {other: {"members_total": (120, 5, None)}}
    assert any("”Diarienummer” finns inte kvar" in line for line in told(board, key))
    confirm(board, key)
    assert facts(board, number).values["members_total"] == 120


def test_the_list_of_another_board_or_without_headings_is_refused_with_what_to_do(board: BoardAtWork) -> None:
    number = board.receive().number
    data = download(board)
    other = BoardAtWork(board.database, code="soder").build()
    other.receive()
    key, state = sent_back(other, data)
    assert state == FAILED
    with open_reading(board.database) as s:
        assert "annan nämnd" in s.get_one(StagedFile, key).problem["what"][0]
    book, sheet, _ = sheet_of(data)
    sheet.delete_rows(1)
    out = io.BytesIO()
    book.save(out)
    key, state = sent_back(board, out.getvalue())
    assert state == FAILED
    assert board.case(number).dnr == ""


def test_a_decided_case_takes_no_facts(board: BoardAtWork) -> None:
    number = board.approve().number
    data = board.do(
        case_workbooks.download_cases,
        QueueFilters(kind=CaseKind.GRANT, closed=True, round_id=board.round_id),
        CaseKind.GRANT,
        language="sv",
    )
    key, _ = sent_back(board, edited(data, {(number, MEMBERS): 1, (number, "Diarienummer"): "EXN 2026/9"}))
    confirm(board, key)
    assert facts(board, number).values["members_total"] == 120
    assert board.case(number).dnr == "EXN 2026/9"


def test_two_rows_of_one_association_cannot_give_it_two_values(board: BoardAtWork) -> None:
    first = board.receive().number
    second = board.receive(round_id=None).number
    key, _ = sent_back(board, edited(download(board), {(first, MEMBERS): 5, (second, MEMBERS): 6}))
    assert changes(board, key) == {
        first: {"members_total": (120, 5, None)},
        second: {"members_total": (120, 6, SkippedCellReason.OTHER_ROW)},
    }


def test_bookings_make_the_journey_too(board: BoardAtWork) -> None:
    number = board.receive(booking_facts(), CaseKind.BOOKING).number
    visitors = label("expected_visitors")
    key, _ = sent_back(board, edited(download(board, CaseKind.BOOKING), {(number, visitors): 35}))
    confirm(board, key)
    assert facts(board, number).values["expected_visitors"] == 35


def test_only_cases_that_a_person_may_work_on_are_in_their_list_and_a_list_is_not_for_everyone(
    board: BoardAtWork,
) -> None:
    board.receive()
    with pytest.raises(Refused):
        board.do(
            case_workbooks.download_cases,
            QueueFilters(kind=CaseKind.GRANT),
            CaseKind.GRANT,
            language="sv",
            role=Role.AUDITOR,
        )
    number = board.receive(booking_facts(), CaseKind.BOOKING).number
    data = board.do(case_workbooks.download_cases, QueueFilters(), CaseKind.BOOKING, language="sv", role=Role.PREMISES)
    sheet = sheet_of(data)[1]
    assert [sheet.cell(row, 1).value for row in range(2, sheet.max_row + 1)] == [number]


def test_a_list_that_lay_its_time_is_forgotten_and_downloading_is_noted(board: BoardAtWork) -> None:
    board.receive()
    data = download(board)
    remove_old(board.database, at=NOW + timedelta(days=90))
    with open_reading(board.database) as s:
        assert s.scalars(select(DownloadedList)).all()
        assert trail_verification.verify_trail(s).problems == []
    remove_old(board.database, at=NOW.replace(year=NOW.year + 1))
    key, state = sent_back(board, data)
    assert state == FAILED
    assert key


@given(new=st.sampled_from([None, 1, 2]), sent=st.sampled_from([None, 1, 2]), now=st.sampled_from([None, 1, 2]))
def test_nothing_changes_but_what_a_person_changed_and_nobody_else_did(new: Any, sent: Any, now: Any) -> None:
    outcome = compare_cell(new, sent, now)
    assert (outcome is CellComparison.SAME) == (new in {sent, now})
    assert (outcome is CellComparison.CHANGE) == (new not in {sent, now} and sent == now)


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


def test_an_empty_list_can_be_downloaded_and_comes_back_as_nothing(board: BoardAtWork) -> None:
    sheet = sheet_of(download(board, CaseKind.BOOKING))[1]
    assert sheet.max_row == 1
    assert sent_back(board, download(board))[1] == FAILED
