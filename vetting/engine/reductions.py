"""What takes something off a grant by its rules, in words and in money: it stands beside the proposal."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from vetting.engine.reasons import basis_in_words, step_in_words
from vetting.kernel.money import kronor
from vetting.kernel.text import same_in_both

if TYPE_CHECKING:
    from vetting.engine.criteria import ReductionStep
    from vetting.engine.results import Finding
    from vetting.engine.screening import Screening
    from vetting.kernel.text import Words


class Reduction(NamedTuple):
    """One reduction of an amount: for what, how much by its rule, what that comes to in öre."""

    finding: Finding
    step: ReductionStep
    taken: int


class ReducedAmount(NamedTuple):
    """What is left of an amount when all reductions are taken off; öre."""

    before: int
    reductions: tuple[Reduction, ...]
    taken: int

    @property
    def left(self) -> int:
        """What the rules leave."""
        return self.before - self.taken


def reduced_amount(screening: Screening | None, before: int | None) -> ReducedAmount | None:
    """What the rules take off an amount; None where they take nothing, or nobody knows of what."""
    if screening is None or before is None or not screening.reductions:
        return None
    found = tuple(
        Reduction(item, item.reduction, item.reduction.of(before))
        for item in screening.reductions
        if item.reduction is not None
    )
    return ReducedAmount(before, found, screening.reduced_by(before))


def reduction_in_words(one: Reduction, screening: Screening) -> Words:
    """'Ansökan kom in i tid: Ansökan kom in 3 dagar efter ... 10 % avdrag: 4 500 kr.', for one reduction."""
    label = one.finding.criterion.label + same_in_both(": ") + basis_in_words(one.finding, screening)
    return (
        label + same_in_both(" ") + step_in_words(one.step) + same_in_both(": ") + kronor(one.taken) + same_in_both(".")
    )
