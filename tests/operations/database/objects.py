"""Every object of a database in words, so that two databases can be laid beside each other.

Tables with their columns, keys and checks, indexes, triggers, functions, exclusion constraints and extensions. What
comes first in a table differs with how it came about, and means nothing: the words are in order of the alphabet.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sqlalchemy import text

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from vetting.kernel.store.engine import Database

POSTGRESQL: Final = {
    "extension": "SELECT extname FROM pg_extension",
    "table": "SELECT relname FROM pg_class WHERE relkind IN ('r', 'v', 'm', 'p') AND relnamespace = 'public'::regnamespace",
    "column": """
        SELECT c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
            || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END || ' ' || a.attidentity::text
            || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '')
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
    """,
    "constraint": """
        SELECT conrelid::regclass::text || '.' || conname || ' ' || pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
    """,
    "index": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "trigger": "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "function": """
        SELECT pg_get_functiondef(p.oid) FROM pg_proc p
        WHERE p.pronamespace = 'public'::regnamespace
        AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    """,
    "sequence": "SELECT sequencename || ' ' || data_type::text FROM pg_sequences WHERE schemaname = 'public'",
}
"""Kind of object -> the question that tells of each."""
STEP: Final = "alembic_version"


def objects_of(database: Database) -> list[str]:
    """Every object, a line each, in order."""
    with database.engine.connect() as connection:
        found = _of_sqlite(connection) if database.is_sqlite else _of_postgresql(connection)
    return sorted(line for line in found if STEP not in line)


def _of_postgresql(connection: Connection) -> list[str]:
    return [
        f"{kind}: {_one_line(row[0])}" for kind, asked in POSTGRESQL.items() for row in connection.execute(text(asked))
    ]


def _of_sqlite(connection: Connection) -> list[str]:
    found = []
    asked = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL"
    for kind, name, table, sql in connection.execute(text(asked)):
        if kind == "table":
            found += [f"table {table}: {part}" for part in _parts_of_table(_one_line(sql))]
        else:
            found.append(f"{kind} {name} on {table}: {_one_line(sql)}")
    return found


def _parts_of_table(sql: str) -> list[str]:
    """Columns and constraints of CREATE TABLE, each by itself."""
    parts, depth, begins = [], 0, sql.index("(") + 1
    for place in range(begins, len(sql)):
        letter = sql[place]
        depth += (letter == "(") - (letter == ")")
        if (letter == "," and depth == 0) or depth < 0:
            parts.append(sql[begins:place].strip())
            begins = place + 1
    return [*parts, sql[begins:].strip() or "-"]


def _one_line(sql: str) -> str:
    plain = sql.replace('"', "").replace("IF NOT EXISTS ", "").replace("('')", "''")
    return re.sub(r"\s+", " ", plain).strip()
