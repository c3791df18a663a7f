"""Where a decision stands by what has been noted of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from vetting.domain.after_decision import Event, Force, Happened, standing, wrong_with

DECIDED = date(2026, 3, 2)
ANNOUNCED = Event(what=Happened.ANNOUNCED, on=date(2026, 3, 16))
APPEALED = Event(what=Happened.APPEALED, on=date(2026, 3, 30), court="Förvaltningsrätten", number="T 1-26")


def happened(what: Happened, day: int) -> Event:
    return Event(what=what, on=date(2026, 5, day))


def test_a_decision_is_in_force_the_day_after_the_last_day_to_appeal() -> None:
    last = date(2026, 4, 7)  # three weeks end on Easter Monday
    assert standing([ANNOUNCED], last).force is Force.APPEAL_RUNNING
    after = standing([ANNOUNCED], last + timedelta(days=1))
    assert (after.force, after.in_force_on, after.binding) == (Force.IN_FORCE, date(2026, 4, 8), True)


def test_nothing_is_in_force_that_nobody_has_announced() -> None:
    assert standing([], date(2030, 1, 1)).force is Force.NOT_ANNOUNCED
    assert not standing([], date(2030, 1, 1)).binding


@pytest.mark.parametrize(
    ("events", "force", "binding"),
    [
        ([APPEALED], Force.APPEALED, False),
        ([APPEALED, happened(Happened.INHIBITED, 2)], Force.APPEALED, False),
        ([APPEALED, happened(Happened.UPHELD, 3)], Force.UPHELD, True),
        ([APPEALED, happened(Happened.QUASHED, 3)], Force.QUASHED, False),
        ([APPEALED, happened(Happened.APPEAL_ENDED, 3)], Force.IN_FORCE, True),
    ],
)
def test_a_court_decides_where_it_stands(events: list[Event], force: Force, *, binding: bool) -> None:
    found = standing([ANNOUNCED, *events], date(2026, 6, 1))
    assert (found.force, found.binding) == (force, binding)


def test_a_suspension_holds_until_it_is_lifted() -> None:
    held = [ANNOUNCED, APPEALED, happened(Happened.INHIBITED, 2)]
    assert standing(held, date(2026, 6, 1)).inhibited
    assert not standing([*held, happened(Happened.INHIBITION_LIFTED, 9)], date(2026, 6, 1)).inhibited


@pytest.mark.parametrize(
    ("before", "new", "where"),
    [
        ([], happened(Happened.QUASHED, 1), ["what"]),
        ([ANNOUNCED], Event(what=Happened.APPEALED, on=date(2026, 3, 20)), ["court"]),
        ([ANNOUNCED], Event(what=Happened.ANNOUNCED, on=date(2026, 3, 20)), ["what"]),
        ([ANNOUNCED, APPEALED], APPEALED, ["what"]),
        ([ANNOUNCED, APPEALED], Event(what=Happened.UPHELD, on=date(2026, 3, 20)), ["on"]),
        ([], Event(what=Happened.SENT, on=date(2026, 3, 1)), ["on"]),
        ([], Event(what=Happened.SENT, on=date(2026, 6, 2)), ["on"]),
        ([], Event(what=Happened.SENT, on=DECIDED), []),
    ],
)
def test_what_cannot_have_happened_is_refused(before: list[Event], new: Event, where: list[str]) -> None:
    found = wrong_with(before, new, decided_on=DECIDED, today=date(2026, 6, 1))
    assert [problem.where for problem in found] == where
