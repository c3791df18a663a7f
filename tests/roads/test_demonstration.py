"""The demonstration as somebody meets it who starts it: its pages, and a letter set in the process that serves it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from http.cookiejar import CookieJar
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import pytest

from vetting.operations.demonstration.year import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.long

PATIENCE = 300
"""Seconds."""


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Where `vetting demo` serves, in an empty folder."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    command = [sys.executable, "-m", "vetting", "demo", "--port", str(port)]
    own = {name: value for name, value in os.environ.items() if not name.startswith("VETTING_")}
    with subprocess.Popen(command, cwd=tmp_path, env=own, stdout=subprocess.DEVNULL, start_new_session=True) as served:
        yield f"http://127.0.0.1:{port}"
        os.killpg(served.pid, signal.SIGINT)
        served.wait(PATIENCE)


def opened(address: str) -> OpenerDirector:
    """A browser of the caseworker's, once the pages are there."""
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    until = time.monotonic() + PATIENCE
    while True:
        try:
            page = browser.open(f"{address}/logga-in", timeout=5).read().decode()
            break
        except (URLError, ConnectionError):
            if time.monotonic() > until:
                raise
            time.sleep(0.5)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    typed = {"csrf_token": token[1], "login": "caseworker.norr", "password": PASSWORD}
    browser.open(f"{address}/logga-in", urlencode(typed).encode(), timeout=300)
    return browser


def test_a_letter_is_set_in_the_process_that_serves_the_demonstration(address: str) -> None:
    """Threads of the filling that a fork left behind would wait for ever."""
    browser = opened(address)
    with browser.open(f"{address}/omgangar/2/arende.pdf", timeout=300) as answer:
        assert answer.read(4) == b"%PDF"
