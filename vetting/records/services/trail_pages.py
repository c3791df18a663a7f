"""What whoever looks after a board sees of its trail, and of who has opened what."""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.exc import OperationalError

from vetting.casework.domain.trail_events import EVENT_WORDS
from vetting.casework.models.cases import Case, seen_by
from vetting.casework.models.documents import Document
from vetting.kernel.dates import midnight
from vetting.kernel.roles import Action
from vetting.kernel.store.session import BESIDE, open_without_waiting
from vetting.kernel.store.trail import TrailEntry, commands_behind
from vetting.kernel.text import NO_WORDS, Words, same_in_both
from vetting.people import require_permission
from vetting.people.domain.sealed_reads import MOST_AN_HOUR, ReadKind, file_in_words, hour_of
from vetting.people.models.people import User, names_of
from vetting.people.models.sealed_reads import SealedRead, add_read, busy_readers
from vetting.records.services import settings_changes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import InstrumentedAttribute

    from vetting.engine.gate_definitions import Gate
    from vetting.kernel.roles import Person
    from vetting.kernel.store.engine import Database
    from vetting.kernel.store.session import Session, WritingSession
    from vetting.people.models.sealed_reads import BusyReader

LOG: Final = logging.getLogger(__name__)
T = TypeVar("T", bound=TrailEntry | SealedRead)
AT_A_TIME: Final = 100
MOST_WAITING: Final = 10_000
TOLD_FOR: Final = timedelta(days=7)
"""How long it is told that somebody opened very much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailSelection:
    """Which lines are asked for: of one person, between two days, older than a line."""

    user_id: int | None = None
    first: date | None = None
    last: date | None = None
    before: int | None = None


class TrailLine(NamedTuple):
    """One entry as it is shown: never what an act in a case said, only that it was done, on what and by whom."""

    id: int
    at: datetime
    who: str
    """Of a command who ran it, and which; empty where the program did it by itself."""
    what: Words
    """With whom it is about, or what of the board's order, where it is about that."""
    number: str
    """The case, where it is about one."""


class ReadLine(NamedTuple):
    """Something that somebody opened."""

    id: int
    at: datetime
    who: str
    kind: ReadKind
    about: Words
    number: str
    """The case, where it can be opened."""


def entries_of(session: Session, wanted: TrailSelection, gates: Mapping[str, Gate]) -> list[TrailLine]:
    """Entries of the board, the last first; of cases only those that this person may see. gates: for their names.

    Raises:
        Refused: not this person's to read.
    """
    require_permission(session.person, Action.READ_TRAIL)
    visible = select(Case.id).where(seen_by(session.person, Action.READ_CASES))
    own = select(TrailEntry).where(
        TrailEntry.board_id == session.person.board_id,
        or_(TrailEntry.case_id.is_(None), TrailEntry.case_id.in_(visible)),
    )
    if wanted.user_id is not None:
        own = own.where(TrailEntry.by_user_id == wanted.user_id)
    if wanted.before is not None:
        own = own.where(TrailEntry.id < wanted.before)
    own = _between(own, TrailEntry.at, wanted)
    rows = session.scalars(own.order_by(TrailEntry.id.desc()).limit(AT_A_TIME)).all()
    accounts = {row.object_id for row in rows if row.object_type == User.__tablename__ and row.object_id}
    names = names_of(session, accounts | {row.by_user_id for row in rows if row.by_user_id})
    numbers = _numbers(session, {row.case_id for row in rows if row.case_id})
    told = settings_changes.told_of(session, rows, gates)
    commands = commands_behind(session, [row.id for row in rows if row.by_user_id is None])
    return [
        TrailLine(
            row.id,
            row.at,
            names.get(row.by_user_id or 0, "") or commands.get(row.id, ""),
            told.get(row.id) or EVENT_WORDS.get(row.action, same_in_both(row.action)) + _whom(row, names),
            numbers.get(row.case_id or 0, ""),
        )
        for row in rows
    ]


def _whom(row: TrailEntry, names: Mapping[int, str]) -> Words:
    """The account that an entry is about, where it is about one."""
    name = names.get(row.object_id or 0, "") if row.object_type == User.__tablename__ else ""
    return same_in_both(f": {name}") if name else NO_WORDS


def reads_of(session: Session, wanted: TrailSelection) -> list[ReadLine]:
    """What was opened in the board, the last first; a case that this person may not see is named by nothing.

    Raises:
        Refused: not this person's to read.
    """
    require_permission(session.person, Action.READ_TRAIL)
    own = select(SealedRead).where(SealedRead.board_id == session.person.board_id)
    if wanted.user_id is not None:
        own = own.where(SealedRead.user_id == wanted.user_id)
    if wanted.before is not None:
        own = own.where(SealedRead.id < wanted.before)
    own = _between(own, SealedRead.at, wanted)
    rows = session.scalars(own.order_by(SealedRead.id.desc()).limit(AT_A_TIME)).all()
    names = names_of(session, {row.user_id for row in rows})
    seen = select(Case.number).where(
        seen_by(session.person, Action.READ_CASES),
        Case.number.in_({row.about for row in rows if row.kind is ReadKind.CASE}),
    )
    open_to = set(session.scalars(seen))
    papers = _case_of_papers(session, {int(row.about) for row in rows if row.kind is ReadKind.PAPER})
    return [_read_line(row, names, open_to, papers) for row in rows]


def _read_line(row: SealedRead, names: Mapping[int, str], open_to: set[str], papers: Mapping[str, str]) -> ReadLine:
    match row.kind:
        case ReadKind.CASE:
            about, number = NO_WORDS, row.about if row.about in open_to else ""
        case ReadKind.PAPER:
            about, number = NO_WORDS, papers.get(row.about, "")
        case ReadKind.ACCOUNT | ReadKind.REVIEW:
            about, number = same_in_both(row.about), ""
        case ReadKind.EXPORT:
            about, number = file_in_words(row.about), ""
    return ReadLine(row.id, row.at, names.get(row.user_id, ""), row.kind, about, number)


def unusual_readers(session: Session, *, as_of: datetime) -> list[tuple[str, BusyReader]]:
    """Who has opened very much in an hour these days, with their names: for whoever looks after that."""
    if not session.person.may(Action.READ_TRAIL):
        return []
    found = busy_readers(session, session.person.board_id, as_of - TOLD_FOR, MOST_AN_HOUR)
    names = names_of(session, {one.user_id for one in found})
    return [(names.get(one.user_id, ""), one) for one in found if one.user_id != session.person.id]


def readers_and_doers(session: Session) -> Sequence[tuple[int, str]]:
    """Those whose lines can be asked for: everybody who has done something in the board, by name."""
    require_permission(session.person, Action.READ_TRAIL)
    doers = select(TrailEntry.by_user_id).where(TrailEntry.board_id == session.person.board_id)
    readers = select(SealedRead.user_id).where(SealedRead.board_id == session.person.board_id)
    found = select(User.id, User.name).where(or_(User.id.in_(doers), User.id.in_(readers)))
    return [(key, name) for key, name in session.execute(found.order_by(User.name, User.id))]


def note_read(database: Database, kind: ReadKind, about: str, *, by: Person, at: datetime) -> None:
    """Notes that somebody has something before them, once an hour, in a transaction of its own.

    No page waits for it: while somebody else writes, it waits in this process and is written with the next one.
    """
    waiting = _waiting_of(database)
    waiting.append(SealedRead(board_id=by.board_id, user_id=by.id, kind=kind, about=about, hour=hour_of(at), at=at))
    taken: list[SealedRead] = []
    try:
        with open_without_waiting(database) as session:
            while waiting:
                taken.append(waiting.popleft())
                add_read(session, taken[-1])
    except (OperationalError, IndexError):  # IndexError: another thread took the last one
        waiting.extendleft(reversed(taken))


def _waiting_of(database: Database) -> deque[SealedRead]:
    """What could not be noted yet, the oldest first; of very much the oldest is let go, and the log says so."""
    found = database.memory.setdefault(_Waiting, deque(maxlen=MOST_WAITING))
    if not isinstance(found, deque):
        raise TypeError(found)
    if len(found) == MOST_WAITING:
        LOG.warning("readings wait to be noted, and the oldest is let go")
    return found


class _Waiting:
    """What the deque of readings is kept under."""


def delete_expired(session: WritingSession, board_id: int, *, kept: timedelta) -> int:
    """What was opened so long ago. Returns how much."""
    old = delete(SealedRead).where(SealedRead.board_id == board_id, SealedRead.at < session.now - kept)
    return len(session.execute(old.returning(SealedRead.id), execution_options=BESIDE).all())


def _between(query: Select[T], moment: InstrumentedAttribute[datetime], wanted: TrailSelection) -> Select[T]:
    """The same, between the days that are asked for."""
    if wanted.first is not None:
        query = query.where(moment >= midnight(wanted.first))
    if wanted.last is not None:
        query = query.where(moment < midnight(wanted.last + timedelta(days=1)))
    return query


def _numbers(session: Session, keys: set[int]) -> dict[int, str]:
    if not keys:
        return {}
    rows = session.execute(select(Case.id, Case.number).where(Case.id.in_(keys)))
    return {key: number for key, number in rows}  # noqa: C416 - dict() of rows carries no types


def _case_of_papers(session: Session, keys: set[int]) -> dict[str, str]:
    """Paper -> the number of its case, where this person may see it."""
    if not keys:
        return {}
    rows = session.execute(
        select(Document.id, Case.number)
        .join(Case, and_(Case.id == Document.case_id, seen_by(session.person, Action.READ_CASES)))
        .where(Document.id.in_(keys))
    )
    return {str(key): number for key, number in rows}
