"""The trail of the golden record: every entry of two boards' years, with the rows and columns that it tells of."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import select

from tests.board import rules
from tests.golden import record
from vetting.casework.models.cases import Case
from vetting.kernel.store.engine import connect_database
from vetting.kernel.store.session import open_reading
from vetting.kernel.store.trail import TrailContent, TrailEntry
from vetting.people.models.people import Board
from vetting.rules.services.rulebook import use_rules

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def of_trail(folder: Path, source: Path) -> None:
    """Writes the entries of each board."""
    database = connect_database(f"sqlite:///{source}")
    use_rules(database, rules)
    with open_reading(database) as session:
        for code in record.BOARDS:
            wanted = (
                select(TrailEntry, TrailContent.body, Case.number)
                .join(Board, Board.id == TrailEntry.board_id)
                .outerjoin(TrailContent, TrailContent.id == TrailEntry.id)
                .outerjoin(Case, Case.id == TrailEntry.case_id)
                .where(Board.code == code)
                .order_by(TrailEntry.id)
            )
            lines = [line for found in session.execute(wanted) for line in _told(*found)]
            record.keep(folder / f"{code}.txt", "\n".join([*lines, ""]))
    database.close()


def _told(entry: TrailEntry, body: str | None, number: str | None) -> Iterator[str]:
    about = f"{entry.object_type} {entry.object_id or ''}".strip()
    yield f"{entry.at:%Y-%m-%d %H:%M:%S} {entry.by_role or '-'} {entry.action} {about} {number or ''} {entry.reason}".rstrip()
    told = json.loads(body or "{}")
    for change in sorted(told.pop("changes", ()), key=lambda one: (one["table"], one["id"], one["op"])):
        columns = " ".join(sorted(change.get("after") or change.get("before") or ()))
        apart = " ".join(sorted(name for names in change.get("apart", {}).values() for name in names))
        yield f"  {change['op']} {change['table']} {change['id']}: {columns}{f' | {apart}' if apart else ''}"
    if told:
        yield f"  {json.dumps(told, ensure_ascii=False, sort_keys=True)}"
