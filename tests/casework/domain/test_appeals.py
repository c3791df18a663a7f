"""How to appeal and who decided: the words of each maker, and of decisions kept in former words."""

from __future__ import annotations

from itertools import product

import pytest

from vetting.casework.domain.appeals import appeal_in_words, appeal_outcome
from vetting.casework.domain.legal_force import AppealClock
from vetting.kernel.text import Words, same_in_both
from vetting.people.domain.delegation import DecisionAuthority, decider_in_words


@pytest.mark.parametrize(
    ("clock", "cites", "court"),
    list(
        product(
            (AppealClock.OWN_NOTICE, AppealClock.AFTER_REPORT), (False, True), ("", "Förvaltningsrätten i Exempelstad")
        )
    ),
)
def test_what_is_kept_in_swedish_is_told_in_both_languages(clock: AppealClock, cites: bool, court: str) -> None:  # noqa: FBT001 - the second of a pair in the table above
    said = appeal_outcome(clock, cites=cites, court=court)
    assert appeal_in_words(said.sv) == said
    assert ("13 kap." in said.sv) is cites
    assert ("anmäldes till nämnden" in said.sv) is (clock is AppealClock.AFTER_REPORT)
    assert (court or "förvaltningsrätten") in said.sv
    assert "fast egendom" in said.sv
    assert "real property" in said.en


def test_former_words_keep_their_english_and_a_boards_own_stand_as_they_are() -> None:
    former = (
        "Beslutet kan prövas genom laglighetsprövning, inom tre veckor från den dag då det tillkännagavs på "
        "anslagstavlan."
    )
    assert appeal_in_words(former).en.startswith("The legality of the decision can be reviewed, within three weeks")
    assert appeal_in_words("Överklaga till oss.") == same_in_both("Överklaga till oss.")
    assert appeal_outcome(AppealClock.NONE, cites=True) == same_in_both("")


@pytest.mark.parametrize(
    ("maker", "swedish", "english"),
    [
        (DecisionAuthority.BOARD, "Exempelnämnden", "Exempelnämnden"),
        (DecisionAuthority.COMMITTEE, "ett utskott för Exempelnämnden", "a committee for Exempelnämnden"),
        (DecisionAuthority.CHAIR, "ordföranden för Exempelnämnden", "the chair of Exempelnämnden"),
        (
            DecisionAuthority.DELEGATE,
            "chef på delegation från Exempelnämnden (punkt 4.2)",
            "the manager, by delegation from Exempelnämnden (point 4.2)",
        ),
    ],
)
def test_who_decided_is_said_by_maker(maker: DecisionAuthority, swedish: str, english: str) -> None:
    found = decider_in_words(maker, board="Exempelnämnden", function=Words("Chef", "Manager"), point="4.2")
    assert found == Words(swedish, english)
