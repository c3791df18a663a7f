"""Quick checks kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    op.create_table(
        "quick_checks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("association_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("stated", sa.JSON(), nullable=False),
        sa.Column("proposal", sa.Text(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["association_id"], ["associations.id"], name=op.f("fk_quick_checks_association_id")),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_quick_checks_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_quick_checks_by_user_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_quick_checks_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quick_checks")),
    )
    with op.batch_alter_table("quick_checks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quick_checks_board_id_at_id"), ["board_id", "at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_quick_checks_by_user_id_id"), ["by_user_id", "id"], unique=False)


def downgrade() -> None:
    """The step back."""
    with op.batch_alter_table("quick_checks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quick_checks_by_user_id_id"))
        batch_op.drop_index(batch_op.f("ix_quick_checks_board_id_at_id"))

    op.drop_table("quick_checks")
