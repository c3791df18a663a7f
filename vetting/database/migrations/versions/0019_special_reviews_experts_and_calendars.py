"""Special reviews, experts and calendars."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    op.create_table(
        "calendar_tokens",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_calendar_tokens_board_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_calendar_tokens_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_tokens")),
        sa.UniqueConstraint("digest", name=op.f("uq_calendar_tokens_digest")),
    )
    op.create_table(
        "special_reviews",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("association_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("conclusion", sa.Text(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["association_id"], ["associations.id"], name=op.f("fk_special_reviews_association_id")
        ),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_special_reviews_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_special_reviews_by_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_special_reviews")),
        sa.UniqueConstraint("board_id", "number", name=op.f("uq_special_reviews_board_id_number")),
    )
    with op.batch_alter_table("special_reviews", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_special_reviews_board_id_association_id_id"),
            ["board_id", "association_id", "id"],
            unique=False,
        )

    op.create_table(
        "review_questions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("special_review_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["special_review_id"], ["special_reviews.id"], name=op.f("fk_review_questions_special_review_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_questions")),
    )
    with op.batch_alter_table("review_questions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_questions_special_review_id"), ["special_review_id"], unique=False)

    op.create_table(
        "expert_opinions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_of", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("secrecy", sa.Text(), nullable=False),
        sa.Column("documents", sa.JSON(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_expert_opinions_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_expert_opinions_by_user_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_expert_opinions_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expert_opinions")),
    )
    with op.batch_alter_table("expert_opinions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_expert_opinions_board_id_due_on"), ["board_id", "due_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_expert_opinions_case_id_id"), ["case_id", "id"], unique=False)

    op.add_column("boards", sa.Column("limits", sa.JSON(), server_default="{}", nullable=False))


def downgrade() -> None:
    """The step back."""
    op.drop_column("boards", "limits")

    with op.batch_alter_table("expert_opinions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_expert_opinions_case_id_id"))
        batch_op.drop_index(batch_op.f("ix_expert_opinions_board_id_due_on"))

    op.drop_table("expert_opinions")
    with op.batch_alter_table("review_questions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_questions_special_review_id"))

    op.drop_table("review_questions")
    with op.batch_alter_table("special_reviews", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_special_reviews_board_id_association_id_id"))

    op.drop_table("special_reviews")
    op.drop_table("calendar_tokens")
