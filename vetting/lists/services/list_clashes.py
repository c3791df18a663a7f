"""Rows of a list of bookings that want one room at the same time: told before they go in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from vetting.bookings.domain.overlaps import Occupancy, clashing_uses
from vetting.kernel.problem import Problem
from vetting.kernel.text import _
from vetting.lists.domain.list_rows import IntakeRemark
from vetting.lists.models.row_transfer import times_of_row
from vetting.lists.models.staged_files import GOOD, StagedRow
from vetting.people.models.people import Room

if TYPE_CHECKING:
    from vetting.kernel.store.session import Session
    from vetting.lists.models.staged_files import StagedFile


def clashing_rows(session: Session, staged: StagedFile) -> list[IntakeRemark]:
    """What is told of each row that wants a room while another of the file has it; the week tells of what is booked."""
    known = session.execute(select(Room.name, Room.shared_by).where(Room.board_id == staged.board_id)).all()
    shared = {name: by for name, by in known}  # noqa: C416 - rows are no pairs to mypy
    wanted = select(StagedRow).where(StagedRow.staged_id == staged.id, StagedRow.state == GOOD, StagedRow.room != "")
    rows = {row.id: row for row in session.scalars(wanted)}
    by_room: dict[str, list[Occupancy[int]]] = {}
    for row in rows.values():
        for starts, ends in times_of_row(row):
            if starts is not None and ends is not None:
                by_room.setdefault(row.room, []).append(Occupancy(row.id, starts, ends))
    found: dict[int, IntakeRemark] = {}
    for room, uses in by_room.items():
        for key, others in clashing_uses(uses, shared.get(room, 1)).items():
            found.setdefault(key, _remark(rows[key], rows[others[0]]))
    return list(found.values())


def _remark(row: StagedRow, other: StagedRow) -> IntakeRemark:
    where = f"{row.sheet}!{row.row}"
    what = _("Krockar med rad {other}: samma lokal samtidigt.", other=other.row)
    return IntakeRemark(row.sheet, row.row, 0, "", Problem(where, what, _("Kontrollera vem som har lokalen.")))
