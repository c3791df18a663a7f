"""A round with three rows that wait for the board and one that does not, for the tests of its item."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from tests.board import NUMBERS, clean_facts
from tests.page_fixtures import one_line
from vetting.casework.services import decisions
from vetting.casework.services.decisions import DecisionProposal
from vetting.kernel.decision_outcomes import DecisionGround, DecisionOutcome
from vetting.kernel.roles import Role
from vetting.rounds.services.round_changes import RoundChange, change_round

if TYPE_CHECKING:
    from tests.board import BoardAtWork

CHANGE: Final[dict[str, Any]] = {
    "name": "Verksamhetsbidrag 2027",
    "opens_on": date(2026, 9, 1),
    "closes_on": date(2026, 12, 1),
    "decision_on": date(2026, 12, 18),
    "report_on": date(2027, 12, 31),
    "budget": 60_000_00,
}


def proposed(board: BoardAtWork, place: int, name: str, amount: int | None) -> str:
    """A case that is ready with a proposal: all, a part, or nothing for lack of money."""
    number = board.receive(clean_facts(NUMBERS[place], name)).number
    board.make_ready(number)
    outcome = {None: DecisionOutcome.REFUSED, 40_000_00: DecisionOutcome.APPROVED}.get(
        amount, DecisionOutcome.PARTLY_APPROVED
    )
    less = outcome is not DecisionOutcome.APPROVED
    draft = DecisionProposal(
        outcome=outcome,
        amount=amount,
        reasons="Lägst i nämndens ordning." if less else "Föreningen uppfyller kraven.",
        grounds=(DecisionGround.PRIORITY,) if less else (),
    )
    board.do(decisions.propose_decision, number, draft, version=None)
    return number


def three_that_wait(board: BoardAtWork) -> list[str]:
    """The numbers of three that are proposed (all, a part, nothing), beside one that is not."""
    board.do(change_round, board.round_id, RoundChange(**CHANGE))
    found = [
        proposed(board, 0, "Alfa", 40_000_00),
        proposed(board, 1, "Beta", 15_000_00),
        proposed(board, 2, "Gamma", None),
    ]
    board.receive(clean_facts(NUMBERS[3], "Delta"))
    board.delegate(Role.DECISION_MAKER, maker="board", point="")
    return found


def plain(text: str) -> str:
    """A page's source with ordinary spaces, on one line."""
    return one_line(text.replace("\u00a0", " "))
