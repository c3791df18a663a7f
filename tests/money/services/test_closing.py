"""A case without its report: late in the list and the day, closed only with a reason, and still known next time."""

from __future__ import annotations

import ast
import inspect
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest
from sqlalchemy import select

from tests.acting import acting
from tests.board import board, refused
from tests.casework.domain.test_exact_checks import facts_of, granted
from tests.factories import NOW, TODAY
from vetting.casework.domain.cases import CaseMarkKind, CaseState
from vetting.casework.domain.gate_table import AFTER_DECISION, GatedStep
from vetting.casework.domain.legal_force import DecisionEventKind
from vetting.casework.domain.situations import NOTHING_LACKING
from vetting.casework.models.cases import Case, Note
from vetting.casework.models.decisions import Decision
from vetting.casework.services import after_decision, cases
from vetting.casework.services.queue_rows import queue_rows
from vetting.casework.services.reported_decisions import report_decisions
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.money.services.closing import close_case, gates_to_pay
from vetting.workspace.services import queues
from vetting.workspace.services.queues import QueueFilters
from vetting.workspace.services.todays import TodayPlace, today_of

if TYPE_CHECKING:
    from datetime import date

    from tests.board import BoardAtWork
    from vetting.casework.domain.gate_table import GateRow
    from vetting.casework.domain.situations import DecidedSituation

__all__ = ["board"]
LATER = NOW + timedelta(days=30)
CLOSE: dict[str, Any] = {"at": LATER}


def unreported(board: BoardAtWork) -> str:
    """The number of a grant that is paid, told, reported to the board and in force, whose report is late."""
    granted(board, -1)
    with open_reading(board.database) as s:
        number = s.scalars(select(Case.number).where(Case.state == CaseState.REPORTING)).one()
        key = s.scalars(select(Decision.id)).one()
    board.do(report_decisions, [key], TODAY, "§ 5", role=Role.REGISTRAR)
    for what in (DecisionEventKind.SENT, DecisionEventKind.ANNOUNCED):
        new = after_decision.NewDecisionEvent(what=what, on=TODAY)
        board.do(after_decision.note_decision_event, key, new)
    return number


def late_in_list(board: BoardAtWork, on: date = TODAY) -> list[str]:
    with open_reading(board.database) as s:
        by = board.staff[Role.CASEWORKER]
        found = queues.case_queue(acting(s, by), QueueFilters(kind=CaseKind.GRANT, unreported=True), on=on)
        assert found.counts["late_reports"] == len(found.cases)
        return [case.number for case in found.cases]


def told_today(board: BoardAtWork) -> list[str]:
    with open_reading(board.database) as s:
        day = today_of(acting(s, board.staff[Role.CASEWORKER]), on=TODAY)
    return [line.name.sv for line in day.late.shown if line.place is TodayPlace.LATE_REPORTS]


def test_late_reports_are_a_list_and_a_line_of_the_day_until_somebody_has_gone_through_them(board: BoardAtWork) -> None:
    number = unreported(board)
    assert late_in_list(board) == [number]
    with open_reading(board.database) as s:
        (row,) = queue_rows(acting(s, board.staff[Role.CASEWORKER]), [board.case(number)], on=TODAY)
    assert row.next_step is not None
    assert (row.next_step.sv, row.mine) == ("Påminn om redovisningen", True)
    assert late_in_list(board, TODAY - timedelta(days=1)) == []
    assert [name.replace("\u00a0", " ") for name in told_today(board)] == ["1 redovisning"]
    board.do(cases.mark_case, number, CaseMarkKind.FOLLOWED_UP, text="Allt användes.")
    assert late_in_list(board) == []
    assert told_today(board) == []
    board.do(close_case, number, **CLOSE)
    assert facts_of(board, board.receive(round_id=None))["unreported_grants"] == 0


@pytest.mark.both_engines
def test_a_case_is_closed_without_its_report_only_with_a_reason_and_the_next_application_knows(
    board: BoardAtWork,
) -> None:
    number = unreported(board)
    assert refused(board, close_case, number, **CLOSE)[0] is Obstacle.CLOSED
    told = refused(board, close_case, number, unreported="  ", **CLOSE)
    assert told[0] is Obstacle.CLOSED  # the rules of this board ask for a follow-up too
    board.do(close_case, number, unreported="Föreningen är upplöst.", **CLOSE)
    assert board.case(number).state is CaseState.CLOSED
    with open_reading(board.database) as s:
        (note,) = s.scalars(select(Note))
    assert (note.official, note.text) == (True, "Avslutat utan genomgången redovisning: Föreningen är upplöst.")
    assert late_in_list(board) == []
    assert facts_of(board, board.receive(round_id=None))["unreported_grants"] == 1


def test_nothing_but_the_report_is_let_through_with_a_reason(board: BoardAtWork) -> None:
    granted(board, -1, sent=False)
    with open_reading(board.database) as s:
        number = s.scalars(select(Case.number)).one()
    assert refused(board, close_case, number, unreported="Upplöst.", **CLOSE) == (
        Obstacle.CLOSED,
        ["underrattelse-och-overklagande", "delegationsbeslut-anmalt"],
    )


@pytest.mark.parametrize("row", [row for row in AFTER_DECISION if row.step is GatedStep.PAY], ids=lambda row: row.id)
@pytest.mark.parametrize("holds", [True, False])
def test_a_gate_of_payment_reads_only_what_is_filled_for_payments(row: GateRow[DecidedSituation], holds: bool) -> None:  # noqa: FBT001 - a parameter
    """`gates_to_pay` takes all else as not lacking: a gate that read more would never hold a payment."""
    call = next(
        node
        for node in ast.walk(ast.parse(inspect.getsource(gates_to_pay)))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "replace"
    )
    filled = {keyword.arg for keyword in call.keywords}
    assert len(filled) > 2
    read = set()

    class Recorder:
        def __getattr__(self, name: str) -> object:
            read.add(name)
            return holds if name in filled else getattr(NOTHING_LACKING, name)

    row.lacking(cast("DecidedSituation", Recorder()))
    assert read - {"granted"} <= filled
    assert read
