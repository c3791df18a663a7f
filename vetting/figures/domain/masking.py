"""Small numbers in what is made for others: hidden, with a second cell where the sum would tell.

What fewer than five associations have may point at one of them. Nothing at all points at nobody and is told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from vetting.figures.domain.figures import LEAST, FigureGroup, Tally
from vetting.kernel.decision_outcomes import DecisionOutcome

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence


class Mask(NamedTuple):
    """What of some numbers that are told with their sum is hidden."""

    cells: frozenset[str]
    total: bool


NOTHING: Final = Mask(frozenset(), total=False)
SAME_SUM: Final = (
    (FigureGroup.RECEIVED, FigureGroup.PROPOSALS),
    (FigureGroup.SHOWN, FigureGroup.ANSWERED),
)
"""Groups that count the same rows in two ways: their sums are one."""
TURNED_DOWN: Final = (DecisionOutcome.REFUSED.value, DecisionOutcome.DISMISSED.value)
"""Of the outcomes those whose sum is that of the grounds."""
TIMES_BESIDE: Final[Mapping[str, FigureGroup]] = {
    "decision": FigureGroup.OUTCOMES,
    "letter": FigureGroup.OUTCOMES,
    "payment": FigureGroup.OUTCOMES,
    "hearing": FigureGroup.HEARD,
    "report": FigureGroup.IN_TIME,
    "booking": FigureGroup.ANSWERED,
}
"""Steps of the times whose number is nearly that of a group's cells: not told where any of those is hidden."""


def mask_numbers(numbers: Mapping[str, int], small: Collection[str], *, without_sum: bool = False) -> Mask:
    """Hides what is small, and as many of the least others as keep the sum from telling it.

    numbers: of each cell; small: the cells that are to be hidden; without_sum: the sum is not told. What is hidden is
    two or more, five or more together, and not so few that each must be one. Where there are no more to hide, the sum
    is hidden too. A sum that is not told has a cell that is not told either.
    """
    hidden = {name for name in small if numbers[name]}
    others = sorted(((number, name) for name, number in numbers.items() if number and name not in hidden), reverse=True)
    if without_sum:
        if others and not hidden:
            hidden.add(others.pop()[1])
        return Mask(frozenset(hidden), total=True)
    while hidden and not _keeps_quiet([numbers[name] for name in hidden]):
        if not others:
            return Mask(frozenset(hidden), total=True)
        hidden.add(others.pop()[1])
    return Mask(frozenset(hidden), total=False)


def _keeps_quiet(hidden: Sequence[int]) -> bool:
    """Whether their sum, which can be worked out from the rest, leaves more than one possibility for each."""
    return len(hidden) > 1 and sum(hidden) >= LEAST and sum(hidden) > len(hidden)


class CountedPiece(NamedTuple):
    """What was counted of each group in some of the days of a period; told: whether another report tells them too."""

    found: Mapping[FigureGroup, Mapping[str, Tally]]
    told: bool


def mask_beside(pieces: Sequence[CountedPiece]) -> dict[FigureGroup, Mask]:
    """What of a period must be hidden since the reports of its parts, taken from it, would tell what few have.

    What is left of a cell when all parts that tell it are taken away is that of the other parts together. It is told
    where it is that of many, and is not what one report hides.
    """
    masks = [mask_groups(piece.found) if piece.told else {} for piece in pieces]
    found = {}
    for group in {group for piece in pieces for group in piece.found}:
        beside = [
            (piece.found.get(group, {}), mask.get(group) if piece.told else None)
            for piece, mask in zip(pieces, masks, strict=True)
        ]
        names = {name for cells, _mask in beside for name in cells}
        hidden = {
            name
            for name in names
            if _tells_few(
                [(cells.get(name, Tally()), mask is not None and name in mask.cells, mask) for cells, mask in beside]
            )
        }
        total = _tells_few([(sum_of(cells), mask is not None and mask.total, mask) for cells, mask in beside])
        found[group] = Mask(frozenset(hidden), total=total)
    return found


def _tells_few(parts: Sequence[tuple[Tally, bool, Mask | None]]) -> bool:
    """Whether what is left of a number that is told tells what few have.

    parts: of each what is counted in it, whether its report hides that, and that report's mask; None where it has none.
    """
    unseen = [tally for tally, hidden, mask in parts if tally.number and (hidden or mask is None)]
    left = sum_of(dict(enumerate(unseen)))
    alone = len(unseen) == 1 and any(hidden and tally.number for tally, hidden, _mask in parts)
    return left.is_small or left.tells_amount_of_few or alone


def mask_groups(
    found: Mapping[FigureGroup, Mapping[str, Tally]], beside: Mapping[FigureGroup, Mask] | None = None
) -> dict[FigureGroup, Mask]:
    """What is hidden of groups that are told beside each other: none tells what another hides.

    beside: what must be hidden since other reports tell the rest.
    """
    also = beside or {}
    small = {
        group: {name for name, one in cells.items() if one.is_small} | also.get(group, NOTHING).cells
        for group, cells in found.items()
    }
    quiet = {group for group, cells in found.items() if sum_of(cells).is_small or also.get(group, NOTHING).total}
    while True:
        masks = {
            group: mask_numbers(
                {name: one.number for name, one in cells.items()}, small[group], without_sum=group in quiet
            )
            for group, cells in found.items()
        }
        before = (len(quiet), sum(len(names) for names in small.values()))
        quiet |= {group for group, mask in masks.items() if mask.total}
        for pair in SAME_SUM:
            if quiet & set(pair):
                quiet |= set(pair) & set(found)
        _keep_grounds_quiet(found, masks, small, quiet)
        if before == (len(quiet), sum(len(names) for names in small.values())):
            return masks


def _keep_grounds_quiet(
    found: Mapping[FigureGroup, Mapping[str, Tally]],
    masks: Mapping[FigureGroup, Mask],
    small: dict[FigureGroup, set[str]],
    quiet: set[FigureGroup],
) -> None:
    """The grounds have the sum of the refused and the dismissed: neither tells the other."""
    outcomes = found.get(FigureGroup.OUTCOMES, {})
    turned_down = {name for name in TURNED_DOWN if name in outcomes and outcomes[name].number}
    if not turned_down or FigureGroup.GROUNDS not in found:
        return
    if masks[FigureGroup.OUTCOMES].cells & turned_down:
        quiet.add(FigureGroup.GROUNDS)
    elif FigureGroup.GROUNDS in quiet:
        small[FigureGroup.OUTCOMES].add(min(turned_down, key=lambda name: (outcomes[name].number, name)))


def sum_of(cells: Mapping[Any, Tally]) -> Tally:
    """All cells together."""
    total = Tally()
    for tally in cells.values():
        total = total.plus(tally)
    return total
