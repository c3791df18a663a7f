"""A resolved rule set as plain data, and back: what a case was received under can be read again years later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from vetting.engine.amounts import keys_as_texts, parse_amount_rule
from vetting.engine.application_forms import parse_application_form
from vetting.engine.conditions import facts_read, parse_condition
from vetting.engine.conditions.parsing import ConditionNames
from vetting.engine.conditions.wording import APPLICATION_DAYS
from vetting.engine.criteria import parse_criterion, parse_source
from vetting.engine.fact_catalogue import parse_catalogue
from vetting.engine.gate_definitions import parse_gates
from vetting.engine.ruleset import Adoption, ReferralRule, Routine, RuleSet, Validity
from vetting.engine.ruleset_resolution import with_settings
from vetting.engine.screening import PROGRAMS_OWN
from vetting.engine.word_lists import parse_lists
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Faults
from vetting.kernel.text import Words

if TYPE_CHECKING:
    from vetting.engine.criteria import Criterion, RequirementSource
    from vetting.engine.facts import Catalogue, FactDefinition
    from vetting.engine.gate_definitions import Gate
    from vetting.engine.word_lists import WordList


def freeze_rules(ruleset: RuleSet) -> dict[str, Any]:
    """The whole set as JSON data; dates as ISO text."""
    referring = facts_read(ruleset.refer.condition) if ruleset.refer.condition else ()
    read = {*referring, *APPLICATION_DAYS, *PROGRAMS_OWN, *ruleset.own_facts}
    read |= {*(ruleset.amount.facts if ruleset.amount is not None else ())}
    read |= {*(ruleset.form.named if ruleset.form is not None else ())}
    for criterion in ruleset.criteria:
        read |= {*criterion.facts, *criterion.shown_facts, *criterion.evidence}
        read |= {criterion.about.fact} if criterion.about and criterion.about.fact else set()
    return {
        "id": ruleset.id,
        "board": ruleset.board,
        "kinds": sorted(ruleset.kinds),
        "title": _words(ruleset.title),
        "sources": [_source(source) for source in ruleset.sources],
        "adopted": asdict(ruleset.adopted),
        "valid": {"from": _day(ruleset.valid.first), "to": _day(ruleset.valid.last)},
        "builds_on": list(ruleset.builds_on),
        "criteria": [_criterion(criterion) for criterion in ruleset.criteria],
        "gates": {gate.id: _gate(gate) for gate in ruleset.gates},
        "refer": {"everything": ruleset.refer.everything, "condition": _mark_dates(ruleset.refer.data)},
        **({"amount": keys_as_texts(ruleset.amount.data)} if ruleset.amount is not None else {}),
        **({"form": ruleset.form.data} if ruleset.form is not None else {}),
        "lists": {name: _list(found) for name, found in sorted(ruleset.lists.items())},
        "routine": {**asdict(ruleset.routine), "review_on": _day(ruleset.routine.review_on)},
        "own_facts": sorted(ruleset.own_facts),
        "facts": {name: _fact(ruleset.catalogue[name]) for name in sorted(read) if name in ruleset.catalogue},
        "version": ruleset.version,
        "fingerprint": ruleset.fingerprint,
    }


def thaw_rules(data: dict[str, Any], catalogue: Catalogue) -> RuleSet:
    """The set again. What it read of the facts is as it was; other facts are as they are now.

    Raises:
        ValueError: the data is not what `freeze_rules` writes.
    """
    faults = Faults(policy=False)
    whole = {**catalogue, **parse_catalogue(data["facts"], faults)}
    whole |= {name: replace(whole[name], of_board=True) for name in data.get("own_facts", ()) if name in whole}
    lists = parse_lists(_restore_dates(data.get("lists", {})), ("lists",), faults)
    words = {name: found.words for name, found in lists.items()}
    criteria = tuple(_thawed_criterion(entry, whole, words, faults) for entry in data["criteria"])
    gates = parse_gates(data["gates"], faults)
    asked = _restore_dates(data["refer"]["condition"])
    condition = parse_condition(asked, (), faults, whole) if asked else None
    kept = data.get("amount")
    amount = parse_amount_rule(kept, (), faults, whole) if kept else None
    form = parse_application_form(data["form"], (), faults, whole) if data.get("form") else None
    if faults.found:
        raise ValueError([(fault.path, fault.what.en) for fault in faults.found])
    return RuleSet(
        id=data["id"],
        board=data["board"],
        kinds=frozenset(CaseKind(kind) for kind in data["kinds"]),
        title=Words(*data["title"]),
        sources=_sources(data["sources"]),
        adopted=Adoption(**data["adopted"]),
        valid=Validity(_as_day(data["valid"]["from"]), _as_day(data["valid"]["to"])),
        builds_on=tuple(data["builds_on"]),
        criteria=criteria,
        gates=tuple(gates.values()),
        refer=ReferralRule(everything=data["refer"]["everything"], condition=condition, data=asked),
        version=data["version"],
        fingerprint=data["fingerprint"],
        catalogue=whole,
        own_facts={name: whole[name] for name in data.get("own_facts", ()) if name in whole},
        lists=lists,
        amount=amount,
        form=form,
        routine=_routine(data.get("routine", {})),
    )


def _list(found: WordList) -> dict[str, Any]:
    return {"label": _by_language(found.label), "entries": [_mark_dates(asdict(entry)) for entry in found.entries]}


def _routine(data: dict[str, Any]) -> Routine:
    return Routine(
        data.get("owner", ""), tuple(data.get("steps", ())), data.get("anchored", ""), _as_day(data.get("review_on"))
    )


def _criterion(criterion: Criterion) -> dict[str, Any]:
    written = {key: value for key, value in criterion.data.items() if key not in {"applies_to", "sources"}}
    return {
        "data": _mark_dates(written | {"settings": dict(criterion.data.get("settings", {}))}),
        "kinds": sorted(criterion.kinds),
        "sources": [_source(source) for source in criterion.sources],
    }


def _thawed_criterion(
    entry: dict[str, Any], catalogue: Catalogue, lists: Mapping[str, tuple[str, ...]], faults: Faults
) -> Criterion:
    data = _restore_dates(entry["data"]) | {"applies_to": entry["kinds"], "sources": entry["sources"]}
    if not data["settings"]:
        del data["settings"]
    criterion = parse_criterion(data, (), faults, catalogue)
    if criterion is None:
        raise ValueError([(fault.path, fault.what.en) for fault in faults.found])
    whole = replace(criterion, sources=_sources(entry["sources"]))
    return with_settings(whole, ConditionNames(whole.settings, lists, (), faults), catalogue)


def _source(source: RequirementSource) -> dict[str, str]:
    return {key: value for key, value in asdict(source).items() if value or key == "document"}


def _sources(entries: list[dict[str, str]]) -> tuple[RequirementSource, ...]:
    found = (parse_source(entry, (), Faults()) for entry in entries)
    return tuple(source for source in found if source)


def _gate(gate: Gate) -> dict[str, Any]:
    return (
        {
            "label": _by_language(gate.label),
            "applies_to": list(gate.kinds),
            "blocks": gate.blocks,
            "must": gate.must.value,
        }
        | ({"legal": gate.legal} if gate.legal else {})
        | ({"computed_from": _by_language(gate.computed_from)} if gate.computed_from.sv else {})
    )


def _fact(fact: FactDefinition) -> dict[str, Any]:
    texts = {"label": fact.label, "help": fact.help, "ask_for": fact.ask_for, "unit": fact.unit}
    limits = {} if fact.smallest is None else {"range": [fact.smallest, fact.largest]}
    options = {name: _by_language(label) for name, label in fact.options.items()}
    return {
        "type": fact.type.value,
        "level": fact.level.value,
        "supplied_by": fact.supplied_by.value,
        "privacy": fact.privacy.value,
        "past": fact.past,
        **{name: _by_language(words) for name, words in texts.items() if words.sv},
        **limits,
        **({"options": options} if options else {}),
        **({"fields": {name: _field(item) for name, item in fact.fields.items()}} if fact.fields else {}),
    }


def _field(field: FactDefinition) -> dict[str, Any]:
    options = {name: _by_language(label) for name, label in field.options.items()}
    kept = {"type": field.type.value, "label": _by_language(field.label)}
    return kept | ({"options": options} if options else {})


def _words(words: Words) -> list[str]:
    return [words.sv, words.en]


def _by_language(words: Words) -> dict[str, str]:
    return {"sv": words.sv, "en": words.en}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _as_day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


DATE = "$date"
"""Marks a date in data that JSON keeps as text."""


def _mark_dates(data: Any) -> Any:  # noqa: ANN401 - plain data of any shape
    if isinstance(data, date):
        return {DATE: data.isoformat()}
    if isinstance(data, Mapping):
        return {key: _mark_dates(value) for key, value in data.items()}
    return [_mark_dates(value) for value in data] if isinstance(data, list | tuple) else data


def _restore_dates(data: Any) -> Any:  # noqa: ANN401 - a fact's value, of its own type
    if isinstance(data, dict):
        return (
            date.fromisoformat(data[DATE]) if set(data) == {DATE} else {k: _restore_dates(v) for k, v in data.items()}
        )
    return [_restore_dates(value) for value in data] if isinstance(data, list) else data
