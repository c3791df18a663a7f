"""Imports that lie ready, and batches that can be taken back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from vetting.kernel.store.append_only import statements

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None
APPEND_ONLY = ("given_facts",)


def upgrade() -> None:
    """The step forward."""
    op.create_table(
        "import_layouts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("headings", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_import_layouts_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_import_layouts_by_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_layouts")),
    )
    with op.batch_alter_table("import_layouts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_layouts_board_id_name"), ["board_id", "name"], unique=True)

    op.create_table(
        "staged_files",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("turn", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("layout", sa.Text(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("progress", sa.JSON(), nullable=False),
        sa.Column("problem", sa.JSON(), nullable=False),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_staged_files_board_id")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_staged_files_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staged_files")),
    )
    with op.batch_alter_table("staged_files", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staged_files_board_id_id"), ["board_id", "id"], unique=False)

    op.create_table(
        "staged_contents",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["staged_files.id"], name=op.f("fk_staged_contents_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staged_contents")),
    )
    op.create_table(
        "staged_problems",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("staged_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("row", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("column", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("where", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("stops", sa.Boolean(), nullable=False),
        sa.Column("what_sv", sa.Text(), nullable=False),
        sa.Column("what_en", sa.Text(), nullable=False),
        sa.Column("remedy_sv", sa.Text(), nullable=False),
        sa.Column("remedy_en", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["staged_id"], ["staged_files.id"], name=op.f("fk_staged_problems_staged_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staged_problems")),
    )
    with op.batch_alter_table("staged_problems", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staged_problems_staged_id_id"), ["staged_id", "id"], unique=False)

    op.create_table(
        "staged_rows",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("staged_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("place", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("row", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("part", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("year", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("seat", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("association_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("serial", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("giro", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("open_to_public", sa.Boolean(), nullable=True),
        sa.Column("rate", sa.Text(), nullable=False),
        sa.Column("room", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("of_association", sa.Text(), nullable=True),
        sa.Column("of_case", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["staged_id"], ["staged_files.id"], name=op.f("fk_staged_rows_staged_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staged_rows")),
    )
    with op.batch_alter_table("staged_rows", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staged_rows_staged_id_place"), ["staged_id", "place"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_staged_rows_staged_id_state_id"), ["staged_id", "state", "id"], unique=False
        )

    op.create_table(
        "given_facts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("association_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("of_association", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("of_case", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("supplied_by", sa.Text(), nullable=False),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("batch_row", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["association_id"], ["associations.id"], name=op.f("fk_given_facts_association_id")),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batches.id"], name=op.f("fk_given_facts_batch_id")),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_given_facts_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_given_facts_by_user_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_given_facts_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_given_facts")),
    )
    with op.batch_alter_table("given_facts", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_given_facts_board_id_association_id_id"), ["board_id", "association_id", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_given_facts_case_id_id"), ["case_id", "id"], unique=False)

    with op.batch_alter_table("association_names", schema=None) as batch_op:
        batch_op.add_column(sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))

    with op.batch_alter_table("associations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))

    with op.batch_alter_table("grant_applications", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_grant_applications_giro_case_id"), ["giro", "case_id"], unique=False)

    with op.batch_alter_table("import_batches", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("place", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), server_default="0", nullable=False)
        )
        batch_op.add_column(sa.Column("kind", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("state", sa.Text(), server_default="done", nullable=False))
        batch_op.add_column(sa.Column("digest", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("undone_by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
    op.execute("UPDATE import_batches SET place = coalesce(round_id, 0)")
    op.execute("UPDATE import_batches SET kind = 'associations' WHERE layout = 'foreningsregister'")
    with op.batch_alter_table("import_batches", schema=None) as batch_op:
        batch_op.create_index(
            "uq_import_batches_standing",
            ["board_id", "sha256", "place"],
            unique=True,
            sqlite_where=sa.text("state <> 'undone'"),
            postgresql_where=sa.text("state <> 'undone'"),
        )

    with op.batch_alter_table("payments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
    for statement in statements(op.get_bind().dialect.name, APPEND_ONLY):
        op.execute(statement)


def downgrade() -> None:
    """The step back."""
    op.drop_column("payments", "batch_id")

    with op.batch_alter_table("import_batches", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_import_batches_standing",
            sqlite_where=sa.text("state <> 'undone'"),
            postgresql_where=sa.text("state <> 'undone'"),
        )
    op.drop_column("import_batches", "undone_by_user_id")
    op.drop_column("import_batches", "undone_at")
    op.drop_column("import_batches", "digest")
    op.drop_column("import_batches", "state")
    op.drop_column("import_batches", "kind")
    op.drop_column("import_batches", "place")

    with op.batch_alter_table("grant_applications", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_grant_applications_giro_case_id"))

    op.drop_column("associations", "batch_id")

    op.drop_column("association_names", "batch_id")

    with op.batch_alter_table("given_facts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_given_facts_case_id_id"))
        batch_op.drop_index(batch_op.f("ix_given_facts_board_id_association_id_id"))

    op.drop_table("given_facts")
    with op.batch_alter_table("staged_rows", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staged_rows_staged_id_state_id"))
        batch_op.drop_index(batch_op.f("ix_staged_rows_staged_id_place"))

    op.drop_table("staged_rows")
    with op.batch_alter_table("staged_problems", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staged_problems_staged_id_id"))

    op.drop_table("staged_problems")
    op.drop_table("staged_contents")
    with op.batch_alter_table("staged_files", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staged_files_board_id_id"))

    op.drop_table("staged_files")
    with op.batch_alter_table("import_layouts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_layouts_board_id_name"))

    op.drop_table("import_layouts")
