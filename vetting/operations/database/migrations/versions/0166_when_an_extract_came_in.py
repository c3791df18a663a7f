"""When an extract came in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0166"
down_revision = "0165"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    op.add_column("item_decisions", sa.Column("extract_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE item_decisions SET extract_at = at WHERE extract_name <> ''")


def downgrade() -> None:
    """The step back."""
    op.drop_column("item_decisions", "extract_at")
