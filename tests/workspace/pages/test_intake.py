"""The form for a case that comes in: of a round for several grant schemes it asks once what it can."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.factories import TODAY
from tests.page_fixtures import board, kim, on_that_day
from vetting.casework.models.cases import Case
from vetting.casework.models.facts import values_of
from vetting.casework.services.facts_from_records import from_records
from vetting.grants.services.rounds import NewRound, add_round
from vetting.grants.services.schemes import SchemeWriting, add_scheme
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading

if TYPE_CHECKING:
    from tests.board import BoardAtWork
    from tests.page_fixtures import Somebody

__all__ = ["board", "kim", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")
WHO = {"f-name_in_application": "Kulturföreningen Provlyktan", "f-organisation_number": "802999-0036"}


@pytest.fixture
def three(board: BoardAtWork) -> tuple[int, list[int]]:
    """A round for three grant schemes: its key and theirs, by name."""
    names = ("Lokalbidrag", "Projektbidrag", "Verksamhetsbidrag")
    keys = [
        board.do(add_scheme, SchemeWriting(name=name, purpose=f"För {name}"), role=Role.RULES_OWNER).id
        for name in names
    ]
    new = NewRound(name="Våren 2027", opens_on=TODAY, closes_on=TODAY, schemes=dict.fromkeys(keys))
    return board.do(add_round, new).id, keys


def cases_of(board: BoardAtWork, round_id: int) -> list[Case]:
    with open_reading(board.database) as s:
        return list(s.scalars(select(Case).where(Case.round_id == round_id).order_by(Case.id)))


def send(kim: Somebody, round_id: int, keys: list[int], **more: str) -> str:
    ticked = "".join(f"&bidragsform={key}" for key in keys)
    fields = {f"s{key}-amount_applied": f"{amount} kr" for key, amount in zip(keys, (10_000, 25_000), strict=False)}
    answer = kim.send(f"/arenden/ny?omgang={round_id}{ticked}", **(WHO | fields | more))
    assert answer.status_code == 303
    return str(answer.location)


def test_an_application_for_two_of_three_schemes_is_asked_once_and_becomes_two_tied_cases(
    board: BoardAtWork, kim: Somebody, three: tuple[int, list[int]]
) -> None:
    round_id, keys = three
    first = kim.get(f"/arenden/ny?omgang={round_id}").text
    assert first.count('name="bidragsform"') == len(keys)
    assert "För Lokalbidrag" in first
    page = kim.get(f"/arenden/ny?omgang={round_id}&bidragsform={keys[0]}&bidragsform={keys[2]}").text
    assert page.count('name="f-organisation_number"') == 1
    once = re.findall(r'name="f-members_total"', page)
    assert len(once) == 1
    assert set(re.findall(r'name="(s\d+-amount_applied)"', page)) == {
        f"s{key}-amount_applied" for key in (keys[0], keys[2])
    }
    place = send(kim, round_id, [keys[0], keys[2]], **{"f-members_total": "41"})
    one, other = cases_of(board, round_id)
    assert (one.scheme_id, other.scheme_id) == (keys[0], keys[2])
    assert one.tied_to_id == other.tied_to_id == one.id
    assert (one.amount_applied, other.amount_applied) == (10_000_00, 25_000_00)
    with open_reading(board.database) as s:
        for case in (one, other):
            said = {value.fact: value.value for value in values_of(s, case)}
            assert said["members_total"] == 41
            assert from_records(s, case, {}, on=TODAY)["first_application"] is True
    shown = kim.get(place).text
    assert "Söks tillsammans med" in shown
    assert f'href="/arenden/{other.number}">Verksamhetsbidrag</a>' in shown
    listed = kim.get(f"/omgangar/{round_id}").text
    assert f"{one.number} · Lokalbidrag" in listed
    assert f"{other.number} · Verksamhetsbidrag" in listed


def test_a_second_application_for_the_same_scheme_is_refused_and_leaves_nothing(
    board: BoardAtWork, kim: Somebody, three: tuple[int, list[int]]
) -> None:
    round_id, keys = three
    send(kim, round_id, [keys[0], keys[1]])
    before = len(cases_of(board, round_id))
    ticked = f"&bidragsform={keys[2]}&bidragsform={keys[1]}"
    answer = kim.send(f"/arenden/ny?omgang={round_id}{ticked}", **WHO)
    assert answer.status_code == 422
    assert "Föreningen har redan en ansökan i omgången" in answer.text
    assert 'value="Kulturföreningen Provlyktan"' in answer.text
    assert len(cases_of(board, round_id)) == before
    alone = kim.send(f"/arenden/ny?omgang={round_id}&bidragsform={keys[2]}", **WHO, round_id=f"{round_id}.{keys[2]}")
    assert alone.status_code == 303
    assert cases_of(board, round_id)[-1].scheme_id == keys[2]
    assert cases_of(board, round_id)[-1].tied_to_id is None


@pytest.mark.parametrize("place", ["{round}", "{round}.999", "1.1"])
def test_a_round_for_several_says_which_or_is_refused(
    board: BoardAtWork, kim: Somebody, three: tuple[int, list[int]], place: str
) -> None:
    round_id, _keys = three
    answer = kim.send("/arenden/ny", **WHO, round_id=place.format(round=round_id))
    assert answer.status_code == 422
    assert "bidragsform" in answer.text
    assert not cases_of(board, round_id)


def test_a_list_goes_into_one_scheme_of_a_round(
    board: BoardAtWork, kim: Somebody, three: tuple[int, list[int]]
) -> None:
    round_id, keys = three
    options = re.findall(r'<option value="(\d+\.\d+)"', kim.get("/import").text)
    assert options == [f"{round_id}.{key}" for key in keys]
    listed = "Föreningens namn;Organisationsnummer;Sökt belopp\nKören Provspelet;802999-0044;5000\n"
    answer = kim.send("/import", file=(listed.encode(), "lista.csv"), round_id=f"{round_id}.{keys[1]}")
    assert answer.status_code == 303
    taken = kim.send(f"{answer.location}/bekrafta")
    assert taken.status_code == 303, taken.text
    [case] = cases_of(board, round_id)
    assert case.scheme_id == keys[1]
