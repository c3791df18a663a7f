"""What a board's own Word templates can say: one for its letters, one for its papers to the board."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Mapping


class TemplateKind(StrEnum):
    """What is written by a template."""

    LETTER = "letter"
    PAPER = "paper"
    """Officers' reports, a round's item, the list of delegates' decisions, notes of meetings."""


@dataclass(frozen=True, slots=True)
class TemplateFields:
    """The fields that a template may say, with what each is; those that are gone through with `for`."""

    words: Mapping[str, Words]
    lists: frozenset[str]
    body: str = ""
    """The field that a template must have, alone in a paragraph: headings, text and tables take its place."""
    needs: frozenset[str] = frozenset()
    """Fields that a template must say somewhere: without them what is written has no text."""


TEMPLATE_FIELDS: Final[Mapping[TemplateKind, TemplateFields]] = {
    TemplateKind.LETTER: TemplateFields(
        {
            "board": _("nämndens namn"),
            "letterhead": _("brevhuvudet, rad för rad"),
            "to": _("mottagaren, rad för rad"),
            "date": _("dagens datum"),
            "subject": _("rubriken"),
            "lines": _("brevets text, rad för rad"),
            "number": _("ärendenumret"),
            "dnr": _("diarienumret"),
            "name": _("föreningens namn"),
        },
        frozenset({"letterhead", "to", "lines"}),
        needs=frozenset({"lines"}),
    ),
    TemplateKind.PAPER: TemplateFields(
        {
            "content": _("allt mellan rubriken och underskrifterna, ensamt i ett stycke"),
            "title": _("rubriken"),
            "board": _("nämndens namn"),
            "kind": _("tjänsteutlåtande eller tjänsteskrivelse, där det är ett sådant"),
            "dnr": _("diarienumret"),
            "date": _("dagen då det är skrivet"),
            "meeting": _("sammanträdets dag"),
            "top": _("raderna under rubriken, rad för rad"),
            "signed": _("underskrifterna, rad för rad"),
        },
        frozenset({"top", "signed"}),
        body="content",
    ),
}
