"""Where a decision stands by what has been noted of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from vetting.casework.domain.legal_force import (
    DecisionEventFact,
    DecisionEventKind,
    DecisionForce,
    decision_status,
    wrong_with,
)

DECIDED = date(2026, 3, 2)
ANNOUNCED = DecisionEventFact(what=DecisionEventKind.ANNOUNCED, on=date(2026, 3, 16))
APPEALED = DecisionEventFact(
    what=DecisionEventKind.APPEALED, on=date(2026, 3, 30), court="Förvaltningsrätten", number="T 1-26"
)


def happened(what: DecisionEventKind, day: int) -> DecisionEventFact:
    return DecisionEventFact(what=what, on=date(2026, 5, day))


def test_a_decision_is_in_force_the_day_after_the_last_day_to_appeal() -> None:
    last = date(2026, 4, 7)  # three weeks end on Easter Monday
    assert decision_status([ANNOUNCED], last).force is DecisionForce.APPEAL_RUNNING
    after = decision_status([ANNOUNCED], last + timedelta(days=1))
    assert (after.force, after.in_force_on, after.binding) == (DecisionForce.IN_FORCE, date(2026, 4, 8), True)


def test_nothing_is_in_force_that_nobody_has_announced() -> None:
    assert decision_status([], date(2030, 1, 1)).force is DecisionForce.NOT_ANNOUNCED
    assert not decision_status([], date(2030, 1, 1)).binding


@pytest.mark.parametrize(
    ("events", "force", "binding"),
    [
        ([APPEALED], DecisionForce.APPEALED, False),
        ([APPEALED, happened(DecisionEventKind.INHIBITED, 2)], DecisionForce.APPEALED, False),
        ([APPEALED, happened(DecisionEventKind.UPHELD, 3)], DecisionForce.UPHELD, True),
        ([APPEALED, happened(DecisionEventKind.QUASHED, 3)], DecisionForce.QUASHED, False),
        ([APPEALED, happened(DecisionEventKind.APPEAL_ENDED, 3)], DecisionForce.IN_FORCE, True),
    ],
)
def test_a_court_decides_where_it_stands(
    events: list[DecisionEventFact], force: DecisionForce, *, binding: bool
) -> None:
    found = decision_status([ANNOUNCED, *events], date(2026, 6, 1))
    assert (found.force, found.binding) == (force, binding)


def test_a_suspension_holds_until_it_is_lifted() -> None:
    held = [ANNOUNCED, APPEALED, happened(DecisionEventKind.INHIBITED, 2)]
    assert decision_status(held, date(2026, 6, 1)).inhibited
    assert not decision_status([*held, happened(DecisionEventKind.INHIBITION_LIFTED, 9)], date(2026, 6, 1)).inhibited


@pytest.mark.parametrize(
    ("before", "new", "where"),
    [
        ([], happened(DecisionEventKind.QUASHED, 1), ["what"]),
        ([ANNOUNCED], DecisionEventFact(what=DecisionEventKind.APPEALED, on=date(2026, 3, 20)), ["court"]),
        ([ANNOUNCED], DecisionEventFact(what=DecisionEventKind.ANNOUNCED, on=date(2026, 3, 20)), ["what"]),
        ([ANNOUNCED, APPEALED], APPEALED, ["what"]),
        ([ANNOUNCED, APPEALED], DecisionEventFact(what=DecisionEventKind.UPHELD, on=date(2026, 3, 20)), ["on"]),
        ([], DecisionEventFact(what=DecisionEventKind.SENT, on=date(2026, 3, 1)), ["on"]),
        ([], DecisionEventFact(what=DecisionEventKind.SENT, on=date(2026, 6, 2)), ["on"]),
        ([], DecisionEventFact(what=DecisionEventKind.SENT, on=DECIDED), []),
    ],
)
def test_what_cannot_have_happened_is_refused(
    before: list[DecisionEventFact], new: DecisionEventFact, where: list[str]
) -> None:
    found = wrong_with(before, new, decided_on=DECIDED, today=date(2026, 6, 1))
    assert [problem.where for problem in found] == where
