"""The content of the trail in two parts: what pins rows, and what lies apart and can be erased.

Entries that are there keep their hash and digest: their parts put together again are the body that these were made of.
"""

from __future__ import annotations

import json
import secrets

import sqlalchemy as sa
from alembic import op

from vetting.kernel.store.append_only import drop_statements, erasable_statements, not_replaced, statements
from vetting.kernel.store.trail_content import OPEN, canonical_text, digest_of_part, split_entry

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

HELD = ("trail_content", "erasures")
HELD_BEFORE = (
    "trail",
    "fact_values",
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
    "own_values",
    "gap_notes",
    "decision_events",
    "letting_terms",
    "terms_acceptances",
    "deviation_withdrawals",
    "deviations",
    "bases",
)
AT_A_TIME = 1_000


def upgrade() -> None:
    """The step forward."""
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("trail", sa.Column("format", key, server_default="1", nullable=False))
    op.create_table(
        "trail_apart",
        sa.Column("entry_id", key, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["entry_id"], ["trail.id"], name=op.f("fk_trail_apart_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", "kind", name=op.f("pk_trail_apart")),
    )
    op.create_table(
        "erasures",
        sa.Column("id", key, nullable=False),
        sa.Column("entry_id", key, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("kept", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["trail.id"], name=op.f("fk_erasures_entry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
        sa.UniqueConstraint("entry_id", "kind", name=op.f("uq_erasures_entry_id_kind")),
    )
    dialect = op.get_bind().dialect.name
    for statement in drop_statements(dialect, ("trail_content",)):
        op.execute(statement)
    if dialect != "sqlite":
        op.execute("DROP FUNCTION IF EXISTS vetting_erasable()")
    _split()
    for statement in (*statements(dialect, HELD), *erasable_statements(dialect)):
        op.execute(statement)
    if dialect == "sqlite":
        for table in HELD_BEFORE:
            op.execute(not_replaced(table))


def _split() -> None:
    connection = op.get_bind()
    content = sa.table("trail_content", sa.column("id"), sa.column("salt", sa.LargeBinary), sa.column("body"))
    apart = sa.table(
        "trail_apart",
        sa.column("entry_id"),
        sa.column("kind"),
        sa.column("digest"),
        sa.column("salt", sa.LargeBinary),
        sa.column("body"),
    )
    last = 0
    while rows := connection.execute(
        sa.select(content).where(content.c.id > last).order_by(content.c.id).limit(AT_A_TIME)
    ).all():
        last = rows[-1].id
        for row in rows:
            if row.body is None:
                continue
            said = json.loads(row.body)
            parts = split_entry(said["changes"], said["detail"], ())
            if "bulk" in said:
                parts[OPEN]["bulk"] = said["bulk"]
            bodies = {kind: canonical_text(part) for kind, part in parts.items()}
            open_body = {"body": bodies.pop(OPEN)}
            connection.execute(sa.update(content).where(content.c.id == row.id).values(open_body))
            for kind, body in bodies.items():
                salt = secrets.token_bytes(16)
                new = {
                    "entry_id": row.id,
                    "kind": kind,
                    "digest": digest_of_part(salt, body),
                    "salt": salt,
                    "body": body,
                }
                connection.execute(sa.insert(apart).values(new))


def downgrade() -> None:
    """The step back; entries made since cannot be told in the old way."""
    connection = op.get_bind()
    if connection.execute(sa.text("SELECT count(*) FROM trail")).scalar():
        raise RuntimeError("the trail cannot go back: restore the backup that was taken before the upgrade")
    dialect = connection.dialect.name
    for statement in drop_statements(dialect, (*HELD, "trail_apart")):
        op.execute(statement)
    op.drop_table("erasures")
    op.drop_table("trail_apart")
    if dialect != "sqlite":
        op.execute("DROP FUNCTION IF EXISTS vetting_erased()")
        op.drop_column("trail", "format")
    else:
        with op.batch_alter_table("trail", schema=None) as batch_op:
            batch_op.drop_column("format")
