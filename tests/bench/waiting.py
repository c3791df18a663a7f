"""What the office feels while a job of 100,000 cases runs: its pages from a real server, before and meanwhile."""

from __future__ import annotations

import sys
import time
from contextlib import closing
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from tests.bench.pages import filled
from tests.browser.conftest import free_port, start_server
from tests.databases import Databases
from tests.soak.visitors import Visitor

if TYPE_CHECKING:
    from collections.abc import Callable

SIZE: Final = 100_000
AIM: Final = 0.150
PASSWORD: Final = "korrekt häst batteri"
PATHS: Final = ("/arenden", "/arenden/BID-2026-0001", "/bokningar", "/foreningar/5", "/snabbkoll?q=proven&typ=bokning")
ASKED: Final = "/register/approvals/excel"
AT_WORK: Final = "data-at-work"
EACH: Final = 0.2
"""Seconds from one page to the next."""


def seconds_of(visitor: Visitor, goes_on: Callable[[], bool]) -> list[float]:
    """How long each page took, the shortest first, as long as something goes on."""
    took = []
    for path in cycle(PATHS):
        began = time.monotonic()
        took.append(visitor.ask("GET", path).seconds)
        time.sleep(max(0.0, EACH - (time.monotonic() - began)))
        if not goes_on():
            return sorted(took)
    raise AssertionError


def told(what: str, took: list[float]) -> None:
    """Prints the middle and the 95th of a hundred."""
    middle, late = took[len(took) // 2], took[len(took) * 95 // 100]
    print(
        f"  {what}: {len(took)} pages, {middle * 1e3:.0f} ms, at the 95th percentile {late * 1e3:.0f} ms "
        f"(aim {AIM * 1e3:.0f}), the slowest {took[-1] * 1e3:.0f}"
    )


def main(size: int = SIZE) -> None:
    """Prints both on both engines, and how long the job took."""
    with TemporaryDirectory() as folder:
        databases = Databases(Path(folder))
        try:
            for engine in ("SQLite", "PostgreSQL"):
                print(f"pages while the register of {size} cases is written, on {engine}")
                address = databases.sqlite() if engine == "SQLite" else databases.postgresql()
                filled(address, size).database.close()
                _walked(address)
        finally:
            databases.stop()


def _walked(address: str) -> None:
    port = free_port()
    server = start_server(port, address)
    try:
        with closing(Visitor(port)) as officer, closing(Visitor(port)) as auditor:
            officer.sign_in("caseworker.norr", PASSWORD)
            auditor.sign_in("auditor.norr", PASSWORD)
            until = time.monotonic() + 15
            told("nothing else", seconds_of(officer, lambda: time.monotonic() < until))
            token = auditor.ask("GET", "/register/approvals").token
            page = auditor.send(ASKED, token, {}).headers["Location"]
            began = time.monotonic()
            told("meanwhile", seconds_of(officer, lambda: AT_WORK in auditor.ask("GET", page).text))
            took = time.monotonic() - began
            file = auditor.ask("GET", f"{page}/fil")
            print(f"  the file: {took:.0f} s, {int(file.headers['Content-Length']) / 1e6:.1f} MB")
    finally:
        server.terminate()
        server.wait(10)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE)
