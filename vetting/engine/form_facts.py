"""Which facts a form asks for: those that the rules in force read, what no case can be without, and no others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from vetting.engine.application_forms import ApplicationForm
from vetting.engine.conditions import describe_condition, facts_read
from vetting.engine.criteria import AS_OF_WORDS, ReviewMoment
from vetting.engine.facts import NAME, NUMBER, FactDefinition, FactLevel, FactSupplier
from vetting.engine.questions import ASKED_LAST, LEGAL_FORM, NO_ASSOCIATIONS, QUESTIONS
from vetting.engine.screening import PROGRAMS_OWN
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.text import NO_WORDS, OR, Words, _, in_context, list_words, lower_first, same_in_both

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vetting.engine.ruleset import RuleSet

LEVEL_WORDS: Final[Mapping[FactLevel, Words]] = {
    FactLevel.ASSOCIATION: _("Föreningen"),
    FactLevel.APPLICATION: in_context("in a sentence", "Ansökan"),
    FactLevel.ACTIVITY: _("Verksamheten"),
    FactLevel.FINANCE: in_context("of an association", "Ekonomi"),
    FactLevel.EVENT: _("Arrangemanget"),
    FactLevel.PARTNER: _("Samarbeten"),
}
LONG_TEXTS: Final = frozenset(
    {"postal_address", "purpose", "activity_description", "event_purpose", "programme", "statutes_text"}
)
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
OF_EVERY_GRANT: Final = (
    *("purpose", "amount_applied", "budget_rows"),
    *("contact_function", "contact_email", "postal_address", "giro_number"),
)
"""What an application for a grant says though no rule may read it: what for, how much, where to answer and pay."""
OF_EVERY_BOOKING: Final = ("contact_function", "contact_email", "contact_phone")
"""How whoever books is reached, though no rule reads it."""
FROM_RECORDS: Final = frozenset({"received_on", "deadline", "unreported_grants", "decision_planned_on"})
"""What the case and its round know themselves."""


def asked_facts(
    ruleset: RuleSet, kind: CaseKind, also: tuple[str, ...] = ()
) -> dict[FactLevel, tuple[FactDefinition, ...]]:
    """The facts of a form, by what they are about, in the rules' order. also: facts that are asked beside those."""
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
    for fact in (*(OF_EVERY_GRANT if kind is CaseKind.GRANT else OF_EVERY_BOOKING), *also):
        if fact in ruleset.catalogue:
            found.setdefault(fact, ruleset.catalogue[fact])
    left_out = {*ALWAYS, *FROM_RECORDS, *PROGRAMS_OWN}
    return {
        level: facts
        for level in LEVEL_WORDS
        if (facts := _in_order(item for name, item in found.items() if item.level is level and name not in left_out))
    }


def _in_order(facts: Iterable[FactDefinition]) -> tuple[FactDefinition, ...]:
    return tuple(sorted(facts, key=lambda fact: fact.id in ASKED_LAST))


def asked_of_applicant(fact: FactDefinition, kind: CaseKind) -> FactDefinition:
    """A fact as it is asked of whoever applies: no person and no firm applies for a grant to an association."""
    if fact.id != LEGAL_FORM or kind is not CaseKind.GRANT:
        return fact
    return replace(fact, options={name: words for name, words in fact.options.items() if name not in NO_ASSOCIATIONS})


class FormFactSection(NamedTuple):
    """Questions of a form under one heading; what helps to answer stands with each."""

    heading: Words
    help: Words
    facts: tuple[FactDefinition, ...]


def form_sections(ruleset: RuleSet, kind: CaseKind, also: tuple[str, ...] = ()) -> tuple[FormFactSection, ...]:
    """What the form asks, under its headings: the board's own first, then what it has not placed, by what it is about.

    A question that only some need to answer says so. also: facts that are asked beside those of the rules.
    """
    form = ruleset.form or ApplicationForm()
    conditions = asked_only_if(ruleset, kind)
    groups = asked_facts(ruleset, kind, also)
    asked = {
        fact.id: replace(fact, label=QUESTIONS.get(fact.id, fact.label), help=_help_of(fact, form, conditions))
        for facts in groups.values()
        for fact in facts
    }
    placed = {name for part in form.parts for name in part.facts}
    own = [
        FormFactSection(part.heading, part.help, tuple(asked[name] for name in part.facts if name in asked))
        for part in form.parts
    ]
    rest = [
        FormFactSection(LEVEL_WORDS[level], NO_WORDS, tuple(asked[fact.id] for fact in facts if fact.id not in placed))
        for level, facts in groups.items()
    ]
    return tuple(section for section in (*own, *rest) if section.facts)


def _help_of(fact: FactDefinition, form: ApplicationForm, conditions: Mapping[str, Words]) -> Words:
    said = form.help.get(fact.id, fact.help)
    if fact.id not in conditions:
        return said
    only = _("Besvaras bara om: ") + conditions[fact.id] + same_in_both(".")
    return said + same_in_both(" ") + only if said.sv else only


def asked_only_if(ruleset: RuleSet, kind: CaseKind) -> dict[str, Words]:
    """Fact -> when its answer is needed, of those that every criterion reads only under a condition.

    The condition is over what the form asks itself: whoever fills it in can tell. What the amount is counted from, and
    what a condition reads, is always asked.
    """
    asked = {fact.id for facts in asked_facts(ruleset, kind).values() for fact in facts}
    needed: dict[str, list[Words]] = {}
    always = set(ruleset.amount.facts if ruleset.amount is not None else ())
    for criterion in ruleset.for_kind(kind):
        if criterion.moment is ReviewMoment.RUNNING:
            continue
        asks = set(facts_read(criterion.only_if)) if criterion.only_if is not None else set()
        always |= asks
        own = {name for name in criterion.facts_and_shown if name not in asks}
        if criterion.only_if is None or not asks <= asked:
            always |= own
            continue
        when = describe_condition(criterion.only_if, ruleset.catalogue, AS_OF_WORDS[criterion.as_of])
        for name in own:
            needed.setdefault(name, []).append(lower_first(when))
    return {
        name: list_words(list(dict.fromkeys(when)), OR)
        for name, when in needed.items()
        if name not in always and name in asked
    }


def is_asked_once(fact: FactDefinition) -> bool:
    """Whether an application for several grants says it once: it is of the association, and not of one of them."""
    return fact.id in _OF_THE_YEAR or (fact.level in _OF_ASSOCIATION and fact.id not in _OF_ONE_GRANT)
