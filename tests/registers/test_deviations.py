"""The register of deviations: a row for each case that an act was done in, why, and in whose function; none of another board."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.acting import acting
from tests.board import NUMBERS, board, clean_facts
from tests.factories import NOW, TODAY
from tests.money.services.test_payment_holds import granted, pay, planned
from tests.page_fixtures import on_that_day
from tests.rules.services.test_ways_of_working import agree, off
from vetting.casework.domain.cases import CaseMarkKind
from vetting.casework.models.decisions import of_case as decisions_of
from vetting.casework.services import cases
from vetting.casework.services.reported_decisions import report_decisions
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.money.domain.attests import AttestKind
from vetting.money.domain.reclaims import ReclaimGround
from vetting.money.services import reclaims
from vetting.money.services.attests import attest
from vetting.people.domain.ways_of_working import BoardOption
from vetting.registers import RegisterSelection
from vetting.registers.deviations import REPORTED_WITHIN, DeviationAct, deviation_keys, deviation_rows
from vetting.rules.services import ways_of_working

if TYPE_CHECKING:
    from tests.board import BoardAtWork
    from vetting.registers.deviations import DeviationRow

__all__ = ["board", "on_that_day"]


def rows(board: BoardAtWork, role: Role = Role.AUDITOR, **chosen: Any) -> list[DeviationRow]:
    with open_reading(board.database) as s:
        by, selection = board.staff[role], RegisterSelection(**chosen)
        keys = list(s.scalars(deviation_keys(selection, by)))
        found = deviation_rows(acting(s, by), replace(selection, keys=tuple(keys)))
        assert len(found) == len(keys)
        return found


@pytest.mark.both_engines
def test_an_act_in_many_cases_is_a_row_for_each_case(board: BoardAtWork) -> None:
    made = [board.receive(clean_facts(number, f"Föreningen {number}", audit_report=None)) for number in NUMBERS[:3]]
    why = "Revisorn var sjuk; rapporten kommer till årsmötet."
    for place, case in enumerate(made):
        at = NOW if place < 2 else NOW + timedelta(hours=1)
        board.do(cases.mark_case, case.number, CaseMarkKind.GAP_ACCEPTED, text=why, at=at)
    found = rows(board)
    assert [(row.act, row.reason) for row in found] == [(DeviationAct.GAP_ACCEPTED, why)] * 3
    assert found[0].by.sv == "Handläggare"
    assert [row.case and row.case.number for row in found] == [case.number for case in made]
    assert [row.case and row.case.name for row in rows(board, text=made[2].name)] == [made[2].name]
    assert rows(board, first=TODAY + timedelta(days=1)) == []
    assert len(rows(board, last=TODAY)) == 3
    other = type(board)(board.database, code="syd").build()
    assert rows(other) == []


def test_claims_without_reservation_own_attests_and_gates_are_told(board: BoardAtWork) -> None:
    chosen = frozenset({BoardOption.ATTEST_HERE, BoardOption.DECIDER_ATTESTS})
    why = "Attestreglemente KS 2026/3"
    board.do(ways_of_working.set_habits, chosen, because=why, role=Role.ADMINISTRATOR)
    case = granted(board)
    key = planned(board, case)[0].id
    board.do(attest, key, AttestKind.FACTS, version=None)
    board.do(attest, key, AttestKind.DECISION, version=None, role=Role.DECISION_MAKER)
    assert [row.act for row in rows(board)] == [DeviationAct.ATTESTED_OWN]
    assert pay(board, planned(board, case)[0]) is None
    new = reclaims.NewReclaim(
        ground=ReclaimGround.WRONGLY_PAID, amount=1_00, reasons="Fel.", without_reservation="Felaktiga uppgifter."
    )
    board.do(reclaims.open_reclaim, case.number, new)
    assert [row.act for row in rows(board)][1:] == [DeviationAct.UNRESERVED_RECLAIM]


def test_a_gate_that_the_board_switched_off_is_a_row_of_no_case(board: BoardAtWork) -> None:
    gate, why = "grundkontroll-klar", "Få ärenden."
    off(board, gate, why)
    assert rows(board) == []  # it waits for a second person
    agree(board, gate)
    (row,) = rows(board)
    assert (row.act, row.case) == (DeviationAct.GATE_OFF, None)
    assert row.reason == f"{gate}: {why}"
    assert rows(board, text="Kören") == []


@pytest.mark.both_engines
def test_an_unreported_decision_of_a_delegate_is_a_row_in_time(board: BoardAtWork) -> None:
    case = board.approve()
    assert rows(board) == []
    assert rows(board, on=TODAY + REPORTED_WITHIN) == []
    (row,) = rows(board, on=TODAY + REPORTED_WITHIN + timedelta(days=1))
    assert (row.act, row.case and row.case.number) == (DeviationAct.UNREPORTED, case.number)
    with open_reading(board.database) as s:
        keys = [decision.id for decision in decisions_of(s, case.id)]
    board.do(report_decisions, keys, TODAY, "§ 5", role=Role.REGISTRAR)
    assert rows(board, on=TODAY + timedelta(days=365)) == []
