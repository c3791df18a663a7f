"""A board gives a system a token, ends it, and knows whose it is when it is shown."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

from vetting.api.domain.rights import ROLES, SystemRight
from vetting.kernel.dates import day_here
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import ROLE_WORDS, SEPARATION_WORDS, Action, Person, SeparationOfDuties
from vetting.kernel.store.session import open_technical
from vetting.kernel.text import NO_WORDS, _
from vetting.people import digest_of, require_permission
from vetting.people.models.people import Board, User
from vetting.people.models.systems import System, SystemMinute, system_by_digest

if TYPE_CHECKING:
    from datetime import date, datetime

    from vetting.kernel.store.engine import Database
    from vetting.kernel.store.session import Session, WritingSession

PREFIX: Final = "vtg_"
"""What a token begins with, so that it is known where it has been left by mistake."""
NO_PASSWORD: Final = "!"  # noqa: S105 - what no password is hashed to
LONGEST_NAME: Final = 60
MOST_A_MINUTE: Final = 6_000
LONGEST_DAYS: Final = 2 * 366
SECONDS: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSystem:
    """What is asked for of a token."""

    name: str
    rights: tuple[SystemRight, ...]
    per_minute: int
    last_day: date


class KnownSystem(NamedTuple):
    """A system whose token is good, and what it is let do."""

    id: int
    user_id: int
    name: str
    board_id: int
    board: str
    with_group: bool
    rights: frozenset[SystemRight]
    waiting: frozenset[SystemRight]
    """What it was given and may not do before a second person has said yes."""
    per_minute: int

    def acting(self, right: SystemRight) -> Person:
        """The system as who does something by one of its rights."""
        return Person(
            id=self.user_id,
            name=self.name,
            board_id=self.board_id,
            board=self.board,
            roles=frozenset({ROLES[right]}),
            with_group=self.with_group,
            system=self.name,
        )


def add_system(session: WritingSession, new: NewSystem) -> tuple[System, str]:
    """A system with its token, which is kept nowhere.

    Raises:
        Refused: not this person's to give; no name or right, or it would be good for too long or ask too often.
    """
    require_permission(session.person, Action.MANAGE_BOARD)
    problems = list(_wrong_with(new, day_here(session.now)))
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    secret, name = PREFIX + secrets.token_urlsafe(32), " ".join(new.name.split())
    account = User(
        login=f"system-{secrets.token_hex(8)}",
        name=name,
        password_hash=NO_PASSWORD,
        active=False,
        created_at=session.now,
    )
    session.add(account)
    session.flush()
    row = System(
        board_id=session.person.board_id,
        user_id=account.id,
        name=name,
        digest=digest_of(secret),
        rights=[right.value for right in new.rights],
        per_minute=new.per_minute,
        last_day=new.last_day,
        at=session.now,
        by_user_id=session.user_id,
    )
    session.add(row)
    session.flush()
    session.note("system_added", row, board_id=session.person.board_id, reason=name)
    return row, secret


def _wrong_with(new: NewSystem, on: date) -> list[Problem]:
    found = []
    if not 1 <= len(" ".join(new.name.split())) <= LONGEST_NAME:
        what = _("Systemet behöver ett namn på högst {most} tecken.", most=LONGEST_NAME)
        found.append(Problem("name", what, _("Skriv vad det är, som E-tjänsten för föreningsbidrag.")))
    roles = {word.casefold() for words in ROLE_WORDS.values() for word in (words.sv, words.en)}
    if " ".join(new.name.split()).casefold() in roles:
        what = _("Så heter en roll, och systemet har ingen.")
        found.append(Problem("name", what, _("Skriv vad det är, som E-tjänsten för föreningsbidrag.")))
    if not new.rights:
        found.append(Problem("rights", _("Inget är valt."), _("Kryssa för det som systemet ska få göra.")))
    if not 1 <= new.per_minute <= MOST_A_MINUTE:
        what = _("Antalet frågor i minuten ska vara mellan 1 och {most}.", most=MOST_A_MINUTE)
        found.append(Problem("per_minute", what, _("Skriv ett tal, som 60.")))
    if not 0 <= (new.last_day - on).days <= LONGEST_DAYS:
        found.append(_wrong_day())
    return found


def agree_system(session: WritingSession, key: int) -> System:
    """A second person's yes to a system: who gives tokens uses none of what they open.

    Raises:
        Refused: not this person's to say, there is no such system that waits, or they made it themselves.
    """
    require_permission(session.person, Action.AGREE_PEOPLE)
    row = _own_system(session, key)
    if not row.waits:
        raise Refused(Obstacle.STALE, Problem("system", _("Nyckeln väntar inte på något ja."), _("Ladda om sidan.")))
    if not row.may_be_agreed_by(session.person.id):
        raise Refused(Obstacle.CLOSED, Problem("system", SEPARATION_WORDS[SeparationOfDuties.AGREE_OWN], NO_WORDS))
    row.agreed_at, row.agreed_by_id = session.now, session.person.id
    session.note("system_agreed", row, board_id=session.person.board_id, reason=row.name)
    return row


def renew_system(session: WritingSession, key: int, last_day: date) -> tuple[System, str]:
    """A new token for a system that is there: it knows of all that it sent, and the old token opens nothing more.

    It waits for a second yes again: whoever renews holds a token that others said yes to.

    Raises:
        Refused: not this person's to give, there is no such system, it has ended, or the day is too far ahead or gone.
    """
    require_permission(session.person, Action.MANAGE_BOARD)
    row = _own_system(session, key)
    if not 0 <= (last_day - day_here(session.now)).days <= LONGEST_DAYS:
        raise Refused(Obstacle.INVALID, _wrong_day())
    secret = PREFIX + secrets.token_urlsafe(32)
    row.digest, row.last_day = digest_of(secret), last_day
    row.by_user_id, row.agreed_at, row.agreed_by_id = session.user_id, None, None
    session.note("system_renewed", row, board_id=session.person.board_id, reason=row.name)
    return row, secret


def _own_system(session: WritingSession, key: int) -> System:
    row = session.get(System, key)
    if row is None or row.board_id != session.person.board_id:
        raise Refused(Obstacle.MISSING)
    if row.ended_at is not None:
        raise Refused(Obstacle.STALE, Problem("system", _("Nyckeln är redan avslutad."), _("Ladda om sidan.")))
    return row


def _wrong_day() -> Problem:
    what = _("Sista dagen ska ligga framåt, högst två år.")
    return Problem("last_day", what, _("Välj en dag, och ge en ny nyckel när den går ut."))


def end_system(session: WritingSession, key: int) -> System:
    """From now on the token opens nothing.

    Raises:
        Refused: not this person's to end, there is no such system in the board, or it has ended.
    """
    require_permission(session.person, Action.MANAGE_BOARD)
    row = _own_system(session, key)
    row.ended_at = session.now
    session.note("system_ended", row, board_id=session.person.board_id, reason=row.name)
    return row


def find_system(session: Session, secret: str, *, on: date) -> KnownSystem | None:
    """Whose token it is; None of one that is nobody's, ended or too old."""
    row = system_by_digest(session, digest_of(secret), on) if secret.startswith(PREFIX) else None
    if row is None:
        return None
    board = session.get_one(Board, row.board_id)
    given = frozenset(SystemRight(right) for right in row.rights)
    waiting = given if row.waits else frozenset()
    return KnownSystem(
        id=row.id,
        user_id=row.user_id,
        name=row.name,
        board_id=board.id,
        board=board.name,
        with_group=board.with_group,
        rights=given - waiting,
        waiting=waiting,
        per_minute=row.per_minute,
    )


def forget_minutes(database: Database, *, at: datetime) -> None:
    """How often systems asked before this hour is of no use to anybody."""
    hour_ago = int(at.timestamp()) // SECONDS - SECONDS
    with open_technical(database) as session:
        session.execute(delete(SystemMinute).where(SystemMinute.minute < hour_ago))


def seconds_to_wait(database: Database, system: KnownSystem, *, at: datetime) -> int:
    """Counts that a system asks, in all processes together; in how many seconds it may again, 0 where it may now."""
    minute = int(at.timestamp()) // SECONDS
    dialect = sqlite if database.is_sqlite else postgresql
    added = (
        dialect.insert(SystemMinute)
        .values(system_id=system.id, minute=minute, number=1)
        .on_conflict_do_update(
            index_elements=["system_id", "minute"], set_={"number": SystemMinute.__table__.c.number + 1}
        )
        .returning(SystemMinute.__table__.c.number)
    )
    with open_technical(database) as session:
        number = int(session.execute(added).scalar_one())
    return 0 if number <= system.per_minute else SECONDS - int(at.timestamp()) % SECONDS
