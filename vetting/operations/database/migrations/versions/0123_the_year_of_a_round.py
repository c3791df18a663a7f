"""The year of a round."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0123"
down_revision = "0122"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    op.create_table(
        "board_meetings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("stop_on", sa.Date(), nullable=True),
        sa.Column("presidium_on", sa.Date(), nullable=True),
        sa.Column("summons_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_board_meetings_board_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_meetings")),
        sa.UniqueConstraint("board_id", "on", name=op.f("uq_board_meetings_board_id_on")),
    )
    op.create_table(
        "closed_weeks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_closed_weeks_board_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closed_weeks")),
        sa.UniqueConstraint("board_id", "first_on", name=op.f("uq_closed_weeks_board_id_first_on")),
    )
    op.create_table(
        "yearly_updates",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("association_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("holds_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("noted_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["asked_by_id"], ["users.id"], name=op.f("fk_yearly_updates_asked_by_id")),
        sa.ForeignKeyConstraint(["association_id"], ["associations.id"], name=op.f("fk_yearly_updates_association_id")),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_yearly_updates_board_id")),
        sa.ForeignKeyConstraint(["noted_by_id"], ["users.id"], name=op.f("fk_yearly_updates_noted_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_yearly_updates")),
    )
    op.create_index(
        op.f("ix_yearly_updates_board_id_association_id_id"), "yearly_updates", ["board_id", "association_id", "id"]
    )
    op.create_table(
        "round_days",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("moment", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["done_by_id"], ["users.id"], name=op.f("fk_round_days_done_by_id")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_round_days_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_days")),
        sa.UniqueConstraint("round_id", "moment", name=op.f("uq_round_days_round_id_moment")),
    )
    op.add_column("rounds", sa.Column("closes_at", sa.Text(), server_default="", nullable=False))
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE rounds ADD COLUMN copied_from_id {kind} "
        "CONSTRAINT fk_rounds_copied_from_id REFERENCES rounds (id)"
    )


def downgrade() -> None:
    """The step back."""
    op.drop_column("rounds", "copied_from_id")
    op.drop_column("rounds", "closes_at")
    op.drop_table("round_days")
    op.drop_table("yearly_updates")
    op.drop_table("closed_weeks")
    op.drop_table("board_meetings")
