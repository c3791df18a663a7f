"""How a board lets its rooms: what it has chosen, the terms of every agreement, the routine that the staff follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from vetting.bookings.domain.weeks import SAMPLE_IN_HUNDRED
from vetting.kernel.problem import Problem
from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST: Final = 200
LONGEST_TERMS: Final = 10_000
ALL_OF_THEM: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Letting:
    """What a board has chosen for its rooms."""

    drawn_in_hundred: int = SAMPLE_IN_HUNDRED
    """How many of a hundred bookings without questions are drawn for control."""
    owner: str = ""
    """The function that answers for the routine."""
    anchored: str = ""
    """Where the routine has been anchored, and when."""
    review_on: date | None = None
    """When it is next gone through."""
    ask: str = ""
    """Whom the staff ask when they are unsure."""


def as_kept(given: Letting) -> dict[str, Any]:
    """As plain data."""
    return {
        "drawn_in_hundred": given.drawn_in_hundred,
        "owner": given.owner,
        "anchored": given.anchored,
        "review_on": given.review_on.isoformat() if given.review_on else None,
        "ask": given.ask,
    }


def letting_of(kept: Mapping[str, Any]) -> Letting:
    """What was kept, with what ships where the board has not chosen."""
    review = kept.get("review_on")
    return Letting(
        drawn_in_hundred=int(kept.get("drawn_in_hundred", SAMPLE_IN_HUNDRED)),
        owner=kept.get("owner", ""),
        anchored=kept.get("anchored", ""),
        review_on=date.fromisoformat(review) if review else None,
        ask=kept.get("ask", ""),
    )


def wrong_with(given: Letting) -> list[Problem]:
    """What cannot be chosen."""
    if 0 <= given.drawn_in_hundred <= ALL_OF_THEM:
        return []
    return [
        Problem("drawn_in_hundred", _("Stickprovets storlek är inte giltig."), _("Skriv ett helt tal från 0 till 100."))
    ]


class AcceptanceChannel(StrEnum):
    """How a booker accepted the terms."""

    SIGNATURE = "signature"
    REPLY = "reply"
    SYSTEM = "system"


ACCEPTANCE_CHANNEL_WORDS: Final[Mapping[AcceptanceChannel, Words]] = {
    AcceptanceChannel.SIGNATURE: _("underskrift"),
    AcceptanceChannel.REPLY: _("svar på bekräftelsen"),
    AcceptanceChannel.SYSTEM: _("kryss i bokningssystemet"),
}

SHIPPED_TERMS: Final = """\
Lokalen lånas eller hyrs för det ändamål, den tid och av den arrangör som står i bekräftelsen. Ändras något av det \
ska vi få veta det före arrangemanget.
Föreningens verksamhet och arrangemanget i lokalen ska vila på demokratisk grund: de ska respektera den demokratiska \
rättsstatens principer och de mänskliga rättigheterna. Ingen nekas för sina åsikter; det är handlingar som räknas.
Lokalen får inte lånas eller hyras ut vidare, helt eller delvis, och inte bokas åt någon annan än den arrangör som \
står i bekräftelsen.
Nämnden får säga upp bokningen om uppgifterna vid bokningen var felaktiga, om villkoren inte följs eller om \
säkerheten kräver det. Den som har bokat får först yttra sig, om tiden medger det.
Bokaren lämnar lokalen i det skick den var och svarar för skador som arrangemanget orsakar."""
"""What ships: a board writes its own."""

STEPS: Final = (
    _("Ta emot bokningen: vem bokar, vem arrangerar, vad ska hända, hur många kommer, vem ansvarar på plats."),
    _("Gör snabbkollen, eller läs in veckans lista. De flesta bokningar har inga frågor."),
    _("Saknas något: fråga den som bokar. Texten att kopiera säger ingenting om misstanke."),
    _("Är du osäker: säg att svar kommer, och fråga den som står nedan. Neka aldrig över disk."),
    _("Se till vad som har gjorts, inte till åsikter. En obekväm åsikt är inget hinder."),
    _("Ett nej beslutas av den som har delegation, med skäl som skrivs före svaret."),
    _("Bekräfta med villkoren, och se till att de är godtagna före arrangemanget."),
    _(
        "Efteråt: om något avvek, anteckna vad som hände, inte vem det var. Oro för en person tas "
        "upp med samordnaren, inte här."
    ),
)
"""The routine's steps, in order."""
