"""The lists of reports: to go through, late, awaited, gone through; and what lies beside one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, func, or_, select, tuple_

from vetting.casework.domain.cases import CaseState
from vetting.casework.models.cases import Case, seen_by
from vetting.casework.models.documents import Document
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.text import Words, _
from vetting.money.domain.reports import ReportFinding, amount_left
from vetting.money.models.owed_reports import awaits_report, late_reports
from vetting.money.models.payments import Payment
from vetting.money.models.reports import GrantReport, report_due, report_is_unread
from vetting.people.models.people import names_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session

REPORT_PAPER: Final = "report_document"
FAR: Final = date(9999, 12, 31)
"""Where a report has no day, it stands last."""
SHOWN_BACK: Final = timedelta(days=400)
"""So far back reports that are gone through are listed."""


class ReportList(StrEnum):
    """The lists, in the order they are looked at; a value stands in the address."""

    TO_READ = "granska"
    LATE = "sena"
    AWAITED = "vantas"
    READ = "klara"


LIST_WORDS: Final[Mapping[ReportList, Words]] = {
    ReportList.TO_READ: _("Att gå igenom"),
    ReportList.LATE: _("Ej inkomna"),
    ReportList.AWAITED: _("Väntas"),
    ReportList.READ: _("Genomgångna"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedReport:
    """One grant in a list of reports; amounts in öre. place_on: the day that it stands by in the list."""

    case: Case
    report: GrantReport | None
    due_on: date | None
    place_on: date
    paid: int

    @property
    def left(self) -> int:
        """What the association says that it has not used."""
        return amount_left(self.paid, self.report.used if self.report is not None else None)


def _place(shown: ReportList) -> ColumnElement[Any]:
    received = select(GrantReport.received_on).where(GrantReport.case_id == Case.id).correlate(Case).scalar_subquery()
    match shown:
        case ReportList.TO_READ | ReportList.READ:
            return func.coalesce(received, FAR)
        case ReportList.LATE | ReportList.AWAITED:
            return func.coalesce(report_due(), FAR)


def _of_list(shown: ReportList, on: date) -> ColumnElement[bool]:
    running = Case.state.in_([CaseState.REPORTING.value, CaseState.CLOSED.value])
    match shown:
        case ReportList.TO_READ:
            return and_(running, report_is_unread())
        case ReportList.LATE:
            return late_reports(on)
        case ReportList.AWAITED:
            has_time = or_(report_due() >= on, report_due().is_(None))
            return and_(Case.state == CaseState.REPORTING, awaits_report(), has_time)
        case ReportList.READ:
            gone = select(GrantReport.id).where(
                GrantReport.case_id == Case.id,
                GrantReport.finding.in_([ReportFinding.APPROVED.value, ReportFinding.DEVIATES.value]),
                GrantReport.received_on >= on - SHOWN_BACK,
            )
            return gone.correlate(Case).exists()


def _visible_grants(by: Person) -> ColumnElement[bool]:
    return and_(Case.board_id == by.board_id, seen_by(by), Case.kind == CaseKind.GRANT)


def count_reports(session: Session, on: date) -> dict[ReportList, int]:
    """List -> how many stand in it, of those that a person may see."""
    number = select(func.count(Case.id)).where(_visible_grants(session.person))
    asked = [number.where(_of_list(one, on)).scalar_subquery() for one in ReportList]
    return dict(zip(ReportList, session.execute(select(*asked)).one(), strict=True))


def listed_reports(
    session: Session, shown: ReportList, on: date, *, after: tuple[date, int] | None, most: int
) -> list[ListedReport]:
    """The grants of a list, the one that has waited longest first; those gone through by the day they came.

    after: the day and case of the last one before.
    """
    place = _place(shown)
    paid = select(func.coalesce(func.sum(Payment.amount), 0)).where(
        Payment.case_id == Case.id, Payment.paid_on.is_not(None)
    )
    wanted = (
        select(
            Case,
            GrantReport,
            report_due().label("due"),
            place.label("place"),
            paid.correlate(Case).scalar_subquery().label("paid"),
        )
        .outerjoin(GrantReport, GrantReport.case_id == Case.id)
        .where(_visible_grants(session.person), _of_list(shown, on))
        .order_by(place, Case.id)
        .limit(most)
    )
    if after:
        wanted = wanted.where(tuple_(place, Case.id) > after)
    return [
        ListedReport(case=case, report=report, due_on=due, place_on=at or FAR, paid=int(paid_sum))
        for case, report, due, at, paid_sum in session.execute(wanted)
    ]


def report_papers(session: Session, case: Case) -> Sequence[Document]:
    """The papers of a case that are its report, the newest first."""
    wanted = select(Document).where(Document.case_id == case.id, Document.type == REPORT_PAPER)
    return session.scalars(wanted.order_by(Document.id.desc())).all()


def reader_of(session: Session, report: GrantReport | None) -> str:
    key = report.read_by_id if report is not None else None
    return names_of(session, {key}).get(key, "") if key else ""
