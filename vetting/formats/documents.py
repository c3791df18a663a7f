"""The text of a paper and its pages as pictures, read and drawn in a child process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from vetting.formats import limits
from vetting.formats.document_types import JPEG, PDF, PNG
from vetting.formats.workbook_reading import bytes_from_child, run_order

DRAWABLE_TYPES: Final = frozenset({PDF, PNG, JPEG})
"""Papers whose pages can be drawn."""


@dataclass(frozen=True, slots=True)
class DocumentPages:
    """What stands in a paper, page by page; a page without text is a picture of one."""

    pages: int
    texts: tuple[str, ...]
    """Of the first pages: at most limits.PAPER_PAGES."""

    @property
    def is_scan(self) -> bool:
        """Nothing of it is text."""
        return not any(text.strip() for text in self.texts)


def document_pages(data: bytes, file: str, media: str) -> DocumentPages:
    """The text of a paper.

    Raises:
        UnreadableError: locked, broken, or too much to read; says why and what to do.
    """
    order = {"task": "paper_text", "media": media}
    found = next(iter(run_order(order, data, file, most_bytes=limits.MAIL_BYTES)))
    return DocumentPages(found["pages"], tuple(found["texts"]))


def page_picture(data: bytes, file: str, media: str, page: int) -> bytes:
    """A page as PNG, drawn anew.

    Raises:
        UnreadableError: there is no such page, or it cannot be drawn; says why and what to do.
    """
    return bytes_from_child({"task": "paper_picture", "media": media, "page": page}, data, file)
