"""What a decided grant is paid by: at once, or in the instalments of its proposal or its grant scheme."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from vetting.grants.domain.instalments import (
    PlannedInstalment,
    not_yet_paid,
    read_instalments,
    share_out,
)
from vetting.grants.models.rounds import Round, scheme_of_case
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.text import same_in_both
from vetting.kernel.working_days import first_open
from vetting.money.models.payment_batches import cancel_planned_payments
from vetting.money.models.payments import Payment
from vetting.money.models.payments import of_case as payments_of

if TYPE_CHECKING:
    from datetime import date

    from vetting.casework.models.cases import Case
    from vetting.casework.models.decisions import Decision
    from vetting.kernel.store.session import Session, WritingSession

PAY_AFTER: Final = timedelta(days=30)


def usual_instalments(session: Session, case: Case) -> str:
    """How its grant scheme says that grants are paid; empty where it says nothing."""
    scheme = scheme_of_case(session, case.scheme_id, case.round_id)
    return scheme.instalments if scheme is not None else ""


def planned_payment_day(session: Session, case: Case, on: date) -> date:
    """The day that a grant decided on a day is planned to be paid, or its first instalment."""
    found = session.get(Round, case.round_id) if case.round_id is not None else None
    by_round = found.payment_on if found is not None else None
    return by_round if by_round is not None and by_round >= on else first_open(on + PAY_AFTER)


def plan_payments(session: WritingSession, case: Case, decision: Decision, instalments: str) -> list[Payment]:
    """The payments that are left to make on a decided grant; those of a decision that it changes are taken away.

    instalments: how, in the lines of the proposal; empty: as the grant scheme says.

    Raises:
        Refused: the instalments do not sum to what is granted.
    """
    total = decision.amount or 0
    made = [payment for payment in payments_of(session, case.id) if payment.paid_on is not None]
    paid = sum(payment.amount for payment in made)
    if total <= paid:
        return []
    cancel_planned_payments(session, case.id)
    planned = planned_payment_day(session, case, session.today)
    rows, problems = read_instalments(instalments or usual_instalments(session, case))
    shared, unequal = share_out(rows, total, planned) if rows else ([PlannedInstalment(planned, total, None)], [])
    if problems or unequal:
        raise Refused(
            Obstacle.INVALID,
            *(
                Problem(case.number, same_in_both(f"{case.name}: ") + one.what, one.remedy)
                for one in problems + unequal
            ),
        )
    payments = [
        Payment(
            board_id=case.board_id,
            case_id=case.id,
            decision_id=decision.id,
            place=place,
            amount=one.amount,
            planned_on=one.on,
            after=one.after,
        )
        for place, one in enumerate(not_yet_paid(shared, paid), len(made) + 1)
    ]
    session.add_all(payments)
    return payments
