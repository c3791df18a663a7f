"""Jobs: work that takes long, as rows; written with what caused them, worked off beside the pages."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ForeignKey, Index, func, or_, select, text
from sqlalchemy.orm import Mapped, aliased

from vetting.kernel.store.acting import Acting, Purpose
from vetting.kernel.store.base import Base, Plain, personal_column, public_column
from vetting.kernel.store.session import Session, open_reading, open_technical
from vetting.kernel.text import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetting.kernel.store.engine import Database

QUEUED, RUNNING, DONE, FAILED, STOPPED = "queued", "running", "done", "failed", "stopped"
ENDED_STATES: Final = frozenset({DONE, FAILED, STOPPED})
SILENT: Final = timedelta(minutes=2)
"""A running job that has not been heard of for so long has lost its worker, and is taken up again."""
MOST_TRIES: Final = 3
CLAIM_LOCK: Final = 7_021
"""PostgreSQL's lock of whoever takes up a job: two would not see that the other has taken one of the same board."""
ENDS_WORKERS: Final = _(
    "Arbetet har avbrutits tre gånger och görs inte om automatiskt. Be den som sköter programmet se i loggen varför."
)


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
    tries: Mapped[int] = public_column(default=0, server_default="0")
    """How many workers have taken it up."""
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
    return session.scalar(select(Job).where(Job.board_id == board_id, Job.id == key))


def jobs_about(session: Session, board_id: int, kind: str, about: str) -> Sequence[Job]:
    """The board's jobs of a kind about one thing, the newest first."""
    found = select(Job).where(Job.board_id == board_id, Job.kind == kind, Job.about == about)
    return session.scalars(found.order_by(Job.id.desc()).limit(20)).all()


def claim_next_job(database: Database, at: datetime) -> Job | None:
    """Takes up the next job for whoever asks, who then has it until it is silent; None where none waits.

    One that has lost its worker so often that it seems to end them is not taken up again: its row says that it failed.
    """
    acting = Acting(Purpose.JOBS, at)
    with open_reading(database, acting) as session:  # most often there is none, and nobody's writing is held up
        if next_waiting(session) is None:
            return None
    with open_technical(database, acting) as session:
        if not database.is_sqlite:
            session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CLAIM_LOCK})
        while (job := next_waiting(session)) is not None:
            if job.tries < MOST_TRIES:
                note_heartbeat(job, at, state=RUNNING, done=0, tries=job.tries + 1)
                return job
            problem = ["", ENDS_WORKERS.sv, ENDS_WORKERS.en]
            note_heartbeat(job, at, state=FAILED, ended_at=at, told={"problems": [problem]})
            session.flush()
    return None


def next_waiting(session: Session) -> Job | None:
    """The oldest job of the board that has waited longest since anything was done for it.

    A board for which a job is worked on waits, so that none waits for the lists of another, however many those are.
    """
    lost = (Job.state == RUNNING) & (Job.heard_at < session.now - SILENT)
    busy = select(Job.board_id).where(Job.state == RUNNING, Job.heard_at >= session.now - SILENT)
    any_of_board = aliased(Job)
    served = select(func.max(any_of_board.heard_at)).where(any_of_board.board_id == Job.board_id)
    last_served = served.correlate(Job).scalar_subquery()
    waiting = select(func.min(Job.id)).where(or_(Job.state == QUEUED, lost), Job.board_id.not_in(busy))
    turns = waiting.group_by(Job.board_id).order_by(last_served.asc().nulls_first(), func.min(Job.id)).limit(1)
    key = session.scalar(turns)
    return None if key is None else session.get_one(Job, key)


def stop(job: Job, at: datetime) -> None:
    """Nobody waits for it any longer: what works on it ends with its next heartbeat."""
    if job.state not in ENDED_STATES:
        note_heartbeat(job, at, state=STOPPED, ended_at=at)


def note_heartbeat(job: Job, at: datetime, **changes: Any) -> None:  # noqa: ANN401 - columns of the row
    """Notes on the row that somebody works on it."""
    job.heard_at = at
    for name, value in changes.items():
        setattr(job, name, value)
