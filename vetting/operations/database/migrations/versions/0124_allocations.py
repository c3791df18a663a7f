"""Allocations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0124"
down_revision = "0123"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    op.create_table(
        "outside_decisions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("association_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("giver", sa.Text(), nullable=False),
        sa.Column("year", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("applied", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("granted", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("used", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["association_id"], ["associations.id"], name=op.f("fk_outside_decisions_association_id")
        ),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_outside_decisions_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_outside_decisions_by_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outside_decisions")),
    )
    with op.batch_alter_table("outside_decisions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_outside_decisions_board_id_association_id_year"),
            ["board_id", "association_id", "year"],
            unique=False,
        )

    op.create_table(
        "allocation_scenarios",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("amounts", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("chosen_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
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
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("scheme_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("help", sa.Text(), nullable=False),
        sa.Column("most", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("weight", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("each_person", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_priority_criteria_by_user_id")),
        sa.ForeignKeyConstraint(["scheme_id"], ["grant_schemes.id"], name=op.f("fk_priority_criteria_scheme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_priority_criteria")),
    )
    with op.batch_alter_table("priority_criteria", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_priority_criteria_scheme_id_id"), ["scheme_id", "id"], unique=False)

    op.create_table(
        "allocation_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("act_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("takes_back", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
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
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("criterion_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("points", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
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


def downgrade() -> None:
    """The step back."""
    with op.batch_alter_table("priority_answers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_priority_answers_case_id_criterion_id_id"))

    op.drop_table("priority_answers")
    with op.batch_alter_table("allocation_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_allocation_entries_round_id_id"))
        batch_op.drop_index(batch_op.f("ix_allocation_entries_case_id_field_id"))

    op.drop_table("allocation_entries")
    with op.batch_alter_table("priority_criteria", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_priority_criteria_scheme_id_id"))

    op.drop_table("priority_criteria")
    with op.batch_alter_table("allocation_scenarios", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_allocation_scenarios_round_id_id"))

    op.drop_table("allocation_scenarios")
    with op.batch_alter_table("outside_decisions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outside_decisions_board_id_association_id_year"))

    op.drop_table("outside_decisions")
