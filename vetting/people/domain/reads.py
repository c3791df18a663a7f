"""Which papers have been opened, and which must be before a case is gone through."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from vetting.kernel.text import Words, _
from vetting.people.domain.ways_of_working import WayOfWorking

if TYPE_CHECKING:
    from collections.abc import Mapping


class ReadExtent(StrEnum):
    """How much of a paper somebody has had before them."""

    FIRST_PAGE = "first_page"
    OPENED = "opened"


READ_WORDS: Final[Mapping[ReadExtent, Words]] = {
    ReadExtent.FIRST_PAGE: _("första sidan sedd"),
    ReadExtent.OPENED: _("öppnad"),
}
SHARE_IN: Final[Mapping[WayOfWorking, int]] = {WayOfWorking.SMALL: 10, WayOfWorking.GROUP: 10, WayOfWorking.FULL: 1}
"""Of how many cases one has all its papers opened, where the board has not said; 1 is every case."""
LARGEST_SHARE: Final = 100


def extent_of_view(page: int, pages: int) -> ReadExtent:
    """What is seen by looking at one page: who only came by has seen the first, who went on has opened the paper."""
    return ReadExtent.FIRST_PAGE if page == 1 and pages > 1 else ReadExtent.OPENED


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRoutine:
    """Which papers a board opens in every case, and in one case of how many it opens all."""

    always: frozenset[str] = frozenset()
    """Types of papers, as facts."""
    one_in: int = 10
    """0 for no sample."""

    def opens_all(self, board_id: int, number: str) -> bool:
        """Whether a case is in the sample: the same case always, and nobody can choose which."""
        if self.one_in <= 1:
            return self.one_in == 1
        drawn = hashlib.sha256(f"{board_id} {number} papers".encode()).digest()
        return int.from_bytes(drawn[:8], "big") % self.one_in == 0

    def must_open(self, kind: str, *, all_of_case: bool) -> bool:
        """Whether a paper of a type must be opened before the case is gone through."""
        return all_of_case or kind in self.always


def routine_of(chosen: Mapping[str, Any], way: WayOfWorking) -> PaperRoutine:
    """A board's routine: what it has chosen, else what ships with its way of working."""
    return PaperRoutine(always=frozenset(chosen.get("always", ())), one_in=int(chosen.get("one_in", SHARE_IN[way])))
