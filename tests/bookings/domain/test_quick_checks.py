"""What is said at the counter: three answers, how old a look is."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from vetting.bookings.domain.quick_checks import CounterAnswer, age_in_words, at_counter, counter_words
from vetting.engine.proposal import Proposal, strongest_proposal

DAY = date(2026, 11, 20)


def test_there_are_three_answers_and_none_is_no() -> None:
    assert {at_counter(proposal) for proposal in Proposal} == set(CounterAnswer)
    assert at_counter(Proposal.REFUSE) is CounterAnswer.LOOK_CLOSER
    assert counter_words(Proposal.REFUSE, DAY).sv == "Behöver granskas närmare, svar senast 20 nov 2026"
    assert counter_words(Proposal.REFER, DAY).sv == "Kan bokas"


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (0, "i dag"),
        (1, "i går"),
        (2, "för 2 dagar sedan"),
        (13, "för 13 dagar sedan"),
        (14, "för 2 veckor sedan"),
        (30, "för 1 månad sedan"),
        (59, "för 1 månad sedan"),
        (60, "för 2 månader sedan"),
        (420, "för 14 månader sedan"),
    ],
)
def test_how_old_a_look_is(days: int, told: str) -> None:
    assert age_in_words(DAY - timedelta(days=days), DAY).sv == told


def test_the_stronger_of_two_is_told() -> None:
    assert strongest_proposal([Proposal.APPROVE, Proposal.COMPLETE]) is Proposal.COMPLETE
    assert strongest_proposal([]) is Proposal.APPROVE
