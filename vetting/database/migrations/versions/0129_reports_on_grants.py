"""Reports on grants."""

from __future__ import annotations

import json

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
    _keep_what_was_told()


def _keep_what_was_told() -> None:
    """Reports that were known by their amount alone, with what a person marked of them."""
    database = op.get_bind()
    told: dict[int, tuple[object, ...]] = {}
    given = "SELECT case_id, board_id, as_of, entered_at, by_user_id, of_case FROM given_facts"
    for case, board, day, at, by, said in database.execute(
        sa.text(f"{given} WHERE case_id IS NOT NULL AND CAST(of_case AS TEXT) LIKE '%amount_reported%' ORDER BY id")
    ):
        values = (json.loads(said) if isinstance(said, str) else said or {}).get("values", {})
        if "amount_reported" in values:
            told[case] = (board, told[case][1] if case in told else day, at, by, values["amount_reported"])
    marked = {
        case: (at, by, text)
        for case, at, by, text in database.execute(
            sa.text(
                "SELECT case_id, at, by_user_id, text FROM marks WHERE kind = 'followed_up' AND withdrawn_at IS NULL"
            )
        )
    }
    for case, (board, day, at, by, used) in told.items():
        read_at, read_by, found = marked.get(case, (None, None, ""))
        database.execute(
            sa.text(
                "INSERT INTO grant_reports (board_id, case_id, received_on, way, used, use_rows, activity, noted_at,"
                " noted_by_id, finding, found, read_at, read_by_id, version) VALUES (:board, :case, :day, 'form', :used,"
                " '[]', '', :at, :by, :finding, :found, :read_at, :read_by, 1)"
            ),
            {
                "board": board,
                "case": case,
                "day": day,
                "used": used if isinstance(used, int) else None,
                "at": at,
                "by": by,
                "finding": "approved" if read_at is not None else None,
                "found": found,
                "read_at": read_at,
                "read_by": read_by,
            },
        )


def downgrade() -> None:
    """The step back."""
    for name in ("report_participants", "report_sample", "report_below", "report_days"):
        op.drop_column("grant_schemes", name)
    op.drop_table("grant_reports")
