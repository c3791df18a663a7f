"""Every clause of the five plans has what meets it, and every criterion of a plan quotes its clause."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import shipped_rules
from vetting.files.yaml_reading import read_file
from vetting.shipped import shipped

if TYPE_CHECKING:
    from vetting.domain.criteria import Criterion
    from vetting.domain.ruleset import RuleSet

SEEDS = Path(__file__).parents[3] / "shared" / "seeds"
PLANS = {
    "farsta-2021": ("F", 15, "000_cffa5716604ae6ad.txt"),
    "socialnamnden-2019": ("S", 13, "001_d88e0fac1e2e05b9.txt"),
    "alvsjo-2018": ("A", 7, "002_b4c1b5f445313952.txt"),
    "hasselby-vallingby-2017": ("H", 15, "003_19b1e0b70166e7e5.txt"),
    "hasselby-vallingby-2018": ("V", 12, "004_fd13e4b4347ada65.txt"),
}
FEWEST_WORDS = 6
NEAR = 600
CLAUSES: dict[str, Any] = read_file(shipped("rules") / "clauses.yaml", "clauses.yaml").data


def words(text: str) -> str:
    return " ".join(text.split())


def quoted() -> list[tuple[RuleSet, Criterion]]:
    sets = shipped_rules().sets
    return [(sets[plan], criterion) for plan in PLANS for criterion in sets[plan].criteria]


QUOTED = quoted()
IDS = [f"{ruleset.id}: {criterion.id}" for ruleset, criterion in QUOTED]


def seed_of(plan: str) -> str:
    path = SEEDS / PLANS[plan][2]
    if not path.is_file():
        pytest.skip(f"the text of {plan} is not at hand")
    return words(path.read_text(encoding="utf-8"))


def test_the_table_holds_every_clause() -> None:
    assert list(CLAUSES) == [
        f"{letter}{number}" for letter, count, _ in PLANS.values() for number in _order(letter, count)
    ]


def _order(letter: str, count: int) -> list[int]:
    numbers = list(range(1, count + 1))
    return [*numbers[:13], 15, 14] if letter == "H" else numbers


@pytest.mark.parametrize("clause", CLAUSES)
def test_a_clause_is_met_by_something_that_exists(clause: str) -> None:
    entry, book = CLAUSES[clause], shipped_rules().book
    own = {criterion.id for criterion in shipped_rules().sets[entry["plan"]].criteria}
    assert set(entry.get("criteria", [])) <= own
    assert set(entry.get("gates", [])) <= book.gates.keys()
    planned = entry.get("planned")
    assert planned is None or planned["en"].endswith("(not in this version)")
    assert planned is None or planned["sv"].endswith("(inte i den här versionen)")
    assert entry.get("criteria") or entry.get("gates") or planned


@pytest.mark.parametrize(("ruleset", "criterion"), QUOTED, ids=IDS)
def test_a_criterion_of_a_plan_quotes_six_words_of_a_clause_of_that_plan(
    ruleset: RuleSet, criterion: Criterion
) -> None:
    letter = PLANS[ruleset.id][0]
    assert criterion.sources
    for source in criterion.sources:
        assert len(source.quote.split()) >= FEWEST_WORDS
        assert source.clause in CLAUSES
        assert source.clause.startswith(letter)
        assert criterion.id in CLAUSES[source.clause].get("criteria", [])


@pytest.mark.parametrize(("ruleset", "criterion"), QUOTED, ids=IDS)
def test_the_quote_stands_in_the_plan_beside_its_clause(ruleset: RuleSet, criterion: Criterion) -> None:
    seed = seed_of(ruleset.id)
    for source in criterion.sources:
        places = [match.start() for match in re.finditer(re.escape(words(source.quote)), seed)]
        assert places, source.quote
        anchors = [seed.find(words(quote)) for quote in CLAUSES[source.clause]["quotes"]]
        found = [anchor for anchor in anchors if anchor >= 0]
        assert found, CLAUSES[source.clause]["quotes"]
        assert min(abs(place - anchor) for place in places for anchor in found) < NEAR


def test_every_criterion_that_a_clause_names_says_so_in_its_plan() -> None:
    """The table and the quotes are two views of one thing: no criterion of a plan is without a clause."""
    for plan in PLANS:
        named = {name for entry in CLAUSES.values() if entry["plan"] == plan for name in entry.get("criteria", [])}
        assert named == {criterion.id for criterion in shipped_rules().sets[plan].criteria}
