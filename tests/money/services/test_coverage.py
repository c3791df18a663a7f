"""Follow-up of granted associations: who is left, who is done, who is new; no visit makes a report of itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from tests.acting import acting
from tests.board import NUMBERS, board, clean_facts, refused
from tests.factories import NOW, TODAY
from tests.money.services.test_closing import late_in_list, unreported
from tests.money.services.test_samples import granted_beside
from vetting.casework.domain.cases import CaseMarkKind, FollowUpWay
from vetting.casework.models.cases import CaseMark
from vetting.kernel.problem import Obstacle
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.money.services.coverage import (
    NewFollowUp,
    associations_to_follow_up,
    coverage,
    new_associations,
    note_contact,
)

if TYPE_CHECKING:
    from tests.board import BoardAtWork

__all__ = ["board"]
YEAR = TODAY.year
VISIT: dict[str, Any] = {"way": FollowUpWay.VISIT, "on": None, "text": "Öppet hus."}


def visit(board: BoardAtWork, number: str, *, at: datetime = NOW, **said: Any) -> None:
    board.do(note_contact, number, NewFollowUp(**VISIT | said), at=at)


def counted(board: BoardAtWork, year: int = YEAR, *, until: date | None = None) -> tuple[int, int, int]:
    with open_reading(board.database) as s:
        found = coverage(acting(s, board.staff[Role.MANAGER]), year, until=until)
        left = associations_to_follow_up(acting(s, board.staff[Role.MANAGER]), year, after=None, most=9)
        assert until is not None or len(left) == found.left
        return found.granted, found.followed, found.left


def names_new(board: BoardAtWork) -> list[str]:
    with open_reading(board.database) as s:
        return [row.name for row in new_associations(acting(s, board.staff[Role.CASEWORKER]), after=None, most=9)]


@pytest.mark.both_engines
def test_a_visit_counts_in_the_year_of_its_day_and_is_no_report(board: BoardAtWork) -> None:
    number = unreported(board)
    assert counted(board) == (1, 0, 1)
    for wrong in ({"text": " "}, {"on": TODAY + timedelta(days=1)}, {"on": date(2020, 1, 1)}, {"way": None}):
        said = NewFollowUp(**VISIT | wrong)
        assert refused(board, note_contact, number, said)[0] is Obstacle.INVALID
    late = late_in_list(board)
    visit(board, number, on=TODAY)
    assert counted(board) == (1, 1, 0)
    assert counted(board, until=TODAY - timedelta(days=1))[1] == 0
    assert counted(board, YEAR + 1) == (1, 0, 1)
    assert late_in_list(board) == late
    visit(board, number, at=NOW + timedelta(days=1))
    with open_reading(board.database) as s:
        assert associations_to_follow_up(acting(s, board.staff[Role.MANAGER]), YEAR, after=None, most=9) == []


def visits(board: BoardAtWork) -> list[tuple[date | None, str]]:
    with open_reading(board.database) as s:
        rows = s.scalars(select(CaseMark).where(CaseMark.kind == CaseMarkKind.CONTACT.value).order_by(CaseMark.id))
        return [(row.on, row.text) for row in rows]


@pytest.mark.both_engines
def test_a_visit_without_a_day_is_of_the_day_it_is_noted_here_in_sweden(board: BoardAtWork) -> None:
    """Half past midnight on New Year's Day is the new year, also where the database counts in UTC."""
    number = board.approve().number
    visit(board, number)
    visit(board, number)
    visit(board, number, text="Ett samtal till.")
    new_year = datetime(YEAR, 12, 31, 23, 30, tzinfo=UTC)
    visit(board, number, at=new_year)
    assert visits(board) == [
        (TODAY, "Öppet hus."),
        (TODAY, "Ett samtal till."),
        (date(YEAR + 1, 1, 1), "Öppet hus."),
    ]


def test_several_grants_of_one_association_are_one_and_pages_follow_each_other(board: BoardAtWork) -> None:
    for number in NUMBERS[:3]:
        board.approve(clean_facts(number, f"Föreningen {number}"))
    granted_beside(board, clean_facts(NUMBERS[0], f"Föreningen {NUMBERS[0]}"), 40_000_00)
    assert counted(board) == (3, 0, 3)
    with open_reading(board.database) as s:
        by = board.staff[Role.MANAGER]
        first = associations_to_follow_up(acting(s, by), YEAR, after=None, most=2)
        place = (first[-1].decided_on, first[-1].association_id)
        rest = associations_to_follow_up(acting(s, by), YEAR, after=place, most=9)
    assert len({row.association_id for row in (*first, *rest)}) == 3
    assert max(row.granted for row in (*first, *rest)) == 80_000_00


@pytest.mark.both_engines
def test_an_association_is_new_until_somebody_here_has_answered_a_question_of_it(board: BoardAtWork) -> None:
    first = board.receive(clean_facts(NUMBERS[0], "Föreningen Första"))
    board.receive(clean_facts(NUMBERS[1], "Föreningen Andra"))
    assert names_new(board) == ["Föreningen Första", "Föreningen Andra"]
    board.handle(first.number)
    assert names_new(board) == ["Föreningen Andra"]
    said = NewFollowUp(**VISIT)
    assert refused(board, note_contact, first.number, said) == (Obstacle.CLOSED, [first.number])
