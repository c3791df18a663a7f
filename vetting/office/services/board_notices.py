"""What boards have agreed to tell each other: given and ended by each for itself, shown when both have given it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from vetting.boards.models.people import Board
from vetting.boards.services.sign_in import require_permission
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.store.trail import TrailNote
from vetting.kernel.text import _
from vetting.office.models.board_notices import BoardAgreement, agreements

if TYPE_CHECKING:
    from datetime import datetime

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import WritingSession

LONGEST: Final = 120


def agree(session: WritingSession, other_id: int, reference: str, *, by: Person, at: datetime) -> BoardAgreement:
    """The own board lets another see its notices.

    Raises:
        Refused: there is no such other board, it is agreed already, or nothing says by what decision.
    """
    require_permission(by, Action.MANAGE_PEOPLE)
    other = session.get(Board, other_id)
    if other is None or other.id == by.board_id:
        raise Refused(Obstacle.MISSING)
    reference = " ".join(mask_personal_numbers(reference).split())[:LONGEST]
    if not reference:
        raise Refused(
            Obstacle.INVALID, Problem("reference", _("Beslutet om att dela saknas."), _("Skriv dess diarienummer."))
        )
    if any(row.other_id == other.id for row in agreements(session, by.board_id)):
        raise Refused(Obstacle.STALE, Problem("other_id", _("Det är redan överenskommet."), _("Ladda om sidan.")))
    row = BoardAgreement(board_id=by.board_id, other_id=other.id, reference=reference, at=at, by_user_id=by.id)
    session.add(row)
    session.flush()
    session.note(TrailNote(action="board_agreed", by=by, at=at, subject=row, board_id=by.board_id))
    return row


def end_agreement(session: WritingSession, key: int, *, by: Person, at: datetime) -> None:
    """The other board sees no notices of the own any more, nor the own of the other.

    Raises:
        Refused: the own board has given no such word.
    """
    require_permission(by, Action.MANAGE_PEOPLE)
    wanted = (BoardAgreement.board_id == by.board_id) & BoardAgreement.ended_at.is_(None)
    row = session.scalar(select(BoardAgreement).where(BoardAgreement.id == key, wanted))
    if row is None:
        raise Refused(Obstacle.MISSING)
    row.ended_at = at
    session.note(TrailNote(action="board_agreement_ended", by=by, at=at, subject=row, board_id=by.board_id))
