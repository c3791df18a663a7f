"""Item decisions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0126"
down_revision = "0125"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    op.create_table(
        "item_decisions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("met_on", sa.Date(), nullable=False),
        sa.Column("paragraph", sa.Text(), nullable=False),
        sa.Column("at_once", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("adjusted_on", sa.Date(), nullable=True),
        sa.Column("notice_on", sa.Date(), nullable=True),
        sa.Column("absent", sa.Text(), server_default="", nullable=False),
        sa.Column("reserved", sa.Text(), server_default="", nullable=False),
        sa.Column("sent_back", sa.JSON(), nullable=False),
        sa.Column("extract_name", sa.Text(), server_default="", nullable=False),
        sa.Column("extract_sha256", sa.Text(), server_default="", nullable=False),
        sa.Column("extract", sa.LargeBinary(), nullable=True),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looked_digest", sa.Text(), server_default="", nullable=False),
        sa.Column("looked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_item_decisions_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_item_decisions_by_user_id")),
        sa.ForeignKeyConstraint(["looked_by_id"], ["users.id"], name=op.f("fk_item_decisions_looked_by_id")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_item_decisions_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_decisions")),
        sa.UniqueConstraint(
            "round_id", "met_on", "paragraph", name=op.f("uq_item_decisions_round_id_met_on_paragraph")
        ),
    )
    op.create_index(op.f("ix_item_decisions_board_id_met_on"), "item_decisions", ["board_id", "met_on"])

    op.create_table(
        "sent_items",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("over_because", sa.Text(), server_default="", nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_sent_items_by_user_id")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_sent_items_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sent_items")),
    )
    op.create_index(op.f("ix_sent_items_round_id"), "sent_items", ["round_id"])

    op.create_table(
        "item_appeals",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("court", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("statement_by", sa.Date(), nullable=True),
        sa.Column("stated_on", sa.Date(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_item_appeals_by_user_id")),
        sa.ForeignKeyConstraint(
            ["item_decision_id"], ["item_decisions.id"], name=op.f("fk_item_appeals_item_decision_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_appeals")),
    )
    op.create_index(op.f("ix_item_appeals_item_decision_id"), "item_appeals", ["item_decision_id"])

    op.create_table(
        "row_rulings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("draft_version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_row_rulings_by_user_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_row_rulings_case_id")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_row_rulings_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_row_rulings")),
        sa.UniqueConstraint("case_id", name=op.f("uq_row_rulings_case_id")),
    )
    op.create_index(op.f("ix_row_rulings_round_id"), "row_rulings", ["round_id"])

    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE decisions ADD COLUMN item_decision_id {kind} "
        "CONSTRAINT fk_decisions_item_decision_id REFERENCES item_decisions (id)"
    )
    op.create_index(op.f("ix_decisions_item_decision_id"), "decisions", ["item_decision_id"])


def downgrade() -> None:
    """The step back."""
    op.drop_index(op.f("ix_decisions_item_decision_id"), table_name="decisions")
    op.drop_column("decisions", "item_decision_id")
    for table in ("row_rulings", "item_appeals", "sent_items", "item_decisions"):
        op.drop_table(table)
