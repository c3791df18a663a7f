"""Batches of payments to the finance office: made of what is ready, undone before they leave, and left once."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from vetting.associations.models.associations import Association
from vetting.casework import decided_by, register_record
from vetting.casework.domain.document_statuses import DocumentStatus
from vetting.casework.domain.records import RecordKind
from vetting.casework.models.budget_lines_of_cases import lines_of_cases
from vetting.casework.models.cases import next_number
from vetting.casework.models.decisions import Decision
from vetting.grants.models.rounds import Round
from vetting.kernel.dates import day_here
from vetting.kernel.organisation_numbers import format_number, mask_personal_numbers
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action, function_in_words
from vetting.kernel.store.payment_batch_guards import NOT_TO_LEAVE
from vetting.kernel.text import OFFICIAL, _, day_in_words, same_in_both
from vetting.kernel.working_days import closed_because, first_open
from vetting.money.domain.attests import AttestKind
from vetting.money.domain.payment_batches import LeftOutReason, PaymentBatchLine, giro_kind_of, payment_reference
from vetting.money.domain.payment_holds import PaymentOverride
from vetting.money.models.payment_batches import (
    DRAFT,
    PaymentBatch,
    PaymentBatchRow,
    bases_of_payments,
    find_basis,
    rows_of_basis,
)
from vetting.money.models.payments import find_payments
from vetting.money.services import basis_files
from vetting.money.services.attests import attests_here
from vetting.money.services.ready_payments import payments_until, sort_payments
from vetting.people import require_permission
from vetting.people.models.people import names_of
from vetting.rules import rulebook_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from vetting.kernel.store.session import Session, WritingSession
    from vetting.money.models.payments import Payment
    from vetting.money.services.ready_payments import ReadyPayment, SortedPayments, UnreadyPayment

SERIES: Final = "UTB"
MOST_PAYMENTS: Final = 2_000


def payments_to_hand_over(session: Session, until: date, *, on: date) -> SortedPayments:
    """The payments planned by a day that are in no batch, by whether they can be put into one."""
    return sort_payments(session, payments_until(session, until), on=on)


def make_basis(session: WritingSession, until: date, pay_on: date | None) -> PaymentBatch:
    """Puts every ready payment that is planned by a day into a batch, to be paid on a day when offices are open.

    Raises:
        Refused: nothing is ready, too much is, or the day to pay has been or is closed.
    """
    require_permission(session.person, Action.PAY)
    on = session.today
    ready = payments_to_hand_over(session, until, on=on).ready
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
    return _keep_basis(session, ready, asked)


def put_into_basis(session: WritingSession, payments: Sequence[Payment], pay_on: date) -> PaymentBatch:
    """Puts some payments into a batch of their own.

    Raises:
        Refused: one of them is not ready, or is in a batch.
    """
    require_permission(session.person, Action.PAY)
    rows = find_payments(session, [payment.id for payment in payments], Action.PAY)
    found = sort_payments(session, rows, on=session.today)
    if found.unready or bases_of_payments(session, [payment.id for payment in payments]):
        raise Refused(Obstacle.CLOSED, *(_problem_of(one) for one in found.unready))
    return _keep_basis(session, found.ready, pay_on)


def _keep_basis(session: WritingSession, ready: Sequence[ReadyPayment], pay_on: date) -> PaymentBatch:
    basis = PaymentBatch(
        board_id=session.person.board_id, number="", pay_on=pay_on, made_at=session.now, made_by_id=session.person.id
    )
    session.add(basis)
    session.flush()
    basis.number = f"{DRAFT}{basis.id}"
    here = attests_here(session, session.person.board_id)
    session.add_all(
        PaymentBatchRow(
            basis_id=basis.id,
            case_id=one.case.id,
            payment_id=one.payment.id,
            reference=payment_reference(one.case.number, one.payment.place),
            amount=one.amount,
            attested_here=here,
            said={},
        )
        for one in ready
    )
    session.flush()
    detail = {"payments": len(ready), "amount": sum(one.amount for one in ready)}
    session.note("payment_basis_made", basis, detail=detail)
    return basis


def _wrong_day(pay_on: date, on: date) -> list[Problem]:
    closed = closed_because(pay_on)
    if pay_on < on:
        return [Problem("pay_on", _("Betalningsdagen har passerat."), _("Skriv en kommande dag."))]
    if closed is not None:
        what = day_in_words(pay_on) + _(" är ") + closed + _(": då betalas inget ut.")
        return [Problem("pay_on", what, _("Skriv till exempel {day}.", day=day_in_words(first_open(pay_on))))]
    return []


def _lines(session: Session, basis: PaymentBatch, ready: Sequence[ReadyPayment]) -> list[PaymentBatchLine]:
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
            PaymentBatchLine(
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
                decided_by=decided_by(decision, session.person.board).to(OFFICIAL),
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


def open_basis(session: Session, number: str) -> PaymentBatch:
    """A batch of the board.

    Raises:
        Refused: there is none.
    """
    found = find_basis(session, number)
    if found is None:
        raise Refused(Obstacle.MISSING)
    return found


def sorted_in(session: Session, basis: PaymentBatch, *, on: date) -> SortedPayments:
    """The payments in a batch by whether they can leave: one may be stopped, held, paid or changed since."""
    inside = rows_of_basis(session, basis)
    rows = [(payment, case) for row, payment, case in inside if row.out_at is None and payment is not None]
    return sort_payments(session, rows, on=on)


def lock_basis(session: WritingSession, number: str, *, version: int | None) -> PaymentBatch:
    """Locks a draft and hands it to the finance office: it gets number, checksum and files, and changes no more.

    The database lets none leave that is not ready.

    Raises:
        Refused: no such batch, locked or undone already, changed meanwhile, its day has been, or a payment in it is not
            ready.
    """
    basis = _open_to_change(session, number, version)
    found = sorted_in(session, basis, on=session.today)
    problems = [_problem_of(one) for one in found.unready] + _wrong_day(basis.pay_on, session.today)
    if problems or not found.ready:
        raise Refused(Obstacle.CLOSED, *(problems or [Problem(number, *EMPTY)]))
    if basis.number.startswith(DRAFT):
        basis.number = next_number(session, session.person.board_id, SERIES, session.now.year)
    here = attests_here(session, session.person.board_id)
    lines = _lines(session, basis, found.ready)
    rows = {row.payment_id: row for row, _paid, _case in rows_of_basis(session, basis) if row.out_at is None}
    for one, line in zip(found.ready, lines, strict=True):
        row = rows[one.payment.id]
        row.reference, row.amount, row.said = line.reference, line.amount, line.kept()
        row.attested_here = here and PaymentOverride.UNATTESTED not in one.payment.against
    session.flush()
    basis.checksum = sha256("\n".join(line.checked() for line in lines).encode()).hexdigest()
    basis.left_at, basis.left_by_id = session.now, session.person.id
    try:
        session.flush()
    except DBAPIError as error:
        if NOT_TO_LEAVE not in str(error.orig):
            raise
        what = _("En utbetalning i underlaget är stoppad, betald eller inte attesterad.")
        raise Refused(Obstacle.CLOSED, Problem(number, what, _("Öppna underlaget på nytt."))) from error
    session.add_all(basis_files.files_of(basis, lines, rulebook_of(session).outgoing, session.person))
    session.flush()
    for one in found.ready:
        register_record(session, one.case, RecordKind.PAYMENT, rows[one.payment.id].id, DocumentStatus.SENT)
    detail = {"number": basis.number, "payments": len(lines), "amount": sum(line.amount for line in lines)}
    session.note("payment_basis_left", basis, detail=detail)
    return basis


EMPTY: Final = (_("Underlaget är tomt."), _("Ångra det."))


def withdraw_basis(session: WritingSession, number: str) -> PaymentBatch:
    """A locked batch is taken back before the finance office has loaded it: its payments go into another.

    Raises:
        Refused: no such batch, not locked, taken back already, or loaded.
    """
    basis = _locked_basis(session, number)
    rows = rows_of_basis(session, basis)
    if basis.loaded_at is not None or any(paid.paid_on for _row, paid, _case in rows if paid is not None):
        what = _("Ekonomi har läst in underlaget.")
        remedy = _("Ta ut den rad som inte betalades, och gör ett nytt underlag för den.")
        raise Refused(Obstacle.CLOSED, Problem(number, what, remedy))
    _take_out([row for row, _paid, _case in rows], LeftOutReason.WITHDRAWN, session.now)
    basis.undone_at = session.now
    session.flush()
    session.note("payment_basis_withdrawn", basis)
    return basis


def note_loaded(session: WritingSession, number: str) -> PaymentBatch:
    """The finance office has loaded a locked batch: what is wrong in it is mended by another that names it.

    Raises:
        Refused: no such batch, not locked, taken back, or loaded already.
    """
    basis = _locked_basis(session, number)
    if basis.loaded_at is not None:
        raise Refused(Obstacle.STALE, Problem(number, _("Underlaget är redan inläst."), _("Öppna det på nytt.")))
    basis.loaded_at, basis.loaded_by_id = session.now, session.person.id
    session.flush()
    session.note("payment_basis_loaded", basis)
    return basis


def note_not_paid(session: WritingSession, number: str, payment_id: int) -> PaymentBatch:
    """The finance office has not paid a row of a batch that it loaded: the payment goes into another, which names it.

    Raises:
        Refused: no such batch or row, not loaded, or the payment is made.
    """
    basis = _locked_basis(session, number)
    row = next(
        (
            row
            for row, paid, _case in rows_of_basis(session, basis)
            if row.payment_id == payment_id and row.out_at is None and paid is not None and paid.paid_on is None
        ),
        None,
    )
    if basis.loaded_at is None or row is None:
        what = _("Raden är redan betald eller uttagen, eller så är underlaget inte inläst.")
        raise Refused(Obstacle.STALE, Problem(number, what, _("Öppna det på nytt.")))
    _take_out([row], LeftOutReason.NOT_PAID, session.now)
    session.flush()
    detail = {"reference": row.reference}
    session.note("payment_not_made", basis, case_id=row.case_id, detail=detail)
    return basis


def _locked_basis(session: WritingSession, number: str) -> PaymentBatch:
    require_permission(session.person, Action.PAY)
    basis = open_basis(session, number)
    if basis.left_at is None or basis.undone_at is not None:
        what = _("Underlaget är inte låst, eller taget tillbaka.")
        raise Refused(Obstacle.STALE, Problem(number, what, _("Öppna det på nytt.")))
    return basis


def _problem_of(one: UnreadyPayment) -> Problem:
    return Problem(one.case.number, same_in_both(f"{one.case.name}: ") + one.why.sentence, TAKE_OUT)


TAKE_OUT: Final = _("Ta ut den ur underlaget, eller vänta tills den är klar.")


def take_out_unready(session: WritingSession, number: str) -> PaymentBatch:
    """Takes out of a batch that has not left what is not ready any more.

    Raises:
        Refused: no such batch, left or undone already, or everything in it is ready.
    """
    basis = _open_to_change(session, number, None)
    keys = {one.payment.id for one in sorted_in(session, basis, on=session.today).unready}
    if not keys:
        raise Refused(Obstacle.STALE, Problem(number, _("Allt i underlaget är klart."), _("Öppna underlaget på nytt.")))
    rows = [row for row, _paid, _case in rows_of_basis(session, basis) if row.payment_id in keys]
    _take_out(rows, LeftOutReason.NOT_READY, session.now)
    basis.version += 1
    session.flush()
    detail = {"payments": len(rows)}
    session.note("payment_basis_changed", basis, detail=detail)
    return basis


def undo_basis(session: WritingSession, number: str) -> PaymentBatch:
    """A draft is undone: its payments can be put into another.

    Raises:
        Refused: no such batch, left or undone already.
    """
    basis = _open_to_change(session, number, None)
    _take_out([row for row, _paid, _case in rows_of_basis(session, basis)], LeftOutReason.UNDONE, session.now)
    basis.undone_at = session.now
    session.flush()
    session.note("payment_basis_undone", basis)
    return basis


def _take_out(rows: Iterable[PaymentBatchRow], why: LeftOutReason, at: datetime) -> None:
    for row in rows:
        if row.out_at is None:
            row.out_at, row.out_because = at, why


def take_out_returned(session: WritingSession, payment_id: int) -> None:
    """A payment that came back from the bank: it can be put into another batch."""
    found = bases_of_payments(session, [payment_id]).get(payment_id)
    if found is not None:
        _take_out([found[1]], LeftOutReason.RETURNED, session.now)
        session.flush()


def has_left(session: Session, payment_id: int) -> bool:
    """Whether a payment is in a batch that the finance office has."""
    found = bases_of_payments(session, [payment_id]).get(payment_id)
    return found is not None and found[0].left_at is not None


def _open_to_change(session: WritingSession, number: str, version: int | None) -> PaymentBatch:
    require_permission(session.person, Action.PAY)
    basis = open_basis(session, number)
    if not basis.is_open or (version is not None and basis.version != version):
        raise Refused(
            Obstacle.STALE,
            Problem(number, _("Underlaget är redan låst, ångrat eller ändrat."), _("Öppna det på nytt.")),
        )
    return basis


def basis_lines(session: Session, basis: PaymentBatch) -> list[PaymentBatchLine]:
    """What the finance office is told of each payment in a locked batch that is in it still."""
    rows = rows_of_basis(session, basis)
    return [PaymentBatchLine.read(row.said) for row, _paid, _case in rows if row.out_at is None and row.said]
