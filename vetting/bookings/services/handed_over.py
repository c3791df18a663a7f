"""Answers to the booking system: a yes is done when it is handed over, a no when its letter has gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from vetting.bookings.domain.weeks import next_monday
from vetting.casework import note_handed_over
from vetting.casework.domain.cases import CaseState
from vetting.casework.models.cases import BookingRequest, Case, Occurrence, seen_by
from vetting.casework.models.decisions import Decision, is_sent, quashed_decisions
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import midnight
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy import Select

    from vetting.kernel.store.session import Session, WritingSession


def _yes_not_handed_over() -> Select[Decision]:
    return (
        select(Decision)
        .join(Case, Case.id == Decision.case_id)
        .where(
            Case.kind == CaseKind.BOOKING,
            Case.state == CaseState.CONFIRMED,
            Case.look_again_at.is_(None),
            Decision.kind == CaseKind.BOOKING.value,
            ~is_sent(),
            Decision.id.not_in(quashed_decisions()),
        )
        .order_by(Decision.id)
    )


def answers_to_hand_over(session: Session, monday: date) -> Sequence[Decision]:
    """The confirmed bookings of a week, from the booking system, whose yes it has not been given."""
    in_week = select(Occurrence.case_id).where(
        Occurrence.starts_at >= midnight(monday), Occurrence.starts_at < midnight(next_monday(monday))
    )
    from_system = select(BookingRequest.case_id).where(BookingRequest.reference != "")
    wanted = _yes_not_handed_over().where(
        seen_by(session.person, Action.HANDLE), Case.id.in_(in_week), Case.id.in_(from_system)
    )
    return session.scalars(wanted).all()


def hand_over_answers(session: WritingSession, monday: date) -> int:
    """Notes that the answers of a week are given to the booking system. How many.

    Raises:
        Refused: none of the week's is left to give.
    """
    found = answers_to_hand_over(session, monday)
    if not found:
        what = _("Alla ja för veckan är redan lämnade.")
        raise Refused(Obstacle.STALE, Problem("", what, _("Ett nej är klart när föreningen har fått sitt brev.")))
    for decision in found:
        note_handed_over(session, decision)
    return len(found)


def hand_over_one(session: WritingSession, case: Case) -> None:
    """Notes that the yes to one booking is given to the system that sent it; again changes nothing."""
    for decision in session.scalars(_yes_not_handed_over().where(Case.id == case.id)):
        note_handed_over(session, decision)
