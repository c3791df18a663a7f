"""Roles and accounts that weigh: they decide, pay, write rules, give roles, or say yes to those who do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from vetting.boards.models.people import RoleHolding, RoleRequest, is_ahead
from vetting.decisions.models.decisions import Delegation
from vetting.kernel.roles import TWO_PERSON_ROLES, Role

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session


def weighty_roles(session: Session, board_id: int, at: datetime) -> frozenset[Role]:
    """Roles that wait for a second yes: those that weigh, and functions that a row of the scheme lets decide."""
    rows = select(Delegation.function).where(_is_open(board_id, at), Delegation.function != "")
    return TWO_PERSON_ROLES | {Role(function) for function in session.scalars(rows)}


def weighty_accounts(session: Session, board_id: int, at: datetime) -> frozenset[int]:
    """Whose ways in nobody opens alone: holders of such roles, also from a day ahead, and those a row names."""
    weighty = weighty_roles(session, board_id, at)
    held = select(RoleHolding.user_id).where(RoleHolding.board_id == board_id, RoleHolding.role.in_(weighty))
    ahead = select(RoleRequest.user_id).where(
        RoleRequest.board_id == board_id,
        RoleRequest.role.in_(weighty),
        is_ahead(),
    )
    named = select(Delegation.user_id).where(_is_open(board_id, at), Delegation.user_id.is_not(None))
    return frozenset(session.scalars(held.union(ahead, named)))


def _is_open(board_id: int, at: datetime) -> ColumnElement[bool]:
    """Rows of a board's scheme that are not over."""
    lasts = or_(Delegation.valid_to.is_(None), Delegation.valid_to >= at.date())
    return (Delegation.board_id == board_id) & lasts
