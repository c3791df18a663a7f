"""All support of one association, and the road by which it ends: proposed for each, heard, decided by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import func, select

from vetting.casework import AT_ONCE, ordinary_deadline, register_text_record, wrong_deadline
from vetting.casework.domain.cases import OPEN, CaseState
from vetting.casework.domain.document_statuses import DocumentStatus
from vetting.casework.domain.records import REPLIED, TOLD, RecordKind
from vetting.casework.models.cases import BookingRequest, Case, Occurrence, seen_by, visible_cases
from vetting.casework.models.decisions import Decision, quashed_decisions
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import MEASURE_DECISION_WORDS
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.store.import_batches import is_batch_not_undone
from vetting.kernel.text import _
from vetting.money.domain.support_endings import EndingDays, EndingState, ending_state
from vetting.money.models.payments import Payment
from vetting.money.models.reclaims import Reclaim
from vetting.money.models.support_endings import SupportEnding, endings_of, find_ending, open_endings
from vetting.money.services.payment_stops import NewStopTerms, stop_payment
from vetting.people import require_permission

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence
    from datetime import date, datetime

    from vetting.casework import DecisionForm
    from vetting.kernel.store.session import Session, WritingSession

LONGEST: Final = 4000
MOST: Final = 100


class ComingBooking(NamedTuple):
    """A booking with times to come: its case, the price it was asked at, the next time and how many are left."""

    case: Case
    rate: str
    next_at: datetime | None
    times: int


class EndingLine(NamedTuple):
    """A proposal, what it is of, and where it stands."""

    row: SupportEnding
    case: Case
    payment: Payment | None
    state: EndingState


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportNow:
    """What an association has of a board now, and what has been done against it."""

    unpaid: Sequence[tuple[Payment, Case]]
    applied: Sequence[Case]
    """Applications that are to be decided."""
    bookings: Sequence[ComingBooking]
    reclaims: Sequence[tuple[Reclaim, Case]]
    measures: Sequence[tuple[Decision, Case]]
    """Stops, liftings, claims and bookings taken back: the newest first."""
    endings: Sequence[EndingLine]

    @property
    def in_ending(self) -> set[tuple[int, int | None]]:
        """(case, payment) of what there is a proposal of that stands."""
        return {(one.row.case_id, one.row.payment_id) for one in self.endings if one.state is not EndingState.WITHDRAWN}


def support_of(session: Session, association_id: int, *, on: date, now: datetime) -> SupportNow:
    """All that this person may see of an association's support.

    Raises:
        Refused: they see nothing of the association.
    """
    require_permission(session.person, Action.READ_PAYMENTS)
    if session.scalar(visible_cases(session.person).where(Case.association_id == association_id).limit(1)) is None:
        raise Refused(Obstacle.MISSING)
    own = (
        Case.board_id == session.person.board_id,
        Case.association_id == association_id,
        seen_by(session.person),
        is_batch_not_undone(Case.batch_id),
    )
    unpaid = select(Payment, Case).join(Case, Case.id == Payment.case_id).where(*own, Payment.paid_on.is_(None))
    applied = select(Case).where(*own, Case.kind == CaseKind.GRANT, Case.state.in_(OPEN)).order_by(Case.id).limit(MOST)
    claims = select(Reclaim, Case).join(Case, Case.id == Reclaim.case_id).where(*own).order_by(Reclaim.id.desc())
    measures = (
        select(Decision, Case)
        .join(Case, Case.id == Decision.case_id)
        .where(*own, Decision.kind.in_([*MEASURE_DECISION_WORDS]), Decision.id.not_in(quashed_decisions()))
        .order_by(Decision.id.desc())
        .limit(MOST)
    )
    return SupportNow(
        unpaid=[
            (row, case) for row, case in session.execute(unpaid.order_by(Payment.planned_on, Payment.id).limit(MOST))
        ],
        applied=session.scalars(applied).all(),
        bookings=_coming_bookings(session, own, now),
        reclaims=[(row, case) for row, case in session.execute(claims.limit(MOST))],
        measures=[(row, case) for row, case in session.execute(measures)],
        endings=_lines(session, endings_of(session, association_id), on),
    )


def _coming_bookings(session: Session, own: tuple[object, ...], now: datetime) -> list[ComingBooking]:
    wanted = (
        select(Case, BookingRequest.rate, func.min(Occurrence.starts_at), func.count(Occurrence.id))
        .join(BookingRequest, BookingRequest.case_id == Case.id)
        .join(Occurrence, Occurrence.case_id == Case.id)
        .where(*own, Case.state == CaseState.CONFIRMED, Occurrence.starts_at > now)  # type: ignore[arg-type] # conditions
        .group_by(Case.id, BookingRequest.rate)
        .order_by(func.min(Occurrence.starts_at), Case.id)
        .limit(MOST)
    )
    return [ComingBooking(*row) for row in session.execute(wanted)]


def _lines(session: Session, rows: Sequence[tuple[SupportEnding, Case]], on: date) -> list[EndingLine]:
    keys = [row.payment_id for row, _case in rows if row.payment_id is not None]
    payments = {row.id: row for row in session.scalars(select(Payment).where(Payment.id.in_(keys)))}
    return [
        EndingLine(row, case, payments.get(row.payment_id or 0), _state(row, case, payments, on)) for row, case in rows
    ]


def _state(row: SupportEnding, case: Case, payments: Mapping[int, Payment], on: date) -> EndingState:
    payment = payments.get(row.payment_id or 0)
    stopped = payment is None or payment.stopped_on is not None or payment.paid_on is not None
    done = stopped if row.payment_id is not None else case.state is not CaseState.CONFIRMED
    days = EndingDays(row.reply_by, row.replied_on, row.heard_after, row.withdrawn_at is not None, done)
    return ending_state(days, on)


def endings_to_decide(session: Session, on: date) -> list[EndingLine]:
    """Proposals that wait for a decision of whoever may decide in the case."""
    lines = _lines(session, open_endings(session, Action.DECIDE), on)
    return [line for line in lines if line.state is EndingState.TO_DECIDE]


def propose_endings(
    session: WritingSession,
    association_id: int,
    *,
    payments: Sequence[int],
    bookings: Sequence[str],
    reasons: str,
    criterion: str = "",
) -> list[SupportEnding]:
    """One proposal for each payment and each booking that is ticked; nothing is decided by it.

    bookings: the numbers of their cases. criterion: what they are about, by id.

    Raises:
        Refused: nothing is ticked, no reasons, or something is not the association's, or proposed already.
    """
    require_permission(session.person, Action.COMMUNICATE)
    found = support_of(session, association_id, on=session.today, now=session.now)
    can = {payment.id: (case, payment.id) for payment, case in found.unpaid if payment.stopped_on is None}
    of_bookings = {one.case.number: (one.case, None) for one in found.bookings}
    chosen: list[tuple[Case, int | None]] = [can[key] for key in payments if key in can]
    chosen += [of_bookings[number] for number in bookings if number in of_bookings]
    problems = []
    if not payments and not bookings:
        problems.append(Problem("chosen", _("Inget är ikryssat."), _("Kryssa i det som ska upphöra.")))
    elif len(chosen) < len(payments) + len(bookings):
        what = _("Något är stoppat, betalt eller avbokat sedan sidan öppnades.")
        problems.append(Problem("chosen", what, _("Öppna sidan på nytt.")))
    if any((case.id, key) in found.in_ending for case, key in chosen):
        what = _("För något av det ligger redan ett förslag.")
        problems.append(Problem("chosen", what, _("Öppna sidan på nytt.")))
    if not reasons.strip():
        what = _("Motiveringen saknas.")
        problems.append(
            Problem(
                "reasons", what, _("Skriv vilket agerande eller uttalande förslaget grundas på, med datum och källa.")
            )
        )
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    rows = [
        SupportEnding(
            board_id=case.board_id,
            case_id=case.id,
            payment_id=key,
            reasons=mask_personal_numbers(reasons.strip())[:LONGEST],
            criterion=criterion,
            at=session.now,
            by_user_id=session.person.id,
        )
        for case, key in chosen
    ]
    session.add_all(rows)
    session.flush()
    for row in rows:
        session.note("support_ending_proposed", row, case_id=row.case_id)
    return rows


def _open_ending(
    session: WritingSession, key: int, action: Action, on: date, *states: EndingState
) -> tuple[SupportEnding, Case]:
    require_permission(session.person, action)
    found = find_ending(session, key, action)
    if found is None:
        raise Refused(Obstacle.MISSING)
    row, case = found
    if _lines(session, [found], on)[0].state not in states:
        raise Refused(
            Obstacle.STALE,
            Problem(case.number, _("Förslaget är redan i ett senare steg."), _("Öppna sidan på nytt.")),
        )
    return row, case


def communicate_ending(session: WritingSession, key: int, *, reply_by: date | None, heard_after: str) -> SupportEnding:
    """The association has got the material and time to answer; or why it is heard only afterwards.

    Raises:
        Refused: no such proposal for them, told already, or too short a time.
    """
    row, case = _open_ending(session, key, Action.COMMUNICATE, session.today, EndingState.TO_HEAR)
    if heard_after.strip():
        row.heard_after = heard_after.strip()[:LONGEST]
    else:
        until = reply_by or ordinary_deadline(session, case.board_id, session.today)
        problems = wrong_deadline("reply_by", until, session.today)
        if problems:
            raise Refused(Obstacle.INVALID, *problems)
        row.told_on, row.reply_by = session.today, until
        told = [(TOLD, row.reasons.splitlines())]
        register_text_record(session, case, RecordKind.ENDING_TOLD, told, DocumentStatus.SENT)
    session.flush()
    session.note("support_ending_told", row, case_id=case.id)
    return row


def note_reply_on_ending(session: WritingSession, key: int, reply: str) -> SupportEnding:
    """What the association answered.

    Raises:
        Refused: no such proposal for them, not told, or no text.
    """
    waits = (EndingState.HEARING, EndingState.TO_DECIDE)
    row, case = _open_ending(session, key, Action.COMMUNICATE, session.today, *waits)
    if not reply.strip() or row.told_on is None:
        raise Refused(Obstacle.INVALID, Problem("reply", _("Svaret saknas."), _("Skriv vad föreningen svarade.")))
    row.reply, row.replied_on = mask_personal_numbers(reply.strip())[:LONGEST], session.today
    register_text_record(session, case, RecordKind.ENDING_REPLY, [(REPLIED, row.reply.splitlines())])
    session.note("support_ending_reply", row, case_id=case.id)
    return row


def withdraw_ending(session: WritingSession, key: int) -> SupportEnding:
    """The support goes on: the proposal is taken back.

    Raises:
        Refused: no such proposal for them, or decided already.
    """
    waits = (EndingState.TO_HEAR, EndingState.HEARING, EndingState.TO_DECIDE)
    row, case = _open_ending(session, key, Action.COMMUNICATE, session.today, *waits)
    row.withdrawn_at = session.now
    session.flush()
    session.note("support_ending_withdrawn", row, case_id=case.id)
    return row


def decide_stop(
    session: WritingSession, key: int, *, version: int | None, values: Container[str] = (), form: DecisionForm = AT_ONCE
) -> Decision:
    """Decides one proposed stop, with all that a stop needs; a booking is taken back on a page of its own.

    values: the value criteria, by id.

    Raises:
        Refused: no such proposal for them, not heard, changed meanwhile, or what a stop is refused for.
    """
    row, case = _open_ending(session, key, Action.DECIDE, session.today, EndingState.TO_DECIDE)
    if row.payment_id is None or (version is not None and row.version != version):
        raise Refused(
            Obstacle.STALE,
            Problem(case.number, _("Förslaget ändrades medan du läste."), _("Läs det på nytt.")),
        )
    heard_on = None if row.heard_after else row.told_on
    terms = NewStopTerms(heard_on=heard_on, criterion=row.criterion, against_values=row.criterion in values)
    return stop_payment(session, row.payment_id, row.reasons, terms=terms, form=form)
