"""Small numbers in what is made for others: hidden, with a second cell where the sum would tell.

Fewer than five cases may point at one association. Nothing at all points at nobody and is told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LEAST: Final = 5
"""From here on a number is told."""


class Mask(NamedTuple):
    """What of some numbers that are told with their sum is hidden."""

    cells: frozenset[str]
    total: bool


def mask_numbers(numbers: Mapping[str, int]) -> Mask:
    """Hides each number under five but nothing, and as many of the smallest others as keep the sum from telling it.

    What is hidden is two or more, five or more together, and not so few that each must be one. Where there are no more
    to hide, the sum is hidden too.
    """
    hidden = {name for name, number in numbers.items() if 0 < number < LEAST}
    others = sorted(((number, name) for name, number in numbers.items() if number >= LEAST), reverse=True)
    while hidden and not _keeps_quiet([numbers[name] for name in hidden]):
        if not others:
            return Mask(frozenset(hidden), total=True)
        hidden.add(others.pop()[1])
    return Mask(frozenset(hidden), total=False)


def _keeps_quiet(hidden: Sequence[int]) -> bool:
    """Whether their sum, which can be worked out from the rest, leaves more than one possibility for each."""
    return len(hidden) > 1 and sum(hidden) >= LEAST and sum(hidden) > len(hidden)
