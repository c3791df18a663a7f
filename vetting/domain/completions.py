"""What a case lacks, what is known of each gap, and the letter that asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.domain import words
from vetting.domain.criteria import CaseKind
from vetting.domain.words import Words, same

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vetting.domain.facts import Catalogue
    from vetting.domain.words import Language

REPLY_DAYS: Final = 14


class GapState(StrEnum):
    """Where a paper or an answer that was asked for stands."""

    RECEIVED = "received"
    PROMISED = "promised"
    ELSEWHERE = "elsewhere"
    MISSING = "missing"


GAP_WORDS: Final[Mapping[GapState, Words]] = {
    GapState.RECEIVED: Words("har kommit", "has come"),
    GapState.PROMISED: Words("utlovad", "promised"),
    GapState.ELSEWHERE: Words("finns i en annan handling", "is in another paper"),
    GapState.MISSING: Words("saknas", "missing"),
}
NOTED: Final = (GapState.PROMISED, GapState.ELSEWHERE)
"""What a person notes; the rest shows in the case itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One thing that a case lacks or lacked.

    promised_on: the day it is promised by. where: the paper it is in. came_on: the day it came; late: that was after
    the day to reply, and it counts all the same.
    """

    fact: str
    state: GapState
    promised_on: date | None = None
    where: str = ""
    came_on: date | None = None
    late: bool = False

    def broken(self, on: date) -> bool:
        """Promised by a day that has been."""
        return self.state is GapState.MISSING and self.promised_on is not None and self.promised_on < on

    def in_words(self) -> Words:
        """'utlovad till 4 dec 2026', 'har kommit 9 dec 2026, efter svarsdagen; räknas'."""
        said = GAP_WORDS[self.state]
        match self.state:
            case GapState.PROMISED if self.promised_on is not None:
                return said + Words(" till ", " by ") + words.day(self.promised_on)
            case GapState.ELSEWHERE if self.where:
                return said + same(f": {self.where}")
            case GapState.RECEIVED if self.came_on is not None:
                late = Words(", efter svarsdagen men före beslutet: räknas", ", after the day to reply but before the "
                             "decision: it counts") if self.late else words.NO_WORDS  # fmt: skip
                return said + same(" ") + words.day(self.came_on) + late
            case GapState.MISSING if self.promised_on is not None:
                return said + Words(", var utlovad till ", ", was promised by ") + words.day(self.promised_on)
            case _:
                return said


def to_ask(gaps: Iterable[Gap]) -> tuple[str, ...]:
    """What goes in the letter: what is promised and not due yet is not asked for again."""
    return tuple(gap.fact for gap in gaps if gap.state is GapState.MISSING)


def due_after(on: date) -> date:
    """The day to reply when nobody has said another: two weeks, and a weekday."""
    due = on + timedelta(days=REPLY_DAYS)
    return due + timedelta(days=max(0, 7 - due.weekday()) if due.weekday() > 4 else 0)  # noqa: PLR2004 - Friday


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a letter is about."""

    kind: CaseKind
    number: str
    name: str
    purpose: str
    received_on: date
    facts: Sequence[str]
    text: str
    due_on: date
    first_due_on: date | None = None
    """Set for a reminder: the day that has been."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter as it goes out; its lines are plain text, a list's begin with '- '."""

    subject: str
    lines: tuple[str, ...]


_SUBJECT: Final = Words("Komplettering av ärende ", "Completion of case ")
_REMINDER: Final = Words("Påminnelse: komplettering av ärende ", "Reminder: completion of case ")
_CAME: Final[Mapping[CaseKind, Words]] = {
    CaseKind.GRANT: Words("Vi har tagit emot er ansökan", "We have received your application"),
    CaseKind.BOOKING: Words("Vi har tagit emot er bokningsförfrågan", "We have received your booking enquiry"),
}
_NEED: Final = Words("För att kunna pröva den behöver vi det här:", "To be able to consider it we need this:")
_STILL: Final = Words("Det här har inte kommit in än:", "This has not come in yet:")
_ASKED_BEFORE: Final = Words("Vi bad om en komplettering senast den ", "We asked for a completion by ")
_REPLY: Final = Words("Skicka det senast den ", "Send it no later than ")
_QUOTE: Final = Words("Skriv ärendets nummer när ni svarar: ", "Write the number of the case when you reply: ")
_LATE: Final = Words(
    "Det som kommer senare, men före beslutet, räknas också. Kommer det inte in kan ärendet avgöras på det underlag "
    "som finns.",
    "What comes later, but before the decision, counts too. If it does not come in, the case can be decided on the "
    "material that there is.",
)
_ASK_US: Final = Words(
    "Hör av er om något är oklart, eller om ni behöver mer tid.", "Contact us if anything is unclear, or if you need "
    "more time.",
)  # fmt: skip
_REGARDS: Final = Words("Med vänlig hälsning", "Yours sincerely")


def completion_letter(asked: Asked, catalogue: Catalogue, *, board: str, by: str, language: Language) -> Letter:
    """The letter of one case: what is asked for, why, until when, and what happens otherwise."""
    reminder = asked.first_due_on is not None
    came = _CAME[asked.kind] + Words(", som kom in ", ", which came in ") + words.day(asked.received_on)
    about = same(f": {asked.purpose}") if asked.purpose else words.NO_WORDS
    lines = [came + about + same(".")]
    if asked.first_due_on is not None:
        lines.append(_ASKED_BEFORE + words.day(asked.first_due_on) + same("."))
    if asked.facts:
        lines += [words.NO_WORDS, _STILL if reminder else _NEED]
        lines += [same("- ") + catalogue[fact].wanted for fact in asked.facts if fact in catalogue]
    text = [words.NO_WORDS, same(asked.text)] if asked.text else []
    lines += [
        *text, words.NO_WORDS, _REPLY + words.day(asked.due_on) + same("."), _QUOTE + same(f"{asked.number}."),
        words.NO_WORDS, _LATE, _ASK_US, words.NO_WORDS, _REGARDS,
    ]  # fmt: skip
    said = [line.to(language) for line in lines]
    subject = (_REMINDER if reminder else _SUBJECT) + same(asked.number)
    return Letter(
        subject=subject.to(language), lines=tuple("\n".join([*said, *([by] if by else []), board]).splitlines())
    )
