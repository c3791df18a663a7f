"""Which granted cases owe a report: what their decision asks for and has not come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, and_, cast, exists, or_

from vetting.casework.domain.cases import CaseMarkKind, CaseState
from vetting.casework.models.cases import Case, CaseMark, in_states
from vetting.casework.models.decisions import Decision, current_decisions
from vetting.kernel.decision_outcomes import Reservation
from vetting.money.models.reports import report_due, report_has_come

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement


def overdue_reports(on: Any) -> ColumnElement[bool]:  # noqa: ANN401 - a day, or a column or a parameter for one
    """Grants whose report was due before a day and has not come."""
    return and_(awaits_report(), report_due() < on)


def late_reports(on: Any) -> ColumnElement[bool]:  # noqa: ANN401 - a day, or a column or a parameter for one
    """Overdue reports of cases in follow-up; a case that was closed without its report is not among them."""
    return and_(in_states([CaseState.REPORTING]), overdue_reports(on))


def awaits_report() -> ColumnElement[bool]:
    """Grants that are to be reported, and no report of has come that is not to be completed."""
    gone_through = exists().where(
        CaseMark.case_id == Case.id, CaseMark.kind == CaseMarkKind.FOLLOWED_UP.value, CaseMark.withdrawn_at.is_(None)
    )
    not_asked_for = exists().where(  # what its decision does not say, nobody has failed to do
        Decision.case_id == Case.id,
        Decision.kind == "grant",
        current_decisions(),
        cast(Decision.reservations, Text).not_like(f'%"{Reservation.REPORT.value}"%'),
    )
    closed_without = exists().where(  # closing a case makes no report of it
        CaseMark.case_id == Case.id,
        CaseMark.kind == CaseMarkKind.CLOSED_UNREPORTED.value,
        CaseMark.withdrawn_at.is_(None),
    )
    waits = or_(Case.state == CaseState.REPORTING, and_(Case.state == CaseState.CLOSED, closed_without.correlate(Case)))
    return and_(waits, ~report_has_come(), ~gone_through.correlate(Case), ~not_asked_for.correlate(Case))
