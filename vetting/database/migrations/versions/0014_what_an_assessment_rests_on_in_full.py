"""What an assessment rests on, in full."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    op.create_table(
        "assessment_drafts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("criterion", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_assessment_drafts_case_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_assessment_drafts_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_drafts")),
        sa.UniqueConstraint(
            "case_id", "criterion", "user_id", name=op.f("uq_assessment_drafts_case_id_criterion_user_id")
        ),
    )
    with op.batch_alter_table("assessments", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_assessments_board_id_criterion_id"), ["board_id", "criterion", "id"], unique=False
        )

    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.add_column(sa.Column("look_again_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("look_again_because", sa.Text(), server_default="", nullable=False))

    # One by one: a table that is written anew loses the triggers that keep its rows.
    op.add_column("evidence", sa.Column("deed", sa.Text(), server_default="act", nullable=False))
    op.add_column("evidence", sa.Column("source_address", sa.Text(), server_default="", nullable=False))
    op.add_column("evidence", sa.Column("seen_on", sa.Date(), nullable=True))
    op.add_column("evidence", sa.Column("cut_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
    op.add_column("evidence", sa.Column("place", sa.Text(), server_default="", nullable=False))
    op.add_column("evidence", sa.Column("speaks_for", sa.Text(), server_default="", nullable=False))
    op.add_column("evidence", sa.Column("weighed", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("evidence", sa.Column("milder", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("evidence", sa.Column("named_because", sa.Text(), server_default="", nullable=False))
    op.add_column("evidence", sa.Column("acts_not_opinions", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """The step back."""
    for column in (
        "acts_not_opinions",
        "named_because",
        "milder",
        "weighed",
        "speaks_for",
        "place",
        "cut_id",
        "seen_on",
        "source_address",
        "deed",
    ):
        op.drop_column("evidence", column)

    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_column("look_again_because")
        batch_op.drop_column("look_again_at")

    with op.batch_alter_table("assessments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assessments_board_id_criterion_id"))

    op.drop_table("assessment_drafts")
