"""Roles and delegation that wait for a second person's yes, and links by which owners set their passwords."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """The step forward."""
    op.create_table(
        "role_asks",
        sa.Column("id", KEY, nullable=False),
        sa.Column("board_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("asked_by_id", KEY, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by_id", KEY, nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_role_asks_board_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_role_asks_user_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["users.id"], name=op.f("fk_role_asks_asked_by_id")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["users.id"], name=op.f("fk_role_asks_answered_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_asks")),
    )
    op.create_index(op.f("ix_role_asks_board_id_answered_at"), "role_asks", ["board_id", "answered_at"])
    op.create_table(
        "invitations",
        sa.Column("id", KEY, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("board_id", KEY, nullable=True),
        sa.Column("made_by_id", KEY, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_invitations_user_id")),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_invitations_board_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name=op.f("fk_invitations_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("digest", name=op.f("uq_invitations_digest")),
    )
    op.create_index(op.f("ix_invitations_user_id"), "invitations", ["user_id"])
    with op.batch_alter_table("delegations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("waits", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("asked_by_id", KEY, nullable=True))
        batch_op.add_column(sa.Column("agreed_by_id", KEY, nullable=True))
        batch_op.create_foreign_key(op.f("fk_delegations_asked_by_id"), "users", ["asked_by_id"], ["id"])
        batch_op.create_foreign_key(op.f("fk_delegations_agreed_by_id"), "users", ["agreed_by_id"], ["id"])


def downgrade() -> None:
    """The step back."""
    with op.batch_alter_table("delegations", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_delegations_agreed_by_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_delegations_asked_by_id"), type_="foreignkey")
        batch_op.drop_column("agreed_by_id")
        batch_op.drop_column("asked_by_id")
        batch_op.drop_column("waits")
    op.drop_table("invitations")
    op.drop_table("role_asks")
