"""What is done in one case is seen in the lists of the others that it touches, each cause by itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from tests.factories import NOW, TODAY
from tests.town import ACT, NUMBERS, Town, booking_facts, clean_facts, judged_again, rules
from vetting.domain.after_decision import Happened
from vetting.domain.cases import Marked
from vetting.domain.criteria import CaseKind
from vetting.domain.evidence import Answer
from vetting.domain.facts import Facts
from vetting.domain.passage import Ground, Outcome
from vetting.domain.people import Role
from vetting.domain.proposal import Attention
from vetting.domain.ways import Habit
from vetting.jobs.worker import Worker
from vetting.services import (
    aftermath,
    assessments,
    board_order,
    cases,
    communications,
    decisions,
    documents,
    imports,
    merging,
    payments,
    queues,
    recurring,
    renewing,
    screenings,
    stops,
)
from vetting.services.assessments import Given
from vetting.services.documents import NewDocument
from vetting.services.screenings import is_out_of_date, of_case
from vetting.store.associations import Association
from vetting.store.cases import Case
from vetting.store.decisions import Decision
from vetting.store.payments import Payment
from vetting.store.renewals import NEW_DAY, Recurring, not_renewed
from vetting.store.screenings import StoredScreening
from vetting.store.session import reading

if TYPE_CHECKING:
    from collections.abc import Callable

    from vetting.store.engine import Database

VALUE = "demokratisk-rattsstat"
OTHER_NAME = "Läsecirkeln Provbacken"


def told(town: Town, number: str, at: datetime = NOW) -> tuple[bool, bool]:
    """Whether what is kept of a case differs from its page, and whether the lists know that it may."""
    with reading(town.database) as s:
        case = s.scalars(select(Case).where(Case.number == number)).one()
        return is_out_of_date(s, case, rules(), on=at.date()), case.id in not_renewed(s, [case], at.date())


def two(town: Town, **more: Any) -> tuple[str, str]:
    """Two applications of one association that somebody works on."""
    both = town.receive().number, town.receive(clean_facts(**more), round_id=None).number
    for number in both:
        town.do(cases.mark, number, Marked.PAPERS_OPENED, rules=rules())
    return both


def add(town: Town, number: str) -> None:
    paper = NewDocument(
        name="a.pdf",
        media_type="application/pdf",
        content=b"%PDF-1",
        type="annual_minutes",
        dated=TODAY,
        arrived_on=TODAY,
    )
    town.do(documents.add, number, paper, rules=rules())


# Each makes its cases ready and gives the act, and the case that is touched by it from afar.
Cause = tuple["Callable[[], object]", str]


def an_answer(town: Town) -> Cause:
    first, second = two(town)
    return lambda: town.do(assessments.nothing_found, first, rules=rules()), second


def an_answer_taken_back(town: Town) -> Cause:
    first, second = two(town)
    town.do(assessments.nothing_found, first, rules=rules())
    return lambda: town.do(assessments.withdraw, first, VALUE, "Nytt.", rules=rules()), second


def a_fact(town: Town) -> Cause:
    first, second = two(town)
    facts = Facts({"members_total": 3})
    return lambda: town.do(cases.change_facts, first, facts, version=None, rules=rules()), second


def a_shared_account(town: Town) -> Cause:
    first = town.receive().number
    other = town.receive(clean_facts(NUMBERS[1], OTHER_NAME)).number
    facts = Facts({"giro_number": f"{NUMBERS[1][2:6]}-{NUMBERS[1][6:]}"})
    return lambda: town.do(cases.change_facts, first, facts, version=None, rules=rules()), other


def an_account_no_longer_shared(town: Town) -> Cause:
    act, other = a_shared_account(town)
    act()
    first = f"BID-2026-{1:04}"
    facts = Facts({"giro_number": "5050-1055"})
    return lambda: town.do(cases.change_facts, first, facts, version=None, rules=rules()), other


def a_shared_paper(town: Town) -> Cause:
    first = town.receive().number
    other = town.receive(clean_facts(NUMBERS[1], OTHER_NAME)).number
    add(town, other)
    return lambda: add(town, first), other


def one_called_off(town: Town) -> Cause:
    first = town.receive().number
    second = town.receive(clean_facts(NUMBERS[0], OTHER_NAME), round_id=None).number
    return lambda: town.do(cases.withdraw, first), second


def a_habit(town: Town) -> Cause:
    first = town.receive().number
    booking = town.receive(booking_facts(), CaseKind.BOOKING).number
    town.do(assessments.nothing_found, first, rules=rules())
    return lambda: town.do(
        board_order.set_habits,
        frozenset({Habit.ANSWERS_FOR_BOTH}),
        because="Nämndens beslut.",
        rules=rules(),
        role=Role.ADMINISTRATOR,
    ), booking


def granted(town: Town) -> tuple[str, str]:
    """A grant that is to be paid, and a later application of the same association."""
    first = town.approve().number
    return first, town.receive(round_id=None).number


def payment_of(town: Town, number: str) -> int:
    with reading(town.database) as s:
        return s.scalars(select(Payment.id).join(Case, Case.id == Payment.case_id).where(Case.number == number)).one()


def a_stop(town: Town) -> Cause:
    first, second = granted(town)
    return lambda: town.do(
        stops.stop_payment, payment_of(town, first), "Rapporten saknas.", role=Role.DECISION_MAKER
    ), second


def a_decision_on_what_is_not_met(town: Town) -> Cause:
    first, second = two(town)
    given = Given(criterion=VALUE, answer=Answer.NOT_MET, reasons="Se protokollet.", evidence=ACT)
    town.do(assessments.assess, first, given, version=None, rules=rules())
    town.make_ready(first)
    town.propose(first, outcome=Outcome.REFUSED, amount=None, grounds=(Ground.CRITERION,))
    town.do(decisions.declare_no_conflict, first, role=Role.DECISION_MAKER)
    reply_by = TODAY + timedelta(days=24)
    row = town.do(
        communications.communicate, first, "Protokollet § 4.", reply_by=reply_by, sent_to="styrelsen", rules=rules()
    )
    town.do(
        communications.note_reply,
        first,
        row.id,
        "Det stämmer inte.",
        "Läst.",
        replied_on=TODAY,
        met={VALUE: "Protokollet säger det."},
    )
    town.propose(first, outcome=Outcome.REFUSED, amount=None, grounds=(Ground.CRITERION,))
    return lambda: town.decide(first), second


def one_that_is_quashed(town: Town) -> Cause:
    act, second = a_decision_on_what_is_not_met(town)
    act()
    with reading(town.database) as s:
        key = s.scalars(select(Decision.id)).one()
    noted: Any = {"on": TODAY, "court": "Förvaltningsrätten", "number": "1-26"}
    town.do(aftermath.note, key, aftermath.NewEvent(what=Happened.APPEALED, **noted), rules=rules())
    new = aftermath.NewEvent(what=Happened.QUASHED, **noted)
    return lambda: town.do(aftermath.note, key, new, rules=rules()), second


def a_merge(town: Town) -> Cause:
    first = town.receive().number
    second = town.receive(clean_facts(NUMBERS[1], OTHER_NAME, organisation_number=None)).number
    town.do(assessments.nothing_found, second, rules=rules())
    with reading(town.database) as s:
        keys = {row.number: row.id for row in s.scalars(select(Association))}
    return lambda: town.do(merging.merge, keys[None], keys[NUMBERS[0]], {}, rules=rules()), first


def an_import(town: Town) -> Cause:
    first = town.receive().number
    line = f"Kulturföreningen Provkvarnen;{NUMBERS[0]};4;40 000;kurser;{TODAY.isoformat()};1234-5678;ja"
    data = f"Förening;Org.nr;Medlemmar;Sökt;Ändamål;Inkom;Bankgiro;Stadgar bifogade\n{line}".encode()
    key = town.staged(data, "lista.csv", into_round=False)
    later = NOW + timedelta(hours=1)
    return lambda: town.do(imports.confirm, key, good_only=False, rules=rules(), at=later), first


def an_import_taken_back(town: Town) -> Cause:
    act, first = an_import(town)
    batch: Any = act()
    return lambda: town.do(imports.undo, batch.id), first


def an_import_with_its_account(town: Town) -> Cause:
    other = town.receive(clean_facts(NUMBERS[1], OTHER_NAME)).number
    giro = f"{NUMBERS[1][2:6]}-{NUMBERS[1][6:]}"
    line = f"Kulturföreningen Provkvarnen;{NUMBERS[0]};40;40 000;kurser;{TODAY.isoformat()};{giro};ja"
    data = f"Förening;Org.nr;Medlemmar;Sökt;Ändamål;Inkom;Bankgiro;Stadgar bifogade\n{line}".encode()
    key = town.staged(data, "lista.csv", into_round=False)
    return lambda: town.do(imports.confirm, key, good_only=False, rules=rules()), other


def that_import_taken_back(town: Town) -> Cause:
    act, other = an_import_with_its_account(town)
    batch: Any = act()
    return lambda: town.do(imports.undo, batch.id), other


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


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.__name__)
def test_what_is_done_in_one_case_is_known_to_wait_in_the_other_until_it_is_judged_again(
    town: Town, cause: Callable[[Town], Cause]
) -> None:
    act, other = cause(town)
    judged_again(town)
    assert told(town, other) == (False, False)
    act()
    differs, waits = told(town, other)
    assert waits
    assert differs is (cause not in AT_ONCE | NOT_ASKED)
    judged_again(town)
    assert told(town, other) == (False, False)


def test_an_answer_that_expires_does_so_in_the_lists_with_the_day(town: Town) -> None:
    second, first = two(town)  # the one in a round waits for nothing but a look
    town.do(assessments.nothing_found, first, rules=rules())
    judged_again(town)
    later = NOW + timedelta(days=800)
    assert told(town, second, later) == (True, True)
    with reading(town.database) as s:
        listed = queues.queue(
            s, queues.Filters(kind=CaseKind.GRANT), rules(), by=town.staff[Role.CASEWORKER], on=later.date()
        )
        case = next(case for case in listed.cases if case.number == second)
        page = of_case(s, case, rules(), on=later.date())
    assert page
    assert listed.standing[case.id].attention == page.screening.attention.value != case.attention
    judged_again(town, later)
    assert told(town, second, later) == (False, False)
    assert town.case(second).attention == page.screening.attention.value


def test_a_list_of_those_that_wait_for_somebody_holds_one_that_waits_to_be_judged(town: Town) -> None:
    second, first = two(town)  # the one in a round waits for nothing but a look
    judged_again(town)
    town.do(assessments.nothing_found, first, rules=rules())
    with reading(town.database) as s:
        kept = town.case(second).attention
        page = of_case(s, town.case(second), rules(), on=TODAY)
        assert page
        now = page.screening.attention
        assert now.value != kept
        by = town.staff[Role.CASEWORKER]
        under = {
            level: {
                case.number
                for case in queues.queue(
                    s, queues.Filters(kind=CaseKind.GRANT, attention=level), rules(), by=by, on=TODAY
                ).cases
            }
            for level in Attention
        }
    assert second in under[now]
    assert second not in under[Attention(kept)]


@pytest.mark.parametrize("name", ["is_out_of_date", "screen_case"])
def test_one_that_cannot_be_judged_holds_up_no_other(
    town: Town, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    first, second = two(town)
    third = town.receive(clean_facts(), round_id=None).number
    judged_again(town)
    town.do(cases.change_facts, first, Facts({"members_total": 3}), version=None, rules=rules())
    module = renewing if name == "is_out_of_date" else screenings
    real = getattr(module, name)

    def broken(session: Any, case: Case, *given: Any, **more: Any) -> Any:
        if case.number == second:
            raise ZeroDivisionError
        return real(session, case, *given, **more)

    monkeypatch.setattr(module, name, broken)
    judged_again(town)
    assert told(town, first) == told(town, third) == (False, False)
    assert told(town, second) == (True, False)
    assert "could not be judged" in caplog.text


def test_a_database_that_fails_is_tried_again_and_nothing_is_taken_for_judged(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = two(town)
    judged_again(town)
    town.do(assessments.nothing_found, first, rules=rules())

    def fails(*_given: Any, **_more: Any) -> bool:
        raise OperationalError("SELECT", {}, Exception("gone"))

    with monkeypatch.context() as while_gone:
        while_gone.setattr(renewing, "is_out_of_date", fails)
        with pytest.raises(OperationalError):
            renewing.renew(town.database, rules(), at=NOW)
    assert told(town, second) == (True, True)
    judged_again(town)
    assert told(town, second) == (False, False)


def test_a_list_stands_though_one_of_its_cases_cannot_be_judged(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = two(town)
    judged_again(town)
    town.do(assessments.nothing_found, first, rules=rules())
    kept = town.case(second).attention
    real = screenings.of_case

    def broken(session: Any, case: Case, *given: Any, **more: Any) -> Any:
        if case.number == second:
            raise ZeroDivisionError
        return real(session, case, *given, **more)

    monkeypatch.setattr(screenings, "of_case", broken)
    with reading(town.database) as s:
        by = town.staff[Role.CASEWORKER]
        found = queues.queue(s, queues.Filters(kind=CaseKind.GRANT), rules(), by=by, on=TODAY)
        assert {case.number for case in found.cases} == {first, second}
        assert found.standing[town.case(second).id].attention == kept
        assert screenings.last_of_many(s, found.cases, rules(), on=TODAY).keys() == {case.id for case in found.cases}


def test_a_large_board_is_judged_some_cases_at_a_time(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = [town.receive(clean_facts(NUMBERS[place]), round_id=None).number for place in range(5)]
    for number in numbers:
        town.do(assessments.nothing_found, number, rules=rules())
    judged_again(town)
    monkeypatch.setattr(renewing, "AT_A_TIME", 2)
    later = NOW + timedelta(days=800)  # every answer has expired
    recurring.do_due(town.database, at=later)
    turns = 0
    while renewing.renew(town.database, rules(), at=later):
        turns += 1
        waits = [number for number in numbers if told(town, number, later)[1]]
        assert len(waits) == max(0, 5 - 2 * turns)
        assert all(told(town, number, later)[0] is (number in waits) for number in numbers)
    assert turns == 3


def test_a_report_that_is_gone_through_is_known_where_the_association_asks_again(town: Town) -> None:
    first = town.approve().number
    town.do(payments.mark_paid, payment_of(town, first), paid_on=TODAY, version=None, rules=rules(), role=Role.FINANCE)
    later = datetime(2028, 2, 1, 12, tzinfo=NOW.tzinfo)
    second = town.receive(clean_facts(), round_id=None, received_on=TODAY).number
    judged_again(town, later)
    assert told(town, second, later) == (False, False)
    town.do(cases.mark, first, Marked.FOLLOWED_UP, text="Rapporten är genomgången.", rules=rules(), at=later)
    assert told(town, second, later) == (True, True)


def test_what_changes_while_a_case_is_judged_is_judged_too(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = two(town)
    judged_again(town)
    town.do(cases.change_facts, first, Facts({"members_total": 3}), version=None, rules=rules())
    real, done = is_out_of_date, list[int]()

    def meanwhile(*given: Any, **more: Any) -> bool:
        if not done:
            done.append(1)
            town.do(assessments.nothing_found, first, rules=rules())
        return real(*given, **more)

    monkeypatch.setattr(renewing, "is_out_of_date", meanwhile)
    judged_again(town)
    assert told(town, second) == (False, False)


def test_what_recurs_is_done_once_a_day_by_one_worker_and_made_up_for(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    work = {NEW_DAY: lambda _database, at: done.append(at.date().isoformat())}
    monkeypatch.setattr(recurring, "WORK", work)
    assert recurring.do_due(town.database, at=NOW)
    assert not recurring.do_due(town.database, at=NOW + timedelta(minutes=1))
    later = NOW + timedelta(days=3)  # nothing ran for three days: it is made up for, once
    assert recurring.do_due(town.database, at=later)
    assert not recurring.do_due(town.database, at=later)
    assert done == [NOW.date().isoformat(), later.date().isoformat()]


def test_what_a_worker_has_taken_no_other_does_until_it_has_been_silent(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[datetime] = []

    def while_another_looks(_database: Database, at: datetime) -> None:
        done.append(at)
        assert not recurring.do_due(town.database, at=at)

    monkeypatch.setattr(recurring, "WORK", {NEW_DAY: while_another_looks})
    assert recurring.do_due(town.database, at=NOW)
    assert done == [NOW]

    def killed(_database: Database, _at: datetime) -> None:
        raise KeyboardInterrupt

    tomorrow = NOW + timedelta(days=1)
    monkeypatch.setattr(recurring, "WORK", {NEW_DAY: killed})
    with pytest.raises(KeyboardInterrupt):
        recurring.do_due(town.database, at=tomorrow)
    monkeypatch.setattr(recurring, "WORK", {NEW_DAY: while_another_looks})
    assert not recurring.do_due(town.database, at=tomorrow + timedelta(minutes=1))
    assert recurring.do_due(town.database, at=tomorrow + recurring.HELD + timedelta(minutes=1))
    with reading(town.database) as s:
        assert s.scalars(select(Recurring.held_until)).all() == [None]


def test_an_import_that_was_only_judged_since_can_be_taken_back(town: Town) -> None:
    act, _first = an_import(town)
    batch: Any = act()
    judged_again(town)
    town.do(imports.undo, batch.id)


def test_a_worker_that_runs_keeps_the_lists_true(town: Town) -> None:
    first, second = two(town)
    worker = Worker(town.database, rules(), lambda: NOW)
    while worker.run_due() or worker.run_renewal():
        pass
    town.do(assessments.nothing_found, first, rules=rules())
    assert worker.run_renewal()
    while worker.run_renewal():
        pass
    assert told(town, second) == (False, False)
    with reading(town.database) as s:
        kept = s.scalars(
            select(StoredScreening).join(Case, Case.screening_id == StoredScreening.id).where(Case.number == second)
        ).one()
    assert VALUE in kept.answers
