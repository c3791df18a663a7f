"""A smaller world: the tables and columns of what is taken out go, with their rows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from vetting.kernel.store.append_only import statements

revision = "0149"
down_revision = "0148"
branch_labels = None
depends_on = None
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
TAKEN_OUT = (
    "calendar_tokens",
    "passkeys",
    "board_agreements",
    "yearly_updates",
    "outgoing_layouts",
    "own_values",
    "own_columns",
    "arranged_columns",
    "saved_filters",
    "round_days",
    "board_meetings",
    "closed_weeks",
)
"""Tables, each before what it refers to."""
DAYS = ("completions_on", "group_on", "item_on", "notice_on", "payment_on")
"""Days of a round that were computed before, and are columns now."""


def upgrade() -> None:
    """The step forward. Recovery codes of an account that has no app stand in for nothing."""
    op.execute("DELETE FROM recovery_codes WHERE user_id NOT IN (SELECT user_id FROM second_factors)")
    for table in TAKEN_OUT:
        op.drop_table(table)
    op.drop_column("item_decisions", "looked_at")
    op.drop_column("item_decisions", "looked_digest")
    op.drop_column("set_offs", "told_on")
    op.drop_column("rounds", "copied_from_id")
    for name in DAYS:
        op.add_column("rounds", sa.Column(name, sa.Date(), nullable=True))


def downgrade() -> None:
    """The step back: empty tables, as they were."""
    for name in reversed(DAYS):
        op.drop_column("rounds", name)
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE rounds ADD COLUMN copied_from_id {kind} CONSTRAINT fk_rounds_copied_from_id REFERENCES rounds (id)"
    )
    op.add_column("set_offs", sa.Column("told_on", sa.Date(), nullable=True))
    op.add_column("item_decisions", sa.Column("looked_digest", sa.Text(), server_default="", nullable=False))
    op.add_column("item_decisions", sa.Column("looked_at", MOMENT, nullable=True))
    op.create_table(
        "closed_weeks",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_closed_weeks_board_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closed_weeks")),
        sa.UniqueConstraint("board_id", "first_on", name=op.f("uq_closed_weeks_board_id_first_on")),
    )
    op.create_table(
        "board_meetings",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("stop_on", sa.Date(), nullable=True),
        sa.Column("presidium_on", sa.Date(), nullable=True),
        sa.Column("summons_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_board_meetings_board_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_meetings")),
        sa.UniqueConstraint("board_id", "on", name=op.f("uq_board_meetings_board_id_on")),
    )
    op.create_table(
        "round_days",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("round_id", WHOLE, nullable=False),
        sa.Column("moment", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("done_by_id", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["done_by_id"], ["users.id"], name=op.f("fk_round_days_done_by_id")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_round_days_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_days")),
        sa.UniqueConstraint("round_id", "moment", name=op.f("uq_round_days_round_id_moment")),
    )
    op.create_table(
        "saved_filters",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("user_id", WHOLE, nullable=False),
        sa.Column("register", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("first", sa.Date(), nullable=True),
        sa.Column("last", sa.Date(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_saved_filters_board_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_saved_filters_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filters")),
        sa.UniqueConstraint(
            "board_id", "user_id", "register", "name", name=op.f("uq_saved_filters_board_id_user_id_register_name")
        ),
    )
    op.create_table(
        "arranged_columns",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("register", sa.Text(), nullable=False),
        sa.Column("sheet", WHOLE, nullable=False),
        sa.Column("headings", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_arranged_columns_board_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arranged_columns")),
        sa.UniqueConstraint("board_id", "register", "sheet", name=op.f("uq_arranged_columns_board_id_register_sheet")),
    )
    op.create_table(
        "own_columns",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_own_columns_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_own_columns_by_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_columns")),
    )
    op.execute(
        f"ALTER TABLE own_columns ADD COLUMN round_id {kind} CONSTRAINT fk_own_columns_round_id REFERENCES rounds (id)"
    )
    op.execute("ALTER TABLE own_columns ADD COLUMN purpose TEXT DEFAULT '' NOT NULL")
    op.create_index(op.f("ix_own_columns_board_id_kind_id"), "own_columns", ["board_id", "kind", "id"])
    op.create_index(op.f("ix_own_columns_round_id"), "own_columns", ["round_id"])
    op.create_table(
        "own_values",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("case_id", WHOLE, nullable=False),
        sa.Column("column_id", WHOLE, nullable=False),
        sa.Column("value", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_own_values_by_user_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_own_values_case_id")),
        sa.ForeignKeyConstraint(["column_id"], ["own_columns.id"], name=op.f("fk_own_values_column_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_values")),
    )
    op.create_index(op.f("ix_own_values_case_id_column_id_id"), "own_values", ["case_id", "column_id", "id"])
    op.create_table(
        "outgoing_layouts",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_outgoing_layouts_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_outgoing_layouts_by_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_layouts")),
        sa.UniqueConstraint("board_id", "name", name=op.f("uq_outgoing_layouts_board_id_name")),
    )
    op.create_table(
        "yearly_updates",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("association_id", WHOLE, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("asked_by_id", WHOLE, nullable=False),
        sa.Column("holds_at", MOMENT, nullable=True),
        sa.Column("noted_by_id", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["asked_by_id"], ["users.id"], name=op.f("fk_yearly_updates_asked_by_id")),
        sa.ForeignKeyConstraint(["association_id"], ["associations.id"], name=op.f("fk_yearly_updates_association_id")),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_yearly_updates_board_id")),
        sa.ForeignKeyConstraint(["noted_by_id"], ["users.id"], name=op.f("fk_yearly_updates_noted_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_yearly_updates")),
    )
    op.create_index(
        op.f("ix_yearly_updates_board_id_association_id_id"), "yearly_updates", ["board_id", "association_id", "id"]
    )
    op.create_table(
        "board_agreements",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("other_id", WHOLE, nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_user_id", WHOLE, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_board_agreements_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_board_agreements_by_user_id")),
        sa.ForeignKeyConstraint(["other_id"], ["boards.id"], name=op.f("fk_board_agreements_other_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_agreements")),
    )
    op.create_index(op.f("ix_board_agreements_board_id_other_id"), "board_agreements", ["board_id", "other_id"])
    op.create_table(
        "passkeys",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("user_id", WHOLE, nullable=False),
        sa.Column("credential", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("sign_count", WHOLE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_passkeys_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential", name=op.f("uq_passkeys_credential")),
    )
    op.create_index(op.f("ix_passkeys_user_id"), "passkeys", ["user_id"])
    op.create_table(
        "calendar_tokens",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("user_id", WHOLE, nullable=False),
        sa.Column("board_id", WHOLE, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_calendar_tokens_board_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_calendar_tokens_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_tokens")),
        sa.UniqueConstraint("digest", name=op.f("uq_calendar_tokens_digest")),
    )
    for statement in statements(op.get_bind().dialect.name, ("own_values",)):
        op.execute(statement)
