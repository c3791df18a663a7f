"""Functions that the pages of rules call by `vetting.rules.services.cases_under_rules.CASES`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from vetting.casework.models.cases import Case
from vetting.casework.services.rule_moves import could_move, move_cases
from vetting.casework.services.what_if import result_for as trial_result
from vetting.kernel.store.import_batches import is_batch_not_undone
from vetting.rules.models import WordHit

if TYPE_CHECKING:
    from datetime import date

    from vetting.kernel.store.session import Session

__all__ = ["could_move", "count_screened", "move_cases", "trial_result", "word_hits"]


def word_hits(session: Session, board_id: int) -> dict[tuple[str, str], tuple[int, date]]:
    """(list, entry) -> in how many of the board's cases it has been found, and when last. Names no case."""
    rows = session.execute(
        select(WordHit.list, WordHit.entry, func.count(), func.max(WordHit.on))
        .join(Case, Case.id == WordHit.case_id)
        .where(WordHit.board_id == board_id, is_batch_not_undone(Case.batch_id))
        .group_by(WordHit.list, WordHit.entry)
    )
    return {(name, entry): (int(number), last) for name, entry, number, last in rows}


def count_screened(session: Session, board_id: int, day: date) -> int:
    """Counts the screened cases that came in from a day on."""
    wanted = (Case.board_id == board_id) & (Case.received_on >= day) & Case.screening_id.is_not(None)
    wanted &= is_batch_not_undone(Case.batch_id)
    return int(session.scalar(select(func.count(Case.id)).where(wanted)) or 0)
