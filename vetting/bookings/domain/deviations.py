"""After an event: what went otherwise than agreed, as an act; persons have no place in it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.engine.evidence import persons_in
from vetting.kernel.problem import Problem
from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

LONGEST: Final = 2000


class DeviationKind(StrEnum):
    """What kind of thing went otherwise."""

    OTHER_ORGANISER = "other_organiser"
    OTHER_USE = "other_use"
    LET_ON = "let_on"
    RULES_OF_ROOM = "rules_of_room"
    DAMAGE = "damage"
    NOBODY_CAME = "nobody_came"
    THREAT = "threat"


DEVIATION_WORDS: Final[Mapping[DeviationKind, Words]] = {
    DeviationKind.OTHER_ORGANISER: _("En annan arrangör än den som stod i bokningen"),
    DeviationKind.OTHER_USE: _("Något annat än det som stod i bokningen"),
    DeviationKind.LET_ON: _("Lokalen lånades eller hyrdes ut vidare"),
    DeviationKind.RULES_OF_ROOM: _("Lokalens regler följdes inte: tid, antal, ordning"),
    DeviationKind.DAMAGE: _("Skada eller städning"),
    DeviationKind.NOBODY_CAME: _("Ingen kom"),
    DeviationKind.THREAT: _("Hot eller våld i lokalen"),
}


_THE_ROLE: Final = _("Skriv rollen i stället. Oro för en person tas upp med samordnaren, inte här.")


def wrong_with(
    kind: DeviationKind | None, what: str, on: date, *, today: date, known_names: Iterable[str]
) -> list[Problem]:
    """What is lacking, or has no place there."""
    problems = []
    if kind is None:
        problems.append(Problem("kind", _("Du har inte valt vad som hände."), _("Välj det som ligger närmast.")))
    if on > today:
        problems.append(Problem("on", _("Datumet ligger i framtiden."), _("Rätta datumet.")))
    if not what.strip():
        problems.append(Problem("what", _("Det står inte vad som hände."), _("Skriv vad som gjordes, i en mening.")))
    else:
        problems += persons_in("what", what, known_names, _THE_ROLE)
    return problems


def wrong_with_withdrawal(because: str, known_names: Iterable[str]) -> list[Problem]:
    """Why something that was noted is taken back: said, and without persons."""
    if not because.strip():
        return [Problem("because", _("Det står inte varför."), _("Skriv vad som var fel."))]
    return persons_in("because", because, known_names, _THE_ROLE)
