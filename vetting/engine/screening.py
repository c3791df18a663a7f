"""screen(rule set, facts, assessments): a result for each criterion and one proposal, same input same output."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple, assert_never

from vetting.engine.amounts import work_out
from vetting.engine.conditions import (
    ConditionLeaf,
    ConditionOutcome,
    ConditionReading,
    Verdict,
    facts_read,
    leaves_of,
)
from vetting.engine.conditions.comparisons import LiteralValue, matching_entries
from vetting.engine.conditions.tree import measure_fact
from vetting.engine.conditions.wording import APPLICATION_DAYS, missing_facts
from vetting.engine.criteria import (
    MUSTS,
    SPEAKS_AGAINST,
    AsOfDay,
    AssessmentPromptTime,
    Consequence,
    Criterion,
    CriterionKind,
    ReviewMoment,
    RunningConsequence,
    UnknownPromptEffect,
    fingerprint_of,
)
from vetting.engine.evidence import AnswerValidity, Assessment, CriterionAnswer
from vetting.engine.facts import FactLevel, Facts, FactSupplier, FactType, Value
from vetting.engine.proposal import Attention, Proposal, highest_attention, strongest_proposal
from vetting.engine.results import (
    HOLDS_NOTHING_BACK,
    RESULTS,
    CriterionEvaluation,
    CriterionResult,
    Finding,
    ResultAuthor,
    ResultReason,
)
from vetting.kernel.case_kinds import CaseKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vetting.engine.amounts import WorkedAmount
    from vetting.engine.conditions.tree import ConditionFunction
    from vetting.engine.criteria import ReductionStep
    from vetting.engine.prepared_rules import PreparedCriterion, PreparedRules
    from vetting.engine.ruleset import RuleSet


class BookerKind(StrEnum):
    """What one who books rooms is to the board, as a person has said it."""

    ASSOCIATION = "association"
    STUDY_ASSOCIATION = "study_association"
    PARTY = "party"
    COMPANY = "company"
    PRIVATE_PERSON = "private_person"
    OWN_UNIT = "own_unit"


EVENT_SIGNAL = "event_signal"
GROUP_OPINION = "group_opinion_on"
PROGRAMS_OWN = frozenset({EVENT_SIGNAL, "first_booking", GROUP_OPINION})
"""Facts the program itself works out; a file is never said to lack them."""
EVENT_LEVELS = frozenset({FactLevel.EVENT, FactLevel.ACTIVITY, FactLevel.PARTNER})


BY_A_PERSON: Final = "booker_is_private"
"""The fact that says that whoever books is no association."""
BOOKER_KIND: Final = "booker_kind"
"""The fact that says what a person has found of whoever books."""
WITHOUT_VALUES: Final = frozenset({BookerKind.COMPANY.value, BookerKind.PARTY.value})
"""Of these, too, only what is held in the room is assessed."""


class BookingPart(StrEnum):
    """A booking's two parts, judged and shown apart; a grant has only the first."""

    ASSOCIATION = "association"
    EVENT = "event"


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """All findings of one case, with the facts they read and the day they were read against."""

    ruleset: RuleSet
    kind: CaseKind
    moment: ReviewMoment
    on: date
    facts: Facts
    findings: tuple[Finding, ...]
    proposal: Proposal
    attention: Attention
    application_day: date | None
    """The day the application came, as the facts tell it."""
    nothing_checked: bool = False
    own_unit: bool = False
    """The board's own unit books: it is counted, and nothing of it is judged."""
    refers: bool = False
    readings: dict[AsOfDay, ConditionReading] = field(default_factory=dict, compare=False, repr=False)
    """Filled when reasons are asked for."""

    @property
    def against(self) -> tuple[Finding, ...]:
        """What is not met and speaks against the association."""
        return tuple(
            finding
            for finding in self.findings
            if finding.result is CriterionResult.NOT_MET and finding.criterion.if_not_met in SPEAKS_AGAINST
        )

    @property
    def value_is_against(self) -> bool:
        """Whether a value criterion is among what speaks against."""
        return any(finding.criterion.value_criterion for finding in self.against)

    @property
    def must_is_against(self) -> bool:
        """Whether a requirement that refuses is among what speaks against."""
        return any(finding.criterion.if_not_met in MUSTS for finding in self.against)

    @property
    def stated_papers(self) -> tuple[str, ...]:
        """Types of papers that its rules ask for and that are said to be there."""
        asked = dict.fromkeys(fact for finding in self.findings for fact in finding.criterion.papers)
        return tuple(fact for fact in asked if fact in self.facts.values)

    @property
    def reductions(self) -> tuple[Finding, ...]:
        """What takes something off the amount; the proposal is as without it, and a person decides it."""
        return tuple(finding for finding in self.findings if finding.reduction is not None)

    @property
    def worked_amount(self) -> WorkedAmount | None:
        """The amount by the rules' formula, with its steps; None where the rules have none."""
        if self.ruleset.amount is None or self.kind is not CaseKind.GRANT:
            return None
        return work_out(self.ruleset.amount, self.facts, self.ruleset.catalogue)

    def reduced_by(self, granted: int) -> int:
        """What all reductions together take off an amount, in öre; never more than all of it."""
        return min(granted, sum(step.of(granted) for item in self.reductions if (step := item.reduction) is not None))

    @property
    def parts(self) -> dict[BookingPart, Proposal]:
        """The proposal of each part that any criterion is asked about."""
        found: dict[BookingPart, Proposal] = {}
        for part in BookingPart:
            own = tuple(finding for finding in self.findings if part_of(finding, self.kind) is part)
            if any(finding.result is not CriterionResult.NOT_APPLICABLE for finding in own):
                found[part] = _propose(own, refers=False)[0]
        return found


def read_beside_criteria(ruleset: RuleSet) -> frozenset[str]:
    """Facts that a screening reads whatever its criteria ask: days, who books, the group's opinion, what refers."""
    referring = facts_read(ruleset.refer.condition) if ruleset.refer.condition is not None else ()
    amount = ruleset.amount.facts if ruleset.amount is not None else ()
    return frozenset({*APPLICATION_DAYS, GROUP_OPINION, BY_A_PERSON, BOOKER_KIND, *referring, *amount})


def application_day(values: Mapping[str, Value]) -> date | None:
    """The day a length of time is counted back from: when the application is dated, else came in."""
    # Never today in their place: a late handling day would then count against the association.
    for fact in APPLICATION_DAYS:
        value = values.get(fact)
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
    return None


def _as_read(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Signals, judged first, after the rest, which keep the set's order: a person reads requirements first."""
    signals = 0
    for finding in findings:
        if finding.criterion.kind is not CriterionKind.SIGNAL:
            break
        signals += 1
    return findings[signals:] + findings[:signals] if signals else findings


@dataclass(slots=True)
class _CaseFacts:
    """One case while it is judged."""

    values: Mapping[str, Value]
    absent: frozenset[str]
    applied: date | None
    on: date
    assessments: Mapping[str, Assessment]
    asked: Mapping[str, PreparedCriterion]
    """The assessments that can be asked, by id."""
    today: Mapping[str, Value]
    """What is otherwise today."""
    against: dict[str, frozenset[str]] = field(default_factory=dict)

    def read(self, check: ConditionFunction, item: PreparedCriterion) -> ConditionOutcome:
        """A condition's outcome on this case."""
        if not item.as_of_today:
            return check(self.values, self.absent, self.applied)
        return check({**self.values, **self.today} if self.today else self.values, self.absent, self.on)


def screen(
    ruleset: RuleSet,
    facts: Facts,
    assessments: Mapping[str, Assessment] | None = None,
    *,
    kind: CaseKind,
    moment: ReviewMoment = ReviewMoment.BEFORE,
    on: date,
) -> Screening:
    """Judges one case.

    Args:
        ruleset: resolved rules; those whose kinds and moment fit are asked.
        facts: what is known; unknown stays unknown.
        assessments: what persons have answered, by criterion id.
        kind: grant or booking.
        moment: before a decision, or on running support.
        on: today, for what is counted from today and for answers that expire.
    """
    rules = ruleset.prepared(kind, moment)
    values, judged = judge_criteria(rules, facts, assessments or {}, on)
    applied = application_day(values)
    findings = tuple(
        [
            item.met
            if item.met is not None and result is item.answers[Verdict.TRUE]
            else _finding(item, result, facts, on if item.as_of_today else applied, moment, assessments)
            for item, result in zip(rules.criteria, judged, strict=True)
        ]
    )
    refers = moment is ReviewMoment.BEFORE and _refers(rules, facts, applied)
    proposal, attention, nothing_checked = _propose(findings, refers=refers)
    own_unit = is_own_unit(facts)
    if own_unit:
        proposal, attention, refers = Proposal.APPROVE, Attention.NONE, False
    return Screening(
        ruleset=ruleset,
        kind=kind,
        moment=moment,
        on=on,
        facts=facts if values is facts.values else replace(facts, values=values),
        findings=_as_read(findings),
        application_day=applied,
        proposal=proposal,
        attention=attention,
        nothing_checked=nothing_checked and not own_unit,
        own_unit=own_unit,
        refers=refers,
    )


def is_own_unit(facts: Facts) -> bool:
    """Whether the board's own unit books."""
    return facts.values.get(BOOKER_KIND) == BookerKind.OWN_UNIT.value


def judge_criteria(
    rules: PreparedRules, facts: Facts, assessments: Mapping[str, Assessment], on: date
) -> tuple[Mapping[str, Value], list[CriterionEvaluation]]:
    """Results and deciding leaves only, in the order of the criteria; the facts with the computed ones.

    Signals come first: what they find is what assessments ask by.
    """
    values, absent, applied = facts.values, facts.absent, application_day(facts.values)
    if is_own_unit(facts):
        return values, [_OWN_UNIT] * len(rules.criteria)
    case = _CaseFacts(values, absent, applied, on, assessments, rules.assessments, facts.today)
    if facts.raised:
        case.against |= {name: frozenset(marks) for name, marks in facts.raised.items() if name in case.asked}
    judged: list[CriterionEvaluation] = []
    for item in rules.criteria:
        if item.plain is not None:
            verdict, leaves = item.plain(values, absent, applied)
            judged.append(item.answers.get(verdict) or _judge_outcome(item, verdict, leaves))
        elif item.criterion.kind is CriterionKind.SIGNAL:
            judged.append(_judge_signal(item, case))
        elif item.criterion.kind is CriterionKind.ASSESSMENT:
            values = case.values = _with_event_signal(rules.criteria, judged, case)
            judged.append(_judge_assessment(item, case))
        else:
            judged.append(_judge_condition(item, case))
    return values, judged


def _with_event_signal(
    items: tuple[PreparedCriterion, ...], judged: list[CriterionEvaluation], case: _CaseFacts
) -> Mapping[str, Value]:
    if EVENT_SIGNAL in case.values:
        return case.values
    fired = any(
        item.criterion.level in EVENT_LEVELS and _has_fired(result) for item, result in zip(items, judged, strict=False)
    )
    return {**case.values, EVENT_SIGNAL: fired}


def _has_fired(result: CriterionEvaluation) -> bool:
    return result.reason is ResultReason.ASKS_ABOUT or result.reason is ResultReason.SIGNAL


_NOT_SET = CriterionEvaluation(CriterionResult.NOT_APPLICABLE, (), ResultReason.NOT_SET)
_PRIVATE_PERSON = CriterionEvaluation(CriterionResult.NOT_APPLICABLE, (), ResultReason.PRIVATE_PERSON)
_NO_ASSOCIATION = CriterionEvaluation(CriterionResult.NOT_APPLICABLE, (), ResultReason.NO_ASSOCIATION)
_OWN_UNIT = CriterionEvaluation(CriterionResult.NOT_APPLICABLE, (), ResultReason.OWN_UNIT)
_NOT_SELECTED = CriterionEvaluation(CriterionResult.NOT_APPLICABLE, (), ResultReason.NOT_SELECTED)


def _judge_condition(item: PreparedCriterion, case: _CaseFacts) -> CriterionEvaluation:
    if not item.set_up or item.check is None:
        return _NOT_SET
    not_asked = _not_asked(item, case) if item.only_if is not None else None
    if not_asked is not None:
        return not_asked
    return _judge_outcome(item, *case.read(item.check, item))


def _judge_outcome(item: PreparedCriterion, verdict: Verdict, leaves: tuple[ConditionLeaf, ...]) -> CriterionEvaluation:
    """What follows from a paper is not known while the paper is not there."""
    no_paper = verdict is Verdict.FALSE and all(leaf.type is FactType.DOCUMENT for leaf in leaves)
    if no_paper and item.criterion.is_about_a_paper:
        return CriterionEvaluation(CriterionResult.UNKNOWN, leaves, ResultReason.CONDITION)
    return CriterionEvaluation(RESULTS[verdict], leaves, ResultReason.CONDITION)


def _not_asked(item: PreparedCriterion, case: _CaseFacts) -> CriterionEvaluation | None:
    """Its `only_if` says no or cannot be told; None when it applies, or is met anyway."""
    if item.only_if is None:
        return None
    verdict, leaves = case.read(item.only_if, item)
    if verdict is Verdict.FALSE:
        return CriterionEvaluation(CriterionResult.NOT_APPLICABLE, leaves, ResultReason.ONLY_IF)
    if verdict is Verdict.UNKNOWN and (item.check is None or case.read(item.check, item).verdict is not Verdict.TRUE):
        return CriterionEvaluation(CriterionResult.UNKNOWN, leaves, ResultReason.ONLY_IF)
    return None


def _judge_signal(item: PreparedCriterion, case: _CaseFacts) -> CriterionEvaluation:
    if not item.set_up or item.check is None:
        return _NOT_SET
    verdict, leaves = case.read(item.check, item)
    if verdict is Verdict.FALSE:
        return CriterionEvaluation(CriterionResult.NOT_APPLICABLE, leaves, ResultReason.NO_SIGNAL)
    if verdict is Verdict.UNKNOWN:
        return CriterionEvaluation(CriterionResult.NOT_APPLICABLE, leaves, ResultReason.SIGNAL_UNKNOWN)
    mark = _mark(item, case)
    targets = _targets(item, case)
    for target in targets:
        case.against[target] = case.against.get(target, frozenset()) | {mark}
    about = item.criterion.about
    if targets or (about and about.as_new and any(asked.criterion.value_criterion for asked in case.asked.values())):
        return CriterionEvaluation(CriterionResult.NOT_APPLICABLE, leaves, ResultReason.ASKS_ABOUT)
    # A signal about criteria that this set does not ask is a question of its own: no other result would show it.
    answer = case.assessments.get(item.criterion.id)
    if answer is not None and answer.standing(item.fingerprint, case.on, frozenset({mark})) is AnswerValidity.HOLDS:
        return _judge_answer(answer)
    return CriterionEvaluation(CriterionResult.NEEDS_ASSESSMENT, leaves, ResultReason.SIGNAL, frozenset({mark}))


def _mark(item: PreparedCriterion, case: _CaseFacts) -> str:
    """The signal, what it read and the words it found: the same signal on something new is a new hit."""
    read: dict[str, object] = {fact: str(case.values.get(fact)) for fact in item.criterion.facts}
    words = [list(found.entries) for found in words_found(item.criterion, case.values)]
    if words:
        read["words"] = words
    return f"{item.criterion.id}@{fingerprint_of(read)[:16]}"


class WordMatches(NamedTuple):
    """The entries of a list that a fact of the case mentions."""

    words: tuple[str, ...]
    """The whole list."""
    entries: tuple[str, ...]


def words_found(criterion: Criterion, values: Mapping[str, Value]) -> list[WordMatches]:
    """What each comparison with a list of words finds, in the order they are written."""
    found = []
    for condition in criterion.conditions:
        for leaf in leaves_of(condition):
            comparison = leaf.comparison
            if comparison.comparison == "matches_list" and isinstance(comparison.operand, LiteralValue):
                value = values.get(comparison.fact)
                entries = tuple(matching_entries(value, comparison.operand.value)) if value is not None else ()
                if entries:
                    found.append(WordMatches(comparison.operand.value, entries))
    return found


def words_looked_for(criterion: Criterion, fact: str) -> list[str]:
    """The words of the lists that a criterion compares a fact with."""
    return [
        word
        for condition in criterion.conditions
        for leaf in leaves_of(condition)
        if leaf.comparison.fact == fact and leaf.comparison.comparison == "matches_list"
        if isinstance(leaf.comparison.operand, LiteralValue)
        for word in leaf.comparison.operand.value
    ]


def _targets(item: PreparedCriterion, case: _CaseFacts) -> tuple[str, ...]:
    """The assessments that the signal makes a person be asked: only such as are asked and apply."""
    about = item.criterion.about
    if about is None:
        return ()
    asked = [case.asked[name] for name in about.named(case.values) if name in case.asked]
    return tuple(other.criterion.id for other in asked if _not_asked(other, case) is None)


def _judge_assessment(item: PreparedCriterion, case: _CaseFacts) -> CriterionEvaluation:
    if not item.set_up:
        return _NOT_SET
    not_asked = _not_asked(item, case)
    if not_asked is not None:
        return not_asked
    criterion = item.criterion
    hits = case.against.get(criterion.id, frozenset())
    answer = case.assessments.get(criterion.id)
    standing = answer.standing(item.fingerprint, case.on, hits) if answer else None
    if answer is not None and standing is AnswerValidity.HOLDS:
        return _judge_answer(answer)
    if hits:
        return CriterionEvaluation(CriterionResult.NEEDS_ASSESSMENT, (), ResultReason.AGAINST, hits)
    if (
        criterion.value_criterion
        and criterion.level not in EVENT_LEVELS
        and (spared := _why_not_asked(case)) is not None
    ):
        return spared
    if standing is AnswerValidity.WITHDRAWN:
        return CriterionEvaluation(CriterionResult.NEEDS_ASSESSMENT, (), ResultReason.WITHDRAWN)
    if standing is AnswerValidity.OTHER_KIND:
        return CriterionEvaluation(CriterionResult.NEEDS_ASSESSMENT, (), ResultReason.OTHER_KIND)
    return _judge_question(item, case, expired=standing is AnswerValidity.EXPIRED)


def _why_not_asked(case: _CaseFacts) -> CriterionEvaluation | None:
    """Why the values of whoever books are not asked about: what is held in the room is."""
    if case.values.get(BY_A_PERSON) is True:
        return _PRIVATE_PERSON  # what a person believes is nobody's to assess
    return _NO_ASSOCIATION if case.values.get(BOOKER_KIND) in WITHOUT_VALUES else None


def _judge_question(item: PreparedCriterion, case: _CaseFacts, *, expired: bool) -> CriterionEvaluation:
    ask = item.criterion.ask
    when = ask.when if ask else AssessmentPromptTime.ALWAYS
    match when:
        case AssessmentPromptTime.ALWAYS:
            return CriterionEvaluation(
                CriterionResult.NEEDS_ASSESSMENT, (), ResultReason.EXPIRED if expired else ResultReason.ALWAYS
            )
        case AssessmentPromptTime.NEW_OR_AGAINST:
            return CriterionEvaluation(
                CriterionResult.NEEDS_ASSESSMENT, (), ResultReason.EXPIRED if expired else ResultReason.NEW
            )
        case AssessmentPromptTime.AGAINST:
            return _NOT_SELECTED
        case AssessmentPromptTime.CONDITION:
            return _asked_by_condition(item, case)
    assert_never(when)


def _asked_by_condition(item: PreparedCriterion, case: _CaseFacts) -> CriterionEvaluation:
    if item.asking is None or item.criterion.ask is None:
        return _NOT_SELECTED
    verdict, leaves = case.read(item.asking, item)
    unknown_asks = item.criterion.ask.if_unknown is UnknownPromptEffect.ASK
    if verdict is Verdict.TRUE or (verdict is Verdict.UNKNOWN and unknown_asks):
        return CriterionEvaluation(CriterionResult.NEEDS_ASSESSMENT, leaves, ResultReason.ASKED)
    return CriterionEvaluation(CriterionResult.NOT_APPLICABLE, leaves, ResultReason.NOT_SELECTED)


def _judge_answer(answer: Assessment) -> CriterionEvaluation:
    match answer.answer:
        case CriterionAnswer.MET:
            return CriterionEvaluation(CriterionResult.MET, (), ResultReason.ANSWERED)
        case CriterionAnswer.NOTHING_FOUND:
            return CriterionEvaluation(CriterionResult.NOTHING_FOUND, (), ResultReason.ANSWERED)
        case CriterionAnswer.NOT_MET:
            return CriterionEvaluation(CriterionResult.NOT_MET, (), ResultReason.ANSWERED)
        case CriterionAnswer.NOT_APPLICABLE:
            return CriterionEvaluation(CriterionResult.NOT_APPLICABLE, (), ResultReason.ANSWERED)
    assert_never(answer.answer)


def _finding(
    item: PreparedCriterion,
    judged: CriterionEvaluation,
    facts: Facts,
    day: date | None,
    moment: ReviewMoment,
    assessments: Mapping[str, Assessment] | None,
) -> Finding:
    criterion = item.criterion
    result, leaves, reason, hits = judged
    if result is CriterionResult.MET and reason is ResultReason.CONDITION:
        return Finding(criterion, result, reason, ResultAuthor.COMPUTED, leaves)
    missing: tuple[str, ...] = ()
    not_checked: tuple[str, ...] = ()
    effect: Proposal | None = None
    reduction: ReductionStep | None = None
    if result is CriterionResult.UNKNOWN or reason is ResultReason.SIGNAL_UNKNOWN:
        missing, not_checked = _gaps(leaves, facts, day)
    if result is CriterionResult.UNKNOWN:
        effect = _effect_of_gaps(missing, facts, item)
    elif result is CriterionResult.NOT_MET:
        effect = _effect(criterion, moment, leaves, facts, reason)
        if criterion.if_not_met is Consequence.REDUCE and moment is ReviewMoment.BEFORE and effect is None:
            reduction = _reduction_of(item, facts, day)
            effect = Proposal.ASSESS if reduction is None else None
    elif result is CriterionResult.NEEDS_ASSESSMENT:
        effect = Proposal.ASSESS
    answer = assessments.get(criterion.id) if assessments and reason in BY_AN_ANSWER else None
    return Finding(
        criterion=criterion,
        result=result,
        reason=reason,
        author=_author(answer, reason),
        leaves=leaves,
        effect=effect,
        attention=_attention(criterion, reason, effect),
        missing=missing,
        not_checked=not_checked,
        answer=answer,
        full_price=result is CriterionResult.NOT_MET and criterion.if_not_met is Consequence.FULL_PRICE,
        reduction=reduction,
        signals=hits,
    )


def _reduction_of(item: PreparedCriterion, facts: Facts, day: date | None) -> ReductionStep | None:
    """The first step that holds; None where none does, or where one before it cannot be told: then a person says."""
    for when, step in item.steps:
        verdict = when(facts.values, facts.absent, day).verdict if when is not None else Verdict.TRUE
        if verdict is not Verdict.FALSE:
            return step if verdict is Verdict.TRUE else None
    return None


BY_AN_ANSWER: Final = frozenset({ResultReason.ANSWERED, ResultReason.OTHER_KIND})
"""Reasons that show an answer: one that holds, and one that is a proposal, given in another kind of case."""


def _author(answer: Assessment | None, reason: ResultReason) -> ResultAuthor:
    if answer is None or reason is not ResultReason.ANSWERED:
        return ResultAuthor.COMPUTED
    return ResultAuthor.EARLIER if answer.earlier else ResultAuthor.PERSON


def _gaps(leaves: tuple[ConditionLeaf, ...], facts: Facts, day: date | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The missing facts of the deciding leaves: those that were asked for, and those that were not.

    A sum or share that cannot be worked out although its facts are there lacks something inside them.
    """
    lacking: dict[str, None] = {}
    for leaf in leaves:
        missing = missing_facts(leaf, facts, day)
        incomplete = not missing and measure_fact(leaf.comparison, facts.values) is None
        lacking |= dict.fromkeys((leaf.comparison.fact,) if incomplete else missing)
    asked = tuple(fact for fact in lacking if fact not in facts.not_asked)
    return asked, tuple(fact for fact in lacking if fact in facts.not_asked)


def _effect_of_gaps(missing: tuple[str, ...], facts: Facts, item: PreparedCriterion) -> Proposal | None:
    """Something to ask for, something for staff to find, or nothing. What stood there unread is never nothing."""
    if item.criterion.if_not_met is Consequence.FULL_PRICE:
        return None
    suppliers = {item.suppliers[fact] for fact in missing}
    if FactSupplier.APPLICANT in suppliers:
        return Proposal.COMPLETE
    if suppliers & {FactSupplier.STAFF, FactSupplier.IMPORT} or facts.unreadable.intersection(missing):
        return Proposal.ASSESS
    return None


def _effect(
    criterion: Criterion, moment: ReviewMoment, leaves: tuple[ConditionLeaf, ...], facts: Facts, reason: ResultReason
) -> Proposal | None:
    if moment is ReviewMoment.RUNNING:
        return _RUNNING_EFFECT[criterion.on_running_support]
    effect = _EFFECT[criterion.if_not_met]
    computed = reason is not ResultReason.ANSWERED
    strict = criterion.if_not_met in RESTS_ON_FACTS
    if strict and computed and not any(f in facts.values for leaf in leaves for f in leaf.facts):
        # what is computed against somebody rests on facts that are present, never on what is missing
        return Proposal.COMPLETE
    return effect


RESTS_ON_FACTS: Final = frozenset({Consequence.REFUSE, Consequence.DISMISS, Consequence.REDUCE})
"""What is not proposed on what is only missing: that is asked for first."""
_EFFECT = {
    Consequence.COMPLETE: Proposal.COMPLETE,
    Consequence.ASSESS: Proposal.ASSESS,
    Consequence.REFUSE: Proposal.REFUSE,
    Consequence.DISMISS: Proposal.DISMISS,
    Consequence.REDUCE: None,
    Consequence.FULL_PRICE: None,
}
_RUNNING_EFFECT = {
    RunningConsequence.NONE: None,
    RunningConsequence.ASSESS: Proposal.ASSESS,
    RunningConsequence.PAUSE_PAYMENT: Proposal.PAUSE_PAYMENT,
    RunningConsequence.RECLAIM: Proposal.RECLAIM,
}


def _attention(criterion: Criterion, reason: ResultReason, effect: Proposal | None) -> Attention:
    """A look is a value criterion that is only new or expired; everything else to judge is a person's."""
    if effect is None:
        return Attention.NONE
    if effect is Proposal.COMPLETE:
        return Attention.PAPERS
    if criterion.value_criterion and reason in {ResultReason.NEW, ResultReason.EXPIRED, ResultReason.OTHER_KIND}:
        return Attention.LOOK
    # In a set without value criteria a new association is something to look at, and no question to assess.
    if reason is ResultReason.SIGNAL and criterion.about is not None and criterion.about.as_new:
        return Attention.LOOK
    return Attention.PERSON


def _refers(rules: PreparedRules, facts: Facts, applied: date | None) -> bool:
    if GROUP_OPINION in facts.values:
        return False
    if rules.refer is None:
        return rules.refers_all
    return rules.refer(facts.values, facts.absent, applied).verdict is Verdict.TRUE


def _propose(findings: tuple[Finding, ...], *, refers: bool) -> tuple[Proposal, Attention, bool]:
    behind = [finding for finding in findings if finding.effect is not None]
    attention = highest_attention([finding.attention for finding in behind])
    if behind:
        return strongest_proposal([finding.effect for finding in behind if finding.effect]), attention, False
    if not any([finding.result in HOLDS_NOTHING_BACK for finding in findings]):  # noqa: C419 - a list is faster here
        return Proposal.ASSESS, Attention.PERSON, True
    return (Proposal.REFER if refers else Proposal.APPROVE), attention, False


def part_of(finding: Finding, kind: CaseKind) -> BookingPart:
    """Whether a finding is about the association or, for a booking, about the event in the room."""
    about_event = kind is CaseKind.BOOKING and finding.criterion.level in EVENT_LEVELS
    return BookingPart.EVENT if about_event else BookingPart.ASSOCIATION
