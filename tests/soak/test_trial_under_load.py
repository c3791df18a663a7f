"""Ten strangers hand in lists at once, again and again: the office's pages answer within a second meanwhile."""

from __future__ import annotations

import io
import sys
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.browser.conftest import free_port, start_server
from tests.demonstration import fill
from tests.soak.visitors import Answer, Visitor
from vetting.shipped import shipped_folder

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.soak
STRANGERS, SECONDS = 10, 30
IMPATIENCE = 1
"""Seconds until a stranger tries again, whatever the answer said of coming back."""
PATHS = ("/arenden", "/arenden/BID-2026-0012", "/snabbkoll?q=provkvarnen", "/bokningar")
LIST = (shipped_folder("imports") / "samples" / "bokningar.xlsx").read_bytes()


@pytest.mark.guards("lists that stop the pages (`/prova`)")
def test_the_office_goes_on_while_strangers_try_lists(tmp_path: Path) -> None:
    port = free_port()
    server = start_server(port, fill(tmp_path).path)
    until, tried, pages = time.monotonic() + SECONDS, list[Answer](), list[Answer]()

    def stranger() -> None:
        with closing(Visitor(port)) as visitor:
            while time.monotonic() < until:
                fields = {"csrf_token": visitor.ask("GET", "/prova").token, "rules": "farsta-2021", "kind": "auto"}
                boundary, body = encode_multipart(
                    {**fields, "file": FileStorage(io.BytesIO(LIST), "bokningar.xlsx", "file")}
                )
                tried.append(visitor.ask("POST", "/prova", body, f"multipart/form-data; boundary={boundary}"))
                time.sleep(IMPATIENCE)

    def officer() -> None:
        with closing(Visitor(port)) as visitor:
            visitor.sign_in("caseworker.norr")
            while time.monotonic() < until:
                pages.extend(visitor.ask("GET", path) for path in PATHS)
                time.sleep(0.2)

    threads = [threading.Thread(target=work) for work in [officer, *[stranger] * STRANGERS]]
    with closing(Visitor(port)) as early:  # a server that has been up: every page has been made once
        early.sign_in("caseworker.norr")
        for path in PATHS:
            early.ask("GET", path)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        server.terminate()
        server.wait(10)
    met = {status: sum(answer.status == status for answer in tried) for status in (200, 429, 503)}
    assert sum(met.values()) == len(tried), {answer.status for answer in tried}
    assert met[200]
    assert met[503]
    assert all(answer.headers["Retry-After"] for answer in tried if answer.status != 200)
    assert {answer.status for answer in pages} == {200}
    slowest = max(answer.seconds for answer in pages)
    sys.stderr.write(f"\n{met} lists, {len(pages)} pages of the office, the slowest {slowest:.2f} s\n")
    assert slowest < 1
