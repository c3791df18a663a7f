"""Browsers of the tests: one application in each process, which is asked on the database of whoever asks it."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING, Any

from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer

from vetting import clock
from vetting.app.application import create_app
from vetting.config import Config
from vetting.people.services import sign_in
from vetting.web.csrf import mask

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

    from vetting.kernel.store.engine import Database

PASSWORD = "korrekt häst batteri"
COOKIE = "vetting-login"


_MADE: list[Flask] = []


def the_app(database: Database) -> Flask:
    """The one application, with the usual settings, on a database."""
    if not _MADE:
        _MADE.append(create_app(Config(), database))
    _MADE[0].extensions["vetting_database"] = database
    return _MADE[0]


class Browser(FlaskClient):
    """A browser at the one application; whatever it asks is asked of its own database."""

    database: Database

    def open(self, *arguments: Any, **more: Any) -> TestResponse:
        self.application.extensions["vetting_database"] = self.database
        return super().open(*arguments, **more)


def browser_on(database: Database, *, use_cookies: bool = True) -> Browser:
    """A browser that knows nobody."""
    app = the_app(database)
    made = Browser(app, app.response_class, use_cookies=use_cookies)
    made.database = database
    return made


def signed_in(database: Database, login: str) -> Browser:
    """A browser with somebody's session, where how they signed in is not what is tested."""
    browser = browser_on(database)
    began = sign_in.sign_in(database, login, PASSWORD, address="127.0.0.1", at=clock.now())
    browser.set_cookie(COOKIE, began.token)
    return browser


def token_of(browser: FlaskClient) -> str:
    """The token that a form needs, as a page would give it to this browser."""
    with browser.session_transaction() as session:
        raw = session.setdefault("csrf_token", hashlib.sha1(secrets.token_bytes(20)).hexdigest())  # noqa: S324 - as the library
    return mask(URLSafeTimedSerializer(browser.application.secret_key or "", salt="wtf-csrf-token").dumps(raw))
