"""Nothing is granted over what is not met unsaid: an exception has its reason, and is made by whoever may make it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.acting import acting
from tests.board import ACT, NUMBERS, board, clean_facts, refused
from tests.factories import NOW, TODAY
from vetting.casework.models.decisions import decision_draft_of
from vetting.casework.services import assessments, cases, clean_reviews, decisions
from vetting.casework.services.assessments import NewAssessment
from vetting.casework.services.decisions import DecisionProposal
from vetting.casework.services.like_cases import like_cases
from vetting.engine.evidence import CriterionAnswer
from vetting.engine.facts import Facts
from vetting.grants.services.rounds import NewRound, add_round
from vetting.kernel.decision_outcomes import DecisionForm, DecisionGround, DecisionOutcome
from vetting.kernel.problem import Obstacle
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.people.domain.delegation import DecisionAuthority
from vetting.registers.columns import RegisterSelection
from vetting.registers.deviations import DeviationAct, deviation_rows
from vetting.workspace.services import waiting_decisions

if TYPE_CHECKING:
    from tests.board import BoardAtWork

__all__ = ["board"]

MAKER = Role.DECISION_MAKER
WHY = "föreningen bildades i somras och har sökt medlemmar i två månader"
SENTENCE = "Nämnden gör undantag från kravet ”{label}” eftersom " + WHY + "."
TOO_FEW, TOO_LATE = "medlemmar-minst", "ansokan-i-tid"
"""Of the first the rules say that it refuses, the other they leave to whoever weighs it."""
LABELS = {"medlemmar-minst": "Föreningen har minst det antal medlemmar som krävs"}


def received(board: BoardAtWork, not_met: str = "", number: str = NUMBERS[0]) -> str:
    """A case in which something is not met, gone through by its officer."""
    facts = clean_facts(number, members_total=3 if not_met == TOO_FEW else 120)
    if not_met == TOO_LATE:
        closed = NewRound(
            name=f"Vårens {number}",
            opens_on=date(2026, 9, 1),
            closes_on=TODAY - timedelta(days=3),
            dnr="EXN 2026/201",
            decision_on=date(2026, 12, 18),
            report_on=date(2027, 12, 31),
        )
        case = board.receive(facts, round_id=board.do(add_round, closed).id)
    else:
        case = board.receive(facts)
    board.make_ready(case.number)
    board.do(decisions.declare_no_conflict, case.number, role=MAKER)
    return case.number


def whole(exception: str = "") -> DecisionProposal:
    return DecisionProposal(
        outcome=DecisionOutcome.APPROVED,
        amount=40_000_00,
        reasons="Verksamheten når de grupper som nämnden prioriterar.",
        exception=exception,
    )


def propose(board: BoardAtWork, number: str, draft: DecisionProposal) -> None:
    board.do(decisions.propose_decision, number, draft, version=None)


def held(board: BoardAtWork, number: str) -> list[str]:
    """What a decision is held by."""
    seen = {"draft_version": board.draft_version(number), "role": MAKER}
    return refused(board, decisions.decide, number, **seen)[1]


@pytest.mark.parametrize("not_met", [TOO_FEW, TOO_LATE])
def test_nothing_is_proposed_over_what_is_not_met_unless_it_says_why(board: BoardAtWork, not_met: str) -> None:
    number = received(board, not_met)
    found = refused(board, decisions.propose_decision, number, whole(), version=None)
    assert found == (Obstacle.INVALID, ["exception"])
    part = replace(whole(), outcome=DecisionOutcome.PARTLY_APPROVED, amount=20_000_00, grounds=(DecisionGround.BUDGET,))
    assert refused(board, decisions.propose_decision, number, part, version=None)[1] == ["exception"]
    assert refused(board, clean_reviews.propose_approval, number, version=None)[0] is Obstacle.CLOSED
    propose(board, number, whole(WHY))


def test_a_value_criterion_is_never_set_aside(board: BoardAtWork) -> None:
    number = received(board)
    board.do(decisions.send_back, number)
    answer = NewAssessment(
        criterion="demokratisk-rattsstat", answer=CriterionAnswer.NOT_MET, reasons="Se protokollet.", evidence=ACT
    )
    board.do(assessments.assess, number, answer, version=None)
    found = refused(board, decisions.propose_decision, number, whole(WHY), version=None)
    assert found == (Obstacle.INVALID, ["exception"])


def test_what_is_left_to_be_weighed_is_set_aside_by_whoever_decides_and_the_decision_says_so(
    board: BoardAtWork,
) -> None:
    number = received(board, TOO_LATE)
    propose(board, number, whole(WHY + "."))
    assert (
        refused(board, waiting_decisions.decide_as_proposed, number, board.draft_version(number), role=MAKER)[0]
        is Obstacle.CLOSED
    )
    made = board.decide(number)
    assert list(made.set_aside) == [TOO_LATE]
    [label] = made.set_aside.values()
    assert made.reasons.endswith(SENTENCE.format(label=label))
    with open_reading(board.database) as s:
        [row] = deviation_rows(acting(s, board.staff[Role.AUDITOR]), RegisterSelection())
    assert (row.act, row.reason, row.case and row.case.number) == (DeviationAct.BY_EXCEPTION, WHY + ".", number)


def test_a_must_is_set_aside_by_the_board_itself(board: BoardAtWork) -> None:
    number = received(board, TOO_FEW)
    propose(board, number, whole(WHY))
    assert held(board, number) == ["behorig-beslutsfattare"]


def test_a_must_is_set_aside_in_the_boards_name(board: BoardAtWork) -> None:
    board.delegate(MAKER, maker="board", point="")
    number = received(board, TOO_FEW)
    propose(board, number, whole(WHY))
    made = board.decide(number, form=DecisionForm(paragraph="§ 12"))
    assert (made.maker, made.set_aside) == (DecisionAuthority.BOARD, LABELS)


@pytest.mark.parametrize("later", [{"members_total": 3}, {"annual_meeting_held_on": None}], ids=str)
def test_what_is_not_met_or_asked_after_the_proposal_sends_it_back(
    board: BoardAtWork, later: dict[str, int | None]
) -> None:
    number = received(board)
    propose(board, number, whole())
    absent = frozenset(name for name, value in later.items() if value is None)
    facts = Facts({name: value for name, value in later.items() if value is not None}, absent)
    board.do(cases.change_facts, number, facts, version=None)
    with open_reading(board.database) as s:
        assert waiting_decisions.cases_to_decide(acting(s, board.staff[MAKER]), on=NOW.date()) == []
        case, draft = board.case(number), decision_draft_of(s, board.case(number).id)
        assert draft is not None
        gates = decisions.gates_holding_decision(acting(s, board.staff[MAKER]), case, draft, on=NOW.date())
    assert gates[0].gate == decisions.PROPOSAL_STANDS
    seen = {"draft_version": board.draft_version(number), "role": MAKER}
    assert refused(board, decisions.decide, number, **seen)[0] in {Obstacle.CLOSED, Obstacle.STALE}


def test_like_cases_of_an_exception_are_those_excepted_from_the_same(board: BoardAtWork) -> None:
    first, second = (received(board, TOO_LATE, number) for number in NUMBERS[:2])
    propose(board, first, whole(WHY))
    board.decide(first)
    propose(board, second, whole(WHY))
    by = board.staff[MAKER]
    with open_reading(board.database) as s:
        case = board.case(second)
        draft = decision_draft_of(s, case.id)
        found = like_cases(acting(s, by), case, draft, [TOO_LATE])
    assert {name: [(one.number, one.ended.sv) for one in some] for name, some in found.items()} == {
        TOO_LATE: [(first, "Bevilja med undantag")]
    }
