"""Pairs of acts that one person does not do both: what the board has chosen holds, and the table says it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.acting import acting
from tests.board import BoardAtWork, board, refused
from tests.casework.services.test_endings import LAPSED
from tests.factories import NOW, TODAY
from tests.money.services.test_bank_accounts import NEW, payment_of
from vetting.casework.domain.cases import CaseMarkKind
from vetting.casework.services import cases, decisions, endings
from vetting.casework.services.decisions import DecisionProposal
from vetting.kernel.decision_outcomes import DecisionForm, DecisionOutcome, Reservation
from vetting.kernel.problem import Obstacle
from vetting.kernel.roles import Role
from vetting.kernel.store.session import WritingSession, open_reading, run_in_transaction
from vetting.kernel.store.trail import TrailNote
from vetting.money.domain.bank_accounts import AccountCheck
from vetting.money.models.payments import Payment
from vetting.money.services import bank_accounts, payment_stops, payments
from vetting.people.domain.delegation import ENDING, DecisionAuthority
from vetting.people.domain.separations import SEPARATED_ACTS
from vetting.people.domain.ways_of_working import BoardOption
from vetting.people.models import people
from vetting.rules.services import ways_of_working

__all__ = ["board"]
pytestmark = pytest.mark.both_engines
MAKER = Role.DECISION_MAKER
APPROVAL = DecisionProposal(
    outcome=DecisionOutcome.APPROVED,
    amount=40_000_00,
    reasons="Föreningen uppfyller kraven.",
    reservations=tuple(Reservation),
)


def choose(board: BoardAtWork, *habits: BoardOption) -> None:
    board.do(ways_of_working.set_habits, frozenset(habits), role=Role.ADMINISTRATOR)


def ready(board: BoardAtWork) -> str:
    """A case that the decision maker has proposed the decision in."""
    number = board.receive().number
    board.make_ready(number)
    board.do(decisions.declare_no_conflict, number, role=MAKER)
    board.do(decisions.propose_decision, number, APPROVAL, version=None, role=MAKER)
    return number


def test_nobody_decides_alone_on_their_own_proposal_where_the_board_keeps_the_two_apart(board: BoardAtWork) -> None:
    number = ready(board)
    choose(board, BoardOption.OTHER_DECIDES)
    act = {"draft_version": board.draft_version(number), "role": MAKER}
    assert refused(board, decisions.decide, number, **act)[0] is Obstacle.CLOSED
    board.propose(number)  # the officer stands for it: another person decides
    board.decide(number)


def test_what_the_board_decides_at_its_meeting_is_not_one_persons_decision(board: BoardAtWork) -> None:
    number = ready(board)
    choose(board, BoardOption.OTHER_DECIDES)
    own = board.somebody(MAKER, "protokoll")
    board.staff[MAKER] = own
    board.delegate(MAKER, maker=DecisionAuthority.BOARD, kinds=["grant"], point="")
    board.do(decisions.declare_no_conflict, number, role=MAKER)
    board.do(decisions.propose_decision, number, APPROVAL, version=None, role=MAKER)
    assert board.decide(number, form=DecisionForm(paragraph="§ 7")).paragraph == "§ 7"


def test_where_the_board_has_not_chosen_it_the_proposal_may_be_ones_own(board: BoardAtWork) -> None:
    assert board.decide(ready(board)).by_user_id == board.staff[MAKER].id


def test_nobody_alone_ends_what_they_proposed_to_end(board: BoardAtWork) -> None:
    both = board.somebody(MAKER, "bada")

    def also_officer(session: WritingSession) -> None:
        people.begin_role(acting(session, at=NOW), both.id, board.board_id, Role.CASEWORKER)
        session.add_entry(TrailNote(action="role_given", by=None, at=NOW, board_id=board.board_id))

    run_in_transaction(board.database, also_officer)
    with open_reading(board.database) as s:
        found = people.find_person(s, both.id, board.board_id)
    assert found is not None
    board.staff[MAKER] = found
    board.delegate(MAKER, kinds=[ENDING])
    number = board.receive().number
    board.do(endings.propose_ending, number, LAPSED, version=None, role=MAKER)
    choose(board, BoardOption.OTHER_DECIDES)
    assert refused(board, endings.discontinue, number, version=None, role=MAKER)[0] is Obstacle.CLOSED
    board.do(decisions.send_back, number)
    board.do(endings.propose_ending, number, LAPSED, version=None)
    board.do(endings.discontinue, number, version=None, role=MAKER)


def test_whoever_stopped_a_payment_does_not_lift_it(board: BoardAtWork) -> None:
    number = board.approve().number
    with board.database.engine.connect() as connection:
        key = connection.execute(select(Payment.id)).scalar_one()
    board.do(payment_stops.stop_payment, key, "Årsmötet är inte hållet.", role=MAKER)
    choose(board, BoardOption.OTHER_LIFTS)
    assert refused(board, payment_stops.lift_stop, key, "Protokollet har kommit.", role=MAKER)[1] == [number]
    board.staff[MAKER] = board.somebody(MAKER, "annan")
    board.delegate(MAKER)
    board.do(decisions.declare_no_conflict, number, role=MAKER)
    board.do(payment_stops.lift_stop, key, "Protokollet har kommit.", role=MAKER)


def test_whoever_checked_an_account_does_not_mark_the_grant_as_paid(board: BoardAtWork) -> None:
    number = board.approve().number
    board.do(bank_accounts.change_bank_account, number, NEW, "Mejl från kassören.")
    key = payment_of(board)
    board.do(bank_accounts.check_bank_account, key, "50501055", AccountCheck.CALL, role=Role.FINANCE)
    board.do(cases.mark_case, number, CaseMarkKind.IDENTITY_CHECKED)
    choose(board, BoardOption.OTHER_PAYS)
    act = {"paid_on": TODAY, "version": None, "role": Role.FINANCE}
    assert refused(board, payments.mark_paid, key, **act)[0] is Obstacle.FORBIDDEN
    board.staff[Role.FINANCE] = board.somebody(Role.FINANCE, "annan")
    board.do(payments.mark_paid, key, **act, at=NOW)


def test_the_table_says_which_are_always_kept_apart_and_which_the_board_has_chosen() -> None:
    chosen = {pair.habit for pair in SEPARATED_ACTS if pair.habit is not None}
    apart = {BoardOption.OTHER_DECIDES, BoardOption.OTHER_PAYS, BoardOption.OTHER_LIFTS, BoardOption.ATTEST_HERE}
    assert chosen == apart
    for pair in SEPARATED_ACTS:
        assert pair.is_kept_apart(()) is (pair.habit is None)
        assert pair.is_kept_apart(frozenset(BoardOption))
