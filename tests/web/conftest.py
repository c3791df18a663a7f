"""The application with a client that sends the right token, as a browser does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from vetting.app import create_app
from vetting.config import Config

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.databases import Databases

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@pytest.fixture(scope="session")
def app(databases: Databases) -> Flask:
    """Pages without anybody signed in."""
    return create_app(Config(database_url=databases.sqlite()))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def token(client: FlaskClient) -> str:
    found = TOKEN.search(client.get("/prova").text)
    assert found
    return found[1]


def send(client: FlaskClient, path: str, **fields: Any) -> TestResponse:
    """Posts a form with its token."""
    files = {name: FileStorage(value[0], value[1], name) for name, value in fields.items() if isinstance(value, tuple)}
    boundary, body = encode_multipart({"csrf_token": token(client), **fields, **files})
    return client.post(path, data=body, content_type=f"multipart/form-data; boundary={boundary}")
