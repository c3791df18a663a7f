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
from vetting.kernel.text import Words, same_in_both

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


class AnswerStanding(StrEnum):
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

    def standing(self, fingerprint: str, on: date, hits: frozenset[str]) -> AnswerStanding:
        """Whether it answers the criterion that day, given the hits that speak against it."""
        if self.withdrawn:
            return AnswerStanding.WITHDRAWN
        if not hits <= self.signals:
            return AnswerStanding.OVERTAKEN
        if self.fingerprint != fingerprint:
            return AnswerStanding.REWORDED
        if self.valid_until is not None and on > self.valid_until:
            return AnswerStanding.EXPIRED
        if self.other_kind:
            return AnswerStanding.OTHER_KIND
        return AnswerStanding.HOLDS


class EvidenceKind(StrEnum):
    """What it is that speaks against."""

    ACT = "act"
    STATEMENT = "statement"


EVIDENCE_KIND_WORDS: Final[Mapping[EvidenceKind, Words]] = {
    EvidenceKind.ACT: Words("Handling", "Act"),
    EvidenceKind.STATEMENT: Words("Uttalande", "Statement"),
}


class SpecialReason(StrEnum):
    """What can weigh for the association although something happened."""

    DISTANCING = "distancing"
    MEASURES = "measures"
    SINGLE_EVENT = "single_event"
    TIME_PASSED = "time_passed"


SPECIAL_REASON_WORDS: Final[Mapping[SpecialReason, Words]] = {
    SpecialReason.DISTANCING: Words("Föreningen har tagit avstånd", "The association has distanced itself"),
    SpecialReason.MEASURES: Words("Föreningen har gjort något åt det", "The association has taken measures"),
    SpecialReason.SINGLE_EVENT: Words("Det är en enstaka händelse", "It is a single event"),
    SpecialReason.TIME_PASSED: Words("Det har gått lång tid", "Much time has passed"),
}


class MilderMeasure(StrEnum):
    """What less than a whole no could be."""

    CONDITIONS = "conditions"
    PART = "part"
    OTHER_ROOM = "other_room"


MILDER_WORDS: Final[Mapping[MilderMeasure, Words]] = {
    MilderMeasure.CONDITIONS: Words("Villkor", "Conditions"),
    MilderMeasure.PART: Words("En del av det sökta", "A part of what was applied for"),
    MilderMeasure.OTHER_ROOM: Words("En annan lokal", "Another room"),
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
        found.append(
            Problem(
                "reasons",
                Words("Motiveringen saknas.", "The reasons are missing."),
                Words(
                    "Skriv vad i underlaget bedömningen bygger på.",
                    "Write what in the material the assessment rests on.",
                ),
            )
        )
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
    maybe = Words("Det kan vara ett namn på en person: ", "This may be the name of a person: ")
    return [Problem(field, maybe + same_in_both(", ".join(names)) + same_in_both("."), instead)]


PERSONAL_NUMBER_WRITTEN: Final = Words("Texten innehåller ett personnummer.", "The text holds a personal number.")
REMOVE_IT: Final = Words("Ta bort det. Funktionen räcker.", "Remove it. The function is enough.")


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
                Words("Det kan vara ett namn på en person: ", "This may be the name of a person: ")
                + same_in_both(", ".join(names))
                + same_in_both("."),
                Words(
                    "Skriv rollen i stället, eller varför rollen inte räcker.",
                    "Write the role instead, or why the role is not enough.",
                ),
            )
        )
    return found


_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def _wrong_with_evidence(given: Evidence, on: date) -> list[Problem]:
    texts = {
        "act": (
            given.act,
            Words("Handlingen eller uttalandet saknas.", "The act or statement is missing."),
            Words("Skriv vad som gjordes eller sades.", "Write what was done or said."),
        ),
        "role": (
            given.role,
            Words("Rollen saknas.", "The role is missing."),
            Words("Skriv personens roll, inte namnet.", "Write the person's role, not the name."),
        ),
        "source": (
            given.source,
            Words("Källan saknas.", "The source is missing."),
            Words("Skriv var det framgår.", "Write where it can be seen."),
        ),
        "speaks_for": (
            given.speaks_for,
            Words("Det som talar för föreningen saknas.", "It does not say what speaks for the association."),
            Words(
                "Skriv det, eller att du har letat och inget funnit.",
                "Write it, or that you have looked and found nothing.",
            ),
        ),
        "special_reasons": (
            given.special_reasons,
            Words("Särskilda skäl är inte vägda.", "Special reasons have not been weighed."),
            Words(
                "Skriv hur avståndstagande, åtgärder, enstaka händelse och tid har vägts.",
                "Write how distancing, measures, a single event and time were weighed.",
            ),
        ),
        "proportionality": (
            given.proportionality,
            Words("Det står inte varför mindre inte räcker.", "It does not say why less is not enough."),
            Words(
                "Skriv varför villkor, en del eller en annan lokal inte räcker.",
                "Write why conditions, a part or another room are not enough.",
            ),
        ),
    }
    found = [Problem(name, what, remedy) for name, (text, what, remedy) in texts.items() if not text.strip()]
    if given.deed is None:
        found.insert(
            0,
            Problem(
                "deed",
                Words(
                    "Det är inte valt om det är en handling eller ett uttalande.",
                    "It is not chosen whether it is an act or a statement.",
                ),
                Words("Välj ett.", "Choose one."),
            ),
        )
    found += _wrong_time(given, on)
    rules = {
        "inside_activity": (
            given.inside_activity,
            Words(
                "Bara det som skett inom föreningens verksamhet kan ge ”ej uppfyllt”.",
                "Only what happened within the association's activity can give “not met”.",
            ),
            Words("Svara ja, eller välj ett annat svar.", "Answer yes, or choose another answer."),
        ),
        "verified": (
            given.verified,
            Words(
                "En muntlig eller obekräftad uppgift kan inte ge ”ej uppfyllt”.",
                "Oral or unverified information cannot give “not met”.",
            ),
            Words("Bekräfta den först, eller välj ett annat svar.", "Verify it first, or answer otherwise."),
        ),
        "may_be_shown": (
            given.may_be_shown,
            Words(
                "Det som föreningen inte får se kan inte ge ”ej uppfyllt”.",
                "What the association may not see cannot give “not met”.",
            ),
            Words("Svara ja, eller välj ett annat svar.", "Answer yes, or choose another answer."),
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
                Words("Tidpunkten saknas, eller året i den.", "The time is missing, or the year in it."),
                Words(
                    "Skriv när det hände, till exempel 2026-03-15 eller mars 2026.",
                    "Write when it happened, for example 2026-03-15 or March 2026.",
                ),
            )
        )
    elif _lies_ahead(given.happened, years, on):
        found.append(Problem("happened", AHEAD, Words("Rätta datumet.", "Correct the date.")))
    if given.source_address and not is_address(given.source_address):
        found.append(
            Problem(
                "source_address",
                Words("Det är ingen webbadress.", "That is no web address."),
                Words("Skriv den så här: https://exempel.se/sida.", "Write it like this: https://example.com/page."),
            )
        )
    if given.source_address and given.seen_on is None:
        found.append(
            Problem(
                "seen_on",
                Words("Det står inte när källan sågs.", "It does not say when it was seen."),
                Words("Skriv dagen. En sida kan ändras.", "Write the day. A page can change."),
            )
        )
    if given.seen_on is not None and given.seen_on > on:
        found.append(Problem("seen_on", AHEAD, Words("Rätta datumet.", "Correct the date.")))
    return found


AHEAD: Final = Words("Dagen har inte varit än.", "The day has not been yet.")


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
