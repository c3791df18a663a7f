"""The reference group's advice: the outcomes there are, and grounds for stepping aside."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.kernel.decision_outcomes import FAVOURABLE, DecisionOutcome
from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Mapping


class Advice(StrEnum):
    """What the group can say. It advises; it never decides."""

    RECOMMENDS = "recommends"
    WITH_CONDITIONS = "with_conditions"
    ADVISES_AGAINST = "advises_against"
    NO_OBJECTION = "no_objection"
    SENDS_BACK = "sends_back"
    POSTPONES = "postpones"


ADVICE_WORDS: Final[Mapping[Advice, Words]] = {
    Advice.RECOMMENDS: _("tillstyrker"),
    Advice.WITH_CONDITIONS: _("tillstyrker med villkor"),
    Advice.ADVISES_AGAINST: _("avstyrker"),
    Advice.NO_OBJECTION: _("ingen erinran"),
    Advice.SENDS_BACK: _("återlämnar med fråga"),
    Advice.POSTPONES: _("skjuter upp"),
}
NO_OPINION: Final = frozenset({Advice.SENDS_BACK, Advice.POSTPONES})
"""Outcomes that leave the question open."""
CONSENTS: Final = Advice.NO_OBJECTION
"""What the consent list says of every case on it."""


class ConflictGround(StrEnum):
    """Why somebody steps aside: coded, with no room for more than that."""

    OWN_INTEREST = "own_interest"
    CLOSE_PERSON = "close_person"
    REPRESENTATIVE = "representative"
    TOOK_PART = "took_part"
    OTHER = "other"


CONFLICT_WORDS: Final[Mapping[ConflictGround, Words]] = {
    ConflictGround.OWN_INTEREST: _("Det rör mig själv"),
    ConflictGround.CLOSE_PERSON: _("Det rör någon närstående"),
    ConflictGround.REPRESENTATIVE: _("Jag har uppdrag i föreningen"),
    ConflictGround.TOOK_PART: _("Jag har deltagit i ett tidigare beslut"),
    ConflictGround.OTHER: _("Annat som rubbar förtroendet"),
}


def departs_from_advice(advice: Advice | None, outcome: DecisionOutcome, *, has_conditions: bool) -> bool:
    """Tells whether a decision goes against the group's advice.

    A yes without any condition does, where the group asked for one. Whether a condition is the one that it asked for,
    a person reads.
    """
    if advice is None or advice in NO_OPINION:
        return False
    favourable = outcome in FAVOURABLE
    if advice is Advice.WITH_CONDITIONS and favourable:
        return not has_conditions
    return (
        favourable
        if advice is Advice.ADVISES_AGAINST
        else outcome in {DecisionOutcome.REFUSED, DecisionOutcome.DISMISSED}
    )
