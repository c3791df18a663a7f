"""The court that a board's decisions are appealed to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    op.add_column("boards", sa.Column("court", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    """The step back."""
    op.drop_column("boards", "court")
