"""Delegation per act: what a row gives is given, nothing beside it, and value criteria are the board's as it ships."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.board import NUMBERS, BoardAtWork, board, clean_facts, refused
from tests.factories import TODAY
from vetting.casework.services import decisions
from vetting.casework.services.decisions import DecisionProposal
from vetting.kernel.decision_outcomes import DecisionGround, DecisionOutcome
from vetting.kernel.problem import Obstacle
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.money.models.payments import of_case as payments_of
from vetting.money.services import payment_stops
from vetting.people.domain.delegation import (
    ACT_WORDS,
    ACTS_OF,
    OFFERED_ACTS,
    DecisionAuthority,
    DecisionRight,
    DelegatedAct,
    acts_needed,
    acts_of_kinds,
    best_right,
    given_acts,
    kinds_of_acts,
)
from vetting.people.services import delegation
from vetting.people.services.delegation import NewDelegationRow

__all__ = ["board"]
MAKER = Role.DECISION_MAKER
A = DelegatedAct
R = DecisionOutcome.REFUSED


def right(*acts: DelegatedAct, row: int = 1, **more: Any) -> DecisionRight:
    given: dict[str, Any] = {
        "row": row,
        "maker": DecisionAuthority.DELEGATE,
        "point": "4.2",
        "kinds": frozenset(kinds_of_acts(acts)),
        "refusals": True,
        "largest": None,
        "valid_from": TODAY,
        "valid_to": None,
        "acts": frozenset(acts),
    }
    return DecisionRight(**(given | more))


@pytest.mark.parametrize(
    ("kind", "outcome", "grounds", "values", "acts"),
    [
        ("grant", DecisionOutcome.APPROVED, (), False, {A.APPROVE}),
        ("grant", DecisionOutcome.PARTLY_APPROVED, (DecisionGround.BUDGET,), False, {A.APPROVE_PART}),
        ("grant", R, (DecisionGround.BUDGET, DecisionGround.PRIORITY), False, {A.REFUSE_BUDGET}),
        ("grant", R, (DecisionGround.CRITERION,), False, {A.REFUSE_FORMAL}),
        ("grant", R, (DecisionGround.CRITERION,), True, {A.REFUSE_VALUE}),
        ("grant", R, (DecisionGround.BUDGET,), True, {A.REFUSE_BUDGET, A.REFUSE_VALUE}),
        ("grant", R, (DecisionGround.CRITERION, DecisionGround.BUDGET), True, {A.REFUSE_VALUE, A.REFUSE_BUDGET}),
        ("grant", R, (DecisionGround.NOT_ENTITLED,), True, {A.REFUSE_FORMAL, A.REFUSE_VALUE}),
        ("grant", R, (DecisionGround.NOT_ENTITLED,), False, {A.REFUSE_FORMAL}),
        ("grant", DecisionOutcome.PARTLY_APPROVED, (DecisionGround.CRITERION,), True, {A.APPROVE_PART, A.REFUSE_VALUE}),
        ("grant", DecisionOutcome.DISMISSED, (DecisionGround.NOT_COMPLETE,), True, {A.DISMISS}),
        ("ending", DecisionOutcome.DISCONTINUED, (), False, {A.DISCONTINUE}),
        ("reclaim", DecisionOutcome.APPROVED, (), False, {A.RECLAIM}),
        ("booking", DecisionOutcome.APPROVED, (), False, {A.CONFIRM_ROOM}),
        ("booking", R, (DecisionGround.CRITERION,), True, {A.REFUSE_ROOM}),
    ],
)
def test_every_decision_takes_the_right_to_its_act(
    kind: str,
    outcome: DecisionOutcome,
    grounds: tuple[DecisionGround, ...],
    values: bool,  # noqa: FBT001 - one of the table
    acts: set[DelegatedAct],
) -> None:
    assert acts_needed(kind, outcome, grounds, against_values=values) == acts


def test_every_act_has_its_words_and_its_kind_once() -> None:
    listed = [act for acts in ACTS_OF.values() for act in acts]
    assert sorted([*listed, DelegatedAct.SET_ASIDE]) == sorted(DelegatedAct) == sorted(ACT_WORDS)


def test_an_exception_from_a_requirement_is_given_to_nobody_but_the_board() -> None:
    assert list(OFFERED_ACTS) == [act for act in DelegatedAct if act is not DelegatedAct.SET_ASIDE]
    needed = acts_needed("grant", DecisionOutcome.APPROVED, against_must=True)
    every = frozenset(DelegatedAct) - {A.SET_ASIDE}
    for maker in DecisionAuthority:
        held = replace(right(*every), maker=maker)
        assert held.lacks(needed) == (frozenset() if maker is DecisionAuthority.BOARD else {A.SET_ASIDE})


def test_a_row_gives_its_acts_and_the_best_of_several_is_the_one_that_reaches() -> None:
    small = right(A.APPROVE, largest=50_000_00)
    formal = right(A.REFUSE_FORMAL, row=2)
    both = [small, formal]
    needed = frozenset({A.REFUSE_FORMAL})
    assert small.lacks(needed) == needed
    assert best_right(both, "grant", TODAY, R, None, needed) is formal
    assert not right(A.RECLAIM, largest=5_000_00).covers(DecisionOutcome.APPROVED, 6_000_00, frozenset({A.RECLAIM}))
    board_row = right(maker=DecisionAuthority.BOARD, kinds=frozenset({"grant"}))
    assert board_row.lacks(frozenset(ACTS_OF["grant"]) | {A.DISCONTINUE}) == frozenset()
    assert right(kinds=frozenset({"grant"}), refusals=False).lacks(frozenset({A.DISMISS, A.LIFT})) == {A.DISMISS}


def test_a_new_row_leaves_value_criteria_to_the_board_unless_somebody_says_otherwise() -> None:
    kinds = ("grant", "ending")
    assert A.REFUSE_VALUE not in given_acts(kinds, (), DecisionAuthority.DELEGATE, refusals=True)
    assert given_acts(kinds, (A.REFUSE_VALUE,), DecisionAuthority.DELEGATE, refusals=True) == {A.REFUSE_VALUE}
    assert given_acts(kinds, (), DecisionAuthority.BOARD, refusals=True) == frozenset()  # all of it
    assert acts_of_kinds(kinds, refusals=False) == {A.APPROVE, A.APPROVE_PART, A.LIFT, A.DISCONTINUE}


def only(board: BoardAtWork, *acts: DelegatedAct) -> None:
    """Another decision maker, who has one row with these acts."""
    board.staff[MAKER] = board.somebody(MAKER, "en-rad")
    board.delegate(MAKER, kinds=list(kinds_of_acts(acts)), acts=[act.value for act in acts])


def refusal(board: BoardAtWork, ground: DecisionGround, place: int) -> dict[str, Any]:
    number = board.receive(clean_facts(NUMBERS[place], f"Förening {place}")).number
    board.make_ready(number)
    board.do(decisions.declare_no_conflict, number, role=MAKER)
    draft = DecisionProposal(outcome=R, amount=None, reasons="Pengarna räcker inte till alla.", grounds=(ground,))
    board.do(decisions.propose_decision, number, draft, version=None)
    return {"number": number, "draft_version": board.draft_version(number), "role": MAKER}


@pytest.mark.both_engines
def test_who_may_refuse_for_budget_does_not_refuse_on_a_requirement(board: BoardAtWork) -> None:
    only(board, A.REFUSE_BUDGET)
    act = refusal(board, DecisionGround.NOT_ENTITLED, 0)
    told = refused(board, decisions.decide, act.pop("number"), **act)
    assert told[0] is Obstacle.CLOSED
    assert "behorig-beslutsfattare" in told[1]
    act = refusal(board, DecisionGround.BUDGET, 1)
    assert board.do(decisions.decide, act.pop("number"), **act).outcome is R


@pytest.mark.both_engines
def test_who_may_approve_does_not_stop_and_who_may_stop_does_not_lift(board: BoardAtWork) -> None:
    number = board.approve().number
    with open_reading(board.database) as s:
        [payment] = payments_of(s, board.case(number).id)
    only(board, A.APPROVE)
    board.do(decisions.declare_no_conflict, number, role=MAKER)
    act = (payment.id, "Årsmötet är inte hållet.")
    assert refused(board, payment_stops.stop_payment, *act, role=MAKER)[0] is Obstacle.CLOSED
    only(board, A.STOP)
    board.do(decisions.declare_no_conflict, number, role=MAKER)
    board.do(payment_stops.stop_payment, *act, role=MAKER)
    assert refused(board, payment_stops.lift_stop, *act, role=MAKER)[0] is Obstacle.CLOSED
    only(board, A.LIFT)
    board.do(decisions.declare_no_conflict, number, role=MAKER)
    board.do(payment_stops.lift_stop, *act, role=MAKER)


@pytest.mark.both_engines
def test_a_row_that_is_added_keeps_its_acts(board: BoardAtWork) -> None:
    new = NewDelegationRow(
        user_id=board.staff[MAKER].id,
        function=None,
        maker=DecisionAuthority.DELEGATE,
        point="4.9",
        kinds=("grant",),
        largest=None,
        refusals=True,
        valid_from=TODAY,
        valid_to=None,
    )
    row = board.do(delegation.add_delegation, new, role=Role.ADMINISTRATOR)
    assert "refuse_value" not in row.acts
    assert "approve" in row.acts


def test_a_paragraph_of_the_minutes_is_the_meetings_decision_where_one_may_enter_it() -> None:
    own = right(A.APPROVE, row=1)
    meeting = right(A.APPROVE, row=2, maker=DecisionAuthority.BOARD, point="")
    approved = DecisionOutcome.APPROVED
    needed = frozenset({A.APPROVE})
    assert best_right((own, meeting), "grant", TODAY, approved, 1, needed) is own
    assert best_right((own, meeting), "grant", TODAY, approved, 1, needed, by_minutes=True) is meeting
    assert best_right((own,), "grant", TODAY, approved, 1, needed, by_minutes=True) is own
