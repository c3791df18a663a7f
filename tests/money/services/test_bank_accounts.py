"""The account that is paid to: a change after the decision is checked by another person before anything is paid."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.acting import acting
from tests.board import NUMBERS, BoardAtWork, clean_facts
from tests.factories import TODAY
from vetting.casework.models.cases import Case
from vetting.casework.services import cases, intake
from vetting.casework.services.intake import NewCase
from vetting.engine.facts import Facts
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading
from vetting.money.domain.bank_accounts import AccountCheck, mask_account, read_bank_account, same_bank_account
from vetting.money.models.payments import Payment
from vetting.money.services import bank_accounts, payments

if TYPE_CHECKING:
    from vetting.money.services.bank_accounts import BankAccount

CALL = AccountCheck.CALL
NEW = "5050-1055"
"""An invented bankgiro with a right check digit."""


def account_of(board: BoardAtWork, number: str) -> BankAccount:
    with open_reading(board.database) as s:
        case = s.scalars(select(Case).where(Case.number == number)).one()
        return bank_accounts.bank_accounts_of(acting(s, board.staff[Role.CASEWORKER]), [case])[case.id]


def payment_of(board: BoardAtWork) -> int:
    with open_reading(board.database) as s:
        return s.scalars(select(Payment.id)).one()


def pay(board: BoardAtWork) -> None:
    board.do(payments.mark_paid, payment_of(board), paid_on=TODAY, version=None, role=Role.FINANCE)


def refused(board: BoardAtWork, service: Any, *arguments: Any, **more: Any) -> Refused:
    with pytest.raises(Refused) as found:
        board.do(service, *arguments, **more)
    return found.value


@pytest.mark.both_engines
def test_a_new_account_is_paid_to_when_a_second_person_has_checked_it(board: BoardAtWork) -> None:
    number = board.approve(account_checked=False).number
    account = account_of(board, number)
    assert (account.known, account.to_check) == (False, True)
    with pytest.raises(Refused):
        pay(board)
    wrote = {"account": account.number, "way": CALL}
    told = refused(board, bank_accounts.check_bank_account, payment_of(board), **wrote)
    assert told.obstacle is Obstacle.FORBIDDEN  # the caseworker took in the application that says it
    board.do(bank_accounts.check_bank_account, payment_of(board), **wrote, role=Role.FINANCE)
    pay(board)


def test_an_account_that_was_paid_to_before_is_known_and_one_changed_before_the_decision_is_not(
    board: BoardAtWork,
) -> None:
    first = board.approve()
    pay(board)
    again = clean_facts(application_date=TODAY)
    second = board.receive(again, doubled_because="Ett projekt till.").number
    assert account_of(board, second).known
    board.do(cases.change_facts, second, Facts({"giro_number": NEW}), version=None)
    assert same_bank_account(account_of(board, second).number, NEW)
    assert account_of(board, second).to_check
    neighbour = board.receive(
        clean_facts(NUMBERS[1], "Kören Provspelet", giro_number=account_of(board, first.number).number)
    )
    account = account_of(board, neighbour.number)
    assert (account.known, account.of_other) == (False, True)


def test_nothing_is_paid_to_a_changed_account_before_another_person_has_checked_it(board: BoardAtWork) -> None:
    number = board.approve().number
    board.do(bank_accounts.change_bank_account, number, NEW, "Mejl från kassören.")
    with pytest.raises(Refused) as closed:
        pay(board)
    assert closed.value.obstacle is Obstacle.CLOSED
    board.do(
        bank_accounts.check_bank_account,
        payment_of(board),
        "50501055",
        CALL,
        "Ringde det nummer vi hade.",
        role=Role.FINANCE,
    )
    assert same_bank_account(account_of(board, number).number, NEW)
    pay(board)
    with open_reading(board.database) as s:
        assert trail_verification.verify_trail(s).problems == []


def test_the_check_may_find_that_the_old_account_is_right(board: BoardAtWork) -> None:
    number = board.approve().number
    before = account_of(board, number).number
    board.do(bank_accounts.change_bank_account, number, NEW, "Mejl.")
    board.do(
        bank_accounts.check_bank_account,
        payment_of(board),
        before,
        CALL,
        "Kassören hade inte skrivit.",
        role=Role.FINANCE,
    )
    assert account_of(board, number).number == before
    assert not account_of(board, number).to_check


def test_a_later_application_with_another_account_asks_for_a_check(board: BoardAtWork) -> None:
    number = board.approve(account_checked=False).number
    board.receive(clean_facts(giro_number=NEW), round_id=None)
    found = account_of(board, number)
    assert found.elsewhere is not None
    assert found.to_check
    with pytest.raises(Refused):
        pay(board)
    board.do(bank_accounts.check_bank_account, payment_of(board), found.number, CALL, role=Role.FINANCE)
    assert not account_of(board, number).to_check
    pay(board)


def test_the_account_of_a_case_that_finance_may_not_open_is_not_shown(board: BoardAtWork) -> None:
    number = board.approve(account_checked=False).number
    board.receive(clean_facts(giro_number=NEW), round_id=None)
    with open_reading(board.database) as s:
        case = s.scalars(select(Case).where(Case.number == number)).one()
        found = bank_accounts.bank_accounts_of(acting(s, board.staff[Role.FINANCE]), [case])[case.id]
    assert (found.elsewhere, found.to_check) == (("", ""), True)
    told = refused(board, bank_accounts.check_bank_account, payment_of(board), NEW, CALL, role=Role.FINANCE)
    assert told.obstacle is Obstacle.STALE


def both_roles(board: BoardAtWork) -> None:
    both = board.somebody(Role.CASEWORKER, "båda")
    board.staff[Role.FINANCE] = replace(both, roles=frozenset({Role.CASEWORKER, Role.FINANCE}))


def test_whoever_took_in_the_other_account_does_not_check_it(board: BoardAtWork) -> None:
    board.approve(account_checked=False)
    both_roles(board)
    given = NewCase(kind=CaseKind.GRANT, facts=clean_facts(giro_number=NEW), received_on=TODAY, channel="form")
    board.do(intake.receive_case, given, role=Role.FINANCE)
    told = refused(board, bank_accounts.check_bank_account, payment_of(board), NEW, CALL, role=Role.FINANCE)
    assert told.obstacle is Obstacle.FORBIDDEN


def test_a_second_note_by_another_does_not_open_the_check_for_the_first(board: BoardAtWork) -> None:
    number = board.approve().number
    both_roles(board)
    board.do(bank_accounts.change_bank_account, number, NEW, "Mejl.", role=Role.FINANCE)
    board.do(bank_accounts.change_bank_account, number, NEW, "Samma mejl.")
    told = refused(board, bank_accounts.check_bank_account, payment_of(board), "50501055", CALL, role=Role.FINANCE)
    assert told.obstacle is Obstacle.FORBIDDEN


def test_whoever_noted_the_change_does_not_check_it(board: BoardAtWork) -> None:
    number = board.approve().number
    both_roles(board)
    board.do(bank_accounts.change_bank_account, number, NEW, "Mejl.", role=Role.FINANCE)
    told = refused(board, bank_accounts.check_bank_account, payment_of(board), "50501055", CALL, role=Role.FINANCE)
    assert told.obstacle is Obstacle.FORBIDDEN


@pytest.mark.parametrize(
    ("account", "how", "where"),
    [
        ("", "x", "account"),
        ("5050-1054", "x", "account"),
        ("SE45 5000", "x", "account"),
        (NEW, " ", "how"),
        ("850312-1234", "x", "account"),
        ("１２３４", "x", "account"),
    ],
)
def test_what_is_no_account_or_has_no_source_is_told(board: BoardAtWork, account: str, how: str, where: str) -> None:
    number = board.approve().number
    told = refused(board, bank_accounts.change_bank_account, number, account, how)
    assert (told.obstacle, [problem.where for problem in told.problems]) == (Obstacle.INVALID, [where])


def test_before_the_decision_the_account_is_changed_among_the_information(board: BoardAtWork) -> None:
    number = board.receive().number
    assert refused(board, bank_accounts.change_bank_account, number, NEW, "x").obstacle is Obstacle.CLOSED


def test_an_account_that_nobody_told_of_cannot_be_checked_in(board: BoardAtWork) -> None:
    number = board.approve().number
    key = payment_of(board)
    assert (
        refused(board, bank_accounts.check_bank_account, key, NEW, CALL, role=Role.FINANCE).obstacle is Obstacle.STALE
    )
    board.do(bank_accounts.change_bank_account, number, NEW, "Mejl.")
    assert (
        refused(board, bank_accounts.check_bank_account, key, "123-4566", CALL, role=Role.FINANCE).obstacle
        is Obstacle.STALE
    )
    assert (
        refused(board, bank_accounts.check_bank_account, key, "50501055", None, role=Role.FINANCE).obstacle
        is Obstacle.INVALID
    )


@pytest.mark.parametrize("text", ["5050-1055", "50501055", "5050 1055", "90 19 50-6", "901950-6"])
def test_giro_numbers_are_read_as_they_are_written(text: str) -> None:
    assert read_bank_account(text)


@given(st.text(max_size=20))
def test_a_masked_account_shows_no_more_than_its_last_digits(text: str) -> None:
    shown = mask_account(text)
    assert len([c for c in shown if c.isdigit()]) <= 4
