"""What a case's page says in words: its control points in groups, its events, what speaks against."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import MultiDict

from vetting.bookings.domain.rescissions import RESCISSION
from vetting.cases.services.assessments import is_look_question, looked_at_in_words
from vetting.decisions.services.decision_makers import decided_by
from vetting.engine import reasons
from vetting.engine.criteria import ANSWERED_BY_PERSON
from vetting.engine.facts import FactType
from vetting.engine.screening import BookingPart, part_of
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import MEASURE_DECISION_WORDS, DecisionOutcome
from vetting.kernel.decision_outcomes import outcome_words as outcome_of
from vetting.kernel.money import kronor
from vetting.kernel.text import Words, _, in_context, join_words, same_in_both, upper_first
from vetting.office.domain import trail_events
from vetting.web import visitor
from vetting.web.translation import gettext
from vetting.web.view_moves import rules_in_use

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vetting.cases.domain.completions import Gap
    from vetting.cases.models.assessments import AssessmentDraft
    from vetting.decisions.models.decisions import Decision
    from vetting.engine.facts import Catalogue
    from vetting.engine.results import Finding
    from vetting.office.services.case_files import CaseFile


def parts_of(file: CaseFile) -> list[tuple[list[Finding], str]]:
    """The control points under their headings; a booking's two parts stand apart."""
    if file.screening is None:
        return []
    findings = file.screening.findings
    if file.kind is CaseKind.BOOKING:
        about = {part: [f for f in findings if part_of(f, file.kind) is part] for part in BookingPart}
        return [
            (about[BookingPart.ASSOCIATION], gettext("1. Föreningens verksamhet")),
            (about[BookingPart.EVENT], gettext("2. Arrangemanget")),
        ]
    value = [f for f in findings if f.criterion.value_criterion]
    other = [f for f in findings if f.criterion.kind in ANSWERED_BY_PERSON and not f.criterion.value_criterion]
    checked = [f for f in findings if f.criterion.kind not in ANSWERED_BY_PERSON]
    return [
        (value, gettext("Värdekriterier")),
        (other, gettext("Bedömningar och signaler")),
        (checked, gettext("Krav och handlingar")),
    ]


def look_findings(file: CaseFile) -> list[Finding]:
    """The value criteria that one click answers."""
    return [finding for finding in file.screening.findings if is_look_question(finding)] if file.screening else []


def gap_of(gaps: Sequence[Gap], fact: str) -> Gap | None:
    """What is known of something missing; None of what the association is not asked for."""
    return next((gap for gap in gaps if gap.fact == fact), None)


def paper_types(file: CaseFile) -> list[str]:
    """The papers that the case's rules ask for, then the other papers there are."""
    catalogue = catalogue_of(file)
    asked = [fact for finding in file.screening.findings for fact in finding.criterion.facts] if file.screening else []
    return [name for name in dict.fromkeys([*asked, *catalogue]) if catalogue[name].type is FactType.DOCUMENT]


def catalogue_of(file: CaseFile) -> Catalogue:
    """The facts there are in the case: the installation's, and those that the board added."""
    return file.screening.ruleset.catalogue if file.screening else rules_in_use().folder.book.catalogue


def own_draft(file: CaseFile, criterion: str) -> MultiDict[str, str]:
    """What this person was writing about a criterion, as the fields of its form."""
    mine = visitor.signed_in_person().id
    for draft in file.drafts:
        if draft.criterion == criterion and draft.user_id == mine:
            return MultiDict([(name, value) for name, values in draft.fields.items() for value in values])
    return MultiDict()


def others_drafts(file: CaseFile, criterion: str) -> list[AssessmentDraft]:
    """What colleagues are writing about it."""
    mine = visitor.signed_in_person().id
    return [draft for draft in file.drafts if draft.criterion == criterion and draft.user_id != mine]


def point_label(file: CaseFile, criterion: str) -> Words:
    """What a criterion is called, also one that is asked no more."""
    found = (
        [item.criterion.label for item in file.screening.findings if item.criterion.id == criterion]
        if file.screening
        else []
    )
    return found[0] if found else same_in_both(criterion)


def looks_in_words(name: str, file: CaseFile | None) -> Words:
    """What was looked at, in words."""
    return looked_at_in_words(name, catalogue_of(file) if file is not None else rules_in_use().folder.book.catalogue)


def event_words(action: str, detail: Mapping[str, Any], file: CaseFile) -> Words:
    """One entry of the timeline."""
    ruleset = file.screening.ruleset if file.screening else None
    return trail_events.in_words(action, detail, ruleset, catalogue_of(file), file.kind)


def speaks_against(file: CaseFile) -> Words:
    """What the association is shown before anything adverse: each point that is not met, with what it rests on."""
    if file.screening is None:
        return same_in_both("")
    told = []
    for finding in file.screening.findings:
        if finding.criterion.id not in file.situation.not_met:
            continue
        why = (
            reasons.reason_for_finding(finding, file.screening)
            if finding.answer is None
            else same_in_both(_rests_on(file, finding))
        )
        told.append(finding.criterion.label + same_in_both(": ") + why)
    return join_words(told, "\n")


def _rests_on(file: CaseFile, finding: Finding) -> str:
    name = finding.criterion.id
    acts = [
        f"{row.act} ({row.role}, {row.happened}, {row.source})"
        for row in file.evidence.get(name, [])
        if row.may_be_shown
    ]
    return " ".join([file.reasons.get(name, ""), *acts]).strip()


def outcome_words(kind: str, outcome: str) -> Words:
    """What an outcome is called."""
    if kind in MEASURE_DECISION_WORDS:
        return MEASURE_DECISION_WORDS[kind]
    return outcome_of(CaseKind(kind), DecisionOutcome(outcome))


def _of_booking(decision: Decision, name: str) -> Words:
    if decision.kind == RESCISSION:
        return _("ta tillbaka bokningen för {name}.", name=name)
    if decision.outcome == DecisionOutcome.APPROVED:
        return _("bekräfta bokningen för {name}.", name=name)
    return _("inte bekräfta bokningen för {name}.", name=name)


def decision_sentence(decision: Decision, board: str, name: str, round_name: str) -> Words:
    """What was decided and by whom, as a decision says it; what is only execution decides nothing."""
    amount = kronor(decision.amount or 0)
    of_round = _(" i {round_name}", round_name=round_name) if round_name else same_in_both("")
    if decision.execution:
        return _("Bokningen för {name} är bekräftad.", name=name)
    decides = upper_first(decided_by(decision, board)) + _(" beslutar att ")
    match decision.kind, decision.outcome:
        case "payment_stop", _outcome:
            done = _("stoppa utbetalningen av ") + amount + in_context("whom", " till ")
            return decides + done + same_in_both(f"{name}.")
        case "payment_release", _outcome:
            done = _("häva stoppet av utbetalningen av ") + amount
            return decides + done + _(" till {name}.", name=name)
        case "reclaim", _outcome:
            return decides + _("kräva tillbaka ") + amount + _(" av {name}.", name=name)
        case ((CaseKind.BOOKING | "rescission"), _outcome):
            return decides + _of_booking(decision, name)
        case _kind, DecisionOutcome.APPROVED | DecisionOutcome.PARTLY_APPROVED:
            part = _(", en del av det sökta")
            whole = decision.outcome == DecisionOutcome.APPROVED
            granted = _("bevilja {name} ", name=name) + amount + (same_in_both("") if whole else part)
            return decides + granted + of_round + same_in_both(".")
        case _kind, DecisionOutcome.DISMISSED:
            refused = _("avvisa ansökan från {name}", name=name)
            return decides + refused + of_round + same_in_both(".")
        case _:
            refused = _("avslå ansökan från {name}", name=name)
            return decides + refused + of_round + same_in_both(".")
