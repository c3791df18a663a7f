"""Corrections of evident slips in decisions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from vetting.kernel.store.append_only import correctable_statements, plain_statements, statements

revision = "0163"
down_revision = "0162"
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
        sa.Column("decision_id", ID, nullable=False),
        sa.Column("amount_before", ID, nullable=True),
        sa.Column("amount_after", ID, nullable=True),
        *(
            sa.Column(f"{name}_{when}", kind, nullable=False)
            for name, kind in (("outcome", sa.Text()), ("reasons", sa.Text()), ("conditions", sa.JSON()))
            for when in ("before", "after")
        ),
        sa.Column("wrong", sa.Text(), nullable=False),
        sa.Column("right", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", ID, nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name="fk_decision_corrections_board_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_decision_corrections_case_id"),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name="fk_decision_corrections_decision_id"),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name="fk_decision_corrections_by_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_decision_corrections"),
    )
    op.create_index("ix_decision_corrections_case_id", TABLE, ["case_id"])
    op.create_index("ix_decision_corrections_decision_id", TABLE, ["decision_id"])
    bind = op.get_bind()
    columns = [column["name"] for column in sa.inspect(bind).get_columns("decisions")]
    for statement in (*statements(bind.dialect.name, (TABLE,)), *correctable_statements(bind.dialect.name, columns)):
        op.execute(statement)


def downgrade() -> None:
    """The step back: what was corrected stays as it is, and nothing is corrected any more."""
    dialect = op.get_bind().dialect.name
    for statement in plain_statements(dialect):
        op.execute(statement)
    op.drop_table(TABLE)
