"""Help: one page for each task, linked from the pages that it is about, found by its words in both languages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.page_fixtures import app, board, client, kim, on_that_day, send
from vetting.kernel.text import LANGUAGES, Language
from vetting.shipped import shipped_folder
from vetting.workspace.services.help_pages import (
    FOLDER,
    WORDS,
    endpoints_with_help,
    field_terms,
    find_help,
    help_about,
    help_pages,
)

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.page_fixtures import Somebody

__all__ = ["app", "board", "client", "kim", "on_that_day"]
MOST_STEPS = 5
ALPHABET = str.maketrans("åäö", "{|}")


def test_every_help_is_of_a_module_that_exists_and_a_page_that_exists(app: Flask) -> None:
    modules = {endpoint.partition(".")[0] for endpoint in app.view_functions}
    assert endpoints_with_help() <= modules | app.view_functions.keys()
    assert {help_about(endpoint) for endpoint in endpoints_with_help()} == help_pages("sv").keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_file_is_listed_and_short(language: Language) -> None:
    pages = help_pages(language)
    files = {path.stem for path in (shipped_folder(FOLDER) / language).iterdir()}
    assert files == pages.keys() | {WORDS}
    for page in pages.values():
        assert page.title
        assert page.whose
        assert page.steps.startswith("<ol>")
        assert 0 < page.steps.count("<li>") <= MOST_STEPS
    assert len({page.title for page in pages.values()}) == len(pages)


def test_both_languages_say_as_many_steps_and_words() -> None:
    swedish, english = help_pages("sv"), help_pages("en")
    assert list(swedish) == list(english)
    for key, page in swedish.items():
        assert page.steps.count("<li>") == english[key].steps.count("<li>"), key
    assert len(field_terms("sv")) == len(field_terms("en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_of_the_documents_has_every_page_in_its_order(language: Language) -> None:
    text = (shipped_folder(FOLDER) / "README.md").read_text(encoding="utf-8")
    listed = re.findall(rf"\| \[([^]]+)\]\({language}/([a-z]+)\.md\)", text)
    assert listed == [(page.title, page.key) for page in help_pages(language).values()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_stand_in_the_order_of_the_alphabet_and_say_what_they_mean(language: Language) -> None:
    terms = field_terms(language)
    names = [term.term.casefold().translate(ALPHABET) for term in terms]
    assert names == sorted(names)
    assert len(names) > 20
    assert all(term.term and term.means.endswith(".") for term in terms)


@pytest.mark.parametrize("key", help_pages("sv"))
def test_every_page_opens_without_signing_in(client: FlaskClient, key: str) -> None:
    found = client.get(f"/hjalp/{key}")
    assert found.status_code == 200
    assert help_pages("sv")[key].title in found.text
    assert help_pages("sv")[key].steps in found.text


def test_what_is_looked_for_is_found_in_both_languages(client: FlaskClient) -> None:
    pages, terms = find_help("jäv", "sv")
    assert {"referensgruppen", "beslut"} <= {page.key for page in pages}
    assert "Jäv" in [term.term for term in terms]
    assert [page.key for page in find_help("conflict of interest decide", "en")[0]] == ["beslut"]
    found = client.get("/hjalp?q=återkrav").text
    assert "Utbetalning och återkrav" in found
    assert "Veckans bokningar" not in found
    assert "Veckans bokningar" in client.get("/hjalp?q=kundnummer").text
    send(client, "/installningar", language="en", next="/hjalp")
    assert "Payment and reclaim" in client.get("/hjalp?q=reclaim").text


def test_nothing_found_says_so_and_leads_on(client: FlaskClient) -> None:
    found = client.get("/hjalp?q=%3Cscript%3Exyz")
    assert found.status_code == 200
    assert "<script>xyz" not in found.text
    assert "Visa all hjälp" in found.text
    assert client.get("/hjalp/finns-inte").status_code == 404
    assert client.get(f"/hjalp/{WORDS}").status_code == 404


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
