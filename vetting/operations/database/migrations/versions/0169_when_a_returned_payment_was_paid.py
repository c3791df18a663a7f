"""When a payment that came back had been paid: a register of a day before that tells it as paid.

Of those that came back before this step nobody has kept it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0169"
down_revision = "0168"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    op.add_column("payments", sa.Column("returned_paid_on", sa.Date(), nullable=True))


def downgrade() -> None:
    """The step back."""
    op.drop_column("payments", "returned_paid_on")
