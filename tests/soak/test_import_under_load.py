"""Twenty thousand rows go in while twenty requests a second are answered: not one error."""

from __future__ import annotations

import http.client
import json
import os
import re
import subprocess
import sys
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from tests.browser.conftest import free_port, start_server
from tests.browser.people import PASSWORD
from tests.demonstration import fill

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.soak
ROWS, EACH_SECOND, CLIENTS = 20_000, 20, 4


def test_the_pages_answer_while_twenty_thousand_rows_go_in(tmp_path: Path) -> None:
    port = free_port()
    server = start_server(port, fill(tmp_path).path)
    register = tmp_path / "register.csv"
    lines = [f"Provby,FRI,,Förening {place} i Provby,Idrott,,Provby" for place in range(ROWS)]
    register.write_text(
        "\n".join(["municipality,system,org_number,name,types,activities,city", *lines]), encoding="utf-8"
    )
    statuses: list[int] = []
    slowest: list[float] = []
    stop = threading.Event()

    def visitor() -> None:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
            visit(connection)

    def visit(connection: http.client.HTTPConnection) -> None:
        cookies: dict[str, str] = {}

        def ask(method: str, path: str, body: str | None = None) -> str:
            headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in cookies.items())}
            if body is not None:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            began = time.monotonic()
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
            statuses.append(answer.status)
            slowest.append(time.monotonic() - began)
            for value in answer.headers.get_all("Set-Cookie") or []:
                name, rest = value.split(";")[0].split("=", 1)
                cookies[name] = rest
            return text

        token = re.search(r'csrf_token" value="([^"]+)', ask("GET", "/logga-in"))
        assert token
        ask("POST", "/logga-in", urlencode({"csrf_token": token[1], "login": "caseworker.norr", "password": PASSWORD}))
        paths = [
            "/arenden",
            "/arenden/BID-2026-0012",
            "/snabbkoll?q=provkvarnen",
            "/bokningar",
            "/arenden/BID-2026-0020",
        ]
        place = 0
        while not stop.is_set():
            began = time.monotonic()
            text = ask("GET", paths[place % len(paths)])
            if place % 10 == 9:
                found = re.search(r'csrf_token" value="([^"]+)', text)
                assert found
                note = urlencode({"csrf_token": found[1], "text": f"Anteckning {place}", "official": "1"})
                ask("POST", "/arenden/BID-2026-0020/anteckning", note)
            place += 1
            time.sleep(max(0, CLIENTS / EACH_SECOND - (time.monotonic() - began)))

    threads = [threading.Thread(target=visitor) for _ in range(CLIENTS)]
    try:
        for thread in threads:
            thread.start()
        time.sleep(1)
        done = subprocess.run(
            [sys.executable, "-m", "vetting", "import", str(register), "--board", "norr", "--json"],
            env={**os.environ, "VETTING_DATABASE_URL": f"sqlite:///{tmp_path / 'pages.db'}"},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        time.sleep(1)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        server.terminate()
        server.wait(10)
    assert json.loads(done.stdout)["created"] == ROWS
    assert set(statuses) <= {200, 303}, statuses
    sys.stderr.write(f"\n{len(statuses)} requests, the slowest {max(slowest):.2f} s\n")
