"""What is done in one case is seen in the lists of the others that it touches, each cause by itself."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from tests.acting import acting
from tests.board import ACT, NUMBERS, BoardAtWork, booking_facts, clean_facts, judged_again, rules
from tests.factories import NOW, TODAY
from vetting.associations.models.associations import Association
from vetting.casework.domain.cases import CaseMarkKind
from vetting.casework.domain.legal_force import DecisionEventKind
from vetting.casework.models.cases import Case
from vetting.casework.models.decisions import Decision
from vetting.casework.models.documents import Document
from vetting.casework.models.rescreening import NEW_DAY, RecurringWork, not_rescreened
from vetting.casework.models.screenings import StoredScreening
from vetting.casework.services import (
    after_decision,
    assessments,
    cases,
    communications,
    decisions,
    documents,
    merging,
    rescreening,
    screenings,
)
from vetting.casework.services.assessments import NewAssessment
from vetting.casework.services.documents import NewDocument
from vetting.casework.services.reads import note_read
from vetting.casework.services.screenings import changed_screening, is_out_of_date, screen_without_keeping
from vetting.engine.evidence import CriterionAnswer
from vetting.engine.facts import Facts
from vetting.engine.proposal import Attention
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import DecisionGround, DecisionOutcome
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading, run_in_transaction
from vetting.kernel.store.trail import TrailContent, of_case
from vetting.lists.services import import_batches
from vetting.money.models.payments import Payment
from vetting.money.services import payment_stops, payments
from vetting.operations.jobs import recurring_work
from vetting.operations.jobs.worker import Worker
from vetting.people.domain.reads import ReadExtent
from vetting.people.domain.ways_of_working import BoardOption
from vetting.rules.services import ways_of_working
from vetting.workspace.services import queues

if TYPE_CHECKING:
    from collections.abc import Callable

    from vetting.casework.services.screenings import ChangedScreening
    from vetting.kernel.store.engine import Database

VALUE = "demokratisk-rattsstat"
OTHER_NAME = "Läsecirkeln Provbacken"


def told(board: BoardAtWork, number: str, at: datetime = NOW) -> tuple[bool, bool]:
    """Whether what is kept of a case differs from its page, and whether the lists know that it may."""
    with open_reading(board.database) as s:
        case = s.scalars(select(Case).where(Case.number == number)).one()
        return is_out_of_date(s, case, on=at.date()), case.id in not_rescreened(s, [case], at.date())


def two(board: BoardAtWork, **more: Any) -> tuple[str, str]:
    """Two applications of one association that somebody works on."""
    both = board.receive().number, board.receive(clean_facts(**more), round_id=None).number
    for number in both:
        board.do(cases.mark_case, number, CaseMarkKind.PAPERS_OPENED)
    return both


def add(board: BoardAtWork, number: str) -> None:
    paper = NewDocument(
        name="a.pdf",
        media_type="application/pdf",
        content=b"%PDF-1",
        type="annual_minutes",
        dated=TODAY,
        arrived_on=TODAY,
    )
    board.do(documents.add_document, number, paper)


# Each makes its cases ready and gives the act, and the case that is touched by it from afar.
Cause = tuple["Callable[[], object]", str]


def an_answer(board: BoardAtWork) -> Cause:
    first, second = two(board)
    return lambda: board.do(assessments.record_nothing_found, first), second


def an_answer_taken_back(board: BoardAtWork) -> Cause:
    first, second = two(board)
    board.do(assessments.record_nothing_found, first)
    return lambda: board.do(assessments.withdraw_answer, first, VALUE, "Nytt."), second


def a_fact(board: BoardAtWork) -> Cause:
    first, second = two(board)
    facts = Facts({"members_total": 3})
    return lambda: board.do(cases.change_facts, first, facts, version=None), second


def a_shared_account(board: BoardAtWork) -> Cause:
    first = board.receive().number
    other = board.receive(clean_facts(NUMBERS[1], OTHER_NAME)).number
    facts = Facts({"giro_number": f"{NUMBERS[1][2:6]}-{NUMBERS[1][6:]}"})
    return lambda: board.do(cases.change_facts, first, facts, version=None), other


def an_account_no_longer_shared(board: BoardAtWork) -> Cause:
    act, other = a_shared_account(board)
    act()
    first = f"BID-2026-{1:04}"
    facts = Facts({"giro_number": "5050-1055"})
    return lambda: board.do(cases.change_facts, first, facts, version=None), other


def a_shared_paper(board: BoardAtWork) -> Cause:
    first = board.receive().number
    other = board.receive(clean_facts(NUMBERS[1], OTHER_NAME)).number
    add(board, other)
    return lambda: add(board, first), other


def one_called_off(board: BoardAtWork) -> Cause:
    first = board.receive().number
    second = board.receive(clean_facts(NUMBERS[0], OTHER_NAME), round_id=None).number
    return lambda: board.do(cases.withdraw_case, first), second


def a_habit(board: BoardAtWork) -> Cause:
    first = board.receive().number
    booking = board.receive(booking_facts(), CaseKind.BOOKING).number
    board.do(assessments.record_nothing_found, first)
    return lambda: board.do(
        ways_of_working.set_habits,
        frozenset({BoardOption.ANSWERS_FOR_BOTH}),
        because="Nämndens beslut.",
        role=Role.ADMINISTRATOR,
    ), booking


def granted(board: BoardAtWork) -> tuple[str, str]:
    """A grant that is to be paid, and a later application of the same association."""
    first = board.approve().number
    return first, board.receive(round_id=None).number


def payment_of(board: BoardAtWork, number: str) -> int:
    with open_reading(board.database) as s:
        return s.scalars(select(Payment.id).join(Case, Case.id == Payment.case_id).where(Case.number == number)).one()


def a_stop(board: BoardAtWork) -> Cause:
    first, second = granted(board)
    return lambda: board.do(
        payment_stops.stop_payment, payment_of(board, first), "Rapporten saknas.", role=Role.DECISION_MAKER
    ), second


def a_decision_on_what_is_not_met(board: BoardAtWork) -> Cause:
    first, second = two(board)
    given = NewAssessment(criterion=VALUE, answer=CriterionAnswer.NOT_MET, reasons="Se protokollet.", evidence=ACT)
    board.do(assessments.assess, first, given, version=None)
    board.make_ready(first)
    board.propose(first, outcome=DecisionOutcome.REFUSED, amount=None, grounds=(DecisionGround.CRITERION,))
    board.do(decisions.declare_no_conflict, first, role=Role.DECISION_MAKER)
    reply_by = TODAY + timedelta(days=24)
    row = board.do(
        communications.communicate,
        first,
        communications.NewCommunication(what="Protokollet § 4.", reply_by=reply_by, sent_to="styrelsen"),
    )
    board.do(
        communications.note_reply,
        first,
        communications.NewReply(
            communication=row.id,
            reply="Det stämmer inte.",
            handled="Läst.",
            replied_on=TODAY,
            met={VALUE: "Protokollet säger det."},
        ),
    )
    board.propose(first, outcome=DecisionOutcome.REFUSED, amount=None, grounds=(DecisionGround.CRITERION,))
    board.do(decisions.make_ready, first)
    return lambda: board.decide(first), second


def one_that_is_quashed(board: BoardAtWork) -> Cause:
    act, second = a_decision_on_what_is_not_met(board)
    act()
    with open_reading(board.database) as s:
        key = s.scalars(select(Decision.id)).one()
    noted: Any = {"on": TODAY, "court": "Förvaltningsrätten", "number": "1-26"}
    board.do(
        after_decision.note_decision_event,
        key,
        after_decision.NewDecisionEvent(what=DecisionEventKind.APPEALED, **noted),
    )
    new = after_decision.NewDecisionEvent(what=DecisionEventKind.QUASHED, **noted)
    return lambda: board.do(after_decision.note_decision_event, key, new), second


def a_merge(board: BoardAtWork) -> Cause:
    first = board.receive().number
    second = board.receive(clean_facts(NUMBERS[1], OTHER_NAME, organisation_number=None)).number
    board.do(assessments.record_nothing_found, second)
    with open_reading(board.database) as s:
        keys = {row.number: row.id for row in s.scalars(select(Association))}
    return lambda: board.do(merging.merge_records, keys[None], keys[NUMBERS[0]], {}), first


def an_import(board: BoardAtWork) -> Cause:
    first = board.receive().number
    line = f"Kulturföreningen Provkvarnen;{NUMBERS[0]};4;40 000;kurser;{TODAY.isoformat()};1234-5678;ja"
    data = f"Förening;Org.nr;Medlemmar;Sökt;Ändamål;Inkom;Bankgiro;Stadgar bifogade\n{line}".encode()
    key = board.staged(data, "lista.csv", into_round=False)
    later = NOW + timedelta(hours=1)
    return lambda: board.do(import_batches.confirm_import, key, good_only=False, at=later), first


def an_import_taken_back(board: BoardAtWork) -> Cause:
    act, first = an_import(board)
    batch: Any = act()
    return lambda: board.do(import_batches.undo_import, batch.id), first


def an_import_with_its_account(board: BoardAtWork) -> Cause:
    other = board.receive(clean_facts(NUMBERS[1], OTHER_NAME)).number
    giro = f"{NUMBERS[1][2:6]}-{NUMBERS[1][6:]}"
    line = f"Kulturföreningen Provkvarnen;{NUMBERS[0]};40;40 000;kurser;{TODAY.isoformat()};{giro};ja"
    data = f"Förening;Org.nr;Medlemmar;Sökt;Ändamål;Inkom;Bankgiro;Stadgar bifogade\n{line}".encode()
    key = board.staged(data, "lista.csv", into_round=False)
    return lambda: board.do(import_batches.confirm_import, key, good_only=False), other


def that_import_taken_back(board: BoardAtWork) -> Cause:
    act, other = an_import_with_its_account(board)
    batch: Any = act()
    return lambda: board.do(import_batches.undo_import, batch.id), other


CAUSES = (
    an_answer,
    an_answer_taken_back,
    a_fact,
    a_shared_account,
    an_account_no_longer_shared,
    a_shared_paper,
    one_called_off,
    a_habit,
    a_stop,
    a_decision_on_what_is_not_met,
    one_that_is_quashed,
    a_merge,
    an_import,
    an_import_taken_back,
    an_import_with_its_account,
    that_import_taken_back,
)
AT_ONCE = {an_answer_taken_back, a_decision_on_what_is_not_met, one_that_is_quashed, a_merge}
"""What the others rest on has fallen, or they are moved: they are judged in the same act."""
NOT_ASKED = {a_stop}
"""Read by other rules than these."""


@pytest.mark.both_engines
@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.__name__)
def test_what_is_done_in_one_case_is_known_to_wait_in_the_other_until_it_is_judged_again(
    board: BoardAtWork, cause: Callable[[BoardAtWork], Cause]
) -> None:
    act, other = cause(board)
    judged_again(board)
    assert told(board, other) == (False, False)
    act()
    differs, waits = told(board, other)
    assert waits
    assert differs is (cause not in AT_ONCE | NOT_ASKED)
    judged_again(board)
    assert told(board, other) == (False, False)


def test_an_answer_that_expires_does_so_in_the_lists_with_the_day(board: BoardAtWork) -> None:
    second, first = two(board)  # the one in a round waits for nothing but a look
    board.do(assessments.record_nothing_found, first)
    judged_again(board)
    later = NOW + timedelta(days=800)
    assert told(board, second, later) == (True, True)
    with open_reading(board.database) as s:
        listed = queues.case_queue(
            acting(s, board.staff[Role.CASEWORKER]), queues.QueueFilters(kind=CaseKind.GRANT), on=later.date()
        )
        case = next(case for case in listed.cases if case.number == second)
        page = screen_without_keeping(s, case, on=later.date())
    assert page
    assert listed.standing[case.id].attention == page.screening.attention.value != case.attention
    judged_again(board, later)
    assert told(board, second, later) == (False, False)
    assert board.case(second).attention == page.screening.attention.value


def test_a_list_of_those_that_wait_for_somebody_holds_one_that_waits_to_be_judged(board: BoardAtWork) -> None:
    second, first = two(board)  # the one in a round waits for nothing but a look
    judged_again(board)
    board.do(assessments.record_nothing_found, first)
    with open_reading(board.database) as s:
        kept = board.case(second).attention
        page = screen_without_keeping(s, board.case(second), on=TODAY)
        assert page
        now = page.screening.attention
        assert now.value != kept
        by = board.staff[Role.CASEWORKER]
        under = {
            level: {
                case.number
                for case in queues.case_queue(
                    acting(s, by), queues.QueueFilters(kind=CaseKind.GRANT, attention=level), on=TODAY
                ).cases
            }
            for level in Attention
        }
    assert second in under[now]
    assert second not in under[Attention(kept)]


@pytest.mark.parametrize("name", ["changed_screening", "_count_words"])
def test_one_that_cannot_be_judged_holds_up_no_other(
    board: BoardAtWork, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    first, second = two(board)
    third = board.receive(clean_facts(), round_id=None).number
    judged_again(board)
    board.do(cases.change_facts, first, Facts({"members_total": 3}), version=None)
    module = rescreening if name == "changed_screening" else screenings
    real = getattr(module, name)

    def broken(session: Any, case: Case, *given: Any, **more: Any) -> Any:
        if case.number == second:
            raise ZeroDivisionError
        return real(session, case, *given, **more)

    monkeypatch.setattr(module, name, broken)
    judged_again(board)
    assert told(board, first) == told(board, third) == (False, False)
    assert told(board, second) == (True, False)
    assert "could not be judged" in caplog.text


def test_a_database_that_fails_is_tried_again_and_nothing_is_taken_for_judged(
    board: BoardAtWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = two(board)
    judged_again(board)
    board.do(assessments.record_nothing_found, first)

    def fails(*_given: Any, **_more: Any) -> bool:
        raise OperationalError("SELECT", {}, Exception("gone"))

    with monkeypatch.context() as while_gone:
        while_gone.setattr(rescreening, "changed_screening", fails)
        with pytest.raises(OperationalError):
            rescreening.rescreen_waiting_cases(board.database, at=NOW)
    assert told(board, second) == (True, True)
    judged_again(board)
    assert told(board, second) == (False, False)


def test_a_list_stands_though_one_of_its_cases_cannot_be_judged(
    board: BoardAtWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = two(board)
    judged_again(board)
    board.do(assessments.record_nothing_found, first)
    kept = board.case(second).attention
    real = screenings.screen_without_keeping

    def broken(session: Any, case: Case, *given: Any, **more: Any) -> Any:
        if case.number == second:
            raise ZeroDivisionError
        return real(session, case, *given, **more)

    monkeypatch.setattr(screenings, "screen_without_keeping", broken)
    with open_reading(board.database) as s:
        by = board.staff[Role.CASEWORKER]
        found = queues.case_queue(acting(s, by), queues.QueueFilters(kind=CaseKind.GRANT), on=TODAY)
        assert {case.number for case in found.cases} == {first, second}
        assert found.standing[board.case(second).id].attention == kept
        assert screenings.last_of_many(s, found.cases, on=TODAY).keys() == {case.id for case in found.cases}


def test_a_large_board_is_judged_some_cases_at_a_time(board: BoardAtWork, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = [board.receive(clean_facts(NUMBERS[place]), round_id=None).number for place in range(5)]
    for number in numbers:
        board.do(assessments.record_nothing_found, number)
    judged_again(board)
    monkeypatch.setattr(rescreening, "AT_A_TIME", 2)
    later = NOW + timedelta(days=800)  # every answer has expired
    recurring_work.do_due(board.database, at=later)
    turns = 0
    while rescreening.rescreen_waiting_cases(board.database, at=later):
        turns += 1
        waits = [number for number in numbers if told(board, number, later)[1]]
        assert len(waits) == max(0, 5 - 2 * turns)
        assert all(told(board, number, later)[0] is (number in waits) for number in numbers)
    assert turns == 3


def test_a_report_that_is_gone_through_is_known_where_the_association_asks_again(board: BoardAtWork) -> None:
    first = board.approve().number
    board.do(payments.mark_paid, payment_of(board, first), paid_on=TODAY, version=None, role=Role.FINANCE)
    later = datetime(2028, 2, 1, 12, tzinfo=NOW.tzinfo)
    second = board.receive(clean_facts(), round_id=None, received_on=TODAY).number
    judged_again(board, later)
    assert told(board, second, later) == (False, False)
    board.do(cases.mark_case, first, CaseMarkKind.FOLLOWED_UP, text="Rapporten är genomgången.", at=later)
    assert told(board, second, later) == (True, True)


def test_what_changes_while_a_case_is_judged_is_judged_too(board: BoardAtWork, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = two(board)
    judged_again(board)
    board.do(cases.change_facts, first, Facts({"members_total": 3}), version=None)
    real, done = changed_screening, list[int]()

    def meanwhile(*given: Any, **more: Any) -> ChangedScreening | None:
        if not done:
            done.append(1)
            board.do(assessments.record_nothing_found, first)
        return real(*given, **more)

    monkeypatch.setattr(rescreening, "changed_screening", meanwhile)
    judged_again(board)
    assert told(board, second) == (False, False)


def test_what_somebody_writes_while_cases_are_judged_is_not_overwritten(
    board: BoardAtWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = two(board)
    judged_again(board)
    board.do(cases.change_facts, first, Facts({"members_total": 3}), version=None)
    assert told(board, second) == (True, True)
    real, done = changed_screening, list[int]()

    def then_written(*given: Any, **more: Any) -> ChangedScreening | None:
        found = real(*given, **more)
        if not done:
            done.append(1)
            board.do(cases.change_facts, second, Facts({"members_total": 4}), version=None)
        return found

    monkeypatch.setattr(rescreening, "changed_screening", then_written)
    rescreening.rescreen_waiting_cases(board.database, at=NOW)
    assert done
    assert told(board, second)[0] is False
    with open_reading(board.database) as s:
        kept = s.get_one(StoredScreening, board.case(second).screening_id or 0)
        assert kept.read["values"]["members_total"] == 4


def test_those_that_differ_are_kept_in_one_transaction_each_with_its_own_entry(
    board: BoardAtWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [board.receive(clean_facts(NUMBERS[place]), round_id=None).number for place in range(4)]
    for number in numbers:
        board.do(assessments.record_nothing_found, number)
    judged_again(board)
    transactions: list[int] = []

    def counted(*given: Any, **named: Any) -> Any:
        transactions.append(1)
        return run_in_transaction(*given, **named)

    monkeypatch.setattr(rescreening, "run_in_transaction", counted)
    later = NOW + timedelta(days=800)  # every answer has expired
    recurring_work.do_due(board.database, at=later)
    rescreening.rescreen_all(board.database, at=later)
    assert len(transactions) == 1
    with open_reading(board.database) as s:
        for number in numbers:
            case = board.case(number)
            newest = of_case(s, case.id, most=1)[0][0]
            assert (newest.action, newest.object_id) == ("cases_screened", case.id)
            body = s.scalars(select(TrailContent.body).where(TrailContent.id == newest.id)).one()
            assert {row["table"] for row in json.loads(body or "")["changes"]} == {"cases", "screenings"}
    assert [told(board, number, later) for number in numbers] == [(False, False)] * 4


def test_what_recurs_is_done_once_a_day_by_one_worker_and_made_up_for(
    board: BoardAtWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    work = {NEW_DAY: lambda _database, at, _anchoring: done.append(at.date().isoformat())}
    monkeypatch.setattr(recurring_work, "WORK", work)
    assert recurring_work.do_due(board.database, at=NOW)
    assert not recurring_work.do_due(board.database, at=NOW + timedelta(minutes=1))
    later = NOW + timedelta(days=3)  # nothing ran for three days: it is made up for, once
    assert recurring_work.do_due(board.database, at=later)
    assert not recurring_work.do_due(board.database, at=later)
    assert done == [NOW.date().isoformat(), later.date().isoformat()]


def test_what_a_worker_has_taken_no_other_does_until_it_has_been_silent(
    board: BoardAtWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[datetime] = []

    def while_another_looks(_database: Database, at: datetime, _anchoring: object) -> None:
        done.append(at)
        assert not recurring_work.do_due(board.database, at=at)

    monkeypatch.setattr(recurring_work, "WORK", {NEW_DAY: while_another_looks})
    assert recurring_work.do_due(board.database, at=NOW)
    assert done == [NOW]

    def killed(_database: Database, _at: datetime, _anchoring: object) -> None:
        raise KeyboardInterrupt

    tomorrow = NOW + timedelta(days=1)
    monkeypatch.setattr(recurring_work, "WORK", {NEW_DAY: killed})
    with pytest.raises(KeyboardInterrupt):
        recurring_work.do_due(board.database, at=tomorrow)
    monkeypatch.setattr(recurring_work, "WORK", {NEW_DAY: while_another_looks})
    assert not recurring_work.do_due(board.database, at=tomorrow + timedelta(minutes=1))
    assert recurring_work.do_due(board.database, at=tomorrow + recurring_work.LEASE_TIME + timedelta(minutes=1))
    with open_reading(board.database) as s:
        assert s.scalars(select(RecurringWork.held_until)).all() == [None]


def test_an_import_that_was_only_judged_since_can_be_taken_back(board: BoardAtWork) -> None:
    act, _first = an_import(board)
    batch: Any = act()
    judged_again(board)
    board.do(import_batches.undo_import, batch.id)


def test_a_worker_that_runs_keeps_the_lists_true(board: BoardAtWork) -> None:
    first, second = two(board)
    worker = Worker(board.database, rules(), lambda: NOW)
    while worker.run_due() or worker.run_renewal():
        pass
    board.do(assessments.record_nothing_found, first)
    assert worker.run_renewal()
    while worker.run_renewal():
        pass
    assert told(board, second) == (False, False)
    with open_reading(board.database) as s:
        kept = s.scalars(
            select(StoredScreening).join(Case, Case.screening_id == StoredScreening.id).where(Case.number == second)
        ).one()
    assert VALUE in kept.answers


def test_a_case_is_clear_once_its_papers_are_opened(board: BoardAtWork) -> None:
    board.do(ways_of_working.set_papers, ["accounts"], 0, role=Role.ADMINISTRATOR)
    number = board.receive().number
    new = NewDocument(
        name="bokslut.pdf", media_type="application/pdf", content=b"%PDF", type="accounts", dated=None, arrived_on=TODAY
    )
    key = board.do(documents.add_document, number, new).id
    assert not board.case(number).clear
    before = board.case(number).screening_id
    with open_reading(board.database) as s:
        note_read(acting(s, board.staff[Role.CASEWORKER], NOW), s.get_one(Document, key), ReadExtent.FIRST_PAGE)
    rescreening.rescreen_all(board.database, at=NOW)
    assert not board.case(number).clear
    with open_reading(board.database) as s:
        note_read(acting(s, board.staff[Role.CASEWORKER], NOW), s.get_one(Document, key), ReadExtent.OPENED)
    rescreening.rescreen_all(board.database, at=NOW)
    assert board.case(number).clear
    assert board.case(number).screening_id == before
