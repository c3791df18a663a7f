"""A batch of payments is locked: it gets its checksum and files then, and says when the finance office has loaded it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from vetting.kernel.store.append_only import statements
from vetting.kernel.store.payment_batch_guards import payment_batch_triggers

revision = "0155"
down_revision = "0154"
branch_labels = None
depends_on = None
PAID_TO = """
    UPDATE payments SET paid_to = replace(replace(coalesce(
        (SELECT c.account FROM account_changes c WHERE c.id = (SELECT max(n.id) FROM account_changes n
            WHERE n.case_id = payments.case_id AND n.checked_at IS NOT NULL)),
        (SELECT g.giro FROM grant_applications g WHERE g.case_id = payments.case_id), ''), '-', ''), ' ', '')
    WHERE paid_on IS NOT NULL
"""
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """The step: what had left is loaded already, whatever its files said."""
    op.add_column("payment_bases", sa.Column("checksum", sa.Text(), server_default="", nullable=False))
    op.add_column("payment_bases", sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("payment_bases", schema=None) as batch_op:
        batch_op.add_column(sa.Column("loaded_by_id", ID, nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_payment_bases_loaded_by_id"), "users", ["loaded_by_id"], ["id"])
    _hold_until_ready()
    op.execute("UPDATE payment_bases SET loaded_at = left_at, loaded_by_id = left_by_id WHERE left_at IS NOT NULL")
    op.add_column("payments", sa.Column("paid_to", sa.Text(), server_default="", nullable=False))
    op.execute(PAID_TO)
    op.add_column("payments", sa.Column("against", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("payments", sa.Column("against_because", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "basis_files",
        sa.Column("id", ID, nullable=False),
        sa.Column("basis_id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["basis_id"], ["payment_bases.id"], name=op.f("fk_basis_files_basis_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_basis_files")),
    )
    op.create_index(op.f("ix_basis_files_basis_id"), "basis_files", ["basis_id"])
    for statement in statements(op.get_bind().dialect.name, ("basis_files",)):
        op.execute(statement)


def downgrade() -> None:
    """The step back."""
    op.drop_table("basis_files")
    for name in ("against_because", "against", "paid_to"):
        op.drop_column("payments", name)
    with op.batch_alter_table("payment_bases", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_payment_bases_loaded_by_id"), type_="foreignkey")
        for name in ("loaded_by_id", "loaded_at", "checksum"):
            batch_op.drop_column(name)
    _hold_until_ready()


def _hold_until_ready() -> None:
    """On SQLite a table that is rebuilt loses its triggers."""
    if op.get_bind().dialect.name == "sqlite":
        for statement in payment_batch_triggers("sqlite"):
            op.execute(statement)
