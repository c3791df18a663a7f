"""Functions that casework calls by `vetting.casework.services.money_of_cases.MONEY`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select

from vetting.casework.models.cases import Case
from vetting.casework.models.decisions import quashed_decisions
from vetting.money.domain.reclaims import ReclaimState
from vetting.money.models.owed_reports import awaits_report, overdue_reports
from vetting.money.models.payment_batches import bases_of_payments, cancel_planned_payments
from vetting.money.models.payments import BankAccountChange, Payment, drop_attests, of_case, set_offs_of
from vetting.money.models.reclaims import Reclaim
from vetting.money.models.reports import report_due, report_is_unread
from vetting.money.services.letter_contents import (
    content_of_decision,
    content_of_reminder,
    content_of_report,
    writable_letters,
)
from vetting.money.services.planned_payments import plan_payments
from vetting.money.services.reports import move_report_day, plan_report

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import ColumnElement, ScalarSelect, Select

    from vetting.casework.models.decisions import Decision
    from vetting.kernel.store.session import Session, WritingSession

__all__ = [
    "awaits_report",
    "cancel_planned_payments",
    "content_of_decision",
    "content_of_reminder",
    "content_of_report",
    "correct_payment",
    "examinations",
    "has_measure",
    "has_paid",
    "is_stopped",
    "move_report_day",
    "note_correction",
    "overdue_reports",
    "paid_in",
    "payment_to_correct",
    "plan_grant",
    "report_due",
    "report_is_unread",
    "undo_measures",
    "writable_letters",
]


def paid_in(cases: ColumnElement[bool]) -> ScalarSelect[int]:
    """Sums what has been paid in some cases, in öre."""
    total = select(func.coalesce(func.sum(Payment.amount), 0)).join(Case, Case.id == Payment.case_id)
    return total.where(cases, Payment.paid_on.is_not(None)).scalar_subquery()


def has_measure() -> ColumnElement[bool]:
    """Tells cases with a payment that is stopped, or a reclaim that was decided."""
    stopped = select(Payment.id).where(Payment.case_id == Case.id, Payment.stopped_on.is_not(None)).exists()
    reclaimed = (
        select(Reclaim.id)
        .where(
            Reclaim.case_id == Case.id,
            Reclaim.reclaim_decision_id.is_not(None),
            Reclaim.reclaim_decision_id.not_in(quashed_decisions()),
        )
        .exists()
    )
    return or_(stopped, reclaimed)


def examinations(cases: ColumnElement[bool]) -> tuple[Select[int | None, int, int | None], ...]:
    """Finds payments that are held back, and new accounts that nobody has checked where something is to be paid."""
    found = select(Case.association_id, Case.id, Case.officer_id)
    stops = found.join(Payment, Payment.case_id == Case.id).where(
        cases, Payment.stopped_on.is_not(None), Payment.paid_on.is_(None)
    )
    accounts = (
        found.join(BankAccountChange, BankAccountChange.case_id == Case.id)
        .join(Payment, Payment.case_id == Case.id)
        .where(cases, BankAccountChange.checked_at.is_(None), Payment.paid_on.is_(None))
    )
    return stops, accounts


def has_paid(session: Session, case_id: int) -> bool:
    """Tells whether something of a grant is paid."""
    return any(row.paid_on is not None for row in of_case(session, case_id))


def is_stopped(session: Session, case_id: int) -> bool:
    """Tells whether a payment that is left is stopped."""
    return any(row.stopped_on is not None and row.paid_on is None for row in of_case(session, case_id))


def plan_grant(session: WritingSession, case: Case, decision: Decision, instalments: str) -> bool:
    """Plans the payments of a decided grant and the day of its report. Returns whether anything is left to pay.

    Raises:
        Refused: the instalments do not sum to what is granted.
    """
    plan_report(session, case, decision.decided_on)
    return bool(plan_payments(session, case, decision, instalments))


def undo_measures(session: Session, case_id: int, fallen: set[int], stopped_since: date | None) -> None:
    """Undoes what quashed decisions did to money: a stop ends, a lifted stop holds again, a reclaim asks for nothing.

    stopped_since: the day of the stop that is in force without them.
    """
    for reclaim in session.scalars(select(Reclaim).where(Reclaim.reclaim_decision_id.in_(fallen))):
        reclaim.state = ReclaimState.QUASHED
    for payment in of_case(session, case_id):
        if payment.paid_on is None:
            payment.stopped_on = stopped_since


def payment_to_correct(session: WritingSession, decision: Decision, amount: int) -> Payment | None:
    """Finds the last of its payments that lies in no batch, is not stopped, and can take the difference."""
    rows = [row for row in of_case(session, decision.case_id) if row.decision_id == decision.id]
    held = bases_of_payments(session, [row.id for row in rows])
    free = [row for row in rows if row.paid_on is None and row.stopped_on is None and row.id not in held]
    if not free:
        return None
    set_off = sum(one.amount for one in set_offs_of(session, [free[-1].id]).get(free[-1].id, ()))
    difference = amount - (decision.amount or 0)
    return free[-1] if free[-1].amount + difference > set_off else None


def correct_payment(session: WritingSession, payment: object, difference: int) -> None:
    """Adds a difference, in öre, to a payment, and takes its attests away."""
    row = _payment(payment)
    row.amount += difference
    drop_attests(session, [row.id])


def note_correction(session: WritingSession, payment: object) -> None:
    """Writes the audit log entry of a corrected payment."""
    row = _payment(payment)
    session.note("payment_corrected", row, case_id=row.case_id)


def _payment(found: object) -> Payment:
    if not isinstance(found, Payment):
        raise TypeError(found)
    return found
