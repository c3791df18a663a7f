"""Rounds of applications."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from vetting.boards.services.sign_in import require_permission
from vetting.grants.models import Round, round_of
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.store.trail import TrailNote
from vetting.kernel.text import _

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import WritingSession


LONGEST_DNR: Final = 60


def open_round(session: Session, key: int, by: Person) -> Round:
    """A round that applications can still go into.

    Raises:
        Refused: it is another board's, or closed.
    """
    found = round_of(session, by, key)
    if found is None:
        raise Refused(Obstacle.MISSING)
    if found.closed_at is not None:
        raise Refused(
            Obstacle.INVALID,
            Problem("round_id", _("Omgången {name} är avslutad.", name=found.name), _("Välj en öppen omgång.")),
        )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRound:
    """A round that is to be; the budget in öre."""

    name: str
    opens_on: date
    closes_on: date
    grant_type: str = ""
    decision_on: date | None = None
    report_on: date | None = None
    budget: int | None = None
    dnr: str = ""


def add_round(session: WritingSession, new: NewRound, *, by: Person, at: datetime) -> Round:
    """A new round of the board.

    Raises:
        Refused: no name, a name that is taken, or dates the wrong way round.
    """
    require_permission(by, Action.MANAGE_ROUNDS)
    problems = []
    name = " ".join(new.name.split())[:120]
    if not name:
        problems.append(Problem("name", _("Namnet saknas."), _("Skriv till exempel Verksamhetsbidrag 2027.")))
    elif session.scalar(select(Round.id).where(Round.board_id == by.board_id, Round.name == name)) is not None:
        problems.append(Problem("name", _("Det finns redan en omgång med det namnet."), _("Välj ett annat.")))
    if new.closes_on < new.opens_on:
        problems.append(Problem("closes_on", _("Omgången slutar innan den börjar."), _("Rätta datumen.")))
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    found = Round(
        board_id=by.board_id,
        name=name,
        grant_type=new.grant_type,
        opens_on=new.opens_on,
        closes_on=new.closes_on,
        decision_on=new.decision_on,
        report_on=new.report_on,
        budget=new.budget,
        dnr=new.dnr,
    )
    session.add(found)
    session.flush()
    session.note(TrailNote(action="round_added", by=by, at=at, subject=found))
    return found


def register_round(session: WritingSession, key: int, dnr: str, *, by: Person, at: datetime) -> Round:
    """Gives a round its number in the registry: that of all its applications that have none of their own.

    Raises:
        Refused: there is no such round in the board, no number, or it has one already.
    """
    require_permission(by, Action.REGISTER_CASE)
    found = round_of(session, by, key)
    if found is None:
        raise Refused(Obstacle.MISSING)
    given = " ".join(dnr.split())[:LONGEST_DNR]
    if not given:
        raise Refused(
            Obstacle.INVALID, Problem("dnr", _("Diarienumret saknas."), _("Skriv det, till exempel EXN 2026/236."))
        )
    if found.dnr and found.dnr != given:
        raise Refused(
            Obstacle.STALE,
            Problem("dnr", _("Omgången har redan diarienummer {dnr}.", dnr=found.dnr), _("Läs sidan på nytt.")),
        )
    if not found.dnr:
        found.dnr = given
        session.note(TrailNote(action="round_registered", by=by, at=at, subject=found))
    return found


def close_round(session: WritingSession, key: int, *, by: Person, at: datetime) -> Round:
    """No more applications are taken into the round.

    Raises:
        Refused: there is no such round in the board.
    """
    require_permission(by, Action.MANAGE_ROUNDS)
    found = round_of(session, by, key)
    if found is None:
        raise Refused(Obstacle.MISSING)
    if found.closed_at is None:
        found.closed_at = at
        session.note(TrailNote(action="round_closed", by=by, at=at, subject=found))
    return found
