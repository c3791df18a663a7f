"""Jobs: work that takes long, as rows; written with what caused them, worked off beside the pages."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ForeignKey, Index, or_, select
from sqlalchemy.orm import Mapped, Session

from vetting.kernel.store.base import Base, Plain, personal_column, public_column

if TYPE_CHECKING:
    from collections.abc import Sequence

QUEUED, RUNNING, DONE, FAILED, STOPPED = "queued", "running", "done", "failed", "stopped"
ENDED_STATES: Final = frozenset({DONE, FAILED, STOPPED})
SILENT: Final = timedelta(minutes=2)
"""A running job that has not been heard of for so long has lost its worker, and is taken up again."""


class Job(Base):
    """One piece of work. `arguments` say what is to be done; `result` what came of it; doing it twice does no harm."""

    __tablename__ = "jobs"
    __table_args__ = (Index(None, "state", "id"), Index(None, "board_id", "kind", "id"))

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    kind: Mapped[str] = public_column()
    about: Mapped[str] = public_column(default="")
    arguments: Mapped[Plain] = public_column()
    state: Mapped[str] = public_column(default=QUEUED)
    done: Mapped[int] = public_column(default=0)
    total: Mapped[int] = public_column(default=0)
    result: Mapped[Plain] = personal_column()
    told: Mapped[Plain] = public_column()
    created_at: Mapped[datetime] = public_column()
    heard_at: Mapped[datetime | None] = public_column()
    ended_at: Mapped[datetime | None] = public_column()
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))


def new_job(
    kind: str, arguments: dict[str, Any], *, board_id: int, by_user_id: int, at: datetime, about: str = ""
) -> Job:
    """A piece of work that waits; whoever asks for it adds it with what caused it."""
    return Job(
        board_id=board_id,
        kind=kind,
        about=about,
        arguments=arguments,
        created_at=at,
        by_user_id=by_user_id,
        result={},
        told={},
    )


def job_of(session: Session, board_id: int, key: int) -> Job | None:
    """One of the board's own jobs."""
    return session.scalar(select(Job).where(Job.board_id == board_id, Job.id == key))


def jobs_about(session: Session, board_id: int, kind: str, about: str) -> Sequence[Job]:
    """The board's jobs of a kind about one thing, the newest first."""
    found = select(Job).where(Job.board_id == board_id, Job.kind == kind, Job.about == about)
    return session.scalars(found.order_by(Job.id.desc()).limit(20)).all()


def next_waiting(session: Session, at: datetime) -> Job | None:
    """The oldest job that nobody works on, of a board that no job is worked on for: none waits for another's list."""
    lost = (Job.state == RUNNING) & (Job.heard_at < at - SILENT)
    busy = select(Job.board_id).where(Job.state == RUNNING, Job.heard_at >= at - SILENT)
    waiting = select(Job).where(or_(Job.state == QUEUED, lost), Job.board_id.not_in(busy))
    return session.scalar(waiting.order_by(Job.id).limit(1).with_for_update(skip_locked=True))


def stop(job: Job, at: datetime) -> None:
    """Nobody waits for it any longer: what works on it ends with its next heartbeat."""
    if job.state not in ENDED_STATES:
        note_heartbeat(job, at, state=STOPPED, ended_at=at)


def note_heartbeat(job: Job, at: datetime, **changes: Any) -> None:  # noqa: ANN401 - columns of the row
    """Notes on the row that somebody works on it."""
    job.heard_at = at
    for name, value in changes.items():
        setattr(job, name, value)
