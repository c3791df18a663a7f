"""Rows of a round's table: written whole by whoever has seen them, never over what somebody else wrote."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.acting import acting
from tests.board import NUMBERS, board, clean_facts, refused
from tests.factories import NOW
from vetting.casework.models.cases import Case
from vetting.casework.services import cases as case_service
from vetting.grants.domain.allocations import RowValues
from vetting.grants.models.allocations import written_rows
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading, run_in_transaction
from vetting.rounds.services.allocations import RowEdit, current_row_values, write_points, write_rows

if TYPE_CHECKING:
    from tests.board import BoardAtWork

__all__ = ["board"]
KR = 1_000_00
NOTHING = RowValues()


def edit(case_id: int, proposed: int | None, *, seen: RowValues = NOTHING, reason: str = "") -> RowEdit:
    values = RowValues(proposed=proposed, reason=reason)
    return RowEdit(case_id=case_id, seen=seen.digest, values=values)


def write(board: BoardAtWork, *edits: RowEdit, by: str = "") -> None:
    """Writes as the caseworker, or as a colleague."""
    if not by:
        board.do(write_rows, board.round_id, edits)
        return
    person = board.somebody(Role.CASEWORKER, by)
    run_in_transaction(board.database, lambda s: write_rows(acting(s, person, NOW), board.round_id, edits))


def stands(board: BoardAtWork, *cases: int) -> list[RowValues]:
    with open_reading(board.database) as s:
        return [current_row_values(s, [case])[case][0] for case in cases]


def number_of(board: BoardAtWork, case_id: int) -> str:
    with open_reading(board.database) as s:
        return s.get_one(Case, case_id).number


@pytest.fixture
def rows(board: BoardAtWork) -> list[int]:
    return [board.receive(clean_facts(NUMBERS[place], f"Förening {place}")).id for place in range(3)]


def test_a_row_is_kept_and_what_says_the_same_is_not_written_again(board: BoardAtWork, rows: list[int]) -> None:
    write(board, edit(rows[0], 30 * KR, reason="  Lägst\npoäng "))
    [first] = stands(board, rows[0])
    assert first == RowValues(proposed=30 * KR, reason="Lägst poäng")
    assert (
        board.do(write_rows, board.round_id, [edit(rows[0], 30 * KR, reason="Lägst poäng"), edit(rows[1], None)]) == []
    )
    with open_reading(board.database) as s:
        assert written_rows(s, rows).keys() == {rows[0]}
        assert trail_verification.verify_trail(s).problems == []


def test_two_who_write_in_the_same_row_are_told_and_nothing_is_lost(board: BoardAtWork, rows: list[int]) -> None:
    write(board, edit(rows[0], 30 * KR), by="lo")
    with pytest.raises(Refused) as told:
        write(board, edit(rows[0], 40 * KR), edit(rows[1], 20 * KR))
    assert told.value.obstacle is Obstacle.STALE
    [problem] = told.value.problems
    assert problem.where == f"amount-{rows[0]}"
    assert problem.what.sv.replace("\u00a0", " ").startswith(
        "Person lo har ändrat raden sedan du läste den: förslag 30 000 kr"
    )
    assert stands(board, *rows[:2]) == [RowValues(proposed=30 * KR), NOTHING]
    write(board, edit(rows[0], 40 * KR, seen=RowValues(proposed=30 * KR)))
    assert stands(board, rows[0]) == [RowValues(proposed=40 * KR)]


def test_a_row_that_was_left_as_it_was_shown_is_not_written_over_new_values(
    board: BoardAtWork, rows: list[int]
) -> None:
    write(board, edit(rows[0], 30 * KR))
    shown = RowValues(proposed=30 * KR)
    write(board, edit(rows[0], 35 * KR, seen=shown), by="lo")
    write(board, edit(rows[0], 30 * KR, seen=shown), edit(rows[1], 10 * KR))
    assert stands(board, *rows[:2]) == [RowValues(proposed=35 * KR), RowValues(proposed=10 * KR)]


def test_a_row_that_was_decided_withdrawn_or_laid_meanwhile_is_told_and_nothing_is_written(
    board: BoardAtWork, rows: list[int]
) -> None:
    decided = board.approve(clean_facts(NUMBERS[3], "Beslutad"))
    board.do(case_service.withdraw_case, number_of(board, rows[0]))
    board.make_ready(number_of(board, rows[1]))
    board.propose(number_of(board, rows[1]))
    for case in (decided.id, rows[0], rows[1]):
        seen = stands(board, case)[0]
        assert refused(board, write_rows, board.round_id, [edit(case, 5, seen=seen), edit(rows[2], 5)]) == (
            Obstacle.STALE,
            [f"amount-{case}"],
        )
    assert stands(board, rows[2]) == [NOTHING]


def test_only_who_proposes_writes_and_only_in_the_rounds_own_rows(board: BoardAtWork, rows: list[int]) -> None:
    beside = board.receive(clean_facts(NUMBERS[4], "Utan omgång"), round_id=None).id
    assert refused(board, write_rows, board.round_id, [edit(beside, 1)])[0] is Obstacle.MISSING
    assert refused(board, write_rows, 999, [edit(rows[0], 1)])[0] is Obstacle.MISSING
    assert refused(board, write_rows, board.round_id, [edit(rows[0], -5, reason="x" * 301)]) == (
        Obstacle.INVALID,
        [f"amount-{rows[0]}", f"reason-{rows[0]}"],
    )
    assert refused(board, write_rows, board.round_id, [edit(rows[0], 1)], role=Role.AUDITOR)[0] is Obstacle.FORBIDDEN


def test_a_proposal_written_in_the_case_stands_in_the_row_until_somebody_writes(
    board: BoardAtWork, rows: list[int]
) -> None:
    number = number_of(board, rows[0])
    board.handle(number)
    board.propose(number)
    [shown] = stands(board, rows[0])
    assert shown.proposed == 40 * KR
    write(board, edit(rows[0], 15 * KR, seen=shown, reason="Halva"))
    assert stands(board, rows[0]) == [RowValues(proposed=15 * KR, reason="Halva")]


def test_what_lies_before_whoever_decides_counts_with_its_own_amount(board: BoardAtWork, rows: list[int]) -> None:
    write(board, edit(rows[0], 15 * KR, reason="Halva"))
    board.make_ready(number_of(board, rows[0]))
    board.propose(number_of(board, rows[0]))
    assert stands(board, rows[0]) == [RowValues(proposed=40 * KR, reason="Halva")]


def test_points_that_are_pasted_leave_the_rest_of_the_rows_as_they_are(board: BoardAtWork, rows: list[int]) -> None:
    write(board, edit(rows[0], 30 * KR))
    numbers = [number_of(board, case) for case in rows]
    pasted = f"{numbers[0]}\t7\r\n{numbers[1].lower()};2,5\n\n"
    board.do(write_points, board.round_id, pasted)
    assert stands(board, *rows) == [RowValues(proposed=30 * KR, points=7), RowValues(points=2.5), NOTHING]
    for line in (f"{numbers[2]}\tmånga", "BID-1999-0001\t3", "7", f"{numbers[2]}\t1\n{numbers[2]}\t2"):
        assert refused(board, write_points, board.round_id, f"{numbers[0]}\t1\n{line}") == (
            Obstacle.INVALID,
            ["pasted"],
        )
    assert refused(board, write_points, board.round_id, f"{numbers[0]}\t99999")[0] is Obstacle.INVALID
    assert stands(board, rows[0]) == [RowValues(proposed=30 * KR, points=7)]
    assert refused(board, write_points, board.round_id, numbers[0], role=Role.AUDITOR)[0] is Obstacle.FORBIDDEN


def test_a_personal_number_is_masked_in_a_reason(board: BoardAtWork, rows: list[int]) -> None:
    write(board, replace(edit(rows[0], 1), values=RowValues(proposed=1, reason="Se 19811218-9876")))
    assert "9876" not in stands(board, rows[0])[0].reason
