"""A week of bookings: which a person looks at and why, which are drawn for control, what the booking system is told."""

from __future__ import annotations

import hashlib
import re
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.casework.domain.cases import OPEN, CaseState
from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Mapping


class WeekSection(StrEnum):
    """Where in the week a booking stands."""

    LOOK = "look"
    PLAIN = "plain"
    ANSWERED = "answered"


class WeekReviewReason(StrEnum):
    """Why a booking is shown to a person."""

    OTHER_NAME = "other_name"
    CLASH = "clash"
    ORGANISER = "organiser"
    ELSEWHERE = "elsewhere"
    NOT_MET = "not_met"
    MISSING = "missing"
    QUESTION = "question"
    NO_RULES = "no_rules"
    NOT_JUDGED = "not_judged"
    FALLEN = "fallen"
    ZERO_PRICE = "zero_price"
    LONG = "long"
    DRAWN = "drawn"
    WAITS = "waits"


LOOK_REASON_WORDS: Final[Mapping[WeekReviewReason, Words]] = {
    WeekReviewReason.OTHER_NAME: _("numret hör till en annan förening"),
    WeekReviewReason.CLASH: _("krockar med en annan bokning"),
    WeekReviewReason.ORGANISER: _("ett studieförbund bokar: vem arrangerar?"),
    WeekReviewReason.ELSEWHERE: _("en fråga prövas i ett annat ärende"),
    WeekReviewReason.NOT_MET: _("ett krav är inte uppfyllt enligt uppgifterna"),
    WeekReviewReason.MISSING: _("uppgifter saknas"),
    WeekReviewReason.QUESTION: _("något ska bedömas"),
    WeekReviewReason.NO_RULES: _("inga regler gäller"),
    WeekReviewReason.NOT_JUDGED: _("bokningen är inte prövad mot reglerna än"),
    WeekReviewReason.FALLEN: _("något som bokningen byggde på har ändrats"),
    WeekReviewReason.ZERO_PRICE: _("nolltaxa är begärd"),
    WeekReviewReason.LONG: _("tiden är ovanligt lång"),
    WeekReviewReason.DRAWN: _("bokningen ingår i ett stickprov"),
    WeekReviewReason.WAITS: _("handläggs redan"),
}

ANSWER_WORDS: Final[Mapping[CaseState, Words]] = {
    CaseState.CONFIRMED: _("Bekräftad"),
    CaseState.REFUSED: _("Nekad"),
    CaseState.CANCELLED: _("Avbokad"),
    CaseState.RESCINDED: _("Avbokad av förvaltningen"),
}
WITH_CONDITIONS: Final = _("Bekräftad med villkor")
NO_ANSWER_YET: Final = _("Svar kommer")
SAMPLE_IN_HUNDRED: Final = 2
"""How many of a hundred bookings without questions are drawn, where the board has not chosen."""


def answer_words(state: CaseState, *, with_conditions: bool = False, looked_at_again: bool = False) -> Words:
    """What the booking system is told of a booking; nothing yet while a person is to look at it again."""
    if looked_at_again:
        return NO_ANSWER_YET
    if state is CaseState.CONFIRMED and with_conditions:
        return WITH_CONDITIONS
    return ANSWER_WORDS.get(state, NO_ANSWER_YET)


def week_of(day: date) -> str:
    """The week a day lies in, as 2026-W48."""
    year, week, _unused = day.isocalendar()
    return f"{year}-W{week:02}"


def monday_of(text: str) -> date | None:
    """The first day of a week written as 2026-W48; None when there is no such week."""
    found = re.fullmatch(r"(20[0-9]{2})-?[Ww]([0-9]{1,2})", text.strip())
    if found is None:
        return None
    try:
        return date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError:
        return None


def monday_before(day: date) -> date:
    """The first day of the week that a day lies in."""
    return day - timedelta(days=day.weekday())


def next_monday(monday: date, weeks: int = 1) -> date:
    """The Monday some weeks on."""
    return monday + timedelta(weeks=weeks)


def is_in_sample(seed: str, number: str, in_hundred: int) -> bool:
    """Whether a booking is drawn for control: the same seed and number, the same answer, whoever asks and when.

    Args:
        seed: what the draw is made with, told on the page: the board and the week.
        number: the booking's own number.
        in_hundred: how many of a hundred are drawn, 0-100.
    """
    found = hashlib.sha256(f"{seed}/{number}".encode()).digest()
    return int.from_bytes(found[:4], "big") % 100 < in_hundred


def place_of(state: CaseState, why: tuple[WeekReviewReason, ...]) -> WeekSection:
    """Where a booking stands: answered, to be looked at, or without questions."""
    if why:
        return WeekSection.LOOK
    return WeekSection.PLAIN if state in OPEN else WeekSection.ANSWERED
