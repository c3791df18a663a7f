"""The heads of the boards' chains, tied together in the shared one: whoever writes one anew must write them all.

A checkpoint is an entry of the shared chain. Its reason, which nobody erases, says of each chain that has grown since
the last checkpoint how far it had come: 'chain:place:hash', one after another.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Mapped

from vetting.kernel.store.acting import Acting, Purpose
from vetting.kernel.store.base import Base, public_column
from vetting.kernel.store.session import run_in_transaction
from vetting.kernel.store.trail import SHARED, TrailHead, TrailNote

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from vetting.kernel.store.engine import Database
    from vetting.kernel.store.session import WritingSession

TIED: Final = "heads_tied"
PASSED_OVER: Final = 3
"""So many checkpoints come after an entry and none covers it: one may be written before the entry is to be seen."""
_KNOT: Final = re.compile(r"(\d+):(\d+):([0-9a-f]{64})")


class TrailCheckpoint(Base):
    """The end of a chain at its last checkpoint. No record: the checkpoint itself is an entry."""

    __tablename__ = "trail_ties"

    chain: Mapped[int] = public_column(primary_key=True, autoincrement=False)
    place: Mapped[int] = public_column()


def write_checkpoint(database: Database, *, at: datetime) -> bool:
    """Ties the chains that have grown since the last time; whether there were any. Holds nobody up."""
    return run_in_transaction(database, _tie, Acting(Purpose.CHECKPOINT, at), boards=[SHARED])


def _tie(session: WritingSession) -> bool:
    tied = {row.chain: row for row in session.scalars(select(TrailCheckpoint))}
    knots = []
    for head in session.scalars(select(TrailHead).where(TrailHead.chain != SHARED).order_by(TrailHead.chain)):
        row = tied.get(head.chain)
        if row is None:
            session.add(TrailCheckpoint(chain=head.chain, place=head.last))
        elif row.place != head.last:
            row.place = head.last
        else:
            continue
        knots.append(f"{head.chain}:{head.last}:{head.hash}")
    if knots:
        session.add_entry(TrailNote(action=TIED, by=None, at=session.now, reason=" ".join(knots)))
    return bool(knots)


class CheckpointedHeads:
    """The checkpoints, followed through the trail in the order of the entries."""

    def __init__(self) -> None:
        self._newer: defaultdict[int, dict[int, tuple[str, int]]] = defaultdict(dict)
        """Chain -> place -> hash and how many checkpoints came before, of what no checkpoint covers yet."""
        self._ties = 0

    def follow(self, entry: Any, place: int) -> Iterator[int]:  # noqa: ANN401 - a row of columns
        """Takes in one entry; of a checkpoint, the chains that are not as it says."""
        if entry.chain != SHARED:
            self._newer[entry.chain][place] = entry.hash, self._ties
        elif entry.action == TIED:
            self._ties += 1
            for told in _KNOT.finditer(entry.reason):
                chain, last = int(told[1]), int(told[2])
                newer = self._newer[chain]
                if newer.get(last, ("", 0))[0] != told[3]:
                    yield chain
                self._newer[chain] = {at: one for at, one in newer.items() if at > last}

    def passed_over(self) -> list[int]:
        """The chains with an entry that several later checkpoints do not cover."""
        return sorted(
            chain
            for chain, newer in self._newer.items()
            if any(self._ties - before >= PASSED_OVER for _hash, before in newer.values())
        )

    @property
    def untied(self) -> int:
        """How many entries are newer than the last checkpoint of their chain."""
        return sum(len(newer) for newer in self._newer.values())
