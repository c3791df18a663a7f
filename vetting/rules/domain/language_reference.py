"""The rule language explained word by word, as the editor does; docs/rules/writing-rules.md says more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from vetting.engine.facts import FactSupplier, FactType
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
