"""Work that goes on beside the page: the page follows it by itself, says it once, and shows where the result is."""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from tests.browser.conftest import free_port, start_server
from tests.browser.people import ON_A_DESK, signed_in, violations
from vetting import clock
from vetting.kernel.store.engine import connect_database
from vetting.kernel.store.jobs import DONE, RUNNING, Job, note_heartbeat
from vetting.kernel.store.session import open_technical
from vetting.people.models.people import Board, User
from vetting.registers.models import WORKBOOK_JOB, MadeWorkbook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from tests.databases import Databases
    from tests.demonstration import FilledOnce
    from vetting.kernel.store.engine import Database

pytestmark = [pytest.mark.browser, pytest.mark.long]


@pytest.fixture
def served(databases: Databases, demonstration: FilledOnce) -> Iterator[tuple[str, Database]]:
    """Where a copy of the demonstration is served, and its database."""
    port, copy = free_port(), demonstration.copy(Path(tempfile.mkdtemp(dir=databases.folder)))
    server = start_server(port, copy)
    with closing(connect_database(f"sqlite:///{copy}")) as database:
        yield f"http://127.0.0.1:{port}", database
    server.terminate()
    server.wait(300)


def begun(database: Database) -> int:
    """A job for the auditor that somebody works on, elsewhere than in the server."""
    with open_technical(database) as session:
        who = session.scalars(select(User).where(User.login == "auditor.norr")).one()
        job = Job(
            board_id=session.scalars(select(Board.id).where(Board.code == "norr")).one(),
            kind=WORKBOOK_JOB,
            about="approvals",
            arguments={"first": "", "last": "", "on": "2026-11-20", "text": ""},
            created_at=clock.now(),
            by_user_id=who.id,
            result={},
            told={},
        )
        note_heartbeat(job, clock.now(), state=RUNNING, done=1_000, total=12_500)
        session.add(job)
        session.flush()
        return job.id


def heard(database: Database, key: int, done: int) -> None:
    with open_technical(database) as session:
        note_heartbeat(session.get_one(Job, key), clock.now(), done=done)


def ended(database: Database, key: int) -> None:
    now = clock.now()
    with open_technical(database) as session:
        session.add(MadeWorkbook(id=key, at=now, content=b"as if"))
        told = {"rows": 12_500, "read_at": now.isoformat()}
        note_heartbeat(session.get_one(Job, key), now, state=DONE, done=12_500, told=told, ended_at=now)


@pytest.mark.parametrize("width", ON_A_DESK)
def test_the_page_follows_the_work_until_its_file_can_be_fetched(
    browser: Browser, served: tuple[str, Database], width: int
) -> None:
    address, database = served
    key = begun(database)
    with signed_in(browser, address, "auditor.norr", width=width) as page:
        page.goto(f"{address}/register/excel/{key}")
        expect(page.get_by_text("1 000 av 12 500 rader")).to_be_visible()
        assert violations(page) == []
        loaded = page.evaluate("window.loaded = performance.timeOrigin")
        heard(database, key, 5_000)
        expect(page.get_by_text("5 000 av 12 500 rader")).to_be_visible()
        assert page.evaluate("window.loaded") == loaded  # without being loaded anew
        assert page.locator("progress").evaluate("one => one.value") == 5_000
        ended(database, key)
        file = page.get_by_role("link", name="Hämta som Excel")
        expect(file).to_be_visible()
        expect(page.get_by_role("status")).to_contain_text("12 500 rader, som det stod")
        assert violations(page) == []
        with page.expect_download() as download:
            file.click()
        assert Path(download.value.path()).read_bytes() == b"as if"


def test_without_a_script_the_work_is_followed_by_loading_anew_and_stopped_by_a_button(
    browser: Browser, served: tuple[str, Database]
) -> None:
    address, database = served
    key = begun(database)
    with signed_in(browser, address, "auditor.norr", scripts=False) as page:
        page.goto(f"{address}/register/excel/{key}")
        heard(database, key, 5_000)
        page.get_by_role("link", name="Ladda om").click()
        expect(page.get_by_role("status")).to_contain_text("5 000 av 12 500 rader")
        page.get_by_role("button", name="Stoppa").click()
        expect(page.get_by_text("Arbetet stoppades. Ingen fil skapades.")).to_be_visible()
