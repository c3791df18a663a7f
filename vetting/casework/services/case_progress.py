"""Where a case that is handled stands, as far as it says what can be done: the same for its page, a list and an act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetting.casework.domain.cases import OPEN, CaseState
from vetting.casework.domain.gate_table import GatedStep, closed_gates
from vetting.casework.domain.next_steps import CaseProgress
from vetting.casework.models.assessments import criteria_in_draft
from vetting.casework.models.cases import communications, current_marks, is_reply_weighed
from vetting.casework.models.completions import requests_of
from vetting.casework.models.decisions import decision_draft_of, is_ending
from vetting.casework.models.documents import of_case as papers_in
from vetting.casework.models.letters import unsent_requests_of
from vetting.casework.services import before_decision, drafted_reasons
from vetting.casework.services.gaps import gaps_of, is_initial_review_question, missing_facts
from vetting.casework.services.readable_cases import has_answered_on_conflict
from vetting.casework.services.screenings import screen_without_keeping
from vetting.casework.services.stale_proposals import changed_since
from vetting.engine.reductions import reduced_amount
from vetting.engine.results import CriterionResult, ResultAuthor
from vetting.grants.models.allocations import written_row
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import DecisionOutcome
from vetting.people.models.people import Board

if TYPE_CHECKING:
    from datetime import date

    from vetting.casework.domain.situations import CaseSituation
    from vetting.casework.models.cases import Case
    from vetting.casework.models.decisions import DecisionDraft
    from vetting.casework.services.screenings import CaseScreening
    from vetting.engine.screening import Screening
    from vetting.kernel.store.session import Session


def progress_for(session: Session, case: Case, *, on: date) -> CaseProgress:
    """Where a case stands for somebody who is to act in it: judged as it is now."""
    screened = screen_without_keeping(session, case, on=on)
    found = before_decision.case_situation(session, case, screened, on=on)
    return progress_of_case(session, case, screened, found, user_id=session.person.id, on=on)


def progress_of_case(
    session: Session,
    case: Case,
    screened: CaseScreening | None,
    found: CaseSituation,
    *,
    user_id: int,
    on: date,
    in_list: bool = False,
) -> CaseProgress:
    """Where a case stands for somebody, before its decision; what comes after it is left blank.

    in_list: for a row, which has no place for what is noted of each thing that is missing.
    """
    screening = screened.screening if screened else None
    draft = decision_draft_of(session, case.id)
    findings = screening.findings if screening else ()
    in_draft = criteria_in_draft(session, case.id)
    looks = sum(is_initial_review_question(item) and item.criterion.id not in in_draft for item in findings)
    asked = sum(item.result is CriterionResult.NEEDS_ASSESSMENT for item in findings)
    requests = requests_of(session, case.id)
    told = communications(session, case.id)
    marks = current_marks(session, case)
    unsent = unsent_requests_of(session, case.id)
    days = [row.due_on for row in requests] + [row.reply_by for row in told if row.replied_on is None]
    grant = case.kind is CaseKind.GRANT
    drafted = drafted_reasons.of_approval(case, screening)
    return CaseProgress(
        kind=case.kind,
        state=case.state,
        situation=found,
        holding_back=closed_gates(before_decision.with_proposal(session, case, found, draft), GatedStep.READY),
        looks=looks,
        has_rules=screening is not None,
        answered_on_conflict=has_answered_on_conflict(session, case, user_id),
        has_association=case.association_id is not None,
        shows_group=session.get_one(Board, case.board_id).with_group or found.group_required,
        missing=bool(screening and missing_facts(case, screening)),
        gaps=not in_list and bool(gaps_of(session, case, screening, marks, on=on)),
        look_again=case.look_again_at is not None,
        waits_until=max(days, default=None),
        points_to_see=asked - looks,
        in_draft=len(in_draft),
        approval=case.amount_applied if grant and drafted and not _is_otherwise(session, case, screening) else None,
        ending_proposed=is_ending(draft),
        is_proposed=draft is not None and case.state in OPEN and not changed_since(session, case, draft, screened),
        other_proposal=draft is not None and not _as_by_one_press(session, case, draft, drafted),
        reply_unmet=any(row.replied_on is not None and not is_reply_weighed(row) for row in told),
        asked_before=any(row.id not in unsent for row in requests),
        papers=len(papers_in(session, case.id)),
        request_unsent=case.state is CaseState.COMPLETION
        and any(row.id in unsent and row.due_on > on for row in requests[-1:]),
        answered_elsewhere=sum(
            item.criterion.value_criterion and item.author is ResultAuthor.EARLIER for item in findings
        ),
        amount_unread=grant
        and case.amount_applied is None
        and screening is not None
        and "amount_applied" in screening.facts.unreadable,
        assessed_against=any(
            item.result is CriterionResult.NOT_MET and item.author is not ResultAuthor.COMPUTED for item in findings
        ),
    )


def shared_otherwise(session: Session, case: Case) -> int | None:
    """The amount that the allocation of the round gives, in öre, where that is not what is applied for."""
    row = written_row(session, case.id)
    return row.amount if row is not None and row.amount != case.amount_applied else None


def _is_otherwise(session: Session, case: Case, screening: Screening | None) -> bool:
    """Whether the rules or the allocation of the round give something else than what is applied for."""
    return shared_otherwise(session, case) is not None or is_otherwise_by_the_rules(case, screening)


def is_otherwise_by_the_rules(case: Case, screening: Screening | None) -> bool:
    """Whether the rules give less than is applied for, or cannot say what they give: then a person writes how much."""
    worked = screening.worked_amount if screening is not None else None
    unknown = worked is not None and worked.total is None
    return unknown or reduced_amount(screening, case.amount_applied) is not None


def _as_by_one_press(session: Session, case: Case, draft: DecisionDraft, drafted: str) -> bool:
    """Whether a proposal is the approval of all that is applied for that one press writes."""
    whole = draft.outcome is DecisionOutcome.APPROVED and draft.amount in {None, case.amount_applied}
    if not whole or draft.reasons not in {"", drafted}:
        return False
    return not draft.conditions or draft.conditions == before_decision.usual_conditions(session, case)
