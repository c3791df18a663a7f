"""Accounts of people whom the municipality's directory signs in: known by subject, with the roles of their groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from vetting.formats.yaml_reading import read_file
from vetting.kernel.dates import day_here
from vetting.kernel.problem import Faults, Obstacle, Problem, Refused, UnreadableError
from vetting.kernel.store.acting import Acting, Purpose
from vetting.kernel.store.session import open_technical, run_in_transaction
from vetting.kernel.store.trail import SHARED, TrailNote
from vetting.kernel.text import _
from vetting.people.domain.browsers import browser_name
from vetting.people.domain.directory import ASKED_NOW, GAP_PROBLEMS, NO_ROLE, GroupGap, parse_group_roles, roles_given
from vetting.people.domain.role_expiry import RoleEnd
from vetting.people.models import people
from vetting.people.models.people import Board, Identity, RoleAssignment, RoleRequest, SignIn, User
from vetting.people.models.second_factors import has_factor
from vetting.people.services.role_endings import end_held_role
from vetting.people.services.roles import Colleague, give_roles, role_note
from vetting.people.services.second_factor import mark_session
from vetting.people.services.sign_in import begin_session, digest_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from vetting.kernel.roles import Person, Role
    from vetting.kernel.store.engine import Database
    from vetting.kernel.store.session import Session, WritingSession
    from vetting.people.domain.directory import DirectoryVisitor, GroupRoles
    from vetting.people.services.sign_in import NewSignIn


def read_group_roles(path: Path) -> tuple[GroupRoles, ...]:
    """The groups of the directory and the roles they give, from a file.

    Raises:
        UnreadableError: the file cannot be used; the first thing that is wrong, by its line.
    """
    document, faults = read_file(path, path.name), Faults()
    found = parse_group_roles(document.data, faults)
    if faults.found:
        raise UnreadableError(document.problem(faults.found[0]))
    return found


def sign_in_by_directory(
    database: Database,
    visitor: DirectoryVisitor,
    rules: Sequence[GroupRoles],
    *,
    at: datetime,
    agent: str = "",
    id_token: str = "",
) -> NewSignIn:
    """A session for somebody whom the directory has signed in, with the roles that their groups give today.

    What groups no longer give ends, what they give anew begins; a role that takes a second person's yes waits for it.
    A second factor given there is not asked for here; where none was given, an account with an app is asked for its
    code.

    Raises:
        Refused: the groups are not known, none gives a role, or the account is closed.
    """
    groups = visitor.groups
    if isinstance(groups, GroupGap):
        raise Refused(Obstacle.CLOSED, GAP_PROBLEMS[groups])
    wanted = roles_given(groups, rules)
    user_id = run_in_transaction(
        database,
        lambda session: _bring_up_to_date(session, visitor, wanted),
        Acting(Purpose.SIGN_IN, at),
        boards=[SHARED],
    )
    with open_technical(database, Acting(Purpose.SIGN_IN, at)) as session:
        boards = people.boards_of(session, user_id, day_here(at)) if user_id else ()
        if user_id is None or not boards:
            raise Refused(Obstacle.CLOSED, Problem("groups", *NO_ROLE))
        given = at if visitor.second_factor else None
        return begin_session(
            session,
            user_id,
            boards[0].id,
            browser_name(agent),
            waits=given is None and has_factor(session, user_id),
            factor_at=given,
            id_token=id_token,
        )


def account_of(session: Session, visitor: DirectoryVisitor) -> User | None:
    """The account of a subject; never found by name or address."""
    return session.scalar(
        select(User)
        .join(Identity, Identity.user_id == User.id)
        .where(Identity.issuer == visitor.issuer, Identity.subject == visitor.subject)
    )


def is_of_directory(session: Session, user_id: int) -> bool:
    """Whether an account is known to the directory."""
    return session.scalar(select(Identity.id).where(Identity.user_id == user_id).limit(1)) is not None


def connect_account(session: WritingSession, visitor: DirectoryVisitor) -> Identity:
    """One's own account, which had a password, is from now on also known by the directory.

    Raises:
        Refused: it is connected already, or the subject has an account of its own.
    """
    if account_of(session, visitor) is not None or is_of_directory(session, session.person.id):
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                "account",
                _("Kontot, eller det i kommunens katalog, är redan kopplat."),
                _("Logga ut och logga in med kommunens konto."),
            ),
        )
    row = _connect(session, session.person.id, visitor)
    user = session.get_one(User, session.person.id)
    session.note("identity_added", user, board_id=session.person.board_id)
    return row


def prove_by_directory(database: Database, visitor: DirectoryVisitor, *, by: Person, token: str, at: datetime) -> None:
    """A proof that is asked for anew, given to the directory a moment ago.

    Raises:
        Refused: it is somebody else's, or the directory has not asked for it now.
    """
    asked = visitor.signed_in_at
    with open_technical(database, Acting(by, at)) as session:
        user = account_of(session, visitor)
        if user is None or user.id != by.id:
            what = _("Det var ett annat konto i kommunens katalog än det du är inloggad med.")
            raise Refused(Obstacle.CLOSED, Problem("account", what, _("Logga ut och börja om.")))
        if asked is None or abs(at.timestamp() - asked) > ASKED_NOW:
            what = _("Kommunens inloggning frågade inte efter någon ny bekräftelse.")
            raise Refused(Obstacle.CLOSED, Problem("account", what, _("Logga ut, logga in igen och gör om det.")))
        mark_session(session, token, factor=visitor.second_factor)


def id_token_of(database: Database, token: str) -> str:
    """What the directory is shown when a session that it began is ended; empty where it began none."""
    with open_technical(database) as session:
        return session.scalar(select(SignIn.id_token).where(SignIn.token == digest_of(token))) or ""


def _bring_up_to_date(
    session: WritingSession, visitor: DirectoryVisitor, wanted: Mapping[str, tuple[Role, ...]]
) -> int | None:
    """The account with the roles that its groups give; None where there is none and no group gives any."""
    user = account_of(session, visitor)
    known = {board.code: board for board in session.scalars(select(Board).where(Board.code.in_(wanted)))}
    if user is None:
        if not known:
            return None
        user = _new_account(session, visitor, known[min(known)])
    elif not user.active:
        raise Refused(Obstacle.CLOSED, Problem("account", _("Kontot är stängt."), _("Be systemförvaltaren om hjälp.")))
    _end_what_no_group_gives(session, user, {known[code].id: roles for code, roles in wanted.items() if code in known})
    for code, board in sorted(known.items()):
        roles = tuple(role for role in wanted[code] if not _was_refused(session, user.id, board.id, role))
        if roles:
            new = Colleague(login=user.login, name=user.name, board=code, roles=roles, by_group=True)
            give_roles(session, new)
    return user.id


def _new_account(session: WritingSession, visitor: DirectoryVisitor, board: Board) -> User:
    user = User(
        login=_free_login(session, visitor.login), name=visitor.name, email="", password_hash="", created_at=session.now
    )
    session.add(user)
    session.flush()
    _connect(session, user.id, visitor)
    session.add_entry(TrailNote(action="user_added", by=None, at=session.now, subject=user, board_id=board.id))
    return user


def _connect(session: WritingSession, user_id: int, visitor: DirectoryVisitor) -> Identity:
    row = Identity(user_id=user_id, issuer=visitor.issuer, subject=visitor.subject, at=session.now)
    session.add(row)
    session.flush()
    return row


def _free_login(session: Session, wanted: str) -> str:
    """A login that nobody has: that of somebody with the same name stays theirs."""
    login, number = wanted, 1
    while people.user_by_login(session, login) is not None:
        number += 1
        login = f"{wanted}-{number}"
    return login


def _end_what_no_group_gives(session: WritingSession, user: User, wanted: Mapping[int, tuple[Role, ...]]) -> None:
    held = select(RoleAssignment).where(RoleAssignment.user_id == user.id, RoleAssignment.by_group)
    for row in session.scalars(held.order_by(RoleAssignment.id)).all():
        if row.role not in wanted.get(row.board_id, ()):
            end_held_role(session, row, RoleEnd.GROUP)
    asks = select(RoleRequest).where(
        RoleRequest.user_id == user.id, RoleRequest.by_group, RoleRequest.answered_at.is_(None)
    )
    for ask in session.scalars(asks.order_by(RoleRequest.id)).all():
        if ask.role not in wanted.get(ask.board_id, ()):
            ask.answered_at, ask.given = session.now, False
            session.add_entry(role_note("role_refused", user, ask.board_id, ask.role, by=None, at=session.now))


def _was_refused(session: Session, user_id: int, board_id: int, role: Role) -> bool:
    """Whether somebody in the board has said no to what a group gives: it is not asked for at each sign-in."""
    last = session.scalar(
        select(RoleRequest)
        .where(
            RoleRequest.user_id == user_id,
            RoleRequest.board_id == board_id,
            RoleRequest.role == role,
            RoleRequest.by_group,
        )
        .order_by(RoleRequest.id.desc())
        .limit(1)
    )
    return last is not None and last.answered_by_id is not None and not last.given
