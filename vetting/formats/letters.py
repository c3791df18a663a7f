"""Letters out: Word by a board's own template in a child process or plain, and PDF."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Final

from vetting.formats import word_templates
from vetting.formats.typesetting import typeset
from vetting.formats.workbook_reading import bytes_from_child
from vetting.kernel.own_templates import TemplateKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def letter_docx(values: Mapping[str, Any], template: bytes | None, language: str) -> bytes:
    """A letter as Word, in the letter's language.

    Raises:
        UnreadableError: the board's template cannot be used; says why.
    """
    if template is None:
        return word_templates.plain_letter(values, language)
    return bytes_from_child(
        {"task": "template", "kind": TemplateKind.LETTER, "values": dict(values)}, template, "mall.docx"
    )


def letters_with_paper(letters: bytes, paper: bytes, name: str) -> bytes:
    """A PDF of letters with a paper from outside behind each of them.

    Raises:
        UnreadableError: the paper cannot be read, or there would be too many pages; says why.
    """
    order = {"task": "lay_behind", "letters": base64.b64encode(letters).decode("ascii")}
    return bytes_from_child(order, paper, name)


def letter_pdf(letters: Sequence[Mapping[str, Any]], *, title: str, language: str) -> bytes:
    """Letters for window envelopes, as PDF/UA."""
    return typeset("letters", {"letters": list(letters), "language": language, "title": title})
