"""One table of what has been said of facts: what stood value by value goes to where lists kept theirs, row by row.

What was written last holds, so rows of lists that came after the first of those are written once more between them.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.orm import Session

from vetting.cases.models.facts import FactValue, GivenFacts, part_of_facts
from vetting.kernel.store.append_only import drop_statements, statements
from vetting.kernel.store.base import UtcMoment
from vetting.kernel.store.trail import TrailNote, close_entries
from vetting.kernel.store.trail_bulk_rows import bulk_of

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OLD = sa.table(
    "fact_values",
    sa.column("id"),
    sa.column("board_id"),
    sa.column("association_id"),
    sa.column("case_id"),
    sa.column("fact"),
    sa.column("value", sa.JSON),
    sa.column("absent", sa.Boolean),
    sa.column("unreadable", sa.Boolean),
    sa.column("supplied_by"),
    sa.column("document_id"),
    sa.column("batch_id"),
    sa.column("batch_row"),
    sa.column("as_of", sa.Date),
    sa.column("entered_at", UtcMoment()),
    sa.column("by_user_id"),
)
OF_ALL = (
    *("board_id", "association_id", "case_id", "supplied_by", "document_id", "batch_id", "batch_row"),
    *("as_of", "entered_at", "by_user_id"),
)
"""What is the same of all that was handed in at once."""


def upgrade() -> None:
    """The step forward."""
    dialect = op.get_bind().dialect.name
    for statement in drop_statements(dialect, ("given_facts", "fact_values")):
        op.execute(statement)
    with op.batch_alter_table("given_facts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("document_id", KEY, nullable=True))
        batch_op.alter_column("batch_id", existing_type=KEY, nullable=True)
        batch_op.alter_column("batch_row", existing_type=KEY, nullable=True)
        batch_op.create_foreign_key(op.f("fk_given_facts_document_id"), "documents", ["document_id"], ["id"])
    _move()
    op.drop_table("fact_values")
    _retyped(sa.Text(), sa.JSON(none_as_null=True), "json")
    for statement in statements(dialect, ("given_facts",)):
        op.execute(statement)


def _move() -> None:
    """The values, as they were handed in; the trail is told of them in one entry."""
    connection = op.get_bind()
    rows = connection.execute(sa.select(OLD).order_by(OLD.c.id)).mappings().all()
    if not rows:
        return
    last = connection.scalar(sa.select(sa.func.max(GivenFacts.id))) or 0
    made: list[dict[str, Any]] = []
    for key, together in groupby(rows, key=lambda row: tuple(row[name] for name in OF_ALL)):
        said = part_of_facts(
            FactValue(row["fact"], row["value"], absent=row["absent"], unreadable=row["unreadable"]) for row in together
        )
        given = dict(zip(OF_ALL, key, strict=True))
        about: dict[str, Any] = {"of_association": None, "of_case": None}
        about["of_case" if given["case_id"] is not None else "of_association"] = said
        made.append({**given, **about})
    listed = sa.select(GivenFacts.__table__).where(GivenFacts.entered_at > min(row["entered_at"] for row in made))
    made += [dict(row) for row in connection.execute(listed.order_by(GivenFacts.id)).mappings()]
    made.sort(key=lambda row: (row["entered_at"], row["batch_row"] is None))
    for place, row in enumerate(made, start=last + 1):
        row["id"] = place
    connection.execute(sa.insert(GivenFacts), made)
    if connection.dialect.name == "postgresql":
        setting = sa.text("SELECT setval(pg_get_serial_sequence('given_facts', 'id'), :last)")
        connection.execute(setting, {"last": last + len(made)})
    with Session(bind=connection) as session:
        moment = session.execute(sa.text("SELECT max(at) AS at FROM trail").columns(at=UtcMoment())).scalar_one()
        entry = TrailNote(
            action="facts_moved",
            by=None,
            at=moment or made[-1]["entered_at"],
            detail={"rows": len(made), "values": len(rows)},
            bulk=tuple(bulk_of(session, GivenFacts, last + 1, last + len(made))),
        )
        close_entries(session, [entry], [])


def _retyped(before: sa.types.TypeEngine[Any], after: sa.types.TypeEngine[Any], cast: str) -> None:
    """What lies ready of a row, as the other type."""
    with op.batch_alter_table("staged_rows", schema=None) as batch_op:
        for name in ("of_association", "of_case"):
            using = f"{name}::{cast}"
            batch_op.alter_column(name, existing_type=before, type_=after, nullable=True, postgresql_using=using)


def downgrade() -> None:
    """The step back; what was handed in since cannot be told in the old way."""
    connection = op.get_bind()
    if connection.execute(sa.text("SELECT count(*) FROM given_facts WHERE batch_id IS NULL")).scalar():
        raise RuntimeError("the facts cannot go back: restore the backup that was taken before the upgrade")
    _retyped(sa.JSON(none_as_null=True), sa.Text(), "text")
    dialect = connection.dialect.name
    for statement in drop_statements(dialect, ("given_facts",)):
        op.execute(statement)
    with op.batch_alter_table("given_facts", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_given_facts_document_id"), type_="foreignkey")
        batch_op.alter_column("batch_row", existing_type=KEY, nullable=False)
        batch_op.alter_column("batch_id", existing_type=KEY, nullable=False)
        batch_op.drop_column("document_id")
    op.create_table(
        "fact_values",
        sa.Column("id", KEY, nullable=False),
        sa.Column("board_id", KEY, nullable=False),
        sa.Column("association_id", KEY, nullable=True),
        sa.Column("case_id", KEY, nullable=True),
        sa.Column("fact", sa.Text(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=True),
        sa.Column("absent", sa.Boolean(), nullable=False),
        sa.Column("unreadable", sa.Boolean(), nullable=False),
        sa.Column("supplied_by", sa.Text(), nullable=False),
        sa.Column("document_id", KEY, nullable=True),
        sa.Column("batch_id", KEY, nullable=True),
        sa.Column("batch_row", KEY, nullable=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", KEY, nullable=True),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_fact_values_{column}"))
            for column, target in (
                ("association_id", "associations.id"),
                ("batch_id", "import_batches.id"),
                ("board_id", "boards.id"),
                ("by_user_id", "users.id"),
                ("case_id", "cases.id"),
                ("document_id", "documents.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_values")),
    )
    op.create_index(
        op.f("ix_fact_values_board_id_association_id_fact_id"),
        "fact_values",
        ["board_id", "association_id", "fact", "id"],
    )
    op.create_index(op.f("ix_fact_values_case_id_fact_id"), "fact_values", ["case_id", "fact", "id"])
    for statement in statements(dialect, ("given_facts", "fact_values")):
        op.execute(statement)
