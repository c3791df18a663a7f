"""A criterion, a fact or a list entry as a form, and the form as the data of a rule file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from vetting.engine.amounts import PRICE_BASE, AmountOf, PartKind
from vetting.engine.criteria import Consequence
from vetting.formats.yaml_editing import write_yaml
from vetting.formats.yaml_reading import read_text
from vetting.kernel.dates import InvalidDayError, parse_day
from vetting.kernel.money import in_kronor, parse_amount
from vetting.kernel.problem import Problem, UnreadableError
from vetting.kernel.text import _
from vetting.rules.domain.condition_rows import (
    MOST_ROWS,
    PARTS,
    ConditionRow,
    ListPart,
    as_share,
    condition_of,
    no_share,
    parse_finite_number,
    parse_span,
    parts_of_list,
    rows_of,
    where_of_parts,
    whole_number,
)

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence
    from datetime import date

    from vetting.engine.facts import Catalogue

TypedFields = Mapping[str, str]
ROW_PARTS: Final = ("fact", "comparison", "value", "other", "measure", "of")
"""The fields of a row of a condition."""
_TEXTS: Final = ("kind", "level", "moment", "if_not_met", "on_running_support", "as_of")
_PLAIN: Final = ("legal",)


def slug(text: str) -> str:
    """'minst-tva-hundar' of 'Minst två hundar'."""
    folded = text.casefold().translate(str.maketrans("åäöé", "aaoe"))
    return re.sub(r"[^a-z0-9]+", "-", folded).strip("-")[:60]


def _text_in_languages(typed: TypedFields, name: str, before: Mapping[str, Any]) -> Any:  # noqa: ANN401 - plain data
    """A text in both languages. English that stands as it was beside Swedish that is new is another text: it goes."""
    said = {"sv": typed.get(f"{name}_sv", "").strip(), "en": typed.get(f"{name}_en", "").strip()}
    was = before.get(name)
    if isinstance(was, Mapping) and said["en"] == was.get("en") and said["sv"] != was.get("sv"):
        said["en"] = ""
    return {language: text for language, text in said.items() if text or language == "sv"}


def swedish_of(text: object) -> str:
    """What a text of a rule file says in Swedish, in whichever way it is written."""
    return str(text.get("sv") or "") if isinstance(text, Mapping) else str(text or "")


def kept_text(said: str, before: object) -> Any:  # noqa: ANN401 - plain data
    """A text that is typed in Swedish; as it was written, with its English, while the Swedish is the same."""
    return before if before and swedish_of(before) == said else {"sv": said}


def _of_said(data: object, name: str) -> dict[str, str]:
    if isinstance(data, Mapping):
        return {f"{name}_sv": str(data.get("sv") or ""), f"{name}_en": str(data.get("en") or "")}
    return {f"{name}_sv": str(data or ""), f"{name}_en": ""}


def typed_criterion(data: Mapping[str, Any], catalogue: Catalogue) -> dict[str, str]:
    """The fields of the form for a criterion as it is written."""
    typed = {"id": str(data.get("id", ""))}
    for name in ("label", "question", "guard"):
        typed |= _of_said(data.get(name), name)
    typed |= {name: str(data.get(name) or "") for name in (*_TEXTS, *_PLAIN)}
    for kind in data.get("applies_to") or ():
        typed[f"applies_{kind}"] = "1"
    typed["value_criterion"] = "1" if data.get("value_criterion") else ""
    typed["valid_for_months"] = str(data.get("valid_for_months") or "")
    sources = data.get("sources")
    source = sources[0] if isinstance(sources, list) and sources and isinstance(sources[0], Mapping) else {}
    typed |= {name: str(source.get(name) or "") for name in ("document", "place", "quote")}
    for which in ("condition", "only_if"):
        rows = rows_of(data.get(which), catalogue)
        if rows is None:
            typed[f"{which}_yaml"] = write_yaml(data[which]).strip()
            continue
        typed[f"{which}_group"] = rows.group
        for number, row in enumerate(rows.rows):
            typed |= {f"{part}-{which}-{number}": getattr(row, part) for part in ROW_PARTS}
            typed |= _typed_list_parts(row.parts, f"{which}-{number}")
    typed |= {f"{SHOWN}{number}": str(fact) for number, fact in enumerate(data.get("shown_facts") or ())}
    return typed | _typed_reduction(data)


REDUCTION_ROWS: Final = 4
"""Steps of a reduction that the form has fields for."""


def _typed_reduction(data: Mapping[str, Any]) -> dict[str, str]:
    """The steps of a reduction: at most how many days late, and how much less; the text where there is more to them."""
    steps = data.get("reduction")
    if not isinstance(steps, list) or not steps:
        return {}
    typed: dict[str, str] = {}
    for number, step in enumerate(steps):
        days, off = _days_of(step, data.get("condition")), _off_of(step)
        if days is None or off is None or number >= REDUCTION_ROWS:
            return {"reduction_yaml": write_yaml(steps).strip()}
        typed |= {f"days-{number}": days, f"off-{number}": off}
    return typed


def _days_of(step: object, condition: object) -> str | None:
    """'7' of a step for what is at most seven days late, '' of one for all else; None of any other."""
    if not isinstance(step, Mapping):
        return None
    if "when" not in step:
        return ""
    dated = _late_by(condition)
    when = step["when"]
    if dated is None or not isinstance(when, Mapping):
        return None
    span = when.get("within")
    is_days = isinstance(span, Mapping) and set(span) == {"days"}
    return str(span["days"]) if is_days and when == _late_at_most(dated, int(span["days"])) else None  # type: ignore[index] # a mapping


def _off_of(step: object) -> str | None:
    if not isinstance(step, Mapping):
        return None
    if "share" in step:
        return f"{round(step['share'] * 100, 4):g} %".replace(".", ",")
    return f"{step['amount']:.12g} kr".replace(".", ",") if isinstance(step.get("amount"), int | float) else None


def _late_by(condition: object) -> tuple[str, str] | None:
    """The day that comes and the day that it is to come by, of a condition that compares two days."""
    if isinstance(condition, Mapping) and set(condition) == {"fact", "at_most"}:
        wanted = condition["at_most"]
        if isinstance(wanted, Mapping) and set(wanted) == {"fact"}:
            return str(condition["fact"]), str(wanted["fact"])
    return None


def _late_at_most(dated: tuple[str, str], days: int) -> dict[str, Any]:
    came, due = dated
    return {"fact": due, "within": {"days": days}, "of": {"fact": came}}


def _reduction(typed: TypedFields, condition: object) -> tuple[Any, list[Problem]]:
    """The steps as they are written in a file."""
    own = typed.get("reduction_yaml", "").strip()
    if own:
        try:
            return read_text(own.encode(), "reduction").data, []
        except UnreadableError as error:
            return None, [Problem("reduction_yaml", error.problem.what, error.problem.remedy)]
    steps: list[dict[str, Any]] = []
    problems: list[Problem] = []
    for number in range(REDUCTION_ROWS):
        days, off = typed.get(f"days-{number}", "").strip(), typed.get(f"off-{number}", "").strip()
        if not off:
            continue
        step, told = _step(days, off, _late_by(condition), number)
        steps.append(step)
        problems += told
    if not steps:
        problems.append(Problem("off-0", _("Avdraget saknas."), _("Skriv till exempel 10 % eller 5 000 kr.")))
    return steps, problems


_NO_REDUCTION: Final = _(
    "Skriv 10 % eller 5 000 kr. Ska den som är senare få avslag: skriv ett kriterium till, där dagen är högst"
    " ”14 dagar efter” sista ansökningsdag."
)


def _step(days: str, off: str, dated: tuple[str, str] | None, number: int) -> tuple[dict[str, Any], list[Problem]]:
    problems: list[Problem] = []
    step: dict[str, Any] = {}
    if days:
        try:
            many = whole_number(days) if days.isdigit() else parse_span(days)["days"]
            if dated is None:
                problems.append(
                    Problem(
                        f"days-{number}",
                        _("Dagarna räknas mellan två datum, och villkoret jämför inte två datum."),
                        _("Lämna dagarna tomma, eller skriv ett villkor där ett datum ”är högst” ett annat datum."),
                    )
                )
            else:
                step["when"] = _late_at_most(dated, many)
        except (ValueError, KeyError):
            problems.append(Problem(f"days-{number}", *_NO_DAYS))
    try:
        if off.replace(" ", "").isdigit():
            raise ValueError(off)
        if off.rstrip().endswith(("%", "procent")):
            step["share"] = round(parse_finite_number(off), 6)
        else:
            ore = parse_amount(off)
            step["amount"] = in_kronor(ore)
    except ValueError:
        problems.append(Problem(f"off-{number}", _("”{off}” är inget avdrag.", off=off[:40]), _NO_REDUCTION))
    return step, problems


def criterion_data(
    typed: TypedFields, before: Mapping[str, Any], catalogue: Catalogue
) -> tuple[dict[str, Any], list[Problem]]:
    """The criterion as it is written in a file; what the form has no field for stays as it was."""
    problems: list[Problem] = []
    kind = typed.get("kind", "")
    data: dict[str, Any] = {
        "id": before.get("id") or slug(typed.get("label_sv", "")),
        "label": _text_in_languages(typed, "label", before),
        "applies_to": [name for name in ("grant", "booking") if typed.get(f"applies_{name}")],
        "level": typed.get("level", ""),
        "kind": kind,
        "moment": typed.get("moment", ""),
    }
    for which in ("condition", "only_if"):
        found, wrong = _condition(typed, which, catalogue)
        problems += wrong
        if found is not None and which == "condition" and kind == "assessment":
            what = _("En bedömning görs av en person: villkoret skulle inte prövas.")
            remedy = _("Töm raden, eller välj att kravet prövas mot uppgifterna. Underlag väljer du längre ned.")
            problems.append(Problem("fact-condition-0", what, remedy))
        elif found is not None:
            data[which] = found
    if kind == "assessment":
        data["question"] = _text_in_languages(typed, "question", before)
        data |= {key: before[key] for key in ("ask", "evidence") if key in before}
        shown = [typed.get(f"{SHOWN}{number}", "") for number in range(SHOWN_ROWS)]
        shown += list(before.get("shown_facts") or ())[SHOWN_ROWS:]
        data |= {"shown_facts": list(dict.fromkeys(filter(None, shown)))} if any(shown) else {}
    if typed.get("value_criterion") and kind == "assessment":
        data["value_criterion"] = True
    data["if_not_met"] = typed.get("if_not_met", "")
    if data["if_not_met"] == Consequence.REDUCE:
        data["reduction"], wrong = _reduction(typed, data.get("condition"))
        problems += wrong
    if typed.get("on_running_support"):
        data["on_running_support"] = typed["on_running_support"]
    data["sources"] = _sources(typed, before)
    problems += _what_is_left_blank(typed)
    if typed.get("guard_sv", "").strip():
        data["guard"] = _text_in_languages(typed, "guard", before)
    months = typed.get("valid_for_months", "").strip()
    if months:
        try:
            data["valid_for_months"] = whole_number(months)
        except ValueError:
            problems.append(Problem("valid_for_months", *_NO_NUMBER))
    data |= {name: typed[name].strip() for name in _PLAIN if typed.get(name, "").strip()}
    if typed.get("as_of") == "today":
        data["as_of"] = "today"
    data |= {key: value for key, value in before.items() if key not in data and key in _KEPT}
    used = _settings_in(data.get("condition")) | _settings_in(data.get("only_if")) | _settings_in(data.get("ask"))
    settings = {name: value for name, value in (before.get("settings") or {}).items() if name in used}
    return data | ({"settings": settings} if settings else {}), problems


SHOWN: Final = "shown-"
SHOWN_ROWS: Final = 6
"""Facts that whoever assesses is shown, that the form has fields for."""


def _what_is_left_blank(typed: TypedFields) -> list[Problem]:
    """What every criterion, or every assessment, has."""
    problems = []
    if not typed.get("document", "").strip():
        problems.append(Problem("document", _("Källan saknas."), _("Skriv i vilket av era dokument kravet står.")))
    if typed.get("kind") == "assessment" and not typed.get("guard_sv", "").strip():
        remedy = _("Skriv vad den som bedömer får och inte får ta hänsyn till.")
        problems.append(Problem("guard_sv", _("”Att hålla sig till” saknas."), remedy))
    return problems


def _settings_in(data: object) -> set[str]:
    """The settings that a condition names."""
    if isinstance(data, Mapping):
        own = {str(data["setting"])} if "setting" in data else set()
        return own.union(*(_settings_in(value) for value in data.values()))
    return set().union(*map(_settings_in, data)) if isinstance(data, list) else set()


_NO_DAYS: Final = (_("Det är inget antal dagar."), _("Skriv till exempel 14 dagar eller 2 veckor."))
_NO_NUMBER: Final = (_("Det är inget heltal."), _("Skriv siffror, eller lämna tomt."))
_KEPT: Final = ("about", "status")
"""What the form has no field for."""


def _sources(typed: TypedFields, before: Mapping[str, Any]) -> list[dict[str, str]]:
    first = {name: typed[name].strip() for name in ("document", "place", "quote") if typed.get(name, "").strip()}
    rest = before.get("sources")
    more = [item for item in rest[1:] if isinstance(item, Mapping)] if isinstance(rest, list) else []
    old = rest[0] if isinstance(rest, list) and rest and isinstance(rest[0], Mapping) else {}
    kept = {key: value for key, value in old.items() if key in {"url", "clause"}}
    return [{**first, **kept}, *map(dict, more)]


def _condition(typed: TypedFields, which: str, catalogue: Catalogue) -> tuple[Any, list[Problem]]:
    rows = [
        replace(
            ConditionRow(*(typed.get(f"{part}-{which}-{number}", "").strip() for part in ROW_PARTS)),  # type: ignore[arg-type] # the texts of it
            parts=_list_parts(typed, f"{which}-{number}"),
        )
        for number in range(MOST_ROWS)
    ]
    own = typed.get(f"{which}_yaml", "").strip()
    if own:
        try:
            data = read_text(own.encode(), which).data
        except UnreadableError as error:
            return None, [Problem(f"{which}_yaml", error.problem.what, error.problem.remedy)]
        if any(not row.blank for row in rows):
            remedy = _("Töm raderna, eller ta bort texten under dem.")
            return None, [Problem(f"{which}_yaml", _("Villkoret står både på raderna och som text."), remedy)]
        return data, []
    return condition_of(typed.get(f"{which}_group", "all"), rows, catalogue, which)


def _typed_list_parts(parts: Iterable[ListPart], place: str) -> dict[str, str]:
    """The fields of what is asked of each thing in a list."""
    return {
        f"{name}{ending}-{place}": value
        for part, ending in zip(parts, PARTS, strict=False)
        for name, value in part._asdict().items()
    }


def _list_parts(typed: TypedFields, place: str) -> tuple[ListPart, ...]:
    return tuple(
        ListPart(*(typed.get(f"{name}{ending}-{place}", "").strip() for name in ListPart._fields)) for ending in PARTS
    )


AMOUNT_ROWS: Final = 5
"""Parts of an amount that the form has fields for."""


def typed_amount(data: object, catalogue: Catalogue) -> dict[str, str]:
    """The fields of the form for an amount as it is written."""
    if not isinstance(data, Mapping):
        return {}
    typed = {"of": str(data.get("of") or "sum")}
    typed |= {name: _kronor(data.get(name)) for name in ("at_most", "at_least", "rounding")}
    parts = [part for part in data.get("parts") or () if isinstance(part, Mapping)]
    for number, part in enumerate(parts[:AMOUNT_ROWS]):
        kind = next((kind for kind in PartKind if kind.value in part), None)
        if kind is None:
            continue
        fact = {PartKind.PER: part.get("per"), PartKind.SHARE: part.get("of")}.get(kind)
        said = {
            PartKind.PER: _kronor(part.get("each")),
            PartKind.SHARE: _off_of({"share": part.get("share") or 0}) or "",
            PartKind.FIXED: _kronor(part.get("fixed")),
            PartKind.FIGURE: _kronor(part.get("times")),
        }[kind]
        typed |= {f"kind-{number}": kind.value, f"fact-{number}": str(fact or ""), f"number-{number}": said}
        typed |= {f"ceiling-{number}": _kronor(part.get("at_most"))}
        counted = catalogue.get(str(fact or "").partition(".")[0])
        if counted is not None and "where" in part:
            typed |= _typed_list_parts(parts_of_list(part["where"], counted) or (), str(number))
    return typed


def _kronor(value: object) -> str:
    return f"{value:.12g}".replace(".", ",") if isinstance(value, int | float) and not isinstance(value, bool) else ""


def fits_amount_form(data: object, catalogue: Catalogue) -> bool:
    """Whether the form has fields for all that an amount says; where it has not, saving it would change the amount."""
    if not isinstance(data, Mapping):
        return data is None
    again, wrong = amount_data(typed_amount(data, catalogue), data, catalogue)
    return not wrong and again == {key: value for key, value in data.items() if (key, value) != ("of", "sum")}


def amount_data(
    typed: TypedFields, before: object, catalogue: Catalogue
) -> tuple[dict[str, Any] | None, list[Problem]]:
    """The amount as it is written in a file, None where nothing is filled in; and what could not be understood."""
    problems: list[Problem] = []
    parts: list[dict[str, Any]] = []
    for number in range(AMOUNT_ROWS):
        kind = typed.get(f"kind-{number}", "")
        if kind in set(PartKind):
            parts.append(_amount_part(PartKind(kind), typed, number, problems, catalogue))
    if not parts:
        return None, problems
    data: dict[str, Any] = {"parts": parts}
    if typed.get("of") == AmountOf.LEAST:
        data["of"] = AmountOf.LEAST.value
    for name in ("at_most", "at_least", "rounding"):
        if typed.get(name, "").strip():
            data[name] = _number_of(typed[name], name, problems)
    figures = dict(before.get("figures") or {}) if isinstance(before, Mapping) else {}
    if typed.get("year", "").strip() or typed.get("figure", "").strip():
        year = _number_of(typed.get("year", ""), "year", problems)
        known = dict(figures.get(PRICE_BASE) or {})
        figures[PRICE_BASE] = {**known, str(int(year)): _number_of(typed.get("figure", ""), "figure", problems)}
    if figures:
        data["figures"] = figures
    return data, problems


def _amount_part(
    kind: PartKind, typed: TypedFields, number: int, problems: list[Problem], catalogue: Catalogue
) -> dict[str, Any]:
    fact, said = typed.get(f"fact-{number}", ""), typed.get(f"number-{number}", "").strip()
    value = _number_of(said, f"number-{number}", problems, share=kind is PartKind.SHARE)
    if kind in {PartKind.PER, PartKind.SHARE} and not fact:
        problems.append(Problem(f"fact-{number}", _("Ingen uppgift är vald."), _("Välj en uppgift.")))
    written: dict[PartKind, dict[str, Any]] = {
        PartKind.PER: {"per": fact, "each": value},
        PartKind.SHARE: {"share": value, "of": fact},
        PartKind.FIXED: {"fixed": value},
        PartKind.FIGURE: {"figure": PRICE_BASE, "times": value},
    }
    part = written[kind]
    chosen = _list_parts(typed, str(number))
    if any(item.where for item in chosen):
        asked = where_of_parts(chosen, catalogue.get(fact.partition(".")[0]), str(number), problems)
        part |= {"where": asked} if asked is not None else {}
    if typed.get(f"ceiling-{number}", "").strip():
        part["at_most"] = _number_of(typed[f"ceiling-{number}"], f"ceiling-{number}", problems)
    return part


def _number_of(said: str, where: str, problems: list[Problem], *, share: bool = False) -> float:
    """A number as it is typed; a share as '50 %' or 0,5."""
    try:
        found = parse_finite_number(said)
    except ValueError:
        problems.append(
            Problem(where, _("”{said}” är inget tal.", said=said[:40]), _("Skriv till exempel 150 eller 50 %."))
        )
        return 0
    if share:
        found = as_share(said, found)
        if not 0 < found <= 1:
            problems.append(no_share(where, said))
    return int(found) if found == int(found) and not share else round(found, 6)


def typed_fact(data: Mapping[str, Any]) -> dict[str, str]:
    """The fields of the form for a fact as it is written."""
    limits = data.get("range")
    smallest, largest = limits if isinstance(limits, list) and len(limits) == len(_LIMITS) else ("", "")
    options = data.get("options")
    named = options.values() if isinstance(options, Mapping) else ()
    return {
        **{name: str(data.get(name) or "") for name in ("type", "level", "supplied_by")},
        "label_sv": swedish_of(data.get("label")),
        "help_sv": swedish_of(data.get("help")),
        "smallest": str(smallest),
        "largest": str(largest),
        "options": "\n".join(swedish_of(item) for item in named),
        **_typed_columns(data.get("fields")),
    }


def _typed_columns(fields: object) -> dict[str, str]:
    """The columns of a list, as they are typed: what each is called, and what it holds."""
    typed: dict[str, str] = {}
    for number, field in enumerate(fields.values() if isinstance(fields, Mapping) else ()):
        if isinstance(field, Mapping) and number < COLUMN_ROWS:
            typed[f"column-{number}"] = swedish_of(field.get("label"))
            typed[f"holds-{number}"] = str(field.get("type") or "")
    return typed


def _columns_of_list(typed: TypedFields, before: object) -> dict[str, Any]:
    """The columns as they are written; one keeps its id, and what the form has no field for.

    It is known by what it is called, else by its place: then it is called something else now.
    """
    was = {name: dict(data) for name, data in (before.items() if isinstance(before, Mapping) else ()) if data}
    places = list(was)
    known = {swedish_of(data.get("label")): name for name, data in was.items()}
    called = {typed.get(f"column-{number}", "").strip() for number in range(COLUMN_ROWS)}
    called_anew = {name for words, name in known.items() if words not in called}
    found: dict[str, Any] = {}
    for number in range(COLUMN_ROWS):
        label = typed.get(f"column-{number}", "").strip()
        if not label:
            continue
        there = known.get(label) or next((name for name in places[number : number + 1] if name in called_anew), "")
        name = there if there and there not in found else _free_id(label, {*found, *was})
        kept = was.get(name, {})
        found[name] = kept | {
            "type": typed.get(f"holds-{number}", ""),
            "label": kept_text(label, kept.get("label")),
        }
    return found | {name: was[name] for name in places[COLUMN_ROWS:]}


COLUMN_ROWS: Final = 8
"""Columns of a list that the form has fields for."""


_LIMITS: Final = ("smallest", "largest")
_ENDS: Final = ("0", "1000000000")
"""Where only the other limit is said."""
_BY_FORM: Final = frozenset({"type", "label", "level", "supplied_by", "help", "range", "options", "fields"})


def fact_data(typed: TypedFields, before: Mapping[str, Any]) -> tuple[str, dict[str, Any], list[Problem]]:
    """A board's own fact: its id, how it is written, and what could not be understood.

    before: how it was written; what the form has no field for stays, and an option keeps the id that cases have it by.
    """
    problems: list[Problem] = []
    data: dict[str, Any] = {
        **{key: value for key, value in before.items() if key not in _BY_FORM},
        "type": typed.get("type", ""),
        "label": kept_text(typed.get("label_sv", "").strip(), before.get("label")),
        "level": typed.get("level", ""),
        "supplied_by": typed.get("supplied_by", ""),
    }
    if helped := typed.get("help_sv", "").strip():
        data["help"] = kept_text(helped, before.get("help"))
    limits = [typed.get(name, "").strip() for name in _LIMITS]
    if any(limits):
        try:
            data["range"] = [whole_number(limit or end) for limit, end in zip(limits, _ENDS, strict=True)]
        except ValueError:
            problems.append(Problem("smallest", *_NO_NUMBER))
    options = [line.strip() for line in typed.get("options", "").splitlines() if line.strip()]
    if not options and data["type"] in {"choice", "choices"}:
        problems.append(Problem("options", _("Uppgiften har inga val."), _("Skriv ett val på varje rad.")))
    if options and data["type"] in {"choice", "choices"}:
        data["options"], unpaired = _options(options, before.get("options"), reworded=bool(typed.get("reworded")))
        problems += unpaired
    if data["type"] == "list_of_rows":
        data["fields"] = _columns_of_list(typed, before.get("fields"))
        if not data["fields"]:
            columns = _("Skriv vad minst en kolumn heter.")
            problems.append(Problem("column-0", _("Listan har inga kolumner."), columns))
    return _free_id(typed.get("label_sv", ""), ()), data, problems


def _options(lines: Sequence[str], before: object, *, reworded: bool) -> tuple[dict[str, Any], list[Problem]]:
    """The choices as they are written. One that was there keeps the id that cases and criteria have it by.

    reworded: a line that is new is one that is gone, in other words: the first new the first gone, and so on.
    """
    known = {swedish_of(item): (name, item) for name, item in (before.items() if isinstance(before, Mapping) else ())}
    gone = [pair for words, pair in known.items() if words not in lines]
    fresh = [line for line in lines if line not in known]
    problems = []
    paired: dict[str, tuple[str, object]] = {}
    if reworded and len(gone) == len(fresh):
        paired = {line: (name, kept_text(line, item)) for line, (name, item) in zip(fresh, gone, strict=True)}
    elif reworded:
        problems.append(
            Problem(
                "options",
                _(
                    "{gone} val har tagits bort eller ändrats och {fresh} är nya. Det går inte att "
                    "avgöra vilka som hör ihop.",
                    gone=len(gone),
                    fresh=len(fresh),
                ),
                _("Ändra först orden i de val som finns och spara. Lägg till och ta bort val därefter."),
            )
        )
    found: dict[str, Any] = {}
    taken = {name for name, _item in known.values()}
    for line in dict.fromkeys(lines):
        name, item = known.get(line) or paired.get(line) or (_free_id(line, taken), {"sv": line})
        found[name] = item
        taken.add(name)
    return found, problems


def _free_id(words: str, taken: Container[str]) -> str:
    """An id made of words, which nothing has yet."""
    name = slug(words).replace("-", "_")
    while name in taken:
        name += "_2"
    return name


def entry_data(typed: TypedFields, on: date, by: str) -> dict[str, Any]:
    """One entry of a list; who and when are filled in."""
    data: dict[str, Any] = {name: typed.get(name, "").strip() for name in ("entry", "why", "source")}
    data |= {"by": by, "on": on}
    try:
        data["review_on"] = parse_day(typed.get("review_on", ""))
    except InvalidDayError:
        data["review_on"] = typed.get("review_on", "") or None
    return data


def no_day(name: str) -> Problem:
    """A day among the fields of rules that could not be read."""
    return Problem(name, _("Datumet går inte att läsa."), _("Skriv det så här: 2026-03-15."))
