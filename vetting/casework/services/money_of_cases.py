"""Functions on payments, reclaims and grant reports that casework calls; the package of money supplies them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from vetting.kernel.hooks import Hook

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy import ColumnElement, ScalarSelect, Select

    from vetting.casework.domain.letters import LetterKind, MoneyInLetter
    from vetting.casework.models.cases import Case
    from vetting.casework.models.decisions import Decision
    from vetting.casework.services.letters import WritableLetter
    from vetting.kernel.store.session import Session, WritingSession


class MoneyOfCases(Protocol):
    """Payments, reclaims and reports of cases. Amounts are in öre; an expression is about the row of `Case`."""

    def awaits_report(self) -> ColumnElement[bool]:
        """Tells grants that are to be reported and whose report has not come."""

    def overdue_reports(self, on: Any, /) -> ColumnElement[bool]:  # noqa: ANN401 - a day, or a column or parameter for one
        """Tells grants whose report was due before a day and has not come."""

    def report_due(self) -> ColumnElement[date | None]:
        """Gives the day that the report of a grant is due."""

    def report_is_unread(self) -> ColumnElement[bool]:
        """Tells cases with a report that nobody has gone through."""

    def paid_in(self, cases: ColumnElement[bool], /) -> ScalarSelect[int]:
        """Sums what has been paid in some cases."""

    def has_measure(self) -> ColumnElement[bool]:
        """Tells cases with a stopped payment, or with a decided reclaim that is not quashed."""

    def examinations(self, cases: ColumnElement[bool], /) -> Sequence[Select[int | None, int, int | None]]:
        """Finds (association, case, officer) of stopped payments and of accounts that wait to be checked."""

    def has_paid(self, session: Session, case_id: int, /) -> bool:
        """Tells whether something of a grant is paid."""

    def is_stopped(self, session: Session, case_id: int, /) -> bool:
        """Tells whether a payment that is left is stopped."""

    def plan_grant(self, session: WritingSession, case: Case, decision: Decision, instalments: str, /) -> bool:
        """Plans the payments of a decided grant and the day of its report. Returns whether anything is left to pay.

        Raises:
            Refused: the instalments do not sum to what is granted.
        """

    def cancel_planned_payments(self, session: Session, case_id: int, /) -> None:
        """Cancels what has not been paid on what was decided in a case."""

    def undo_measures(self, session: Session, case_id: int, fallen: set[int], stopped_since: date | None, /) -> None:
        """Undoes what quashed decisions did. stopped_since: the day of the stop that is in force without them."""

    def move_report_day(self, session: WritingSession, case: Case, due_on: date, /) -> None:
        """Sets the day that the report of a grant is due."""

    def payment_to_correct(self, session: WritingSession, decision: Decision, amount: int, /) -> object | None:
        """Finds the payment that takes the difference when the amount of a decision is corrected to another."""

    def correct_payment(self, session: WritingSession, payment: object, difference: int, /) -> None:
        """Adds a difference to a payment, and takes its attests away."""

    def note_correction(self, session: WritingSession, payment: object, /) -> None:
        """Writes the audit log entry of a corrected payment."""

    def writable_letters(self, session: Session, case: Case, on: date, /) -> list[WritableLetter]:
        """Lists the letters about reports and reclaims that can be written on a day."""

    def content_of_report(self, session: Session, case: Case, kind: LetterKind, on: date, /) -> MoneyInLetter:
        """Gives what a letter about a report, or about money that was not used, says."""

    def content_of_reminder(self, session: Session, reclaim_id: int, on: date, /) -> MoneyInLetter:
        """Gives what a reminder of a reclaim says."""

    def content_of_decision(
        self, session: Session, case: Case, decision: Decision, kind: LetterKind, /
    ) -> MoneyInLetter:
        """Gives what the letter of a decision says of payments, reports and reclaims."""


MONEY: Final = Hook[MoneyOfCases]("money of cases")
