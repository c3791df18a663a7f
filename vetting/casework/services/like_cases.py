"""Like cases of what is proposed: the same kind of case, the same requirement not met, the same outcome. Never whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import select

from vetting.casework.models.cases import Case, seen_by
from vetting.casework.models.decisions import Decision, current_decisions
from vetting.casework.services import earlier_answers
from vetting.engine.evidence import CriterionAnswer
from vetting.kernel.decision_outcomes import ADVERSE, FAVOURABLE, DecisionOutcome, outcome_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetting.casework.models.decisions import DecisionDraft
    from vetting.kernel.store.session import Session
    from vetting.kernel.text import Words

LATEST: Final = 100
"""Exceptions that are looked through."""
MOST: Final = 5
"""Cases shown."""


class SimilarCase(NamedTuple):
    """Another case, and how it ended."""

    number: str
    ended: Words


def like_cases(
    session: Session, case: Case, draft: DecisionDraft | None, criteria: Sequence[str]
) -> dict[str, Sequence[SimilarCase]]:
    """Criterion -> like cases that this person may open, the newest first.

    Of a refusal those that ended as it would; of an exception those that were refused or excepted on the same; of any
    other proposal none.
    """
    if draft is None:
        return {}
    if draft.outcome in FAVOURABLE and draft.set_aside:
        excepted = _exceptions_beside(session, case)
        refused = {name: _refused_on(session, case, name, ADVERSE - FAVOURABLE) for name in draft.set_aside}
        return {name: [*excepted.get(name, ()), *refused[name]][:MOST] for name in draft.set_aside}
    if draft.outcome in ADVERSE - FAVOURABLE:
        return {name: _refused_on(session, case, name, {draft.outcome})[:MOST] for name in criteria}
    return {}


def _refused_on(
    session: Session, case: Case, criterion: str, outcomes: set[DecisionOutcome] | frozenset[DecisionOutcome]
) -> list[SimilarCase]:
    return [
        SimilarCase(one.number, outcome_words(case.kind, DecisionOutcome(one.outcome)))
        for one in earlier_answers.cases_of(session, criterion, case)
        if one.answer is CriterionAnswer.NOT_MET and one.outcome in outcomes
    ]


def _exceptions_beside(session: Session, case: Case) -> dict[str, list[SimilarCase]]:
    found: dict[str, list[SimilarCase]] = {}
    rows = session.execute(
        select(Case.number, Decision.outcome, Decision.set_aside)
        .join(Case, Case.id == Decision.case_id)
        .where(
            seen_by(session.person),
            Decision.board_id == case.board_id,
            Decision.kind == case.kind.value,
            Decision.exception != "",
            Decision.case_id != case.id,
            current_decisions(),
        )
        .order_by(Decision.id.desc())
        .limit(LATEST)
    )
    for number, outcome, set_aside in rows:
        for criterion in set_aside:
            found.setdefault(criterion, []).append(
                SimilarCase(number, outcome_words(case.kind, outcome, by_exception=True))
            )
    return found
