"""A document as data: a title, lines, headings with paragraphs; the same for a page, Word and PDF."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetting.kernel.text import Words


@dataclass(frozen=True, slots=True)
class DocumentSection:
    """A heading and its paragraphs; `listed` ones are points."""

    heading: Words
    lines: Sequence[Words]
    listed: bool = False


@dataclass(frozen=True, slots=True)
class WrittenDocument:
    """One document, in the order it is read; empty sections are left out."""

    title: Words
    top: Sequence[Words]
    sections: Sequence[DocumentSection]
    signed: Sequence[Words]
    """The last lines: in whose function it is written, or where it is signed."""
