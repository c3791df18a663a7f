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
    op.add_column("item_decisions", sa.Column("voted", sa.Text(), server_default="", nullable=False))
    op.add_column("item_decisions", sa.Column("tabled", sa.JSON(), server_default="[]", nullable=False))


def downgrade() -> None:
    """The step back."""
    op.drop_column("item_decisions", "tabled")
    op.drop_column("item_decisions", "voted")
