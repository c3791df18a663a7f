"""A board's own templates are of two kinds: those that are there are for letters."""

from __future__ import annotations

from alembic import op

revision = "0127"
down_revision = "0126"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    op.execute("ALTER TABLE letter_templates ADD COLUMN kind TEXT DEFAULT 'letter' NOT NULL")


def downgrade() -> None:
    """The step back: templates for papers are ended first, or letters would be written by them."""
    op.execute("UPDATE letter_templates SET ended_at = at WHERE kind <> 'letter' AND ended_at IS NULL")
    op.drop_column("letter_templates", "kind")
