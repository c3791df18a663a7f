"""Which records are one association."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The step forward."""
    op.create_table(
        "association_distinctions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("second_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_association_distinctions_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_association_distinctions_by_user_id")),
        sa.ForeignKeyConstraint(["first_id"], ["associations.id"], name=op.f("fk_association_distinctions_first_id")),
        sa.ForeignKeyConstraint(["second_id"], ["associations.id"], name=op.f("fk_association_distinctions_second_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_association_distinctions")),
    )
    with op.batch_alter_table("association_distinctions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_association_distinctions_first_id_second_id"), ["first_id", "second_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_association_distinctions_second_id_first_id"), ["second_id", "first_id"], unique=False
        )

    op.create_table(
        "association_merges",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("board_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kept_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("merged_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_association_merges_board_id")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_association_merges_by_user_id")),
        sa.ForeignKeyConstraint(["kept_id"], ["associations.id"], name=op.f("fk_association_merges_kept_id")),
        sa.ForeignKeyConstraint(["merged_id"], ["associations.id"], name=op.f("fk_association_merges_merged_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_association_merges")),
    )
    with op.batch_alter_table("association_merges", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_association_merges_kept_id_id"), ["kept_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_association_merges_merged_id_id"), ["merged_id", "id"], unique=False)

    with op.batch_alter_table("associations", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("merged_into_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.create_index(batch_op.f("ix_associations_merged_into_id"), ["merged_into_id"], unique=False)

    with op.batch_alter_table("trail", schema=None) as batch_op:
        batch_op.create_index(
            "ix_trail_of_associations",
            ["object_id", "id"],
            unique=False,
            sqlite_where=sa.text("object_type = 'associations'"),
            postgresql_where=sa.text("object_type = 'associations'"),
        )


def downgrade() -> None:
    """The step back."""
    with op.batch_alter_table("trail", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_trail_of_associations",
            sqlite_where=sa.text("object_type = 'associations'"),
            postgresql_where=sa.text("object_type = 'associations'"),
        )

    with op.batch_alter_table("associations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_associations_merged_into_id"))
        batch_op.drop_column("merged_into_id")

    with op.batch_alter_table("association_merges", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_association_merges_merged_id_id"))
        batch_op.drop_index(batch_op.f("ix_association_merges_kept_id_id"))

    op.drop_table("association_merges")
    with op.batch_alter_table("association_distinctions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_association_distinctions_second_id_first_id"))
        batch_op.drop_index(batch_op.f("ix_association_distinctions_first_id_second_id"))

    op.drop_table("association_distinctions")
