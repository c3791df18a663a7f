"""The questions of a form as JSON Schema, and answers by it read as the same cells of a list would be."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from vetting.engine.cells import read_cell
from vetting.engine.evidence import PERSONAL_NUMBER_WRITTEN, REMOVE_IT
from vetting.engine.facts import LISTS, NUMBERS, Facts, FactType, Item, ListRow, Support
from vetting.engine.form_facts import ALWAYS
from vetting.kernel.dates import HERE
from vetting.kernel.organisation_numbers import PERSONAL_NUMBER, mask_personal_numbers
from vetting.kernel.problem import Problem
from vetting.kernel.tables import Cell, CellKind
from vetting.kernel.text import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from vetting.engine.facts import FactDefinition, Scalar, Value
    from vetting.kernel.text import Language, Words

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
LONGEST_TEXT: Final = 10_000
MOST_ITEMS: Final = 200
MOST_PROBLEMS: Final = 50
"""So many are told at a time: what is not meant as answers at all costs no more than that."""
LARGEST_AMOUNT: Final = 1_000_000_000_00
"""Öre."""
YES, NO = "ja", "nej"
TEXT_LISTS: Final = frozenset({FactType.LIST_OF_TEXT, FactType.LIST_OF_PARTNERS, FactType.LIST_OF_CASES})
WANTED: Final[Mapping[str, Words]] = {
    "string": _("Det ska vara en text."),
    "number": _("Det ska vara ett tal."),
    "integer": _("Det ska vara ett heltal."),
    "boolean": _("Det ska vara true eller false."),
    "array": _("Det ska vara en lista."),
    "object": _("Det ska vara ett objekt."),
}
BY_SCHEMA: Final = _("Svara så som formulärets schema säger.")
TOO_LONG: Final = _("Texten är längre än {most} tecken.", most=LONGEST_TEXT)
TOO_MANY: Final = _("Listan har fler än {most} saker.", most=MOST_ITEMS)
PARTS_OF_ORE: Final = _("Beloppet har fler än två decimaler.")
AS_PAPER: Final = _("Sätts av den fil som skickas med den här typen (type): {name}.")


def schema_of_form(address: str, title: Words, facts: Iterable[FactDefinition], language: Language) -> dict[str, Any]:
    """A form as a JSON Schema of its answers: only who it is must be there. address: where it stands."""
    return {
        "$schema": DIALECT,
        "$id": address,
        "title": title.to(language),
        "type": "object",
        "properties": {fact.id: _schema_of(fact, language) for fact in facts},
        "anyOf": [{"required": [name]} for name in ALWAYS],
        "additionalProperties": False,
    }


def _schema_of(fact: FactDefinition, language: Language) -> dict[str, Any]:
    found: dict[str, Any] = {"title": fact.label.to(language)}
    paper = AS_PAPER.with_values(name=fact.id).to(language) if fact.type is FactType.DOCUMENT else ""
    said = " ".join(text for text in (fact.help.to(language), fact.unit.to(language), paper) if text)
    if said:
        found["description"] = said
    return found | _kind_of(fact, language)


TEXT: Final = {"type": "string", "maxLength": LONGEST_TEXT}
AMOUNT: Final = {"multipleOf": 0.01}
PLAIN: Final[Mapping[FactType, Mapping[str, Any]]] = {
    FactType.WHOLE_NUMBER: {"type": "integer"},
    FactType.YEAR: {"type": "integer"},
    FactType.NUMBER: {"type": "number"},
    FactType.MONEY: {"type": "number", **AMOUNT},
    FactType.DATE: {"type": "string", "format": "date"},
    FactType.DATETIME: {"type": "string", "format": "date-time"},
    FactType.YES_NO: {"type": "boolean"},
    FactType.DOCUMENT: {"type": "boolean"},
    FactType.ORGANISATION_NUMBER: {"type": "string", "pattern": "^[0-9]{6}-?[0-9]{4}$"},
    FactType.CHOICE: {"type": "string"},
}
"""What a single answer is; any other is a text."""


def _kind_of(fact: FactDefinition, language: Language) -> dict[str, Any]:
    if fact.type in LISTS:
        unique = {"uniqueItems": True} if fact.type is FactType.CHOICES else {}
        return {"type": "array", "items": _item_of(fact, language), "maxItems": MOST_ITEMS, **unique}
    found = {**PLAIN.get(fact.type, TEXT)}
    if fact.type is FactType.CHOICE:
        found["oneOf"] = _options(fact, language)
    elif fact.type is FactType.MONEY:
        found |= {} if fact.may_be_below_nought else {"minimum": 0}
    elif fact.type in NUMBERS:
        found |= _limits(fact)
    return found


def _item_of(fact: FactDefinition, language: Language) -> dict[str, Any]:
    match fact.type:
        case FactType.CHOICES:
            return {"type": "string", "oneOf": _options(fact, language)}
        case FactType.LIST_OF_SUPPORT:
            return _object({"funder": TEXT, "amount": {"type": ["number", "null"], "minimum": 0, **AMOUNT}}, ["funder"])
        case FactType.LIST_OF_ROWS:
            return _object({name: _schema_of(one, language) for name, one in fact.fields.items()}, [])
        case _:
            return TEXT


def _object(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _limits(fact: FactDefinition) -> dict[str, Any]:
    limits = {"minimum": fact.smallest, "maximum": fact.largest}
    return {name: limit for name, limit in limits.items() if limit is not None}


def _options(fact: FactDefinition, language: Language) -> list[dict[str, Any]]:
    return [{"const": name, "title": words.to(language)} for name, words in fact.options.items()]


@dataclass
class ReadAnswers:
    """What was answered, and what is wrong; `where` of a problem is a JSON pointer."""

    values: dict[str, Value] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_full(self) -> bool:
        """Whether as much is wrong as is told at a time."""
        return len(self.problems) >= MOST_PROBLEMS

    def facts(self) -> Facts:
        """As facts; what was not answered is asked and missing."""
        return Facts(self.values, frozenset(self.absent))


def read_answers(facts: Iterable[FactDefinition], answers: Mapping[str, Any], *, at: str, on: date) -> ReadAnswers:
    """Answers to the questions of a form. at: the pointer of the answers; on: today."""
    found, known = ReadAnswers(), {fact.id: fact for fact in facts}
    for name, said in answers.items():
        if found.is_full:
            break
        where, fact = f"{at}/{_pointer_part(name)}", known.get(name)
        if fact is None:
            what = _("Formuläret frågar inte efter ”{name}”.", name=mask_personal_numbers(name)[:80])
            found.problems.append(Problem(where, what, _("Ta bort svaret.")))
        elif said is not None:
            _read(fact, said, where, found, on)
    return found


def _pointer_part(name: str) -> str:
    return mask_personal_numbers(name)[:80].replace("~", "~0").replace("/", "~1")


def _read(fact: FactDefinition, said: Any, where: str, found: ReadAnswers, on: date) -> None:  # noqa: ANN401 - JSON
    if fact.type is FactType.LIST_OF_ROWS or fact.type is FactType.LIST_OF_SUPPORT:
        value: Value | None = _rows(fact, said, where, found, on)
    elif fact.type in TEXT_LISTS or fact.type is FactType.CHOICES:
        value = _texts(fact, said, where, found)
    else:
        value = _one(fact, said, where, found, on)
    if value is not None and value not in ("", ()):
        found.values[fact.id] = value


def _one(fact: FactDefinition, said: Any, where: str, found: ReadAnswers, on: date) -> Value | None:  # noqa: ANN401 - JSON
    """A single answer, by the reader of cells; None where it is none, or is wrong."""
    cell = _as_cell(fact, said, where, found)
    if cell is None:
        return None
    reading = read_cell(fact, cell, on=on)
    if reading.told is not None:
        personal = reading.told[0] == PERSONAL_NUMBER
        told = (PERSONAL_NUMBER_WRITTEN, REMOVE_IT) if personal else reading.told
        found.problems.append(Problem(where, *told))
        return None
    if reading.absent:
        found.absent.add(fact.id)
    return reading.value


def _as_cell(fact: FactDefinition, said: Any, where: str, found: ReadAnswers) -> Cell | None:  # noqa: ANN401 - JSON
    """An answer as a cell of a list would hold it; None where it is empty, or of another kind."""
    if fact.type in {FactType.YES_NO, FactType.DOCUMENT}:
        return Cell(CellKind.TEXT, YES if said else NO) if _is("boolean", said, where, found) else None
    if fact.type in NUMBERS:
        return _as_number(fact, said, where, found)
    if not _is("string", said, where, found):
        return None
    if fact.type is FactType.CHOICE and said not in fact.options:
        found.problems.append(_no_option(fact, where))
        return None
    text = _moment(said) if fact.type is FactType.DATETIME else str(said)
    return Cell(CellKind.TEXT, text) if text else None


def _as_number(fact: FactDefinition, said: Any, where: str, found: ReadAnswers) -> Cell | None:  # noqa: ANN401 - JSON
    """A number of JSON is a number: 25.100 is 25.1, never what a person may mean by a dot before three digits."""
    kind = "integer" if fact.type in {FactType.WHOLE_NUMBER, FactType.YEAR} else "number"
    if not _is(kind, said, where, found) or (fact.type is FactType.MONEY and not _is_of_ore(said, where, found)):
        return None
    return Cell(CellKind.NUMBER, int(said) if said == int(said) else float(said))


def _is_of_ore(said: int | Decimal, where: str, found: ReadAnswers) -> bool:
    if said * 100 != int(said * 100):
        found.problems.append(Problem(where, PARTS_OF_ORE, BY_SCHEMA))
        return False
    return True


def _moment(said: str) -> str:
    """A moment as it is typed here: one with an offset is told in Swedish time."""
    try:
        moment = datetime.fromisoformat(said)
        here = moment.astimezone(HERE) if moment.tzinfo is not None else moment
    except (ValueError, OverflowError):
        return said
    return here.strftime("%Y-%m-%d %H:%M")


def _is_number(said: object) -> bool:
    return isinstance(said, int | Decimal) and not isinstance(said, bool)


KINDS: Final[Mapping[str, Callable[[Any], bool]]] = {
    "string": lambda said: isinstance(said, str),
    "boolean": lambda said: isinstance(said, bool),
    "integer": lambda said: _is_number(said) and said == int(said),
    "number": _is_number,
    "array": lambda said: isinstance(said, list),
    "object": lambda said: isinstance(said, dict),
}
"""What a value of each kind is."""
LONGEST: Final[Mapping[str, tuple[int, Words]]] = {"string": (LONGEST_TEXT, TOO_LONG), "array": (MOST_ITEMS, TOO_MANY)}
"""How long one may be, and what is said of one that is longer."""


def _is(kind: str, said: Any, where: str, found: ReadAnswers) -> bool:  # noqa: ANN401 - JSON
    """Whether an answer is of a kind, told where not. A number of JSON is a Decimal here, or a whole number."""
    told = None if KINDS[kind](said) else WANTED[kind]
    if told is None and kind in LONGEST and len(said) > LONGEST[kind][0]:
        told = LONGEST[kind][1]
    if told is not None:
        found.problems.append(Problem(where, told, BY_SCHEMA))
    return told is None


def _no_option(fact: FactDefinition, where: str) -> Problem:
    what = _("Det är inget av alternativen för ”{label}”.", label=fact.label)
    return Problem(where, what, _("Välj bland: {options}.", options=", ".join(fact.options)[:400]))


def _texts(fact: FactDefinition, said: Any, where: str, found: ReadAnswers) -> tuple[str, ...] | None:  # noqa: ANN401 - JSON
    if not _is("array", said, where, found):
        return None
    before, items = len(found.problems), []
    for place, item in enumerate(said):
        at = f"{where}/{place}"
        if _is("string", item, at, found):
            items.append(" ".join(mask_personal_numbers(item).split()))
            if fact.type is FactType.CHOICES and item not in fact.options:
                found.problems.append(_no_option(fact, at))
    return tuple(item for item in items if item) if len(found.problems) == before else None


def _rows(fact: FactDefinition, said: Any, where: str, found: ReadAnswers, on: date) -> tuple[Any, ...] | None:  # noqa: ANN401 - JSON
    if not _is("array", said, where, found):
        return None
    before, rows = len(found.problems), list[Item]()
    for place, item in enumerate(said):
        at = f"{where}/{place}"
        if found.is_full:
            break
        if not _is("object", item, at, found):
            continue
        row = _support(item, at, found) if fact.type is FactType.LIST_OF_SUPPORT else _row(fact, item, at, found, on)
        rows += [row] if row is not None else []
    return tuple(rows) if len(found.problems) == before else None


def _support(item: Mapping[str, Any], at: str, found: ReadAnswers) -> Support | None:
    funder, amount = item.get("funder"), item.get("amount")
    if not _is("string", funder, f"{at}/funder", found):
        return None
    if amount is not None and not (
        _is("number", amount, f"{at}/amount", found) and _is_of_ore(amount, f"{at}/amount", found)
    ):
        return None
    if amount is not None and not 0 <= amount * 100 <= LARGEST_AMOUNT:
        found.problems.append(Problem(f"{at}/amount", _("Beloppet är orimligt."), BY_SCHEMA))
        return None
    return Support(" ".join(mask_personal_numbers(str(funder)).split()), None if amount is None else int(amount * 100))


def _row(fact: FactDefinition, item: Mapping[str, Any], at: str, found: ReadAnswers, on: date) -> ListRow | None:
    inner = ReadAnswers(problems=found.problems)
    fields: list[tuple[str, Scalar]] = []
    for name, said in item.items():
        if found.is_full:
            break
        if name not in fact.fields:
            what = _("Raden har inget fält ”{name}”.", name=mask_personal_numbers(name)[:80])
            found.problems.append(Problem(f"{at}/{_pointer_part(name)}", what, BY_SCHEMA))
        elif said is not None:
            value = _one(fact.fields[name], said, f"{at}/{name}", inner, on)
            if value is not None and not isinstance(value, tuple):
                fields.append((name, value))
    order = list(fact.fields)
    return ListRow(tuple(sorted(fields, key=lambda one: order.index(one[0])))) if fields else None
