"""Every act that receives, draws up or sends makes its record here, in its own transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetting.casework.domain.document_statuses import DocumentStatus
from vetting.casework.domain.records import RecordKind
from vetting.casework.models.records import Record, class_here, next_key, record_of
from vetting.kernel.dates import day_here
from vetting.kernel.text import OFFICIAL

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from vetting.casework.models.cases import Case
    from vetting.casework.models.meetings import Review
    from vetting.kernel.store.session import WritingSession
    from vetting.kernel.text import Words


def register_record(
    session: WritingSession,
    case: Case,
    kind: RecordKind,
    key: int,
    status: DocumentStatus = DocumentStatus.DRAWN_UP,
    *,
    on: date | None = None,
    party: str = "",
    way: str = "",
) -> Record:
    """A row is a record from now on; one that is so already, as a draft that was sent, says what it is now."""
    row = record_of(session, case.id, kind, key)
    if row is None:
        row = Record(
            board_id=case.board_id,
            case_id=case.id,
            kind=kind,
            key=key,
            record_class=class_here(session, case.board_id, kind),
            at=session.now,
        )
        session.add(row)
    row.status, row.on, row.party, row.way = status, on or day_here(session.now), party, way
    session.flush()
    return row


def keep_group_record(session: WritingSession, case: Case, review: Review) -> None:
    """Keeps a review of the group as a record, of the day that the case was treated."""
    register_record(session, case, RecordKind.GROUP, review.id, on=day_here(review.treated_at or session.now))


def register_text_record(
    session: WritingSession,
    case: Case,
    kind: RecordKind,
    parts: Sequence[tuple[Words, Sequence[str]]],
    status: DocumentStatus = DocumentStatus.ARRIVED,
    *,
    on: date | None = None,
    party: str = "",
) -> Record:
    """A record that holds what was said: the row where it stands now is written over when more comes.

    parts: heading and lines of each. party: who it came from or went to, where that is not the applicant.
    """
    key = next_key(session, case.id, kind)
    row = register_record(session, case, kind, key, status, on=on, party=party or case.name)
    row.said = [[heading.to(OFFICIAL), list(lines)] for heading, lines in parts if lines]
    session.flush()
    return row
