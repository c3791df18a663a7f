"""Reclaims: grounds, what "established" is, and what remains."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from vetting.gates.domain.next_steps import CaseHolder
from vetting.kernel.roles import Action
from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date


class ReclaimGround(StrEnum):
    """Why money is asked back (DOMAIN b 9; each board adopts its own)."""

    NOT_FOR_PURPOSE = "not_for_purpose"
    NOT_REPORTED = "not_reported"
    WRONG_INFORMATION = "wrong_information"
    WRONGLY_PAID = "wrongly_paid"
    DEMOCRACY_CONDITION = "democracy_condition"


RECLAIM_GROUND_WORDS: Final[Mapping[ReclaimGround, Words]] = {
    ReclaimGround.NOT_FOR_PURPOSE: _("Inte använt till ändamålet eller i tid"),
    ReclaimGround.NOT_REPORTED: _("Inte redovisat"),
    ReclaimGround.WRONG_INFORMATION: _("Felaktiga uppgifter"),
    ReclaimGround.WRONGLY_PAID: _("Felaktigt utbetalt av annat skäl"),
    ReclaimGround.DEMOCRACY_CONDITION: _("Demokrativillkoret är inte uppfyllt"),
}


class EstablishedBy(StrEnum):
    """What has established it: never a suspicion."""

    BOARD_DECISION = "board_decision"
    JUDGMENT = "judgment"
    AUTHORITY_DECISION = "authority_decision"


ESTABLISHED_WORDS: Final[Mapping[EstablishedBy, Words]] = {
    EstablishedBy.BOARD_DECISION: _("Beslut av nämnden"),
    EstablishedBy.JUDGMENT: _("Dom"),
    EstablishedBy.AUTHORITY_DECISION: _("Beslut av annan myndighet"),
}


class ReclaimState(StrEnum):
    """Where a reclaim stands."""

    PROPOSED = "proposed"
    COMMUNICATED = "communicated"
    DECIDED = "decided"
    PAID = "paid"
    QUASHED = "quashed"


RECLAIM_STATE_WORDS: Final[Mapping[ReclaimState, Words]] = {
    ReclaimState.PROPOSED: _("Utreds"),
    ReclaimState.COMMUNICATED: _("Kommunicerat"),
    ReclaimState.DECIDED: _("Beslutat"),
    ReclaimState.PAID: _("Betalt"),
    ReclaimState.QUASHED: _("Upphävt"),
}


def remaining_amount(claimed: int, entries: Iterable[int]) -> int:
    """Öre that remain after what came back and was waived; never below nothing."""
    return max(0, claimed - sum(entries))


class ReclaimAct(StrEnum):
    """What is next in a reclaim."""

    COMMUNICATE = "communicate"
    AWAIT_REPLY = "await_reply"
    DECIDE = "decide"
    COLLECT = "collect"


RECLAIM_ACT_NEEDS: Final[Mapping[ReclaimAct, Action]] = {
    ReclaimAct.COMMUNICATE: Action.RECLAIM,
    ReclaimAct.DECIDE: Action.DECIDE,
    ReclaimAct.COLLECT: Action.PAY,
}


class ReclaimDays(NamedTuple):
    """The days of a reclaim; None where the day has not come."""

    opened_on: date
    communicated_on: date | None
    reply_by: date | None
    replied_on: date | None
    decided_on: date | None
    due_on: date | None


class ReclaimStep(NamedTuple):
    """What is next, whose it is and since when, and the last day of what is waited for."""

    act: ReclaimAct
    holder: CaseHolder
    since: date
    until: date | None


def next_reclaim_step(state: ReclaimState, days: ReclaimDays, on: date) -> ReclaimStep | None:
    """What is next in a reclaim; nothing in one that is paid or quashed.

    It is decided once the association has answered, or the day to answer has passed.
    """
    match state:
        case ReclaimState.PROPOSED:
            return ReclaimStep(ReclaimAct.COMMUNICATE, CaseHolder.OFFICER, days.opened_on, None)
        case ReclaimState.COMMUNICATED:
            told = days.communicated_on or days.opened_on
            if days.replied_on is None and days.reply_by is not None and days.reply_by >= on:
                return ReclaimStep(ReclaimAct.AWAIT_REPLY, CaseHolder.ASSOCIATION, told, days.reply_by)
            since = days.replied_on or days.reply_by or told
            return ReclaimStep(ReclaimAct.DECIDE, CaseHolder.DECISION_MAKER, since, None)
        case ReclaimState.DECIDED:
            return ReclaimStep(ReclaimAct.COLLECT, CaseHolder.FINANCE, days.decided_on or days.opened_on, days.due_on)
        case _:
            return None
