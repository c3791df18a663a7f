"""Answers that are being written: kept for whoever writes them, and seen by those who assess the same case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from vetting.casework.models.assessments import AssessmentDraft, assessment_drafts_of
from vetting.casework.models.cases import Case
from vetting.casework.services.cases import open_case, still_open
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Action

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

    from vetting.casework.models.assessments import AssessmentRow
    from vetting.kernel.store.session import WritingSession

KEPT: Final = frozenset({"answer"})
"""Fields of a draft that hold no free text: the begun answer stays an open point."""
MOST_DRAFTS: Final = 200
"""In one case: more than its criteria times its colleagues is nobody's work."""


def save_draft(session: WritingSession, number: str, criterion: str, fields: Mapping[str, object]) -> AssessmentDraft:
    """Keeps what somebody has typed so far, as it is; it is no answer, so nothing is judged by it.

    Raises:
        Refused: it is not this person's case to assess, or it is decided.
    """
    case = open_case(session, number, action=Action.ASSESS)
    still_open(case)
    found = _own(session, case.id, criterion)
    if found is None:
        if len(assessment_drafts_of(session, case.id)) >= MOST_DRAFTS:
            raise Refused(Obstacle.INVALID)
        found = AssessmentDraft(
            case_id=case.id, criterion=criterion, user_id=session.person.id, fields=dict(fields), at=session.now
        )
        session.add(found)
    else:
        found.fields, found.at = dict(fields), session.now
    session.flush()
    return found


def discard_draft(session: WritingSession, number: str, criterion: str) -> None:
    """Throws one's own draft away.

    Raises:
        Refused: there is none.
    """
    case = open_case(session, number, action=Action.ASSESS)
    found = _own(session, case.id, criterion)
    if found is None:
        raise Refused(Obstacle.MISSING)
    session.delete(found)


def remove_answered_draft(session: WritingSession, row: AssessmentRow) -> None:
    found = _own(session, row.made_in_case_id, row.criterion)
    if found is not None:
        session.delete(found)


def forget_texts(session: WritingSession, board_id: int, *, kept: timedelta) -> int:
    """Takes the texts out of drafts that nobody has gone on with; which answer was begun stays. Returns how many."""
    wanted = (
        select(AssessmentDraft)
        .join(Case, Case.id == AssessmentDraft.case_id)
        .where(Case.board_id == board_id, AssessmentDraft.at < session.now - kept)
    )
    old = [row for row in session.scalars(wanted) if row.fields.keys() - KEPT]
    for row in old:
        row.fields = {name: typed for name, typed in row.fields.items() if name in KEPT}
    return len(old)


def _own(session: WritingSession, case_id: int, criterion: str) -> AssessmentDraft | None:
    return session.scalar(
        select(AssessmentDraft).where(
            AssessmentDraft.case_id == case_id,
            AssessmentDraft.criterion == criterion,
            AssessmentDraft.user_id == session.person.id,
        )
    )
