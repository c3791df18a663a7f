"""Where an account is signed in: seen and ended by its owner, and by whoever manages people."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.store.acting import Acting, Purpose
from vetting.kernel.store.session import open_technical
from vetting.kernel.text import _
from vetting.people.domain import sign_in as signing_in
from vetting.people.models.people import Board, RoleAssignment, SignIn, User
from vetting.people.services.sign_in import digest_of, end_sessions, require_permission

if TYPE_CHECKING:
    from datetime import datetime

    from vetting.kernel.roles import Person
    from vetting.kernel.store.engine import Database
    from vetting.kernel.store.session import Session, WritingSession


class OpenSession(NamedTuple):
    """One place where an account is signed in."""

    key: int
    browser: str
    """Empty where it did not say."""
    board: str
    since: datetime
    seen: datetime
    own: bool
    """The one that asks."""


def open_sessions(session: Session, user_id: int, *, token: str) -> list[OpenSession]:
    """Where an account is signed in now, the last used first. token: of the session that asks."""
    rows = session.execute(
        select(SignIn, Board.name)
        .join(Board, Board.id == SignIn.board_id)
        .where(SignIn.user_id == user_id, SignIn.ended_at.is_(None), SignIn.waits.is_(False))
        .order_by(SignIn.seen_at.desc(), SignIn.id.desc())
    )
    own = digest_of(token)
    return [
        OpenSession(row.id, row.browser, board, row.created_at, row.seen_at, row.token == own)
        for row, board in rows
        if not signing_in.has_ended(session.now, created=row.created_at, seen=row.seen_at, ended=None)
    ]


def end_own_session(database: Database, person: Person, key: int, *, at: datetime) -> None:
    """Ends one place where one's own account is signed in.

    Raises:
        Refused: it is not theirs, or has ended.
    """
    with open_technical(database) as session:
        row = session.scalar(select(SignIn).where(SignIn.id == key, SignIn.user_id == person.id))
        if row is None:
            raise Refused(Obstacle.MISSING)
        if row.ended_at is not None:
            raise Refused(
                Obstacle.STALE,
                Problem("session", _("Inloggningen är redan avslutad."), _("Ladda om sidan.")),
            )
        row.ended_at = at


def end_other_sessions(database: Database, person: Person, *, token: str, at: datetime) -> None:
    """Ends everything that one's own account has open but the session that asks."""
    with open_technical(database, Acting(Purpose.SIGN_IN, at)) as session:
        end_sessions(session, person.id, but=digest_of(token))


def end_sessions_of(session: WritingSession, user_id: int) -> User:
    """Ends everything that a colleague's account has open, in every board: it may be in the wrong hands.

    Raises:
        Refused: not this person's to do, or nobody in the board.
    """
    require_permission(session.person, Action.MANAGE_PEOPLE)
    held = select(RoleAssignment.id).where(
        RoleAssignment.user_id == user_id, RoleAssignment.board_id == session.person.board_id
    )
    if session.scalar(held.limit(1)) is None:
        raise Refused(Obstacle.MISSING)
    user = session.get_one(User, user_id)
    end_sessions(session, user_id)
    session.note("sessions_ended", user, board_id=session.person.board_id)
    return user
