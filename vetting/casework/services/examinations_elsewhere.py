"""That something about an association is being examined in another case, and whom to ask: never what, never which."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from sqlalchemy import and_, bindparam, select, union_all
from sqlalchemy.orm import aliased

from vetting.associations.models.associations import merged_among
from vetting.casework.domain.cases import OPEN
from vetting.casework.models.assessments import AssessmentRow, AssessmentWithdrawal
from vetting.casework.models.cases import Case
from vetting.casework.services.money_of_cases import MONEY
from vetting.engine.evidence import CriterionAnswer
from vetting.kernel.store.import_batches import is_batch_not_undone
from vetting.kernel.store.query_planner import avoid_index
from vetting.kernel.text import Words, _, same_in_both
from vetting.people.models.people import names_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement, CompoundSelect, Select

    from vetting.kernel.store.session import Session

EXAMINED_ELSEWHERE: Final = _("En fråga om föreningen prövas i ett annat ärende.")
NOBODY: Final = _("registratorn")


def examined_elsewhere(session: Session, board_id: int, cases: Iterable[Case]) -> dict[int, Words]:
    """Case -> that a question about its association is examined in another case of the board, and whom to ask.

    The words are the same whether it is an answer that nobody has decided on, money that is held back or an account
    that waits to be checked, so that they tell nothing of it; they end with that case. Three queries, whatever the
    number of cases.
    """
    asked = [case for case in cases if case.association_id is not None]
    owners = {case.association_id for case in asked if case.association_id is not None}
    if not owners:
        return {}
    merged = merged_among(session, owners)
    records = [*owners, *merged]
    found: dict[int, dict[int, int | None]] = {}
    for association, case_id, officer in session.execute(_examinations(), {"board_id": board_id, "records": records}):
        if association is not None:
            found.setdefault(merged.get(association, association), {})[case_id] = officer
    names = names_of(session, {key for held in found.values() for key in held.values() if key is not None})
    told = {}
    for case in asked:
        others = {key: officer for key, officer in found.get(case.association_id or 0, {}).items() if key != case.id}
        if others:
            told[case.id] = _words(sorted({names[key] for key in others.values() if key is not None and key in names}))
    return told


@cache
def _examinations() -> CompoundSelect[int | None, int, int | None]:
    """What is examined in a board of some records, which are its parameters."""
    return union_all(_answers(), *MONEY.function.examinations(_of_records()))


def _of_records() -> ColumnElement[bool]:
    here = Case.board_id == bindparam("board_id")
    return and_(here, Case.association_id.in_(bindparam("records", expanding=True)), is_batch_not_undone(Case.batch_id))


def _answers() -> Select[int | None, int, int | None]:
    """Answers "not met" in open cases that stand there."""
    newer = aliased(AssessmentRow)
    return (
        select(Case.association_id, Case.id, Case.officer_id)
        .join(AssessmentRow, AssessmentRow.made_in_case_id == Case.id)
        .outerjoin(AssessmentWithdrawal, AssessmentWithdrawal.assessment_id == AssessmentRow.id)
        .where(
            _of_records(),
            Case.state.in_(OPEN),
            AssessmentRow.answer == CriterionAnswer.NOT_MET.value,
            avoid_index(AssessmentRow.case_id).is_(None),
            AssessmentWithdrawal.id.is_(None),
            ~select(newer.id)
            .where(
                newer.made_in_case_id == AssessmentRow.made_in_case_id,
                newer.criterion == AssessmentRow.criterion,
                newer.id > AssessmentRow.id,
            )
            .correlate(AssessmentRow)
            .exists(),
        )
    )


def _words(names: list[str]) -> Words:
    ask = same_in_both(", ".join(names)) if names else NOBODY
    return EXAMINED_ELSEWHERE + _(" Fråga ") + ask + same_in_both(".")
