"""Watching something until a day: set, moved, given to another, done; a substitute sees those of the absent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import select

from vetting.associations.models.associations import Association, holding_record
from vetting.casework.domain.cases import OPEN
from vetting.casework.models.cases import Case, find_case, recused_associations, visible_cases
from vetting.casework.models.meetings import meetings
from vetting.grants.models.rounds import rounds
from vetting.kernel.dates import day_here
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import ROLE_PERMISSIONS, Action, Role
from vetting.kernel.text import Words, _, day_in_words, same_in_both
from vetting.money.models.payments import Payment, find_payments
from vetting.people import require_permission
from vetting.people.models.delegation import absences
from vetting.people.models.people import colleagues, names_of
from vetting.workspace.domain.watches import WatchedThing, wrong_with_day, wrong_with_watch
from vetting.workspace.models.watches import Watch, find_watch, open_watches, watches_of_case

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from vetting.kernel.store.session import Session, WritingSession

MOST: Final = 200
_Key = tuple[WatchedThing, int]
WATCHERS: Final = tuple(role for role, actions in ROLE_PERMISSIONS.items() if Action.WATCH in actions)
"""Roles that something can be given to."""


class WatchSubject(NamedTuple):
    """What is watched, as it is told: what it is called, and the id or number that its page is found by."""

    about: WatchedThing
    key: int
    name: Words
    number: str = ""
    """Of a case, and of the case that a payment is of."""
    ended: bool = False
    """A case that is decided or ended, a round or a meeting that is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchLine:
    """One watch of a list."""

    watch: Watch
    thing: WatchSubject
    of: str
    """Whose it is, where it is somebody else's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWatch:
    """What somebody wants to be told of, and when."""

    about: WatchedThing
    key: int
    on: date
    text: str
    sleeps: bool = False


def watched_thing(session: Session, about: WatchedThing, key: int) -> WatchSubject:
    """What would be watched, if this person may see it; of a merged record, the one that holds.

    Raises:
        Refused: there is no such thing for them.
    """
    require_permission(session.person, Action.WATCH)
    if about is WatchedThing.ASSOCIATION:
        record = session.get(Association, key)
        key = holding_record(session, record).id if record is not None else key
    found = _things(session, {(about, key)}).get((about, key))
    if found is None:
        raise Refused(Obstacle.MISSING)
    return found


def watched_case(session: Session, number: str) -> WatchSubject:
    """The same of a case by its number.

    Raises:
        Refused: there is no such case for this person.
    """
    require_permission(session.person, Action.WATCH)
    case = find_case(session, number)
    if case is None:
        raise Refused(Obstacle.MISSING)
    return watched_thing(session, WatchedThing.CASE, case.id)


def add_watch(session: WritingSession, new: NewWatch) -> Watch:
    """Something is to come up on a day, for whoever says so.

    Raises:
        Refused: nothing that this person may see, a day that has been, no line, or a case that is ended told to sleep.
    """
    thing = watched_thing(session, new.about, new.key)
    problems = list(wrong_with_watch(new.on, new.text, day_here(session.now)))
    if new.sleeps and (thing.about is not WatchedThing.CASE or thing.ended):
        problems.append(
            Problem("sleeps", _("Bara ett öppet ärende kan vila."), _("Ta bort krysset: bevakningen gäller ändå."))
        )
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    case_id = thing.key if thing.about is WatchedThing.CASE else None
    if thing.about is WatchedThing.PAYMENT:
        case_id = session.get_one(Payment, thing.key).case_id
    row = Watch(
        board_id=session.person.board_id,
        user_id=session.person.id,
        about=thing.about,
        key=thing.key,
        case_id=case_id,
        on=new.on,
        text=new.text.strip(),
        sleeps=new.sleeps,
        at=session.now,
        by_user_id=session.person.id,
    )
    session.add(row)
    _settle(session, "watch_added", row)
    return row


def move_watch(session: WritingSession, key: int, on: date) -> Watch:
    """To another day.

    Raises:
        Refused: none of this person's, done already, or a day that has been.
    """
    row = own_watch(session, key)
    problems = list(wrong_with_day(on, day_here(session.now)))
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    row.on = on
    _settle(session, "watch_moved", row)
    return row


def give_watch(session: WritingSession, key: int, user_id: int) -> Watch:
    """To a colleague, who sees it from now on.

    Raises:
        Refused: none of this person's, done already, or nobody who watches in the board.
    """
    row = own_watch(session, key)
    if user_id not in {user.id for user in colleagues(session, session.person.board_id, *WATCHERS)}:
        raise Refused(Obstacle.INVALID, Problem("user", _("Ingen är vald."), _("Välj en kollega.")))
    row.user_id = user_id
    _settle(session, "watch_given", row)
    return row


def finish_watch(session: WritingSession, key: int) -> Watch:
    """It is done.

    Raises:
        Refused: none of this person's, or done already.
    """
    row = own_watch(session, key)
    row.done_at, row.done_by_id = session.now, session.person.id
    _settle(session, "watch_done", row)
    return row


def watch_lines(session: Session, *, on: date, until: date | None = None) -> list[WatchLine]:
    """One's own watches, and those of whoever one stands in for that day; of what one may see, the earliest first."""
    rows = open_watches(session, session.person.board_id, _whose(session, on), until, MOST)
    things = _things(session, {(row.about, row.key) for row in rows})
    names = names_of(session, {row.user_id for row in rows if row.user_id != session.person.id})
    return [
        WatchLine(watch=row, thing=things[row.about, row.key], of=names.get(row.user_id, ""))
        for row in rows
        if (row.about, row.key) in things
    ]


def _whose(session: Session, on: date) -> set[int]:
    away = absences(session, session.person.board_id, on)
    return {session.person.id} | {
        row.user_id for row in away if row.substitute_id == session.person.id and row.first_on <= on
    }


def own_watch(session: Session, key: int) -> Watch:
    """One that this person may change: their own, that of somebody they stand in for, any to the board's manager.

    Raises:
        Refused: there is none, or it is done.
    """
    require_permission(session.person, Action.WATCH)
    row = find_watch(session, key, session.person.board_id)
    mine = row is not None and (
        row.user_id in _whose(session, day_here(session.now)) or Role.MANAGER in session.person.roles
    )
    if row is None or not mine or (row.about, row.key) not in _things(session, {(row.about, row.key)}):
        raise Refused(Obstacle.MISSING)
    if row.done_at is not None:
        raise Refused(Obstacle.STALE, Problem("", _("Bevakningen är redan avklarad."), _("Ladda om sidan.")))
    return row


def _settle(session: WritingSession, action: str, row: Watch) -> None:
    """What was done is kept and noted, and its case says until when it sleeps now."""
    session.flush()
    if row.case_id is not None and row.sleeps:
        standing = [one.on for one in watches_of_case(session, row.case_id) if one.sleeps]
        session.get_one(Case, row.case_id).sleeps_until = max(standing, default=None)
    session.note(action, row, case_id=row.case_id, board_id=row.board_id)


def _things(session: Session, wanted: set[_Key]) -> dict[_Key, WatchSubject]:
    """What of some things this person may see, a question for each kind of them."""
    keys = {about: [key for thing, key in wanted if thing is about] for about in WatchedThing}
    found = [*_cases(session, keys[WatchedThing.CASE]), *_associations(session, keys[WatchedThing.ASSOCIATION])]
    if keys[WatchedThing.ROUND] and session.person.may(Action.READ_REGISTERS):
        found += [
            WatchSubject(WatchedThing.ROUND, row.id, same_in_both(row.name), ended=row.closed_at is not None)
            for row in rounds(session)
            if row.id in keys[WatchedThing.ROUND]
        ]
    if keys[WatchedThing.MEETING] and session.person.may(Action.READ_MEETINGS):
        found += [
            WatchSubject(
                WatchedThing.MEETING,
                row.id,
                _("Referensgruppens möte ") + day_in_words(day_here(row.starts_at)),
                ended=row.state != "planned",
            )
            for row in meetings(session)
            if row.id in keys[WatchedThing.MEETING]
        ]
    if keys[WatchedThing.PAYMENT] and session.person.may(Action.READ_PAYMENTS):
        found += [
            WatchSubject(
                WatchedThing.PAYMENT,
                row.id,
                _("Utbetalning, {name}", name=case.name),
                case.number,
                ended=row.paid_on is not None,
            )
            for row, case in find_payments(session, keys[WatchedThing.PAYMENT], Action.READ_PAYMENTS)
        ]
    return {(item.about, item.key): item for item in found}


def _cases(session: Session, keys: Sequence[int]) -> list[WatchSubject]:
    rows = session.scalars(visible_cases(session.person).where(Case.id.in_(keys))) if keys else ()
    return [
        WatchSubject(WatchedThing.CASE, row.id, same_in_both(row.name), row.number, ended=row.state not in OPEN)
        for row in rows
    ]


def _associations(session: Session, keys: Sequence[int]) -> list[WatchSubject]:
    if not keys or not session.person.may(Action.READ_ASSOCIATIONS):
        return []
    rows = session.scalars(
        select(Association).where(
            Association.id.in_(keys), Association.id.not_in(recused_associations(session.person.id))
        )
    )
    return [WatchSubject(WatchedThing.ASSOCIATION, row.id, same_in_both(row.name)) for row in rows]
