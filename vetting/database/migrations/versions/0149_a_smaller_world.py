"""A smaller world."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0149"
down_revision = "0148"
branch_labels = None
depends_on = None
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """The step forward."""
    op.execute("DELETE FROM recovery_codes WHERE user_id NOT IN (SELECT user_id FROM second_factors)")
    with op.batch_alter_table("passkeys", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_passkeys_user_id"))

    op.drop_table("passkeys")
    op.drop_table("outgoing_layouts")
    op.drop_table("arranged_columns")
    op.drop_table("saved_filters")
    with op.batch_alter_table("board_agreements", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_board_agreements_board_id_other_id"))

    op.drop_table("board_agreements")
    with op.batch_alter_table("yearly_updates", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_yearly_updates_board_id_association_id_id"))

    op.drop_table("yearly_updates")
    op.drop_table("calendar_tokens")
    op.drop_column("item_decisions", "looked_at")
    op.drop_column("item_decisions", "looked_digest")

    op.drop_column("set_offs", "told_on")


def downgrade() -> None:
    """The step back."""
    op.add_column("set_offs", sa.Column("told_on", sa.DATE(), nullable=True))

    op.add_column("item_decisions", sa.Column("looked_digest", sa.Text(), server_default="", nullable=False))
    op.add_column("item_decisions", sa.Column("looked_at", MOMENT, nullable=True))

    op.create_table(
        "calendar_tokens",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("user_id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_calendar_tokens_board_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_calendar_tokens_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_tokens")),
        sa.UniqueConstraint("digest", name=op.f("uq_calendar_tokens_digest")),
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
    with op.batch_alter_table("yearly_updates", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_yearly_updates_board_id_association_id_id"),
            ["board_id", "association_id", "id"],
            unique=False,
        )

    op.create_table(
        "board_agreements",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("other_id", WHOLE, nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_board_agreements_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_board_agreements_by_user_id")),
        sa.ForeignKeyConstraint(["other_id"], ["boards.id"], name=op.f("fk_board_agreements_other_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_agreements")),
    )
    with op.batch_alter_table("board_agreements", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_board_agreements_board_id_other_id"), ["board_id", "other_id"], unique=False
        )

    op.create_table(
        "saved_filters",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("register", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("first", sa.Date(), nullable=True),
        sa.Column("last", sa.Date(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_saved_filters_board_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_saved_filters_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filters")),
        sa.UniqueConstraint(
            "board_id", "user_id", "register", "name", name=op.f("uq_saved_filters_board_id_user_id_register_name")
        ),
    )
    op.create_table(
        "arranged_columns",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("register", sa.Text(), nullable=False),
        sa.Column("sheet", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("headings", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_arranged_columns_board_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arranged_columns")),
        sa.UniqueConstraint("board_id", "register", "sheet", name=op.f("uq_arranged_columns_board_id_register_sheet")),
    )
    op.create_table(
        "outgoing_layouts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_outgoing_layouts_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_outgoing_layouts_by_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_layouts")),
        sa.UniqueConstraint("board_id", "name", name=op.f("uq_outgoing_layouts_board_id_name")),
    )
    op.create_table(
        "passkeys",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("credential", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("sign_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_passkeys_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential", name=op.f("uq_passkeys_credential")),
    )
    with op.batch_alter_table("passkeys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passkeys_user_id"), ["user_id"], unique=False)
