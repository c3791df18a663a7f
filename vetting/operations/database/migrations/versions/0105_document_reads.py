"""Which papers have been opened, and which a board opens in every case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0105"
down_revision = "0104"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    op.create_table(
        "document_reads",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("extent", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_document_reads_case_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_document_reads_document_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_document_reads_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_reads")),
    )
    with op.batch_alter_table("document_reads", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_reads_case_id_id"), ["case_id", "id"], unique=False)
        batch_op.create_index("uq_document_reads", ["document_id", "user_id", "extent"], unique=True)

    op.add_column("boards", sa.Column("papers", sa.JSON(), server_default="{}", nullable=False))


def downgrade() -> None:
    """The step back."""
    op.drop_column("boards", "papers")

    with op.batch_alter_table("document_reads", schema=None) as batch_op:
        batch_op.drop_index("uq_document_reads")
        batch_op.drop_index(batch_op.f("ix_document_reads_case_id_id"))

    op.drop_table("document_reads")
