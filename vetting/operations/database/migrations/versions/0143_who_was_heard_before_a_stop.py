"""Who was heard before a stop."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0143"
down_revision = "0142"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    with op.batch_alter_table("stop_terms", schema=None) as batch_op:
        batch_op.add_column(sa.Column("heard_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("reply_by", sa.Date(), nullable=True))


def downgrade() -> None:
    """The step back."""
    with op.batch_alter_table("stop_terms", schema=None) as batch_op:
        batch_op.drop_column("reply_by")
        batch_op.drop_column("heard_on")
