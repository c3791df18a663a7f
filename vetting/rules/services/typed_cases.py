"""A worked case as a form, and the form as the data of its file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from vetting.engine.cells import one_support
from vetting.engine.facts import LISTS, FactType
from vetting.kernel.dates import InvalidDayError, parse_day
from vetting.kernel.money import KRONA, InvalidAmountError, in_kronor, parse_amount
from vetting.kernel.problem import Problem
from vetting.kernel.text import _, same_in_both
from vetting.rules.domain.condition_rows import plain_value
from vetting.rules.services.typed_parts import TypedFields, no_day

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from vetting.engine.facts import Catalogue, FactDefinition
    from vetting.kernel.text import Language, Words

CASE_FACTS: Final = 90
CASE_RESULTS: Final = 90
CASE_ANSWERS: Final = 60
"""Rows of a worked case that a form has fields for; a page shows those that are filled in, and a few more."""


def values_offered(definition: FactDefinition) -> Mapping[str, Words]:
    """What there is to choose among for a fact, by what is typed for it; nothing where it is written."""
    match definition.type:
        case FactType.YES_NO | FactType.DOCUMENT:
            return {"ja": _("Ja"), "nej": _("Nej"), ABSENT: _("Saknas")}
        case FactType.CHOICE:
            return {**definition.options, ABSENT: _("Saknas")}
        case _:
            return {}


def value_in_form(
    data: Mapping[str, Any], catalogue: Catalogue, language: Language = "sv"
) -> tuple[dict[str, str], list[str], dict[str, str]]:
    """What of a worked case the form can show: facts as typed, what is not there, results; the rest stays."""
    facts = {
        name: shown
        for name, value in (data.get("facts") or {}).items()
        if name in catalogue and (shown := _as_typed(value, catalogue[name], language)) is not None
    }
    first = dict(list(facts.items())[:CASE_FACTS])
    absent = [name for name in data.get("absent") or () if isinstance(name, str) and name in catalogue]
    expect = data.get("expect") or {}
    results = {str(name): str(result) for name, result in list((expect.get("results") or {}).items())[:CASE_RESULTS]}
    return first, absent[: CASE_FACTS - len(first)], results


def typed_worked_case(data: Mapping[str, Any], catalogue: Catalogue, language: Language = "sv") -> dict[str, str]:
    """The fields of the form for a worked case as it is written; what is chosen among options in a language."""
    expect = data.get("expect") or {}
    typed = {
        "name": str(data.get("name", "")),
        "kind": str(data.get("kind", "")),
        "on": str(data.get("on", "")),
        "proposal": str(expect.get("proposal", "")),
    }
    for key in ("amount", "left"):
        if expect.get(key) is not None:
            typed[key] = str(expect[key]).replace(".", ",")
    answers = data.get("assessments") or {}
    for number, (name, answer) in enumerate(list(answers.items())[:CASE_ANSWERS]):
        typed |= {f"assessed-{number}": str(name), f"answer-{number}": str(answer)}
    facts, absent, results = value_in_form(data, catalogue, language)
    for number, (name, value) in enumerate([*facts.items(), *((name, ABSENT) for name in absent)]):
        typed |= {f"fact-{number}": name, f"value-{number}": value}
    for number, (name, result) in enumerate(results.items()):
        typed |= {f"criterion-{number}": name, f"result-{number}": result}
    return typed


ABSENT: Final = "saknas"
"""Typed for a paper or text that is recorded as not there."""
NONE_OF_THEM: Final = "inga"
"""Typed for a list that is recorded as empty."""


def _as_typed(value: object, definition: FactDefinition | None = None, language: Language = "sv") -> str | None:
    """A value as it is typed; None when the form has no way to write it."""
    if value == []:
        return NONE_OF_THEM
    if definition is not None and definition.type is FactType.CHOICES and isinstance(value, list):
        return "; ".join(definition.options.get(item, same_in_both(item)).to(language) for item in value)
    if definition is not None and definition.type is FactType.LIST_OF_ROWS and isinstance(value, list):
        rows = [[_as_typed(row.get(name, "")) for name in definition.fields] for row in value if isinstance(row, dict)]
        return "\n".join(" | ".join(str(cell) for cell in row) for row in rows)
    if definition is not None and definition.type is FactType.LIST_OF_SUPPORT and isinstance(value, list):
        return "; ".join(_support_as_typed(item) for item in value if isinstance(item, dict))
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, list):
        texts = [item for item in value if isinstance(item, str) and ";" not in item]
        return "; ".join(texts) if len(texts) == len(value) else None
    if isinstance(value, str):
        return value if value.strip() == value and value.casefold() not in {ABSENT, "missing"} else None
    return str(value).replace(".", ",") if isinstance(value, float) else str(value)


def case_data(
    typed: TypedFields, before: Mapping[str, Any], catalogue: Catalogue
) -> tuple[dict[str, Any], list[Problem]]:
    """A worked case as it is written in a file, and what could not be understood."""
    problems: list[Problem] = []
    was, gone, results_were = value_in_form(before, catalogue) if before else ({}, [], {})
    facts: dict[str, Any] = {name: value for name, value in (before.get("facts") or {}).items() if name not in was}
    absent = [name for name in before.get("absent") or () if name not in gone]
    for number in range(CASE_FACTS):
        name, value = typed.get(f"fact-{number}", ""), typed.get(f"value-{number}", "").strip()
        if not name or (not value and (name in was or name in gone)):
            continue
        definition = catalogue.get(name)
        if value.casefold() in {ABSENT, "missing"}:
            absent.append(name)
            continue
        try:
            if definition is None:
                raise ValueError(name)
            facts[name] = _value_of_fact(definition, value)
        except ValueError:
            label = definition.label if definition else same_in_both(name)
            problems.append(
                Problem(
                    f"value-{number}",
                    _("”{item}” passar inte ”{label}”.", item=value[:40], label=label),
                    _("Rätta värdet."),
                )
            )
    expected = before.get("expect") or {}
    results = {
        name: result for name, result in (expected.get("results") or {}).items() if str(name) not in results_were
    }
    results |= {
        typed[f"criterion-{number}"]: typed.get(f"result-{number}", "")
        for number in range(CASE_RESULTS)
        if typed.get(f"criterion-{number}") and typed.get(f"result-{number}")
    }
    expect: dict[str, Any] = {**expected, "proposal": typed.get("proposal", "")}
    expect.pop("results", None)
    if results:
        expect["results"] = results
    for key in ("amount", "left"):
        expect |= _expected_amount(typed, key, expect, problems)
    data: dict[str, Any] = {"name": typed.get("name", "").strip(), "kind": typed.get("kind", "")}
    data["on"] = _day(typed.get("on", ""), problems)
    data["facts"] = facts
    if absent:
        data["absent"] = absent
    data |= {key: before[key] for key in ("moment", "not_asked") if key in before}
    answers = dict(list((before.get("assessments") or {}).items())[CASE_ANSWERS:])
    answers |= {
        typed[f"assessed-{number}"]: typed.get(f"answer-{number}", "")
        for number in range(CASE_ANSWERS)
        if typed.get(f"assessed-{number}") and typed.get(f"answer-{number}")
    }
    if answers:
        data["assessments"] = answers
    data["expect"] = expect
    return data, problems


def _value_of_fact(definition: FactDefinition, value: str) -> Any:  # noqa: ANN401 - plain data
    """A fact as worked cases write it, of what is typed.

    Raises:
        ValueError: it is no such value.
    """
    if definition.type not in LISTS or not value:
        return plain_value(definition, value)
    if value.casefold() in {NONE_OF_THEM, "none"}:
        return []
    parts = [part.strip() for part in value.replace("\n", ";").split(";") if part.strip()]
    match definition.type:
        case FactType.LIST_OF_ROWS:
            return [_row(definition, part) for part in parts]
        case FactType.LIST_OF_SUPPORT:
            return [_support(part) for part in parts]
        case _:
            return [plain_value(definition, part) for part in parts]


def _support_as_typed(item: Mapping[str, Any]) -> str:
    amount = item.get("amount")
    return (
        f"{item.get('funder')} {amount:.12g} kr".replace(".", ",")
        if isinstance(amount, int | float)
        else str(item.get("funder"))
    )


def _support(text: str) -> dict[str, Any]:
    """One support as it is written, of 'Region Exempel 5 000 kr'."""
    found = one_support(text)
    return {"funder": found.funder} | ({"amount": found.amount / KRONA} if found.amount is not None else {})


def _row(definition: FactDefinition, text: str) -> dict[str, Any]:
    """A row of a list as it is written, of 'Hyra | 20 000'.

    Raises:
        ValueError: it is no such row.
    """
    cells = [cell.strip() for cell in text.split("|")]
    if len(cells) > len(definition.fields):
        raise ValueError(text)
    row = zip(definition.fields.values(), cells, strict=False)
    return {field.id: plain_value(field, cell) for field, cell in row if cell}


def _expected_amount(typed: TypedFields, key: str, expect: dict[str, Any], problems: list[Problem]) -> dict[str, Any]:
    """What the rules are to make of the amount, in kronor; nothing where nothing is typed."""
    given = typed.get(key, "").strip()
    expect.pop(key, None)
    if not given:
        return {}
    try:
        found = parse_amount(given)
    except InvalidAmountError:
        problems.append(Problem(key, _("Beloppet går inte att läsa."), _("Skriv det i kronor: 50 000.")))
        return {}
    return {key: in_kronor(found)}


def _day(given: str, problems: list[Problem]) -> date | None:
    try:
        return parse_day(given)
    except InvalidDayError:
        problems.append(no_day("on"))
        return None
