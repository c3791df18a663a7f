"""Where an account is signed in is seen by its owner and ended, one by one or all; an administrator ends others'."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.acting import acting
from tests.board import BoardAtWork, board, refused
from tests.factories import NOW
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading, open_technical
from vetting.kernel.store.trail import TrailEntry
from vetting.people.domain.browsers import browser_name
from vetting.people.services import sessions, sign_in

__all__ = ["board"]
pytestmark = pytest.mark.both_engines
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:141.0) Gecko/20100101 Firefox/141.0"
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0 Safari/537.36 "
    "Edg/139.0"
)
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Safari/604.1"


@pytest.mark.parametrize(
    ("agent", "name"),
    [(FIREFOX, "Firefox, Windows"), (EDGE, "Edge, Windows"), (PHONE, "Safari, iPhone"), ("", ""), ("x" * 5000, "")],
)
def test_a_browser_is_called_by_what_tells_it_from_others(agent: str, name: str) -> None:
    assert browser_name(agent) == name


def signed_in(board: BoardAtWork, role: Role = Role.CASEWORKER, agent: str = FIREFOX, hours: int = 0) -> str:
    at = NOW - timedelta(hours=hours)
    with open_technical(board.database) as s:
        began = sign_in.begin_session(acting(s, at=at), board.staff[role].id, board.board_id, browser_name(agent))
    return began.token


def seen(board: BoardAtWork, token: str, role: Role = Role.CASEWORKER) -> list[tuple[str, bool]]:
    with open_reading(board.database) as s:
        found = sessions.open_sessions(acting(s, at=NOW), board.staff[role].id, token=token)
    return [(one.browser, one.own) for one in found]


def lasts(board: BoardAtWork, token: str) -> bool:
    with open_reading(board.database) as s:
        return sign_in.session_of_token(acting(s, at=NOW), token) is not None


@pytest.mark.guards("stolen or old sessions", "7.4.1")
def test_an_owner_sees_what_is_open_and_ends_one_or_all_but_the_own(board: BoardAtWork) -> None:
    own, phone, edge = signed_in(board), signed_in(board, agent=PHONE), signed_in(board, agent=EDGE)
    signed_in(board, hours=13)  # over by itself
    stranger = signed_in(board, Role.FINANCE)
    assert sorted(seen(board, own)) == [("Edge, Windows", False), ("Firefox, Windows", True), ("Safari, iPhone", False)]
    kim = board.staff[Role.CASEWORKER]
    with open_reading(board.database) as s:
        keys = {one.browser: one.key for one in sessions.open_sessions(acting(s, at=NOW), kim.id, token=own)}
        [theirs] = sessions.open_sessions(acting(s, at=NOW), board.staff[Role.FINANCE].id, token="")
    sessions.end_own_session(board.database, kim, keys["Safari, iPhone"], at=NOW)
    assert (lasts(board, own), lasts(board, phone), lasts(board, edge)) == (True, False, True)
    for key in (keys["Safari, iPhone"], theirs.key, 99999):
        with pytest.raises(Refused):
            sessions.end_own_session(board.database, kim, key, at=NOW)
    sessions.end_other_sessions(board.database, kim, token=own, at=NOW)
    assert (lasts(board, own), lasts(board, edge), lasts(board, stranger)) == (True, False, True)


def test_an_administrator_ends_what_a_colleague_has_open_and_it_is_told(board: BoardAtWork) -> None:
    token = signed_in(board)
    kim = board.staff[Role.CASEWORKER].id
    assert refused(board, sessions.end_sessions_of, kim, role=Role.MANAGER)[0] is Obstacle.FORBIDDEN
    other = BoardAtWork(board.database, code="soder").build()
    assert refused(other, sessions.end_sessions_of, kim, role=Role.ADMINISTRATOR)[0] is Obstacle.MISSING
    board.do(sessions.end_sessions_of, kim, role=Role.ADMINISTRATOR)
    assert not lasts(board, token)
    with open_reading(board.database) as s:
        assert "sessions_ended" in s.scalars(select(TrailEntry.action)).all()
        assert trail_verification.verify_trail(s).problems == []
