"""Kinds of letting that a board tells apart, and the rules that judge the bookings of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import _
from vetting.people import require_permission
from vetting.people.models.letting_kinds import LettingKind, rooms_let_as
from vetting.rules import open_letting_kind, wrong_with_own_rules

if TYPE_CHECKING:
    from vetting.kernel.store.session import Session, WritingSession

LONGEST_NAME = 120


def add_letting_kind(session: WritingSession, name: str, ruleset: str) -> LettingKind:
    """A new kind of letting; ruleset: its own rules, empty where those for all bookings judge it.

    Raises:
        Refused: no name, a name that is taken, or rules that nobody writes, or that are handed over or published.
    """
    require_permission(session.person, Action.WRITE_RULES)
    kept = _check(session, name, ruleset, None)
    found = LettingKind(board_id=session.person.board_id, name=kept, ruleset=ruleset)
    session.add(found)
    session.flush()
    session.note("letting_kind_added", found)
    return found


def change_letting_kind(session: WritingSession, key: int, name: str, ruleset: str) -> LettingKind:
    """Another name, or own rules that are not published yet.

    Raises:
        Refused: as when one is added; there is none.
    """
    require_permission(session.person, Action.WRITE_RULES)
    found = open_letting_kind(session, key)
    kept = _check(session, name, ruleset, found)
    if (found.name, found.ruleset) != (kept, ruleset):
        found.name, found.ruleset = kept, ruleset
        session.note("letting_kind_changed", found)
    return found


def _check(session: Session, name: str, ruleset: str, found: LettingKind | None) -> str:
    """The name as it is kept."""
    problems = []
    kept = " ".join(name.split())[:LONGEST_NAME]
    taken = select(LettingKind.id).where(LettingKind.board_id == session.person.board_id, LettingKind.name == kept)
    if not kept:
        problems.append(Problem("name", _("Namnet saknas."), _("Skriv till exempel Festlokaler.")))
    elif session.scalar(taken) not in {None, found.id if found is not None else None}:
        problems.append(Problem("name", _("Det finns redan en uthyrningsform med det namnet."), _("Välj ett annat.")))
    was = found.ruleset if found is not None else ""
    if ruleset != was:
        problems += wrong_with_own_rules(session, ruleset, was, CaseKind.BOOKING)
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    return kept


def end_letting_kind(session: WritingSession, key: int) -> LettingKind:
    """No room is let so any more; the bookings there are keep their rules.

    Raises:
        Refused: there is no such kind of letting in the board, or a room is let so.
    """
    require_permission(session.person, Action.WRITE_RULES)
    found = open_letting_kind(session, key)
    rooms = rooms_let_as(session, found.id)
    if rooms:
        names = ", ".join(room.name for room in rooms)
        raise Refused(
            Obstacle.INVALID,
            Problem(
                "name",
                _("Uthyrningsformen används av lokaler: {names}.", names=names),
                _("Välj en annan uthyrningsform för dem först, under Lokaler."),
            ),
        )
    if found.ended_at is None:
        found.ended_at = session.now
        session.note("letting_kind_ended", found)
    return found
