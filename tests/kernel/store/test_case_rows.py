"""What hangs on a case: one question for all tables, and none to those that hold nothing of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import event, insert

from tests.acting import acting
from tests.factories import NOW
from vetting.casework.domain.cases import CaseMarkKind
from vetting.casework.models.cases import Case, CaseMark, Communication, Note, marks
from vetting.casework.models.decisions import Decision, DecisionDraft, decision_draft_of
from vetting.casework.models.documents import Document
from vetting.casework.models.incoming import IncomingPost
from vetting.casework.services import cases
from vetting.casework.services.cases import put_mark
from vetting.kernel.roles import Role
from vetting.kernel.store import case_rows as module
from vetting.kernel.store.case_rows import case_row, case_rows, may_hold_rows, prefetch_for_cases
from vetting.kernel.store.session import BESIDE, Session, open_reading, run_in_transaction
from vetting.money.models.payments import Payment
from vetting.money.models.reclaims import Reclaim

if TYPE_CHECKING:
    import pytest

    from tests.board import BoardAtWork
    from vetting.kernel.store.session import WritingSession

EMPTY = (Communication, Decision, DecisionDraft, Document, Note, Payment, Reclaim)


def test_what_a_case_has_nothing_of_is_asked_for_once_for_all_tables(board: BoardAtWork) -> None:
    case, other = board.receive().id, board.receive(doubled_because="Två lokaler.").id
    asked: list[str] = []
    event.listen(board.database.reading, "before_cursor_execute", lambda *given: asked.append(given[2]))
    with open_reading(board.database) as session:
        assert [case_rows(session, table, case, table.id) for table in EMPTY] == [[]] * len(EMPTY)
        assert decision_draft_of(session, case) is None
        assert len([one for one in asked if one.startswith("SELECT")]) == 1
        assert case_rows(session, Note, other, Note.id) == []
        assert len([one for one in asked if one.startswith("SELECT")]) == 2


def test_what_a_case_has_is_read_in_order_and_only_its_own(board: BoardAtWork) -> None:
    case, other = board.receive(), board.receive(doubled_because="Två lokaler.")
    by = board.staff[Role.CASEWORKER]

    def mark(session: WritingSession) -> None:
        for kind in (CaseMarkKind.BASIC_CHECK, CaseMarkKind.ROUTINE_FOLLOWED):
            put_mark(acting(session, by, NOW), case, kind)

    run_in_transaction(board.database, mark)
    with open_reading(board.database) as session:
        newest = case_rows(session, CaseMark, case.id, CaseMark.id.desc())
        assert [row.kind for row in newest] == ["routine_followed", "basic_check"]
        kept = case_rows(session, CaseMark, case.id, CaseMark.id, where=CaseMark.kind == "basic_check")
        assert [row.kind for row in kept] == ["basic_check"]
        assert case_row(session, CaseMark, other.id) is None


def test_what_an_act_writes_is_read_by_it(board: BoardAtWork) -> None:
    case = board.case(board.receive().number)
    by = board.staff[Role.CASEWORKER]

    def act(session: WritingSession) -> list[list[CaseMarkKind]]:
        told = [[row.kind for row in marks(session, case.id)]]
        put_mark(acting(session, by, NOW), case, CaseMarkKind.BASIC_CHECK)
        told.append([row.kind for row in marks(session, case.id)])
        return told

    assert run_in_transaction(board.database, act) == [[], [CaseMarkKind.BASIC_CHECK]]


def test_what_is_written_past_the_objects_may_be_in_any_table(board: BoardAtWork) -> None:
    case = board.case(board.receive().number)
    by = board.staff[Role.CASEWORKER]

    def act(session: WritingSession) -> list[int]:
        told = [len(case_rows(session, CaseMark, case.id))]
        row = {"case_id": case.id, "kind": "basic_check", "at": NOW, "by_user_id": by.id}
        session.execute(insert(CaseMark).values(**row).execution_options(**BESIDE))
        told.append(len(case_rows(session, CaseMark, case.id, CaseMark.id)))
        return told

    assert run_in_transaction(board.database, act) == [0, 1]


def test_a_table_where_a_case_is_not_found_by_its_key_is_asked_each_time(board: BoardAtWork) -> None:
    case = board.receive().id
    with open_reading(board.database) as session:
        assert may_hold_rows(session, IncomingPost, case)
        assert not may_hold_rows(session, Payment, case)


def test_a_session_that_keeps_nothing_asks(board: BoardAtWork) -> None:
    case = board.receive().id
    with Session(board.database.reading) as session:
        assert may_hold_rows(session, Payment, case)
        assert case_rows(session, Payment, case, Payment.id) == []


def test_whoever_goes_through_many_cases_keeps_few(board: BoardAtWork, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 2)
    with open_reading(board.database) as session:
        for case in range(5):
            case_rows(session, Payment, case, Payment.id)
        assert len(session.info[module.HOLDINGS]) <= 2


def test_of_a_list_each_table_is_asked_once_and_each_case_has_its_own_rows(board: BoardAtWork) -> None:
    numbers = [board.receive(doubled_because="Två lokaler.").number for _ in range(4)]
    for number in numbers[:2]:
        board.do(cases.mark_case, number, CaseMarkKind.PAPERS_OPENED)
        board.do(cases.mark_case, number, CaseMarkKind.BASIC_CHECK)
    board.do(cases.add_note, numbers[2], "Ringde.", official=True)
    ids = [board.case(number).id for number in numbers]
    asked: list[str] = []
    event.listen(board.database.reading, "before_cursor_execute", lambda *given: asked.append(given[2]))
    newest = CaseMark.id.desc()
    with open_reading(board.database) as alone:
        wanted = [[row.id for row in case_rows(alone, CaseMark, key, newest)] for key in ids]
    with open_reading(board.database) as session:
        together = [session.get_one(Case, key) for key in ids[:3]]
        asked.clear()
        prefetch_for_cases(session, together)
        told = [[row.id for row in case_rows(session, CaseMark, key, newest)] for key in ids[:3]]
        kept = CaseMark.kind == CaseMarkKind.BASIC_CHECK
        some = [[row.kind for row in case_rows(session, CaseMark, key, newest, where=kept)] for key in ids[:3]]
        assert [len(case_rows(session, Note, key, Note.id)) for key in ids[:3]] == [0, 0, 1]
        assert [case_rows(session, table, key, table.id) for table in EMPTY[:3] for key in ids[:3]] == [[]] * 9
        assert len([one for one in asked if one.startswith("SELECT")]) == 4  # which tables; marks twice; notes
        assert case_rows(session, CaseMark, ids[3], newest) == []  # one that is not in the list is asked for alone
    assert told == wanted[:3]
    assert [len(rows) for rows in wanted] == [2, 2, 0, 0]
    assert some == [["basic_check"], ["basic_check"], []]


def test_an_act_reads_each_case_by_itself(board: BoardAtWork) -> None:
    number = board.receive().number
    board.do(cases.mark_case, number, CaseMarkKind.PAPERS_OPENED)
    key, by = board.case(number).id, board.staff[Role.CASEWORKER]

    def act(session: WritingSession) -> int:
        prefetch_for_cases(session, [session.get_one(Case, key)])
        assert len(case_rows(session, CaseMark, key, CaseMark.id)) == 1
        put_mark(acting(session, by, NOW), session.get_one(Case, key), CaseMarkKind.BASIC_CHECK)
        return len(case_rows(session, CaseMark, key, CaseMark.id))

    assert run_in_transaction(board.database, act) == 2
