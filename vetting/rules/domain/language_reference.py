"""The rule language explained word by word, each with an example: the editor's help and rules/README.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from vetting.engine.conditions.comparisons import COMPARISONS, FactMeasure
from vetting.engine.facts import DAYS, LISTS, NUMBERS, TEXTS, FactSupplier, FactType
from vetting.kernel.text import Words

if TYPE_CHECKING:
    from collections.abc import Mapping


class LanguageExample(NamedTuple):
    """An example as it is written in a file, and when it holds."""

    example: str
    holds: Words


COMPARISON_HELP: Final[Mapping[str, LanguageExample]] = {
    "present": LanguageExample(
        "{fact: statutes_document, present: true}",
        Words(
            "det finns ett värde eller en handling; falskt när det är noterat att den inte finns",
            "there is a value or paper; false when recorded as not there",
        ),
    ),
    "equal": LanguageExample(
        "{fact: bankrupt, equal: false}",
        Words("det är samma; stora och små bokstäver spelar ingen roll", "it is the same; capitals make no difference"),
    ),
    "at_least": LanguageExample(
        "{fact: members_total, at_least: 5}", Words("inte mindre och inte tidigare", "not less, not earlier")
    ),
    "at_most": LanguageExample(
        "{fact: received_on, at_most: {fact: deadline}}", Words("inte mer och inte senare", "not more, not later")
    ),
    "between": LanguageExample(
        "{fact: board_size, between: [3, 9]}", Words("inom gränserna, båda medräknade", "within, both ends included")
    ),
    "one_of": LanguageExample(
        "{fact: legal_form, one_of: [ideell_forening, stiftelse]}", Words("det är ett av dem", "it is one of them")
    ),
    "contains": LanguageExample(
        "{fact: purpose, contains: barn}",
        Words("texten innehåller det, eller listan har det", "the text holds it, or the list has it"),
    ),
    "matches_list": LanguageExample(
        "{fact: event_title, matches_list: [kalas, fest*]}",
        Words(
            "ett ord, ett ord som börjar så (*) eller en fras står där",
            "a word, a word beginning so (*), or a phrase stands there",
        ),
    ),
    "before": LanguageExample("{fact: statutes_adopted_on, before: 2026-01-01}", Words("tidigare", "earlier")),
    "after": LanguageExample(
        "{fact: activity_starts_on, after: {fact: decision_planned_on}}", Words("senare", "later")
    ),
    "within": LanguageExample(
        "{fact: annual_meeting_held_on, within: {years: 1}}",
        Words("högst så lång tid före dagen det räknas från", "at most so long before the day counted from"),
    ),
    "older_than": LanguageExample(
        "{fact: previously_vetted_on, older_than: {months: 12}}",
        Words("mer än så lång tid före den", "more than so long before it"),
    ),
    "at_least_old": LanguageExample(
        "{fact: organisation_number_since, at_least_old: {years: 1}}",
        Words("så lång tid före den, eller mer", "so long before it, or more"),
    ),
}
COMPARISON_NAMES: Final[Mapping[str, Words]] = {
    "present": Words("finns (ja eller nej)", "is there (yes or no)"),
    "equal": Words("är", "is"),
    "at_least": Words("är minst", "is at least"),
    "at_most": Words("är högst", "is at most"),
    "between": Words("är mellan (två värden)", "is between (two values)"),
    "one_of": Words("är något av", "is one of"),
    "contains": Words("innehåller", "contains"),
    "matches_list": Words("nämner något av orden", "mentions one of the words"),
    "before": Words("är före", "is before"),
    "after": Words("är efter", "is after"),
    "within": Words("är högst så länge sedan", "is at most so long ago"),
    "older_than": Words("är mer än så länge sedan", "is more than so long ago"),
    "at_least_old": Words("är minst så länge sedan", "is at least so long ago"),
}
TYPE_WORDS: Final[Mapping[FactType, Words]] = {
    FactType.TEXT: Words("Text", "Text"),
    FactType.WHOLE_NUMBER: Words("Heltal", "Whole number"),
    FactType.NUMBER: Words("Tal", "Number"),
    FactType.MONEY: Words("Belopp i kronor", "Amount in kronor"),
    FactType.DATE: Words("Datum", "Date"),
    FactType.DATETIME: Words("Datum och klockslag", "Date and time"),
    FactType.YES_NO: Words("Ja eller nej", "Yes or no"),
    FactType.CHOICE: Words("Ett val", "One choice"),
    FactType.CHOICES: Words("Flera val", "Several choices"),
    FactType.DOCUMENT: Words("Handling", "Paper"),
    FactType.URL: Words("Webbadress", "Web address"),
    FactType.ORGANISATION_NUMBER: Words("Organisationsnummer", "Organisation number"),
    FactType.LIST_OF_TEXT: Words("Lista med texter", "List of texts"),
    FactType.LIST_OF_PARTNERS: Words("Lista med samarbetspartner", "List of partners"),
    FactType.LIST_OF_SUPPORT: Words("Lista med stöd", "List of support"),
    FactType.LIST_OF_CASES: Words("Lista med ärenden", "List of cases"),
    FactType.LIST_OF_DOCUMENTS: Words("Lista med handlingar", "List of papers"),
}
SUPPLIER_WORDS: Final[Mapping[FactSupplier, Words]] = {
    FactSupplier.APPLICANT: Words("Föreningen", "The association"),
    FactSupplier.STAFF: Words("Handläggaren", "The caseworker"),
    FactSupplier.IMPORT: Words("En inläst lista", "An imported list"),
    FactSupplier.COMPUTED: Words("Räknas ut", "Worked out"),
}
MEASURE_HELP: Final[Mapping[FactMeasure, LanguageExample]] = {
    FactMeasure.VALUE: LanguageExample(
        "{fact: members_total, at_least: 5}", Words("uppgiftens värde", "the fact's value")
    ),
    FactMeasure.COUNT: LanguageExample(
        "{count: other_support, where: {fact: amount, at_least: 10000}, at_most: 2}",
        Words(
            "hur många i en lista, eller hur många av dem där något gäller",
            "how many in a list, or how many of them where something holds",
        ),
    ),
    FactMeasure.SUM: LanguageExample(
        "{sum: other_support, where: {fact: funder, contains: kommun}, at_most: 50000}",
        Words(
            "summan av en lista med stöd, eller av dem där något gäller",
            "the sum of a list of support, or of those where something holds",
        ),
    ),
    FactMeasure.SHARE: LanguageExample(
        "{share: members_in_municipality, of: members_total, at_least: 0.5}",
        Words("en del av en helhet, från 0 till 1", "a part of a whole, from 0 to 1"),
    ),
    FactMeasure.ANY_IN: LanguageExample(
        "{any_in: partners, where: {fact: name, matches_list: [studieförbund*]}}",
        Words("minst en i listan där något gäller", "at least one in the list where something holds"),
    ),
    FactMeasure.ALL_IN: LanguageExample(
        "{all_in: case_documents, where: {fact: arrived_on, at_most: 2026-10-01}}",
        Words("alla i listan; en tom lista uppfyller det", "all in the list; an empty list meets it"),
    ),
}
GROUP_HELP: Final[Mapping[str, LanguageExample]] = {
    "all": LanguageExample(
        "{all: [{fact: bankrupt, equal: false}, {fact: members_total, at_least: 5}]}", Words("alla gäller", "all hold")
    ),
    "any": LanguageExample(
        "{any: [{fact: founding_minutes, present: true}, {fact: annual_minutes, present: true}]}",
        Words("minst ett gäller", "at least one holds"),
    ),
    "not": LanguageExample(
        "{not: {fact: legal_form, equal: aktiebolag}}", Words("det gäller inte", "it does not hold")
    ),
}
COMPARED_WITH: Final[Mapping[str, LanguageExample]] = {
    "a value": LanguageExample(
        "{fact: board_size, at_least: 3}",
        Words("ett värde i regeln; pengar i kronor", "a value in the rule; money in kronor"),
    ),
    "{fact: …}": LanguageExample(
        "{fact: received_on, at_most: {fact: deadline}}",
        Words("en annan uppgift av samma typ", "another fact of the same type"),
    ),
    "{setting: …}": LanguageExample(
        "{fact: members_total, at_least: {setting: required_members}}",
        Words(
            "ett värde som nämnden anger under settings; utan värde prövas kriteriet inte",
            "a value that the board gives under settings; without one the criterion is not applied",
        ),
    ),
    "{list: …}": LanguageExample(
        "{fact: event_title, matches_list: {list: ord-att-titta-pa}}",
        Words("en namngiven lista under lists", "a named list under lists"),
    ),
    "{years, months, days}": LanguageExample(
        "{fact: received_on, at_least_old: {days: 21}, of: {fact: event_starts_at}}",
        Words(
            "en tid; räknas bakåt från as_of, eller från dagen efter of",
            "a length of time; counted back from as_of, or from the day after of",
        ),
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
    "if_not_met": "what is proposed before a decision",
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
    "criteria": "its criteria: `use:` one from the library, or one of its own",
    "gates": "what must have happened before a step",
    "refer": "which applications go to the reference group: `all`, `none` or a condition",
    "facts": "the board's own facts",
    "lists": "named lists of words",
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
    "past": "true for a day that lies behind us",
    "known_as": "of a paper: what files that hold it are called, beside its label",
}
