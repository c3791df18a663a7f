"""Rooms booked here."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from vetting.bookings.models.room_overlaps import no_overlap, overlap_again

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("rooms", sa.Column("buffer_minutes", whole, server_default="0", nullable=False))
    op.add_column("rooms", sa.Column("hours", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("occurrences", sa.Column("reason", sa.Text(), server_default="", nullable=False))
    op.add_column("occurrences", sa.Column("slot_from", whole, nullable=True))
    op.add_column("occurrences", sa.Column("slot_to", whole, nullable=True))
    op.create_index("ix_occurrences_slot_from", "occurrences", ["slot_from"])
    for statement in no_overlap(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    """The step back."""
    for statement in overlap_again(op.get_bind().dialect.name):
        op.execute(statement)
    op.drop_index("ix_occurrences_slot_from", "occurrences")
    op.drop_column("occurrences", "slot_to")
    op.drop_column("occurrences", "slot_from")
    op.drop_column("occurrences", "reason")
    op.drop_column("rooms", "hours")
    op.drop_column("rooms", "buffer_minutes")
