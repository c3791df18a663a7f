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
    with op.batch_alter_table("reclaims", schema=None) as batch_op:
        batch_op.add_column(sa.Column("communicated_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("support_endings", schema=None) as batch_op:
        batch_op.add_column(sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True))
    for table, column, action in NOTED:
        day = column.replace("_at", "_on")
        op.execute(FILL.format(table=table, column=column, action=action) + f"WHERE {day} IS NOT NULL")


def downgrade() -> None:
    """The step back."""
    with op.batch_alter_table("support_endings", schema=None) as batch_op:
        batch_op.drop_column("replied_at")
        batch_op.drop_column("told_at")

    with op.batch_alter_table("reclaims", schema=None) as batch_op:
        batch_op.drop_column("replied_at")
        batch_op.drop_column("communicated_at")
