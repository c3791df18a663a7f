"""How many workers have taken a job up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0118"
down_revision = "0117"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("jobs", sa.Column("tries", whole, server_default=sa.text("0"), nullable=False))


def downgrade() -> None:
    """The step back."""
    op.drop_column("jobs", "tries")
