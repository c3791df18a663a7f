"""The reason in words: what each deciding leaf says about the case, in Swedish and English."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, assert_never

from vetting.engine.conditions.comparisons import (
    COMPARISONS,
    LEAP_YEAR,
    MEASURE_WORDS,
    OF_TWO,
    Comparison,
    FactMeasure,
    FactReference,
    ListReference,
    LiteralValue,
    OperandShape,
    YearlyDay,
    matching_entries,
    requirement_template,
)
from vetting.engine.conditions.tree import (
    AllOf,
    AnyOf,
    Condition,
    ConditionLeaf,
    Not,
    Verdict,
    compiled_once,
    counts_back,
    facts_read,
    items_that_count,
    leaves_of,
    measure_fact,
)
from vetting.engine.facts import DAYS, NUMBERS, Catalogue, Facts, FactType, Value, value_in_words
from vetting.engine.list_items import fields_of, sum_of_items
from vetting.kernel.dates import Span
from vetting.kernel.money import kronor
from vetting.kernel.text import (
    AND,
    NO_WORDS,
    OR,
    Words,
    _,
    changed_words,
    day_in_words,
    in_context,
    join_words,
    list_words,
    long_day,
    lower_first,
    number_in_words,
    percent_in_words,
    remember_text,
    same_in_both,
)

if TYPE_CHECKING:
    from vetting.engine.facts import FactDefinition
    from vetting.kernel.text import ListStyle

APPLICATION_DAYS = ("application_date", "received_on")
"""The facts that tell the day an application was made, the first that is known."""
HALF = 0.5


@dataclass(frozen=True, slots=True)
class ConditionReading:
    """What a condition was read against: the facts, the as_of day, and what that day is called."""

    facts: Facts
    day: date | None
    day_name: Words
    catalogue: Catalogue


_AT_LEAST_ONE = _("Minst ett av detta behövs:")
_OR_THIS = _("Eller:")
_REQUIRED = _(" Krav: ")
_NONE_ASKED = _(" Kravet är att inga finns.")
_IS_TO_BE = _(" Det ska vara ")
_STOP = same_in_both(".")


def explain_condition(
    condition: Condition, reading: ConditionReading, *, negated: bool = False, requirements: bool = True
) -> Words:
    """What decided, one sentence a leaf: label, value or 'saknas', and the limit.

    requirements: False for a signal or a question, which sees something but asks for nothing.
    """
    read = _sentence_key(condition)
    if read is None:
        return _said_anew(condition, reading, _STYLES[negated, requirements])
    facts = reading.facts
    values = facts.values
    known = [(values[fact] if shown else _GIVEN) if fact in values else _unknown(fact, facts) for fact, shown in read]
    key = (condition, negated, requirements, reading.day, *known)
    found = _SENTENCES.get(key)
    if found is None:
        if len(_SENTENCES) >= _MOST_SENTENCES:
            _SENTENCES.clear()
        found = _SENTENCES[key] = remember_text(_said_anew(condition, reading, _STYLES[negated, requirements]))
    return found


@lru_cache(maxsize=4096)
def _sentence_key(condition: Condition) -> tuple[tuple[str, bool], ...] | None:
    """The facts read and whether their values are said, where the sentence is remembered: no text is ever kept."""
    leaves = leaves_of(condition)
    if not all(_only_presence(leaf) or (leaf.type in _KEPT and leaf.comparison.measure in _SINGLE) for leaf in leaves):
        return None
    said = {fact for leaf in leaves if not _only_presence(leaf) for fact in leaf.facts}
    return tuple((fact, fact in said) for fact in facts_read(condition))


def _only_presence(leaf: ConditionLeaf) -> bool:
    """Its sentence says that the fact is there, never what it is."""
    return leaf.comparison.comparison == "present" and leaf.comparison.measure is FactMeasure.VALUE


def _unknown(fact: str, facts: Facts) -> object:
    return _NO_WORD if fact in facts.unreadable else _GONE if fact in facts.absent else None


_KEPT = NUMBERS | DAYS | {FactType.YES_NO, FactType.DOCUMENT, FactType.CHOICE}
_SINGLE = {FactMeasure.VALUE, *OF_TWO}
_MOST_SENTENCES = 20_000
_SENTENCES: dict[object, Words] = {}
_NO_WORD, _GONE, _GIVEN = object(), object(), object()
"""Stand in a key for a cell that could not be read, for what is recorded as not there, and for a value that is not
said: no value equals them."""


def _said_anew(condition: Condition, reading: ConditionReading, style: _WordingStyle) -> Words:
    negated, requirements = style
    if isinstance(condition, ConditionLeaf):
        return _new_sentence(condition, reading, style)
    match condition:
        case Not(child):
            return explain_condition(child, reading, negated=not negated, requirements=requirements)
        case AllOf(children):
            return _group(condition, children, reading, style, one_is_enough=negated)
        case AnyOf(children):
            return _group(condition, children, reading, style, one_is_enough=not negated)
    assert_never(condition)


class _WordingStyle(NamedTuple):
    negated: bool
    requirements: bool


_STYLES = {(negated, asks_): _WordingStyle(negated, asks_) for negated in (True, False) for asks_ in (True, False)}


def _group(
    condition: Condition,
    children: tuple[Condition, ...],
    reading: ConditionReading,
    style: _WordingStyle,
    *,
    one_is_enough: bool,
) -> Words:
    verdict = _verdict(condition, reading)
    deciding = [child for child in children if _verdict(child, reading) is verdict]
    sentences = [
        _said_of_one_fact(same, reading, style, OR if one_is_enough else AND)
        if len(same) > 1
        else explain_condition(same[0], reading, negated=style.negated, requirements=style.requirements)
        for same in _by_what_is_what_is_compared(deciding, reading)
    ]
    wanted = Verdict.FALSE if style.negated else Verdict.TRUE
    if style.requirements and one_is_enough and verdict is not wanted and len(sentences) > 1:
        first, *others = sentences
        return join_words((_AT_LEAST_ONE, first, *(part for other in others for part in (_OR_THIS, other))))
    return join_words(sentences)


def _by_what_is_what_is_compared(conditions: list[Condition], reading: ConditionReading) -> list[list[Any]]:
    """The conditions in order; those next to each other that ask of the same value are together."""
    groups: list[list[Any]] = []
    last: object = None
    for condition in conditions:
        this = _what_is_compared(condition, reading)
        if this is not None and this == last:
            groups[-1].append(condition)
        else:
            groups.append([condition])
        last = this
    return groups


def _what_is_compared(condition: Condition, reading: ConditionReading) -> object:
    """What a comparison's sentence begins with; None where it is said in its own way."""
    if not isinstance(condition, ConditionLeaf) or condition.type is FactType.YES_NO:
        return None
    comparison = condition.comparison
    if comparison.comparison in {"present", "matches_list"} or comparison.where is not None:
        return None
    missing = missing_facts(condition, reading.facts, reading.day)
    return comparison.fact, comparison.measure, comparison.whole, missing


def _said_of_one_fact(
    leaves: list[ConditionLeaf], reading: ConditionReading, style: _WordingStyle, together: ListStyle
) -> Words:
    """'Målgrupper: alla. Krav: innehåller ”barn” eller innehåller ”äldre”.' of one value asked in several ways."""
    state = _value_or_missing(leaves[0], reading)
    if not style.requirements:
        return state
    asked = [requirement_in_words(leaf, reading, negated=style.negated) for leaf in leaves]
    return state + _REQUIRED + list_words(asked, together) + _STOP


def _verdict(condition: Condition, reading: ConditionReading) -> Verdict:
    return compiled_once(condition)(reading.facts.values, reading.facts.absent, reading.day).verdict


def _new_sentence(leaf: ConditionLeaf, reading: ConditionReading, style: _WordingStyle) -> Words:
    comparison = leaf.comparison
    state = _value_or_missing(leaf, reading)
    plain_presence = comparison.comparison == "present" and not style.negated
    if not style.requirements or plain_presence:
        return state
    yes_or_no = leaf.type is FactType.YES_NO and comparison.where is None and comparison.comparison != "present"
    if yes_or_no and _is_as_asked(comparison, reading, style):
        return state
    if _asks_for_none(leaf, style):
        return state if measure_fact(comparison, reading.facts.values) == 0 else state + _NONE_ASKED
    asked = _IS_TO_BE if yes_or_no else _REQUIRED
    return state + asked + requirement_in_words(leaf, reading, negated=style.negated) + _STOP


def _value_or_missing(leaf: ConditionLeaf, reading: ConditionReading) -> Words:
    missing = missing_facts(leaf, reading.facts, reading.day)
    return _missing_said(missing, reading) if missing else _state(leaf, reading)


def _asks_for_none(leaf: ConditionLeaf, style: _WordingStyle) -> bool:
    """A count that is to be zero."""
    comparison = leaf.comparison
    is_zero = isinstance(comparison.operand, LiteralValue) and comparison.operand.value == 0
    whole = leaf.type is FactType.WHOLE_NUMBER and comparison.comparison == "equal" and comparison.where is None
    return is_zero and whole and not style.negated


def _is_as_asked(comparison: Comparison, reading: ConditionReading, style: _WordingStyle) -> bool:
    """A yes where yes is asked: the state has said it."""
    operand = comparison.operand
    value = measure_fact(comparison, reading.facts.values)
    return isinstance(operand, LiteralValue) and value is (bool(operand.value) != style.negated)


def missing_facts(leaf: ConditionLeaf, facts: Facts, as_of: date | None) -> tuple[str, ...]:
    """The facts without which the comparison could not be made, the as_of day among them."""
    missing = [fact for fact in leaf.facts if fact not in facts.values]
    if as_of is None and counts_back(leaf):
        asked = (fact for fact in APPLICATION_DAYS if fact not in facts.not_asked)
        missing.append(next(asked, APPLICATION_DAYS[0]))
    return tuple(missing)


def _missing_said(missing: tuple[str, ...], reading: ConditionReading) -> Words:
    return join_words(
        label_of_fact(fact, reading.catalogue) + (_UNREADABLE if fact in reading.facts.unreadable else _MISSING)
        for fact in missing
    )


_MISSING = _(": saknas.")
_UNREADABLE = _(": gick inte att läsa.")


def label_of_fact(fact: str, catalogue: Catalogue, *, first: bool = True) -> Words:
    """A fact's label, with a small letter inside a sentence."""
    words = catalogue[fact].label
    return words if first else lower_first(words)


def _state(leaf: ConditionLeaf, reading: ConditionReading) -> Words:
    comparison = leaf.comparison
    definition = reading.catalogue[comparison.fact]
    value = measure_fact(comparison, reading.facts.values)
    named = _measure_named(comparison, reading.catalogue)
    if comparison.where is not None:
        value = reading.facts.values[comparison.fact]
        return definition.label + same_in_both(": ") + definition.in_words(value) + _STOP + _what_counts(leaf, reading)
    if value is None:
        return named + _(" går inte att räkna ut.")
    if comparison.comparison == "present":
        return definition.label + _(": finns.")
    if comparison.measure is FactMeasure.COUNT:
        named = definition.label
    if comparison.whole is not None:
        named = definition.label if comparison.measure is FactMeasure.SHARE else named
        return named + same_in_both(": ") + _two_and_what_they_make(comparison, leaf.type, value, reading) + _STOP
    if comparison.measure in {FactMeasure.VALUE, FactMeasure.COUNT}:
        shown = definition.in_words(reading.facts.values[comparison.fact])
    else:
        shown = _shown_as(leaf.type, value, None)
    if comparison.comparison == "matches_list" and isinstance(comparison.operand, LiteralValue):
        hits = matching_entries(reading.facts.values[comparison.fact], comparison.operand.value)
        found = list_words([same_in_both(f"”{hit}”") for hit in hits], AND)
        shown = _("träff: ") + found if found.sv else shown
    return named + same_in_both(": ") + shown + _STOP


def _what_counts(leaf: ConditionLeaf, reading: ConditionReading) -> Words:
    """What the things of a list come to that meet what is asked of each: ' Av dem räknas 2.'."""
    comparison = leaf.comparison
    if comparison.where is None or comparison.measure not in {FactMeasure.COUNT, FactMeasure.SUM}:
        return NO_WORDS
    counted = items_that_count(comparison.where, reading.facts.values[comparison.fact], reading.day)
    if not isinstance(counted, tuple):
        return NO_WORDS
    if comparison.measure is FactMeasure.COUNT:
        return _(" Av dem räknas {count}.", count=len(counted))
    total = sum_of_items(counted, comparison.field)
    if total is None:
        return NO_WORDS
    return _(" Summan av dem som räknas: ") + _shown_as(leaf.type, total, None) + _STOP


_OF_TWO_WORDS = {
    FactMeasure.SHARE: _(", andel av "),
    FactMeasure.PLUS: _(", tillsammans med "),
    FactMeasure.MINUS: _(", minus "),
}
_BETWEEN = {
    FactMeasure.SHARE: in_context("of a whole", " av "),
    FactMeasure.PLUS: same_in_both(" + "),
    FactMeasure.MINUS: same_in_both(" − "),
}


def _two_and_what_they_make(
    comparison: Comparison, fact_type: FactType, value: Value, reading: ConditionReading
) -> Words:
    """'18 av 54 (33,3 %)', '12 000 kr + 8 000 kr = 20 000 kr'."""
    values, catalogue = reading.facts.values, reading.catalogue
    one = catalogue[comparison.fact].in_words(values[comparison.fact])
    other = catalogue[comparison.whole or ""].in_words(values[comparison.whole or ""])
    both = one + _BETWEEN[comparison.measure] + other
    if comparison.measure is FactMeasure.SHARE:
        return both + same_in_both(" (") + _percent(float(str(value))) + same_in_both(")")
    return both + same_in_both(" = ") + _bare(fact_type, value)


def _percent(share: float) -> Words:
    return percent_in_words(share, 1)


def _measure_named(comparison: Comparison, catalogue: Catalogue) -> Words:
    """What is compared: the fact by its label, its count or sum, or of what it is a share."""
    words, measure = catalogue[comparison.fact].label, MEASURE_WORDS[comparison.measure]
    if comparison.whole is not None:
        return words + _OF_TWO_WORDS[comparison.measure] + lower_first(catalogue[comparison.whole].label)
    if comparison.measure is FactMeasure.SUM:
        return sum_named(catalogue[comparison.fact], comparison.field)
    return measure + lower_first(words) if measure.sv else words


def sum_named(definition: FactDefinition, field: str) -> Words:
    """'Summa: kostnader (belopp)': the sum of a list, with the column of one that has columns of its own."""
    words = MEASURE_WORDS[FactMeasure.SUM] + lower_first(definition.label)
    if not field or definition.type is not FactType.LIST_OF_ROWS:
        return words
    return words + same_in_both(" (") + lower_first(fields_of(definition)[field].label) + same_in_both(")")


def requirement_in_words(leaf: ConditionLeaf, reading: ConditionReading, *, negated: bool) -> Words:
    """'minst 5', 'ja', 'högst 1 år före ansökningsdagen 15 sep 2026'."""
    comparison = leaf.comparison
    if comparison.where is not None:
        return _of_items(leaf, comparison.where, reading, negated=negated)
    if comparison.comparison == "present":
        wanted = isinstance(comparison.operand, LiteralValue) and bool(comparison.operand.value)
        return requirement_template("present", leaf.type, negated=negated if wanted else not negated)
    if leaf.type is FactType.YES_NO and isinstance(comparison.operand, LiteralValue):
        return _("ja") if bool(comparison.operand.value) != negated else _("nej")
    pattern = requirement_template(comparison.comparison, leaf.type, negated=negated)
    limit = _limit(leaf, reading)
    counted_from = _counted_from(comparison, reading)
    return pattern.with_values(limit=limit, day=counted_from)


def comparison_with_a_gap(leaf: ConditionLeaf, catalogue: Catalogue, *, negated: bool) -> Words:
    """'Aktiva medlemmar: minst …', what a value that a board gives is the limit of."""
    whole = replace(leaf, comparison=replace(leaf.comparison, operand=LiteralValue(_GAP)))
    reading = ConditionReading(Facts(), None, _APPLICATION_DAY, catalogue)
    asked = requirement_in_words(whole, reading, negated=negated)
    return _measure_named(leaf.comparison, catalogue) + same_in_both(": ") + asked


_GAP = "…"
_APPLICATION_DAY = _("ansökningsdagen")
_EACH = {FactMeasure.ANY_IN: _("minst en där "), FactMeasure.ALL_IN: _("alla ska ha ")}
_NOT_EACH = {FactMeasure.ANY_IN: _("ingen där "), FactMeasure.ALL_IN: _("minst en där detta inte gäller: ")}


def _of_items(leaf: ConditionLeaf, where: Condition, reading: ConditionReading, *, negated: bool) -> Words:
    """'minst en där Givare: innehåller ”Region”', 'minst 2 där …'."""
    comparison = leaf.comparison
    fields = fields_of(reading.catalogue[comparison.fact])
    asked = describe_condition(where, fields, reading.day_name)
    if comparison.measure in _EACH and isinstance(comparison.operand, LiteralValue):
        says_yes = bool(comparison.operand.value) != negated
        return (_EACH if says_yes else _NOT_EACH)[comparison.measure] + asked
    pattern = requirement_template(comparison.comparison, leaf.type, negated=negated)
    limit = _limit(leaf, reading)
    return pattern.with_values(limit=limit) + _(" där ") + asked


def _limit(leaf: ConditionLeaf, reading: ConditionReading) -> Words:  # noqa: PLR0911 - one return a shape
    operand = leaf.comparison.operand
    if isinstance(operand, FactReference):
        return _other_day(operand, reading) if operand.later is not None else _fact_with_value(operand.fact, reading)
    if isinstance(operand, YearlyDay):
        return _yearly(operand, reading.catalogue)
    if isinstance(operand, ListReference):
        return _("listan {name}", name=operand.name)
    if not isinstance(operand, LiteralValue):
        return _("(det nämnden anger)")
    definition = reading.catalogue[leaf.comparison.fact]
    kind = COMPARISONS[leaf.comparison.comparison]
    value = operand.value
    if leaf.comparison.measure is FactMeasure.SHARE and isinstance(value, int | float):
        return (
            _("hälften") + same_in_both(" (") + _percent(value) + same_in_both(")")
            if value == HALF
            else _percent(value)
        )
    match kind.shape:
        case OperandShape.SPAN if isinstance(value, Span):
            return value.words()
        case OperandShape.PAIR:
            return list_words([_shown_as(leaf.type, part, definition) for part in value], AND)
        case OperandShape.VALUES:
            return list_words([_shown_as(leaf.type, part, definition) for part in value], OR)
        case OperandShape.WORDS:
            return list_words([same_in_both(f"”{word}”") for word in value], OR)
        case _:
            return _shown_as(leaf.type, value, definition)


def _other_day(operand: FactReference, reading: ConditionReading) -> Words:
    """'14 dagar efter sista ansökningsdag', with the day that it is where it is known."""
    later = operand.later or Span()
    ahead = max(later.years, later.months, later.days) > 0
    length = later if ahead else Span(-later.years, -later.months, -later.days)
    named = (
        length.words() + (_(" efter ") if ahead else _(" före ")) + lower_first(reading.catalogue[operand.fact].label)
    )
    value = operand.of(reading.facts.values.get(operand.fact))
    if not isinstance(value, date):
        return named
    return day_in_words(value) + same_in_both(" (") + named + same_in_both(")")


def _yearly(operand: YearlyDay, catalogue: Catalogue) -> Words:
    """'25 februari varje år', '31 mars året efter planerad beslutsdag'."""
    whole = long_day(date(LEAP_YEAR, operand.month, operand.day))
    day = changed_words(whole, lambda text: text.removesuffix(f" {LEAP_YEAR}"))
    after = operand.years_after
    if operand.year_of is None and after == 0:
        return day + _(" varje år")
    when = {0: _(" samma år som "), 1: _(" året efter "), -1: _(" året före ")}.get(after)
    if when is None:
        when = _(" {years} år efter ", years=after) if after > 0 else _(" {years} år före ", years=-after)
    of = lower_first(catalogue[operand.year_of].label) if operand.year_of is not None else _("det år som jämförs")
    return day + when + of


def _shown_as(fact_type: FactType, value: Any, definition: FactDefinition | None) -> Words:  # noqa: ANN401 - a fact's value, of its own type
    if fact_type is FactType.MONEY or definition is None or definition.type is not fact_type:
        return _bare(fact_type, value)
    if isinstance(value, str) and fact_type not in {FactType.CHOICE, FactType.ORGANISATION_NUMBER}:
        return same_in_both(value)
    return value_in_words(definition, value)


def _bare(fact_type: FactType, value: Value) -> Words:

    if fact_type is FactType.MONEY and isinstance(value, int):
        return kronor(value)
    if isinstance(value, int | float) and fact_type is not FactType.YEAR:
        return number_in_words(value)
    return same_in_both(str(value))


def _counted_from(comparison: Comparison, reading: ConditionReading) -> Words:
    if comparison.reference is not None:
        return _fact_with_value(comparison.reference, reading)
    return join_words((reading.day_name, day_in_words(reading.day))) if reading.day else reading.day_name


def _fact_with_value(fact: str, reading: ConditionReading) -> Words:
    definition = reading.catalogue[fact]
    value = reading.facts.values.get(fact)
    if value is None:
        return lower_first(definition.label)
    return definition.in_words(value) + same_in_both(" (") + lower_first(definition.label) + same_in_both(")")


def describe_condition(condition: Condition, catalogue: Catalogue, day_name: Words, *, negated: bool = False) -> Words:
    """What a condition asks for, without a case: 'Antal medlemmar: minst 5'."""
    reading = ConditionReading(Facts(), None, day_name, catalogue)
    match condition:
        case ConditionLeaf(comparison):
            return (
                _measure_named(comparison, catalogue)
                + same_in_both(": ")
                + requirement_in_words(condition, reading, negated=negated)
            )
        case Not(child):
            return describe_condition(child, catalogue, day_name, negated=not negated)
        case AllOf(children) | AnyOf(children):
            parts = [describe_condition(child, catalogue, day_name, negated=negated) for child in children]
            all_needed = isinstance(condition, AllOf) != negated
            if len(parts) == 1 or all_needed:
                return join_words(parts, "; ")
            return _("minst ett av: ") + same_in_both("(") + join_words(parts, " / ") + same_in_both(")")
    assert_never(condition)
