"""The pages of samples: drawn by a form, drawn again on the page, what was found noted beside each case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.board import NUMBERS, clean_facts
from tests.factories import TODAY
from tests.page_fixtures import board, kim, on_that_day, one_line, somebody
from vetting.kernel.roles import Role

if TYPE_CHECKING:
    from tests.board import BoardAtWork
    from tests.page_fixtures import Somebody

__all__ = ["board", "kim", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")
ASKED = {"kind": "grant", "way": "chance", "first": f"{TODAY.year}-01-01", "last": TODAY.isoformat(), "size": "2"}


def test_a_sample_is_drawn_looked_at_and_the_same_again(board: BoardAtWork, kim: Somebody) -> None:
    for place in range(3):
        board.approve(clean_facts(NUMBERS[place], f"Föreningen {place}"))
    assert kim.send("/uppfoljning/stickprov", **ASKED | {"size": "0"}).status_code == 422
    refused = kim.send("/uppfoljning/stickprov", **ASKED | {"way": "risk"})
    assert refused.status_code == 422
    assert "inga riskfaktorer" in refused.text
    answer = kim.send("/uppfoljning/stickprov", **ASKED)
    assert answer.status_code == 303
    page = one_line(kim.get(answer.headers["Location"]).text)
    assert "Om stickprovet dras igen i dag blir det detsamma." in page
    assert page.count("slumpvis") == 2
    number = page.split('sub">BID-')[1].split("<")[0]
    row = f"{answer.headers['Location']}/BID-{number}"
    again = kim.send(row, version="1", result="remark", text="")
    assert again.status_code == 422
    assert "Det står inte vad anmärkningen är." in again.text
    assert kim.send(row, version="1", result="remark", text="Ett kvitto saknas.").status_code == 303
    assert "Ett kvitto saknas." in kim.get(answer.headers["Location"]).text
    assert "2 av 3" in kim.get("/uppfoljning/stickprov").text.replace("\n", " ")
    auditor = somebody(board, Role.AUDITOR)
    assert "Ett kvitto saknas." in auditor.get(answer.headers["Location"]).text
    assert '<form method="post" action="/uppfoljning' not in auditor.get("/uppfoljning/stickprov").text
    assert kim.get("/uppfoljning/stickprov/STP-2026-0099").status_code == 404
