"""Tips about associations: noted by number, day and question; ended with what came of them, and then forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from vetting.casework.domain.cases import InvalidationReason
from vetting.casework.domain.special_reviews import SpecialReviewOutcome
from vetting.casework.domain.tips import TipOutcome, wrong_with_tip
from vetting.casework.models.rescreening import request_rescreening_of_association
from vetting.casework.models.tips import Tip, find_tip, past_tips, tips_of
from vetting.casework.services.identities import association_to_act_on, conflict_free, names_beside_persons
from vetting.casework.services.reused_answers import return_to_queue
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.store.trail import TrailNote
from vetting.kernel.text import _
from vetting.people import kept_for, require_permission
from vetting.people.domain.personal_data import RetentionKind
from vetting.rules import value_criteria_in_force

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from vetting.casework.models.special_reviews import SpecialReview
    from vetting.kernel.store.session import Session, WritingSession


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTip:
    """What is noted of a tip; what it says stands in the diary."""

    number: str
    came_on: date | None
    question: str
    criteria: tuple[str, ...]


def register_tip(session: WritingSession, association_id: int, new: NewTip) -> Tip:
    """Notes a tip. The requirements it asks about are asked anew in every open case; the cases are shown again.

    Raises:
        Refused: no such association, a tip that is noted already, or something is missing, tells or names persons.
    """
    require_permission(session.person, Action.SPECIAL_REVIEW)
    association = association_to_act_on(session, association_id)
    problems = wrong_with_tip(
        new.number,
        new.came_on,
        new.question,
        new.criteria,
        offered=value_criteria_in_force(session, session.person.board_id, on=session.today),
        known_names=names_beside_persons(session, association.id),
        today=session.today,
    )
    if problems or new.came_on is None:
        raise Refused(Obstacle.INVALID, *problems)
    same = (
        Tip.board_id == session.person.board_id,
        Tip.association_id == association.id,
        Tip.number == new.number.strip(),
    )
    if session.scalar(select(Tip.id).where(*same)) is not None:
        raise Refused(Obstacle.STALE, Problem("number", _("Tipset är redan antecknat."), _("Se listan över tips.")))
    row = Tip(
        board_id=session.person.board_id,
        association_id=association.id,
        number=new.number.strip(),
        came_on=new.came_on,
        question=new.question.strip(),
        criteria=list(new.criteria),
        at=session.now,
        by_user_id=session.person.id,
    )
    session.add(row)
    session.flush()
    session.note("tip_registered", row, board_id=session.person.board_id)
    return_to_queue(session, session.person.board_id, association.id, InvalidationReason.TIP)
    return row


def close_tip(session: WritingSession, association_id: int, key: int, outcome: TipOutcome) -> Tip:
    """What came of a tip. One that led to nothing asks nothing from now on, and is forgotten after the board's time.

    Raises:
        Refused: no such tip, or it is ended already.
    """
    require_permission(session.person, Action.SPECIAL_REVIEW)
    association = association_to_act_on(session, association_id)
    row = find_tip(session, key, session.person.board_id, association.id)
    if row is None:
        raise Refused(Obstacle.MISSING)
    if row.closed_at is not None:
        raise Refused(Obstacle.STALE, Problem("outcome", _("Tipset är redan avslutat."), _("Se listan över tips.")))
    return _close(session, row, outcome)


def follow_review(session: WritingSession, review: SpecialReview) -> None:
    """Ends the open tips that a special review was opened from, as the review ended."""
    nothing = review.outcome == SpecialReviewOutcome.NONE
    for row in session.scalars(select(Tip).where(Tip.special_review_id == review.id, Tip.closed_at.is_(None))).all():
        _close(session, row, TipOutcome.NOTHING if nothing else TipOutcome.FOLLOWED)


def join_review(session: WritingSession, key: int, review: SpecialReview) -> None:
    """The special review is opened from an open tip about the same association.

    Raises:
        Refused: there is no such tip.
    """
    row = find_tip(session, key, review.board_id, review.association_id)
    if row is None or row.closed_at is not None:
        raise Refused(Obstacle.INVALID, Problem("tip", _("Tipset finns inte eller är avslutat."), _("Välj ett annat.")))
    row.special_review_id = review.id


def kept_tips(session: Session, association_id: int) -> Sequence[Tip]:
    """What is still kept of tips about an association, open ones first."""
    conflict_free(session, association_id)
    since = session.now - kept_for(session, session.person.board_id, RetentionKind.TIPS)
    return tips_of(session, session.person.board_id, association_id, since=since)


def delete_expired(session: WritingSession, board_id: int) -> int:
    """Removes a board's tips that led to nothing when their time is over. Returns how many."""
    gone = past_tips(session, board_id, session.now - kept_for(session, board_id, RetentionKind.TIPS))
    for row in gone:
        session.delete(row)
    if gone:
        session.flush()
        session.add_entry(TrailNote(action="tips_forgotten", by=None, at=session.now, board_id=board_id))
    return len(gone)


def _close(session: WritingSession, row: Tip, outcome: TipOutcome) -> Tip:
    row.outcome, row.closed_at = outcome, session.now
    request_rescreening_of_association(session, row.board_id, row.association_id)
    session.note("tip_closed", row, board_id=session.person.board_id, reason=outcome.value)
    return row
