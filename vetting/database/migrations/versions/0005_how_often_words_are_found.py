"""How often words are found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    op.create_table(
        "word_hits",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_word_hits_board_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_word_hits_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_word_hits")),
        sa.UniqueConstraint("case_id", "list", "entry", name=op.f("uq_word_hits_case_id_list_entry")),
    )
    with op.batch_alter_table("word_hits", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_word_hits_board_id_list_entry_id"), ["board_id", "list", "entry", "id"], unique=False
        )


def downgrade() -> None:
    """The step back."""
    with op.batch_alter_table("word_hits", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_word_hits_board_id_list_entry_id"))

    op.drop_table("word_hits")
