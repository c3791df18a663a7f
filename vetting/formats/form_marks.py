"""By what a field of a Word form is known again when the form comes back."""

from __future__ import annotations

from typing import Final

TAG: Final = "vetting:"
"""Begins the tag of every field; the fact's id follows."""
W14: Final = "http://schemas.microsoft.com/office/word/2010/wordml"
