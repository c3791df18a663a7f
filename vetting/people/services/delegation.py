"""The scheme of delegation as data: who or which function, for what, when; substitutes; what is reported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import SEPARATION_WORDS, Action, Role, SeparationOfDuties
from vetting.kernel.text import _, same_in_both
from vetting.people.domain.delegation import (
    KINDS,
    DecisionAuthority,
    DelegatedAct,
    given_acts,
    in_order,
)
from vetting.people.models.delegation import Absence, Delegation
from vetting.people.models.people import Board, RoleAssignment, User, colleagues
from vetting.people.services import roles
from vetting.people.services.setup_steps import SetupStep, mark_step_done
from vetting.people.services.sign_in import require_permission

if TYPE_CHECKING:
    from datetime import date

    from vetting.kernel.store.session import Session, WritingSession

FUNCTIONS: Final = (Role.MANAGER, Role.CASEWORKER, Role.PREMISES)
"""Functions that a scheme can name instead of a person. Members of the reference group advise, they do not decide."""


LONGEST_TITLE: Final = 80
LONGEST_ABSENCE: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelegationRow:
    """One row of the scheme: one person or one function; the amount in öre."""

    user_id: int | None
    function: Role | None
    maker: DecisionAuthority
    point: str
    kinds: tuple[str, ...]
    largest: int | None
    refusals: bool
    valid_from: date
    valid_to: date | None
    execution: bool | None = None
    """Whether it is execution; None leaves it to the kind of act."""
    acts: tuple[DelegatedAct, ...] = ()
    """What of the kinds it gives; none: all of it but what is the board's as it ships."""
    title: str = ""
    """The delegate's title in the scheme of delegation."""


def add_delegation(session: WritingSession, new: NewDelegationRow) -> Delegation:
    """One more row.

    Raises:
        Refused: it names nobody or several, a person who is no decision maker here, nothing, or days that cannot be.
    """
    require_permission(session.person, Action.MANAGE_BOARD)
    problems = _wrong_row(session, new, session.person.board_id)
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    if new.user_id == session.person.id or (new.function is not None and new.function in session.person.roles):
        raise Refused(
            Obstacle.CLOSED, Problem("user_id", SEPARATION_WORDS[SeparationOfDuties.GIVE_ONESELF], roles.ASK_ANOTHER)
        )
    row = Delegation(
        board_id=session.person.board_id,
        user_id=new.user_id,
        function=new.function.value if new.function else "",
        maker=new.maker,
        title=" ".join(mask_personal_numbers(new.title).split())[:LONGEST_TITLE],
        point=new.point.strip()[:60],
        kinds=list(new.kinds),
        acts=in_order(given_acts(new.kinds, new.acts, new.maker, refusals=new.refusals)),
        refusals=new.refusals,
        largest=new.largest,
        valid_from=new.valid_from,
        valid_to=new.valid_to,
        execution=new.execution,
        asked_by_id=session.user_id,
        waits=bool(roles.second_persons(session, session.person.board_id, but={session.person.id, new.user_id or 0})),
    )
    session.add(row)
    mark_step_done(session.get_one(Board, session.person.board_id), SetupStep.DELEGATION)
    session.flush()
    session.note("delegation_added", row, board_id=session.person.board_id)
    return row


def answer_delegation(session: WritingSession, key: int, *, yes: bool) -> Delegation:
    """The second person's answer about a row; whoever asked may take it back.

    Raises:
        Refused: there is none that waits, or it is not this person's to answer.
    """
    require_permission(session.person, Action.AGREE_PEOPLE)
    row = session.scalar(select(Delegation).where(Delegation.id == key, Delegation.board_id == session.person.board_id))
    if row is None or not row.waits or (row.valid_to is not None and row.valid_to < row.valid_from):
        raise Refused(Obstacle.MISSING)
    if not roles.may_agree(session.person, row.asked_by_id, row.user_id) and (
        yes or session.person.id != row.asked_by_id
    ):
        raise Refused(Obstacle.CLOSED, Problem("ask", SEPARATION_WORDS[SeparationOfDuties.AGREE_OWN], same_in_both("")))
    if yes:
        row.waits, row.agreed_by_id = False, session.person.id
    else:
        row.valid_to = row.valid_from - timedelta(days=1)
    action = "delegation_agreed" if yes else "delegation_refused"
    session.note(action, row, board_id=session.person.board_id)
    return row


def _wrong_row(session: WritingSession, new: NewDelegationRow, board_id: int) -> list[Problem]:
    found = []
    if (new.user_id is None) == (new.function is None):
        found.append(
            Problem(
                "user_id",
                _("Raden nämner ingen, eller både en person och en funktion."),
                _("Välj en person eller en funktion. En grupp kan inte få delegation."),
            )
        )
    if new.function is not None and new.function not in FUNCTIONS:
        found.append(Problem("function", _("Den funktionen kan inte få delegation."), _("Välj en annan.")))
    if new.user_id is not None and not is_decision_maker(session, new.user_id, board_id):
        found.append(Problem("user_id", *NO_DECISION_MAKER))
    if not new.kinds or not set(new.kinds) <= KINDS.keys():
        found.append(Problem("kinds", _("Det står inte vad delegationen gäller."), _("Kryssa i minst ett.")))
    if new.valid_to is not None and new.valid_to < new.valid_from:
        found.append(Problem("valid_to", _("Delegationen slutar innan den börjar."), _("Rätta datumen.")))
    if new.largest is not None and new.largest <= 0:
        found.append(
            Problem(
                "largest",
                _("Beloppet är inte större än noll."),
                _("Skriv ett belopp, eller lämna tomt om det inte ska finnas något tak."),
            )
        )
    return found


NO_DECISION_MAKER: Final = (_("Personen är inte beslutsfattare i nämnden."), _("Ge rollen först."))


def is_decision_maker(session: Session, user_id: int, board_id: int) -> bool:
    """Whether somebody with an open account holds the role in the board."""
    wanted = (
        select(RoleAssignment.id)
        .join(User, User.id == RoleAssignment.user_id)
        .where(
            RoleAssignment.user_id == user_id,
            RoleAssignment.board_id == board_id,
            RoleAssignment.role == Role.DECISION_MAKER.value,
            User.active,
        )
    )
    return session.scalar(wanted) is not None


def end_delegation(session: WritingSession, key: int, last_day: date) -> Delegation:
    """Ends a row on a day; what was decided by it stands.

    Raises:
        Refused: there is no such row, or it has ended already.
    """
    require_permission(session.person, Action.MANAGE_BOARD)
    row = session.scalar(select(Delegation).where(Delegation.id == key, Delegation.board_id == session.person.board_id))
    if row is None:
        raise Refused(Obstacle.MISSING)
    if row.valid_to is not None and row.valid_to <= last_day:
        raise Refused(Obstacle.STALE, Problem("valid_to", _("Raden är redan avslutad."), _("Lägg till en ny rad.")))
    row.valid_to = max(last_day, row.valid_from - timedelta(days=1))
    session.note("delegation_ended", row, board_id=session.person.board_id)
    return row


def be_absent(session: WritingSession, user_id: int, substitute_id: int, first_on: date, last_on: date) -> Absence:
    """For some days another stands in for somebody; said by whoever is away.

    In the place of a decision maker another one decides; whoever else stands in sees what the absent one watches.

    Raises:
        Refused: not one's own absence, the same person twice, nobody who can stand in, or days that cannot be.
    """
    if user_id != session.person.id:
        require_permission(session.person, Action.MANAGE_BOARD)
    problems = []
    if user_id != session.person.id and (
        substitute_id == session.person.id
        or roles.second_persons(session, session.person.board_id, but={session.person.id, substitute_id})
    ):
        problems.append(
            Problem(
                "user_id",
                _("Den som är borta utser själv sin ersättare."),
                _("Lägg annars till en rad för ersättaren. Raden väntar på en annan persons godkännande."),
            )
        )
    if user_id == substitute_id:
        problems.append(Problem("substitute_id", _("Ersättaren är samma person som är borta."), _("Välj en annan.")))
    decides = is_decision_maker(session, user_id, session.person.board_id)
    if decides and not is_decision_maker(session, substitute_id, session.person.board_id):
        problems.append(Problem("substitute_id", *NO_DECISION_MAKER))
    here = {user.id for user in colleagues(session, session.person.board_id, *Role)}
    for field, key in (("user_id", user_id), ("substitute_id", substitute_id)):
        if key not in here:
            problems.append(Problem(field, _("Personen arbetar inte i nämnden."), _("Välj en kollega i nämnden.")))
    if last_on < first_on or last_on < session.today:
        problems.append(
            Problem("last_on", _("Perioden har redan passerat, eller slutar innan den börjar."), _("Rätta datumen."))
        )
    elif last_on - first_on > LONGEST_ABSENCE:
        problems.append(
            Problem(
                "last_on",
                _("Frånvaron är längre än ett år."),
                _("Rätta datumet, eller lägg till en rad i delegationsordningen."),
            )
        )
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    row = Absence(
        board_id=session.person.board_id,
        user_id=user_id,
        substitute_id=substitute_id,
        first_on=first_on,
        last_on=last_on,
        at=session.now,
        by_user_id=session.user_id,
    )
    session.add(row)
    session.flush()
    session.note("absence_added", row, board_id=session.person.board_id)
    return row


def come_back(session: WritingSession, key: int) -> Absence:
    """Ends an absence before its last day.

    Raises:
        Refused: there is none, or it is somebody else's.
    """
    row = session.scalar(
        select(Absence).where(
            Absence.id == key, Absence.board_id == session.person.board_id, Absence.ended_at.is_(None)
        )
    )
    if row is None or (row.user_id != session.person.id and not session.person.may(Action.MANAGE_BOARD)):
        raise Refused(Obstacle.MISSING)
    row.ended_at = session.now
    session.note("absence_ended", row, board_id=session.person.board_id)
    return row
