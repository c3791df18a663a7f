"""Rows of the queue are made anew each time: the index by which kept ones were found to stand is dropped."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0152"
down_revision = "0151"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step."""
    op.drop_index("ix_trail_of_no_case", table_name="trail")


def downgrade() -> None:
    """The step back."""
    no_case = sa.text("case_id IS NULL")
    op.create_index("ix_trail_of_no_case", "trail", ["chain", "id"], sqlite_where=no_case, postgresql_where=no_case)
