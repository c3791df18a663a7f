"""The queue's kept rows held against rows made anew: none that still stands by its stamp may be otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from tests.board import BoardAtWork, judged_again, rules
from tests.factories import NOW
from vetting.cases.models.cases import Case
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.office.services.kept_rows import KeptRows
from vetting.office.services.queue_rows import queue_rows

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

    import pytest

    from vetting.office.services.kept_rows import RowStamp

READERS = (Role.CASEWORKER, Role.DECISION_MAKER, Role.GROUP_MEMBER)
_keep, _standing = KeptRows.keep, KeptRows.standing


def make_all_anew(patch: pytest.MonkeyPatch) -> None:
    """No row is taken from before, and each that would have been is compared."""
    patch.setattr(KeptRows, "standing", _none_stands)
    patch.setattr(KeptRows, "keep", _compared)


def take_from_before(patch: pytest.MonkeyPatch) -> None:
    """Rows are taken from before where they stand, as the program does it."""
    patch.setattr(KeptRows, "standing", _standing)
    patch.setattr(KeptRows, "keep", _keep)


def _none_stands(_self: object, _reader: Hashable, _stamps: Mapping[int, RowStamp]) -> dict[int, Any]:
    return {}


def _compared(self: KeptRows[Any], reader: Hashable, made: Iterable[tuple[int, RowStamp, Any]]) -> None:
    some = list(made)
    for key, stamp, row in some:
        before = self._rows.get((reader, key))
        assert before is None or before[0] != stamp or before[1] == row, f"stale: {before} {row}"
    _keep(self, reader, some)


def rows_of(board: BoardAtWork) -> int:
    """How many rows there are of a board's cases, made for everybody who reads them."""
    found = 0
    with open_reading(board.database) as s:
        cases = s.scalars(select(Case).where(Case.board_id == board.board_id)).all()
        for role in READERS:
            if role in board.staff:
                found += len(queue_rows(s, cases, rules(), by=board.staff[role], on=NOW.date()))
    return found


def compare_around_acts(patch: pytest.MonkeyPatch) -> None:
    """What stands after each act of a board at work is held against what stood after the one before."""
    do = BoardAtWork.do

    def looked_at(self: BoardAtWork, *arguments: Any, **more: Any) -> Any:
        done = do(self, *arguments, **more)
        judged_again(self)
        rows_of(self)
        return done

    make_all_anew(patch)
    patch.setattr(BoardAtWork, "do", looked_at)
