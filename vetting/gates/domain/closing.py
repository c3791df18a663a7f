"""The gates after a decision: what must have happened before money goes out, and before a case is closed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from vetting.gates.domain.before_decision import ClosedGate
from vetting.kernel.text import Words

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
    return (
        Words("Firmatecknarens legitimation är inte kontrollerad.", "The signatory's identity has not been checked."),
        Words("Kontrollera den och markera det i ärendet.", "Check it and mark it in the case."),
    )


def _check_sent(case: ClosingSituation) -> _Check:
    if case.sent:
        return None
    return (
        Words("Beslutet är inte skickat till föreningen.", "The decision has not been sent to the association."),
        Words("Skicka det, och anteckna dagen på beslutet.", "Send it, and note the day on the decision."),
    )


def _check_reported(case: ClosingSituation) -> _Check:
    if case.reported:
        return None
    return (
        Words(
            "Delegationsbeslutet är inte anmält till nämnden.",
            "The delegated decision has not been reported to the board.",
        ),
        Words("Anmäl det vid nämndens möte.", "Report it at the board's meeting."),
    )


def _followed_up(case: ClosingSituation) -> _Check:
    if case.followed_up or not case.granted:
        return None
    return (
        Words("Föreningen är inte uppföljd.", "The association has not been followed up."),
        Words("Skriv vad uppföljningen visade och markera den.", "Write what the follow-up showed and mark it."),
    )


BEFORE_PAYMENT: Final[Mapping[str, Callable[[ClosingSituation], _Check]]] = {IDENTITY: _identity}
BEFORE_CLOSING: Final[Mapping[str, Callable[[ClosingSituation], _Check]]] = {
    "underrattelse-och-overklagande": _check_sent,
    "delegationsbeslut-anmalt": _check_reported,
    "beviljad-forening-uppfoljd": _followed_up,
}


HELD_BY: Final[Mapping[str, Words]] = {
    "lika-fall-jamforda": Words(
        "visas: tidigare svar på samma punkt står vid bedömningen och i beslutsunderlaget",
        "shown: earlier answers to the point stand at the assessment and in the material for the decision",
    ),
    "aterkravsvillkor-i-beslutet": Words(
        "prövas när ett stopp eller ett återkrav beslutas", "held when a stop or a reclaim is decided"
    ),
    "kansliga-uppgifter-motiverade": Words(
        "prövas när en bedömning, ett förslag eller en hävning sparas",
        "held when an assessment, a proposal or a rescission is saved",
    ),
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
