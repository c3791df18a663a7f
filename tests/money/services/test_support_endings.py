"""All support of one association on a page; what must end is proposed, heard and decided each by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.acting import acting
from tests.board import NUMBERS, board, booking_facts, refused
from tests.factories import NOW, TODAY
from tests.money.services.test_payment_holds import granted, planned
from tests.page_fixtures import on_that_day
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading
from vetting.money.domain.support_endings import EndingDays, EndingState, ending_state
from vetting.money.models.payments import stop_terms
from vetting.money.services.support_endings import (
    SupportNow,
    communicate_ending,
    decide_stop,
    endings_to_decide,
    note_reply_on_ending,
    propose_endings,
    support_of,
    withdraw_ending,
)
from vetting.workspace.services.todays import today_of

if TYPE_CHECKING:
    from tests.board import BoardAtWork
    from vetting.casework.models.cases import Case

__all__ = ["board", "on_that_day"]
WHY = "Åtalet den 3 november 2026 (tingsrättens mål B 1-26) och stadgarnas § 2."
MAKER: dict[str, Any] = {"role": Role.DECISION_MAKER}


def support(board: BoardAtWork, case: Case, role: Role = Role.CASEWORKER, at: Any = NOW) -> SupportNow:
    with open_reading(board.database) as s:
        return support_of(acting(s, board.staff[role]), case.association_id or 0, on=at.date(), now=at)


def propose(board: BoardAtWork, case: Case, *payments: int, **more: Any) -> Any:
    given = {"payments": payments, "bookings": (), "reasons": WHY} | more
    return board.do(propose_endings, case.association_id, **given)


def states(board: BoardAtWork, case: Case, at: Any = NOW) -> list[EndingState]:
    return [line.state for line in support(board, case, at=at).endings]


@pytest.mark.both_engines
def test_each_is_proposed_heard_and_decided_by_itself(board: BoardAtWork) -> None:
    case = granted(board, "50 %\nresten")
    other = granted(board, "", number=NUMBERS[1], name="Kören Provspelet")
    first, second = (payment.id for payment in planned(board, case))
    made = propose(board, case, first, second, criterion="demokratisk-rattsstat")
    assert states(board, case) == [EndingState.TO_HEAR, EndingState.TO_HEAR]
    assert support(board, other).endings == []  # a neighbour is not touched
    assert refused(board, decide_stop, made[0].id, version=None, **MAKER)[0] is Obstacle.STALE  # not heard
    board.do(communicate_ending, made[0].id, reply_by=None, heard_after="")
    assert refused(board, decide_stop, made[0].id, version=None, **MAKER)[0] is Obstacle.STALE  # the time runs
    assert sorted(states(board, case)) == sorted([EndingState.HEARING, EndingState.TO_HEAR])
    board.do(note_reply_on_ending, made[0].id, "Vi har uteslutit personen.")
    board.do(communicate_ending, made[1].id, reply_by=None, heard_after="Pengarna betalas ut i morgon.")
    with open_reading(board.database) as s:
        by = board.staff[Role.DECISION_MAKER]
        assert len(endings_to_decide(acting(s, by), TODAY)) == 2
        found = today_of(acting(s, by), on=TODAY)
        assert sum("föreslås upphöra" in line.why.sv for line in found.now.shown) == 2
    decision = board.do(decide_stop, made[0].id, version=None, values=["demokratisk-rattsstat"], **MAKER)
    assert (decision.reasons, decision.against_values) == (WHY, True)
    with open_reading(board.database) as s:
        assert stop_terms(s, [decision.id])[decision.id].criterion == "demokratisk-rattsstat"
    kept, left = planned(board, case)
    assert (kept.stopped_on, left.stopped_on) == (TODAY, None)  # the other is not decided by it
    board.do(withdraw_ending, made[1].id)
    found_now = support(board, case)
    assert [row.kind for row, _case in found_now.measures] == ["payment_stop"]
    assert {line.state for line in found_now.endings} == {EndingState.DONE, EndingState.WITHDRAWN}
    with open_reading(board.database) as s:
        assert trail_verification.verify_trail(s).problems == []


def test_what_cannot_be_proposed_is_told_and_nothing_is_kept(board: BoardAtWork) -> None:
    case = granted(board)
    other = granted(board, "", number=NUMBERS[1], name="Kören Provspelet")
    key, theirs = planned(board, case)[0].id, planned(board, other)[0].id
    for given, where in (
        ({"payments": ()}, "chosen"),
        ({"payments": (theirs,)}, "chosen"),
        ({"payments": (key,), "reasons": " "}, "reasons"),
        ({"payments": (key,), "bookings": ("BOK-2026-0099",)}, "chosen"),
    ):
        with pytest.raises(Refused) as stopped:
            propose(board, case, **given)
        assert [problem.where for problem in stopped.value.problems] == [where]
    propose(board, case, key)
    with pytest.raises(Refused) as twice:
        propose(board, case, key)
    assert twice.value.problems[0].where == "chosen"
    made = support(board, case).endings[0].row
    assert refused(board, note_reply_on_ending, made.id, "Nej.")[0] is Obstacle.STALE  # nobody has told them
    assert refused(board, communicate_ending, made.id, reply_by=TODAY, heard_after="") == (
        Obstacle.INVALID,
        ["reply_by"],
    )
    assert refused(board, communicate_ending, made.id, reply_by=None, heard_after="", **MAKER)[0] is Obstacle.FORBIDDEN
    other_board = type(board)(board.database, code="syd").build()
    assert refused(other_board, withdraw_ending, made.id)[0] is Obstacle.MISSING
    with open_reading(board.database) as s, pytest.raises(Refused):
        support_of(acting(s, other_board.staff[Role.CASEWORKER]), case.association_id or 0, on=TODAY, now=NOW)


def test_bookings_and_applications_stand_there_too(board: BoardAtWork) -> None:
    case = granted(board)
    booked = board.receive(booking_facts(), CaseKind.BOOKING)
    found = support(board, case)
    assert [one.number for one in found.applied] == []
    assert {payment.case_id for payment, _case in found.unpaid} == {case.id}
    assert booked.association_id == case.association_id
    assert support(board, case, Role.DECISION_MAKER).unpaid


@pytest.mark.parametrize(
    ("days", "state"),
    [
        (EndingDays(None, None, "", withdrawn=False, done=False), EndingState.TO_HEAR),
        (EndingDays(TODAY, None, "", withdrawn=False, done=False), EndingState.HEARING),
        (EndingDays(TODAY - timedelta(days=1), None, "", withdrawn=False, done=False), EndingState.TO_DECIDE),
        (EndingDays(None, None, "Brådskar.", withdrawn=False, done=False), EndingState.TO_DECIDE),
        (EndingDays(TODAY, TODAY, "", withdrawn=True, done=False), EndingState.WITHDRAWN),
        (EndingDays(TODAY, TODAY, "", withdrawn=True, done=True), EndingState.DONE),
    ],
)
def test_where_a_proposal_stands(days: EndingDays, state: EndingState) -> None:
    assert ending_state(days, TODAY) is state
