"""Follow-up: each grant that is to be reported, when and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import and_, func, select

from vetting.associations.models.associations import Association
from vetting.casework.models.cases import Case, seen_by
from vetting.casework.models.decisions import Decision, current_grants
from vetting.kernel.dates import day_here
from vetting.kernel.organisation_numbers import format_number, mask_personal_numbers
from vetting.kernel.register_days import RegisterDay
from vetting.kernel.register_tables import REGISTER_WORDS, RegisterName
from vetting.kernel.roles import Action
from vetting.kernel.text import NO_WORDS, Words, _
from vetting.money.domain.reports import FINDING_WORDS, ReportFinding, amount_left
from vetting.money.models.payments import Payment
from vetting.money.models.reports import GrantReport, report_due
from vetting.money.models.unused_money import UnusedMoney
from vetting.registers.columns import (
    SheetDefinition,
    as_whole_number,
    cases_chosen,
    day_by_then,
    day_column,
    decision_keys,
    followed_up_at,
    money_column,
    of_keys,
    on_days,
    paid_then,
    report_came,
    text_column,
    until_then,
)

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import ColumnElement, Select

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session
    from vetting.registers.columns import RegisterSelection


class FollowUpRegisterRow(NamedTuple):
    """One grant, by the decision that holds."""

    decision: Decision
    case: Case
    number: str | None
    report: GrantReport | None
    due_on: date | None
    paid: int
    unused: UnusedMoney | None
    followed_up_at: datetime | None
    """When a person noted that it is gone through, with its report or without."""
    as_of: date | None = None
    """The day whose state it shows."""

    @property
    def came_on(self) -> date | None:
        """When it came; of a day, when it came first, if it has been completed since."""
        if self.report is None:
            return None
        first = self.report.first_received_on if self.as_of is not None else None
        return first or self.report.received_on

    @property
    def paid_back(self) -> int | None:
        """What has come back; None where nothing is asked, and of a day before the last of it came."""
        if self.unused is None or (self.unused.paid_on and not day_by_then(self.unused.paid_on, self.as_of)):
            return None
        return self.unused.paid

    @property
    def left(self) -> int | None:
        """What the association says that it has not used; None where it says nothing, or said it later."""
        if self.report is None or (self.report.received_on and not day_by_then(self.report.received_on, self.as_of)):
            return None
        return amount_left(self.paid, self.report.used) if self.report.used is not None else None

    @property
    def read_on(self) -> date | None:
        """When a person last went through it, with its report or without."""
        if self.report is None or self.report.read_at is None:
            return day_here(self.followed_up_at) if self.followed_up_at else None
        return day_by_then(day_here(self.report.read_at), self.as_of)

    @property
    def finding(self) -> Words:
        found = self.report.finding if self.report and (self.as_of is None or self.read_on) else None
        if found is None and self.came_on is None and self.followed_up_at:
            return _("Uppföljd utan redovisning")
        return FINDING_WORDS[found] if found is not None else NO_WORDS

    @property
    def deviation(self) -> str:
        apart = {ReportFinding.DEVIATES, ReportFinding.INCOMPLETE}
        return self.report.found if self.report is not None and self.finding.sv and self.report.finding in apart else ""


SHEET: Final[SheetDefinition[FollowUpRegisterRow]] = SheetDefinition(
    REGISTER_WORDS[RegisterName.FOLLOW_UP],
    (
        text_column(_("Ärendenr"), lambda row: row.case.number),
        text_column(_("Förening"), lambda row: mask_personal_numbers(row.case.name)),
        text_column(_("Org.nr"), lambda row: format_number(row.number) if row.number else ""),
        money_column(_("Beviljat kr"), lambda row: row.decision.amount, total=lambda *_of: Decision.amount + 0),
        day_column(_("Redovisning senast"), lambda row: row.due_on),
        day_column(_("Inkom"), lambda row: row.came_on),
        text_column(_("Granskning"), lambda row: row.finding),
        day_column(_("Genomgången"), lambda row: row.read_on),
        text_column(_("Avvikelse"), lambda row: mask_personal_numbers(row.deviation)),
        money_column(_("Oförbrukat kr"), lambda row: row.left, total=None),
        money_column(_("Återbetalat kr"), lambda row: row.paid_back, total=None),
    ),
    leading=(
        "Förening",
        "Ärendenr",
        "Org.nr",
        "Beviljat kr",
        "Redovisning senast",
        "Inkom",
        "Granskning",
        "Genomgången",
        "Avvikelse",
        "Oförbrukat kr",
        "Återbetalat kr",
    ),
    brief=("Förening", "Beviljat kr", "Redovisning senast", "Granskning"),
)


def follow_up_rows(session: Session, selection: RegisterSelection) -> list[FollowUpRegisterRow]:
    """The grants in cases that this person may see, by the day of decision."""
    paid = select(func.sum(Payment.amount)).where(Payment.case_id == Case.id, paid_then(selection).is_not(None))
    came, asked = until_then(selection, report_came(selection)), until_then(selection, UnusedMoney.asked_on)
    found = session.execute(
        select(
            Decision,
            Case,
            Association.number,
            GrantReport,
            report_due(),
            paid.scalar_subquery(),
            UnusedMoney,
            followed_up_at(selection),
        )
        .join(Case, Case.id == Decision.case_id)
        .outerjoin(GrantReport, and_(GrantReport.case_id == Case.id, *came))
        .outerjoin(UnusedMoney, and_(UnusedMoney.case_id == Case.id, *asked))
        .outerjoin(Association, Association.id == Case.association_id)
        .where(*_conditions(selection, session.person), *of_keys(selection, Decision.id))
        .order_by(Decision.decided_on, Decision.id)
    )
    return [
        FollowUpRegisterRow(
            decision, case, number, report, due, as_whole_number(sum_paid) or 0, unused, followed_up, selection.as_of
        )
        for decision, case, number, report, due, sum_paid, unused, followed_up in found
    ]


def follow_up_keys(selection: RegisterSelection, by: Person) -> Select[int]:
    """The decisions of the rows, the newest first."""
    return decision_keys(by, _conditions(selection, by, by_key=True))


def _day(selection: RegisterSelection) -> Any:  # noqa: ANN401 - a column of days
    if selection.by is RegisterDay.DUE:
        return report_due()
    if selection.by is RegisterDay.RECEIVED:
        came = select(report_came(selection)).where(GrantReport.case_id == Case.id)
        return came.correlate(Case).scalar_subquery()
    return Decision.decided_on


def _conditions(selection: RegisterSelection, by: Person, *, by_key: bool = False) -> list[ColumnElement[bool]]:
    return [
        seen_by(by, Action.READ_REGISTERS, by_key=by_key or selection.keys is not None),
        current_grants(as_of=selection.as_of),
        *until_then(selection, Decision.decided_on),
        *on_days(selection, _day(selection)),
        *cases_chosen(selection),
    ]
