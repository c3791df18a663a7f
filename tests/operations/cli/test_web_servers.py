"""What carries the pages: whoever was being answered is answered, nobody new comes in, and what dies is followed."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.browser.conftest import free_port, start_server
from tests.operations.cli.test_working import comes_true, lives
from vetting.kernel.store.engine import connect_database
from vetting.kernel.store.session import open_reading
from vetting.kernel.store.trail_verification import verify_trail

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.demonstration import FilledOnce

pytestmark = pytest.mark.long

SLOW = """
import sys, time
from flask import Flask, request
from vetting.operations.cli.web_servers import Beside, serve_by_gunicorn, serve_by_waitress
app = Flask("slow")
@app.get("/quick")
def quick(): return "quick"
@app.get("/slow")
def slow():
    print("begun", flush=True)
    time.sleep(3)
    return "x" * 3_000_000
@app.post("/reads")
def reads(): return str(len(request.get_data()))
@app.post("/refuses")
def refuses(): return "too much", 413
inner = app.wsgi_app
def outer(environ, start_response):
    if environ["PATH_INFO"] == "/broken": raise ValueError("words of somebody")
    return inner(environ, start_response)
app.wsgi_app = outer
nothing = lambda: None
beside = Beside(nothing, nothing, lambda: print("began", flush=True), lambda: print("ended", flush=True))
if sys.argv[1] == "gunicorn":
    serve_by_gunicorn(app, "127.0.0.1", int(sys.argv[2]), beside, 1)
serve_by_waitress(app, "127.0.0.1", int(sys.argv[2]), beside)
"""
SERVERS = pytest.mark.parametrize("server", ["gunicorn", "waitress"])


@contextmanager
def serving(server: str) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    port = free_port()
    with subprocess.Popen(
        [sys.executable, "-c", SLOW, server, str(port)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        try:
            comes_true(lambda: answers(port))
            yield port, running
        finally:
            running.kill()


def answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/quick", timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, ConnectionError, TimeoutError):
        return False


def line_of(running: subprocess.Popen[str]) -> str:
    assert running.stdout
    return running.stdout.readline().strip()


def _lets_in(port: int) -> bool:
    """Whether somebody who comes now is answered: refused, or left until the door is gone, is not."""
    try:
        urlopen(f"http://127.0.0.1:{port}/quick", timeout=5).close()
    except (URLError, ConnectionError, TimeoutError):
        return False
    return True


@SERVERS
@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_what_has_begun_is_answered_and_nobody_else_comes_in(server: str, sign: int) -> None:
    if (server, sign) == ("gunicorn", signal.SIGINT):
        sign = signal.SIGTERM  # there Ctrl+C is the quick way out
    with serving(server) as (port, running), ThreadPoolExecutor() as beside:
        assert line_of(running) == "began"
        kept = http.client.HTTPConnection("127.0.0.1", port)  # a browser keeps its connection: it holds nothing up
        kept.request("GET", "/quick")
        kept.getresponse().read()
        asked = beside.submit(lambda: urlopen(f"http://127.0.0.1:{port}/slow", timeout=300).read())
        assert line_of(running) == "begun"
        running.send_signal(sign)
        while _lets_in(port):
            time.sleep(0.05)
        assert len(asked.result()) == 3_000_000
        assert running.wait(300) == 0
        assert line_of(running) == "ended"
        kept.close()


@SERVERS
def test_a_body_that_nobody_wants_is_read_away_so_that_the_answer_arrives(server: str) -> None:
    with serving(server) as (port, _running), closing(http.client.HTTPConnection("127.0.0.1", port)) as visitor:
        visitor.request("POST", "/refuses", b"x" * 20_000_000)
        assert visitor.getresponse().status == 413


@SERVERS
def test_requests_sent_half_hold_nobody_up_for_long(server: str) -> None:
    """Twenty of them, with half a line, half the headers or half the body, and then silence."""
    body = b"POST /reads HTTP/1.1\r\nHost: a\r\nContent-Length: 90\r\n\r\nx"
    halves = (b"GET /qui", b"GET /quick HTTP/1.1\r\nHost: a\r\n", body)
    with serving(server) as (port, _running), ExitStack() as opened:
        for number in range(20):
            held = opened.enter_context(socket.create_connection(("127.0.0.1", port)))
            held.sendall(halves[number % len(halves)])
        with urlopen(f"http://127.0.0.1:{port}/quick", timeout=300) as answer:
            assert answer.status == 200


def test_a_mistake_that_nobody_caught_is_told_without_its_words() -> None:
    with serving("gunicorn") as (port, running):
        with pytest.raises(URLError):
            urlopen(f"http://127.0.0.1:{port}/broken?q=words")
        running.terminate()
        _out, told = running.communicate(timeout=300)
        assert "Error handling request ValueError" in told
        assert "words" not in told


def children(pid: int) -> list[int]:
    """The processes that this one has begun and that have not ended."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            found[int(folder.name)] = int(parent) if state != "Z" else 0
    return [one for one, parent in found.items() if parent == pid]


def test_a_process_that_dies_is_followed_by_another_with_all_that_belongs_to_it(
    demonstration: FilledOnce, tmp_path: Path
) -> None:
    if sys.platform != "linux":
        pytest.skip("looks into /proc")
    port, numbers = free_port(), free_port()
    file = demonstration.copy(tmp_path)
    server = start_server(port, file, VETTING_PROCESSES="2", VETTING_METRICS=f"127.0.0.1:{numbers}")
    try:
        first = comes_true(lambda: [one for one in children(server.pid) if children(one)])[0]
        other = comes_true(lambda: [one for one in children(server.pid) if one != first])[0]
        workers = children(first)
        assert children(other) == []  # what there is once is not there twice
        ask_pages(port, 40)
        os.kill(first, signal.SIGKILL)
        comes_true(lambda: not any(lives(one) for one in workers))
        second = comes_true(lambda: [one for one in children(server.pid) if one != first and children(one)])[0]
        assert second != other
        with urlopen(f"http://127.0.0.1:{port}/redo", timeout=300) as answer:
            assert answer.read() == b"ok\n"
        ask_pages(port, 40)
        comes_true(lambda: counted(numbers) == 80)  # of all processes, those that are gone too
    finally:
        server.terminate()
        assert server.wait(300) == 0
    comes_true(lambda: not any(lives(one) for one in (first, second, other)))
    with closing(connect_database(f"sqlite:///{file}")) as database, open_reading(database) as session:
        assert verify_trail(session).problems == []


def ask_pages(port: int, number: int) -> None:
    def ask(_place: int) -> int:
        with urlopen(f"http://127.0.0.1:{port}/halsa", timeout=300) as answer:
            return int(answer.status)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(number))) == {200}


def counted(port: int) -> float:
    """How many times it was asked whether the pages live."""
    with suppress(URLError), urlopen(f"http://127.0.0.1:{port}/metrics", timeout=300) as answer:
        line = re.search(
            r'(?m)^vetting_requests_total{[^}]*endpoint="health.alive"[^}]*} ([0-9.]+)', answer.read().decode()
        )
        return float(line[1]) if line else 0
    return 0
