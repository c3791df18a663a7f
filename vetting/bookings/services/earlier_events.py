"""The same event as before: booker, title, room, weekday and hours are those of a booking that was answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import exists, select

from vetting.bookings.domain.weeks import WeekReviewReason, WeekSection
from vetting.bookings.services.answers import may_be_confirmed
from vetting.casework import is_initial_review_question
from vetting.casework.domain.cases import CaseState
from vetting.casework.models.assessments import AssessmentRow, AssessmentWithdrawal
from vetting.casework.models.cases import BookingRequest, Case, Occurrence, seen_by
from vetting.engine.evidence import CriterionAnswer
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import HERE, day_here, midnight
from vetting.kernel.text import OFFICIAL, _, day_in_words, same_in_both

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from vetting.bookings.services.weeks import Week, WeekBooking
    from vetting.engine.results import Finding
    from vetting.kernel.store.session import Session

KNOWN_FOR: Final = timedelta(days=100)
"""So long, some more than a term, an answer about an event is one to go by."""
MOST: Final = 5_000
_SAME_AS: Final = _("Samma arrangemang som ")
_Event = tuple[int | None, str, str, int, str, str]


@dataclass(frozen=True, slots=True)
class EarlierEvent:
    """The latest booking of the same event, and why it was confirmed."""

    number: str
    on: date
    met: Mapping[str, str]
    """Criterion -> why it was met, as it is said of this one."""


def find_earlier_events(session: Session, week: Week) -> dict[int, EarlierEvent]:
    """Booking -> the same event before the week, for those whose every question of it was answered there as met.

    By two questions for the whole week, where there is something to ask.
    """
    asked = {item.case.id: item for item in week.of(WeekSection.LOOK) if _is_asked_of_event(item)}
    if not asked:
        return {}
    before = _confirmed_before(session, list(asked.values()), week.monday)
    same = {key: before[event] for key, item in asked.items() if (event := _event_of(item)) in before}
    told = _answers(session, {case for case, _number, _on in same.values()})
    found = {}
    for key, (case, number, on) in same.items():
        points = event_points(asked[key])
        met = {
            point.criterion.id: told.get((case, point.criterion.id, point.criterion.fingerprint)) for point in points
        }
        known = {name: _as_before(number, on, because) for name, because in met.items() if because is not None}
        if len(known) == len(points):
            found[key] = EarlierEvent(number, on, known)
    return found


def event_points(item: WeekBooking) -> list[Finding]:
    """What is asked of a booking beside the value question."""
    return [finding for finding in item.asking if not is_initial_review_question(finding)]


def _is_asked_of_event(item: WeekBooking) -> bool:
    named = bool(item.request.title) and item.case.association_id is not None
    asked = item.why and {*item.why} == {WeekReviewReason.QUESTION} and bool(event_points(item))
    return bool(named and asked and may_be_confirmed(item.case, item.screening, item.conflict))


def _confirmed_before(
    session: Session, asked: Sequence[WeekBooking], monday: date
) -> dict[_Event, tuple[int, str, date]]:
    """Event -> the latest confirmed booking of it: its id, number and day."""
    rows = session.execute(
        select(
            Case.id,
            Case.number,
            Case.association_id,
            BookingRequest.title,
            Occurrence.room_name,
            Occurrence.starts_at,
            Occurrence.ends_at,
        )
        .join(BookingRequest, BookingRequest.case_id == Case.id)
        .join(Occurrence, Occurrence.case_id == Case.id)
        .where(
            Case.association_id.in_({item.case.association_id for item in asked}),
            Case.kind == CaseKind.BOOKING,
            Case.state == CaseState.CONFIRMED,
            Case.look_again_at.is_(None),
            seen_by(session.person, by_key=True),
            Occurrence.starts_at >= midnight(monday - KNOWN_FOR),
            Occurrence.starts_at < midnight(monday),
        )
        .order_by(Occurrence.starts_at, Case.id)
        .limit(MOST)
    )
    found: dict[_Event, tuple[int, str, date]] = {}
    for key, number, association, title, room, starts, ends in rows:
        if starts is not None:
            event = (association, _told_alike(title), room, *_hours(starts, ends))
            found[event] = key, number, day_here(starts)
    return found


def _event_of(item: WeekBooking) -> _Event | None:
    use = item.uses[0] if len(item.uses) == 1 else None
    if use is None or use.starts_at is None:
        return None
    return (
        item.case.association_id,
        _told_alike(item.request.title),
        use.room_name,
        *_hours(use.starts_at, use.ends_at),
    )


def _told_alike(title: str) -> str:
    return " ".join(title.casefold().split())


def _hours(starts: datetime, ends: datetime | None) -> tuple[int, str, str]:
    """The weekday and the hours, by the clock here."""
    first, last = starts.astimezone(HERE), ends.astimezone(HERE) if ends is not None else None
    return first.weekday(), f"{first:%H:%M}", f"{last:%H:%M}" if last is not None else ""


def _answers(session: Session, cases: set[int]) -> dict[tuple[int, str, str], str]:
    """Case, criterion and its wording -> why a person has answered that it is met, where that is the last word."""
    if not cases:
        return {}
    gone = exists(select(AssessmentWithdrawal.id).where(AssessmentWithdrawal.assessment_id == AssessmentRow.id))
    rows = session.scalars(
        select(AssessmentRow).where(AssessmentRow.case_id.in_(cases), ~gone).order_by(AssessmentRow.id)
    )
    last = {(row.case_id or 0, row.criterion, row.fingerprint): row for row in rows}
    return {key: row.reasons for key, row in last.items() if row.answer is CriterionAnswer.MET}


def _as_before(number: str, on: date, because: str) -> str:
    """Why it is met this time: what it was then, and where that stands."""
    if because.startswith(_SAME_AS.to(OFFICIAL)):
        return because  # it says already where that stands
    return (_SAME_AS + same_in_both(f"{number} ") + day_in_words(on) + same_in_both(": ")).to(OFFICIAL) + because
