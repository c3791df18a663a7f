"""Closing a case, and what the gates after a decision look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetting.domain.after_decision import DecisionEventKind, DecisionForce, decision_standing
from vetting.domain.cases import CaseMarkKind, CaseState
from vetting.domain.closing import BEFORE_CLOSING, ClosingSituation, closed_after
from vetting.domain.criteria import CaseKind
from vetting.domain.delegation import DELEGATED_AUTHORITIES
from vetting.domain.passage import FAVOURABLE, DecisionOutcome
from vetting.domain.people import Action
from vetting.domain.problem import Obstacle, Problem, Refused
from vetting.domain.words import Words
from vetting.services import gates, rule_versions
from vetting.services.board_order import clock_of
from vetting.services.cases import change_state, open_case, remove_working_notes
from vetting.store.decisions import as_events, events_of, of_case
from vetting.store.people import Board
from vetting.store.trail import TrailNote

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from vetting.domain.passage import ClosedGate
    from vetting.domain.people import Person
    from vetting.services.rules import Rules
    from vetting.store.cases import Case
    from vetting.store.session import WritingSession

CLOSABLE = frozenset({CaseState.DECIDED, CaseState.REPORTING})


def closing_situation(session: Session, case: Case, rules: Rules, *, on: date) -> ClosingSituation:
    """Where a decided case stands that day."""
    decisions = [row for row in of_case(session, case.id) if row.kind in set(CaseKind)]
    events = events_of(session, [row.id for row in decisions])
    stands = {
        row.id: decision_standing(as_events(events.get(row.id, [])), on, clock_of(session, row)) for row in decisions
    }
    valid = [row for row in decisions if stands[row.id].force is not DecisionForce.QUASHED]
    noted = {row.id: {event.what for event in events.get(row.id, [])} for row in decisions}
    marks = {mark.kind for mark in gates.standing_marks(session, case)}
    board = session.get_one(Board, case.board_id)
    ruleset = rule_versions.read_version(session, case.rule_version_id, rules)
    states = gates.gates_under(board, ruleset, rules)
    return ClosingSituation(
        granted=bool(valid) and DecisionOutcome(valid[0].outcome) in FAVOURABLE and case.kind == CaseKind.GRANT,
        identity_checked=CaseMarkKind.IDENTITY_CHECKED in marks,
        sent=all(DecisionEventKind.SENT in noted[row.id] for row in valid),
        reported=all(
            DecisionEventKind.REPORTED in noted[row.id]
            for row in valid
            if row.maker in DELEGATED_AUTHORITIES and not row.execution
        ),
        followed_up=CaseMarkKind.FOLLOWED_UP in marks,
        appeal_open=any(
            stands[row.id].force in {DecisionForce.APPEAL_RUNNING, DecisionForce.APPEALED} for row in valid
        ),
        off=frozenset(name for name, state in states.items() if not state.on),
    )


def holding_open(session: Session, case: Case, rules: Rules, *, on: date) -> tuple[ClosedGate, ...]:
    """What holds a decided case back from being closed."""
    return closed_after(closing_situation(session, case, rules, on=on), BEFORE_CLOSING)


def close_case(session: WritingSession, number: str, *, rules: Rules, by: Person, at: datetime) -> Case:
    """Closes a decided case: nothing more is to be done in it.

    Raises:
        Refused: it is not decided, money is still to be paid, it can be appealed, or a gate holds it.
    """
    case = open_case(session, number, by=by, action=Action.HANDLE)
    if CaseState(case.state) not in CLOSABLE:
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                number,
                Words("Ärendet kan inte avslutas än.", "The case cannot be closed yet."),
                Words(
                    "Det ska vara beslutat, och beviljade pengar ska vara utbetalda.",
                    "It is to be decided, and granted money is to be paid.",
                ),
            ),
        )
    found = closing_situation(session, case, rules, on=at.date())
    problems = [Problem(gate.gate, gate.what, gate.remedy) for gate in closed_after(found, BEFORE_CLOSING)]
    if found.appeal_open:
        problems.append(
            Problem(
                number,
                Words("Beslutet kan överklagas, eller är överklagat.", "The decision can be appealed, or is appealed."),
                Words("Vänta tills det har fått laga kraft.", "Wait until it is in force."),
            )
        )
    if problems:
        raise Refused(Obstacle.CLOSED, *problems)
    change_state(case, CaseState.CLOSED)
    remove_working_notes(session, case)
    session.note(TrailNote(action="case_closed", by=by, at=at, subject=case, case_id=case.id))
    return case
