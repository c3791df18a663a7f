"""A round's money is shared in one table: a row for each application, without a journal of cells, scenarios, criteria."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0151"
down_revision = "0150"
branch_labels = None
depends_on = None
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """The step. What was written in a sheet that is not proposed yet is gone; proposals and decisions stand."""
    for table in ("priority_answers", "priority_criteria", "allocation_scenarios", "allocation_entries"):
        op.drop_table(table)
    op.create_table(
        "allocation_rows",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("case_id", WHOLE, nullable=False),
        sa.Column("round_id", WHOLE, nullable=False),
        sa.Column("amount", WHOLE, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("points", sa.Double(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_allocation_rows_by_user_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_allocation_rows_case_id")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_allocation_rows_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation_rows")),
        sa.UniqueConstraint("case_id", name=op.f("uq_allocation_rows_case_id")),
    )
    with op.batch_alter_table("allocation_rows", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_allocation_rows_round_id"), ["round_id"], unique=False)


def downgrade() -> None:
    """The step back: the tables, with nothing in them."""
    op.drop_table("allocation_rows")
    op.create_table(
        "allocation_scenarios",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("round_id", WHOLE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("amounts", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("chosen_by_id", WHOLE, nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_allocation_scenarios_by_user_id")),
        sa.ForeignKeyConstraint(["chosen_by_id"], ["users.id"], name=op.f("fk_allocation_scenarios_chosen_by_id")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_allocation_scenarios_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation_scenarios")),
    )
    with op.batch_alter_table("allocation_scenarios", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_allocation_scenarios_round_id_id"), ["round_id", "id"], unique=False)

    op.create_table(
        "priority_criteria",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("scheme_id", WHOLE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("help", sa.Text(), nullable=False),
        sa.Column("most", WHOLE, nullable=False),
        sa.Column("weight", WHOLE, nullable=False),
        sa.Column("each_person", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_priority_criteria_by_user_id")),
        sa.ForeignKeyConstraint(["scheme_id"], ["grant_schemes.id"], name=op.f("fk_priority_criteria_scheme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_priority_criteria")),
    )
    with op.batch_alter_table("priority_criteria", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_priority_criteria_scheme_id_id"), ["scheme_id", "id"], unique=False)

    op.create_table(
        "allocation_entries",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("round_id", WHOLE, nullable=False),
        sa.Column("case_id", WHOLE, nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("amount", WHOLE, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("act_id", WHOLE, nullable=True),
        sa.Column("takes_back", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["act_id"], ["allocation_entries.id"], name=op.f("fk_allocation_entries_act_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_allocation_entries_by_user_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_allocation_entries_case_id")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_allocation_entries_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation_entries")),
    )
    with op.batch_alter_table("allocation_entries", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_allocation_entries_case_id_field_id"), ["case_id", "field", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_allocation_entries_round_id_id"), ["round_id", "id"], unique=False)

    op.create_table(
        "priority_answers",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("case_id", WHOLE, nullable=False),
        sa.Column("criterion_id", WHOLE, nullable=False),
        sa.Column("points", WHOLE, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_priority_answers_by_user_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_priority_answers_case_id")),
        sa.ForeignKeyConstraint(
            ["criterion_id"], ["priority_criteria.id"], name=op.f("fk_priority_answers_criterion_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_priority_answers")),
    )
    with op.batch_alter_table("priority_answers", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_priority_answers_case_id_criterion_id_id"), ["case_id", "criterion_id", "id"], unique=False
        )
