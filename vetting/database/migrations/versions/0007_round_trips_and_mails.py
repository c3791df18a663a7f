"""Round trips and mails."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from vetting.kernel.store.append_only import statements

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None
APPEND_ONLY = ("own_values",)


def upgrade() -> None:
    """The step forward."""
    op.create_table(
        "downloaded_lists",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sign", sa.Text(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_downloaded_lists_board_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_downloaded_lists")),
        sa.UniqueConstraint("sign", name=op.f("uq_downloaded_lists_sign")),
    )
    with op.batch_alter_table("downloaded_lists", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_downloaded_lists_board_id_id"), ["board_id", "id"], unique=False)

    op.create_table(
        "own_columns",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_own_columns_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_own_columns_by_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_columns")),
    )
    with op.batch_alter_table("own_columns", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_own_columns_board_id_kind_id"), ["board_id", "kind", "id"], unique=False)

    op.create_table(
        "incoming_posts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("mail", sa.JSON(), nullable=False),
        sa.Column("left", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_incoming_posts_board_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_incoming_posts_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming_posts")),
    )
    with op.batch_alter_table("incoming_posts", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_incoming_posts_board_id_state_id"), ["board_id", "state", "id"], unique=False
        )

    op.create_table(
        "own_values",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("column_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("value", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_own_values_by_user_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_own_values_case_id")),
        sa.ForeignKeyConstraint(["column_id"], ["own_columns.id"], name=op.f("fk_own_values_column_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_values")),
    )
    with op.batch_alter_table("own_values", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_own_values_case_id_column_id_id"), ["case_id", "column_id", "id"], unique=False
        )

    op.create_table(
        "incoming_parts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("original", sa.Boolean(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["incoming_posts.id"], name=op.f("fk_incoming_parts_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming_parts")),
    )
    with op.batch_alter_table("incoming_parts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_incoming_parts_post_id_id"), ["post_id", "id"], unique=False)

    op.create_table(
        "messages",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_messages_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_messages_by_user_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_messages_case_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_messages_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("board_id", "sha256", name=op.f("uq_messages_board_id_sha256")),
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_messages_board_id_address_id"), ["board_id", "address", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_messages_case_id"), ["case_id"], unique=False)
    for statement in statements(op.get_bind().dialect.name, APPEND_ONLY):
        op.execute(statement)


def downgrade() -> None:
    """The step back."""
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_messages_case_id"))
        batch_op.drop_index(batch_op.f("ix_messages_board_id_address_id"))

    op.drop_table("messages")
    with op.batch_alter_table("incoming_parts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_incoming_parts_post_id_id"))

    op.drop_table("incoming_parts")
    with op.batch_alter_table("own_values", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_own_values_case_id_column_id_id"))

    op.drop_table("own_values")
    with op.batch_alter_table("incoming_posts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_incoming_posts_board_id_state_id"))

    op.drop_table("incoming_posts")
    with op.batch_alter_table("own_columns", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_own_columns_board_id_kind_id"))

    op.drop_table("own_columns")
    with op.batch_alter_table("downloaded_lists", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_downloaded_lists_board_id_id"))

    op.drop_table("downloaded_lists")
