"""Votes and tabled rows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0164"
down_revision = "0163"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    with op.batch_alter_table("item_decisions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("voted", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("tabled", sa.JSON(), server_default="[]", nullable=False))


def downgrade() -> None:
    """The step back."""
    with op.batch_alter_table("item_decisions", schema=None) as batch_op:
        batch_op.drop_column("tabled")
        batch_op.drop_column("voted")
