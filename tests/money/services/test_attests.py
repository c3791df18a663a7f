"""Two answer for a payment where the board attests here: never one for both, never of what was changed since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from tests.acting import acting
from tests.board import board, refused
from tests.factories import NOW, TODAY
from tests.page_fixtures import on_that_day, somebody
from vetting.casework.models.cases import Case
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading, run_in_transaction
from vetting.money.domain.attests import AttestKind
from vetting.money.models.payments import Payment, attests_of
from vetting.money.services import bank_accounts, payment_stops, payments
from vetting.money.services.attests import attest
from vetting.people.domain.ways_of_working import BoardOption
from vetting.rules.services import ways_of_working

if TYPE_CHECKING:
    from tests.board import BoardAtWork

__all__ = ["board", "on_that_day"]
FACTS, DECISION = AttestKind.FACTS, AttestKind.DECISION
MANAGER: dict[str, Any] = {"role": Role.MANAGER}


def granted(board: BoardAtWork, *habits: BoardOption) -> int:
    """The key of a payment to make, in a board with some habits."""
    board.approve()
    choose(board, *habits)
    with open_reading(board.database) as s:
        return s.scalars(select(Payment.id)).one()


def choose(board: BoardAtWork, *habits: BoardOption) -> None:
    why = "Attestreglemente KS 2026/3" if BoardOption.DECIDER_ATTESTS in habits else ""
    board.do(ways_of_working.set_habits, frozenset(habits), because=why, role=Role.ADMINISTRATOR)


def pay(board: BoardAtWork, key: int) -> Obstacle | None:
    try:
        board.do(payments.mark_paid, key, paid_on=TODAY, version=None, role=Role.FINANCE)
    except Refused as stopped:
        return stopped.obstacle
    return None


def made(board: BoardAtWork, key: int) -> list[AttestKind]:
    with open_reading(board.database) as s:
        return [row.kind for row in attests_of(s, [key]).get(key, ())]


@pytest.mark.both_engines
def test_nothing_is_paid_before_two_have_answered_for_it(board: BoardAtWork) -> None:
    key = granted(board, BoardOption.ATTEST_HERE)
    assert pay(board, key) is Obstacle.CLOSED
    assert refused(board, attest, key, DECISION, version=None, **MANAGER)[0] is Obstacle.STALE  # facts come first
    assert refused(board, attest, key, FACTS, version=99)[0] is Obstacle.STALE
    assert refused(board, attest, key, FACTS, version=None, **MANAGER)[0] is Obstacle.FORBIDDEN
    board.do(attest, key, FACTS, version=None)
    assert refused(board, attest, key, FACTS, version=None)[0] is Obstacle.STALE
    assert pay(board, key) is Obstacle.CLOSED
    board.do(attest, key, DECISION, version=None, **MANAGER)
    assert made(board, key) == [FACTS, DECISION]
    assert pay(board, key) is None
    assert refused(board, attest, key, DECISION, version=None, **MANAGER)[0] is Obstacle.STALE
    with open_reading(board.database) as s:
        assert trail_verification.verify_trail(s).problems == []


def test_a_board_that_attests_in_its_finance_system_is_asked_for_nothing(board: BoardAtWork) -> None:
    assert pay(board, granted(board)) is None


def test_nobody_answers_for_both_and_who_decided_only_where_the_board_says_so(board: BoardAtWork) -> None:
    key = granted(board, BoardOption.ATTEST_HERE)
    board.do(attest, key, FACTS, version=None)
    both = board.staff[Role.CASEWORKER]
    kim = type(both)(**{**{name: getattr(both, name) for name in both.__slots__}, "roles": frozenset({Role.MANAGER})})
    with pytest.raises(Refused) as own:
        run_in_transaction(board.database, lambda s: attest(acting(s, kim, NOW), key, DECISION, version=None))
    assert own.value.obstacle is Obstacle.FORBIDDEN
    maker: dict[str, Any] = {"role": Role.DECISION_MAKER}
    assert refused(board, attest, key, DECISION, version=None, **maker)[0] is Obstacle.FORBIDDEN

    choose(board, BoardOption.ATTEST_HERE, BoardOption.DECIDER_ATTESTS)
    board.do(attest, key, DECISION, version=None, **maker)
    assert pay(board, key) is None


def test_another_account_or_a_stop_takes_the_attests_meaning(board: BoardAtWork) -> None:
    key = granted(board, BoardOption.ATTEST_HERE)
    board.do(attest, key, FACTS, version=None)
    with open_reading(board.database) as s:
        number = s.scalars(select(Case.number)).one()
    board.do(bank_accounts.change_bank_account, number, "5050-1055", "Brev på papper.")
    assert made(board, key) == []  # somebody answers for the new payee
    board.do(payment_stops.stop_payment, key, "Årsmötet är inte hållet.", role=Role.DECISION_MAKER)
    assert refused(board, attest, key, FACTS, version=None)[0] is Obstacle.CLOSED


@pytest.mark.usefixtures("on_that_day")
def test_the_list_says_whose_attest_is_next(board: BoardAtWork) -> None:
    key = granted(board, BoardOption.ATTEST_HERE)
    kim, alex, lo = (somebody(board, role) for role in (Role.CASEWORKER, Role.MANAGER, Role.FINANCE))
    assert "Väntar på sakattest" in lo.get("/utbetalningar").text
    assert "Markera betald" not in lo.get("/utbetalningar").text
    address = f"/utbetalningar/{key}"
    assert f"{address}/sakattest" in kim.get("/utbetalningar").text
    assert alex.send(f"{address}/sakattest").status_code == 403
    assert kim.send(f"{address}/sakattest").status_code == 303
    assert f"{address}/beslutsattest" in alex.get("/utbetalningar").text
    assert kim.send(f"{address}/beslutsattest").status_code == 403
    assert alex.send(f"{address}/beslutsattest").status_code == 303
    page = lo.get("/utbetalningar").text
    assert "Markera betald" in page
    assert "Beslutsattest" in page
