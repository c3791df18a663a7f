"""Twenty thousand rows go in while twenty requests a second are answered: not one error."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import free_port, start_server
from tests.demonstration import fill
from tests.soak.visitors import Answer, Visitor

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.soak
ROWS, EACH_SECOND, CLIENTS = 20_000, 20, 4
PATHS = (
    "/arenden",
    "/arenden/BID-2026-0012",
    "/snabbkoll?q=provkvarnen",
    "/bokningar",
    "/arenden/BID-2026-0020",
)


def test_the_pages_answer_while_twenty_thousand_rows_go_in(tmp_path: Path) -> None:
    port = free_port()
    database = fill(tmp_path).path
    server = start_server(port, database)
    register = tmp_path / "register.csv"
    lines = [f"Provby,FRI,,Förening {place} i Provby,Idrott,,Provby" for place in range(ROWS)]
    register.write_text(
        "\n".join(["municipality,system,org_number,name,types,activities,city", *lines]), encoding="utf-8"
    )
    answers: list[Answer] = []
    stop = threading.Event()

    def visit() -> None:
        with closing(Visitor(port)) as visitor:
            visitor.sign_in("caseworker.norr")
            place = 0
            while not stop.is_set():
                began = time.monotonic()
                page = visitor.ask("GET", PATHS[place % len(PATHS)])
                if place % 10 == 9:
                    note = {"text": f"Anteckning {place}", "official": "1"}
                    visitor.send("/arenden/BID-2026-0020/anteckning", page.token, note)
                place += 1
                time.sleep(max(0, CLIENTS / EACH_SECOND - (time.monotonic() - began)))
            answers.extend(visitor.answers)

    threads = [threading.Thread(target=visit) for _ in range(CLIENTS)]
    try:
        for thread in threads:
            thread.start()
        time.sleep(1)
        done = subprocess.run(
            [sys.executable, "-m", "vetting", "import", str(register), "--board", "norr", "--json"],
            env={**os.environ, "VETTING_DATABASE_URL": f"sqlite:///{database}"},
            capture_output=True,
            text=True,
            check=False,
        )
        time.sleep(1)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        server.terminate()
        server.wait(10)
    assert json.loads(done.stdout)["created"] == ROWS
    assert {answer.status for answer in answers} <= {200, 303}
    slowest = max(answer.seconds for answer in answers)
    sys.stderr.write(f"\n{len(answers)} requests, the slowest {slowest:.2f} s\n")
