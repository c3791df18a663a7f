"""What is done with a board's rounds of applications."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from vetting.grants.domain.round_days import PROPOSED, proposed_days
from vetting.grants.models.rounds import (
    Round,
    RoundScheme,
    line_of,
    schemes_of_round,
)
from vetting.grants.models.schemes import GrantScheme, scheme_of
from vetting.grants.services.own_rounds import own_round
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import Words, _, same_in_both
from vetting.people import require_permission

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from vetting.grants.domain.round_days import OwnDays
    from vetting.kernel.store.session import Session, WritingSession


LONGEST_DNR: Final = 60
LONGEST_NAME: Final = 120
_YEAR: Final = re.compile(r"\b20\d\d\b", re.ASCII)
_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def open_round(session: Session, key: int) -> Round:
    """A round that applications can still go into.

    Raises:
        Refused: it is another board's, or closed.
    """
    found = own_round(session, key)
    if found.closed_at is not None:
        raise Refused(
            Obstacle.INVALID,
            Problem("round_id", _("Omgången {name} är avslutad.", name=found.name), _("Välj en öppen omgång.")),
        )
    return found


def scheme_to_apply_for(session: Session, round_id: int | None, scheme_id: int | None) -> GrantScheme | None:
    """The grant scheme that an application into a round is for; None where the round is for none.

    Raises:
        Refused: the round is for several and none is said, or for others than the one said.
    """
    offered = schemes_of_round(session, round_id) if round_id is not None else ()
    if scheme_id is None and len(offered) <= 1:
        return offered[0] if offered else None
    chosen = next((item for item in offered if item.id == scheme_id), None)
    if chosen is None:
        names = ", ".join(item.name for item in offered)
        raise Refused(
            Obstacle.INVALID,
            Problem(
                "round_id",
                _("Det står inte vilken av omgångens bidragsformer som ansökan gäller: {names}.", names=names)
                if offered
                else _("Omgången gäller inte den bidragsformen."),
                _("Välj bidragsform. Gäller ansökan flera blir det ett ärende för var och en."),
            ),
        )
    return chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRound:
    """A round that is to be; the budget in öre."""

    name: str
    opens_on: date
    closes_on: date
    closes_at: str = ""
    """'23:59'; empty where nothing is said."""
    schemes: Mapping[int, int | None] = field(default_factory=dict)
    """The grant schemes that it is for, each with its budget line or none."""
    decision_on: date | None = None
    report_on: date | None = None
    completions_on: date | None = None
    group_on: date | None = None
    item_on: date | None = None
    notice_on: date | None = None
    payment_on: date | None = None
    """These five: as proposed from the others where nothing is said."""
    budget: int | None = None
    dnr: str = ""


def add_round(session: WritingSession, new: NewRound) -> Round:
    """A new round of the board.

    Raises:
        Refused: no name, a name that is taken, or dates the wrong way round.
    """
    require_permission(session.person, Action.MANAGE_ROUNDS)
    problems = [*wrong_name(session, new.name, None), *wrong_with_days(new)]
    asked = [scheme_of(session, key) for key in new.schemes]
    schemes = [scheme for scheme in asked if scheme is not None and scheme.ended_at is None]
    if len(schemes) < len(new.schemes):
        problems.append(
            Problem(
                "schemes", _("Bidragsformen finns inte, eller erbjuds inte längre."), _("Välj bland dem som finns.")
            )
        )
    chosen = [key for key in new.schemes.values() if key is not None]
    found_lines = [line_of(session, key) for key in chosen]
    lines = [line for line in found_lines if line is not None and line.ended_at is None]
    if len(lines) < len(chosen):
        problems.append(
            Problem("schemes", _("Budgetraden finns inte, eller används inte längre."), _("Välj bland dem som finns."))
        )
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    proposed = proposed_days(new.closes_on, new.decision_on)
    found = Round(
        board_id=session.person.board_id,
        name=tidy_name(new.name),
        grant_type=", ".join(sorted(scheme.name for scheme in schemes)),
        opens_on=new.opens_on,
        closes_on=new.closes_on,
        closes_at=new.closes_at,
        decision_on=new.decision_on,
        report_on=new.report_on,
        budget=new.budget,
        dnr=new.dnr,
        **{name: getattr(new, name) or proposed.get(name) for name in PROPOSED},
    )
    session.add(found)
    session.flush()
    for scheme in schemes:
        session.add(RoundScheme(round_id=found.id, scheme_id=scheme.id, line_id=new.schemes[scheme.id]))
    session.note("round_added", found)
    return found


def tidy_name(name: str) -> str:
    """A round's name as it is kept."""
    return " ".join(name.split())[:LONGEST_NAME]


def name_a_year_later(name: str, year: int) -> str:
    """'Lokalbidrag 2026' as 'Lokalbidrag 2027'; a name without a year gets the one that is said."""
    later = _YEAR.sub(lambda found: str(int(found[0]) + 1), name)
    return later if later != name else f"{name} {year}"


def wrong_name(session: Session, name: str, found: Round | None) -> Iterator[Problem]:
    """Finds what is wrong with the name of a round: none, or that of another."""
    kept = tidy_name(name)
    taken = select(Round.id).where(Round.board_id == session.person.board_id, Round.name == kept)
    if not kept:
        yield Problem("name", _("Namnet saknas."), _("Skriv till exempel Verksamhetsbidrag 2027."))
    elif session.scalar(taken) not in {None, found.id if found is not None else None}:
        yield Problem("name", _("Det finns redan en omgång med det namnet."), _("Välj ett annat."))


def wrong_with_days(days: OwnDays) -> Iterator[Problem]:
    """Days of a round that are the wrong way round, and a time that is none."""
    if days.closes_on < days.opens_on:
        yield Problem("closes_on", _("Omgången slutar innan den börjar."), _("Kontrollera båda dagarna."))
    if days.decision_on is not None and days.decision_on < days.closes_on:
        yield Problem(
            "decision_on", _("Sammanträdet ligger före sista ansökningsdag."), _("Välj ett senare sammanträde.")
        )
    if days.report_on is not None and days.report_on < days.opens_on:
        yield Problem(
            "report_on", _("Redovisningsdagen ligger före den dag då omgången öppnar."), _("Välj en senare dag.")
        )
    if days.closes_at and not _CLOCK.fullmatch(days.closes_at):
        yield Problem(
            "closes_at", _("”{text}” är inget klockslag.", text=days.closes_at), _("Skriv till exempel 16.00.")
        )


def register_round(session: WritingSession, key: int, dnr: str) -> Round:
    """Gives a round its number in the registry: that of all its applications that have none of their own.

    Raises:
        Refused: there is no such round in the board, no number, or it has one already.
    """
    require_permission(session.person, Action.REGISTER_CASE)
    found = own_round(session, key)
    given = " ".join(dnr.split())[:LONGEST_DNR]
    if not given:
        raise Refused(
            Obstacle.INVALID, Problem("dnr", _("Diarienumret saknas."), _("Skriv det, till exempel EXN 2026/236."))
        )
    if found.dnr and found.dnr != given:
        raise Refused(
            Obstacle.STALE,
            Problem("dnr", _("Omgången har redan diarienummer {dnr}.", dnr=found.dnr), _("Ladda om sidan.")),
        )
    if not found.dnr:
        found.dnr = given
        session.note("round_registered", found)
    return found


def close_round(session: WritingSession, key: int) -> Round:
    """No more applications are taken into the round.

    Raises:
        Refused: there is no such round in the board.
    """
    require_permission(session.person, Action.MANAGE_ROUNDS)
    found = own_round(session, key)
    if found.closed_at is None:
        found.closed_at = session.now
        session.note("round_closed", found)
    return found


def round_options(rounds: Iterable[Round], schemes: Mapping[int, Sequence[GrantScheme]]) -> dict[str | int, Words]:
    """What is chosen between: each round, or each of its grant schemes where it is for several."""
    found: dict[str | int, Words] = {}
    for item in rounds:
        several = schemes.get(item.id, ())
        if len(several) > 1:
            found |= {f"{item.id}.{one.id}": same_in_both(f"{item.name} – {one.name}") for one in several}
        else:
            found[str(item.id)] = same_in_both(item.name)
    return found
