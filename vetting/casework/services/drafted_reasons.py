"""Reasons drafted from a case's points, for a person to read, change and sign; in Swedish as decisions are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vetting.engine import reasons
from vetting.engine.amounts import steps_in_words
from vetting.engine.proposal import Proposal
from vetting.engine.reductions import reduced_amount, reduction_in_words
from vetting.engine.results import CriterionResult
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import DecisionGround, DecisionOutcome, IncompleteTreatment
from vetting.kernel.money import kronor
from vetting.kernel.text import AND, list_words, long_day

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from vetting.casework.models.assessments import EvidenceRow
    from vetting.casework.models.cases import Case
    from vetting.casework.models.completions import Completion
    from vetting.casework.services.officer_reports import ReportMaterial
    from vetting.engine.reductions import ReducedAmount
    from vetting.engine.results import Finding
    from vetting.engine.screening import Screening

OWN_UNIT: Final = "Förvaltningens egen enhet bokar. Bokningen har inte prövats mot kriterierna."
STANDS_OPEN = frozenset({CriterionResult.NOT_MET, CriterionResult.UNKNOWN, CriterionResult.NEEDS_ASSESSMENT})


def of_approval(case: Case, screening: Screening | None) -> str:
    """What is asked for, for what, and that nothing speaks against; empty where something does or is not known."""
    if screening is None or screening.nothing_checked:
        return ""
    if screening.own_unit:
        return OWN_UNIT
    if any(finding.result in STANDS_OPEN and finding.effect is not None for finding in screening.findings):
        return ""
    grant = case.kind is CaseKind.GRANT
    amount = f" {kronor(case.amount_applied).sv}" if case.amount_applied else " bidrag"
    purpose = case.purpose.strip().rstrip(".")
    asks = (f"Föreningen söker{amount}" + (f" för {purpose}." if purpose else ".")) if grant else ""
    if not grant and purpose:
        asks = f"Bokningen gäller {purpose}."
    rules = f"{screening.ruleset.title.sv}, version {screening.ruleset.version},"
    gives = "ansökan beviljas" if grant else "bokningen bekräftas"
    found = f"{asks} Granskningen mot {rules} visar inget som talar emot att {gives}.".strip()
    reduced = reduced_amount(screening, case.amount_applied)
    return f"{found}\n{_what_is_taken_off(reduced, screening)}" if reduced is not None else found


def _what_is_taken_off(reduced: ReducedAmount, screening: Screening) -> str:
    """What is taken off, for what, and what is left."""
    lines = [f"Så räknas beloppet: {steps_in_words(reduced.worked).sv}"] if reduced.worked is not None else []
    lines += [reduction_in_words(one, screening).sv for one in reduced.reductions]
    left = f"Av {kronor(reduced.applied).sv} beviljas därför {kronor(reduced.left).sv}."
    return "\n".join([*lines, left])


def of_refusal(file: ReportMaterial) -> str:
    """A paragraph for each requirement that is not met: why, by which act, what speaks for, what was weighed."""
    if file.screening is None:
        return ""
    against = [finding for finding in file.screening.findings if finding.criterion.id in file.not_met]
    return "\n".join(_not_met(finding, file, file.screening) for finding in against)


def _not_met(finding: Finding, file: ReportMaterial, screening: Screening) -> str:
    name = finding.criterion.id
    rows: Sequence[EvidenceRow] = file.evidence.get(name, ())
    said = [f"Kravet ”{finding.criterion.label.sv}” är inte uppfyllt."]
    if finding.effect is Proposal.DISMISS:
        said.append("Därför tas ansökan inte upp till prövning.")
    said.append(reasons.basis_in_words(finding, screening).sv if finding.answer is None else file.reasons.get(name, ""))
    for row in rows:
        if row.may_be_shown:
            where = ", ".join(filter(None, (row.source, row.place)))
            said.append(f"Det här har hänt: {row.act.rstrip('.')} ({row.happened}; {where}).")
    said += [f"För föreningen talar: {row.speaks_for.rstrip('.')}." for row in rows if row.speaks_for]
    weighed = dict.fromkeys(text for row in rows for text in (row.special_reasons, row.proportionality) if text)
    said += [f"Nämnden har vägt in: {text.rstrip('.')}." for text in weighed]
    return " ".join(filter(None, (sentence.strip() for sentence in said)))


def not_completed(
    screening: Screening | None, requests: Sequence[Completion], missing: Sequence[str], *, on: date
) -> dict[str, object]:
    """What the form begins with where a request told what follows, its time is over, and something is missing still."""
    over = [row for row in requests if row.due_on < on and set(row.facts) & set(missing)]
    if screening is None or not over or any(row.due_on >= on for row in requests):
        return {}
    row = max(over, key=lambda one: one.due_on)
    outcome = _FOLLOWS.get(row.follows)
    if outcome is None:
        return {}
    catalogue = screening.ruleset.catalogue
    lacking = [catalogue[fact].wanted for fact in row.facts if fact in missing and fact in catalogue]
    said = f"Föreningen har inte lämnat in {list_words(lacking, AND).sv}. Nämnden begärde det den "
    said += f"{long_day(row.sent_on).sv} och bad om svar senast den {long_day(row.due_on).sv}. I begäran stod vad som "
    said += "följer när kompletteringen inte kommer in."
    return {"outcome": outcome, "ground": (DecisionGround.NOT_COMPLETE,), "reasons": said}


_FOLLOWS: Final = {
    IncompleteTreatment.DISMISS: DecisionOutcome.DISMISSED,
    IncompleteTreatment.REFUSE: DecisionOutcome.REFUSED,
}


def proposed_outcome(case: Case, screening: Screening | None) -> dict[str, object]:
    """What the form of a proposal begins with where the rules say more than yes or no: for a person to change."""
    if screening is not None and screening.proposal is Proposal.DISMISS:
        late = any(
            "deadline" in finding.criterion.facts
            for finding in screening.findings
            if finding.effect is Proposal.DISMISS
        )
        ground = DecisionGround.TOO_LATE if late else DecisionGround.NOT_ENTITLED
        return {"outcome": DecisionOutcome.DISMISSED, "ground": (ground,)}
    reduced = reduced_amount(screening, case.amount_applied)
    if reduced is None or not of_approval(case, screening):
        return {}
    outcome = DecisionOutcome.PARTLY_APPROVED if reduced.left else DecisionOutcome.REFUSED
    amount = {"amount": reduced.left} if reduced.left else {}
    return {"outcome": outcome, "ground": (DecisionGround.REDUCED,), **amount}
