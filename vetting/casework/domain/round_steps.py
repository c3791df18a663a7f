"""What is next in a round of applications, for one person: the first step of the road that has cases waiting."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from vetting.casework.domain.cases import CaseState
from vetting.casework.domain.next_steps import CaseHolder
from vetting.kernel.roles import Action

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from vetting.kernel.roles import Person


class RoundAct(StrEnum):
    """What can be next in a round."""

    AWAIT_OPENING = "await_opening"
    TAKE_IN = "take_in"
    HANDLE = "handle"
    HEAR = "hear"
    DECIDE = "decide"
    PAY = "pay"
    FOLLOW_UP = "follow_up"
    END = "end"
    CLOSE = "close"


class RoundRow(NamedTuple):
    """One step of a round's road: the states of the cases that wait there, who has them, and what it needs."""

    act: RoundAct
    states: frozenset[CaseState]
    holder: CaseHolder
    needs: Action


ROUND_ROAD: Final = (
    RoundRow(
        RoundAct.HANDLE,
        frozenset({CaseState.RECEIVED, CaseState.IN_PROGRESS}),
        CaseHolder.OFFICER,
        Action.ASSESS,
    ),
    RoundRow(RoundAct.HEAR, frozenset({CaseState.REFERRED}), CaseHolder.GROUP, Action.RECORD_MEETING),
    RoundRow(RoundAct.DECIDE, frozenset({CaseState.READY}), CaseHolder.DECISION_MAKER, Action.DECIDE),
    RoundRow(RoundAct.PAY, frozenset({CaseState.PAYMENT}), CaseHolder.FINANCE, Action.PAY),
    RoundRow(
        RoundAct.FOLLOW_UP,
        frozenset({CaseState.REPORTING}),
        CaseHolder.OFFICER,
        Action.ASSESS,
    ),
    RoundRow(RoundAct.END, frozenset({CaseState.DECIDED}), CaseHolder.OFFICER, Action.ASSESS),
)
WITH_THE_ASSOCIATION: Final = frozenset({CaseState.COMPLETION, CaseState.COMMUNICATION})


class RoundProgress(NamedTuple):
    """Where a round stands: its days, whether it takes no more in, and how many cases are in which state."""

    opens_on: date
    closes_on: date
    closed: bool
    cases: Mapping[CaseState, int]


class RoundStep(NamedTuple):
    """The one step that is next, and what lies with others."""

    act: RoundAct | None
    """None where nothing is this person's."""
    number: int
    """How many cases it is about."""
    others: Sequence[tuple[CaseHolder, int]]
    """Who has how many beside it, in the order of the road."""


def round_step(standing: RoundProgress, by: Person, on: date) -> RoundStep:
    if on < standing.opens_on and not standing.cases and not standing.closed:
        return RoundStep(RoundAct.AWAIT_OPENING, 0, ())
    waiting = [(row, sum(standing.cases.get(state, 0) for state in row.states)) for row in ROUND_ROAD]
    own = next(((row, many) for row, many in waiting if many and by.may(row.needs)), None)
    asked = sum(standing.cases.get(state, 0) for state in WITH_THE_ASSOCIATION)
    elsewhere = [(row.holder, many) for row, many in waiting if many and not by.may(row.needs)]
    others = _added_up([(CaseHolder.ASSOCIATION, asked), *elsewhere] if asked else elsewhere)
    if own is not None:
        return RoundStep(own[0].act, own[1], others)
    manages = by.may(Action.MANAGE_ROUNDS) and not standing.closed
    if manages and on > standing.closes_on:
        return RoundStep(RoundAct.CLOSE, 0, others)
    return RoundStep(RoundAct.TAKE_IN if manages and by.may(Action.IMPORT) else None, 0, others)


def _added_up(others: Sequence[tuple[CaseHolder, int]]) -> list[tuple[CaseHolder, int]]:
    found: dict[CaseHolder, int] = {}
    for holder, many in others:
        found[holder] = found.get(holder, 0) + many
    return list(found.items())
