"""The register of bookings checked: each that came, picked out or not and why, and of no other board."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.acting import acting
from tests.board import NUMBERS, board, booking_facts
from tests.factories import TODAY
from vetting.casework.domain.cases import CaseMarkKind
from vetting.casework.services import assessments, cases, decisions
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.register_days import RegisterDay
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.registers import RegisterSelection
from vetting.registers.checked_bookings import SHEET, checked_booking_keys, checked_booking_rows

if TYPE_CHECKING:
    from tests.board import BoardAtWork

__all__ = ["board"]


def lines(board: BoardAtWork, role: Role = Role.AUDITOR, **chosen: Any) -> list[dict[str, Any]]:
    with open_reading(board.database) as s:
        by, selection = board.staff[role], RegisterSelection(**chosen)
        keys = list(s.scalars(checked_booking_keys(selection, by)))
        rows = checked_booking_rows(acting(s, by), replace(selection, keys=tuple(keys)))
        table = SHEET.table(rows, "sv")
        heads = [column.heading.sv for column in table.columns]
        return [dict(zip(heads, line, strict=True)) for line in table.rows]


@pytest.mark.both_engines
def test_a_checked_booking_says_why_it_was_looked_at_and_what_was_answered(board: BoardAtWork) -> None:
    looked = board.receive(booking_facts(), CaseKind.BOOKING)
    board.receive(booking_facts(NUMBERS[1], "Kören Provspelet"), CaseKind.BOOKING)
    board.do(decisions.declare_no_conflict, looked.number)
    board.do(cases.mark_case, looked.number, CaseMarkKind.PAPERS_OPENED)
    board.do(assessments.record_nothing_found, looked.number)
    [first] = lines(board)  # the other is an unanswered request
    assert (first["Ärendenr"], first["Boknings-id"]) == (looked.number, "")
    assert first["Förening/arrangör"] == "Kulturföreningen Provkvarnen"
    assert first["Utvald för kontroll (ja/nej, varför)"].split(":")[0] in {"ja", "nej"}
    answered = [first["Förening (svar, datum)"], first["Arrangemang (svar, datum)"]]
    assert any(said.startswith("inget har framkommit") for said in answered), answered
    assert first["Av (funktion)"] == ""
    assert lines(board, text="kören") == []
    assert lines(board, by=RegisterDay.RECEIVED, first=TODAY + timedelta(days=1)) == []
    other = type(board)(board.database, code="syd").build()
    assert lines(other) == []
