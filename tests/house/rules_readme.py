"""Writes the reference part of docs/rules/writing-rules.md from the code: `python -m tests.house.rules_readme`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.house.rules_language import (
    COMPARED_WITH,
    CRITERION_FIELDS,
    FACT_FIELDS,
    GROUP_HELP,
    MEASURE_HELP,
    SET_FIELDS,
    fitting_facts,
)
from vetting.casework.domain.gate_table import AFTER_DECISION, BEFORE_DECISION, HELD_ELSEWHERE, GatedStep
from vetting.engine.conditions.comparisons import COMPARISONS, MEASURED_TYPES, FactMeasure
from vetting.engine.conditions.parsing import DEEPEST, MOST_LEAVES
from vetting.engine.criteria import (
    CRITERION_KEYS,
    AsOfDay,
    AssessmentPromptTime,
    Consequence,
    CriterionKind,
    CriterionOrigin,
    ReviewMoment,
    RunningConsequence,
)
from vetting.engine.fact_catalogue import FACT_KEYS
from vetting.engine.facts import FactLevel, FactSupplier, FactType
from vetting.engine.gate_definitions import GateObligation
from vetting.engine.list_items import FIELDS
from vetting.engine.ruleset import SET_KEYS
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.privacy import Privacy
from vetting.rules.domain.language_reference import COMPARISON_HELP
from vetting.rules.services.rule_files import read_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from enum import StrEnum

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "rules" / "writing-rules.md"
BEGINS = "<!-- Everything below is made from the code: python -m tests.house.rules_readme -->"
CHOICES: Mapping[str, type[StrEnum]] = {
    "kind": CriterionKind,
    "moment": ReviewMoment,
    "level": FactLevel,
    "if_not_met": Consequence,
    "on_running_support": RunningConsequence,
    "as_of": AsOfDay,
    "status": CriterionOrigin,
    "ask": AssessmentPromptTime,
    "applies_to": CaseKind,
    "type": FactType,
    "supplied_by": FactSupplier,
    "privacy": Privacy,
}


def reference() -> str:
    """Every word of the language with an example or its values."""
    parts = (
        "## A condition\n",
        (
            "`all:` and `any:` take a list of conditions, `not:` one. Everything else is a comparison of one fact. What is\n"
            "missing makes a comparison unknown, and the whole unknown only where it matters. At most "
            f"{DEEPEST} levels and {MOST_LEAVES} comparisons.\n"
        ),
        _table(("group", "example", "holds when"), ((k, h.example, h.holds.en) for k, h in GROUP_HELP.items())),
        _table(
            ("comparison", "fits", "example", "holds when"),
            ((k, fitting_facts(k), COMPARISON_HELP[k].example, COMPARISON_HELP[k].holds.en) for k in COMPARISONS),
        ),
        "Instead of a fact's value:\n",
        _table(
            ("measure", "of", "example", "is"),
            ((m, _types(MEASURED_TYPES[m]), MEASURE_HELP[m].example, MEASURE_HELP[m].holds.en) for m in FactMeasure),
        ),
        "`where:` is a condition over the fields of one thing in the list:\n",
        _table(("list", "fields"), ((kind, ", ".join(f"`{f}`" for f in fields)) for kind, fields in FIELDS.items())),
        "What it is compared with:\n",
        _table(("written", "example", "is"), ((k, h.example, h.holds.en) for k, h in COMPARED_WITH.items())),
        "## A criterion\n",
        _fields(CRITERION_KEYS, CRITERION_FIELDS),
        (
            "A document, a declaration or a signal can never lead to a refusal. A negative answer to a value criterion\n"
            "rests on an act or a statement, never on an opinion.\n"
        ),
        "## The fields of a rule set\n",
        _fields(SET_KEYS, SET_FIELDS),
        "## A fact\n",
        _fields(FACT_KEYS, FACT_FIELDS),
        "## The gates\n",
        (
            "What each looks at is said by the program (`vetting/casework/domain/gate_table.py`); its words, its basis and who\n"
            "may turn it off stand in `rules/gates.yaml`. A board can write its own basis, and a rule set in force can require a\n"
            "gate.\n"
        ),
        _table(("gate", "holds", "means", "basis", "turned off by"), _gates()),
        "## A list\n",
        (
            "An entry is a word, a word with `*` at its end, or a phrase; capitals make no difference. Each says why, from\n"
            "where, by whom, when, and when it is looked over again. The name of a religion, people, language or party in\n"
            "itself is refused.\n"
        ),
        (
            "```yaml\nlists:\n  ord-att-titta-pa:\n    label: {sv: Ord att titta på, en: Words to look at}\n    entries:\n"
            "      - {entry: hatmusik*, why: Hördes vid ett tillfälle, source: Tjänsteanteckning 12, by: Handläggaren,\n"
            "         on: 2026-11-01, review_on: 2027-11-01}\n```\n"
        ),
    )
    return "\n".join(parts)


TURNED_OFF_BY: Mapping[GateObligation, str] = {
    GateObligation.ALWAYS: "nobody",
    GateObligation.TWO_PERSONS: "an administrator with a reason, and a second person",
    GateObligation.DEFAULT_ON: "an administrator, unless a rule set requires it",
    GateObligation.BY_RULE_SET: "an administrator, unless a rule set requires it; on where the way of working has it",
}
STEP_WORDS: Mapping[GatedStep, str] = {
    GatedStep.READY: "being ready for decision",
    GatedStep.DECIDE: "the decision",
    GatedStep.PAY: "a payment",
    GatedStep.CLOSE: "closing",
}


def _gates() -> Iterable[tuple[str, ...]]:
    """A row for each gate and step, in the program's order; those that hold no step of a case last."""
    gates = read_rules(ROOT / "rules").book.gates
    held = [(row.id, row.step) for row in BEFORE_DECISION] + [(row.id, row.step) for row in AFTER_DECISION]
    for name, step in (*held, *((name, None) for name in HELD_ELSEWHERE)):
        gate = gates[name]
        holds = STEP_WORDS[step] if step else "no step of a case"
        yield name, holds, gate.label.en, gate.legal or "–", TURNED_OFF_BY[gate.must]


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    code = {"gate", "group", "comparison", "measure", "example", "written", "list", "field"}
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines += [
        f"| {' | '.join(f'`{cell}`' if name in code else cell for name, cell in zip(head, row, strict=True))} |"
        for row in rows
    ]
    return "\n".join(lines) + "\n"


def _fields(keys: tuple[str, ...], said: Mapping[str, str]) -> str:
    def explained(key: str) -> str:
        values = ", ".join(f"`{choice.value}`" for choice in CHOICES[key]) if key in CHOICES else ""
        return said[key] + (f": {values}" if values and key != "applies_to" else "")

    return _table(("field", "says"), ((key, explained(key)) for key in keys))


def _types(types: frozenset[FactType]) -> str:
    return "every fact" if types == frozenset(FactType) else ", ".join(sorted(types))


def whole() -> str:
    """The document: what stands above the mark is written by hand."""
    above = DOCUMENT.read_text(encoding="utf-8").split(BEGINS)[0]
    return f"{above}{BEGINS}\n\n{reference()}"


if __name__ == "__main__":
    DOCUMENT.write_text(whole(), encoding="utf-8")
