"""Board items."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0125"
down_revision = "0124"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    op.create_table(
        "board_items",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("dnr", sa.Text(), nullable=False),
        sa.Column("letter", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("at_once", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("signers", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_board_items_by_user_id")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_board_items_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_items")),
        sa.UniqueConstraint("round_id", name=op.f("uq_board_items_round_id")),
    )


def downgrade() -> None:
    """The step back."""
    op.drop_table("board_items")
