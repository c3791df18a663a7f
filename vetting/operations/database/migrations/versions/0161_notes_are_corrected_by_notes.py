"""A note that corrects another one, whose text is struck."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0161"
down_revision = "0160"
branch_labels = None
depends_on = None
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """The step."""
    with op.batch_alter_table("notes") as table:
        table.add_column(sa.Column("corrects_id", ID, nullable=True))
        table.create_foreign_key("fk_notes_corrects_id", "notes", ["corrects_id"], ["id"])
        table.create_index("ix_notes_corrects_id", ["corrects_id"])


def downgrade() -> None:
    """The step back."""
    with op.batch_alter_table("notes") as table:
        table.drop_index("ix_notes_corrects_id")
        table.drop_constraint("fk_notes_corrects_id", type_="foreignkey")
        table.drop_column("corrects_id")
