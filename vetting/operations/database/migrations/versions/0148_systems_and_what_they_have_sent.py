"""Systems and what they have sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0148"
down_revision = "0147"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    op.create_table(
        "systems",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("rights", sa.JSON(), nullable=False),
        sa.Column("per_minute", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["agreed_by_id"], ["users.id"], name=op.f("fk_systems_agreed_by_id")),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_systems_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_systems_by_user_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_systems_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_systems")),
        sa.UniqueConstraint("digest", name=op.f("uq_systems_digest")),
    )
    with op.batch_alter_table("systems", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_systems_board_id_id"), ["board_id", "id"], unique=False)

    op.create_table(
        "system_minutes",
        sa.Column(
            "system_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("minute", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["system_id"], ["systems.id"], name=op.f("fk_system_minutes_system_id")),
        sa.PrimaryKeyConstraint("system_id", "minute", name=op.f("pk_system_minutes")),
    )
    op.create_table(
        "system_requests",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("system_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_system_requests_board_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_system_requests_case_id")),
        sa.ForeignKeyConstraint(["system_id"], ["systems.id"], name=op.f("fk_system_requests_system_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_system_requests")),
        sa.UniqueConstraint("system_id", "key", name=op.f("uq_system_requests_system_id_key")),
    )
    with op.batch_alter_table("system_requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_system_requests_case_id"), ["case_id"], unique=False)


def downgrade() -> None:
    """The step back."""
    with op.batch_alter_table("system_requests", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_system_requests_case_id"))

    op.drop_table("system_requests")
    op.drop_table("system_minutes")
    with op.batch_alter_table("systems", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_systems_board_id_id"))

    op.drop_table("systems")
