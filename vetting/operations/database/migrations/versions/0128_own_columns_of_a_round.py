"""A board's own column belongs to one round, with what it is for; those that are there go on as they are."""

from __future__ import annotations

from alembic import op

revision = "0128"
down_revision = "0127"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE own_columns ADD COLUMN round_id {kind} CONSTRAINT fk_own_columns_round_id REFERENCES rounds (id)"
    )
    op.execute("ALTER TABLE own_columns ADD COLUMN purpose TEXT DEFAULT '' NOT NULL")
    op.create_index(op.f("ix_own_columns_round_id"), "own_columns", ["round_id"])


def downgrade() -> None:
    """The step back."""
    op.drop_index(op.f("ix_own_columns_round_id"), table_name="own_columns")
    op.drop_column("own_columns", "purpose")
    op.drop_column("own_columns", "round_id")
