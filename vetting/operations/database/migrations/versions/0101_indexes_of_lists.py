"""Indexes of lists."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0101"
down_revision = "0100"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    with op.batch_alter_table("associations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_associations_name_id"), ["name", "id"], unique=False)

    with op.batch_alter_table("decision_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_events_what_decision_id"), ["what", "decision_id"], unique=False)

    with op.batch_alter_table("payments", schema=None) as batch_op:
        batch_op.create_index(
            "ix_payments_to_make",
            ["board_id", "planned_on", "id"],
            unique=False,
            sqlite_where=sa.text("paid_on IS NULL"),
            postgresql_where=sa.text("paid_on IS NULL"),
        )

    with op.batch_alter_table("reclaims", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reclaims_board_id_id"), ["board_id", "id"], unique=False)


def downgrade() -> None:
    """The step back."""
    with op.batch_alter_table("reclaims", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reclaims_board_id_id"))

    with op.batch_alter_table("payments", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_payments_to_make", sqlite_where=sa.text("paid_on IS NULL"), postgresql_where=sa.text("paid_on IS NULL")
        )

    with op.batch_alter_table("decision_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_events_what_decision_id"))

    with op.batch_alter_table("associations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_associations_name_id"))
