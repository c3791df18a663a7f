"""Prices of rooms."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0165"
down_revision = "0164"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    op.add_column("rooms", sa.Column("price", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
    op.add_column(
        "rooms", sa.Column("subsidised_price", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
    )


def downgrade() -> None:
    """The step back."""
    op.drop_column("rooms", "subsidised_price")
    op.drop_column("rooms", "price")
