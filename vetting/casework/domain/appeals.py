"""How a decision can be appealed, as it stands in it: kept in Swedish, told in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vetting.casework.domain.legal_force import AppealClock
from vetting.kernel.text import NO_WORDS, Words, _, same_in_both

if TYPE_CHECKING:
    from collections.abc import Mapping

_CAN: Final = _("Beslutet kan prövas genom laglighetsprövning")
_CHAPTER: Final = _(" (13 kap. kommunallagen)")
_WHERE: Final = _(". Överklagandet ska vara skriftligt och ha kommit in till ")
_ANY_COURT: Final = _("förvaltningsrätten")
_WITHIN: Final[Mapping[AppealClock, Words]] = {
    AppealClock.OWN_NOTICE: _(
        " inom tre veckor från den dag då protokollet med beslutet tillkännagavs på kommunens anslagstavla. "
    ),
    AppealClock.AFTER_REPORT: _(
        " inom tre veckor från den dag då protokollet från det möte där beslutet anmäldes till nämnden tillkännagavs "
        "på kommunens anslagstavla. "
    ),
}
_WHO: Final = _(
    "Den som är medlem i kommunen får överklaga. En förening får det bara om den äger fast egendom i kommunen."
)
_FORMERLY: Final = (
    _(
        "Beslutet kan prövas genom laglighetsprövning. Den som är medlem av kommunen kan överklaga det skriftligt "
        "hos förvaltningsrätten inom tre veckor från den dag då protokollet med beslutet tillkännagavs på anslagstavlan"
    ),
    _(
        "Beslutet kan prövas genom laglighetsprövning, inom tre veckor från den dag då det tillkännagavs på "
        "anslagstavlan"
    ),
)
"""What decisions said before who may appeal, and where, was told; they say so still."""


def appeal_outcome(clock: AppealClock, *, cites: bool, court: str = "") -> Words:
    """What a new decision says of it; nothing where it cannot be appealed.

    court: the administrative court that the board's municipality lies under; cites: the board names chapters of law.
    """
    if clock is AppealClock.NONE:
        return NO_WORDS
    where = _("{court}", court=court) if court else _ANY_COURT
    return _CAN + (_CHAPTER if cites else NO_WORDS) + _WHERE + where + _WITHIN[clock] + _WHO


def appeal_in_words(kept: str) -> Words:
    """What a made decision says, in both languages where it is our own text."""
    for cites in (False, True):
        for former in _FORMERLY:
            said = former + (_CHAPTER if cites else NO_WORDS) + same_in_both(".")
            if said.sv == kept:
                return said
        for clock in _WITHIN:
            before, after = appeal_outcome(clock, cites=cites, court="\0").sv.split("\0")
            if kept.startswith(before) and kept.endswith(after):
                court = kept.removeprefix(before).removesuffix(after)
                return appeal_outcome(clock, cites=cites, court="" if court == _ANY_COURT.sv else court)
    return same_in_both(kept)
