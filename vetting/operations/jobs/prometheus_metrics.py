"""What an installation does, as numbers for Prometheus: of requests, of work and of copies, and nothing of a case."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry, Counter, Histogram, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from vetting.casework.models.rescreening import RecurringWork
from vetting.kernel.store.jobs import ENDED_STATES, Job
from vetting.kernel.store.noted_faults import NotedFault
from vetting.kernel.store.session import open_reading
from vetting.kernel.store.trail import entries_written
from vetting.operations.database import backup_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from prometheus_client import Metric

    from vetting.kernel.store.engine import Database
    from vetting.kernel.store.session import Session

FAULT_DAYS: Final = timedelta(days=7)
STEPS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Seconds: the aim of a page is a tenth."""


class RequestMetrics:
    """How many requests were answered, and in what time; by what was opened and how it went."""

    def __init__(self, registry: CollectorRegistry, *, shared: bool = False) -> None:
        """shared: several processes count, each in a file of its own, and the registry adds those up."""
        registry = CollectorRegistry() if shared else registry
        self.answered = Counter("vetting_requests", "Requests answered", ("endpoint", "status"), registry=registry)
        self.seconds = Histogram("vetting_request_seconds", "Time of an answer", buckets=STEPS, registry=registry)

    def note(self, endpoint: str, status: int, seconds: float) -> None:
        """One more. endpoint: empty where an address leads nowhere."""
        self.answered.labels(endpoint or "none", f"{status // 100}xx").inc()
        self.seconds.observe(seconds)


class _StoredMeasures(Collector):
    """What the database and the folder for copies say when they are asked; less where one of them says nothing."""

    def __init__(self, database: Database, folder: Path | None, now: Callable[[], datetime]) -> None:
        self.database, self.folder, self.now = database, folder, now

    def collect(self) -> Iterator[Metric]:
        """Each time anew."""
        now = self.now()
        try:
            with open_reading(self.database) as session:
                found = [*_of_work(session, now), *_of_trail(session, now)]
        except SQLAlchemyError:
            found = []
        up = GaugeMetricFamily("vetting_database_up", "Whether the database answers", value=bool(found))
        yield from (up, *found, *_of_copies(self.folder, now))


def _of_work(session: Session, now: datetime) -> Iterator[Metric]:
    waiting = select(func.count(Job.id), func.min(Job.created_at)).where(Job.state.not_in(ENDED_STATES))
    number, first = session.execute(waiting).one()
    oldest: datetime | None = first
    yield GaugeMetricFamily("vetting_jobs_waiting", "Jobs that are not done", value=number)
    age = (now - oldest).total_seconds() if oldest is not None else 0
    yield GaugeMetricFamily("vetting_oldest_job_seconds", "How long the oldest of them has waited", value=max(age, 0))
    due = session.scalar(select(func.min(RecurringWork.next_at)))
    late = (now - due).total_seconds() if due else 0
    yield GaugeMetricFamily("vetting_recurring_late_seconds", "How late what comes back is", value=max(late, 0))


def _of_trail(session: Session, now: datetime) -> Iterator[Metric]:
    yield GaugeMetricFamily("vetting_trail_entries", "Entries of the trail", value=entries_written(session))
    faults = session.scalar(select(func.count(NotedFault.id)).where(NotedFault.at >= now - FAULT_DAYS)) or 0
    yield GaugeMetricFamily("vetting_faults", "Mistakes of the program in a week", value=faults)


def _of_copies(folder: Path | None, now: datetime) -> Iterator[Metric]:
    if folder is None:
        return
    try:
        newest = next(iter(backup_files.copies_in(folder)), None)
    except OSError:
        return
    if newest is not None:
        age = (now - newest.at).total_seconds()
        yield GaugeMetricFamily("vetting_backup_age_seconds", "Age of the newest backup", value=age)


def registry_of(
    database: Database, folder: Path | None, now: Callable[[], datetime], *, shared: Path | None = None
) -> CollectorRegistry:
    """Where the numbers of one installation are gathered. folder: where copies lie; shared: where processes count."""
    registry = CollectorRegistry()
    if shared is not None:
        MultiProcessCollector(registry, str(shared))  # type: ignore[no-untyped-call] # of the library
    registry.register(_StoredMeasures(database, folder, now))
    return registry


def serve_metrics(registry: CollectorRegistry, host: str, port: int) -> Callable[[], None]:
    """Answers at an address of its own, beside the pages. Returns what ends it.

    Raises:
        OSError: the address is taken or may not be used.
    """
    server, thread = start_http_server(port, host, registry)

    def end() -> None:
        server.shutdown()
        server.server_close()
        thread.join()

    return end
