"""Cases that are looked at again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


WANTED = sa.text("look_again_at IS NOT NULL")


def upgrade() -> None:
    """The step forward."""
    op.create_index(
        "ix_cases_looked_at_again", "cases", ["board_id", "id"], sqlite_where=WANTED, postgresql_where=WANTED
    )


def downgrade() -> None:
    """The step back."""
    op.drop_index("ix_cases_looked_at_again", "cases", sqlite_where=WANTED, postgresql_where=WANTED)
