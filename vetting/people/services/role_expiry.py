"""What time does to roles: those that wait for their day begin, those whose time is out end; told ahead, once a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from vetting.kernel.dates import day_here
from vetting.kernel.store.trail import TrailNote
from vetting.people.domain.role_expiry import TOLD_AHEAD, RoleEnd, unused_until
from vetting.people.models.people import LastSignIn, RoleAssignment, RolePeriod, RoleRequest, User
from vetting.people.services import role_endings, roles

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from vetting.kernel.store.session import Session, WritingSession


def follow_days(session: WritingSession) -> None:
    """Ends and begins roles in every board as their days have come. What the board cannot be without stays."""
    on = day_here(session.now)
    _keep_earlier_roles(session)
    for held, _user, used_on in _used_roles(session):
        over = held.ends_on is not None and held.ends_on < on
        if not over and unused_until(used_on) > on:
            continue
        why = RoleEnd.LAST_DAY if over else RoleEnd.UNUSED
        if not role_endings.is_needed(session, held):
            role_endings.end_held_role(session, held, why)
        elif why is RoleEnd.LAST_DAY:
            role_endings.keep_on(session, held)
    due = select(RoleRequest).where(RoleRequest.given, RoleRequest.begun_at.is_(None), RoleRequest.begins_on <= on)
    for ask in session.scalars(due.order_by(RoleRequest.id)).all():
        roles.grant_requested_role(session, ask)


def _keep_earlier_roles(session: WritingSession) -> None:
    """Roles that were given before their time was kept: since when is not known."""
    kept = select(RolePeriod.id).where(
        RolePeriod.user_id == RoleAssignment.user_id,
        RolePeriod.board_id == RoleAssignment.board_id,
        RolePeriod.role == RoleAssignment.role,
        RolePeriod.ended_at.is_(None),
    )
    rows = session.execute(
        select(RoleAssignment, User).join(User, User.id == RoleAssignment.user_id).where(User.active, ~kept.exists())
    ).all()
    for held, user in rows:
        session.add(RolePeriod(user_id=held.user_id, board_id=held.board_id, role=held.role))
        session.flush()
        note = TrailNote(
            action="role_kept", by=None, at=session.now, subject=user, board_id=held.board_id, reason=held.role.value
        )
        session.add_entry(note)


class _UsedRole(NamedTuple):
    held: RoleAssignment
    user: User
    used_on: date
    """The last day its holder signed in to the board, or got the role."""


def _used_roles(session: Session, board_id: int | None = None) -> list[_UsedRole]:
    """The roles that are held, with when each was used; not those of which nobody knows."""
    lasting = (RolePeriod.user_id == RoleAssignment.user_id) & (RolePeriod.board_id == RoleAssignment.board_id)
    lasting &= (RolePeriod.role == RoleAssignment.role) & RolePeriod.ended_at.is_(None)
    visited = (LastSignIn.user_id == RoleAssignment.user_id) & (LastSignIn.board_id == RoleAssignment.board_id)
    wanted = (
        select(RoleAssignment, User, RolePeriod.began_at, LastSignIn.last_on)
        .join(User, User.id == RoleAssignment.user_id)
        .outerjoin(RolePeriod, lasting)
        .outerjoin(LastSignIn, visited)
        .where(User.active)
        .order_by(RoleAssignment.id)
    )
    if board_id is not None:
        wanted = wanted.where(RoleAssignment.board_id == board_id)
    found = []
    for held, user, began_at, last_on in session.execute(wanted):
        days = [day for day in (last_on, day_here(began_at) if began_at else None) if day is not None]
        if days:
            found.append(_UsedRole(held, user, max(days)))
    return found


class UnusedRole(NamedTuple):
    """A role that nobody has used for long, and the day on which it ends if nobody does."""

    held: RoleAssignment
    user: User
    on: date


def unused_roles(session: Session, board_id: int, on: date) -> list[UnusedRole]:
    """Roles that end within thirty days because they are not used, the first first."""
    found = [UnusedRole(held, user, unused_until(used_on)) for held, user, used_on in _used_roles(session, board_id)]
    soon = [one for one in found if one.on - TOLD_AHEAD <= on and not role_endings.is_needed(session, one.held)]
    return sorted(soon, key=lambda one: (one.on, one.user.name, one.held.id))


def last_visits(session: Session, board_id: int) -> dict[int, date]:
    """Person -> the last day they signed in to a board."""
    rows = session.execute(select(LastSignIn.user_id, LastSignIn.last_on).where(LastSignIn.board_id == board_id))
    return {user_id: on for user_id, on in rows}  # noqa: C416 - dict() of rows carries no types


def former_roles(session: Session, board_id: int, *, most: int) -> Sequence[tuple[RolePeriod, User]]:
    """Roles that people in the board no longer have, the last ended first."""
    rows = session.execute(
        select(RolePeriod, User)
        .join(User, User.id == RolePeriod.user_id)
        .where(RolePeriod.board_id == board_id, RolePeriod.ended_at.is_not(None))
        .order_by(RolePeriod.ended_at.desc(), RolePeriod.id.desc())
        .limit(most)
    )
    return [(period, user) for period, user in rows]
