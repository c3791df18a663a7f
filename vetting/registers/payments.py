"""Payments: planned, paid and stopped, each instalment of each grant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import select

from vetting.associations.models.associations import Association
from vetting.casework.models.cases import Case, GrantApplication, seen_by
from vetting.casework.models.decisions import Decision
from vetting.grants.domain.instalments import CONDITION_WORDS
from vetting.kernel.dates import day_here
from vetting.kernel.organisation_numbers import format_number, mask_personal_numbers
from vetting.kernel.register_days import RegisterDay
from vetting.kernel.register_tables import REGISTER_WORDS, RegisterName
from vetting.kernel.roles import Action, function_in_words
from vetting.kernel.text import Words, _, join_words, same_in_both
from vetting.money.domain.attests import ATTEST_WORDS
from vetting.money.models.payment_batches import bases_of_payments
from vetting.money.models.payments import Payment, PaymentAttest, attests_of, set_offs_of
from vetting.registers.columns import (
    SheetDefinition,
    cases_chosen,
    day_by_then,
    day_column,
    money_column,
    number_column,
    of_keys,
    on_days,
    paid_day_then,
    paid_then,
    scheme_name,
    stopped_on_day,
    text_column,
    until_then,
)

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import ColumnElement, Select

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session
    from vetting.money.models.payment_batches import PaymentBatch
    from vetting.registers.columns import RegisterSelection


class PaymentRegisterRow(NamedTuple):
    """One instalment."""

    payment: Payment
    case: Case
    decision: Decision
    number: str | None
    scheme: str | None
    attests: tuple[PaymentAttest, ...] = ()
    basis: str = ""
    """The batch that it left or is to leave in."""
    set_off: int = 0
    """Öre of claims taken from it."""
    stopped_on: date | None = None
    as_of: date | None = None
    """The day whose state it shows."""

    def then(self, day: date | None) -> date | None:
        """A day that had been."""
        return day_by_then(day, self.as_of)


def _attests_in_words(row: PaymentRegisterRow) -> Words:
    """Who answered for what, and when; where it is done in the finance system nothing is known here."""
    said = [
        ATTEST_WORDS[one.kind] + same_in_both(f" {day_here(one.at)}, ") + function_in_words(one.by_function)
        for one in row.attests
        if row.then(day_here(one.at))
    ]
    return join_words(said, "; ")


SHEET: Final[SheetDefinition[PaymentRegisterRow]] = SheetDefinition(
    REGISTER_WORDS[RegisterName.PAYMENTS],
    (
        text_column(_("Ärendenr"), lambda row: row.case.number),
        text_column(_("Förening"), lambda row: mask_personal_numbers(row.case.name)),
        text_column(_("Org.nr"), lambda row: format_number(row.number) if row.number else ""),
        text_column(_("Bidragsform"), lambda row: row.scheme or ""),
        number_column(_("Delbetalning"), lambda row: row.payment.place),
        money_column(_("Belopp kr"), lambda row: row.payment.amount, total=lambda *_of: Payment.amount + 0),
        day_column(_("Beslutsdatum"), lambda row: row.decision.decided_on),
        text_column(_("§"), lambda row: row.decision.paragraph),
        day_column(_("Planerad"), lambda row: row.payment.planned_on),
        text_column(
            _("Villkor för delbetalningen"),
            lambda row: CONDITION_WORDS[row.payment.after] if row.payment.after is not None else "",
        ),
        text_column(_("Attesterad (datum, funktion)"), _attests_in_words),
        text_column(_("Fil"), lambda row: row.basis),
        money_column(_("Kvittat kr"), lambda row: row.set_off or None, total=None),
        day_column(_("Betald"), lambda row: paid_day_then(row.payment, row.as_of)),
        text_column(_("Verifikation"), lambda row: row.payment.verification if row.then(row.payment.paid_on) else ""),
        day_column(_("I retur"), lambda row: row.then(row.payment.returned_on)),
        day_column(_("Stoppad"), lambda row: row.stopped_on),
    ),
    leading=(
        "Förening",
        "Ärendenr",
        "Bidragsform",
        "Delbetalning",
        "Belopp kr",
        "Beslutsdatum",
        "Planerad",
        "Attesterad (datum, funktion)",
        "Fil",
        "Betald",
        "Verifikation",
        "Stoppad",
    ),
    brief=("Förening", "Belopp kr", "Planerad", "Betald"),
)


def _day(selection: RegisterSelection) -> Any:  # noqa: ANN401 - a column of days
    """The day that the register goes by."""
    match selection.by:
        case RegisterDay.PLANNED:
            return Payment.planned_on
        case RegisterDay.PAID:
            return paid_then(selection)
        case _:
            return Decision.decided_on


def payment_rows(session: Session, selection: RegisterSelection) -> list[PaymentRegisterRow]:
    """The payments in cases that this person may see, by the day they are planned."""
    found = session.execute(
        select(Payment, Case, Decision, Association.number, scheme_name())
        .join(Case, Case.id == Payment.case_id)
        .join(Decision, Decision.id == Payment.decision_id)
        .outerjoin(GrantApplication, GrantApplication.case_id == Case.id)
        .outerjoin(Association, Association.id == Case.association_id)
        .where(*_conditions(selection, session.person), *of_keys(selection, Payment.id))
        .order_by(Payment.planned_on, Payment.id)
    )
    rows = [PaymentRegisterRow(*row) for row in found]
    keys = [row.payment.id for row in rows]
    stopped = stopped_on_day(session, keys, selection)
    made, bases, set_offs = attests_of(session, keys), bases_of_payments(session, keys), set_offs_of(session, keys)
    return [
        row._replace(
            attests=tuple(made.get(row.payment.id, ())),
            basis=bases[row.payment.id][0].number
            if row.payment.id in bases and _left_by_then(bases[row.payment.id][0], selection)
            else "",
            stopped_on=stopped.get(row.payment.id),
            as_of=selection.as_of,
            set_off=sum(one.amount for one in set_offs.get(row.payment.id, ())),
        )
        for row in rows
    ]


def _left_by_then(basis: PaymentBatch, selection: RegisterSelection) -> bool:
    left = basis.left_at
    return left is not None and day_by_then(day_here(left), selection.as_of) is not None


def payment_keys(selection: RegisterSelection, by: Person) -> Select[int]:
    """The payments of the rows, the last planned first."""
    return (
        select(Payment.id)
        .join(Case, Case.id == Payment.case_id)
        .join(Decision, Decision.id == Payment.decision_id)
        .outerjoin(Association, Association.id == Case.association_id)
        .where(Payment.board_id == by.board_id, *_conditions(selection, by, by_key=True))
        .order_by(Payment.planned_on.desc(), Payment.id.desc())
    )


def _conditions(selection: RegisterSelection, by: Person, *, by_key: bool = False) -> list[ColumnElement[bool]]:
    return [
        seen_by(by, Action.READ_REGISTERS, by_key=by_key or selection.keys is not None),
        *on_days(selection, _day(selection)),
        *until_then(selection, Decision.decided_on),
        *cases_chosen(selection),
    ]
