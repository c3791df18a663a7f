"""What stood value by value before step 0036 is said after it, in the order it was said, and the trail knows of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from vetting.cases.models.facts import of_association
from vetting.database import schema
from vetting.kernel.store.session import open_reading
from vetting.kernel.store.trail_verification import verify_trail

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from vetting.kernel.store.engine import Database

BEGAN = datetime(2026, 9, 1, 12, tzinfo=UTC)


def put(connection: Connection, into: str, **known: Any) -> int:
    """A row with what is known, and something of the right kind in each other column that must have something."""
    table = sa.Table(into, sa.MetaData(), autoload_with=connection)
    fitting: dict[type, Any] = {int: 1, str: "x", bool: False, date: BEGAN.date(), datetime: BEGAN}
    row = dict(known)
    for column in table.columns:
        if not column.nullable and column.name not in row and column.name != "id" and column.server_default is None:
            kind = dict if isinstance(column.type, sa.JSON) else column.type.python_type
            row[column.name] = {} if kind is dict else fitting[kind]
    found = connection.execute(sa.insert(table).values(row)).inserted_primary_key
    assert found is not None
    return int(found[0])


def test_what_stood_value_by_value_holds_as_before_and_the_trail_knows(empty_database: Database) -> None:
    schema.upgrade(empty_database, to="0035")
    with empty_database.writing.begin() as connection:
        board = put(connection, "boards", code="norr")
        whose = put(connection, "associations", name="Föreningen Prov", folded="prov")
        batch = put(connection, "import_batches", board_id=board)
        owner = {"board_id": board, "association_id": whose}

        def say(fact: str, value: Any, hours: int, **more: Any) -> None:
            said = {"absent": False, "unreadable": False, "entered_at": BEGAN + timedelta(hours=hours), **more}
            put(connection, "fact_values", fact=fact, value=value, supplied_by="applicant", **owner, **said)

        def list_says(values: dict[str, Any], hours: int) -> None:
            when = {"entered_at": BEGAN + timedelta(hours=hours), "batch_id": batch, "supplied_by": "import"}
            put(connection, "given_facts", of_association={"values": values}, **owner, **when)

        list_says({"members_total": 1, "legal_form": "stiftelse"}, 0)
        say("members_total", 2, 1)
        say("signed", None, 1, absent=True)
        say("legal_form", "ideell_forening", 1)
        say("board_size", 4, 1)
        list_says({"members_total": 3, "board_size": 5}, 2)
        say("members_total", 6, 3)
        say("accounts", None, 3, unreadable=True)
    schema.upgrade(empty_database)
    assert schema.differences(empty_database) == []
    with open_reading(empty_database) as session:
        known = {row.fact: row for row in of_association(session, board, whose)}
        assert {fact: row.value for fact, row in known.items() if row.value is not None} == {
            "members_total": 6,
            "board_size": 5,
            "legal_form": "ideell_forening",
        }
        assert (known["signed"].absent, known["accounts"].unreadable) == (True, True)
        assert known["board_size"].source.supplied_by == "import"
        told = [problem.where for problem in verify_trail(session).problems if problem.where.startswith("given_facts")]
    assert told == ["given_facts 1", "given_facts 2"]  # these two rows of the test were never told of
