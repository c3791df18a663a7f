"""Reports on grants."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0129"
down_revision = "0128"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    op.create_table(
        "grant_reports",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("way", sa.Text(), nullable=True),
        sa.Column("used", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("use_rows", sa.JSON(), nullable=False),
        sa.Column("activity", sa.Text(), nullable=False),
        sa.Column("women", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("men", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("others", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("noted_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("finding", sa.Text(), nullable=True),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("complete_by", sa.Date(), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_grant_reports_board_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_grant_reports_case_id")),
        sa.ForeignKeyConstraint(["noted_by_id"], ["users.id"], name=op.f("fk_grant_reports_noted_by_id")),
        sa.ForeignKeyConstraint(["read_by_id"], ["users.id"], name=op.f("fk_grant_reports_read_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grant_reports")),
        sa.UniqueConstraint("case_id", name=op.f("uq_grant_reports_case_id")),
    )
    op.create_index(
        op.f("ix_grant_reports_board_id_received_on_id"), "grant_reports", ["board_id", "received_on", "id"]
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    whole = "INTEGER" if sqlite else "BIGINT"
    for name in ("report_days", "report_below", "report_sample"):
        op.execute(f"ALTER TABLE grant_schemes ADD COLUMN {name} {whole}")
    false = "0" if sqlite else "false"
    op.execute(f"ALTER TABLE grant_schemes ADD COLUMN report_participants BOOLEAN DEFAULT {false} NOT NULL")


def downgrade() -> None:
    """The step back."""
    for name in ("report_participants", "report_sample", "report_below", "report_days"):
        op.drop_column("grant_schemes", name)
    op.drop_table("grant_reports")
