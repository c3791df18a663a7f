"""A confirmed booking is taken back by the administration: a decision of its own, with all that it needs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from vetting import casework
from vetting.bookings.domain.rescissions import RescissionGround, reasons_of, wrong_with
from vetting.bookings.models.letting import acceptances
from vetting.bookings.services import letting
from vetting.casework import (
    AT_ONCE,
    NOT_ANSWERED,
    change_state,
    has_answered_on_conflict,
    open_case,
    raise_version,
    register_record,
)
from vetting.casework.domain.cases import CaseState
from vetting.casework.domain.legal_force import RESCISSION
from vetting.casework.domain.records import RecordKind
from vetting.casework.models.cases import follow_booking_state
from vetting.casework.models.decisions import Decision, of_case
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import DecisionOutcome
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import _
from vetting.people.domain.delegation import DelegatedAct

if TYPE_CHECKING:
    from vetting.bookings.domain.rescissions import NewRescission
    from vetting.casework import DecisionForm
    from vetting.casework.models.cases import Case
    from vetting.kernel.store.session import WritingSession


RESCINDS: Final = frozenset({DelegatedAct.RESCIND_ROOM})


def rescind_booking(
    session: WritingSession, number: str, given: NewRescission, *, version: int | None, form: DecisionForm = AT_ONCE
) -> Decision:
    """Decides that a confirmed booking no longer stands; the booker is told by letter and can appeal.

    Raises:
        Refused: not confirmed, something is lacking in what is said, this person's delegation does not cover a
            refusal of bookings, or they have not answered on conflict of interest.
    """
    case = open_case(session, number, action=Action.DECIDE, version=version)
    if case.kind is not CaseKind.BOOKING:
        raise Refused(Obstacle.MISSING)
    confirmed = next((row for row in of_case(session, case.id) if row.kind == CaseKind.BOOKING), None)
    if case.state is not CaseState.CONFIRMED or confirmed is None:
        raise Refused(
            Obstacle.STALE,
            Problem(number, _("Bokningen är inte bekräftad."), _("Öppna bokningen och se vilken status den har.")),
        )
    accepted = acceptances(session, [case.id]).get(case.id)
    held = casework.delegation_for(
        session, case.kind, on=session.today, outcome=DecisionOutcome.REFUSED, needed=RESCINDS
    )
    problems = wrong_with(given, accepted=accepted is not None)
    if accepted is None:  # a term that nobody has accepted binds nobody
        given = replace(given, term="")
        if given.ground is RescissionGround.TERMS_BROKEN:
            problems.append(
                Problem("ground", _("Ingen har godtagit några villkor som kan ha brutits."), _("Välj en annan grund."))
            )
    if given.term.strip() and given.term.strip() not in letting.terms_of_booking(session, case)[1].splitlines():
        problems.append(Problem("term", _("Villkoret står inte i avtalet."), _("Välj ett som står där.")))
    if held is None or not held.covers(DecisionOutcome.REFUSED, None, RESCINDS):
        problems.append(
            Problem(
                number,
                _("Din delegation omfattar inte att ta tillbaka en bokning."),
                _("Lämna ärendet till någon vars delegation omfattar det."),
            )
        )
    else:
        problems += casework.wrong_with(held, form)
    if not has_answered_on_conflict(session, case, session.person.id):
        problems.append(Problem("conflict", *NOT_ANSWERED))
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    decision = Decision(
        board_id=case.board_id,
        case_id=case.id,
        kind=RESCISSION,
        changes_id=confirmed.id,
        outcome=DecisionOutcome.APPROVED,
        amount=None,
        conditions=[],
        reservations=[],
        reasons=reasons_of(given),
        grounds=[given.ground.value] if given.ground else [],
        reasons_at=session.now,
        appeal=casework.appeal_for(session, case, held.maker if held else ""),
        rests_on=_rests_on(given, confirmed, accepted.id if accepted else None),
        **casework.signature_columns(session, held, form),
    )
    session.add(decision)
    _end(session, case)
    session.flush()
    register_record(session, case, RecordKind.DECISION, decision.id, on=decision.decided_on)
    session.note("booking_rescinded", decision, case_id=case.id, reason=given.ground.value if given.ground else "")
    return decision


def _rests_on(given: NewRescission, confirmed: Decision, accepted: int | None) -> dict[str, Any]:
    return {
        "decision": confirmed.id,
        "acceptance": accepted,
        "term": given.term.strip(),
        "heard": given.heard.strip(),
        "not_heard_because": given.not_heard_because.strip(),
        "proportionality": given.proportionality.strip(),
    }


def _end(session: WritingSession, case: Case) -> None:
    change_state(case, CaseState.RESCINDED)
    case.look_again_at, case.look_again_because = None, ""
    follow_booking_state(session, case)
    raise_version(case)
