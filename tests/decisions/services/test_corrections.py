"""An evident slip in a decision: corrected by who may decide, told of, noted on the decision, and never past money."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from tests.board import board, refused, rules
from tests.factories import TODAY
from vetting.decisions.domain.legal_force import DecisionEventKind
from vetting.decisions.domain.letters import LetterKind
from vetting.decisions.models.corrections import corrections_of_decision
from vetting.decisions.models.decisions import Decision, events_of, standing_decisions
from vetting.decisions.models.letters import newest_unsent
from vetting.decisions.services import decisions
from vetting.decisions.services.corrections import SlipCorrection, correct_slip
from vetting.kernel.decision_outcomes import DecisionOutcome
from vetting.kernel.problem import Obstacle
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading
from vetting.payments.models.payments import of_case as payments_of
from vetting.payments.services import payments
from vetting.registers import RegisterSelection
from vetting.registers.approved_grants import grant_rows

if TYPE_CHECKING:
    from tests.board import BoardAtWork

__all__ = ["board"]
MAKER: dict[str, Any] = {"role": Role.DECISION_MAKER, "rules": rules()}
WHY = "Förslaget och protokollet säger 30 000 kr."


def decided(board: BoardAtWork, number: str) -> Decision:
    with open_reading(board.database) as s:
        wanted = select(Decision).where(Decision.case_id == board.case(number).id, standing_decisions())
        return s.scalars(wanted).one()


@pytest.mark.both_engines
def test_a_wrong_sum_is_corrected_in_decision_payment_and_register_and_told(board: BoardAtWork) -> None:
    number = board.approve().number
    before = decided(board, number)
    board.send_letters(number)
    board.do(correct_slip, before.id, SlipCorrection(amount=30_000_00, because=WHY), **MAKER)
    after = decided(board, number)
    assert (after.changes_id, after.amount, after.outcome) == (before.id, 30_000_00, DecisionOutcome.PARTLY_APPROVED)
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
        [of_register] = grant_rows(s, RegisterSelection(on=TODAY), board.staff[Role.AUDITOR])
        assert of_register.decision.amount == 30_000_00
        assert trail_verification.verify_trail(s).problems == []
    board.send_letters(number)
    with open_reading(board.database) as s:
        sent = [one for one in events_of(s, [after.id])[after.id] if one.what is DecisionEventKind.SENT]
    assert len(sent) == 1  # the correction is not the notice of the decision


def test_words_are_corrected_where_they_stand_and_nowhere_else(board: BoardAtWork) -> None:
    number = board.receive().number
    board.make_ready(number)
    board.propose(number)
    board.do(decisions.declare_no_conflict, number, role=Role.DECISION_MAKER)
    board.decide(number, sent=False)
    key = decided(board, number).id
    wrong = SlipCorrection(wrong="uppfyller kravn", right="uppfyller kraven", because="Skrivfel.")
    assert refused(board, correct_slip, key, wrong, **MAKER) == (Obstacle.INVALID, ["wrong"])
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
    assert refused(board, correct_slip, key, slip, role=Role.CASEWORKER, rules=rules())[0] is Obstacle.FORBIDDEN
    board.send_letters(number)
    with open_reading(board.database) as s:
        payment = payments_of(s, board.case(number).id)[0]
    paid: dict[str, Any] = {"paid_on": TODAY, "version": None, "rules": rules(), "role": Role.FINANCE}
    board.do(payments.mark_paid, payment.id, **paid)
    assert refused(board, correct_slip, key, slip, **MAKER) == (Obstacle.INVALID, ["amount"])
