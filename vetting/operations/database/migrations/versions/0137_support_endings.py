"""Support endings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0137"
down_revision = "0136"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    op.create_table(
        "support_endings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("payment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.Column("reply_by", sa.Date(), nullable=True),
        sa.Column("replied_on", sa.Date(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("heard_after", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_support_endings_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_support_endings_by_user_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_support_endings_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_endings")),
    )
    with op.batch_alter_table("support_endings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_support_endings_board_id_id"), ["board_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_support_endings_case_id_id"), ["case_id", "id"], unique=False)


def downgrade() -> None:
    """The step back."""
    with op.batch_alter_table("support_endings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_support_endings_case_id_id"))
        batch_op.drop_index(batch_op.f("ix_support_endings_board_id_id"))

    op.drop_table("support_endings")
