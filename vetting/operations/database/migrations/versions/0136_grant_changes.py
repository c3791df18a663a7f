"""Grant changes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0136"
down_revision = "0135"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    op.create_table(
        "grant_changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("report_on", sa.Date(), nullable=True),
        sa.Column("approves", sa.Boolean(), nullable=True),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("proposed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_grant_changes_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_grant_changes_by_user_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_grant_changes_case_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_grant_changes_decision_id")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["users.id"], name=op.f("fk_grant_changes_proposed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grant_changes")),
        sa.UniqueConstraint("board_id", "number", name=op.f("uq_grant_changes_board_id_number")),
    )
    with op.batch_alter_table("grant_changes", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_grant_changes_board_id_decision_id_id"), ["board_id", "decision_id", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_grant_changes_case_id"), ["case_id"], unique=False)


def downgrade() -> None:
    """The step back."""
    with op.batch_alter_table("grant_changes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_grant_changes_case_id"))
        batch_op.drop_index(batch_op.f("ix_grant_changes_board_id_decision_id_id"))

    op.drop_table("grant_changes")
