"""Many rows that one statement moved: the trail keeps a digest of each, in the order of their ids.

The rows lie beside each other: nobody else writes meanwhile. What was changed since is in the trail by itself,
with what it was before, so the row as it came can be put together again and compared.
"""

from __future__ import annotations

import base64
import hashlib
import json
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import JSON, Date, Text, cast, select, type_coerce

from vetting.domain.facts import Privacy
from vetting.store.base import PRIVACY, Base, Moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Column, Table
    from sqlalchemy.orm import Session

    from vetting.store.base import Plain

LENGTH: Final = 8
"""Bytes kept of each row's digest."""
AT_A_TIME: Final = 2_000


@dataclass(slots=True)
class Bulk:
    """Rows of one table with ids from `first`, one digest each."""

    table: str
    first: int
    digests: bytearray = field(default_factory=bytearray)

    @property
    def count(self) -> int:
        """How many rows."""
        return len(self.digests) // LENGTH

    @property
    def last(self) -> int:
        """The last id."""
        return self.first + self.count - 1

    def as_data(self) -> Plain:
        """For the trail."""
        return {"table": self.table, "first": self.first, "rows": base64.b64encode(self.digests).decode()}

    @classmethod
    def of_data(cls, data: Plain) -> Bulk:
        """From the trail."""
        return cls(data["table"], data["first"], bytearray(base64.b64decode(data["rows"])))


def bulk_of(session: Session, model: type[Base], first: int, last: int) -> Bulk:
    """The digests of rows that have just been moved."""
    table: Any = model.__table__
    found = Bulk(table.name, first)
    sealed = _sealed(table)
    for row in _rows(session, table, first, last):
        found.digests += _digest(row, sealed)
    return found


def _rows(session: Session, table: Table, first: int, last: int) -> Iterator[Sequence[Any]]:
    """Rows in order; JSON as the text that is kept, so that nothing is taken apart and put together again."""
    lite = session.get_bind().dialect.name == "sqlite"
    columns = [_as_text(column, lite=lite) if isinstance(column.type, JSON) else column for column in table.columns]
    wanted = select(*columns).where(table.c.id.between(first, last)).order_by(table.c.id)
    return iter(session.execute(wanted.execution_options(yield_per=AT_A_TIME)))


def _as_text(column: Column[Any], *, lite: bool) -> Any:  # noqa: ANN401 - an expression
    return type_coerce(column, Text()) if lite else cast(column, Text())


def _sealed(table: Table) -> list[int]:
    return [place for place, column in enumerate(table.columns) if column.info.get(PRIVACY) is Privacy.SEALED]


def _digest(row: Sequence[Any], sealed: list[int]) -> bytes:
    """The same for the same row on both engines; of a sealed column only its own digest goes in."""
    if sealed:
        values = list(row)
        for place in sealed:
            values[place] = _hidden(values[place])
        row = values
    return hashlib.sha256(ascii(tuple(row)).encode()).digest()[:LENGTH]


def _hidden(value: object) -> object:
    if value is None or (isinstance(value, str) and value.startswith("sha256:")):
        return value
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _typed(column: Column[Any], value: object) -> object:
    """A value of the trail as the column gives it."""
    if isinstance(column.type, JSON):
        return json.dumps(value)
    if isinstance(value, str) and isinstance(column.type, Moment):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(value, str) and isinstance(column.type, Date) else value


class Bulks:
    """What the trail says of moved rows, while it is looked through."""

    def __init__(self) -> None:
        self.ranges: dict[str, list[Bulk]] = {}
        self.before: dict[tuple[str, int], dict[str, Any]] = {}

    def add(self, data: Plain) -> None:
        """Rows that an entry tells of; entries come in order, so do the ids of each table."""
        self.ranges.setdefault(data["table"], []).append(Bulk.of_data(data))

    def has(self, table: str, key: int) -> bool:
        """Whether a row came by a move."""
        known = self.ranges.get(table, ())
        place = bisect_right(known, key, key=lambda item: item.first) - 1
        return place >= 0 and key <= known[place].last

    def changed(self, change: Mapping[str, Any]) -> None:
        """Keeps what a moved row was before it was first changed."""
        key = (change["table"], change["id"])
        if change["op"] != "update" or not self.has(*key):
            return
        before = self.before.setdefault(key, {})
        for name, value in change["before"].items():
            before.setdefault(name, value)
        if "version" in change["after"]:  # the counter of the row, counted up by one each time
            before.setdefault("version", change["after"]["version"] - 1)

    def wrong(self, session: Session, table: Table) -> Iterator[tuple[int, bool]]:
        """Moved rows of a table that are not as they came, or (True) not there any more."""
        sealed, columns = _sealed(table), list(table.columns)
        for moved in self.ranges.get(table.name, ()):
            expected = moved.first
            for row in _rows(session, table, moved.first, moved.last):
                key = row[0]
                yield from ((missing, True) for missing in range(expected, key))
                expected = key + 1
                before = self.before.get((table.name, key))
                as_it_came: Sequence[Any] = row
                if before:
                    as_it_came = [
                        _typed(column, before[column.name]) if column.name in before else value
                        for column, value in zip(columns, row, strict=True)
                    ]
                place = (key - moved.first) * LENGTH
                if _digest(as_it_came, sealed) != bytes(moved.digests[place : place + LENGTH]):
                    yield key, False
            yield from ((missing, True) for missing in range(expected, moved.last + 1))
