"""Somebody at a served page, as a browser without scripts: cookies are kept, and how long each answer took."""

from __future__ import annotations

import http.client
import re
import threading
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

from tests.browser.people import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Mapping

TOKEN = re.compile(r'csrf_token" value="([^"]+)')
FORM = "application/x-www-form-urlencoded"


class Answer(NamedTuple):
    status: int
    seconds: float
    text: str
    headers: http.client.HTTPMessage

    @property
    def token(self) -> str:
        found = TOKEN.search(self.text)
        assert found
        return found[1]


class Visitor:
    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}
        self.answers: list[Answer] = []

    def close(self) -> None:
        self.connection.close()

    def ask(self, method: str, path: str, body: str | bytes | None = None, kind: str = FORM) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = kind
        began = time.monotonic()
        try:
            self.connection.request(method, path, body, headers)
            given = self.connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            self.connection.close()  # it was closed because it lay idle: a browser opens another
            self.connection.request(method, path, body, headers)
            given = self.connection.getresponse()
        text = given.read().decode(errors="replace")
        answer = Answer(given.status, time.monotonic() - began, text, given.headers)
        self.answers.append(answer)
        for value in given.headers.get_all("Set-Cookie") or []:
            name, rest = value.split(";")[0].split("=", 1)
            self.cookies[name] = rest
        return answer

    def send(self, path: str, token: str, fields: Mapping[str, str]) -> Answer:
        return self.ask("POST", path, urlencode({"csrf_token": token, **fields}))

    def sign_in(self, login: str, password: str = PASSWORD) -> None:
        token = self.ask("GET", "/logga-in").token
        self.send("/logga-in", token, {"login": login, "password": password})


def write_note(visitor: Visitor, port: int, number: str, said: str) -> int:
    """Sends a note once and never again: its status, 0 where no answer came."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    cookies = dict(visitor.cookies)

    def headers() -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()), "Content-Type": FORM}

    try:
        with closing(connection):
            connection.request("GET", f"/arenden/{number}", headers=headers())
            page = connection.getresponse()
            for value in page.headers.get_all("Set-Cookie") or []:
                name, rest = value.split(";")[0].split("=", 1)
                cookies[name] = rest
            found = TOKEN.search(page.read().decode())
            if found is None:
                return page.status
            body = urlencode({"csrf_token": found[1], "text": said, "official": "1"})
            connection.request("POST", f"/arenden/{number}/anteckning", body, headers())
            return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0


@dataclass
class NoteWriters:
    """People who write notes at the same time until they are stopped. said: note -> the status that was answered."""

    port: int
    said: dict[str, int] = field(default_factory=dict)
    stop: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def acknowledged(self) -> int:
        """How many notes were said to be kept."""
        return Counter(self.said.values())[303]

    def write(self, place: int, login: str, password: str, number: str) -> None:
        """One of them: a note after another in a case."""
        with closing(Visitor(self.port)) as visitor:
            visitor.sign_in(login, password)
            for turn in count():
                if self.stop.is_set():
                    return
                note = f"Anteckning {place}-{turn}."
                status = write_note(visitor, self.port, number, note)
                with self.lock:
                    self.said[note] = status
