"""What is known of an association: what there is not is not asked for, and nothing that there is goes missing by that."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, select

from tests.acting import acting
from tests.board import NUMBERS, clean_facts, rules
from tests.factories import NOW, TODAY
from vetting.associations.models.associations import Association
from vetting.casework.services import documents, identities, merging
from vetting.kernel.roles import Role
from vetting.kernel.store.engine import connect_database
from vetting.kernel.store.session import open_reading
from vetting.people.models.people import User
from vetting.people.services.sign_in import at_work
from vetting.rules.services.rulebook import use_rules
from vetting.workspace.services import association_files

if TYPE_CHECKING:
    from pathlib import Path

    from tests.board import BoardAtWork
    from vetting.kernel.roles import Person
    from vetting.kernel.store.base import Base
    from vetting.kernel.store.session import Session

STAFF = ("caseworker.norr", "premises.norr", "manager.norr", "caseworker.soder")


def _told(session: Session, key: int, by: Person) -> dict[str, Any]:
    file = association_files.association_file(acting(session, by), key, on=NOW.date())
    found = {field.name: getattr(file, field.name) for field in fields(file)}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in found.items()}


def test_of_every_association_the_same_is_told_as_if_all_were_asked(
    demonstration_copy: Path, monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config
) -> None:
    """Of each person, some that hold the same; all of them among the long tests."""
    most = 10_000 if pytestconfig.getoption("--thorough") else 2
    database = connect_database(f"sqlite:///{demonstration_copy}")
    use_rules(database, rules)
    has = association_files._holdings
    every = frozenset(association_files._ASKED)
    seen: set[type[Base]] = set()
    with open_reading(database) as session:
        keys = session.scalars(select(Association.id).where(Association.merged_into_id.is_(None))).all()
        for user in session.scalars(select(User).where(User.login.in_(STAFF))).all():
            board = 1 if user.login.endswith("norr") else 3
            by = at_work(session, user.id, board)
            assert by is not None
            told_of: Counter[frozenset[type[Base]]] = Counter()
            for key in keys:
                found = has(acting(session, by), key)
                seen |= found
                told_of[found] += 1
                if told_of[found] > most:
                    continue
                told = _told(session, key, by)
                with monkeypatch.context() as asked:
                    asked.setattr(association_files, "_holdings", lambda *_given: every)
                    assert told == _told(session, key, by), (user.login, key)
    assert {model.__tablename__ for model in every - seen} == {
        "association_merges",
        "association_distinctions",
        "deviations",
    }, "told of in tests of their own, the last where they are made"
    database.close()


@pytest.mark.both_engines
def test_papers_merges_and_what_is_not_the_same_stand_there(board: BoardAtWork) -> None:
    first = board.receive(clean_facts(NUMBERS[0], "Sjöviks Byalag"))
    second = board.receive(clean_facts("", "Byalaget Sjövik"))
    third = board.receive(clean_facts(NUMBERS[1], "Sjövikens Byalag"))
    paper = documents.NewDocument(
        name="stadgar.pdf",
        media_type="application/pdf",
        content=b"%PDF-1.7 x",
        type="statutes_document",
        dated=None,
        arrived_on=TODAY,
    )
    board.do(documents.add_document, second.number, paper)
    board.do(merging.merge_records, second.association_id, first.association_id, {})
    board.do(identities.not_the_same, third.association_id, first.association_id, "Olika orter.")
    by = board.staff[Role.CASEWORKER]
    with open_reading(board.database) as session:
        for key in (
            first.association_id,
            second.association_id,
        ):  # the record that was merged leads to the one that holds
            file = association_files.association_file(acting(session, by), key or 0, on=TODAY)
            assert file.association.id == first.association_id
            assert [row.name for row, _ in file.papers] == ["stadgar.pdf"]
            assert [merged.id for _, merged in file.merges] == [second.association_id]
            assert [other.id for _, other in file.apart] == [third.association_id]


def test_of_an_association_with_little_little_is_asked(board: BoardAtWork) -> None:
    case = board.receive()
    by = board.staff[Role.CASEWORKER]
    asked: list[str] = []
    with open_reading(board.database) as session:
        association_files.association_file(acting(session, by), case.association_id or 0, on=TODAY)
        event.listen(board.database.reading, "before_cursor_execute", lambda *given: asked.append(given[2]))
    with open_reading(board.database) as session:
        association_files.association_file(acting(session, by), case.association_id or 0, on=TODAY)
    assert len([one for one in asked if one.startswith("SELECT")]) == FEW


FEW = 10
"""What is said of it among them, in the application; no papers, decisions, payments or merges."""
