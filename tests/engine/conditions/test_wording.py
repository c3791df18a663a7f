"""How several comparisons are said together: alternatives with 'eller', one value's requirements after it, yes once."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from tests.board import rules
from vetting.engine.conditions import ConditionReading, explain_condition, parse_condition
from vetting.engine.facts import Facts
from vetting.kernel.problem import Faults
from vetting.kernel.text import Words

if TYPE_CHECKING:
    from vetting.engine.facts import Value

AGES: dict[str, Any] = {
    "any": [{"fact": "participants_oldest", "at_most": 25}, {"fact": "participants_youngest", "at_least": 65}]
}
SEAT_OR_ALL: dict[str, Any] = {
    "any": [{"fact": "seat_municipality", "equal": "Solna"}, {"fact": "seat_municipality", "equal": "Sundbyberg"}]
}
MEMBERS: dict[str, Any] = {"all": [{"fact": "members_total", "at_least": 10}, {"fact": "members_total", "at_most": 90}]}
OPEN: dict[str, Any] = {"all": [{"fact": "bankrupt", "equal": False}, {"fact": "members_total", "at_least": 5}]}
TOO_OLD_AND_TOO_YOUNG = (
    "Minst ett av detta behövs: Äldsta deltagarens ålder: 40. Krav: högst 25. "
    "Eller: Yngsta deltagarens ålder: 30. Krav: minst 65."
)


def said(condition: dict[str, Any], values: dict[str, Value], *, requirements: bool = True) -> str:
    catalogue = rules().folder.book.catalogue
    faults = Faults()
    parsed = parse_condition(condition, (), faults, catalogue)
    assert parsed is not None, faults.found
    day = Words("ansökningsdagen", "the day of application")
    reading = ConditionReading(Facts(values), date(2026, 9, 15), day, catalogue)
    return explain_condition(parsed, reading, requirements=requirements).sv


@pytest.mark.parametrize(
    ("condition", "values", "wanted"),
    [
        (
            AGES,
            {"participants_oldest": 40, "participants_youngest": 30},
            TOO_OLD_AND_TOO_YOUNG,
        ),
        (SEAT_OR_ALL, {"seat_municipality": "Nacka"}, "Säte (kommun): Nacka. Krav: Solna eller Sundbyberg."),
        (MEMBERS, {"members_total": 40}, "Antal medlemmar: 40. Krav: minst 10 och högst 90."),
        (MEMBERS, {"members_total": 5}, "Antal medlemmar: 5. Krav: minst 10."),
        (
            OPEN,
            {"bankrupt": False, "members_total": 7},
            "Föreningen är i konkurs: nej. Antal medlemmar: 7. Krav: minst 5.",
        ),
        (OPEN, {"bankrupt": True, "members_total": 7}, "Föreningen är i konkurs: ja. Det ska vara nej."),
        (OPEN, {"members_total": 7}, "Föreningen är i konkurs: saknas. Det ska vara nej."),
        (
            {"not": MEMBERS},
            {"members_total": 40},
            "Antal medlemmar: 40. Krav: mindre än 10 eller mer än 90.",
        ),
    ],
)
def test_several_comparisons_are_said_together(
    condition: dict[str, Any], values: dict[str, Value], wanted: str
) -> None:
    assert said(condition, values) == wanted


def test_what_only_sees_something_says_a_value_once() -> None:
    assert said(MEMBERS, {"members_total": 40}, requirements=False) == "Antal medlemmar: 40."


def test_an_unknown_value_is_said_once() -> None:
    assert said(SEAT_OR_ALL, {}) == "Säte (kommun): saknas. Krav: Solna eller Sundbyberg."


@pytest.mark.parametrize(
    ("number", "wording"),
    [
        (0, "Tidigare bidrag som inte är redovisade: 0."),
        (2, "Tidigare bidrag som inte är redovisade: 2. Kravet är att inga finns."),
    ],
)
def test_a_count_that_is_to_be_zero_is_said_as_none(number: int, wording: str) -> None:
    assert said({"fact": "unreported_grants", "equal": 0}, {"unreported_grants": number}) == wording
