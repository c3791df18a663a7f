"""The texts of pages: written in Swedish in the templates, translated to English in a catalogue here."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent
"""Holds <language>/LC_MESSAGES/messages.po and .mo; Swedish needs none, it is the text itself."""
