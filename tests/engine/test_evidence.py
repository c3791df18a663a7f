"""What "not met" must rest on: an act, weighed, that the association may see; words and names are asked about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.board import ACT, rules
from vetting.engine.evidence import NO_EVIDENCE, CriterionAnswer, Evidence, wrong_with
from vetting.engine.opinion_words import names_in, opinion_words_in

ON = date(2026, 11, 20)
CRITERION = rules().folder.sets["farsta-2021"].criteria[0]


def wrong(evidence: Evidence | None = ACT, reasons: str = "Se protokollet.") -> list[str]:
    found = wrong_with(
        CriterionAnswer.NOT_MET, reasons, evidence, CRITERION, on=ON, known_names=("Kulturföreningen Provkvarnen",)
    )
    return [problem.where for problem in found]


def test_a_whole_act_carries_not_met() -> None:
    assert CRITERION.value_criterion
    assert wrong() == []


def test_without_an_act_everything_it_must_say_is_asked_for() -> None:
    assert wrong(None) == ["act"]  # one thing, not eleven at once
    begun = replace(NO_EVIDENCE, place="§ 4")
    assert set(wrong(begun)) == {
        "deed",
        "act",
        "role",
        "happened",
        "source",
        "speaks_for",
        "special_reasons",
        "proportionality",
        "inside_activity",
        "verified",
        "may_be_shown",
    }


@pytest.mark.parametrize(
    ("field", "value", "where"),
    [
        ("deed", None, "deed"),
        ("act", " ", "act"),
        ("role", "", "role"),
        ("source", "", "source"),
        ("happened", "i mars", "happened"),
        ("happened", "2026-12-01", "happened"),
        ("happened", "2027", "happened"),
        ("speaks_for", "", "speaks_for"),
        ("special_reasons", "", "special_reasons"),
        ("proportionality", "", "proportionality"),
        ("inside_activity", False, "inside_activity"),
        ("inside_activity", None, "inside_activity"),
        ("verified", False, "verified"),
        ("may_be_shown", False, "may_be_shown"),
        ("source_address", "javascript:alert(1)", "source_address"),
        ("source_address", "https://exempel.se/sida", "seen_on"),
        ("seen_on", date(2026, 11, 21), "seen_on"),
        ("act", "Födda 19900101-1239 nekades.", "act"),
    ],
)
def test_each_thing_that_is_lacking_or_wrong_is_told_at_its_field(field: str, value: Any, where: str) -> None:
    changed = replace(ACT, **{field: value})
    if field == "source_address" and where == "source_address":
        changed = replace(changed, seen_on=ON)
    assert wrong(changed) == [where]


def test_a_seen_page_is_kept_with_its_day() -> None:
    assert wrong(replace(ACT, source_address="https://exempel.se/sida", seen_on=ON)) == []


def test_words_of_opinion_are_a_question_that_can_be_answered() -> None:
    assert wrong(reasons="Föreningens åsikter syns i protokollet.") == ["acts_not_opinions"]
    assert wrong(replace(ACT, acts_not_opinions=True), "Föreningens åsikter syns i protokollet.") == []


def test_a_persons_name_is_asked_about_until_it_is_said_why_the_role_is_not_enough() -> None:
    named = replace(ACT, role="ordföranden Anna Bergsten")
    assert wrong(named) == ["named_because"]
    assert wrong(replace(named, named_because="Två personer har samma roll.")) == []


def test_only_not_met_needs_an_act() -> None:
    assert wrong_with(CriterionAnswer.NOTHING_FOUND, "", None, CRITERION, on=ON) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ordföranden Anna Bergsten sade nej", ("Anna Bergsten",)),
        ("Anna Bergsten sade nej.", ("Anna Bergsten",)),
        ("vice ordföranden Per-Ola Öst Lind", ("Per-Ola Öst Lind",)),
        ("På årsmötet nekades två. Kulturföreningen Provkvarnen svarade.", ()),
        ("ordföranden", ()),
    ],
)
def test_two_capitals_in_a_row_may_be_a_name(text: str, found: tuple[str, ...]) -> None:
    assert names_in(text, ["Kulturföreningen Provkvarnen"]) == found


def test_words_are_matched_whole_and_an_open_end_by_their_start() -> None:
    assert opinion_words_in("Medlemmarna fick inte rösta om stadgarna.") == ()
    assert opinion_words_in("Religiösa sammankomster och tro") == ("tro", "religiös")
