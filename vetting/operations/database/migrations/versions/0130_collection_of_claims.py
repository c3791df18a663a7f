"""Collection of claims."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0130"
down_revision = "0129"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    op.create_table(
        "collection_notes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reclaim_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_collection_notes_by_user_id")),
        sa.ForeignKeyConstraint(["reclaim_id"], ["reclaims.id"], name=op.f("fk_collection_notes_reclaim_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection_notes")),
    )
    op.create_index(op.f("ix_collection_notes_reclaim_id"), "collection_notes", ["reclaim_id"])


def downgrade() -> None:
    """The step back."""
    op.drop_table("collection_notes")
