"""Forms that made something, for two days: sent again by the same page, they lead to it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0170"
down_revision = "0169"
branch_labels = None
depends_on = None
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """The step forward."""
    op.create_table(
        "sent_forms",
        sa.Column("id", ID, nullable=False),
        sa.Column("board_id", ID, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("made", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name="fk_sent_forms_board_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sent_forms"),
        sa.UniqueConstraint("digest", name="uq_sent_forms_digest"),
    )
    op.create_index("ix_sent_forms_board_id_at", "sent_forms", ["board_id", "at"])


def downgrade() -> None:
    """The step back."""
    op.drop_table("sent_forms")
