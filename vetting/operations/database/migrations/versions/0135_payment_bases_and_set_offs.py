"""Payment bases and set-offs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from vetting.kernel.store.payment_batch_guards import NOT_TO_LEAVE, payment_batch_triggers

revision = "0135"
down_revision = "0134"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    op.create_table(
        "outgoing_layouts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_outgoing_layouts_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_outgoing_layouts_by_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_layouts")),
        sa.UniqueConstraint("board_id", "name", name=op.f("uq_outgoing_layouts_board_id_name")),
    )
    op.create_table(
        "payment_bases",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("pay_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_payment_bases_board_id")),
        sa.ForeignKeyConstraint(["left_by_id"], ["users.id"], name=op.f("fk_payment_bases_left_by_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name=op.f("fk_payment_bases_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_bases")),
        sa.UniqueConstraint("board_id", "number", name=op.f("uq_payment_bases_board_id_number")),
    )
    with op.batch_alter_table("payment_bases", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_bases_board_id_id"), ["board_id", "id"], unique=False)

    op.create_table(
        "basis_rows",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("basis_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("payment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("attested_here", sa.Boolean(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("out_because", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["basis_id"], ["payment_bases.id"], name=op.f("fk_basis_rows_basis_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_basis_rows_case_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_basis_rows_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_basis_rows")),
    )
    with op.batch_alter_table("basis_rows", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_basis_rows_basis_id_id"), ["basis_id", "id"], unique=False)
        batch_op.create_index(
            "ix_basis_rows_in_one",
            ["payment_id"],
            unique=True,
            sqlite_where=sa.text("out_at IS NULL"),
            postgresql_where=sa.text("out_at IS NULL"),
        )

    op.create_table(
        "set_offs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("payment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reclaim_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("by_function", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_set_offs_by_user_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_set_offs_payment_id")),
        sa.ForeignKeyConstraint(["reclaim_id"], ["reclaims.id"], name=op.f("fk_set_offs_reclaim_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_set_offs")),
    )
    with op.batch_alter_table("set_offs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_set_offs_payment_id"), ["payment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_set_offs_reclaim_id"), ["reclaim_id"], unique=False)

    with op.batch_alter_table("payments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("verification", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("returned_on", sa.Date(), nullable=True))

    for statement in payment_batch_triggers(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    """The step back."""
    of_table = " ON payment_bases" if op.get_bind().dialect.name == "postgresql" else ""
    op.execute(f"DROP TRIGGER {NOT_TO_LEAVE}{of_table}")  # SQLite rebuilds no table that a trigger speaks of
    with op.batch_alter_table("payments", schema=None) as batch_op:
        batch_op.drop_column("returned_on")
        batch_op.drop_column("verification")

    with op.batch_alter_table("set_offs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_set_offs_reclaim_id"))
        batch_op.drop_index(batch_op.f("ix_set_offs_payment_id"))

    op.drop_table("set_offs")
    with op.batch_alter_table("basis_rows", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_basis_rows_in_one", sqlite_where=sa.text("out_at IS NULL"), postgresql_where=sa.text("out_at IS NULL")
        )
        batch_op.drop_index(batch_op.f("ix_basis_rows_basis_id_id"))

    op.drop_table("basis_rows")
    with op.batch_alter_table("payment_bases", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payment_bases_board_id_id"))

    op.drop_table("payment_bases")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION vetting_payment_bases_ready()")
    op.drop_table("outgoing_layouts")
