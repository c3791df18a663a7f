"""A real Chromium against the real server, with axe-core to hand."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, expect, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.databases import Databases
    from tests.demonstration import FilledOnce

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 300_000
"""Milliseconds."""
_click, _press = Locator.click, Locator.press
_PORTS: set[int] = set()


def wait_for_whole_pages() -> None:
    """A click is over when the page it leads to has all its elements: Playwright goes on as soon as that page begins.

    What is counted then (`count`, `all`, `inner_text`) would be counted in half a page when the machine is busy.
    """

    def click(self: Locator, **options: Any) -> None:
        _click(self, **options)
        self.page.wait_for_load_state("domcontentloaded")

    def press(self: Locator, key: str, **options: Any) -> None:
        _press(self, key, **options)
        self.page.wait_for_load_state("domcontentloaded")

    Locator.click, Locator.press = click, press  # type: ignore[method-assign]


def wait_as_long_as_it_takes() -> None:
    """What a page is to show is waited for, also on a machine that has much else to do."""
    new_context = Browser.new_context

    def patient(self: Browser, **look: Any) -> BrowserContext:
        context = new_context(self, **look)
        context.set_default_timeout(PATIENCE)
        return context

    Browser.new_context = patient  # type: ignore[method-assign]
    expect.set_options(timeout=PATIENCE)


wait_for_whole_pages()
wait_as_long_as_it_takes()
IN_CI = os.environ.get("CI") == "true"


def chromium() -> str | None:
    """Debian's Chromium, or another on the path."""
    return next(
        filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"))),
        None,
    )


def needed(what: str) -> None:
    """In CI a missing browser fails; on a laptop the test is left out by name."""
    if IN_CI:
        pytest.fail(f"{what} is missing")
    pytest.skip(f"{what} is not installed here")


def start_server(port: int, database: Path | str, **settings: str) -> subprocess.Popen[bytes]:
    """`vetting serve` of a filled database on a port, answering; database: a file, or an address; settings: more."""
    server = subprocess.Popen(
        [sys.executable, "-m", "vetting", "serve", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={
            **os.environ,
            "VETTING_DATABASE_URL": database if isinstance(database, str) else f"sqlite:///{database}",
            "VETTING_SECRET_KEY": secrets.token_urlsafe(48),
            **settings,
        },
    )
    for _ in range(3600):
        try:
            with urlopen(f"http://127.0.0.1:{port}/prova", timeout=2):
                return server
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.05)
    server.kill()
    raise RuntimeError("the server did not answer")


def free_port() -> int:
    """A port that nothing listens at and that no other server of this run has had: a browser knows an address again."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        if port not in _PORTS:
            _PORTS.add(port)
            return port


@pytest.fixture(scope="module")
def address(databases: Databases, demonstration: FilledOnce) -> Iterator[str]:
    """Where the demonstration is served: a copy for each file of tests, so that none meets what another has changed."""
    port = free_port()
    server = start_server(port, demonstration.copy(Path(tempfile.mkdtemp(dir=databases.folder))))
    yield f"http://127.0.0.1:{port}"
    server.terminate()
    server.wait(300)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = chromium()
    if found is None:
        needed("Chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, headless=True, args=list(FLAGS))
        yield started
        started.close()
