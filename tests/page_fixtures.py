"""The application with a client that sends the right token, as a browser does."""

from __future__ import annotations

import io
import re
from html import unescape
from typing import TYPE_CHECKING, Any, Self

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests import browsers
from tests.board import BoardAtWork
from tests.factories import NOW
from vetting import clock
from vetting.app.application import create_app
from vetting.config import Config
from vetting.kernel.roles import Role
from vetting.kernel.store.engine import connect_database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.databases import Databases

OPENS = re.compile(r'<a data-opens href="([^"#]+)#')
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@pytest.fixture(scope="session")
def app(databases: Databases) -> Flask:
    """Pages without anybody signed in."""
    return create_app(Config(), connect_database(databases.sqlite()))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.extensions.pop("vetting_trial_brake", None)  # nobody has tried a list yet
    return app.test_client()


def send(client: FlaskClient, path: str, **fields: Any) -> TestResponse:
    """Posts a form with its token."""
    files = {name: FileStorage(value[0], value[1], name) for name, value in fields.items() if isinstance(value, tuple)}
    boundary, body = encode_multipart({"csrf_token": browsers.token_of(client), **fields, **files})
    return client.post(path, data=body, content_type=f"multipart/form-data; boundary={boundary}")


class Somebody:
    """A person with a browser."""

    def __init__(self, board: BoardAtWork, app: Any, role: Role) -> None:
        self.board = board
        self.client: FlaskClient = app.test_client()
        fields = {"csrf_token": self.token(), "login": f"{role.value}.{board.code}", "password": browsers.PASSWORD}
        self.client.post("/logga-in", data=fields)

    @classmethod
    def at_work(cls, board: BoardAtWork, login: str) -> Self:
        """Somebody who has signed in already."""
        made = cls.__new__(cls)
        made.board, made.client = board, browsers.signed_in(board.database, login)
        return made

    def token(self) -> str:
        return browsers.token_of(self.client)

    def get(self, path: str) -> Any:
        return self.client.get(path)

    def opened(self, path: str) -> str:
        """A page with everything that stands closed in it, as it is when each is opened."""
        page = self.get(path)
        parts = [self.get(f"{unescape(part)}&del=1") for part in OPENS.findall(page.text)]
        assert all(part.status_code == 200 for part in parts)
        return "".join(answer.text for answer in (page, *parts))

    def send(self, path: str, **fields: Any) -> Any:
        files = {k: FileStorage(io.BytesIO(v[0]), v[1], k) for k, v in fields.items() if isinstance(v, tuple)}
        plain = {k: v for k, v in fields.items() if not isinstance(v, tuple)}
        boundary, body = encode_multipart({"csrf_token": self.token(), **plain, **files})
        return self.client.post(path, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def one_line(page: str) -> str:
    """The source of a page however its template is broken into lines: one space for many, none before the end of a tag."""
    return re.sub(r" (?=</|>)", "", re.sub(r"\s+", " ", page))


def somebody(board: BoardAtWork, role: Role) -> Somebody:
    """A person of the board with a browser, by their role."""
    return Somebody.at_work(board, f"{role.value}.{board.code}")


def colleague(board: BoardAtWork, role: Role, name: str) -> Somebody:
    """One more person with that role, with a browser."""
    board.somebody(role, name)
    return Somebody.at_work(board, f"{name}.{board.code}")


@pytest.fixture
def on_that_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are opened on the day that the examples are from."""
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def board(databases: Databases) -> Iterator[BoardAtWork]:
    """A board with its people and a round, in one file."""
    made = BoardAtWork.copied(databases, "sqlite")
    yield made
    made.database.close()


@pytest.fixture
def kim(board: BoardAtWork) -> Somebody:
    return somebody(board, Role.CASEWORKER)
