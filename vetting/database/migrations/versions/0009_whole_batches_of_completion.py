"""Whole batches of completion."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from vetting.kernel.store.append_only import statements

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None
APPEND_ONLY = ("gap_notes",)


def upgrade() -> None:
    """The step forward."""
    op.create_table(
        "completion_batches",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reminder", sa.Boolean(), nullable=False),
        sa.Column("left", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_completion_batches_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_completion_batches_by_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_completion_batches")),
    )
    with op.batch_alter_table("completion_batches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_completion_batches_board_id_id"), ["board_id", "id"], unique=False)

    op.create_table(
        "contacts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("association_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("postal", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["association_id"], ["associations.id"], name=op.f("fk_contacts_association_id")),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_contacts_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_contacts_by_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
    )
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_contacts_board_id_association_id_kind_id"),
            ["board_id", "association_id", "kind", "id"],
            unique=False,
        )

    op.create_table(
        "gap_notes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fact", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_gap_notes_by_user_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_gap_notes_case_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_gap_notes_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap_notes")),
    )
    with op.batch_alter_table("gap_notes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_gap_notes_case_id_fact_id"), ["case_id", "fact", "id"], unique=False)

    with op.batch_alter_table("completions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch_op.add_column(sa.Column("reminder", sa.Boolean(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("letter", sa.JSON(), server_default="{}", nullable=False))
        batch_op.alter_column(
            "by_user_id", existing_type=sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        )
        batch_op.create_index(batch_op.f("ix_completions_batch_id"), ["batch_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_completions_batch_id"), "completion_batches", ["batch_id"], ["id"])
    for statement in statements(op.get_bind().dialect.name, APPEND_ONLY):
        op.execute(statement)


def downgrade() -> None:
    """The step back."""
    with op.batch_alter_table("completions", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_completions_batch_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_completions_batch_id"))
        batch_op.alter_column(
            "by_user_id", existing_type=sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        )
        batch_op.drop_column("letter")
        batch_op.drop_column("reminder")
        batch_op.drop_column("batch_id")

    with op.batch_alter_table("gap_notes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_gap_notes_case_id_fact_id"))

    op.drop_table("gap_notes")
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contacts_board_id_association_id_kind_id"))

    op.drop_table("contacts")
    with op.batch_alter_table("completion_batches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_completion_batches_board_id_id"))

    op.drop_table("completion_batches")
