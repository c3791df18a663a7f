"""A form's token is another text in every answer, and still the one that the browser got."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.page_fixtures import app, client
from vetting.web.csrf import mask, unmask

if TYPE_CHECKING:
    from flask.testing import FlaskClient

__all__ = ["app", "client"]

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def _longest_common(one: str, other: str) -> int:
    """Letters of the longest text that stands in both."""
    found = 0
    for start in range(len(one)):
        while start + found < len(one) and one[start : start + found + 1] in other:
            found += 1
    return found


@pytest.mark.guards("forged requests")
def test_the_token_has_nothing_in_common_with_the_one_of_the_answer_before(client: FlaskClient) -> None:
    one, other = (TOKEN.findall(client.get("/logga-in").text) for _ in range(2))
    assert len(set(one)) == len(set(other)) == 1  # one for all forms of an answer
    assert _longest_common(one[0], other[0]) < 8
    session = unmask(one[0]).split(".")[0]
    assert len(session) > 40
    assert session == unmask(other[0]).split(".")[0]
    assert session not in client.get("/logga-in").text


def test_every_one_of_them_is_the_browsers_own(client: FlaskClient) -> None:
    tokens = [TOKEN.findall(client.get("/logga-in").text)[0] for _ in range(3)]
    for token in tokens:
        answer = client.post("/installningar", data={"csrf_token": token, "language": "en"})
        assert answer.status_code == 303


def test_what_is_not_written_by_us_is_refused(client: FlaskClient) -> None:
    token = TOKEN.findall(client.get("/logga-in").text)[0]
    for given_back in (unmask(token), token[:-4], token[4:], "å" * 20, "AAAA", "=" * 8, token + "AA", "x" * 5_000):
        answer = client.post("/installningar", data={"csrf_token": given_back, "language": "en"})
        assert answer.status_code == 400, given_back


@given(st.text(alphabet=st.characters(codec="ascii")))
def test_a_mask_comes_off_whole(token: str) -> None:
    assert unmask(mask(token)) == token


@given(st.text())
def test_any_text_is_unmasked_without_an_error(given_back: str) -> None:
    assert isinstance(unmask(given_back), str)
