"""Forms that come back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    with op.batch_alter_table("boards", schema=None) as batch_op:
        batch_op.add_column(sa.Column("letterhead", sa.Text(), server_default="", nullable=False))

    with op.batch_alter_table("incoming_posts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("form", sa.JSON(), server_default="{}", nullable=False))


def downgrade() -> None:
    """The step back."""
    with op.batch_alter_table("incoming_posts", schema=None) as batch_op:
        batch_op.drop_column("form")

    with op.batch_alter_table("boards", schema=None) as batch_op:
        batch_op.drop_column("letterhead")
