"""Cells of a round's sheet: kept with who and when, told where two write, taken back by the one who wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.board import NUMBERS, board, clean_facts, refused
from tests.factories import NOW
from vetting.cases.models.cases import Case
from vetting.cases.services import cases as case_service
from vetting.grants.domain.allocations import AllocationField, ScenarioKind
from vetting.grants.models.allocations import newest_entries, scenarios_of
from vetting.grants.services.allocations import (
    CellEdit,
    NewScenario,
    choose_scenario,
    drop_scenario,
    keep_scenario,
    undo_last_act,
    write_cells,
)
from vetting.kernel.problem import Obstacle
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading, run_in_transaction

if TYPE_CHECKING:
    from tests.board import BoardAtWork
    from vetting.grants.services.allocations import SheetWriting

__all__ = ["board"]
KR = 1_000_00
AMOUNT, REASON = AllocationField.AMOUNT, AllocationField.REASON


def edit(case_id: int, value: int | str | None, seen: int = 0) -> CellEdit:
    if isinstance(value, str):
        return CellEdit(case_id=case_id, field=REASON, seen=seen, text=value)
    return CellEdit(case_id=case_id, field=AMOUNT, seen=seen, amount=value)


def write(board: BoardAtWork, *edits: CellEdit, by: str = "") -> SheetWriting:
    """Writes as the caseworker, or as a colleague."""
    if not by:
        found: SheetWriting = board.do(write_cells, board.round_id, edits)
        return found
    person = board.somebody(Role.CASEWORKER, by)
    return run_in_transaction(board.database, lambda s: write_cells(s, board.round_id, edits, by=person, at=NOW))


def stands(board: BoardAtWork) -> dict[tuple[int, str], int | str | None]:
    with open_reading(board.database) as s:
        return {(case, field.value): row.value for (case, field), row in newest_entries(s, board.round_id).items()}


@pytest.fixture
def rows(board: BoardAtWork) -> list[int]:
    return [board.receive(clean_facts(NUMBERS[place], f"Förening {place}")).id for place in range(3)]


def test_a_cell_is_kept_and_what_says_the_same_is_not_written_again(board: BoardAtWork, rows: list[int]) -> None:
    [kept] = write(board, edit(rows[0], 30 * KR)).kept
    assert stands(board) == {(rows[0], "amount"): 30 * KR}
    again = write(board, edit(rows[0], 30 * KR, kept.id), edit(rows[0], "", 0), edit(rows[1], None, 0))
    assert (again.kept, again.conflicts) == ([], [])
    with open_reading(board.database) as s:
        assert trail_verification.verify_trail(s).problems == []


def test_two_who_write_in_the_same_cell_are_told_and_neither_is_lost(board: BoardAtWork, rows: list[int]) -> None:
    write(board, edit(rows[0], 30 * KR), by="lo")
    done = write(board, edit(rows[0], 40 * KR), edit(rows[1], 20 * KR))
    assert [entry.case_id for entry in done.kept] == [rows[1]]
    [clash] = done.conflicts
    assert (clash.theirs.amount, clash.by_name, clash.edit.amount) == (30 * KR, "Person lo", 40 * KR)
    assert stands(board)[rows[0], "amount"] == 30 * KR
    write(board, edit(rows[0], 40 * KR, clash.theirs.id))
    assert stands(board)[rows[0], "amount"] == 40 * KR


def test_what_one_wrote_in_another_window_is_told_too(board: BoardAtWork, rows: list[int]) -> None:
    [first] = write(board, edit(rows[0], 30 * KR)).kept
    write(board, edit(rows[0], 35 * KR, first.id))
    done = write(board, edit(rows[0], 40 * KR, first.id))
    [clash] = done.conflicts
    assert (clash.theirs.amount, clash.by_name, done.kept) == (35 * KR, "Person caseworker", [])
    assert stands(board)[rows[0], "amount"] == 35 * KR


def test_a_page_that_holds_old_values_does_not_write_them_over_new_ones(board: BoardAtWork, rows: list[int]) -> None:
    [first] = write(board, edit(rows[0], 30 * KR)).kept
    write(board, edit(rows[0], 35 * KR, first.id), by="lo")
    done = write(board, edit(rows[0], 30 * KR, first.id), edit(rows[1], 10 * KR))
    assert done.conflicts == []
    assert stands(board)[rows[0], "amount"] == 35 * KR


def test_a_pasted_column_is_one_act_and_is_taken_back_as_one(board: BoardAtWork, rows: list[int]) -> None:
    write(board, edit(rows[0], 10 * KR))
    write(board, *(edit(case, 20 * KR, 0) for case in rows[1:]), edit(rows[0], "Lägst poäng"))
    board.do(undo_last_act, board.round_id)
    assert stands(board) == {
        (rows[0], "amount"): 10 * KR,
        (rows[0], "reason"): "",
        (rows[1], "amount"): None,
        (rows[2], "amount"): None,
    }
    board.do(undo_last_act, board.round_id)
    assert stands(board)[rows[0], "amount"] is None
    assert refused(board, undo_last_act, board.round_id) == (Obstacle.INVALID, ["undo"])


def test_what_somebody_else_has_written_since_is_not_taken_back(board: BoardAtWork, rows: list[int]) -> None:
    [first] = write(board, edit(rows[0], 10 * KR)).kept
    write(board, edit(rows[0], 15 * KR, first.id), by="lo")
    assert refused(board, undo_last_act, board.round_id)[0] is Obstacle.STALE
    assert stands(board)[rows[0], "amount"] == 15 * KR


def test_a_row_that_was_decided_or_withdrawn_meanwhile_is_left(board: BoardAtWork, rows: list[int]) -> None:
    decided = board.approve(clean_facts(NUMBERS[3], "Beslutad"))
    board.do(case_service.withdraw_case, board_number(board, rows[0]))
    done = write(board, edit(decided.id, 5), edit(rows[0], 5), edit(rows[1], 5))
    assert {item.case_id for item in done.locked} == {decided.id, rows[0]}
    assert stands(board) == {(rows[1], "amount"): 5}


def board_number(board: BoardAtWork, case_id: int) -> str:
    with open_reading(board.database) as s:
        return s.get_one(Case, case_id).number


def test_only_who_proposes_writes_and_only_in_the_rounds_own_rows(board: BoardAtWork, rows: list[int]) -> None:
    beside = board.receive(clean_facts(NUMBERS[4], "Utan omgång"), round_id=None).id
    assert refused(board, write_cells, board.round_id, [edit(beside, 1)])[0] is Obstacle.MISSING
    assert refused(board, write_cells, 999, [edit(rows[0], 1)])[0] is Obstacle.MISSING
    wrong = [edit(rows[0], -5), edit(rows[0], "x" * 301)]
    assert refused(board, write_cells, board.round_id, wrong) == (
        Obstacle.INVALID,
        [f"amount-{rows[0]}", f"reason-{rows[0]}"],
    )
    assert refused(board, write_cells, board.round_id, [edit(rows[0], 1)], role=Role.AUDITOR)[0] is Obstacle.FORBIDDEN


def test_a_proposal_written_beside_the_sheet_stands_in_it_until_somebody_writes(
    board: BoardAtWork, rows: list[int]
) -> None:
    number = board_number(board, rows[0])
    board.handle(number)
    board.propose(number)
    assert write(board, edit(rows[0], 40 * KR)).kept == []
    write(board, edit(rows[0], None))
    assert stands(board) == {(rows[0], "amount"): None}
    board.do(undo_last_act, board.round_id)
    assert stands(board) == {(rows[0], "amount"): 40 * KR}


def test_a_scenario_is_kept_chosen_as_one_act_and_dropped(board: BoardAtWork, rows: list[int]) -> None:
    write(board, edit(rows[0], 10 * KR))
    new = NewScenario(
        name="Efter poäng",
        kind=ScenarioKind.POINTS,
        settings={},
        amounts={rows[0]: 30 * KR, rows[1]: 0, rows[2]: None},
        reasons={},
    )
    key = board.do(keep_scenario, board.round_id, new).id
    assert refused(board, keep_scenario, board.round_id, new)[1] == ["name"]
    assert stands(board) == {(rows[0], "amount"): 10 * KR}
    board.do(choose_scenario, board.round_id, key)
    assert stands(board) == {(rows[0], "amount"): 30 * KR, (rows[1], "amount"): 0}
    with open_reading(board.database) as s:
        [kept] = scenarios_of(s, board.round_id)
        assert kept.chosen_at is not None
    board.do(undo_last_act, board.round_id)
    assert stands(board) == {(rows[0], "amount"): 10 * KR, (rows[1], "amount"): None}
    board.do(drop_scenario, board.round_id, key)
    assert refused(board, choose_scenario, board.round_id, key)[0] is Obstacle.MISSING


def test_a_kept_sheet_brings_its_reasons_back(board: BoardAtWork, rows: list[int]) -> None:
    kept = NewScenario(
        name="inför presidiet",
        kind=ScenarioKind.KEPT,
        settings={},
        amounts=dict.fromkeys(rows),
        reasons={rows[0]: "Lägst poäng"},
    )
    key = board.do(keep_scenario, board.round_id, kept).id
    write(board, edit(rows[0], "Något annat"))
    board.do(choose_scenario, board.round_id, key)
    assert stands(board)[rows[0], "reason"] == "Lägst poäng"


def test_a_proposal_that_lies_before_the_board_is_not_changed_from_the_sheet(
    board: BoardAtWork, rows: list[int]
) -> None:
    board.make_ready(board_number(board, rows[0]))
    board.propose(board_number(board, rows[0]))
    [locked] = write(board, edit(rows[0], 10 * KR), edit(rows[1], 10 * KR)).locked
    assert locked.case_id == rows[0]
    new = NewScenario(name="a", kind=ScenarioKind.POINTS, settings={}, amounts={rows[0]: 1, rows[1]: None}, reasons={})
    board.do(choose_scenario, board.round_id, board.do(keep_scenario, board.round_id, new).id)
    assert stands(board) == {(rows[1], "amount"): 10 * KR}


def test_one_takes_back_ones_acts_one_by_one_in_the_same_cell(board: BoardAtWork, rows: list[int]) -> None:
    [first] = write(board, edit(rows[0], 11 * KR)).kept
    write(board, edit(rows[0], 12 * KR, first.id))
    board.do(undo_last_act, board.round_id)
    assert stands(board)[rows[0], "amount"] == 11 * KR
    board.do(undo_last_act, board.round_id)
    assert stands(board)[rows[0], "amount"] is None
