"""What runs against an association today stands where its next application is decided, and decides nothing by itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from tests.acting import acting
from tests.board import NUMBERS, BoardAtWork, booking_facts, clean_facts, refused
from tests.factories import NOW, TODAY
from vetting.casework.domain.cases import CaseMarkKind
from vetting.casework.domain.special_reviews import SpecialReviewGround, SpecialReviewOutcome
from vetting.casework.models.cases import Case
from vetting.casework.services import cases, decisions, examinations_elsewhere, special_reviews
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle
from vetting.kernel.roles import Action, CaseReach, Role
from vetting.kernel.store.session import open_reading
from vetting.money.domain.bank_accounts import AccountCheck
from vetting.money.domain.reclaims import EstablishedBy, ReclaimGround
from vetting.money.models.payments import Payment
from vetting.money.services import bank_accounts, payment_stops, payments, reclaims
from vetting.money.services.reclaims import NewReclaim
from vetting.workspace.services import ongoing_support, waiting_decisions
from vetting.workspace.services.association_files import association_file

LATER = datetime(2028, 2, 1, 12, tzinfo=NOW.tzinfo)


def told(board: BoardAtWork, number: str, role: Role = Role.CASEWORKER, at: Any = NOW) -> list[tuple[str, str]]:
    with open_reading(board.database) as s:
        case = board.case(number)
        found = ongoing_support.running_matters(acting(s, board.staff[role]), [case], on=at.date()).get(case.id, [])
    return [(one.what.sv.replace("\u00a0", " "), one.case or one.reclaim or one.review) for one in found]


def granted(board: BoardAtWork, *, paid: bool) -> tuple[str, str, int]:
    """A grant, a later application that is ready to be granted, and the payment of the first."""
    first = board.approve().number
    with open_reading(board.database) as s:
        key = s.scalars(select(Payment.id)).one()
    if paid:
        board.do(payments.mark_paid, key, paid_on=TODAY, version=None, role=Role.FINANCE)
    second = board.receive(doubled_because="Två skilda projekt.").number
    board.do(decisions.declare_no_conflict, second)
    for kind in (CaseMarkKind.PAPERS_OPENED, CaseMarkKind.BASIC_CHECK):
        board.do(cases.mark_case, second, kind)
    board.do(decisions.make_ready, second)
    board.propose(second)
    board.do(decisions.declare_no_conflict, second, role=Role.DECISION_MAKER)
    return first, second, key


def as_proposed(board: BoardAtWork, number: str, at: Any = NOW) -> bool:
    with open_reading(board.database) as s:
        found = waiting_decisions.cases_to_decide(acting(s, board.staff[Role.DECISION_MAKER]), on=at.date())
    return next(item.as_proposed for item in found if item.case.number == number)


@pytest.mark.both_engines
def test_a_stop_is_told_takes_the_case_out_of_the_list_and_refuses_nothing(board: BoardAtWork) -> None:
    first, second, key = granted(board, paid=False)
    assert told(board, second) == []
    assert as_proposed(board, second)
    board.do(payment_stops.stop_payment, key, "Rapporten saknas.", role=Role.DECISION_MAKER)
    assert told(board, second) == [("Utbetalning stoppad sedan 20 nov 2026: 40 000 kr", first)]
    assert told(board, first) == []  # it stands in its own case as it is
    assert told(board, second, Role.PREMISES) == []
    assert not as_proposed(board, second)
    version = board.draft_version(second)
    found = refused(board, waiting_decisions.decide_as_proposed, second, version, role=Role.DECISION_MAKER)
    assert found[0] is Obstacle.CLOSED
    board.decide(second)  # whoever has read it decides


def test_a_report_that_is_late_today_is_told_until_it_is_gone_through(board: BoardAtWork) -> None:
    first, second, _ = granted(board, paid=True)
    assert told(board, second) == []
    assert told(board, second, at=LATER) == [("Redovisning ej inkommen, skulle ha kommit 31 dec 2027", first)]
    board.do(cases.mark_case, first, CaseMarkKind.FOLLOWED_UP, text="Rapporten är genomgången.", at=LATER)
    assert told(board, second, at=LATER) == []


def test_a_reclaim_that_is_open_is_told_and_others_are_not_touched(board: BoardAtWork) -> None:
    first, second, _ = granted(board, paid=True)
    other = board.receive(clean_facts(NUMBERS[1], "Läsecirkeln Provbacken"), round_id=None).number
    new = NewReclaim(
        ground=ReclaimGround.NOT_REPORTED,
        amount=5_000_00,
        established_by=EstablishedBy.AUTHORITY_DECISION,
        established_on=TODAY,
        reference="kontroll",
        reasons="Ingen rapport har kommit.",
    )
    row = board.do(reclaims.open_reclaim, first, new)
    assert told(board, second) == [("Återkrav, utreds: 5 000 kr", row.number)]
    assert told(board, other) == []


def test_a_special_review_is_told_while_it_is_open(board: BoardAtWork) -> None:
    number = board.receive().number
    association = board.case(number).association_id
    row = board.do(special_reviews.open_review, association, SpecialReviewGround.TIP, "Ett tips.")
    assert told(board, number) == [("Fördjupad kontroll pågår sedan 20 nov 2026", row.number)]
    board.do(special_reviews.close_review, row.number, SpecialReviewOutcome.NONE, "Inget kom fram.")
    assert told(board, number) == []


def test_whoever_may_not_read_payments_or_reviews_is_told_of_none(board: BoardAtWork) -> None:
    _, second, key = granted(board, paid=False)
    board.do(payment_stops.stop_payment, key, "Rapporten saknas.", role=Role.DECISION_MAKER)
    association = board.case(second).association_id
    board.do(special_reviews.open_review, association, SpecialReviewGround.TIP, "Ett tips.")
    assert len(told(board, second)) == 2
    reads = {role for role in Role if board.staff[role].sights(Action.READ_CASES) == {CaseReach.ALL}}
    without = {role for role in reads if not board.staff[role].may(Action.READ_PAYMENTS)}
    assert without
    for role in reads:
        found = "".join(what for what, _ in told(board, second, role))
        assert ("stoppad" in found) is board.staff[role].may(Action.READ_PAYMENTS)
        assert ("Fördjupad" in found) is board.staff[role].may(Action.READ_SPECIAL_REVIEWS)


def test_an_account_that_waits_in_another_case_is_told_at_the_counter_in_the_same_words(board: BoardAtWork) -> None:
    first, _, key = granted(board, paid=False)
    booking = board.receive(booking_facts(), CaseKind.BOOKING).number

    def words() -> str:
        with open_reading(board.database) as s:
            case = s.scalars(select(Case).where(Case.number == booking)).one()
            found = examinations_elsewhere.examined_elsewhere(s, case.board_id, [case]).get(case.id)
        return found.sv if found else ""

    assert words() == ""
    board.do(bank_accounts.change_bank_account, first, "5050-1055", "Mejl från kassören.")
    of_account = words()
    assert of_account.startswith(examinations_elsewhere.EXAMINED_ELSEWHERE.sv)
    board.do(bank_accounts.check_bank_account, key, "50501055", AccountCheck.CALL, role=Role.FINANCE)
    assert words() == ""
    board.do(payment_stops.stop_payment, key, "Rapporten saknas.", role=Role.DECISION_MAKER)
    assert words() == of_account


def test_the_associations_page_says_the_same_of_reports_and_reviews(board: BoardAtWork) -> None:
    first, _, _ = granted(board, paid=True)
    association = board.case(first).association_id or 0

    def page() -> tuple[list[str], list[str]]:
        with open_reading(board.database) as s:
            file = association_file(acting(s, board.staff[Role.CASEWORKER]), association, on=LATER.date())
        return [case.number for case, _ in file.reports], [row.number for row in file.reviews]

    assert page() == ([first], [])
    row = board.do(special_reviews.open_review, association, SpecialReviewGround.TIP, "Ett tips.")
    board.do(cases.mark_case, first, CaseMarkKind.FOLLOWED_UP, text="Rapporten är genomgången.", at=LATER)
    assert page() == ([], [row.number])
