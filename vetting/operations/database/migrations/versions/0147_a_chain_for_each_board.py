"""The trail in chains: one for each board and one that is shared, which goes on where the only one was."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0147"
down_revision = "0146"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """The step forward. Entries stay as they are: what was before stands in the shared chain, by its id."""
    connection = op.get_bind()
    op.add_column("trail", sa.Column("chain", WHOLE, nullable=False, server_default="0"))
    op.add_column("trail", sa.Column("place", WHOLE, nullable=True))
    op.create_index(op.f("ix_trail_chain_place"), "trail", ["chain", "place"], unique=True)
    no_case = sa.text("case_id IS NULL")
    op.create_index("ix_trail_of_no_case", "trail", ["chain", "id"], sqlite_where=no_case, postgresql_where=no_case)
    heads = op.create_table(
        "trail_heads",
        sa.Column("chain", WHOLE, autoincrement=False, nullable=False),
        sa.Column("last", WHOLE, nullable=False),
        sa.Column("entry_id", WHOLE, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_trail_heads")),
    )
    op.create_table(
        "trail_ties",
        sa.Column("chain", WHOLE, autoincrement=False, nullable=False),
        sa.Column("place", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_trail_ties")),
    )
    for last, head in connection.execute(sa.text("SELECT last, hash FROM trail_head")).all():
        op.bulk_insert(heads, [{"chain": 0, "last": last, "entry_id": last, "hash": head}])
    op.drop_table("trail_head")
    if connection.dialect.name == "postgresql":
        op.execute("CREATE SEQUENCE trail_id_seq OWNED BY trail.id")
        op.execute("ALTER TABLE trail ALTER COLUMN id SET DEFAULT nextval('trail_id_seq')")
        op.execute("SELECT setval('trail_id_seq', coalesce((SELECT max(id) FROM trail), 0) + 1, false)")


def downgrade() -> None:
    """The step back, as long as nothing has been written to a chain of a board."""
    connection = op.get_bind()
    if connection.execute(sa.text("SELECT count(*) FROM trail WHERE place IS NOT NULL")).scalar():
        raise RuntimeError("the trail cannot go back: restore the backup that was taken before the upgrade")
    before = op.create_table(
        "trail_head",
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("last", WHOLE, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trail_head")),
    )
    for last, head in connection.execute(sa.text("SELECT last, hash FROM trail_heads WHERE chain = 0")).all():
        op.bulk_insert(before, [{"id": 1, "last": last, "hash": head}])
    op.drop_table("trail_ties")
    op.drop_table("trail_heads")
    op.drop_index("ix_trail_of_no_case", table_name="trail")
    op.drop_index(op.f("ix_trail_chain_place"), table_name="trail")
    if connection.dialect.name == "postgresql":
        op.execute("ALTER TABLE trail ALTER COLUMN id DROP DEFAULT")
        op.execute("DROP SEQUENCE trail_id_seq")
    op.drop_column("trail", "place")
    op.drop_column("trail", "chain")
