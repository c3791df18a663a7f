"""Many in parts, for statements that take so many values and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

T = TypeVar("T")
AT_A_TIME: Final = 500


def in_chunks(rows: Iterable[T], most: int = AT_A_TIME) -> Iterator[list[T]]:
    """The rows in their order, so many at a time; nothing of none."""
    every = list(rows)
    for start in range(0, len(every), most):
        yield every[start : start + most]
