"""A board's plan: added whole or not at all, changed by one at a time, begun anew each year beside last year's."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.board import board, refused
from tests.factories import TODAY
from vetting.kernel.problem import Obstacle
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading
from vetting.money.domain.activities import ActivityFields, ActivityStatus, FollowUpChannel
from vetting.money.models.activities import activities_due, activities_of_year, find_activity
from vetting.money.services.activities import add_activities, begin_year, change_activity

if TYPE_CHECKING:
    from tests.board import BoardAtWork

__all__ = ["board"]
YEAR = TODAY.year
ONE = ActivityFields(
    text="Följa upp föreningar.", channels=(FollowUpChannel.T2,), due_on=TODAY, note="Börjar i mars.", time="Vår"
)
TWO = ActivityFields(text="Utgår i år.", status=ActivityStatus.DROPPED, note="Görs av staden.")


@pytest.mark.both_engines
def test_a_year_begins_with_what_last_year_had_and_did_not_drop(board: BoardAtWork) -> None:
    first, _dropped = board.do(add_activities, YEAR, [ONE, TWO])
    assert refused(board, begin_year, YEAR) == (Obstacle.STALE, ["year"])
    assert refused(board, begin_year, YEAR + 2) == (Obstacle.INVALID, ["year"])
    [row] = board.do(begin_year, YEAR + 1)
    assert (row.text, row.follows_id, row.status) == (ONE.text, first.id, ActivityStatus.NOT_BEGUN)
    assert (row.due_on, row.note, row.time, row.channels) == (None, "", "", ["T2"])
    with open_reading(board.database) as s:
        assert [row.place for row in activities_of_year(s, board.board_id, YEAR)] == [1, 2]
        assert trail_verification.verify_trail(s).problems == []


def test_all_are_added_or_none(board: BoardAtWork) -> None:
    board.do(add_activities, YEAR, [ONE])
    new = replace(ONE, text="En till.")
    assert refused(board, add_activities, YEAR, [new, replace(ONE, text="FÖLJA UPP föreningar. ")])[1] == ["text"]
    assert refused(board, add_activities, YEAR, [new, replace(new)])[1] == ["text"]
    assert refused(board, add_activities, YEAR, [])[1] == ["table"]
    assert refused(board, add_activities, 1, [new])[1] == ["year"]
    assert refused(board, add_activities, YEAR, [new], role=Role.AUDITOR)[0] is Obstacle.FORBIDDEN
    with open_reading(board.database) as s:
        assert [row.text for row in activities_of_year(s, board.board_id, YEAR)] == [ONE.text]


def test_of_two_who_change_an_activity_at_once_one_wins(board: BoardAtWork) -> None:
    [row] = board.do(add_activities, YEAR, [ONE])
    done = replace(ONE, status=ActivityStatus.DONE, note="Klart.")
    board.do(change_activity, row.id, done, version=row.version, role=Role.MANAGER)
    assert refused(board, change_activity, row.id, ONE, version=row.version) == (Obstacle.STALE, ["note"])
    assert refused(board, change_activity, row.id + 9, ONE, version=1)[0] is Obstacle.MISSING
    with open_reading(board.database) as s:
        found = find_activity(s, board.board_id, row.id)
        assert found is not None
        assert (found.status, found.note) == (ActivityStatus.DONE, "Klart.")
        assert find_activity(s, board.board_id + 1, row.id) is None


def test_what_is_due_is_told_until_it_is_over(board: BoardAtWork) -> None:
    rows = board.do(add_activities, YEAR, [ONE, replace(ONE, text="Senare.", due_on=TODAY + timedelta(days=9))])

    def due() -> list[str]:
        with open_reading(board.database) as s:
            return [row.text for row in activities_due(s, board.board_id, TODAY + timedelta(days=7))]

    assert due() == [ONE.text]
    board.do(change_activity, rows[0].id, replace(ONE, status=ActivityStatus.DONE), version=rows[0].version)
    assert due() == []
