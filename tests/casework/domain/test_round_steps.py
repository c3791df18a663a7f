"""One next step of a round for each role: the first of the road that has cases waiting, else who has them."""

from __future__ import annotations

from datetime import date

import pytest

from vetting.casework.domain.cases import CaseState
from vetting.casework.domain.next_steps import CaseHolder
from vetting.casework.domain.round_steps import (
    ROUND_ROAD,
    WITH_THE_ASSOCIATION,
    RoundAct,
    RoundProgress,
    round_step,
)
from vetting.kernel.roles import Person, Role

ENDED = {CaseState.CLOSED, CaseState.WITHDRAWN, CaseState.DISCONTINUED}
OF_BOOKINGS = {
    CaseState.REQUESTED,
    CaseState.TO_CHECK,
    CaseState.CONFIRMED,
    CaseState.REFUSED,
    CaseState.CANCELLED,
    CaseState.RESCINDED,
}
OPENS, CLOSES, TODAY = date(2026, 9, 1), date(2026, 10, 1), date(2026, 9, 20)


def somebody(*roles: Role) -> Person:
    return Person(id=1, name="Kim", board_id=1, board="Norr", roles=frozenset(roles))


def standing(cases: dict[CaseState, int], *, closed: bool = False) -> RoundProgress:
    return RoundProgress(OPENS, CLOSES, closed, cases)


@pytest.mark.parametrize(
    ("state", "role", "act"),
    [
        (CaseState.RECEIVED, Role.CASEWORKER, RoundAct.HANDLE),
        (CaseState.REFERRED, Role.GROUP_SECRETARY, RoundAct.HEAR),
        (CaseState.READY, Role.DECISION_MAKER, RoundAct.DECIDE),
        (CaseState.PAYMENT, Role.FINANCE, RoundAct.PAY),
        (CaseState.REPORTING, Role.CASEWORKER, RoundAct.FOLLOW_UP),
        (CaseState.DECIDED, Role.CASEWORKER, RoundAct.END),
    ],
)
def test_what_waits_for_a_role_is_its_step(state: CaseState, role: Role, act: RoundAct) -> None:
    found = round_step(standing({state: 3}), somebody(role), TODAY)
    assert (found.act, found.number, found.others) == (act, 3, [])


def test_what_lies_with_others_is_told_and_adds_up() -> None:
    cases = {
        CaseState.RECEIVED: 4,
        CaseState.COMPLETION: 2,
        CaseState.COMMUNICATION: 1,
        CaseState.READY: 5,
        CaseState.REPORTING: 6,
        CaseState.CLOSED: 7,
    }
    found = round_step(standing(cases), somebody(Role.DECISION_MAKER), TODAY)
    assert (found.act, found.number) == (RoundAct.DECIDE, 5)
    assert found.others == [(CaseHolder.ASSOCIATION, 3), (CaseHolder.OFFICER, 10)]
    assert found.number + sum(many for _holder, many in found.others) == sum(cases.values()) - 7


def test_a_round_opens_takes_in_and_is_closed_when_its_day_has_passed() -> None:
    officer = somebody(Role.CASEWORKER)
    assert round_step(standing({}), officer, date(2026, 8, 1)).act is RoundAct.AWAIT_OPENING
    assert round_step(standing({}), officer, TODAY).act is RoundAct.TAKE_IN
    done = {CaseState.CLOSED: 2}
    assert round_step(standing(done), officer, CLOSES).act is RoundAct.TAKE_IN
    assert round_step(standing(done), officer, date(2026, 10, 2)).act is RoundAct.CLOSE
    assert round_step(standing(done, closed=True), officer, date(2026, 10, 2)).act is None
    for role in (Role.AUDITOR, Role.FINANCE):  # finance takes in lists of payments, never applications
        assert round_step(standing(done), somebody(role), TODAY).act is None
        assert round_step(standing(done), somebody(role), date(2026, 10, 2)).act is None
    assert round_step(standing({}, closed=True), officer, date(2026, 8, 1)).act is None


def test_what_lies_with_the_group_is_no_step_of_whoever_decides_and_ones_own_is_not_told_as_others() -> None:
    cases = {CaseState.REFERRED: 3, CaseState.READY: 5}
    found = round_step(standing(cases), somebody(Role.DECISION_MAKER), TODAY)
    assert (found.act, found.number, found.others) == (RoundAct.DECIDE, 5, [(CaseHolder.GROUP, 3)])
    officer = round_step(standing({CaseState.RECEIVED: 4, CaseState.REPORTING: 6}), somebody(Role.CASEWORKER), TODAY)
    assert (officer.act, officer.number, officer.others) == (RoundAct.HANDLE, 4, [])


def test_every_state_of_an_application_lies_with_somebody_or_has_ended() -> None:
    road = set().union(*(row.states for row in ROUND_ROAD))
    assert road | WITH_THE_ASSOCIATION | ENDED | OF_BOOKINGS == set(CaseState)
