"""The mistakes of the program that somebody met: when, where in it, and the reference that their page showed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped

from vetting.kernel.store.base import Base, public_column
from vetting.kernel.store.session import open_without_waiting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetting.kernel.store.engine import Database
    from vetting.kernel.store.session import Session

MOST_KEPT: Final = 200


class NotedFault(Base):
    """One of them. No record, and no word of what anybody typed."""

    __tablename__ = "noted_faults"

    id: Mapped[int] = public_column(primary_key=True)
    reference: Mapped[str] = public_column()
    place: Mapped[str] = public_column()
    at: Mapped[datetime] = public_column()


def note_fault(database: Database, reference: str, place: str, *, at: datetime) -> bool:
    """Keeps one, and the newest besides; False where the database takes nothing now: the log has it anyway."""
    try:
        with open_without_waiting(database) as session:
            session.add(NotedFault(reference=reference, place=place, at=at))
            session.flush()
            kept = select(NotedFault.id).order_by(NotedFault.id.desc()).limit(MOST_KEPT)
            session.execute(delete(NotedFault).where(NotedFault.id.not_in(kept)))
    except SQLAlchemyError:
        return False
    return True


def faults_since(session: Session, since: datetime, *, most: int) -> Sequence[NotedFault]:
    """The newest first."""
    wanted = select(NotedFault).where(NotedFault.at >= since).order_by(NotedFault.id.desc()).limit(most)
    return session.scalars(wanted).all()
