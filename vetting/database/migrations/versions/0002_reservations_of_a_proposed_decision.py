"""Reservations of a proposed decision."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    with op.batch_alter_table("decision_drafts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reservations", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    """The step back."""
    with op.batch_alter_table("decision_drafts", schema=None) as batch_op:
        batch_op.drop_column("reservations")
