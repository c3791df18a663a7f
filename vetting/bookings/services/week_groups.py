"""The bookings of a week that somebody looks at, by who books: one card each, the value question asked once."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.bookings.domain.weeks import WeekReviewReason, WeekSection
from vetting.bookings.services.answers import may_be_confirmed
from vetting.casework import is_initial_review_question
from vetting.kernel.organisation_numbers import fold_name

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from vetting.bookings.services.weeks import Week, WeekBooking
    from vetting.engine.results import Finding
    from vetting.engine.screening import BookerKind


class WeekQuestion(StrEnum):
    """What is asked of one who books, the first that is so: before who it is is known, nothing else can be answered."""

    WHO = "who"
    CLASH = "clash"
    EVENT = "event"
    VALUE = "value"


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekGroup:
    """One who books, with the bookings of the week that are to be looked at."""

    key: str
    """Tells groups of a week apart, in an address too."""
    name: str
    bookings: Sequence[WeekBooking]
    question: WeekQuestion
    as_before: Sequence[WeekBooking] = ()
    """Those whose every question was answered of the same event before."""

    @property
    def kind(self) -> BookerKind | None:
        return self.bookings[0].kind

    @property
    def looks(self) -> Sequence[Finding]:
        """The value criteria that one look answers, those of any of its bookings."""
        found = {
            item.criterion.id: item
            for booking in self.bookings
            for item in booking.asking
            if is_initial_review_question(item)
        }
        return tuple(found.values())

    @property
    def without_event_question(self) -> Sequence[WeekBooking]:
        """Its bookings of which only the value question is asked."""
        return tuple(filter(_is_only_a_look, self.bookings))

    @property
    def ticked_as(self) -> str:
        """What its tick says: each booking that the value question is all of, with the version that was seen."""
        return _as_ticked(self.without_event_question)

    @property
    def as_before_ticked(self) -> str:
        return _as_ticked(self.as_before)


def _as_ticked(items: Sequence[WeekBooking]) -> str:
    return " ".join(f"{item.case.number}/{item.case.version}" for item in items)


ONLY_A_LOOK: Final = (WeekReviewReason.QUESTION,)


def groups_of_week(week: Week, earlier: Collection[int] = ()) -> dict[WeekQuestion, list[WeekGroup]]:
    """What is to be looked at in a week, by who books, in the order of the first booking.

    earlier: the bookings whose event was answered before.
    """
    by_booker: dict[str, list[WeekBooking]] = {}
    for item in week.of(WeekSection.LOOK):
        by_booker.setdefault(_booker(item), []).append(item)
    found: dict[WeekQuestion, list[WeekGroup]] = {question: [] for question in WeekQuestion}
    for key, items in by_booker.items():
        question = question_of(items)
        known = [item for item in items if item.case.id in earlier]
        found[question].append(
            WeekGroup(key=key, name=items[0].case.name, bookings=items, question=question, as_before=known)
        )
    return found


def _booker(item: WeekBooking) -> str:
    """Who books: an association by its record; what has none by its name, where it has a name of its own."""
    case = item.case
    if item.conflict is not None:
        return f"n{case.id}"
    return f"f{case.association_id}" if case.association_id is not None else f"x{fold_name(case.name)}"


def question_of(items: Sequence[WeekBooking]) -> WeekQuestion:
    if any(item.conflict is not None for item in items):
        return WeekQuestion.WHO
    if any(item.clashes for item in items):
        return WeekQuestion.CLASH
    return WeekQuestion.VALUE if all(map(_is_only_a_look, items)) else WeekQuestion.EVENT


def _is_only_a_look(item: WeekBooking) -> bool:
    """Nothing is asked of it but whether something has come up about who books."""
    only = item.why == ONLY_A_LOOK and bool(item.asking) and all(map(is_initial_review_question, item.asking))
    return only and may_be_confirmed(item.case, item.screening, item.conflict)


def count_bookers(week: Week) -> int:
    """How many different ones book in the week."""
    return len({_booker(item) for item in week.bookings})
