"""What has been built on an import since it came: as long as there is nothing, it can be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import func, or_, select

from vetting.associations.models.associations import Association
from vetting.casework.domain.trail_events import EVENT_WORDS
from vetting.casework.models.cases import Case
from vetting.kernel.problem import Problem
from vetting.kernel.store.import_batches import ImportBatch, is_batch_not_undone
from vetting.kernel.store.trail import TrailEntry
from vetting.kernel.text import Words, _, lower_first, number_in_words, same_in_both
from vetting.money.models.payments import Payment

if TYPE_CHECKING:
    from vetting.kernel.store.session import Session

MOST_NAMED: Final = 10
BY_ITSELF: Final = ("case_received", "cases_screened")
"""What comes with the import, and what the program does without anybody: nobody has built on that."""


def obstacles_to_undoing(session: Session, batch: ImportBatch) -> list[Problem]:
    """What was done since with what came by an import, case by case; empty when it can be taken back."""
    found = [*_cases_worked_on(session, batch), *_named_again(session, batch), *_after_payment(session, batch)]
    if len(found) <= MOST_NAMED:
        return found
    more = number_in_words(len(found) - MOST_NAMED)
    rest = Problem(batch.file, _("Och {more} till.", more=more), _("Hantera ärendena vart för sig i stället."))
    return [*found[:MOST_NAMED], rest]


def _cases_worked_on(session: Session, batch: ImportBatch) -> list[Problem]:
    """Cases that somebody has done something in."""
    first = select(func.min(TrailEntry.id)).where(
        TrailEntry.object_type == ImportBatch.__tablename__, TrailEntry.object_id == batch.id
    )
    rows = session.execute(
        select(Case.number, func.min(TrailEntry.action))
        .join(TrailEntry, TrailEntry.case_id == Case.id)
        .where(Case.batch_id == batch.id, TrailEntry.id > first.scalar_subquery(), TrailEntry.action.not_in(BY_ITSELF))
        .group_by(Case.number)
        .order_by(Case.number)
        .limit(1_000)
    )
    return [_undo_obstacle(case, _done_since(case, action)) for case, action in rows]


def _done_since(case: str, action: str) -> Words:
    done = lower_first(EVENT_WORDS.get(action, same_in_both(action)))
    return _("{case} har behandlats sedan dess: ", case=case) + done + same_in_both(".")


def _named_again(session: Session, batch: ImportBatch) -> list[Problem]:
    """Cases that came otherwise, of associations that came by this import."""
    rows = session.execute(
        select(Case.number)
        .join(Association, Association.id == Case.association_id)
        .where(
            Association.batch_id == batch.id,
            Case.board_id == batch.board_id,
            is_batch_not_undone(Case.batch_id),
            or_(Case.batch_id.is_(None), Case.batch_id != batch.id),
        )
        .order_by(Case.id)
        .limit(1_000)
    )
    return [
        _undo_obstacle(case, _("{case} gäller en förening som lästes in med listan.", case=case)) for (case,) in rows
    ]


def _after_payment(session: Session, batch: ImportBatch) -> list[Problem]:
    """Cases in which something was done since the list marked a payment of theirs."""
    told = select(func.max(TrailEntry.id)).where(
        TrailEntry.object_type == ImportBatch.__tablename__, TrailEntry.object_id == batch.id
    )
    rows = session.execute(
        select(Case.number, func.min(TrailEntry.action))
        .join(TrailEntry, TrailEntry.case_id == Case.id)
        .where(
            Case.id.in_(select(Payment.case_id).where(Payment.batch_id == batch.id)),
            TrailEntry.id > told.scalar_subquery(),
            TrailEntry.action != "cases_screened",
        )
        .group_by(Case.number)
        .order_by(Case.number)
        .limit(1_000)
    )
    return [_undo_obstacle(case, _done_since(case, action)) for case, action in rows]


def _undo_obstacle(case: str, what: Words) -> Problem:
    return Problem(case, what, _("Ändra eller avsluta ärendet för sig."))
