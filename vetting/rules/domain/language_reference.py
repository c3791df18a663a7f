"""The rule language explained word by word, each with an example: the editor's help and rules/README.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from vetting.engine.conditions.comparisons import COMPARISONS, FactMeasure
from vetting.engine.facts import DAYS, LISTS, NUMBERS, TEXTS, FactSupplier, FactType
from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Mapping


class LanguageExample(NamedTuple):
    """An example as it is written in a file, and when it holds."""

    example: str
    holds: Words


COMPARISON_HELP: Final[Mapping[str, LanguageExample]] = {
    "present": LanguageExample(
        "{fact: statutes_document, present: true}",
        _("det finns ett värde eller en handling; falskt när det är noterat att den inte finns"),
    ),
    "equal": LanguageExample(
        "{fact: bankrupt, equal: false}", _("det är samma; stora och små bokstäver spelar ingen roll")
    ),
    "at_least": LanguageExample("{fact: members_total, at_least: 5}", _("inte mindre och inte tidigare")),
    "at_most": LanguageExample("{fact: received_on, at_most: {fact: deadline}}", _("inte mer och inte senare")),
    "between": LanguageExample("{fact: board_size, between: [3, 9]}", _("inom gränserna, båda medräknade")),
    "one_of": LanguageExample("{fact: legal_form, one_of: [ideell_forening, stiftelse]}", _("det är ett av dem")),
    "contains": LanguageExample(
        "{fact: purpose, contains: barn}", _("texten innehåller det, eller så finns det i listan")
    ),
    "matches_list": LanguageExample(
        "{fact: event_title, matches_list: [kalas, fest*]}",
        _("texten innehåller ordet, ett ord som börjar så (*) eller frasen"),
    ),
    "before": LanguageExample("{fact: statutes_adopted_on, before: 2026-01-01}", _("tidigare")),
    "after": LanguageExample("{fact: activity_starts_on, after: {fact: decision_planned_on}}", _("senare")),
    "same_year": LanguageExample(
        "{fact: annual_meeting_held_on, same_year: {fact: received_on}}", _("samma kalenderår")
    ),
    "within": LanguageExample(
        "{fact: annual_meeting_held_on, within: {years: 1}}", _("högst så lång tid före dagen det räknas från")
    ),
    "older_than": LanguageExample(
        "{fact: previously_vetted_on, older_than: {months: 12}}", _("mer än så lång tid före den")
    ),
    "at_least_old": LanguageExample(
        "{fact: organisation_number_since, at_least_old: {years: 1}}", _("så lång tid före den, eller mer")
    ),
}
COMPARISON_NAMES: Final[Mapping[str, Words]] = {
    "present": _("finns (ja eller nej)"),
    "equal": _("är"),
    "at_least": _("är minst"),
    "at_most": _("är högst"),
    "between": _("är mellan (två värden)"),
    "one_of": _("är något av"),
    "contains": _("innehåller"),
    "matches_list": _("nämner något av orden"),
    "before": _("är före"),
    "after": _("är efter"),
    "same_year": _("är samma år som"),
    "within": _("är högst så länge sedan"),
    "older_than": _("är mer än så länge sedan"),
    "at_least_old": _("är minst så länge sedan"),
}
TYPE_WORDS: Final[Mapping[FactType, Words]] = {
    FactType.TEXT: _("Text"),
    FactType.WHOLE_NUMBER: _("Heltal"),
    FactType.NUMBER: _("Tal"),
    FactType.MONEY: _("Belopp i kronor"),
    FactType.DATE: _("Datum"),
    FactType.DATETIME: _("Datum och klockslag"),
    FactType.YES_NO: _("Ja eller nej"),
    FactType.CHOICE: _("Ett val"),
    FactType.CHOICES: _("Flera val"),
    FactType.DOCUMENT: _("Handling"),
    FactType.URL: _("Webbadress"),
    FactType.ORGANISATION_NUMBER: _("Organisationsnummer"),
    FactType.LIST_OF_TEXT: _("Lista med texter"),
    FactType.LIST_OF_PARTNERS: _("Lista med samarbetspartner"),
    FactType.LIST_OF_SUPPORT: _("Lista med stöd"),
    FactType.LIST_OF_CASES: _("Lista med ärenden"),
    FactType.LIST_OF_DOCUMENTS: _("Lista med handlingar"),
    FactType.LIST_OF_ROWS: _("Lista med egna kolumner"),
    FactType.YEAR: _("År"),
}
SUPPLIER_WORDS: Final[Mapping[FactSupplier, Words]] = {
    FactSupplier.APPLICANT: _("Föreningen"),
    FactSupplier.STAFF: _("Handläggaren"),
    FactSupplier.IMPORT: _("En inläst lista"),
    FactSupplier.COMPUTED: _("Räknas ut"),
}
MEASURE_HELP: Final[Mapping[FactMeasure, LanguageExample]] = {
    FactMeasure.VALUE: LanguageExample("{fact: members_total, at_least: 5}", _("uppgiftens värde")),
    FactMeasure.COUNT: LanguageExample(
        "{count: other_support, where: {fact: amount, at_least: 10000}, at_most: 2}",
        _("hur många i en lista, eller hur många av dem där något gäller"),
    ),
    FactMeasure.SUM: LanguageExample(
        "{sum: other_support, where: {fact: funder, contains: kommun}, at_most: 50000}",
        _("summan av en lista med stöd, eller av dem där något gäller"),
    ),
    FactMeasure.SHARE: LanguageExample(
        "{share: members_in_municipality, of: members_total, at_least: 0.5}", _("en del av en helhet, från 0 till 1")
    ),
    FactMeasure.PLUS: LanguageExample(
        "{plus: amount_applied, of: sum_other_support, at_most: 100000}", _("två uppgifter tillsammans")
    ),
    FactMeasure.MINUS: LanguageExample(
        "{minus: amount_granted, of: amount_reported, at_most: 0}", _("den ena uppgiften minus den andra")
    ),
    FactMeasure.ANY_IN: LanguageExample(
        "{any_in: partners, where: {fact: name, matches_list: [studieförbund*]}}",
        _("minst en i listan där något gäller"),
    ),
    FactMeasure.ALL_IN: LanguageExample(
        "{all_in: case_documents, where: {fact: arrived_on, at_most: 2026-10-01}}",
        _("alla i listan; en tom lista uppfyller det"),
    ),
}
GROUP_HELP: Final[Mapping[str, LanguageExample]] = {
    "all": LanguageExample(
        "{all: [{fact: bankrupt, equal: false}, {fact: members_total, at_least: 5}]}", _("alla gäller")
    ),
    "any": LanguageExample(
        "{any: [{fact: founding_minutes, present: true}, {fact: annual_minutes, present: true}]}", _("minst ett gäller")
    ),
    "not": LanguageExample("{not: {fact: legal_form, equal: aktiebolag}}", _("det gäller inte")),
}
COMPARED_WITH: Final[Mapping[str, LanguageExample]] = {
    "a value": LanguageExample("{fact: board_size, at_least: 3}", _("ett värde i regeln; pengar i kronor")),
    "{fact: …}": LanguageExample("{fact: received_on, at_most: {fact: deadline}}", _("en annan uppgift av samma typ")),
    "{setting: …}": LanguageExample(
        "{fact: members_total, at_least: {setting: required_members}}",
        _("ett värde som nämnden anger under settings; utan värde prövas kriteriet inte"),
    ),
    "{list: …}": LanguageExample(
        "{fact: event_title, matches_list: {list: ord-att-titta-pa}}", _("en namngiven lista under lists")
    ),
    "{each_year: …}": LanguageExample(
        "{fact: report_received_on, at_most: {each_year: 03-31, of: decision_planned_on, years_after: 1}}",
        _("en dag som kommer igen varje år: samma år som det som jämförs, eller räknat från ett annat datum"),
    ),
    "{years, months, days}": LanguageExample(
        "{fact: received_on, at_least_old: {days: 21}, of: {fact: event_starts_at}}",
        _("en tid; räknas bakåt från 'as_of', eller från den dag som anges efter 'of'"),
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
