"""Systems that speak to a board, what each has sent, and how often it asks."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, UniqueConstraint, select
from sqlalchemy.orm import Mapped

from vetting.kernel.roles import Action
from vetting.kernel.store.base import Base, Plain, Texts, personal_column, public_column, sealed_column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetting.kernel.store.session import Session


class System(Base):
    """A system with a token; the token holds the secret, this only its digest."""

    __tablename__ = "systems"
    __table_args__ = (Index(None, "board_id", "id"),)

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    user_id: Mapped[int] = public_column(ForeignKey("users.id"))
    """The account in whose name it acts; nobody can sign in by it."""
    name: Mapped[str] = public_column()
    digest: Mapped[str] = sealed_column(unique=True)
    rights: Mapped[Texts] = public_column()
    per_minute: Mapped[int] = public_column()
    """How often it may ask in a minute."""
    last_day: Mapped[date] = public_column()
    """The last day that the token is good for."""
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))
    """Who gave the token that holds now."""
    agreed_at: Mapped[datetime | None] = public_column()
    """When a second person said yes to registers; until then it fetches none."""
    agreed_by_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))
    ended_at: Mapped[datetime | None] = public_column()

    @property
    def waits(self) -> bool:
        """Whether a second person has to say yes before it may do anything."""
        return self.agreed_at is None and self.ended_at is None

    def may_be_agreed_by(self, user_id: int) -> bool:
        """Whether somebody would be a second person: not who gave the token."""
        return self.by_user_id != user_id


class SystemRequest(Base):
    """Something a system has sent, by the key that it chose: sent again it has the answer that it had."""

    __tablename__ = "system_requests"
    __table_args__ = (UniqueConstraint("system_id", "key"), Index(None, "case_id"))

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    system_id: Mapped[int] = public_column(ForeignKey("systems.id"))
    key: Mapped[str] = personal_column()
    digest: Mapped[str] = sealed_column()
    """Of where it was sent, and what: another thing by the same key is refused."""
    answer: Mapped[Plain] = personal_column()
    case_id: Mapped[int] = public_column(ForeignKey("cases.id"))
    at: Mapped[datetime] = public_column()


class SystemMinute(Base):
    """How often a system has asked in a minute, in all processes together. No record: it goes with the day."""

    __tablename__ = "system_minutes"

    system_id: Mapped[int] = public_column(ForeignKey("systems.id"), primary_key=True, autoincrement=False)
    minute: Mapped[int] = public_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = public_column()


def systems_waiting_for(session: Session) -> Sequence[System]:
    """The systems of a board that wait for a yes which this person may be the second to give."""
    if not session.person.may(Action.AGREE_PEOPLE):
        return []
    return [
        row
        for row in systems_of(session, session.person.board_id)
        if row.waits and row.may_be_agreed_by(session.person.id)
    ]


def systems_of(session: Session, board_id: int) -> Sequence[System]:
    """A board's systems, the newest first."""
    return session.scalars(select(System).where(System.board_id == board_id).order_by(System.id.desc())).all()


def system_by_digest(session: Session, digest: str, on: date) -> System | None:
    """The system whose token is good that day."""
    is_good = System.ended_at.is_(None) & (System.last_day >= on)
    return session.scalar(select(System).where(System.digest == digest, is_good))


def request_by_key(session: Session, system_id: int, key: str) -> SystemRequest | None:
    return session.scalar(select(SystemRequest).where(SystemRequest.system_id == system_id, SystemRequest.key == key))


def has_sent(session: Session, system_id: int, case_id: int) -> bool:
    """Whether a case came from a system."""
    wanted = select(SystemRequest.id).where(SystemRequest.system_id == system_id, SystemRequest.case_id == case_id)
    return session.scalar(wanted.limit(1)) is not None
