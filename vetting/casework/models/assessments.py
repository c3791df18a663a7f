"""What persons have answered, with the evidence behind it: rows that are never overwritten."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, bindparam, false, func, select, union_all
from sqlalchemy.orm import Mapped, aliased

from vetting.associations.models.associations import of_case_or_association
from vetting.casework.models.case_queries import json_rows_of, query_case
from vetting.casework.models.cases import Case
from vetting.engine.evidence import CriterionAnswer, EvidenceKind
from vetting.kernel.chunking import in_chunks
from vetting.kernel.store.base import (
    Base,
    Plain,
    Texts,
    personal_column,
    public_column,
    register_enum_types,
    sealed_column,
)
from vetting.kernel.store.case_rows import case_rows, prefetched_answer
from vetting.kernel.store.read_cache import cached_query

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import CompoundSelect, Row, Select

    from vetting.casework.models.case_queries import QueriedCase
    from vetting.kernel.store.session import Session

register_enum_types(CriterionAnswer, EvidenceKind)


class AssessmentRow(Base):
    """One answer to one criterion, of an association in a board or of a case."""

    __tablename__ = "assessments"
    __table_args__ = (
        Index(None, "board_id", "association_id", "criterion", "id"),
        Index(None, "case_id", "criterion", "id"),
        Index(None, "board_id", "criterion", "id"),
        Index(None, "board_id", "criterion", "answer", "id"),
        Index(None, "made_in_case_id", "criterion", "id"),
    )

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    association_id: Mapped[int | None] = public_column(ForeignKey("associations.id"))
    case_id: Mapped[int | None] = public_column(ForeignKey("cases.id"))
    made_in_case_id: Mapped[int] = public_column(ForeignKey("cases.id"))
    criterion: Mapped[str] = public_column()
    answer: Mapped[CriterionAnswer] = public_column()
    fingerprint: Mapped[str] = public_column()
    looked_at: Mapped[Texts] = public_column()
    reasons: Mapped[str] = sealed_column(default="")
    signals: Mapped[Texts] = public_column()
    valid_until: Mapped[date | None] = public_column()
    on: Mapped[date] = public_column()
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))
    by_name: Mapped[str] = personal_column()


class EvidenceRow(Base):
    """What a "not met" rests on: an act or statement."""

    __tablename__ = "evidence"

    id: Mapped[int] = public_column(primary_key=True)
    assessment_id: Mapped[int] = public_column(ForeignKey("assessments.id"), index=True)
    deed: Mapped[EvidenceKind] = public_column(default=EvidenceKind.ACT, server_default="act")
    """act or statement"""
    act: Mapped[str] = sealed_column()
    role: Mapped[str] = sealed_column()
    inside_activity: Mapped[bool] = public_column()
    happened: Mapped[str] = public_column()
    source: Mapped[str] = sealed_column()
    source_address: Mapped[str] = sealed_column(default="", server_default="")
    seen_on: Mapped[date | None] = public_column()
    cut_id: Mapped[int | None] = public_column()
    """The page or picture as it looked that day, kept as a document with its digest; its id."""
    document_id: Mapped[int | None] = public_column(ForeignKey("documents.id"))
    place: Mapped[str] = public_column(default="", server_default="")
    speaks_for: Mapped[str] = sealed_column(default="", server_default="")
    verified: Mapped[bool] = public_column()
    may_be_shown: Mapped[bool] = public_column()
    weighed: Mapped[Texts] = public_column(default=list, server_default="[]")
    """The special reasons that were found."""
    special_reasons: Mapped[str] = sealed_column(default="")
    milder: Mapped[Texts] = public_column(default=list, server_default="[]")
    """What less was tried."""
    proportionality: Mapped[str] = sealed_column(default="")
    named_because: Mapped[str] = sealed_column(default="", server_default="")
    acts_not_opinions: Mapped[bool] = public_column(default=False, server_default=false())


class AssessmentWithdrawal(Base):
    """An answer that no longer stands, and why."""

    __tablename__ = "assessment_withdrawals"

    id: Mapped[int] = public_column(primary_key=True)
    assessment_id: Mapped[int] = public_column(ForeignKey("assessments.id"), unique=True)
    reason: Mapped[str] = public_column()
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))


class AssessmentDraft(Base):
    """An answer that somebody is writing: no record until it is saved, and seen by those who assess the same case."""

    __tablename__ = "assessment_drafts"
    __table_args__ = (UniqueConstraint("case_id", "criterion", "user_id"),)

    id: Mapped[int] = public_column(primary_key=True)
    case_id: Mapped[int] = public_column(ForeignKey("cases.id"))
    criterion: Mapped[str] = public_column()
    user_id: Mapped[int] = personal_column(ForeignKey("users.id"))
    fields: Mapped[Plain] = sealed_column()
    at: Mapped[datetime] = public_column()


def assessment_drafts_of(session: Session, case_id: int) -> Sequence[AssessmentDraft]:
    """What is being written in a case, the newest first."""
    return case_rows(session, AssessmentDraft, case_id, AssessmentDraft.at.desc(), AssessmentDraft.id.desc())


def criteria_in_draft(session: Session, case_id: int) -> frozenset[str]:
    """Criteria of a case that somebody is answering with something other than that nothing speaks against it."""
    drafts = assessment_drafts_of(session, case_id)
    against = {"", CriterionAnswer.NOT_MET}
    return frozenset(row.criterion for row in drafts if next(iter(row.fields.get("answer", [])), "") in against)


def latest_answers(session: Session, board_id: int, criteria: Sequence[str], most: int) -> dict[str, list[str]]:
    """Criterion -> the newest answers that persons have given to it in the board and not taken back, in one query."""
    if not criteria:
        return {}
    found: dict[str, list[str]] = {}
    for criterion, answer in session.execute(_latest(tuple(criteria), most), {"board": board_id}):
        found.setdefault(criterion, []).append(answer)
    return found


@lru_cache(maxsize=256)  # to build it takes longer than the database does with it
def _latest(criteria: tuple[str, ...], most: int) -> CompoundSelect[str, CriterionAnswer]:
    of_board = AssessmentRow.board_id == bindparam("board", type_=BigInteger)
    return union_all(
        *(
            select(AssessmentRow.criterion, AssessmentRow.answer).where(
                AssessmentRow.id.in_(
                    select(AssessmentRow.id)
                    .where(of_board, AssessmentRow.criterion == criterion)
                    .order_by(AssessmentRow.id.desc())
                    .limit(most)
                ),
                ~select(AssessmentWithdrawal.id).where(AssessmentWithdrawal.assessment_id == AssessmentRow.id).exists(),
            )
            for criterion in criteria
        )
    )


class StoredAnswer(NamedTuple):
    """An answer as it stands in the store."""

    row: AssessmentRow
    withdrawn: bool
    kind: str
    """Of the case where it was given."""
    state: str = ""
    """Of that case now."""
    withdrawn_at: datetime | None = None

    def as_of(self, moment: datetime) -> StoredAnswer:
        """The answer as it stood then: one that was withdrawn later was not so."""
        return self._replace(withdrawn=self.withdrawn_at is not None and self.withdrawn_at <= moment)


def current_answers(session: Session, case: Case) -> Sequence[StoredAnswer]:
    """The newest answer to each criterion in each kind of case, and every "not met" of other cases, oldest first."""
    [found] = query_case(session, _standing, case)
    keys = _keys_in(found)
    together = prefetched_answer(session, (current_answers,), case, lambda cases: _standing_of(session, cases))
    if together is not None or not keys:
        return together or []
    return answers_with_kind(session, keys)


def _standing_of(session: Session, cases: Sequence[Case]) -> dict[int, list[StoredAnswer]]:
    of_each = {case.id: _keys_in(query_case(session, _standing, case)[0]) for case in cases}
    wanted = {key for keys in of_each.values() for key in keys}
    rows = {given.row.id: given for some in in_chunks(wanted) for given in answers_with_kind(session, some)}
    return {case: [rows[key] for key in keys] for case, keys in of_each.items()}


def _keys_in(found: Row[Any]) -> list[int]:
    return sorted(key for (key,) in [*found.newest, *found.against])


def _standing(asked: QueriedCase) -> Select[*tuple[Any, ...]]:
    """Ids of those answers. A "not met" of another case is told apart: it works only when it has been decided."""
    owner = of_case_or_association(AssessmentRow, asked, only_its_own=True)
    elsewhere = (AssessmentRow.answer == "not_met") & (AssessmentRow.made_in_case_id != asked.case)
    made = aliased(Case)
    newest = (
        select(func.max(AssessmentRow.id).label("id"))
        .join(made, made.id == AssessmentRow.made_in_case_id)
        .where(owner, ~elsewhere)
        .group_by(AssessmentRow.criterion, made.kind)
    )
    against = select(AssessmentRow.id).where(owner, elsewhere)
    return select(json_rows_of(newest).label("newest"), json_rows_of(against).label("against"))


def answered_again(session: Session, row: AssessmentRow) -> bool:
    """Whether the case where an answer was given has a newer one to the same criterion."""
    newer = select(AssessmentRow.id).where(
        AssessmentRow.made_in_case_id == row.made_in_case_id,
        AssessmentRow.criterion == row.criterion,
        AssessmentRow.id > row.id,
    )
    return session.scalar(newer.limit(1)) is not None


def answers_with_kind(session: Session, keys: Iterable[int]) -> list[StoredAnswer]:
    """Answers by their ids, as they stand now."""
    rows = session.execute(_with_kind(), {"keys": list(keys)})
    return [StoredAnswer(row, gone is not None, kind, state, gone) for row, gone, kind, state in rows]


@cache  # to build it takes longer than the database does with it
def _with_kind() -> Select[*tuple[Any, ...]]:
    return (
        select(AssessmentRow, AssessmentWithdrawal.at, Case.kind, Case.state)
        .join(Case, Case.id == AssessmentRow.made_in_case_id)
        .outerjoin(AssessmentWithdrawal, AssessmentWithdrawal.assessment_id == AssessmentRow.id)
        .where(AssessmentRow.id.in_(bindparam("keys", expanding=True)))
        .order_by(AssessmentRow.id)
    )


class GivenAnswer(NamedTuple):
    """An answer with the evidence behind it."""

    row: AssessmentRow
    evidence: list[EvidenceRow]


@cached_query(AssessmentRow, EvidenceRow)
def given_answers(session: Session, assessment_ids: tuple[int, ...]) -> dict[int, GivenAnswer]:
    """Answers by their ids, each with the evidence behind it."""
    found: dict[int, GivenAnswer] = {}
    if not assessment_ids:
        return found
    rows = session.execute(
        select(AssessmentRow, EvidenceRow)
        .outerjoin(EvidenceRow, EvidenceRow.assessment_id == AssessmentRow.id)
        .where(AssessmentRow.id.in_(assessment_ids))
        .order_by(AssessmentRow.id, EvidenceRow.id)
    )
    for row, evidence in rows:
        given = found.setdefault(row.id, GivenAnswer(row, []))
        if evidence is not None:
            given.evidence.append(evidence)
    return found
