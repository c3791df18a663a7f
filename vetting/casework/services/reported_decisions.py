"""Delegated decisions that are reported to the board."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from vetting.casework.domain.legal_force import DecisionEventKind
from vetting.casework.models.cases import Case, seen_by
from vetting.casework.models.decisions import Decision, DecisionEvent, waits_for_report
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import _
from vetting.people import require_permission

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from sqlalchemy import ColumnElement

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session, WritingSession


MOST_TOLD: Final = 200
"""Decisions that the board is told of at once; the rest come after them."""


def unreported_decisions(
    session: Session, action: Action, *, only: Collection[int] | None = None
) -> Sequence[tuple[Decision, Case]]:
    """Delegated decisions that the board has not been told of, in the order they were made: the first so many.

    only: of some decisions those that are among them.
    """
    wanted = (
        select(Decision, Case).join(Case, Case.id == Decision.case_id).where(*_not_reported_yet(session.person, action))
    )
    if only is not None:
        wanted = wanted.where(Decision.id.in_(list(only)[:MOST_TOLD]))
    rows = session.execute(wanted.order_by(Decision.decided_on, Decision.id).limit(MOST_TOLD))
    return [(decision, case) for decision, case in rows]


def count_unreported(session: Session, action: Action) -> int:
    """How many they are in all."""
    wanted = (
        select(func.count(Decision.id))
        .join(Case, Case.id == Decision.case_id)
        .where(*_not_reported_yet(session.person, action))
    )
    return session.scalar(wanted) or 0


def _not_reported_yet(by: Person, action: Action) -> tuple[ColumnElement[bool], ...]:
    return seen_by(by, action), Decision.board_id == by.board_id, waits_for_report()


def report_decisions(session: WritingSession, decision_ids: Sequence[int], on: date, paragraph: str) -> int:
    """Notes that the board has been told of delegated decisions at a meeting. Returns how many.

    Raises:
        Refused: none is chosen, one is not there or told already, or the meeting lies ahead.
    """
    require_permission(session.person, Action.REGISTER_CASE)
    found = unreported_decisions(session, Action.REGISTER_CASE, only=decision_ids)
    waiting = {decision.id: decision for decision, _unused in found}
    if not set(decision_ids) <= waiting.keys():
        raise Refused(
            Obstacle.STALE, Problem("decision", _("Ett av besluten är redan anmält."), _("Öppna listan på nytt."))
        )
    problems = []
    if not decision_ids:
        problems.append(Problem("decision", _("Inget beslut är valt."), _("Kryssa i de beslut som ska anmälas.")))
    if on > session.today or any(waiting[key].decided_on > on for key in decision_ids):
        problems.append(
            Problem("on", _("Sammanträdet ligger före ett av besluten, eller i framtiden."), _("Rätta datumet."))
        )
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    for key in decision_ids:
        decision = waiting[key]
        row = DecisionEvent(
            board_id=session.person.board_id,
            case_id=decision.case_id,
            decision_id=key,
            what=DecisionEventKind.REPORTED,
            on=on,
            number=paragraph.strip()[:60],
            at=session.now,
            by_user_id=session.user_id,
        )
        session.add(row)
        session.flush()
        session.note("decision_reported", row, case_id=decision.case_id)
    return len(decision_ids)
