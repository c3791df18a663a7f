"""What a case lacks, what is known of each gap, what is to be done about it, and where a letter can go."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.engine.evidence import PERSONAL_NUMBER_WRITTEN, REMOVE_IT
from vetting.kernel import text as words
from vetting.kernel.organisation_numbers import holds_personal_number
from vetting.kernel.problem import Problem
from vetting.kernel.text import Words, _, same_in_both
from vetting.kernel.working_days import deadline

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

REPLY_DAYS: Final = 14


class GapState(StrEnum):
    """Where a paper or an answer that was asked for stands."""

    RECEIVED = "received"
    PROMISED = "promised"
    ELSEWHERE = "elsewhere"
    ACCEPTED = "accepted"
    MISSING = "missing"


GAP_WORDS: Final[Mapping[GapState, Words]] = {
    GapState.RECEIVED: _("har kommit in"),
    GapState.PROMISED: _("utlovad"),
    GapState.ELSEWHERE: _("finns i en annan handling"),
    GapState.ACCEPTED: _("behövs inte för beslutet"),
    GapState.MISSING: _("saknas"),
}
CAME_ON: Final = _("kom in ")
LATE: Final = _(", efter svarsdagen men före beslutet: beaktas")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One thing that a case lacks or lacked.

    promised_on: the day it is promised by. where: the paper it is in. came_on: the day it came; late: that was after
    the day to reply and before the end of the case, and it counts all the same.
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
        """'utlovad till 4 dec 2026', 'kom in 9 dec 2026, efter svarsdagen men före beslutet: räknas'."""
        said = GAP_WORDS[self.state]
        match self.state:
            case GapState.PROMISED if self.promised_on is not None:
                return said + _(" till ") + words.day_in_words(self.promised_on)
            case GapState.ELSEWHERE if self.where:
                return said + same_in_both(f": {self.where}")
            case GapState.RECEIVED if self.came_on is not None:
                return CAME_ON + words.day_in_words(self.came_on) + (LATE if self.late else words.NO_WORDS)
            case GapState.MISSING if self.promised_on is not None:
                return said + _(", var utlovad till ") + words.day_in_words(self.promised_on)
            case _:
                return said


def to_ask(gaps: Iterable[Gap]) -> tuple[str, ...]:
    """What goes in the letter: what is promised and not due yet is not asked for again."""
    return tuple(gap.fact for gap in gaps if gap.state is GapState.MISSING)


def due_after(on: date) -> date:
    """The day to reply when nobody has said another: two weeks, and never a day when offices are closed."""
    return deadline(on, REPLY_DAYS)


class CompletionStage(StrEnum):
    """What is to be done about a case with gaps."""

    ASK = "ask"
    REMIND = "remind"
    WAITS = "waits"
    ANSWERED = "answered"
    NONE = ""


def completion_stage_of(
    gaps: Sequence[Gap], asked_until: Mapping[str, date], on: date, *, awaits: bool
) -> CompletionStage:
    """Ask what nobody has asked for; remind when the day has been; else wait.

    asked_until: fact -> the day to reply of the newest request that names it. awaits: the case waits for completion.
    """
    wanted = to_ask(gaps)
    if not gaps:
        return CompletionStage.ANSWERED if awaits else CompletionStage.NONE
    if not wanted:
        return CompletionStage.WAITS
    if any(fact not in asked_until for fact in wanted):
        return CompletionStage.ASK
    return CompletionStage.REMIND if any(asked_until[fact] < on for fact in wanted) else CompletionStage.WAITS


def asked_in_vain(gaps: Sequence[Gap], asked_until: Mapping[str, date], on: date) -> bool:
    """Whether the association has had its chance to give all that is missing: asked, the day has been, no promise."""
    return bool(gaps) and all(
        gap.state is GapState.MISSING and gap.fact in asked_until and asked_until[gap.fact] < on for gap in gaps
    )


LONGEST_WAIT: Final = timedelta(days=366)


def wrong_day(due: date, on: date) -> Problem | None:
    if due <= on:
        return Problem("due_on", _("Svarsdagen måste vara en kommande dag."), _("Välj en dag efter i dag."))
    if due > on + LONGEST_WAIT:
        return Problem("due_on", _("Svarsdagen ligger mer än ett år bort."), _("Rätta datumet."))
    return None


EMAIL: Final = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}")
POSTAL_LINES: Final = 6
LONGEST_POSTAL: Final = 400


def is_email(text: str) -> bool:
    """Whether a mail can be written to it: one address, nothing else, and nobody's personal number."""
    return EMAIL.fullmatch(text) is not None and not holds_personal_number(text)


def wrong_with_address(email: str, postal: Sequence[str]) -> list[Problem]:
    """What stands in the way of an address. An empty one is none, and right."""
    problems = [
        Problem(field, PERSONAL_NUMBER_WRITTEN, REMOVE_IT)
        for field, text in (("email", email), ("postal", "\n".join(postal)))
        if holds_personal_number(text)
    ]
    if email and not problems and not is_email(email):
        problems.append(
            Problem("email", _("Det är ingen e-postadress."), _("Skriv den så här: namn@forening.example."))
        )
    if len(postal) > POSTAL_LINES or sum(map(len, postal)) > LONGEST_POSTAL:
        problems.append(
            Problem("postal", _("Adressen ryms inte i kuvertets fönster."), _("Skriv högst sex korta rader."))
        )
    return problems
