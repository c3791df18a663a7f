"""A downloaded list keeps no rows: what was in it is told by the facts that had been entered.

Lists that came back before and were not confirmed are to be uploaded again.
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0174"
down_revision = "0173"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AGAIN = {
    "where": "",
    "what": [
        "Programmet har uppgraderats sedan listan laddades upp.",
        "The program was upgraded after the list was uploaded.",
    ],
    "remedy": ["Ladda upp listan igen.", "Upload the list again."],
}


def upgrade() -> None:
    """The step forward."""
    op.add_column("downloaded_lists", sa.Column("facts_until", WHOLE, nullable=False, server_default="0"))
    op.execute(
        "update downloaded_lists set facts_until = coalesce((select max(given_facts.id) from given_facts "
        "where given_facts.entered_at <= downloaded_lists.at), 0)"
    )
    with op.batch_alter_table("downloaded_lists") as batch:
        batch.alter_column("facts_until", server_default=None)
        batch.drop_column("rows")
    op.get_bind().execute(
        sa.text(
            "update staged_files set state = 'failed', problem = :again where kind = 'changes' and state = 'ready'"
        ),
        {"again": json.dumps(AGAIN, ensure_ascii=False)},
    )


def downgrade() -> None:
    """The step back. Lists that are out cannot come back: their rows are gone."""
    op.execute("delete from downloaded_lists")
    with op.batch_alter_table("downloaded_lists") as batch:
        batch.drop_column("facts_until")
        batch.add_column(sa.Column("rows", sa.JSON(), nullable=False))
