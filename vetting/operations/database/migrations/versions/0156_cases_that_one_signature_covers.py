"""A case says whether one signature covers all that is left of it, as it was judged last."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0156"
down_revision = "0155"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step: what was judged before is told when it is judged next."""
    op.add_column("cases", sa.Column("clear", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """The step back."""
    op.drop_column("cases", "clear")
