"""Kinds of letting, of a room and of a booking."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0122"
down_revision = "0121"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "letting_kinds",
        sa.Column("id", whole, nullable=False),
        sa.Column("board_id", whole, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("ruleset", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_letting_kinds_board_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letting_kinds")),
        sa.UniqueConstraint("board_id", "name", name=op.f("uq_letting_kinds_board_id_name")),
    )
    op.create_index(op.f("ix_letting_kinds_board_id_ruleset"), "letting_kinds", ["board_id", "ruleset"])
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    for table in ("cases", "rooms"):  # written out: SQLite takes a key that points elsewhere only with its column
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN letting_kind_id {kind} "
            f"CONSTRAINT fk_{table}_letting_kind_id REFERENCES letting_kinds (id)"
        )


def downgrade() -> None:
    """The step back."""
    for table in ("rooms", "cases"):
        op.drop_column(table, "letting_kind_id")
    op.drop_table("letting_kinds")
