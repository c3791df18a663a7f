"""A finance system's list of payments: each row is one planned payment that has been made, or is told why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select

from vetting.associations.models.associations import Association
from vetting.cases.domain.cases import CaseState
from vetting.cases.models.cases import Case
from vetting.grants.models.rounds import Round
from vetting.imports.models.staged_files import GOOD, REFUSED, StagedProblem, StagedRow
from vetting.kernel.money import kronor
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.store.import_batches import not_taken_back
from vetting.kernel.store.trail import TrailNote
from vetting.kernel.text import Words, _, same_in_both
from vetting.payments.models import Payment
from vetting.payments.services import payments

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from vetting.imports.models.staged_files import StagedFile
    from vetting.kernel.roles import Person
    from vetting.kernel.store.import_batches import ImportBatch
    from vetting.kernel.store.session import WritingSession
    from vetting.rules.services.rulebook import Rules


def match_payments(session: Session, staged: StagedFile) -> tuple[int, int]:
    """Finds the payment of each row that lies ready; a row without exactly one cannot go in. (good, refused)."""
    taken: set[int] = set()
    good = refused = 0
    for row in _rows(session, staged.id):
        found = _candidates(session, staged.board_id, row, taken)
        if len(found) == 1 and found[0].stopped_on is None:
            taken.add(found[0].id)
            row.of_case = {**_values_of_row(row), "payment": found[0].id}
            good += 1
            continue
        refused += 1
        row.state = REFUSED
        what, remedy = _why_not(row, found)
        session.add(
            StagedProblem(
                staged_id=staged.id,
                sheet=row.sheet,
                row=row.row,
                column=0,
                value="",
                where=f"{row.sheet}!{row.row}",
                stops=True,
                what_sv=what.sv,
                what_en=what.en,
                remedy_sv=remedy.sv,
                remedy_en=remedy.en,
            )
        )
    return good, refused


def _values_of_row(row: StagedRow) -> dict[str, Any]:
    found: dict[str, Any] = row.of_case or {}
    return found


def _rows(session: Session, key: int) -> list[StagedRow]:
    wanted = (StagedRow.staged_id == key) & (StagedRow.state == GOOD)
    return list(session.scalars(select(StagedRow).where(wanted).order_by(StagedRow.id)))


def _candidates(session: Session, board_id: int, row: StagedRow, taken: set[int]) -> list[Payment]:
    """Planned payments of that amount: by case number, else registry number, else who it was paid to."""
    said = _values_of_row(row)
    wanted = (
        select(Payment)
        .join(Case, Case.id == Payment.case_id)
        .where(
            Payment.board_id == board_id,
            Payment.paid_on.is_(None),
            Payment.amount == row.amount,
            Payment.id.not_in(taken),
            not_taken_back(Case.batch_id),
        )
        .order_by(Payment.planned_on, Payment.id)
    )
    if said["case_number"]:
        wanted = wanted.where(Case.number == said["case_number"])
        return list(session.scalars(wanted.limit(1)))  # of equal instalments the earliest
    if said["dnr"]:
        of_round = select(Round.id).where(Round.board_id == board_id, Round.dnr == said["dnr"])
        wanted = wanted.where(or_(Case.dnr == said["dnr"], Case.round_id.in_(of_round)))
    if row.number:
        wanted = wanted.where(Case.association_id.in_(select(Association.id).where(Association.number == row.number)))
    elif row.folded:
        of_name = select(Association.id).where(Association.folded == row.folded)
        wanted = wanted.where(Case.association_id.in_(of_name))
    elif not said["dnr"]:
        return []  # the amount alone is nobody's
    return list(session.scalars(wanted.limit(2)))


def _why_not(row: StagedRow, found: list[Payment]) -> tuple[Words, Words]:
    amount = kronor(row.amount or 0)
    if not found:
        return (
            _("Ingen planerad utbetalning på ") + amount + _(" stämmer med raden."),
            _("Jämför ärendenummer och belopp med utbetalningarna."),
        )
    if len(found) > 1:
        return (
            _("Flera planerade utbetalningar på ") + amount + _(" stämmer med raden."),
            _("Skriv ärendenumret på raden."),
        )
    return (_("Utbetalningen är stoppad."), _("Den kan markeras som utbetald när stoppet har hävts genom beslut."))


def mark_rows_paid(
    session: WritingSession, staged: StagedFile, batch: ImportBatch, *, rules: Rules, by: Person, at: datetime
) -> None:
    """Marks the payments of the rows that lie ready, all of them or none.

    Raises:
        Refused: one of them cannot be marked by this person, or not any more.
    """
    problems: list[Problem] = []
    for row in _rows(session, staged.id):
        key = _values_of_row(row)["payment"]
        try:
            payment = payments.mark_paid(
                session, key, paid_on=row.received_on or at.date(), version=None, rules=rules, by=by, at=at
            )
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


def take_back(session: WritingSession, batch: ImportBatch, *, by: Person, at: datetime) -> None:
    """The payments of a list that was wrong are planned again; each case with them."""
    for payment in session.scalars(select(Payment).where(Payment.batch_id == batch.id).order_by(Payment.id)):
        payment.paid_on, payment.paid_by_id, payment.batch_id = None, None, None
        case = session.get_one(Case, payment.case_id)
        others = (Payment.case_id == case.id) & Payment.paid_on.is_not(None) & (Payment.id != payment.id)
        left = session.scalar(select(func.count()).where(others))
        if not left and case.state == CaseState.REPORTING:
            case.state = CaseState.PAYMENT
        session.note(
            TrailNote(
                action="payment_taken_back",
                by=by,
                at=at,
                subject=payment,
                case_id=case.id,
                detail={"amount": payment.amount},
            )
        )
