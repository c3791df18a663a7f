"""What holds while support runs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0162"
down_revision = "0161"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    op.add_column("grant_reports", sa.Column("requirements", sa.JSON(), server_default="{}", nullable=False))

    op.add_column("support_endings", sa.Column("criterion", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    """The step back."""
    op.drop_column("support_endings", "criterion")

    op.drop_column("grant_reports", "requirements")
