"""What is next in a reclaim, whose it is, and since when."""

from __future__ import annotations

from datetime import date

from vetting.casework.domain.next_steps import CaseHolder
from vetting.money.domain.reclaims import ReclaimAct, ReclaimDays, ReclaimState, next_reclaim_step

OPENED, TOLD, BY, REPLIED, TODAY = (date(2026, 9, day) for day in (1, 3, 17, 10, 12))


def step(
    state: ReclaimState, on: date = TODAY, **days: date
) -> tuple[ReclaimAct, CaseHolder, date, date | None] | None:
    known = dict.fromkeys(ReclaimDays._fields) | {"opened_on": OPENED} | days
    found = next_reclaim_step(state, ReclaimDays(**known), on)  # type: ignore[arg-type] # days or None
    return tuple(found) if found is not None else None  # type: ignore[return-value] # its four fields


def test_the_association_is_heard_first() -> None:
    assert step(ReclaimState.PROPOSED) == (ReclaimAct.COMMUNICATE, CaseHolder.OFFICER, OPENED, None)


def test_nobody_decides_before_an_answer_or_the_last_day_to_answer() -> None:
    told = {"communicated_on": TOLD, "reply_by": BY}
    waits = (ReclaimAct.AWAIT_REPLY, CaseHolder.ASSOCIATION, TOLD, BY)
    assert step(ReclaimState.COMMUNICATED, **told) == waits
    assert step(ReclaimState.COMMUNICATED, BY, **told) == waits
    passed = step(ReclaimState.COMMUNICATED, date(2026, 9, 18), **told)
    assert passed == (ReclaimAct.DECIDE, CaseHolder.DECISION_MAKER, BY, None)
    heard = step(ReclaimState.COMMUNICATED, **told, replied_on=REPLIED)
    assert heard == (ReclaimAct.DECIDE, CaseHolder.DECISION_MAKER, REPLIED, None)


def test_what_is_decided_lies_with_finance_until_it_is_paid() -> None:
    decided = step(ReclaimState.DECIDED, decided_on=TODAY, due_on=date(2026, 10, 12))
    assert decided == (ReclaimAct.COLLECT, CaseHolder.FINANCE, TODAY, date(2026, 10, 12))
    assert step(ReclaimState.PAID) is None
    assert step(ReclaimState.QUASHED) is None
