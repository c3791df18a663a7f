"""What a board says of the personal data it keeps, and how long it keeps what is no record."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_INFORMATION: Final = 2000
OPEN_BLANK: Final = "["
"""What begins something that is still to be filled in."""
INFORMATION_HEADING: Final = _("Så behandlar vi personuppgifter")
PROPOSED_INFORMATION: Final = _(
    "{board} är personuppgiftsansvarig. Uppgifter om föreningens företrädare används för att handlägga ansökningar och "
    "bokningar, betala ut och följa upp bidrag. Det är ett uppdrag av allmänt intresse och myndighetsutövning (artikel "
    "6.1 e i dataskyddsförordningen). Uppgifterna kommer från föreningen, från offentliga register och från dem som "
    "nämnden frågar. De kan lämnas ut som allmänna handlingar, och delas med referensgruppen och ekonomisystemet. De "
    "sparas enligt [nämndens gallringsplan, diarienummer]. Du kan begära att få se, rätta eller begränsa uppgifter om "
    "dig, och invända mot att de används: [e-postadress]. Dataskyddsombud: [e-postadress]. Klagomål lämnas till "
    "Integritetsskyddsmyndigheten, imy.se.",
    board="{board}",
)
"""What a board may begin from. Source: articles 13 and 14 of the General Data Protection Regulation."""
_GROUP: Final = "referensgruppen och "


def proposed_information(board: str, *, with_group: bool) -> str:
    """The same for one board, in Swedish: nothing is shared with a reference group that there is not."""
    text = PROPOSED_INFORMATION.sv.replace("{board}", board)
    return text if with_group else text.replace(_GROUP, "")


class RetentionKind(StrEnum):
    """What is kept for a time and is no record: it goes when its time is over."""

    FILES = "files"
    POSTS = "posts"
    CHECKS = "checks"
    SIGN_INS = "sign_ins"
    READS = "reads"
    TEXTS = "texts"
    TIPS = "tips"
    DRAFTS = "drafts"


RETAINED_WORDS: Final[Mapping[RetentionKind, Words]] = {
    RetentionKind.FILES: _("Inlämnade listor som lästs in, och listor som hämtats för att ändras"),
    RetentionKind.POSTS: _("Mejl och filer i Inkommet som inte lagts i ett ärende"),
    RetentionKind.CHECKS: _("Sparade snabbkollar som inte tagits vidare"),
    RetentionKind.SIGN_INS: _("Uppgifter om avslutade inloggningar"),
    RetentionKind.READS: _("Uppgifter om vem som öppnat vad"),
    RetentionKind.TEXTS: _("Text som skrivits när inloggningen hade gått ut"),
    RetentionKind.DRAFTS: _("Texten i utkast till svar som inte sparats"),
    RetentionKind.TIPS: _("Tips som inte ledde till något: nummer, dag och fråga"),
}
RETAINED_DAYS: Final[Mapping[RetentionKind, int]] = {
    RetentionKind.FILES: 90,
    RetentionKind.POSTS: 90,
    RetentionKind.CHECKS: 30,
    RetentionKind.SIGN_INS: 90,
    RetentionKind.READS: 365,
    RetentionKind.TEXTS: 1,
    RetentionKind.TIPS: 90,
    RetentionKind.DRAFTS: 30,
}
_LONG: Final = range(7, 731)
RETAINED_AT_MOST: Final[Mapping[RetentionKind, range]] = dict.fromkeys(RetentionKind, _LONG) | {
    RetentionKind.TEXTS: range(1, 31),
    RetentionKind.SIGN_INS: range(30, 731),
    RetentionKind.READS: range(90, 731),
}
"""Days that a board can choose among: who has read what is not made short by whoever has read it."""


def retention_days(chosen: Mapping[str, Any], what: RetentionKind) -> int:
    """Days, as the board has decided or as it ships."""
    return int(chosen.get(what.value, RETAINED_DAYS[what]))


def retention_time(chosen: Mapping[str, Any], what: RetentionKind) -> timedelta:
    return timedelta(days=retention_days(chosen, what))


def information_of(kept: Mapping[str, Any], language: str) -> str:
    """A board's text in a language; the Swedish one where it has no other."""
    return str(kept.get(language) or kept.get("sv") or "")


def information_words(kept: Mapping[str, Any]) -> tuple[Words, ...]:
    """The same for a form, which is given out in both languages: a heading and the text; nothing without one."""
    text = Words(information_of(kept, "sv"), information_of(kept, "en"))
    return (INFORMATION_HEADING, text) if text.sv else ()


def information_lines(kept: Mapping[str, Any], language: str) -> tuple[str, ...]:
    """What stands last in a letter or a form; nothing where the board has no text."""
    text = information_of(kept, language)
    return (
        ("", INFORMATION_HEADING.en if language == "en" else INFORMATION_HEADING.sv, *text.splitlines()) if text else ()
    )
