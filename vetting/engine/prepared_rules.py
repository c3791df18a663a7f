"""Rules made ready to judge by: once for each version, kind of case and moment, and held by the version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from vetting.engine.conditions import compile_condition
from vetting.engine.conditions.tree import ConditionLeaf, Verdict
from vetting.engine.conditions.wording import APPLICATION_DAYS
from vetting.engine.criteria import ANSWERED_BY_PERSON, AsOfDay, Criterion, CriterionKind
from vetting.engine.results import RESULTS, CriterionJudgement, ResultReason
from vetting.kernel.case_kinds import CaseKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vetting.engine.conditions.tree import Condition, ConditionFunction
    from vetting.engine.facts import Catalogue, FactSupplier
    from vetting.engine.ruleset import ReferralRule


class SingleComparison(NamedTuple):
    """A comparison, and what comes of each of its values."""

    check: ConditionFunction
    answers: Mapping[Verdict, CriterionJudgement]


@dataclass(frozen=True, slots=True, eq=False)
class PreparedCriterion:
    """A criterion with its conditions compiled."""

    criterion: Criterion
    check: ConditionFunction | None
    only_if: ConditionFunction | None
    asking: ConditionFunction | None
    fingerprint: str
    suppliers: Mapping[str, FactSupplier]
    as_of_today: bool
    set_up: bool
    single: SingleComparison | None
    """Where it is no more than one comparison, asked of every case as it was when it came."""


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
    return PreparedCriterion(
        criterion=criterion,
        check=_compile(criterion.condition if set_up else None),
        only_if=_compile(criterion.only_if if set_up else None),
        asking=_compile(criterion.ask.condition if criterion.ask and set_up else None),
        fingerprint=criterion.fingerprint,
        suppliers={fact: catalogue[fact].supplied_by for fact in (*criterion.facts, *APPLICATION_DAYS)},
        as_of_today=criterion.as_of is AsOfDay.TODAY,
        set_up=set_up,
        single=_single(criterion) if set_up else None,
    )


def _single(criterion: Criterion) -> SingleComparison | None:
    leaf = criterion.condition
    more = criterion.only_if is not None or criterion.kind in ANSWERED_BY_PERSON or criterion.as_of is AsOfDay.TODAY
    if more or not isinstance(leaf, ConditionLeaf):
        return None
    answers = {
        verdict: CriterionJudgement(result, (leaf,), ResultReason.CONDITION) for verdict, result in RESULTS.items()
    }
    return SingleComparison(compile_condition(leaf), answers)


def _compile(condition: Condition | None) -> ConditionFunction | None:
    return compile_condition(condition) if condition is not None else None
