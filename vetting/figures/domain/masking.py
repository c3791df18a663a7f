"""Small numbers in what is made for others: hidden, with a second cell where the sum would tell.

What fewer than five associations have may point at one of them. Nothing at all points at nobody and is told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from vetting.figures.domain.figures import LEAST, FigureGroup, Tally, all_together
from vetting.kernel.decision_outcomes import DecisionOutcome

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    Found = Mapping[FigureGroup, Mapping[str, Tally]]
    """What was counted of each group, by cell."""


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


ALL_CELLS: Final = None
"""In the place of a cell: the sum of them."""


class CountedPieces(NamedTuple):
    """A time in pieces without a day in common: what each counted; told: which of them other reports tell together."""

    pieces: Sequence[Found]
    told: frozenset[frozenset[int]] = frozenset()


def mask_beside(counted: CountedPieces) -> dict[FigureGroup, Mask]:
    """What of a period must be hidden since other reports, taken from it, would tell what few have.

    Any reports without a day in common may be taken from it. What is left of a cell that they all tell is told where it
    is that of many, and is not what another report hides. Those reports hide by the same rule.
    """
    return _mask_within(counted, frozenset(range(len(counted.pieces))))


def _mask_within(counted: CountedPieces, window: frozenset[int]) -> dict[FigureGroup, Mask]:
    inner = sorted((one for one in counted.told if one < window), key=sorted)
    masks = {one: mask_groups(_found_in(counted, one), _mask_within(counted, one)) for one in inner}
    groups = {group for piece in counted.pieces for group in piece}
    found = {}
    for group in groups:
        names = {name for piece in counted.pieces for name in piece.get(group, {})}
        hidden = {name for name in names if _tells_few(counted, window, masks, group, name)}
        found[group] = Mask(frozenset(hidden), total=_tells_few(counted, window, masks, group, ALL_CELLS))
    return found


def _found_in(counted: CountedPieces, window: frozenset[int]) -> dict[FigureGroup, dict[str, Tally]]:
    """What was counted in some pieces together."""
    pieces = [counted.pieces[place] for place in sorted(window)]
    groups = {group for piece in pieces for group in piece}
    return {group: all_together(piece.get(group, {}) for piece in pieces) for group in groups}


def _tells_few(
    counted: CountedPieces,
    window: frozenset[int],
    masks: Mapping[frozenset[int], Mapping[FigureGroup, Mask]],
    group: FigureGroup,
    name: str | None,
) -> bool:
    """Whether a number that is told tells what few have, to somebody who has the reports that lie in its time."""

    def tally_of(places: frozenset[int]) -> Tally:
        cells = [counted.pieces[place].get(group, {}) for place in sorted(places)]
        return sum_of(dict(enumerate(sum_of(one) if name is ALL_CELLS else one.get(name, Tally()) for one in cells)))

    def counts(places: frozenset[int]) -> frozenset[int]:
        return frozenset(place for place in places if tally_of(frozenset({place})).number)

    hides = {
        one: (mask := of_group.get(group)) is not None and (mask.total if name is ALL_CELLS else name in mask.cells)
        for one, of_group in masks.items()
    }
    unseen = {counts(one) for one, hidden in hides.items() if hidden}
    for taken in _apart([one for one, hidden in hides.items() if not hidden]):
        left = window - taken
        rest = tally_of(left)
        if rest.is_small or rest.tells_amount_of_few or (rest.number and counts(left) in unseen):
            return True
    return bool(counts(window)) and counts(window) in unseen


def _apart(windows: Sequence[frozenset[int]]) -> Iterator[frozenset[int]]:
    """The days of any of some reports that have no day in common."""
    for place, one in enumerate(windows):
        yield one
        for more in _apart([other for other in windows[place + 1 :] if not other & one]):
            yield one | more


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
