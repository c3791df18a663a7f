"""A report comes, is completed, is gone through; late until it has come, and asked anew when it changes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from tests.acting import acting
from tests.board import board, refused
from tests.casework.domain.test_exact_checks import facts_of
from tests.factories import NOW, TODAY
from tests.money.services.test_closing import unreported
from vetting.casework.domain.cases import CaseMarkKind
from vetting.casework.domain.document_statuses import DocumentStatus
from vetting.casework.domain.letters import LetterKind
from vetting.casework.domain.records import RecordKind
from vetting.casework.models.cases import Case
from vetting.casework.models.records import Record
from vetting.casework.services import cases, intake, letters
from vetting.casework.services.queue_rows import queue_rows
from vetting.engine.facts import Facts
from vetting.grants.models.schemes import GrantScheme
from vetting.kernel.problem import Obstacle
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading
from vetting.money.domain.reports import ReportFinding, ReportWay, UseRow
from vetting.money.models.owed_reports import overdue_reports
from vetting.money.models.reports import GrantReport
from vetting.money.services.closing import close_case, closing_situation
from vetting.money.services.report_lists import ReportList, count_reports, listed_reports
from vetting.money.services.reports import (
    ReceivedReport,
    read_report,
    receive_report,
    report_situation,
    running_requirements,
)
from vetting.records.services import records
from vetting.rules.services import versions

if TYPE_CHECKING:
    from tests.board import BoardAtWork

__all__ = ["board"]
KR = 100
TOMORROW = TODAY + timedelta(days=1)


def told(**own: Any) -> ReceivedReport:
    said: dict[str, Any] = {"received_on": TODAY, "way": ReportWay.PAPER, "used": 0, "activity": "Möten varje vecka."}
    return ReceivedReport(**said | own)


def late(board: BoardAtWork, on: date = TODAY) -> list[str]:
    with open_reading(board.database) as s:
        return list(s.scalars(select(Case.number).where(overdue_reports(on))))


def listed(board: BoardAtWork, shown: ReportList, on: date = TODAY) -> list[str]:
    with open_reading(board.database) as s:
        by = board.staff[Role.CASEWORKER]
        found = listed_reports(acting(s, by), shown, on, after=None, most=10)
        assert count_reports(acting(s, by), on)[shown] == len(found)
        return [row.case.number for row in found]


def next_step(board: BoardAtWork, number: str) -> str:
    with open_reading(board.database) as s:
        (row,) = queue_rows(acting(s, board.staff[Role.CASEWORKER]), [board.case(number)], on=TODAY)
        return row.next_step.sv if row.next_step is not None else ""


def kept(board: BoardAtWork) -> GrantReport:
    with open_reading(board.database) as s:
        return s.scalars(select(GrantReport)).one()


def letter_kinds(board: BoardAtWork, number: str) -> set[LetterKind]:
    with open_reading(board.database) as s:
        return {item.kind for item in letters.writable_letters(s, board.case(number), on=TODAY)}


@pytest.mark.both_engines
def test_a_report_is_late_until_it_has_come_and_waits_then_for_a_person(board: BoardAtWork) -> None:
    number = unreported(board)
    assert (late(board), listed(board, ReportList.LATE)) == ([number], [number])
    assert next_step(board, number) == "Påminn om redovisningen"
    assert LetterKind.REPORT_REMINDER in letter_kinds(board, number)
    board.do(receive_report, number, told(rows=(UseRow("Hyra", 30 * KR), UseRow("Fika", 5 * KR)), used=None))
    assert (late(board), listed(board, ReportList.TO_READ)) == ([], [number])
    assert next_step(board, number) == "Gå igenom redovisningen"
    assert LetterKind.REPORT_REMINDER not in letter_kinds(board, number)
    row = kept(board)
    assert (row.used, row.rows) == (35 * KR, [UseRow("Hyra", 30 * KR), UseRow("Fika", 5 * KR)])
    assert facts_of(board, board.receive(round_id=None))["unreported_grants"] == 0  # it has come: nobody is behind
    board.do(read_report, number, ReportFinding.APPROVED, "", version=row.version)
    assert listed(board, ReportList.READ) == [number]
    board.do(close_case, number, at=NOW + timedelta(days=30))
    with open_reading(board.database) as s:
        assert trail_verification.verify_trail(s).problems == []


def test_requirements_of_the_grant_period_are_asked_with_its_report(board: BoardAtWork) -> None:
    number = unreported(board)
    board.do(receive_report, number, told())
    with open_reading(board.database) as s:
        asked = [item.id for item in running_requirements(s, board.case(number))]
    assert asked == ["krav-uppfylls-under-bidragstiden"]
    found = {"krav-uppfylls-under-bidragstiden": False}
    approved = (read_report, number, ReportFinding.APPROVED, "")
    assert refused(board, *approved, requirements=found, version=None) == (Obstacle.INVALID, ["finding"])
    board.do(read_report, number, ReportFinding.DEVIATES, "Hyran var privat.", requirements=found, version=None)
    assert kept(board).requirements == found
    board.do(receive_report, number, told(used=3 * KR))
    assert kept(board).requirements == {}  # nobody has gone through what comes now


def test_what_is_to_be_completed_is_late_again_from_the_day_after(board: BoardAtWork) -> None:
    number = unreported(board)
    board.do(receive_report, number, told())
    asked = "Vad lokalhyran gällde."
    board.do(read_report, number, ReportFinding.INCOMPLETE, asked, complete_by=TOMORROW, version=None)
    assert (late(board, TOMORROW), late(board, TOMORROW + timedelta(days=1))) == ([], [number])
    with open_reading(board.database) as s:
        letter = letters.preview_letter(
            acting(s, board.staff[Role.CASEWORKER], NOW), number, LetterKind.REPORT_COMPLETION, board.case(number).id
        )
    assert asked in letter.lines
    board.do(receive_report, number, told(used=7 * KR))
    row = kept(board)
    assert (row.finding, row.found, row.complete_by, row.used) == (None, "", None, 7 * KR)
    assert late(board, TOMORROW + timedelta(days=1)) == []


def test_what_comes_after_it_was_gone_through_is_gone_through_anew(board: BoardAtWork) -> None:
    number = unreported(board)
    board.do(receive_report, number, told())
    board.do(read_report, number, ReportFinding.DEVIATES, "Mötena blev färre.", version=None)
    board.do(receive_report, number, told(used=3 * KR))
    assert listed(board, ReportList.TO_READ) == [number]
    obstacle, _where = refused(board, close_case, number, at=NOW + timedelta(days=30))
    assert obstacle is Obstacle.CLOSED


def test_a_report_that_comes_to_a_closed_case_is_no_longer_missing_next_time(board: BoardAtWork) -> None:
    number = unreported(board)
    board.do(close_case, number, unreported="Svarar inte.", at=NOW + timedelta(days=30))
    assert late(board) == [number]
    board.do(receive_report, number, told())
    assert late(board) == []


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"used": None}, "used"),
        ({"activity": " "}, "activity"),
        ({"received_on": TOMORROW}, "received_on"),
        ({"received_on": date(2020, 1, 1)}, "received_on"),
        ({"women": -1}, "women"),
    ],
)
def test_what_a_report_lacks_is_told_and_nothing_is_kept(
    board: BoardAtWork, change: dict[str, Any], where: str
) -> None:
    number = unreported(board)
    assert refused(board, receive_report, number, told(**change)) == (Obstacle.INVALID, [where])
    assert late(board) == [number]


@pytest.mark.parametrize(
    ("finding", "found", "by", "where"),
    [
        (ReportFinding.DEVIATES, "", None, ["found"]),
        (ReportFinding.INCOMPLETE, "", TOMORROW, ["found"]),
        (ReportFinding.INCOMPLETE, "Kvitton.", None, ["complete_by"]),
        (ReportFinding.INCOMPLETE, "Kvitton.", TODAY, ["complete_by"]),
    ],
)
def test_a_finding_says_what_it_is_about(
    board: BoardAtWork, finding: ReportFinding, found: str, by: date | None, where: list[str]
) -> None:
    number = unreported(board)
    assert refused(board, read_report, number, finding, found, version=None)[0] is Obstacle.CLOSED  # none has come
    board.do(receive_report, number, told())
    said = refused(board, read_report, number, finding, found, complete_by=by, version=None)
    assert said == (Obstacle.INVALID, where)


def test_two_who_write_of_the_same_report_are_told(board: BoardAtWork) -> None:
    number = unreported(board)
    board.do(receive_report, number, told())
    seen = kept(board).version
    board.do(receive_report, number, told(used=5 * KR), version=seen)
    again = refused(board, receive_report, number, told(used=6 * KR), version=seen)
    assert again[0] is Obstacle.STALE
    assert kept(board).used == 5 * KR


def test_nothing_is_reported_in_a_case_that_is_not_decided(board: BoardAtWork) -> None:
    number = board.receive().number
    assert refused(board, receive_report, number, told())[0] is Obstacle.CLOSED


def test_a_report_that_was_told_before_reports_were_kept_counts_as_come(board: BoardAtWork) -> None:
    number = unreported(board)
    case = board.case(number)

    def tell(session: Any) -> None:
        found = session.get_one(Case, case.id)
        catalogue = versions.catalogue_of_version(session, found.rule_version_id)
        said = Facts({"amount_reported": 5 * KR})
        intake.keep_facts(session, found, said, intake.FactOrigin(), catalogue=catalogue)
        session.note("facts_changed", found, case_id=found.id)

    board.do(tell)
    assert late(board) == []
    assert listed(board, ReportList.TO_READ) == [number]
    with open_reading(board.database) as s:
        stands = closing_situation(s, board.case(number), on=TODAY)
    assert (stands.report_come, stands.report_late) == (True, False)
    board.do(cases.mark_case, number, CaseMarkKind.FOLLOWED_UP, text="Allt användes.")
    assert listed(board, ReportList.TO_READ) == []


def test_the_scheme_says_how_much_is_told_and_by_when(board: BoardAtWork) -> None:
    number = unreported(board)
    with open_reading(board.database) as s:
        seen = report_situation(s, board.case(number))
        assert s.scalars(select(GrantScheme)).all() == []
    assert seen.scope.value == "full"
    assert (seen.paid, seen.granted, seen.left) == (seen.granted, seen.paid, 0)


def test_a_report_that_has_come_is_a_record_with_a_paper_of_what_it_says(board: BoardAtWork) -> None:
    number = unreported(board)
    board.do(receive_report, number, told(rows=(UseRow("Hyra", 30 * KR),), used=None))
    with open_reading(board.database) as s:
        by = board.staff[Role.CASEWORKER]
        found = records.records_of_case(acting(s, by), board.case(number))
        [record] = [one for one in found if one.place.kind is RecordKind.GRANT_REPORT]
        [(_name, ending, content)] = records.files_of_records(acting(s, by), [record])
    assert (record.status, ending, content[:5]) == (DocumentStatus.ARRIVED, "pdf", b"%PDF-")


def test_report_that_is_completed_leaves_the_first_as_it_was(board: BoardAtWork) -> None:
    number = unreported(board)
    board.do(receive_report, number, told(rows=(UseRow("Hyra", 30 * KR),), used=None))
    board.do(receive_report, number, told(rows=(UseRow("Resor", 20 * KR),), used=None))
    with open_reading(board.database) as s:
        kept = s.scalars(select(Record).where(Record.kind == RecordKind.GRANT_REPORT).order_by(Record.id))
        said = [row.said[0][1][1] for row in kept]
    assert said == ["Hyra: 30\xa0kr", "Resor: 20\xa0kr"]
