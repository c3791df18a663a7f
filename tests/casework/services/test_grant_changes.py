"""A grant is changed as its association asks: noted, proposed, decided by a delegate, told by letter, reported later."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from tests.acting import acting
from tests.board import board, refused
from tests.factories import NOW, TODAY
from tests.money.services.test_payment_holds import granted, pay, planned
from tests.page_fixtures import on_that_day
from vetting.casework.domain.grant_changes import GrantChangeKind, GrantChangeState
from vetting.casework.domain.letters import LetterKind
from vetting.casework.models.cases import Case
from vetting.casework.models.decisions import Decision, last_outcome
from vetting.casework.models.grant_changes import changes_of_case
from vetting.casework.services import letters
from vetting.casework.services.grant_changes import NewGrantChange, ask_for_change, decide_change, propose_change
from vetting.kernel.problem import Obstacle
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading
from vetting.money.models.reports import report_due
from vetting.people.domain.ways_of_working import BoardOption
from vetting.rules.services import ways_of_working
from vetting.workspace.services.todays import today_of

if TYPE_CHECKING:
    from tests.board import BoardAtWork

__all__ = ["board", "on_that_day"]
LATER = date(2028, 6, 30)
MAKER: dict[str, Any] = {"role": Role.DECISION_MAKER}


def new(**own: Any) -> NewGrantChange:
    said: dict[str, Any] = {
        "received_on": TODAY,
        "kinds": (GrantChangeKind.LATER, GrantChangeKind.PURPOSE),
        "asked": "Lägret hålls nästa sommar, på en annan ö.",
        "report_on": LATER,
    }
    return NewGrantChange(**said | own)


def paid(board: BoardAtWork) -> str:
    """The number of a grant that is paid."""
    case = granted(board)
    assert pay(board, planned(board, case)[0]) is None
    return case.number


def due(board: BoardAtWork, number: str) -> date | None:
    with open_reading(board.database) as s:
        return s.scalar(select(report_due()).where(Case.number == number))


def waits_for(board: BoardAtWork, role: Role) -> list[str]:
    with open_reading(board.database) as s:
        found = today_of(acting(s, board.staff[role]), on=TODAY)
        return [line.why.sv for part in (found.late, found.now, found.week) for line in part.shown]


@pytest.mark.both_engines
def test_an_approved_change_moves_the_report_and_is_told(board: BoardAtWork) -> None:
    number = paid(board)
    board.do(ask_for_change, number, new())
    assert "begäran om ändring" in waits_for(board, Role.CASEWORKER)
    assert refused(board, decide_change, number, version=None, **MAKER)[0] is Obstacle.STALE  # nothing is proposed
    board.do(propose_change, number, approves=True, reasons="Ändamålet är kvar.", report_on=None)
    assert "begäran om ändring att besluta om" in waits_for(board, Role.DECISION_MAKER)
    assert refused(board, decide_change, number, version=1, **MAKER)[0] is Obstacle.STALE
    decision: Decision = board.do(decide_change, number, version=None, **MAKER)
    assert due(board, number) == LATER
    assert not any("ändring" in why for why in waits_for(board, Role.DECISION_MAKER))
    with open_reading(board.database) as s:
        case = s.scalars(select(Case).where(Case.number == number)).one()
        granted_as = last_outcome(s, case.id)
        assert granted_as is not None
        assert granted_as.kind == "grant"  # the grant stands
        assert [row.state for row in changes_of_case(s, case.id)] == [GrantChangeState.DECIDED]
        by = board.staff[Role.CASEWORKER]
        letter = letters.preview_letter(acting(s, by, NOW), number, LetterKind.CHANGE, decision.id)
        body = "\n".join(letter.lines)
        assert trail_verification.verify_trail(s).problems == []
    assert "Ni får ändra hur bidraget används" in body
    assert "senare tid" in body
    assert "på en annan ö" in body
    assert "30 juni 2028" in body


def test_what_is_not_approved_leaves_the_grant_as_it_is(board: BoardAtWork) -> None:
    number = paid(board)
    before = due(board, number)
    board.do(ask_for_change, number, new())
    board.do(propose_change, number, approves=False, reasons="Ändamålet blir ett annat.", report_on=None)
    decision: Decision = board.do(decide_change, number, version=None, **MAKER)
    assert due(board, number) == before
    with open_reading(board.database) as s:
        assert letters.letter_kind_of(s.get_one(Decision, decision.id)) is LetterKind.NO_CHANGE
    board.do(ask_for_change, number, new())  # and can be asked again


@pytest.mark.parametrize(
    ("own", "where"),
    [
        ({"kinds": ()}, "kinds"),
        ({"asked": " "}, "asked"),
        ({"received_on": TODAY + timedelta(days=1)}, "received_on"),
        ({"report_on": None}, "report_on"),
        ({"report_on": TODAY}, "report_on"),
    ],
)
def test_a_request_says_what_it_is(board: BoardAtWork, own: dict[str, Any], where: str) -> None:
    number = paid(board)
    assert refused(board, ask_for_change, number, new(**own)) == (Obstacle.INVALID, [where])


def test_one_request_at_a_time_of_a_grant_that_is_there(board: BoardAtWork) -> None:
    number = paid(board)
    board.do(ask_for_change, number, new())
    assert refused(board, ask_for_change, number, new()) == (Obstacle.INVALID, [number])
    for given in ({"approves": None, "reasons": "x"}, {"approves": True, "reasons": " "}):
        assert refused(board, propose_change, number, report_on=None, **given)[0] is Obstacle.INVALID
    assert refused(board, propose_change, number, approves=True, reasons="x", report_on=TODAY)[1] == ["report_on"]
    assert refused(board, ask_for_change, "BID-2026-0099", new())[0] is Obstacle.MISSING


def test_nobody_decides_their_own_proposal_where_the_board_keeps_them_apart(board: BoardAtWork) -> None:
    number = paid(board)
    kept = frozenset({BoardOption.OTHER_DECIDES})
    board.do(ways_of_working.set_habits, kept, because="", role=Role.ADMINISTRATOR)
    board.do(ask_for_change, number, new())
    maker = board.staff[Role.DECISION_MAKER]
    board.staff[Role.DECISION_MAKER] = replace(maker, roles=frozenset({Role.DECISION_MAKER, Role.CASEWORKER}))
    board.do(propose_change, number, approves=True, reasons="Ändamålet är kvar.", report_on=None, **MAKER)
    assert refused(board, decide_change, number, version=None, **MAKER) == (Obstacle.CLOSED, [number])
    board.do(propose_change, number, approves=True, reasons="Ändamålet är kvar.", report_on=None)
    board.do(decide_change, number, version=None, **MAKER)
