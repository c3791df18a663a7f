"""Texts as they are compared: folded, and cut into words."""

from __future__ import annotations

import unicodedata


def folded_text(text: str) -> str:
    """Case and width folded; å, ä and ö stay letters of their own."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def words_of(text: str) -> list[str]:
    """The words of a text: letters and digits, everything else between them."""
    return "".join(c if c.isalnum() else " " for c in folded_text(text)).split()
