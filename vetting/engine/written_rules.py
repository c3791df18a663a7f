"""A rule set as text that a secretary can read: what is asked, what follows, where it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vetting.engine.conditions import describe_condition
from vetting.engine.criteria import (
    AS_OF_WORDS,
    AsOfDay,
    AssessmentPromptTime,
    Consequence,
    Criterion,
    CriterionKind,
    ReviewMoment,
    RunningConsequence,
)
from vetting.engine.ruleset import RuleSet, adoption_in_words
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.text import AND, Words, day_in_words, join_words, list_words, same_in_both

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

KIND_HEADINGS: Final[Mapping[CaseKind, Words]] = {
    CaseKind.GRANT: Words("Bidrag", "Grants"),
    CaseKind.BOOKING: Words("Bokningar", "Bookings"),
}
CRITERION_KINDS: Final[Mapping[CriterionKind, Words]] = {
    CriterionKind.AUTOMATIC: Words("Prövas mot uppgifterna", "Checked against the information"),
    CriterionKind.DOCUMENT: Words("Handling", "Paper"),
    CriterionKind.DECLARATION: Words("Försäkran från föreningen", "Declaration by the association"),
    CriterionKind.HISTORY: Words("Prövas mot tidigare ärenden", "Checked against earlier cases"),
    CriterionKind.ASSESSMENT: Words("Bedöms av en person", "Assessed by a person"),
    CriterionKind.SIGNAL: Words("Signal: ställer en fråga till en person", "Signal: puts a question to a person"),
}
CONSEQUENCES: Final[Mapping[Consequence, Words]] = {
    Consequence.COMPLETE: Words("föreningen får komplettera", "the association may complete"),
    Consequence.ASSESS: Words("en person bedömer", "a person assesses"),
    Consequence.REFUSE: Words("förslaget blir ”Krav ej uppfyllt”", "the proposal becomes “Requirement not met”"),
    Consequence.FULL_PRICE: Words("normal taxa", "full rate"),
}
RUNNING: Final[Mapping[RunningConsequence, Words]] = {
    RunningConsequence.NONE: Words("", ""),
    RunningConsequence.ASSESS: Words("en person bedömer", "a person assesses"),
    RunningConsequence.PAUSE_PAYMENT: Words("utbetalningsstopp prövas", "a payment stop is considered"),
    RunningConsequence.RECLAIM: Words("återkrav prövas", "a reclaim is considered"),
}
MOMENTS: Final[Mapping[ReviewMoment, Words]] = {
    ReviewMoment.BEFORE: Words("före beslut", "before a decision"),
    ReviewMoment.RUNNING: Words("under bidragstiden", "while support runs"),
    ReviewMoment.BOTH: Words("före beslut och under bidragstiden", "before a decision and while support runs"),
}
_ASKS: Final[Mapping[AssessmentPromptTime, Words]] = {
    AssessmentPromptTime.ALWAYS: Words("varje gång", "every time"),
    AssessmentPromptTime.NEW_OR_AGAINST: Words(
        "när föreningen är ny, bedömningen har gått ut eller något talar emot",
        "when the association is new, the assessment has expired or something speaks against",
    ),
    AssessmentPromptTime.AGAINST: Words("när något talar emot", "when something speaks against"),
    AssessmentPromptTime.CONDITION: Words("när", "when"),
}
NO_REQUIREMENTS: Final = Words(
    "Inga krav är beslutade. Nämnden behöver lägga till egna.",
    "No requirements are adopted. The board needs to add its own.",
)
_INDENT: Final = "     "


def rules_in_words(ruleset: RuleSet) -> Iterator[Words]:
    """The set, line by line."""
    yield ruleset.title
    yield Words("=" * len(ruleset.title.sv), "=" * len(ruleset.title.en))
    yield adoption_in_words(ruleset)
    if ruleset.valid.first or ruleset.valid.last:
        yield validity_in_words(ruleset)
    for source in ruleset.sources:
        yield Words("Källa: ", "Source: ") + same_in_both(source.line())
    yield same_in_both(f"{ruleset.id} · version {ruleset.version} · SHA-256 {ruleset.fingerprint}")
    for kind in CaseKind:
        if kind in ruleset.kinds:
            yield same_in_both("")
            yield from _of_kind(ruleset, kind)
    yield same_in_both("")
    kinds = [kind for kind in CaseKind if kind in ruleset.kinds]
    yield from dict.fromkeys(line for kind in kinds for line in handling_in_words(ruleset, kind))


def validity_in_words(ruleset: RuleSet) -> Words:
    """'Gäller från 1 jan 2021'."""
    first, last = ruleset.valid.first, ruleset.valid.last
    begins = Words("från ", "from ") + day_in_words(first) if first else same_in_both("")
    ends = Words("till ", "to ") + day_in_words(last) if last else same_in_both("")
    return Words("Gäller ", "Valid ") + join_words((begins, ends))


def _of_kind(ruleset: RuleSet, kind: CaseKind) -> Iterator[Words]:
    heading = KIND_HEADINGS[kind]
    yield heading
    yield Words("-" * len(heading.sv), "-" * len(heading.en))
    criteria = ruleset.for_kind(kind)
    if not criteria:
        yield NO_REQUIREMENTS
    for number, criterion in enumerate(criteria, start=1):
        yield from _criterion(criterion, number, ruleset)


def _criterion(criterion: Criterion, number: int, ruleset: RuleSet) -> Iterator[Words]:
    yield same_in_both(f"{number:>3}. ") + criterion.label
    for line in about_criterion(criterion, ruleset):
        yield same_in_both(_INDENT) + line


def about_criterion(criterion: Criterion, ruleset: RuleSet) -> Iterator[Words]:
    """What is asked, what follows, where it is written: a line each."""
    yield from _what_is_asked(criterion, ruleset)
    yield from _what_follows(criterion)
    yield from _where_written(criterion)


def _what_is_asked(criterion: Criterion, ruleset: RuleSet) -> Iterator[Words]:
    day_name = AS_OF_WORDS[criterion.as_of]
    yield CRITERION_KINDS[criterion.kind] + same_in_both(", ") + MOMENTS[criterion.moment] + same_in_both(".")
    if criterion.condition:
        yield Words("Villkor: ", "Condition: ") + describe_condition(criterion.condition, ruleset.catalogue, day_name)
    if criterion.only_if:
        yield Words("Gäller bara om: ", "Applies only if: ") + describe_condition(
            criterion.only_if, ruleset.catalogue, day_name
        )
    if criterion.kind is CriterionKind.ASSESSMENT and criterion.ask:
        yield Words("Fråga: ", "Question: ") + criterion.question
        condition = criterion.ask.condition
        when = (
            same_in_both(" ") + describe_condition(condition, ruleset.catalogue, day_name)
            if condition
            else same_in_both("")
        )
        yield Words("Frågas ", "Asked ") + _ASKS[criterion.ask.when] + when + same_in_both(".")
    looked_at = [
        ruleset.catalogue[name].wanted
        for name in (*criterion.shown_facts, *criterion.evidence)
        if name in ruleset.catalogue
    ]
    if looked_at:
        yield Words("Underlag: ", "Evidence: ") + list_words(looked_at, AND) + same_in_both(".")
    if not criterion.settings_needed <= criterion.settings.keys():
        yield Words("Nämnden har inte bestämt någon gräns: prövas inte.", "The board has set no limit: not checked.")


def _what_follows(criterion: Criterion) -> Iterator[Words]:
    if criterion.kind is not CriterionKind.SIGNAL and criterion.moment is not ReviewMoment.RUNNING:
        yield (
            Words("Om det inte är uppfyllt: ", "If it is not met: ")
            + CONSEQUENCES[criterion.if_not_met]
            + same_in_both(".")
        )
    running = RUNNING[criterion.on_running_support]
    if running.sv and criterion.moment is not ReviewMoment.BEFORE:
        yield Words("På löpande stöd: ", "On running support: ") + running + same_in_both(".")
    if criterion.guard.sv:
        yield Words("Att hålla sig till: ", "Keep in mind: ") + criterion.guard


def _where_written(criterion: Criterion) -> Iterator[Words]:
    for source in criterion.sources:
        yield Words("Källa: ", "Source: ") + same_in_both(source.line())
    if criterion.legal:
        yield Words("Lag: ", "Law: ") + same_in_both(criterion.legal)


def handling_in_words(ruleset: RuleSet, kind: CaseKind) -> tuple[Words, ...]:
    """What the rules require of the handling: the reference group, and the gates."""
    told = []
    if kind is CaseKind.GRANT and ruleset.refer.everything:
        told.append(
            Words("Alla ansökningar lämnas till referensgruppen.", "Every application goes to the reference group.")
        )
    elif ruleset.refer.condition:
        asks = describe_condition(ruleset.refer.condition, ruleset.catalogue, AS_OF_WORDS[AsOfDay.APPLICATION])
        told.append(Words("Till referensgruppen: ", "To the reference group: ") + asks)
    gates = [gate.label for gate in ruleset.gates if kind in gate.kinds]
    if gates:
        labels = join_words(gates, same_in_both("; "))
        told.append(Words("Reglerna kräver också: ", "The rules also require: ") + labels + same_in_both("."))
    return tuple(told)
