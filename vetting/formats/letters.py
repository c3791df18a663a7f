"""Letters out: Word by a board's own template in a child process or plain, PDF, and mails with the PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from vetting.decisions.domain.letters import FIELDS
from vetting.formats import letter_documents
from vetting.formats.typesetting import typeset
from vetting.formats.workbook_reading import bytes_from_child, run_order
from vetting.kernel.problem import Problem, UnreadableError
from vetting.kernel.text import Words, _, same_in_both

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_ALLOWED: Final = _("En mall får bara innehålla if, for och dessa fält: ") + same_in_both(", ".join(FIELDS) + ".")
_WHAT: Final[Mapping[str, Words]] = {
    "unknown": _("Fältet finns inte: "),
    "not_allowed": _("Det får inte stå i en mall: "),
    "loop": _("Slingan går inte över en lista, eller ligger i en annan slinga: "),
    "syntax": _("Mallen går inte att läsa: "),
}


def wrong_with_template(data: bytes, file: str) -> list[Problem]:
    """What is wrong with a board's template, each with its name; none when it can be used."""
    try:
        found = next(iter(run_order({"task": "letter_check"}, data, file)))
    except UnreadableError as error:
        return [error.problem]
    return [
        Problem(file, _WHAT[item["code"]] + same_in_both(item["name"] + "."), _ALLOWED) for item in found["problems"]
    ]


def letter_docx(values: Mapping[str, Any], template: bytes | None, language: str) -> bytes:
    """A letter as Word, in the letter's language.

    Raises:
        UnreadableError: the board's template cannot be used; says why.
    """
    if template is None:
        return letter_documents.plain_letter(values, language)
    return bytes_from_child({"task": "letter", "values": dict(values)}, template, "mall.docx")


def letter_pdf(letters: Sequence[Mapping[str, Any]], *, title: str, language: str) -> bytes:
    """Letters for window envelopes, as PDF/UA."""
    return typeset("letters", {"letters": list(letters), "language": language, "title": title})
