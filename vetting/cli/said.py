"""The language of the command line: VETTING_LANGUAGE, Swedish unless it says en."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from vetting.domain.words import Language

LANGUAGE: Final[Language] = "en" if os.environ.get("VETTING_LANGUAGE") == "en" else "sv"


def said(swedish: str, english: str) -> str:
    """The text in the command line's language."""
    return swedish if LANGUAGE == "sv" else english
