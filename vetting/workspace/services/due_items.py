"""Due days of the cases and reviews that a person may see, earliest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from vetting.casework.domain.cases import OPEN, CaseState
from vetting.casework.models.cases import Case, Communication, in_states, seen_by
from vetting.casework.models.special_reviews import ExpertOpinion, ReviewQuestion, ReviewVisit, SpecialReview
from vetting.casework.models.special_reviews import seen_by as review_seen_by
from vetting.kernel.roles import Action
from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from vetting.kernel.store.session import Session

AHEAD: Final = timedelta(days=90)
BEFORE: Final = timedelta(days=14)
MOST: Final = 200


@dataclass(frozen=True, slots=True)
class DueItem:
    """Something with a day: what, and in which case or review, by number only."""

    on: date
    what: Words
    number: str


DECIDE_BY: Final = _("Beslut ska fattas")
_REPLY: Final = _("Svarstiden går ut")
_EXPERT: Final = _("Sakkunnig ska ha svarat")
_REVIEW: Final = _("Fördjupad kontroll ska vara klar")
_ANSWER: Final = _("Föreningen ska ha svarat i en fördjupad kontroll")
_VISIT: Final = _("Besök i en fördjupad kontroll")


def due_items(session: Session, *, on: date, all_late: bool = False) -> list[DueItem]:
    """What this person may see that falls due, from two weeks ago to three months ahead, the earliest first.

    all_late: also what was due before that, and is still open.
    """
    first, last = date.min if all_late else on - BEFORE, on + AHEAD
    found: list[DueItem] = []
    if session.person.may(Action.READ_CASES):
        for number, day in session.execute(
            select(Case.number, Case.due_on)
            .where(seen_by(session.person, Action.READ_CASES), in_states(OPEN), Case.due_on.between(first, last))
            .order_by(Case.due_on, Case.id)
            .limit(MOST)
        ):
            if day is not None:
                found.append(DueItem(day, DECIDE_BY, number))
    if session.person.may(Action.COMMUNICATE):
        found += _replies(session, first, last)
    if session.person.may(Action.READ_SPECIAL_REVIEWS):
        rows = session.execute(
            select(SpecialReview.number, SpecialReview.due_on).where(
                review_seen_by(session.person),
                SpecialReview.closed_on.is_(None),
                SpecialReview.due_on.between(first, last),
            )
        )
        found += [DueItem(day, _REVIEW, number) for number, day in rows]
        found += _in_reviews(session, first, last)
    return sorted(found, key=lambda item: (item.on, item.number))


def _in_reviews(session: Session, first: date, last: date) -> list[DueItem]:
    """Answers that special reviews wait for, and visits in them."""
    own = (review_seen_by(session.person), SpecialReview.closed_on.is_(None))
    asked = session.execute(
        select(SpecialReview.number, ReviewQuestion.reply_by)
        .join(ReviewQuestion, ReviewQuestion.special_review_id == SpecialReview.id)
        .where(*own, ReviewQuestion.answered_on.is_(None), ReviewQuestion.reply_by.between(first, last))
    )
    visits = session.execute(
        select(SpecialReview.number, ReviewVisit.on)
        .join(ReviewVisit, ReviewVisit.special_review_id == SpecialReview.id)
        .where(*own, ReviewVisit.seen_on.is_(None), ReviewVisit.on.between(first, last))
    )
    return [DueItem(day, _ANSWER, number) for number, day in asked if day is not None] + [
        DueItem(day, _VISIT, number) for number, day in visits
    ]


def _replies(session: Session, first: date, last: date) -> list[DueItem]:
    told = session.execute(
        select(Case.number, Communication.reply_by)
        .join(Communication, Communication.case_id == Case.id)
        .where(
            seen_by(session.person, Action.COMMUNICATE),
            in_states([CaseState.COMMUNICATION]),
            Communication.replied_on.is_(None),
            Communication.reply_by.between(first, last),
        )
        .limit(MOST)
    )
    asked = session.execute(
        select(Case.number, ExpertOpinion.due_on)
        .join(ExpertOpinion, ExpertOpinion.case_id == Case.id)
        .where(
            seen_by(session.person, Action.COMMUNICATE, by_key=True),
            ExpertOpinion.board_id == session.person.board_id,
            ExpertOpinion.due_on.between(first, last),
            ExpertOpinion.answered_on.is_(None),
        )
        .limit(MOST)
    )
    return [DueItem(day, _REPLY, number) for number, day in told] + [
        DueItem(day, _EXPERT, number) for number, day in asked
    ]
