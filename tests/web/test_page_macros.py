"""Macros of a page are made once for as long as what they read is the same, and anew as soon as it is not."""

from __future__ import annotations

import pytest
from flask import Flask, render_template
from jinja2 import DictLoader

from vetting.web.page_macros import use_page_macros

LETTERS = {
    "deep.html": "{% macro deep() %}{{ word }}{% endmacro %}{{ count() }}",
    "shared.html": '{% from "deep.html" import deep with context %}{% macro told() %}{{ deep() }}-{{ mark }}{% endmacro %}{{ count() }}',
    "part.html": '{% from "shared.html" import told with context %}{% macro part() %}[{{ told() }}]{% endmacro %}{{ count() }}',
    "page.html": '{% from "shared.html" import told with context %}{% from "part.html" import part with context %}'
    "{{ told() }}{{ part() }}",
    "other.html": '{% from "shared.html" import told with context %}{{ told() }}{% set mark = "two" %}'
    '{% from "shared.html" import told as again with context %}{{ again() }}',
    "loop.html": '{% for word in words %}{% from "shared.html" import told with context %}{{ told() }}{% endfor %}',
}


@pytest.fixture
def made() -> list[int]:
    return []


@pytest.fixture
def app(made: list[int]) -> Flask:
    app = Flask(__name__)
    app.jinja_loader = DictLoader(LETTERS)
    use_page_macros(app)

    def count() -> str:
        made.append(1)
        return ""

    app.jinja_env.globals["count"] = count
    return app


def test_what_several_parts_import_is_made_once(app: Flask, made: list[int]) -> None:
    with app.test_request_context():
        assert render_template("page.html", word="a", mark="one") == "a-one[a-one]"
    assert len(made) == 3  # one for each template of macros


def test_another_page_and_another_request_make_their_own(app: Flask, made: list[int]) -> None:
    with app.test_request_context():
        assert render_template("page.html", word="a", mark="one") == "a-one[a-one]"
        assert render_template("page.html", word="b", mark="one") == "b-one[b-one]"
    with app.test_request_context():
        assert render_template("page.html", word="a", mark="one") == "a-one[a-one]"
    assert len(made) == 9


def test_what_was_set_between_two_imports_is_seen(app: Flask) -> None:
    with app.test_request_context():
        assert render_template("other.html", word="a", mark="one") == "a-onea-two"


def test_each_turn_of_a_loop_is_seen_and_nothing_is_taken_for_what_had_its_place_before(app: Flask) -> None:
    words = [f"{place}{'x' * 40}" for place in range(200)]  # each is gone when the next is made
    with app.test_request_context():
        told = render_template("loop.html", words=(word.upper() for word in words), mark="m")
    assert told == "".join(f"{word.upper()}-m" for word in words)
