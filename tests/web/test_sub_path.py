"""Below a path of a host that has others: nothing leads out of it, and whoever comes is sent on within it."""

from __future__ import annotations

import re
from collections import deque
from html import unescape
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.browser.people import PASSWORD
from vetting import clock
from vetting.app.application import create_app
from vetting.config import Config, ConfigError, from_environment
from vetting.kernel.store.engine import connect_database
from vetting.kernel.store.session import open_technical
from vetting.people.models.people import SignIn

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.demonstration import FilledOnce

pytestmark = pytest.mark.long

ADDRESSES = re.compile(r'\s(?:href|action|src|formaction)="([^"]*)"')  # a token of a form may end in src="
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
BELOW = "/bidrag"
MOST = 150


@pytest.fixture
def app(demonstration: FilledOnce, tmp_path: Path) -> Flask:
    return create_app(Config(sub_path=BELOW), connect_database(f"sqlite:///{demonstration.copy(tmp_path)}"))


def sent(client: FlaskClient, path: str, page: str, **fields: str) -> str:
    """Where a form leads, sent with the token of a page."""
    found = TOKEN.search(client.get(page).text)
    assert found
    answer = client.post(path, data={"csrf_token": found[1], **fields})
    assert answer.status_code == 303, answer.text
    return answer.location


def sign_in(client: FlaskClient, login: str, onto: str = "") -> str:
    fields = {"login": login, "password": PASSWORD, **({"next": onto} if onto else {})}
    return sent(client, f"{BELOW}/logga-in", f"{BELOW}/logga-in", **fields)


def test_nothing_is_answered_beside_the_path(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/").status_code == client.get("/logga-in").status_code == 404
    assert client.get(f"{BELOW}/halsa").status_code == 200
    assert client.get(f"{BELOW}/").location == f"{BELOW}/logga-in"


@pytest.mark.parametrize("login", ["caseworker.norr", "manager.norr", "premises.norr", "rules-owner.norr"])
def test_no_link_and_no_form_leads_out(app: Flask, login: str) -> None:
    client = app.test_client()
    sign_in(client, login)
    waiting, met = deque([f"{BELOW}/"]), {f"{BELOW}/"}
    opened = 0
    while waiting and opened < MOST:
        answer = client.get(waiting.popleft())
        opened += 1
        assert answer.status_code < 400 or answer.status_code in {404, 405}  # what a button leads to is none to open
        if answer.status_code in {302, 303}:
            found = [answer.location]
        else:
            found = [unescape(one) for one in ADDRESSES.findall(answer.text)] if answer.mimetype == "text/html" else []
        for one in found:
            assert one.startswith((f"{BELOW}/", "#", "?", "mailto:", "https://", "data:")), one
            path = one.partition("#")[0]
            if path.startswith(f"{BELOW}/") and path not in met and "/static/" not in path:
                met.add(path)
                waiting.append(path)
    assert opened > 40


def test_whoever_is_sent_away_comes_back_within(app: Flask) -> None:
    client = app.test_client()
    asked = client.get(f"{BELOW}/arenden?q=prov")
    assert asked.location == f"{BELOW}/logga-in?next={BELOW}/arenden?q%3Dprov"
    assert sign_in(client, "caseworker.norr", f"{BELOW}/arenden?q=prov") == f"{BELOW}/arenden?q=prov"
    masked = client.get(f"{BELOW}/arenden?q=19811218-9876")
    assert masked.location.startswith(f"{BELOW}/arenden?q=")
    page = client.get(f"{BELOW}/arenden?q=prov").text
    assert f'name="next" value="{BELOW}/arenden?q=prov"' in page
    settings = f"{BELOW}/installningar"
    assert sent(client, settings, f"{BELOW}/arenden", language="en", next=f"{BELOW}/arenden") == f"{BELOW}/arenden"
    assert sent(client, settings, f"{BELOW}/arenden", language="sv", next="/annat") == f"{BELOW}/"
    assert sent(client, settings, f"{BELOW}/arenden", language="sv", next="//elsewhere.example/") == f"{BELOW}/"


def test_what_was_typed_when_the_session_had_ended_goes_on_within(app: Flask) -> None:
    client = app.test_client()
    sign_in(client, "caseworker.norr")
    with open_technical(app.extensions["vetting_database"]) as session:
        for one in session.scalars(select(SignIn).where(SignIn.ended_at.is_(None))):
            one.ended_at = clock.now()
    note = f"{BELOW}/arenden/BID-2026-0020/anteckning"
    assert sent(client, note, f"{BELOW}/logga-in", text="Ringde kassören", official="1") == f"{BELOW}/logga-in"
    assert sign_in(client, "caseworker.norr") == f"{BELOW}/fortsatt"
    assert f'action="{note}"' in client.get(f"{BELOW}/fortsatt").text


@pytest.mark.parametrize("value", ["bidrag", "/Bidrag", "/a b", "//a", "/a//b", "/../a", "https://a.example/b"])
def test_what_is_no_path_stops_the_program(value: str) -> None:
    with pytest.raises(ConfigError):
        from_environment({"VETTING_SUBPATH": value})


@pytest.mark.parametrize(("value", "path"), [("/bidrag", "/bidrag"), ("/bidrag/", "/bidrag"), ("/a/b-1", "/a/b-1")])
def test_a_path_is_written_with_or_without_its_last_stroke(value: str, path: str) -> None:
    assert from_environment({"VETTING_SUBPATH": value}).sub_path == path
