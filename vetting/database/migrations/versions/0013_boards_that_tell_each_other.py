"""Boards that tell each other."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    op.create_table(
        "board_agreements",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("other_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_board_agreements_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_board_agreements_by_user_id")),
        sa.ForeignKeyConstraint(["other_id"], ["boards.id"], name=op.f("fk_board_agreements_other_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_agreements")),
    )
    with op.batch_alter_table("board_agreements", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_board_agreements_board_id_other_id"), ["board_id", "other_id"], unique=False
        )


def downgrade() -> None:
    """The step back."""
    with op.batch_alter_table("board_agreements", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_board_agreements_board_id_other_id"))

    op.drop_table("board_agreements")
