"""A grant in instalments: planned by its decision, each waits for what it says, and for reports that are missing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select, update

from tests.acting import acting
from tests.board import NUMBERS, board, clean_facts, refused
from tests.factories import NOW, TODAY
from tests.money.services.test_reports import told
from tests.page_fixtures import on_that_day
from vetting.casework.domain.cases import CaseMarkKind, CaseState
from vetting.casework.models.cases import Case
from vetting.casework.models.decisions import Decision
from vetting.casework.services import cases, decisions
from vetting.casework.services.after_decision import reconsider_case
from vetting.grants.models.rounds import Round, RoundScheme
from vetting.grants.services.schemes import SchemeWriting, add_scheme
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading
from vetting.money.domain.payment_holds import HoldReason
from vetting.money.domain.reports import ReportFinding
from vetting.money.models.owed_reports import awaits_report
from vetting.money.models.payments import Payment, PaymentPause, of_case, pauses_to_tell
from vetting.money.models.reports import part_reports, report_due, report_of
from vetting.money.services import payments
from vetting.money.services.closing import close_case
from vetting.money.services.letter_contents import instalments_of
from vetting.money.services.payment_holds import end_pause, note_papers, pause_payment, waiting_payments
from vetting.money.services.reports import read_report, receive_report

if TYPE_CHECKING:
    from tests.board import BoardAtWork

__all__ = ["board", "on_that_day"]
HALVES = "50 %\n07-01 resten; redovisning först"
FINANCE: dict[str, Any] = {"role": Role.FINANCE}


def granted(board: BoardAtWork, instalments: str = "", doubled_because: str = "", **facts: Any) -> Case:
    """A grant that is paid as the lines say."""
    case = board.receive(clean_facts(**facts), doubled_because=doubled_because)
    if doubled_because:  # what was found of the association is known
        for mark in (CaseMarkKind.PAPERS_OPENED, CaseMarkKind.BASIC_CHECK):
            board.do(cases.mark_case, case.number, mark)
        board.do(decisions.make_ready, case.number)
    else:
        board.make_ready(case.number)
    board.propose(case.number, instalments=instalments, exception="det reds ut" if doubled_because else "")
    board.do(decisions.declare_no_conflict, case.number, role=Role.DECISION_MAKER)
    board.decide(case.number)
    return case


def planned(board: BoardAtWork, case: Case) -> list[Payment]:
    with open_reading(board.database) as s:
        return list(of_case(s, case.id))


def waits(board: BoardAtWork, case: Case, on: date = TODAY) -> list[str]:
    """What each payment waits for; '' of one that waits for nothing."""
    with open_reading(board.database) as s:
        rows = of_case(s, case.id)
        found = waiting_payments(s, rows, on)
        return [found[row.id].what.sv if row.id in found else "" for row in rows]


def pay(board: BoardAtWork, payment: Payment) -> Obstacle | None:
    try:
        board.do(payments.mark_paid, payment.id, paid_on=TODAY, version=None, **FINANCE)
    except Refused as stopped:
        return stopped.obstacle
    return None


def state_of(board: BoardAtWork, case: Case) -> CaseState:
    return board.case(case.number).state


@pytest.mark.both_engines
def test_the_second_half_waits_until_the_report_is_gone_through(board: BoardAtWork) -> None:
    case = granted(board, HALVES)
    first, second = planned(board, case)
    assert (first.amount, first.place, second.amount, second.place) == (20_000_00, 1, 20_000_00, 2)
    assert second.planned_on == date(2027, 7, 1)
    assert waits(board, case) == ["", "Väntar på att redovisningen godkänns"]
    assert pay(board, second) is Obstacle.CLOSED
    assert pay(board, first) is None
    assert state_of(board, case) is CaseState.REPORTING
    obstacle, _where = refused(board, close_case, case.number, unreported="De slutade.")
    assert obstacle is Obstacle.CLOSED  # there is more to pay
    board.do(receive_report, case.number, told(used=20_000_00))
    assert pay(board, second) is Obstacle.CLOSED  # it has come, and nobody has gone through it
    board.do(read_report, case.number, ReportFinding.DEVIATES, "Två möten färre.", version=None)
    assert waits(board, case) == ["", ""]
    assert pay(board, second) is None
    with open_reading(board.database) as s:
        assert trail_verification.verify_trail(s).problems == []


@pytest.mark.both_engines
def test_what_an_instalment_was_paid_on_is_kept_and_the_whole_is_reported_after_the_last(board: BoardAtWork) -> None:
    case = granted(board, HALVES)
    first, second = planned(board, case)
    assert pay(board, first) is None
    board.do(receive_report, case.number, told(used=19_000_00))
    board.do(read_report, case.number, ReportFinding.APPROVED, "", version=None)
    assert pay(board, second) is None
    with open_reading(board.database) as s:
        (part,) = part_reports(s, case.id)
        report = report_of(s, case.id)
        assert (part.place, part.used, part.finding) == (2, 19_000_00, ReportFinding.APPROVED)
        assert report is not None
        assert (report.received_on, report.finding, report.used) == (None, None, None)
        awaited = s.scalar(select(Case.id).where(Case.id == case.id, awaits_report()))
        assert awaited == case.id
        due = s.scalar(select(report_due()).where(Case.id == case.id))
        assert due is None or due > TODAY
    board.do(payments.note_returned, second.id, TODAY, **FINANCE)  # it came back: nothing is asked for twice
    assert waits(board, case)[1] == ""
    assert pay(board, second) is None
    with open_reading(board.database) as s:
        assert len(part_reports(s, case.id)) == 1
    board.do(receive_report, case.number, told(used=40_000_00))
    board.do(read_report, case.number, ReportFinding.APPROVED, "", version=None)
    with open_reading(board.database) as s:
        assert s.scalar(select(Case.id).where(Case.id == case.id, awaits_report())) is None
        assert trail_verification.verify_trail(s).problems == []


def test_a_decision_and_its_letter_say_the_instalments(board: BoardAtWork) -> None:
    case = granted(board, "20 000; handlingar först\n2027-07-01 20 000; laga kraft först")
    with open_reading(board.database) as s:
        decision = s.scalars(select(Decision).where(Decision.case_id == case.id)).one()
        said = [line.sv.replace("\u00a0", " ") for line in instalments_of(s, decision)]
    assert said[0].startswith("20 000 kr ")
    assert said[0].endswith("när handlingarna som beslutet begär har kommit in")
    assert said[1] == "20 000 kr 1 juli 2027, när beslutet har fått laga kraft"
    plain = granted(board, "", number=NUMBERS[1], name="Kören Provspelet")
    with open_reading(board.database) as s:
        decision = s.scalars(select(Decision).where(Decision.case_id == plain.id)).one()
        assert instalments_of(s, decision) == ()


def test_papers_are_noted_once_by_whoever_handles_the_case(board: BoardAtWork) -> None:
    case = granted(board, "resten; handlingar först")
    (only,) = planned(board, case)
    assert waits(board, case) == ["Väntar på handlingar"]
    assert refused(board, note_papers, only.id, **FINANCE)[0] is Obstacle.FORBIDDEN
    board.do(note_papers, only.id)
    assert waits(board, case) == [""]
    assert refused(board, note_papers, only.id)[0] is Obstacle.STALE


@pytest.mark.parametrize("text", ["30 000\n20 000", "2026-01-01 resten", "hälften"])
def test_a_proposal_whose_instalments_are_wrong_is_refused_and_says_why(board: BoardAtWork, text: str) -> None:
    case = board.receive()
    board.make_ready(case.number)
    with pytest.raises(Refused) as stopped:
        board.propose(case.number, instalments=text)
    assert [problem.where for problem in stopped.value.problems] == ["instalments"]


def test_a_grant_scheme_says_how_its_grants_are_paid(board: BoardAtWork) -> None:
    writer = Role.RULES_OWNER
    for text in ("20 000\n20 000", "2027-07-01 resten", "60 %\n60 %"):
        new = SchemeWriting(name="Lokalbidrag", instalments=text)
        assert refused(board, add_scheme, new, role=writer) == (Obstacle.INVALID, ["instalments"]), text
    scheme = board.do(add_scheme, SchemeWriting(name="Projektbidrag", instalments=HALVES), role=writer)
    with board.database.engine.begin() as connection:
        connection.execute(insert(RoundScheme).values(round_id=board.round_id, scheme_id=scheme.id))
    case = granted(board)
    assert [row.amount for row in planned(board, case)] == [20_000_00, 20_000_00]
    once = granted(board, "100 %", number=NUMBERS[1], name="Kören Provspelet")
    assert [row.amount for row in planned(board, once)] == [40_000_00]


def test_a_hold_falls_by_itself_and_is_told_and_comes_once(board: BoardAtWork) -> None:
    case = granted(board)
    (only,) = planned(board, case)
    pause: PaymentPause = board.do(pause_payment, only.id, HoldReason.STOP_PREPARED)
    assert waits(board, case)[0].startswith("Avvaktar till och med ")
    assert pay(board, only) is Obstacle.CLOSED
    assert refused(board, pause_payment, only.id, HoldReason.PAYEE, **FINANCE)[0] is Obstacle.CLOSED
    assert waits(board, case, pause.until) != [""]
    assert waits(board, case, pause.until + timedelta(days=1)) == [""]
    for on, number in ((pause.until - timedelta(days=3), 1), (pause.until + timedelta(days=3), 1), (TODAY, 0)):
        with open_reading(board.database) as s:
            week = timedelta(days=7)
            assert len(pauses_to_tell(acting(s, board.staff[Role.FINANCE]), on - week, on + week)) == number
    board.do(end_pause, only.id, **FINANCE)
    assert refused(board, end_pause, only.id, **FINANCE)[0] is Obstacle.STALE
    assert pay(board, only) is None


def test_a_report_that_is_missing_holds_what_the_association_is_paid_next(board: BoardAtWork) -> None:
    before = granted(board)
    assert pay(board, planned(board, before)[0]) is None
    with board.database.engine.begin() as connection:
        connection.execute(update(Round).values(report_on=TODAY - timedelta(days=1)))
    after = granted(board, doubled_because="Ett nytt projekt.")
    other = granted(board, "", number=NUMBERS[1], name="Kören Provspelet")
    assert waits(board, after)[0].startswith(f"Redovisningen i {before.number} skulle ha kommit ")
    assert pay(board, planned(board, after)[0]) is Obstacle.CLOSED
    assert waits(board, other) == [""]  # a neighbour is paid
    board.do(receive_report, before.number, told(used=40_000_00))
    assert waits(board, after) == [""]


def test_a_new_decision_takes_the_place_of_instalments_that_are_not_paid(board: BoardAtWork) -> None:
    case = granted(board, "25 %\nresten")
    board.do(pause_payment, planned(board, case)[1].id, HoldReason.AMOUNT)
    board.do(reconsider_case, case.number, "Fel belopp.", role=Role.DECISION_MAKER)
    board.do(cases.mark_case, case.number, CaseMarkKind.BASIC_CHECK, at=NOW + timedelta(minutes=1))
    board.do(decisions.make_ready, case.number, at=NOW + timedelta(minutes=2))
    board.propose(case.number, instalments="50 %\nresten")
    board.decide(case.number)
    rows = planned(board, case)
    assert [(row.place, row.amount) for row in rows] == [(1, 20_000_00), (2, 20_000_00)]


def test_what_is_noted_of_a_hold_names_nobody(board: BoardAtWork) -> None:
    case = granted(board)
    pause = board.do(pause_payment, planned(board, case)[0].id, HoldReason.PAYEE, at=NOW)
    assert pause.by_function == "Handläggare"
