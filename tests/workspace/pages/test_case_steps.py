"""How the steps of a case are drawn: each leads somewhere, with the form it says, and what is closed opens by itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.board import BoardAtWork, clean_facts
from tests.page_fixtures import board, kim, on_that_day, somebody
from vetting.casework.domain.next_steps import NEXT_ACTS, OTHER_ACTS, CaseAct
from vetting.kernel.roles import Role
from vetting.shipped import shipped_folder
from vetting.web.access import ACCESS
from vetting.workspace.pages.case_forms import FormsOfCase
from vetting.workspace.pages.case_steps import STEP_LOOKS, StepShape

if TYPE_CHECKING:
    from tests.page_fixtures import Somebody

__all__ = ["board", "kim", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")
VALUE = "demokratisk-rattsstat"


@pytest.fixture
def number(board: BoardAtWork) -> str:
    """A case in which the number of members is missing."""
    return board.receive(clean_facts(members_total=None)).number


def test_every_step_leads_to_a_page_that_is_there_with_the_form_it_says() -> None:
    assert {row.act for row in NEXT_ACTS} <= STEP_LOOKS.keys()
    for act, look in STEP_LOOKS.items():
        assert look.endpoint in ACCESS, act
        with_form = look.shape in {StepShape.FORM, StepShape.FOLDED}
        assert bool(look.form) == with_form, act
        assert not look.form or isinstance(vars(FormsOfCase)[look.form], property), act
        assert bool(look.heading.sv) == (look.shape is StepShape.FOLDED), act


def test_every_act_beside_the_road_has_its_place_in_a_template() -> None:
    templates = "".join(path.read_text(encoding="utf-8") for path in shipped_folder("templates").rglob("*.html"))
    beside = {row.act for row in OTHER_ACTS} - {row.act for row in NEXT_ACTS}
    assert [act for act in sorted(beside) if f'"{act}"' not in templates and f".{act}" not in templates] == []


def test_a_point_and_a_form_open_by_themselves_as_they_open_in_the_page(kim: Somebody, number: str) -> None:
    page = kim.get(f"/arenden/{number}").text
    assert 'name="reasons"' not in page
    assert 'type="file"' not in page
    for query, field in ((f"punkt={VALUE}", "reasons"), ("oppna=add_document", "file")):
        assert f'href="/arenden/{number}?{query}#' in page
        part = kim.get(f"/arenden/{number}?{query}&del=1").text
        assert part.lstrip().startswith("<details")
        assert part.count("<details") == part.count("</details>")
        whole = kim.get(f"/arenden/{number}?{query}").text
        for text in (part, whole):
            assert f'name="{field}"' in text
        assert 'name="csrf_token"' in part
        assert f'<a data-opens href="/arenden/{number}?{query}' not in whole


@pytest.mark.parametrize(
    "query", ["punkt=finns-inte", "punkt=", "oppna=finns-inte", "oppna=make_ready", "oppna=reconsider", "oppna=", "x=1"]
)
def test_what_is_not_there_to_open_is_not_found(kim: Somebody, number: str, query: str) -> None:
    assert kim.get(f"/arenden/{number}?{query}&del=1").status_code == 404
    assert kim.get(f"/arenden/{number}?{query}").status_code == 200


def test_nobody_opens_a_part_of_a_case_or_a_form_that_is_not_theirs(board: BoardAtWork, number: str) -> None:
    reader = somebody(board, Role.AUDITOR)
    part = reader.get(f"/arenden/{number}?punkt={VALUE}&del=1")
    assert part.status_code == 200
    assert "<form" not in part.text
    assert reader.get(f"/arenden/{number}?oppna=add_document&del=1").status_code == 404
    assert somebody(board, Role.PREMISES).get(f"/arenden/{number}?punkt={VALUE}&del=1").status_code == 404


def test_a_reader_is_told_who_has_the_case_and_an_officer_what_to_do(
    board: BoardAtWork, kim: Somebody, number: str
) -> None:
    told = re.compile(r"Ligger hos (\w+)\.")
    reader = somebody(board, Role.AUDITOR)
    assert told.findall(reader.get(f"/arenden/{number}").text) == ["handläggaren"]
    assert told.findall(kim.get(f"/arenden/{number}").text) == []
    assert kim.send(f"/arenden/{number}/komplettering", fact="members_total", text="Antal").status_code == 303
    assert told.findall(reader.get(f"/arenden/{number}").text) == ["handläggaren"]
    board.send_letters(number)
    assert "Väntar på föreningen" in reader.get(f"/arenden/{number}").text


def test_the_form_that_was_refused_stands_open_with_what_was_typed(kim: Somebody, number: str) -> None:
    answer = kim.send(f"/arenden/{number}/kontakt", email="inte en adress", postal="Storgatan 1")
    assert answer.status_code == 422
    assert f'id="form-{CaseAct.CHANGE_CONTACT}" open' in answer.text
    assert "Storgatan 1" in answer.text
