"""Watches: a day and a line on something, so that it comes up on its day."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.engine.evidence import PERSONAL_NUMBER_WRITTEN, REMOVE_IT
from vetting.kernel.organisation_numbers import holds_personal_number
from vetting.kernel.problem import Problem
from vetting.kernel.text import _

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

LONGEST_AHEAD: Final = timedelta(days=5 * 366)
LONGEST_TEXT: Final = 500
NO_LINE: Final = (_("Det står inte vad som ska bevakas."), _("Skriv en rad."))


class WatchedThing(StrEnum):
    """What can be watched."""

    CASE = "case"
    ASSOCIATION = "association"
    ROUND = "round"
    MEETING = "meeting"
    PAYMENT = "payment"


def wrong_with_watch(on: date, text: str, today: date) -> Iterator[Problem]:
    """What a watch cannot be: on a day that has been or is years away, without a line, or with a personal number."""
    yield from wrong_with_day(on, today)
    if not text.strip():
        yield Problem("text", *NO_LINE)
    elif len(text) > LONGEST_TEXT:
        yield Problem("text", _("Texten är för lång."), _("Skriv högst {most} tecken.", most=LONGEST_TEXT))
    elif holds_personal_number(text):
        yield Problem("text", PERSONAL_NUMBER_WRITTEN, REMOVE_IT)


def wrong_with_day(on: date, today: date) -> Iterator[Problem]:
    """A day that nothing can come up on."""
    if on < today:
        yield Problem("on", _("Dagen har redan varit."), _("Välj i dag eller en senare dag."))
    elif on > today + LONGEST_AHEAD:
        yield Problem("on", _("Dagen ligger mer än fem år bort."), _("Kontrollera året."))
