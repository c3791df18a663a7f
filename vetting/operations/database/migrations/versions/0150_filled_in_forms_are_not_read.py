"""Filled-in forms are not read: the column for their answers is dropped."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0150"
down_revision = "0149"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step."""
    op.drop_column("incoming_posts", "form")


def downgrade() -> None:
    """The step back: the column, with nothing read."""
    op.add_column("incoming_posts", sa.Column("form", sa.JSON(), server_default="{}", nullable=False))
