"""Who opened what may hold what is sealed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0114"
down_revision = "0113"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    op.create_table(
        "sealed_reads",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_sealed_reads_board_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sealed_reads_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed_reads")),
        sa.UniqueConstraint(
            "board_id",
            "user_id",
            "hour",
            "kind",
            "about",
            name=op.f("uq_sealed_reads_board_id_user_id_hour_kind_about"),
        ),
    )
    op.create_index(op.f("ix_sealed_reads_board_id_id"), "sealed_reads", ["board_id", "id"])


def downgrade() -> None:
    """The step back."""
    op.drop_index(op.f("ix_sealed_reads_board_id_id"), table_name="sealed_reads")
    op.drop_table("sealed_reads")
