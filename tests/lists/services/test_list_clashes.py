"""Rows of one file that want one room at once are told of, and go in all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from tests.board import board
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.lists.models.staged_files import StagedFile, StagedProblem

if TYPE_CHECKING:
    from tests.board import BoardAtWork

__all__ = ["board"]
HEADING = "Bokningsnr;Lokal;Förening;Org.nr;Arrangemang;Arrangör;Bokare är arrangör;Datum;Från;Till\n"
ROW = (
    "B{place};{room};Kören Provspelet;802999-0036;Repetition;Kören Provspelet;ja;2026-12-0{day};{starts}.00;{ends}.00\n"
)


def told_of(board: BoardAtWork, *rows: tuple[str, int, int, int]) -> tuple[int, int, list[str]]:
    """How many rows clash, how many go in, and what is told."""
    text = HEADING + "".join(
        ROW.format(place=place, room=room, day=day, starts=starts, ends=ends)
        for place, (room, day, starts, ends) in enumerate(rows)
    )
    key = board.staged(text.encode(), "bokningar.csv", into_round=False, role=Role.PREMISES)
    with open_reading(board.database) as s:
        counts = s.get_one(StagedFile, key).counts
        told = s.scalars(select(StagedProblem.what_sv).where(StagedProblem.staged_id == key))
        return counts["clashes"], counts["good"], [what for what in told if "Krockar" in what]


def test_what_clashes_is_counted_named_by_its_row_and_goes_in(board: BoardAtWork) -> None:
    found = told_of(board, ("Salen", 1, 18, 20), ("Salen", 1, 19, 21), ("Salen", 1, 21, 22), ("Ateljén", 1, 18, 20))
    assert found == (
        2,
        4,
        ["Krockar med rad 3: samma lokal samtidigt.", "Krockar med rad 2: samma lokal samtidigt."],
    )


def test_a_list_without_clashes_tells_of_none(board: BoardAtWork) -> None:
    assert told_of(board, ("Salen", 1, 18, 20), ("Salen", 1, 20, 22), ("Salen", 2, 18, 20)) == (0, 3, [])
