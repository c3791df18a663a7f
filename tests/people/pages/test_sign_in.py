"""Signing in: a new token each time, ends that are ends, brakes, and nothing told to whoever guesses."""

from __future__ import annotations

import threading
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.acting import acting
from tests.browsers import token_of
from tests.factories import NOW, a_board
from tests.page_fixtures import TOKEN, app, send
from vetting import clock
from vetting.app.application import create_app
from vetting.config import Config
from vetting.kernel.organisation_numbers import MASK
from vetting.kernel.problem import Obstacle, Refused, TooEarlyError
from vetting.kernel.roles import Role
from vetting.kernel.store.acting import Acting, Purpose
from vetting.kernel.store.session import open_reading, open_technical, run_in_transaction
from vetting.people.domain import sign_in as signing_in
from vetting.people.models.people import SignIn, UnsentFormText, User
from vetting.people.services import sign_in as people

if TYPE_CHECKING:
    from datetime import datetime

    from flask.testing import FlaskClient

    from vetting.kernel.roles import Person
    from vetting.kernel.store.engine import Database

__all__ = ["app"]

PASSWORD = "korrekt häst batteri"


def an_account(database: Database, login: str = "kim", *boards: str) -> None:
    for code in boards or ("norr",):
        a_board(database, code)
        new = people.NewUser(login=login, name="Kim Ek", password=PASSWORD, board=code, roles=(Role.CASEWORKER,))
        run_in_transaction(database, partial(people.add_user, new=new), Acting(Purpose.INSTALLATION, NOW))


@pytest.fixture
def client(file_database: Database) -> FlaskClient:
    an_account(file_database)
    return create_app(Config(), file_database).test_client()


def sign_in(client: FlaskClient, login: str = "kim", password: str = PASSWORD, **more: str) -> Any:
    return send(client, "/logga-in", login=login, password=password, **more)


def cookie(client: FlaskClient) -> str:
    found = client.get_cookie("vetting-login")
    return found.value if found else ""


@pytest.mark.guards("11.2.1")
def test_a_right_password_lets_in_and_the_token_is_kept_as_its_digest_only(
    client: FlaskClient, file_database: Database
) -> None:
    answer = sign_in(client)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    header = next(value for value in answer.headers.getlist("Set-Cookie") if "vetting-login" in value)
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header
    with open_reading(file_database) as session:
        kept = session.scalars(select(SignIn)).one()
        user = session.scalars(select(User)).one()
    assert cookie(client) not in kept.token
    assert user.password_hash.startswith("$argon2id$")
    assert PASSWORD not in user.password_hash
    assert "Kim Ek" in client.get("/tillganglighet").text


@pytest.mark.guards("7.2.1")
def test_each_sign_in_gets_a_new_token_whatever_the_browser_brought(client: FlaskClient) -> None:
    client.set_cookie("vetting-login", "planted")
    sign_in(client)
    first = cookie(client)
    send(client, "/logga-ut")
    sign_in(client)
    assert len({first, cookie(client), "planted"}) == 3


def known(database: Database, token: str, *, at: datetime) -> Person | None:
    with open_reading(database) as session:
        visit = people.session_of_token(acting(session, at=at), token)
        return visit[0] if visit else None


@pytest.mark.guards("14.3.1")
def test_signing_out_ends_the_session_on_the_server(client: FlaskClient, file_database: Database) -> None:
    sign_in(client)
    old = cookie(client)
    answer = send(client, "/logga-ut")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert known(file_database, old, at=NOW) is None


@pytest.mark.parametrize(("idle", "alive"), [(timedelta(minutes=59), True), (timedelta(minutes=61), False)])
def test_an_idle_session_ends_after_an_hour(file_database: Database, idle: timedelta, *, alive: bool) -> None:
    an_account(file_database)
    began = people.sign_in(file_database, "kim", PASSWORD, address="", at=NOW)
    assert (known(file_database, began.token, at=NOW + idle) is not None) is alive


@pytest.mark.guards("7.3.1")
def test_a_session_in_use_ends_after_half_a_day(file_database: Database) -> None:
    an_account(file_database)
    began = people.sign_in(file_database, "kim", PASSWORD, address="", at=NOW)
    steps = [timedelta(minutes=30 * step) for step in range(1, 26)]
    lived = [known(file_database, began.token, at=NOW + step) is not None for step in steps]
    assert lived == [True] * 24 + [False]


def test_a_closed_account_is_out_at_once(file_database: Database) -> None:
    an_account(file_database)
    began = people.sign_in(file_database, "kim", PASSWORD, address="", at=NOW)
    run_in_transaction(file_database, lambda session: people.deactivate_user(acting(session, None, NOW), "KIM"))
    assert known(file_database, began.token, at=NOW) is None
    with pytest.raises(Refused):
        people.sign_in(file_database, "kim", PASSWORD, address="", at=NOW)


@pytest.mark.guards("6.3.8")
@pytest.mark.parametrize(
    ("login", "password"), [("kim", "fel lösenord här"), ("ingen", PASSWORD), ("", ""), ("kim\x00", PASSWORD)]
)
def test_what_is_wrong_is_not_told(client: FlaskClient, login: str, password: str) -> None:
    answer = sign_in(client, login, password)
    assert answer.status_code == 422
    if login and "\x00" not in login:
        assert "Användarnamn och lösenord stämmer inte." in answer.text
    assert password not in answer.text or not password


@pytest.mark.guards("6.1.1")
def test_the_brakes_hold_for_an_account_from_any_address_and_let_go_after_a_while(database: Database) -> None:
    an_account(database)
    for attempt in range(signing_in.MOST_FAILURES):
        with pytest.raises(Refused) as refused:
            people.sign_in(database, "kim", "fel", address=f"192.0.2.{attempt}", at=NOW)
        assert refused.value.obstacle is Obstacle.INVALID
    with pytest.raises(Refused) as refused:
        people.sign_in(database, "Kim ", PASSWORD, address="192.0.2.99", at=NOW)
    assert refused.value.obstacle is Obstacle.WAIT
    assert people.sign_in(database, "kim", PASSWORD, address="", at=NOW + signing_in.FIRST_WAIT).token


@pytest.mark.guards("guessing passwords", "2.4.1")
def test_each_failure_doubles_the_wait_and_none_closes_for_good(database: Database) -> None:
    an_account(database)
    at, waits = NOW, list[int]()
    for _ in range(20):
        with pytest.raises(Refused) as refused:
            people.sign_in(database, "kim", "fel", address="192.0.2.1", at=at)
        if isinstance(refused.value, TooEarlyError):
            waits.append(refused.value.retry_after)
            at += timedelta(seconds=refused.value.retry_after)
    assert waits[:6] == [15, 30, 60, 120, 240, 480]
    assert set(waits[6:]) == {900}
    assert people.sign_in(database, "kim", PASSWORD, address="192.0.2.1", at=at + signing_in.LONGEST_WAIT).token


@pytest.mark.guards("shutting somebody out by guessing")
def test_a_browser_that_has_been_here_is_not_shut_out_by_strangers(file_database: Database) -> None:
    an_account(file_database)
    app = create_app(Config(), file_database)
    own, new = app.test_client(), app.test_client()
    assert sign_in(own).status_code == 303
    send(own, "/logga-ut")
    for _ in range(signing_in.MOST_FAILURES):
        sign_in(app.test_client(), password="fel")
    assert sign_in(new).status_code == 429
    assert sign_in(own).status_code == 303
    send(own, "/logga-ut")
    for _ in range(signing_in.MOST_FAILURES):  # its own tries count, and only for it
        assert sign_in(own, password="fel").status_code == 422
    shut = sign_in(own)
    assert (shut.status_code, shut.headers["Retry-After"]) == (429, "15")


def test_a_browser_is_known_for_its_own_accounts_and_a_cookie_that_is_not_ours_for_none(
    file_database: Database,
) -> None:
    an_account(file_database)
    app = create_app(Config(), file_database)
    own = app.test_client()
    sign_in(own)
    kept = own.get_cookie("vetting-device")
    assert kept
    assert kept.http_only
    assert "kim" not in kept.value
    for _ in range(signing_in.MOST_FAILURES):
        sign_in(app.test_client(), login="ingen", password="fel")
    assert sign_in(own, login="ingen").status_code == 429  # another account
    for _ in range(signing_in.MOST_FAILURES):
        sign_in(app.test_client(), password="fel")
    forged = app.test_client()
    forged.set_cookie("vetting-device", kept.value[:-3] + "abc")
    assert sign_in(forged).status_code == 429


@pytest.mark.guards("stolen or old sessions")
def test_a_new_sign_in_ends_the_browsers_old_session(file_database: Database) -> None:
    an_account(file_database)
    client = create_app(Config(), file_database).test_client()
    sign_in(client)
    first = cookie(client)
    sign_in(client)
    assert cookie(client) != first
    assert known(file_database, first, at=clock.now()) is None
    assert known(file_database, cookie(client), at=clock.now()) is not None


@pytest.mark.guards("guessing passwords", "15.3.4")
def test_behind_a_proxy_each_visitor_has_an_address_of_ones_own(file_database: Database) -> None:
    an_account(file_database)
    app = create_app(Config(proxies=1), file_database)

    def tried(address: str, login: str) -> int:
        client = app.test_client()
        client.environ_base["HTTP_X_FORWARDED_FOR"] = f"203.0.113.{len(login)}, {address}"  # what a visitor says, ours
        return int(sign_in(client, login=login, password="fel").status_code)

    met = [tried("192.0.2.1", f"person {n}") for n in range(signing_in.MOST_FAILURES_OF_AN_ADDRESS + 1)]
    assert met[-1] == 429
    assert set(met[:-1]) == {422}
    assert tried("192.0.2.2", "någon annan") == 422


def test_the_brakes_hold_for_an_address_that_tries_many_accounts(database: Database) -> None:
    an_account(database)
    outcomes = []
    for attempt in range(signing_in.MOST_FAILURES_OF_AN_ADDRESS + 1):
        with pytest.raises(Refused) as refused:
            people.sign_in(database, f"person{attempt}", "fel", address="192.0.2.1", at=NOW)
        outcomes.append(refused.value.obstacle)
    assert outcomes[-1] is Obstacle.WAIT
    assert outcomes.count(Obstacle.WAIT) == 1


def test_tries_at_once_do_not_slip_past_the_brakes(database: Database) -> None:
    an_account(database)
    met: list[Obstacle] = []

    def one(number: int) -> None:
        try:
            people.sign_in(database, "kim", "fel", address=str(number), at=NOW)
        except Refused as refused:
            met.append(refused.obstacle)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert met.count(Obstacle.INVALID) <= signing_in.MOST_FAILURES
    assert len(met) == 12


def test_success_lifts_the_count(file_database: Database) -> None:
    an_account(file_database)
    for _ in range(12):
        people.sign_in(file_database, "kim", PASSWORD, address="192.0.2.1", at=NOW)


def test_too_many_tries_answer_with_a_page_that_says_when(client: FlaskClient) -> None:
    for _ in range(signing_in.MOST_FAILURES):
        sign_in(client, password="fel")
    answer = sign_in(client)
    assert answer.status_code == 429
    assert "Vänta 15 sekunder" in answer.text
    assert answer.headers["Retry-After"] == "15"


@pytest.mark.parametrize("path", ["//ond.example", "https://ond.example", "/\\ond.example", "javascript:x"])
def test_the_way_on_after_signing_in_stays_here(client: FlaskClient, path: str) -> None:
    assert sign_in(client, next=path).headers["Location"] == "/"


WEAK = [
    "kort",
    "a" * 30,
    "kim " * 4,
    "password1234",
    "Sommar2026!!",
    "x" * 300,
    "passwordpassword",
    "qwertyuiop12",
    "abcdefghijkl",
    "trustno1trustno1",
]


@pytest.mark.parametrize("password", WEAK)
def test_a_weak_password_is_refused(file_database: Database, password: str) -> None:
    a_board(file_database)
    new = people.NewUser(login="kim@example.se", name="K", password=password, board="norr", roles=(Role.CASEWORKER,))
    with pytest.raises(Refused):
        run_in_transaction(file_database, lambda session: people.add_user(acting(session, None, NOW), new))


@given(st.text(min_size=20, max_size=100))
def test_a_long_password_may_hold_any_signs(text: str) -> None:
    wrong = signing_in.wrong_with_password(text, "kim.ek")
    assert wrong is None or len(set(text.casefold())) < 5 or "kim.ek" in text.casefold()


def test_another_board_is_worked_in_after_a_choice_and_only_ones_own(file_database: Database) -> None:
    an_account(file_database, "kim", "norr", "syd")
    a_board(file_database, "öst")
    client = create_app(Config(), file_database).test_client()
    sign_in(client)
    first = cookie(client)
    assert send(client, "/namnd", board="3").status_code == 404
    assert send(client, "/namnd", board="x").status_code == 400
    assert send(client, "/namnd", board="2").status_code == 303
    assert known(file_database, first, at=NOW) is None
    found = known(file_database, cookie(client), at=NOW)
    assert found is not None
    assert found.board == "Exempelnämnden syd"


def test_what_was_typed_when_the_session_ended_is_there_after_signing_in_once_and_for_its_owner_only(
    client: FlaskClient, file_database: Database
) -> None:
    sign_in(client)
    with open_technical(file_database) as session:
        session.scalars(select(SignIn)).one().ended_at = NOW
    text = "En lång motivering som ingen vill skriva två gånger, med å ä ö och <b>tecken</b>."
    answer = send(client, "/namnd", reasons=text)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/logga-in")
    with open_reading(file_database) as session:
        assert session.scalars(select(UnsentFormText)).one().path == "/namnd"
    answer = sign_in(client)
    assert answer.headers["Location"] == "/fortsatt"
    page = client.get("/fortsatt").text
    assert "En lång motivering" in page
    assert "&lt;b&gt;tecken" in page
    assert 'action="/namnd"' in page
    assert client.get("/fortsatt").status_code == 303


def test_what_was_typed_before_signing_out_in_another_tab_is_given_back(
    client: FlaskClient, file_database: Database
) -> None:
    sign_in(client)
    of_the_page = {"csrf_token": token_of(client), "reasons": "Skrivet i den andra fliken."}
    assert send(client, "/logga-ut").status_code == 303
    answer = client.post("/namnd", data=of_the_page)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/logga-in")
    assert sign_in(client).headers["Location"] == "/fortsatt"
    assert "Skrivet i den andra fliken." in client.get("/fortsatt").text
    send(client, "/logga-ut")
    for token in ("", "x", token_of(client)):  # a form that is not of the session that was left
        client.post("/namnd", data={"csrf_token": token, "reasons": "planted"})
    assert _kept(file_database) == []


@pytest.mark.guards("forged requests")
def test_what_is_kept_has_no_personal_number_and_is_limited_in_size_and_number(
    client: FlaskClient, file_database: Database
) -> None:
    sign_in(client)
    _end_all(file_database)
    send(client, "/namnd", reasons="Kim 811218-9876 ringde", note="0811218-9876")
    assert _kept(file_database) == [{"reasons": [f"Kim {MASK} ringde"], "note": [MASK]}]
    send(client, "/namnd", reasons="x" * 100_001)
    for number in range(5):
        send(client, "/namnd", reasons=str(number))
    assert [fields["reasons"] for fields in _kept(file_database)] == [["2"], ["3"], ["4"]]


@pytest.mark.guards("forged requests")
def test_a_form_that_is_not_ours_is_not_kept(client: FlaskClient, file_database: Database) -> None:
    """It would come back with a token that is right, one click from being sent."""
    sign_in(client)
    _end_all(file_database)
    for fields in ({}, {"csrf_token": "x"}):
        assert client.post("/namnd", data={"reasons": "planted", **fields}).status_code == 303
    assert _kept(file_database) == []


def test_a_session_of_long_ago_keeps_nothing_and_what_is_kept_is_so_for_a_day(
    client: FlaskClient, file_database: Database
) -> None:
    sign_in(client)
    _end_all(file_database)
    send(client, "/namnd", reasons="i går")
    with open_technical(file_database) as session:
        kept = session.scalars(select(UnsentFormText)).one()
        kept.at -= timedelta(days=2)
    sign_in(client)
    assert client.get("/fortsatt").status_code == 303
    assert _kept(file_database) == []
    _end_all(file_database)
    with open_technical(file_database) as session:
        for row in session.scalars(select(SignIn)):
            row.seen_at -= timedelta(days=2)
    send(client, "/namnd", reasons="för länge sedan")
    assert _kept(file_database) == []


def _end_all(database: Database) -> None:
    with open_technical(database) as session:
        for row in session.scalars(select(SignIn)):
            row.ended_at = row.ended_at or row.seen_at


def _kept(database: Database) -> list[dict[str, list[str]]]:
    with open_reading(database) as session:
        return [row.fields for row in session.scalars(select(UnsentFormText).order_by(UnsentFormText.id))]


def test_without_a_session_a_post_keeps_nothing(client: FlaskClient, file_database: Database) -> None:
    assert send(client, "/namnd", reasons="x" * 100).status_code == 303
    with open_reading(file_database) as session:
        assert session.scalars(select(UnsentFormText)).all() == []


def test_a_page_for_those_signed_in_leads_to_the_form_and_back(client: FlaskClient) -> None:
    answer = client.get("/fortsatt?a=1")
    assert answer.headers["Location"].startswith("/logga-in?next=/fortsatt")
    assert TOKEN.search(client.get("/tillganglighet").text)
