"""What stands in papers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    op.create_table(
        "document_texts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("pages", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_document_texts_board_id")),
        sa.ForeignKeyConstraint(["id"], ["documents.id"], name=op.f("fk_document_texts_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_texts")),
    )
    with op.batch_alter_table("document_texts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_texts_board_id_id"), ["board_id", "id"], unique=False)


def downgrade() -> None:
    """The step back."""
    with op.batch_alter_table("document_texts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_texts_board_id_id"))

    op.drop_table("document_texts")
