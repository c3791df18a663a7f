"""Days between two days or moments: the same number from both databases."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Date, literal, null, select

from tests.board import board
from vetting.kernel.store.day_counts import days_between
from vetting.kernel.store.session import open_reading

if TYPE_CHECKING:
    from tests.board import BoardAtWork

__all__ = ["board"]


@pytest.mark.both_engines
def test_days_are_counted_from_the_first_to_the_second(board: BoardAtWork) -> None:
    first, last = literal(date(2026, 2, 27), Date), literal(date(2026, 3, 2), Date)
    with open_reading(board.database) as s:
        assert s.scalar(select(days_between(first, last))) == 3
        assert s.scalar(select(days_between(last, first))) == -3
        assert s.scalar(select(days_between(first, null()))) is None
