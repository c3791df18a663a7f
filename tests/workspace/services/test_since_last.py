"""What others have done since one was last at work: counted, of what one may see, and nothing of one's own."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from tests.acting import acting
from tests.board import NUMBERS, BoardAtWork, board, clean_facts
from tests.factories import NOW
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading, open_technical
from vetting.people.models.people import SignIn
from vetting.workspace.services.since_last import since_last

__all__ = ["board"]
TODAY = NOW.date() + timedelta(days=1)


def seen(board: BoardAtWork, role: Role, before: timedelta) -> None:
    person = board.staff[role]
    with open_technical(board.database) as s:
        s.add(SignIn(token=f"t{person.id}", user_id=person.id, board_id=person.board_id, created_at=NOW, seen_at=NOW))
        s.flush()
        s.execute(update(SignIn).where(SignIn.user_id == person.id).values(seen_at=NOW - before))


def told(board: BoardAtWork, role: Role) -> dict[str, int] | None:
    with open_reading(board.database) as s:
        found = since_last(acting(s, board.staff[role]), on=TODAY)
    return {several.sv: many for many, _one, several in found.lines} if found is not None else None


def test_it_is_counted_by_case_and_nothing_of_ones_own(board: BoardAtWork) -> None:
    seen(board, Role.DECISION_MAKER, timedelta(days=2))
    seen(board, Role.CASEWORKER, timedelta(days=2))
    first = board.receive()
    board.receive(clean_facts(NUMBERS[1], "Andra"))
    board.make_ready(first.number)
    assert told(board, Role.DECISION_MAKER) == {"nya ärenden": 2, "ärenden lämnades till beslut": 1}
    assert told(board, Role.CASEWORKER) == {}


def test_what_was_before_and_what_nobody_knows_is_not_told(board: BoardAtWork) -> None:
    board.receive()
    assert told(board, Role.DECISION_MAKER) is None  # has never been here before
    seen(board, Role.DECISION_MAKER, timedelta(seconds=-1))
    assert told(board, Role.DECISION_MAKER) == {}
    seen(board, Role.MANAGER, timedelta(days=90))
    assert told(board, Role.MANAGER) is None  # too long ago to be counted


def test_premises_staff_hear_of_no_applications(board: BoardAtWork) -> None:
    seen(board, Role.PREMISES, timedelta(days=2))
    board.receive()
    assert told(board, Role.PREMISES) == {}
