"""What a person has before them, by day: for the page and for a calendar that says no names."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from vetting.boards.models import people
from vetting.boards.models.people import Board, CalendarToken
from vetting.boards.services.sign_in import digest_of
from vetting.bookings.services import room_bookings
from vetting.cases.domain.cases import OPEN, CaseState
from vetting.cases.models.cases import Case, Communication, in_states, seen_by
from vetting.formats.calendar import CalendarEntry, calendar_file
from vetting.group.models.meetings import Meeting
from vetting.group.models.special_reviews import ExpertOpinion, ReviewQuestion, ReviewVisit, SpecialReview
from vetting.group.models.special_reviews import seen_by as review_seen_by
from vetting.kernel.dates import day_here
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Action
from vetting.kernel.store.trail import TrailNote
from vetting.kernel.text import Words, _, in_context, same_in_both
from vetting.office.services.round_years import steps_between

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import WritingSession
    from vetting.kernel.text import Language

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
_MEETING: Final = in_context("heading", "Referensgruppen")


def due_items(session: Session, by: Person, *, on: date, all_late: bool = False) -> list[DueItem]:
    """What this person may see that falls due, from two weeks ago to three months ahead, the earliest first.

    all_late: also what was due before that, and is still open.
    """
    first, last = date.min if all_late else on - BEFORE, on + AHEAD
    found: list[DueItem] = []
    if by.may(Action.READ_CASES):
        for number, day in session.execute(
            select(Case.number, Case.due_on)
            .where(seen_by(by, Action.READ_CASES), in_states(OPEN), Case.due_on.between(first, last))
            .order_by(Case.due_on, Case.id)
            .limit(MOST)
        ):
            if day is not None:
                found.append(DueItem(day, DECIDE_BY, number))
    if by.may(Action.COMMUNICATE):
        found += _replies(session, by, first, last)
    if by.may(Action.READ_SPECIAL_REVIEWS):
        rows = session.execute(
            select(SpecialReview.number, SpecialReview.due_on).where(
                review_seen_by(by), SpecialReview.closed_on.is_(None), SpecialReview.due_on.between(first, last)
            )
        )
        found += [DueItem(day, _REVIEW, number) for number, day in rows]
        found += _in_reviews(session, by, first, last)
    return sorted(found, key=lambda item: (item.on, item.number))


def _in_reviews(session: Session, by: Person, first: date, last: date) -> list[DueItem]:
    """Answers that special reviews wait for, and visits in them."""
    own = (review_seen_by(by), SpecialReview.closed_on.is_(None))
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


def _replies(session: Session, by: Person, first: date, last: date) -> list[DueItem]:
    told = session.execute(
        select(Case.number, Communication.reply_by)
        .join(Communication, Communication.case_id == Case.id)
        .where(
            seen_by(by, Action.COMMUNICATE),
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
            seen_by(by, Action.COMMUNICATE, by_key=True),
            ExpertOpinion.board_id == by.board_id,
            ExpertOpinion.due_on.between(first, last),
            ExpertOpinion.answered_on.is_(None),
        )
        .limit(MOST)
    )
    return [DueItem(day, _REPLY, number) for number, day in told] + [
        DueItem(day, _EXPERT, number) for number, day in asked
    ]


def open_calendar(session: WritingSession, *, by: Person, at: datetime) -> str:
    """A new address of one's own calendar; the one before is worth nothing from now on.

    Returns its secret, which is kept nowhere.
    """
    for old in session.scalars(
        select(CalendarToken).where(CalendarToken.user_id == by.id, CalendarToken.board_id == by.board_id)
    ):
        session.delete(old)
    secret = secrets.token_urlsafe(32)
    row = CalendarToken(user_id=by.id, board_id=by.board_id, digest=digest_of(secret), at=at)
    session.add(row)
    session.flush()
    session.note(TrailNote(action="calendar_opened", by=by, at=at, subject=row, board_id=by.board_id))
    return secret


def calendar_feed(session: Session, secret: str, *, at: datetime, language: Language) -> bytes:
    """The calendar behind an address: meetings and due days by number, never a name; only what the person may see now.

    Raises:
        Refused: the address is nobody's, or its owner has no role in the board any more.
    """
    row = session.scalar(select(CalendarToken).where(CalendarToken.digest == digest_of(secret)))
    by = people.find_person(session, row.user_id, row.board_id, day_here(at)) if row is not None else None
    if by is None:
        raise Refused(Obstacle.MISSING)
    entries = [
        CalendarEntry(
            uid=f"{item.number}-{item.on.isoformat()}",
            title=(item.what + same_in_both(f" {item.number}")).to(language),
            on=item.on,
        )
        for item in due_items(session, by, on=at.date())
    ]
    entries += [
        CalendarEntry(
            uid=f"round-{line.into.id}-{line.moment}",
            title=(line.step.rule.words + same_in_both(f": {line.into.name}")).to(language),
            on=line.step.on,
        )
        for line in steps_between(session, at.date() - BEFORE, at.date() + AHEAD, by=by, on=at.date())
        if line.step.on is not None
    ]
    if room_bookings.has_own_bookings(session.get_one(Board, by.board_id)):
        entries += [
            CalendarEntry(
                uid=f"{case.number}-{use.id}",
                title=f"{use.room_name} {case.number}".strip(),
                on=use.starts_at,
                until=use.ends_at,
            )
            for use, case, _unused in room_bookings.booked_times_between(session, at - BEFORE, at + AHEAD, by=by)[:MOST]
            if use.starts_at is not None
        ]
    if by.may(Action.READ_MEETINGS):
        entries += [
            CalendarEntry(
                uid=f"meeting-{meeting.id}", title=_MEETING.to(language), on=meeting.starts_at.astimezone(UTC)
            )
            for meeting in _meetings(session, by, at)
        ]
    return calendar_file(entries, made_at=at)


def _meetings(session: Session, by: Person, at: datetime) -> Sequence[Meeting]:
    return session.scalars(
        select(Meeting)
        .where(Meeting.board_id == by.board_id, Meeting.starts_at >= at - BEFORE, ~Meeting.written)
        .order_by(Meeting.starts_at)
        .limit(MOST)
    ).all()
