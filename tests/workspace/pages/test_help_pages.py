"""Help: one page for each task, linked from the pages that it is about, found by its words in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.page_fixtures import app, board, client, kim, on_that_day, send
from vetting.workspace.domain.help_pages import FIELD_TERMS, HELP_OF, HELP_PAGES, find_help, help_about

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.page_fixtures import Somebody

__all__ = ["app", "board", "client", "kim", "on_that_day"]
MOST_STEPS = 5


def test_every_help_is_of_a_module_that_exists_and_a_page_that_exists(app: Flask) -> None:
    modules = {endpoint.partition(".")[0] for endpoint in app.view_functions}
    assert set(HELP_OF) <= modules | app.view_functions.keys()
    assert set(HELP_OF.values()) == {page.key for page in HELP_PAGES}


def test_a_page_is_short_and_no_key_is_used_twice() -> None:
    assert len({page.key for page in HELP_PAGES}) == len(HELP_PAGES)
    assert all(0 < len(page.steps) <= MOST_STEPS for page in HELP_PAGES)
    assert [term.term.sv for term in find_help("", "sv")[1]][-3:] == ["VBE-samordnare", "Värdekriterium", "Återkrav"]
    english = [term.term.en for term in find_help("", "en")[1]]
    assert english == sorted(english, key=str.casefold)
    assert len(english) == len(FIELD_TERMS)


@pytest.mark.parametrize("page", HELP_PAGES, ids=[page.key for page in HELP_PAGES])
def test_every_page_opens_without_signing_in(client: FlaskClient, page: object) -> None:
    found = client.get(f"/hjalp/{page.key}")  # type: ignore[attr-defined] # a help page
    assert found.status_code == 200
    assert page.title.sv in found.text  # type: ignore[attr-defined] # a help page


def test_what_is_looked_for_is_found_in_both_languages(client: FlaskClient) -> None:
    pages, terms = find_help("jäv", "sv")
    assert {"referensgruppen", "beslut"} <= {page.key for page in pages}
    assert "Jäv" in [term.term.sv for term in terms]
    assert [page.key for page in find_help("conflict of interest decide", "en")[0]] == ["beslut"]
    found = client.get("/hjalp?q=återkrav").text
    assert "Utbetalning och återkrav" in found
    assert "Veckans bokningar" not in found
    send(client, "/installningar", language="en", next="/hjalp")
    assert "Payment and reclaim" in client.get("/hjalp?q=reclaim").text


def test_nothing_found_says_so_and_leads_on(client: FlaskClient) -> None:
    found = client.get("/hjalp?q=%3Cscript%3Exyz")
    assert found.status_code == 200
    assert "<script>xyz" not in found.text
    assert "Visa all hjälp" in found.text
    assert client.get("/hjalp/finns-inte").status_code == 404


def test_a_page_links_to_the_help_about_it(kim: Somebody) -> None:
    about = (
        ("/arenden", "ansokan"),
        ("/omgangar", "omgang"),
        ("/import", "import"),
        ("/kompletteringar", "komplettering"),
    )
    for path, key in about:
        assert f'href="/hjalp/{key}"' in kim.get(path).text
    assert 'href="/hjalp"' in kim.get("/tillganglighet").text
    assert help_about(None) == ""
