"""The acts of a case's page: each does one thing, says where it was refused and keeps what was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.board import GROUP, BoardAtWork, clean_facts
from tests.page_fixtures import board, colleague, kim, on_that_day, somebody
from vetting.casework.models.assessments import AssessmentRow
from vetting.casework.models.cases import Communication, Note
from vetting.casework.models.completions import Completion
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading

if TYPE_CHECKING:
    from tests.databases import Databases
    from tests.page_fixtures import Somebody

__all__ = ["board", "kim", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")
VALUE = "demokratisk-rattsstat"
LONG = "En motivering som någon har suttit länge med."


@pytest.fixture
def number(board: BoardAtWork) -> str:
    """A case in which the number of members missing."""
    return board.receive(clean_facts(members_total=None)).number


def answers(board: BoardAtWork) -> list[tuple[str, str]]:
    with open_reading(board.database) as s:
        return [(row.criterion, row.answer) for row in s.scalars(select(AssessmentRow).order_by(AssessmentRow.id))]


@pytest.mark.parametrize(
    ("act", "typed"),
    [
        ("komplettering", {"text": LONG, "due_on": "nästa fredag"}),
        ("komplettering", {"text": LONG, "due_on": "2026-11-01"}),
        ("yttrande", {"what": LONG, "reply_by": "snart", "sent_to": "styrelsen"}),
        ("svar", {"reply": LONG, "replied_on": "i går", "communication": "1"}),
        ("svarstid", {"because": LONG, "until": "senare", "communication": "1"}),
        ("sakkunnig", {"question": LONG, "asked_of": "en jurist", "due_on": "31 juni"}),
    ],
)
def test_a_day_that_is_none_is_told_and_what_was_typed_stays(
    board: BoardAtWork, kim: Somebody, number: str, act: str, typed: dict[str, str]
) -> None:
    answer = kim.send(f"/arenden/{number}/{act}", **typed)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert LONG in answer.text or act != "komplettering"  # the other forms stand at something that is none yet
    with open_reading(board.database) as s:
        assert s.scalars(select(Completion)).all() == []
        assert s.scalars(select(Communication)).all() == []


def test_a_note_for_the_file_is_seen_by_colleagues_and_a_working_note_is_not(
    board: BoardAtWork, kim: Somebody, number: str
) -> None:
    assert kim.send(f"/arenden/{number}/anteckning", text="Ringde ordföranden.", official="1").status_code == 303
    assert kim.send(f"/arenden/{number}/anteckning", text="Fråga Lo i morgon.", official="0").status_code == 303
    with open_reading(board.database) as s:
        assert [note.official for note in s.scalars(select(Note).order_by(Note.id))] == [True, False]
    seen = colleague(board, Role.CASEWORKER, "lo").get(f"/arenden/{number}").text
    assert "Ringde ordföranden." in seen
    assert "Fråga Lo i morgon." not in seen
    assert "Fråga Lo i morgon." in kim.get(f"/arenden/{number}").text
    assert kim.send(f"/arenden/{number}/anteckning", text=" ", official="1").status_code == 422


def test_completion_is_asked_for_what_was_ticked(board: BoardAtWork, kim: Somebody, number: str) -> None:
    fields = {"fact": "members_total", "text": "Skriv antalet.", "due_on": "2026-12-04"}
    assert kim.send(f"/arenden/{number}/komplettering", **fields).status_code == 303
    with open_reading(board.database) as s:
        [row] = s.scalars(select(Completion)).all()
    assert (row.facts, row.due_on.isoformat()) == (["members_total"], "2026-12-04")
    assert "4 dec 2026" in kim.get(f"/arenden/{number}").text.replace("\u00a0", " ")


def test_the_association_is_heard_its_reply_is_noted_and_its_time_extended(
    board: BoardAtWork, kim: Somebody, number: str
) -> None:
    what = {"what": "Protokollet, § 4.", "reply_by": "2026-12-11", "sent_to": "styrelsen"}
    assert kim.send(f"/arenden/{number}/yttrande", **what).status_code == 303
    with open_reading(board.database) as s:
        [sent] = s.scalars(select(Communication)).all()
    more = {"communication": str(sent.id), "until": "2026-12-18", "because": "Styrelsen möts den 15."}
    assert kim.send(f"/arenden/{number}/svarstid", **more).status_code == 303
    reply = {"communication": str(sent.id), "reply": "Vi beklagar.", "handled": "Vägt.", "replied_on": "2026-11-20"}
    assert kim.send(f"/arenden/{number}/svar", **reply).status_code == 303
    with open_reading(board.database) as s:
        [kept] = s.scalars(select(Communication)).all()
    assert (kept.reply_by.isoformat(), kept.reply) == ("2026-12-18", "Vi beklagar.")


def test_whoever_is_in_conflict_leaves_the_case_and_does_not_see_it_again(
    board: BoardAtWork, kim: Somebody, number: str
) -> None:
    answer = kim.send(f"/arenden/{number}/jav", answer="yes", ground="other")
    assert answer.status_code == 303
    assert kim.get(f"/arenden/{number}").status_code == 404
    assert somebody(board, Role.MANAGER).get(f"/arenden/{number}").status_code == 200


def test_an_application_that_is_withdrawn_is_no_longer_open(board: BoardAtWork, kim: Somebody, number: str) -> None:
    assert kim.send(f"/arenden/{number}/aterkallad").status_code == 303
    assert board.case(number).state == "withdrawn"
    assert kim.send(f"/arenden/{number}/aterkallad").status_code in {409, 422}


def test_a_decided_case_is_opened_again_only_with_a_reason(board: BoardAtWork) -> None:
    number, mona = board.approve().number, somebody(board, Role.DECISION_MAKER)
    assert mona.send(f"/arenden/{number}/omprova", because="").status_code == 422
    assert board.case(number).state == "payment"
    assert mona.send(f"/arenden/{number}/omprova", because="Beloppet var fel.").status_code == 303
    assert board.case(number).state == "in_progress"


def test_a_question_to_the_group_stands_in_the_case_that_waits_for_it(databases: Databases) -> None:
    board = BoardAtWork.copied(databases, "sqlite", way="group", ruleset=GROUP)
    number, kim = board.receive().number, somebody(board, Role.CASEWORKER)
    assert kim.send(f"/arenden/{number}/referensgrupp", question="Räcker stadgarna?").status_code == 303
    assert board.case(number).state == "referred"
    assert "Räcker stadgarna?" in kim.get(f"/arenden/{number}").text
    board.database.close()
