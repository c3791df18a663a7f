"""Exact checks: each computed from the records, seen from both sides, with the innocent explanation beside it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.acting import acting
from tests.board import NUMBERS, BoardAtWork, clean_facts, rules
from tests.casework.services.test_reading import put_in, read_all
from tests.factories import TODAY
from tests.formats.papers import pdf, word
from vetting.casework.domain.exact_checks import checks_of
from vetting.casework.domain.text_likeness import similarity_of_texts
from vetting.casework.models.cases import Case
from vetting.casework.services.screenings import facts_of_case
from vetting.engine.facts import Facts, ListRow
from vetting.formats.document_types import DOCX
from vetting.grants.models.rounds import Round
from vetting.grants.services.rounds import NewRound, add_round
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.money.models.payments import Payment
from vetting.money.services import payment_stops, payments
from vetting.workspace.services.case_files import case_file

if TYPE_CHECKING:
    from vetting.workspace.services.case_files import CaseFile

LAST_YEAR = TODAY - timedelta(days=330)


def facts_of(board: BoardAtWork, case: Case) -> dict[str, Any]:
    with open_reading(board.database) as s:
        return dict(facts_of_case(s, s.get_one(Case, case.id), rules().folder.book.catalogue).values)


def hits(board: BoardAtWork, number: str, role: Role = Role.CASEWORKER) -> dict[str, Any]:
    return {check.id: check for check in file_of(board, number, role).checks if check.hit}


def file_of(board: BoardAtWork, number: str, role: Role = Role.CASEWORKER) -> CaseFile:
    with open_reading(board.database) as s:
        return case_file(acting(s, board.staff[role]), number, on=TODAY)


@pytest.mark.both_engines
def test_a_number_used_under_two_names_is_seen_from_both_sides(board: BoardAtWork) -> None:
    one = board.receive(clean_facts(NUMBERS[0], "Kulturföreningen Provkvarnen"))
    other = board.receive(clean_facts(NUMBERS[0], "Sångarna vid Dalen"), round_id=None)
    for case, back in ((one, other), (other, one)):
        assert facts_of(board, case)["other_cases"] == (back.number,)
        assert hits(board, case.number)["other_cases"].cases == (back.number,)


def test_the_same_name_written_otherwise_is_no_second_applicant(board: BoardAtWork) -> None:
    one = board.receive(clean_facts(NUMBERS[0], "Sjöviks Idrottsförening"))
    board.receive(clean_facts(NUMBERS[0], "SJÖVIK IF"), round_id=None)
    assert facts_of(board, one)["other_cases"] == ()


def test_one_account_on_two_associations_is_seen_from_both_sides(board: BoardAtWork) -> None:
    one = board.receive(clean_facts(NUMBERS[0], "Ena"))
    other = board.receive(clean_facts(NUMBERS[1], "Andra", giro_number="2999-0234"))
    assert hits(board, one.number)["other_cases"].cases == (other.number,)
    assert hits(board, other.number)["other_cases"].cases == (one.number,)


def test_a_paper_used_twice_is_found_from_both_sides(board: BoardAtWork) -> None:
    one, other = board.receive(), board.receive(clean_facts(NUMBERS[1], "Andra"))
    for case in (one, other):
        put_in(board, case.number, pdf("Medlemsmatrikel"), f"{case.number}.pdf")
    assert hits(board, one.number)["cases_with_same_attachment"].cases == (other.number,)
    assert hits(board, other.number)["cases_with_same_attachment"].cases == (one.number,)


def test_last_years_paper_again_is_told(board: BoardAtWork) -> None:
    old = board.receive(received_on=LAST_YEAR, round_id=None)
    put_in(board, old.number, pdf("Berättelse"), "2025.pdf", type="activity_report", arrived_on=LAST_YEAR)
    new = board.receive(round_id=None)
    put_in(board, new.number, pdf("Berättelse"), "2026.pdf", type="activity_report")
    assert facts_of(board, new)["similarity_to_last_year"] == 1.0
    assert "similarity_to_last_year" in hits(board, new.number)


def test_a_report_with_a_few_words_changed_is_like_and_a_new_one_is_not(board: BoardAtWork) -> None:
    words = [f"ord{number}" for number in range(400)]
    old = board.receive(received_on=LAST_YEAR, round_id=None)
    put_in(board, old.number, word(" ".join(words)), "a.docx", DOCX, type="activity_report", arrived_on=LAST_YEAR)
    near = board.receive(round_id=None)
    put_in(board, near.number, word(" ".join([*words[:-1], "nytt"])), "b.docx", DOCX, type="activity_report")
    read_all(board)
    assert facts_of(board, near)["similarity_to_last_year"] > 0.95
    other = [f"annat{number}" for number in range(400)]
    put_in(board, near.number, word(" ".join(other)), "c.docx", DOCX, type="activity_report")
    read_all(board)
    assert facts_of(board, near)["similarity_to_last_year"] == 0.0


def test_members_are_held_against_what_was_said_a_year_ago(board: BoardAtWork) -> None:
    board.receive(clean_facts(members_total=40), received_on=LAST_YEAR, round_id=None)
    new = board.receive(clean_facts(members_total=120), round_id=None)
    found = facts_of(board, new)
    assert (found["members_total_last_year"], found["change_share"]) == (40, 2.0)
    check = hits(board, new.number)["members_total"]
    assert check.found.sv == "40 förut, 120 nu."
    assert check.innocent.sv


def test_what_was_said_last_month_is_not_last_year(board: BoardAtWork) -> None:
    board.receive(clean_facts(members_total=40), received_on=TODAY - timedelta(days=30), round_id=None)
    new = board.receive(clean_facts(members_total=120), round_id=None)
    assert "members_total_last_year" not in facts_of(board, new)


def granted(board: BoardAtWork, report_due_in_days: int, *, sent: bool = True) -> None:
    """Last year's grant, paid; its report is due so many days from today."""
    day = TODAY + timedelta(days=report_due_in_days)
    board.round_id = board.do(
        add_round,
        NewRound(
            name="Förra året",
            opens_on=TODAY - timedelta(days=400),
            closes_on=TODAY,
            dnr="EXN 2025/1",
            decision_on=TODAY,
            report_on=day,
        ),
    ).id
    board.approve(sent=sent)
    if not sent:
        board.do(payments.pay_with_override, payment_of(board), "Brådskar.", role=Role.FINANCE)
    board.do(payments.mark_paid, payment_of(board), paid_on=TODAY, version=None, role=Role.FINANCE)


def payment_of(board: BoardAtWork) -> int:
    with open_reading(board.database) as s:
        return s.scalars(select(Payment.id)).one()


@pytest.mark.parametrize(("due_in", "missing"), [(-1, 1), (0, 0), (30, 0)])
def test_a_report_is_missing_only_after_the_day_it_was_due(board: BoardAtWork, due_in: int, missing: int) -> None:
    granted(board, due_in)
    new = board.receive(round_id=None)
    assert facts_of(board, new)["unreported_grants"] == missing
    assert ("unreported_grants" in hits(board, new.number)) is bool(missing)


@pytest.mark.both_engines
def test_earlier_grants_are_told_with_their_day_amount_and_round(board: BoardAtWork) -> None:
    assert facts_of(board, board.receive(clean_facts(NUMBERS[2], "Ny")))["earlier_grants"] == ()
    granted(board, 30)
    new = board.receive(round_id=None)
    with open_reading(board.database) as s:
        round_name = s.get_one(Round, board.round_id).name
    row = ListRow((("scheme", round_name), ("decided_on", TODAY), ("granted", 40_000_00)))
    assert facts_of(board, new)["earlier_grants"] == (row,)
    catalogue = rules().folder.book.catalogue
    assert "40 000 kr" in catalogue["earlier_grants"].in_words((row,)).sv.replace("\u00a0", " ").replace("\u202f", " ")


def test_an_earlier_stop_is_told_and_gone_when_it_is_lifted(board: BoardAtWork) -> None:
    old = board.approve().number
    payment = payment_of(board)
    board.do(payment_stops.stop_payment, payment, "Kravet är inte längre uppfyllt.", role=Role.DECISION_MAKER)
    new = board.receive(round_id=None)
    assert hits(board, new.number)["earlier_measures"].cases == (old,)
    board.do(payment_stops.lift_stop, payment, "Årsmötet är hållet.", role=Role.DECISION_MAKER)
    assert facts_of(board, new)["earlier_measures"] == ()


def test_what_the_office_sent_itself_is_held_against_nobody(board: BoardAtWork) -> None:
    one, other = board.receive(), board.receive(clean_facts(NUMBERS[1], "Andra"))
    for case in (one, other):
        put_in(board, case.number, pdf("Vårt brev"), "brev.pdf", state="sent")
    assert hits(board, one.number) == {}


def test_what_was_said_long_ago_is_not_last_year(board: BoardAtWork) -> None:
    board.receive(clean_facts(members_total=300), received_on=TODAY - timedelta(days=2_900), round_id=None)
    assert "members_total_last_year" not in facts_of(board, board.receive(round_id=None))


def test_nothing_of_another_board_is_compared(board: BoardAtWork) -> None:
    neighbour = BoardAtWork(board.database, code="syd").build()
    theirs = neighbour.receive(
        clean_facts(NUMBERS[0], "Sångarna vid Dalen", members_total=5), received_on=LAST_YEAR, round_id=None
    )
    put_in(neighbour, theirs.number, pdf("Gemensam"), "x.pdf", arrived_on=LAST_YEAR)
    own = board.receive()
    put_in(board, own.number, pdf("Gemensam"), "y.pdf")
    assert hits(board, own.number) == {}


def test_a_case_that_one_may_not_open_is_counted_and_not_named(board: BoardAtWork) -> None:
    from tests.associations.services.test_associations import conflict_of

    one = board.receive(clean_facts(NUMBERS[0], "Ena"))
    other = board.receive(clean_facts(NUMBERS[1], "Andra", giro_number="2999-0234"))
    conflict_of(board, other.id)
    file = file_of(board, one.number)
    assert file.seen_cases == frozenset()
    assert next(check for check in file.checks if check.id == "other_cases").cases == (other.number,)


def test_every_check_says_what_it_compared_and_what_it_may_be() -> None:
    told = checks_of(
        Facts(
            {
                "other_cases": ("BID-1",),
                "cases_with_same_attachment": ("BID-2",),
                "similarity_to_last_year": 0.99,
                "members_total": 10,
                "members_total_last_year": 50,
                "unreported_grants": 2,
                "earlier_measures": ("BID-3",),
            }
        )
    )
    assert len(told) == 6
    assert all(
        check.hit and check.compared.sv and check.compared.en and check.innocent.sv and check.innocent.en
        for check in told
    )


def test_what_is_not_known_is_not_compared() -> None:
    assert checks_of(Facts({})) == []


@given(st.lists(st.sampled_from(["ett", "två", "tre", "fyra"]), min_size=50, max_size=80))
def test_a_text_is_wholly_like_itself_and_likeness_goes_both_ways(words: list[str]) -> None:
    text, other = " ".join(words), " ".join(reversed(words))
    assert similarity_of_texts(text, text) == 1.0
    assert similarity_of_texts(text, other) == similarity_of_texts(other, text)


def test_a_short_text_says_nothing() -> None:
    assert similarity_of_texts("Hej hopp", "Hej hopp") is None
