"""On PostgreSQL the program works as a role that cannot touch what is written in the trail, nor the guards of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.board import NUMBERS, BoardAtWork, clean_facts
from tests.factories import NOW
from vetting.kernel.roles import Role
from vetting.kernel.store.engine import connect_database
from vetting.kernel.store.session import open_reading
from vetting.kernel.store.trail_verification import verify_trail
from vetting.operations.jobs.anchoring import Anchoring, anchor_trail

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.databases import Databases

SCRIPT = (Path(__file__).parents[2] / "docs" / "operate" / "postgresql-roller.sql").read_text(encoding="utf-8")


@pytest.fixture
def address(databases: Databases) -> Iterator[str]:
    """A database with all tables, narrowed; the address is that of whoever owns the server."""
    found = databases.postgresql()
    for _twice in range(2):  # it is run again after each upgrade
        with psycopg.connect(found, autocommit=True) as connection:
            connection.execute(SCRIPT)
    yield found
    databases.drop(found)


def as_role(address: str, role: str) -> str:
    return re.sub(r"//[^@/?]*@", f"//{role}:@", address)


def test_a_year_of_work_needs_no_more_than_the_programs_role_has(address: str) -> None:
    database = connect_database(as_role(address, "vetting_app"))
    board = BoardAtWork(database).build()
    case = board.approve(clean_facts(NUMBERS[0], "Föreningen Eken"))
    assert case.number
    assert board.staff[Role.CASEWORKER].id
    assert anchor_trail(database, Anchoring(), at=NOW) is not None
    with open_reading(database) as s:
        assert not verify_trail(s).problems
    database.close()


@pytest.mark.guards("a chain written anew by whoever keeps the database", "13.2.2")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE trail SET reason = 'x'",
        "DELETE FROM trail",
        "TRUNCATE trail CASCADE",
        "UPDATE trail_content SET body = '{}'",
        "UPDATE trail_apart SET body = NULL",
        "INSERT INTO erasures (entry_id, kind, kept, basis, at) VALUES (1, 'personal', 'x', 'x', now())",
        "DELETE FROM trail_heads",
        "UPDATE trail_anchors SET hash = 'x'",
        "DELETE FROM trail_anchors",
        "ALTER TABLE trail DISABLE TRIGGER ALL",
        "ALTER TABLE trail ADD COLUMN x int",
        "DROP TABLE cases",
        "CREATE TABLE mine (x int)",
        "UPDATE alembic_version SET version_num = '0001'",
        "ALTER ROLE vetting_app SUPERUSER",
        "SET ROLE vetting_owner",
        "COPY trail TO PROGRAM 'cat'",
    ],
)
def test_what_the_programs_role_cannot_do(address: str, statement: str) -> None:
    board = BoardAtWork(connect_database(as_role(address, "vetting_app"))).build()
    board.database.close()
    with (
        psycopg.connect(as_role(address, "vetting_app"), autocommit=True) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement)


def test_the_owner_is_no_superuser_and_upgrades(address: str) -> None:
    with psycopg.connect(as_role(address, "vetting_owner"), autocommit=True) as connection:
        found = connection.execute(
            "SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = 'vetting_owner'"
        ).fetchone()
        assert found == (False, False, False)
        connection.execute("ALTER TABLE boards ADD COLUMN of_an_upgrade int")
        connection.execute("CREATE TABLE of_an_upgrade (x int)")
    with psycopg.connect(as_role(address, "vetting_app"), autocommit=True) as connection:
        connection.execute("INSERT INTO of_an_upgrade VALUES (1)")
