"""What a board can make of one row of a round's item, where it does not decide it as proposed."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Mapping


class BoardRuling(StrEnum):
    """What the board made of a row instead."""

    GRANTED = "granted"
    """Another amount than the proposed one."""
    REFUSED = "refused"
    """Nothing, for lack of money or because others go before: on a requirement a row is refused in its own case."""
    SENT_BACK = "sent_back"
    """To be prepared further."""
    TABLED = "tabled"
    """As it is, to a later meeting."""


RULING_WORDS: Final[Mapping[BoardRuling, Words]] = {
    BoardRuling.GRANTED: _("Annat belopp"),
    BoardRuling.REFUSED: _("Inget bidrag, av prioriteringsskäl"),
    BoardRuling.SENT_BACK: _("Återremitterat"),
    BoardRuling.TABLED: _("Bordlagt"),
}
