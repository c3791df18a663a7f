"""What each approval of a grant scheme holds open, and what it is by the rules on state aid."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0121"
down_revision = "0120"
branch_labels = None
depends_on = None

ALL = '["stop", "report", "reclaim"]'


def upgrade() -> None:
    """The step forward."""
    op.add_column("grant_schemes", sa.Column("reservations", sa.JSON(), server_default=ALL, nullable=False))
    op.add_column("grant_schemes", sa.Column("state_aid", sa.Text(), nullable=True))


def downgrade() -> None:
    """The step back."""
    op.drop_column("grant_schemes", "state_aid")
    op.drop_column("grant_schemes", "reservations")
