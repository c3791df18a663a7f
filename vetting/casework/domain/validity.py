"""How long a paper is good by the rules: from its own date, as far as they say how old it may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vetting.engine.conditions import leaves_of
from vetting.engine.conditions.comparisons import LiteralValue
from vetting.kernel.dates import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from vetting.engine.ruleset import RuleSet

DAY_OF: Final[Mapping[str, str]] = {
    "annual_minutes": "annual_meeting_held_on",
    "statutes_document": "statutes_adopted_on",
}
"""Paper -> the fact that is its own date."""


def good_until(ruleset: RuleSet | None, paper: str, dated: date | None) -> date | None:
    """The last day that a paper is young enough; None where it has no date, or no rule says how old it may be."""
    if ruleset is None or dated is None:
        return None
    return min((span.after(dated) for span in _spans(ruleset, {paper, DAY_OF.get(paper, paper)})), default=None)


def _spans(ruleset: RuleSet, facts: set[str]) -> Iterator[Span]:
    for criterion in ruleset.criteria:
        for condition in criterion.conditions:
            for leaf in leaves_of(condition):
                comparison = leaf.comparison
                if comparison.fact in facts and comparison.comparison == "within":
                    operand = comparison.operand
                    if isinstance(operand, LiteralValue) and isinstance(operand.value, Span):
                        yield operand.value
