"""A stop has a day when it is looked at again, and says what would end it: in the letter, the day and the register."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from tests.acting import acting
from tests.board import board, refused
from tests.factories import NOW, TODAY
from vetting.casework.domain.letters import LetterKind
from vetting.casework.models.cases import Case
from vetting.casework.models.decisions import Decision
from vetting.casework.services import decisions, letters
from vetting.grants.models.schemes import GrantScheme
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading
from vetting.money.domain.reclaims import ReclaimGround
from vetting.money.models.payments import Payment, stops_to_review
from vetting.money.services import payment_batches, payments
from vetting.money.services.payment_stops import NewStopTerms, lift_stop, stop_payment, stops_of_payments
from vetting.money.services.reclaims import NewReclaim, open_reclaim
from vetting.registers import payment_stops as register
from vetting.registers.columns import RegisterSelection
from vetting.registers.deviations import DeviationAct, deviation_rows
from vetting.workspace.services.todays import TodayPlace, today_of

if TYPE_CHECKING:
    from tests.board import BoardAtWork

__all__ = ["board"]
MAKER: dict[str, Any] = {"role": Role.DECISION_MAKER}
VALUE = "demokratisk-rattsstat"
SOON = TODAY + timedelta(days=5)


def granted(board: BoardAtWork) -> tuple[str, int]:
    number = board.approve().number
    board.do(decisions.declare_no_conflict, number, **MAKER)
    with open_reading(board.database) as s:
        return number, s.scalars(select(Payment.id)).one()


def to_review(board: BoardAtWork, until: date) -> list[date]:
    with open_reading(board.database) as s:
        return [
            terms.review_on
            for terms, _payment, _case in stops_to_review(acting(s, board.staff[Role.DECISION_MAKER]), until)
        ]


def row(board: BoardAtWork) -> dict[str, Any]:
    with open_reading(board.database) as s:
        [found] = register.stop_rows(acting(s, board.staff[Role.AUDITOR]), RegisterSelection())
        told = {one.column.heading.sv: one.get(found) for one in register.SHEET.headings}
        return told | {"Hävt av": getattr(told["Hävt av"], "sv", told["Hävt av"])}


def test_a_stop_of_a_grant_without_the_reservation_is_refused(board: BoardAtWork) -> None:
    number = board.receive().number
    with board.database.engine.begin() as connection:  # of a grant scheme that asks for no reservation
        scheme = {"id": 77, "board_id": board.board_id, "name": "Projektbidrag", "reservations": []}
        connection.execute(GrantScheme.__table__.insert().values(**scheme))  # type: ignore[attr-defined] # a table
        connection.execute(update(Case).where(Case.number == number).values(scheme_id=77))
    board.make_ready(number)
    board.propose(number, reservations=())
    board.do(decisions.declare_no_conflict, number, **MAKER)
    board.decide(number)
    with open_reading(board.database) as s:
        key = s.scalars(select(Payment.id)).one()
    terms = NewStopTerms(review_on=SOON, criterion=VALUE)
    with pytest.raises(Refused) as told:
        board.do(stop_payment, key, "Årsmötet är inte hållet.", terms=terms, **MAKER)
    assert [problem.what.sv for problem in told.value.problems] == ["Bidragsbeslutet har inget förbehåll om stopp."]
    with open_reading(board.database) as s:
        assert s.get_one(Payment, key).stopped_on is None


@pytest.mark.both_engines
def test_a_stop_is_looked_at_again_until_it_is_lifted(board: BoardAtWork) -> None:
    number, key = granted(board)
    terms = NewStopTerms(
        review_on=SOON, cure="Skicka protokollet.", until="Ett nytt årsmöte är hållet", criterion=VALUE
    )
    board.do(stop_payment, key, "Årsmötet är inte hållet.", terms=terms, **MAKER)
    assert to_review(board, SOON) == [SOON]
    assert to_review(board, SOON - timedelta(days=1)) == []
    with open_reading(board.database) as s:
        day = today_of(acting(s, board.staff[Role.DECISION_MAKER]), on=TODAY)
        lines = [line for group in (day.late, day.now, day.week) for line in group.shown]
        assert any(line.place is TodayPlace.PAY and line.on == SOON for line in lines)
        stop = s.scalars(select(Decision).where(Decision.kind == "payment_stop")).one()
        by = board.staff[Role.CASEWORKER]
        letter = letters.preview_letter(acting(s, by, NOW), number, LetterKind.STOP, stop.id)
    said = "\n".join(letter.lines)
    assert "Vi prövar på nytt om det ska gälla senast den" in said
    assert "Så kan ni rätta till det:\nSkicka protokollet." in said
    assert "Kravet det gäller: " in said
    assert "Ni fick inte yttra er innan" in said
    assert "Då prövar vi på nytt om stoppet ska gälla." in said
    assert "Det här ska ha hänt innan stoppet hävs: Ett nytt årsmöte är hållet." in said
    told = row(board)
    assert (told["Omprövas senast"], told["Så kan det rättas"], told["Hävt datum"], told["Hävt av"]) == (
        SOON,
        "Skicka protokollet.",
        None,
        "",
    )
    board.do(lift_stop, key, "Protokollet har kommit.", **MAKER)
    assert to_review(board, SOON) == []
    assert row(board)["Hävt datum"] == TODAY
    assert row(board)["Hävt av"]
    with open_reading(board.database) as s:
        assert trail_verification.verify_trail(s).problems == []


def despite_stop(board: BoardAtWork) -> list[str]:
    """Whose lines of the day tell of money that was paid in spite of a stop."""
    with open_reading(board.database) as s:
        day = today_of(acting(s, board.staff[Role.CASEWORKER]), on=TODAY)
        return [line.key for group in (day.late, day.now) for line in group.shown if "trots stopp" in line.why.sv]


def test_what_finance_paid_in_spite_of_a_stop_is_told_till_it_is_asked_back(board: BoardAtWork) -> None:
    number, key = granted(board)
    given: dict[str, Any] = {"paid_on": TODAY, "version": None, "verification": "V 17"}
    assert refused(board, payments.note_paid_despite_stop, key, role=Role.FINANCE, **given)[0] is Obstacle.STALE
    board.do(stop_payment, key, "Årsmötet är inte hållet.", **MAKER)
    assert despite_stop(board) == []
    unsaid = {**given, "paid_on": None, "verification": " "}
    wrong = refused(board, payments.note_paid_despite_stop, key, role=Role.FINANCE, **unsaid)
    assert wrong == (Obstacle.INVALID, ["paid_on", "verification"])
    board.do(payments.note_paid_despite_stop, key, role=Role.FINANCE, **given)
    assert despite_stop(board) == [number]
    with open_reading(board.database) as s:
        acts = [row.act for row in deviation_rows(acting(s, board.staff[Role.AUDITOR]), RegisterSelection())]
        assert acts == [DeviationAct.PAID_DESPITE_STOP]
    new = NewReclaim(
        ground=ReclaimGround.WRONGLY_PAID,
        amount=10_000_00,
        reasons="Beloppet betalades fast det var stoppat.",
    )
    board.do(open_reclaim, number, new)
    assert despite_stop(board) == []


def test_where_nobody_says_a_day_it_is_three_months(board: BoardAtWork) -> None:
    _number, key = granted(board)
    board.do(stop_payment, key, "Årsmötet är inte hållet.", **MAKER)
    assert to_review(board, TODAY + timedelta(days=90)) == [TODAY + timedelta(days=90)]


@pytest.mark.parametrize("day", [TODAY, TODAY - timedelta(days=1), TODAY + timedelta(days=400)])
def test_a_day_that_has_passed_or_is_far_away_is_none(board: BoardAtWork, day: date) -> None:
    _number, key = granted(board)
    told = refused(board, stop_payment, key, "Årsmötet är inte hållet.", terms=NewStopTerms(review_on=day), **MAKER)
    assert told == (Obstacle.CLOSED, ["review_on"])
    assert to_review(board, date(2100, 1, 1)) == []


def payments_of(board: BoardAtWork) -> list[tuple[int, int, bool]]:
    """Place, amount and whether it is stopped."""
    with open_reading(board.database) as s:
        rows = s.scalars(select(Payment).order_by(Payment.place)).all()
        return [(row.place, row.amount, row.stopped_on is not None) for row in rows]


@pytest.mark.both_engines
def test_a_part_is_stopped_and_the_rest_goes_on_to_the_ore(board: BoardAtWork) -> None:
    _number, key = granted(board)
    part = NewStopTerms(part=12_345_67)
    stop = board.do(stop_payment, key, "En av två kurser hålls inte.", terms=part, **MAKER)
    assert stop.amount == 12_345_67
    assert payments_of(board) == [(1, 27_654_33, False), (2, 12_345_67, True)]
    board.do(payments.mark_paid, key, paid_on=TODAY, version=None, role=Role.FINANCE)
    with open_reading(board.database) as s:
        rest = s.scalars(select(Payment).where(Payment.place == 2)).one()
        assert stops_of_payments(s, [rest])[rest.id].id == stop.id
    board.do(lift_stop, rest.id, "Kursen hålls.", **MAKER)
    board.do(payments.mark_paid, rest.id, paid_on=TODAY, version=None, role=Role.FINANCE)
    assert sum(amount for _place, amount, _stopped in payments_of(board)) == 40_000_00
    with open_reading(board.database) as s:
        assert trail_verification.verify_trail(s).problems == []


@pytest.mark.parametrize("part", [0, -1_00, 40_000_01])
def test_a_part_that_is_none_or_more_than_all_is_told(board: BoardAtWork, part: int) -> None:
    _number, key = granted(board)
    told = refused(board, stop_payment, key, "Skäl.", terms=NewStopTerms(part=part), **MAKER)
    assert told == (Obstacle.CLOSED, ["part"])
    assert payments_of(board) == [(1, 40_000_00, False)]
    board.do(stop_payment, key, "Skäl.", terms=NewStopTerms(part=40_000_00), **MAKER)
    assert payments_of(board) == [(1, 40_000_00, True)]


def test_two_stops_in_a_case_are_lifted_each_by_itself(board: BoardAtWork) -> None:
    _number, key = granted(board)
    one = board.do(stop_payment, key, "Det ena.", terms=NewStopTerms(part=10_000_00), **MAKER)
    two = board.do(stop_payment, key, "Det andra.", **MAKER)
    with open_reading(board.database) as s:
        rows = s.scalars(select(Payment).order_by(Payment.place)).all()
        stops = stops_of_payments(s, rows)
    assert [stops[row.id].id for row in rows] == [two.id, one.id]
    lifted = board.do(lift_stop, rows[1].id, "Klart.", **MAKER)
    assert (lifted.changes_id, lifted.amount) == (one.id, 10_000_00)
    assert payments_of(board) == [(1, 30_000_00, True), (2, 10_000_00, False)]


def test_a_part_of_what_lies_with_finance_is_not_taken_out(board: BoardAtWork) -> None:
    _number, key = granted(board)
    board.do(payment_batches.make_basis, TODAY + timedelta(days=400), None, role=Role.FINANCE)
    told = refused(board, stop_payment, key, "Skäl.", terms=NewStopTerms(part=10_00), **MAKER)
    assert told == (Obstacle.CLOSED, ["part"])


def test_who_was_heard_before_is_not_heard_afterwards(board: BoardAtWork) -> None:
    number, key = granted(board)
    ahead = NewStopTerms(heard_on=TODAY + timedelta(days=1))
    assert refused(board, stop_payment, key, "Skäl.", terms=ahead, **MAKER) == (Obstacle.CLOSED, ["heard_on"])
    stop = board.do(stop_payment, key, "Skäl.", terms=NewStopTerms(heard_on=TODAY), **MAKER)
    with open_reading(board.database) as s:
        by = board.staff[Role.CASEWORKER]
        letter = letters.preview_letter(acting(s, by, NOW), number, LetterKind.STOP, stop.id)
    assert "yttra er innan" not in "\n".join(letter.lines)
