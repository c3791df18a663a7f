"""A proposal and a decision say which requirements they make an exception from, and why."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0154"
down_revision = "0153"
branch_labels = None
depends_on = None
TABLES = ("decision_drafts", "decisions")


def upgrade() -> None:
    """The step."""
    for table in TABLES:
        op.add_column(table, sa.Column("set_aside", sa.JSON(), server_default="{}", nullable=False))
        op.add_column(table, sa.Column("exception", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    """The step back."""
    for table in TABLES:
        op.drop_column(table, "exception")
        op.drop_column(table, "set_aside")
