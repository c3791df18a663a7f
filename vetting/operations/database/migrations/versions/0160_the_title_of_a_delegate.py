"""The title that a delegate decides by, and whether a decision says no on a value criterion."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0160"
down_revision = "0159"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step."""
    op.add_column("delegations", sa.Column("title", sa.Text(), nullable=False, server_default=""))
    op.add_column("decisions", sa.Column("against_values", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """The step back."""
    op.drop_column("decisions", "against_values")
    op.drop_column("delegations", "title")
