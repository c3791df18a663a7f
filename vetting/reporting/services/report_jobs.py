"""A report of many cases: asked for, counted by a job that tells how far it has come, read while it is of today."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select

from vetting.casework.models.cases import Case
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Action
from vetting.kernel.store.acting import Acting, Purpose
from vetting.kernel.store.jobs import DONE, ENDED_STATES, Job, jobs_about, new_job
from vetting.kernel.store.session import open_reading
from vetting.people import at_work, require_permission
from vetting.reporting.domain.report_content import content_from_json, content_to_json
from vetting.reporting.models.figure_sources import of_board
from vetting.reporting.services.period_reports import count_report, find_period

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from vetting.kernel.store.engine import Database
    from vetting.kernel.store.session import Session, WritingSession
    from vetting.reporting.domain.periods import ReportPeriod
    from vetting.reporting.domain.report_content import CountedReport

REPORT_JOB: Final = "period_report"
MOST_AT_ONCE: Final = 20_000
"""Cases of a board whose report is counted while somebody waits; of more a job counts it."""
RETENTION: Final = timedelta(days=1)


def is_long_report(session: Session) -> bool:
    """Whether a report of the board takes longer than somebody waits."""
    some = select(Case.id).where(of_board(session.person.board_id)).limit(MOST_AT_ONCE + 1)
    return (session.scalar(select(func.count()).select_from(some.subquery())) or 0) > MOST_AT_ONCE


def ask_for_report(session: WritingSession, code: str) -> Job:
    """A job that counts the report; of the same period one at a time.

    Raises:
        Refused: this person may not read the registers, or there is no such period that has begun.
    """
    require_permission(session.person, Action.READ_REGISTERS)
    period = find_period(session, code, on=session.today)
    for job in jobs_about(session, session.person.board_id, REPORT_JOB, period.code):
        if job.state not in ENDED_STATES:
            return job
    job = new_job(
        REPORT_JOB,
        {},
        board_id=session.person.board_id,
        by_user_id=session.person.id,
        at=session.now,
        about=period.code,
    )
    session.add(job)
    session.flush()
    session.note("report_asked_for", board_id=session.person.board_id, detail={"code": period.code})
    return job


def newest_report_job(session: Session, period: ReportPeriod) -> Job | None:
    """The last time that somebody asked for the report, while it may be read."""
    for job in jobs_about(session, session.person.board_id, REPORT_JOB, period.code):
        if job.created_at >= session.now - RETENTION:
            return job
    return None


def content_of_job(job: Job | None) -> CountedReport | None:
    """What a job has counted; None until it is done."""
    return content_from_json(job.result["content"]) if job is not None and job.state == DONE else None


def work_off_report(
    database: Database, job: Job, *, at: datetime, heard: Callable[[int, int], bool]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Counts the report of a job as the person who asked for it.

    Raises:
        Refused: the person has left the board or may not read the registers, or somebody has stopped the job.
    """
    with open_reading(database, Acting(Purpose.JOBS, at)) as session:
        by = at_work(session, job.by_user_id, job.board_id)
        if by is None:
            raise Refused(Obstacle.FORBIDDEN)
        session.act_for(by)
        period = find_period(session, job.about, on=at.date())
        content = count_report(session, period, on=at.date(), heard=heard)
    return {"read_at": at.isoformat()}, {"content": content_to_json(content)}
