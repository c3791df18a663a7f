"""A planned payment is stopped, and the stop lifted: each a decision of its own, with all that a decision needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from vetting import casework
from vetting.casework import AT_ONCE, NOT_ANSWERED, has_answered_on_conflict, ordinary_deadline, register_record
from vetting.casework.domain.cases import OPEN
from vetting.casework.domain.records import RecordKind
from vetting.casework.models import decisions
from vetting.casework.models.decisions import Decision
from vetting.grants.domain.instalments import InstalmentCondition
from vetting.kernel.decision_outcomes import DecisionOutcome, Reservation
from vetting.kernel.money import kronor
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import SEPARATION_WORDS, Action, SeparationOfDuties
from vetting.kernel.text import NO_WORDS, _, same_in_both
from vetting.money.models.payment_batches import bases_of_payments
from vetting.money.models.payments import Payment, StopTerms, drop_attests, find_payment, set_offs_of
from vetting.money.models.reports import report_of
from vetting.money.services.reports import ANSWERED_REPORTS
from vetting.people import habits_of, require_permission
from vetting.people.domain.delegation import SINGLE, DelegatedAct
from vetting.people.domain.ways_of_working import BoardOption
from vetting.people.models.people import Board

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from vetting.casework import DecisionForm
    from vetting.casework.models.cases import Case
    from vetting.kernel.store.session import Session, WritingSession
    from vetting.people.domain.delegation import DecisionRight


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStopTerms:
    """What a stop says beside its reasons."""

    review_on: date | None = None
    """By when it is looked at again; three months where nobody says."""
    cure: str = ""
    """What the association can do."""
    until: str = ""
    """What is to have happened before it is lifted."""
    criterion: str | None = ""
    """The criterion that it is about, by id; empty of a condition of the decision; None where nobody has said."""
    against_values: bool = False
    """Whether that is a value criterion."""
    heard_on: date | None = None
    """When the association could answer; None where it is heard afterwards."""
    part: int | None = None
    """Öre of the payment that are stopped; None for all."""


def stop_payment(
    session: WritingSession, key: int, reasons: str, *, terms: NewStopTerms | None = None, form: DecisionForm = AT_ONCE
) -> Decision:
    """Decides that a planned payment is stopped, where the grant's decision held that open.

    Where a part is stopped the rest goes on as a payment of its own.

    Raises:
        Refused: no such payment, paid already, no reasons, no reservation, no delegation, no paragraph or urgency
            where it is decided so, or no answer on conflict of interest.
    """
    terms = terms or NewStopTerms()
    payment, case = _payment(session, key)
    part = terms.part if terms.part != payment.amount else None
    granted = session.get_one(Decision, payment.decision_id)
    problems = _wrong_stop(payment, case, granted, reasons)
    if terms.criterion is None:
        what = _("Det står inte vilket krav stoppet gäller.")
        problems.append(Problem("criterion", what, _("Välj kravet, eller att det är ett villkor i beslutet.")))
    looked_at = terms.review_on or session.today + REVIEWED_AFTER
    if not session.today < looked_at <= session.today + LONGEST_STOP:
        problems.append(
            Problem(
                "review_on",
                _("Dagen då stoppet ska omprövas har passerat eller ligger mer än ett år bort."),
                _("Skriv en dag inom ett år."),
            )
        )
    if terms.heard_on is not None and terms.heard_on > session.today:
        what = _("Dagen då föreningen hördes ligger i framtiden.")
        problems.append(Problem("heard_on", what, _("Lämna den tom, så hörs föreningen i efterhand.")))
    if part is not None:
        problems += _wrong_part(session, payment, part)
    held = _right(session, payment, case, DelegatedAct.STOP)
    if held is None:
        problems.append(
            Problem(
                case.number,
                _("Din delegation omfattar inte det här stoppet."),
                _("Lämna ärendet till någon vars delegation omfattar det."),
            )
        )
    _refuse(session, case, problems, held, form)
    if part is not None:
        payment = _split_payment(session, payment, part)
    decision = _make_decision(
        session,
        payment,
        case,
        granted,
        kind="payment_stop",
        grounds=["criterion"],
        reasons=reasons,
        against_values=terms.against_values,
        signed=casework.signature_columns(session, held, form),
    )
    payment.stopped_on = session.today
    session.flush()
    said, ends = (mask_personal_numbers(text.strip())[:LONGEST_CURE] for text in (terms.cure, terms.until))
    session.add(
        StopTerms(
            decision_id=decision.id,
            payment_id=payment.id,
            review_on=looked_at,
            cure=said,
            until=ends,
            criterion=terms.criterion or "",
            heard_on=terms.heard_on,
            reply_by=None if terms.heard_on else ordinary_deadline(session, case.board_id, session.today),
        )
    )
    session.flush()
    session.note("payment_stopped", decision, case_id=case.id, detail={"amount": payment.amount})
    return decision


def _wrong_part(session: WritingSession, payment: Payment, part: int) -> list[Problem]:
    """A part is less than the payment, leaves what is set off, and is not taken out of what finance is to pay."""
    taken = sum(row.amount for row in set_offs_of(session, [payment.id]).get(payment.id, ()))
    most = payment.amount - taken
    problems = []
    if not 0 < part <= most:
        what = _("Beloppet är inte mellan noll och det som går att stoppa: ") + kronor(max(most, 0)) + same_in_both(".")
        problems.append(Problem("part", what, _("Skriv högst det, eller lämna tomt för hela utbetalningen.")))
    if bases_of_payments(session, [payment.id]):
        what = _("Utbetalningen ligger i ett underlag till ekonomi.")
        problems.append(Problem("part", what, _("Ångra underlaget först, eller stoppa hela utbetalningen.")))
    return problems


def _split_payment(session: WritingSession, payment: Payment, part: int) -> Payment:
    """A payment of that part of another, which keeps the rest; nobody has attested either."""
    report = report_of(session, payment.case_id)
    has_reported = report is not None and report.finding in ANSWERED_REPORTS
    places = session.scalars(select(Payment.place).where(Payment.case_id == payment.case_id))
    found = Payment(
        board_id=payment.board_id,
        case_id=payment.case_id,
        decision_id=payment.decision_id,
        place=max(places) + 1,
        amount=part,
        planned_on=payment.planned_on,
        after=None if payment.after is InstalmentCondition.REPORT and has_reported else payment.after,
        papers_on=payment.papers_on,
    )
    payment.amount -= part
    session.add(found)
    drop_attests(session, [payment.id])
    session.flush()
    return found


REVIEWED_AFTER: Final = timedelta(days=90)
LONGEST_STOP: Final = timedelta(days=366)
LONGEST_CURE: Final = 1000


def stops_of_payments(session: Session, payments: Iterable[Payment]) -> dict[int, Decision]:
    """Payment -> the decision that stops it: its own, and of what was stopped before stops had terms its case's."""
    stopped = [row for row in payments if row.stopped_on is not None]
    of_cases = decisions.current_stops(session, [row.case_id for row in stopped])
    own = session.execute(
        select(StopTerms.payment_id, Decision)
        .join(Decision, Decision.id == StopTerms.decision_id)
        .where(StopTerms.payment_id.in_([row.id for row in stopped]), Decision.id.not_in(decisions.quashed_decisions()))
        .order_by(Decision.id)
    )
    newest = {key: decision for key, decision in own}  # noqa: C416 - a row is no pair to mypy
    found = {row.id: newest.get(row.id) or of_cases.get(row.case_id) for row in stopped}
    return {key: decision for key, decision in found.items() if decision is not None}


def _other_lifts(session: WritingSession, case: Case) -> bool:
    return BoardOption.OTHER_LIFTS in habits_of(session.get_one(Board, case.board_id))


def lift_stop(session: WritingSession, key: int, reasons: str, *, form: DecisionForm = AT_ONCE) -> Decision:
    """Decides that a stopped payment may be made after all.

    Raises:
        Refused: no such payment, not stopped, no reasons, no delegation, no paragraph or urgency where it is
            decided so, or no answer on conflict of interest.
    """
    payment, case = _payment(session, key)
    stopped = stops_of_payments(session, [payment]).get(payment.id)
    if payment.stopped_on is None or stopped is None:
        raise Refused(
            Obstacle.CLOSED, Problem(case.number, _("Utbetalningen är inte stoppad."), _("Öppna listan på nytt."))
        )
    problems = []
    held = _right(session, payment, case, DelegatedAct.LIFT)
    if held is None:
        problems.append(
            Problem(
                case.number,
                _("Din delegation omfattar inte det här beslutet."),
                _("Lämna ärendet till någon vars delegation omfattar det."),
            )
        )
    elif held.maker in SINGLE and stopped.by_user_id == session.person.id and _other_lifts(session, case):
        own = SEPARATION_WORDS[SeparationOfDuties.LIFT_OWN_STOP]
        problems.append(Problem(case.number, own, NO_WORDS))
    if not reasons.strip():
        problems.append(Problem("reasons", _("Motiveringen saknas."), _("Skriv varför pengarna kan betalas nu.")))
    _refuse(session, case, problems, held, form)
    decision = _make_decision(
        session,
        payment,
        case,
        stopped,
        kind="payment_release",
        grounds=[],
        reasons=reasons,
        signed=casework.signature_columns(session, held, form),
    )
    payment.stopped_on = None
    session.flush()
    session.note("payment_released", decision, case_id=case.id, detail={"amount": payment.amount})
    return decision


def _payment(session: WritingSession, key: int) -> tuple[Payment, Case]:
    require_permission(session.person, Action.DECIDE)
    found = find_payment(session, key, Action.DECIDE)
    if found is None:
        raise Refused(Obstacle.MISSING)
    payment, case = found
    if case.state in OPEN:
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                case.number,
                _("Ärendet är öppnat igen för ett nytt beslut."),
                _("Inget betalas under tiden. Det nya beslutet gäller även utbetalningen."),
            ),
        )
    return payment, case


def _right(session: WritingSession, payment: Payment, case: Case, act: DelegatedAct) -> DecisionRight | None:
    outcome, needed = DecisionOutcome.APPROVED, frozenset({act})
    held = casework.delegation_for(
        session, case.kind, on=session.today, outcome=outcome, amount=payment.amount, needed=needed
    )
    return held if held is not None and held.covers(outcome, payment.amount, needed) else None


def _refuse(
    session: WritingSession, case: Case, problems: list[Problem], held: DecisionRight | None, form: DecisionForm
) -> None:
    if not has_answered_on_conflict(session, case, session.person.id):
        problems.append(Problem(case.number, *NOT_ANSWERED))
    if held is not None:
        problems += casework.wrong_with(held, form)
    if problems:
        raise Refused(Obstacle.CLOSED, *problems)


def _make_decision(
    session: WritingSession,
    payment: Payment,
    case: Case,
    changes: Decision,
    *,
    kind: str,
    grounds: list[str],
    reasons: str,
    against_values: bool = False,
    signed: dict[str, Any],
) -> Decision:
    decision = Decision(
        board_id=case.board_id,
        case_id=case.id,
        kind=kind,
        changes_id=changes.id,
        outcome=DecisionOutcome.APPROVED,
        amount=payment.amount,
        conditions=[],
        reservations=[],
        grounds=grounds,
        reasons=reasons.strip(),
        against_values=against_values,
        reasons_at=session.now,
        appeal=casework.appeal_for(session, case, signed["maker"]),
        rests_on={"decision": changes.id},
        **signed,
    )
    session.add(decision)
    session.flush()
    register_record(session, case, RecordKind.DECISION, decision.id, on=decision.decided_on)
    return decision


def _wrong_stop(payment: Payment, case: Case, granted: Decision, reasons: str) -> list[Problem]:
    problems = []
    if payment.paid_on is not None or payment.stopped_on is not None:
        problems.append(
            Problem(case.number, _("Utbetalningen är redan gjord eller stoppad."), _("Öppna listan på nytt."))
        )
    if not reasons.strip():
        problems.append(Problem("reasons", _("Motiveringen saknas."), _("Skriv vad stoppet bygger på.")))
    if Reservation.STOP.value not in granted.reservations:
        problems.append(
            Problem(
                case.number,
                _("Bidragsbeslutet har inget förbehåll om stopp."),
                _("Pröva om beslutet kan ändras på annan grund."),
            )
        )
    return problems
