"""The pages of published rules: byte for byte, side by side, withdrawn with a reason, and cases moved by choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.board import NUMBERS, SMALL, BoardAtWork, clean_facts, rules
from tests.page_fixtures import board, kim, on_that_day, somebody
from tests.rules.published import published_version
from tests.rules.services.guideline import CASES, GUIDELINE
from vetting.casework.models.cases import Case
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading

if TYPE_CHECKING:
    from tests.page_fixtures import Somebody

__all__ = ["board", "kim", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")


@pytest.fixture
def owner(board: BoardAtWork) -> Somebody:
    return somebody(board, Role.RULES_OWNER)


@pytest.fixture
def version(board: BoardAtWork) -> int:
    """A version that the board has published."""
    return published_version(board)


def test_a_version_is_read_as_a_routine_and_given_byte_for_byte(owner: Somebody, version: int) -> None:
    assert "Riktlinjer för hundkultur 2027" in owner.get("/regler").text
    assert "Riktlinjer för hundkultur 2027" in owner.get(f"/regler/version/{version}").text
    assert owner.get(f"/regler/version/{version}/regler.yaml").data == GUIDELINE.encode()
    assert owner.get(f"/regler/version/{version}/typfall.yaml").data == CASES.encode()


def test_a_shipped_set_is_read_and_one_that_does_not_ship_is_not_found(owner: Somebody) -> None:
    assert rules().folder.sets[SMALL].title.sv in owner.get(f"/regler/medfoljande/{SMALL}").text
    assert owner.get("/regler/medfoljande/finns-inte").status_code == 404


def test_a_version_is_withdrawn_with_a_reason_and_stays_to_be_read(owner: Somebody, version: int) -> None:
    path = f"/regler/version/{version}"
    refused = owner.send(f"{path}/aterkalla", because="")
    assert refused.status_code == 422
    assert 'role="alert"' in refused.text
    assert owner.send(f"{path}/aterkalla", because="Fel belopp i punkt 2.").status_code == 303
    assert "Fel belopp i punkt 2." in owner.get(path).text


def test_the_next_version_is_begun_once_and_then_gone_on_with(owner: Somebody, version: int) -> None:
    path = f"/regler/version/{version}"
    assert "Skriv en ny version" in owner.get(path).text
    draft = owner.send("/regler/nytt", version=str(version)).location
    assert "Utkastet är påbörjat." in owner.get(draft).text
    assert "Skriv en ny version" not in owner.get(path).text
    assert f'href="{draft}">Till utkastet till nästa version' in owner.get(path).text
    again = owner.send("/regler/nytt", version=str(version)).location
    assert again == draft
    assert "Utkastet var redan påbörjat och visas här." in owner.get(again).text
    assert ">Riktlinjer för hundkultur 2027</a>" in owner.get("/regler").text.split("drafts-heading")[2]


def test_a_replaced_version_says_from_when_another_holds(owner: Somebody, board: BoardAtWork) -> None:
    published_version(board)
    assert "ersatt från" not in owner.get("/regler").text
    published_version(board, GUIDELINE.replace("hundkultur 2027}", "hundkultur 2028}"))
    assert owner.get("/regler").text.count("ersatt från") == 1


def test_a_case_is_moved_to_new_rules_only_when_it_is_chosen(board: BoardAtWork, kim: Somebody) -> None:
    other = clean_facts(NUMBERS[1], "Exempelföreningen Två")
    stays, moves = board.receive().number, board.receive(other).number
    version = published_version(board)
    path = f"/regler/version/{version}/arenden"
    page = kim.get(path).text
    assert stays in page
    assert kim.send(path).status_code == 422
    answer = kim.send(path, number=moves)
    assert answer.status_code == 303
    with open_reading(board.database) as s:
        under = {case.number: case.rule_version_id for case in s.scalars(select(Case))}
    assert under[moves] == version
    assert under[stays] != version
    assert f'value="{moves}"' not in kim.get(path).text


def test_another_boards_version_is_not_there(board: BoardAtWork, owner: Somebody, version: int) -> None:
    other = BoardAtWork(board.database, code="syd").build()
    theirs = published_version(other, GUIDELINE.replace("board: norr", "board: syd"))
    for path in ("", "/regler.yaml", f"/mot/{version}"):
        assert owner.get(f"/regler/version/{theirs}{path}").status_code == 404, path
