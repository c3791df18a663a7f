"""The key that a name is known again by keeps å, ä and ö, and the words for the form of an association.

The key of an association without a number is made of the name that it came with, which may be another than it has now.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from alembic import op

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

revision = "0171"
down_revision = "0170"
branch_labels = None
depends_on = None
AT_A_TIME = 1_000
FORM_WORDS = frozenset(
    {"ideell", "forening", "foreningen", "if", "ideella", "idrottsforening", "idrottsforeningen", "ek", "for"}
)
ASSOCIATIONS = sa.table("associations", *map(sa.column, ("id", "number", "name", "name_key", "source", "municipality")))
NAMES = sa.table("association_names", *map(sa.column, ("id", "association_id", "name", "name_key", "kind")))
ROWS = sa.table("staged_rows", *map(sa.column, ("id", "name", "number", "name_key")))


def upgrade() -> None:
    """The step forward: what had different keys has different ones after it."""
    _rename("folded", "name_key")
    _change(with_letters, without_letters)


def downgrade() -> None:
    """The step back: of two that would have one key, the later keeps the one it has."""
    _change(without_letters, with_letters)
    _rename("name_key", "folded")


def _rename(old: str, new: str) -> None:
    """The column has another name, since the trail knows what stood in the one before."""
    for table in ("associations", "association_names", "staged_rows"):
        op.execute(f"ALTER TABLE {table} RENAME COLUMN {old} TO {new}")
    op.drop_index(f"ix_associations_{old}_id", "associations")
    op.create_index(f"ix_associations_{new}_id", "associations", [new, "id"])
    op.drop_index(f"ix_association_names_{old}_association_id", "association_names")
    op.create_index(f"ix_association_names_{new}_association_id", "association_names", [new, "association_id"])
    with op.batch_alter_table("association_names") as batch_op:
        batch_op.drop_constraint(f"uq_association_names_association_id_{old}_kind", type_="unique")
        batch_op.create_unique_constraint(
            f"uq_association_names_association_id_{new}_kind", ["association_id", new, "kind"]
        )


def _change(key: Callable[[str], str], before: Callable[[str], str]) -> None:
    names = list(_read(NAMES))
    came_with: dict[tuple[int, str], str] = {}
    for row in names:
        came_with.setdefault((row.association_id, row.name_key), row.name)
    records = list(_read(ASSOCIATIONS))
    _write(
        ASSOCIATIONS,
        [(row, row.number or (row.source, row.municipality), _named(row, came_with, before)) for row in records],
        key,
    )
    _write(NAMES, [(row, (row.association_id, row.kind), _known_by(row.name, row, before)) for row in names], key)
    _write(ROWS, [(row, row.id, _known_by(row.name or row.number or "", row, before)) for row in _read(ROWS)], key)


def _named(row: sa.Row[Any], came_with: dict[tuple[int, str], str], before: Callable[[str], str]) -> str:
    own = _known_by(row.name, row, before)
    return own or _known_by(came_with.get((row.id, row.name_key), ""), row, before)


def _known_by(name: str, row: sa.Row[Any], before: Callable[[str], str]) -> str:
    """The name, where the row's key was made of it."""
    return name if name and before(name) == row.name_key else ""


def _read(table: sa.TableClause) -> Iterator[sa.Row[Any]]:
    last = 0
    while True:
        wanted = sa.select(table).where(table.c.id > last).order_by(table.c.id).limit(AT_A_TIME)
        rows = op.get_bind().execute(wanted).all()
        yield from rows
        if len(rows) < AT_A_TIME:
            return
        last = rows[-1].id


def _write(table: sa.TableClause, rows: list[tuple[sa.Row[Any], object, str]], key: Callable[[str], str]) -> None:
    """Each row, what its key must be the only one of, and the name that its key is made of."""
    taken = {(of, row.name_key) for row, of, _name in rows}
    change = []
    for row, of, name in rows:
        made = key(name) if name else ""
        if made and made != row.name_key and (of, made) not in taken:
            taken.add((of, made))
            change.append({"row": row.id, "to": made})
    statement = sa.update(table).where(table.c.id == sa.bindparam("row")).values(name_key=sa.bindparam("to"))
    for first in range(0, len(change), AT_A_TIME):
        op.get_bind().execute(statement, change[first : first + AT_A_TIME])


def with_letters(name: str) -> str:
    """The key from now on."""
    text = unicodedata.normalize("NFKC", name).casefold()
    plain = "".join(c if c in "åäö" else _bare(unicodedata.normalize("NFKD", c)) for c in text)
    return " ".join(sorted("".join(c if c.isalnum() else " " for c in plain).split()))


def without_letters(name: str) -> str:
    """The key until now."""
    plain = _bare(unicodedata.normalize("NFKD", name.casefold()))
    words = "".join(c if c.isalnum() else " " for c in plain).split()
    telling = [word for word in words if word not in FORM_WORDS]
    return " ".join(sorted(telling or words))


def _bare(text: str) -> str:
    return "".join(c for c in text if not unicodedata.combining(c))
