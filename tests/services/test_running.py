"""What runs against an association today stands where its next application is decided, and decides nothing by itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from tests.factories import NOW, TODAY
from tests.town import NUMBERS, Town, booking_facts, clean_facts, refused, rules
from vetting.domain.cases import Marked
from vetting.domain.criteria import CaseKind
from vetting.domain.people import Action, Role, Sight
from vetting.domain.problem import Obstacle
from vetting.domain.reclaims import EstablishedBy, ReclaimGround
from vetting.domain.special_reviews import ReviewGround, ReviewOutcome
from vetting.services import accounts, cases, deciding, decisions, elsewhere, payments, running, special_reviews, stops
from vetting.services.association_files import association_file
from vetting.services.payments import NewReclaim
from vetting.store.cases import Case
from vetting.store.payments import Payment
from vetting.store.session import reading

LATER = datetime(2028, 2, 1, 12, tzinfo=NOW.tzinfo)


def told(town: Town, number: str, role: Role = Role.CASEWORKER, at: Any = NOW) -> list[tuple[str, str]]:
    with reading(town.database) as s:
        case = town.case(number)
        found = running.of_many(s, [case], by=town.staff[role], on=at.date()).get(case.id, [])
    return [(one.what.sv.replace("\u00a0", " "), one.case or one.reclaim or one.review) for one in found]


def granted(town: Town, *, paid: bool) -> tuple[str, str, int]:
    """A grant, a later application that is ready to be granted, and the payment of the first."""
    first = town.approve().number
    with reading(town.database) as s:
        key = s.scalars(select(Payment.id)).one()
    if paid:
        town.do(payments.mark_paid, key, paid_on=TODAY, version=None, rules=rules(), role=Role.FINANCE)
    second = town.receive(doubled_because="Två skilda projekt.").number
    town.do(decisions.declare_no_conflict, second)
    for kind in (Marked.PAPERS_OPENED, Marked.BASIC_CHECK):
        town.do(cases.mark, second, kind, rules=rules())
    town.do(decisions.make_ready, second, rules=rules())
    town.propose(second)
    town.do(decisions.declare_no_conflict, second, role=Role.DECISION_MAKER)
    return first, second, key


def as_proposed(town: Town, number: str, at: Any = NOW) -> bool:
    with reading(town.database) as s:
        found = deciding.waiting(s, rules(), by=town.staff[Role.DECISION_MAKER], on=at.date())
    return next(item.as_proposed for item in found if item.case.number == number)


def test_a_stop_is_told_takes_the_case_out_of_the_list_and_refuses_nothing(town: Town) -> None:
    first, second, key = granted(town, paid=False)
    assert told(town, second) == []
    assert as_proposed(town, second)
    town.do(stops.stop_payment, key, "Rapporten saknas.", role=Role.DECISION_MAKER)
    assert told(town, second) == [("Utbetalning stoppad sedan 20 nov 2026: 40 000 kr", first)]
    assert told(town, first) == []  # it stands in its own case as it is
    assert told(town, second, Role.PREMISES) == []
    assert not as_proposed(town, second)
    version = town.draft_version(second)
    found = refused(town, deciding.decide_as_proposed, second, version, rules=rules(), role=Role.DECISION_MAKER)
    assert found[0] is Obstacle.CLOSED
    town.decide(second)  # whoever has read it decides


def test_a_report_that_is_late_today_is_told_until_it_is_gone_through(town: Town) -> None:
    first, second, _ = granted(town, paid=True)
    assert told(town, second) == []
    assert told(town, second, at=LATER) == [("Redovisning ej inkommen, skulle kommit 31 dec 2027", first)]
    town.do(cases.mark, first, Marked.FOLLOWED_UP, text="Rapporten är genomgången.", rules=rules(), at=LATER)
    assert told(town, second, at=LATER) == []


def test_a_reclaim_that_is_open_is_told_and_others_are_not_touched(town: Town) -> None:
    first, second, _ = granted(town, paid=True)
    other = town.receive(clean_facts(NUMBERS[1], "Läsecirkeln Provbacken"), round_id=None).number
    new = NewReclaim(
        ground=ReclaimGround.NOT_REPORTED,
        amount=5_000_00,
        established_by=EstablishedBy.AUTHORITY_DECISION,
        established_on=TODAY,
        reference="kontroll",
        reasons="Ingen rapport har kommit.",
    )
    row = town.do(payments.open_reclaim, first, new)
    assert told(town, second) == [("Återkrav, utreds: 5 000 kr", row.number)]
    assert told(town, other) == []


def test_a_special_review_is_told_while_it_is_open(town: Town) -> None:
    number = town.receive().number
    association = town.case(number).association_id
    row = town.do(special_reviews.open_review, association, ReviewGround.TIP, "Ett tips.", rules=rules())
    assert told(town, number) == [("Fördjupad kontroll pågår sedan 20 nov 2026", row.number)]
    town.do(special_reviews.close, row.number, ReviewOutcome.NONE, "Inget kom fram.", rules=rules())
    assert told(town, number) == []


def test_whoever_may_not_read_payments_or_reviews_is_told_of_none(town: Town) -> None:
    _, second, key = granted(town, paid=False)
    town.do(stops.stop_payment, key, "Rapporten saknas.", role=Role.DECISION_MAKER)
    association = town.case(second).association_id
    town.do(special_reviews.open_review, association, ReviewGround.TIP, "Ett tips.", rules=rules())
    assert len(told(town, second)) == 2
    reads = {role for role in Role if town.staff[role].sights(Action.READ_CASES) == {Sight.ALL}}
    without = {role for role in reads if not town.staff[role].may(Action.READ_PAYMENTS)}
    assert without
    for role in reads:
        found = "".join(what for what, _ in told(town, second, role))
        assert ("stoppad" in found) is town.staff[role].may(Action.READ_PAYMENTS)
        assert ("Fördjupad" in found) is town.staff[role].may(Action.READ_SPECIAL_REVIEWS)


def test_an_account_that_waits_in_another_case_is_told_at_the_counter_in_the_same_words(town: Town) -> None:
    first, _, key = granted(town, paid=False)
    booking = town.receive(booking_facts(), CaseKind.BOOKING).number

    def words() -> str:
        with reading(town.database) as s:
            case = s.scalars(select(Case).where(Case.number == booking)).one()
            found = elsewhere.examined(s, case.board_id, [case]).get(case.id)
        return found.sv if found else ""

    assert words() == ""
    town.do(accounts.change_account, first, "5050-1055", "Mejl från kassören.")
    of_account = words()
    assert of_account.startswith(elsewhere.EXAMINED.sv)
    town.do(accounts.check_account, key, "50501055", "Ringde.", role=Role.FINANCE)
    assert words() == ""
    town.do(stops.stop_payment, key, "Rapporten saknas.", role=Role.DECISION_MAKER)
    assert words() == of_account


def test_the_associations_page_says_the_same_of_reports_and_reviews(town: Town) -> None:
    first, _, _ = granted(town, paid=True)
    association = town.case(first).association_id or 0

    def page() -> tuple[list[str], list[str]]:
        with reading(town.database) as s:
            file = association_file(s, association, rules=rules(), by=town.staff[Role.CASEWORKER], on=LATER.date())
        return [case.number for case, _ in file.reports], [row.number for row in file.reviews]

    assert page() == ([first], [])
    row = town.do(special_reviews.open_review, association, ReviewGround.TIP, "Ett tips.", rules=rules())
    town.do(cases.mark, first, Marked.FOLLOWED_UP, text="Rapporten är genomgången.", rules=rules(), at=LATER)
    assert page() == ([], [row.number])
