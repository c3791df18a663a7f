"""A rule set as text that a secretary can read: what is asked, what follows, where it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vetting.engine.amounts import amount_in_words
from vetting.engine.conditions import ConditionLeaf, describe_condition
from vetting.engine.conditions.comparisons import LiteralValue
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
from vetting.engine.reasons import step_in_words
from vetting.engine.ruleset import RuleSet, adoption_in_words
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import Span
from vetting.kernel.text import (
    AND,
    NO_WORDS,
    Words,
    _,
    day_in_words,
    in_context,
    join_words,
    list_words,
    lower_first,
    same_in_both,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vetting.engine.conditions import Condition
    from vetting.engine.criteria import ReductionStep

KIND_HEADINGS: Final[Mapping[CaseKind, Words]] = {
    CaseKind.GRANT: in_context("several", "Bidrag"),
    CaseKind.BOOKING: _("Bokningar"),
}
CRITERION_KINDS: Final[Mapping[CriterionKind, Words]] = {
    CriterionKind.AUTOMATIC: _("Prövas mot uppgifterna"),
    CriterionKind.DOCUMENT: _("Handling"),
    CriterionKind.DECLARATION: _("Försäkran från föreningen"),
    CriterionKind.HISTORY: _("Prövas mot tidigare ärenden"),
    CriterionKind.ASSESSMENT: _("Bedöms av en person"),
    CriterionKind.SIGNAL: _("Signal: ställer en fråga till en person"),
}
CONSEQUENCES: Final[Mapping[Consequence, Words]] = {
    Consequence.COMPLETE: _("föreningen får komplettera"),
    Consequence.ASSESS: _("en person bedömer"),
    Consequence.REFUSE: _("förslaget blir ”Krav ej uppfyllt”"),
    Consequence.DISMISS: _("förslaget blir ”Kan inte tas upp till prövning”"),
    Consequence.REDUCE: _("avdrag"),
    Consequence.FULL_PRICE: _("normaltaxa"),
}
RUNNING: Final[Mapping[RunningConsequence, Words]] = {
    RunningConsequence.NONE: NO_WORDS,
    RunningConsequence.ASSESS: _("en person bedömer"),
    RunningConsequence.PAUSE_PAYMENT: _("utbetalningsstopp prövas"),
    RunningConsequence.RECLAIM: _("återkrav prövas"),
}
MOMENTS: Final[Mapping[ReviewMoment, Words]] = {
    ReviewMoment.BEFORE: _("före beslut"),
    ReviewMoment.RUNNING: _("under bidragstiden"),
    ReviewMoment.BOTH: _("före beslut och under bidragstiden"),
}
_ASKS: Final[Mapping[AssessmentPromptTime, Words]] = {
    AssessmentPromptTime.ALWAYS: _("varje gång"),
    AssessmentPromptTime.NEW_OR_AGAINST: _("när föreningen är ny, bedömningen har gått ut eller något talar emot"),
    AssessmentPromptTime.AGAINST: _("när något talar emot"),
    AssessmentPromptTime.CONDITION: _("när"),
}
NO_REQUIREMENTS: Final = _("Inga krav är beslutade. Nämnden behöver lägga till egna.")
_INDENT: Final = "     "


def rules_in_words(ruleset: RuleSet) -> Iterator[Words]:
    """The set, line by line."""
    yield ruleset.title
    yield Words("=" * len(ruleset.title.sv), "=" * len(ruleset.title.en))
    yield adoption_in_words(ruleset)
    if ruleset.valid.first or ruleset.valid.last:
        yield validity_in_words(ruleset)
    for source in ruleset.sources:
        yield _("Källa: ") + same_in_both(source.line())
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
    begins = _("från ") + day_in_words(first) if first else same_in_both("")
    ends = _("till ") + day_in_words(last) if last else same_in_both("")
    return _("Gäller ") + join_words((begins, ends))


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
    yield from asked_by_criterion(criterion, ruleset)
    yield from _what_follows(criterion, ruleset)
    yield from _where_written(criterion)


def asked_by_criterion(criterion: Criterion, ruleset: RuleSet) -> Iterator[Words]:
    """What is asked: by whom, the condition, when it is asked at all, what is looked at."""
    day_name = AS_OF_WORDS[criterion.as_of]
    yield CRITERION_KINDS[criterion.kind] + same_in_both(", ") + MOMENTS[criterion.moment] + same_in_both(".")
    if criterion.condition:
        yield _("Villkor: ") + describe_condition(criterion.condition, ruleset.catalogue, day_name)
    if criterion.only_if:
        yield _("Gäller bara om: ") + describe_condition(criterion.only_if, ruleset.catalogue, day_name)
    if criterion.kind is CriterionKind.ASSESSMENT and criterion.ask:
        yield _("Fråga: ") + criterion.question
        condition = criterion.ask.condition
        when = (
            same_in_both(" ") + describe_condition(condition, ruleset.catalogue, day_name)
            if condition
            else same_in_both("")
        )
        yield _("Frågas ") + _ASKS[criterion.ask.when] + when + same_in_both(".")
    looked_at = [
        ruleset.catalogue[name].wanted
        for name in (*criterion.shown_facts, *criterion.evidence)
        if name in ruleset.catalogue
    ]
    if looked_at:
        yield _("Underlag: ") + list_words(looked_at, AND) + same_in_both(".")
    if not criterion.settings_needed <= criterion.settings.keys():
        yield _("Nämnden har inte bestämt någon gräns: prövas inte.")


def _step(step: ReductionStep, criterion: Criterion, ruleset: RuleSet) -> Words:
    """'10 % avdrag (ansökan kom in högst 7 dagar efter sista ansökningsdag)'."""
    if step.when is None:
        return step_in_words(step)
    when = _so_late(step.when, ruleset) or describe_condition(
        step.when, ruleset.catalogue, AS_OF_WORDS[criterion.as_of]
    )
    return step_in_words(step) + same_in_both(" (") + when + same_in_both(")")


def _so_late(when: Condition, ruleset: RuleSet) -> Words | None:
    """A day that came so long after another, said from the one that came; None of any other condition."""
    asked = when.comparison if isinstance(when, ConditionLeaf) else None
    if asked is None or asked.comparison != "within" or asked.reference is None:
        return None
    if not isinstance(asked.operand, LiteralValue) or not isinstance(asked.operand.value, Span):
        return None
    came, due = (lower_first(ruleset.catalogue[fact].label) for fact in (asked.reference, asked.fact))
    return came + _(" högst {length} efter ", length=asked.operand.value.words()) + due


def _what_follows(criterion: Criterion, ruleset: RuleSet) -> Iterator[Words]:
    if criterion.kind is not CriterionKind.SIGNAL and criterion.moment is not ReviewMoment.RUNNING:
        follows = CONSEQUENCES[criterion.if_not_met]
        if criterion.reduction:
            follows = join_words([_step(step, criterion, ruleset) for step in criterion.reduction], "; ")
        yield (_("Om det inte är uppfyllt: ") + follows + same_in_both("."))
    running = RUNNING[criterion.on_running_support]
    if running.sv and criterion.moment is not ReviewMoment.BEFORE:
        yield _("För löpande stöd: ") + running + same_in_both(".")
    if criterion.guard.sv:
        yield _("Att hålla sig till: ") + criterion.guard


def _where_written(criterion: Criterion) -> Iterator[Words]:
    for source in criterion.sources:
        yield _("Källa: ") + same_in_both(source.line())
    if criterion.legal:
        yield _("Lag: ") + same_in_both(criterion.legal)


def handling_in_words(ruleset: RuleSet, kind: CaseKind) -> tuple[Words, ...]:
    """What the rules require of the handling: the reference group, and the gates."""
    told = []
    if kind is CaseKind.GRANT and ruleset.refer.everything:
        told.append(_("Alla ansökningar lämnas till referensgruppen."))
    elif ruleset.refer.condition:
        asks = describe_condition(ruleset.refer.condition, ruleset.catalogue, AS_OF_WORDS[AsOfDay.APPLICATION])
        told.append(_("Till referensgruppen: ") + asks)
    if kind is CaseKind.GRANT and ruleset.amount is not None:
        told.append(_("Så räknas beloppet: ") + amount_in_words(ruleset.amount, ruleset.catalogue) + same_in_both("."))
    gates = [gate.label for gate in ruleset.gates if kind in gate.kinds]
    if gates:
        labels = join_words(gates, "; ")
        told.append(_("Reglerna kräver också: ") + labels + same_in_both("."))
    return tuple(told)
