"""Batches of payments to the finance office: made of what is ready, undone before they leave, and left once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from vetting.associations.models.associations import Association
from vetting.boards.domain.ways_of_working import BoardHabit
from vetting.boards.models.people import Board, names_of
from vetting.boards.services.sign_in import require_permission
from vetting.boards.services.ways_of_working import habits_of
from vetting.cases.models.budget_lines_of_cases import lines_of_cases
from vetting.cases.models.cases import next_number
from vetting.decisions.models.decisions import Decision
from vetting.decisions.services.decision_makers import decided_by
from vetting.grants.models.rounds import Round
from vetting.kernel.dates import day_here
from vetting.kernel.organisation_numbers import format_number, mask_personal_numbers
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action, function_in_words
from vetting.kernel.store.leaving_batches import NOT_TO_LEAVE
from vetting.kernel.store.trail import TrailNote
from vetting.kernel.text import OFFICIAL, _, day_in_words, same_in_both
from vetting.kernel.working_days import closed_because, first_open
from vetting.payments.domain.attests import AttestKind
from vetting.payments.domain.payment_bases import BasisLine, LeftOutReason, giro_kind_of, payment_reference
from vetting.payments.models.payment_bases import (
    BasisRow,
    PaymentBasis,
    bases_of_payments,
    find_basis,
    rows_of_basis,
)
from vetting.payments.models.payments import find_payments
from vetting.payments.services.ready_payments import payments_until, sort_payments

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import WritingSession
    from vetting.payments.models.payments import Payment
    from vetting.payments.services.ready_payments import ReadyPayment, SortedPayments, UnreadyPayment
    from vetting.rules.services.rulebook import Rules

SERIES: Final = "UTB"
MOST_PAYMENTS: Final = 2_000


def payments_to_hand_over(session: Session, until: date, *, rules: Rules, by: Person, on: date) -> SortedPayments:
    """The payments planned by a day that are in no batch, by whether they can be put into one."""
    return sort_payments(session, payments_until(session, until, by), rules=rules, by=by, on=on)


def make_basis(
    session: WritingSession, until: date, pay_on: date | None, *, rules: Rules, by: Person, at: datetime
) -> PaymentBasis:
    """Puts every ready payment that is planned by a day into a batch, to be paid on a day when offices are open.

    Raises:
        Refused: nothing is ready, too much is, or the day to pay has been or is closed.
    """
    require_permission(by, Action.PAY)
    on = at.date()
    ready = payments_to_hand_over(session, until, rules=rules, by=by, on=on).ready
    asked = pay_on or first_open(on)
    problems = _wrong_day(asked, on)
    if not ready:
        what = _("Ingen utbetalning är klar att lämna till ekonomi.")
        problems.append(Problem("until", what, _("Se varför i listan, eller välj en senare dag.")))
    if len(ready) > MOST_PAYMENTS:
        what = _("Det är fler än {most} utbetalningar.", most=MOST_PAYMENTS)
        problems.append(Problem("until", what, _("Välj en tidigare dag.")))
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    return _keep_basis(session, ready, asked, by=by, at=at)


def put_into_basis(
    session: WritingSession, payments: Sequence[Payment], pay_on: date, *, rules: Rules, by: Person, at: datetime
) -> PaymentBasis:
    """Puts some payments into a batch of their own.

    Raises:
        Refused: one of them is not ready, or is in a batch.
    """
    require_permission(by, Action.PAY)
    rows = find_payments(session, [payment.id for payment in payments], by, Action.PAY)
    found = sort_payments(session, rows, rules=rules, by=by, on=at.date())
    if found.unready or bases_of_payments(session, [payment.id for payment in payments]):
        raise Refused(Obstacle.CLOSED, *(_problem_of(one) for one in found.unready))
    return _keep_basis(session, found.ready, pay_on, by=by, at=at)


def _keep_basis(
    session: WritingSession, ready: Sequence[ReadyPayment], pay_on: date, *, by: Person, at: datetime
) -> PaymentBasis:
    number = next_number(session, by.board_id, SERIES, at.year)
    basis = PaymentBasis(board_id=by.board_id, number=number, pay_on=pay_on, made_at=at, made_by_id=by.id)
    session.add(basis)
    session.flush()
    here = BoardHabit.ATTEST_HERE in habits_of(session.get_one(Board, by.board_id))
    lines = _lines(session, basis, ready, by)
    session.add_all(
        BasisRow(
            basis_id=basis.id,
            case_id=one.case.id,
            payment_id=one.payment.id,
            reference=line.reference,
            amount=line.amount,
            attested_here=here,
            said=line.kept(),
        )
        for one, line in zip(ready, lines, strict=True)
    )
    session.flush()
    detail = {"payments": len(ready), "amount": sum(line.amount for line in lines)}
    session.note(TrailNote(action="payment_basis_made", by=by, at=at, subject=basis, detail=detail))
    return basis


def _wrong_day(pay_on: date, on: date) -> list[Problem]:
    closed = closed_because(pay_on)
    if pay_on < on:
        return [Problem("pay_on", _("Betalningsdagen har varit."), _("Skriv en dag som kommer."))]
    if closed is not None:
        what = day_in_words(pay_on) + _(" är ") + closed + _(": då betalas inget ut.")
        return [Problem("pay_on", what, _("Skriv till exempel {day}.", day=day_in_words(first_open(pay_on))))]
    return []


def _lines(session: Session, basis: PaymentBasis, ready: Sequence[ReadyPayment], by: Person) -> list[BasisLine]:
    """What the finance office is told of each payment."""
    cases = [one.case for one in ready]
    numbers = _numbers(session, {case.association_id for case in cases if case.association_id is not None})
    keys = {one.payment.decision_id for one in ready}
    decisions = {row.id: row for row in session.scalars(select(Decision).where(Decision.id.in_(keys)))}
    rounds = _dnrs(session, {case.round_id for case in cases if case.round_id is not None})
    accounts = lines_of_cases(session, cases)
    people = names_of(session, {row.by_user_id for one in ready for row in one.attests})
    found = []
    for place, one in enumerate(ready, 1):
        case, decision = one.case, decisions[one.payment.decision_id]
        line = accounts.get(case.id)
        attested = {
            row.kind: f"{people.get(row.by_user_id, '')}, {function_in_words(row.by_function).to(OFFICIAL)}, "
            f"{day_here(row.at)}"
            for row in one.attests
        }
        digits = "".join(c for c in one.account if c.isdigit())
        name = mask_personal_numbers(case.name)
        found.append(
            BasisLine(
                batch=basis.number,
                row=place,
                reference=payment_reference(case.number, one.payment.place),
                payee=name,
                organisation_number=numbers.get(case.association_id or 0, ""),
                giro=one.account,
                giro_kind=giro_kind_of(digits, one.account),
                amount=one.amount,
                granted=one.payment.amount,
                set_off=one.payment.amount - one.amount,
                pay_on=basis.pay_on,
                account=line.account if line is not None else "",
                case_number=case.number,
                dnr=case.dnr or rounds.get(case.round_id or 0, ""),
                decided_on=decision.decided_on,
                paragraph=decision.paragraph,
                decided_by=decided_by(decision, by.board).to(OFFICIAL),
                attested_facts=attested.get(AttestKind.FACTS, ""),
                attested_decision=attested.get(AttestKind.DECISION, ""),
                text=_("Bidrag {number}", number=case.number).to(OFFICIAL),
            )
        )
    return found


def _numbers(session: Session, keys: set[int]) -> dict[int, str]:
    wanted = select(Association.id, Association.number).where(Association.id.in_(keys), Association.number.is_not(None))
    return {key: format_number(number or "") for key, number in session.execute(wanted)}


def _dnrs(session: Session, keys: set[int]) -> dict[int, str]:
    return {row.id: row.dnr for row in session.execute(select(Round.id, Round.dnr).where(Round.id.in_(keys)))}


def open_basis(session: Session, number: str, by: Person) -> PaymentBasis:
    """A batch of the board.

    Raises:
        Refused: there is none.
    """
    found = find_basis(session, number, by)
    if found is None:
        raise Refused(Obstacle.MISSING)
    return found


def unready_in(session: Session, basis: PaymentBasis, *, rules: Rules, by: Person, on: date) -> list[UnreadyPayment]:
    """Payments in a batch that cannot leave any more: stopped, held or changed since it was made."""
    inside = rows_of_basis(session, basis, by)
    rows = [(payment, case) for row, payment, case in inside if row.out_at is None and payment is not None]
    return sort_payments(session, rows, rules=rules, by=by, on=on).unready


def leave_basis(
    session: WritingSession, number: str, *, version: int | None, rules: Rules, by: Person, at: datetime
) -> PaymentBasis:
    """The batch has been handed to the finance office; the database lets none leave that is not ready.

    Raises:
        Refused: no such batch, left or undone already, changed meanwhile, or a payment in it is no longer ready.
    """
    basis = _open_to_change(session, number, version, by)
    unready = unready_in(session, basis, rules=rules, by=by, on=at.date())
    if unready:
        raise Refused(Obstacle.CLOSED, *(_problem_of(one) for one in unready))
    basis.left_at, basis.left_by_id = at, by.id
    try:
        session.flush()
    except DBAPIError as error:
        if NOT_TO_LEAVE not in str(error.orig):
            raise
        what = _("En utbetalning i underlaget är stoppad, betald eller inte attesterad.")
        raise Refused(Obstacle.CLOSED, Problem(number, what, _("Öppna underlaget på nytt."))) from error
    session.note(TrailNote(action="payment_basis_left", by=by, at=at, subject=basis))
    return basis


def _problem_of(one: UnreadyPayment) -> Problem:
    return Problem(one.case.number, same_in_both(f"{one.case.name}: ") + one.why.sentence, TAKE_OUT)


TAKE_OUT: Final = _("Ta ut den ur underlaget, och hämta filerna på nytt.")


def take_out_unready(session: WritingSession, number: str, *, rules: Rules, by: Person, at: datetime) -> PaymentBasis:
    """Takes out of a batch that has not left what is not ready any more.

    Raises:
        Refused: no such batch, left or undone already, or everything in it is ready.
    """
    basis = _open_to_change(session, number, None, by)
    keys = {one.payment.id for one in unready_in(session, basis, rules=rules, by=by, on=at.date())}
    if not keys:
        raise Refused(Obstacle.STALE, Problem(number, _("Allt i underlaget är klart."), _("Öppna underlaget på nytt.")))
    rows = [row for row, _paid, _case in rows_of_basis(session, basis, by) if row.payment_id in keys]
    _take_out(rows, LeftOutReason.NOT_READY, at)
    basis.version += 1
    session.flush()
    detail = {"payments": len(rows)}
    session.note(TrailNote(action="payment_basis_changed", by=by, at=at, subject=basis, detail=detail))
    return basis


def undo_basis(session: WritingSession, number: str, *, by: Person, at: datetime) -> PaymentBasis:
    """A batch that has not left is undone: its payments can be put into another.

    Raises:
        Refused: no such batch, left or undone already.
    """
    basis = _open_to_change(session, number, None, by)
    _take_out([row for row, _paid, _case in rows_of_basis(session, basis, by)], LeftOutReason.UNDONE, at)
    basis.undone_at = at
    session.flush()
    session.note(TrailNote(action="payment_basis_undone", by=by, at=at, subject=basis))
    return basis


def _take_out(rows: Iterable[BasisRow], why: LeftOutReason, at: datetime) -> None:
    for row in rows:
        if row.out_at is None:
            row.out_at, row.out_because = at, why


def take_out_returned(session: WritingSession, payment_id: int, at: datetime) -> None:
    """A payment that came back from the bank: it can be put into another batch."""
    found = bases_of_payments(session, [payment_id]).get(payment_id)
    if found is not None:
        _take_out([found[1]], LeftOutReason.RETURNED, at)
        session.flush()


def has_left(session: Session, payment_id: int) -> bool:
    """Whether a payment is in a batch that the finance office has."""
    found = bases_of_payments(session, [payment_id]).get(payment_id)
    return found is not None and found[0].left_at is not None


def _open_to_change(session: WritingSession, number: str, version: int | None, by: Person) -> PaymentBasis:
    require_permission(by, Action.PAY)
    basis = open_basis(session, number, by)
    if not basis.is_open or (version is not None and basis.version != version):
        raise Refused(
            Obstacle.STALE,
            Problem(number, _("Underlaget är redan lämnat, ångrat eller ändrat."), _("Öppna det på nytt.")),
        )
    return basis


def basis_lines(session: Session, basis: PaymentBasis, by: Person) -> list[BasisLine]:
    """What the finance office is told of each payment in a batch, as it was put there."""
    return [BasisLine.read(row.said) for row, _paid, _case in rows_of_basis(session, basis, by) if row.out_at is None]
