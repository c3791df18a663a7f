"""Stop terms."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0132"
down_revision = "0131"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    op.create_table(
        "stop_terms",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("payment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("cure", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_stop_terms_decision_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_stop_terms_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stop_terms")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_stop_terms_decision_id")),
    )
    op.create_index(op.f("ix_stop_terms_payment_id"), "stop_terms", ["payment_id"])


def downgrade() -> None:
    """The step back."""
    op.drop_table("stop_terms")
