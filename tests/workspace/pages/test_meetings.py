"""The pages of meetings: conflicts are answered before papers open, an opinion keeps what was typed, whoever is in
conflict sees nothing of the case."""

from __future__ import annotations

import html
import re
import unicodedata
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING

import docx
import pypdfium2
import pytest
from sqlalchemy import select

from tests import sent
from tests.board import ACT, GROUP, NUMBERS, BoardAtWork, clean_facts
from tests.factories import NOW
from tests.page_fixtures import on_that_day, somebody
from vetting.casework.domain.advice import ConflictGround
from vetting.casework.models.meetings import Meeting, Review
from vetting.casework.services import assessments, meetings
from vetting.casework.services.assessments import NewAssessment
from vetting.engine.evidence import CriterionAnswer
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_anchors
from vetting.kernel.store.session import open_reading
from vetting.kernel.store.trail import TrailEntry
from vetting.people.domain.ways_of_working import BoardOption
from vetting.rules.services import ways_of_working

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.databases import Databases

__all__ = ["on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")
SECRETARY, MEMBER = Role.GROUP_SECRETARY, Role.GROUP_MEMBER
VALUE = "demokratisk-rattsstat"
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
    board.do(meetings.refer_to_group, number, QUESTION)
    meeting = board.do(meetings.call_meeting, NOW + timedelta(days=3), "rum 3", role=SECRETARY)
    with open_reading(board.database) as s:
        return number, meeting.id, s.scalars(select(Review.id)).one()


def test_a_meeting_is_called_from_its_form_with_all_that_waits(board: BoardAtWork) -> None:
    number = board.receive(clean_facts(NUMBERS[0], "Föreningen Prov")).number
    board.do(meetings.refer_to_group, number, QUESTION)
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


def text_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def declare_all(board: BoardAtWork, meeting: int) -> None:
    for role in (SECRETARY, MEMBER):
        board.do(meetings.declare_conflicts, meeting, {}, role=role)


def test_the_desk_shows_one_item_and_saving_goes_to_the_next(board: BoardAtWork, called: tuple[str, int, int]) -> None:
    number, meeting, item = called
    declare_all(board, meeting)
    secretary = somebody(board, SECRETARY)
    opened = secretary.get(f"/moten/{meeting}").text
    assert "Punkt 1 av 3" in opened
    assert QUESTION not in opened
    saved = secretary.send(f"/moten/{meeting}/narvaro", present=str(board.staff[SECRETARY].id))
    assert saved.location.endswith("?punkt=2")
    page = secretary.get(saved.location).text
    assert QUESTION in page
    assert number in page
    assert page.count('type="radio"') == 6
    assert "checked" not in page[page.index("opinion") :]
    given = secretary.send(
        f"/moten/{meeting}/punkt/{item}", version="", advice="recommends", text="Verksamheten är öppen."
    )
    assert given.location.endswith("?punkt=3")
    assert "Verksamheten är öppen." in secretary.get(f"/moten/{meeting}?punkt=2").text


def test_who_is_aside_and_who_has_not_answered_stands_at_the_item(
    board: BoardAtWork, called: tuple[str, int, int]
) -> None:
    number, meeting, _ = called
    with open_reading(board.database) as s:
        case = s.scalars(select(Review.case_id)).one()
    board.do(meetings.declare_conflicts, meeting, {}, role=SECRETARY)
    before = text_of(somebody(board, SECRETARY).get(f"/moten/{meeting}?punkt=2").text)
    assert "1 kan delta i punkt 2" in before
    assert "Närvaron är inte antecknad än." in before
    assert f"{board.staff[MEMBER].name} har inte svarat om jäv." in before
    board.do(meetings.declare_conflicts, meeting, {case: ConflictGround.OWN_INTEREST}, role=MEMBER)
    coordinator = board.staff[Role.VBE_COORDINATOR]
    there = [board.staff[role].id for role in (SECRETARY, MEMBER, Role.VBE_COORDINATOR)]
    board.do(meetings.note_attendance, meeting, there, role=SECRETARY)
    told = text_of(somebody(board, SECRETARY).get(f"/moten/{meeting}?punkt=2").text)
    assert f"{board.staff[MEMBER].name} deltar inte: har anmält jäv." in told
    assert f"{coordinator.name} har inte svarat om jäv." in told
    assert "1 deltar i punkt 2" in told
    notes = text_of(somebody(board, SECRETARY).get(f"/moten/{meeting}/anteckningar").text)
    assert f"Svarade inte på frågan om jäv och deltog inte i ärendena: {coordinator.name}." in notes
    own = somebody(board, MEMBER).get(f"/moten/{meeting}?punkt=2").text
    assert "Du deltar inte i punkt 2" in own
    assert "deltar i punkt 2" not in own
    assert QUESTION not in own
    assert number not in own
    assert "Föreningen Prov" not in own


@pytest.mark.parametrize("place", ["0", "4", "99999999999", "-1", "²"])
def test_an_item_that_is_not_on_the_agenda_is_none(
    board: BoardAtWork, called: tuple[str, int, int], place: str
) -> None:
    declare_all(board, called[1])
    answer = somebody(board, SECRETARY).get(f"/moten/{called[1]}?punkt={place}")
    assert answer.status_code == (404 if place in {"0", "4", "99999999999"} else 200)


def test_rule_and_act_stand_side_by_side_and_like_cases_are_named_on_demand(
    board: BoardAtWork, called: tuple[str, int, int]
) -> None:
    number, meeting, item = called
    other = board.receive(clean_facts(NUMBERS[1], "Föreningen Annan")).number
    board.do(assessments.record_nothing_found, other)
    board.do(meetings.refer_to_group, other, "Är årsmötet öppet?")
    against = NewAssessment(criterion=VALUE, answer=CriterionAnswer.NOT_MET, reasons="Rösträtten.", evidence=ACT)
    board.do(assessments.assess, number, against, version=None)
    declare_all(board, meeting)
    secretary = somebody(board, SECRETARY)
    page = secretary.get(f"/moten/{meeting}?punkt=2").text
    for said in ("Regeln säger", ACT.act, ACT.source, "Rösträtten.", "Det som talar för", ACT.speaks_for):
        assert html.escape(said) in page
    assert "1 inget har framkommit" in text_of(page)
    assert other not in page
    with open_reading(board.database) as s:
        assert "like_cases_named" not in s.scalars(select(TrailEntry.action)).all()
    nonsense = secretary.send(f"/moten/{meeting}/punkt/{item}/lika", criterion="850101-1234 x")
    assert nonsense.status_code == 200
    with open_reading(board.database) as s:
        assert "like_cases_named" not in s.scalars(select(TrailEntry.action)).all()  # nothing was named
    named = secretary.send(f"/moten/{meeting}/punkt/{item}/lika", criterion=VALUE)
    assert named.status_code == 200
    assert other in named.text
    with open_reading(board.database) as s:
        assert "like_cases_named" in s.scalars(select(TrailEntry.action)).all()
    assert secretary.send(f"/moten/{meeting}/punkt/{item + 9}/lika", criterion=VALUE).status_code == 404


def test_the_notes_are_the_same_on_the_page_in_word_and_as_pdf(
    board: BoardAtWork, called: tuple[str, int, int]
) -> None:
    number, meeting, item = called
    declare_all(board, meeting)
    secretary = somebody(board, SECRETARY)
    secretary.send(
        f"/moten/{meeting}/punkt/{item}", version="", advice="advises_against", text="Underlaget räcker inte."
    )
    assert "Utkast, inte godkänt." in secretary.get(f"/moten/{meeting}/anteckningar").text
    assert "Närvaron är inte antecknad." in text_of(secretary.get(f"/moten/{meeting}/anteckningar").text)
    board.do(meetings.note_attendance, meeting, [board.staff[MEMBER].id], role=SECRETARY)
    held_on = NOW + timedelta(days=3)
    board.do(meetings.hold_meeting, meeting, "Nästa möte i mars.", role=SECRETARY, at=held_on)
    assert secretary.send(f"/moten/{meeting}/godkann").status_code == 303
    page = text_of(secretary.get(f"/moten/{meeting}/anteckningar").text)
    word = "\n".join(
        line.text
        for line in docx.Document(BytesIO(secretary.get(f"/moten/{meeting}/anteckningar.docx").data)).paragraphs
    )
    pdf = pypdfium2.PdfDocument(secretary.get(f"/moten/{meeting}/anteckningar.pdf").data)
    printed = "".join(sheet.get_textpage().get_text_bounded() for sheet in pdf)
    for text in (page, word, printed.replace("\r\n", " ")):
        for said in (
            number,
            "Gruppens råd: Avstyrker.",
            "Underlaget räcker inte.",
            "Godkänt och låst",
            "Nästa möte i mars.",
        ):
            assert said in text
    assert "____" not in word
    with open_reading(board.database) as s:
        entry_id, head = trail_anchors.head_of(s, board.board_id)
    printed = unicodedata.normalize("NFKC", " ".join(printed.split()))  # two f of a digest are one sign in print
    for text in (word, printed):  # what leaves the program says how far the trail went
        assert f"Spårets senaste post och kontrollsumma: {entry_id} {head}" in text
    assert head not in page


def test_formal_minutes_have_lines_to_sign_until_two_have_adjusted(databases: Databases) -> None:
    board = BoardAtWork.copied(databases, "sqlite", way="group", ruleset=GROUP)
    board.do(ways_of_working.set_habits, frozenset({BoardOption.FORMAL_MINUTES}), role=Role.ADMINISTRATOR)
    board.do(meetings.refer_to_group, board.receive().number, QUESTION)
    key = board.do(meetings.call_meeting, NOW + timedelta(days=3), "rum 3", role=SECRETARY).id
    declare_all(board, key)
    page = somebody(board, SECRETARY).get(f"/moten/{key}/anteckningar").text
    assert "<h1>Protokoll</h1>" in page
    assert page.count("____ Justerat av") == 2
