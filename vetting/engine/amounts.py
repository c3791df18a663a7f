"""How much a grant is by its rules: parts over facts, added up or the least of them, shown step by step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from vetting.engine.conditions.comparisons import MEASURE_WORDS, FactMeasure
from vetting.engine.conditions.parsing import known_fact, parse_condition, suggest_names
from vetting.engine.conditions.tree import items_that_count
from vetting.engine.conditions.wording import describe_condition, sum_named
from vetting.engine.criteria import AS_OF_WORDS, AsOfDay
from vetting.engine.facts import LISTS, NUMBERS, FactType
from vetting.engine.list_items import fields_of, sum_of_items, summable_fields
from vetting.engine.rule_file_fields import FieldReader, list_at, mapping_at
from vetting.kernel.money import KRONA, kronor
from vetting.kernel.text import (
    AND,
    Words,
    _,
    in_context,
    join_words,
    list_words,
    lower_first,
    number_in_words,
    percent_in_words,
    same_in_both,
)

if TYPE_CHECKING:
    from vetting.engine.conditions import Condition
    from vetting.engine.facts import Catalogue, FactDefinition, Facts, Value
    from vetting.kernel.problem import Faults, Path

Figures = Mapping[str, Mapping[int, int]]
"""Indexed figures: name -> year -> öre."""
PRICE_BASE: Final = "prisbasbelopp"
SHIPPED_FIGURES: Final[Figures] = {
    PRICE_BASE: {
        2022: 48_300_00,
        2023: 52_500_00,
        2024: 57_300_00,
        2025: 58_800_00,
        2026: 59_200_00,
    }
}
"""The price base amount of each year (SCB; socialförsäkringsbalken, chapter 2, section 7). A board adds later years."""
FIGURE_WORDS: Final[Mapping[str, Words]] = {PRICE_BASE: _("prisbasbelopp")}
YEARS: Final = ("decision_planned_on", "received_on")
"""The days that say of which year a figure is, the first that is known."""


class PartKind(StrEnum):
    """What a part of an amount is counted from."""

    PER = "per"
    SHARE = "share"
    FIXED = "fixed"
    FIGURE = "figure"


class AmountOf(StrEnum):
    """What the parts make."""

    SUM = "sum"
    LEAST = "least"


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountPart:
    """One part. per: öre for each of a fact. share: of a cost. fixed: öre. figure: times an indexed figure.

    field: of a list the column that is added up; empty where its things are counted. where: of a list only the things
    that meet it. at_most: its own ceiling, öre.
    """

    kind: PartKind
    fact: str = ""
    field: str = ""
    where: Condition | None = None
    each: int = 0
    share: Fraction = Fraction(0)
    figure: str = ""
    at_most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountRule:
    """How the amount is worked out. rounding: down to whole such, öre. figures: those the set adds."""

    parts: tuple[AmountPart, ...]
    of: AmountOf = AmountOf.SUM
    at_most: int | None = None
    at_least: int | None = None
    rounding: int = KRONA
    figures: Figures = field(default_factory=dict)
    data: Any = field(default=None, compare=False, repr=False)

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts it reads, once each."""
        dated = YEARS if any(part.kind is PartKind.FIGURE for part in self.parts) else ()
        return tuple(dict.fromkeys([part.fact for part in self.parts if part.fact] + list(dated)))


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkedAmount:
    """An amount by its rule. total: öre; None where something is missing. steps: of each part, then what follows."""

    total: int | None
    steps: tuple[Words, ...]
    missing: tuple[str, ...] = ()


def parse_amount_rule(data: object, path: Path, faults: Faults, catalogue: Catalogue) -> AmountRule | None:
    """The rule from plain data, amounts in kronor; None with the faults noted."""
    found = mapping_at(data, path, faults)
    if found is None:
        return None
    before = len(faults)
    fields = FieldReader(found, path, faults)
    fields.refuse_unknown(("parts", "of", "at_most", "at_least", "rounding", "figures"))
    figures = _figures(fields)
    entries = list_at(found.get("parts"), fields.at("parts"), faults)
    if not entries and isinstance(found.get("parts"), list):
        faults.add(fields.at("parts"), _("Beloppet har inga delar."), _("Skriv till exempel [{fixed: 5000}]."))
    parts = [
        _part(entry, (*fields.at("parts"), place), faults, catalogue, figures) for place, entry in enumerate(entries)
    ]
    rule = AmountRule(
        parts=tuple(part for part in parts if part is not None),
        of=fields.one_of("of", AmountOf, AmountOf.SUM),
        at_most=_money(fields, "at_most"),
        at_least=_money(fields, "at_least"),
        rounding=_money(fields, "rounding") or KRONA,
        figures=figures,
        data=found,
    )
    if rule.at_most is not None and rule.at_least is not None and rule.at_most < rule.at_least:
        faults.add(fields.at("at_most"), _("Det högsta beloppet är lägre än det lägsta."), _("Rätta ett av dem."))
    return rule if len(faults) == before else None


def _figures(fields: FieldReader) -> Figures:
    """The indexed figures that the set adds, over those that ship."""
    given = mapping_at(fields.data.get("figures", {}), fields.at("figures"), fields.faults) or {}
    found: dict[str, dict[int, int]] = {name: dict(years) for name, years in SHIPPED_FIGURES.items()}
    for name, years in given.items():
        if not isinstance(years, Mapping) or not all(
            str(year).isdigit() and isinstance(value, int | float) and value > 0 for year, value in years.items()
        ):
            fields.faults.add(
                (*fields.at("figures"), name),
                _("'{name}' är ingen tabell med år och belopp.", name=name),
                _("Skriv till exempel {prisbasbelopp: {2027: 60000}}."),
            )
            continue
        found.setdefault(str(name), {}).update({int(year): round(value * KRONA) for year, value in years.items()})
    return found


def _money(fields: FieldReader, key: str) -> int | None:
    value = fields.data.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        fields.faults.add(
            fields.at(key), _("'{value}' är inget belopp i kronor.", value=value), _("Skriv till exempel 5000.")
        )
        return None
    return round(value * KRONA)


_FIELDS: Final = {
    PartKind.PER: ("per", "each"),
    PartKind.SHARE: ("share", "of"),
    PartKind.FIXED: ("fixed",),
    PartKind.FIGURE: ("figure", "times"),
}


def _part(data: object, path: Path, faults: Faults, catalogue: Catalogue, figures: Figures) -> AmountPart | None:
    found = mapping_at(data, path, faults)
    kind = next((kind for kind in PartKind if found is not None and kind.value in found), None)
    if found is None or kind is None:
        if found is not None:
            faults.add(
                path,
                _("Delen anger inte vad den räknas på."),
                _("Skriv {per: …, each: …}, {share: …, of: …}, {fixed: …} eller {figure: …, times: …}."),
            )
        return None
    fields = FieldReader(found, path, faults)
    fields.refuse_unknown((*_FIELDS[kind], "at_most", "where"))
    at_most = _money(fields, "at_most")
    match kind:
        case PartKind.PER:
            fact, field = _what_to_count(fields, "per", catalogue)
            each, where = _money(fields, "each") or 0, _which_rows(fields, fact, catalogue)
            part = AmountPart(kind=kind, fact=fact, field=field, where=where, each=each, at_most=at_most)
            return _whole(part, fields, "each")
        case PartKind.SHARE:
            share, (fact, field) = _share(fields, "share"), _what_to_count(fields, "of", catalogue, money=True)
            where = _which_rows(fields, fact, catalogue)
            part = AmountPart(kind=kind, fact=fact, field=field, where=where, share=share, at_most=at_most)
            return _whole(part, fields, "of")
        case PartKind.FIXED:
            return _whole(AmountPart(kind=kind, each=_money(fields, "fixed") or 0, at_most=at_most), fields, "fixed")
        case PartKind.FIGURE:
            name = str(found["figure"])
            if name not in figures:
                faults.add(
                    fields.at("figure"), _("Tabellen '{name}' finns inte.", name=name), suggest_names(name, figures)
                )
            share = _share(fields, "times", most=None)
            return _whole(AmountPart(kind=kind, figure=name, share=share, at_most=at_most), fields, "times")


def _whole(part: AmountPart, fields: FieldReader, needed: str) -> AmountPart:
    if needed not in fields.data:
        fields.missing(needed)
    return part


def _what_to_count(fields: FieldReader, key: str, catalogue: Catalogue, *, money: bool = False) -> tuple[str, str]:
    """The fact that a part is counted from, and of a list with columns the one after the full stop that is added up."""
    if key not in fields.data:
        return "", ""
    named, _stop, column = str(fields.data[key]).partition(".")
    definition = known_fact(named, fields.at(key), fields.faults, catalogue)
    if definition is None:
        return "", ""
    if column:
        added = next((item for item in summable_fields(definition) if item.id == column), None)
        if definition.type not in LISTS or added is None or (added.type is FactType.MONEY) != money:
            fields.faults.add(
                fields.at(key),
                _(
                    "Listan {id} har ingen kolumn '{column}' som kan räknas på det sättet.",
                    id=definition.id,
                    column=column,
                ),
                _("Välj en kolumn med belopp i kronor.") if money else _("Välj en kolumn med antal."),
            )
        return definition.id, column
    is_list = definition.type in LISTS and not money
    if not is_list and ((definition.type is FactType.MONEY) != money or definition.type not in NUMBERS):
        fields.faults.add(
            fields.at(key),
            _("{id} är av typen {type} och passar inte här.", id=definition.id, type=definition.type),
            _("Välj ett belopp i kronor.") if money else _("Välj ett antal."),
        )
    return definition.id, ""


def _which_rows(fields: FieldReader, fact: str, catalogue: Catalogue) -> Condition | None:
    """The condition over the fields of one thing, of a part that counts a list."""
    if "where" not in fields.data or not fact:
        return None
    if catalogue[fact].type not in LISTS:
        fields.faults.add(
            fields.at("where"), _("'where' hör till en del som räknas på en lista."), _("Ta bort fältet.")
        )
        return None
    return parse_condition(fields.data["where"], fields.at("where"), fields.faults, fields_of(catalogue[fact]))


def _share(fields: FieldReader, key: str, most: int | None = 1) -> Fraction:
    value = fields.data.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0 or (most and value > most):
        fields.faults.add(fields.at(key), _("'{value}' är ingen andel.", value=value), _("Skriv 50 % som 0.5."))
        return Fraction(0)
    return Fraction(str(value))


def work_out(rule: AmountRule, facts: Facts, catalogue: Catalogue) -> WorkedAmount:
    """What the rule gives for these facts, with every step."""
    made = [_part_worked(part, rule, facts, catalogue) for part in rule.parts]
    missing = tuple(dict.fromkeys(fact for _amount, _words, fact in made if fact))
    steps = [words for _amount, words, _fact in made]
    amounts = [amount for amount, _words, _fact in made]
    if missing or any(amount is None for amount in amounts):
        return WorkedAmount(total=None, steps=tuple(steps), missing=missing)
    known = [amount for amount in amounts if amount is not None]
    total = min(known) if rule.of is AmountOf.LEAST else sum(known)
    if len(known) > 1:
        named = _("Det lägsta beloppet: ") if rule.of is AmountOf.LEAST else _("Tillsammans: ")
        steps.append(named + kronor(total) + same_in_both("."))
    for limit, words, exceeds in (
        (rule.at_most, _("Högst "), rule.at_most is not None and total > rule.at_most),
        (rule.at_least, _("Minst "), rule.at_least is not None and total < rule.at_least),
    ):
        if limit is not None and exceeds:
            total = limit
            steps.append(words + kronor(limit) + same_in_both("."))
    rounded = total // rule.rounding * rule.rounding
    if rounded != total:
        steps.append(
            _("Avrundat nedåt till hela ")
            + kronor(rule.rounding)
            + same_in_both(": ")
            + kronor(rounded)
            + same_in_both(".")
        )
    return WorkedAmount(total=rounded, steps=tuple(steps))


def _part_worked(
    part: AmountPart, rule: AmountRule, facts: Facts, catalogue: Catalogue
) -> tuple[int | None, Words, str]:
    """The part in öre, its step, and the fact that it lacks."""
    words, amount, lacking = _count_part(part, rule, facts, catalogue)
    if amount is None:
        return None, words, lacking
    if part.at_most is not None and amount > part.at_most:
        words += _(", men högst ") + kronor(part.at_most)
        amount = part.at_most
    return amount, words + same_in_both("."), ""


def _count_part(
    part: AmountPart, rule: AmountRule, facts: Facts, catalogue: Catalogue
) -> tuple[Words, int | None, str]:
    if part.kind is PartKind.FIXED:
        return _("Fast belopp: ") + kronor(part.each), part.each, ""
    if part.kind is PartKind.FIGURE:
        return _of_figure(part, rule, facts.values)
    day = next((found for fact in YEARS[1:] if isinstance(found := facts.values.get(fact), date)), None)
    definition, value = _what_is_counted(part, facts.values.get(part.fact), catalogue, day)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return definition.label + _(": saknas."), None, part.fact
    named = definition.label + same_in_both(": ") + definition.in_words(value)
    if part.kind is PartKind.PER:
        amount = int(Fraction(str(value)) * part.each)
        return named + same_in_both(" × ") + kronor(part.each) + same_in_both(" = ") + kronor(amount), amount, ""
    amount = int(Fraction(str(value)) * part.share)
    return (
        named + same_in_both(" × ") + percent_in_words(part.share, 2) + same_in_both(" = ") + kronor(amount),
        amount,
        "",
    )


def _what_is_counted(
    part: AmountPart, value: Value | None, catalogue: Catalogue, day: date | None
) -> tuple[FactDefinition, Value | None]:
    """What a part is counted from: a fact, how many there are in a list, or the sum of a column."""
    definition = catalogue[part.fact]
    if definition.type not in LISTS:
        return definition, value
    if part.where is not None:
        value = items_that_count(part.where, value, day)
    if part.field:
        return replace(fields_of(definition)[part.field], label=_label_of(part, catalogue)), sum_of_items(
            value, part.field
        )
    many = len(value) if isinstance(value, tuple) else None
    return replace(definition, type=FactType.WHOLE_NUMBER, label=_label_of(part, catalogue)), many


def _label_of(part: AmountPart, catalogue: Catalogue) -> Words:
    """'Antal medlemmar', 'Antal: aktiviteter där deltagare: minst 5', 'Summa: kostnader (belopp)'."""
    if part.where is not None:
        asked = describe_condition(part.where, fields_of(catalogue[part.fact]), AS_OF_WORDS[AsOfDay.APPLICATION])
        return _label_of(replace(part, where=None), catalogue) + _(" där ") + lower_first(asked)
    definition = catalogue[part.fact]
    if definition.type not in LISTS:
        return definition.label
    if not part.field:
        return MEASURE_WORDS[FactMeasure.COUNT] + lower_first(definition.label)
    return sum_named(definition, part.field)


def _of_figure(part: AmountPart, rule: AmountRule, values: Mapping[str, Value]) -> tuple[Words, int | None, str]:
    name = FIGURE_WORDS.get(part.figure, same_in_both(part.figure))
    day = next((found for fact in YEARS if isinstance(found := values.get(fact), date)), None)
    if day is None:
        return name + _(": det framgår inte vilket år som gäller."), None, YEARS[-1]
    figure = rule.figures.get(part.figure, {}).get(day.year)
    if figure is None:
        told = _(": beloppet för {year} finns inte i tabellen. Lägg till det i reglerna.", year=day.year)
        return name + told, None, ""
    amount = int(figure * part.share)
    times = number_in_words(float(part.share))
    year = same_in_both(f" {day.year} (") + kronor(figure) + same_in_both(") × ")
    return name + year + times + same_in_both(" = ") + kronor(amount), amount, ""


def amount_in_words(rule: AmountRule, catalogue: Catalogue) -> Words:
    """The rule as a sentence: '150 kr för varje medlem ..., och 50 % av ..., dock högst 20 000 kr'."""
    parts = [_part_in_words(part, catalogue) for part in rule.parts]
    named = _("det lägsta av: ") if rule.of is AmountOf.LEAST and len(parts) > 1 else same_in_both("")
    found = named + list_words(parts, AND)
    if rule.at_least is not None:
        found += _(", minst ") + kronor(rule.at_least)
    if rule.at_most is not None:
        found += _(", sammanlagt högst ") + kronor(rule.at_most)
    if rule.rounding > KRONA:
        found += _(", avrundat nedåt till hela ") + kronor(rule.rounding)
    return found


def _part_in_words(part: AmountPart, catalogue: Catalogue) -> Words:
    match part.kind:
        case PartKind.FIXED:
            words = kronor(part.each)
        case PartKind.PER:
            words = kronor(part.each) + _(" gånger ") + lower_first(_label_of(part, catalogue))
        case PartKind.SHARE:
            words = (
                percent_in_words(part.share, 2)
                + in_context("of a whole", " av ")
                + lower_first(_label_of(part, catalogue))
            )
        case PartKind.FIGURE:
            times = number_in_words(float(part.share))
            words = times + same_in_both(" ") + FIGURE_WORDS.get(part.figure, same_in_both(part.figure))
    ceiling = _(" (högst ") + kronor(part.at_most) + same_in_both(")") if part.at_most is not None else None
    return words + ceiling if ceiling is not None else words


def steps_in_words(worked: WorkedAmount) -> Words:
    """All steps after each other."""
    return join_words(worked.steps)


def keys_as_texts(data: Any) -> Any:  # noqa: ANN401 - plain data of any shape
    """With every key as a text: the years of a table are numbers in a file, and texts in what is kept."""
    if isinstance(data, Mapping):
        return {str(key): keys_as_texts(value) for key, value in data.items()}
    return [keys_as_texts(value) for value in data] if isinstance(data, list) else data
