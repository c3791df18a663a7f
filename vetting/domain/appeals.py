"""How a decision can be appealed, as it stands in it: kept in Swedish, told in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vetting.domain.criteria import CaseKind
from vetting.domain.words import Words, same

if TYPE_CHECKING:
    from collections.abc import Mapping

_HOW: Final[Mapping[CaseKind, Words]] = {
    CaseKind.GRANT: Words(
        "Beslutet kan prövas genom laglighetsprövning. Den som är medlem av kommunen kan överklaga det skriftligt hos "
        "förvaltningsrätten inom tre veckor från den dag då protokollet med beslutet tillkännagavs på anslagstavlan",
        "The legality of the decision can be reviewed. A member of the municipality can appeal it in writing to the "
        "administrative court (förvaltningsrätten) within three weeks of the day when the minutes with the decision "
        "were announced on the notice board",
    ),
    CaseKind.BOOKING: Words(
        "Beslutet kan prövas genom laglighetsprövning, inom tre veckor från den dag då det tillkännagavs på "
        "anslagstavlan",
        "The legality of the decision can be reviewed, within three weeks of the day when it was announced on the "
        "notice board",
    ),
}
_CHAPTER: Final = Words(" (13 kap. kommunallagen)", " (chapter 13 of the Local Government Act)")


def appeal(kind: CaseKind, *, cites: bool) -> Words:
    """What a new decision says of it; cites: the board names chapters of law."""
    return _HOW[kind] + (_CHAPTER if cites else same("")) + same(".")


def appeal_in_words(kept: str) -> Words:
    """What a made decision says, in both languages where it is our own text."""
    known = (appeal(kind, cites=cites) for kind in CaseKind for cites in (False, True))
    return next((words for words in known if words.sv == kept), same(kept))
