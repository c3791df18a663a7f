"""What a case's page offers can be done: every one-click act that a person is shown is taken, everything closed opens."""

from __future__ import annotations

import random
import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from lxml import html
from sqlalchemy import select

from tests.board import rules
from vetting.app.application import create_app
from vetting.casework.models.cases import Case
from vetting.config import Config
from vetting.kernel.store.engine import connect_database
from vetting.kernel.store.session import open_reading
from vetting.people.models.people import Board
from vetting.rules.services.rulebook import use_rules

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

pytestmark = pytest.mark.long

PASSWORD = "prova utan risk"
ROLES = ("caseworker", "premises", "decision-maker", "finance", "manager", "registrar", "auditor")
BOARDS = {"norr": ROLES, "mitt": ROLES[:5]}
OFTEN = (8, 5, 3, 1, 1, 1, 1)


def signed_in(app: Flask, login: str) -> FlaskClient:
    client = app.test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/logga-in").text)
    assert token is not None
    fields = {"csrf_token": token[1], "login": login, "password": PASSWORD}
    assert client.post("/logga-in", data=fields).status_code == 303, login
    return client


@pytest.mark.parametrize("presses", [60, pytest.param(400, marks=pytest.mark.thorough)])
def test_what_a_page_offers_can_be_done(demonstration_copy: Path, presses: int) -> None:
    """In any order, by those who work in a board, on the pages as the acts before have left them."""
    database = connect_database(f"sqlite:///{demonstration_copy}")
    use_rules(database, rules)
    app = create_app(Config(), database)
    with open_reading(database) as session:
        cases = select(Case.number).join(Board, Board.id == Case.board_id).order_by(Case.id)
        numbers = {board: session.scalars(cases.where(Board.code == board)).all() for board in BOARDS}
    people = {(board, role): signed_in(app, f"{role}.{board}") for board, roles in BOARDS.items() for role in roles}
    chance = random.Random(1)
    pressed: Counter[str] = Counter()
    for _ in range(presses * 4):
        if pressed.total() >= presses:
            break
        board = chance.choice(("norr", "norr", "mitt"))
        who = people[board, chance.choices(BOARDS[board], weights=OFTEN[: len(BOARDS[board])])[0]]
        number = chance.choice(numbers[board])
        page = who.get(f"/arenden/{number}")
        if page.status_code == 404:
            continue
        assert page.status_code == 200, number
        tree = html.fromstring(page.text)
        parts = [f"{link.split('#')[0]}&del=1" for link in tree.xpath("//a[@data-opens]/@href")]
        steps = tree.xpath("//section[contains(@class, 'next')]//a[not(@data-opens)]/@href")
        for some in (parts, steps):
            if some:
                link = chance.choice(some)
                assert who.get(link).status_code == 200, link
        offered = tree.xpath("//main//form[@class='act']")
        if not offered:
            continue
        form = chance.choice(offered)
        address = form.get("action")
        button = form.xpath(".//button")[0]
        fields = {field.get("name"): field.get("value") for field in form.xpath(".//input")}
        if button.get("name"):
            fields[button.get("name")] = button.get("value")
        answer = who.post(address, data=fields)
        kind = f"{address.rsplit('/', 1)[1]} {fields.get('kind', '')}".strip()
        pressed[kind] += 1
        problems = html.fromstring(answer.text).xpath("//*[@role='alert']") if answer.status_code != 303 else []
        told = f"{number} {kind}: {answer.status_code} {' '.join(problem.text_content() for problem in problems)}"
        assert answer.status_code in {200, 303}, told
    database.close()
    assert {"granskat", "foresla-bevilja", "jav", "markera basic_check"} <= pressed.keys(), pressed
    assert pressed.total() >= presses * 0.6, pressed  # whoever works through all there is has less to press
