"""The written routine: approved by a function on a day, with what is new; the versions before it stay."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.board import board, refused
from tests.factories import TODAY
from vetting.kernel.problem import Obstacle
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.money.domain.samples import RiskFact
from vetting.money.models.grant_routines import grant_routine, grant_routines
from vetting.money.services.grant_routines import NewRoutine, approve_routine

if TYPE_CHECKING:
    from tests.board import BoardAtWork

__all__ = ["board"]
WHOLE: dict[str, Any] = {
    "owner": "Avdelningschef",
    "approved_by": "Nämnden, § 12",
    "approved_on": TODAY,
    "anchored": "Chefsforum",
    "review_on": TODAY + timedelta(days=300),
    "facts": (RiskFact.AMOUNT, RiskFact.FIRST_TIME),
    "amount": 100_000_00,
    "percent": 50,
    "change": "Första versionen.",
}
APPROVE: dict[str, Any] = {"rule_names": ["Alla bidrag: Prov"], "role": Role.MANAGER}


@pytest.mark.both_engines
def test_a_new_version_holds_and_those_before_it_stay(board: BoardAtWork) -> None:
    board.do(approve_routine, NewRoutine(**WHOLE), **APPROVE)
    board.do(
        approve_routine,
        NewRoutine(**WHOLE | {"change": "Ny ansvarig.", "follows": 1}),
        **APPROVE | {"role": Role.RULES_OWNER},
    )
    written_before = NewRoutine(**WHOLE | {"follows": 1})
    assert refused(board, approve_routine, written_before, **APPROVE) == (Obstacle.STALE, ["version"])
    with open_reading(board.database) as s:
        assert [(row.version, row.change) for row in grant_routines(s, board.board_id)] == [
            (2, "Ny ansvarig."),
            (1, "Första versionen."),
        ]
        held = grant_routine(s, board.board_id)
        assert held is not None
        assert (held.risk_facts, held.amount, held.percent) == (WHOLE["facts"], 100_000_00, None)


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"owner": " "}, "owner"),
        ({"approved_by": ""}, "approved_by"),
        ({"approved_on": TODAY + timedelta(days=1)}, "approved_on"),
        ({"approved_on": None}, "approved_on"),
        ({"review_on": TODAY}, "review_on"),
        ({"review_on": None}, "review_on"),
        ({"change": ""}, "change"),
        ({"amount": None}, "amount"),
        ({"facts": (RiskFact.CHANGE,), "percent": 0}, "percent"),
        ({"facts": (RiskFact.CHANGE,), "percent": 2_000}, "percent"),
    ],
)
def test_what_a_version_lacks_is_told(board: BoardAtWork, said: dict[str, date | str | None], wrong: str) -> None:
    assert refused(board, approve_routine, NewRoutine(**WHOLE | said), **APPROVE) == (Obstacle.INVALID, [wrong])


def test_who_handles_cases_does_not_choose_what_they_are_drawn_by(board: BoardAtWork) -> None:
    by_officer = APPROVE | {"role": Role.CASEWORKER}
    assert refused(board, approve_routine, NewRoutine(**WHOLE), **by_officer)[0] is Obstacle.FORBIDDEN
