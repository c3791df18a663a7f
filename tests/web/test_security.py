"""Every route has an access rule, every answer its headers, every form its token; no redirect leaves the site."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

import pytest
from flask import url_for
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter

from tests.board import BoardAtWork, rules
from tests.page_fixtures import app, board, client, send, somebody
from vetting import clock
from vetting.app.application import create_app
from vetting.config import Config
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.roles import Role
from vetting.operations.jobs.worker import Worker
from vetting.web.access import ACCESS
from vetting.web.security import HEADERS

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from vetting.kernel.store.engine import Database

__all__ = ["app", "board", "client"]

PAGES = ("/prova", "/tillganglighet", "/finns-inte", "/prova/exempel/ansokningar.xlsx")


def test_every_route_has_an_access_rule_and_every_rule_a_route(app: Flask) -> None:
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == ACCESS.keys()


def test_a_route_without_a_rule_is_closed(file_database: Database) -> None:
    app = create_app(Config(), file_database)
    app.add_url_rule("/ny", "new", lambda: "open")
    assert app.test_client().get("/ny").status_code == 404


@pytest.mark.guards("scripts in pages", "3.2.1")
@pytest.mark.parametrize("path", PAGES)
def test_every_answer_carries_the_security_headers(client: FlaskClient, path: str) -> None:
    with client.get(path) as answer:
        headers = answer.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.guards("14.2.2")
def test_pages_are_not_kept_by_browsers(client: FlaskClient) -> None:
    assert client.get("/prova").headers["Cache-Control"] == "no-store"


def test_the_cookie_is_closed_to_scripts_and_other_sites(client: FlaskClient) -> None:
    cookie = client.get("/prova").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.guards("3.3.1", "12.1.1")
def test_with_https_the_cookie_is_secure_and_the_browser_told_to_stay(file_database: Database) -> None:
    client = create_app(Config(https=True), file_database).test_client()
    headers = client.get("/prova", base_url="https://localhost").headers
    assert headers["Set-Cookie"].startswith("__Host-vetting=")
    assert "Secure" in headers["Set-Cookie"]
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")


@pytest.mark.guards("forged requests")
@pytest.mark.parametrize("path", ["/prova", "/prova/arbetsbok", "/installningar"])
def test_a_form_without_its_token_is_refused(client: FlaskClient, path: str) -> None:
    answer = client.post(path, data={"language": "en"})
    assert answer.status_code == 400
    assert "Öppna sidan igen" in answer.text


@pytest.mark.guards("other hosts")
def test_an_unknown_host_is_refused(client: FlaskClient) -> None:
    assert client.get("/prova", headers={"Host": "ond.example"}).status_code == 400


@pytest.mark.guards("other hosts", "3.7.1")
@pytest.mark.parametrize(
    "target",
    [
        "//ond.example",
        "https://ond.example",
        "/\\ond.example",
        "\\\\ond.example",
        "javascript:alert(1)",
        "/\x01",
        "",
        "/" * 3,
        "http:/ond.example",
        "/prova\r\nX: y",
        "/" + "a" * 300,
    ],
)
def test_no_redirect_leaves_the_site(client: FlaskClient, target: str) -> None:
    answer = send(client, "/installningar", language="en", next=target)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_a_redirect_goes_back_to_where_the_visitor_was(client: FlaskClient) -> None:
    assert (
        send(client, "/installningar", colours="dark", next="/tillganglighet").headers["Location"] == "/tillganglighet"
    )
    assert 'data-color-scheme="dark"' in client.get("/tillganglighet").text


@pytest.mark.guards("4.1.1")
@pytest.mark.parametrize("method", ["put", "delete", "patch", "trace", "options"])
def test_only_known_methods_are_answered(client: FlaskClient, method: str) -> None:
    status = client.open("/prova", method=method.upper()).status_code
    assert status in {200, 405} if method == "options" else status == 405


def test_a_small_form_may_not_be_large(client: FlaskClient) -> None:
    assert client.post("/installningar", data={"next": "x" * 200_000}).status_code == 413


@pytest.mark.parametrize(
    ("role", "path", "field"),
    [
        (Role.ADMINISTRATOR, "/mallar/letter", "file"),
        (Role.RULES_OWNER, "/regler/nytt/fil", "rules_file"),
    ],
)
def test_a_page_that_asks_for_a_file_takes_one_of_ordinary_size_and_says_what_is_wrong_with_it(
    board: BoardAtWork, role: Role, path: str, field: str
) -> None:
    answer = somebody(board, role).send(path, **{field: (b"x" * 600_000, "fil.docx")})
    assert answer.status_code == 422


@pytest.mark.guards("13.4.1")
def test_an_error_of_ours_is_a_page_with_a_reference_and_logs_no_data(
    caplog: pytest.LogCaptureFixture, file_database: Database
) -> None:
    app = create_app(Config(), file_database)

    def broken() -> str:
        raise ValueError("hemlig uppgift 900101-2384")

    app.view_functions["start_pages.accessibility"] = broken
    answer = app.test_client().get("/tillganglighet")
    assert answer.status_code == 500
    assert "Något gick fel hos oss" in answer.text
    assert "ValueError" in caplog.text
    assert "hemlig" not in caplog.text + answer.text


@pytest.mark.guards("personal numbers", "14.2.1")
@pytest.mark.parametrize(
    "address",
    [
        "/logga-in?next=/arenden?q=811218-9876",
        "/logga-in?next=%2Farenden%3Fq%3D81%2B12%2B18%2B98%2B76",
        "/?q=81+12+18+98+76",
        "/arenden?omgang=8112189876",
        "/?811218-9876=1",
        "/tillganglighet?q=a&q=19811218T876",
    ],
)
def test_a_personal_number_stays_in_no_address(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 303
    where = unquote_plus(unquote_plus(answer.headers["Location"]))
    assert where.startswith(address.split("?", maxsplit=1)[0] + "?")
    assert mask_personal_numbers(where) == where
    after = client.get(answer.headers["Location"])
    assert mask_personal_numbers(unquote_plus(unquote_plus(after.headers.get("Location", "")))) == unquote_plus(
        unquote_plus(after.headers.get("Location", ""))
    )


def test_an_address_of_another_site_is_not_led_to_by_a_personal_number(client: FlaskClient) -> None:
    assert "Location" not in client.get("//evil.example/?q=811218-9876").headers


@pytest.mark.guards("16.5.1")
def test_an_error_within_an_error_page_logs_no_data_either(
    caplog: pytest.LogCaptureFixture, file_database: Database
) -> None:
    app = create_app(Config(), file_database)
    secret = "Kim 811218-9876"

    def broken(*_: object) -> str:
        with file_database.engine.begin() as connection:
            connection.execute(text("INSERT INTO boards (nix) VALUES (:value)"), {"value": secret})
        return ""

    app.view_functions["start_pages.accessibility"] = broken
    app.register_error_handler(500, broken)
    app.error_handler_spec[None][None][Exception] = broken
    assert app.test_client().get("/tillganglighet").status_code == 500
    assert "within the error page: OperationalError" in caplog.text
    assert secret not in caplog.text


@pytest.mark.both_engines
def test_what_a_database_is_told_is_in_no_message_of_its_errors(database: Database) -> None:
    with pytest.raises(DBAPIError) as raised, database.engine.begin() as connection:
        connection.execute(text("INSERT INTO boards (nix) VALUES (:value)"), {"value": "Kim 811218-9876"})
    assert "811218" not in str(raised.value)


@pytest.mark.guards("a log that tells of persons")
def test_a_worker_that_fails_logs_where_and_nothing_that_was_typed(
    caplog: pytest.LogCaptureFixture, database: Database
) -> None:
    """On PostgreSQL the database's own words repeat the value."""
    worker = Worker(database, rules(), clock.now)

    def bad() -> bool:
        worker.stop()
        with database.engine.begin() as connection:
            connection.execute(text("SELECT CAST(:value AS INTEGER) FROM nowhere"), {"value": "Kim 811218-9876"})
        return True

    worker.run_due = bad  # type: ignore[method-assign]
    for thread in worker.start():
        thread.join(10)
    assert Path(__file__).name in caplog.text
    assert "811218" not in caplog.text


@pytest.mark.guards("other hosts")
def test_no_page_loads_anything_from_elsewhere(client: FlaskClient) -> None:
    for path in ("/prova", "/tillganglighet"):
        text = client.get(path).text
        assert "http://" not in text.replace("http://www.w3.org", "")
        assert "https://" not in text
        # One script, our own; nothing is written into the page itself.
        assert re.findall(r"<script[^>]*>[^<]*</script>", text) == re.findall(
            r'<script src="/static/[0-9a-f]{12}/app\.js" defer></script>', text
        )
        assert text.count("<script") == 1
        assert " style=" not in text


def _filled(part: BaseConverter) -> Any:
    """Something that an address can have in that place."""
    if isinstance(part, IntegerConverter):
        return 1
    return min(part.items) if isinstance(part, AnyConverter) else "x"


def _addresses_that_take_forms(pages: Flask) -> list[str]:
    rules = [rule for rule in pages.url_map.iter_rules() if "POST" in (rule.methods or ())]
    values = [{name: _filled(part) for name, part in rule._converters.items()} for rule in rules]
    with pages.test_request_context():
        return [url_for(rule.endpoint, **given) for rule, given in zip(rules, values, strict=True)]


@pytest.mark.parametrize("role", [None, Role.ADMINISTRATOR, Role.CASEWORKER, Role.PREMISES])
@pytest.mark.parametrize("size", [300_000, 40_000_000])
def test_too_much_at_any_address_is_answered_with_every_header(
    board: BoardAtWork, app: Flask, role: Role | None, size: int
) -> None:
    browser = app.test_client() if role is None else somebody(board, role).client
    addresses = _addresses_that_take_forms(app)
    assert len(addresses) > 200
    body = b"next=" + b"x" * min(size, 400_000)
    for address in addresses:
        kind = "application/x-www-form-urlencoded"
        answer = browser.post(
            address, input_stream=BytesIO(body), headers={"Content-Length": str(size), "Content-Type": kind}
        )
        assert answer.status_code < 500, address
        assert HEADERS.items() <= dict(answer.headers).items(), address
        assert "Content-Security-Policy" in answer.headers, address


def test_what_fails_outside_the_pages_has_the_headers_too(file_database: Database) -> None:
    pages = create_app(Config(https=True), file_database)

    @pages.after_request
    def fails(_response: object) -> None:
        raise RuntimeError

    answer = pages.test_client().get("/prova", base_url="https://localhost")
    assert answer.status_code == 500
    assert HEADERS.items() <= dict(answer.headers).items()
    assert "Strict-Transport-Security" in answer.headers
