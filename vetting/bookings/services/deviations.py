"""Noting what went otherwise than agreed in a room, with a photo where there is one; a person decides what follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from vetting import casework
from vetting.associations.models.associations import names_of_records
from vetting.bookings.domain.deviations import LONGEST, wrong_with, wrong_with_withdrawal
from vetting.bookings.models.letting import Deviation, DeviationWithdrawal, withdrawals_of
from vetting.casework import open_case, raise_version
from vetting.casework.domain.cases import CaseState
from vetting.casework.models.cases import BookingRequest, occurrences, scheduled_times
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import _

if TYPE_CHECKING:
    from datetime import date

    from vetting.bookings.domain.deviations import DeviationKind
    from vetting.casework import NewDocument
    from vetting.casework.models.cases import Case
    from vetting.kernel.store.session import Session, WritingSession

DEVIATION_STATES = frozenset({CaseState.CONFIRMED, CaseState.RESCINDED})
"""States of a booking whose event can have been held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDeviation:
    """What happened at a booking, in a sentence, with a photo where there is one."""

    kind: DeviationKind | None
    what: str
    on: date
    photo: NewDocument | None = None


def note_deviation(session: WritingSession, number: str, new: NewDeviation) -> Deviation:
    """Notes a deviation of a booking; the association keeps its bookings until somebody has looked.

    Raises:
        Refused: no such booking for this person, it has not begun, or what is said is lacking or names a person.
    """
    case = open_case(session, number, action=Action.HANDLE)
    if case.kind is not CaseKind.BOOKING:
        raise Refused(Obstacle.MISSING)
    problems = wrong_with(new.kind, new.what, new.on, today=session.today, known_names=_names(session, case))
    first = min((use.starts_at for use in scheduled_times(session, case.id) if use.starts_at), default=None)
    if case.state not in DEVIATION_STATES or (first is not None and first > session.now):
        problems.append(
            Problem(number, _("Arrangemanget har inte hållits än."), _("Skriv en tjänsteanteckning i stället."))
        )
    if problems or new.kind is None:
        raise Refused(Obstacle.INVALID, *problems)
    photo = new.photo
    kept = casework.keep_document(session, case, photo) if photo is not None else None
    row = Deviation(
        board_id=case.board_id,
        case_id=case.id,
        association_id=case.association_id,
        kind=new.kind,
        what=new.what.strip()[:LONGEST],
        on=new.on,
        document_id=kept.id if kept is not None else None,
        at=session.now,
        by_user_id=session.user_id,
    )
    session.add(row)
    raise_version(case)
    session.flush()
    session.note("deviation_noted", row, case_id=case.id, reason=new.kind.value)
    return row


def withdraw_deviation(session: WritingSession, number: str, key: int, because: str) -> DeviationWithdrawal:
    """Takes back a deviation that was noted wrongly; what is right is noted anew.

    Raises:
        Refused: no such deviation of this person's, taken back already, or nothing without a person says why.
    """
    case = open_case(session, number, action=Action.HANDLE)
    row = session.scalar(select(Deviation).where(Deviation.id == key, Deviation.case_id == case.id))
    if row is None:
        raise Refused(Obstacle.MISSING)
    problems = wrong_with_withdrawal(because, _names(session, case))
    if withdrawals_of(session, [row.id]):
        problems = [Problem("because", _("Avvikelsen är redan återtagen."), _("Ladda om sidan."))]
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    back = DeviationWithdrawal(
        deviation_id=row.id, because=because.strip()[:LONGEST], at=session.now, by_user_id=session.user_id
    )
    session.add(back)
    raise_version(case)
    session.flush()
    session.note("deviation_withdrawn", row, case_id=case.id, reason=back.because)
    return back


def _names(session: Session, case: Case) -> list[str]:
    """Names of no persons: the board, the association, the rooms."""
    known = [session.person.board, case.name]
    if case.association_id is not None:
        known += [row.name for row in names_of_records(session, case.association_id)]
    request = session.scalar(select(BookingRequest).where(BookingRequest.case_id == case.id))
    return [*known, request.title if request else "", *(use.room_name for use in occurrences(session, case.id))]
