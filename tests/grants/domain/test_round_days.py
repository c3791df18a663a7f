"""The days of a round that are proposed, and the order that they are told in."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest

from vetting.grants.domain.round_days import (
    ROUND_DAYS,
    days_in_order,
    payment_after,
    proposed_days,
    same_day_next_year,
)

CLOSES, MEETS = date(2026, 12, 1), date(2026, 12, 18)


def test_the_days_hang_on_the_last_day_to_apply_and_on_the_meeting() -> None:
    assert proposed_days(CLOSES, None) == {"completions_on": date(2026, 12, 22)}
    assert proposed_days(CLOSES, MEETS) == {
        "completions_on": date(2026, 12, 17),  # three weeks are over after the meeting
        "group_on": date(2026, 12, 2),  # 42 days before the meeting is before the last day to apply
        "item_on": date(2026, 12, 2),
        "notice_on": date(2026, 12, 28),  # the 26th is a holiday and a Saturday, the 27th a Sunday
        "payment_on": payment_after(date(2026, 12, 28)),
    }


def test_what_is_decided_is_paid_a_week_after_it_came_into_force() -> None:
    assert payment_after(date(2026, 12, 28)) == date(2027, 1, 26)  # appeals end on the 18th, in force from the 19th


def test_only_days_that_are_said_are_told_in_the_order_of_the_road() -> None:
    said = dict.fromkeys(ROUND_DAYS) | {"report_on": MEETS, "opens_on": CLOSES}
    assert [name for name, _words, _day in days_in_order(SimpleNamespace(**said), with_group=True)] == [
        "opens_on",
        "report_on",
    ]
    of_group = SimpleNamespace(**said | {"group_on": MEETS})
    assert len(days_in_order(of_group, with_group=True)) - len(days_in_order(of_group, with_group=False)) == 1


@pytest.mark.parametrize(
    ("day", "later"), [(date(2026, 12, 31), date(2027, 12, 31)), (date(2028, 2, 29), date(2029, 2, 28))]
)
def test_a_day_a_year_later_has_the_same_date(day: date, later: date) -> None:
    assert same_day_next_year(day) == later
