"""Closing a case, and what the gates after a decision look at."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from vetting import casework
from vetting.casework import add_note, change_state, clock_of, close_notes, open_case, put_mark
from vetting.casework.domain.cases import CaseMarkKind, CaseState
from vetting.casework.domain.gate_table import HELD_TO_PAY, GatedStep, closed_after
from vetting.casework.domain.legal_force import DecisionEventKind, DecisionForce, decision_status
from vetting.casework.domain.next_steps import FOLLOW_UP_GATE
from vetting.casework.domain.situations import NOTHING_LACKING, DecidedSituation
from vetting.casework.models.cases import Case, current_marks
from vetting.casework.models.decisions import as_events, cases_without_extract, events_of, of_case
from vetting.casework.models.letters import Letter, returned_decisions
from vetting.casework.models.letters import of_case as letters_of
from vetting.grants.models.board_items import lacks_extract
from vetting.grants.models.rounds import Round, scheme_of_case
from vetting.grants.models.schemes import StateAid
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import FAVOURABLE, DecisionOutcome, Reservation
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import _
from vetting.money.models.payments import of_case as payments_of
from vetting.money.models.reports import has_legacy_report, report_of
from vetting.money.models.unused_money import unused_of
from vetting.people.domain.delegation import DELEGATED_AUTHORITIES
from vetting.people.models.people import Board
from vetting.rules import read_version, rulebook_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from vetting.casework.domain.gate_table import ClosedGate
    from vetting.kernel.store.session import Session, WritingSession
    from vetting.money.models.reports import GrantReport

CLOSABLE = frozenset({CaseState.DECIDED, CaseState.REPORTING})


def closing_situation(session: Session, case: Case, *, on: date) -> DecidedSituation:
    """Where a decided case stands that day."""
    decisions = [row for row in of_case(session, case.id) if row.kind in set(CaseKind)]
    events = events_of(session, [row.id for row in decisions])
    stands = {
        row.id: decision_status(as_events(events.get(row.id, [])), on, clock_of(session, row)) for row in decisions
    }
    valid = [row for row in decisions if stands[row.id].force is not DecisionForce.QUASHED]
    noted = {row.id: {event.what for event in events.get(row.id, [])} for row in decisions}
    came_back = any(letter.returned_at is not None for letter in letters_of(session, case.id))
    back = set(session.scalars(returned_decisions().where(Letter.case_id == case.id))) if came_back else set()
    marks = {mark.kind for mark in current_marks(session, case)}
    board = session.get_one(Board, case.board_id)
    ruleset = read_version(session, case.rule_version_id)
    states = casework.gates_under(board, ruleset, rulebook_of(session))
    report = report_of(session, case.id)
    report_due = _report_due(session, case, report)
    report_left = (
        case.state is CaseState.REPORTING
        and CaseMarkKind.FOLLOWED_UP not in marks
        and bool(valid)
        and all(Reservation.REPORT.value in row.reservations for row in valid)
    )
    report_come = report is not None and report.has_come
    if report_left and not report_come and (report is None or report.received_on is None):
        report_come = session.scalar(select(Case.id).where(Case.id == case.id, has_legacy_report())) is not None
    return DecidedSituation(
        granted=bool(valid) and DecisionOutcome(valid[0].outcome) in FAVOURABLE and case.kind == CaseKind.GRANT,
        identity_checked=CaseMarkKind.IDENTITY_CHECKED in marks,
        sent=all(DecisionEventKind.SENT in noted[row.id] and row.id not in back for row in valid),
        reported=all(
            DecisionEventKind.REPORTED in noted[row.id]
            for row in valid
            if row.maker in DELEGATED_AUTHORITIES and not row.execution
        ),
        followed_up=CaseMarkKind.FOLLOWED_UP in marks,
        report_left=report_left,
        report_come=report_come,
        report_late=report_left and not report_come and report_due is not None and report_due < on,
        aid_registered=CaseMarkKind.AID_REGISTERED in marks or not _is_minor_aid(session, case),
        extract_handed_in=not lacks_extract(session, [row.item_decision_id for row in valid]),
        payments_left=_payments_left(session, case),
        appeal_open=any(
            stands[row.id].force in {DecisionForce.APPEAL_RUNNING, DecisionForce.APPEALED} for row in valid
        ),
        off=frozenset(name for name, state in states.items() if not state.on),
    )


def _payments_left(session: Session, case: Case) -> bool:
    return any(payment.paid_on is None for payment in payments_of(session, case.id))


def gates_to_pay(session: Session, cases: Sequence[Case]) -> dict[int, tuple[ClosedGate, ...]]:
    """Case -> the gates that hold its payments; of many granted cases of one board in few statements."""
    if not cases:
        return {}
    board = session.get_one(Board, cases[0].board_id)
    off: dict[int | None, frozenset[str]] = {}
    for case in cases:
        if case.rule_version_id not in off:
            ruleset = read_version(session, case.rule_version_id)
            states = casework.gates_under(board, ruleset, rulebook_of(session))
            off[case.rule_version_id] = frozenset(name for name, state in states.items() if not state.on)
    asked = [case for case in cases if not off[case.rule_version_id] >= HELD_TO_PAY]
    without = cases_without_extract(session, [case.id for case in asked])
    found = {}
    for case in asked:
        marks = {mark.kind for mark in current_marks(session, case)}
        situation = replace(
            NOTHING_LACKING,
            identity_checked=CaseMarkKind.IDENTITY_CHECKED in marks,
            extract_handed_in=case.id not in without,
            off=off[case.rule_version_id],
        )
        closed = closed_after(situation, GatedStep.PAY)
        if closed:
            found[case.id] = closed
    return found


def _report_due(session: Session, case: Case, report: GrantReport | None) -> date | None:
    """The day that its report is to come: to be completed, its own, or that of its round."""
    own = report.own_day if report is not None else None
    if own is not None or case.round_id is None:
        return own
    found = session.get(Round, case.round_id)
    return found.report_on if found is not None else None


def _is_minor_aid(session: Session, case: Case) -> bool:
    scheme = scheme_of_case(session, case.scheme_id, case.round_id)
    return scheme is not None and scheme.state_aid is StateAid.DE_MINIMIS


def holding_open(session: Session, case: Case, *, on: date) -> tuple[ClosedGate, ...]:
    """What holds a decided case back from being closed."""
    return closed_after(closing_situation(session, case, on=on), GatedStep.CLOSE)


def close_case(session: WritingSession, number: str, *, unreported: str = "") -> Case:
    """Closes a decided case: nothing more is to be done in it.

    unreported: why it is closed although no report has been gone through. It stands as an official note, and the next
    application still knows that the report is missing.

    Raises:
        Refused: it is not decided, money is still to be paid, it can be appealed, a gate holds it, or a report is
            missing and nothing says why it is closed all the same.
    """
    case = open_case(session, number, action=Action.HANDLE)
    if case.state not in CLOSABLE:
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                number,
                _("Ärendet kan inte avslutas än."),
                _("Det ska vara beslutat, och beviljade pengar ska vara utbetalda."),
            ),
        )
    found = closing_situation(session, case, on=session.today)
    without_report = found.report_left and bool(unreported.strip())
    held = [
        gate
        for gate in closed_after(found, GatedStep.CLOSE)
        if not (without_report and gate.gate == FOLLOW_UP_GATE)  # why there is no report is what the follow-up showed
    ]
    problems = [Problem(gate.gate, gate.what, gate.remedy) for gate in held]
    if found.appeal_open:
        problems.append(
            Problem(
                number,
                _("Beslutet kan överklagas, eller är överklagat."),
                _("Vänta tills beslutet har fått laga kraft."),
            )
        )
    if found.payments_left:
        problems.append(
            Problem(
                number,
                _("En delbetalning är inte betald."),
                _("Vänta på den, eller fatta ett nytt beslut om bidraget."),
            )
        )
    unused = unused_of(session, case.id)
    if unused is not None and unused.days.is_asked_for:
        problems.append(
            Problem(
                number,
                _("Begärd återbetalning av oförbrukat bidrag är inte betald."),
                _("Vänta på betalningen, eller öppna ett återkrav."),
            )
        )
    if problems:
        raise Refused(Obstacle.CLOSED, *problems)
    if found.report_left:
        _close_unreported(session, case, unreported.strip())
    change_state(case, CaseState.CLOSED)
    close_notes(session, case)
    session.note("case_closed", case, case_id=case.id)
    return case


def _close_unreported(session: WritingSession, case: Case, because: str) -> None:
    if not because:
        raise Refused(
            Obstacle.INVALID,
            Problem(
                "text",
                _("Ingen redovisning är genomgången."),
                _("Gå igenom den, eller skriv varför ärendet avslutas utan."),
            ),
        )
    add_note(session, case.number, CLOSED_WITHOUT.sv + because, official=True)
    put_mark(session, case, CaseMarkKind.CLOSED_UNREPORTED, text=because)


CLOSED_WITHOUT: Final = _("Avslutat utan genomgången redovisning: ")
