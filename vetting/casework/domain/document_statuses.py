"""What a document is in the file, as the law on public records has it, and which may become which."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Mapping


class DocumentStatus(StrEnum):
    """Received, drawn up, dispatched, working material; cleared is what was working material and is gone."""

    ARRIVED = "arrived"
    DRAWN_UP = "drawn_up"
    SENT = "sent"
    WORKING = "working"
    CLEARED = "cleared"


STATUS_WORDS: Final[Mapping[DocumentStatus, Words]] = {
    DocumentStatus.ARRIVED: _("Inkommen"),
    DocumentStatus.DRAWN_UP: _("Upprättad här"),
    DocumentStatus.SENT: _("Skickad"),
    DocumentStatus.WORKING: _("Arbetsmaterial"),
    DocumentStatus.CLEARED: _("Rensad"),
}
CHOSEN: Final[Mapping[DocumentStatus, Words]] = {
    status: words for status, words in STATUS_WORDS.items() if status is not DocumentStatus.CLEARED
}
"""What somebody can say of a document."""
RECORDED: Final = frozenset({DocumentStatus.ARRIVED, DocumentStatus.DRAWN_UP, DocumentStatus.SENT})
"""Public records, that stand in the list for the registry."""
NEXT_STATUS: Final[Mapping[DocumentStatus, frozenset[DocumentStatus]]] = {
    DocumentStatus.ARRIVED: frozenset(),
    DocumentStatus.DRAWN_UP: frozenset({DocumentStatus.SENT}),
    DocumentStatus.SENT: frozenset(),
    DocumentStatus.WORKING: frozenset({*RECORDED, DocumentStatus.CLEARED}),
    DocumentStatus.CLEARED: frozenset(),
}
"""A record stays one: only working material becomes something else, and what is drawn up can be dispatched."""
MAIL, POST, HAND = "mail", "post", "hand"
BOOKING_SYSTEM: Final = "system"
"""How a yes to a booking goes back; no paper is sent so."""
SENDING_WORDS: Final[Mapping[str, Words]] = {MAIL: _("e-post"), POST: _("post"), HAND: _("överlämnat")}
"""How something was dispatched."""
