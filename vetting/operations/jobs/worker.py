"""The worker: takes up jobs, of one board one after another, tells how far it has come, leaves none without an end."""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from sqlalchemy.exc import OperationalError

from vetting.casework.services import documents, reading, rescreening, what_if
from vetting.kernel.problem import Refused
from vetting.kernel.store.jobs import DONE, FAILED, QUEUED, RUNNING, Job, claim_next_job, note_heartbeat
from vetting.kernel.store.session import open_technical
from vetting.kernel.store.storage_errors import AWAY, DATABASE_BUSY, place_of, storage_problem_of
from vetting.lists.services import import_batches, list_reading, staged_files
from vetting.operations.jobs import recurring_work
from vetting.registers import models as register_models
from vetting.registers import workbook_jobs
from vetting.reporting.services import report_jobs
from vetting.rounds.services import round_letters
from vetting.rules.services import drafts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime
    from typing import Any

    from vetting.kernel.store.engine import Database
    from vetting.operations.jobs.surroundings import ExternalTargets
    from vetting.rules.services.rulebook import Rules

PAUSE: Final = 0.5
"""Seconds between two looks for work."""
PAUSE_WHEN_AWAY: Final = 2.0
PASSING: Final = AWAY | {DATABASE_BUSY}
"""What the database is like for a while: a job that meets it is done another time."""
AT_ONCE: Final = 2
"""Jobs of as many boards that one process works on: a large list of one board holds up no other."""
LOG: Final = logging.getLogger(__name__)


class JobStoppedError(Exception):
    """Somebody has stopped the job."""


class Worker:
    """Works off the jobs of one database."""

    def __init__(
        self,
        database: Database,
        rules: Rules,
        clock: Callable[[], datetime],
        beside: ExternalTargets = recurring_work.ALONE,
    ) -> None:
        self.database, self.rules, self.clock, self.beside = database, rules, clock, beside
        self._end = threading.Event()

    def start(self, *, only_jobs: bool = False) -> list[threading.Thread]:
        """Begins in threads of its own, until the program ends. only_jobs: what comes back is another process's."""
        threads = [
            threading.Thread(target=self._work, args=(work,), name="vetting-work", daemon=True)
            for work in (self.run_next,) * AT_ONCE + (() if only_jobs else (self.run_recurring,))
        ]
        for thread in threads:
            thread.start()
        return threads

    def _work(self, work: Callable[[], bool]) -> None:
        while not self._end.is_set():
            try:
                worked = work()
            except Exception as error:  # noqa: BLE001 - the next may go
                LOG.error("the worker could not look for jobs: %s", place_of(error))  # noqa: TRY400 - no words of a case
                worked = False
            if not worked:
                self._end.wait(PAUSE)

    def stop(self) -> None:
        self._end.set()

    def run_recurring(self) -> bool:
        """Does one thing that nobody has asked for, if any waits: by one process of a database."""
        return self.run_due() or self.run_renewal()

    def run_due(self) -> bool:
        """Does one thing that comes back and is due, if any is."""
        return recurring_work.do_due(self.database, at=self.clock(), beside=self.beside)

    def run_renewal(self) -> bool:
        """Judges some cases again, if any wait for it."""
        return rescreening.rescreen_waiting_cases(self.database, at=self.clock())

    def run_next(self) -> bool:
        """Does one job, if any waits. Whatever happens in it, the row says how it ended."""
        job = claim_next_job(self.database, self.clock())
        if job is None:
            return False
        try:
            told, result = JOB_FUNCTIONS[job.kind](self, job)
        except JobStoppedError:
            return True
        except Refused as refused:
            problems = [[problem.where, problem.what.sv, problem.what.en] for problem in refused.problems]
            self._ended(job, FAILED, {"problems": problems}, {})
        except Exception as error:  # noqa: BLE001 - its row says that it failed
            if storage_problem_of(error) in PASSING:
                self._put_back(job, error)
                return False
            LOG.error("job %s of kind %s failed: %s", job.id, job.kind, place_of(error))  # noqa: TRY400 - no words of a case
            self._ended(job, FAILED, {"problems": []}, {})
        else:
            self._ended(job, DONE, told, result)
        return True

    def report_progress(self, job: Job, done: int, total: int) -> bool:
        """Tells how far the job has come; False when it has been stopped, or another worker has taken it up.

        While another writes for long it cannot be told: then the next time.
        """
        try:
            with self._still_ours(job) as row:
                if row is None:
                    return False
                note_heartbeat(row, self.clock(), done=done, total=total)
        except OperationalError as error:
            LOG.warning("job %s could not be heard of: %s", job.id, place_of(error))
        return True

    def _put_back(self, job: Job, error: Exception) -> None:
        """It waits again, for any worker. While the database is still away it cannot be told: then it is silent.

        It has not ended its worker, so the try counts only where the database was there and busy.
        """
        LOG.warning("job %s lost the database and waits: %s", job.id, place_of(error))
        self._end.wait(PAUSE_WHEN_AWAY)
        with self._still_ours(job) as row:
            if row is not None:
                tries = row.tries - (storage_problem_of(error) in AWAY)
                note_heartbeat(row, self.clock(), state=QUEUED, tries=tries)

    def _ended(self, job: Job, state: str, told: Mapping[str, Any], result: Mapping[str, Any]) -> None:
        with self._still_ours(job) as row:
            if row is not None:
                ended = self.clock()
                note_heartbeat(row, ended, state=state, told=dict(told), result=dict(result), ended_at=ended)

    @contextmanager
    def _still_ours(self, job: Job) -> Iterator[Job | None]:
        """The row of a job that this worker took up; None when it has ended, or waits for or has another worker."""
        with open_technical(self.database) as session:
            row = session.get_one(Job, job.id, with_for_update=True)
            yield row if (row.state, row.tries) == (RUNNING, job.tries) else None


class _StoppableHeartbeat:
    """Tells how far a job has come, and remembers whether it has been stopped."""

    def __init__(self, worker: Worker, job: Job) -> None:
        self.worker, self.job, self.stopped = worker, job, False

    def __call__(self, done: int, total: int) -> bool:
        self.stopped = self.stopped or not self.worker.report_progress(self.job, done, total)
        return not self.stopped


def _what_if(worker: Worker, job: Job) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    heard = _StoppableHeartbeat(worker, job)
    answer = what_if.work_off(worker.database, job, heard=heard)
    if heard.stopped:
        raise JobStoppedError
    return answer


def _workbook(worker: Worker, job: Job) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    heard = _StoppableHeartbeat(worker, job)
    told = workbook_jobs.make_workbook(worker.database, job, at=worker.clock(), heard=heard)
    if heard.stopped:
        raise JobStoppedError
    return told, {}


def _letters(worker: Worker, job: Job) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    heard = _StoppableHeartbeat(worker, job)
    told = round_letters.write_letters(worker.database, job, at=worker.clock(), heard=heard)
    if heard.stopped:
        raise JobStoppedError
    return told, {}


def _period_report(worker: Worker, job: Job) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    heard = _StoppableHeartbeat(worker, job)
    try:
        return report_jobs.work_off_report(worker.database, job, at=worker.clock(), heard=heard)
    except Refused:
        if heard.stopped:
            raise JobStoppedError from None
        raise


def _heartbeat(worker: Worker, job: Job) -> Callable[[int, int], bool]:
    return lambda done, total: worker.report_progress(job, done, total)


def _read_file(worker: Worker, job: Job) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    key = job.arguments["staged"]
    state = list_reading.read_staged_file(
        worker.database, key, worker.rules, at=worker.clock(), heard=_heartbeat(worker, job)
    )
    return {"state": state}, {}


def _move(worker: Worker, job: Job) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    import_batches.move_on(worker.database, job.arguments["staged"], at=worker.clock(), heard=_heartbeat(worker, job))
    return {}, {}


def _screen(worker: Worker, job: Job) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    import_batches.screen_batch(
        worker.database, job.arguments["batch"], at=worker.clock(), heard=_heartbeat(worker, job)
    )
    return {}, {}


def _paper(worker: Worker, job: Job) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    return {"state": reading.read_text(worker.database, job.arguments["document"], at=worker.clock())}, {}


JOB_FUNCTIONS: Final[Mapping[str, Callable[[Worker, Job], tuple[Mapping[str, Any], Mapping[str, Any]]]]] = {
    drafts.WHAT_IF: _what_if,
    staged_files.READ_JOB: _read_file,
    import_batches.MOVE: _move,
    import_batches.SCREEN: _screen,
    documents.READ_TEXT: _paper,
    register_models.WORKBOOK_JOB: _workbook,
    round_letters.WRITE_LETTERS: _letters,
    report_jobs.REPORT_JOB: _period_report,
}
"""Kind of job -> what does it: (told, result)."""
