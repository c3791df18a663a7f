"""Times of day as they are typed."""

from __future__ import annotations

import re
from datetime import time
from typing import Final

from vetting.kernel.text import _

NO_CLOCK: Final = (_("Det är inget klockslag."), _("Skriv så här: 18:00."))
"""What is wrong, and what to do."""


def parse_clock(text: str, *, ends: bool = False) -> time:
    """A time of day as it is typed: 8, 8:00, 08.30. ends: 24:00, which ends a day, is its midnight.

    Raises:
        ValueError: it is none.
    """
    found = re.fullmatch(r"([0-9]{1,2})(?:[:.]([0-9]{2}))?", text.strip())
    if found is None:
        raise ValueError(text)
    hours, minutes = int(found[1]), int(found[2] or 0)
    return time(0 if ends and (hours, minutes) == (24, 0) else hours, minutes)
