"""The week in the rooms: what a person looks at and why, what has no questions, what was answered."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from vetting import casework
from vetting.bookings.domain.bookers import asks_organiser
from vetting.bookings.domain.letting import letting_of
from vetting.bookings.domain.room_bookings import LONGEST_ORDINARY, PriceClass
from vetting.bookings.domain.weeks import (
    WeekReviewReason,
    WeekSection,
    answer_words,
    is_in_sample,
    monday_before,
    next_monday,
    place_of,
    week_of,
)
from vetting.bookings.models.clashes import clashes_of
from vetting.bookings.services.bookers import kinds_of
from vetting.casework import last_of_many
from vetting.casework.domain.cases import OPEN, CaseMarkKind, CaseState, InvalidationReason
from vetting.casework.models.cases import (
    BookingRequest,
    Case,
    CaseMark,
    Occurrence,
    find_case,
    occurrences,
    seen_by,
    times_between,
)
from vetting.casework.models.decisions import on_conditions
from vetting.casework.models.rescreening import not_rescreened
from vetting.casework.models.screenings import StoredScreening
from vetting.casework.models.special_reviews import ExpertOpinion, awaited_opinions
from vetting.engine.proposal import Proposal
from vetting.engine.screening import BookerKind
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import day_here, midnight
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.store import trail
from vetting.people.models.people import Board

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from vetting.bookings.models.clashes import Clash
    from vetting.casework import NameConflict
    from vetting.engine.results import Finding
    from vetting.engine.screening import Screening
    from vetting.kernel.store.base import Plain
    from vetting.kernel.store.session import Session
    from vetting.kernel.text import Words

MOST_SHOWN: Final = 60
"""Bookings that are shown with their questions: more are reached when these are answered."""
NO_QUESTIONS: Final = frozenset({Proposal.APPROVE.value, Proposal.REFER.value})
_OPEN: Final = tuple(sorted(state.value for state in OPEN))
_WAITING: Final = frozenset({CaseState.COMPLETION, CaseState.REFERRED, CaseState.COMMUNICATION, CaseState.READY})
_WHY: Final[Mapping[str, WeekReviewReason]] = {
    Proposal.REFUSE.value: WeekReviewReason.NOT_MET,
    Proposal.DISMISS.value: WeekReviewReason.NOT_MET,
    Proposal.PAUSE_PAYMENT.value: WeekReviewReason.NOT_MET,
    Proposal.RECLAIM.value: WeekReviewReason.NOT_MET,
    Proposal.COMPLETE.value: WeekReviewReason.MISSING,
    Proposal.ASSESS.value: WeekReviewReason.QUESTION,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekBooking:
    """One booking of the week."""

    case: Case
    request: BookingRequest
    uses: Sequence[Occurrence]
    """Its times in the week, the earliest first."""
    why: tuple[WeekReviewReason, ...] = ()
    screening: Screening | None = None
    """What the rules say, of those that are looked at."""
    kind: BookerKind | None = None
    """What whoever books is, where somebody has said it."""
    place: WeekSection = WeekSection.PLAIN
    """To be looked at, without questions, or answered."""
    with_conditions: bool = False
    asked: Sequence[ExpertOpinion] = ()
    """What the coordinator was asked, where an answer is awaited."""
    conflict: NameConflict | None = None
    """Its number is one association's, its name another's."""
    clashes: Sequence[Clash] = ()
    """The bookings that have, or want, its room at the same time."""
    elsewhere: Words | None = None
    """That something about the association is examined in another case, and whom to ask."""
    series: tuple[int, date] | None = None
    """How many times it has in all and the day of the last, of one with several."""
    same_time: str = ""
    """The number of another booking of the same booker, in the same room at the same time: likely the same twice."""
    changed: Plain = field(default_factory=dict)
    """What a list said otherwise last, of one that is looked at for that: {"was": ..., "now": ...}."""

    @property
    def answer(self) -> Words:
        again = self.case.look_again_at is not None
        return answer_words(self.case.state, with_conditions=self.with_conditions, looked_at_again=again)

    @property
    def asking(self) -> Sequence[Finding]:
        """The points that make a person look, the weightiest first."""
        if self.screening is None:
            return ()
        order = [*Proposal]
        found = [item for item in self.screening.findings if item.effect and item.effect.value in _WHY]
        return sorted(found, key=lambda item: order.index(item.effect or Proposal.APPROVE))


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekTally:
    """How many were shown, why, and what came of it."""

    shown: int
    why: Mapping[WeekReviewReason, int]
    fine: int
    not_fine: int
    left: int
    without_questions: int
    own_units: int
    """Those of the board's own units, among the ones without questions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """A board's bookings from a Monday to the Sunday."""

    monday: date
    bookings: Sequence[WeekBooking]
    tally: WeekTally
    seed: str
    """What the sample is drawn with."""
    in_hundred: int
    untimed: Sequence[Case] = ()
    """Open bookings whose time could not be read: they stand in no week."""

    @property
    def bookers_unsaid(self) -> int:
        """How many of those who book nobody has said the kind of; private persons are none of them."""
        return len({item.case.association_id for item in self.bookings if item.kind is None} - {None})

    def of(self, place: WeekSection) -> list[WeekBooking]:
        return [item for item in self.bookings if item.place is place]


def seed_of(board: Board, monday: date) -> str:
    return f"{board.code} {week_of(monday)}"


def is_drawn(session: Session, case: Case) -> bool:
    """Whether a booking is drawn for control in any of the weeks that it has a time in."""
    board = session.get_one(Board, case.board_id)
    in_hundred = letting_of(board.bookings).drawn_in_hundred
    days = {day_here(use.starts_at) for use in occurrences(session, case.id) if use.starts_at}
    mondays = {monday_before(day) for day in days}
    return any(is_in_sample(seed_of(board, monday), case.number, in_hundred) for monday in mondays)


def bookings_of_week(session: Session, monday: date, *, on: date) -> Week:
    """The bookings with a time in the week, by time and room; the few to look at with what the rules say of them."""
    board = session.get_one(Board, session.person.board_id)
    found = _bookings_of_week(session, monday)
    seed, in_hundred = seed_of(board, monday), letting_of(board.bookings).drawn_in_hundred
    in_sample = {item.case.id for item in found if is_in_sample(seed, item.case.number, in_hundred)}
    kinds = kinds_of(session, session.person.board_id, [item.case for item in found])
    own = {key for key, kind in kinds.items() if kind is BookerKind.OWN_UNIT}
    in_sample -= own
    shown = in_sample | {key for key, kind in kinds.items() if kind is BookerKind.STUDY_ASSOCIATION}
    shown |= {item.case.id for item in found if item.request.rate == PriceClass.ZERO}
    still_open = [item.case for item in found if _open(item.case)]
    shown |= not_rescreened(session, still_open, on)
    looked_at = [case for case in still_open if case.proposal not in NO_QUESTIONS or case.id in shown - own]
    judged = last_of_many(session, looked_at, on=on)
    names = casework.name_conflicts_of(session, still_open)
    clashing = clashes_of(
        session,
        session.person.board_id,
        [case.id for case in still_open],
        between=(midnight(monday), midnight(next_monday(monday))),
    )
    told_elsewhere = casework.examined_elsewhere(session, session.person.board_id, still_open)
    bookings = [
        _place_booking(
            replace(
                item,
                conflict=names.get(item.case.id),
                elsewhere=told_elsewhere.get(item.case.id),
                clashes=clashing.get(item.case.id, ()),
                kind=kinds.get(item.case.id),
            ),
            judged.get(item.case.id),
            in_sample=item.case.id in in_sample,
        )
        for item in found
    ]
    bookings = _with_series(session, _with_history(session, bookings))
    tally = _tally(session, bookings, seed, in_hundred)
    return Week(
        monday=monday,
        bookings=bookings,
        tally=tally,
        seed=seed,
        in_hundred=in_hundred,
        untimed=_bookings_without_time(session),
    )


def _place_booking(item: WeekBooking, screening: Screening | None, *, in_sample: bool) -> WeekBooking:
    why = _why(item, screening, in_sample=in_sample)
    place = place_of(item.case.state, why)
    return replace(item, why=why, screening=screening, place=place)


def _with_history(session: Session, bookings: Sequence[WeekBooking]) -> list[WeekBooking]:
    """The same, with conditions, what a list has changed since, and what the coordinator was asked."""
    confirmed = [item.case.id for item in bookings if item.case.state == CaseState.CONFIRMED]
    conditioned = on_conditions(session, confirmed)
    again = [item.case.id for item in bookings if item.case.look_again_because == InvalidationReason.CHANGED.value]
    changed = trail.newest_of(session, again, "booking_changed_in_list")
    asked = awaited_opinions(session, [item.case.id for item in bookings if item.case.state == CaseState.REFERRED])
    told = {*conditioned, *changed, *asked}
    return [
        replace(
            item,
            with_conditions=item.case.id in conditioned,
            changed=changed.get(item.case.id, {}),
            asked=asked.get(item.case.id, ()),
        )
        if item.case.id in told
        else item
        for item in bookings
    ]


def _with_series(session: Session, bookings: Sequence[WeekBooking]) -> list[WeekBooking]:
    """The same, with how long those of several times go on, and which of them look like one booking twice."""
    count, last = func.count(Occurrence.id), func.max(Occurrence.starts_at)
    rows = session.execute(
        select(Occurrence.case_id, count, last)
        .where(Occurrence.case_id.in_([item.case.id for item in bookings]))
        .group_by(Occurrence.case_id)
        .having(count > 1)
    )
    series = {key: (number, day_here(newest)) for key, number, newest in rows if newest is not None}
    first_at: dict[tuple[object, ...], str] = {}
    twins: dict[int, str] = {}
    for item in bookings:
        for use in item.uses:
            if use.starts_at is None or item.case.association_id is None or item.case.state == CaseState.CANCELLED:
                continue
            place = (item.case.association_id, use.room_id, use.room_name, use.starts_at, use.ends_at)
            other = first_at.setdefault(place, item.case.number)
            if other != item.case.number:
                twins[item.case.id] = other
    return [
        replace(item, series=series.get(item.case.id), same_time=twins.get(item.case.id, ""))
        if item.case.id in series or item.case.id in twins
        else item
        for item in bookings
    ]


def is_long(uses: Iterable[Occurrence]) -> bool:
    """Whether a time lasts longer than most days do: a mistyped end, or something to ask about."""
    return any(use.starts_at and use.ends_at and use.ends_at - use.starts_at > LONGEST_ORDINARY for use in uses)


def nearest_week(session: Session, *, on: date) -> date:
    """The Monday of the first week from today with a booking to answer; of this week where there is none."""
    first = session.scalar(
        select(Occurrence.starts_at)
        .join(Case, Case.id == Occurrence.case_id)
        .where(
            Occurrence.starts_at >= midnight(monday_before(on)),
            Case.kind == CaseKind.BOOKING,
            Case.state.in_(_OPEN),
            seen_by(session.person, by_key=True),
        )
        .order_by(Occurrence.starts_at)
        .limit(1)
    )
    return monday_before(day_here(first) if first is not None else on)


def booking_in_week(session: Session, number: str, *, on: date) -> WeekBooking:
    """One booking as the week shows it.

    Raises:
        Refused: there is none for this person.
    """
    case = find_case(session, number)
    if case is None or case.kind is not CaseKind.BOOKING:
        raise Refused(Obstacle.MISSING)
    request = session.scalars(select(BookingRequest).where(BookingRequest.case_id == case.id)).one()
    screening = last_of_many(session, [case], on=on).get(case.id)
    return WeekBooking(case=case, request=request, uses=occurrences(session, case.id), screening=screening)


def _bookings_without_time(session: Session) -> Sequence[Case]:
    keys = select(Occurrence.case_id).where(Occurrence.starts_at.is_(None), Occurrence.state.in_(_OPEN))
    wanted = select(Case).where(Case.id.in_(keys), Case.state.in_(_OPEN), seen_by(session.person, by_key=True))
    return session.scalars(wanted.order_by(Case.id).limit(MOST_SHOWN)).all()


def _bookings_of_week(session: Session, monday: date) -> list[WeekBooking]:
    rows = times_between(session, midnight(monday), midnight(next_monday(monday)))
    uses: dict[int, list[Occurrence]] = {}
    told: dict[int, tuple[Case, BookingRequest]] = {}
    for use, case, request in rows:
        uses.setdefault(case.id, []).append(use)
        told[case.id] = (case, request)
    return [WeekBooking(case=case, request=request, uses=uses[key]) for key, (case, request) in told.items()]


def _open(case: Case) -> bool:
    return case.state in OPEN


def _why(item: WeekBooking, screening: Screening | None, *, in_sample: bool) -> tuple[WeekReviewReason, ...]:
    """Why a person looks at it; nothing where none need. A claim for the zero rate always goes to a person."""
    case = item.case
    found: list[WeekReviewReason] = []
    if item.conflict is not None:
        found.append(WeekReviewReason.OTHER_NAME)
    if item.clashes:
        found.append(WeekReviewReason.CLASH)
    if item.kind is BookerKind.OWN_UNIT:
        return tuple(found)
    if item.elsewhere is not None:
        found.append(WeekReviewReason.ELSEWHERE)
    if _open(case):
        found += _why_by_rules(case, screening)
        if item.kind is BookerKind.STUDY_ASSOCIATION and asks_organiser(case.name, screening):
            found.append(WeekReviewReason.ORGANISER)
        if item.request.rate == PriceClass.ZERO:
            found.append(WeekReviewReason.ZERO_PRICE)
        if is_long(item.uses):
            found.append(WeekReviewReason.LONG)
        if case.state in _WAITING:
            found.append(WeekReviewReason.WAITS)
        if in_sample and not found:
            found.append(WeekReviewReason.DRAWN)
    if case.look_again_at is not None:
        found.append(WeekReviewReason.FALLEN)
    return tuple(found)


def _why_by_rules(case: Case, screening: Screening | None) -> list[WeekReviewReason]:
    if case.rule_version_id is None:
        return [WeekReviewReason.NO_RULES]
    if case.screening_id is None:
        return [WeekReviewReason.NOT_JUDGED]
    return why_of(finding.effect.value for finding in screening.findings if finding.effect) if screening else []


def why_of(effects: Iterable[str]) -> list[WeekReviewReason]:
    """Why a person looks, by what the points would lead to."""
    given = {_WHY[effect] for effect in effects if effect in _WHY}
    return [why for why in WeekReviewReason if why in given]


def _tally(session: Session, bookings: Sequence[WeekBooking], seed: str, in_hundred: int) -> WeekTally:
    """What was shown: what somebody looks at now, what had a question at first, what was not answered in one stroke."""
    in_one_stroke = _confirmed_unasked(session, [item.case.id for item in bookings])
    first = _first_screenings(session, [item.case.id for item in bookings if item.place is not WeekSection.LOOK])
    looked_at = [item for item in bookings if item.place is WeekSection.LOOK]
    shown: list[WeekBooking] = []
    why: Counter[WeekReviewReason] = Counter()
    for item in looked_at:
        why.update(item.why)
    for item in bookings:
        if item.place is WeekSection.LOOK or item.case.state == CaseState.CANCELLED:
            continue
        if item.kind is BookerKind.OWN_UNIT:
            continue
        effects = [one["effect"] for one in first.get(item.case.id, {}).values() if one["effect"]]
        reasons = why_of(effects)
        reasons += [WeekReviewReason.ZERO_PRICE] if item.request.rate == PriceClass.ZERO else []
        reasons += [WeekReviewReason.LONG] if is_long(item.uses) else []
        alone = item.place is WeekSection.ANSWERED and item.case.id not in in_one_stroke
        if not reasons and not alone:
            continue
        shown.append(item)
        why.update(
            reasons
            or (
                [WeekReviewReason.DRAWN]
                if is_in_sample(seed, item.case.number, in_hundred)
                else [WeekReviewReason.WAITS]
            )
        )
    answered = [item for item in shown if item.place is WeekSection.ANSWERED]
    fine = sum(1 for item in answered if item.case.state == CaseState.CONFIRMED)
    standing = sum(
        1 for item in bookings if item.place is WeekSection.LOOK or item.case.state != CaseState.CANCELLED.value
    )
    return WeekTally(
        shown=len(looked_at) + len(shown),
        why={name: why[name] for name in WeekReviewReason if why[name]},
        fine=fine,
        not_fine=len(answered) - fine,
        left=len(looked_at) + sum(1 for item in shown if item.place is WeekSection.PLAIN),
        without_questions=standing - len(shown) - len(looked_at),
        own_units=sum(
            1
            for item in bookings
            if item.kind is BookerKind.OWN_UNIT
            and item.place is not WeekSection.LOOK
            and item.case.state != CaseState.CANCELLED.value
        ),
    )


def _confirmed_unasked(session: Session, keys: Sequence[int]) -> set[int]:
    """The bookings that were confirmed without questions, and have not been opened again since."""
    again = func.coalesce(Case.reopened_at < CaseMark.at, Case.reopened_at.is_(None))
    rows = session.scalars(
        select(CaseMark.case_id)
        .join(Case, Case.id == CaseMark.case_id)
        .where(CaseMark.case_id.in_(keys), CaseMark.kind == CaseMarkKind.WITHOUT_QUESTIONS.value, again)
    )
    return set(rows)


def _first_screenings(session: Session, keys: Sequence[int]) -> dict[int, dict[str, dict[str, str | None]]]:
    if not keys:
        return {}
    row = StoredScreening
    first = select(func.min(row.id)).where(row.case_id.in_(keys)).group_by(row.case_id)
    rows = session.execute(select(row.case_id, row.results).where(row.id.in_(first)))
    return {key: results for key, results in rows}  # noqa: C416 - dict() of rows carries no types
