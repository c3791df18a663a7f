"""Letters as they were written, and how each went out."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, func, select
from sqlalchemy.orm import Mapped

from vetting.casework.domain.legal_force import DecisionEventKind
from vetting.casework.domain.letters import NOT_SENT_WORDS, OF_GRANTS, UNREACHED, LetterKind
from vetting.casework.models.cases import Case
from vetting.casework.models.completions import Completion, CompletionBatch, Contact
from vetting.casework.models.decisions import DecisionEvent
from vetting.casework.models.round_cases import of_rounds
from vetting.kernel.store.base import Base, Texts, personal_column, public_column, register_enum_types
from vetting.kernel.store.case_rows import case_rows

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import Select

    from vetting.kernel.store.session import Session
    from vetting.kernel.text import Words

register_enum_types(LetterKind)


class Letter(Base):
    """One letter; its words never change after it was written."""

    __tablename__ = "letters"
    __table_args__ = (Index(None, "case_id", "id"), Index(None, "board_id", "sent_at", "id"))

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    case_id: Mapped[int] = public_column(ForeignKey("cases.id"))
    kind: Mapped[LetterKind] = public_column()
    decision_id: Mapped[int | None] = public_column(ForeignKey("decisions.id"))
    communication_id: Mapped[int | None] = public_column(ForeignKey("communications.id"))
    reclaim_id: Mapped[int | None] = public_column(ForeignKey("reclaims.id"))
    completion_id: Mapped[int | None] = public_column(ForeignKey("completions.id"), index=True)
    language: Mapped[str] = public_column()
    name: Mapped[str] = public_column()
    email: Mapped[str] = personal_column(default="")
    postal: Mapped[Texts] = personal_column()
    subject: Mapped[str] = public_column()
    lines: Mapped[Texts] = public_column()
    written_at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))
    sent_at: Mapped[datetime | None] = public_column()
    sent_by: Mapped[str] = public_column(default="")
    """mail, post, hand"""
    failed: Mapped[str] = public_column(default="")
    """Why the mail server did not take it: the name of an error."""
    returned_at: Mapped[datetime | None] = public_column()
    """When it was noted that it came back."""
    sending_at: Mapped[datetime | None] = public_column()
    """When it was handed to the mail server; nothing again once that has taken or refused it."""

    @property
    def failed_because(self) -> Words:
        """Why the mail server did not take it."""
        return NOT_SENT_WORDS.get(self.failed, UNREACHED)


def of_case(session: Session, case_id: int) -> Sequence[Letter]:
    """A case's letters, newest first."""
    return case_rows(session, Letter, case_id, Letter.id.desc())


def newest_unsent(session: Session, case_id: int) -> list[Letter]:
    """A case's letters that have not gone and were not written anew since, newest first."""
    newest: dict[tuple[LetterKind, str, int | None, int | None, int | None], Letter] = {}
    for row in of_case(session, case_id):
        copied = f"{row.name} {row.subject}" if row.kind is LetterKind.COPY else ""
        kind = LetterKind.APPROVAL if row.kind in OF_GRANTS else row.kind
        newest.setdefault((kind, copied, row.decision_id, row.communication_id, row.reclaim_id), row)
    return [row for row in newest.values() if row.sent_at is None]


def unsent_about(session: Session, case_id: int) -> set[int]:
    """Ids of communications whose letter is written and has not gone out in any way."""
    about = [row for row in of_case(session, case_id) if row.communication_id is not None]
    sent = {row.communication_id for row in about if row.sent_at is not None}
    return {row.communication_id for row in about if row.communication_id is not None} - sent


def unsent_requests(session: Session, cases: Collection[int]) -> dict[int, set[int]]:
    """Case -> ids of its requests for completion whose letter is written and has not gone."""
    found: dict[int, set[int]] = {}
    wanted = select(Letter.case_id, Letter.completion_id).where(
        Letter.case_id.in_(cases), Letter.completion_id.is_not(None), Letter.sent_at.is_(None)
    )
    for case_id, request in session.execute(wanted):
        if request is not None:
            found.setdefault(case_id, set()).add(request)
    return found


def unsent_requests_of(session: Session, case_id: int) -> set[int]:
    """Ids of the requests for completion in one case whose letter is written and has not gone."""
    about = [row for row in of_case(session, case_id) if row.completion_id is not None and row.sent_at is None]
    return {row.completion_id for row in about if row.completion_id is not None}


def letters_of_requests(session: Session, batch: CompletionBatch) -> list[Letter]:
    """The letters of one act that asked for completion, in the order they were written."""
    asked = session.scalars(select(Completion).where(Completion.batch_id == batch.id).order_by(Completion.id)).all()
    wanted = select(Letter).where(Letter.completion_id.in_([row.id for row in asked]))
    written = {row.completion_id: row for row in session.scalars(wanted)}
    return [written.get(row.id) or letter_in_request(row, batch) for row in asked if row.id in written or row.letter]


def letter_in_request(request: Completion, batch: CompletionBatch) -> Letter:
    """The letter of a request from before it was kept among the others, as one of them that is in no table."""
    kept = request.letter
    return Letter(
        board_id=batch.board_id,
        case_id=request.case_id,
        kind=LetterKind.COMPLETION,
        completion_id=request.id,
        language=kept["language"],
        name=kept["to"],
        email=kept["email"],
        postal=kept["postal"],
        subject=kept["subject"],
        lines=kept["lines"],
        written_at=batch.at,
        sent_at=batch.at,
        sent_by=kept["way"],
    )


def unsent_without_address(session: Session, contact: Contact) -> list[Letter]:
    """The letters that a board has written to an association, in cases of a kind, and had nowhere to send."""
    wanted = (
        select(Letter)
        .join(Case, Case.id == Letter.case_id)
        .where(
            Letter.board_id == contact.board_id,
            Case.association_id == contact.association_id,
            Case.kind == contact.kind,
            Letter.sent_at.is_(None),
            Letter.email == "",
            Letter.kind.not_in([LetterKind.COPY, LetterKind.HANDOVER]),
        )
    )
    return [row for row in session.scalars(wanted) if not row.postal]


def returned_decisions() -> Select[int | None]:
    """Decisions whose letter came back, and that have not gone out in any way since."""
    since = select(DecisionEvent.id).where(
        DecisionEvent.decision_id == Letter.decision_id,
        DecisionEvent.what == DecisionEventKind.SENT,
        DecisionEvent.at > Letter.returned_at,
    )
    return select(Letter.decision_id).where(
        Letter.decision_id.is_not(None),
        Letter.kind != LetterKind.CORRECTION,  # the decision itself went before
        Letter.returned_at.is_not(None),
        ~since.exists(),
    )


def count_letters(session: Session, round_id: int) -> int:
    """How many letters on decisions are written in the cases of a round."""
    of_round = select(Case.id).where(of_rounds([round_id]))
    wanted = select(func.count(Letter.id)).where(Letter.case_id.in_(of_round), Letter.decision_id.is_not(None))
    return int(session.scalar(wanted) or 0)
