"""What asks for completion is a letter as the others, and sent as they are. Letters before that stay in their requests."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0158"
down_revision = "0157"
branch_labels = None
depends_on = None
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """The step."""
    with op.batch_alter_table("letters", schema=None) as batch_op:
        batch_op.add_column(sa.Column("completion_id", ID, nullable=True))
        batch_op.alter_column("by_user_id", existing_type=ID, nullable=True)
        batch_op.create_foreign_key(batch_op.f("fk_letters_completion_id"), "completions", ["completion_id"], ["id"])
        batch_op.create_index(batch_op.f("ix_letters_completion_id"), ["completion_id"])
    op.add_column("completions", sa.Column("follows", sa.Text(), server_default="as_it_stands", nullable=False))
    connection = op.get_bind()
    for key, kept in connection.execute(sa.text("SELECT id, letter FROM completions")).all():
        letter = json.loads(kept) if isinstance(kept, str) else kept or {}
        if "follows" in letter:
            connection.execute(
                sa.text("UPDATE completions SET follows = :follows WHERE id = :id"),
                {"follows": letter["follows"], "id": key},
            )


def downgrade() -> None:
    """The step back: the letters that ask for completion are gone."""
    op.drop_column("completions", "follows")
    op.execute("DELETE FROM letters WHERE completion_id IS NOT NULL OR by_user_id IS NULL")
    with op.batch_alter_table("letters", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_letters_completion_id"))
        batch_op.drop_constraint(batch_op.f("fk_letters_completion_id"), type_="foreignkey")
        batch_op.drop_column("completion_id")
        batch_op.alter_column("by_user_id", existing_type=ID, nullable=False)
