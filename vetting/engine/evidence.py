"""A person's assessment of a criterion, and when it still answers the question."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from vetting.engine.opinion_words import asked_of_opinion, names_in
from vetting.kernel.dates import InvalidDayError, parse_day
from vetting.kernel.organisation_numbers import holds_personal_number
from vetting.kernel.problem import Problem
from vetting.kernel.text import Words, _, same_in_both

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from vetting.engine.criteria import Criterion


class CriterionAnswer(StrEnum):
    """What a person can answer. Nothing found is the ordinary answer to a value criterion."""

    MET = "met"
    NOTHING_FOUND = "nothing_found"
    NOT_MET = "not_met"
    NOT_APPLICABLE = "not_applicable"


class AnswerValidity(StrEnum):
    """Whether an answer still answers the question, and if not, why not."""

    HOLDS = "holds"
    EXPIRED = "expired"
    REWORDED = "reworded"
    WITHDRAWN = "withdrawn"
    OVERTAKEN = "overtaken"
    OTHER_KIND = "other_kind"
    """Given in another kind of case: a proposal, until somebody makes it their own here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """One answer, by whom and on which day.

    fingerprint: of the criterion as it read then. signals: marks of the hits the person had before them (what
    fired and what it read, `Finding.signals`); a hit that is not among them is newer and speaks against.
    earlier: made in another case of the same association. other_kind: that was a case of another kind, and the board
    does not let such answers hold.
    """

    criterion: str
    answer: CriterionAnswer
    by: str
    on: date
    fingerprint: str
    valid_until: date | None = None
    withdrawn: bool = False
    earlier: bool = False
    other_kind: bool = False
    signals: frozenset[str] = frozenset()

    def standing(self, fingerprint: str, on: date, hits: frozenset[str]) -> AnswerValidity:
        """Whether it answers the criterion that day, given the hits that speak against it."""
        if self.withdrawn:
            return AnswerValidity.WITHDRAWN
        if not hits <= self.signals:
            return AnswerValidity.OVERTAKEN
        if self.fingerprint != fingerprint:
            return AnswerValidity.REWORDED
        if self.valid_until is not None and on > self.valid_until:
            return AnswerValidity.EXPIRED
        if self.other_kind:
            return AnswerValidity.OTHER_KIND
        return AnswerValidity.HOLDS


class EvidenceKind(StrEnum):
    """What it is that speaks against."""

    ACT = "act"
    STATEMENT = "statement"


EVIDENCE_KIND_WORDS: Final[Mapping[EvidenceKind, Words]] = {
    EvidenceKind.ACT: _("Agerande"),
    EvidenceKind.STATEMENT: _("Uttalande"),
}


class SpecialReason(StrEnum):
    """What can weigh for the association although something happened."""

    DISTANCING = "distancing"
    MEASURES = "measures"
    SINGLE_EVENT = "single_event"
    TIME_PASSED = "time_passed"


SPECIAL_REASON_WORDS: Final[Mapping[SpecialReason, Words]] = {
    SpecialReason.DISTANCING: _("Föreningen har tagit avstånd"),
    SpecialReason.MEASURES: _("Föreningen har vidtagit åtgärder"),
    SpecialReason.SINGLE_EVENT: _("Det är en enstaka händelse"),
    SpecialReason.TIME_PASSED: _("Det har gått lång tid"),
}


class MilderMeasure(StrEnum):
    """What less than a whole no could be."""

    CONDITIONS = "conditions"
    PART = "part"
    OTHER_ROOM = "other_room"


MILDER_WORDS: Final[Mapping[MilderMeasure, Words]] = {
    MilderMeasure.CONDITIONS: _("Villkor"),
    MilderMeasure.PART: _("En del av det sökta"),
    MilderMeasure.OTHER_ROOM: _("En annan lokal"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What "not met" rests on: an act or statement. There is no room for an opinion, a faith or an origin.

    weighed: the special reasons that were found; milder: what less was tried before the answer.
    """

    deed: EvidenceKind | None
    act: str
    role: str
    inside_activity: bool | None
    happened: str
    source: str
    verified: bool | None
    may_be_shown: bool | None
    source_address: str = ""
    seen_on: date | None = None
    document_id: int | None = None
    place: str = ""
    speaks_for: str = ""
    weighed: tuple[SpecialReason, ...] = ()
    special_reasons: str = ""
    milder: tuple[MilderMeasure, ...] = ()
    proportionality: str = ""
    named_because: str = ""
    """Why the role is not enough, where a person is named."""
    acts_not_opinions: bool = False
    """Whoever wrote words of opinion or faith has answered that the assessment rests on the act."""


NO_EVIDENCE: Final = Evidence(
    deed=None, act="", role="", inside_activity=None, happened="", source="", verified=None, may_be_shown=None
)


def wrong_with(
    answer: CriterionAnswer,
    reasons: str,
    evidence: Evidence | None,
    criterion: Criterion,
    *,
    on: date,
    known_names: Iterable[str] = (),
) -> list[Problem]:
    """What stands in the way of an answer that day; each names its field of the form.

    known_names: of the association and the board, which are no persons.
    """
    given = evidence or NO_EVIDENCE
    texts = _texts(reasons, evidence)
    found = [
        Problem(name, PERSONAL_NUMBER_WRITTEN, REMOVE_IT) for name, text in texts.items() if holds_personal_number(text)
    ]
    if answer is not CriterionAnswer.NOT_MET:
        return found
    if not reasons.strip():
        found.append(Problem("reasons", _("Motiveringen saknas."), _("Skriv vad i underlaget bedömningen bygger på.")))
    if criterion.value_criterion:
        found += _wrong_with_evidence(given, on)
    return found + _questions(texts, given, tuple(known_names), criterion.own_words)


def persons_in(field: str, text: str, known_names: Iterable[str], instead: Words) -> list[Problem]:
    """A text that is to be without persons: a personal number, or what may be a name. instead: what to do then."""
    if holds_personal_number(text):
        return [Problem(field, PERSONAL_NUMBER_WRITTEN, REMOVE_IT)]
    names = names_in(text, known_names)
    if not names:
        return []
    maybe = _("Det kan vara ett namn på en person: ")
    return [Problem(field, maybe + same_in_both(", ".join(names)) + same_in_both("."), instead)]


PERSONAL_NUMBER_WRITTEN: Final = _("Texten innehåller ett personnummer.")
REMOVE_IT: Final = _("Ta bort det. Personens roll räcker.")


def _texts(reasons: str, evidence: Evidence | None) -> dict[str, str]:
    if evidence is None:
        return {"reasons": reasons}
    return {
        "reasons": reasons,
        "act": evidence.act,
        "role": evidence.role,
        "happened": evidence.happened,
        "source": evidence.source,
        "place": evidence.place,
        "speaks_for": evidence.speaks_for,
        "special_reasons": evidence.special_reasons,
        "proportionality": evidence.proportionality,
        "named_because": evidence.named_because,
    }


def _questions(
    texts: Mapping[str, str], given: Evidence, known_names: tuple[str, ...], own_words: tuple[str, ...]
) -> list[Problem]:
    """What has to be answered before the texts are kept: words of opinion or faith, the name of a person."""
    said = " ".join((texts["reasons"], given.act))
    found = asked_of_opinion(said, answered=given.acts_not_opinions, own=own_words)
    names = names_in(" . ".join((given.role, given.act, texts["reasons"])), known_names)
    if names and not given.named_because.strip():
        found.append(
            Problem(
                "named_because",
                _("Det kan vara ett namn på en person: ") + same_in_both(", ".join(names)) + same_in_both("."),
                _("Skriv rollen i stället, eller varför rollen inte räcker."),
            )
        )
    return found


_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def _wrong_with_evidence(given: Evidence, on: date) -> list[Problem]:
    """What is lacking, field by field; of what nobody has begun to describe one thing is said, not each question."""
    if given == NO_EVIDENCE:
        return [
            Problem(
                "act",
                _("Inget agerande eller uttalande är beskrivet."),
                _("Svara på de åtta frågorna, eller välj ett annat svar."),
            )
        ]
    texts = {
        "act": (given.act, _("Agerandet eller uttalandet saknas."), _("Skriv vad som gjordes eller sades.")),
        "role": (given.role, _("Rollen saknas."), _("Skriv personens roll, inte namnet.")),
        "source": (given.source, _("Källan saknas."), _("Skriv var det framgår.")),
        "speaks_for": (
            given.speaks_for,
            _("Det som talar för föreningen saknas."),
            _("Skriv vad det är, eller att du har letat utan att hitta något."),
        ),
        "special_reasons": (
            given.special_reasons,
            _("Särskilda skäl är inte vägda."),
            _("Skriv hur avståndstagande, åtgärder, enstaka händelse och tid har vägts."),
        ),
        "proportionality": (
            given.proportionality,
            _("Det står inte varför något mildare inte räcker."),
            _("Skriv varför villkor, en del av det sökta eller en annan lokal inte räcker."),
        ),
    }
    found = [Problem(name, what, remedy) for name, (text, what, remedy) in texts.items() if not text.strip()]
    if given.deed is None:
        found.insert(
            0, Problem("deed", _("Du har inte valt om det är ett agerande eller ett uttalande."), _("Välj ett."))
        )
    found += _wrong_time(given, on)
    rules = {
        "inside_activity": (
            given.inside_activity,
            _("Bara det som skett inom föreningens verksamhet kan ge ”ej uppfyllt”."),
            _("Svara ja, eller välj ett annat svar."),
        ),
        "verified": (
            given.verified,
            _("En muntlig eller obekräftad uppgift kan inte ge ”ej uppfyllt”."),
            _("Bekräfta den först, eller välj ett annat svar."),
        ),
        "may_be_shown": (
            given.may_be_shown,
            _("Det som föreningen inte får se kan inte ge ”ej uppfyllt”."),
            _("Svara ja, eller välj ett annat svar."),
        ),
    }
    found += [Problem(name, what, remedy) for name, (value, what, remedy) in rules.items() if value is not True]
    return found


def _wrong_time(given: Evidence, on: date) -> list[Problem]:
    """When it happened, and when the source was seen."""
    found = []
    years = [int(year) for year in _YEAR.findall(given.happened)]
    if not years:
        found.append(
            Problem(
                "happened",
                _("Tidpunkten saknas, eller så saknas årtalet."),
                _("Skriv när det hände, till exempel 2026-03-15 eller mars 2026."),
            )
        )
    elif _lies_ahead(given.happened, years, on):
        found.append(Problem("happened", AHEAD, _("Rätta datumet.")))
    if given.source_address and not is_address(given.source_address):
        found.append(
            Problem("source_address", _("Det är ingen webbadress."), _("Skriv den så här: https://exempel.se/sida."))
        )
    if given.source_address and given.seen_on is None:
        found.append(Problem("seen_on", _("Det står inte när källan sågs."), _("Skriv dagen. En sida kan ändras.")))
    if given.seen_on is not None and given.seen_on > on:
        found.append(Problem("seen_on", AHEAD, _("Rätta datumet.")))
    return found


AHEAD: Final = _("Datumet ligger i framtiden.")


def _lies_ahead(text: str, years: list[int], on: date) -> bool:
    try:
        return parse_day(text) > on
    except InvalidDayError:
        return min(years) > on.year


def is_address(text: str) -> bool:
    """Whether it is the address of a page on the web."""
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and "." in parts.netloc and not re.search(r"\s", text.strip())
