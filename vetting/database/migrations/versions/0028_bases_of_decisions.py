"""What decisions rested on, kept in words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from vetting.kernel.store.append_only import statements

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None
APPEND_ONLY = ("bases",)


def upgrade() -> None:
    """The step forward."""
    whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "bases",
        sa.Column("id", whole, nullable=False),
        sa.Column("board_id", whole, nullable=False),
        sa.Column("case_id", whole, nullable=False),
        sa.Column("decision_id", whole, nullable=True),
        sa.Column("review_id", whole, nullable=True),
        sa.Column("screening_id", whole, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_bases_board_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_bases_case_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_bases_decision_id")),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name=op.f("fk_bases_review_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bases")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_bases_decision_id")),
        sa.UniqueConstraint("review_id", name=op.f("uq_bases_review_id")),
    )
    op.create_index(op.f("ix_bases_case_id_id"), "bases", ["case_id", "id"])
    for statement in statements(op.get_bind().dialect.name, APPEND_ONLY):
        op.execute(statement)


def downgrade() -> None:
    """The step back."""
    op.drop_table("bases")
