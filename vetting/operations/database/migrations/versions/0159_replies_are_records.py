"""When a reply was noted: it is a record from then on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0159"
down_revision = "0158"
branch_labels = None
depends_on = None
NOTED = """
    UPDATE communications SET replied_at = (
        SELECT min(t.at) FROM trail t
        WHERE t.case_id = communications.case_id AND t.object_type = 'communications'
            AND t.object_id = communications.id AND t.action IN ('reply_noted', 'heard_orally'))
    WHERE replied_on IS NOT NULL
"""


def upgrade() -> None:
    """The step."""
    op.add_column("communications", sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(NOTED)


def downgrade() -> None:
    """The step back."""
    op.drop_column("communications", "replied_at")
