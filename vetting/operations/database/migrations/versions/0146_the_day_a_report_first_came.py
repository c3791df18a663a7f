"""The day a report first came."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0146"
down_revision = "0145"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    op.add_column("grant_reports", sa.Column("first_received_on", sa.Date(), nullable=True))


def downgrade() -> None:
    """The step back."""
    op.drop_column("grant_reports", "first_received_on")
