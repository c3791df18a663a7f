"""What was shown, and what a proposal rests on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    with op.batch_alter_table("communications", schema=None) as batch_op:
        batch_op.add_column(sa.Column("answers", sa.JSON(), nullable=False, server_default="{}"))

    with op.batch_alter_table("decision_drafts", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("screening_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )


def downgrade() -> None:
    """The step back."""
    with op.batch_alter_table("decision_drafts", schema=None) as batch_op:
        batch_op.drop_column("screening_id")

    with op.batch_alter_table("communications", schema=None) as batch_op:
        batch_op.drop_column("answers")
