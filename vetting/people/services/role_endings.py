"""How a role ends: taken back, on its last day, unused; with what rested on it, and never the last that is needed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import or_, select

from vetting.kernel.dates import day_here
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import SEPARATION_WORDS, Action, Role, SeparationOfDuties
from vetting.kernel.text import _
from vetting.people.domain.role_expiry import RoleEnd
from vetting.people.models import people
from vetting.people.models.delegation import Absence, Delegation
from vetting.people.models.people import RoleAssignment, User
from vetting.people.services.privileged_accounts import waiting_roles
from vetting.people.services.roles import ASK_ANOTHER, SECONDS, role_note, second_persons
from vetting.people.services.sign_in import require_permission

if TYPE_CHECKING:
    from datetime import date

    from vetting.kernel.store.session import Session, WritingSession

TWO: Final = 2
"""One who asks and one who says yes."""


def end_role(session: WritingSession, user_id: int, role: Role, *, board_id: int) -> None:
    """Takes a role back, at once; a right to decide that rested on it ends with it.

    Raises:
        Refused: not this person's to take, their own, nobody holds it, or nobody would be left to give roles.
    """
    held = _held_role(session, user_id, role, board_id)
    if (
        session.person_or_none is not None
        and role in SECONDS
        and not _who_stay(session, board_id, *SECONDS, but={session.person_or_none.id, user_id})
    ):
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                "role",
                _("Då kan ingen annan än du godkänna roller."),
                _("Ge rollen till en annan först, eller be den som sköter servern."),
            ),
        )
    others = _who_stay(session, board_id, Role.ADMINISTRATOR, but={user_id})
    if role is Role.ADMINISTRATOR and not others and session.person_or_none is not None:
        raise Refused(
            Obstacle.CLOSED,
            Problem("role", _("Det är nämndens sista systemförvaltare."), _("Ge rollen till en annan först.")),
        )
    end_held_role(session, held, RoleEnd.TAKEN_BACK)


def _held_role(session: Session, user_id: int, role: Role, board_id: int) -> RoleAssignment:
    if session.person_or_none is not None:
        require_permission(session.person_or_none, Action.MANAGE_PEOPLE)
    held = session.scalar(
        select(RoleAssignment).where(
            RoleAssignment.user_id == user_id, RoleAssignment.board_id == board_id, RoleAssignment.role == role.value
        )
    )
    if held is None:
        raise Refused(Obstacle.MISSING)
    if session.person_or_none is not None and session.person_or_none.id == user_id:
        raise Refused(Obstacle.CLOSED, Problem("role", SEPARATION_WORDS[SeparationOfDuties.GIVE_ONESELF], ASK_ANOTHER))
    return held


def end_held_role(session: WritingSession, held: RoleAssignment, why: RoleEnd) -> None:
    """Ends a role with what rested on it."""
    user = session.get_one(User, held.user_id)
    people.end_role(session, held, why, ended_by=session.user_id)
    session.flush()
    action = "role_ended" if why is RoleEnd.TAKEN_BACK else "role_over"
    session.add_entry(role_note(action, user, held.board_id, held.role, by=session.person_or_none, at=session.now))
    decides = select(RoleAssignment.id).where(
        RoleAssignment.user_id == user.id,
        RoleAssignment.board_id == held.board_id,
        RoleAssignment.role == Role.DECISION_MAKER,
    )
    rests = held.role is Role.PREMISES and session.scalar(decides) is None
    if held.role is Role.DECISION_MAKER or rests:
        _end_rights(session, user.id, held.board_id)


def set_last_day(
    session: WritingSession, user_id: int, role: Role, last_day: date | None, *, board_id: int
) -> RoleAssignment:
    """Sets or moves the last day of a role; none is without end.

    Raises:
        Refused: not this person's to say, their own, nobody holds it, the day is past, nobody else could give roles
            then, or more time for a role that takes a second person's yes.
    """
    held = _held_role(session, user_id, role, board_id)
    if last_day is not None and last_day < day_here(session.now):
        raise Refused(
            Obstacle.INVALID,
            Problem("ends_on", _("Dagen har redan varit."), _("Välj en senare dag, eller ta tillbaka rollen nu.")),
        )
    if last_day is not None and is_needed(session, held):
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                "ends_on", _("Ingen annan i nämnden kan göra det rollen gör."), _("Ge rollen till en annan först.")
            ),
        )
    longer = held.ends_on is not None and (last_day is None or last_day > held.ends_on)
    if (
        longer
        and role in waiting_roles(session, board_id)
        and second_persons(session, board_id, but={user_id, session.person.id})
    ):
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                "ends_on",
                _("En längre tid är detsamma som att ge rollen igen, och kräver en annan persons godkännande."),
                _("Låt rollen sluta och ge den på nytt, med en ny sista dag."),
            ),
        )
    held.ends_on = last_day
    note = role_note(
        "role_last_day_set", session.get_one(User, user_id), board_id, role, by=session.person, at=session.now
    )
    session.add_entry(note)
    return held


def is_needed(session: Session, held: RoleAssignment) -> bool:
    """Whether the board would have nobody to give roles, or no two who can ask and say yes, without this one."""
    if held.role is Role.ADMINISTRATOR and not _who_stay(
        session, held.board_id, Role.ADMINISTRATOR, but={held.user_id}
    ):
        return True
    return held.role in SECONDS and len(_who_stay(session, held.board_id, *SECONDS, but={held.user_id})) < TWO


def _who_stay(session: Session, board_id: int, *roles: Role, but: set[int]) -> set[int]:
    """Whoever has one of some roles without a last day, apart from some people."""
    wanted = (
        select(RoleAssignment.user_id)
        .join(User, User.id == RoleAssignment.user_id)
        .where(
            RoleAssignment.board_id == board_id,
            RoleAssignment.role.in_(roles),
            RoleAssignment.ends_on.is_(None),
            User.active,
        )
    )
    return set(session.scalars(wanted)) - but


def keep_on(session: WritingSession, held: RoleAssignment) -> None:
    """A role whose last day came and that the board cannot be without goes on."""
    held.ends_on = None
    user = session.get_one(User, held.user_id)
    session.add_entry(role_note("role_last_day_set", user, held.board_id, held.role, by=None, at=session.now))


def _end_rights(session: WritingSession, user_id: int, board_id: int) -> None:
    """Rows of the scheme in the person's own name, and days when somebody stands in for them or they for somebody."""
    today = session.today
    rows = select(Delegation).where(Delegation.board_id == board_id, Delegation.user_id == user_id)
    for row in session.scalars(rows.where(or_(Delegation.valid_to.is_(None), Delegation.valid_to >= today))):
        row.valid_to = _day_before(row.valid_from, today)
        session.note("delegation_ended", row, board_id=board_id)
    away = select(Absence).where(Absence.board_id == board_id, Absence.ended_at.is_(None))
    for absence in session.scalars(away.where(or_(Absence.user_id == user_id, Absence.substitute_id == user_id))):
        absence.ended_at = session.now
        session.note("absence_ended", absence, board_id=board_id)


def _day_before(first: date, today: date) -> date:
    return max(today, first) - timedelta(days=1)
