"""Kept reports and the periods of a board."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0145"
down_revision = "0144"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    op.create_table(
        "kept_reports",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("docx", sa.LargeBinary(), nullable=False),
        sa.Column("xlsx", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("by_function", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_kept_reports_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_kept_reports_by_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_reports")),
    )
    with op.batch_alter_table("kept_reports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kept_reports_board_id_code_id"), ["board_id", "code", "id"], unique=False)

    op.add_column("boards", sa.Column("periods", sa.JSON(), server_default="[]", nullable=False))


def downgrade() -> None:
    """The step back."""
    op.drop_column("boards", "periods")

    with op.batch_alter_table("kept_reports", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_kept_reports_board_id_code_id"))

    op.drop_table("kept_reports")
