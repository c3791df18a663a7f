"""Why a criterion came out as it did: the sentence for a letter, the whole tree, and what would change it."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple, assert_never

from vetting.engine.conditions import AllOf, AnyOf, ConditionLeaf, Not, Verdict, evaluate_condition
from vetting.engine.conditions.comparisons import COMPARISONS as KINDS
from vetting.engine.conditions.comparisons import FactMeasure, FactReference, LiteralValue, OperandShape
from vetting.engine.conditions.wording import label_of_fact, requirement_in_words
from vetting.engine.criteria import CriterionKind
from vetting.engine.facts import DAYS, LISTS, NUMBERS, FactSupplier, FactType
from vetting.engine.reasons import basis_in_words, reading_of, result_in_words, to_send_again
from vetting.engine.results import CriterionResult, ResultReason
from vetting.engine.screening import screen
from vetting.kernel.dates import Span
from vetting.kernel.privacy import Privacy
from vetting.kernel.text import AND, NO_WORDS, Words, _, join_words, list_words, same_in_both

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vetting.engine.conditions import Condition, ConditionReading
    from vetting.engine.evidence import Assessment
    from vetting.engine.facts import Facts, Value
    from vetting.engine.results import Finding
    from vetting.engine.screening import Screening

VERDICT_WORDS: Final = {
    Verdict.TRUE: _("gäller"),
    Verdict.UNKNOWN: _("går inte att avgöra"),
    Verdict.FALSE: _("gäller inte"),
}
_ALL, _ANY = _("Alla dessa"), _("Minst en av dessa")
_NOT = _("Inte detta")
MOST_CHANGES: Final = 10
MOST_TRIES: Final = 3_000


_OUR_VIEW: Final = {
    CriterionResult.NOTHING_FOUND: _("Inget har framkommit vid vår granskning."),
    CriterionResult.MET: _("Vi bedömer att kravet är uppfyllt."),
    CriterionResult.NOT_MET: _("Vi bedömer att kravet inte är uppfyllt."),
    CriterionResult.NOT_APPLICABLE: _("Kravet gäller inte här."),
}
_SEND_IN: Final = _("Skicka in: ")


def for_letter(finding: Finding, screening: Screening) -> Words | None:
    """What a letter to the association says of one requirement: what is asked, how it came out, where it is written.

    None for what no letter says: a signal is a question to a person, and so is an assessment that nobody has made.
    """
    if finding.criterion.kind is CriterionKind.SIGNAL or finding.result is CriterionResult.NEEDS_ASSESSMENT:
        return None
    criterion = finding.criterion
    head = _("Kravet: {label}.", label=criterion.label)
    source = criterion.sources[0]
    place = f"{source.document}, {source.place}" if source.place else source.document
    place = place.removesuffix(".")
    written = _("Det står i {place}.", place=place)
    if finding.reason is ResultReason.ANSWERED:
        return join_words((head, _OUR_VIEW[finding.result], written))
    said = result_in_words(finding) + same_in_both(".")
    wanted = [
        screening.ruleset.catalogue[fact].wanted
        for fact in (*finding.missing, *to_send_again(finding))
        if screening.ruleset.catalogue[fact].supplied_by is FactSupplier.APPLICANT
    ]
    ask = _SEND_IN + list_words(dict.fromkeys(wanted), AND) + same_in_both(".") if wanted else NO_WORDS
    return join_words(item for item in (head, said, basis_in_words(finding, screening), ask, written) if item.sv)


class FactReading(NamedTuple):
    """One fact that a comparison read: its name, value, where it came from; no value when it is missing."""

    fact: str
    label: Words
    value: Words | None
    origin: Words


@dataclass(frozen=True, slots=True)
class ExplanationNode:
    """One part of a condition: what it asks, how it came out, whether that decided, and what was read."""

    asks: Words
    verdict: Verdict
    decided: bool
    read: tuple[FactReading, ...] = ()
    children: tuple[ExplanationNode, ...] = ()

    @property
    def missing(self) -> tuple[FactReading, ...]:
        return tuple(item for item in self.read if item.value is None)


def condition_trees(
    finding: Finding, screening: Screening, origins: Mapping[str, Words]
) -> tuple[tuple[Words, ExplanationNode], ...]:
    """Each condition of the criterion with its heading: the requirement, when it applies, when a person is asked."""
    criterion = finding.criterion
    found: list[tuple[Words, Condition | None]] = [
        (_("Villkoret"), criterion.condition),
        (_("Gäller bara om"), criterion.only_if),
        (_("Frågas när"), criterion.ask.condition if criterion.ask else None),
    ]
    if not criterion.settings_needed <= criterion.settings.keys():
        return ()
    reading = reading_of(criterion, screening)
    deciding = set(finding.leaves)
    return tuple(
        (heading, _node(condition, reading, deciding, origins)) for heading, condition in found if condition is not None
    )


def _node(
    condition: Condition, reading: ConditionReading, deciding: set[ConditionLeaf], origins: Mapping[str, Words]
) -> ExplanationNode:
    verdict = evaluate_condition(condition, reading.facts.values, absent=reading.facts.absent, day=reading.day).verdict
    match condition:
        case ConditionLeaf():
            asks = label_of_fact(condition.comparison.fact, reading.catalogue) + same_in_both(": ")
            asks += requirement_in_words(condition, reading, negated=False)
            read = tuple(_read_fact(fact, reading, origins) for fact in condition.facts)
            return ExplanationNode(asks, verdict, condition in deciding, read)
        case Not(child):
            inner = _node(child, reading, deciding, origins)
            return ExplanationNode(_NOT, verdict, inner.decided, children=(inner,))
        case AllOf(children) | AnyOf(children):
            nodes = tuple(_node(child, reading, deciding, origins) for child in children)
            asks = _ALL if isinstance(condition, AllOf) else _ANY
            return ExplanationNode(asks, verdict, any(node.decided for node in nodes), children=nodes)
    assert_never(condition)


_ABSENT = _("finns inte")
_UNREAD = _("gick inte att läsa")


def _read_fact(fact: str, reading: ConditionReading, origins: Mapping[str, Words]) -> FactReading:
    definition = reading.catalogue[fact]
    value = reading.facts.values.get(fact)
    shown = None
    if definition.privacy is Privacy.SEALED and value is not None:
        shown = _("(visas inte här)")
    elif value is not None:
        shown = definition.in_words(value)
    elif fact in reading.facts.absent:
        shown = _ABSENT
    elif fact in reading.facts.unreadable:
        shown = _UNREAD
    return FactReading(fact, definition.label, shown, origins.get(fact, NO_WORDS))


class Counterfactual(NamedTuple):
    """What would give another result: what is supposed of one or two missing facts, and the result then."""

    supposed: Words
    result: CriterionResult


class Counterfactuals(NamedTuple):
    """At most ten changes, single facts first; `more` when there are others, `tried` when anything was missing."""

    found: tuple[Counterfactual, ...]
    more: bool
    tried: bool


class _Supposition(NamedTuple):
    fact: str
    value: Value | None
    """None: recorded as not there."""
    said: Words


def what_would_change(finding: Finding, screening: Screening, assessments: Mapping[str, Assessment]) -> Counterfactuals:
    """Which missing facts would give the criterion another result: one alone, then two together."""
    criterion = finding.criterion
    alone = replace(screening.ruleset, criteria=(criterion,))
    reading = reading_of(criterion, screening)
    by_fact: dict[str, list[_Supposition]] = {}
    for condition in criterion.conditions:
        for supposed in _suppositions(condition, reading):
            known = by_fact.setdefault(supposed.fact, [])
            if all(supposed.said != item.said for item in known):
                known.append(supposed)

    def result(*given: _Supposition) -> CriterionResult:
        facts = _with(screening.facts, given)
        found = screen(alone, facts, assessments, kind=screening.kind, moment=screening.moment, on=screening.on)
        return found.findings[0].result if found.findings else finding.result

    found: list[Counterfactual] = []
    settled: set[str] = set()
    tries = 0
    for supposed in itertools.chain.from_iterable(by_fact.values()):
        tries += 1
        after = result(supposed)
        if after is not finding.result:
            settled.add(supposed.fact)
            found.append(Counterfactual(supposed.said, after))
    rest = [fact for fact in by_fact if fact not in settled]
    for one, other in itertools.combinations(rest, 2):
        for pair in itertools.product(by_fact[one], by_fact[other]):
            tries += 1
            if tries > MOST_TRIES or len(found) > MOST_CHANGES:
                break
            after = result(*pair)
            if after is not finding.result:
                found.append(Counterfactual(list_words([item.said for item in pair], AND), after))
    return Counterfactuals(tuple(found[:MOST_CHANGES]), len(found) > MOST_CHANGES or tries > MOST_TRIES, bool(by_fact))


def _with(facts: Facts, given: tuple[_Supposition, ...]) -> Facts:
    values = {item.fact: item.value for item in given if item.value is not None}
    gone = frozenset(item.fact for item in given if item.value is None)
    whole = facts.with_values(values)
    return replace(whole, absent=whole.absent | gone, not_asked=whole.not_asked - gone)


def _suppositions(condition: Condition, reading: ConditionReading) -> Iterator[_Supposition]:
    match condition:
        case ConditionLeaf():
            yield from _of_leaf(condition, reading)
        case Not(child):
            yield from _suppositions(child, reading)
        case AllOf(children) | AnyOf(children):
            for child in children:
                yield from _suppositions(child, reading)
        case _:
            assert_never(condition)


def _of_leaf(leaf: ConditionLeaf, reading: ConditionReading) -> Iterator[_Supposition]:
    """A value that makes the comparison hold and one that does not, where its fact is missing."""
    comparison = leaf.comparison
    fact = comparison.fact
    if fact in reading.facts.values:
        return
    for value in _values(leaf, reading):
        if value is None:
            if fact not in reading.facts.absent:
                yield _Supposition(fact, None, label_of_fact(fact, reading.catalogue) + _NOT_THERE)
        else:
            yield _Supposition(
                fact,
                value,
                label_of_fact(fact, reading.catalogue) + same_in_both(": ") + _in_words(fact, value, reading),
            )


_NOT_THERE: Final = _(": finns inte")
_SOMETHING: Final = _("något")


def _in_words(fact: str, value: Value, reading: ConditionReading) -> Words:
    """The very value that was tried: what is told of it is true of it, and of nothing more."""
    definition = reading.catalogue[fact]
    if value == "…":
        return _SOMETHING
    if isinstance(value, tuple) and definition.type in LISTS:
        number = len(value)
        return definition.in_words(value) if number == 1 and value != ("1",) else _("{number} st", number=number)
    return definition.in_words(value)


def _values(leaf: ConditionLeaf, reading: ConditionReading) -> Iterator[Value | None]:
    """Values to try on both sides of what the comparison asks; None for what is recorded as not there."""
    comparison = leaf.comparison
    limit = _limit(leaf, reading)
    definition = reading.catalogue[comparison.fact]
    if comparison.comparison == "present":
        yield True if definition.type is FactType.DOCUMENT else "…"
        yield None
        return
    if limit is None or comparison.where is not None:
        return
    for candidate in _candidates(leaf, limit, reading):
        value = _measured_back(comparison.measure, candidate, reading.facts.values.get(comparison.whole or ""))
        if value is not None:
            yield value


LONGEST_LIST: Final = 1_000


def _measured_back(measure: FactMeasure, candidate: Any, whole: Value | None) -> Value | None:  # noqa: ANN401 - a fact's value, of its own type
    """A value of the fact that measures to the candidate, where one can be made."""
    match measure:
        case FactMeasure.VALUE:
            found: Value = candidate
            return found
        case FactMeasure.COUNT if isinstance(candidate, int) and 0 <= candidate <= LONGEST_LIST:
            return tuple(f"{n + 1}" for n in range(candidate))
        case FactMeasure.SHARE if isinstance(whole, int | float) and candidate >= 0:
            return math.ceil(float(candidate) * whole)
        case _:
            return None


def _limit(leaf: ConditionLeaf, reading: ConditionReading) -> Any:  # noqa: ANN401 - a value of any type
    operand = leaf.comparison.operand
    if isinstance(operand, FactReference):
        return operand.of(reading.facts.values.get(operand.fact))
    value = operand.value if isinstance(operand, LiteralValue) else None
    if isinstance(value, Span):
        reference = leaf.comparison.reference
        counted = reading.facts.values.get(reference) if reference else reading.day
        day = counted.date() if isinstance(counted, datetime) else counted
        return value.before(day) if isinstance(day, date) else None
    return value


def _candidates(leaf: ConditionLeaf, limit: Any, reading: ConditionReading) -> list[Any]:  # noqa: ANN401 - a fact's value, of its own type
    """Values on both sides of the limit."""
    definition = reading.catalogue[leaf.comparison.fact]
    shape = KINDS[leaf.comparison.comparison].shape
    if shape is OperandShape.WORDS:
        return [str(limit[0]).rstrip("*"), "…"] if definition.type not in LISTS else [(str(limit[0]).rstrip("*"),), ()]
    if shape in {OperandShape.PAIR, OperandShape.VALUES}:
        rest = next((option for option in definition.options if option not in limit), None)
        outside = rest if definition.options else _step_value(limit[0], leaf.type, -1)
        return [item for item in (limit[0], outside) if item is not None]
    if leaf.type is FactType.YES_NO:
        return [True, False]
    if definition.type in LISTS and leaf.comparison.measure is FactMeasure.VALUE:
        return [(limit,), ()]
    if definition.options:
        rest = next((option for option in definition.options if option != limit), None)
        return [limit] + ([rest] if rest else [])
    return [item for step in (0, 1, -1) if (item := _step_value(limit, leaf.type, step)) is not None]


def _step_value(value: Any, fact_type: FactType, step: int) -> Any:  # noqa: ANN401 - a fact's value, of its own type
    if fact_type in DAYS and isinstance(value, date):
        try:
            return value + timedelta(days=step)
        except OverflowError:
            return None
    if fact_type in NUMBERS and isinstance(value, int | float):
        return value + step * (0.01 if isinstance(value, float) else 1)
    return value if step == 0 else "…"
