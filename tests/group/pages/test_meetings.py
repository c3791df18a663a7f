"""The pages of meetings: conflicts are answered before papers open, an opinion keeps what was typed, whoever is in
conflict sees nothing of the case."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests import sent
from tests.board import GROUP, NUMBERS, BoardAtWork, clean_facts, rules
from tests.factories import NOW
from tests.page_fixtures import on_that_day, somebody
from vetting.group.models.meetings import Meeting, Review
from vetting.group.services import meetings
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.databases import Databases

__all__ = ["on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")
SECRETARY, MEMBER = Role.GROUP_SECRETARY, Role.GROUP_MEMBER
QUESTION = "Är verksamheten öppen för alla?"


@pytest.fixture
def board(databases: Databases) -> Iterator[BoardAtWork]:
    made = BoardAtWork.copied(databases, "sqlite", way="group", ruleset=GROUP)
    yield made
    made.database.close()


@pytest.fixture
def called(board: BoardAtWork) -> tuple[str, int, int]:
    """A case's number, its meeting, and its item on the list."""
    number = board.receive(clean_facts(NUMBERS[0], "Föreningen Prov")).number
    board.do(meetings.refer_to_group, number, QUESTION, rules=rules())
    meeting = board.do(meetings.call_meeting, NOW + timedelta(days=3), "rum 3", role=SECRETARY)
    with open_reading(board.database) as s:
        return number, meeting.id, s.scalars(select(Review.id)).one()


def test_a_meeting_is_called_from_its_form_with_all_that_waits(board: BoardAtWork) -> None:
    number = board.receive(clean_facts(NUMBERS[0], "Föreningen Prov")).number
    board.do(meetings.refer_to_group, number, QUESTION, rules=rules())
    secretary = somebody(board, SECRETARY)
    opened = secretary.send("/moten/nytt", starts_at="2026-12-10T17:00", place="rum 3")
    assert opened.status_code == 303
    with open_reading(board.database) as s:
        assert s.scalars(select(Review.meeting_id)).all() == [s.scalars(select(Meeting.id)).one()]


def test_a_day_that_is_none_calls_no_meeting_and_keeps_the_place(board: BoardAtWork) -> None:
    typed = {"starts_at": "2026-12-10T17:00", "place": "Stora salen", "closes_on": "snart"}
    answer = somebody(board, SECRETARY).send("/moten/nytt", **typed)
    assert answer.status_code == 422
    assert 'value="Stora salen"' in answer.text
    with open_reading(board.database) as s:
        assert s.scalars(select(Meeting)).all() == []


def test_whoever_treats_cases_answers_on_conflicts_before_anything_opens(
    board: BoardAtWork, called: tuple[str, int, int]
) -> None:
    number, meeting, _ = called
    member = somebody(board, MEMBER)
    first = member.get(f"/moten/{meeting}")
    assert first.status_code == 303
    assert first.location.endswith("/jav")
    asked = member.get(f"/moten/{meeting}/jav").text
    assert "Föreningen Prov" in asked
    assert QUESTION not in asked
    assert member.get(f"/moten/{meeting}/handlingar.pdf").status_code == 422
    declared = member.send(f"/moten/{meeting}/jav", **sent.fields(asked), others="no")
    assert declared.status_code == 303
    page = member.get(f"/moten/{meeting}").text
    assert number in page
    assert QUESTION in page


def test_an_opinion_that_no_group_can_give_is_refused_and_keeps_its_words(
    board: BoardAtWork, called: tuple[str, int, int]
) -> None:
    _, meeting, review = called
    board.do(meetings.declare_conflicts, meeting, {}, role=SECRETARY)
    secretary, words = somebody(board, SECRETARY), "Gruppen har läst årsberättelsen."
    fields = sent.fields(secretary.get(f"/moten/{meeting}").text)
    answer = secretary.send(
        f"/moten/{meeting}/punkt/{review}", version=fields.get("version", ""), advice="avslå", opinion=words
    )
    assert answer.status_code in {400, 422}
    with open_reading(board.database) as s:
        assert s.scalars(select(Review.outcome)).all() == [""]


def test_a_meeting_without_a_time_is_told_at_its_field_and_what_was_typed_stays(board: BoardAtWork) -> None:
    chair = somebody(board, SECRETARY)
    for typed, told in (("", "Tiden saknas."), ("på fredag", "”på fredag” är inget datum.")):
        answer = chair.send("/moten/nytt", starts_at=typed, place="Stora salen", closes_on="")
        assert answer.status_code == 422
        assert f'href="#call-starts_at">{told}' in answer.text
        assert 'value="Stora salen"' in answer.text
    made = chair.send("/moten/nytt", starts_at="2026-12-24T13:30", place="Stora salen", closes_on="")
    assert made.status_code == 303
    assert "Mötet är inlagt." in chair.client.get(made.location, follow_redirects=True).text


def test_an_empty_statement_is_told_at_its_own_item(board: BoardAtWork, called: tuple[str, int, int]) -> None:
    _number, meeting, item = called
    chair = somebody(board, SECRETARY)
    assert chair.send(f"/moten/{meeting}/jav", others="no").status_code == 303
    answer = chair.send(f"/moten/{meeting}/punkt/{item}/yttrande", own_advice="", own_text=" ")
    assert answer.status_code == 422
    assert f'href="#statement-{item}-own_text">Yttrandet är tomt.' in answer.text
