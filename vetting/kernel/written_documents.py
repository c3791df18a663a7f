"""A document as data: a title, lines, headings with paragraphs; the same for a page, Word and PDF."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vetting.kernel.text import Words


@dataclass(frozen=True, slots=True)
class DocumentTable:
    """Columns with their headings, and rows of as many texts."""

    headings: Sequence[Words]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class DocumentSection:
    """A heading and its paragraphs, then a table where it has one; `listed` paragraphs are points."""

    heading: Words
    lines: Sequence[Words]
    listed: bool = False
    numbered: bool = False
    """The points are numbered."""
    table: DocumentTable | None = None


@dataclass(frozen=True, slots=True)
class WrittenDocument:
    """One document, in the order it is read; empty sections are left out."""

    title: Words
    top: Sequence[Words]
    sections: Sequence[DocumentSection]
    signed: Sequence[Words]
    """The last lines: in whose function it is written, or where it is signed."""
    facts: Mapping[str, Words] = field(default_factory=dict)
    """What a board's own template may place where it wants: board, kind, dnr, date, meeting."""
