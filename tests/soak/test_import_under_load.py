"""Twenty thousand rows go in while fifty requests a second are answered for five minutes: not one error. How soon is told."""

from __future__ import annotations

import json
import os
import random
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
ROWS, EACH_SECOND, CLIENTS, SECONDS = 20_000, 50, 16, 300
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

    def visit(place: int) -> None:
        """Asks when it is time, however long the last answer took: whoever waits does not make others wait less.

        People come as they come, and not at the stroke of a clock: chance says how long it is to the next.
        """
        chance = random.Random(place)
        with closing(Visitor(port)) as visitor:
            visitor.sign_in("caseworker.norr")
            visitor.answers.clear()
            due = time.monotonic()

            def wait() -> None:
                nonlocal due
                due += chance.expovariate(EACH_SECOND / CLIENTS)
                stop.wait(max(0.0, due - time.monotonic()))

            while not stop.is_set():
                wait()
                page = visitor.ask("GET", PATHS[place % len(PATHS)])
                if place % 10 == 9:
                    wait()
                    note = {"text": f"Anteckning {place}", "official": "1"}
                    visitor.send("/arenden/BID-2026-0020/anteckning", page.token, note)
                place += 1
            answers.extend(visitor.answers)

    threads = [threading.Thread(target=visit, args=(place,)) for place in range(CLIENTS)]
    began = time.monotonic()
    try:
        for thread in threads:
            thread.start()
        done = subprocess.run(
            [sys.executable, "-m", "vetting", "import", str(register), "--board", "norr", "--json"],
            env={**os.environ, "VETTING_DATABASE_URL": f"sqlite:///{database}"},
            capture_output=True,
            text=True,
            check=False,
        )
        time.sleep(max(0.0, SECONDS - (time.monotonic() - began)))
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        seconds = time.monotonic() - began
        server.terminate()
        server.wait(30)
    assert json.loads(done.stdout)["created"] == ROWS
    assert {answer.status for answer in answers} <= {200, 303}
    taken = sorted(answer.seconds for answer in answers)
    p95 = taken[int(len(taken) * 0.95)]
    told = f"{len(taken)} requests, {len(taken) / seconds:.0f} a second, p95 {p95:.3f} s, the slowest {taken[-1]:.2f} s"
    sys.stderr.write(f"\n{told}\n")
