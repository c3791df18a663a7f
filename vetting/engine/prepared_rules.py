"""Rules made ready to judge by: once for each version, kind of case and moment, and held by the version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vetting.engine.conditions import compile_condition
from vetting.engine.conditions.tree import ConditionLeaf, Verdict
from vetting.engine.conditions.wording import APPLICATION_DAYS
from vetting.engine.criteria import ANSWERED_BY_PERSON, AsOfDay, Criterion, CriterionKind
from vetting.engine.results import RESULTS, CriterionEvaluation, Finding, ResultAuthor, ResultReason
from vetting.kernel.case_kinds import CaseKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vetting.engine.conditions.tree import Condition, ConditionFunction
    from vetting.engine.criteria import ReductionStep
    from vetting.engine.facts import Catalogue, FactSupplier
    from vetting.engine.ruleset import ReferralRule


@dataclass(frozen=True, slots=True, eq=False)
class PreparedCriterion:
    """A criterion with its conditions compiled."""

    criterion: Criterion
    check: ConditionFunction | None
    only_if: ConditionFunction | None
    asking: ConditionFunction | None
    steps: tuple[tuple[ConditionFunction | None, ReductionStep], ...]
    """The steps of its reduction, each with its condition."""
    fingerprint: str
    suppliers: Mapping[str, FactSupplier]
    as_of_today: bool
    set_up: bool
    plain: ConditionFunction | None
    """The check, where it alone decides: asked of every case, as it was when it came."""
    answers: Mapping[Verdict, CriterionEvaluation]
    """What comes of each value of a plain check that is one comparison; of others nothing is said beforehand."""
    met: Finding | None
    """What is found where that comparison holds: the same in every case."""


@dataclass(frozen=True, slots=True, eq=False)
class PreparedRules:
    """What is asked of one kind of case at one moment."""

    criteria: tuple[PreparedCriterion, ...]
    """Signals first: what they find is what assessments ask by."""
    assessments: Mapping[str, PreparedCriterion]
    """Those that can be asked, by id."""
    refer: ConditionFunction | None
    """When the reference group is asked, where that is a condition."""
    refers_all: bool


def prepare_rules(
    asked: Iterable[Criterion], refer: ReferralRule, catalogue: Catalogue, kind: CaseKind
) -> PreparedRules:
    """The criteria asked and the referral, compiled."""
    ordered = sorted(asked, key=lambda item: item.kind is not CriterionKind.SIGNAL)
    criteria = tuple(_prepare(criterion, catalogue) for criterion in ordered)
    return PreparedRules(
        criteria,
        {
            item.criterion.id: item
            for item in criteria
            if item.criterion.kind is CriterionKind.ASSESSMENT and item.set_up
        },
        refer=_compile(None if refer.everything else refer.condition),
        refers_all=refer.everything and kind is CaseKind.GRANT,
    )


def _prepare(criterion: Criterion, catalogue: Catalogue) -> PreparedCriterion:
    set_up = criterion.settings_needed <= criterion.settings.keys()
    check = _compile(criterion.condition if set_up else None)
    answers = _answers_of(criterion.condition)
    return PreparedCriterion(
        criterion=criterion,
        check=check,
        only_if=_compile(criterion.only_if if set_up else None),
        asking=_compile(criterion.ask.condition if criterion.ask and set_up else None),
        steps=tuple((_compile(step.when if set_up else None), step) for step in criterion.reduction),
        fingerprint=criterion.fingerprint,
        suppliers={fact: catalogue[fact].supplied_by for fact in (*criterion.facts, *APPLICATION_DAYS)},
        as_of_today=criterion.as_of is AsOfDay.TODAY,
        set_up=set_up,
        plain=check if _decides_alone(criterion) else None,
        answers=answers,
        met=_when_met(criterion, answers[Verdict.TRUE]) if answers else None,
    )


def _decides_alone(criterion: Criterion) -> bool:
    more = criterion.only_if is not None or criterion.kind in ANSWERED_BY_PERSON
    return not more and criterion.as_of is not AsOfDay.TODAY


def _answers_of(leaf: Condition | None) -> Mapping[Verdict, CriterionEvaluation]:
    if not isinstance(leaf, ConditionLeaf):
        return {}
    return {
        verdict: CriterionEvaluation(result, (leaf,), ResultReason.CONDITION) for verdict, result in RESULTS.items()
    }


def _when_met(criterion: Criterion, held: CriterionEvaluation) -> Finding:
    return Finding(criterion, held.result, held.reason, ResultAuthor.COMPUTED, held.leaves)


def _compile(condition: Condition | None) -> ConditionFunction | None:
    return compile_condition(condition) if condition is not None else None
