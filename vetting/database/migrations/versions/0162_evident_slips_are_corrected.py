"""Corrections of evident slips in decisions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from vetting.kernel.store.append_only import statements

revision = "0162"
down_revision = "0161"
branch_labels = None
depends_on = None
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLE = "decision_corrections"


def upgrade() -> None:
    """The step."""
    op.create_table(
        TABLE,
        sa.Column("id", ID, nullable=False),
        sa.Column("board_id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("first_id", ID, nullable=False),
        sa.Column("decision_id", ID, nullable=False),
        sa.Column("amount_before", ID, nullable=True),
        sa.Column("amount_after", ID, nullable=True),
        sa.Column("wrong", sa.Text(), nullable=False),
        sa.Column("right", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", ID, nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name="fk_decision_corrections_board_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_decision_corrections_case_id"),
        sa.ForeignKeyConstraint(["first_id"], ["decisions.id"], name="fk_decision_corrections_first_id"),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name="fk_decision_corrections_decision_id"),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name="fk_decision_corrections_by_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_decision_corrections"),
    )
    op.create_index("ix_decision_corrections_decision_id", TABLE, ["decision_id"])
    op.create_index("ix_decision_corrections_first_id", TABLE, ["first_id"])
    for statement in statements(op.get_bind().dialect.name, (TABLE,)):
        op.execute(statement)


def downgrade() -> None:
    """The step back."""
    op.drop_table(TABLE)
