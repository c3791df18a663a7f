"""Worked cases from the rules themselves: one that meets everything at its limits, one for each criterion that fails.

They say what the rules do, not what the board meant: a person reads each and accepts it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import islice
from math import ceil
from typing import TYPE_CHECKING, Any, Final, assert_never

from vetting.engine.conditions import AllOf, AnyOf, Condition, ConditionLeaf, Not
from vetting.engine.conditions.comparisons import (
    COMPARISONS,
    FactMeasure,
    FactReference,
    LiteralValue,
    OperandShape,
    YearlyDay,
)
from vetting.engine.conditions.tree import Verdict, compiled_once
from vetting.engine.conditions.wording import APPLICATION_DAYS
from vetting.engine.criteria import CriterionKind, ReviewMoment
from vetting.engine.evidence import Assessment, CriterionAnswer
from vetting.engine.facts import DAYS, LISTS, NAME, NUMBER, NUMBERS, CaseDocument, Facts, FactType, ListRow, Support
from vetting.engine.list_items import fields_of
from vetting.engine.reductions import reduced_amount
from vetting.engine.results import CriterionResult
from vetting.engine.row_filling import RowPlan, as_items, choices_near, lists_against, plan_with, rows_of_plan
from vetting.engine.screening import GROUP_OPINION, Screening, screen
from vetting.kernel.dates import Span
from vetting.kernel.money import KRONA, in_kronor

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vetting.engine.conditions.comparisons import Comparison
    from vetting.engine.criteria import Criterion
    from vetting.engine.facts import Catalogue, FactDefinition, Value
    from vetting.engine.ruleset import RuleSet
    from vetting.kernel.case_kinds import CaseKind

ALL_MET: Final = "all_met"
"""Key `made` of a worked case that meets every criterion."""
ROUNDS: Final = 12
"""How many times the criteria are gone through: what one needs may be what another did not."""
SETTLED: Final = frozenset({CriterionResult.MET, CriterionResult.NOTHING_FOUND, CriterionResult.NOT_APPLICABLE})
TRIED: Final = 5_000
"""How many lists are tried for one that a condition answers as wanted."""
APPLIED: Final = "amount_applied"
APPLIED_BY_NOBODY: Final = 10_000 * KRONA
"""What is applied for in a made case that shows a reduction, where the rules work out no amount; öre."""
_NAME_OF_NOBODY: Final = "Föreningen Exempelstigen"
_NUMBER_OF_NOBODY: Final = "8029990234"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledCase:
    """A case made from the rules. fails: the criterion that it fails on; empty of one that meets all."""

    facts: Facts
    answers: Mapping[str, CriterionAnswer]
    screening: Screening
    fails: str = ""
    alone: bool = True
    """Whether it fails on nothing else: where two ask more of the same fact, neither is failed alone."""
    left: tuple[str, ...] = ()
    """Criteria that no values were found for."""


@dataclass(slots=True)
class _Filling:
    """The facts of a case while it is made."""

    catalogue: Catalogue
    on: date
    values: dict[str, Value] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)
    plans: dict[str, RowPlan] | None = field(default_factory=dict)
    """List -> what is asked of its rows; None of a case that is changed as little as can be."""

    def put(self, fact: str, value: Value | None) -> bool:
        """Says what a fact is; None that it is not there."""
        self.values.pop(fact, None)
        self.absent.discard(fact)
        if value is None:
            self.absent.add(fact)
        else:
            self.values[fact] = value
        return True

    @property
    def facts(self) -> Facts:
        """As the engine reads them."""
        return Facts(dict(self.values), frozenset(self.absent))


def approved_case(ruleset: RuleSet, kind: CaseKind, on: date) -> FilledCase:
    """A case that meets every criterion, each value at its limit; a person's questions answered so."""
    filling = _Filling(ruleset.catalogue, on)
    filling.put(NAME, _NAME_OF_NOBODY)
    filling.put(NUMBER, _NUMBER_OF_NOBODY)
    for day in APPLICATION_DAYS:
        filling.put(day, on)
    for name in ruleset.amount.facts if ruleset.amount is not None else ():
        filling.put(name, _some(ruleset.catalogue[name], on))
    criteria = [item for item in ruleset.for_kind(kind) if item.moment is not ReviewMoment.RUNNING]
    answers = {item.id: CriterionAnswer.MET for item in criteria if item.kind is CriterionKind.ASSESSMENT}
    left: tuple[str, ...] = ()
    for _round in range(ROUNDS):
        screening = _screen_filling(ruleset, kind, filling, answers)
        wrong = [item for item in screening.findings if item.result not in SETTLED]
        left = tuple(item.criterion.id for item in wrong)
        if not wrong:
            break
        for finding in wrong:
            _settle(finding.criterion, filling, met=True)
    return FilledCase(
        facts=filling.facts, answers=answers, screening=_screen_filling(ruleset, kind, filling, answers), left=left
    )


def failing_cases(ruleset: RuleSet, kind: CaseKind, on: date, criteria: Iterable[str]) -> list[FilledCase]:
    """For each of some criteria, where it can be made: the approved case, changed so that the criterion is not met."""
    base = approved_case(ruleset, kind, on)
    found = []
    for criterion in ruleset.for_kind(kind):
        if criterion.id in set(criteria) and criterion.moment is not ReviewMoment.RUNNING:
            made = _failing(ruleset, kind, on, base, criterion)
            if made is not None:
                found.append(made)
    return found


def _failing(ruleset: RuleSet, kind: CaseKind, on: date, base: FilledCase, criterion: Criterion) -> FilledCase | None:
    filling = _Filling(ruleset.catalogue, on, dict(base.facts.values), set(base.facts.absent), None)
    answers = dict(base.answers)
    if criterion.kind is CriterionKind.ASSESSMENT:
        answers[criterion.id] = CriterionAnswer.NOT_MET
    elif criterion.kind is CriterionKind.SIGNAL or not _settle(criterion, filling, met=False):
        return None
    screening = _screen_filling(ruleset, kind, filling, answers)
    if not _is_failed(screening, criterion):
        return None
    if screening.reductions and not isinstance(filling.values.get(APPLIED), int):
        worked = screening.worked_amount
        filling.put(APPLIED, worked.total if worked is not None and worked.total else APPLIED_BY_NOBODY)
        screening = _screen_filling(ruleset, kind, filling, answers)
    made = partial(FilledCase, answers=answers, fails=criterion.id, left=base.left)
    first = made(facts=filling.facts, screening=screening, alone=not _others_open(screening, criterion))
    for _round in range(ROUNDS):
        others = _others_open(screening, criterion)
        if not others:
            return made(facts=filling.facts, screening=screening, alone=True)
        for other in others:
            _settle(other, filling, met=True)
        screening = _screen_filling(ruleset, kind, filling, answers)
        if not _is_failed(screening, criterion):
            break
    return first


def _is_failed(screening: Screening, criterion: Criterion) -> bool:
    return any(
        item.criterion.id == criterion.id and item.result is CriterionResult.NOT_MET for item in screening.findings
    )


def _others_open(screening: Screening, criterion: Criterion) -> list[Criterion]:
    """What else is not met or not known: what a case asks that did not ask it before, where one thing is changed."""
    return [
        item.criterion
        for item in screening.findings
        if item.result not in SETTLED and item.criterion.id != criterion.id
    ]


def _screen_filling(
    ruleset: RuleSet, kind: CaseKind, filling: _Filling, answers: Mapping[str, CriterionAnswer]
) -> Screening:
    known = {criterion.id: criterion for criterion in ruleset.for_kind(kind)}
    given = {
        name: Assessment(
            criterion=name, answer=answer, by="handläggaren", on=filling.on, fingerprint=known[name].fingerprint
        )
        for name, answer in answers.items()
    }
    return screen(ruleset, filling.facts, given, kind=kind, on=filling.on)


def _settle(criterion: Criterion, filling: _Filling, *, met: bool) -> bool:
    """Changes the facts so that a criterion is met, or is not and still applies."""
    if criterion.kind is CriterionKind.ASSESSMENT:
        return False
    wanted = met if criterion.kind is not CriterionKind.SIGNAL else not met
    if criterion.only_if is not None and not met and not _make(criterion.only_if, filling, holds=True):
        return False
    return criterion.condition is not None and _make(criterion.condition, filling, holds=wanted)


def _make(condition: Condition, filling: _Filling, *, holds: bool) -> bool:
    """Changes the facts so that a condition holds, or does not; False where nobody knows how."""
    match condition:
        case ConditionLeaf(comparison):
            return _make_leaf(condition, comparison, filling, holds=holds)
        case Not(child):
            return _make(child, filling, holds=not holds)
        case AllOf(children) | AnyOf(children):
            every = isinstance(condition, AllOf) == holds
            if every:
                return all([_make(child, filling, holds=holds) for child in children])  # noqa: C419 - each is made
            return any(_make(child, filling, holds=holds) for child in children)
    assert_never(condition)


def _make_leaf(leaf: ConditionLeaf, comparison: Comparison, filling: _Filling, *, holds: bool) -> bool:
    definition = filling.catalogue.get(comparison.fact)
    if definition is None or comparison.fact == GROUP_OPINION:
        return False
    if comparison.comparison == "present":
        wanted = isinstance(comparison.operand, LiteralValue) and bool(comparison.operand.value)
        return filling.put(comparison.fact, _some(definition, filling.on) if wanted == holds else None)
    if definition.type is FactType.CHOICES:
        return _make_choices(leaf, definition, filling, holds=holds)
    if definition.type in LISTS and comparison.measure is not FactMeasure.VALUE:
        return _make_rows(leaf, comparison, filling, holds=holds)
    found = _value_at_limit(leaf, comparison, definition, filling, holds=holds)
    if found is None:
        return False
    match comparison.measure:
        case FactMeasure.VALUE:
            return filling.put(comparison.fact, found)
        case FactMeasure.SHARE | FactMeasure.PLUS | FactMeasure.MINUS:
            return _make_two(comparison, found, filling)
        case _:
            return False


_WHOLE: Final = 100
"""The whole of a share, where nothing else is said of it."""


def _make_two(comparison: Comparison, wanted: Any, filling: _Filling) -> bool:  # noqa: ANN401 - a number
    other = comparison.whole or ""
    known = filling.values.get(other)
    if isinstance(known, bool) or not isinstance(known, int | float) or not known:
        money = filling.catalogue[other].type is FactType.MONEY
        known = _WHOLE * KRONA if money else _WHOLE
        filling.put(other, known)
    match comparison.measure:
        case FactMeasure.SHARE:
            return filling.put(comparison.fact, ceil(round(wanted * known, 6)))
        case FactMeasure.PLUS:
            return filling.put(comparison.fact, wanted - known)
        case _:
            return filling.put(comparison.fact, wanted + known)


def _make_choices(leaf: ConditionLeaf, definition: FactDefinition, filling: _Filling, *, holds: bool) -> bool:
    """What is chosen among some options, so that a comparison holds or does not."""
    known = filling.values.get(definition.id)
    now = tuple(item for item in known if isinstance(item, str)) if isinstance(known, tuple) else ()
    return _put_first(leaf, definition, choices_near(definition, now), filling, holds=holds)


def _put_first(
    leaf: ConditionLeaf, definition: FactDefinition, tried: Iterable[Value], filling: _Filling, *, holds: bool
) -> bool:
    """Says that a fact is the first of some values with which a comparison holds, or does not."""
    wanted, before = (Verdict.TRUE if holds else Verdict.FALSE), filling.values.get(definition.id)
    for value in islice(tried, TRIED):
        filling.put(definition.id, value)
        if _verdict(leaf, filling) is wanted:
            return True
    filling.put(definition.id, before)
    return False


def _make_rows(leaf: ConditionLeaf, comparison: Comparison, filling: _Filling, *, holds: bool) -> bool:
    """A list that meets what all criteria have asked of it, or is changed so that this one just fails."""
    definition = filling.catalogue[comparison.fact]
    target = _value_at_limit(leaf, comparison, definition, filling, holds=holds)
    if comparison.measure in {FactMeasure.COUNT, FactMeasure.SUM} and not isinstance(target, int | float):
        return False
    number = target if isinstance(target, int | float) else 0
    make = partial(_one_row, on=filling.on)
    if filling.plans is not None:
        plan = plan_with(filling.plans.get(comparison.fact, RowPlan()), comparison, number, holds=holds)
        filling.plans[comparison.fact] = plan
        rows = rows_of_plan(plan, definition, make, filling.on)
        return filling.put(comparison.fact, rows) if rows is not None else False
    known = filling.values.get(comparison.fact)
    now = known if isinstance(known, tuple) else ()
    tried = lists_against(comparison, definition, now, number, make, filling.on)
    return _put_first(leaf, definition, tried, filling, holds=holds)


def _one_row(
    definition: FactDefinition, each: tuple[Condition, ...], never: tuple[Condition, ...], *, on: date
) -> dict[str, Value] | None:
    """The fields of a row that meets some conditions and none of others; None where nobody knows how."""
    inner = _Filling(dict(fields_of(definition)), on)
    for name, field_ in inner.catalogue.items():
        inner.put(name, _some(field_, on))
    for _round in range(ROUNDS):
        wrong = [(item, True) for item in each if _verdict(item, inner) is not Verdict.TRUE]
        wrong += [(item, False) for item in never if _verdict(item, inner) is not Verdict.FALSE]
        if not wrong:
            return inner.values
        for item, holds in wrong:
            _make(item, inner, holds=holds)
    return None


def _verdict(condition: Condition, filling: _Filling) -> Verdict:
    return compiled_once(condition)(filling.values, frozenset(filling.absent), filling.on).verdict


def _some(definition: FactDefinition, on: date) -> Value:  # noqa: PLR0911 - one return a type
    """Any value of a fact."""
    match definition.type:
        case FactType.DOCUMENT | FactType.YES_NO:
            return True
        case FactType.WHOLE_NUMBER | FactType.NUMBER:
            return int(definition.smallest) if definition.smallest else 1
        case FactType.MONEY:
            return 1_000 * KRONA
        case FactType.YEAR:
            return on.year
        case FactType.DATE:
            return on
        case FactType.DATETIME:
            return datetime.combine(on, time(18))
        case FactType.CHOICE:
            return next(iter(definition.options))
        case FactType.ORGANISATION_NUMBER:
            return _NUMBER_OF_NOBODY
        case FactType.URL:
            return "https://example.org"
        case FactType.CHOICES:
            return tuple(definition.options)[:1]
        case kind if kind in LISTS:
            return as_items(definition, [_one_row(definition, (), (), on=on) or {}])
        case _:
            return "Exempel"


def _value_at_limit(  # noqa: C901, PLR0911 - one return a comparison
    leaf: ConditionLeaf, comparison: Comparison, definition: FactDefinition, filling: _Filling, *, holds: bool
) -> Any:  # noqa: ANN401 - a fact's value, of its own type
    """The value at the limit that makes a comparison hold, or the nearest that does not."""
    kind = COMPARISONS[comparison.comparison]
    limit = _limit(comparison, definition, filling)
    if limit is None:
        return None
    if kind.shape is OperandShape.SPAN:
        return _day_of_span(comparison.comparison, limit, filling, comparison, holds=holds)
    step = _step(leaf.type)
    match comparison.comparison:
        case "equal":
            return limit if holds else _another(leaf.type, definition, limit, step)
        case "one_of":
            return limit[0] if holds else _another(leaf.type, definition, limit[0], step, not_among=limit)
        case "at_least":
            return limit if holds else limit - step
        case "at_most":
            return limit if holds else limit + step
        case "before":
            return limit - step if holds else limit
        case "after":
            return limit + step if holds else limit
        case "between":
            return limit[0] if holds else limit[0] - step
        case "same_year":
            return limit if holds else limit.replace(year=limit.year - 1, day=min(limit.day, 28))
        case "contains":
            return _text_with(definition, str(limit)) if holds else _text_with(definition, "annat")
        case "matches_list":
            return _text_with(definition, str(limit[0]).removesuffix("*")) if holds else _text_with(definition, "annat")
    return None


def _limit(comparison: Comparison, definition: FactDefinition, filling: _Filling) -> Any:  # noqa: ANN401 - as above
    operand = comparison.operand
    if isinstance(operand, LiteralValue):
        return operand.value
    if isinstance(operand, FactReference):
        other = filling.values.get(operand.fact)
        if other is None:
            other = _some(filling.catalogue[operand.fact], filling.on)
            filling.put(operand.fact, other)
        if definition.type is FactType.DATE and isinstance(other, datetime):
            other = other.date()
        return operand.of(other)
    if isinstance(operand, YearlyDay):
        of = filling.values.get(operand.year_of or comparison.fact)
        return operand.in_year(of.year if isinstance(of, date) else filling.on.year)
    return None


def _day_of_span(name: str, span: object, filling: _Filling, comparison: Comparison, *, holds: bool) -> Value | None:
    if not isinstance(span, Span):
        return None
    reference = filling.on
    if comparison.reference is not None:
        given = filling.values.get(comparison.reference)
        if not isinstance(given, date):
            given = _some(filling.catalogue[comparison.reference], filling.on)
            filling.put(comparison.reference, given)
        reference = given.date() if isinstance(given, datetime) else given if isinstance(given, date) else filling.on
    limit = span.before(reference)
    day = timedelta(days=1)
    at = {"within": (limit, limit - day), "older_than": (limit - day, limit), "at_least_old": (limit, limit + day)}[
        name
    ]
    found = at[0] if holds else at[1]
    is_moment = filling.catalogue[comparison.fact].type is FactType.DATETIME
    return datetime.combine(found, time(18)) if is_moment else found


def _step(fact_type: FactType) -> Any:  # noqa: ANN401 - a number or a length of time
    if fact_type in DAYS:
        return timedelta(days=1)
    if fact_type is FactType.MONEY:
        return KRONA
    return 0.01 if fact_type is FactType.NUMBER else 1


def _another(fact_type: FactType, definition: FactDefinition, value: Any, step: Any, *, not_among: Any = ()) -> Any:  # noqa: ANN401 - as above
    if fact_type is FactType.YES_NO:
        return not value
    if fact_type is FactType.CHOICE:
        taken = set(not_among) or {value}
        return next((option for option in reversed(list(definition.options)) if option not in taken), None)
    if isinstance(value, str):
        return f"{value} annan"
    below = value - step
    no_less = 0 if definition.smallest is None else definition.smallest
    return value + step if fact_type in NUMBERS and below < no_less else below


def _text_with(definition: FactDefinition, text: str) -> Value:
    if definition.type not in LISTS:
        return text
    named = next(name for name, field_ in fields_of(definition).items() if field_.type is FactType.TEXT)
    return as_items(definition, [{named: text}])


def as_worked_case(case: FilledCase, name: str, on: date) -> dict[str, Any]:
    """The case as it is written in a file, not accepted yet: the facts that its rules read, and what comes of them."""
    rules = case.screening.ruleset
    read = {fact for finding in case.screening.findings for fact in finding.criterion.facts} | {NAME, NUMBER}
    read |= set(APPLICATION_DAYS) | set(rules.amount.facts if rules.amount is not None else ())
    results = {item.criterion.id: item.result.value for item in case.screening.findings}
    not_met = {name: result for name, result in results.items() if result == CriterionResult.NOT_MET}
    told = not_met if case.fails else results
    expect: dict[str, Any] = {"proposal": case.screening.proposal.value, "results": told}
    worked = case.screening.worked_amount
    if worked is not None and worked.total is not None:
        expect["amount"] = in_kronor(worked.total)
    applied = case.facts.values.get(APPLIED)
    reduced = reduced_amount(case.screening, applied) if isinstance(applied, int) else None
    if reduced is not None and reduced.reductions:
        read.add(APPLIED)
        expect["left"] = in_kronor(reduced.left)
    return {
        "name": name,
        "kind": case.screening.kind.value,
        "on": on,
        "accepted": False,
        "made": case.fails or ALL_MET,
        "facts": {
            name: _as_written(rules.catalogue[name], value) for name, value in case.facts.values.items() if name in read
        },
        **({"absent": sorted(case.facts.absent & read)} if case.facts.absent & read else {}),
        **({"assessments": {key: answer.value for key, answer in case.answers.items()}} if case.answers else {}),
        "expect": expect,
    }


def _as_written(definition: FactDefinition, value: Value) -> Any:  # noqa: ANN401 - plain data
    """A value as worked cases write it: amounts in kronor, things in a list by their fields."""
    if definition.type is FactType.MONEY and isinstance(value, int):
        return in_kronor(value)
    if isinstance(value, tuple):
        return [
            {name: _as_written(definition.fields[name], found) for name, found in item.fields}
            if isinstance(item, ListRow)
            else _item_as_written(item)
            for item in value
        ]
    return value


def _item_as_written(item: object) -> object:
    if isinstance(item, Support):
        return {"funder": item.funder} | ({"amount": item.amount / KRONA} if item.amount is not None else {})
    if isinstance(item, CaseDocument):
        return {key: found for key, found in item._asdict().items() if found is not None}
    return item
