"""What a list has no column for is told once for all its cases, and accepted in one act with one reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lxml import html
from sqlalchemy import select

from tests.board import BoardAtWork, judged_again
from tests.page_fixtures import board, on_that_day, somebody
from vetting.casework.domain.cases import CaseMarkKind
from vetting.casework.models.cases import Case, CaseMark
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.kernel.store.trail import TrailEntry
from vetting.lists.services import import_batches
from vetting.shipped import shipped_folder

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["board", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")
ADDRESS = "/kompletteringar"


@pytest.fixture
def applied(board: BoardAtWork) -> BoardAtWork:
    """The board with the sixty applications of the sample, which has fewer columns than the rules ask for."""
    sample = shipped_folder("imports") / "samples" / "ansokningar.xlsx"
    key = board.staged(sample.read_bytes(), sample.name, into_round=False)
    board.do(import_batches.confirm_import, key, good_only=True)
    judged_again(board)
    return board


def words_of(page: str) -> str:
    return " ".join(html.fromstring(page).text_content().split())


def marks(board: BoardAtWork) -> Iterable[CaseMark]:
    with open_reading(board.database) as s:
        return s.scalars(select(CaseMark).where(CaseMark.kind == CaseMarkKind.GAP_ACCEPTED)).all()


def test_the_queue_tells_it_once_and_not_in_each_row(applied: BoardAtWork) -> None:
    page = somebody(applied, Role.CASEWORKER).get("/arenden").text
    said = words_of(page)
    assert "finns inte i listan för" in said
    assert said.count("finns inte i listan") == 1
    assert "#list-heading" in page


def test_it_is_accepted_for_all_in_one_act_with_one_reason(applied: BoardAtWork) -> None:
    kim = somebody(applied, Role.CASEWORKER)
    page = html.fromstring(kim.get(ADDRESS).text)
    numbers = page.xpath("//form[contains(@action,'/godta')]//input[@name='number']/@value")
    facts = page.xpath("//form[contains(@action,'/godta')]//input[@name='fact']/@value")
    assert len(numbers) > 30
    refused = kim.client.post(
        f"{ADDRESS}/godta", data={"csrf_token": kim.token(), "number": numbers, "fact": facts, "reason": " "}
    )
    assert refused.status_code == 422
    assert "Skälet saknas." in refused.text
    assert list(marks(applied)) == []
    none = kim.client.post(f"{ADDRESS}/godta", data={"csrf_token": kim.token(), "fact": facts, "reason": "x"})
    assert "Inget ärende är valt." in none.text
    untold = {"csrf_token": kim.token(), "number": numbers, "fact": ["statutes"], "reason": "Nej."}
    assert kim.client.post(f"{ADDRESS}/godta", data=untold).status_code == 422  # nothing but what was told is accepted
    assert list(marks(applied)) == []
    sent = {
        "csrf_token": kim.token(),
        "number": numbers[:-1],
        "fact": facts,
        "reason": "Omgången har ingen sådan uppgift.",
    }
    assert kim.client.post(f"{ADDRESS}/godta", data=sent).status_code == 303
    kept = list(marks(applied))
    assert len(kept) == len(numbers) - 1
    with open_reading(applied.database) as s:
        for mark in kept:
            case = s.get_one(Case, mark.case_id)
            assert set(mark.about.split(",")) <= set(case.not_asked)  # what one left empty itself is not in it
        told = s.scalars(select(TrailEntry).where(TrailEntry.action == "list_gaps_accepted")).all()
        assert [entry.reason for entry in told] == ["Omgången har ingen sådan uppgift."]
    again = html.fromstring(kim.get(ADDRESS).text).xpath("//form[contains(@action,'/godta')]//input[@name='number']")
    assert again == []  # one case alone is no list
    twice = kim.client.post(f"{ADDRESS}/godta", data=sent)
    assert twice.status_code == 422
    assert len(list(marks(applied))) == len(kept)


def test_somebody_who_does_not_assess_accepts_nothing(applied: BoardAtWork) -> None:
    for role in (Role.FINANCE, Role.PREMISES):
        person = somebody(applied, role)
        answer = person.client.post(
            f"{ADDRESS}/godta", data={"csrf_token": person.token(), "number": ["BID-2026-0001"], "reason": "x"}
        )
        assert answer.status_code in {403, 404}
    assert list(marks(applied)) == []
