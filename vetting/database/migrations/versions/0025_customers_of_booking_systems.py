"""Customers of booking systems."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    op.create_table(
        "customer_numbers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("association_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["association_id"], ["associations.id"], name=op.f("fk_customer_numbers_association_id")
        ),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_customer_numbers_board_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_numbers")),
        sa.UniqueConstraint("board_id", "system", "number", name=op.f("uq_customer_numbers_board_id_system_number")),
    )
    op.create_index("ix_customer_numbers_association_id", "customer_numbers", ["association_id"])
    op.add_column("staged_rows", sa.Column("customer", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    """The step back."""
    op.drop_column("staged_rows", "customer")
    op.drop_index("ix_customer_numbers_association_id", "customer_numbers")
    op.drop_table("customer_numbers")
