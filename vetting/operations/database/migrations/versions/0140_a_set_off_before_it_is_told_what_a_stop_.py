"""A set-off before it is told, what a stop waits for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0140"
down_revision = "0139"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    with op.batch_alter_table("set_offs", schema=None) as batch_op:
        batch_op.alter_column("told_on", existing_type=sa.DATE(), nullable=True)

    with op.batch_alter_table("stop_terms", schema=None) as batch_op:
        batch_op.add_column(sa.Column("until", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    """The step back."""
    with op.batch_alter_table("stop_terms", schema=None) as batch_op:
        batch_op.drop_column("until")

    op.execute(sa.text("UPDATE set_offs SET told_on = DATE(at) WHERE told_on IS NULL"))
    with op.batch_alter_table("set_offs", schema=None) as batch_op:
        batch_op.alter_column("told_on", existing_type=sa.DATE(), nullable=False)
