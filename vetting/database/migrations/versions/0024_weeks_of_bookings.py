"""Weeks of bookings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from vetting.kernel.store.append_only import statements

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None
APPEND_ONLY = ("letting_terms", "terms_acceptances", "deviations")


def upgrade() -> None:
    """The step forward."""
    op.create_table(
        "letting_terms",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_letting_terms_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_letting_terms_by_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letting_terms")),
        sa.UniqueConstraint("board_id", "version", name=op.f("uq_letting_terms_board_id_version")),
    )
    op.create_table(
        "terms_acceptances",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("terms_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_terms_acceptances_by_user_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_terms_acceptances_case_id")),
        sa.ForeignKeyConstraint(["terms_id"], ["letting_terms.id"], name=op.f("fk_terms_acceptances_terms_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terms_acceptances")),
    )
    op.create_index("ix_terms_acceptances_case_id_id", "terms_acceptances", ["case_id", "id"])
    op.create_table(
        "deviations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("association_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["association_id"], ["associations.id"], name=op.f("fk_deviations_association_id")),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_deviations_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_deviations_by_user_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_deviations_case_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_deviations_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deviations")),
    )
    op.create_index("ix_deviations_association_id_id", "deviations", ["association_id", "id"])
    op.create_index("ix_deviations_board_id_on_id", "deviations", ["board_id", "on", "id"])
    op.create_index("ix_deviations_case_id", "deviations", ["case_id"])
    op.add_column("boards", sa.Column("bookings", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("booking_requests", sa.Column("way", sa.Text(), server_default="booking", nullable=False))
    op.create_index("ix_occurrences_starts_at_case_id", "occurrences", ["starts_at", "case_id"])
    op.add_column("rooms", sa.Column("open", sa.Boolean(), server_default=sa.false(), nullable=False))
    for statement in statements(op.get_bind().dialect.name, APPEND_ONLY):
        op.execute(statement)


def downgrade() -> None:
    """The step back."""
    op.drop_column("rooms", "open")
    op.drop_index("ix_occurrences_starts_at_case_id", "occurrences")
    op.drop_column("booking_requests", "way")
    op.drop_column("boards", "bookings")
    op.drop_index("ix_deviations_case_id", "deviations")
    op.drop_index("ix_deviations_board_id_on_id", "deviations")
    op.drop_index("ix_deviations_association_id_id", "deviations")
    op.drop_table("deviations")
    op.drop_index("ix_terms_acceptances_case_id_id", "terms_acceptances")
    op.drop_table("terms_acceptances")
    op.drop_table("letting_terms")
