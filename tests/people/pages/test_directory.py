"""Signing in by a directory: roles of groups, accounts by subject, and a provider that lies is believed in nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
import requests
from joserfc.jwk import RSAKey
from sqlalchemy import select

from tests.identity.false_provider import SECRET, FalseProvider
from tests.page_fixtures import Somebody, board, one_line, send
from vetting import clock
from vetting.app.application import create_app
from vetting.config import Config
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading, open_technical
from vetting.kernel.store.trail import TrailContent, TrailEntry, TrailPart
from vetting.kernel.store.trail_verification import verify_trail
from vetting.people.domain.role_expiry import RoleEnd
from vetting.people.models.people import Identity, RoleAssignment, RolePeriod, RoleRequest, SignIn, User
from vetting.people.models.second_factors import SecondFactor
from vetting.people.pages.identity_provider import EXTENSION, IdentityProvider
from vetting.people.services import roles, second_factor, sign_in
from vetting.people.services.roles import Colleague

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.board import BoardAtWork

__all__ = ["board"]
Claims = dict[str, Any]
FILE = """\
groups:
  - group: handlaggare
    board: norr
    roles: [caseworker]
  - group: registrator
    board: norr
    roles: [registrar]
  - group: beslutsfattare
    board: norr
    roles: [decision_maker]
"""


@pytest.fixture
def provider() -> Iterator[FalseProvider]:
    found = FalseProvider()
    found.claims["groups"] = ["handlaggare"]
    server = found.serve()
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture
def app(board: BoardAtWork, provider: FalseProvider, tmp_path: Path) -> Flask:
    path = tmp_path / "grupper.yaml"
    path.write_text(FILE, encoding="utf-8")
    config = Config(
        oidc_issuer=provider.issuer, oidc_client="vetting", oidc_secret=SECRET, oidc_roles=path, oidc_acr=("2",)
    )
    return create_app(config, board.database)


def go(client: FlaskClient, path: str = "/logga-in/katalog") -> Any:
    """To the provider and back; what the program answers then."""
    there = client.get(path)
    if there.status_code != 302:
        return there
    back = requests.get(there.headers["Location"], allow_redirects=False, timeout=300).headers["Location"]
    parts = urlsplit(back)
    return client.get(f"{parts.path}?{parts.query}")


def roles_of(board: BoardAtWork, login: str = "kim") -> set[str]:
    with open_reading(board.database) as s:
        held = select(RoleAssignment.role).join(User, User.id == RoleAssignment.user_id).where(User.login == login)
        return {role.value for role in s.scalars(held)}


def test_a_group_gives_its_role_and_the_account_is_known_by_subject(
    board: BoardAtWork, app: Flask, provider: FalseProvider
) -> None:
    client = app.test_client()
    assert go(client, "/logga-in/katalog?next=/register").headers["Location"] == "/register"
    assert client.get("/register").status_code == 200
    assert "Kim Ek" in client.get("/tillganglighet").text
    asked = provider.asked[0]
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["nonce"]) >= 20
    assert asked["state"]
    provider.claims |= {"name": "Kim Ny", "preferred_username": "annan"}
    assert go(app.test_client()).headers["Location"] == "/"
    with open_reading(board.database) as s:
        assert [row.subject for row in s.scalars(select(Identity))] == ["s-1"]
        assert "annan" not in s.scalars(select(User.login)).all()
        assert not verify_trail(s).problems


def test_the_token_stays_on_the_server_and_no_address_is_in_the_trail(
    board: BoardAtWork, app: Flask, provider: FalseProvider
) -> None:
    provider.claims["preferred_username"] = "kim.ek@exempelstad.example"
    client = app.test_client()
    go(client)
    cookies = [client.get_cookie(name) for name in ("vetting", "vetting-login", "vetting-device")]
    with open_technical(board.database) as s:
        token = s.scalars(select(SignIn.id_token).where(SignIn.id_token != "")).one()
    assert token.count(".") == 2
    assert not any(cookie and token in cookie.value for cookie in cookies)
    with open_reading(board.database) as s:
        bodies = [*s.scalars(select(TrailContent.body)), *s.scalars(select(TrailPart.body))]
    assert not any(word in (body or "") for body in bodies for word in ("exempelstad.example", token))


def twisted(**more: Any) -> Callable[[Claims], Claims]:
    return lambda claims: {name: value for name, value in (claims | more).items() if value is not None}


@pytest.mark.guards("a directory that lies, or somebody who lies in its name", "10.5.1")
@pytest.mark.parametrize(
    ("twist", "words"),
    [
        (twisted(nonce="another"), "gick inte att lita på"),
        (twisted(nonce=None), "gick inte att lita på"),
        (twisted(iss="https://evil.example"), "gick inte att lita på"),
        (twisted(aud="another"), "gick inte att lita på"),
        (twisted(aud=["another", "third"], azp="vetting"), "gick inte att lita på"),
        (twisted(aud=None), "gick inte att lita på"),
        (twisted(sub=None), "gick inte att lita på"),
        (twisted(exp=1_700_000_000), "gällde inte längre"),
        (twisted(exp=None), "gick inte att lita på"),
        (lambda claims: claims | {"iat": claims["iat"] + 300, "nbf": claims["iat"] + 300}, "gällde inte längre"),
        (twisted(groups=None), "sade inte vilka grupper"),
        (twisted(groups=None, _claim_names={"groups": "src1"}), "fler grupper än"),
        (twisted(groups=["döpt-om"]), "Ingen av dina grupper"),
        (twisted(groups=[]), "Ingen av dina grupper"),
    ],
)
def test_what_is_not_so_lets_nobody_in(
    board: BoardAtWork, app: Flask, provider: FalseProvider, twist: Callable[[Claims], Claims], words: str
) -> None:
    provider.twist = twist
    client = app.test_client()
    answer = go(client)
    assert answer.status_code == 422
    assert words in one_line(answer.text)
    assert client.get("/i-dag").headers["Location"].startswith("/logga-in")
    with open_reading(board.database) as s:
        assert s.scalars(select(Identity)).all() == []


def test_a_code_that_looks_like_a_personal_number_is_a_code(app: Flask, provider: FalseProvider) -> None:
    provider.draw = lambda: "abc198001011238def"
    assert go(app.test_client()).headers["Location"] == "/"


def test_a_clock_a_minute_off_is_no_hindrance(app: Flask, provider: FalseProvider) -> None:
    provider.twist = lambda claims: claims | {"iat": claims["iat"] + 60, "exp": claims["exp"] + 60}
    assert go(app.test_client()).status_code == 303


@pytest.mark.guards("a directory that lies, or somebody who lies in its name")
def test_a_key_that_was_changed_is_fetched_and_one_that_is_not_theirs_is_not_believed(
    app: Flask, provider: FalseProvider
) -> None:
    assert go(app.test_client()).status_code == 303
    provider.signed_by = RSAKey.generate_key(2048, {"kid": "2", "use": "sig"})
    assert go(app.test_client()).status_code == 303
    known = provider.signed_by
    provider.published, provider.signed_by = [known], RSAKey.generate_key(2048, {"kid": "2", "use": "sig"})
    assert go(app.test_client()).status_code == 422
    provider.signed_by = known
    assert go(app.test_client()).status_code == 303


def test_a_provider_that_hangs_is_asked_once_and_holds_up_no_page(app: Flask, provider: FalseProvider) -> None:
    """Ten people at once: each is told at once, or after seconds, that it does not answer."""
    provider.hangs.set()
    with ThreadPoolExecutor(10) as people:
        asked = [people.submit(app.test_client().get, "/logga-in/katalog") for _ in range(10)]
        answers = [one.result() for one in asked]
    assert {answer.status_code for answer in answers} == {503}
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in answers)
    assert app.test_client().get("/logga-in").status_code == 200
    assert provider.met == 1
    provider.hangs.clear()


def test_a_provider_that_does_not_answer_is_left_alone_for_a_while(app: Flask, provider: FalseProvider) -> None:
    provider.down = True
    for _ in range(3):
        assert app.test_client().get("/logga-in/katalog").status_code == 503
    assert provider.met == 1


def test_a_provider_that_is_down_or_another_is_told_and_found_again(app: Flask, provider: FalseProvider) -> None:
    app.extensions[EXTENSION].breaker.failed_for = 0
    provider.down = True
    answer = app.test_client().get("/logga-in/katalog")
    assert answer.status_code == 503
    assert "svarar inte" in answer.text
    provider.down, provider.issuer_told = False, "https://evil.example"
    assert app.test_client().get("/logga-in/katalog").status_code == 422
    provider.issuer_told = ""
    assert go(app.test_client()).status_code == 303


@pytest.mark.guards("a directory that lies, or somebody who lies in its name", "10.1.1")
def test_an_answer_that_nobody_asked_for_or_that_another_browser_asked_for_is_none(app: Flask) -> None:
    mallory, victim = app.test_client(), app.test_client()
    back = requests.get(
        mallory.get("/logga-in/katalog").headers["Location"], allow_redirects=False, timeout=300
    ).headers["Location"]
    parts = urlsplit(back)
    for path in (f"{parts.path}?{parts.query}", f"{parts.path}?code=x&state=y", parts.path, f"{parts.path}?error=no"):
        assert victim.get(path).status_code == 422
    assert victim.get("/i-dag").headers["Location"].startswith("/logga-in")
    assert mallory.get(f"{parts.path}?{parts.query}").status_code == 303
    assert mallory.get(f"{parts.path}?{parts.query}").status_code == 422  # used


def test_a_group_lost_takes_the_role_and_what_rested_on_it_and_a_role_given_here_stays(
    board: BoardAtWork, app: Flask, provider: FalseProvider
) -> None:
    provider.claims["groups"] = ["handlaggare", "registrator"]
    assert go(app.test_client()).status_code == 303
    assert roles_of(board) == {"caseworker", "registrar"}
    new = Colleague(login="kim", name="Kim Ek", board="norr", roles=(Role.AUDITOR,))
    board.do(roles.give_roles, new, role=Role.ADMINISTRATOR)
    with open_reading(board.database) as s:
        [ask] = roles.waiting_role_requests(s, board.board_id)
    board.do(roles.answer_role_request, ask.id, yes=True, role=Role.MANAGER)
    provider.claims["groups"] = ["registrator", "omdöpt"]
    assert go(app.test_client()).status_code == 303
    assert roles_of(board) == {"registrar", "auditor"}
    with open_reading(board.database) as s:
        ended = s.scalars(select(RolePeriod).where(RolePeriod.why == RoleEnd.GROUP)).all()
        assert [period.role for period in ended] == [Role.CASEWORKER]
        assert "role_over" in s.scalars(select(TrailEntry.action)).all()
        assert not verify_trail(s).problems


def test_a_role_that_weighs_waits_for_its_yes_and_a_no_is_not_asked_about_again(
    board: BoardAtWork, app: Flask, provider: FalseProvider
) -> None:
    provider.claims["groups"] = ["handlaggare", "beslutsfattare"]
    go(app.test_client())
    go(app.test_client())
    assert roles_of(board) == {"caseworker"}
    with open_reading(board.database) as s:
        (ask,) = s.scalars(select(RoleRequest)).all()
    ada = Somebody(board, app, Role.ADMINISTRATOR)
    answer = ada.send(f"/personer/onskemal/{ask.id}", answer="yes")
    assert answer.status_code == 303  # no link for a password: the directory signs this account in
    assert roles_of(board) == {"caseworker", "decision_maker"}
    provider.claims["groups"] = ["handlaggare"]
    go(app.test_client())
    assert roles_of(board) == {"caseworker"}
    provider.claims["groups"] = ["handlaggare", "beslutsfattare"]
    go(app.test_client())
    with open_reading(board.database) as s:
        again = s.scalars(select(RoleRequest).order_by(RoleRequest.id.desc())).first()
    assert again is not None
    ada.send(f"/personer/onskemal/{again.id}", answer="no")
    go(app.test_client())
    with open_reading(board.database) as s:
        assert roles.waiting_role_requests(s, board.board_id) == []


@pytest.mark.guards("a directory that lies, or somebody who lies in its name", "6.8.1")
def test_a_name_or_an_address_that_somebody_has_opens_nothing_of_theirs(
    board: BoardAtWork, app: Flask, provider: FalseProvider
) -> None:
    login = f"finance.{board.code}"
    provider.claims |= {"preferred_username": login, "email": login, "name": board.staff[Role.FINANCE].name}
    go(app.test_client())
    with open_reading(board.database) as s:
        made = s.scalars(select(User).join(Identity, Identity.user_id == User.id)).one()
    assert made.id != board.staff[Role.FINANCE].id
    assert made.login == f"{login}-2"
    assert roles_of(board, made.login) == {"caseworker"}


def test_a_closed_account_stays_closed(board: BoardAtWork, app: Flask) -> None:
    go(app.test_client())
    with open_reading(board.database) as s:
        login = s.scalars(select(User.login).join(Identity, Identity.user_id == User.id)).one()
    board.do(sign_in.deactivate_user, login)
    answer = go(app.test_client())
    assert answer.status_code == 422
    assert "Kontot är stängt." in answer.text


@pytest.mark.guards("6.3.4")
def test_the_directorys_second_factor_counts_and_nobody_is_asked_twice(
    board: BoardAtWork, app: Flask, provider: FalseProvider
) -> None:
    ada = Somebody(board, app, Role.ADMINISTRATOR)
    ada.send("/ordning/tva-steg", role="caseworker")
    client = app.test_client()
    go(client)
    assert client.get("/i-dag").headers["Location"] == "/losenord/tva-steg"
    for more in ({"amr": ["pwd", "otp"]}, {"amr": None, "acr": "2"}):
        provider.twist = twisted(**more)
        client = app.test_client()
        assert go(client).headers["Location"] == "/"
        assert client.get("/i-dag").status_code == 200


def test_ones_own_account_is_connected_by_oneself_and_keeps_its_roles(
    board: BoardAtWork, app: Flask, provider: FalseProvider
) -> None:
    provider.claims["groups"] = ["registrator"]
    fia = Somebody(board, app, Role.FINANCE)
    assert go(fia.client, "/losenord/katalog").headers["Location"] == "/losenord"
    assert "kopplat till kommunens inloggning" in fia.get("/losenord").text
    client = app.test_client()
    go(client)
    assert roles_of(board, f"finance.{board.code}") == {"finance", "registrar"}
    again = Somebody(board, app, Role.CASEWORKER)
    assert go(again.client, "/losenord/katalog").status_code == 422  # the subject has an account


def test_a_proof_asked_for_anew_is_given_there_by_the_same_person(app: Flask, provider: FalseProvider) -> None:
    client = app.test_client()
    go(client)
    assert "Bekräfta med kommunens konto" in client.get("/bekrafta?next=/register").text
    assert go(client, "/bekrafta/katalog?next=/register").headers["Location"] == "/register"
    assert provider.asked[-1]["prompt"] == "login"
    provider.twist = lambda claims: claims | {"auth_time": claims["iat"] - 3600}
    assert go(client, "/bekrafta/katalog").status_code == 422
    provider.twist = twisted(auth_time=None)
    assert go(client, "/bekrafta/katalog").status_code == 422
    provider.twist = twisted(sub="s-2")
    assert go(client, "/bekrafta/katalog").status_code == 422


def test_signing_out_goes_on_to_the_directory_and_only_for_who_came_from_there(
    board: BoardAtWork, app: Flask, provider: FalseProvider
) -> None:
    client = app.test_client()
    go(client)
    page = client.get("/tillganglighet")
    assert f"form-action 'self' {provider.issuer};" in page.headers["Content-Security-Policy"]
    there = urlsplit(send(client, "/logga-ut").headers["Location"])
    given = parse_qs(there.query)
    assert f"{there.scheme}://{there.netloc}{there.path}" == f"{provider.issuer}/end"
    assert given["client_id"] == ["vetting"]
    assert given["post_logout_redirect_uri"] == ["http://localhost/logga-in"]
    assert given["id_token_hint"][0].count(".") == 2
    assert client.get("/i-dag").headers["Location"].startswith("/logga-in")
    kim = Somebody(board, app, Role.CASEWORKER)
    assert kim.send("/logga-ut").headers["Location"] == "/logga-in"


@pytest.mark.guards("7.6.1")
def test_sign_out_reaches_the_directory_from_another_process(app: Flask, provider: FalseProvider) -> None:
    client = app.test_client()
    go(client)
    known = app.extensions[EXTENSION]
    app.extensions[EXTENSION] = IdentityProvider(app, app.extensions["vetting_config"], known.rules)
    assert send(client, "/logga-ut").headers["Location"].startswith(f"{provider.issuer}/end")


def test_whoever_gave_a_code_here_is_signed_out_there_too(
    board: BoardAtWork, app: Flask, provider: FalseProvider
) -> None:
    client = app.test_client()
    go(client)
    with open_reading(board.database) as s:
        user_id = s.scalars(select(Identity.user_id)).one()
    secret = second_factor.new_secret()
    with open_technical(board.database) as s:
        s.add(SecondFactor(user_id=user_id, secret=secret, at=clock.now()))
    send(client, "/logga-ut")
    assert go(client).headers["Location"] == "/logga-in/kod"
    assert send(client, "/logga-in/kod", code=pyotp.TOTP(secret).at(clock.now())).status_code == 303
    assert send(client, "/logga-ut").headers["Location"].startswith(f"{provider.issuer}/end")


def test_no_password_link_is_made_to_an_account_of_the_directory(board: BoardAtWork, app: Flask) -> None:
    go(app.test_client())
    with open_reading(board.database) as s:
        user_id = s.scalars(select(Identity.user_id)).one()
    answer = Somebody(board, app, Role.ADMINISTRATOR).send(f"/personer/{user_id}/lank")
    assert answer.status_code == 422
    assert "genom kommunens katalog" in answer.text


def test_without_a_directory_its_pages_are_not_there(board: BoardAtWork) -> None:
    client = create_app(Config(), board.database).test_client()
    assert client.get("/logga-in/katalog").status_code == 404
    assert client.get("/logga-in/katalog/svar?code=x&state=y").status_code == 404
    assert "kommunens konto" not in client.get("/logga-in").text
