"""Boards that have agreed to tell each other of decisions in force, and what there is to tell: never a ground."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import ForeignKey, Index, Text, and_, cast, func, or_, select
from sqlalchemy.orm import Mapped, Session

from vetting.associations.models.associations import records_of
from vetting.boards.models.people import Board
from vetting.cases.models.cases import Case
from vetting.decisions.models.decisions import Decision, quashed_decisions
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import ABOUT_THE_ASSOCIATION, DecisionOutcome
from vetting.kernel.store.base import Base, personal_column, public_column
from vetting.kernel.store.import_batches import not_taken_back
from vetting.payments.models.payments import Payment
from vetting.payments.models.reclaims import LedgerEntry, Reclaim

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select

IN_FORCE: Final = timedelta(days=365)
"""So long a refusal is told of."""
STOP, REFUSAL, RECLAIM = "stop", "refusal", "reclaim"


class BoardAgreement(Base):
    """A board's word that another may see its notices. They are shown when both have given it."""

    __tablename__ = "board_agreements"
    __table_args__ = (Index(None, "board_id", "other_id"),)

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    other_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    reference: Mapped[str] = public_column()
    """The registered decision to share."""
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))
    ended_at: Mapped[datetime | None] = public_column()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """That another board has a decision in force: what it is called, since when, and whom to ask."""

    board: str
    ask: str
    kind: str
    """stop, refusal, reclaim"""
    on: date


def agreeing_boards(session: Session, board_id: int) -> Sequence[Board]:
    """Boards that share with this one, both ways."""
    standing = BoardAgreement.ended_at.is_(None)
    given = select(BoardAgreement.other_id).where(BoardAgreement.board_id == board_id, standing)
    taken = select(BoardAgreement.board_id).where(BoardAgreement.other_id == board_id, standing)
    return session.scalars(select(Board).where(Board.id.in_(given), Board.id.in_(taken)).order_by(Board.id)).all()


def agreements(session: Session, board_id: int) -> Sequence[BoardAgreement]:
    """What a board has agreed to itself, and not ended."""
    wanted = (BoardAgreement.board_id == board_id) & BoardAgreement.ended_at.is_(None)
    return session.scalars(select(BoardAgreement).where(wanted).order_by(BoardAgreement.id)).all()


def notices(session: Session, board_id: int, association_id: int, *, on: date) -> list[Notice]:
    """What other boards that agreed have in force about an association."""
    boards = {board.id: board for board in agreeing_boards(session, board_id)}
    if not boards:
        return []
    theirs = and_(
        Case.board_id.in_(list(boards)),
        Case.association_id.in_(records_of(association_id)),
        not_taken_back(Case.batch_id),
    )
    found = [
        Notice(board=boards[board].name, ask=boards[board].contact or boards[board].name, kind=kind, on=day)
        for kind, wanted in ((STOP, _stops()), (REFUSAL, _refusals(on)), (RECLAIM, _reclaims()))
        for board, day in session.execute(wanted.where(theirs).group_by(Case.board_id))
        if day is not None
    ]
    return sorted(found, key=lambda notice: (notice.board, notice.kind))


def _stops() -> Select[int, date | None]:
    wanted = select(Case.board_id, func.max(Payment.stopped_on)).join(Payment, Payment.case_id == Case.id)
    return wanted.where(Payment.stopped_on.is_not(None), Payment.paid_on.is_(None))


def _refusals(on: date) -> Select[int, date | None]:
    """The last decision of a case, when it refused on grounds that say something of the association."""
    grounds = cast(Decision.grounds, Text)
    about_it = [grounds == "[]", *(grounds.contains(f'"{ground.value}"') for ground in sorted(ABOUT_THE_ASSOCIATION))]
    last = select(func.max(Decision.id)).where(Decision.kind.in_([kind.value for kind in CaseKind]))
    last = last.group_by(Decision.case_id)
    wanted = select(Case.board_id, func.max(Decision.decided_on)).join(Decision, Decision.case_id == Case.id)
    return wanted.where(
        Decision.id.in_(last),
        Decision.outcome == DecisionOutcome.REFUSED.value,
        or_(*about_it),
        Decision.decided_on >= on - IN_FORCE,
        Decision.id.not_in(quashed_decisions()),
    )


def _reclaims() -> Select[int, date | None]:
    """Decided, and not yet paid or waived whole."""
    back = select(func.coalesce(func.sum(LedgerEntry.amount), 0)).where(LedgerEntry.reclaim_id == Reclaim.id)
    wanted = select(Case.board_id, func.max(Decision.decided_on)).join(Reclaim, Reclaim.case_id == Case.id)
    wanted = wanted.join(Decision, Decision.id == Reclaim.reclaim_decision_id)
    return wanted.where(Reclaim.amount > back.scalar_subquery(), Decision.id.not_in(quashed_decisions()))
