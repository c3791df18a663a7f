"""Worked cases: facts and the result they must give, kept beside each rule set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from vetting.engine.conditions.parsing import known_fact, suggest_names
from vetting.engine.criteria import ReviewMoment
from vetting.engine.evidence import Assessment, CriterionAnswer
from vetting.engine.facts import DAYS, CaseDocument, Catalogue, FactDefinition, Facts, FactType, ListRow, Support, Value
from vetting.engine.proposal import ATTENTION_WORDS, PROPOSAL_WORDS, Attention, Proposal
from vetting.engine.reasons import RESULT_WORDS
from vetting.engine.reductions import reduced_amount
from vetting.engine.results import CriterionResult
from vetting.engine.rule_file_fields import FieldReader, list_at, mapping_at
from vetting.engine.screening import Screening, screen
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.money import KRONA, kronor
from vetting.kernel.problem import Faults, Problem
from vetting.kernel.text import _, lower_first, same_in_both

if TYPE_CHECKING:
    from vetting.engine.ruleset import RuleSet
    from vetting.kernel.problem import Path

CASE_KEYS: Final = (
    "name",
    "kind",
    "moment",
    "on",
    "facts",
    "absent",
    "not_asked",
    "assessments",
    "expect",
    "accepted",
    "made",
)
"""made: what a case that the program made shows: the criterion that it fails on, or that all is met."""
EXPECT_KEYS: Final = ("proposal", "attention", "results", "amount", "left")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkedCase:
    """One example with what it must come to."""

    name: str
    kind: CaseKind
    moment: ReviewMoment
    on: date
    facts: Facts
    assessments: Mapping[str, Assessment]
    proposal: Proposal
    attention: Attention | None
    results: Mapping[str, CriterionResult]
    amount: int | None = None
    """What the formula is to give, öre."""
    left: int | None = None
    """What is to be left of what is applied for, after reductions; öre."""
    accepted: bool = True
    """Whether a person has read it: one that was made from the rules says only what they do."""
    where: str = ""
    place: int = 0
    """Which entry of its file it is, from 0: one before it may be none that can be read."""

    def at_line(self, file: str, line: int) -> WorkedCase:
        return replace(self, where=f"{file}:{line}")


def parse_worked_cases(data: object, faults: Faults, ruleset: RuleSet) -> tuple[WorkedCase, ...]:
    """The cases of one file; a file without any is a fault."""
    entries = list_at(data, (), faults)
    if not entries:
        faults.add((), _("Filen har inga typfall."), _("Skriv minst ett fall."))
    found = [(place, _case(entry, (place,), faults, ruleset)) for place, entry in enumerate(entries)]
    return tuple(replace(case, place=place) for place, case in found if case)


def _case(data: object, path: Path, faults: Faults, ruleset: RuleSet) -> WorkedCase | None:
    found = mapping_at(data, path, faults)
    if found is None:
        return None
    before = len(faults)
    fields = FieldReader(found, path, faults)
    fields.refuse_unknown(CASE_KEYS)
    on = fields.day("on")
    if on is None:
        fields.missing("on")
    if "expect" not in found:
        fields.missing("expect")
        return None
    expected = mapping_at(found["expect"], fields.at("expect"), faults)
    if on is None or expected is None:
        return None
    expect = FieldReader(expected, fields.at("expect"), faults)
    expect.refuse_unknown(EXPECT_KEYS)
    kind = fields.one_of("kind", CaseKind)
    case = WorkedCase(
        name=fields.text("name"),
        kind=kind,
        moment=fields.one_of("moment", ReviewMoment, ReviewMoment.BEFORE),
        on=on,
        facts=_facts(fields, ruleset.catalogue),
        assessments=_assessments(fields, ruleset, kind, on),
        proposal=expect.one_of("proposal", Proposal),
        attention=expect.one_of("attention", Attention) if "attention" in expected else None,
        results=_results(expect, ruleset),
        amount=_expected_amount(expect, ruleset),
        left=_kronor_at(expect, "left"),
        accepted=found.get("accepted", True) is not False,
    )
    return case if len(faults) == before else None


def _expected_amount(expect: FieldReader, ruleset: RuleSet) -> int | None:
    if expect.data.get("amount") is not None and ruleset.amount is None:
        expect.faults.add(
            expect.at("amount"), _("Reglerna räknar inte ut något belopp."), _("Ta bort raden, eller skriv en formel.")
        )
    return _kronor_at(expect, "amount")


def _kronor_at(expect: FieldReader, key: str) -> int | None:
    value = expect.data.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        expect.faults.add(
            expect.at(key), _("'{value}' är inget belopp i kronor.", value=value), _("Skriv till exempel 5000.")
        )
        return None
    return round(value * KRONA)


def _facts(fields: FieldReader, catalogue: Catalogue) -> Facts:
    values: dict[str, Value] = {}
    data = mapping_at(fields.data.get("facts", {}), fields.at("facts"), fields.faults) or {}
    for name, value in data.items():
        path = (*fields.at("facts"), name)
        definition = known_fact(name, path, fields.faults, catalogue)
        if definition is None:
            continue
        read = worked_value(definition, value)
        if read is None:
            fields.faults.add(
                path,
                _(
                    "'{value}' passar inte {name}, som är av typen {type}.",
                    value=value,
                    name=name,
                    type=definition.type,
                ),
                _("Rätta värdet."),
            )
        else:
            values[name] = read
    return Facts(values, _names(fields, "absent", catalogue), _names(fields, "not_asked", catalogue))


def _names(fields: FieldReader, key: str, catalogue: Catalogue) -> frozenset[str]:
    names = fields.texts(key)
    for place, name in enumerate(names):
        known_fact(name, (*fields.at(key), place), fields.faults, catalogue)
    return frozenset(names)


def worked_value(definition: FactDefinition, data: object) -> Value | None:  # noqa: PLR0911 - one return a type
    """A fact's value from plain YAML data, or None where it does not fit. Money is given in kronor."""
    is_number = isinstance(data, int | float) and not isinstance(data, bool)
    match definition.type:
        case FactType.MONEY if is_number and isinstance(data, int | float):
            return round(data * 100)
        case FactType.WHOLE_NUMBER | FactType.YEAR if is_number and isinstance(data, int):
            return data
        case FactType.NUMBER if is_number and isinstance(data, int | float):
            return data
        case FactType.YES_NO if isinstance(data, bool):
            return data
        case FactType.DOCUMENT if data is True:
            return True
        case FactType.CHOICE if isinstance(data, str) and data in definition.options:
            return data
        case FactType.LIST_OF_SUPPORT | FactType.LIST_OF_DOCUMENTS if isinstance(data, list):
            return _items(definition, data)
        case FactType.LIST_OF_ROWS if isinstance(data, list):
            return _rows(definition, data)
        case kind if kind in DAYS and isinstance(data, date):
            return data
        case FactType.TEXT | FactType.URL | FactType.ORGANISATION_NUMBER if isinstance(data, str):
            return data
        case FactType.LIST_OF_TEXT | FactType.LIST_OF_PARTNERS | FactType.LIST_OF_CASES | FactType.CHOICES:
            return tuple(str(item) for item in data) if isinstance(data, list) else None
        case _:
            return None


def _items(definition: FactDefinition, data: list[Any]) -> Value | None:
    """Supports or papers; None when one of them is no such thing."""
    items = [item for item in data if isinstance(item, Mapping)]
    if definition.type is FactType.LIST_OF_SUPPORT:
        items = [item for item in items if isinstance(item.get("funder"), str)]
        return tuple(Support(item["funder"], _kronor(item)) for item in items) if len(items) == len(data) else None
    items = [item for item in items if _is_paper(item)]
    papers = tuple(CaseDocument(item["type"], item.get("dated"), item.get("arrived_on")) for item in items)
    return papers if len(items) == len(data) else None


def _rows(definition: FactDefinition, data: list[Any]) -> Value | None:
    """Rows by their fields; None when one has a field that is not there, or a value that does not fit it."""
    found: list[ListRow] = []
    for item in data:
        if not isinstance(item, Mapping) or set(item) - definition.fields.keys():
            return None
        read = {name: worked_value(definition.fields[name], value) for name, value in item.items()}
        row = tuple((name, value) for name, value in read.items() if value is not None and not isinstance(value, tuple))
        if len(row) < len(item):
            return None
        found.append(ListRow(row))
    return tuple(found)


def _is_paper(item: Mapping[str, Any]) -> bool:
    return isinstance(item.get("type"), str) and all(
        item.get(key) is None or isinstance(item[key], date) for key in ("dated", "arrived_on")
    )


def _kronor(item: Mapping[str, Any]) -> int | None:
    amount = item.get("amount")
    return round(amount * 100) if isinstance(amount, int | float) else None


def _assessments(fields: FieldReader, ruleset: RuleSet, kind: CaseKind, on: date) -> dict[str, Assessment]:
    """Answers that a person gave that same day, by criterion id."""
    known = {criterion.id: criterion for criterion in ruleset.for_kind(kind)}
    data = mapping_at(fields.data.get("assessments", {}), fields.at("assessments"), fields.faults) or {}
    inner = FieldReader(data, fields.at("assessments"), fields.faults)
    return {
        name: Assessment(
            criterion=name,
            answer=inner.one_of(name, CriterionAnswer),
            by="handläggaren",
            on=on,
            fingerprint=known[name].fingerprint,
        )
        for name in data
        if _known_criterion(name, inner, known)
    }


def _known_criterion(name: str, fields: FieldReader, known: Mapping[str, object]) -> bool:
    if name in known:
        return True
    fields.faults.add(
        fields.at(name), _("Kriteriet '{name}' finns inte i uppsättningen.", name=name), suggest_names(name, known)
    )
    return False


def _results(expect: FieldReader, ruleset: RuleSet) -> dict[str, CriterionResult]:
    known = {criterion.id: criterion for criterion in ruleset.criteria}
    data = mapping_at(expect.data.get("results", {}), expect.at("results"), expect.faults) or {}
    inner = FieldReader(data, expect.at("results"), expect.faults)
    return {name: inner.one_of(name, CriterionResult) for name in data if _known_criterion(name, inner, known)}


def run_worked_case(case: WorkedCase, ruleset: RuleSet) -> tuple[Screening, tuple[Problem, ...]]:
    """Screens a worked case; what came out otherwise than expected is a problem."""
    screening = screen(ruleset, case.facts, case.assessments, kind=case.kind, moment=case.moment, on=case.on)
    return screening, tuple(_differences(case, screening))


def _differences(case: WorkedCase, screening: Screening) -> list[Problem]:
    problems = []
    remedy = _("Rätta regeln eller typfallet.")
    if screening.proposal is not case.proposal:
        wanted, got = PROPOSAL_WORDS[case.proposal], PROPOSAL_WORDS[screening.proposal]
        what = _("”{name}” ger ”{got}”, väntat ”{wanted}”.", name=case.name, got=got, wanted=wanted)
        problems.append(Problem(case.where, what, remedy))
    if case.attention is not None and screening.attention is not case.attention:
        what = _(
            "”{name}” får ”{attention}”, väntat ”{attention_2}”.",
            name=case.name,
            attention=ATTENTION_WORDS[screening.attention],
            attention_2=ATTENTION_WORDS[case.attention],
        )
        problems.append(Problem(case.where, what, remedy))
    worked = screening.worked_amount
    if case.amount is not None and (worked is None or worked.total != case.amount):
        known = worked.total if worked is not None else None
        got_amount = kronor(known) if known is not None else _("inget belopp")
        what = _("”{name}” ger {got}, väntat {wanted}.", name=case.name, got=got_amount, wanted=kronor(case.amount))
        problems.append(Problem(case.where, what, remedy))
    if case.left is not None and _left_of(case, screening) != case.left:
        now = _left_of(case, screening)
        got_left = kronor(now) if now is not None else _("inget belopp")
        wanted = kronor(case.left)
        what = _("”{name}” lämnar {got} efter avdrag, väntat {wanted}.", name=case.name, got=got_left, wanted=wanted)
        problems.append(Problem(case.where, what, remedy))
    found = {finding.criterion.id: finding.result for finding in screening.findings}
    labels = {item.id: item.label for item in screening.ruleset.criteria}
    for name, expected in case.results.items():
        result = found.get(name)
        if result is not expected:
            got_words = RESULT_WORDS[result] if result else _("prövas inte")
            what = _(
                "”{case}”: ”{label}” {got}, väntat {expected}.",
                case=case.name,
                label=labels.get(name, same_in_both(name)),
                got=lower_first(got_words),
                expected=lower_first(RESULT_WORDS[expected]),
            )
            problems.append(Problem(case.where, what, remedy))
    return problems


def _left_of(case: WorkedCase, screening: Screening) -> int | None:
    """What the rules leave of what the case applies for, in öre."""
    applied = case.facts.values.get("amount_applied")
    if isinstance(applied, bool) or not isinstance(applied, int):
        return None
    reduced = reduced_amount(screening, applied)
    return reduced.left if reduced is not None else applied
