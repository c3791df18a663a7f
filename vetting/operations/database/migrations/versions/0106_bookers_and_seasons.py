"""What those who book rooms are to a board, and rows of a list that are of a whole term."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0106"
down_revision = "0105"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    op.create_table(
        "booker_kinds",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("association_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["association_id"], ["associations.id"], name=op.f("fk_booker_kinds_association_id")),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_booker_kinds_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_booker_kinds_by_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booker_kinds")),
        sa.UniqueConstraint("board_id", "association_id", name=op.f("uq_booker_kinds_board_id_association_id")),
    )
    op.create_index(op.f("ix_booker_kinds_association_id"), "booker_kinds", ["association_id"])
    op.add_column("staged_rows", sa.Column("weekly_until", sa.Date(), nullable=True))


def downgrade() -> None:
    """The step back."""
    op.drop_column("staged_rows", "weekly_until")
    op.drop_index(op.f("ix_booker_kinds_association_id"), table_name="booker_kinds")
    op.drop_table("booker_kinds")
