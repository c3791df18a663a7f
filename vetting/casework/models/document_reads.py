"""Which papers a person has opened: no record of a case, and the one thing that looking at a page writes down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import Mapped

from vetting.casework.domain.cases import CaseMarkKind
from vetting.casework.models.documents import of_case
from vetting.engine.criteria import CriterionKind
from vetting.engine.results import CriterionResult
from vetting.kernel.store.base import Base, personal_column, public_column, register_enum_types
from vetting.kernel.store.case_rows import case_rows
from vetting.people.domain.reads import PaperRoutine, ReadExtent, routine_of
from vetting.people.models.people import Board

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vetting.casework.models.cases import Case, CaseMark
    from vetting.casework.models.documents import Document
    from vetting.engine.screening import Screening
    from vetting.kernel.store.session import Session

register_enum_types(ReadExtent)


class DocumentRead(Base):
    """The first time that a person saw a paper so far: its first page, or all of it."""

    __tablename__ = "document_reads"
    __table_args__ = (
        Index(None, "case_id", "id"),
        Index("uq_document_reads", "document_id", "user_id", "extent", unique=True),
    )

    id: Mapped[int] = public_column(primary_key=True)
    case_id: Mapped[int] = public_column(ForeignKey("cases.id"))
    document_id: Mapped[int] = public_column(ForeignKey("documents.id"))
    user_id: Mapped[int] = personal_column(ForeignKey("users.id"))
    extent: Mapped[ReadExtent] = public_column()
    at: Mapped[datetime] = public_column()


def reads_of_case(session: Session, case_id: int) -> Sequence[DocumentRead]:
    """What was opened of a case's papers, by anybody, in the order it was."""
    return case_rows(session, DocumentRead, case_id, DocumentRead.id)


def has_read(session: Session, document_id: int, user_id: int, extent: ReadExtent) -> bool:
    """Whether somebody has seen so much of a paper, or all of it."""
    wanted = {extent, ReadExtent.OPENED}
    found = select(DocumentRead.id).where(
        DocumentRead.document_id == document_id, DocumentRead.user_id == user_id, DocumentRead.extent.in_(wanted)
    )
    return session.scalar(found.limit(1)) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class PapersOfCase:
    """How the papers of a case stand: what has been opened, and what must be."""

    all: Sequence[Document]
    opened: frozenset[int]
    """By anybody who works on the case."""
    to_open: Sequence[Document]
    """What the board's routine wants opened and nobody has."""
    opens_all: bool
    """The case is in the sample whose papers are all opened, or the board opens all."""
    routine: PaperRoutine
    reads: Sequence[DocumentRead]

    def extent_by(self, user_id: int) -> Mapping[int, ReadExtent]:
        """Paper -> how much of it one person has seen."""
        own = [row for row in self.reads if row.user_id == user_id]
        return {row.document_id: row.extent for row in sorted(own, key=lambda row: row.extent is ReadExtent.OPENED)}

    def left(self, screening: Screening | None, marks: Iterable[CaseMark]) -> tuple[bool, tuple[int, ...]]:
        """Whether papers are to be opened that nobody has, and which: also some that only are said to be in.

        What a person has said to have opened, before papers were opened here, counts until another comes.
        """
        if screening is None:
            return False, ()
        said_on = max((mark.at for mark in marks if mark.kind == CaseMarkKind.PAPERS_OPENED), default=None)
        left = tuple(paper.id for paper in self.to_open if said_on is None or paper.at > said_on)
        here = {paper.type for paper in self.all}
        told = {
            fact
            for finding in screening.findings
            if finding.criterion.kind is CriterionKind.DOCUMENT and finding.result is CriterionResult.MET
            for fact in finding.criterion.papers
        }
        elsewhere = any(self.routine.must_open(fact, all_of_case=self.opens_all) for fact in told - here)
        return bool(left) or (elsewhere and said_on is None), left

    def reviewed_by(self, marks: Iterable[CaseMark]) -> Mapping[int, CaseMark]:
        """Paper -> the act that reviewed it, the latest: opening a paper reviews nothing.

        The basic check reviews what its person had opened; a note of papers opened elsewhere, all that had come.
        """
        found: dict[int, CaseMark] = {}
        opened = {(row.document_id, row.user_id): row.at for row in self.reads if row.extent is ReadExtent.OPENED}
        for mark in sorted(marks, key=lambda mark: mark.at):
            if mark.kind == CaseMarkKind.PAPERS_OPENED:
                found |= {paper.id: mark for paper in self.all if paper.at <= mark.at}
            elif mark.kind == CaseMarkKind.BASIC_CHECK:
                own = {paper for (paper, user), at in opened.items() if user == mark.by_user_id and at <= mark.at}
                found |= dict.fromkeys(own, mark)
        return found


def papers_of_case(session: Session, case: Case) -> PapersOfCase:
    """Which papers there are, have been opened and must be."""
    board = session.get_one(Board, case.board_id)
    routine = routine_of(board.papers, board.way_of_working)
    opens_all = routine.opens_all(case.board_id, case.number)
    papers = of_case(session, case.id)
    reads = reads_of_case(session, case.id) if papers else ()
    opened = frozenset(row.document_id for row in reads if row.extent is ReadExtent.OPENED)
    wanted = [paper for paper in papers if routine.must_open(paper.type, all_of_case=opens_all)]
    return PapersOfCase(
        all=papers,
        opened=opened,
        to_open=[paper for paper in wanted if paper.id not in opened],
        opens_all=opens_all,
        routine=routine,
        reads=reads,
    )
