"""Records, what is noted of them, the lists for the registry, and addresses that fail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from vetting.kernel.store.append_only import CLEARABLE, clearable_statements, statements

revision = "0108"
down_revision = "0107"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    op.create_table(
        "registry_lists",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_registry_lists_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_registry_lists_by_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_lists")),
    )
    op.create_index(op.f("ix_registry_lists_board_id_until_id"), "registry_lists", ["board_id", "until", "id"])
    op.create_table(
        "record_marks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("registry_number", sa.Text(), nullable=False),
        sa.Column("secrecy", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_record_marks_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_record_marks_by_user_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_record_marks_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_marks")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_record_marks_kind_key")),
    )
    op.create_index(op.f("ix_record_marks_case_id_id"), "record_marks", ["case_id", "id"])
    op.add_column("documents", sa.Column("title", sa.Text(), server_default="", nullable=False))
    op.add_column("documents", sa.Column("party", sa.Text(), server_default="", nullable=False))
    op.add_column("documents", sa.Column("way", sa.Text(), server_default="", nullable=False))
    op.add_column("documents", sa.Column("status_on", sa.Date(), nullable=True))
    op.add_column("documents", sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE documents SET recorded_at = at WHERE state <> 'working'")
    op.execute("UPDATE documents SET status_on = arrived_on WHERE state IN ('drawn_up', 'sent')")
    op.create_index(op.f("ix_documents_recorded_at"), "documents", ["recorded_at"])
    op.create_index(op.f("ix_letters_board_id_sent_at_id"), "letters", ["board_id", "sent_at", "id"])
    op.create_index(op.f("ix_notes_at"), "notes", ["at"])
    op.add_column("letters", sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("contacts", sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("contacts", sa.Column("failed_because", sa.Text(), server_default="", nullable=False))
    for statement in clearable_statements(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    """The step back."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {CLEARABLE}_no_delete")
        op.execute(next(one for one in statements("sqlite", (CLEARABLE,)) if "_no_delete" in one))
    else:
        op.execute(f"DROP TRIGGER {CLEARABLE}_keeps ON {CLEARABLE}")
        op.execute(next(one for one in statements("postgresql", (CLEARABLE,)) if "_keeps BEFORE" in one))
        op.execute("DROP FUNCTION vetting_cleared()")
    op.drop_column("contacts", "failed_because")
    op.drop_column("contacts", "failed_at")
    op.drop_column("letters", "returned_at")
    op.drop_index(op.f("ix_notes_at"), table_name="notes")
    op.drop_index(op.f("ix_letters_board_id_sent_at_id"), table_name="letters")
    op.drop_index(op.f("ix_documents_recorded_at"), table_name="documents")
    for column in ("recorded_at", "status_on", "way", "party", "title"):
        op.drop_column("documents", column)
    op.drop_index(op.f("ix_record_marks_case_id_id"), table_name="record_marks")
    op.drop_table("record_marks")
    op.drop_index(op.f("ix_registry_lists_board_id_until_id"), table_name="registry_lists")
    op.drop_table("registry_lists")
