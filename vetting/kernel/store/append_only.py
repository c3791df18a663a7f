"""Rows that are never changed and never removed: held by the database itself, on both engines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

APPEND_ONLY: Final = (
    "trail",
    "screenings",
    "assessments",
    "assessment_withdrawals",
    "evidence",
    "decisions",
    "rule_versions",
    "document_contents",
    "ledger_entries",
    "rule_publications",
    "rule_withdrawals",
    "given_facts",
    "gap_notes",
    "decision_events",
    "decision_corrections",
    "letting_terms",
    "terms_acceptances",
    "deviation_withdrawals",
    "deviations",
    "bases",
    "basis_files",
    "trail_content",
    "erasures",
)
CLEARABLE: Final = "document_contents"
"""May only go, and only of what a person has cleared: working material of a case that has ended."""
CLEARED_CONDITION: Final = "SELECT 1 FROM documents WHERE documents.id = OLD.id AND documents.state = 'cleared'"
ERASABLE: Final = "trail_apart"
"""May only become empty, and only what an erasure tells of."""
ERASED_CONDITION: Final = "SELECT 1 FROM erasures WHERE erasures.entry_id = OLD.entry_id AND erasures.kind = OLD.kind"
CORRECTABLE: Final = "decisions"
"""May only be changed as a correction of an evident slip tells, in these of its columns."""
CORRECTED: Final = ("amount", "outcome", "reasons", "conditions")
ANYTHING_ELSE: Final = (
    "NEW.body IS NOT NULL OR NEW.salt IS NOT NULL OR NEW.entry_id <> OLD.entry_id OR NEW.kind <> OLD.kind "
    "OR NEW.digest <> OLD.digest"
)


def statements(dialect: str, tables: tuple[str, ...] = APPEND_ONLY) -> list[str]:
    """The triggers of tables where nothing changes, for one engine."""
    return _sqlite(tables) if dialect == "sqlite" else _postgresql(tables)


def erasable_statements(dialect: str) -> list[str]:
    """The triggers of the one table where something may be erased."""
    wrong = f"'{ERASABLE} is erased by an erasure only'"
    if dialect == "sqlite":
        return [
            (
                f"CREATE TRIGGER {ERASABLE}_no_update BEFORE UPDATE ON {ERASABLE} "
                f"WHEN {ANYTHING_ELSE} OR NOT EXISTS ({ERASED_CONDITION}) BEGIN SELECT RAISE(ABORT, {wrong}); END"
            ),
            f"CREATE TRIGGER {ERASABLE}_no_delete BEFORE DELETE ON {ERASABLE} BEGIN SELECT RAISE(ABORT, {wrong}); END",
            _not_replaced(ERASABLE, "entry_id kind"),
        ]
    return [
        (
            "CREATE OR REPLACE FUNCTION vetting_erased() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF TG_OP = 'DELETE' THEN RAISE EXCEPTION {wrong}; END IF; "
            f"IF {ANYTHING_ELSE} OR NOT EXISTS ({ERASED_CONDITION}) THEN RAISE EXCEPTION {wrong}; END IF; "
            "RETURN NEW; END $$"
        ),
        (
            f"CREATE TRIGGER {ERASABLE}_keeps BEFORE UPDATE OR DELETE ON {ERASABLE} "
            "FOR EACH ROW EXECUTE FUNCTION vetting_erased()"
        ),
        (
            f"CREATE TRIGGER {ERASABLE}_keeps_all BEFORE TRUNCATE ON {ERASABLE} "
            "FOR EACH STATEMENT EXECUTE FUNCTION vetting_append_only()"
        ),
    ]


def _sqlite(tables: tuple[str, ...]) -> list[str]:
    return [
        f"CREATE TRIGGER {table}_no_{what} BEFORE {what.upper()} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for table in tables
        for what in ("update", "delete")
    ] + [_not_replaced(table) for table in tables]


def clearable_statements(dialect: str) -> list[str]:
    """The trigger of the one table from which something may be taken away, in the place of its plain one."""
    if dialect == "sqlite":
        return [
            f"DROP TRIGGER {CLEARABLE}_no_delete",
            (
                f"CREATE TRIGGER {CLEARABLE}_no_delete BEFORE DELETE ON {CLEARABLE} "
                f"WHEN NOT EXISTS ({CLEARED_CONDITION}) BEGIN SELECT RAISE(ABORT, '{CLEARABLE} is append-only'); END"
            ),
        ]
    return [
        (
            "CREATE OR REPLACE FUNCTION vetting_cleared() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF TG_OP = 'DELETE' AND EXISTS ({CLEARED_CONDITION}) THEN RETURN OLD; END IF; "
            "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        ),
        f"DROP TRIGGER {CLEARABLE}_keeps ON {CLEARABLE}",
        (
            f"CREATE TRIGGER {CLEARABLE}_keeps BEFORE UPDATE OR DELETE ON {CLEARABLE} "
            "FOR EACH ROW EXECUTE FUNCTION vetting_cleared()"
        ),
    ]


def correctable_statements(dialect: str, columns: Sequence[str]) -> list[str]:
    """The trigger of the one table where a slip may be corrected, in the place of its plain one.

    columns: those of the table.
    """
    if dialect == "sqlite":
        told = " AND ".join(f"c.{name}_before IS OLD.{name} AND c.{name}_after IS NEW.{name}" for name in CORRECTED)
        other = " OR ".join(f'NEW."{name}" IS NOT OLD."{name}"' for name in columns if name not in CORRECTED)
        correction = f"SELECT 1 FROM decision_corrections c WHERE c.decision_id = OLD.id AND {told}"  # noqa: S608 - our own names
        return [
            f"DROP TRIGGER {CORRECTABLE}_no_update",
            (
                f"CREATE TRIGGER {CORRECTABLE}_no_update BEFORE UPDATE ON {CORRECTABLE} "
                f"WHEN {other} OR NOT EXISTS ({correction}) "
                f"BEGIN SELECT RAISE(ABORT, '{CORRECTABLE} is append-only'); END"
            ),
        ]
    told = " AND ".join(
        f"c.{name}_before::text IS NOT DISTINCT FROM OLD.{name}::text "
        f"AND c.{name}_after::text IS NOT DISTINCT FROM NEW.{name}::text"
        for name in CORRECTED
    )
    rest = " - ".join(f"'{name}'" for name in CORRECTED)
    correction = f"SELECT 1 FROM decision_corrections c WHERE c.decision_id = OLD.id AND {told}"  # noqa: S608 - our own names
    return [
        (
            "CREATE OR REPLACE FUNCTION vetting_corrected() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - {rest} = to_jsonb(OLD) - {rest} AND EXISTS ({correction}) "
            "THEN RETURN NEW; END IF; RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        ),
        f"DROP TRIGGER {CORRECTABLE}_keeps ON {CORRECTABLE}",
        (
            f"CREATE TRIGGER {CORRECTABLE}_keeps BEFORE UPDATE OR DELETE ON {CORRECTABLE} "
            "FOR EACH ROW EXECUTE FUNCTION vetting_corrected()"
        ),
    ]


def plain_statements(dialect: str) -> list[str]:
    """The plain trigger of that table again."""
    if dialect == "sqlite":
        return [f"DROP TRIGGER {CORRECTABLE}_no_update", _sqlite((CORRECTABLE,))[0]]
    return [f"DROP TRIGGER {CORRECTABLE}_keeps ON {CORRECTABLE}", _postgresql((CORRECTABLE,))[1]]


def _not_replaced(table: str, key: str = "id") -> str:
    """SQLite's REPLACE takes the old row away without asking the trigger of deletion: one more, for what comes in."""
    there = " AND ".join(f"{table}.{name} = NEW.{name}" for name in key.split())
    is_there = f"EXISTS (SELECT 1 FROM {table} WHERE {there})"  # noqa: S608 - our own names
    return (
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_replace BEFORE INSERT ON {table} WHEN {is_there} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def _postgresql(tables: tuple[str, ...]) -> list[str]:
    found = [
        (
            "CREATE OR REPLACE FUNCTION vetting_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        )
    ]
    for table in tables:
        found += [
            (
                f"CREATE TRIGGER {table}_keeps BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION vetting_append_only()"
            ),
            (
                f"CREATE TRIGGER {table}_keeps_all BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION vetting_append_only()"
            ),
        ]
    return found
