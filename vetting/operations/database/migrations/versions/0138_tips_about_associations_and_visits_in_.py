"""Tips about associations, and visits in special reviews."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0138"
down_revision = "0137"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    op.create_table(
        "review_visits",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("special_review_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("announced", sa.Boolean(), nullable=False),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=True),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_review_visits_by_user_id")),
        sa.ForeignKeyConstraint(
            ["special_review_id"], ["special_reviews.id"], name=op.f("fk_review_visits_special_review_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_visits")),
    )
    with op.batch_alter_table("review_visits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_visits_special_review_id"), ["special_review_id"], unique=False)

    op.create_table(
        "tips",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("association_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("came_on", sa.Date(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("criteria", sa.JSON(), nullable=False),
        sa.Column("special_review_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["association_id"], ["associations.id"], name=op.f("fk_tips_association_id")),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_tips_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_tips_by_user_id")),
        sa.ForeignKeyConstraint(["special_review_id"], ["special_reviews.id"], name=op.f("fk_tips_special_review_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tips")),
        sa.UniqueConstraint(
            "board_id", "association_id", "number", name=op.f("uq_tips_board_id_association_id_number")
        ),
    )
    with op.batch_alter_table("tips", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_tips_association_id_board_id"), ["association_id", "board_id"], unique=False
        )

    with op.batch_alter_table("review_questions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reply_by", sa.Date(), nullable=True))


def downgrade() -> None:
    """The step back."""
    with op.batch_alter_table("review_questions", schema=None) as batch_op:
        batch_op.drop_column("reply_by")

    with op.batch_alter_table("tips", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tips_association_id_board_id"))

    op.drop_table("tips")
    with op.batch_alter_table("review_visits", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_visits_special_review_id"))

    op.drop_table("review_visits")
