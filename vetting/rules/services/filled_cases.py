"""Worked cases of a draft: made from its rules, accepted by a person, and what is lacking before it is published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from vetting.engine.case_filling import approved_case, as_worked_case, failing_cases
from vetting.engine.criteria import Consequence, CriterionKind, ReviewMoment
from vetting.engine.proposal import Proposal
from vetting.engine.results import CriterionResult
from vetting.engine.worked_cases import parse_worked_cases, run_worked_case
from vetting.formats.yaml_editing import with_items
from vetting.formats.yaml_reading import read_text
from vetting.kernel.problem import Faults, Problem
from vetting.kernel.text import Words, _, same_in_both

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from vetting.engine.case_filling import FilledCase
    from vetting.engine.criteria import Criterion
    from vetting.engine.ruleset import RuleSet
    from vetting.engine.worked_cases import WorkedCase
    from vetting.kernel.case_kinds import CaseKind
    from vetting.rules.services.drafts import RuleDraftReport

APPROVES: frozenset[Proposal] = frozenset({Proposal.APPROVE, Proposal.REFER})
"""What a case that nothing speaks against is proposed."""
REFUSES: frozenset[Consequence] = frozenset({Consequence.REFUSE, Consequence.DISMISS, Consequence.REDUCE})
"""Consequences that a worked case shows before they can meet anybody."""


FILL = _("Tryck på Fyll i typfall, läs fallen och godta dem. Görs inget sådant fall lägger du till ett själv.")


def own_criteria(report: RuleDraftReport) -> list[Criterion]:
    """The criteria that the draft says itself."""
    uses = report.read.draft.uses if report.read.draft is not None else ()
    own = {str(use.data.get("use") or use.data.get("id")) for use in uses}
    return [item for item in report.ruleset.criteria if item.id in own] if report.ruleset is not None else []


class FilledText(NamedTuple):
    """The file of worked cases when it was filled, and how many were added, made anew, and taken out."""

    text: str
    added: int = 0
    anew: int = 0
    out: int = 0


def filled_text(report: RuleDraftReport, on: date) -> FilledText:
    """The draft's worked cases with those that its rules make, each to be read and accepted.

    What was made before is made anew by the rules as they are now, accepted or not, and goes where it is red and no
    rule makes it; a person's own is never touched, but that one written before some of the criteria gets what they
    read, where that makes it come out as it says.
    """
    ruleset, text = report.ruleset, report.draft.cases
    if ruleset is None:
        return FilledText(text)
    written = read_text(text.encode(), "cases").data or []
    names = {entry.get("name") for entry in written}
    unread = {entry.get("name"): place for place, entry in enumerate(written) if entry.get("accepted") is False}
    before = {(entry["kind"], entry["made"]): place for place, entry in enumerate(written) if entry.get("made")}
    on = next((entry["on"] for entry in written if entry.get("made")), on)  # days at a limit stay where they are
    red = {case.place for case, _screening, wrong in report.ran if wrong}
    changed: dict[int, dict[str, Any] | None] = {}
    added: list[dict[str, Any]] = []
    approved_of = {kind: approved_case(ruleset, kind, on) for kind in sorted(ruleset.kinds)}
    for case, _screening, wrong in report.ran:
        own = written[case.place].get("made")
        entry = _carried_over(case, written[case.place], approved_of[case.kind], ruleset) if wrong and not own else None
        if entry is not None:
            changed[case.place] = entry
    made = _made_cases(report, ruleset, approved_of, on)
    for entry in made:
        place = before.pop((entry["kind"], entry["made"]), unread.get(entry["name"]))
        if place is None and entry["name"] not in names:
            added.append(entry)
            names.add(entry["name"])
        elif place is not None and _content_of(written[place]) != _content_of(entry):
            changed[place] = entry
    gone = [place for place in before.values() if place in red]
    return FilledText(with_items(text, None, changed | dict.fromkeys(gone), added), len(added), len(changed), len(gone))


def _made_cases(
    report: RuleDraftReport, ruleset: RuleSet, approved_of: Mapping[CaseKind, FilledCase], on: date
) -> list[dict[str, Any]]:
    """What the rules make: one that meets all, where there can be one, and one for each own criterion that fails."""
    own = {item.id: item for item in own_criteria(report)}
    made: list[dict[str, Any]] = []
    for kind, approved in approved_of.items():
        if approved.screening.proposal in APPROVES:
            made.append(as_worked_case(approved, _("Allt uppfyllt, precis vid gränserna").sv, on))
        for failing in failing_cases(ruleset, kind, on, own):
            label = own[failing.fails].label.sv
            named = _("Bara det här är inte uppfyllt: {label}") if failing.alone else _("Inte uppfyllt: {label}")
            made.append(as_worked_case(failing, named.with_values(label=label).sv, on))
    return made


def _content_of(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What a worked case says, whoever has read it and whenever it was made."""
    return {key: value for key, value in entry.items() if key not in {"accepted", "on"}}


def _carried_over(
    case: WorkedCase, written: Mapping[str, Any], approved: FilledCase, ruleset: RuleSet
) -> dict[str, Any] | None:
    """A red case with what criteria that came later read, so that it comes out as it says; None where that is not why.

    Nothing that the case says itself is changed, and a person reads it anew.
    """
    known = {*case.facts.values, *case.facts.absent, *case.facts.not_asked}
    added = {name: value for name, value in approved.facts.values.items() if name not in known}
    answers = {name: answer for name, answer in approved.answers.items() if name not in case.assessments}
    if not added and not answers:
        return None
    whole = as_worked_case(approved, case.name, case.on)
    entry = {
        **written,
        "accepted": False,
        "facts": {**(written.get("facts") or {}), **{k: v for k, v in whole["facts"].items() if k in added}},
    }
    if answers:
        entry["assessments"] = {**(written.get("assessments") or {}), **{k: v.value for k, v in answers.items()}}
    tried = parse_worked_cases([entry], Faults(), ruleset)
    return entry if tried and not run_worked_case(tried[0], ruleset)[1] else None


def accepted_texts(text: str, places: Sequence[int] | None = None) -> str:
    """The file of worked cases with some of them accepted; with all, for whoever has read them all."""
    entries = enumerate(read_text(text.encode(), "cases").data or [])
    read = {
        place: {key: value for key, value in entry.items() if key != "accepted"}
        for place, entry in entries
        if entry.get("accepted") is False and (places is None or place in places)
    }
    return with_items(text, None, read)


def without_unread(text: str) -> str:
    """The file without the worked cases that nobody has accepted."""
    entries = enumerate(read_text(text.encode(), "cases").data or [])
    return with_items(text, None, {place: None for place, entry in entries if entry.get("accepted") is False})


def without_fact(text: str, name: str) -> str:
    """The file when a fact is taken out of the rules: no case says anything of it."""
    without: dict[int, dict[str, Any]] = {}
    for place, entry in enumerate(read_text(text.encode(), "cases").data or []):
        facts = {key: value for key, value in (entry.get("facts") or {}).items() if key != name}
        others = {key: [item for item in entry[key] if item != name] for key in ("absent", "not_asked") if key in entry}
        changed = {**entry, "facts": facts, **others}
        if changed != {"facts": {}, **entry}:
            without[place] = changed
    return with_items(text, None, without)


def without_criterion(text: str, name: str) -> str:
    """The file when a criterion is taken out of the rules: no case expects or answers it.

    What was made to show it, and nobody has accepted, goes with it. One that a person has accepted stays, and is red
    where it no longer comes out as it says.
    """
    without: dict[int, dict[str, Any] | None] = {}
    for place, entry in enumerate(read_text(text.encode(), "cases").data or []):
        expect = entry.get("expect") or {}
        results, answers = expect.get("results") or {}, entry.get("assessments") or {}
        if name not in results and name not in answers:
            continue
        left = {key: value for key, value in results.items() if key != name}
        if entry.get("accepted") is False and results and not left:
            without[place] = None
            continue
        changed = {**entry, "expect": {**expect, "results": left}}
        changed["assessments"] = {key: value for key, value in answers.items() if key != name}
        if not left:
            del changed["expect"]["results"]
        if not changed["assessments"]:
            del changed["assessments"]
        without[place] = changed
    return with_items(text, None, without)


def lacking_cases(report: RuleDraftReport) -> list[Problem]:
    """What no accepted worked case shows yet: something approved, the own amount, own criteria against somebody."""
    ruleset = report.ruleset
    if ruleset is None:
        return []
    accepted = [(case, screening) for case, screening, _wrong in report.ran if case.accepted]
    told = []
    if not any(screening.proposal in APPROVES for _case, screening in accepted):
        told.append(
            Problem(
                ruleset.id,
                _("Inget godtaget typfall visar en ansökan som kan beviljas."),
                FILL,
            )
        )
    if _has_own_amount(report) and not any(case.amount is not None for case, _screening in accepted):
        told.append(Problem(ruleset.id, _("Inget godtaget typfall visar vilket belopp reglerna ger."), FILL))
    shown = {
        name for case, _unused in accepted for name, result in case.results.items() if result is CriterionResult.NOT_MET
    }
    told += [
        Problem(
            criterion.id,
            _("Inget godtaget typfall visar när ”{label}” inte är uppfyllt.", label=criterion.label),
            FILL,
        )
        for criterion in own_criteria(report)
        if criterion.if_not_met in REFUSES and criterion.id not in shown
    ]
    return told


def not_shown(report: RuleDraftReport) -> list[Words]:
    """What the draft says itself and no worked case shows, accepted or not: criteria that fail, and the amount."""
    cases = report.read.cases
    shown = {name for case in cases for name, result in case.results.items() if result is CriterionResult.NOT_MET}
    told = [
        _("när ”{label}” inte är uppfyllt", label=item.label)
        for item in own_criteria(report)
        if item.id not in shown and item.kind is not CriterionKind.SIGNAL and item.moment is not ReviewMoment.RUNNING
    ]
    if _has_own_amount(report) and not any(case.amount is not None for case in cases):
        told.append(_("vilket belopp reglerna ger"))
    return told


def _has_own_amount(report: RuleDraftReport) -> bool:
    return report.read.draft is not None and report.read.draft.amount is not None


def cases_taken_out(report: RuleDraftReport, before: str) -> list[Words]:
    """Worked cases of the version before that the draft has no more, by name."""
    if not before.strip():
        return []
    was = read_text(before.encode(), "cases").data or []
    now = {entry.get("name") for entry in read_text(report.draft.cases.encode(), "cases").data or []}
    return [same_in_both(str(entry.get("name"))) for entry in was if entry.get("name") not in now]
