"""What a case lacks, and what is marked in it: what counts now, of what was noted and accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vetting.casework.domain.cases import CaseMarkKind
from vetting.casework.domain.completions import Gap, GapState
from vetting.casework.models.cases import current_marks
from vetting.casework.models.completions import GapNote, gap_notes
from vetting.casework.models.document_reads import papers_of_case
from vetting.engine.facts import FactSupplier
from vetting.engine.proposal import Proposal
from vetting.engine.reasons import to_send_again
from vetting.engine.results import CriterionResult, ResultReason
from vetting.kernel.case_kinds import CaseKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from vetting.casework.models.cases import Case, CaseMark
    from vetting.engine.results import Finding
    from vetting.engine.screening import Screening
    from vetting.kernel.store.session import Session


def missing_facts(case: Case, screening: Screening) -> tuple[str, ...]:
    """The facts behind the gaps, for the form that asks for them."""
    found: dict[str, None] = {}
    for finding in screening.findings:
        asked = finding.missing if finding.result is CriterionResult.UNKNOWN and finding.effect else ()
        not_asked = finding.not_checked if case.kind is CaseKind.GRANT else ()
        lacking = not_asked if finding.result is CriterionResult.UNKNOWN else ()
        found |= dict.fromkeys((*asked, *lacking, *to_send_again(finding)))
    return tuple(found | dict.fromkeys(_missing_of_amount(screening)))


def _missing_of_amount(screening: Screening) -> tuple[str, ...]:
    """What the association gives that the amount is not worked out without; nothing of what is not to be granted."""
    if screening.ruleset.amount is None or screening.proposal in _NOT_GRANTED:
        return ()
    worked, catalogue = screening.worked_amount, screening.ruleset.catalogue
    missing = worked.missing if worked is not None else ()
    return tuple(fact for fact in missing if catalogue[fact].supplied_by is FactSupplier.APPLICANT)


ONLY_A_LOOK: Final = frozenset({ResultReason.NEW, ResultReason.EXPIRED, ResultReason.ALWAYS, ResultReason.OTHER_KIND})
_NOT_GRANTED: Final = frozenset({Proposal.DISMISS, Proposal.REFUSE})


def gaps_of_list(case: Case, screening: Screening, marks: Sequence[CaseMark]) -> frozenset[str]:
    """What the rules ask for that the case's list had no column for, and nobody has accepted as lacking."""
    return (frozenset(missing_facts(case, screening)) & frozenset(case.not_asked)) - accepted_gaps(marks)


def is_initial_review_question(finding: Finding) -> bool:
    """A value criterion that is to be answered because nobody has, and that nothing speaks against."""
    return (
        finding.criterion.value_criterion
        and finding.result is CriterionResult.NEEDS_ASSESSMENT
        and finding.reason in ONLY_A_LOOK
        and not finding.signals
    )


def is_clear(session: Session, case: Case, screening: Screening) -> bool:
    """Whether nothing is missing, unclear, unopened or against a case beside what a look answers.

    One signature can cover such a case.
    """
    marks = current_marks(session, case)
    if screening.against or set(missing_facts(case, screening)) - accepted_gaps(marks):
        return False
    if case.amount_applied is None and "amount_applied" in screening.facts.unreadable:
        return False
    asked = [item for item in screening.findings if item.result is CriterionResult.NEEDS_ASSESSMENT]
    if not all(is_initial_review_question(item) for item in asked):
        return False
    papers_left, _which = papers_of_case(session, case).left(screening, marks)
    return not papers_left


def accepted_gaps(marks: Sequence[CaseMark]) -> set[str]:
    """The facts that somebody has accepted as lacking: those that lacked then, no others."""
    return {fact for mark in marks if mark.kind == CaseMarkKind.GAP_ACCEPTED for fact in mark.about.split(",")}


def gaps_in(
    case: Case, screening: Screening, marks: Sequence[CaseMark], notes: Mapping[str, GapNote], on: date
) -> tuple[Gap, ...]:
    """What the case lacks that the association can give, without what the case can be decided without."""
    catalogue = screening.ruleset.catalogue
    dispensable = accepted_gaps(marks)
    return tuple(
        _gap(fact, notes.get(fact), on)
        for fact in missing_facts(case, screening)
        if fact not in dispensable and catalogue[fact].supplied_by is FactSupplier.APPLICANT
    )


def _gap(fact: str, note: GapNote | None, on: date) -> Gap:
    promised = note.promised_on if note is not None and note.state == GapState.PROMISED.value else None
    state = GapState.PROMISED if promised is not None and promised >= on else GapState.MISSING
    return Gap(fact=fact, state=state, promised_on=promised)


def gaps_of(
    session: Session, case: Case, screening: Screening | None, marks: Sequence[CaseMark], *, on: date
) -> tuple[Gap, ...]:
    """The same with what is noted of them; nothing is looked up where nothing is missing."""
    if screening is None or not missing_facts(case, screening):
        return ()
    return gaps_in(case, screening, marks, gap_notes(session, [case.id]).get(case.id, {}), on)
