"""When what was put to associations on claims and endings was told and answered: records from then on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0167"
down_revision = "0166"
branch_labels = None
depends_on = None
NOTED = (
    ("reclaims", "communicated_at", "reclaim_communicated"),
    ("reclaims", "replied_at", "reclaim_reply"),
    ("support_endings", "told_at", "support_ending_told"),
    ("support_endings", "replied_at", "support_ending_reply"),
)
"""Table, column, and the word of the trail that says when."""
FILL = """
    UPDATE {table} SET {column} = (
        SELECT min(t.at) FROM trail t
        WHERE t.case_id = {table}.case_id AND t.object_type = '{table}' AND t.object_id = {table}.id
            AND t.action = '{action}')
"""


def upgrade() -> None:
    """The step forward."""
    op.add_column("reclaims", sa.Column("communicated_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("reclaims", sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True))

    op.add_column("support_endings", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("support_endings", sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True))
    for table, column, action in NOTED:
        day = column.replace("_at", "_on")
        op.execute(FILL.format(table=table, column=column, action=action) + f"WHERE {day} IS NOT NULL")


def downgrade() -> None:
    """The step back."""
    op.drop_column("support_endings", "replied_at")
    op.drop_column("support_endings", "told_at")

    op.drop_column("reclaims", "replied_at")
    op.drop_column("reclaims", "communicated_at")
