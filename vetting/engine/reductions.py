"""What takes something off a grant by its rules, in words and in money: it stands beside the proposal."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from vetting.engine.reasons import basis_in_words, step_in_words
from vetting.kernel.money import kronor
from vetting.kernel.text import same_in_both

if TYPE_CHECKING:
    from vetting.engine.amounts import WorkedAmount
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
    """What the rules make of what is applied for: at most what their formula gives, less all reductions; öre."""

    applied: int
    before: int
    """What is applied for, or what the formula gives where that is less."""
    worked: WorkedAmount | None
    reductions: tuple[Reduction, ...]
    taken: int

    @property
    def left(self) -> int:
        return self.before - self.taken


def reduced_amount(screening: Screening | None, applied: int | None) -> ReducedAmount | None:
    """What the rules make of an amount; None where they leave it as it is, or nobody knows of what."""
    if screening is None or applied is None:
        return None
    worked = screening.worked_amount
    by_formula = worked.total if worked is not None else None
    before = applied if by_formula is None else min(applied, by_formula)
    if not screening.reductions and before == applied:
        return None
    found = tuple(
        Reduction(item, item.reduction, item.reduction.of(before))
        for item in screening.reductions
        if item.reduction is not None
    )
    return ReducedAmount(applied, before, worked if before < applied else None, found, screening.reduced_by(before))


def reduction_in_words(one: Reduction, screening: Screening) -> Words:
    """'Ansökan kom in i tid: Ansökan kom in 3 dagar efter ... 10 % avdrag: 4 500 kr.', for one reduction."""
    label = one.finding.criterion.label + same_in_both(": ") + basis_in_words(one.finding, screening)
    return (
        label + same_in_both(" ") + step_in_words(one.step) + same_in_both(": ") + kronor(one.taken) + same_in_both(".")
    )
