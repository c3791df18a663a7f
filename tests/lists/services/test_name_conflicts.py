"""A list whose number is one association's and whose name is another's: each row is named, and a person says who."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from tests.board import NUMBERS, BoardAtWork, clean_facts
from tests.factories import NOW, TODAY
from vetting.casework.models.cases import Case
from vetting.casework.services import name_conflicts
from vetting.engine.facts import NUMBER
from vetting.kernel.organisation_numbers import format_number
from vetting.kernel.problem import Refused
from vetting.kernel.roles import Role
from vetting.kernel.store import trail, trail_verification
from vetting.kernel.store.session import open_reading
from vetting.lists.models.staged_files import StagedFile, StagedProblem, StagedRow
from vetting.lists.services import earlier_lists, import_batches
from vetting.lists.services import name_conflicts as import_names
from vetting.lists.services.name_conflicts import RowSubject

OWN, OTHER = "Kulturföreningen Provkvarnen", "Bågskytteklubben Försöket"
HEADINGS = "Förening;Org.nr;Medlemmar;Sökt;Ändamål;Inkom;Bankgiro;Stadgar bifogade"


@pytest.fixture
def board(board: BoardAtWork) -> BoardAtWork:
    board.receive(clean_facts(NUMBERS[0], OWN), round_id=None)
    return board


def staged(board: BoardAtWork, *rows: tuple[str, str]) -> int:
    lines = [f"{name};{number};40;40 000;kurser;{TODAY.isoformat()};1234-5678;ja" for name, number in rows]
    return board.staged("\n".join([HEADINGS, *lines]).encode(), "lista.csv")


def conflicts(board: BoardAtWork, key: int) -> list[tuple[int, str, str]]:
    with open_reading(board.database) as s:
        return [(one.row, one.name, one.owner) for one in import_names.row_conflicts(s, key)]


def settle(board: BoardAtWork, key: int, meant: dict[int, RowSubject]) -> int:
    with open_reading(board.database) as s:
        keys = {one.row: one.key for one in import_names.row_conflicts(s, key)}
    by = board.staff[Role.CASEWORKER]
    return import_names.settle_rows(board.database, key, {keys[row]: whom for row, whom in meant.items()}, by=by)


def came(board: BoardAtWork, key: int) -> list[tuple[str, str, bool]]:
    """Number, name and whether it is in conflict, of each case of the list once it is in."""
    batch: Any = board.do(import_batches.confirm_import, key, good_only=True)
    with open_reading(board.database) as s:
        found = s.scalars(select(Case).where(Case.batch_id == batch.id).order_by(Case.id)).all()
        waits = name_conflicts.name_conflicts_of(s, found)
        assert trail_verification.verify_trail(s).problems == []
        return [(case.number, case.name, case.id in waits) for case in found]


def test_each_row_in_conflict_is_named_with_whose_number_it_is_and_the_others_are_not(board: BoardAtWork) -> None:
    key = staged(board, (OTHER, NUMBERS[0]), (OWN, NUMBERS[0]), ("Föreningen Ny", NUMBERS[1]), (OTHER, ""))
    assert conflicts(board, key) == [(2, OTHER, OWN)]
    with open_reading(board.database) as s:
        problem = import_names.row_conflicts(s, key)[0].problem
    assert problem.what.sv == f"Numret {format_number(NUMBERS[0])} hör till {OWN}. På den här raden står {OTHER}."
    assert "2" in problem.where


def test_a_number_that_nobody_here_has_stands_in_one_name_in_the_list_or_the_row_is_named(board: BoardAtWork) -> None:
    key = staged(
        board,
        ("Föreningen Ny", NUMBERS[1]),
        ("FÖRENINGEN  NY", NUMBERS[1]),
        (OTHER, NUMBERS[1]),
        ("Teatern Prov", NUMBERS[2]),
        ("Kören Prov", NUMBERS[1]),
        (OTHER, ""),
        ("Teatern Prov", ""),
    )
    assert conflicts(board, key) == [(4, OTHER, "Föreningen Ny"), (6, "Kören Prov", "Föreningen Ny")]
    with open_reading(board.database) as s:
        problem = import_names.row_conflicts(s, key)[0].problem
    said = f"På rad 2 hör numret {format_number(NUMBERS[1])} till Föreningen Ny. På den här raden står {OTHER}."
    assert problem.what.sv == said
    assert settle(board, key, {4: RowSubject.OWNER, 6: RowSubject.LEAVE_OUT}) == 2
    assert conflicts(board, key) == []
    assert [name for _, name, _ in came(board, key)] == [
        "Föreningen Ny",
        "FÖRENINGEN NY",
        "Föreningen Ny",
        "Teatern Prov",
        OTHER,
        "Teatern Prov",
    ]


def test_another_way_of_writing_the_name_is_no_conflict(board: BoardAtWork) -> None:
    assert conflicts(board, staged(board, ("KULTURFÖRENINGEN  PROVKVARNEN", NUMBERS[0]))) == []


def test_a_person_says_who_each_row_is_and_what_is_left_is_settled_in_its_case(board: BoardAtWork) -> None:
    key = staged(
        board,
        (OTHER, NUMBERS[0]),
        ("Föreningen Ny", NUMBERS[1]),
        ("Teatern Prov", NUMBERS[0]),
        ("Kören Prov", NUMBERS[0]),
        ("Föreningen Sist", NUMBERS[2]),
    )
    assert [row for row, *_ in conflicts(board, key)] == [2, 4, 5]
    with open_reading(board.database) as s:
        before = s.get_one(StagedFile, key).counts["problems"]
    assert settle(board, key, {2: RowSubject.OWNER, 4: RowSubject.LEAVE_OUT}) == 2
    assert [row for row, *_ in conflicts(board, key)] == [5]
    with open_reading(board.database) as s:
        counts = s.get_one(StagedFile, key).counts
        told = s.scalars(select(StagedProblem).where(StagedProblem.staged_id == key, StagedProblem.stops)).all()
        assert [(row.row, row.value) for row in told] == [(4, "Teatern Prov")]
    assert counts["problems"] == before + 1
    assert counts["other_names"] == 1
    assert (counts["rows"], counts["good"], counts["refused"], counts["by_year"]) == (5, 4, 1, {"2026": 4})
    assert came(board, key) == [
        ("BID-2026-0002", OWN, False),
        ("BID-2026-0003", "Föreningen Ny", False),
        ("BID-2026-0004", "Kören Prov", True),
        ("BID-2026-0005", "Föreningen Sist", False),
    ]
    with open_reading(board.database) as s:  # who said so stands in the trail
        entry = s.scalars(select(trail.TrailEntry).where(trail.TrailEntry.action == "list_imported")).one()
        body = s.get_one(trail.TrailPart, (entry.id, "personal")).body
    settled = json.loads(body or "")["detail"]["settled"]
    by = board.staff[Role.CASEWORKER].id
    assert settled == [
        {"row": 2, "name": OTHER, "number": NUMBERS[0], "is": "owner", "by": by},
        {"row": 4, "name": "Teatern Prov", "number": NUMBERS[0], "is": "leave_out", "by": by},
    ]


def test_what_is_said_of_a_row_that_is_in_no_conflict_changes_nothing(board: BoardAtWork) -> None:
    key = staged(board, ("Föreningen Ny", NUMBERS[1]), (OTHER, NUMBERS[0]))
    by = board.staff[Role.CASEWORKER]
    assert (
        import_names.settle_rows(board.database, key, {1: RowSubject.LEAVE_OUT, 10_000: RowSubject.OWNER}, by=by) == 0
    )
    with open_reading(board.database) as s:
        assert s.get_one(StagedFile, key).counts["good"] == 2


def test_nothing_is_settled_in_a_file_that_is_in_or_another_boards(board: BoardAtWork) -> None:
    key = staged(board, (OTHER, NUMBERS[0]))
    with open_reading(board.database) as s:
        row = import_names.row_conflicts(s, key)[0].key
    other = BoardAtWork(board.database, code="soder").build()
    with pytest.raises(Refused):
        import_names.settle_rows(board.database, key, {row: RowSubject.OWNER}, by=other.staff[Role.CASEWORKER])
    board.do(import_batches.confirm_import, key, good_only=True, at=NOW)
    with pytest.raises(Refused):
        import_names.settle_rows(board.database, key, {row: RowSubject.OWNER}, by=board.staff[Role.CASEWORKER])


@pytest.mark.both_engines
def test_a_new_number_under_a_name_that_has_applied_is_asked_about(board: BoardAtWork) -> None:
    [(number, _name, _waits)] = came(board, staged(board, ("Föreningen Fyra", NUMBERS[3])))
    key = staged(board, ("Föreningen Fyra", NUMBERS[4]), (OWN, NUMBERS[5]), ("Föreningen Ny", NUMBERS[2]))
    assert conflicts(board, key) == [(2, "Föreningen Fyra", "Föreningen Fyra")]  # OWN has applied in no round
    with open_reading(board.database) as s:
        [found] = import_names.row_conflicts(s, key)
    numbers = format_number(NUMBERS[4]), format_number(NUMBERS[3])
    said = f"Numret {numbers[0]} är nytt. Föreningen Fyra har numret {numbers[1]} och ansökan {number}."
    assert (found.problem.what.sv, found.subject.sv) == (said, f"Föreningen Fyra {numbers[1]}")
    assert settle(board, key, {2: RowSubject.OWNER}) == 1
    earlier_lists.renew_comparison(board.database, key, by=board.staff[Role.CASEWORKER], on=TODAY)
    with open_reading(board.database) as s:
        row = s.scalars(select(StagedRow).where(StagedRow.staged_id == key, StagedRow.row == 2)).one()
    values = {**(row.of_association or {}).get("values", {}), **(row.of_case or {}).get("values", {})}
    assert (row.number, values[NUMBER]) == (NUMBERS[3], NUMBERS[3])
    assert [name for _, name, _ in came(board, key)] == [OWN, "Föreningen Ny"]
