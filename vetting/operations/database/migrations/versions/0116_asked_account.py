"""Another account for what is asked back waits for a second person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0116"
down_revision = "0115"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    op.add_column("boards", sa.Column("pay_to_asked", sa.JSON(), server_default="{}", nullable=False))


def downgrade() -> None:
    """The step back."""
    op.drop_column("boards", "pay_to_asked")
