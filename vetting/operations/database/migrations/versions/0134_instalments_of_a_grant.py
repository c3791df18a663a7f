"""Instalments of a grant."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0134"
down_revision = "0133"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    op.create_table(
        "payment_pauses",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("payment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("by_function", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_payment_pauses_by_user_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_payment_pauses_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_pauses")),
        sa.UniqueConstraint("payment_id", name=op.f("uq_payment_pauses_payment_id")),
    )
    with op.batch_alter_table("decision_drafts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("instalments", sa.Text(), server_default="", nullable=False))

    with op.batch_alter_table("grant_schemes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("instalments", sa.Text(), server_default="", nullable=False))

    with op.batch_alter_table("payments", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("place", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), server_default="1", nullable=False)
        )
        batch_op.add_column(sa.Column("after", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("papers_on", sa.Date(), nullable=True))


def downgrade() -> None:
    """The step back."""
    with op.batch_alter_table("payments", schema=None) as batch_op:
        batch_op.drop_column("papers_on")
        batch_op.drop_column("after")
        batch_op.drop_column("place")

    with op.batch_alter_table("grant_schemes", schema=None) as batch_op:
        batch_op.drop_column("instalments")

    with op.batch_alter_table("decision_drafts", schema=None) as batch_op:
        batch_op.drop_column("instalments")

    op.drop_table("payment_pauses")
