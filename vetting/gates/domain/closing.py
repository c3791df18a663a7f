"""The gates after a decision: what must have happened before money goes out, and before a case is closed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from vetting.gates.domain.before_decision import ClosedGate
from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

IDENTITY: Final = "firmatecknare-legitimation-kontrollerad"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingSituation:
    """Where a decided case stands."""

    granted: bool
    identity_checked: bool
    sent: bool
    """Every decision of the case has gone to the association."""
    reported: bool
    """Every delegated decision of the case has been reported to the board."""
    followed_up: bool
    appeal_open: bool
    """A decision can still be appealed, or is appealed."""
    off: frozenset[str] = frozenset()


_Check = tuple[Words, Words] | None


def _identity(case: ClosingSituation) -> _Check:
    if case.identity_checked or not case.granted:
        return None
    return (_("Firmatecknarens legitimation är inte kontrollerad."), _("Kontrollera den och markera det i ärendet."))


def _check_sent(case: ClosingSituation) -> _Check:
    if case.sent:
        return None
    return (_("Beslutet är inte skickat till föreningen."), _("Skicka det, och anteckna dagen på beslutet."))


def _check_reported(case: ClosingSituation) -> _Check:
    if case.reported:
        return None
    return (_("Delegationsbeslutet är inte anmält till nämnden."), _("Anmäl det vid nämndens möte."))


def _followed_up(case: ClosingSituation) -> _Check:
    if case.followed_up or not case.granted:
        return None
    return (_("Föreningen är inte uppföljd."), _("Skriv vad uppföljningen visade och markera den som gjord."))


BEFORE_PAYMENT: Final[Mapping[str, Callable[[ClosingSituation], _Check]]] = {IDENTITY: _identity}
BEFORE_CLOSING: Final[Mapping[str, Callable[[ClosingSituation], _Check]]] = {
    "underrattelse-och-overklagande": _check_sent,
    "delegationsbeslut-anmalt": _check_reported,
    "beviljad-forening-uppfoljd": _followed_up,
}


HELD_BY: Final[Mapping[str, Words]] = {
    "lika-fall-jamforda": _("visas: tidigare svar på samma punkt står vid bedömningen och i beslutsunderlaget"),
    "aterkravsvillkor-i-beslutet": _("prövas när ett stopp eller ett återkrav beslutas"),
    "kansliga-uppgifter-motiverade": _("prövas när en bedömning, ett förslag eller en hävning sparas"),
}
"""Gates that hold no step of a case: the part of the program that holds them instead."""


def closed_after(
    case: ClosingSituation, checks: Mapping[str, Callable[[ClosingSituation], _Check]]
) -> tuple[ClosedGate, ...]:
    """What holds a decided case back."""
    found = []
    for gate, check in checks.items():
        lacking = check(case) if gate not in case.off else None
        if lacking is not None:
            found.append(ClosedGate(gate, *lacking))
    return tuple(found)
