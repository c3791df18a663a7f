"""A text as somebody typed it or a cell holds it, made fit to keep."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LONGEST_TEXT: Final = 32_767


_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff\ud800-\udfff]"
)


def tidy_text(text: str) -> str:
    """Control and direction characters out, ends trimmed, at most what a cell can hold."""
    clean = _CONTROL.sub("", text[: 2 * LONGEST_TEXT])[:LONGEST_TEXT].strip(" \t\n\r\u00a0")
    return clean if clean.isascii() else _few_marks(clean)


def _few_marks(text: str) -> str:
    """At most four combining marks on a letter: thousands of them would take minutes to sort."""
    if not any(map(unicodedata.combining, text)):
        return text
    kept, marks = [], 0
    for c in text:
        marks = marks + 1 if unicodedata.combining(c) else 0
        if marks <= 4:  # noqa: PLR2004 - no written language needs more
            kept.append(c)
    return "".join(kept)
