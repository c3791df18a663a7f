"""Rows that are never changed and never removed: held by the database itself, on both engines."""

from __future__ import annotations

from typing import Final

APPEND_ONLY: Final = (
    "trail", "fact_values", "screenings", "assessments", "assessment_withdrawals", "evidence", "decisions",
    "rule_versions", "document_contents", "ledger_entries", "rule_publications", "rule_withdrawals", "given_facts",
    "own_values", "gap_notes", "decision_events", "letting_terms", "terms_acceptances",
    "deviation_withdrawals",
    "deviations", "bases",
)  # fmt: skip
ERASABLE: Final = "trail_content"
"""May only become empty."""


def statements(dialect: str, tables: tuple[str, ...] = APPEND_ONLY, *, erasable: bool = True) -> list[str]:
    """The triggers, for one engine."""
    return _sqlite(tables, erasable=erasable) if dialect == "sqlite" else _postgresql(tables, erasable=erasable)


def drop_statements(dialect: str, tables: tuple[str, ...] = APPEND_ONLY) -> list[str]:
    """Takes the triggers away again."""
    if dialect == "sqlite":
        names = [f"{table}_no_{what}" for table in (*tables, ERASABLE) for what in ("update", "delete")]
        return [f"DROP TRIGGER IF EXISTS {name}" for name in names]
    found = [f"DROP TRIGGER IF EXISTS {table}_keeps ON {table}" for table in (*tables, ERASABLE)]
    found += [f"DROP TRIGGER IF EXISTS {table}_keeps_all ON {table}" for table in (*tables, ERASABLE)]
    return [*found, "DROP FUNCTION IF EXISTS vetting_append_only()", "DROP FUNCTION IF EXISTS vetting_erasable()"]


def _sqlite(tables: tuple[str, ...], *, erasable: bool) -> list[str]:
    found = [
        f"CREATE TRIGGER {table}_no_{what} BEFORE {what.upper()} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for table in tables
        for what in ("update", "delete")
    ]
    if erasable:
        found += [
            (
                f"CREATE TRIGGER {ERASABLE}_no_update BEFORE UPDATE ON {ERASABLE} "
                "WHEN NEW.body IS NOT NULL OR NEW.salt IS NOT NULL OR NEW.id <> OLD.id "
                f"BEGIN SELECT RAISE(ABORT, '{ERASABLE} can only be erased'); END"
            ),
            (
                f"CREATE TRIGGER {ERASABLE}_no_delete BEFORE DELETE ON {ERASABLE} "
                f"BEGIN SELECT RAISE(ABORT, '{ERASABLE} can only be erased'); END"
            ),
        ]
    return found


def _postgresql(tables: tuple[str, ...], *, erasable: bool) -> list[str]:
    found = [
        (
            "CREATE OR REPLACE FUNCTION vetting_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        ),
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
    if erasable:
        found += [
            (
                "CREATE OR REPLACE FUNCTION vetting_erasable() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                "IF TG_OP = 'DELETE' OR NEW.body IS NOT NULL OR NEW.salt IS NOT NULL OR NEW.id <> OLD.id THEN "
                "RAISE EXCEPTION '% can only be erased', TG_TABLE_NAME; END IF; RETURN NEW; END $$"
            ),
            (
                f"CREATE TRIGGER {ERASABLE}_keeps BEFORE UPDATE OR DELETE ON {ERASABLE} "
                "FOR EACH ROW EXECUTE FUNCTION vetting_erasable()"
            ),
            (
                f"CREATE TRIGGER {ERASABLE}_keeps_all BEFORE TRUNCATE ON {ERASABLE} "
                "FOR EACH STATEMENT EXECUTE FUNCTION vetting_append_only()"
            ),
        ]
    return found
