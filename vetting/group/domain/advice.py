"""The reference group's advice: the outcomes there are, and grounds for stepping aside."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.gates.domain.before_decision import FAVOURABLE, DecisionOutcome
from vetting.kernel.text import Words

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
    Advice.RECOMMENDS: Words("tillstyrker", "recommends"),
    Advice.WITH_CONDITIONS: Words("tillstyrker med villkor", "recommends with conditions"),
    Advice.ADVISES_AGAINST: Words("avstyrker", "advises against"),
    Advice.NO_OBJECTION: Words("ingen erinran", "no objection"),
    Advice.SENDS_BACK: Words("återlämnar med fråga", "returns with a question"),
    Advice.POSTPONES: Words("skjuter upp", "postpones"),
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
    ConflictGround.OWN_INTEREST: Words("Det rör mig själv", "It concerns myself"),
    ConflictGround.CLOSE_PERSON: Words("Det rör någon närstående", "It concerns somebody close to me"),
    ConflictGround.REPRESENTATIVE: Words("Jag har uppdrag i föreningen", "I have a role in the association"),
    ConflictGround.TOOK_PART: Words("Jag har deltagit i ett tidigare beslut", "I took part in an earlier decision"),
    ConflictGround.OTHER: Words("Annat som rubbar förtroendet", "Something else that shakes confidence"),
}


def departs_from_advice(advice: Advice | None, outcome: DecisionOutcome) -> bool:
    """Whether a decision goes against the group's advice."""
    if advice is None or advice in NO_OPINION:
        return False
    favourable = outcome in FAVOURABLE
    return (
        favourable
        if advice is Advice.ADVISES_AGAINST
        else outcome in {DecisionOutcome.REFUSED, DecisionOutcome.DISMISSED}
    )
