"""A finance system's list of payments: each row is one planned payment that has been made, or is told why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import or_, select

from vetting import money
from vetting.associations.models.associations import Association
from vetting.casework.models.cases import Case, seen_by
from vetting.casework.models.decisions import Decision
from vetting.grants.models.rounds import Round
from vetting.kernel.money import kronor
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.store.import_batches import is_batch_not_undone
from vetting.kernel.text import Words, _, day_in_words, same_in_both
from vetting.lists.models.staged_files import GOOD, REFUSED, StagedProblem, StagedRow
from vetting.money import has_left
from vetting.money.domain.payment_batches import split_reference
from vetting.money.models.payments import Payment, set_offs_of
from vetting.people.models.people import find_person

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy import Select

    from vetting.kernel.store.import_batches import ImportBatch
    from vetting.kernel.store.session import Session, WritingSession
    from vetting.lists.models.staged_files import StagedFile


def match_payments(session: Session, staged: StagedFile, on: date) -> tuple[int, int, int]:
    """Finds the payment of each row that lies ready; a row without exactly one cannot go in.

    A minus is a payment that came back. What left in a batch and was stopped afterwards goes in, and is told; so is
    what is marked as paid here in the days of the list and does not stand in it.

    Returns:
        How many rows are good, how many are refused, how many payments the list lacks.
    """
    taken: set[tuple[int, bool]] = set()
    good = refused = 0
    rows = rows_at_hand(session, staged.id)
    lacks = _tell_what_it_lacks(session, staged, rows)
    for row in rows:
        returned = (row.amount or 0) < 0
        found = [one for one in _candidates(session, staged.board_id, row) if (one.id, returned) not in taken]
        why = _why_not(session, staged.board_id, row, found, on)
        if why is None:
            taken.add((found[0].id, returned))
            row.of_case = {**_values_of_row(row), "payment": found[0].id}
            good += 1
            if found[0].stopped_on is not None and not returned:
                tell_of_row(session, staged, row, PAID_THOUGH_STOPPED, stops=False)
            continue
        refused += 1
        row.state = REFUSED
        tell_of_row(session, staged, row, why, stops=True)
    return good, refused, lacks


def _tell_what_it_lacks(session: Session, staged: StagedFile, rows: Sequence[StagedRow]) -> int:
    """Tells of each payment that is marked as paid between a list's first and last day, and that no row speaks of."""
    days = [row.received_on for row in rows if row.received_on is not None]
    reader = find_person(session, staged.by_user_id, staged.board_id) if staged.by_user_id is not None else None
    if not days or reader is None:
        return 0
    marked = (
        select(Payment, Case.number)
        .join(Case, Case.id == Payment.case_id)
        .where(Payment.board_id == staged.board_id, Payment.paid_on.between(min(days), max(days)))
        .where(is_batch_not_undone(Case.batch_id), seen_by(reader, Action.READ_PAYMENTS))
        .order_by(Payment.paid_on, Payment.id)
    )
    left = {payment.id: (payment, number) for payment, number in session.execute(marked)}
    in_file = select(StagedRow).where(StagedRow.staged_id == staged.id, StagedRow.of_case.is_not(None))
    for row in session.scalars(in_file.order_by(StagedRow.id)):  # those that cannot go in, too
        wanted = _of_row(staged.board_id, row) if "case_number" in _values_of_row(row) else None
        spoken = session.scalars(wanted.where(Payment.id.in_(left))).all() if wanted is not None and left else ()
        of_amount = [
            one for one, net in zip(spoken, _nets(session, spoken), strict=True) if net == abs(row.amount or 0)
        ]
        for payment in of_amount[:1]:
            del left[payment.id]
    told = 0
    missing = [payment for payment, _number in left.values()]
    for payment, net in zip(missing, _nets(session, missing), strict=True):
        if not net:
            continue  # all of it was set off: no ledger has it
        told += 1
        day = day_in_words(payment.paid_on or days[0])
        marked_here = _(" är markerad som betald {day}, men står inte i listan.", day=day)
        what = same_in_both(f"{left[payment.id][1]}: ") + kronor(net) + marked_here
        tell_of_row(session, staged, rows[0], (what, COMPARE), stops=False)
    return told


COMPARE: Final = _("Jämför med leverantörsreskontran: är den betald, eller markerad av misstag?")


PAID_THOUGH_STOPPED: Final = (
    _("Utbetalningen stoppades sedan underlaget hade lämnats, men är betald."),
    _("Pröva om beloppet ska krävas tillbaka."),
)


def tell_of_row(session: Session, staged: StagedFile, row: StagedRow, why: tuple[Words, Words], *, stops: bool) -> None:
    """Keeps what is to be known of a row. stops: it does not go in."""
    what, remedy = why
    session.add(
        StagedProblem(
            staged_id=staged.id,
            sheet=row.sheet,
            row=row.row,
            column=0,
            value="",
            where=f"{row.sheet}!{row.row}",
            stops=stops,
            what_sv=what.sv,
            what_en=what.en,
            remedy_sv=remedy.sv,
            remedy_en=remedy.en,
        )
    )


def _values_of_row(row: StagedRow) -> dict[str, Any]:
    found: dict[str, Any] = row.of_case or {}
    return found


def rows_at_hand(session: Session, key: int) -> list[StagedRow]:
    """The rows of a file that can go in, in order."""
    wanted = (StagedRow.staged_id == key) & (StagedRow.state == GOOD)
    return list(session.scalars(select(StagedRow).where(wanted).order_by(StagedRow.id)))


def _candidates(session: Session, board_id: int, row: StagedRow) -> list[Payment]:
    """Payments of that amount: by our reference or case number, else registry number, else who it was paid to.

    Of a plus those that are to be made, of a minus those that have been; what is set off is not paid.
    """
    wanted = _of_row(board_id, row)
    if wanted is None:
        return []  # the amount alone is nobody's
    made = (row.amount or 0) < 0
    rows = session.scalars(wanted.where(Payment.paid_on.is_not(None) if made else Payment.paid_on.is_(None))).all()
    amount = abs(row.amount or 0)
    fits = [payment for payment, net in zip(rows, _nets(session, rows), strict=True) if net == amount]
    return fits[:1] if _values_of_row(row)["case_number"] else fits  # of equal instalments the earliest


def _nets(session: Session, rows: Sequence[Payment]) -> list[int]:
    """What is paid of each, in öre: less what is set off."""
    set_offs = set_offs_of(session, [payment.id for payment in rows])
    return [payment.amount - sum(one.amount for one in set_offs.get(payment.id, ())) for payment in rows]


def _of_row(board_id: int, row: StagedRow) -> Select[Payment] | None:
    """The payments that a row may speak of, whatever the amount; None where it says nothing to find them by."""
    said = _values_of_row(row)
    wanted = (
        select(Payment)
        .join(Case, Case.id == Payment.case_id)
        .where(Payment.board_id == board_id, is_batch_not_undone(Case.batch_id))
        .order_by(Payment.planned_on, Payment.id)
    )
    if said["case_number"]:
        number, place = split_reference(said["case_number"])
        wanted = wanted.where(Case.number == number)
        return wanted.where(Payment.place == place) if place is not None else wanted
    if said["dnr"]:
        of_round = select(Round.id).where(Round.board_id == board_id, Round.dnr == said["dnr"])
        wanted = wanted.where(or_(Case.dnr == said["dnr"], Case.round_id.in_(of_round)))
    if row.number:
        return wanted.where(Case.association_id.in_(select(Association.id).where(Association.number == row.number)))
    if row.name_key:
        of_name = select(Association.id).where(Association.name_key == row.name_key)
        return wanted.where(Case.association_id.in_(of_name))
    return wanted if said["dnr"] else None


def _why_not(
    session: Session, board_id: int, row: StagedRow, found: list[Payment], on: date
) -> tuple[Words, Words] | None:
    """Why a row cannot go in; None where it can."""
    if not found:
        return _no_payment(session, board_id, row)
    amount = kronor(abs(row.amount or 0))
    if len(found) > 1:
        return (
            _("Flera planerade utbetalningar på ") + amount + _(" stämmer med raden."),
            _("Skriv ärendenumret på raden."),
        )
    payment, day = found[0], row.received_on or on
    decided_on = session.get_one(Decision, payment.decision_id).decided_on
    if (row.amount or 0) < 0:
        if payment.paid_on is not None and day < payment.paid_on:
            return (_("Returen är daterad före betalningen."), _("Jämför dagen med leverantörsreskontran."))
        return None
    if day < decided_on or day > on:
        return (
            _("Betalningsdagen {day} ligger före beslutet eller i framtiden.", day=day_in_words(day)),
            _("Är det rätt lista, reskontra och år? Jämför med leverantörsreskontran."),
        )
    if payment.stopped_on is not None and not has_left(session, payment.id):
        return (_("Utbetalningen är stoppad."), _("Den kan markeras som utbetald när stoppet har hävts genom beslut."))
    return None


def _no_payment(session: Session, board_id: int, row: StagedRow) -> tuple[Words, Words]:
    """Why no payment is the row's: paid already, another amount, or nobody's."""
    wanted = _of_row(board_id, row)
    rows = session.scalars(wanted.limit(MOST_LOOKED_AT)).all() if wanted is not None else []
    amount, returned = abs(row.amount or 0), (row.amount or 0) < 0
    for payment, net in zip(rows, _nets(session, rows), strict=True):
        if net == amount and payment.paid_on is not None and not returned:
            what = _("Utbetalningen är redan markerad som betald {day}.", day=day_in_words(payment.paid_on))
            return what, _("Står den två gånger i listan, eller är den betald två gånger? Fråga ekonomi.")
    if len(rows) == 1 and not returned and rows[0].paid_on is None:
        net = _nets(session, rows)[0]
        what = _("På raden står ") + kronor(amount) + _(", utbetalningen är på ") + kronor(net) + same_in_both(".")
        return what, _("Fråga ekonomi: en utbetalning kan inte markeras som delvis betald.")
    if returned:
        what = _("Ingen gjord utbetalning på ") + kronor(amount) + _(" stämmer med raden.")
    else:
        what = _("Ingen planerad utbetalning på ") + kronor(amount) + _(" stämmer med raden.")
    return what, _("Jämför ärendenummer och belopp med utbetalningarna.")


MOST_LOOKED_AT: Final = 50


def mark_rows_paid(session: WritingSession, staged: StagedFile, batch: ImportBatch) -> None:
    """Marks the payments of the rows that lie ready, all of them or none.

    Raises:
        Refused: one of them cannot be marked by this person, or not any more.
    """
    problems: list[Problem] = []
    for row in rows_at_hand(session, staged.id):
        key = _values_of_row(row)["payment"]
        try:
            day = row.received_on or session.today
            if (row.amount or 0) < 0:
                money.note_returned(session, key, day)
                continue
            payment = money.mark_paid(session, key, paid_on=day, version=None, verification=row.reference)
        except Refused as refused:
            problems += [
                Problem(f"{row.sheet}!{row.row}", same_in_both(f"{p.where}: ") + p.what, p.remedy)
                for p in refused.problems
            ] or [Problem(f"{row.sheet}!{row.row}", *_GONE)]
            continue
        payment.batch_id = batch.id
    if problems:
        raise Refused(Obstacle.INVALID, *problems)


_GONE = (_("Utbetalningen finns inte längre."), _("Ladda upp filen på nytt."))


def take_back(session: WritingSession, batch: ImportBatch) -> None:
    """The payments of a list that was wrong are planned again; each case with them."""
    for payment in session.scalars(select(Payment).where(Payment.batch_id == batch.id).order_by(Payment.id)):
        case = session.get_one(Case, payment.case_id)
        money.unpay(session, payment, case)
        session.note("payment_taken_back", payment, case_id=case.id, detail={"amount": payment.amount})
