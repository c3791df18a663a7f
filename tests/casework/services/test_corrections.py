"""An evident slip in a decision: corrected by who may decide, told of, noted on the decision, and never past money."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from tests.acting import acting
from tests.board import board, refused
from tests.factories import NOW, TODAY
from tests.page_fixtures import somebody
from vetting.casework.domain.legal_force import DecisionEventKind
from vetting.casework.domain.letters import LetterKind
from vetting.casework.domain.records import RecordKind
from vetting.casework.models.corrections import corrections_of_decision
from vetting.casework.models.decisions import Decision, current_decisions, events_of
from vetting.casework.models.letters import newest_unsent
from vetting.casework.models.records import Record
from vetting.casework.services import decisions, letters
from vetting.casework.services.corrections import SlipCorrection, correct_slip
from vetting.casework.services.unsent_letters import count_unsent
from vetting.kernel.decision_outcomes import DecisionForm, DecisionOutcome
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.acting import Acting
from vetting.kernel.store.session import open_reading, run_in_transaction
from vetting.kernel.text import long_day
from vetting.money.models.payments import of_case as payments_of
from vetting.money.services import payments
from vetting.people.domain.delegation import DecisionAuthority
from vetting.registers import RegisterSelection
from vetting.registers.approved_grants import grant_rows

if TYPE_CHECKING:
    from tests.board import BoardAtWork

__all__ = ["board"]
MAKER: dict[str, Any] = {"role": Role.DECISION_MAKER}
WHY = "Förslaget och protokollet säger 30 000 kr."


def decided(board: BoardAtWork, number: str) -> Decision:
    with open_reading(board.database) as s:
        wanted = select(Decision).where(Decision.case_id == board.case(number).id, current_decisions())
        return s.scalars(wanted).one()


@pytest.mark.both_engines
def test_a_wrong_sum_is_corrected_in_decision_payment_and_register_and_told(board: BoardAtWork) -> None:
    number = board.approve().number
    before = decided(board, number)
    board.send_letters(number)
    board.do(correct_slip, before.id, SlipCorrection(amount=30_000_00, because=WHY), **MAKER)
    after = decided(board, number)
    assert (after.id, after.amount, after.outcome) == (before.id, 30_000_00, DecisionOutcome.PARTLY_APPROVED)
    assert (after.decided_on, after.by_name, after.maker) == (before.decided_on, before.by_name, before.maker)
    with open_reading(board.database) as s:
        [row] = corrections_of_decision(s, before.id)
        assert (row.amount_before, row.amount_after, row.because, row.on) == (40_000_00, 30_000_00, WHY, TODAY)
        assert [payment.amount for payment in payments_of(s, after.case_id)] == [30_000_00]
        [letter] = newest_unsent(s, after.case_id)
        assert letter.kind is LetterKind.CORRECTION
        said = "\n".join(letter.lines).replace("\xa0", " ")
        assert "I beslutet stod 40 000 kr. Rätt belopp är 30 000 kr." in said
        assert "Tiden för att överklaga beslutet räknas som förut." in said
        assert f"Beslutet om rättelse fattades den {long_day(TODAY).sv}" in said
        assert "Överklagandet ska vara skriftligt" in said, "how, where and when, as of the decision"
        [kept] = s.scalars(select(Record).where(Record.kind == RecordKind.CORRECTION)).all()
        assert "40\xa0000\xa0kr → 30\xa0000\xa0kr" in kept.said[0][1][0]
        [of_register] = grant_rows(acting(s, board.staff[Role.AUDITOR]), RegisterSelection(on=TODAY))
        assert of_register.decision.amount == 30_000_00
        assert trail_verification.verify_trail(s).problems == []
    board.send_letters(number)
    with open_reading(board.database) as s:
        sent = [one for one in events_of(s, [after.id])[after.id] if one.what is DecisionEventKind.SENT]
    assert len(sent) == 1  # the correction is not the notice of the decision


def not_sent(board: BoardAtWork) -> tuple[str, int]:
    """A case and the decision in it, whose letter is written and has not gone."""
    number = board.receive().number
    board.make_ready(number)
    board.propose(number)
    board.do(decisions.declare_no_conflict, number, role=Role.DECISION_MAKER)
    board.decide(number, sent=False)
    key = decided(board, number).id
    board.do(letters.write_letter, number, LetterKind.APPROVAL, key)
    return number, key


def test_words_are_corrected_where_they_stand_and_nowhere_else(board: BoardAtWork) -> None:
    number, key = not_sent(board)
    wrong = SlipCorrection(wrong="uppfyller kravn", right="uppfyller kraven", because="Skrivfel.")
    assert refused(board, correct_slip, key, wrong, **MAKER) == (Obstacle.INVALID, ["wrong"])
    often = SlipCorrection(wrong="en", right="ett", because="Skrivfel.")
    assert refused(board, correct_slip, key, often, **MAKER) == (Obstacle.INVALID, ["wrong"])
    right = SlipCorrection(wrong="Föreningen uppfyller", right="Sökanden uppfyller", because="Skrivfel.")
    board.do(correct_slip, key, right, **MAKER)
    assert decided(board, number).reasons.startswith("Sökanden uppfyller")
    with open_reading(board.database) as s:  # it was not sent yet: its letter is written anew
        assert [row.kind for row in newest_unsent(s, board.case(number).id)] == [LetterKind.APPROVAL]
        assert "Sökanden uppfyller" in "\n".join(newest_unsent(s, board.case(number).id)[0].lines)


@pytest.mark.parametrize("amount", [0, -1, 40_000_00, 40_000_01])
def test_a_sum_that_cannot_have_been_decided_is_refused(board: BoardAtWork, amount: int) -> None:
    key = decided(board, board.approve().number).id
    told = refused(board, correct_slip, key, SlipCorrection(amount=amount, because=WHY), **MAKER)
    assert told == (Obstacle.INVALID, ["amount"])


def test_nothing_is_corrected_without_words_right_or_past_paid_money(board: BoardAtWork) -> None:
    number = board.approve().number
    key, slip = decided(board, number).id, SlipCorrection(amount=30_000_00, because=WHY)
    assert refused(board, correct_slip, key, SlipCorrection(), **MAKER)[1] == ["because", "amount"]
    assert refused(board, correct_slip, key, slip, role=Role.CASEWORKER)[0] is Obstacle.FORBIDDEN
    board.send_letters(number)
    with open_reading(board.database) as s:
        payment = payments_of(s, board.case(number).id)[0]
    paid: dict[str, Any] = {"paid_on": TODAY, "version": None, "role": Role.FINANCE}
    board.do(payments.mark_paid, payment.id, **paid)
    assert refused(board, correct_slip, key, slip, **MAKER) == (Obstacle.INVALID, ["amount"])


@pytest.mark.both_engines
def test_the_database_keeps_decisions_but_for_what_a_correction_tells(board: BoardAtWork) -> None:
    number = board.approve().number
    board.send_letters(number)
    key = decided(board, number).id
    board.do(correct_slip, key, SlipCorrection(amount=30_000_00, because=WHY), **MAKER)
    for change in ("amount = 1", "amount = 4000000", "paragraph = '§ 9'", "reasons = ''"):
        with pytest.raises(DBAPIError, match="append-only"), board.database.engine.begin() as connection:
            connection.execute(text(f"UPDATE decisions SET {change} WHERE id = {key}"))
    with pytest.raises(DBAPIError, match="append-only"), board.database.engine.begin() as connection:
        connection.execute(text(f"DELETE FROM decisions WHERE id = {key}"))
    assert decided(board, number).amount == 30_000_00


def test_a_slip_is_corrected_by_the_right_that_decided_it(board: BoardAtWork) -> None:
    number = board.approve().number
    key, other = decided(board, number).id, board.somebody(Role.DECISION_MAKER, "nya")
    board.delegate(Role.DECISION_MAKER, user_id=other.id, maker=DecisionAuthority.COMMITTEE)
    slip = SlipCorrection(amount=30_000_00, because=WHY)

    def by_other(service: Any, *arguments: Any, **more: Any) -> Any:
        return run_in_transaction(board.database, lambda s: service(s, *arguments, **more), Acting(other, NOW))

    by_other(decisions.declare_no_conflict, number)
    with pytest.raises(Refused) as refusal:
        by_other(correct_slip, key, slip)
    assert [problem.where for problem in refusal.value.problems] == [number]


def test_the_page_of_a_decision_corrects_it_and_says_what_stood(board: BoardAtWork) -> None:
    number = board.approve().number
    key, mona = decided(board, number).id, somebody(board, Role.DECISION_MAKER)
    assert "Rätta ett uppenbart fel" in mona.get(f"/beslut/{key}").text
    assert mona.send(f"/beslut/{key}/rattelse", amount="trettio", because=WHY).status_code == 422
    assert mona.send(f"/beslut/{key}/rattelse", amount="30 000", because=WHY).status_code == 303
    page = mona.get(f"/beslut/{key}").text.replace("\u00a0", " ")
    assert "40 000 kr → 30 000 kr." in page
    assert "Rättat" in page


def test_an_unsent_letter_with_the_wrong_sum_does_not_go(board: BoardAtWork) -> None:
    number, key = not_sent(board)
    board.do(correct_slip, key, SlipCorrection(amount=30_000_00, because=WHY), **MAKER)
    with open_reading(board.database) as s:
        [letter] = newest_unsent(s, board.case(number).id)
        assert letter.kind is LetterKind.PARTIAL
        assert count_unsent(acting(s, board.staff[Role.CASEWORKER])) == 1


def test_all_that_was_corrected_since_the_association_was_told_is_told(board: BoardAtWork) -> None:
    number = board.approve().number
    key = decided(board, number).id
    board.send_letters(number)
    later: dict[str, Any] = {"at": NOW + timedelta(hours=1)}
    board.do(correct_slip, key, SlipCorrection(amount=30_000_00, because=WHY), **MAKER, **later)
    words = SlipCorrection(wrong="Föreningen uppfyller", right="Sökanden uppfyller", because="Skrivfel.")
    board.do(correct_slip, key, words, **MAKER, at=NOW + timedelta(hours=2))
    with open_reading(board.database) as s:
        [letter] = newest_unsent(s, board.case(number).id)
    said = "\n".join(letter.lines).replace("\u00a0", " ")
    assert "Rätt belopp är 30 000 kr." in said
    assert "Det ska stå ”Sökanden uppfyller”." in said


def test_whoever_corrected_the_sum_does_not_pay_it(board: BoardAtWork) -> None:
    number = board.approve().number
    key, other = decided(board, number).id, board.somebody(Role.DECISION_MAKER, "nya")
    board.delegate(Role.DECISION_MAKER, user_id=other.id)
    other = replace(other, roles=frozenset({Role.DECISION_MAKER, Role.FINANCE}))

    def by_other(service: Any, *arguments: Any, **more: Any) -> Any:
        return run_in_transaction(board.database, lambda s: service(s, *arguments, **more), Acting(other, NOW))

    by_other(decisions.declare_no_conflict, number)
    by_other(correct_slip, key, SlipCorrection(amount=30_000_00, because=WHY))
    board.send_letters(number)
    with open_reading(board.database) as s:
        payment = payments_of(s, board.case(number).id)[0]
    with pytest.raises(Refused) as refusal:
        by_other(payments.mark_paid, payment.id, paid_on=TODAY, version=None)
    assert refusal.value.obstacle is Obstacle.FORBIDDEN


def test_what_the_board_itself_decided_is_corrected_by_its_minutes(board: BoardAtWork) -> None:
    notes = board.somebody(Role.DECISION_MAKER, "nya")
    board.delegate(Role.DECISION_MAKER, user_id=notes.id, maker=DecisionAuthority.BOARD)
    number = board.receive().number
    board.make_ready(number)
    board.propose(number)

    def by_other(service: Any, *arguments: Any, **more: Any) -> Any:
        return run_in_transaction(board.database, lambda s: service(s, *arguments, **more), Acting(notes, NOW))

    by_other(decisions.declare_no_conflict, number)
    form = DecisionForm(paragraph="§ 12")
    by_other(decisions.decide, number, draft_version=board.draft_version(number), form=form)
    key = decided(board, number).id
    slip = SlipCorrection(amount=30_000_00, because=WHY)
    with pytest.raises(Refused) as refusal:
        by_other(correct_slip, key, slip)
    assert [problem.where for problem in refusal.value.problems] == ["minutes"]
    by_other(correct_slip, key, replace(slip, minutes="20 november 2026, § 12"))
    with open_reading(board.database) as s:
        [row] = corrections_of_decision(s, key)
    assert row.because == f"{WHY} Enligt protokollet: 20 november 2026, § 12"
