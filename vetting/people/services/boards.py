"""Boards: what each has chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action, Role
from vetting.kernel.text import _
from vetting.people.domain.second_factor import DEMANDED_FROM_START
from vetting.people.domain.ways_of_working import (
    BoardOption,
    board_habits,
)
from vetting.people.models.people import SMALL, Board
from vetting.people.services.sign_in import require_permission

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from vetting.kernel.store.session import WritingSession


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
    factor_roles: tuple[Role, ...] = DEMANDED_FROM_START
    """Roles that it demands a second factor of."""


LONGEST_LETTERHEAD: Final = 600
MOST_LINES: Final = 8


def set_letterhead(session: WritingSession, text: str) -> Board:
    """What stands first on the board's letters and forms.

    Raises:
        Refused: it is too long, or not this person's to set.
    """
    if not session.person.may(Action.MANAGE_BOARD):
        require_permission(session.person, Action.MANAGE_ROUNDS)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_LINES or sum(map(len, lines)) > LONGEST_LETTERHEAD:
        raise Refused(
            Obstacle.INVALID, Problem("letterhead", _("Brevhuvudet är för långt."), _("Skriv högst åtta korta rader."))
        )
    board = session.get_one(Board, session.person.board_id)
    board.letterhead = "\n".join(lines)
    session.note("letterhead_set", board, board_id=board.id)
    return board


def letterhead_of(board: Board) -> str:
    """What stands first on its letters and forms: at least its name."""
    return board.letterhead or board.name


def add_board(session: WritingSession, new: NewBoard) -> Board:
    """A new board.

    Raises:
        Refused: the code is taken.
    """
    if session.scalar(select(Board.id).where(Board.code == new.code)) is not None:
        raise Refused(Obstacle.INVALID, Problem(new.code, _("Koden är upptagen."), _("Välj en annan.")))
    board = Board(
        code=new.code,
        name=new.name,
        way_of_working=new.way,
        with_group=new.way != SMALL,
        rules={kind: name for kind, name in new.rules.items() if name}
        | ({"adopted_on": new.adopted_on.isoformat(), "adopted_as": new.adopted_as} if new.adopted_on else {}),
        contact=new.contact,
        factor_roles=[role.value for role in new.factor_roles],
        created_at=session.now,
    )
    session.add(board)
    session.flush()
    session.note("board_added", board, board_id=board.id)
    return board


def habits_of(board: Board) -> frozenset[BoardOption]:
    """What a board does, chosen or by its way of working."""
    return board_habits(board.way_of_working, board.habits)
