"""The road of signing in by two steps, and what is asked for anew."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING, Any

import pyotp
import pytest

from tests.acting import acting
from tests.board import rules
from tests.factories import NOW, TODAY
from tests.operations.jobs.working_off import work_off
from tests.page_fixtures import Somebody, board
from vetting import clock
from vetting.app.application import create_app
from vetting.config import Config
from vetting.kernel.register_tables import RegisterName
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading, run_in_transaction
from vetting.operations.jobs.worker import Worker
from vetting.people.models.people import User
from vetting.people.services import boards, second_factor
from vetting.people.services.invitations import FACTOR_REMOVED, INVITATION_MADE, check_may_open, invite_user
from vetting.registers import RegisterSelection, workbook_jobs

if TYPE_CHECKING:
    from flask import Flask

    from tests.board import BoardAtWork

__all__ = ["board"]
CARRIED = re.compile(r'name="carried" value="([^"]+)"')
KEY = re.compile(r"<code>([A-Z2-7-]{39})</code>")
CODE = re.compile(r"<li><code>([A-Z2-7-]{19})</code></li>")


@dataclass
class Clock:
    at: datetime = NOW

    def go_on(self, **span: float) -> None:
        self.at += timedelta(**span)


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(clock, "now", lambda: found.at)
    return found


@pytest.fixture
def app(board: BoardAtWork) -> Flask:
    return create_app(Config(), board.database)


def demand(board: BoardAtWork, *roles: Role) -> None:
    board.do(second_factor.demand_factor, roles, role=Role.ADMINISTRATOR)


def sign_in(somebody: Somebody, role: Role) -> Any:
    return somebody.client.post(
        "/logga-in",
        data={
            "csrf_token": somebody.token(),
            "login": f"{role.value}.{somebody.board.code}",
            "password": "korrekt häst batteri",
        },
    )


def connect(somebody: Somebody, at: datetime) -> tuple[pyotp.TOTP, list[str]]:
    """What an app reads from the page, and the recovery codes that are shown."""
    page = somebody.get("/losenord/tva-steg").text
    key, carried = KEY.search(page), CARRIED.search(page)
    assert key
    assert carried
    app = pyotp.TOTP(key[1].replace("-", ""))
    answer = somebody.send("/losenord/tva-steg", code=app.at(at), carried=unescape(carried[1]))
    assert answer.status_code == 200, answer.text
    return app, CODE.findall(answer.text)


def test_the_whole_road_from_the_demand_to_a_sign_in_with_a_code(board: BoardAtWork, app: Flask, hands: Clock) -> None:
    demand(board, Role.FINANCE)
    fia = Somebody(board, app, Role.FINANCE)
    for path in ("/i-dag", "/utbetalningar", "/losenord", "/register"):
        assert fia.get(path).headers["Location"] == "/losenord/tva-steg"
    assert fia.send("/losenord/tva-steg/av").headers["Location"] == "/losenord/tva-steg"
    code_of, codes = connect(fia, hands.at)
    assert len(set(codes)) == 10
    assert fia.get("/i-dag").status_code == 200
    assert codes[0] not in fia.get("/losenord/tva-steg").text
    fia.send("/logga-ut")
    hands.go_on(minutes=1)
    asked = sign_in(fia, Role.FINANCE)
    assert asked.headers["Location"] == "/logga-in/kod"
    assert fia.get("/i-dag").headers["Location"].startswith("/logga-in")
    wrong = fia.send("/logga-in/kod", code="000000", next="/register")
    assert wrong.status_code == 422
    assert "Koden stämmer inte." in wrong.text
    assert fia.send("/logga-in/kod", code="", next="").status_code == 422
    right = fia.send("/logga-in/kod", code=code_of.at(hands.at), next="/register")
    assert right.headers["Location"] == "/register"
    assert fia.get("/register").status_code == 200


def test_a_recovery_code_opens_and_the_page_says_how_many_are_left(
    board: BoardAtWork, app: Flask, hands: Clock
) -> None:
    kim = Somebody(board, app, Role.CASEWORKER)
    _app, codes = connect(kim, hands.at)
    kim.send("/logga-ut")
    sign_in(kim, Role.CASEWORKER)
    assert kim.send("/logga-in/kod", code=codes[4].lower().replace("-", " ")).status_code == 303
    assert "9 reservkoder kvar." in kim.get("/losenord/tva-steg").text


def test_the_code_page_is_nobodys_without_a_password(board: BoardAtWork, app: Flask) -> None:
    kim = Somebody(board, app, Role.CASEWORKER)
    kim.send("/logga-ut")
    assert kim.get("/logga-in/kod").headers["Location"] == "/logga-in"
    assert kim.send("/logga-in/kod", code="123456", next="//evil.example").status_code == 303


def test_a_key_that_was_shown_to_another_or_long_ago_connects_nothing(
    board: BoardAtWork, app: Flask, hands: Clock
) -> None:
    kim, fia = Somebody(board, app, Role.CASEWORKER), Somebody(board, app, Role.FINANCE)
    page = fia.get("/losenord/tva-steg").text
    key, carried = KEY.search(page), CARRIED.search(page)
    assert key
    assert carried
    code = pyotp.TOTP(key[1].replace("-", "")).at(hands.at)
    answer = kim.send("/losenord/tva-steg", code=code, carried=unescape(carried[1]))
    assert answer.status_code == 422
    assert "Sidan har stått öppen för länge." in answer.text
    assert kim.send("/losenord/tva-steg", code=code, carried="x").status_code == 422


@pytest.mark.guards("a screen that was left open", "7.5.1")
def test_a_sensitive_register_is_fetched_after_a_proof_and_others_without(
    board: BoardAtWork, app: Flask, hands: Clock
) -> None:
    kim = Somebody(board, app, Role.CASEWORKER)
    assert kim.get("/register/reclaims/excel").status_code == 200
    hands.go_on(minutes=16)
    assert kim.get("/register/approvals/excel").status_code == 200
    asked = kim.get("/register/reclaims/excel?ar=2026")
    assert asked.headers["Location"] == "/bekrafta?next=/register/reclaims/excel?ar%3D2026"
    assert kim.send("/bekrafta", proof="fel lösenord", next="/register").status_code == 422
    done = kim.send("/bekrafta", proof="korrekt häst batteri", next="/register/reclaims/excel?ar=2026")
    assert done.headers["Location"] == "/bekrafta?next=/register/reclaims/excel?ar%3D2026"
    fetching = kim.get(done.headers["Location"])
    assert fetching.headers["Refresh"] == "0; url=/register/reclaims/excel?ar=2026"
    assert 'href="/register/reclaims"' in fetching.text  # the way back
    assert kim.get("/register/reclaims/excel").status_code == 200
    assert kim.send("/bekrafta", proof="korrekt häst batteri", next="//evil.example").headers["Location"] == "/"


@pytest.mark.guards("a screen that was left open")
def test_what_was_typed_is_there_after_the_proof(board: BoardAtWork, app: Flask, hands: Clock) -> None:
    drott = Somebody(board, app, Role.DECISION_MAKER)
    hands.go_on(minutes=16)
    asked = drott.send("/utbetalningar/1/hav", reason="Kontot är rätt nu", version="1")
    assert asked.headers["Location"] == "/bekrafta"
    done = drott.send("/bekrafta", proof="korrekt häst batteri")
    assert done.headers["Location"] == "/fortsatt"
    page = drott.get("/fortsatt").text
    assert "Kontot är rätt nu" in page
    assert 'action="/utbetalningar/1/hav"' in page


def test_an_administrator_sees_who_lacks_it_and_helps_who_has_lost_it(
    board: BoardAtWork, app: Flask, hands: Clock
) -> None:
    kim, ada = Somebody(board, app, Role.CASEWORKER), Somebody(board, app, Role.ADMINISTRATOR)
    connect(kim, hands.at)
    ada.send("/ordning/tva-steg", role="registrar")
    page = ada.get("/personer").text
    assert "loggar in i två steg" in page
    assert "ska koppla en app för att komma vidare" in page
    key = board.staff[Role.CASEWORKER].id
    assert ada.send(f"/personer/{key}/tva-steg/av").status_code == 303
    assert kim.get("/i-dag").headers["Location"].startswith("/logga-in")
    assert sign_in(kim, Role.CASEWORKER).headers["Location"] == "/"
    assert ada.send(f"/personer/{key}/tva-steg/av").status_code == 409
    heavy = board.staff[Role.FINANCE].id
    fia = Somebody(board, app, Role.FINANCE)
    connect(fia, hands.at)
    told = ada.send(f"/personer/{heavy}/tva-steg/av")
    assert told.status_code == 422
    assert "vetting user factor-end" in told.text


def test_a_board_made_from_the_machine_demands_it_of_roles_that_weigh(board: BoardAtWork) -> None:
    def look(session: Any) -> list[str]:
        new = boards.NewBoard(code="ny", name="Ny", way="small", rules={})
        return list(boards.add_board(acting(session, None, NOW), new).factor_roles)

    found = run_in_transaction(board.database, look)
    assert found == ["decision_maker", "finance", "rules_owner", "registrar", "administrator"]


@pytest.mark.both_engines
def test_what_no_person_types_is_refused_in_words(board: BoardAtWork, app: Flask) -> None:
    kim = Somebody(board, app, Role.CASEWORKER)
    carried = CARRIED.search(kim.get("/losenord/tva-steg").text)
    assert carried
    for odd in ("é", "١٢٣٤٥٦", "a\x00b", "1" * 5000):
        assert kim.send("/losenord/tva-steg", code=odd, carried=unescape(carried[1])).status_code == 422
    kim.send("/logga-ut")
    odd_name = {
        "csrf_token": kim.token(),
        "login": "caseworker.norr\x00",
        "password": "korrekt häst batteri",
    }
    assert kim.client.post("/logga-in", data=odd_name).status_code == 422


def test_a_sensitive_workbook_that_was_made_is_fetched_after_a_proof(
    board: BoardAtWork, app: Flask, hands: Clock
) -> None:
    def made(name: RegisterName) -> str:
        job = board.do(workbook_jobs.ask_for, name, RegisterSelection(on=TODAY), role=Role.AUDITOR, at=hands.at)
        work_off(Worker(board.database, rules(), lambda: hands.at))
        return f"/register/excel/{job.id}/fil"

    ira = Somebody(board, app, Role.AUDITOR)
    reclaims, approvals = made(RegisterName.RECLAIMS), made(RegisterName.APPROVALS)
    assert ira.get(reclaims).status_code == 200
    hands.go_on(minutes=16)
    assert ira.get(approvals).status_code == 200
    assert ira.get(reclaims).headers["Location"] == f"/bekrafta?next={reclaims}"
    ira.send("/bekrafta", proof="korrekt häst batteri", next=reclaims)
    assert ira.get(reclaims).status_code == 200


def test_strangers_codes_shut_no_known_browser_out(board: BoardAtWork, app: Flask, hands: Clock) -> None:
    """The attack: whoever has the password tries codes until the owner is told to wait."""
    kim = Somebody(board, app, Role.CASEWORKER)
    app_of, codes = connect(kim, hands.at)
    hands.go_on(minutes=1)
    kim.send("/logga-ut")
    sign_in(kim, Role.CASEWORKER)
    assert kim.send("/logga-in/kod", code=app_of.at(hands.at), next="").status_code == 303  # known from now on
    kim.send("/logga-ut")
    stranger = Somebody(board, app, Role.AUDITOR)
    stranger.client = app.test_client()
    sign_in(stranger, Role.CASEWORKER)
    tries = [stranger.send("/logga-in/kod", code="000000", next="").status_code for _ in range(12)]
    assert 429 in tries
    sign_in(kim, Role.CASEWORKER)
    assert kim.send("/logga-in/kod", code=codes[0], next="").status_code == 303


@pytest.mark.guards("one person who gives herself power")
@pytest.mark.parametrize("ways", [("tva-steg/av", "lank"), ("lank", "tva-steg/av")])
def test_nobody_opens_both_ways_into_an_account(
    board: BoardAtWork, app: Flask, hands: Clock, ways: tuple[str, str]
) -> None:
    """The attack: the second step is taken away, and then a link is made to the same account."""
    connect(Somebody(board, app, Role.CASEWORKER), hands.at)
    ada = Somebody(board, app, Role.ADMINISTRATOR)
    key = board.staff[Role.CASEWORKER].id
    first, second = (f"/personer/{key}/{way}" for way in ways)
    if ways[0] == "lank":  # it is mailed: nobody sees it
        board.do(invite_user, key, mailed=True, role=Role.ADMINISTRATOR, at=hands.at)
    else:
        assert ada.send(first).status_code == 303
    refused = ada.send(second)
    assert refused.status_code == 422
    assert "lämnar inte också ut en länk till samma konto" in refused.text
    other = board.somebody(Role.ADMINISTRATOR, "annan")
    with open_reading(board.database) as s:
        user = s.get_one(User, key)
        opens = INVITATION_MADE if ways[1] == "tva-steg/av" else FACTOR_REMOVED
        check_may_open(acting(s, other, hands.at), user, command="", other=opens)  # a colleague of hers may
        check_may_open(
            acting(s, board.staff[Role.ADMINISTRATOR], hands.at + timedelta(days=8)), user, command="", other=opens
        )
