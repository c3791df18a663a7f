"""No table changes: what an earlier version erased in the trail while its row kept it is told anew by `schema.upgrade`."""

from __future__ import annotations

revision = "0172"
down_revision = "0171"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step: nothing in the tables."""


def downgrade() -> None:
    """The step back: nothing in the tables."""
