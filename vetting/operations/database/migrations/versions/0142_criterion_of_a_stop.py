"""Criterion of a stop."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0142"
down_revision = "0141"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    with op.batch_alter_table("stop_terms", schema=None) as batch_op:
        batch_op.add_column(sa.Column("criterion", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    """The step back."""
    with op.batch_alter_table("stop_terms", schema=None) as batch_op:
        batch_op.drop_column("criterion")
