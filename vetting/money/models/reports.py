"""Reports on grants: one for each grant, from the day it is due to what a person found in it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, and_, case, func, or_, select
from sqlalchemy.orm import Mapped

from vetting.casework.domain.cases import CaseMarkKind, CaseState
from vetting.casework.models.cases import Case, CaseMark
from vetting.casework.models.facts import GivenFacts, speaks_of
from vetting.grants.models.rounds import Round
from vetting.kernel.store.base import Base, personal_column, public_column, register_enum_types
from vetting.kernel.store.case_rows import case_rows
from vetting.kernel.store.import_batches import is_batch_not_undone
from vetting.money.domain.reports import ReportFinding, ReportWay, UseRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement

    from vetting.kernel.store.session import Session

register_enum_types(ReportFinding, ReportWay)


class ReportContent:
    """What a report says, and what a person found in it."""

    way: Mapped[ReportWay | None] = public_column()
    used: Mapped[int | None] = public_column()
    """What the association says that it has used, in öre."""
    use_rows: Mapped[list[Any]] = public_column(JSON, default=list)
    """[what, öre] of each."""
    activity: Mapped[str] = personal_column(default="")
    women: Mapped[int | None] = public_column()
    men: Mapped[int | None] = public_column()
    others: Mapped[int | None] = public_column()
    """Participants of another sex, or of whom it is not said."""
    found: Mapped[str] = personal_column(default="")
    """What a person found, in their words."""
    read_at: Mapped[datetime | None] = public_column()
    read_by_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))


REPORT_CONTENT: Final = tuple(ReportContent.__annotations__)
"""The names of its columns."""


class GrantReport(ReportContent, Base):
    """A grant's report. It is there from when its day is another than its round's, or from when it came."""

    __tablename__ = "grant_reports"
    __table_args__ = (
        UniqueConstraint("case_id"),
        Index(None, "board_id", "received_on", "id"),
        Index(None, "board_id", "due_on"),
    )

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    case_id: Mapped[int] = public_column(ForeignKey("cases.id"))
    due_on: Mapped[date | None] = public_column()
    """The day it is to come, where that is another than its round's."""
    received_on: Mapped[date | None] = public_column()
    first_received_on: Mapped[date | None] = public_column()
    """The day it first came, of one that had to be completed; None of what was noted before that was kept."""
    noted_at: Mapped[datetime | None] = public_column()
    noted_by_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))
    finding: Mapped[ReportFinding | None] = public_column()
    complete_by: Mapped[date | None] = public_column()
    """Of one that is to be completed: until when."""
    requirements: Mapped[dict[str, bool]] = public_column(JSON, default=dict, server_default="{}")
    """Answers on the requirements of the grant period: criterion id -> whether it was met, without those not tried."""
    version: Mapped[int] = public_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name

    @property
    def rows(self) -> list[UseRow]:
        return [UseRow(what, amount) for what, amount in self.use_rows]

    @property
    def own_day(self) -> date | None:
        """The day it is to come or to be completed, where that is another than its round's."""
        return self.complete_by if self.finding is ReportFinding.INCOMPLETE else self.due_on

    @property
    def has_come(self) -> bool:
        """Whether there is a report that a person can go through, or has."""
        return self.received_on is not None and self.finding is not ReportFinding.INCOMPLETE


class PartReport(ReportContent, Base):
    """A report that an instalment waited for, as it stood when that was paid; then the whole grant is reported."""

    __tablename__ = "part_reports"
    __table_args__ = (UniqueConstraint("case_id", "place"),)

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    case_id: Mapped[int] = public_column(ForeignKey("cases.id"))
    place: Mapped[int] = public_column()
    """Of the instalment that was paid on it."""
    received_on: Mapped[date] = public_column()
    finding: Mapped[ReportFinding] = public_column()


def part_reports(session: Session, case_id: int) -> Sequence[PartReport]:
    """What was reported before earlier instalments, in order."""
    return session.scalars(select(PartReport).where(PartReport.case_id == case_id).order_by(PartReport.place)).all()


def report_of(session: Session, case_id: int) -> GrantReport | None:
    """A grant's report; None where nothing is known of one."""
    return next(iter(case_rows(session, GrantReport, case_id, GrantReport.id)), None)


def report_first_due() -> ColumnElement[date | None]:
    """Of cases: the day that the report is first to come, whatever is asked for after that."""
    own = select(GrantReport.due_on).where(GrantReport.case_id == Case.id)
    of_round = select(Round.report_on).where(Round.id == Case.round_id)
    return func.coalesce(own.correlate(Case).scalar_subquery(), of_round.correlate(Case).scalar_subquery())


def report_due() -> ColumnElement[date | None]:
    """Of cases: the day that the report is to come: to be completed, its own, or that of its round."""
    own = select(
        case((GrantReport.finding == ReportFinding.INCOMPLETE.value, GrantReport.complete_by), else_=GrantReport.due_on)
    ).where(GrantReport.case_id == Case.id)
    of_round = select(Round.report_on).where(Round.id == Case.round_id)
    return func.coalesce(own.correlate(Case).scalar_subquery(), of_round.correlate(Case).scalar_subquery())


AMOUNT_REPORTED: Final = "amount_reported"


def has_legacy_report() -> ColumnElement[bool]:
    """Of cases: a report came before reports were things of their own: what was used was noted, and nothing else."""
    noted = select(GrantReport.id).where(GrantReport.case_id == Case.id, GrantReport.received_on.is_not(None))
    told = select(GivenFacts.id).where(
        GivenFacts.case_id == Case.id,
        speaks_of(GivenFacts.of_case, AMOUNT_REPORTED),
        is_batch_not_undone(GivenFacts.batch_id),
    )
    part = select(PartReport.id).where(PartReport.case_id == Case.id)
    return and_(~noted.correlate(Case).exists(), ~part.correlate(Case).exists(), told.correlate(Case).exists())


def report_has_come() -> ColumnElement[bool]:
    """Of cases: there is a report that a person can go through, or has."""
    came = select(GrantReport.id).where(
        GrantReport.case_id == Case.id,
        GrantReport.received_on.is_not(None),
        or_(GrantReport.finding.is_(None), GrantReport.finding != ReportFinding.INCOMPLETE.value),
    )
    return or_(came.correlate(Case).exists(), has_legacy_report())


def report_is_unread() -> ColumnElement[bool]:
    """Of cases: a report has come, and nobody has gone through it."""
    unread = select(GrantReport.id).where(
        and_(GrantReport.case_id == Case.id, GrantReport.received_on.is_not(None), GrantReport.finding.is_(None))
    )
    followed_up = select(CaseMark.id).where(
        CaseMark.case_id == Case.id, CaseMark.kind == CaseMarkKind.FOLLOWED_UP.value, CaseMark.withdrawn_at.is_(None)
    )
    before = and_(Case.state == CaseState.REPORTING, has_legacy_report(), ~followed_up.correlate(Case).exists())
    return or_(unread.correlate(Case).exists(), before)
