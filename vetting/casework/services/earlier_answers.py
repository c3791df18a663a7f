"""How the same question has been answered before in the board: by answer, and in which cases. Never whom."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from vetting.casework.models.assessments import AssessmentRow, AssessmentWithdrawal, latest_answers
from vetting.casework.models.cases import Case, seen_by
from vetting.casework.models.decisions import Decision
from vetting.engine.criteria import CriterionKind
from vetting.engine.evidence import CriterionAnswer
from vetting.engine.results import CriterionResult
from vetting.kernel.case_kinds import CaseKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from vetting.engine.screening import Screening
    from vetting.kernel.store.session import Session

LATEST: Final = 100
"""Answers that are counted: what was thought long ago says less than what is thought now."""
MOST_CASES: Final = 5
"""Cases shown for each answer."""


@dataclass(frozen=True, slots=True)
class EarlierAnswer:
    """One earlier answer: where, when, and how that case ended. The act behind it stands in its own case."""

    number: str
    answer: CriterionAnswer
    on: date
    outcome: str
    """Of the case's newest decision, or empty."""
    reasons: str = ""
    """The reasons that were given, as whoever may open the case reads them there."""


def count_answers(session: Session, board_id: int, screening: Screening) -> dict[str, Mapping[CriterionAnswer, int]]:
    """Criterion -> how many of its latest answers were which, for the points that a person is to answer."""
    asked = [
        finding.criterion.id
        for finding in screening.findings
        if finding.criterion.kind is CriterionKind.ASSESSMENT and finding.result is not CriterionResult.NOT_APPLICABLE
    ]
    found = latest_answers(session, board_id, asked, LATEST)
    return {criterion: Counter(map(CriterionAnswer, answers)) for criterion, answers in found.items()}


def cases_of(session: Session, criterion: str, case: Case) -> Sequence[EarlierAnswer]:
    """The newest other cases of each answer, of the same kind, that this person may open; "not met" comes first."""
    decided = (
        select(func.max(Decision.id))
        .where(Decision.case_id == Case.id, Decision.kind.in_([kind.value for kind in CaseKind]))
        .correlate(Case)
        .scalar_subquery()
    )
    found: list[EarlierAnswer] = []
    for answer in (
        CriterionAnswer.NOT_MET,
        CriterionAnswer.MET,
        CriterionAnswer.NOTHING_FOUND,
        CriterionAnswer.NOT_APPLICABLE,
    ):
        rows = session.execute(
            select(Case.number, AssessmentRow.on, Decision.outcome, AssessmentRow.reasons)
            .join(Case, Case.id == AssessmentRow.made_in_case_id)
            .outerjoin(Decision, Decision.id == decided)
            .where(
                seen_by(session.person),
                Case.kind == case.kind,
                AssessmentRow.board_id == session.person.board_id,
                AssessmentRow.criterion == criterion,
                AssessmentRow.answer == answer.value,
                AssessmentRow.made_in_case_id != case.id,
                ~select(AssessmentWithdrawal.id).where(AssessmentWithdrawal.assessment_id == AssessmentRow.id).exists(),
            )
            .order_by(AssessmentRow.id.desc())
            .limit(MOST_CASES)
        )
        found += [EarlierAnswer(number, answer, on, outcome or "", why) for number, on, outcome, why in rows]
    return found
