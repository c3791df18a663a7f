"""Each board's things go on its own day and no sooner, nobody else's go, and the trail says how many."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.acting import acting
from tests.board import BoardAtWork, board
from tests.factories import NOW
from vetting.casework.models.incoming import IncomingPart, IncomingPost
from vetting.casework.models.rescreening import NEW_DAY, RecurringWork
from vetting.casework.services import incoming
from vetting.casework.services.incoming import UploadedFile
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading, open_technical
from vetting.kernel.store.trail import TrailEntry
from vetting.operations.jobs.recurring_work import do_due
from vetting.operations.jobs.retention import remove_old
from vetting.people.domain.personal_data import RetentionKind
from vetting.people.models.people import SignIn
from vetting.people.services import personal_data, sign_in

__all__ = ["board"]
pytestmark = pytest.mark.both_engines
DAYS = {
    RetentionKind.FILES: 10,
    RetentionKind.POSTS: 10,
    RetentionKind.CHECKS: 10,
    RetentionKind.SIGN_INS: 30,
    RetentionKind.READS: 90,
    RetentionKind.TEXTS: 10,
    RetentionKind.TIPS: 10,
    RetentionKind.DRAFTS: 10,
}


def hand_in(board: BoardAtWork) -> None:
    mail = UploadedFile(name="brev.pdf", content=b"%PDF-1.4\n%%EOF")
    incoming.hand_in(board.database, [mail], kind=CaseKind.GRANT, case="", by=board.staff[Role.CASEWORKER], at=NOW)


def begin(board: BoardAtWork) -> None:
    with open_technical(board.database) as s:
        sign_in.begin_session(acting(s, at=NOW), board.staff[Role.CASEWORKER].id, board.board_id)


def type_late(board: BoardAtWork) -> str:
    """A text that is sent when the session is over. Returns the name that it is given back by."""
    user = board.staff[Role.CASEWORKER].id
    with open_technical(board.database) as s:
        began = sign_in.begin_session(acting(s, at=NOW), user, board.board_id)
        sign_in.end_sessions(acting(s, at=NOW), user)
    return str(sign_in.keep_text(board.database, sign_in.digest_of(began.token), "/x", {"text": ["Skrivet."]}, at=NOW))


def left(board: BoardAtWork) -> tuple[int, int]:
    with open_reading(board.database) as s:
        own = select(func.count()).where(IncomingPost.board_id == board.board_id)
        ins = select(func.count()).where(SignIn.board_id == board.board_id)
        return int(s.scalar(own) or 0), int(s.scalar(ins) or 0)


def told(board: BoardAtWork) -> list[str]:
    with open_reading(board.database) as s:
        wanted = select(TrailEntry.reason).where(
            TrailEntry.action == "old_removed", TrailEntry.board_id == board.board_id
        )
        assert not trail_verification.verify_trail(s).problems
        return list(s.scalars(wanted))


@pytest.mark.guards("data kept for ever", "14.2.7")
def test_a_boards_things_go_when_its_own_time_is_over(board: BoardAtWork) -> None:
    other = BoardAtWork(board.database, code="syd").build()
    for one in (board, other):
        hand_in(one)
        begin(one)
    board.do(personal_data.set_retention, DAYS, "N 2026/7", role=Role.ADMINISTRATOR)
    remove_old(board.database, at=NOW + timedelta(days=10))
    assert (left(board), left(other)) == ((1, 1), (1, 1))
    assert told(board) == []
    remove_old(board.database, at=NOW + timedelta(days=10, seconds=1))
    assert (left(board), left(other)) == ((0, 1), (1, 1))
    remove_old(board.database, at=NOW + timedelta(days=30, seconds=1))
    assert (left(board), left(other)) == ((0, 0), (1, 1))
    assert told(board) == ["posts 1", "sign_ins 1"]
    assert told(other) == []
    with open_reading(board.database) as s:
        assert s.scalar(select(func.count()).select_from(IncomingPart)) == 1
    remove_old(board.database, at=NOW + timedelta(days=91))
    assert left(other) == (0, 0)


def test_a_text_typed_too_late_is_kept_as_long_as_the_board_has_decided(board: BoardAtWork) -> None:
    other = BoardAtWork(board.database, code="syd").build()
    board.do(personal_data.set_retention, DAYS, "N 2026/7", role=Role.ADMINISTRATOR)

    def given_back(one: BoardAtWork, name: str, *, after: timedelta) -> bool:
        person = one.staff[Role.CASEWORKER]
        return sign_in.kept_text(board.database, name, person, at=NOW + after) is not None

    day, second = timedelta(days=1), timedelta(seconds=1)
    assert given_back(board, type_late(board), after=10 * day)
    assert not given_back(board, type_late(board), after=10 * day + second)
    assert not given_back(other, type_late(other), after=day + second)
    own, others = type_late(board), type_late(other)
    remove_old(board.database, at=NOW + day)
    assert told(other) == []
    remove_old(board.database, at=NOW + 2 * day)
    assert (told(board), told(other)) == ([], ["texts 1"])
    assert given_back(board, own, after=day)
    assert not given_back(other, others, after=day)


def test_the_clock_does_it_once_a_day_also_where_nobody_has_opened_a_page(board: BoardAtWork) -> None:
    begin(board)
    late = NOW + timedelta(days=91)
    while do_due(board.database, at=late):
        pass
    assert told(board) == ["sign_ins 1"]


def test_what_the_pages_wait_for_is_done_before_what_takes_long(board: BoardAtWork) -> None:
    do_due(board.database, at=NOW)
    with open_reading(board.database) as s:
        done = s.scalars(select(RecurringWork.name).where(RecurringWork.done_for.is_not(None))).all()
    assert done == [NEW_DAY]
