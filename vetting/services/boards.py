"""Boards: what each has chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from vetting.domain.problem import Obstacle, Problem, Refused
from vetting.domain.words import Words
from vetting.store.people import Board
from vetting.store.trail import Noted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from vetting.domain.people import Person
    from vetting.store.session import WritingSession

WAYS: Final = ("small", "group", "full")
"""Ways of working: small board, district board with reference group, full control."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBoard:
    """A board that is to be."""

    code: str
    name: str
    way: str
    rules: Mapping[str, str]
    """Kind of case -> id of a rule set."""
    contact: str = ""
    adopted_on: date | None = None
    """When the board adopted its rules; recorded, so that a refusal can rest on them."""
    adopted_as: str = ""


def add(session: WritingSession, new: NewBoard, *, by: Person | None, at: datetime) -> Board:
    """A new board.

    Raises:
        Refused: the code is taken.
    """
    if session.scalar(select(Board.id).where(Board.code == new.code)) is not None:
        raise Refused(
            Obstacle.INVALID,
            Problem(new.code, Words("Koden är upptagen.", "The code is taken."),
                    Words("Välj en annan.", "Choose another.")),
        )  # fmt: skip
    board = Board(
        code=new.code,
        name=new.name,
        way_of_working=new.way,
        rules={kind: name for kind, name in new.rules.items() if name}
        | ({"adopted_on": new.adopted_on.isoformat(), "adopted_as": new.adopted_as} if new.adopted_on else {}),
        contact=new.contact,
        created_at=at,
    )
    session.add(board)
    session.flush()
    session.note(Noted(action="board_added", by=by, at=at, subject=board, board_id=board.id))
    return board
