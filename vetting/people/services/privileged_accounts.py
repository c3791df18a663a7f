"""Roles and accounts that weigh: they decide, pay, write rules, give roles, or say yes to those who do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import or_, select

from vetting.kernel.roles import ROLE_PERMISSIONS, TWO_PERSON_ROLES, Action, Role
from vetting.people.models.delegation import Delegation
from vetting.people.models.people import RoleAssignment, RoleRequest, is_ahead

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement

    from vetting.kernel.store.session import Session


def privileged_roles(session: Session, board_id: int) -> frozenset[Role]:
    """Roles that weigh, and functions that a row of the scheme lets decide."""
    rows = select(Delegation.function).where(_is_open(board_id, session.now), Delegation.function != "")
    return TWO_PERSON_ROLES | {Role(function) for function in session.scalars(rows)}


READING_ROLES: Final = frozenset(
    role for role, actions in ROLE_PERMISSIONS.items() if actions.keys() & {Action.READ_CASES, Action.READ_TRAIL}
)
"""Roles that read cases or the trail."""


def waiting_roles(session: Session, board_id: int, *, by_group: bool = False) -> frozenset[Role]:
    """Roles that nobody gets by one person's act: those that weigh, and those that read cases or the trail.

    by_group: the municipality's directory gives it, which no administrator here has a hand in: only what weighs waits.
    """
    return privileged_roles(session, board_id) | (frozenset() if by_group else READING_ROLES)


def weighty_accounts(session: Session, board_id: int) -> frozenset[int]:
    """Whose ways in nobody opens alone: holders of such roles, also from a day ahead, and those a row names."""
    weighty = privileged_roles(session, board_id)
    held = select(RoleAssignment.user_id).where(RoleAssignment.board_id == board_id, RoleAssignment.role.in_(weighty))
    ahead = select(RoleRequest.user_id).where(
        RoleRequest.board_id == board_id,
        RoleRequest.role.in_(weighty),
        is_ahead(),
    )
    named = select(Delegation.user_id).where(_is_open(board_id, session.now), Delegation.user_id.is_not(None))
    return frozenset(session.scalars(held.union(ahead, named)))


def _is_open(board_id: int, at: datetime) -> ColumnElement[bool]:
    """Rows of a board's scheme that are not over."""
    lasts = or_(Delegation.valid_to.is_(None), Delegation.valid_to >= at.date())
    return (Delegation.board_id == board_id) & lasts
