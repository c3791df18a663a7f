"""The scheme of delegation: one person or whoever holds one function, never a group (7 kap. 5 § kommunallagen)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.kernel.decision_outcomes import ADVERSE, FAVOURABLE, DecisionGround, DecisionOutcome
from vetting.kernel.text import NO_WORDS, Words, _, in_context, lower_first, same_in_both

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
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


class DelegatedAct(StrEnum):
    """What one row of the scheme can give the right to."""

    APPROVE = "approve"
    APPROVE_PART = "approve_part"
    REFUSE_BUDGET = "refuse_budget"
    REFUSE_FORMAL = "refuse_formal"
    REFUSE_VALUE = "refuse_value"
    DISMISS = "dismiss"
    DISCONTINUE = "discontinue"
    STOP = "stop"
    LIFT = "lift"
    RECLAIM = "reclaim"
    CONFIRM_ROOM = "confirm_room"
    REFUSE_ROOM = "refuse_room"
    RESCIND_ROOM = "rescind_room"
    SET_ASIDE = "set_aside"
    """To grant what a requirement speaks against: the board itself alone, whatever its scheme says."""


ACT_WORDS: Final[Mapping[DelegatedAct, Words]] = {
    DelegatedAct.APPROVE: _("bevilja helt"),
    DelegatedAct.APPROVE_PART: _("bevilja delvis"),
    DelegatedAct.REFUSE_BUDGET: _("avslå för att pengarna inte räcker"),
    DelegatedAct.REFUSE_FORMAL: _("avslå på ett formellt krav"),
    DelegatedAct.REFUSE_VALUE: _("avslå på ett värdekriterium"),
    DelegatedAct.DISMISS: _("avvisa"),
    DelegatedAct.DISCONTINUE: _("avskriva"),
    DelegatedAct.STOP: _("stoppa en utbetalning"),
    DelegatedAct.LIFT: _("häva ett stopp"),
    DelegatedAct.RECLAIM: _("kräva tillbaka"),
    DelegatedAct.CONFIRM_ROOM: _("bekräfta en bokning"),
    DelegatedAct.REFUSE_ROOM: _("neka en bokning"),
    DelegatedAct.RESCIND_ROOM: _("ta tillbaka en bokning"),
    DelegatedAct.SET_ASIDE: _("göra undantag från ett krav"),
}
ACTS_OF: Final[Mapping[str, tuple[DelegatedAct, ...]]] = {
    "grant": (
        DelegatedAct.APPROVE,
        DelegatedAct.APPROVE_PART,
        DelegatedAct.REFUSE_BUDGET,
        DelegatedAct.REFUSE_FORMAL,
        DelegatedAct.REFUSE_VALUE,
        DelegatedAct.DISMISS,
        DelegatedAct.STOP,
        DelegatedAct.LIFT,
    ),
    "booking": (DelegatedAct.CONFIRM_ROOM, DelegatedAct.REFUSE_ROOM, DelegatedAct.RESCIND_ROOM),
    "reclaim": (DelegatedAct.RECLAIM,),
    "ending": (DelegatedAct.DISCONTINUE,),
}
"""Kind -> its acts."""
OFFERED_ACTS: Final = {act: words for act, words in ACT_WORDS.items() if any(act in own for own in ACTS_OF.values())}
"""What a row of the scheme can give: to make an exception is the board's alone."""
ADVERSE_ACTS: Final = frozenset(
    {
        DelegatedAct.REFUSE_BUDGET,
        DelegatedAct.REFUSE_FORMAL,
        DelegatedAct.REFUSE_VALUE,
        DelegatedAct.DISMISS,
        DelegatedAct.STOP,
        DelegatedAct.REFUSE_ROOM,
        DelegatedAct.RESCIND_ROOM,
    }
)
"""What a row without refusals does not give."""
THE_BOARDS_OWN: Final = frozenset({DelegatedAct.REFUSE_VALUE})
"""What is the board's as it ships: a delegate has it only where the board says so."""


def acts_of_kinds(kinds: Iterable[str], *, refusals: bool) -> frozenset[DelegatedAct]:
    """Everything that some kinds of decisions hold."""
    found = frozenset(act for kind in kinds for act in ACTS_OF.get(kind, ()))
    return found if refusals else found - ADVERSE_ACTS


def given_acts(
    kinds: Collection[str], acts: Collection[DelegatedAct], maker: DecisionAuthority, *, refusals: bool
) -> frozenset[DelegatedAct]:
    """What a new row gives: what was said, else all of its kinds, and for one who decides alone not the board's own."""
    if acts or maker not in SINGLE:
        return frozenset(acts)
    return acts_of_kinds(kinds, refusals=refusals) - THE_BOARDS_OWN


def in_order(acts: Collection[str]) -> list[DelegatedAct]:
    """Acts as they are listed."""
    return [act for act in DelegatedAct if act in acts]


def kinds_of_acts(acts: Collection[DelegatedAct]) -> tuple[str, ...]:
    """The kinds that some acts are of, in order."""
    return tuple(kind for kind, own in ACTS_OF.items() if any(act in acts for act in own))


def acts_needed(
    kind: str,
    outcome: DecisionOutcome,
    grounds: Collection[DecisionGround] = (),
    *,
    against_values: bool = False,
    against_must: bool = False,
) -> frozenset[DelegatedAct]:
    """What a decision takes the right to.

    Whoever may not refuse on such a one does not refuse, or cut, by naming another ground where one is not met.

    Args:
        kind: the kind of case.
        outcome: what is decided.
        grounds: on which grounds.
        against_values: a value criterion is not met in the case.
        against_must: a requirement that the rules give nobody leave to weigh is not met.
    """
    if against_must and outcome in FAVOURABLE and kind in {"grant", "booking"}:
        return acts_needed(kind, outcome, grounds, against_values=against_values) | {DelegatedAct.SET_ASIDE}
    values = frozenset({DelegatedAct.REFUSE_VALUE} if against_values else ())
    if kind == "booking":
        return frozenset({DelegatedAct.CONFIRM_ROOM if outcome in FAVOURABLE else DelegatedAct.REFUSE_ROOM})
    match outcome:
        case DecisionOutcome.DISCONTINUED:
            return frozenset({DelegatedAct.DISCONTINUE})
        case DecisionOutcome.APPROVED:
            return frozenset({DelegatedAct.RECLAIM if kind == "reclaim" else DelegatedAct.APPROVE})
        case DecisionOutcome.PARTLY_APPROVED:
            return frozenset({DelegatedAct.APPROVE_PART}) | values
        case DecisionOutcome.DISMISSED:
            return frozenset({DelegatedAct.DISMISS})
        case DecisionOutcome.REFUSED:
            told = set(grounds) - ({DecisionGround.CRITERION} if values else set())
            return values | {_act_of_ground(ground) for ground in told}
    return frozenset()


def _act_of_ground(ground: DecisionGround) -> DelegatedAct:
    if ground in {DecisionGround.BUDGET, DecisionGround.PRIORITY}:
        return DelegatedAct.REFUSE_BUDGET
    return DelegatedAct.REFUSE_FORMAL


def decider_in_words(maker: str, *, board: str, function: Words, name: str = "", point: str = "") -> Words:
    """The decision maker in the middle of a sentence: the board itself, its committee or chair, or a delegate.

    function: the delegate's title; name: the delegate's name, used where no title is kept.
    """
    match maker:
        case DecisionAuthority.BOARD:
            return same_in_both(board)
        case DecisionAuthority.COMMITTEE:
            return _("ett utskott för {board}", board=board)
        case DecisionAuthority.CHAIR:
            return _("ordföranden för {board}", board=board)
    by_point = _(" (punkt {point})", point=point) if point else NO_WORDS
    by_right = _(" på delegation från {board}", board=board)
    if not function.sv:
        return same_in_both(name) + by_right + by_point
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
    acts: frozenset[DelegatedAct] = frozenset()
    """What of the kinds it gives the right to; empty: all, but for refusals where it has none."""
    title: str = ""
    """The delegate's title in the scheme of delegation."""

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

    def lacks(self, needed: frozenset[DelegatedAct]) -> frozenset[DelegatedAct]:
        """Which of some acts it gives no right to; what the board itself decides it can decide."""
        own = self.acts or acts_of_kinds(self.kinds, refusals=self.refusals)
        if self.maker is DecisionAuthority.BOARD:
            own |= {DelegatedAct.SET_ASIDE}
            own |= {DelegatedAct.DISCONTINUE} if "grant" in self.kinds else frozenset()
        return needed - own

    def covers(
        self, outcome: DecisionOutcome, amount: int | None, needed: frozenset[DelegatedAct] = frozenset()
    ) -> bool:
        """Whether it reaches a decision. needed: what the decision takes the right to."""
        if self.lacks(needed):
            return False
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
    needed: frozenset[DelegatedAct] = frozenset(),
    *,
    by_minutes: bool = False,
) -> DecisionRight | None:
    """The right a person decides by: one that covers it, one's own before a substitute's, a chair's urgent one last.

    by_minutes: a paragraph of a meeting's minutes is named, so it is the meeting that has decided, where the person may
    enter that; else what they noted would be their own decision by delegation.
    Where none covers it, the widest: the gate then says what is lacking.
    """
    in_force = [right for right in held if right.holds(kind, on)]
    covering = [right for right in in_force if outcome is None or right.covers(outcome, amount, needed)]
    if by_minutes:
        covering = [right for right in covering if right.maker in BY_MINUTES] or covering
    if outcome is not None and covering:
        return min(covering, key=lambda right: (_BEFORE.index(right.maker), right.for_user is not None, right.row))
    return max(
        in_force,
        key=lambda right: (right.largest is None, right.largest or 0, right.refusals, -right.row),
        default=None,
    )
