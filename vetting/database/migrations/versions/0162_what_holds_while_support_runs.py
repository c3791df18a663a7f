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
    with op.batch_alter_table("grant_reports", schema=None) as batch_op:
        batch_op.add_column(sa.Column("requirements", sa.JSON(), server_default="{}", nullable=False))

    with op.batch_alter_table("support_endings", schema=None) as batch_op:
        batch_op.add_column(sa.Column("criterion", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    """The step back."""
    with op.batch_alter_table("support_endings", schema=None) as batch_op:
        batch_op.drop_column("criterion")

    with op.batch_alter_table("grant_reports", schema=None) as batch_op:
        batch_op.drop_column("requirements")
