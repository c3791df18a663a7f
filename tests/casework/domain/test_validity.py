"""How long a paper is good: only as far as a rule says."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from vetting.casework.domain.validity import DAY_OF, good_until

if TYPE_CHECKING:
    from vetting.engine.ruleset import RuleSet
    from vetting.rules.services.rule_files import RulesFolder


@pytest.mark.parametrize(
    ("paper", "dated", "until"),
    [
        ("annual_minutes", date(2026, 3, 15), date(2027, 3, 15)),
        ("annual_minutes", date(2024, 2, 29), date(2025, 2, 28)),
        ("annual_minutes", None, None),
        ("statutes_document", date(2010, 1, 1), None),
        ("", date(2026, 1, 1), None),
    ],
)
def test_minutes_are_good_for_the_year_that_the_base_requirements_say(
    rules: RulesFolder, paper: str, dated: date | None, until: date | None
) -> None:
    assert good_until(rules.sets["grundkrav-bidrag"], paper, dated) == until


def test_without_rules_no_paper_grows_too_old(farsta: RuleSet) -> None:
    assert good_until(None, "annual_minutes", date(2026, 3, 15)) is None
    assert good_until(farsta, "accounts", date(2026, 3, 15)) is None


def test_the_days_that_papers_are_dated_by_are_facts(rules: RulesFolder) -> None:
    assert set(DAY_OF) | set(DAY_OF.values()) <= set(rules.book.catalogue)
