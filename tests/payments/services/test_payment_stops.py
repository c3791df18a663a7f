"""A stop has a day when it is looked at again, and says what would end it: in the letter, the day and the register."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from tests.board import board, refused, rules
from tests.factories import NOW, TODAY
from vetting.decisions.domain.letters import LetterKind
from vetting.decisions.models.decisions import Decision
from vetting.decisions.services import decisions, letters
from vetting.kernel.problem import Obstacle
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading
from vetting.office.services.todays import TodayPlace, today_of
from vetting.payments.models.payments import Payment, stops_to_review
from vetting.payments.services.payment_stops import lift_stop, stop_payment
from vetting.registers import payment_stops as register
from vetting.registers.columns import RegisterSelection

if TYPE_CHECKING:
    from tests.board import BoardAtWork

__all__ = ["board"]
MAKER: dict[str, Any] = {"role": Role.DECISION_MAKER}
SOON = TODAY + timedelta(days=5)


def granted(board: BoardAtWork) -> tuple[str, int]:
    number = board.approve().number
    board.do(decisions.declare_no_conflict, number, **MAKER)
    with open_reading(board.database) as s:
        return number, s.scalars(select(Payment.id)).one()


def to_review(board: BoardAtWork, until: date) -> list[date]:
    with open_reading(board.database) as s:
        return [
            terms.review_on for terms, _payment, _case in stops_to_review(s, board.staff[Role.DECISION_MAKER], until)
        ]


def row(board: BoardAtWork) -> dict[str, Any]:
    with open_reading(board.database) as s:
        [found] = register.stop_rows(s, RegisterSelection(), board.staff[Role.AUDITOR])
        told = {one.column.heading.sv: one.get(found) for one in register.SHEET.headings}
        return told | {"Av": getattr(told["Av"], "sv", told["Av"])}


@pytest.mark.both_engines
def test_a_stop_is_looked_at_again_until_it_is_lifted(board: BoardAtWork) -> None:
    number, key = granted(board)
    board.do(stop_payment, key, "Årsmötet är inte hållet.", review_on=SOON, cure="Skicka protokollet.", **MAKER)
    assert to_review(board, SOON) == [SOON]
    assert to_review(board, SOON - timedelta(days=1)) == []
    with open_reading(board.database) as s:
        day = today_of(s, rules(), by=board.staff[Role.DECISION_MAKER], on=TODAY)
        lines = [line for group in (day.late, day.now, day.week) for line in group.shown]
        assert any(line.place is TodayPlace.PAY and line.on == SOON for line in lines)
        stop = s.scalars(select(Decision).where(Decision.kind == "payment_stop")).one()
        by = board.staff[Role.CASEWORKER]
        letter = letters.preview_letter(s, number, LetterKind.STOP, stop.id, rules=rules(), by=by, at=NOW)
    said = "\n".join(letter.lines)
    assert "Vi prövar på nytt om det ska gälla senast den" in said
    assert "Så kan ni rätta till det:\nSkicka protokollet." in said
    told = row(board)
    assert (told["Omprövas senast"], told["Så kan det rättas"], told["Hävt datum"], told["Av"]) == (
        SOON,
        "Skicka protokollet.",
        None,
        "",
    )
    board.do(lift_stop, key, "Protokollet har kommit.", **MAKER)
    assert to_review(board, SOON) == []
    assert row(board)["Hävt datum"] == TODAY
    assert row(board)["Av"]
    with open_reading(board.database) as s:
        assert trail_verification.verify_trail(s).problems == []


def test_where_nobody_says_a_day_it_is_three_months(board: BoardAtWork) -> None:
    _number, key = granted(board)
    board.do(stop_payment, key, "Årsmötet är inte hållet.", **MAKER)
    assert to_review(board, TODAY + timedelta(days=90)) == [TODAY + timedelta(days=90)]


@pytest.mark.parametrize("day", [TODAY, TODAY - timedelta(days=1), TODAY + timedelta(days=400)])
def test_a_day_that_has_passed_or_is_far_away_is_none(board: BoardAtWork, day: date) -> None:
    _number, key = granted(board)
    told = refused(board, stop_payment, key, "Årsmötet är inte hållet.", review_on=day, **MAKER)
    assert told == (Obstacle.CLOSED, ["review_on"])
    assert to_review(board, date(2100, 1, 1)) == []
