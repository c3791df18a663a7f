"""Indexes for lists of all that was ever closed, for the day of a board's first case, and for reports by due day."""

from __future__ import annotations

from alembic import op

revision = "0173"
down_revision = "0172"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    op.create_index("ix_cases_board_id_kind_due_on_id", "cases", ["board_id", "kind", "due_on", "id"])
    op.create_index("ix_cases_board_id_kind_received_on_id", "cases", ["board_id", "kind", "received_on", "id"])
    op.create_index("ix_grant_reports_board_id_due_on", "grant_reports", ["board_id", "due_on"])


def downgrade() -> None:
    """The step back."""
    op.drop_index("ix_grant_reports_board_id_due_on", "grant_reports")
    op.drop_index("ix_cases_board_id_kind_received_on_id", "cases")
    op.drop_index("ix_cases_board_id_kind_due_on_id", "cases")
