"""A booking that the administration takes back: on which of the agreed terms, with the booker heard, in proportion."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.engine.opinion_words import asked_of_opinion
from vetting.kernel.problem import Problem
from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Mapping


class RescissionGround(StrEnum):
    """Why a confirmed booking is taken back. An opinion is none."""

    WRONG_INFORMATION = "wrong_information"
    TERMS_BROKEN = "terms_broken"
    SAFETY = "safety"


RESCISSION_GROUND_WORDS: Final[Mapping[RescissionGround, Words]] = {
    RescissionGround.WRONG_INFORMATION: _("Uppgifterna vid bokningen var felaktiga"),
    RescissionGround.TERMS_BROKEN: _("Villkoren följs inte"),
    RescissionGround.SAFETY: _("Säkerheten kräver det"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRescission:
    """What is said in taking a booking back."""

    ground: RescissionGround | None
    term: str
    """The term of the agreement, as it stands there."""
    act: str
    """What has happened: an act, with when and whence it is known."""
    heard: str
    """What the booker answered."""
    not_heard_because: str
    """Why there was no time to hear the booker."""
    proportionality: str
    """Why nothing milder will do."""
    without_terms_because: str = ""
    """By what right, where nobody has accepted any terms."""
    acts_not_opinions: bool = False
    """Whoever decides has seen the words of opinion in the reasons, and says that it rests on acts."""


_LACKING: Final[Mapping[str, tuple[Words, Words]]] = {
    "ground": (_("Grunden saknas."), _("Välj en.")),
    "term": (_("Villkoret som beslutet bygger på saknas."), _("Välj det ur avtalet.")),
    "act": (_("Det står inte vad som har hänt."), _("Skriv vad som gjordes, när, och hur det är känt.")),
    "heard": (_("Bokaren har inte fått yttra sig."), _("Skriv vad bokaren svarade, eller varför tiden inte räckte.")),
    "proportionality": (
        _("Det står inte varför något mildare inte räcker."),
        _("Skriv vad som har prövats: villkor, en annan lokal, en annan tid."),
    ),
    "without_terms_because": (
        _("Ingen har godtagit några villkor för bokningen."),
        _("Skriv med vilken rätt bokningen ändå kan tas tillbaka."),
    ),
}


def wrong_with(given: NewRescission, *, accepted: bool) -> list[Problem]:
    """What is lacking before a booking can be taken back. accepted: the booker has accepted terms."""
    lacking = [
        name
        for name, there in (
            ("ground", given.ground is not None),
            ("term", not accepted or bool(given.term.strip())),
            ("without_terms_because", accepted or bool(given.without_terms_because.strip())),
            ("act", bool(given.act.strip())),
            ("heard", bool(given.heard.strip() or given.not_heard_because.strip())),
            ("proportionality", bool(given.proportionality.strip())),
        )
        if not there
    ]
    said = (given.act, given.proportionality, given.heard, given.not_heard_because, given.without_terms_because)
    asked = asked_of_opinion(" ".join(said), answered=given.acts_not_opinions)
    return [*(Problem(name, *_LACKING[name]) for name in lacking), *asked]


_LABELS: Final = (
    ("act", "Det här har hänt: "),
    ("term", "Det strider mot avtalets villkor: "),
    ("without_terms_because", "Rätten att säga upp bokningen: "),
    ("heard", "Ni har svarat: "),
    ("not_heard_because", "Tiden räckte inte för att höra er: "),
    ("proportionality", "Varför något mildare inte räcker: "),
)


def reasons_of(given: NewRescission) -> str:
    """The reasons as they are sent, in Swedish as decisions are."""
    ground = RESCISSION_GROUND_WORDS[given.ground].sv + "." if given.ground else ""
    lines = [f"{label}{getattr(given, name).strip()}" for name, label in _LABELS if getattr(given, name).strip()]
    return "\n".join(filter(None, (ground, *lines)))
