"""What proves a second factor: an app's secret, and codes for when the app is lost; no entry of the trail has them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, func, select
from sqlalchemy.orm import Mapped

from vetting.kernel.store.base import Base, personal_column, public_column, sealed_column

if TYPE_CHECKING:
    from collections.abc import Collection

    from vetting.kernel.store.session import Session


class SecondFactor(Base):
    """The secret that an account shares with an app."""

    __tablename__ = "second_factors"

    id: Mapped[int] = public_column(primary_key=True)
    user_id: Mapped[int] = personal_column(ForeignKey("users.id"), unique=True)
    secret: Mapped[str] = sealed_column()
    last_step: Mapped[int] = public_column(default=0)
    """The number of the last code that was used: none is taken twice."""
    at: Mapped[datetime] = public_column()


class RecoveryCode(Base):
    """A code that works once instead of the app; its owner has it, this only its digest."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = public_column(primary_key=True)
    user_id: Mapped[int] = personal_column(ForeignKey("users.id"), index=True)
    digest: Mapped[str] = sealed_column(unique=True)


def has_factor(session: Session, user_id: int) -> bool:
    """Whether an account has an app."""
    return factor_of(session, user_id) is not None


def factor_of(session: Session, user_id: int) -> SecondFactor | None:
    """The app of an account, where it has one."""
    return session.scalar(select(SecondFactor).where(SecondFactor.user_id == user_id))


def with_factor(session: Session, user_ids: Collection[int]) -> frozenset[int]:
    """The keys of the accounts that have an authenticator app."""
    return frozenset(session.scalars(select(SecondFactor.user_id).where(SecondFactor.user_id.in_(user_ids))))


def codes_left(session: Session, user_id: int) -> int:
    """How many recovery codes an account has left."""
    return session.scalars(select(func.count()).where(RecoveryCode.user_id == user_id)).one()
