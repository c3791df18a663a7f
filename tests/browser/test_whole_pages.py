"""The tests of pages count what is on a page only when all of it has come."""

from __future__ import annotations

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser


class _Slow(BaseHTTPRequestHandler):
    """Each page comes in two halves, half a second apart."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>x</title><a href='/next'>Next</a><button>1</button>" + b" " * 4096)
        self.wfile.flush()
        time.sleep(0.5)
        self.wfile.write(b"<button>2</button>")

    def log_message(self, *_: object) -> None:
        """Nothing is told on the error stream."""


@pytest.fixture
def slow() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Slow)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_click_is_over_when_the_whole_page_is_there(browser: Browser, slow: str, *, scripts: bool) -> None:
    page = browser.new_context(java_script_enabled=scripts).new_page()
    link, buttons = page.get_by_role("link"), page.get_by_role("button")
    page.goto(slow)
    link.click()
    assert (page.url, buttons.count()) == (f"{slow}next", 2)
    page.goto(slow)
    link.press("Enter")
    assert (page.url, buttons.count()) == (f"{slow}next", 2)
    page.context.close()
