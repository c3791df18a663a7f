"""Columns of words: the word before and after it was kept, never another text, and what was forged is told of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Enum, insert, select
from sqlalchemy.exc import StatementError

from tests.factories import NOW, a_board, a_case, a_person
from tests.kernel.store.tampering import raw, rows_of, told
from vetting.casework.domain.cases import CaseMarkKind, CaseState
from vetting.casework.models.cases import Case, CaseMark
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.store.base import Base
from vetting.kernel.store.session import open_reading

if TYPE_CHECKING:
    from vetting.kernel.store.engine import Database


def test_a_word_is_a_word_before_it_is_kept_and_after(database: Database) -> None:
    made = CaseMark(case_id=1, kind="registered", at=NOW)
    assert made.kind is CaseMarkKind.REGISTERED  # whoever compares with `is` must not miss it
    a_case(database, a_person(database, a_board(database)))
    with open_reading(database) as session:
        for kind, state in (
            session.execute(select(Case.kind, Case.state)).one(),
            _as_object(session.scalar(select(Case))),
        ):
            assert kind is CaseKind.GRANT
            assert state is CaseState.RECEIVED
        assert session.scalar(select(Case.id).where(Case.kind == "grant"))


def _as_object(case: Case | None) -> tuple[CaseKind, CaseState]:
    assert case is not None
    return case.kind, case.state


def test_what_is_no_word_of_the_list_is_neither_set_nor_kept_nor_asked_for(database: Database) -> None:
    made = CaseMark(case_id=1, kind=CaseMarkKind.REGISTERED, at=NOW)
    with pytest.raises(ValueError, match="registred"):
        made.kind = "registred"  # type: ignore[assignment]
    with open_reading(database) as session, pytest.raises(StatementError, match="registred"):
        session.execute(select(CaseMark).where(CaseMark.kind == "registred"))
    with database.engine.begin() as connection, pytest.raises(StatementError, match="registred"):
        connection.execute(insert(CaseMark).values(case_id=1, kind="registred", at=NOW))


def test_a_word_put_there_past_the_program_is_told_of_and_taken_for_nothing_else(database: Database) -> None:
    a_case(database, a_person(database, a_board(database)))
    raw(database, "UPDATE cases SET state = 'approved_by_me'")
    assert rows_of(database, "SELECT state FROM cases") == [("approved_by_me",)]
    assert any("cases 1" in line for line in told(database)), told(database)
    with open_reading(database) as session, pytest.raises(ValueError, match="approved_by_me"):
        session.scalar(select(Case))


def test_words_are_text_in_the_database() -> None:
    kept = [f"{table.name}.{column.name}" for table in Base.metadata.sorted_tables for column in table.columns]
    wrong = [str(c) for table in Base.metadata.sorted_tables for c in table.columns if isinstance(c.type, Enum)]
    assert kept
    assert wrong == []
