"""Communication point by point."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    op.add_column("communications", sa.Column("met", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("communications", sa.Column("way", sa.Text(), server_default="written", nullable=False))
    op.add_column("communications", sa.Column("why_oral", sa.Text(), server_default="", nullable=False))
    op.add_column("communications", sa.Column("extensions", sa.JSON(), server_default="[]", nullable=False))
    _handled_before()


def _handled_before() -> None:
    """Replies that were met as a whole before were met on each point that they were about."""
    rows = sa.table(
        "communications",
        sa.column("id", sa.Integer),
        sa.column("points", sa.JSON),
        sa.column("handled", sa.Text),
        sa.column("met", sa.JSON),
    )
    bind = op.get_bind()
    for key, points, handled in bind.execute(sa.select(rows.c.id, rows.c.points, rows.c.handled)).all():
        if handled:
            bind.execute(sa.update(rows).where(rows.c.id == key).values(met=dict.fromkeys(points, handled)))


def downgrade() -> None:
    """The step back."""
    op.drop_column("communications", "extensions")
    op.drop_column("communications", "why_oral")
    op.drop_column("communications", "way")
    op.drop_column("communications", "met")
