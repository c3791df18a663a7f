"""Reclaims: grounds, what "established" is, and what remains."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from vetting.casework.domain.next_steps import CaseHolder
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.roles import Action
from vetting.kernel.text import NO_WORDS, Words, _, lower_first, same_in_both

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date


class ReclaimGround(StrEnum):
    """Why money is asked back (DOMAIN b 9; each board adopts its own)."""

    UNUSED = "unused"
    NOT_FOR_PURPOSE = "not_for_purpose"
    NOT_REPORTED = "not_reported"
    WRONG_INFORMATION = "wrong_information"
    WRONGLY_PAID = "wrongly_paid"
    DEMOCRACY_CONDITION = "democracy_condition"
    RATE = "rate"
    """Of a booking: the difference to the rate that holds, charged afterwards."""


RECLAIM_GROUND_WORDS: Final[Mapping[ReclaimGround, Words]] = {
    ReclaimGround.UNUSED: _("Oförbrukat enligt redovisningen"),
    ReclaimGround.NOT_FOR_PURPOSE: _("Inte använt till ändamålet eller i tid"),
    ReclaimGround.NOT_REPORTED: _("Inte redovisat"),
    ReclaimGround.WRONG_INFORMATION: _("Felaktiga uppgifter"),
    ReclaimGround.WRONGLY_PAID: _("Felaktigt utbetalt av annat skäl"),
    ReclaimGround.DEMOCRACY_CONDITION: _("Demokrativillkoret är inte uppfyllt"),
    ReclaimGround.RATE: _("Taxa i efterhand"),
}
GROUNDS_OF: Final[Mapping[CaseKind, tuple[ReclaimGround, ...]]] = {
    CaseKind.GRANT: tuple(ground for ground in ReclaimGround if ground is not ReclaimGround.RATE),
    CaseKind.BOOKING: (ReclaimGround.RATE,),
}
"""Why something can be claimed in a case of a kind."""


class EstablishedBy(StrEnum):
    """What it rests on: never a suspicion."""

    BOARD_DECISION = "board_decision"
    JUDGMENT = "judgment"
    AUTHORITY_DECISION = "authority_decision"
    REPORT = "report"
    MISSING_REPORT = "missing_report"
    CALCULATION = "calculation"


ESTABLISHED_WORDS: Final[Mapping[EstablishedBy, Words]] = {
    EstablishedBy.BOARD_DECISION: _("Beslut av nämnden"),
    EstablishedBy.JUDGMENT: _("Dom"),
    EstablishedBy.AUTHORITY_DECISION: _("Beslut av annan myndighet"),
    EstablishedBy.REPORT: _("Redovisningen"),
    EstablishedBy.MISSING_REPORT: _("Redovisning ej inkommen"),
    EstablishedBy.CALCULATION: _("Nämndens beräkning"),
}
OF_OTHERS: Final = (EstablishedBy.BOARD_DECISION, EstablishedBy.JUDGMENT, EstablishedBy.AUTHORITY_DECISION)
"""What somebody has decided: the only things that a reclaim on the democracy condition can rest on."""
RESTS_ON: Final[Mapping[ReclaimGround, EstablishedBy]] = {
    ReclaimGround.UNUSED: EstablishedBy.REPORT,
    ReclaimGround.NOT_FOR_PURPOSE: EstablishedBy.REPORT,
    ReclaimGround.NOT_REPORTED: EstablishedBy.MISSING_REPORT,
    ReclaimGround.WRONG_INFORMATION: EstablishedBy.CALCULATION,
    ReclaimGround.WRONGLY_PAID: EstablishedBy.CALCULATION,
    ReclaimGround.RATE: EstablishedBy.CALCULATION,
}
"""What a reclaim on a ground rests on, where nobody names a decision."""


class ReclaimState(StrEnum):
    """Where a reclaim stands."""

    PROPOSED = "proposed"
    COMMUNICATED = "communicated"
    DECIDED = "decided"
    PAID = "paid"
    WAIVED = "waived"
    WRITTEN_OFF = "written_off"
    QUASHED = "quashed"


RECLAIM_STATE_WORDS: Final[Mapping[ReclaimState, Words]] = {
    ReclaimState.PROPOSED: _("Utreds"),
    ReclaimState.COMMUNICATED: _("Kommunicerat"),
    ReclaimState.DECIDED: _("Beslutat"),
    ReclaimState.PAID: _("Betalt"),
    ReclaimState.WAIVED: _("Eftergivet"),
    ReclaimState.WRITTEN_OFF: _("Avskrivet"),
    ReclaimState.QUASHED: _("Upphävt"),
}
ENDED: Final = frozenset({ReclaimState.PAID, ReclaimState.WAIVED, ReclaimState.WRITTEN_OFF, ReclaimState.QUASHED})
"""Nothing more is to come back."""


class LedgerKind(StrEnum):
    """What takes away from what is to come back. The words are kept in the ledger."""

    PAYMENT = "payment"
    # Never a credited invoice: a waiver is decided here, by another person than the reclaim.
    WAIVER = "waiver"
    WRITE_OFF = "write_off"
    SET_OFF = "set_off"
    """Taken from a payment that the association was to have."""
    REFUND = "refund"
    """What came in too much and is paid back: an amount below nothing."""


PAID_BY: Final = frozenset({LedgerKind.PAYMENT, LedgerKind.SET_OFF, LedgerKind.REFUND})
"""What pays a claim; the rest lets it go."""
LEDGER_WORDS: Final[Mapping[LedgerKind, Words]] = {
    LedgerKind.PAYMENT: _("Inbetalt"),
    LedgerKind.WAIVER: _("Eftergivet"),
    LedgerKind.WRITE_OFF: _("Avskrivet som fordran"),
    LedgerKind.SET_OFF: _("Kvittat mot utbetalning"),
    LedgerKind.REFUND: _("Återbetalt till föreningen"),
}


class CollectionStep(StrEnum):
    """What the finance office's ledger says of a claim; it is followed here, and led there."""

    INVOICED = "invoiced"
    REMINDED = "reminded"
    PLAN = "plan"
    RESPITE = "respite"
    COLLECTION = "collection"
    ENFORCEMENT = "enforcement"
    CONTESTED = "contested"
    ENFORCEMENT_ENDED = "enforcement_ended"
    CONTACT = "contact"
    """With police, Skatteverket, Kronofogden, faith communities, associations: what was asked and answered."""


COLLECTION_WORDS: Final[Mapping[CollectionStep, Words]] = {
    CollectionStep.INVOICED: _("Fakturerat"),
    CollectionStep.REMINDED: _("Påmint"),
    CollectionStep.PLAN: _("Avbetalningsplan"),
    CollectionStep.RESPITE: _("Anstånd"),
    CollectionStep.COLLECTION: _("Inkasso"),
    CollectionStep.ENFORCEMENT: _("Till Kronofogden"),
    CollectionStep.CONTESTED: _("Bestritt hos Kronofogden"),
    CollectionStep.ENFORCEMENT_ENDED: _("Utfall hos Kronofogden"),
    CollectionStep.CONTACT: _("Kontakt"),
}
NUMBERED: Final = frozenset({CollectionStep.INVOICED, CollectionStep.ENFORCEMENT})
"""Steps that have a number of their own: the invoice's, the matter's at Kronofogden."""
UNTIL_A_DAY: Final = frozenset({CollectionStep.PLAN, CollectionStep.RESPITE})
SAID_IN_WORDS: Final = frozenset({CollectionStep.PLAN, CollectionStep.ENFORCEMENT_ENDED, CollectionStep.CONTACT})


def basis_in_words(by: EstablishedBy, on: Words, reference: str) -> Words:
    """What a reclaim rests on, in the middle of a sentence. on: the day in words."""
    match by:
        case EstablishedBy.REPORT:
            return _("redovisningen som kom in {day}", day=on)
        case EstablishedBy.MISSING_REPORT:
            return _("att redovisningen inte har kommit in; den skulle ha kommit {day}", day=on)
        case EstablishedBy.CALCULATION:
            return _("nämndens beräkning {day}", day=on)
        case _:
            said = same_in_both(f", {reference}") if reference else NO_WORDS
            return lower_first(ESTABLISHED_WORDS[by]) + same_in_both(" ") + on + said


def limitation_day(decided_on: date, years: int = 10) -> date:
    """When a claim is too old to be asked for, unless it was interrupted. Source: preskriptionslagen (1981:130) 2 §."""
    try:
        return decided_on.replace(year=decided_on.year + years)
    except ValueError:  # the 29th of February
        return decided_on.replace(year=decided_on.year + years, day=28)


def remaining_amount(claimed: int, entries: Iterable[int]) -> int:
    """Öre that remain after what came back and was waived; never below nothing."""
    return max(0, claimed - sum(entries))


def credit_amount(claimed: int, entries: Iterable[int]) -> int:
    """Öre that have come in beyond what was claimed and not waived: the association's to have back."""
    return max(0, sum(entries) - claimed)


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
