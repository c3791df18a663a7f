"""The database's own guards, each as its whole text: an emptied one that keeps its name is none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import text

from vetting.kernel.store.append_only import (
    CORRECTABLE,
    clearable_statements,
    correctable_statements,
    erasable_statements,
    statements,
)
from vetting.kernel.store.base import GUARDS, Base
from vetting.kernel.store.payment_batch_guards import payment_batch_triggers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vetting.kernel.store.session import Session

_TRIGGER: Final = re.compile(r"CREATE TRIGGER (?P<name>\w+) BEFORE (?P<events>[\w, ]+?) ON (?P<table>\w+)")
_EVENTS: Final = re.compile(r"\b(?:INSERT|UPDATE|DELETE)(?: OR (?:INSERT|UPDATE|DELETE))+\b")
_FUNCTION: Final = re.compile(r"CREATE OR REPLACE FUNCTION (\w+)\(\) .*?\$\$(.*)\$\$", re.DOTALL)
_CALLS: Final = re.compile(r"EXECUTE FUNCTION (\w+)\(\)")
_CONSTRAINT: Final = re.compile(r"ALTER TABLE (\w+) ADD CONSTRAINT (\w+) (.*)", re.DOTALL)
_IN_SQLITE: Final = "SELECT tbl_name, name, sql, '' FROM sqlite_master WHERE type = 'trigger'"
_IN_POSTGRESQL: Final = (
    "SELECT c.relname, t.tgname, pg_get_triggerdef(t.oid, true), p.prosrc FROM pg_trigger t "
    "JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid "
    "WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND c.relnamespace = current_schema()::regnamespace "
    "UNION ALL SELECT c.relname, o.conname, pg_get_constraintdef(o.oid), '' FROM pg_constraint o "
    "JOIN pg_class c ON c.oid = o.conrelid "
    "WHERE o.contype = 'x' AND c.relnamespace = current_schema()::regnamespace"
)


class GuardsFound(NamedTuple):
    """How the guards differ from those that the program makes; tables and names of guards."""

    missing: list[str]
    """Tables where one is gone, switched off or another than ours."""
    strange: list[tuple[str, str]]
    """Table and name of those that are none of ours."""


def look_at_guards(session: Session) -> GuardsFound:
    """Every guard by its text, on both engines."""
    dialect = session.get_bind().dialect.name
    wanted = _texts(_making_statements(dialect), dialect)
    asked = _IN_SQLITE if dialect == "sqlite" else _IN_POSTGRESQL
    there = {(row[0], row[1]): _plain(row[2]) + " ".join(row[3].split()) for row in session.execute(text(asked))}
    missing = sorted({key[0] for key, said in wanted.items() if there.get(key) != said})
    return GuardsFound(missing, sorted(there.keys() - wanted.keys()))


def _making_statements(dialect: str) -> Iterator[str]:
    """Every statement that makes one, a later one in the place of an earlier one of that name."""
    yield from statements(dialect)
    yield from clearable_statements(dialect)
    yield from erasable_statements(dialect)
    yield from correctable_statements(dialect, [column.name for column in Base.metadata.tables[CORRECTABLE].columns])
    yield from payment_batch_triggers(dialect)
    for table in Base.metadata.sorted_tables:
        if GUARDS in table.info:
            yield from table.info[GUARDS](dialect)


def _texts(made: Iterator[str], dialect: str) -> Mapping[tuple[str, str], str]:
    """Table and name -> the text of a guard, on PostgreSQL with that of its function."""
    functions: dict[str, str] = {}
    found = {}
    for one in made:
        if function := _FUNCTION.search(one):
            functions[function[1]] = " ".join(function[2].split())
        elif constraint := _CONSTRAINT.search(one):
            found[constraint[1], constraint[2]] = _plain(constraint[3])
        elif trigger := _TRIGGER.search(plain := _plain(one)):
            calls = _CALLS.search(plain) if dialect != "sqlite" else None
            found[trigger["table"], trigger["name"]] = plain + (functions[calls[1]] if calls else "")
    return found


def _plain(said: str) -> str:
    """One text for the same guard: the engines keep blanks, the order of events and of columns in their own way."""
    if said.startswith("EXCLUDE"):  # PostgreSQL puts more brackets
        said = re.sub(r"[()]", " ", said)
    one_line = " ".join(said.split()).replace("IF NOT EXISTS ", "")
    one_line = _EVENTS.sub(lambda found: ",".join(sorted(found[0].split(" OR "))), one_line)
    return " OR ".join(sorted(one_line.split(" OR ")))
