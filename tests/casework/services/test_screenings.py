"""A case in an act is judged again only after something was written that a judgement may read."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select, update

from tests.acting import acting
from tests.board import NUMBERS, booking_facts, clean_facts
from tests.factories import NOW, TODAY
from tests.page_fixtures import board
from vetting.bookings.services import answers
from vetting.bookings.services.answers import BookingAnswer
from vetting.casework.domain.cases import CaseMarkKind
from vetting.casework.models.cases import Case
from vetting.casework.models.facts import GivenFacts
from vetting.casework.services import assessments, cases, screenings
from vetting.engine.results import CriterionResult
from vetting.engine.screening import screen
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.roles import Action, Role
from vetting.kernel.store.session import BESIDE, open_reading, run_in_transaction
from vetting.kernel.store.trail import TrailNote

if TYPE_CHECKING:
    from tests.board import BoardAtWork
    from vetting.kernel.store.session import WritingSession

__all__ = ["board"]


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The proposals of the judgements that are made."""
    made: list[str] = []

    def counted(*given: Any, **named: Any) -> Any:
        found = screen(*given, **named)
        made.append(found.proposal.value)
        return found

    monkeypatch.setattr(screenings, "screen", counted)
    return made


def members(case: Case, number: int) -> dict[str, Any]:
    return {
        "board_id": case.board_id,
        "case_id": case.id,
        "of_case": {"values": {"members_total": number}},
        "supplied_by": "staff",
        "as_of": TODAY,
        "entered_at": NOW,
    }


def in_an_act(board: BoardAtWork, number: str, write: Any) -> tuple[Any, Any, Any]:
    """What is read of a case twice in one act, and once more after something was written in it."""

    def work(s: WritingSession) -> tuple[Any, Any, Any]:
        case = cases.open_case(acting(s, board.staff[Role.CASEWORKER]), number, action=Action.HANDLE)

        def read() -> Any:
            found = screenings.screen_without_keeping(s, case, on=NOW.date())
            assert found is not None
            return found

        first, second = read(), read()
        write(s, case)
        s.add_entry(TrailNote(action="test", by=None, at=NOW, subject=case, case_id=case.id))
        return first, second, read()

    return run_in_transaction(board.database, work)


WRITES: dict[str, Any] = {
    "a fact": lambda s, case: s.add(GivenFacts(**members(case, 1))),
    "a fact past the objects": lambda s, case: s.execute(
        insert(GivenFacts).execution_options(**BESIDE), [members(case, 1)]
    ),
    "a change past the objects": lambda s, case: s.execute(
        update(Case).where(Case.id == case.id).values(name="Annan").execution_options(**BESIDE)
    ),
    "the day it came": lambda _s, case: setattr(case, "received_on", TODAY.replace(year=TODAY.year - 1)),
    "a mark that ends a report": lambda s, case: cases.put_mark(
        acting(s, case_by(s), NOW), case, CaseMarkKind.CLOSED_UNREPORTED
    ),
}
BESIDES: dict[str, Any] = {
    "a mark of what was looked at": lambda s, case: cases.put_mark(
        acting(s, case_by(s), NOW), case, CaseMarkKind.BASIC_CHECK
    ),
    "nothing": lambda _s, _case: None,
    "who handles it": lambda s, case: cases.start_handling(case, case_by(s)),
    "its version": lambda _s, case: cases.raise_version(case),
}


def case_by(s: WritingSession) -> Any:
    return s.info["by"]


@pytest.mark.parametrize("name", WRITES)
def test_what_a_judgement_may_read_is_judged_anew(board: BoardAtWork, judged: list[str], name: str) -> None:
    number = board.receive().number
    judged.clear()

    def write(s: WritingSession, case: Case) -> None:
        s.info["by"] = board.staff[Role.CASEWORKER]
        WRITES[name](s, case)

    first, second, third = in_an_act(board, number, write)
    assert first is second
    assert third is not first
    assert len(judged) == 2
    if "fact" in name:
        assert third.screening.facts.values["members_total"] == 1


@pytest.mark.parametrize("name", BESIDES)
def test_what_no_judgement_reads_leaves_it_as_it_was(board: BoardAtWork, judged: list[str], name: str) -> None:
    number = board.receive().number
    board.do(cases.mark_case, number, CaseMarkKind.BASIC_CHECK)
    judged.clear()

    def write(s: WritingSession, case: Case) -> None:
        s.info["by"] = board.staff[Role.CASEWORKER]
        BESIDES[name](s, case)

    first, second, third = in_an_act(board, number, write)
    assert first is second is third
    assert len(judged) == 1


def test_two_cases_of_one_act_are_judged_each(board: BoardAtWork, judged: list[str]) -> None:
    numbers = [board.receive(clean_facts(number)).number for number in NUMBERS[:2]]
    judged.clear()

    def work(s: WritingSession) -> list[Any]:
        by = board.staff[Role.CASEWORKER]
        found = [cases.open_case(acting(s, by), number, action=Action.HANDLE) for number in numbers]
        return [screenings.screen_without_keeping(s, case, on=NOW.date()) for case in found]

    one, other = run_in_transaction(board.database, work)
    assert one.screening.facts.values["organisation_number"] != other.screening.facts.values["organisation_number"]
    assert len(judged) == 2


def test_a_booking_is_confirmed_by_one_judgement_and_one_more_where_something_is_answered(
    board: BoardAtWork, judged: list[str]
) -> None:
    board.delegate(Role.PREMISES, kinds=["booking"], refusals=False)
    times = []
    for answer in (BookingAnswer(nothing_found=True), BookingAnswer()):
        number = board.receive(booking_facts(), kind=CaseKind.BOOKING).number
        judged.clear()
        board.do(answers.confirm_booking, number, answer, version=None, role=Role.PREMISES)
        times.append(len(judged))
    assert times == [2, 1]


def test_an_answer_dated_after_the_day_that_is_judged_does_not_count(board: BoardAtWork) -> None:
    number, later = board.receive().number, NOW + timedelta(days=9)
    board.do(assessments.record_nothing_found, number, at=later)
    with open_reading(board.database) as s:
        case = s.scalars(select(Case).where(Case.number == number)).one()
        before, after = (screenings.screen_without_keeping(s, case, on=at.date()) for at in (NOW, later))
        assert before is not None
        assert after is not None
        assert before.answers == {}
        assert {finding.result for finding in after.screening.findings if finding.criterion.id in after.answers} == {
            CriterionResult.NOTHING_FOUND
        }
