"""The quick check at the counter: an answer that is nobody's decision, kept when asked, taken further as a booking."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lxml import html
from sqlalchemy import select

from tests.board import NUMBERS, BoardAtWork, clean_facts
from tests.page_fixtures import board, on_that_day, one_line, somebody
from vetting.bookings.models.quick_checks import QuickCheck
from vetting.casework.models.cases import Case
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading

if TYPE_CHECKING:
    from tests.page_fixtures import Somebody

__all__ = ["board", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")
EVENT = {
    "typ": "bokning",
    "f-organiser_of_record": "Kulturföreningen Provkvarnen",
    "f-event_purpose": "körövning",
    "f-responsible_person": "ordföranden",
    "f-expected_visitors": "20",
}


@pytest.fixture
def known(board: BoardAtWork) -> str:
    """The key of an association that is in the register."""
    return str(board.receive().association_id)


@pytest.fixture
def desk(board: BoardAtWork) -> Somebody:
    return somebody(board, Role.PREMISES)


def kept(board: BoardAtWork) -> list[QuickCheck]:
    with open_reading(board.database) as s:
        return list(s.scalars(select(QuickCheck)))


def test_an_association_is_found_by_name_and_number_and_nothing_is_kept(
    board: BoardAtWork, desk: Somebody, known: str
) -> None:
    for wanted in ("Provkvarnen", NUMBERS[0], f"{NUMBERS[0][:6]}-{NUMBERS[0][6:]}"):
        assert "Kulturföreningen Provkvarnen" in desk.get(f"/snabbkoll?q={wanted}&typ=bokning").text
    assert desk.send("/snabbkoll", q=NUMBERS[0], val=known, **EVENT).status_code == 200
    assert kept(board) == []


def test_a_check_is_kept_when_it_is_asked_for_and_stands_among_the_latest(
    board: BoardAtWork, desk: Somebody, known: str
) -> None:
    assert desk.send("/snabbkoll/spara", q=NUMBERS[0], val=known, **EVENT).status_code == 303
    assert [str(row.association_id) for row in kept(board)] == [known]
    assert "Kulturföreningen Provkvarnen" in one_line(desk.get("/snabbkoll").text)


def test_a_number_that_cannot_be_read_is_told_and_the_rest_stays(
    board: BoardAtWork, desk: Somebody, known: str
) -> None:
    typed = EVENT | {"f-expected_visitors": "många"}
    for path in ("/snabbkoll", "/snabbkoll/spara", "/snabbkoll/vidare"):
        answer = desk.send(path, q=NUMBERS[0], val=known, **typed)
        assert answer.status_code == 422, path
        assert "många" in answer.text
        assert "körövning" in answer.text
    assert kept(board) == []


def test_a_check_that_is_taken_further_is_a_booking_of_the_same_association(
    board: BoardAtWork, desk: Somebody, known: str
) -> None:
    more = {
        "f-name_in_application": "Kulturföreningen Provkvarnen",
        "f-organisation_number": NUMBERS[0],
        "f-event_starts_at": "2026-12-01T18:00",
        "until_clock": "20",
        "room": "Salen",
    }
    answer = desk.send("/snabbkoll/vidare", q=NUMBERS[0], val=known, **EVENT, **more)
    assert answer.status_code == 303
    with open_reading(board.database) as s:
        booking = s.scalars(select(Case).where(Case.kind == "booking")).one()
    assert str(booking.association_id) == known
    assert answer.location == f"/arenden/{booking.number}"


@pytest.mark.parametrize(
    ("typed", "name"), [("Scoutkåren 2000", "Scoutkåren 2000"), ("12345", ""), ("Nya kören", "Nya kören")]
)
def test_what_was_typed_is_the_name_of_somebody_new_unless_it_is_digits_alone(
    desk: Somebody, typed: str, name: str
) -> None:
    page = html.fromstring(desk.get(f"/snabbkoll?q={typed}&typ=bokning&ny=1").text)
    assert page.get_element_by_id("f-name_in_application").get("value", "") == name


@pytest.mark.parametrize("kind", ["bokning", "bidrag"])
def test_a_name_that_nobody_has_is_asked_about_with_a_field_for_who_it_is(desk: Somebody, kind: str) -> None:
    answer = desk.send("/snabbkoll", q="zzzzqqq", typ=kind)
    assert answer.status_code == 200
    assert 'value="zzzzqqq"' in answer.text


@pytest.mark.parametrize(("typed", "number"), [("8029990318", "8029990318"), ("80299903", "80299903")])
def test_nobody_is_a_private_person_because_their_number_is_not_known(desk: Somebody, typed: str, number: str) -> None:
    page = html.fromstring(desk.get(f"/snabbkoll?q={typed}&typ=bokning&ny=1").text)
    assert page.get_element_by_id("f-organisation_number").get("value", "") == number
    assert not page.xpath("//*[@name='f-booker_is_private'][@checked or @value='ja' and @selected]")
    assert not page.xpath("//select[@name='f-booker_is_private']/option[@selected and @value='ja']")


def test_a_name_in_other_letters_is_asked_about_and_not_taken_as_known(board: BoardAtWork, desk: Somebody) -> None:
    mala = clean_facts(NUMBERS[1], "Mala Idrottsklubb")
    known = str(board.receive(mala).association_id)
    opened = f'name="val" value="{known}"'
    asked, other = (
        desk.get(f"/snabbkoll?q={name}&typ=bokning").text for name in ("Mala Idrotsklubb", "Malå Idrottsklubb")
    )
    assert "Mala Idrottsklubb" in other
    assert (opened in asked, opened in other) == (True, False)
