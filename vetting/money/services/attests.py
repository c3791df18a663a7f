"""A payment is attested by two: its facts by who handles the case, the decision by who answers for the cost centre."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetting.casework.domain.cases import OPEN
from vetting.casework.models.corrections import corrected_by
from vetting.casework.models.decisions import Decision
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import SEPARATION_WORDS, Action, SeparationOfDuties
from vetting.kernel.text import NO_WORDS, _
from vetting.money.domain.attests import AttestKind, next_attest
from vetting.money.domain.payment_holds import PaymentOverride
from vetting.money.models.payments import PaymentAttest, attests_of, find_payment
from vetting.people import habits_of, require_permission
from vetting.people.domain.ways_of_working import BoardOption
from vetting.people.models.people import Board

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vetting.casework.models.cases import Case
    from vetting.kernel.store.session import Session, WritingSession
    from vetting.money.models.payments import Payment

NEEDS = {AttestKind.FACTS: Action.HANDLE, AttestKind.DECISION: Action.ATTEST}
"""What it takes to attest."""


def attests_here(session: Session, board_id: int) -> bool:
    """Whether a board attests its payments here; else that is done in the finance system."""
    return BoardOption.ATTEST_HERE in habits_of(session.get_one(Board, board_id))


def attest(session: WritingSession, key: int, kind: AttestKind, *, version: int | None) -> PaymentAttest:
    """Somebody answers for a payment; nobody for both, and who decided the grant only where the board says so.

    Raises:
        Refused: no such payment for them, paid, stopped or changed; attested already or not in its turn; or by one who
            has attested its facts or decided the grant.
    """
    require_permission(session.person, NEEDS[kind])
    found = find_payment(session, key, NEEDS[kind])
    if found is None:
        raise Refused(Obstacle.MISSING)
    payment, case = found
    made = {row.kind: row for row in attests_of(session, [payment.id]).get(payment.id, ())}
    _refuse_not_open(payment, case, version)
    if next_attest(made) is not kind:
        what = _("Utbetalningen är redan attesterad.") if kind in made else _("Sakattesten saknas.")
        raise Refused(Obstacle.STALE, Problem(case.number, what, _("Öppna listan på nytt.")))
    decision = session.get_one(Decision, payment.decision_id)
    facts = made.get(AttestKind.FACTS)
    if facts is not None and facts.by_user_id == session.person.id:
        clash = SEPARATION_WORDS[SeparationOfDuties.ATTEST_BOTH]
        raise Refused(Obstacle.FORBIDDEN, Problem(case.number, clash, NO_WORDS))
    habits = habits_of(session.get_one(Board, case.board_id))
    deciders = {decision.by_user_id, *(person for _case, person in session.execute(corrected_by([case.id])))}
    if session.person.id in deciders and BoardOption.DECIDER_ATTESTS not in habits:
        clash = SEPARATION_WORDS[SeparationOfDuties.ATTEST_OWN_DECISION]
        raise Refused(Obstacle.FORBIDDEN, Problem(case.number, clash, NO_WORDS))
    row = PaymentAttest(
        payment_id=payment.id,
        kind=kind,
        amount=payment.amount,
        at=session.now,
        by_user_id=session.person.id,
        by_function=session.person.function,
    )
    session.add(row)
    session.flush()
    session.note("payment_attested", row, case_id=case.id, detail={"kind": kind.value})
    return row


def _refuse_not_open(payment: Payment, case: Case, version: int | None) -> None:
    if payment.paid_on is not None or (version is not None and payment.version != version):
        raise Refused(
            Obstacle.STALE,
            Problem(case.number, _("Utbetalningen är redan gjord eller ändrad."), _("Öppna listan på nytt.")),
        )
    if payment.stopped_on is not None or case.state in OPEN:
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                case.number,
                _("Utbetalningen är stoppad, eller ärendet öppnat igen."),
                _("Vänta på beslutet."),
            ),
        )


def lacks_attest(payment: Payment, attests: Iterable[PaymentAttest]) -> bool:
    """Whether somebody is still to answer for a payment at the amount that it has now."""
    return next_attest({row.kind for row in attests if row.amount == payment.amount}) is not None


def refuse_unattested(session: Session, payment: Payment, case: Case) -> None:
    """Where the board attests here, nothing is paid that two have not answered for, at that amount.

    Raises:
        Refused: an attest is missing.
    """
    if not attests_here(session, case.board_id) or PaymentOverride.UNATTESTED in payment.against:
        return
    if lacks_attest(payment, attests_of(session, [payment.id]).get(payment.id, ())):
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                case.number,
                _("Utbetalningen är inte attesterad."),
                _("Handläggaren ger sakattest, sedan ger en annan person beslutsattest."),
            ),
        )
