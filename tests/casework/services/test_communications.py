"""Nothing adverse before the association was heard: deadlines, extensions, replies met point by point, word of mouth."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.acting import acting
from tests.board import ACT, BoardAtWork, refused
from tests.factories import NOW, TODAY
from vetting.casework.models.cases import Communication
from vetting.casework.services import assessments, communications, decisions
from vetting.casework.services.assessments import NewAssessment
from vetting.engine.evidence import CriterionAnswer
from vetting.kernel.decision_outcomes import DecisionGround, DecisionOutcome
from vetting.kernel.problem import Obstacle
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading

VALUE, OTHER = "demokratisk-rattsstat", "mangfald"
LATER = date(2026, 12, 4)


def doubted(board: BoardAtWork, *criteria: str) -> str:
    """A case where an act speaks against, ready to be refused."""
    number = board.receive().number
    for criterion in criteria:
        given = NewAssessment(
            criterion=criterion, answer=CriterionAnswer.NOT_MET, reasons="Se protokollet.", evidence=ACT
        )
        board.do(assessments.assess, number, given, version=None)
    board.make_ready(number)
    board.propose(number, outcome=DecisionOutcome.REFUSED, amount=None, grounds=(DecisionGround.CRITERION,))
    board.do(decisions.declare_no_conflict, number, role=Role.DECISION_MAKER)
    return number


def gates(board: BoardAtWork, number: str, at: Any = NOW) -> list[str]:
    """What holds a refusal back."""
    with open_reading(board.database) as s:
        from vetting.casework.models.cases import Case
        from vetting.casework.models.decisions import DecisionDraft

        case = s.scalars(select(Case).where(Case.number == number)).one()
        draft = s.scalars(select(DecisionDraft).where(DecisionDraft.case_id == case.id)).one()
        by = board.staff[Role.DECISION_MAKER]
        return [gate.gate for gate in decisions.gates_holding_decision(acting(s, by), case, draft, on=at.date())]


def send(board: BoardAtWork, number: str, reply_by: date = LATER, **more: Any) -> int:
    row = board.do(
        communications.communicate,
        number,
        communications.NewCommunication(what="Protokollet § 4.", reply_by=reply_by, sent_to="styrelsen"),
        **more,
    )
    return int(row.id)


def values(board: BoardAtWork) -> tuple[str, str]:
    """Two value criteria of the board's rules."""
    from vetting.casework.services.screenings import screen_without_keeping

    number = board.receive(round_id=None).number
    with open_reading(board.database) as s:
        found = screen_without_keeping(s, board.case(number), on=TODAY)
        assert found
        ids = [f.criterion.id for f in found.screening.findings if f.criterion.value_criterion]
    return ids[0], ids[1]


@pytest.mark.both_engines
@pytest.mark.parametrize(
    "day",
    [TODAY - timedelta(days=1), TODAY + timedelta(days=3), date(2026, 12, 6), date(2026, 12, 24), date(2027, 12, 1)],
)
def test_a_deadline_in_the_past_too_short_too_long_or_on_a_closed_day_is_refused(board: BoardAtWork, day: date) -> None:
    number = board.receive().number
    found = refused(board, communications.communicate, number, communications.NewCommunication(what="x", reply_by=day))
    assert found == (Obstacle.INVALID, ["reply_by"])


def test_easter_monday_is_told_by_name_with_the_day_after() -> None:
    [problem] = communications.wrong_deadline("reply_by", date(2026, 4, 6), date(2026, 3, 16))
    assert "annandag påsk" in problem.what.sv
    assert "7 apr 2026" in problem.remedy.sv


def test_more_time_holds_the_decision_longer_and_the_first_day_stays_known(board: BoardAtWork) -> None:
    number = doubted(board, VALUE)
    key = send(board, number)
    for until, because, where in (
        (LATER, "x", ["until"]),
        (date(2026, 12, 13), "x", ["until"]),
        (date(2026, 12, 14), "", ["because"]),
    ):
        assert refused(
            board,
            communications.extend_reply_time,
            number,
            communications.LongerReplyTime(communication=key, until=until, because=because),
        ) == (
            Obstacle.INVALID,
            where,
        )
    board.do(
        communications.extend_reply_time,
        number,
        communications.LongerReplyTime(communication=key, until=date(2026, 12, 14), because="Ordföranden är sjuk."),
    )
    after_first = NOW + timedelta(days=15)
    assert "kommunicerat" in gates(board, number, after_first)
    assert "kommunicerat" not in gates(board, number, NOW + timedelta(days=25))
    with open_reading(board.database) as s:
        row = s.get_one(Communication, key)
    assert [step["until"] for step in row.extensions] == ["2026-12-04"]


def test_a_reply_is_met_on_every_point_it_was_about(board: BoardAtWork) -> None:
    one, two = values(board)
    number = doubted(board, one, two)
    key = send(board, number)
    reply: dict[str, Any] = {"replied_on": TODAY}
    board.do(
        communications.note_reply,
        number,
        communications.NewReply(communication=key, reply="Vi bestrider det.", handled="Vägt.", **reply),
    )
    assert "kommunicerat" in gates(board, number)
    board.do(
        communications.note_reply,
        number,
        communications.NewReply(
            communication=key, reply="Vi bestrider det.", handled="Vägt.", met={one: "Protokollet är tydligt."}, **reply
        ),
    )
    assert "kommunicerat" in gates(board, number)
    board.do(
        communications.note_reply,
        number,
        communications.NewReply(
            communication=key,
            reply="Vi bestrider det.",
            handled="Vägt.",
            met={two: "Inget nytt.", "annat": "x"},
            **reply,
        ),
    )
    assert "kommunicerat" not in gates(board, number)
    later = TODAY + timedelta(days=5)
    board.do(
        communications.note_reply,
        number,
        communications.NewReply(communication=key, reply="Vi bestrider det.", handled="Vägt igen.", replied_on=later),
        at=NOW + timedelta(days=6),
    )
    with open_reading(board.database) as s:
        row = s.get_one(Communication, key)
        assert set(row.met) == {one, two}
        assert (row.replied_on, row.handled) == (TODAY, "Vägt igen.")  # the day the reply came stays


def test_an_answered_communication_is_not_extended(board: BoardAtWork) -> None:
    number = doubted(board, VALUE)
    key = send(board, number)
    board.do(
        communications.note_reply,
        number,
        communications.NewReply(communication=key, reply="Nej.", handled="Vägt.", replied_on=TODAY),
    )
    assert (
        refused(
            board,
            communications.extend_reply_time,
            number,
            communications.LongerReplyTime(communication=key, until=date(2026, 12, 14), because="x"),
        )[0]
        is Obstacle.STALE
    )


def test_word_of_mouth_opens_the_gate_only_with_what_was_said_and_why(board: BoardAtWork) -> None:
    number = doubted(board, VALUE)
    found = refused(
        board, communications.note_hearing, number, communications.NewHearing(what=" ", said="", met="", because="")
    )
    assert found == (Obstacle.INVALID, ["what", "said", "met", "because"])
    assert "kommunicerat" in gates(board, number)
    board.do(
        communications.note_hearing,
        number,
        communications.NewHearing(what="§ 4", said="De beklagade.", met="Vägt.", because="Evenemanget är i morgon."),
    )
    assert "kommunicerat" not in gates(board, number)
    assert board.case(number).state == "ready"


def test_lack_of_budget_does_not_need_it(board: BoardAtWork) -> None:
    number = board.receive().number
    board.make_ready(number)
    board.propose(number, outcome=DecisionOutcome.REFUSED, amount=None, grounds=(DecisionGround.BUDGET,))
    board.do(decisions.declare_no_conflict, number, role=Role.DECISION_MAKER)
    assert gates(board, number) == []


def test_another_boards_communication_is_not_there(board: BoardAtWork) -> None:
    number = doubted(board, VALUE)
    key = send(board, number)
    other = BoardAtWork(board.database, code="syd").build()
    theirs = other.receive().number
    assert (
        refused(
            other,
            communications.extend_reply_time,
            theirs,
            communications.LongerReplyTime(communication=key, until=date(2026, 12, 14), because="x"),
        )[0]
        is Obstacle.MISSING
    )
