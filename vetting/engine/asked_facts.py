"""Which facts a form asks for: those that the rules in force read, and no others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vetting.engine.criteria import ReviewMoment
from vetting.engine.facts import NAME, NUMBER, FactDefinition, FactLevel, FactSupplier
from vetting.engine.screening import PROGRAMS_OWN
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.text import Words, _, in_context

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vetting.engine.ruleset import RuleSet

LEVEL_WORDS: Final[Mapping[FactLevel, Words]] = {
    FactLevel.ASSOCIATION: _("Föreningen"),
    FactLevel.APPLICATION: in_context("in a sentence", "Ansökan"),
    FactLevel.ACTIVITY: _("Verksamheten"),
    FactLevel.FINANCE: in_context("of an association", "Ekonomi"),
    FactLevel.EVENT: _("Arrangemanget"),
    FactLevel.PARTNER: _("Samarbeten"),
}
LONG_TEXTS: Final = frozenset({"purpose", "activity_description", "event_purpose", "programme", "statutes_text"})
"""Answers that need more than a line."""
ALWAYS: Final = (NAME, NUMBER)
"""Who applies is asked first, on every form."""
_OF_ASSOCIATION: Final = frozenset({FactLevel.ASSOCIATION, FactLevel.FINANCE, FactLevel.PARTNER})
_OF_ONE_GRANT: Final = frozenset(
    {
        *("amount_applied", "multi_year", "budget_total", "activity_plan", "budget", "detailed_budget"),
        *("rent_claimed", "lease_received", "rate_applied_for", "entrance_fee", "same_activity"),
    }
)
_OF_THE_YEAR: Final = frozenset({"activity_report", "activity_report_year"})
FROM_RECORDS: Final = frozenset({"received_on", "deadline", "unreported_grants", "decision_planned_on"})
"""What the case and its round know themselves."""


def asked_facts(ruleset: RuleSet, kind: CaseKind) -> dict[FactLevel, tuple[FactDefinition, ...]]:
    """The facts of a form, by what they are about, in the rules' order."""
    found: dict[str, FactDefinition] = {}
    for criterion in ruleset.for_kind(kind):
        if criterion.moment is ReviewMoment.RUNNING:
            continue
        for fact in criterion.facts_and_shown:
            definition = ruleset.catalogue[fact]
            if definition.supplied_by is not FactSupplier.COMPUTED:
                found[fact] = definition
    for fact in ruleset.amount.facts if ruleset.amount is not None and kind is CaseKind.GRANT else ():
        definition = ruleset.catalogue[fact]
        if definition.supplied_by is not FactSupplier.COMPUTED:
            found[fact] = definition
    left_out = {*ALWAYS, *FROM_RECORDS, *PROGRAMS_OWN}
    return {
        level: facts
        for level in LEVEL_WORDS
        if (facts := tuple(item for name, item in found.items() if item.level is level and name not in left_out))
    }


def is_asked_once(fact: FactDefinition) -> bool:
    """Whether an application for several grants says it once: it is of the association, and not of one of them."""
    return fact.id in _OF_THE_YEAR or (fact.level in _OF_ASSOCIATION and fact.id not in _OF_ONE_GRANT)
