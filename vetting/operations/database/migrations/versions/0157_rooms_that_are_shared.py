"""A room may hold several bookings at once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0157"
down_revision = "0156"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step."""
    whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("rooms", sa.Column("shared_by", whole, server_default="1", nullable=False))


def downgrade() -> None:
    """The step back."""
    op.drop_column("rooms", "shared_by")
