"""The grant scheme of a case, cases of one application, budget lines, terms of schemes, common rules of a version."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0120"
down_revision = "0119"
branch_labels = None
depends_on = None

REFERENCES = (
    ("cases", "scheme_id", "grant_schemes"),
    ("cases", "tied_to_id", "cases"),
    ("round_schemes", "line_id", "budget_lines"),
    ("staged_files", "scheme_id", "grant_schemes"),
    ("rule_publications", "common_id", "rule_versions"),
)


def upgrade() -> None:
    """The step forward."""
    whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "budget_lines",
        sa.Column("id", whole, nullable=False),
        sa.Column("board_id", whole, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("year", whole, nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("amount", whole, nullable=True),
        sa.Column("preliminary", sa.Boolean(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_budget_lines_board_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_lines")),
        sa.UniqueConstraint("board_id", "year", "name", name=op.f("uq_budget_lines_board_id_year_name")),
    )
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    for table, column, to in REFERENCES:  # written out: SQLite takes a key that points elsewhere only with its column
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN {column} {kind} CONSTRAINT fk_{table}_{column} REFERENCES {to} (id)"
        )
    op.create_index(
        "ix_cases_tied",
        "cases",
        ["tied_to_id"],
        sqlite_where=sa.text("tied_to_id IS NOT NULL"),
        postgresql_where=sa.text("tied_to_id IS NOT NULL"),
    )
    op.add_column("grant_schemes", sa.Column("period", sa.Text(), nullable=True))
    op.add_column("grant_schemes", sa.Column("answer_days", whole, nullable=True))
    op.add_column("grant_schemes", sa.Column("not_completed", sa.Text(), server_default="as_it_stands", nullable=False))
    op.add_column("grant_schemes", sa.Column("conditions", sa.Text(), server_default="", nullable=False))
    op.add_column("grant_schemes", sa.Column("letter_text", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    """The step back."""
    for column in ("letter_text", "conditions", "not_completed", "answer_days", "period"):
        op.drop_column("grant_schemes", column)
    op.drop_index("ix_cases_tied", table_name="cases")
    for table, column, _to in reversed(REFERENCES):
        op.drop_column(table, column)
    op.drop_table("budget_lines")
