"""Every clause of the five plans has what meets it, and every criterion of a plan quotes its clause."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest

from tests.conftest import shipped_rules
from vetting.casework.domain.gate_table import GATE_IDS
from vetting.engine.criteria import RunningConsequence
from vetting.formats.yaml_reading import read_file
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.register_tables import RegisterName
from vetting.operations.cli import vetting
from vetting.shipped import shipped_folder
from vetting.web.access import ACCESS

if TYPE_CHECKING:
    from vetting.engine.criteria import Criterion
    from vetting.engine.ruleset import RuleSet

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


def _commands(group: click.Group, before: str = "") -> list[str]:
    """Every command by its words: "rules publish"."""
    found = []
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        found.append(f"{before}{name}")
        found += _commands(command, f"{before}{name} ") if isinstance(command, click.Group) else []
    return found


CLAUSES: dict[str, Any] = read_file(shipped_folder("rules") / "clauses.yaml", "clauses.yaml").data


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


KEYS = {"plan", "quotes", "criteria", "gates", "pages", "registers", "commands", "absent"}
CHECKED = GATE_IDS
ENDPOINTS = frozenset(ACCESS)
COMMANDS = frozenset(_commands(vetting))
MONEY_ONLY = ("F4", "H4", "V3")
"""Clauses that speak of grants alone: no booking is held against them."""


@pytest.mark.parametrize("clause", CLAUSES)
def test_a_clause_is_met_by_something_that_exists(clause: str) -> None:
    """Every name is that of something loaded, checked, routed or offered; what is truly absent says so."""
    entry = CLAUSES[clause]
    assert entry.keys() <= KEYS
    own = {criterion.id for criterion in shipped_rules().sets[entry["plan"]].criteria}
    assert set(entry.get("criteria", [])) <= own
    assert set(entry.get("gates", [])) <= CHECKED
    assert set(entry.get("pages", [])) <= ENDPOINTS
    assert set(entry.get("registers", [])) <= {name.value for name in RegisterName}
    assert set(entry.get("commands", [])) <= COMMANDS
    absent = entry.get("absent")
    assert absent is None or (
        absent["sv"].endswith(".") and absent["en"].endswith(".") and absent["sv"] != absent["en"]
    )
    assert entry.keys() - {"plan", "quotes"}


def test_no_booking_is_held_against_a_clause_about_money() -> None:
    for plan in PLANS:
        for criterion in shipped_rules().sets[plan].for_kind(CaseKind.BOOKING):
            assert not {source.clause for source in criterion.sources} & set(MONEY_ONLY), criterion.id


def test_a_payment_stop_is_proposed_only_where_the_plan_has_it_and_never_for_a_booking() -> None:
    stops = {
        (plan, criterion.id, kind.value)
        for plan in PLANS
        for kind in CaseKind
        for criterion in shipped_rules().sets[plan].for_kind(kind)
        if criterion.on_running_support is RunningConsequence.PAUSE_PAYMENT
    }
    assert {plan for plan, _, _ in stops} == {"socialnamnden-2019"}
    assert {kind for _, _, kind in stops} == {"grant"}


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
