"""Rows of the delegation that are execution, and what was done by them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    op.add_column("delegations", sa.Column("execution", sa.Boolean(), nullable=True))
    op.add_column("decisions", sa.Column("execution", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """The step back."""
    op.drop_column("decisions", "execution")
    op.drop_column("delegations", "execution")
