"""Deviations taken back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from vetting.kernel.store.append_only import statements

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None
APPEND_ONLY = ("deviation_withdrawals",)


def upgrade() -> None:
    """The step forward."""
    op.create_table(
        "deviation_withdrawals",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("deviation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_deviation_withdrawals_by_user_id")),
        sa.ForeignKeyConstraint(
            ["deviation_id"], ["deviations.id"], name=op.f("fk_deviation_withdrawals_deviation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deviation_withdrawals")),
        sa.UniqueConstraint("deviation_id", name=op.f("uq_deviation_withdrawals_deviation_id")),
    )
    for statement in statements(op.get_bind().dialect.name, APPEND_ONLY):
        op.execute(statement)


def downgrade() -> None:
    """The step back."""
    op.drop_table("deviation_withdrawals")
