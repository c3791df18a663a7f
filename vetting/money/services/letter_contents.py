"""Payments, reclaims and reports as content of letters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from vetting.casework import WritableLetter
from vetting.casework.domain.cases import CaseState
from vetting.casework.domain.letters import LetterKind, MoneyInLetter, ReclaimContent
from vetting.casework.models.cases import (
    Case,
)
from vetting.casework.models.decisions import Decision
from vetting.grants.domain.instalments import PlannedInstalment, instalment_in_words
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import day_here
from vetting.kernel.decision_outcomes import FAVOURABLE, RESERVATION_WORDS, Reservation
from vetting.kernel.money import kronor
from vetting.kernel.text import (
    NO_WORDS,
    Words,
    long_day,
    lower_first,
    same_in_both,
)
from vetting.kernel.working_days import deadline
from vetting.money.domain.reclaims import (
    PAID_BY,
    RECLAIM_GROUND_WORDS,
    CollectionStep,
    ReclaimState,
    basis_in_words,
    remaining_amount,
)
from vetting.money.domain.reports import ReportFinding
from vetting.money.models.owed_reports import overdue_reports
from vetting.money.models.payments import account_of_case, stop_terms, waits_to_be_set_off
from vetting.money.models.payments import of_case as payments_of
from vetting.money.models.reclaims import Reclaim, collection_notes, ledger_of_reclaim, reclaims_of_case
from vetting.money.models.reports import report_due, report_of
from vetting.money.models.unused_money import unused_of
from vetting.money.services.reports import amount_granted, amount_paid
from vetting.people.models.people import Board
from vetting.rules import fact_and_criterion_names

if TYPE_CHECKING:
    from datetime import date

    from vetting.kernel.store.session import Session


REMINDER_DAYS: Final = 14
"""Days from a reminder to the new last day."""


def writable_letters(session: Session, case: Case, on: date) -> list[WritableLetter]:
    """Lists the letters about reclaims whose time is out, and about the report, that can be written on a day."""
    reclaims = [
        WritableLetter(LetterKind.REMINDER, row.id, row.due_on)
        for row in reclaims_of_case(session, case.id)
        if row.state == ReclaimState.DECIDED.value and row.due_on is not None and row.due_on < on
        if not waits_to_be_set_off(session, row.id)  # nobody is asked to pay what is taken from a payment
        if _enforcement_number(session, row) is None  # nor to pay the board what the authority collects
    ]
    return reclaims + _of_report(session, case, on)


def content_of_reminder(session: Session, reclaim_id: int, on: date) -> MoneyInLetter:
    """Gives what a reminder of a reclaim says: what is left of it, and the new last day."""
    asked = _asked_back(session, session.get_one(Reclaim, reclaim_id))
    return {
        "left": remaining_amount(asked.amount, [asked.paid, asked.waived]),
        "due_on": deadline(on, REMINDER_DAYS),
        "asked_back": asked,
    }


def content_of_decision(session: Session, case: Case, decision: Decision, kind: LetterKind) -> MoneyInLetter:
    """Gives what the letter of a decision says of payments, reports and reclaims."""
    gives = decision.outcome in FAVOURABLE and decision.kind == CaseKind.GRANT
    reclaim = session.scalar(select(Reclaim).where(Reclaim.reclaim_decision_id == decision.id))
    return {
        "due_on": reclaim.due_on if reclaim else None,
        "asked_back": _asked_back(session, reclaim) if reclaim else None,
        **_stop_content(session, decision),
        "report_on": session.scalar(select(report_due()).where(Case.id == case.id))
        if gives or kind is LetterKind.CHANGE
        else None,
        "instalments": instalments_of(session, decision) if gives else (),
        **(_payment_content(session, case, decision) if gives else {}),
    }


def _of_report(session: Session, case: Case, on: date) -> list[WritableLetter]:
    """A letter about the report on a grant that is paid: what it lacks, or that it has not come in time."""
    if case.state is not CaseState.REPORTING:
        return []
    unused = unused_of(session, case.id)
    if unused is not None and unused.days.is_asked_for:
        return [WritableLetter(LetterKind.UNUSED, case.id, unused.asked_on)]
    report = report_of(session, case.id)
    if report is not None and report.finding is ReportFinding.INCOMPLETE and report.read_at is not None:
        return [WritableLetter(LetterKind.REPORT_COMPLETION, case.id, day_here(report.read_at))]
    late = select(report_due()).where(Case.id == case.id, overdue_reports(on))
    due = session.scalar(late)
    return [WritableLetter(LetterKind.REPORT_REMINDER, case.id, due)] if due is not None else []


def _payment_content(session: Session, case: Case, decision: Decision) -> MoneyInLetter:
    """Where a grant is to be paid, and when, where it is paid at once."""
    rows = [row for row in payments_of(session, case.id) if row.decision_id == decision.id]
    digits = "".join(sign for sign in account_of_case(session, case.id) if sign.isdigit())
    only = rows[0] if len(rows) == 1 else None
    return {
        "account_ends": digits[-4:],
        "to_pay_on": only.planned_on if only and only.paid_on is None else None,
        "paid_on": only.paid_on if only else None,
    }


def _stop_content(session: Session, decision: Decision) -> MoneyInLetter:
    """Of a stop: by when it is looked at again, and what the association can do."""
    terms = stop_terms(session, [decision.id]).get(decision.id) if decision.kind == "payment_stop" else None
    if terms is None:
        return {}
    called = NO_WORDS
    if terms.criterion:
        _catalogue, labels = fact_and_criterion_names(session, decision.board_id, on=decision.decided_on)
        called = labels.get(terms.criterion, NO_WORDS)
    said: MoneyInLetter = {"review_on": terms.review_on, "cure": terms.cure, "until": terms.until}
    granted = session.get(Decision, decision.changes_id) if decision.changes_id else None
    if granted is not None:
        minutes = f", § {granted.paragraph.removeprefix('§').strip()}" if granted.paragraph else ""
        amount = same_in_both(", ") + kronor(granted.amount or 0)
        said["granted"] = long_day(granted.decided_on) + same_in_both(minutes) + amount
        if Reservation.STOP.value in granted.reservations:
            said["held_by"] = RESERVATION_WORDS[Reservation.STOP]
    return {**said, "criterion": called, "reply_by": terms.reply_by}


def content_of_report(session: Session, case: Case, kind: LetterKind, on: date) -> MoneyInLetter:
    """What is said of a report that has not come or lacks something, or of what it says is not used."""
    report, unused = report_of(session, case.id), unused_of(session, case.id)
    if kind is LetterKind.UNUSED and unused is not None:
        return {
            "amount": amount_paid(session, case.id),
            "left": unused.amount - unused.paid,
            "due_on": unused.due_on,
            "reference": unused.number,
            "pay_to": session.get_one(Board, case.board_id).pay_to,
        }
    if kind is LetterKind.REPORT_COMPLETION and report is not None:
        return {"lines": report.found.splitlines(), "due_on": report.complete_by}
    return {
        "amount": amount_granted(session, case.id),
        "was_due_on": session.scalar(select(report_due()).where(Case.id == case.id)),
        "due_on": deadline(on, REMINDER_DAYS),
    }


def instalments_of(session: Session, decision: Decision) -> tuple[Words, ...]:
    """How a grant is paid by a decision, a line each; nothing where all of it is paid at once."""
    rows = [row for row in payments_of(session, decision.case_id) if row.decision_id == decision.id]
    if len(rows) < 2 and not any(row.after for row in rows):  # noqa: PLR2004 - one is no plan
        return ()
    return tuple(instalment_in_words(PlannedInstalment(row.planned_on, row.amount, row.after)) for row in rows)


def _asked_back(session: Session, reclaim: Reclaim) -> ReclaimContent:
    granted = session.get_one(Decision, reclaim.decision_id)
    ledger = ledger_of_reclaim(session, reclaim.id)
    decided = session.get(Decision, reclaim.reclaim_decision_id) if reclaim.reclaim_decision_id else None
    held_open = reclaim.reservation and Reservation.RECLAIM.value in granted.reservations
    return ReclaimContent(
        number=reclaim.number,
        granted=granted.amount,
        granted_on=granted.decided_on,
        amount=reclaim.amount,
        decided_on=decided.decided_on if decided else None,
        ground=lower_first(RECLAIM_GROUND_WORDS[reclaim.ground]),
        established=basis_in_words(reclaim.established_by, long_day(reclaim.established_on), reclaim.reference),
        term=RESERVATION_WORDS[Reservation.RECLAIM] if held_open else NO_WORDS,
        paid=sum(entry.amount for entry in ledger if entry.kind in PAID_BY),
        waived=sum(entry.amount for entry in ledger if entry.kind not in PAID_BY),
        pay_to=session.get_one(Board, reclaim.board_id).pay_to,
        invoice=reclaim.invoice,
        set_off=waits_to_be_set_off(session, reclaim.id),
        enforced=_enforcement_number(session, reclaim),
    )


def _enforcement_number(session: Session, reclaim: Reclaim) -> str | None:
    """The number at the Enforcement Authority of a claim that lies there; None of one that does not."""
    notes = collection_notes(session, [reclaim.id]).get(reclaim.id, [])
    steps = [note for note in notes if note.step in {CollectionStep.ENFORCEMENT, CollectionStep.ENFORCEMENT_ENDED}]
    return steps[-1].number if steps and steps[-1].step is CollectionStep.ENFORCEMENT else None
