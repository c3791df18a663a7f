"""The names of all associations, held in memory for searching; what has come since is added before each search.

Names are never changed in place and never removed: the newest one's id tells whether there are more. What a name
belongs to, and whether it still counts, is asked of the database for those that are found.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from vetting.associations.domain.name_matching import NameCollection
from vetting.associations.models.associations import Association, AssociationName
from vetting.kernel.store.session import ReadingSession, database_of, open_reading

if TYPE_CHECKING:
    from vetting.associations.domain.name_matching import NameMatch
    from vetting.kernel.store.engine import Database
    from vetting.kernel.store.session import Session

AT_A_TIME: Final = 5_000
BYTES_OF_NAME: Final = 600
"""What a name takes in memory, about."""


class NameIndex:
    """One process's index of one database."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.names = NameCollection()
        self.last = 0

    def search(self, session: Session, wanted: str, *, place: str, most: int) -> list[NameMatch]:
        """Ids of names like the one wanted, the likeliest first."""
        with self.lock:
            if isinstance(session, ReadingSession):
                self.catch_up(session)
            else:  # what a transaction has not committed may never come to be
                with open_reading(database_of(session)) as other:
                    self.catch_up(other)
            return self.names.search(wanted, place=place, most=most)

    def catch_up(self, session: Session) -> None:
        """Adds what has come since; by whoever holds the lock."""
        newest = session.scalar(select(func.max(AssociationName.id))) or 0
        if newest <= self.last:
            return
        rows = session.execute(
            select(AssociationName.id, AssociationName.name, Association.municipality, Association.seat)
            .join(Association, Association.id == AssociationName.association_id)
            .where(AssociationName.id > self.last)
            .order_by(AssociationName.id)
            .execution_options(yield_per=AT_A_TIME)
        )
        for key, name, municipality, seat in rows:
            self.names.add(key, name, f"{municipality} {seat}")
        self.last = newest


def load_names(database: Database) -> int:
    """Reads all names before somebody searches; how many there are."""
    index = _index_of(database)
    with index.lock, open_reading(database) as session:
        index.catch_up(session)
    return len(index.names)


def similar_names(session: Session, wanted: str, *, place: str = "", most: int) -> list[NameMatch]:
    """Names like the one wanted, by the index that belongs to the session's database."""
    return _index_of(database_of(session)).search(session, wanted, place=place, most=most)


def _index_of(database: Database) -> NameIndex:
    index = database.memory.setdefault(NameIndex, NameIndex())
    if not isinstance(index, NameIndex):
        raise TypeError(index)
    return index
