"""What is no record goes when its time is over, board by board, and the trail says how much."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import select

from vetting.bookings.services import quick_checks
from vetting.casework.services import assessment_drafts, incoming, tips
from vetting.kernel.store.acting import Acting, Purpose
from vetting.kernel.store.session import open_reading, run_in_transaction
from vetting.kernel.store.trail import TrailNote
from vetting.lists.services import staged_files
from vetting.people.domain.personal_data import RetentionKind
from vetting.people.models.people import Board
from vetting.people.services import sign_in
from vetting.people.services.personal_data import kept_for
from vetting.records.services import trail_pages

if TYPE_CHECKING:
    from datetime import datetime

    from vetting.kernel.store.engine import Database
    from vetting.kernel.store.session import WritingSession


def remove_old(database: Database, *, at: datetime) -> None:
    """Removes what every board has decided to keep no longer; each board in a transaction of its own."""
    with open_reading(database, Acting(Purpose.RETENTION, at)) as session:
        boards = session.scalars(select(Board.id).order_by(Board.id)).all()
    for board_id in boards:
        run_in_transaction(
            database, partial(remove_old_of, board_id=board_id), Acting(Purpose.RETENTION, at), boards=[board_id]
        )


def remove_old_of(session: WritingSession, board_id: int) -> dict[RetentionKind, int]:
    """Removes what one board keeps no longer. Returns how much of each went; an entry says so where anything did."""
    gone = {
        RetentionKind.FILES: staged_files.delete_expired(session, board_id),
        RetentionKind.POSTS: incoming.delete_expired(session, board_id),
        RetentionKind.CHECKS: quick_checks.delete_expired(session, board_id),
        RetentionKind.SIGN_INS: sign_in.delete_expired(
            session, board_id, kept=kept_for(session, board_id, RetentionKind.SIGN_INS)
        ),
        RetentionKind.READS: trail_pages.delete_expired(
            session, board_id, kept=kept_for(session, board_id, RetentionKind.READS)
        ),
        RetentionKind.TEXTS: sign_in.forget_texts(
            session, board_id, kept=kept_for(session, board_id, RetentionKind.TEXTS)
        ),
        RetentionKind.TIPS: tips.delete_expired(session, board_id),
        RetentionKind.DRAFTS: assessment_drafts.forget_texts(
            session, board_id, kept=kept_for(session, board_id, RetentionKind.DRAFTS)
        ),
    }
    sign_in.forget_sent_forms(session, board_id)
    if any(gone.values()):
        reason = ", ".join(f"{what} {number}" for what, number in gone.items() if number)
        session.add_entry(TrailNote(action="old_removed", by=None, at=session.now, board_id=board_id, reason=reason))
    return gone
