"""Many rows that one statement moved: the trail keeps a digest of each, in the order of their ids.

The rows of a digest lie beside each other; where others wrote meanwhile there are several. What was changed since is in
the trail by itself, with what it was before, so the row as it came can be put together again and compared.
"""

from __future__ import annotations

import base64
import hashlib
import json
from bisect import bisect_right, insort
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import JSON, Date, Text, cast, select, type_coerce

from vetting.kernel.privacy import Privacy
from vetting.kernel.store.base import PRIVACY, Base, UtcMoment, as_kept

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Column, Table

    from vetting.kernel.store.base import Plain
    from vetting.kernel.store.session import Session

LENGTH: Final = 8
"""Bytes kept of each row's digest."""
AT_A_TIME: Final = 2_000
FIRST_VERSION: Final = 1
"""What the counter of a row's changes begins with; what it was before a change is not told."""


@dataclass(slots=True)
class BulkDigest:
    """Rows of one table with ids from `first`: one digest of each row's columns of one kind."""

    table: str
    first: int
    columns: tuple[str, ...]
    """The columns that the digests are of: those that come later are not among them."""
    digests: bytearray = field(default_factory=bytearray)
    kind: str = Privacy.PUBLIC.value
    """In which part of the entry it lies; sealed columns are among the personal ones."""

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
        rows = base64.b64encode(self.digests).decode()
        return {"table": self.table, "first": self.first, "columns": list(self.columns), "rows": rows}

    @classmethod
    def of_data(cls, data: Plain) -> BulkDigest:
        digests = bytearray(base64.b64decode(data["rows"]))
        return cls(data["table"], data["first"], tuple(data["columns"]), digests)


def bulks_of(session: Session, model: type[Base], keys: Iterable[int]) -> list[BulkDigest]:
    """The same of rows by their ids: one for each run of ids that follow on each other."""
    found = []
    for _unused, run in groupby(enumerate(sorted(keys)), key=lambda item: item[1] - item[0]):
        ids = [key for _place, key in run]
        found += bulk_of(session, model, ids[0], ids[-1])
    return found


def bulk_of(session: Session, model: type[Base], first: int, last: int) -> list[BulkDigest]:
    """The digests of rows that have just been moved: of their public columns, and of the others where there are any."""
    table: Any = model.__table__
    columns = list(table.columns)
    open_ones = [place for place, column in enumerate(columns) if column.info.get(PRIVACY) is Privacy.PUBLIC]
    others = [place for place in range(len(columns)) if place not in set(open_ones)]
    found = [
        (
            BulkDigest(table.name, first, tuple(columns[place].name for place in places), kind=kind.value),
            places,
            _sealed_places([columns[place] for place in places]),
        )
        for places, kind in ((open_ones, Privacy.PUBLIC), (others, Privacy.PERSONAL))
        if places
    ]
    for _, row in _rows(session, table, columns, first, last):
        for bulk, places, sealed in found:
            bulk.digests += _digest([row[place] for place in places], sealed)
    return [bulk for bulk, *_ in found]


def _rows(
    session: Session, table: Table, wanted: Sequence[Column[Any]], first: int, last: int
) -> Iterator[tuple[int, Sequence[Any]]]:
    """Ids and rows in order; JSON as the text that is kept, so that nothing is taken apart and put together again."""
    lite = session.get_bind().dialect.name == "sqlite"
    columns = [_as_text(column, lite=lite) if isinstance(column.type, JSON) else as_kept(column) for column in wanted]
    found = select(table.c.id.label("key"), *columns).where(table.c.id.between(first, last)).order_by(table.c.id)
    for row in session.execute(found.execution_options(yield_per=AT_A_TIME)):
        yield row[0], row[1:]


def _as_text(column: Column[Any], *, lite: bool) -> Any:  # noqa: ANN401 - an expression
    return type_coerce(column, Text()) if lite else cast(column, Text())


def _sealed_places(columns: Sequence[Column[Any]]) -> list[int]:
    return [place for place, column in enumerate(columns) if column.info.get(PRIVACY) is Privacy.SEALED]


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


def _as_column_value(column: Column[Any], value: object) -> object:
    """A value of the trail as the column gives it."""
    if isinstance(column.type, JSON):
        return json.dumps(value)
    if isinstance(value, str) and isinstance(column.type, UtcMoment):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(value, str) and isinstance(column.type, Date) else value


class BulkReplay:
    """What the trail says of moved rows, while it is looked through."""

    def __init__(self) -> None:
        self.ranges: dict[str, list[BulkDigest]] = {}
        self.moved: dict[str, list[tuple[int, int]]] = {}
        self.before: dict[tuple[str, int], dict[str, Any]] = {}
        self.erased: set[tuple[str, int, str]] = set()

    def add(self, data: Plain) -> None:
        """Rows that an entry tells of. Two boards may have moved theirs at once: their ids come in no order."""
        bulk = BulkDigest.of_data(data)
        self.ranges.setdefault(bulk.table, []).append(bulk)
        insort(self.moved.setdefault(bulk.table, []), (bulk.first, bulk.last))

    def has(self, table: str, key: int) -> bool:
        """Whether a row came by a move."""
        known = self.moved.get(table, ())
        place = bisect_right(known, key, key=lambda item: item[0]) - 1
        return place >= 0 and key <= known[place][1]

    def changed(self, change: Mapping[str, Any], erased: Iterable[str] = ()) -> None:
        """Keeps what a moved row was before it was first changed; erased: columns of which that is not known."""
        key = (change["table"], change["id"])
        if change["op"] != "update" or not self.has(*key):
            return
        before = self.before.setdefault(key, {})
        for name, value in change["before"].items():
            before.setdefault(name, value)
        for name in erased:
            if name not in before:
                self.erased.add((*key, name))
        if "version" in change["after"]:
            before.setdefault("version", FIRST_VERSION)

    def wrong(self, session: Session, table: Table) -> Iterator[tuple[int, bool]]:
        """Moved rows of a table that are not as they came, or (True) not there any more."""
        for moved in self.ranges.get(table.name, ()):
            columns = [table.c[name] for name in moved.columns]
            sealed = _sealed_places(columns)
            expected = moved.first
            for key, row in _rows(session, table, columns, moved.first, moved.last):
                yield from ((missing, True) for missing in range(expected, key))
                expected = key + 1
                if any((table.name, key, name) in self.erased for name in moved.columns):
                    continue
                before = self.before.get((table.name, key))
                as_it_came: Sequence[Any] = row
                if before:
                    as_it_came = [
                        _as_column_value(column, before[column.name]) if column.name in before else value
                        for column, value in zip(columns, row, strict=True)
                    ]
                place = (key - moved.first) * LENGTH
                if _digest(as_it_came, sealed) != bytes(moved.digests[place : place + LENGTH]):
                    yield key, False
            yield from ((missing, True) for missing in range(expected, moved.last + 1))
