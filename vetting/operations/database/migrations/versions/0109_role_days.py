"""Roles have days and what somebody has had is kept; last sign-in to a board; the acts of a row of delegation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0109"
down_revision = "0108"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward; whoever has never signed in to a board is counted from today."""
    op.create_table(
        "role_periods",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("agreed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["agreed_by_id"], ["users.id"], name=op.f("fk_role_periods_agreed_by_id")),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_role_periods_board_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["users.id"], name=op.f("fk_role_periods_ended_by_id")),
        sa.ForeignKeyConstraint(["given_by_id"], ["users.id"], name=op.f("fk_role_periods_given_by_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_role_periods_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_periods")),
    )
    op.create_index(op.f("ix_role_periods_board_id_began_at_id"), "role_periods", ["board_id", "began_at", "id"])
    op.create_index(op.f("ix_role_periods_user_id_board_id_role"), "role_periods", ["user_id", "board_id", "role"])
    op.create_table(
        "board_visits",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_board_visits_board_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_board_visits_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_visits")),
        sa.UniqueConstraint("user_id", "board_id", name=op.f("uq_board_visits_user_id_board_id")),
    )
    op.execute(
        "INSERT INTO board_visits (user_id, board_id, last_on) "
        "SELECT DISTINCT user_id, board_id, CURRENT_DATE FROM roles"
    )
    op.add_column("role_asks", sa.Column("begins_on", sa.Date(), nullable=True))
    op.add_column("role_asks", sa.Column("ends_on", sa.Date(), nullable=True))
    op.add_column("role_asks", sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("sign_ins", sa.Column("browser", sa.Text(), server_default="", nullable=False))
    op.add_column("roles", sa.Column("ends_on", sa.Date(), nullable=True))
    op.add_column("delegations", sa.Column("acts", sa.JSON(), server_default="[]", nullable=False))


def downgrade() -> None:
    """The step back."""
    op.drop_column("sign_ins", "browser")
    op.drop_column("delegations", "acts")
    op.drop_column("roles", "ends_on")
    op.drop_column("role_asks", "begun_at")
    op.drop_column("role_asks", "ends_on")
    op.drop_column("role_asks", "begins_on")
    op.drop_table("board_visits")
    op.drop_index(op.f("ix_role_periods_user_id_board_id_role"), table_name="role_periods")
    op.drop_index(op.f("ix_role_periods_board_id_began_at_id"), table_name="role_periods")
    op.drop_table("role_periods")
