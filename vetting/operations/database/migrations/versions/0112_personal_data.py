"""What a board says of personal data, and how long it keeps what is no record."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0112"
down_revision = "0111"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    op.add_column("boards", sa.Column("information", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("boards", sa.Column("retention", sa.JSON(), server_default="{}", nullable=False))


def downgrade() -> None:
    """The step back."""
    op.drop_column("boards", "retention")
    op.drop_column("boards", "information")
