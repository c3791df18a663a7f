"""What travels: small enough, the same when it is unpacked, static files kept by the browser until they change."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING

import brotli
import pytest
from jinja2 import Environment

from tests.page_fixtures import app, client
from vetting.web.response_delivery import ShortBlanks, static_address

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient

__all__ = ["app", "client"]

TOKEN = re.compile(r'value="[\w=-]{100,}"')


@pytest.mark.parametrize(("way", "unpacked"), [("br", brotli.decompress), ("gzip", gzip.decompress), ("", bytes)])
def test_a_page_comes_in_the_way_that_the_browser_knows(client: FlaskClient, way: str, unpacked: object) -> None:
    plain = client.get("/prova").text
    answer = client.get("/prova", headers={"Accept-Encoding": way})
    assert answer.headers.get("Content-Encoding", "") == way
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert callable(unpacked)
    assert TOKEN.sub("", unpacked(answer.data).decode()) == TOKEN.sub("", plain)
    assert answer.content_length == len(answer.data)
    assert (len(answer.data) < len(plain) / 2) is bool(way)


def test_a_workbook_is_not_packed_twice(client: FlaskClient) -> None:
    answer = client.get("/prova/exempel/ansokningar.xlsx", headers={"Accept-Encoding": "br, gzip"})
    assert "Content-Encoding" not in answer.headers
    assert answer.data.startswith(b"PK")


def test_static_files_are_kept_a_year_at_an_address_of_their_own(client: FlaskClient) -> None:
    page = client.get("/prova").text
    files = set(re.findall(r'"(/static/[^"]+)"', page))
    assert len(files) == 5
    for address in files:
        with client.get(address, headers={"Accept-Encoding": "br"}) as answer:
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            tag = answer.headers["ETag"]
        with client.get(address, headers={"Accept-Encoding": "br", "If-None-Match": tag}) as again:
            assert again.status_code == 304
            assert "immutable" in again.headers["Cache-Control"]
        old = re.sub(r"/static/[0-9a-f]{12}/", "/static/0123456789ab/", address)
        missing = client.get(old)
        assert (missing.status_code, missing.headers["Cache-Control"]) == (404, "no-store")


def test_the_first_view_is_light(client: FlaskClient) -> None:
    """The page, its styles, script and font: 150 kB at most."""
    page = client.get("/prova", headers={"Accept-Encoding": "br"})
    text = brotli.decompress(page.data).decode()
    total = len(page.data)
    for address in set(re.findall(r'"(/static/[^"]+)"', text)):
        with client.get(address, headers={"Accept-Encoding": "br"}) as answer:
            total += len(answer.data)
            style = brotli.decompress(answer.data).decode() if address.endswith("/app.css") else ""
        for font in re.findall(r'url\(["\']?([^)"\']+\.woff2)', style):
            with client.get(f"{address.rsplit('/', 1)[0]}/{font}") as answer:
                assert answer.status_code == 200
                total += len(answer.data)
    assert 60_000 < total < 150_000


def test_the_address_changes_with_what_a_file_says_and_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("one")
    found = [static_address(tmp_path)]
    assert static_address(tmp_path) == found[0]
    (tmp_path / "a.css").write_text("two")
    found.append(static_address(tmp_path))
    (tmp_path / "a.css").rename(tmp_path / "b.css")
    found.append(static_address(tmp_path))
    assert len(set(found)) == 3


def test_only_what_the_template_says_loses_its_blanks() -> None:
    environment = Environment(extensions=[ShortBlanks], autoescape=True)
    template = environment.from_string('<p>\n\n      one   two\t\tthree {{ shown }}  <b> x </b>\n  </p>{{ "a   b" }}')
    assert template.render(shown="a   b\n\n  c") == "<p>\none two three a   b\n\n  c <b> x </b>\n</p>a   b"


def test_no_page_has_a_run_of_blanks_of_its_own(client: FlaskClient) -> None:
    assert re.findall(r"[ \t]{3,}|\n{4,}", client.get("/tillganglighet").text) == []
