"""Made workbooks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0102"
down_revision = "0101"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    op.create_table(
        "made_workbooks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["jobs.id"], name=op.f("fk_made_workbooks_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_made_workbooks")),
    )
    with op.batch_alter_table("association_names", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_association_names_kind_id"), ["kind", "id"], unique=False)


def downgrade() -> None:
    """The step back."""
    with op.batch_alter_table("association_names", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_association_names_kind_id"))

    op.drop_table("made_workbooks")
