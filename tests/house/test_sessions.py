"""A session is one user's, or the system's for a purpose: without a user it finds nothing that has an owner."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import vetting
from tests.factories import NOW, TODAY
from vetting.kernel.problem import Refused
from vetting.kernel.roles import Action, Person, Role
from vetting.kernel.store.acting import Acting, NoPersonError, Purpose
from vetting.kernel.store.engine import connect_database
from vetting.kernel.store.session import Session, open_reading, open_writing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date, datetime

    from tests.databases import Databases
    from vetting.kernel.store.engine import Database

SOURCE = Path(vetting.__file__).parent
VALUES: dict[str, Any] = {"int": 1, "str": "x", "date": TODAY, "datetime": NOW, "Action": Action.READ_CASES}
OWNERS = {"board_id", "case", "decisions", "sample_id"}
"""Parameters that name an owner whom the caller has found already."""
SHARED = {
    "find_association",  # of all boards
    "find_or_add",
    "find_record",
    "find_board",
    "find_earlier_events",  # of a week that was read
    "find_invitation",  # by a secret
    "find_person",  # before there is one
    "find_system",
    "find_visit",
}
ROW_FIRST = {"find_letter", "find_list"}
"""Read a row by its key and then ask whose it is."""


def finders() -> Iterator[Callable[..., Any]]:
    for module in pkgutil.walk_packages(vetting.__path__, "vetting."):
        if re.search(r"\.(models|services)(\.|$)", module.name) is None:
            continue
        for name, function in inspect.getmembers(importlib.import_module(module.name), inspect.isfunction):
            own = function.__module__ == module.name and re.match(r"find_|visible_rows$|\w+_named$", name)
            if own and next(iter(inspect.signature(function).parameters), "") == "session":
                yield function


@pytest.fixture(scope="module")
def database(databases: Databases) -> Iterator[Database]:
    with closing(connect_database(databases.sqlite())) as opened:
        yield opened


@pytest.mark.parametrize("purpose", [None, *Purpose])
def test_without_a_user_nothing_that_has_an_owner_is_found(database: Database, purpose: Purpose | None) -> None:
    tried, wrong = [], []
    for find in finders():
        wanted = {name: one for name, one in inspect.signature(find).parameters.items() if name != "session"}
        if find.__name__ in SHARED or OWNERS & set(wanted):
            continue
        given = {name: VALUES.get(str(one.annotation), [1]) for name, one in wanted.items() if one.default is one.empty}
        with open_reading(database, Acting(purpose, NOW) if purpose else None) as session:
            try:
                found = find(session, **given)
            except Refused:
                assert find.__name__ in ROW_FIRST
            except NoPersonError:
                tried.append(find.__name__)
            else:
                wrong.append(f"{find.__module__}.{find.__name__}: {found!r}")
    assert wrong == []
    assert len(tried) > 10


def test_a_session_is_one_users(database: Database) -> None:
    kim, lo = (Person(id=key, name="", board_id=1, board="", roles=frozenset({Role.CASEWORKER})) for key in (1, 2))
    with open_reading(database, Acting(Purpose.JOBS, NOW)) as session:
        session.act_for(kim)
        assert (session.person, session.now, session.today) == (kim, NOW, TODAY)
        with pytest.raises(NoPersonError):
            session.act_for(lo)
    with open_reading(database) as session, pytest.raises(NoPersonError):
        session.act_for(kim)


def test_a_session_that_was_opened_without_the_clock_does_not_guess(database: Database) -> None:
    with open_reading(database) as session, pytest.raises(NoPersonError):
        moment_of(session)


def moment_of(session: Session) -> tuple[datetime, date]:
    return session.now, session.today


def test_the_moment_of_an_act_is_kept(database: Database) -> None:
    with open_writing(database, Acting(Purpose.INSTALLATION, NOW)) as session:
        assert session.now is NOW
        assert session.user_id is None


def test_only_the_demonstration_gives_a_session_to_another_user() -> None:
    found = {
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if re.search(r"\.acting = ", path.read_text(encoding="utf-8"))
    }
    assert found == {"kernel/store/session.py", "operations/demonstration/acting.py"}
