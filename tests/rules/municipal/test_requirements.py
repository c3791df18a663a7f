"""300 published requirements of Swedish municipalities: each is a criterion that the language can say and answer.

The published lines themselves are not here; where they are at hand it is checked that each entry is about its line.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from vetting.engine.conditions import facts_read
from vetting.engine.criteria import CriterionKind, ReviewMoment
from vetting.engine.facts import Facts, FactType
from vetting.engine.reasons import basis_in_words
from vetting.engine.results import CriterionResult
from vetting.engine.ruleset import parse_ruleset
from vetting.engine.ruleset_resolution import resolve_rule_set
from vetting.engine.screening import screen
from vetting.engine.worked_cases import worked_value
from vetting.formats.yaml_reading import read_file
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Faults
from vetting.rules.services import typed_parts
from vetting.rules.services.rule_files import read_rules
from vetting.shipped import shipped_folder

if TYPE_CHECKING:
    from vetting.engine.criteria import Criterion
    from vetting.engine.facts import Value
    from vetting.engine.ruleset import RuleSet
    from vetting.engine.screening import Screening
    from vetting.rules.services.rule_files import RulesFolder

HERE = Path(__file__).parent
LINES = HERE.parents[2].parent / "shared" / "data" / "municipal_requirements_sample.json"
ON = date(2026, 11, 20)
SEED, NUMBER = 20261120, 300
MACHINE = {CriterionKind.AUTOMATIC, CriterionKind.DOCUMENT, CriterionKind.DECLARATION, CriterionKind.HISTORY}
WRITTEN = ("label", "kind", "level", "moment", "condition", "only_if", "if_not_met", "on_running_support")
GUARD = "Bedöm vad ansökan och underlaget visar. Åsikter räknas aldrig."


@cache
def written() -> dict[str, Any]:
    data: dict[str, Any] = read_file(HERE / "requirements.yaml", "requirements.yaml").data
    return data


@cache
def folder() -> RulesFolder:
    return read_rules(shipped_folder("rules"))


def entries() -> dict[int, dict[str, Any]]:
    """By number, with the entry that an `as` points at in its place."""
    found = {entry["n"]: entry for entry in written()["entries"]}
    return {number: {**found[entry["as"]], **entry} if "as" in entry else entry for number, entry in found.items()}


def is_criterion(entry: dict[str, Any]) -> bool:
    return "none" not in entry


def own_facts(entry: dict[str, Any]) -> dict[str, Any]:
    """The own facts that the entry reads, as a board's rule set would give them."""
    text = json.dumps(entry, default=str)
    facts = {}
    for name, (kind, level, supplied_by, label, *options) in written()["facts"].items():
        if f'"{name}"' in text:
            said = options if kind == "money" else {option: option for option in options}
            chosen = {"range" if kind == "money" else "options": said} if options else {}
            facts[name] = {"type": kind, "level": level, "supplied_by": supplied_by, "label": label} | chosen
    return facts


def criterion_data(entry: dict[str, Any]) -> dict[str, Any]:
    if "use" in entry:
        return {"use": entry["use"]} | ({"settings": entry["settings"]} if "settings" in entry else {})
    judged = entry["kind"] == "assessment"
    data = {key: entry[key] for key in WRITTEN if key in entry}
    return {
        "id": f"krav-{entry['n']}",
        "applies_to": ["grant"],
        "moment": "before",
        "level": "application",
        "if_not_met": "complete" if entry["kind"] in {"document", "declaration"} else "assess",
        "sources": [{"document": "En kommuns publicerade bidragsvillkor"}],
        **({"question": entry["label"], "guard": GUARD} if judged else {}),
        **data,
    }


def as_ruleset(entry: dict[str, Any]) -> RuleSet:
    data = {
        "id": "kommun",
        "board": "kommun",
        "kinds": ["grant"],
        "title": "Kommunens krav",
        "source": {"document": "Kommunens publicerade bidragsvillkor"},
        "facts": own_facts(entry),
        "criteria": [criterion_data(entry)],
    }
    faults = Faults()
    draft = parse_ruleset(data, faults, folder().book.catalogue)
    ruleset = resolve_rule_set(draft, folder().book, faults) if draft else None
    assert ruleset is not None, [(entry["n"], fault.path, fault.what.en, fault.remedy.en) for fault in faults.found]
    return ruleset


def facts_of(given: dict[str, Any], ruleset: RuleSet) -> Facts:
    values: dict[str, Value] = {}
    for name, value in given.items():
        if value != "absent":
            read = worked_value(ruleset.catalogue[name], value)
            assert read is not None, (name, value)
            values[name] = read
    return Facts(values, frozenset(name for name, value in given.items() if value == "absent"))


def screening_of(ruleset: RuleSet, given: dict[str, Any]) -> Screening:
    criterion = ruleset.criteria[0]
    moment = ReviewMoment.BEFORE if criterion.moment is ReviewMoment.BOTH else criterion.moment
    return screen(ruleset, facts_of(given, ruleset), {}, kind=CaseKind.GRANT, moment=moment, on=ON)


def result(ruleset: RuleSet, given: dict[str, Any]) -> CriterionResult:
    return screening_of(ruleset, given).findings[0].result


CRITERIA = {number: entry for number, entry in entries().items() if is_criterion(entry)}


@pytest.mark.parametrize("number", CRITERIA)
def test_a_published_requirement_is_met_not_met_or_unknown(number: int) -> None:
    entry = CRITERIA[number]
    ruleset = as_ruleset(entry)
    criterion = ruleset.criteria[0]
    if criterion.kind is CriterionKind.ASSESSMENT:
        assert entry["why"]
        assert result(ruleset, {}) is CriterionResult.NEEDS_ASSESSMENT
        return
    assert criterion.kind in MACHINE
    assert result(ruleset, entry["met"]) is CriterionResult.MET
    if "not_met" in entry:
        assert result(ruleset, {**entry["met"], **entry["not_met"]}) is CriterionResult.NOT_MET
    else:
        assert cannot_be_absent(criterion, ruleset)
    applies = facts_read(criterion.only_if) if criterion.only_if else ()
    asked = {name: value for name, value in entry["met"].items() if name in applies}
    assert result(ruleset, asked) is CriterionResult.UNKNOWN


SENTENCES: dict[int, dict[str, str]] = read_file(HERE / "sentences.yaml", "sentences.yaml").data


@pytest.mark.parametrize("number", SENTENCES)
def test_what_is_not_met_is_said_as_it_was_read_aloud(number: int | str) -> None:
    entry = CRITERIA[int(number)]
    ruleset = as_ruleset(entry)

    screening = screening_of(ruleset, {**entry["met"], **entry["not_met"]})
    said = basis_in_words(screening.findings[0], screening)

    assert {"sv": said.sv, "en": said.en} == SENTENCES[number]  # type: ignore[index] # the keys as they are read


def test_fifty_sentences_are_kept() -> None:
    assert len(SENTENCES) == 50


def cannot_be_absent(criterion: Criterion, ruleset: RuleSet) -> bool:
    """Whether all it asks is that an amount or list is there: then a gap is unknown, and nothing is ever not met."""
    return all(ruleset.catalogue[fact].type in {FactType.MONEY, FactType.LIST_OF_SUPPORT} for fact in criterion.facts)


def test_the_sample_is_whole() -> None:
    assert sorted(entries()) == list(range(1, NUMBER + 1))


def test_at_most_one_in_ten_sets_no_condition_and_one_in_four_needs_a_person() -> None:
    kinds = Counter(
        "none" if "none" in entry else as_ruleset(entry).criteria[0].kind.value for entry in entries().values()
    )
    assert kinds["none"] <= NUMBER // 10
    assert kinds["assessment"] <= NUMBER // 4
    assert all(entry["none"] for entry in entries().values() if "none" in entry)


def test_every_own_fact_is_read_by_a_criterion() -> None:
    read = {fact for entry in CRITERIA.values() for fact in own_facts(entry)}
    assert read == set(written()["facts"])


def test_each_entry_is_about_its_published_line() -> None:
    if not LINES.is_file():
        pytest.skip(f"shared/data/{LINES.name} is not here")
    grants = json.loads(LINES.read_text(encoding="utf-8"))
    lines = [line for grant in grants for line in grant["requirements"]]
    sample = random.Random(SEED).sample(lines, NUMBER)
    for number, line in enumerate(sample, start=1):
        written_for = next(entry["line"] for entry in written()["entries"] if entry["n"] == number)
        assert hashlib.sha256(line.encode()).hexdigest().startswith(written_for), number


RECURRING = {
    "nybildad": r"nybild|nystart|bildats inom",
    "protokoll-bildande-eller-arsmote": r"bildande",
    "ansluten-till-riksorganisation": r"ansluten|anslutning|riksorg",
    "godkand-som-bidragsberattigad": r"bidragsberättigad|stödberättigad",
    "registrerad-i-foreningsregistret": r"föreningsregist",
    "sate-i-kommunen": r"\bsäte",
    "aktiva-medlemmar-minst": r"aktiva medlemmar",
    "medlemsavgift-minst": r"medlemsavgift",
    "ansokan-i-e-tjanst": r"e-tjänst|e-leg",
    "ansokan-fore-start": r"innan .*(påbörj|start)|retroaktiv|före projekt",
    "ansokan-fore-arrangemanget": r"(veckor|månad\w*|dagar) (innan|före)",
    "arrangemang-offentligt": r"offentlig",
    "registerutdrag-begars": r"registerutdrag|belastningsreg",
    "trygg-och-drogfri": r"drog|alkohol|mobbning",
    "deltagare-i-alder": r"\d+[–-]\d+[ -]år",
    "sammankomst": r"minst \d+ minuter",
    "sammankomster-minst": r"minst \w+ .*sammankomst",
    "arsmoteshandlingar": r"verksamhetsberättelse.*(revision|balans)",
    "andra-medel-redovisade": r"medfinans|andra finansiär",
    "redovisning-inom-tid": r"redovis\w* .*inom \w+ (månad|veck)",
    "anvant-for-andamalet-och-redovisat": r"användas för .*ändamål|används för .*ändamål",
}
"""Criterion of the library -> how the published lines that ask for it speak."""


def test_what_the_library_has_taken_in_recurs_in_five_municipalities_or_more() -> None:
    taken_in = {item["id"] for item in read_file(shipped_folder("rules") / "criteria" / "kommunala.yaml", "x").data}
    assert taken_in == set(RECURRING)
    if not LINES.is_file():
        pytest.skip(f"shared/data/{LINES.name} is not here")
    grants = json.loads(LINES.read_text(encoding="utf-8"))
    for name, pattern in RECURRING.items():
        asking = {
            grant["municipality"]
            for grant in grants
            if any(re.search(pattern, line, re.IGNORECASE) for line in grant["requirements"])
        }
        assert len(asking) >= 5, (name, asking)


def test_every_requirement_comes_back_from_the_form_as_it_was_written() -> None:
    """What a rules owner opens by form and saves unchanged says what it said."""
    judged = [entry for entry in written()["entries"] if "kind" in entry and "use" not in entry]
    assert judged
    for entry in judged:
        catalogue = as_ruleset(entry).catalogue
        data = criterion_data(entry)
        again, _left_blank = typed_parts.criterion_data(typed_parts.typed_criterion(data, catalogue), data, catalogue)
        same = {key: value for key, value in again.items() if key not in {"label", "question", "guard"}}
        assert same == {key: value for key, value in data.items() if key not in {"label", "question", "guard"}}
        assert [again[key]["sv"] for key in ("label", "question") if key in data] == [
            data[key] for key in ("label", "question") if key in data
        ]


def test_every_criterion_of_the_library_comes_back_from_the_form_as_it_was_written() -> None:
    book = folder().book
    for criterion in book.library.values():
        data = {key: value for key, value in criterion.data.items() if value is not False}
        typed = typed_parts.typed_criterion(data, book.catalogue)
        assert typed_parts.criterion_data(typed, data, book.catalogue) == (data, []), criterion.id
