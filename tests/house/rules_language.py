"""The rule language explained word by word for docs/rules/writing-rules.md, which is in English; each word with an example."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vetting.engine.conditions.comparisons import COMPARISONS, FactMeasure
from vetting.engine.facts import DAYS, LISTS, NUMBERS, TEXTS, FactType
from vetting.kernel.text import same_in_both
from vetting.rules.domain.language_reference import LanguageExample

if TYPE_CHECKING:
    from collections.abc import Mapping

MEASURE_HELP: Final[Mapping[FactMeasure, LanguageExample]] = {
    FactMeasure.VALUE: LanguageExample("{fact: members_total, at_least: 5}", same_in_both("the fact's value")),
    FactMeasure.COUNT: LanguageExample(
        "{count: other_support, where: {fact: amount, at_least: 10000}, at_most: 2}",
        same_in_both("how many in a list, or how many of them where something is true"),
    ),
    FactMeasure.SUM: LanguageExample(
        "{sum: other_support, where: {fact: funder, contains: kommun}, at_most: 50000}",
        same_in_both("the sum of a list of support, or of those where something is true"),
    ),
    FactMeasure.SHARE: LanguageExample(
        "{share: members_in_municipality, of: members_total, at_least: 0.5}",
        same_in_both("a part of a whole, from 0 to 1"),
    ),
    FactMeasure.PLUS: LanguageExample(
        "{plus: amount_applied, of: sum_other_support, at_most: 100000}", same_in_both("two facts together")
    ),
    FactMeasure.MINUS: LanguageExample(
        "{minus: amount_granted, of: amount_reported, at_most: 0}", same_in_both("one fact less the other")
    ),
    FactMeasure.ANY_IN: LanguageExample(
        "{any_in: partners, where: {fact: name, matches_list: [studieförbund*]}}",
        same_in_both("at least one in the list where something is true"),
    ),
    FactMeasure.ALL_IN: LanguageExample(
        "{all_in: case_documents, where: {fact: arrived_on, at_most: 2026-10-01}}",
        same_in_both("all in the list; an empty list meets it"),
    ),
}
GROUP_HELP: Final[Mapping[str, LanguageExample]] = {
    "all": LanguageExample(
        "{all: [{fact: bankrupt, equal: false}, {fact: members_total, at_least: 5}]}", same_in_both("all hold")
    ),
    "any": LanguageExample(
        "{any: [{fact: founding_minutes, present: true}, {fact: annual_minutes, present: true}]}",
        same_in_both("at least one holds"),
    ),
    "not": LanguageExample("{not: {fact: legal_form, equal: aktiebolag}}", same_in_both("it does not hold")),
}
COMPARED_WITH: Final[Mapping[str, LanguageExample]] = {
    "a value": LanguageExample("{fact: board_size, at_least: 3}", same_in_both("a value in the rule; money in kronor")),
    "{fact: …}": LanguageExample(
        "{fact: received_on, at_most: {fact: deadline}}", same_in_both("another fact of the same type")
    ),
    "{setting: …}": LanguageExample(
        "{fact: members_total, at_least: {setting: required_members}}",
        same_in_both("a value that the board gives under settings; without one the criterion is not applied"),
    ),
    "{list: …}": LanguageExample(
        "{fact: event_title, matches_list: {list: ord-att-titta-pa}}", same_in_both("a named list under lists")
    ),
    "{each_year: …}": LanguageExample(
        "{fact: report_received_on, at_most: {each_year: 03-31, of: decision_planned_on, years_after: 1}}",
        same_in_both("a day that comes back each year: of the year compared, or counted from another day"),
    ),
    "{years, months, days}": LanguageExample(
        "{fact: received_on, at_least_old: {days: 21}, of: {fact: event_starts_at}}",
        same_in_both("a length of time; counted back from 'as_of', or from the day given after 'of'"),
    ),
}
_FAMILIES: Final = (
    ("numbers", NUMBERS),
    ("texts", TEXTS),
    ("days", DAYS),
    ("lists", LISTS),
    ("yes or no", {FactType.YES_NO}),
    ("choices", {FactType.CHOICE}),
    ("organisation numbers", {FactType.ORGANISATION_NUMBER}),
)


def fitting_facts(comparison: str) -> str:
    """Which facts a comparison fits: 'numbers, days'."""
    types = COMPARISONS[comparison].types
    if types == frozenset(FactType):
        return "every fact"
    return ", ".join(name for name, family in _FAMILIES if family <= types)


CRITERION_FIELDS: Final[Mapping[str, str]] = {
    "id": "its name in the set: small letters, digits and hyphens",
    "label": "what is asked, `{sv: …, en: …}`; a board's own may be Swedish only",
    "applies_to": "`[grant]`, `[booking]` or both",
    "level": "what it is about",
    "kind": "how it is answered",
    "moment": "when it is asked",
    "condition": "what must hold (not for assessments: a person answers)",
    "only_if": "a condition: when it is false the criterion does not apply",
    "question": "what the person who assesses is asked",
    "ask": "assessments: when a person is asked, or `{when: condition, if_unknown: note}`",
    "about": "signals: the criteria it makes be asked, `as_new`, or `{fact: tip_about}`",
    "value_criterion": "true for what is about values: assessed by a person, from acts only",
    "shown_facts": "facts that the person who assesses is shown",
    "evidence": "what a person looks at",
    "settings": "the values that conditions name with `{setting: …}`",
    "if_not_met": "what is proposed before a decision; `dismiss` and `reduce` only for grants",
    "reduction": "with `reduce`: steps, of which the first whose `when` holds: `[{when: condition, share: 0.1}]`",
    "on_running_support": "what is proposed while support runs",
    "sources": "where it is written: `document`, `place`, `quote`, `url`, `clause`",
    "legal": "the legal basis",
    "guard": "what the person who assesses must keep to; every assessment has one",
    "valid_for_months": "how long an association-level answer stays good",
    "as_of": "the day that spans count back from",
    "status": "where the criterion comes from",
}
SET_FIELDS: Final[Mapping[str, str]] = {
    "id": "its name; the file is called the same",
    "board": "the board's code, or `all`",
    "kinds": "`[grant]`, `[booking]` or both",
    "title": "what people read",
    "source": "the document it comes from",
    "adopted": "`{body, on, reference}`: who adopted it, when, and its number",
    "valid": "`{from, to}`",
    "builds_on": "other sets; what this one says goes before them",
    "leaves_out": "criteria of those sets, and of the board's common rules, that it does not ask",
    "criteria": "its criteria: `use:` one from the library, or one of its own",
    "gates": "what must have happened before a step",
    "refer": "which applications go to the reference group: `all`, `none` or a condition",
    "facts": "the board's own facts",
    "lists": "named lists of words",
    "amount": "how the amount is worked out: `{parts, of, at_most, at_least, rounding, figures}`",
    "form": "how an application is asked: `{intro, parts, help}`, each part `{heading, help, facts}`",
    "routine": "`{owner, steps, anchored, review_on}`: for the printed routine, read by no rule",
}
FACT_FIELDS: Final[Mapping[str, str]] = {
    "type": "what it holds",
    "label": "its heading on forms and in explanations",
    "help": "a line below the field",
    "ask_for": "how it is asked for inside a sentence",
    "level": "what it is about",
    "supplied_by": "who can give it",
    "range": "`[smallest, largest]`, for numbers",
    "unit": "what stands after the number",
    "privacy": "how its values are kept",
    "options": "for choices: name and label of each",
    "fields": "for rows: name, type, label and options of each field; `sum` takes the one after `of`",
    "past": "true for a day that lies behind us",
    "known_as": "of a paper: what files that hold it are called, beside its label",
}
