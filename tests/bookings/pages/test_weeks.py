"""The page of a week: those without questions are confirmed together by somebody who says that they are in no conflict."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.board import NUMBERS, BoardAtWork, booking_facts
from tests.page_fixtures import board, on_that_day, one_line, somebody
from vetting.bookings.domain.letting import Letting
from vetting.bookings.services import letting
from vetting.casework.domain.legal_force import DecisionEventKind
from vetting.casework.models.assessments import AssessmentRow
from vetting.casework.models.cases import Case
from vetting.casework.models.decisions import DecisionEvent
from vetting.casework.models.intake import RequestedTime
from vetting.casework.services import assessments, cases
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading

__all__ = ["board", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")
EVENING, WEEK = datetime(2026, 12, 1, 17, 0, tzinfo=UTC), "/bokningar/vecka/2026-W49"


def book(board: BoardAtWork, place: int, at: datetime, **more: str) -> str:
    use = RequestedTime(room_name="Salen", starts_at=at, ends_at=at + timedelta(hours=2))
    facts = booking_facts(NUMBERS[place], f"Föreningen Prov {place}", **more)
    return board.receive(facts, kind=CaseKind.BOOKING, uses=(use,)).number


@pytest.fixture
def clean(board: BoardAtWork) -> list[str]:
    """Two bookings of associations that somebody has looked at before."""
    board.delegate(Role.PREMISES, kinds=["booking"], refusals=False)
    board.do(letting.change_letting, Letting(drawn_in_hundred=0), role=Role.ADMINISTRATOR)
    for place in (0, 1):
        before = book(board, place, EVENING - timedelta(days=14))
        board.do(assessments.record_nothing_found, before, role=Role.PREMISES)
    return [book(board, place, EVENING + timedelta(hours=3 * place), booking_reference=f"B{place}") for place in (0, 1)]


def states(board: BoardAtWork, numbers: list[str]) -> list[str]:
    with open_reading(board.database) as s:
        known = {case.number: case.state for case in s.scalars(select(Case).where(Case.number.in_(numbers)))}
    return [known[number] for number in numbers]


def offered(page: str) -> list[str]:
    return re.findall(r'type="checkbox"[^>]*name="case"[^>]*value="([^"]+)"', page)


def test_those_without_questions_are_confirmed_together(board: BoardAtWork, clean: list[str]) -> None:
    staff = somebody(board, Role.PREMISES)
    ticked = offered(staff.get(WEEK).text)
    assert {value.partition("/")[0] for value in ticked} == set(clean)
    sent = {"csrf_token": staff.token(), "case": ticked, "no_conflict": "1"}
    answer = staff.client.post(f"{WEEK}/bekrafta", data=sent)
    assert answer.status_code == 303
    assert states(board, clean) == ["confirmed", "confirmed"]


def test_nothing_is_confirmed_by_somebody_who_has_not_said_that_they_are_in_no_conflict(
    board: BoardAtWork, clean: list[str]
) -> None:
    staff = somebody(board, Role.PREMISES)
    sent = {"csrf_token": staff.token(), "case": offered(staff.get(WEEK).text)}
    before = states(board, clean)
    assert staff.client.post(f"{WEEK}/bekrafta", data=sent).status_code == 422
    assert states(board, clean) == before


def test_a_booking_that_changed_meanwhile_is_named_and_the_other_is_confirmed(
    board: BoardAtWork, clean: list[str]
) -> None:
    staff = somebody(board, Role.PREMISES)
    assert len(clean) == 2
    first, second = offered(staff.get(WEEK).text)
    stale = f"{second.partition('/')[0]}/999"
    answer = staff.client.post(
        f"{WEEK}/bekrafta", data={"csrf_token": staff.token(), "case": [first, stale], "no_conflict": "1"}
    )
    assert answer.status_code == 422
    assert second.partition("/")[0] in answer.text
    assert states(board, [first.partition("/")[0]]) == ["confirmed"]
    assert states(board, [second.partition("/")[0]]) != ["confirmed"]


def test_a_week_that_is_none_is_not_found(board: BoardAtWork) -> None:
    assert somebody(board, Role.PREMISES).get("/bokningar/vecka/2026-W60").status_code == 404


@pytest.fixture
def unseen(board: BoardAtWork) -> list[str]:
    """Three bookings of one association and one of another, of whom only the value question is asked."""
    board.delegate(Role.PREMISES, kinds=["booking"], refusals=False)
    board.do(letting.change_letting, Letting(drawn_in_hundred=0), role=Role.ADMINISTRATOR)
    return [book(board, place, EVENING + timedelta(hours=3 * turn)) for turn, place in enumerate((0, 0, 0, 1))]


def test_an_association_is_one_line_however_many_bookings_it_has(board: BoardAtWork, unseen: list[str]) -> None:
    page = somebody(board, Role.PREMISES).get(WEEK).text
    assert page.count('<li><label for="v-') == 2
    assert "3 bokningar" in page
    assert "2 bokare att gå igenom" in page
    [three] = [value for value in offered(page) if value.count("/") == 3]
    assert {one.partition("/")[0] for one in three.split()} == set(unseen[:3])


def test_a_read_list_is_answered_in_one_stroke_and_the_question_asked_once(
    board: BoardAtWork, unseen: list[str]
) -> None:
    staff = somebody(board, Role.PREMISES)
    sent = {"csrf_token": staff.token(), "case": offered(staff.get(WEEK).text), "no_conflict": "1"}
    assert staff.client.post(f"{WEEK}/inget", data=sent).status_code == 303
    assert states(board, unseen) == ["confirmed"] * 4
    with open_reading(board.database) as s:
        answered = s.scalars(select(AssessmentRow.made_in_case_id)).all()
    assert len(set(answered)) == 2  # by the first booking of each association
    assert "inget att gå igenom" in staff.get(WEEK).text


def test_what_changed_since_the_list_was_read_is_left_out_and_named(board: BoardAtWork, unseen: list[str]) -> None:
    staff = somebody(board, Role.PREMISES)
    ticked = offered(staff.get(WEEK).text)
    board.do(
        cases.change_facts,
        unseen[3],
        booking_facts(NUMBERS[1], "Föreningen Prov 1", expected_visitors=44),
        version=None,
        role=Role.PREMISES,
    )
    sent = {"csrf_token": staff.token(), "case": ticked, "no_conflict": "1"}
    answer = staff.client.post(f"{WEEK}/inget", data=sent)
    assert answer.status_code == 422
    assert unseen[3] in answer.text
    assert states(board, unseen) == ["confirmed"] * 3 + [states(board, unseen)[3]]
    assert states(board, unseen)[3] != "confirmed"


def test_nobody_signs_a_list_without_saying_that_they_are_in_no_conflict(board: BoardAtWork, unseen: list[str]) -> None:
    staff = somebody(board, Role.PREMISES)
    sent = {"csrf_token": staff.token(), "case": offered(staff.get(WEEK).text)}
    answer = staff.client.post(f"{WEEK}/inget", data=sent)
    assert answer.status_code in {409, 422}
    assert "confirmed" not in states(board, unseen)


def test_one_booking_opens_by_itself_and_what_is_not_there_is_not_found(board: BoardAtWork) -> None:
    board.delegate(Role.PREMISES, kinds=["booking"], refusals=False)
    use = RequestedTime(room_name="Salen", starts_at=EVENING, ends_at=EVENING + timedelta(hours=2))
    facts = booking_facts(NUMBERS[0], "Föreningen Prov 0", responsible_person=None)
    number = board.receive(facts.without(("responsible_person",)), kind=CaseKind.BOOKING, uses=(use,)).number
    staff = somebody(board, Role.PREMISES)
    part = staff.get(f"{WEEK}?bokning={number}&del=1")
    assert part.status_code == 200
    assert part.text.lstrip().startswith("<details")
    assert staff.get(f"{WEEK}?bokning=BOK-2026-9999&del=1").status_code == 404
    assert f'id="{number}" open' in staff.get(f"{WEEK}?bokning={number}").text


@pytest.mark.usefixtures("clean")
def test_giving_the_answers_is_an_act_and_fetching_the_file_is_none(board: BoardAtWork) -> None:
    staff = somebody(board, Role.PREMISES)
    confirmed, open_still = offered(staff.get(WEEK).text)
    assert "Lämna" not in one_line(staff.get(WEEK).text).split("Svar till bokningssystemet")[1].split("Hämta svaren")[0]
    staff.client.post(f"{WEEK}/bekrafta", data={"csrf_token": staff.token(), "case": [confirmed], "no_conflict": "1"})
    assert staff.get(f"{WEEK}/svar.xlsx").status_code == 200

    def told() -> list[str]:
        with open_reading(board.database) as s:
            rows = select(Case.number).join(DecisionEvent, DecisionEvent.case_id == Case.id)
            return list(s.scalars(rows.where(DecisionEvent.what == DecisionEventKind.SENT)))

    assert told() == [], "a file that is fetched has told nobody"
    assert "Lämna 1 svar" in staff.get(WEEK).text
    given = staff.client.post(f"{WEEK}/lamna", data={"csrf_token": staff.token()})
    assert given.status_code == 303
    assert "1 svar är lämnat till bokningssystemet." in staff.get(given.headers["Location"]).text
    assert told() == [confirmed.partition("/")[0]]
    again = staff.client.post(f"{WEEK}/lamna", data={"csrf_token": staff.token()})
    assert again.status_code == 409
    assert "redan lämnade" in again.text
    assert told() == [confirmed.partition("/")[0]] != [open_still.partition("/")[0]]
    assert staff.get(f"{WEEK}/svar.xlsx").status_code == 200
