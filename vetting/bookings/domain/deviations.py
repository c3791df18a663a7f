"""After an event: what went otherwise than agreed, as an act; persons have no place in it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.engine.evidence import persons_in
from vetting.kernel.problem import Problem
from vetting.kernel.text import Words

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
    DeviationKind.OTHER_ORGANISER: Words(
        "En annan arrangör än den som stod i bokningen", "Another organiser than the booking said"
    ),
    DeviationKind.OTHER_USE: Words("Något annat än det som stod i bokningen", "Something else than the booking said"),
    DeviationKind.LET_ON: Words("Lokalen lånades eller hyrdes ut vidare", "The room was lent or let on"),
    DeviationKind.RULES_OF_ROOM: Words(
        "Lokalens regler följdes inte: tid, antal, ordning", "The rules of the room were not kept: time, number, order"
    ),
    DeviationKind.DAMAGE: Words("Skada eller städning", "Damage or cleaning"),
    DeviationKind.NOBODY_CAME: Words("Ingen kom", "Nobody came"),
    DeviationKind.THREAT: Words("Hot eller våld i lokalen", "Threats or violence in the room"),
}


_THE_ROLE: Final = Words(
    "Skriv rollen i stället. Oro för en person tas med samordnaren, inte här.",
    "Write the role instead. Concern for a person goes to the coordinator, not here.",
)


def wrong_with(
    kind: DeviationKind | None, what: str, on: date | None, *, today: date, known_names: Iterable[str]
) -> list[Problem]:
    """What is lacking, or has no place there."""
    problems = []
    if kind is None:
        problems.append(
            Problem(
                "kind",
                Words("Det är inte valt vad som hände.", "What happened is not chosen."),
                Words("Välj det som ligger närmast.", "Choose what comes closest."),
            )
        )
    if on is None:
        problems.append(
            Problem(
                "on",
                Words("Det är inget datum.", "That is not a date."),
                Words("Skriv datumet så här: 2026-03-15.", "Write the date like this: 2026-03-15."),
            )
        )
    elif on > today:
        problems.append(
            Problem(
                "on",
                Words("Dagen har inte varit än.", "The day has not been yet."),
                Words("Rätta datumet.", "Correct the date."),
            )
        )
    if not what.strip():
        problems.append(
            Problem(
                "what",
                Words("Det står inte vad som hände.", "It does not say what happened."),
                Words("Skriv handlingen, i en mening.", "Write the act, in a sentence."),
            )
        )
    else:
        problems += persons_in("what", what, known_names, _THE_ROLE)
    return problems


def wrong_with_withdrawal(because: str, known_names: Iterable[str]) -> list[Problem]:
    """Why something that was noted is taken back: said, and without persons."""
    if not because.strip():
        return [
            Problem(
                "because",
                Words("Det står inte varför.", "It does not say why."),
                Words("Skriv vad som var fel.", "Write what was wrong."),
            )
        ]
    return persons_in("because", because, known_names, _THE_ROLE)
