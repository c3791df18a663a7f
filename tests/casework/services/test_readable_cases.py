"""Who has answered on conflict of interest: of many cases and persons at once it is what each asked alone is."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, select

from tests.board import NUMBERS, BoardAtWork, booking_facts, clean_facts
from tests.factories import NOW
from vetting.casework.domain.advice import ConflictGround
from vetting.casework.models.cases import Case
from vetting.casework.models.meetings import Conflict
from vetting.casework.services import decisions, meetings
from vetting.casework.services.readable_cases import has_answered_on_conflict, prefetch_conflict_answers
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading, run_in_transaction
from vetting.people.domain.ways_of_working import BoardOption
from vetting.rules.services import ways_of_working

if TYPE_CHECKING:
    from vetting.kernel.store.session import WritingSession

PEOPLE = (Role.CASEWORKER, Role.DECISION_MAKER, Role.PREMISES, Role.MANAGER)


def lived_in(board: BoardAtWork) -> None:
    """Answers for a round and for one case, and people who left a case, an association, and one by mistake."""
    first = board.receive().number
    other = board.receive(clean_facts(NUMBERS[1], "Förening 1")).number
    third = board.receive(clean_facts(NUMBERS[2], "Förening 2")).number
    board.receive(clean_facts(NUMBERS[1], "Förening 1"), doubled_because="Två lokaler.")
    board.receive(clean_facts(NUMBERS[2], "Förening 2"), doubled_because="Två lokaler.")
    booked = board.receive(booking_facts(NUMBERS[2], "Förening 2"), kind=CaseKind.BOOKING).number
    board.do(decisions.declare_no_conflict, first)
    board.do(decisions.declare_no_conflict, booked, role=Role.PREMISES)
    board.do(decisions.declare_no_conflict, first, role=Role.DECISION_MAKER)
    board.do(meetings.recuse_person, third, ConflictGround.OWN_INTEREST, role=Role.DECISION_MAKER)
    board.do(meetings.recuse_person, other, ConflictGround.TOOK_PART)
    board.do(meetings.recuse_person, booked, ConflictGround.OTHER)

    def take_back(session: WritingSession) -> None:
        row = session.scalars(select(Conflict).order_by(Conflict.id.desc())).first()
        assert row is not None
        row.withdrawn_at = NOW
        from vetting.kernel.store.trail import TrailNote

        session.add_entry(TrailNote(action="conflict_withdrawn", by=None, at=NOW, subject=row, board_id=board.board_id))

    run_in_transaction(board.database, take_back)


@pytest.mark.parametrize("each", ["by round", "by case"])
def test_of_many_it_is_what_each_asked_alone_is(board: BoardAtWork, each: str) -> None:
    lived_in(board)
    if each == "by case":
        habits = frozenset({BoardOption.CONFLICT_PER_CASE})
        board.do(ways_of_working.set_habits, habits, role=Role.ADMINISTRATOR)
    users = [board.staff[role].id for role in PEOPLE]
    with open_reading(board.database) as alone:
        cases = alone.scalars(select(Case).order_by(Case.id)).all()
        wanted = {(case.id, user): has_answered_on_conflict(alone, case, user) for case, user in product(cases, users)}
    asked: list[str] = []
    with open_reading(board.database) as together:
        pairs = list(product(together.scalars(select(Case).order_by(Case.id)).all(), users))
        prefetch_conflict_answers(together, pairs)
        event.listen(board.database.reading, "before_cursor_execute", lambda *given: asked.append(given[2]))
        assert {(case.id, user): has_answered_on_conflict(together, case, user) for case, user in pairs} == wanted
    assert [one for one in asked if one.startswith("SELECT")] == []
    assert len(set(wanted.values())) == 2
    assert 1 <= sum(wanted.values()) <= len(wanted) - 4
