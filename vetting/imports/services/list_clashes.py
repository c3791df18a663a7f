"""Rows of a list of bookings that want one room at the same time: told before they go in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from vetting.boards.models.people import Room
from vetting.imports.domain.list_rows import IntakeRemark
from vetting.imports.models.row_transfer import times_of_row
from vetting.imports.models.staged_files import GOOD, StagedRow
from vetting.kernel.problem import Problem
from vetting.kernel.text import _

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from vetting.imports.models.staged_files import StagedFile

NEAR: Final = 50
"""Uses of one room, in order of time, that a use is compared with on either side."""


def clashing_rows(session: Session, staged: StagedFile) -> list[IntakeRemark]:
    """What is told of each row that wants a room while another of the file has it; the week tells of what is booked."""
    known = session.execute(select(Room.name, Room.shared_by).where(Room.board_id == staged.board_id)).all()
    shared = {name: by for name, by in known}  # noqa: C416 - rows are no pairs to mypy
    wanted = select(StagedRow).where(StagedRow.staged_id == staged.id, StagedRow.state == GOOD, StagedRow.room != "")
    by_room: dict[str, list[tuple[datetime, datetime, StagedRow]]] = {}
    for row in session.scalars(wanted):
        for starts, ends in times_of_row(row):
            if starts is not None and ends is not None:
                by_room.setdefault(row.room, []).append((starts, ends, row))
    found: dict[int, IntakeRemark] = {}
    for room, uses in by_room.items():
        uses.sort(key=lambda use: (use[0], use[2].row))
        for place, (starts, ends, row) in enumerate(uses):
            others = [
                other
                for begins, ends_then, other in uses[max(0, place - NEAR) : place + NEAR]
                if other.id != row.id and begins < ends and starts < ends_then
            ]
            if len(others) >= shared.get(room, 1):
                found.setdefault(row.id, _remark(row, others[0]))
    return list(found.values())


def _remark(row: StagedRow, other: StagedRow) -> IntakeRemark:
    where = f"{row.sheet}!{row.row}"
    what = _("Krockar med rad {other}: samma lokal samtidigt.", other=other.row)
    return IntakeRemark(row.sheet, row.row, 0, "", Problem(where, what, _("Se efter vem som har lokalen.")))
