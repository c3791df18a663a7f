"""How a board lets its rooms: what it chooses, the terms it publishes, and that a booker has accepted them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from vetting.bookings.domain.letting import (
    LONGEST,
    LONGEST_TERMS,
    SHIPPED_TERMS,
    AcceptanceChannel,
    Letting,
    as_kept,
    wrong_with,
)
from vetting.bookings.models import letting as store
from vetting.bookings.models.letting import LettingTerms, TermsAcceptance
from vetting.casework import open_case, raise_version
from vetting.casework.domain.cases import CaseState
from vetting.casework.models.cases import LEFT_OUT, Case, Occurrence, seen_by
from vetting.casework.models.decisions import Decision
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import day_here
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import _
from vetting.people import require_permission
from vetting.people.models.people import Board

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from vetting.kernel.store.session import Session, WritingSession

MOST_SHOWN: Final = 200


def change_letting(session: WritingSession, given: Letting) -> Board:
    """Keeps what the board has chosen.

    Raises:
        Refused: it is not this person's to choose, or the sample is no share.
    """
    require_permission(session.person, Action.MANAGE_BOARD)
    problems = wrong_with(given)
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    board = session.get_one(Board, session.person.board_id)
    kept = as_kept(given)
    board.bookings = {**board.bookings, **{k: v[:LONGEST] if isinstance(v, str) else v for k, v in kept.items()}}
    session.note("letting_changed", board, board_id=board.id)
    return board


def publish_terms(session: WritingSession, text: str) -> LettingTerms:
    """A new version of the terms; what has been agreed keeps the version it was agreed by.

    Raises:
        Refused: not this person's to choose, empty, or the same as the last.
    """
    require_permission(session.person, Action.MANAGE_BOARD)
    lines = "\n".join(line.strip() for line in text.strip().splitlines() if line.strip())[:LONGEST_TERMS]
    last = store.terms_in_force(session, session.person.board_id)
    if not lines or (last is not None and last.text == lines):
        raise Refused(
            Obstacle.INVALID,
            Problem(
                "terms",
                _("Villkoren är desamma som förut.") if lines else _("Villkoren är tomma."),
                _("Ändra texten, eller låt de gamla villkoren gälla."),
            ),
        )
    return _keep_terms(session, session.person.board_id, lines, (last.version if last else 0) + 1)


def current_terms(session: WritingSession, board_id: int) -> LettingTerms:
    """The terms in force; those that ship become a board's first when they are first needed."""
    found = store.terms_in_force(session, board_id)
    return found or _keep_terms(session, board_id, SHIPPED_TERMS, 1)


def terms_of_booking(session: Session, case: Case) -> tuple[int, str]:
    """(version, text) of what a booker has agreed to; where nobody has, of what would be agreed to now."""
    accepted = store.last_acceptance(session, case.id)
    held = accepted[1] if accepted is not None else store.terms_in_force(session, case.board_id)
    return (held.version, held.text) if held is not None else (1, SHIPPED_TERMS)


def _keep_terms(session: WritingSession, board_id: int, text: str, version: int) -> LettingTerms:
    row = LettingTerms(board_id=board_id, version=version, text=text, at=session.now, by_user_id=session.user_id)
    session.add(row)
    session.flush()
    session.note("terms_published", row, board_id=board_id, detail={"version": version})
    return row


def note_acceptance(session: WritingSession, number: str, way: AcceptanceChannel, *, on: date) -> TermsAcceptance:
    """Notes that the booker has accepted the terms, how and when; the version in force then is kept.

    Raises:
        Refused: no such booking for this person, called off or refused, the day lies ahead, or accepted already.
    """
    case = open_case(session, number, action=Action.HANDLE)
    problems = []
    if case.kind is not CaseKind.BOOKING:
        raise Refused(Obstacle.MISSING)
    if case.state in {CaseState.REFUSED, CaseState.CANCELLED, CaseState.RESCINDED}:
        problems.append(Problem("accepted", _("Bokningen gäller inte."), _("Det finns inget att godta.")))
    if on > session.today:
        problems.append(Problem("accepted_on", _("Datumet ligger i framtiden."), _("Rätta datumet.")))
    current_terms(session, case.board_id)
    versions = store.terms_of(session, case.board_id)
    in_force = next((row for row in versions if day_here(row.at) <= on), versions[-1])
    if day_here(in_force.at) > on or on < case.received_on:
        problems.append(
            Problem("accepted_on", _("Villkoren eller bokningen fanns inte den dagen."), _("Rätta datumet."))
        )
    before = store.acceptances(session, [case.id]).get(case.id)
    if before is not None and before.terms_id == in_force.id:
        problems.append(Problem("accepted", _("De här villkoren är redan godtagna."), _("Ladda om sidan.")))
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    row = TermsAcceptance(
        case_id=case.id, terms_id=in_force.id, way=way, on=on, at=session.now, by_user_id=session.user_id
    )
    session.add(row)
    raise_version(case)
    session.flush()
    session.note("terms_accepted", row, case_id=case.id, reason=way.value, detail={"version": in_force.version})
    return row


def bookings_without_acceptance(session: Session) -> Sequence[Case]:
    """Confirmed bookings ahead whose terms nobody has accepted, the nearest first."""
    accepted = select(TermsAcceptance.id).where(TermsAcceptance.case_id == Case.id).exists()
    decided = select(Decision.id).where(Decision.case_id == Case.id).exists()
    return (
        session.scalars(
            select(Case)
            .join(Occurrence, Occurrence.case_id == Case.id)
            .where(
                Occurrence.starts_at >= session.now,
                Occurrence.state != LEFT_OUT,
                Case.kind == CaseKind.BOOKING,
                Case.state == CaseState.CONFIRMED,
                seen_by(session.person, by_key=True),
                decided,
                ~accepted,
            )
            .order_by(Occurrence.starts_at, Case.id)
            .limit(MOST_SHOWN)
        )
        .unique()
        .all()
    )
