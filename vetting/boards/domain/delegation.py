"""The scheme of delegation: one person or whoever holds one function, never a group (7 kap. 5 § kommunallagen)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.kernel.decision_outcomes import ADVERSE, FAVOURABLE, DecisionOutcome
from vetting.kernel.text import NO_WORDS, Words, _, in_context, lower_first, same_in_both

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date


class DecisionAuthority(StrEnum):
    """In whose name it is decided."""

    BOARD = "board"
    COMMITTEE = "committee"
    DELEGATE = "delegate"
    CHAIR = "chair"


DECISION_AUTHORITY_WORDS: Final[Mapping[DecisionAuthority, Words]] = {
    DecisionAuthority.BOARD: _("nämnd"),
    DecisionAuthority.COMMITTEE: _("utskott"),
    DecisionAuthority.DELEGATE: _("delegat"),
    DecisionAuthority.CHAIR: _("ordförande"),
}
SINGLE: Final = frozenset({DecisionAuthority.DELEGATE, DecisionAuthority.CHAIR})
"""One person decides: the time to appeal counts from the minutes in which the decision is reported."""
BY_MINUTES: Final = frozenset({DecisionAuthority.BOARD, DecisionAuthority.COMMITTEE})
"""Decided at a meeting, by a paragraph of its minutes; whoever records it does not decide alone."""
DELEGATED_AUTHORITIES: Final = frozenset(
    {DecisionAuthority.DELEGATE, DecisionAuthority.CHAIR, DecisionAuthority.COMMITTEE}
)
"""Decisions that are reported to the board (6 kap. 40 §, 7 kap. 8 § kommunallagen)."""
KINDS: Final[Mapping[str, Words]] = {
    "grant": _("bidrag"),
    "booking": _("bokningar"),
    "reclaim": in_context("several", "återkrav"),
    "ending": _("avskrivningar"),
}
ENDING: Final = "ending"
"""Of the kinds: to discontinue a case whose matter is gone."""


def decider_in_words(maker: str, *, board: str, function: Words, point: str = "") -> Words:
    """Who has decided, as it stands in a sentence: the board itself, or who decides for it, a delegate by function."""
    match maker:
        case DecisionAuthority.BOARD:
            return same_in_both(board)
        case DecisionAuthority.COMMITTEE:
            return _("ett utskott för {board}", board=board)
        case DecisionAuthority.CHAIR:
            return _("ordföranden för {board}", board=board)
    by_point = _(" (punkt {point})", point=point) if point else NO_WORDS
    by_right = _(" på delegation från {board}", board=board)
    return _("{function}{by_right}{by_point}", function=lower_first(function), by_right=by_right, by_point=by_point)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRight:
    """One row of the scheme as it applies to one person that day.

    largest: öre, none is without limit. for_user: whom a substitute stands in for, else None.
    """

    row: int
    maker: DecisionAuthority
    point: str
    kinds: frozenset[str]
    refusals: bool
    largest: int | None
    valid_from: date
    valid_to: date | None
    for_user: int | None = None
    execution: bool | None = None
    """Whether what is decided by it is execution, no decision; None where the kind of act says so."""

    def executes(self, kind: str, outcome: DecisionOutcome) -> bool:
        """Whether it is execution: as the board has said of the row, else to confirm a room is, nothing else."""
        if self.maker not in SINGLE:
            return False
        if self.execution is not None:
            return self.execution and outcome in FAVOURABLE
        return kind == "booking" and outcome in FAVOURABLE

    def holds(self, kind: str, on: date) -> bool:
        """Whether it is about that kind of case and in force that day; a board that decides grants ends them, too."""
        own = kind == ENDING and self.maker is DecisionAuthority.BOARD and "grant" in self.kinds
        return (own or kind in self.kinds) and self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    def covers(self, outcome: DecisionOutcome, amount: int | None) -> bool:
        """Whether it reaches a decision."""
        if outcome in ADVERSE - FAVOURABLE and not self.refusals:
            return False
        return outcome not in FAVOURABLE or self.largest is None or (amount or 0) <= self.largest


_BEFORE: Final = (
    DecisionAuthority.DELEGATE,
    DecisionAuthority.COMMITTEE,
    DecisionAuthority.BOARD,
    DecisionAuthority.CHAIR,
)


def best_right(
    held: Iterable[DecisionRight],
    kind: str,
    on: date,
    outcome: DecisionOutcome | None = None,
    amount: int | None = None,
) -> DecisionRight | None:
    """The right a person decides by: one that covers it, one's own before a substitute's, a chair's urgent one last.

    Where none covers it, the widest: the gate then says what is lacking.
    """
    in_force = [right for right in held if right.holds(kind, on)]
    covering = [right for right in in_force if outcome is None or right.covers(outcome, amount)]
    if outcome is not None and covering:
        return min(covering, key=lambda right: (_BEFORE.index(right.maker), right.for_user is not None, right.row))
    return max(
        in_force,
        key=lambda right: (right.largest is None, right.largest or 0, right.refusals, -right.row),
        default=None,
    )
