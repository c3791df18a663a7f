"""Who may do what in a board: accounts, roles given and taken back, and the second yes that weighty ones wait for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import func, or_, select

from vetting.kernel.dates import day_here
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import ROLE_WORDS, SEPARATION_WORDS, Action, Role, SeparationOfDuties
from vetting.kernel.store.trail import TrailNote
from vetting.kernel.text import Words, _, join_words, same_in_both
from vetting.people.domain.ways_of_working import WAITS, is_waiting
from vetting.people.models import people
from vetting.people.models.delegation import Delegation
from vetting.people.models.people import Board, Invitation, RoleAssignment, RolePeriod, RoleRequest, User, colleagues
from vetting.people.services.invitations import end_links
from vetting.people.services.privileged_accounts import waiting_roles
from vetting.people.services.sign_in import end_sessions, find_board, require_permission

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session, WritingSession

SECONDS = (Role.MANAGER, Role.ADMINISTRATOR)
"""Who may say the second yes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Who is to have which roles in a board."""

    login: str
    name: str
    board: str
    roles: tuple[Role, ...]
    email: str = ""
    begins_on: date | None = None
    """The first day, where they do not begin at once."""
    ends_on: date | None = None
    """The last day, where one is set."""
    by_group: bool = False
    """A group of the municipality's directory gives them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGrantResult:
    """What came of it."""

    user: User
    fresh: bool
    """The account was made now: its owner has no password yet."""
    given: tuple[Role, ...]
    waiting: tuple[Role, ...]
    """Roles that wait for a second person's yes."""
    ahead: tuple[Role, ...] = ()
    """Roles that begin on a day ahead."""


def second_persons(session: Session, board_id: int, *, but: set[int]) -> Sequence[User]:
    """Those who can say yes in a board, apart from some people."""
    found = {user.id: user for user in colleagues(session, board_id, *SECONDS) if user.id not in but}
    return list(found.values())


def give_roles(session: WritingSession, new: Colleague) -> RoleGrantResult:
    """An account with its roles, or roles for one that is there; no password: its owner sets it (`invitations`).

    by: None on the machine itself, which is nobody's second person.

    Raises:
        Refused: not this person's to give, to oneself, a name, login or role is missing, the account is closed, or
            the days are in the wrong order or past.
    """
    if session.person_or_none is not None:
        require_permission(session.person_or_none, Action.MANAGE_PEOPLE)
    _check_new(new, day_here(session.now))
    board = find_board(session, new.board)
    login = new.login.strip().casefold()
    user = people.user_by_login(session, login)
    fresh = user is None
    if user is None:
        if _LOGIN.fullmatch(login) is None:
            raise Refused(Obstacle.INVALID, WRONG_LOGIN)
        user = User(
            login=login, name=new.name.strip(), email=new.email.strip(), password_hash="", created_at=session.now
        )
        session.add(user)
        session.flush()
        session.note("user_added", user, board_id=board.id)
    elif session.person_or_none is not None and user.id == session.person_or_none.id:
        raise Refused(Obstacle.CLOSED, Problem("login", SEPARATION_WORDS[SeparationOfDuties.GIVE_ONESELF], ASK_ANOTHER))
    elif not new.by_group and _plain(user.name) != _plain(new.name):
        raise Refused(Obstacle.INVALID, OTHER_NAME)
    elif not user.active:
        raise Refused(Obstacle.CLOSED, Problem("login", _("Kontot är stängt."), _("Välj ett annat användarnamn.")))
    holds = session.scalars(
        select(RoleAssignment).where(RoleAssignment.user_id == user.id, RoleAssignment.board_id == board.id)
    ).all()
    stranger = not fresh and not holds and not new.by_group  # an account of another board's making
    held = {row.role for row in holds if not _ends_before(row, new.begins_on)}
    asks = (*waiting_role_requests(session, board.id), *roles_ahead(session, board.id))
    held |= {ask.role for ask in asks if ask.user_id == user.id}
    wanted = [role for role in dict.fromkeys(new.roles) if role.value not in held]
    own = session.person_or_none.id if session.person_or_none else 0
    guarded = bool(second_persons(session, board.id, but={user.id, own}))
    waits = waiting_roles(session, board.id, by_group=new.by_group)
    asked = tuple(role for role in wanted if guarded and (stranger or role in waits))
    later = new.begins_on is not None and new.begins_on > day_here(session.now)
    given = tuple(role for role in wanted if role not in asked and not later)
    ahead = tuple(role for role in wanted if role not in asked and later)
    for role in given:
        _give(session, user.id, board.id, role, RoleTerms(new.ends_on, new.by_group), asked_by=own)
    for role in (*asked, *ahead):
        session.add(
            RoleRequest(
                board_id=board.id,
                user_id=user.id,
                role=role,
                asked_by_id=session.user_id,
                at=session.now,
                begins_on=new.begins_on if later else None,
                ends_on=new.ends_on,
                by_group=new.by_group,
                given=role in ahead,
                answered_at=session.now if role in ahead else None,
            )
        )
        session.flush()
        action = "role_asked" if role in asked else "role_ahead"
        session.add_entry(role_note(action, user, board.id, role, by=session.person_or_none, at=session.now))
    return RoleGrantResult(user=user, fresh=fresh, given=given, waiting=asked, ahead=ahead)


def login_in_board(session: Session, new: Colleague, board: Board) -> str:
    """The user name of an account that is added by its board.

    With several boards, a name ends in the code of the board that made the account: whether another board has one
    of that name cannot be told from the answer. Roles are added to another board's account by user name and name.
    """
    typed = new.login.strip().casefold()
    found = people.user_by_login(session, typed)
    known = found is not None and _has_been_in(session, found.id, board.id)
    if known or session.scalar(select(func.count()).select_from(Board)) == 1:
        return typed
    if found is not None and found.active and _plain(found.name) == _plain(new.name):
        return typed
    ending = "." + re.sub(r"[^\w+-]", "-", board.code.casefold())
    return typed if not typed or typed.endswith(ending) else typed + ending


def _has_been_in(session: Session, user_id: int, board_id: int) -> bool:
    """Whether a board knows an account: it has or had a role there, or one was asked for."""
    return any(
        session.scalar(select(row.id).where(row.user_id == user_id, row.board_id == board_id).limit(1)) is not None
        for row in (RoleAssignment, RolePeriod, RoleRequest)
    )


def _ends_before(held: RoleAssignment, begins_on: date | None) -> bool:
    """Whether a role is over when it is to begin again."""
    return held.ends_on is not None and begins_on is not None and held.ends_on < begins_on


def roles_ahead(session: Session, board_id: int) -> Sequence[RoleRequest]:
    """Roles in a board that are given and begin on a day ahead, the oldest first."""
    wanted = select(RoleRequest).where(
        RoleRequest.board_id == board_id,
        people.is_ahead(),
    )
    return session.scalars(wanted.order_by(RoleRequest.id)).all()


_LOGIN: Final = re.compile(r"[\w.@+-]{1,60}")
WRONG_LOGIN: Final = Problem(
    "login",
    _("Användarnamnet är för långt eller har tecken som inte kan användas."),
    _("Skriv bokstäver, siffror, punkt, bindestreck, plus eller @, utan mellanslag. Med nämndens kod högst 60 tecken."),
)
OTHER_NAME: Final = Problem(
    "login",
    _("Användarnamnet hör till ett konto med ett annat namn."),
    _("Är det samma person, skriv namnet som det står på kontot. Annars välj ett annat användarnamn."),
)
ASK_ANOTHER = _("Be en annan systemförvaltare, eller den som sköter servern.")


def _plain(name: str) -> str:
    """A name however it is spaced and cased."""
    return " ".join(name.split()).casefold()


def _check_new(new: Colleague, today: date) -> None:
    problems = []
    if not new.login.strip() or not new.name.strip():
        problems.append(Problem("login", _("Namn eller användarnamn saknas."), _("Skriv båda.")))
    if not new.roles:
        problems.append(Problem("role", _("Ingen roll är vald."), _("Kryssa i minst en.")))
    if new.begins_on is not None and new.begins_on < today:
        problems.append(Problem("begins_on", _("Dagen har redan varit."), _("Lämna tomt för att börja nu.")))
    if new.ends_on is not None and new.ends_on < max(today, new.begins_on or today):
        problems.append(
            Problem("ends_on", _("Rollen slutar innan den börjar, eller har redan slutat."), _("Rätta dagarna."))
        )
    if problems:
        raise Refused(Obstacle.INVALID, *problems)


class RoleTerms(NamedTuple):
    """How a role is held: its last day, where one is set, and whether a group of the directory gives it."""

    ends_on: date | None
    by_group: bool


def _give(
    session: WritingSession,
    user_id: int,
    board_id: int,
    role: Role,
    terms: RoleTerms,
    *,
    asked_by: int | None,
    agreed_by: int | None = None,
) -> None:
    people.begin_role(
        session,
        user_id,
        board_id,
        role,
        ends_on=terms.ends_on,
        given_by=asked_by or None,
        agreed_by=agreed_by or None,
        by_group=terms.by_group,
    )
    if role in waiting_roles(session, board_id):  # a link that was made before opens none of these
        end_links(session, user_id)
    session.flush()
    action = "role_agreed" if agreed_by and session.person_or_none is not None else "role_given"
    session.add_entry(
        role_note(action, session.get_one(User, user_id), board_id, role, by=session.person_or_none, at=session.now)
    )


def role_note(action: str, user: User, board_id: int, role: Role, *, by: Person | None, at: datetime) -> TrailNote:
    """The entry of an act on somebody's role."""
    return TrailNote(action=action, by=by, at=at, subject=user, board_id=board_id, reason=role.value)


def waiting_role_requests(session: Session, board_id: int) -> Sequence[RoleRequest]:
    """Roles in a board that wait for a yes, the oldest first."""
    wanted = select(RoleRequest).where(RoleRequest.board_id == board_id, RoleRequest.answered_at.is_(None))
    return session.scalars(wanted.order_by(RoleRequest.id)).all()


class WaitingAnswers(NamedTuple):
    """How many roles, rows of the scheme, gates to be switched off, pairs and accounts wait for somebody's yes."""

    roles: int
    rows: int
    gates: int
    pairs: int
    accounts: int


def waiting_for(session: Session) -> WaitingAnswers:
    """What waits for this person's yes."""
    if not session.person.may(Action.AGREE_PEOPLE):
        return WaitingAnswers(0, 0, 0, 0, 0)
    rows = session.scalars(
        select(Delegation).where(
            Delegation.board_id == session.person.board_id,
            Delegation.waits,
            or_(Delegation.valid_to.is_(None), Delegation.valid_to >= Delegation.valid_from),
        )
    )
    asks = waiting_role_requests(session, session.person.board_id)
    board = session.get_one(Board, session.person.board_id)
    gates = [own for own in board.gates.values() if is_waiting(own)]
    pairs = board.habits.get(WAITS, {}).values()
    return WaitingAnswers(
        sum(may_agree(session.person, ask.asked_by_id, ask.user_id) for ask in asks),
        sum(may_agree(session.person, row.asked_by_id, row.user_id) for row in rows),
        sum(may_agree(session.person, int(own["asked_by"]), None) for own in gates),
        sum(may_agree(session.person, int(own["asked_by"]), None) for own in pairs),
        sum(may_agree(session.person, int(own["asked_by"]), None) for own in (board.pay_to_asked,) if is_waiting(own)),
    )


def may_agree(by: Person, asked_by_id: int | None, receiver: int | None) -> bool:
    """Whether somebody may be the second person: not who asked, nor who gets it."""
    return by.may(Action.AGREE_PEOPLE) and by.id not in {asked_by_id, receiver}


def answer_role_request(session: WritingSession, key: int, *, yes: bool) -> RoleRequest:
    """The second person's answer about a role; whoever asked may take it back.

    Raises:
        Refused: there is none that waits, or it is not this person's to answer.
    """
    require_permission(session.person, Action.AGREE_PEOPLE)
    ask = session.get(RoleRequest, key)
    ahead = ask is not None and ask.given and ask.begins_on is not None and ask.begun_at is None
    if ask is None or ask.board_id != session.person.board_id or (ask.answered_at is not None and (yes or not ahead)):
        raise Refused(Obstacle.MISSING)
    if not may_agree(session.person, ask.asked_by_id, ask.user_id) and (yes or session.person.id != ask.asked_by_id):
        raise Refused(Obstacle.CLOSED, Problem("ask", SEPARATION_WORDS[SeparationOfDuties.AGREE_OWN], same_in_both("")))
    if yes and ask.ends_on is not None and ask.ends_on < day_here(session.now):
        raise Refused(
            Obstacle.CLOSED,
            Problem("ask", _("Rollens sista dag har redan varit."), _("Säg nej, och låt rollen begäras på nytt.")),
        )
    ask.answered_by_id, ask.answered_at, ask.given = session.person.id, session.now, yes
    if yes:
        if ask.begins_on is not None and ask.begins_on > day_here(session.now):
            user = session.get_one(User, ask.user_id)
            session.add_entry(role_note("role_ahead", user, ask.board_id, ask.role, by=session.person, at=session.now))
        else:
            grant_requested_role(session, ask)
        _forget_askers_password(session, ask)
    else:
        user = session.get_one(User, ask.user_id)
        action = "role_withdrawn" if ahead or session.person.id == ask.asked_by_id else "role_refused"
        session.add_entry(role_note(action, user, ask.board_id, ask.role, by=session.person, at=session.now))
    return ask


def grant_requested_role(session: WritingSession, ask: RoleRequest) -> None:
    """Gives a role that was asked for and has its yes. by: who says it now; None when its day has come."""
    ask.begun_at = session.now
    user = session.get_one(User, ask.user_id)
    if not user.active or (ask.ends_on is not None and ask.ends_on < day_here(session.now)):
        session.add_entry(
            role_note("role_refused", user, ask.board_id, ask.role, by=session.person_or_none, at=session.now)
        )
        return  # the account was closed, or the last day passed, while it waited
    waits = waiting_roles(session, ask.board_id, by_group=ask.by_group)
    alone = ask.answered_by_id is None and ask.role in waits
    if alone and second_persons(session, ask.board_id, but={ask.user_id, ask.asked_by_id or 0}):
        ask.given, ask.answered_at, ask.begun_at = False, None, None  # it weighs more than when it was given
        session.add_entry(
            role_note("role_asked", user, ask.board_id, ask.role, by=session.person_or_none, at=session.now)
        )
        return
    held = select(RoleAssignment.id).where(
        RoleAssignment.user_id == ask.user_id, RoleAssignment.board_id == ask.board_id, RoleAssignment.role == ask.role
    )
    if session.scalar(held) is not None:
        session.add_entry(
            role_note("role_refused", user, ask.board_id, ask.role, by=session.person_or_none, at=session.now)
        )
        return
    _give(
        session,
        ask.user_id,
        ask.board_id,
        ask.role,
        RoleTerms(ask.ends_on, ask.by_group),
        asked_by=ask.asked_by_id,
        agreed_by=ask.answered_by_id,
    )
    _forget_askers_password(session, ask)


def _forget_askers_password(session: WritingSession, ask: RoleRequest) -> None:
    """A password that was set through a link of the asker's may be the asker's own: its owner sets another."""
    last = session.scalar(
        select(Invitation)
        .where(Invitation.user_id == ask.user_id, Invitation.used_at.is_not(None))
        .order_by(Invitation.used_at.desc(), Invitation.id.desc())
    )
    if last is None or last.made_by_id is None or last.made_by_id != ask.asked_by_id:
        return
    session.get_one(User, ask.user_id).password_hash = ""
    end_sessions(session, ask.user_id)


def people_of(session: Session, board: Board) -> list[tuple[User, list[RoleAssignment]]]:
    """Everybody with a role in a board, by name, with the roles."""
    rows = session.execute(
        select(User, RoleAssignment)
        .join(RoleAssignment, RoleAssignment.user_id == User.id)
        .where(RoleAssignment.board_id == board.id, User.active)
        .order_by(User.name, User.id, RoleAssignment.id)
    )
    found: dict[int, tuple[User, list[RoleAssignment]]] = {}
    for user, held in rows:
        found.setdefault(user.id, (user, []))[1].append(held)
    return list(found.values())


def in_words(roles: Sequence[Role]) -> Words:
    """Roles as a line."""
    return join_words((ROLE_WORDS[role] for role in roles), ", ")
