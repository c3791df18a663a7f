"""A proposal that goes past what is left of its round's frame says why."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0153"
down_revision = "0152"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step."""
    op.add_column("decision_drafts", sa.Column("over_frame", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    """The step back."""
    op.drop_column("decision_drafts", "over_frame")
