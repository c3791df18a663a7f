"""A round changed while something rests on its days, and the days that are proposed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.board import NUMBERS, board, clean_facts, refused
from tests.factories import TODAY
from vetting.casework.models.cases import Case
from vetting.grants.domain.round_days import payment_after
from vetting.grants.models.rounds import Round
from vetting.grants.services.rounds import NewRound, add_round, name_a_year_later
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading
from vetting.rounds.services.round_changes import RoundChange, change_round

if TYPE_CHECKING:
    from tests.board import BoardAtWork

__all__ = ["board"]
SAME = RoundChange(
    name="Verksamhetsbidrag 2027",
    opens_on=date(2026, 9, 1),
    closes_on=date(2026, 12, 1),
    decision_on=date(2026, 12, 18),
    report_on=date(2027, 12, 31),
)


def told(board: BoardAtWork, change: RoundChange) -> list[str]:
    """What somebody is told that a change does."""
    with pytest.raises(Refused) as found:
        board.do(change_round, board.round_id, change)
    assert {problem.where for problem in found.value.problems} == {"agreed"}
    return [problem.what.sv.replace("\u00a0", " ") for problem in found.value.problems]


def test_nothing_rests_on_an_empty_round_and_all_of_it_changes(board: BoardAtWork) -> None:
    new = RoundChange(name="Lokalbidrag 2027", opens_on=date(2026, 10, 1), closes_on=date(2026, 11, 1), budget=500)
    board.do(change_round, board.round_id, replace(new, closes_at="16:00"))
    with open_reading(board.database) as s:
        found = s.get_one(Round, board.round_id)
        assert (found.name, found.closes_on, found.closes_at, found.budget) == (
            "Lokalbidrag 2027",
            date(2026, 11, 1),
            "16:00",
            500,
        )
        assert trail_verification.verify_trail(s).problems == []


def test_an_earlier_last_day_tells_how_many_become_late_and_waits_for_a_yes(board: BoardAtWork) -> None:
    board.receive()
    change = replace(SAME, closes_on=date(2026, 11, 10))
    assert told(board, change) == ["1 ansökan räknas som sen, om den inte är beslutad."]
    board.do(change_round, board.round_id, replace(change, agreed=True))
    assert told(board, SAME) == ["1 ansökan räknas inte längre som sen, om den inte är beslutad."]


def test_another_meeting_moves_the_day_of_what_is_not_decided_only(board: BoardAtWork) -> None:
    decided = board.approve().number
    waiting = board.receive(clean_facts(NUMBERS[1])).number
    change = replace(SAME, decision_on=date(2027, 1, 20), report_on=date(2028, 1, 31))
    assert told(board, change) == [
        "1 ärende får den nya dagen som sista dag för beslut.",
        "1 bidrag ska redovisas senast den nya dagen.",
    ]
    board.do(change_round, board.round_id, replace(change, agreed=True))
    with open_reading(board.database) as s:
        due = {number: day for number, day in s.execute(select(Case.number, Case.due_on))}  # noqa: C416 - as elsewhere
    assert due == {decided: date(2026, 12, 18), waiting: date(2027, 1, 20)}


def test_a_round_cannot_open_after_an_application_came_or_turn_its_days_round(board: BoardAtWork) -> None:
    board.receive()
    late = replace(SAME, opens_on=date(2026, 11, 25), agreed=True)
    assert refused(board, change_round, board.round_id, late) == (Obstacle.INVALID, ["opens_on"])
    turned = replace(
        SAME, closes_on=date(2026, 8, 1), decision_on=date(2026, 7, 1), report_on=date(2026, 7, 2), closes_at="25:00"
    )
    assert refused(board, change_round, board.round_id, turned)[1] == [
        "closes_on",
        "decision_on",
        "report_on",
        "closes_at",
    ]
    assert refused(board, change_round, board.round_id, replace(SAME, name=" "))[1] == ["name"]
    assert refused(board, change_round, 999, SAME)[0] is Obstacle.MISSING
    assert refused(board, change_round, board.round_id, SAME, role=Role.AUDITOR)[0] is Obstacle.FORBIDDEN


def test_days_left_empty_are_proposed_and_days_written_stand(board: BoardAtWork) -> None:
    new = NewRound(
        name="Lokalbidrag 2028",
        opens_on=date(2027, 8, 31),
        closes_on=date(2027, 11, 30),
        decision_on=date(2027, 12, 16),
        item_on=date(2027, 12, 3),
    )
    made = board.do(add_round, new)
    assert (made.item_on, made.completions_on, made.notice_on) == (
        date(2027, 12, 3),
        date(2027, 12, 15),
        date(2027, 12, 27),
    )
    assert made.payment_on == payment_after(date(2027, 12, 27))
    without = board.do(add_round, NewRound(name="Lokalbidrag 2029", opens_on=TODAY, closes_on=TODAY))
    assert (without.item_on, without.payment_on) == (None, None)


@pytest.mark.parametrize(
    ("name", "later"),
    [
        ("Lokalbidrag 2026", "Lokalbidrag 2027"),
        ("Läsåret 2026/2027", "Läsåret 2027/2028"),
        ("Sommarstöd", "Sommarstöd 2027"),
    ],
)
def test_a_copy_is_called_by_the_next_year(name: str, later: str) -> None:
    assert name_a_year_later(name, 2027) == later
