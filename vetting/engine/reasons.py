"""Why a criterion came out as it did, in words a person can act on."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Final, assert_never

from vetting.engine.conditions import Condition, ConditionReading, explain_condition
from vetting.engine.criteria import AS_OF_WORDS, AsOfDay, Consequence, Criterion, CriterionKind
from vetting.engine.evidence import CriterionAnswer
from vetting.engine.facts import FactSupplier
from vetting.engine.proposal import PROPOSAL_WORDS, Attention, Proposal
from vetting.engine.results import CriterionResult, ResultAuthor, ResultReason
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.money import kronor
from vetting.kernel.privacy import Privacy
from vetting.kernel.text import (
    AND,
    Words,
    _,
    count_in_words,
    day_in_words,
    figure,
    in_context,
    join_words,
    list_words,
    lower_first,
    same_in_both,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from vetting.engine.criteria import ReductionStep
    from vetting.engine.results import Finding
    from vetting.engine.screening import Screening

RESULT_WORDS: Final[Mapping[CriterionResult, Words]] = {
    CriterionResult.MET: _("Uppfyllt"),
    CriterionResult.NOTHING_FOUND: _("Inget har framkommit"),
    CriterionResult.NOT_MET: _("Ej uppfyllt"),
    CriterionResult.UNKNOWN: _("Uppgift saknas"),
    CriterionResult.NEEDS_ASSESSMENT: _("Kräver bedömning"),
    CriterionResult.NOT_APPLICABLE: _("Ej tillämpligt"),
}
MET_BY_FACTS: Final = _("Uppfyllt enligt uppgifterna")
STATED: Final = _("Uppgiven av föreningen")
NO_RULES: Final = _("Inga regler gäller.")
NOTHING_CHECKED: Final = _("Inget kunde kontrolleras.")
FULL_PRICE: Final = _("Normaltaxa.")


def reason_for_finding(finding: Finding, screening: Screening) -> Words:
    """The reason for one finding."""
    criterion = finding.criterion
    if (
        finding.reason is ResultReason.CONDITION
        and finding.result is CriterionResult.MET
        and criterion.condition is not None
    ):
        reading = screening.readings.get(criterion.as_of) or reading_of(criterion, screening)
        return explain_condition(criterion.condition, reading)
    if finding.not_checked and not finding.missing:
        return _no_column(finding.not_checked, screening)
    remedy = _remedy(finding, screening)
    told = _reason(finding, screening)
    return join_words((told, remedy)) if remedy.sv else told


def basis_in_words(finding: Finding, screening: Screening) -> Words:
    """What a computed result rests on, without what to do about it."""
    return _reason(finding, screening) if finding.leaves or finding.reason is ResultReason.NOT_SET else same_in_both("")


def _reason(finding: Finding, screening: Screening) -> Words:  # noqa: C901, PLR0911, PLR0912 - one return a reason
    criterion = finding.criterion
    match finding.reason:
        case ResultReason.CONDITION:
            return _from(criterion.condition, finding, screening)
        case ResultReason.ONLY_IF:
            return _only_if(finding, screening)
        case ResultReason.NOT_SET:
            return _("Nämnden har inte bestämt någon gräns. Inte kontrollerat.")
        case ResultReason.NOT_SELECTED:
            return _("Uppgifterna ger ingen anledning att ställa frågan.")
        case ResultReason.PRIVATE_PERSON:
            return _("Bokaren är en privatperson. En persons värderingar prövas inte, bara arrangemanget.")
        case ResultReason.NO_ASSOCIATION:
            return _("Bokaren är ett företag eller ett parti. Dess värderingar prövas inte, bara arrangemanget.")
        case ResultReason.OWN_UNIT:
            return _("Förvaltningens egen enhet bokar. Den prövas inte.")
        case ResultReason.NO_SIGNAL:
            return _("Ingen träff.")
        case ResultReason.SIGNAL_UNKNOWN:
            return _("Inte kontrollerat.")
        case ResultReason.SIGNAL:
            return _("Att notera: ") + _why_fired(finding, screening)
        case ResultReason.ASKS_ABOUT:
            asks = _(" Träffen bedöms av en person under den punkt som den gäller.")
            return _("Att notera: ") + _why_fired(finding, screening) + asks
        case ResultReason.NEW:
            return _("Ingen tidigare bedömning finns. ") + criterion.question
        case ResultReason.WITHDRAWN:
            gone = _("Den tidigare bedömningen är återtagen. ")
            return gone + criterion.question
        case ResultReason.EXPIRED:
            return _("Den tidigare bedömningen gäller inte längre. ") + criterion.question
        case ResultReason.OTHER_KIND:
            return _answered_elsewhere(finding) + criterion.question
        case ResultReason.AGAINST:
            return _against(finding, screening) + criterion.question
        case ResultReason.ALWAYS:
            return criterion.question
        case ResultReason.ASKED:
            asking = criterion.ask.condition if criterion.ask else None
            because = _("Frågan ställs eftersom uppgifterna visar: ")
            return join_words((because + _fired_from(asking, finding, screening), criterion.question))
        case ResultReason.ANSWERED:
            return _answer_in_words(finding)
    assert_never(finding.reason)


def reading_of(criterion: Criterion, screening: Screening) -> ConditionReading:
    """What the screening's conditions were read against; the same for all that count from the same day."""
    as_of = criterion.as_of
    reading = screening.readings.get(as_of)
    if reading is None:
        by_today = as_of is AsOfDay.TODAY
        day_read = screening.on if by_today else screening.application_day
        facts = screening.facts.as_of_today() if by_today else screening.facts
        reading = ConditionReading(facts, day_read, AS_OF_WORDS[as_of], screening.ruleset.catalogue)
        screening.readings[as_of] = reading
    return reading


def _from(condition: Condition | None, finding: Finding, screening: Screening) -> Words:
    return explain_condition(condition, reading_of(finding.criterion, screening)) if condition else same_in_both("")


def _only_if(finding: Finding, screening: Screening) -> Words:
    told = _fired_from(finding.criterion.only_if, finding, screening)
    if finding.result is CriterionResult.NOT_APPLICABLE:
        return _("Gäller inte här. ") + told
    return _("Det går inte att se om kravet gäller. ") + told


def _why_fired(finding: Finding, screening: Screening) -> Words:
    return _fired_from(finding.criterion.condition, finding, screening)


def _fired_from(condition: Condition | None, finding: Finding, screening: Screening) -> Words:
    """What a signal or an asking condition saw: the states only, it makes no requirement."""
    if condition is None:
        return same_in_both("")
    reading = reading_of(finding.criterion, screening)
    return explain_condition(condition, reading, requirements=False)


def _against(finding: Finding, screening: Screening) -> Words:
    hits = [
        other
        for other in screening.findings
        if other.reason is ResultReason.ASKS_ABOUT
        and other.criterion.about
        and finding.criterion.id in other.criterion.about.named(screening.facts.values)
    ]
    outside = screening.facts.raised.get(finding.criterion.id, {})
    told = join_words((*(_why_fired(other, screening) for other in hits), *outside.values()))
    return _("Att notera: ") + told + same_in_both(" ") if told.sv else told


ANSWER_WORDS: Final = {
    CriterionAnswer.MET: _("Uppfyllt"),
    CriterionAnswer.NOTHING_FOUND: _("Inget har framkommit"),
    CriterionAnswer.NOT_MET: _("Ej uppfyllt"),
    CriterionAnswer.NOT_APPLICABLE: _("Ej tillämpligt"),
}
_ANSWERS: Final = {
    CriterionAnswer.MET: _("Bedömt: uppfyllt"),
    CriterionAnswer.NOTHING_FOUND: _("Inget har framkommit, enligt"),
    CriterionAnswer.NOT_MET: _("Bedömt: ej uppfyllt"),
    CriterionAnswer.NOT_APPLICABLE: _("Bedömt: ej tillämpligt"),
}


def _answer_in_words(finding: Finding) -> Words:
    answer = finding.answer
    if answer is None:
        raise TypeError(finding)
    weighed = answer.answer is CriterionAnswer.NOT_MET and finding.criterion.if_not_met is Consequence.ASSESS
    tail = _(", vägs in i förslaget.") if weighed else same_in_both(".")
    looked = answer.answer is CriterionAnswer.NOTHING_FOUND
    who = (same_in_both(f" {answer.by} ") if looked else _(" av {by} ", by=answer.by)) + day_in_words(answer.on)
    return _ANSWERS[answer.answer] + who + tail


def _answered_elsewhere(finding: Finding) -> Words:
    """What somebody answered in a case of the other kind; not an answer here."""
    answer = finding.answer
    if answer is None:
        raise TypeError(finding)
    return _(
        "Tidigare bedömt i ett ärende av annat slag: {answer}, {by} {on}. "
        "Svaret gäller här först när någon övertar det. ",
        answer=lower_first(ANSWER_WORDS[answer.answer]),
        by=answer.by,
        on=day_in_words(answer.on),
    )


def _remedy(finding: Finding, screening: Screening) -> Words:
    if finding.missing:
        return join_words((_ask_for(finding.missing, screening), _no_column(finding.not_checked, screening)))
    if finding.full_price:
        return FULL_PRICE
    if finding.reduction is not None:
        return step_in_words(finding.reduction) + same_in_both(".")
    if finding.criterion.if_not_met is Consequence.REDUCE and finding.effect is Proposal.ASSESS:
        return _("Reglerna anger inte hur stort avdraget är.")
    again = to_send_again(finding)
    return _ask_for(again, screening) if again else same_in_both("")


def step_in_words(step: ReductionStep) -> Words:
    """'10 % avdrag', '5 000 kr avdrag'."""
    if step.share is None:
        return kronor(step.amount or 0) + _(" avdrag")
    percent = Decimal(step.share.numerator * 100) / Decimal(step.share.denominator)
    return figure(percent, decimals=percent != percent.to_integral_value()) + same_in_both("\u00a0%") + _(" avdrag")


def to_send_again(finding: Finding) -> tuple[str, ...]:
    """The facts of a criterion that is not met, where the association can mend that."""
    if finding.result is not CriterionResult.NOT_MET or finding.effect is not Proposal.COMPLETE:
        return ()
    return tuple(dict.fromkeys(leaf.comparison.fact for leaf in finding.leaves))


_ASK: Final = {CaseKind.GRANT: _("Be föreningen skicka in: "), CaseKind.BOOKING: _("Begär från den som bokar: ")}


def _ask_for(facts: Iterable[str], screening: Screening) -> Words:
    """What to do about each missing fact: mend the cell, ask, or find out."""
    catalogue = screening.ruleset.catalogue
    unread = [fact for fact in facts if fact in screening.facts.unreadable]
    rest = [fact for fact in facts if fact not in unread]
    by_applicant = [fact for fact in rest if catalogue[fact].supplied_by is FactSupplier.APPLICANT]
    by_records = [fact for fact in rest if catalogue[fact].supplied_by is FactSupplier.COMPUTED]
    others = [fact for fact in rest if fact not in by_applicant and fact not in by_records]
    return join_words(
        (
            _sentence(_("Rätta i listan: "), unread, screening),
            _sentence(_ASK[screening.kind], by_applicant, screening),
            _sentence(_("Ta reda på: "), others, screening),
            _sentence(_("Inte kontrollerat: "), by_records, screening),
        )
    )


def _no_column(facts: tuple[str, ...], screening: Screening) -> Words:
    start = _("Inte kontrollerat. Listan har ingen kolumn för: ")
    return _sentence(start, facts, screening)


def _sentence(start: Words, facts: Iterable[str], screening: Screening) -> Words:
    names = list_words(dict.fromkeys(screening.ruleset.catalogue[fact].wanted for fact in facts), AND)
    return start + names + same_in_both(".") if names.sv else names


def stated_only(_papers: Iterable[str]) -> Words:
    """How papers stand where nobody knows of them but what is stated."""
    return STATED


def result_in_words(finding: Finding, papers_in_words: Callable[[Iterable[str]], Words] = stated_only) -> Words:
    """The result's word; what does not apply says whether it was checked at all, and a signal is no requirement.

    papers_in_words: how the papers of some types stand in the case: only stated, in, or reviewed.
    """
    criterion = finding.criterion
    if criterion.kind is CriterionKind.SIGNAL and finding.result in _SIGNAL_WORDS:
        return _SIGNAL_WORDS[finding.result]
    if finding.result is CriterionResult.MET and finding.author is ResultAuthor.COMPUTED:
        known = [fact for fact in criterion.papers if any(fact in leaf.facts for leaf in finding.leaves)]
        return papers_in_words(known) if known and criterion.kind is CriterionKind.DOCUMENT else MET_BY_FACTS
    if finding.result is CriterionResult.UNKNOWN and _is_not_checked(finding):
        return _NOT_CHECKED
    return _NOT_APPLICABLE_WORDS.get(finding.reason, RESULT_WORDS[finding.result])


def _is_not_checked(finding: Finding) -> bool:
    """Nobody was asked for what is missing, or the paper that it is about is not there."""
    if finding.criterion.is_about_a_paper and finding.missing:
        return set(finding.missing) <= set(finding.criterion.papers)
    return bool(finding.not_checked) and not finding.missing


_SIGNAL_WORDS: Final = {
    CriterionResult.MET: _("Genomgången, inget att anmärka"),
    CriterionResult.NEEDS_ASSESSMENT: _("Att ta ställning till"),
}
_NOT_CHECKED: Final = _("Inte kontrollerat")
_NOT_APPLICABLE_WORDS: Final = {
    ResultReason.NOT_SET: _NOT_CHECKED,
    ResultReason.SIGNAL_UNKNOWN: _NOT_CHECKED,
    ResultReason.NO_SIGNAL: _("Ingen träff"),
    ResultReason.ASKS_ABOUT: _("Att notera"),
}


class FoldReason(StrEnum):
    """Why a point may be folded away; a hit never is."""

    NOT_HERE = "not_here"
    NO_HIT = "no_hit"
    NOT_CHECKED = "not_checked"


_FOLDS: Final = {
    ResultReason.ONLY_IF: FoldReason.NOT_HERE,
    ResultReason.NOT_SELECTED: FoldReason.NOT_HERE,
    ResultReason.PRIVATE_PERSON: FoldReason.NOT_HERE,
    ResultReason.NO_ASSOCIATION: FoldReason.NOT_HERE,
    ResultReason.OWN_UNIT: FoldReason.NOT_HERE,
    ResultReason.NO_SIGNAL: FoldReason.NO_HIT,
    ResultReason.NOT_SET: FoldReason.NOT_CHECKED,
    ResultReason.SIGNAL_UNKNOWN: FoldReason.NOT_CHECKED,
}
_FOLD_WORDS: Final = {
    FoldReason.NOT_HERE: (_("krav gäller inte här"), in_context("several", "krav gäller inte här")),
    FoldReason.NO_HIT: (_("signal gav ingen träff"), _("signaler gav ingen träff")),
    FoldReason.NOT_CHECKED: (_("punkt är inte kontrollerad"), _("punkter är inte kontrollerade")),
}


def fold_of(finding: Finding) -> FoldReason | None:
    """Under which label a point is folded; None for one that is shown."""
    return _FOLDS.get(finding.reason) if finding.result is CriterionResult.NOT_APPLICABLE else None


def folded_findings(findings: Iterable[Finding]) -> list[tuple[Words, list[Finding]]]:
    """What may be folded away, under three separate labels with how many each holds."""
    by_fold: dict[FoldReason, list[Finding]] = {fold: [] for fold in FoldReason}
    for finding in findings:
        fold = fold_of(finding)
        if fold is not None:
            by_fold[fold].append(finding)
    return [(count_in_words(len(items), *_FOLD_WORDS[fold]), items) for fold, items in by_fold.items() if items]


def shown_facts(finding: Finding, screening: Screening) -> tuple[tuple[Words, Words], ...]:
    """(label, value) of what the person who assesses is shown; sealed facts are not."""
    catalogue, values = screening.ruleset.catalogue, screening.facts.values
    shown = (catalogue[fact] for fact in finding.criterion.shown_facts if fact in values)
    return tuple((item.label, item.in_words(values[item.id])) for item in shown if item.privacy is not Privacy.SEALED)


def was_checked(finding: Finding) -> bool:
    """False where nothing could be said: no limit, no column, or nothing known."""
    unknown_without_effect = finding.result is CriterionResult.UNKNOWN and finding.effect is None
    return not unknown_without_effect and finding.reason not in {ResultReason.NOT_SET, ResultReason.SIGNAL_UNKNOWN}


def weighs_against(finding: Finding) -> bool:
    """Whether a point is not met, or unknown where that counts."""
    lacks = finding.result is CriterionResult.UNKNOWN and finding.effect is not None
    return lacks or finding.result is CriterionResult.NOT_MET


def proposal_in_words(screening: Screening) -> Words:
    """The proposal, and why there is nothing to say when there is not."""
    if screening.own_unit:
        return _("Egen enhet. Prövas inte")
    if screening.nothing_checked:
        why_not = NOTHING_CHECKED if screening.findings else NO_RULES
        return PROPOSAL_WORDS[screening.proposal] + same_in_both(". ") + why_not
    return PROPOSAL_WORDS[screening.proposal]


def assessed_behind(screening: Screening) -> tuple[Finding, ...]:
    """The findings that make the proposal what it is, when persons have answered all of them; else none."""
    deciding = tuple(finding for finding in screening.findings if finding.effect is screening.proposal)
    return deciding if deciding and all(finding.author is not ResultAuthor.COMPUTED for finding in deciding) else ()


def missing_in_words(screening: Screening) -> Words:
    """What to ask the association for, each thing once; what stands in the list and could not be read is no such."""
    asked = [fact for fact in missing_to_ask_for(screening) if fact not in screening.facts.unreadable]
    return _things_wanted(asked, screening)


def unreadable_in_words(screening: Screening) -> Words:
    """What stands in the list and could not be read, of what the rules ask for."""
    read = [fact for finding in screening.findings for fact in finding.criterion.facts]
    return _things_wanted([fact for fact in read if fact in screening.facts.unreadable], screening)


def _things_wanted(facts: Iterable[str], screening: Screening) -> Words:
    catalogue = screening.ruleset.catalogue
    return list_words(dict.fromkeys(catalogue[fact].wanted for fact in facts), AND)


def missing_to_ask_for(screening: Screening) -> tuple[str, ...]:
    """The facts to ask the association for."""
    catalogue = screening.ruleset.catalogue
    facts: dict[str, None] = {}
    for finding in screening.findings:
        by_gap = finding.missing if finding.result is CriterionResult.UNKNOWN else ()
        for fact in (*by_gap, *to_send_again(finding)):
            if catalogue[fact].supplied_by is FactSupplier.APPLICANT:
                facts[fact] = None
    return tuple(facts)


def _counts(finding: Finding) -> bool:
    """Whether it does something to the proposal, or stands beside it."""
    return bool(finding.effect or finding.full_price or finding.reduction)


def findings_behind_proposal(screening: Screening) -> tuple[Finding, ...]:
    """The findings behind the proposal that need more than a look, the weightiest first."""
    order = list(Proposal)
    weighty = [f for f in screening.findings if f.attention is not Attention.LOOK and _counts(f)]
    return tuple(sorted(weighty, key=lambda finding: order.index(finding.effect or Proposal.APPROVE)))


def main_reasons(screening: Screening) -> tuple[Words, ...]:
    """What stands behind the proposal, the weightiest first; questions that are only new are told together."""
    told = [
        finding.criterion.label + same_in_both(": ") + reason_for_finding(finding, screening)
        for finding in findings_behind_proposal(screening)
    ]
    looks = [finding for finding in screening.findings if finding.attention is Attention.LOOK]
    if looks:
        number = count_in_words(len(looks), _("fråga"), _("frågor"))
        told.append(number + _(" att besvara: ingen giltig bedömning finns."))
    return tuple(told) or (proposal_in_words(screening),)
