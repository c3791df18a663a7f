"""Samples of a board: drawn of all its cases, the same when drawn again, looked at by whoever may see the case."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.acting import acting
from tests.board import NUMBERS, board, clean_facts, refused
from tests.factories import TODAY
from tests.kernel.store.tampering import raw, without_triggers
from vetting.casework.domain.advice import ConflictGround
from vetting.casework.domain.cases import CaseMarkKind
from vetting.casework.services.assessments import record_nothing_found
from vetting.casework.services.cases import mark_case
from vetting.casework.services.decisions import declare_no_conflict, make_ready
from vetting.casework.services.meetings import recuse_person
from vetting.grants.services.rounds import NewRound, add_round
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading
from vetting.money.domain.samples import RiskFact, SampleResult, SampleWay
from vetting.money.models.samples import drawn_cases, find_sample, numbers_drawn
from vetting.money.services.grant_routines import NewRoutine, approve_routine
from vetting.money.services.samples import NewSample, draw, draw_again, note_result

if TYPE_CHECKING:
    from tests.board import BoardAtWork
    from vetting.engine.facts import Facts
    from vetting.money.models.samples import Sample
    from vetting.money.services.samples import RedrawnSample

__all__ = ["board"]
KR = 100
THIS_YEAR = {"first": TODAY.replace(month=1, day=1), "last": TODAY}
CHANCE = NewSample(kind=CaseKind.GRANT, way=SampleWay.CHANCE, size=2, **THIS_YEAR)
RISK = NewSample(kind=CaseKind.GRANT, way=SampleWay.RISK, size=9, **THIS_YEAR)


def routine(board: BoardAtWork, *facts: RiskFact, **more: Any) -> None:
    given: dict[str, Any] = {
        "owner": "Avdelningschef",
        "approved_by": "Avdelningschef",
        "approved_on": TODAY,
        "anchored": "",
        "review_on": TODAY + timedelta(days=300),
        "facts": facts,
        "amount": 40_000 * KR,
        "percent": 50,
        "change": "Första versionen.",
    }
    board.do(approve_routine, NewRoutine(**given | more), rule_names=[], role=Role.MANAGER)


def granted_beside(board: BoardAtWork, facts: Facts, amount: int) -> str:
    """The number of a grant in a round of its own; what is answered of the association already holds."""
    new = NewRound(
        name=f"Projektbidrag om {amount} öre",
        opens_on=TODAY - timedelta(days=60),
        closes_on=TODAY + timedelta(days=9),
        dnr="EXN 2026/201",
        decision_on=TODAY + timedelta(days=30),
        report_on=TODAY + timedelta(days=400),
    )
    number: str = board.receive(facts, round_id=board.do(add_round, new).id).number
    board.do(declare_no_conflict, number)
    board.do(mark_case, number, CaseMarkKind.PAPERS_OPENED)
    with suppress(Refused):
        board.do(record_nothing_found, number)
    board.do(mark_case, number, CaseMarkKind.BASIC_CHECK)
    board.do(make_ready, number)
    board.propose(number, amount=amount)
    board.do(declare_no_conflict, number, role=Role.DECISION_MAKER)
    board.decide(number)
    return number


def three_grants(board: BoardAtWork) -> list[str]:
    """Of 20 000, 40 000 and 40 000 kronor, by three associations."""
    facts = clean_facts(NUMBERS[0], "Föreningen Prov 0", amount_applied=20_000 * KR)
    small = granted_beside(board, facts, 20_000 * KR)
    others = [
        board.approve(clean_facts(number, f"Föreningen Prov {place}")).number
        for place, number in enumerate(NUMBERS[1:3], 1)
    ]
    return [small, *others]


def again(board: BoardAtWork, sample: Sample) -> RedrawnSample:
    with open_reading(board.database) as s:
        return draw_again(s, sample)


def drawn_of(board: BoardAtWork, sample: Sample) -> dict[str, tuple[str, ...]]:
    with open_reading(board.database) as s:
        return {
            case.number: tuple(row.why) for row, case in drawn_cases(acting(s, board.staff[Role.CASEWORKER]), sample.id)
        }


@pytest.mark.both_engines
def test_a_sample_is_the_same_when_drawn_again_until_a_case_comes(board: BoardAtWork) -> None:
    made = three_grants(board)
    sample = board.do(draw, CHANCE)
    assert (sample.number, sample.population, sample.size) == ("STP-2026-0001", 3, 2)
    assert set(drawn_of(board, sample)) < set(made)
    assert again(board, sample) == (True, 3, (), ())
    for number in NUMBERS[3:6]:
        board.approve(clean_facts(number, f"Föreningen Prov {number}"))
    redrawn = again(board, sample)
    assert (redrawn.population, len(redrawn.gone)) == (6, len(redrawn.new))
    assert redrawn.same == (not redrawn.new)
    with open_reading(board.database) as s:
        assert trail_verification.verify_trail(s).problems == []


@pytest.mark.both_engines
def test_by_risk_only_the_facts_of_the_routine_count_and_each_row_says_which(board: BoardAtWork) -> None:
    assert refused(board, draw, RISK) == (Obstacle.INVALID, ["way"])
    made = three_grants(board)
    routine(board, RiskFact.AMOUNT)
    assert drawn_of(board, board.do(draw, RISK)) == dict.fromkeys(made[1:], ("amount",))
    routine(
        board,
        RiskFact.AMOUNT,
        RiskFact.FIRST_TIME,
        RiskFact.CHANGE,
        RiskFact.LATE_REPORT,
        RiskFact.ACCOUNT_CHANGED,
        follows=1,
    )
    second = granted_beside(board, clean_facts(NUMBERS[0], "Föreningen Prov 0"), 40_000 * KR)
    why = drawn_of(board, board.do(draw, RISK))
    assert why[second] == ("amount", "first_time")
    assert why[made[0]] == ("first_time",)
    assert why[made[1]] == ("amount", "first_time")
    as_of_last_year(board, made[0])
    why = drawn_of(board, board.do(draw, RISK))
    assert why[second] == ("amount", "change")
    assert made[0] not in why


def as_of_last_year(board: BoardAtWork, number: str) -> None:
    """A grant as it would stand had it been applied for and decided a year earlier."""
    key, day = board.case(number).id, (TODAY - timedelta(days=365)).isoformat()
    without_triggers(board.database, "cases", "decisions")
    raw(
        board.database,
        f"UPDATE cases SET received_on = '{day}' WHERE id = {key}",
        f"UPDATE decisions SET decided_on = '{day}' WHERE case_id = {key}",
    )


def test_a_booking_has_no_amount_and_no_account_to_be_drawn_by(board: BoardAtWork) -> None:
    routine(board, RiskFact.AMOUNT, RiskFact.ACCOUNT_CHANGED)
    of_bookings = NewSample(kind=CaseKind.BOOKING, way=SampleWay.RISK, size=1, **THIS_YEAR)
    assert refused(board, draw, of_bookings) == (Obstacle.INVALID, ["way"])


def test_what_was_found_is_noted_by_who_sees_the_case_and_a_remark_says_which(board: BoardAtWork) -> None:
    three_grants(board)
    sample = board.do(draw, CHANCE)
    first, second = drawn_of(board, sample)
    said = (sample.number, first)
    assert refused(board, note_result, *said, SampleResult.REMARK, " ", version=1) == (Obstacle.INVALID, ["text"])
    row = board.do(note_result, *said, SampleResult.REMARK, "Ett kvitto saknas.", version=1)
    assert (row.result, row.looked_on) == (SampleResult.REMARK, TODAY)
    assert refused(board, note_result, *said, SampleResult.CLEAR, "", version=1) == (Obstacle.STALE, ["text"])
    board.do(note_result, *said, SampleResult.CLEAR, "Kvittot kom.", version=row.version, role=Role.MANAGER)
    by_finance: dict[str, Any] = {"version": 1, "role": Role.FINANCE}
    assert refused(board, note_result, *said, SampleResult.CLEAR, "", **by_finance)[0] is Obstacle.FORBIDDEN
    for missing in ((sample.number, "BID-2026-9999"), ("STP-2026-0009", first)):
        assert refused(board, note_result, *missing, SampleResult.CLEAR, "", version=1)[0] is Obstacle.MISSING
    board.do(recuse_person, second, ConflictGround.CLOSE_PERSON)
    assert refused(board, note_result, sample.number, second, SampleResult.CLEAR, "", version=1)[0] is Obstacle.MISSING
    assert set(drawn_of(board, sample)) == {first}
    with open_reading(board.database) as s:
        assert len(numbers_drawn(s, sample.id)) == 2
        assert find_sample(s, board.board_id + 1, sample.number) is None


def test_nothing_is_drawn_of_days_without_cases(board: BoardAtWork) -> None:
    assert refused(board, draw, CHANCE) == (Obstacle.INVALID, ["first"])
    three_grants(board)
    assert refused(board, draw, CHANCE, role=Role.AUDITOR)[0] is Obstacle.FORBIDDEN
