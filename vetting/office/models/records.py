"""Records of cases in the order they became such, what the registry says of them, and the lists made for it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ForeignKey, Index, UniqueConstraint, and_, exists, func, literal, select, union_all
from sqlalchemy import case as sql_case
from sqlalchemy.orm import Mapped, Session

from vetting.cases.domain.records import RecordKind, RecordPlace
from vetting.cases.models.cases import Case, Communication, Note
from vetting.cases.models.completions import Completion, CompletionBatch
from vetting.cases.models.frozen_bases import Basis
from vetting.decisions.domain.legal_force import DecisionEventKind
from vetting.decisions.models.decisions import Decision, DecisionEvent
from vetting.decisions.models.grant_changes import GrantChange
from vetting.decisions.models.letters import Letter
from vetting.documents.models.documents import Document
from vetting.follow_up.models.reports import GrantReport
from vetting.grants.models.board_items import ItemDecision, SentItem
from vetting.group.models.meetings import Meeting, Review
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.parts import in_parts
from vetting.kernel.store.base import Base, keep_words, personal_column, public_column
from vetting.kernel.store.day_counts import day_in_sweden
from vetting.office.models.support_endings import SupportEnding
from vetting.payments.domain.reclaims import CollectionStep
from vetting.payments.models.payment_bases import BasisRow, PaymentBasis
from vetting.payments.models.reclaims import CollectionNote, Reclaim

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement, Select

keep_words(RecordKind)


class RecordMark(Base):
    """What is noted of a record: its number in the registry, and by which section it may be secret."""

    __tablename__ = "record_marks"
    __table_args__ = (UniqueConstraint("kind", "key"), Index(None, "case_id", "id"))

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    case_id: Mapped[int] = public_column(ForeignKey("cases.id"))
    kind: Mapped[RecordKind] = public_column()
    key: Mapped[int] = public_column()
    registry_number: Mapped[str] = public_column(default="")
    secrecy: Mapped[str] = public_column(default="")
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))
    version: Mapped[int] = public_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name


class RegistryList(Base):
    """A list that was made for the registry: what became a record in this time."""

    __tablename__ = "registry_lists"
    __table_args__ = (Index(None, "board_id", "until", "id"),)

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    since: Mapped[datetime] = public_column()
    until: Mapped[datetime] = public_column()
    """Not itself included: the next list begins there."""
    number: Mapped[int] = public_column()
    """How many records it had when it was made."""
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))


COURT_EVENTS: Final = (
    DecisionEventKind.APPEALED,
    DecisionEventKind.INHIBITED,
    DecisionEventKind.INHIBITION_LIFTED,
    DecisionEventKind.APPEAL_ENDED,
    DecisionEventKind.UPHELD,
    DecisionEventKind.QUASHED,
)
"""What comes in of an appeal."""
_ORDER: Final = {kind: place for place, kind in enumerate(RecordKind)}
"""What became a record in the same moment stands in this order: the report before the decision on it."""


def _each(own: ColumnElement[bool], since: datetime | None = None, until: datetime | None = None) -> Any:  # noqa: ANN401 - a union of queries
    """Every record of the cases that a condition on `Case` names: case, kind, key, moment.

    To confirm a room is execution and no record of its own: the booking system has it.
    """

    def within(column: Any) -> ColumnElement[bool]:  # noqa: ANN401 - a column
        bounds = [column >= since] if since is not None else []
        return and_(column.is_not(None), *bounds, *([column < until] if until is not None else []))

    def rows(kind: RecordKind, table: Any, moment: Any, *more: ColumnElement[bool], key: Any = None) -> Select[Any]:  # noqa: ANN401 - a table
        told = select(
            Case.id.label("case_id"),
            literal(_ORDER[kind]).label("place"),
            (table.id if key is None else key).label("key"),
            moment.label("moment"),
        )
        of_cases = told.select_from(table).join(Case, Case.id == table.case_id)
        return of_cases.where(own, within(moment), *more)

    came = select(
        Case.id.label("case_id"),
        literal(_ORDER[RecordKind.APPLICATION]).label("place"),
        Case.id.label("key"),
        Case.received_at.label("moment"),
    ).where(own, Case.kind == CaseKind.GRANT, within(Case.received_at))
    decided = select(Decision.id).where(Decision.execution.is_(False))
    among_letters = select(Letter.id).where(Letter.completion_id == Completion.id)
    asked = rows(RecordKind.COMPLETION, Completion, CompletionBatch.at, ~among_letters.exists())
    had = (
        exists()
        .where(SentItem.round_id == ItemDecision.round_id, day_in_sweden(SentItem.at) <= ItemDecision.met_on)
        .correlate(ItemDecision)
    )
    came_in = sql_case(  # a row may be entered after the extract of its meeting came
        (ItemDecision.extract_at > Decision.decided_at, ItemDecision.extract_at), else_=Decision.decided_at
    )

    def of_meeting(kind: RecordKind, moment: Any, *more: ColumnElement[bool]) -> Select[Any]:  # noqa: ANN401 - a column, or a choice of two
        made = rows(kind, Decision, moment, *more)
        return made.join(ItemDecision, ItemDecision.id == Decision.item_decision_id)

    note = CollectionNote
    parts: list[Any] = [
        came,
        rows(RecordKind.DOCUMENT, Document, Document.recorded_at),
        rows(RecordKind.LETTER, Letter, Letter.sent_at),
        asked.join(CompletionBatch, CompletionBatch.id == Completion.batch_id),
        rows(RecordKind.NOTE, Note, Note.at, Note.official.is_(True)),
        rows(RecordKind.DECISION, Decision, Decision.decided_at, Decision.execution.is_(False)),
        rows(RecordKind.REPORT, Basis, Basis.at, Basis.decision_id.in_(decided)),
        rows(RecordKind.REPLY, Communication, Communication.replied_at),
        rows(RecordKind.GRANT_REPORT, GrantReport, GrantReport.noted_at, GrantReport.received_on.is_not(None)),
        rows(RecordKind.COURT, DecisionEvent, DecisionEvent.at, DecisionEvent.what.in_(COURT_EVENTS)),
        rows(RecordKind.PAYMENT, BasisRow, PaymentBasis.left_at, BasisRow.out_at.is_(None)).join(
            PaymentBasis, PaymentBasis.id == BasisRow.basis_id
        ),
        rows(RecordKind.GROUP, Review, Meeting.approved_at, Review.outcome != "").join(
            Meeting, Meeting.id == Review.meeting_id
        ),
        rows(RecordKind.CLAIM_TOLD, Reclaim, Reclaim.communicated_at),
        rows(RecordKind.CLAIM_REPLY, Reclaim, Reclaim.replied_at),
        rows(RecordKind.ENDING_TOLD, SupportEnding, SupportEnding.told_at),
        rows(RecordKind.ENDING_REPLY, SupportEnding, SupportEnding.replied_at),
        rows(RecordKind.CHANGE, GrantChange, GrantChange.at),
        of_meeting(RecordKind.ITEM, Decision.decided_at, had),
        of_meeting(RecordKind.EXTRACT, came_in, ItemDecision.extract_at.is_not(None)),
        rows(RecordKind.INVOICE, Reclaim, note.at, note.step == CollectionStep.INVOICED, key=note.id).join(
            note, note.reclaim_id == Reclaim.id
        ),
    ]
    return union_all(*parts).subquery()


def records_of_cases(session: Session, cases: Collection[int]) -> list[RecordPlace]:
    """The records of some cases, each case's in their order."""
    kinds = list(RecordKind)
    found: list[RecordPlace] = []
    for some in in_parts(sorted(cases), 500):
        each = _each(Case.id.in_(some))
        serial = func.row_number().over(partition_by=each.c.case_id, order_by=(each.c.moment, each.c.place, each.c.key))
        rows = session.execute(
            select(each.c.case_id, serial, each.c.place, each.c.key, each.c.moment).order_by(
                each.c.case_id, each.c.moment, each.c.place, each.c.key
            )
        )
        found += [RecordPlace(case, number, kinds[place], key, at) for case, number, place, key, at in rows]
    return found


def count_records(session: Session, seen: ColumnElement[bool], since: datetime, until: datetime) -> int:
    """How many records there are of a time, of the cases that a condition lets through."""
    return session.scalar(select(func.count()).select_from(_each(seen, since, until))) or 0


def records_between(session: Session, seen: ColumnElement[bool], since: datetime, until: datetime) -> list[RecordPlace]:
    """What became a record in a time, of the cases that a condition lets through, in the order that it did."""
    each = _each(seen, since, until)
    wanted = {
        (place, key): case for case, place, key in session.execute(select(each.c.case_id, each.c.place, each.c.key))
    }
    all_of_them = records_of_cases(session, set(wanted.values()))
    found = [row for row in all_of_them if (_ORDER[row.kind], row.key) in wanted]
    return sorted(found, key=lambda row: (row.at, row.case_id, row.serial))


def marks_of_records(session: Session, cases: Collection[int]) -> dict[tuple[RecordKind, int], RecordMark]:
    """What is noted of the records of some cases."""
    found = {}
    for some in in_parts(sorted(cases), 500):
        for row in session.scalars(select(RecordMark).where(RecordMark.case_id.in_(some))):
            found[row.kind, row.key] = row
    return found


def record_mark(session: Session, kind: RecordKind, key: int) -> RecordMark | None:
    """What is noted of one record."""
    return session.scalar(select(RecordMark).where(RecordMark.kind == kind, RecordMark.key == key))


def times_of_lists(session: Session, board_id: int) -> Sequence[Any]:
    """(since, until, at) of every list that was made, in the order that they were."""
    wanted = select(RegistryList.since, RegistryList.until, RegistryList.at).where(RegistryList.board_id == board_id)
    return session.execute(wanted.order_by(RegistryList.id)).all()


def registry_lists(session: Session, board_id: int, *, most: int) -> Sequence[RegistryList]:
    """The lists that were made, the newest first."""
    wanted = select(RegistryList).where(RegistryList.board_id == board_id)
    return session.scalars(wanted.order_by(RegistryList.until.desc(), RegistryList.id.desc()).limit(most)).all()
