"""Grant schemes, and which of them a round is for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0119"
down_revision = "0118"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "grant_schemes",
        sa.Column("id", whole, nullable=False),
        sa.Column("board_id", whole, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("ruleset", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_grant_schemes_board_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grant_schemes")),
        sa.UniqueConstraint("board_id", "name", name=op.f("uq_grant_schemes_board_id_name")),
    )
    op.create_index(op.f("ix_grant_schemes_board_id_ruleset"), "grant_schemes", ["board_id", "ruleset"])
    op.create_table(
        "round_schemes",
        sa.Column("id", whole, nullable=False),
        sa.Column("round_id", whole, nullable=False),
        sa.Column("scheme_id", whole, nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_round_schemes_round_id")),
        sa.ForeignKeyConstraint(["scheme_id"], ["grant_schemes.id"], name=op.f("fk_round_schemes_scheme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_schemes")),
        sa.UniqueConstraint("round_id", "scheme_id", name=op.f("uq_round_schemes_round_id_scheme_id")),
    )
    op.create_index(op.f("ix_round_schemes_scheme_id_round_id"), "round_schemes", ["scheme_id", "round_id"])


def downgrade() -> None:
    """The step back."""
    op.drop_table("round_schemes")
    op.drop_table("grant_schemes")
