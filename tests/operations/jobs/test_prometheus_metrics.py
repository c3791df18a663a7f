"""Numbers for whatever watches: of requests, work and copies, at an address of their own, and nothing of a case."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.board import BoardAtWork, board
from tests.browser.conftest import free_port
from tests.factories import NOW
from tests.page_fixtures import Somebody
from vetting.app.application import create_app
from vetting.config import Config
from vetting.kernel.register_tables import RegisterName
from vetting.kernel.roles import Role
from vetting.kernel.store.noted_faults import note_fault
from vetting.operations.database import backup_files
from vetting.operations.jobs.prometheus_metrics import RequestMetrics, registry_of, serve_metrics
from vetting.operations.jobs.recurring_work import do_due
from vetting.registers import RegisterSelection, workbook_jobs
from vetting.web.log import measure_requests

if TYPE_CHECKING:
    from pathlib import Path

    from prometheus_client import CollectorRegistry

__all__ = ["board"]
pytestmark = pytest.mark.both_engines


def answered(registry: CollectorRegistry) -> tuple[str, dict[tuple[str, ...], float]]:
    """What a scrape gets: the text, and name with labels -> number."""
    port = free_port()
    end = serve_metrics(registry, "127.0.0.1", port)
    try:
        with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=300) as answer:
            text = answer.read().decode()
    finally:
        end()
    found = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    return text, found


def test_work_copies_and_mistakes_are_told_as_they_are(board: BoardAtWork, tmp_path: Path) -> None:
    later = NOW + timedelta(hours=5)
    registry = registry_of(board.database, tmp_path, lambda: later)
    _text, found = answered(registry)
    assert found[("vetting_database_up",)] == 1
    assert found[("vetting_jobs_waiting",)] == 0
    assert ("vetting_backup_age_seconds",) not in found
    while do_due(board.database, at=NOW):
        pass
    board.do(workbook_jobs.ask_for, RegisterName.APPROVALS, RegisterSelection(), role=Role.AUDITOR, at=NOW)
    note_fault(board.database, "abc", "x", at=NOW)
    (tmp_path / backup_files.file_name(NOW, sealed=True)).write_bytes(b"x")
    _text, found = answered(registry)
    assert found[("vetting_jobs_waiting",)] == 1
    assert found[("vetting_oldest_job_seconds",)] == 5 * 3600
    assert found[("vetting_backup_age_seconds",)] == 5 * 3600
    assert found[("vetting_faults",)] == 1
    assert found[("vetting_trail_entries",)] > 0
    assert found[("vetting_recurring_late_seconds",)] == 5 * 3600 - 60, "the heads of the trail are tied each minute"
    registry = registry_of(board.database, tmp_path, lambda: NOW + timedelta(days=3))
    assert answered(registry)[1][("vetting_recurring_late_seconds",)] > 24 * 3600


def test_requests_are_counted_by_what_was_opened_and_no_address_is_told(board: BoardAtWork) -> None:
    number = board.receive().number
    registry = registry_of(board.database, None, lambda: NOW)
    app = create_app(Config(), board.database)
    measure_requests(app, RequestMetrics(registry).note)
    kim = Somebody(board, app, Role.CASEWORKER)
    for path in (f"/arenden/{number}", "/arenden/BID-2026-9999", "/finns-inte", "/register"):
        kim.get(path)
    text, found = answered(registry)
    assert found[("vetting_requests_total", "2xx", "cases.show")] == 1
    assert found[("vetting_requests_total", "4xx", "cases.show")] == 1
    assert found[("vetting_requests_total", "4xx", "none")] == 1
    assert found[("vetting_request_seconds_count",)] >= 4
    assert "BID-" not in text
    assert "arenden" not in text


def test_a_database_that_is_away_is_told_and_the_rest_is_answered(board: BoardAtWork) -> None:
    registry = registry_of(board.database, None, lambda: NOW)
    with board.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE noted_faults RENAME TO gone")
    found = answered(registry)[1]
    assert found[("vetting_database_up",)] == 0
    assert ("vetting_jobs_waiting",) not in found
