"""Decisions of a kind are found by their day."""

from __future__ import annotations

from alembic import op

revision = "0104"
down_revision = "0103"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_decisions_board_id_kind_decided_on_id"),
            ["board_id", "kind", "decided_on", "id"],
            unique=False,
        )


def downgrade() -> None:
    """The step back."""
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decisions_board_id_kind_decided_on_id"))
