"""A row of the queue that was made before is shown again only while all that it rests on is as it was."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from tests.board import NUMBERS, BoardAtWork, booking_facts, clean_facts, judged_again, rules
from tests.factories import TODAY, a_board
from tests.rows_checked import take_from_before
from vetting.decisions.services import decisions
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.office.services import kept_rows
from vetting.office.services.kept_rows import stamps_of
from vetting.office.services.queue_rows import QueueRow, RowStanding, queue_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetting.cases.models.cases import Case
    from vetting.office.services.kept_rows import RowStamp


@pytest.fixture(autouse=True)
def _as_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    take_from_before(monkeypatch)


def standing(row: QueueRow) -> RowStanding:
    """A row without its case, which each session reads for itself."""
    return RowStanding(**{part.name: getattr(row, part.name) for part in fields(RowStanding)})


def asked(board: BoardAtWork, some: Sequence[Case], role: Role = Role.CASEWORKER) -> tuple[list[RowStanding], int]:
    """The rows of some cases, and how many statements they took."""
    judged_again(board)
    told: list[str] = []

    def note(*given: object) -> None:
        told.append(str(given[2]))

    numbers = [case.number for case in some]
    with open_reading(board.database) as s:
        found = [board.case(number) for number in numbers]
        event.listen(board.database.reading, "before_cursor_execute", note)
        try:
            rows = queue_rows(s, found, rules(), by=board.staff[role], on=TODAY)
        finally:
            event.remove(board.database.reading, "before_cursor_execute", note)
    return [standing(row) for row in rows], len(told)


@pytest.mark.both_engines
def test_what_stands_is_not_made_again_and_what_changed_is(board: BoardAtWork) -> None:
    some = [board.receive(clean_facts(NUMBERS[place], f"Föreningen {place}")) for place in range(3)]
    first, cold = asked(board, some)
    again, warm = asked(board, some)
    assert again == first
    assert warm <= 3 < cold
    board.handle(some[1].number)
    changed, _ = asked(board, some)
    assert [row.tag for row in changed] == [first[0].tag, changed[1].tag, first[2].tag]
    assert changed[1].tag != first[1].tag
    assert changed == asked(board, some)[0]


def test_each_reader_has_rows_of_their_own(board: BoardAtWork) -> None:
    case = board.receive()
    board.make_ready(case.number)
    board.propose(case.number)
    mine, _ = asked(board, [case])
    theirs, _ = asked(board, [case], Role.DECISION_MAKER)
    assert [row.mine for row in (*mine, *theirs)] == [False, True]


def test_what_is_decided_in_a_sibling_case_is_seen(board: BoardAtWork) -> None:
    first = board.receive()
    second = board.receive(clean_facts(), doubled_because="Ett annat ändamål.")
    assert asked(board, [second])[0][0].granted is None
    board.make_ready(first.number)
    board.propose(first.number)
    board.do(decisions.declare_no_conflict, first.number, role=Role.DECISION_MAKER)
    asked(board, [second])
    board.decide(first.number)
    assert asked(board, [second])[0][0].granted == 40_000_00


def test_an_act_that_leaves_the_case_as_it_is_makes_another_stamp_where_there_is_no_association(
    board: BoardAtWork,
) -> None:
    case = board.receive(booking_facts(booker_is_private=True), kind=CaseKind.BOOKING)

    def stamp() -> RowStamp:
        with open_reading(board.database) as s:
            return stamps_of(s, [case])[case.id]

    before = stamp()
    assert stamp() == before
    board.do(decisions.declare_no_conflict, case.number)
    assert stamp() != before


def test_when_there_are_too_many_it_begins_anew(board: BoardAtWork, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_rows, "MOST", 0)
    some = [board.receive(clean_facts(NUMBERS[place], f"Föreningen {place}")) for place in range(2)]
    first, _ = asked(board, some[:1])
    second, _ = asked(board, some[1:])
    assert asked(board, some)[0] == [*first, *second]


def test_an_entry_of_another_board_that_ends_late_makes_another_stamp_though_its_id_is_lower(
    board: BoardAtWork,
) -> None:
    """Two boards write at once: what took its id first may be there last."""
    case = board.receive()
    other = a_board(board.database, code="mitt")

    def stamp() -> object:
        with open_reading(board.database) as s:
            return stamps_of(s, [case])[case.id]

    before = stamp()
    assert stamp() == before
    with board.database.engine.begin() as connection:
        columns = "at, by_role, action, object_type, reason, digest, previous, hash, format"
        connection.exec_driver_sql(
            f"INSERT INTO trail (id, chain, place, board_id, {columns}) "
            f"SELECT 0, {other.id}, 0, {other.id}, {columns} FROM trail WHERE id = 1"
        )
    assert stamp() == before, "a chain's own order holds: what comes last in it is its newest"
    with board.database.engine.begin() as connection:
        connection.exec_driver_sql(f"INSERT INTO trail_heads VALUES ({other.id + 1}, 1, 2, 'x')")
        connection.exec_driver_sql(
            f"INSERT INTO trail (id, chain, place, board_id, {columns}) "
            f"SELECT -1, {other.id + 1}, 1, {other.id + 1}, {columns} FROM trail WHERE id = 1"
        )
    assert stamp() != before
