"""Bookings known by their number."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    op.add_column("booking_requests", sa.Column("digest", sa.Text(), server_default="", nullable=False))
    op.create_index("ix_booking_requests_reference_case_id", "booking_requests", ["reference", "case_id"])
    op.add_column("staged_rows", sa.Column("digest", sa.Text(), server_default="", nullable=False))
    op.add_column(
        "staged_rows", sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
    )


def downgrade() -> None:
    """The step back."""
    op.drop_column("staged_rows", "case_id")
    op.drop_column("staged_rows", "digest")
    op.drop_index("ix_booking_requests_reference_case_id", "booking_requests")
    op.drop_column("booking_requests", "digest")
