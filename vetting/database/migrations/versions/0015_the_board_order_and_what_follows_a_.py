"""The board order, and what follows a decision."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from vetting.kernel.store.append_only import statements

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None
APPEND_ONLY = ("decision_events",)


def upgrade() -> None:
    """The step forward."""
    op.create_table(
        "absences",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("substitute_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_absences_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_absences_by_user_id")),
        sa.ForeignKeyConstraint(["substitute_id"], ["users.id"], name=op.f("fk_absences_substitute_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_absences_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_absences_board_id_last_on_id"), ["board_id", "last_on", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_absences_substitute_id"), ["substitute_id"], unique=False)

    op.create_table(
        "decision_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("court", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_decision_events_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_decision_events_by_user_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_decision_events_case_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_decision_events_decision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_events")),
    )
    with op.batch_alter_table("decision_events", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_decision_events_board_id_what_on"), ["board_id", "what", "on"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_decision_events_decision_id_id"), ["decision_id", "id"], unique=False)

    op.add_column("boards", sa.Column("with_group", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("boards", sa.Column("gates", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("boards", sa.Column("habits", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("boards", sa.Column("setup", sa.JSON(), server_default="{}", nullable=False))

    op.add_column("cases", sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=True))

    op.add_column("decisions", sa.Column("substitute_for", sa.Text(), server_default="", nullable=False))
    op.add_column("decisions", sa.Column("urgent_because", sa.Text(), server_default="", nullable=False))

    with op.batch_alter_table("delegations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("function", sa.Text(), server_default="", nullable=False))
        batch_op.alter_column("user_id", existing_type=sa.INTEGER(), nullable=True)

    op.execute("UPDATE boards SET with_group = true WHERE way_of_working <> 'small'")
    for statement in statements(op.get_bind().dialect.name, APPEND_ONLY):
        op.execute(statement)


def downgrade() -> None:
    """The step back."""
    with op.batch_alter_table("delegations", schema=None) as batch_op:
        batch_op.alter_column("user_id", existing_type=sa.INTEGER(), nullable=False)
        batch_op.drop_column("function")

    op.drop_column("decisions", "urgent_because")
    op.drop_column("decisions", "substitute_for")

    op.drop_column("cases", "reopened_at")

    op.drop_column("boards", "setup")
    op.drop_column("boards", "habits")
    op.drop_column("boards", "gates")
    op.drop_column("boards", "with_group")

    with op.batch_alter_table("decision_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_events_decision_id_id"))
        batch_op.drop_index(batch_op.f("ix_decision_events_board_id_what_on"))

    op.drop_table("decision_events")
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_absences_substitute_id"))
        batch_op.drop_index(batch_op.f("ix_absences_board_id_last_on_id"))

    op.drop_table("absences")
