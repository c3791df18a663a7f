"""Rows of the queue that a process has made before, for as long as nothing that they were made from has changed.

Every act leaves an entry in the trail, and entries are never changed: the newest of those that a row can rest on says
whether it still stands. Opened papers are kept beside the trail, and are asked about apart.
"""

from __future__ import annotations

import threading
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, TypeVar

from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.orm import aliased

from vetting.associations.models.associations import Association, AssociationName
from vetting.cases.models.cases import Case
from vetting.documents.models.document_reads import DocumentRead
from vetting.kernel.store.trail import TrailEntry, TrailHead
from vetting.kernel.store.trail_ties import TIED

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

R = TypeVar("R")
MOST: Final = 4_000
"""Rows that a process keeps; when there are more it begins anew."""


class RowStamp(NamedTuple):
    """What a row rests on, as far as it can be told from when it was written."""

    of_case: tuple[Any, ...]
    """The case's version and kept screening, the association's names, the papers that were opened, and the newest entry
    of any case of the association in the board."""
    of_others: int
    """The newest entries that are of no case, one of each chain, added: rules, the board's choices, meetings, persons,
    lists, associations. Boards write at the same time: the newest of all says nothing of what another has not ended."""


def stamps_of(session: Session, cases: Sequence[Case]) -> dict[int, RowStamp]:
    """Case -> its stamp. Asked before anything that a row is made from: what comes after makes another stamp."""
    rows = session.execute(_stamps(), {"cases": [case.id for case in cases]})
    return {key: RowStamp(tuple(told), others or 0) for key, others, *told in rows}


@cache
def _stamps() -> Select[Any]:
    asked, other = aliased(Case), aliased(Case)
    entry, beside, head = aliased(TrailEntry), aliased(TrailEntry), aliased(TrailHead)

    def newest(key: Any) -> Any:  # noqa: ANN401 - a column, and a statement of one value
        return select(func.max(entry.id)).where(entry.case_id == key).correlate(asked, other).scalar_subquery()

    of_association = (
        select(func.max(newest(other.id)))
        .where(other.board_id == asked.board_id, other.association_id == asked.association_id)
        .correlate(asked)
    )
    names = select(func.max(AssociationName.id)).where(AssociationName.association_id == asked.association_id)
    reads = select(func.max(DocumentRead.id)).where(DocumentRead.case_id == asked.id)
    newest_beside = (
        select(func.max(beside.id))
        .where(beside.case_id.is_(None), beside.chain == head.chain, beside.action != TIED)
        .correlate(head)
    )
    others = select(func.sum(newest_beside.scalar_subquery())).select_from(head)
    return (
        select(
            asked.id,
            others.scalar_subquery(),
            asked.version,
            asked.screening_id,
            newest(asked.id),
            of_association.scalar_subquery(),
            names.correlate(asked).scalar_subquery(),
            reads.correlate(asked).scalar_subquery(),
            Association.number,
            Association.name,
        )
        .outerjoin(Association, Association.id == asked.association_id)
        .where(asked.id.in_(bindparam("cases", expanding=True, type_=BigInteger)))
    )


class KeptRows(Generic[R]):
    """The rows of one database, each for a reader, a day and a case."""

    def __init__(self) -> None:
        self._rows: dict[tuple[Hashable, int], tuple[RowStamp, R]] = {}
        self._one_at_a_time = threading.Lock()

    def standing(self, reader: Hashable, stamps: Mapping[int, RowStamp]) -> dict[int, R]:
        """Case -> its row, of those that stand as they were made."""
        with self._one_at_a_time:
            kept = {key: self._rows.get((reader, key)) for key in stamps}
        return {key: found[1] for key, found in kept.items() if found is not None and found[0] == stamps[key]}

    def keep(self, reader: Hashable, made: Iterable[tuple[int, RowStamp, R]]) -> None:
        """Keeps rows as they were made."""
        with self._one_at_a_time:
            if len(self._rows) > MOST:
                self._rows.clear()
            self._rows.update({(reader, key): (stamp, row) for key, stamp, row in made})
