"""A trail as long as that of many years, written as the program writes it: each entry tells of a change of a case."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, update

from tests.factories import NOW
from vetting.casework.models.cases import Case
from vetting.kernel.store.base import table_of
from vetting.kernel.store.session import Session
from vetting.kernel.store.trail import TrailNote, close_entries

if TYPE_CHECKING:
    from vetting.kernel.store.engine import Database

TEXT = "Ringde kassören, som skickar protokollet från årsmötet i nästa vecka tillsammans med det som saknades."


def lengthen_trail(database: Database, entries: int) -> None:
    """So many more entries: in each round one of every case there is, which moves its version and bears words."""
    table = table_of(Case)
    with Session(database.writing) as session:
        versions = {row.id: row.version for row in session.execute(select(table.c.id, table.c.version))}
        place = 0
        while place < entries:
            noted, changes = [], []
            for case in list(versions)[: entries - place]:
                versions[case] += 1
                place += 1
                text = {"text": f"{TEXT} {place}"}
                at = NOW + timedelta(seconds=place)
                noted.append(TrailNote(action="noted", by=None, at=at, case_id=case, detail=text))
                states = {"before": {"version": versions[case] - 1}, "after": {"version": versions[case]}}
                changes.append({"table": "cases", "id": case, "op": "update", **states, "case": case})
            close_entries(session, noted, changes)
            session.commit()
        moved = update(table).where(table.c.id == bindparam("key")).values(version=bindparam("moved"))
        session.connection().execute(moved, [{"key": key, "moved": version} for key, version in versions.items()])
        session.commit()
