"""A column that rows are not to be found by: SQLite finds them by another, PostgreSQL reads the same statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.factories import a_board, a_case, a_person
from vetting.casework.models.cases import Case
from vetting.kernel.store.query_planner import avoid_index
from vetting.kernel.store.session import open_reading

if TYPE_CHECKING:
    from vetting.kernel.store.engine import Database


@pytest.mark.both_engines
def test_the_rows_are_the_same(database: Database) -> None:
    person = a_person(database, a_board(database))
    case = a_case(database, person)
    with open_reading(database) as session:
        for board, found in ((person.board_id, [case.id]), (person.board_id + 1, [])):
            assert list(session.scalars(select(Case.id).where(avoid_index(Case.board_id) == board))) == found
        assert list(session.scalars(select(Case.id).where(avoid_index(Case.round_id).is_(None)))) == [case.id]


@pytest.mark.both_engines
def test_sqlite_is_told_and_postgresql_is_not_misled(database: Database) -> None:
    wanted = select(Case.id).where(avoid_index(Case.board_id) == 1)
    told = str(wanted.compile(database.engine))
    assert ("WHERE +cases.board_id =" if database.is_sqlite else "WHERE cases.board_id =") in told
