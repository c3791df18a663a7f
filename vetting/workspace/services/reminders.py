"""What waits for each person at work, by number and without names: told at a desk or by mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from vetting import records
from vetting.casework import stale_of
from vetting.casework.domain.cases import CaseState
from vetting.casework.models.cases import Case, seen_by, visible_cases
from vetting.casework.models.decisions import endings_proposed
from vetting.casework.models.special_reviews import SpecialReview
from vetting.kernel.roles import ROLE_WORDS, Action
from vetting.kernel.store.acting import Acting
from vetting.kernel.store.session import database_of, open_reading
from vetting.kernel.text import Words, _, count_in_words, day_in_words, same_in_both
from vetting.people import require_permission, unused_roles
from vetting.people.models import people
from vetting.people.models.people import RoleAssignment, User
from vetting.workspace.services.due_items import due_items

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from vetting.kernel.store.session import Session
    from vetting.people import UnusedRole

SOON: Final = timedelta(days=7)
PAST: Final = _(" (har passerat)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """What one person is reminded of; email is empty where none is known."""

    login: str
    email: str
    board: str
    lines: tuple[Words, ...]


def staff_reminders(session: Session, *, on: date) -> list[Reminder]:
    """Whoever has own cases due within a week or past their day, decisions to make, or a changed order to watch."""
    require_permission(session.person, Action.MANAGE_BOARD)
    users = session.scalars(
        select(User)
        .where(
            User.active,
            User.id.in_(select(RoleAssignment.user_id).where(RoleAssignment.board_id == session.person.board_id)),
        )
        .order_by(User.login)
    ).all()
    unused = unused_roles(session, session.person.board_id, on)
    found = []
    for user in users:
        person = people.find_person(session, user.id, session.person.board_id, on)
        own = [one for one in unused if one.user.id == user.id]
        if person is None:
            continue
        with open_reading(database_of(session), Acting(person, session.now)) as own_session:
            lines = _lines(own_session, own, on)
        if lines:
            found.append(Reminder(login=user.login, email=user.email, board=session.person.board, lines=lines))
    return found


def _lines(session: Session, unused: Sequence[UnusedRole], on: date) -> tuple[Words, ...]:
    own = _own(session)
    lines = [
        item.what
        + same_in_both(f" {item.number}: ")
        + day_in_words(item.on)
        + (PAST if item.on < on else same_in_both(""))
        for item in due_items(session, on=on)
        if item.on <= on + SOON and item.number in own
    ]
    waiting = _to_decide(session, on)
    if waiting:
        lines.append(count_in_words(waiting, _("ärende är klart för beslut."), _("ärenden är klara för beslut.")))
    changed = records.count_recent_changes(session, session.person, on)
    if changed:
        lines.append(
            count_in_words(
                changed,
                _("ändring av spärrar, roller eller delegation"),
                _("ändringar av spärrar, roller eller delegation"),
            )
            + _(" den senaste veckan: se Så arbetar nämnden.")
        )
    lines += [
        _("Rollen {role} upphör {day} om du inte loggar in.", role=ROLE_WORDS[one.held.role], day=day_in_words(one.on))
        for one in unused
    ]
    return tuple(lines)


def _own(session: Session) -> set[str]:
    """The numbers of what is this person's to drive."""
    person = session.person
    handled = select(Case.number).where(Case.board_id == person.board_id, Case.officer_id == person.id)
    reviewed = select(SpecialReview.number).where(
        SpecialReview.board_id == person.board_id, SpecialReview.by_user_id == person.id
    )
    return {*session.scalars(handled), *session.scalars(reviewed)}


def _to_decide(session: Session, on: date) -> int:
    """How many cases wait for this person; what cannot be decided on as it is proposed waits for its officer."""
    person = session.person
    if not person.may(Action.DECIDE):
        return 0
    ready = select(func.count()).where(
        seen_by(person, Action.DECIDE), Case.state == CaseState.READY, Case.id.not_in(endings_proposed())
    )
    stale = stale_of(session, visible_cases(person, Action.DECIDE), on=on)
    return int(session.scalar(ready.select_from(Case)) or 0) - len(stale)
