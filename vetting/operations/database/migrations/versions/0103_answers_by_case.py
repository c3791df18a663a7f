"""Answers are found by the case that they were given in, and by what they say."""

from __future__ import annotations

from alembic import op

revision = "0103"
down_revision = "0102"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    with op.batch_alter_table("assessments", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_assessments_board_id_criterion_answer_id"),
            ["board_id", "criterion", "answer", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_assessments_made_in_case_id_criterion_id"),
            ["made_in_case_id", "criterion", "id"],
            unique=False,
        )


def downgrade() -> None:
    """The step back."""
    with op.batch_alter_table("assessments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assessments_made_in_case_id_criterion_id"))
        batch_op.drop_index(batch_op.f("ix_assessments_board_id_criterion_answer_id"))
