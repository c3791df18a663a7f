"""How an account gets its password: by a link that works once, used by its owner; and how one's own is changed."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action, Role
from vetting.kernel.store.acting import Acting, Purpose
from vetting.kernel.store.session import open_technical, run_in_transaction
from vetting.kernel.store.trail import TrailEntry, TrailNote
from vetting.kernel.text import _, same_in_both
from vetting.people.models.people import (
    Board,
    Identity,
    Invitation,
    RoleAssignment,
    RolePeriod,
    RoleRequest,
    User,
    boards_of,
    colleagues,
    is_ahead,
)
from vetting.people.services.passwords import wrong_with_password
from vetting.people.services.privileged_accounts import weighty_accounts
from vetting.people.services.sign_in import HASHER, check_password, digest_of, end_sessions, require_permission

if TYPE_CHECKING:
    from datetime import datetime

    from vetting.kernel.roles import Person
    from vetting.kernel.store.engine import Database
    from vetting.kernel.store.session import Session, WritingSession

GOOD_FOR: Final = timedelta(hours=72)
INVITATION_MADE: Final = "invitation_made"
FACTOR_REMOVED: Final = "factor_removed"
APART_FOR: Final = timedelta(days=7)
"""How long whoever opened one way into an account may not open the other."""


@dataclass(frozen=True, slots=True)
class InvitationHolder:
    """Whose link it is, and who made it."""

    login: str
    name: str
    made_by: str
    """The login of who made the link; empty where it was made on the machine itself."""


def invite_user(session: WritingSession, user_id: int, *, mailed: bool = False) -> str:
    """The secret of a new link; the account's earlier ones end. It is kept nowhere.

    From the pages: into an account that somebody has signed in to, by mail alone, and none where it decides, pays,
    writes rules or gives roles, or is in another board, too. The first link into a new account is handed over by
    somebody who did not ask for its roles. Else links are made on the machine itself.

    mailed: it goes to the address that is known of the account, and is shown to nobody.

    Raises:
        Refused: there is no such account here, it is one's own, waits for a second person's yes, or weighs too much.
    """
    user = session.get(User, user_id)
    if user is None or not user.active:
        raise Refused(Obstacle.MISSING)
    if session.person_or_none is not None:
        require_permission(session.person_or_none, Action.AGREE_PEOPLE)
        if not hands_over_first_link(session, user):
            if not session.person_or_none.may(
                Action.MANAGE_PEOPLE
            ):  # who only says yes hands over a first link, and no other
                raise Refused(Obstacle.MISSING)
            check_may_open(session, user, command="vetting user invite", other=FACTOR_REMOVED)
            known = select(Identity.id).where(Identity.user_id == user.id)
            if session.scalar(known.limit(1)) is not None:
                raise Refused(Obstacle.CLOSED, OF_DIRECTORY)
            if not user.password_hash:
                raise Refused(Obstacle.CLOSED, NOT_THE_ASKER)
            if not mailed:
                raise Refused(Obstacle.CLOSED, NOT_SHOWN)
    return make_link(session, user, board_id=session.person_or_none.board_id if session.person_or_none else None)


OF_DIRECTORY: Final = Problem(
    "link",
    _("Kontot loggar in genom kommunens katalog."),
    _("Be it-avdelningen om hjälp med inloggningen där."),
)
NOT_SHOWN: Final = Problem(
    "link",
    _("Länken går inte att mejla till kontots adress, och visas inte för någon annan."),
    _("Be den som sköter servern köra: {command}.", command=same_in_both("vetting user invite")),
)
NOT_THE_ASKER: Final = Problem(
    "link",
    _("Den som begärde rollen lämnar inte också ut den första länken."),
    _("Be den som godkände rollen att göra en ny länk under Personer."),
)


def hands_over_first_link(session: Session, user: User) -> bool:
    """Whether somebody may hand over the first link into an account of the board.

    Nobody has signed in to it, and it has its roles by others' asking; where nobody else could hand it over, also by
    one's own.
    """
    if user.password_hash or user.id == session.person.id:
        return False
    held = session.scalars(select(RoleAssignment).where(RoleAssignment.user_id == user.id)).all()
    waits = select(RoleRequest.id).where(RoleRequest.user_id == user.id, RoleRequest.answered_at.is_(None))
    known = select(Identity.id).where(Identity.user_id == user.id)
    if not held or any(row.board_id != session.person.board_id for row in held):
        return False
    if session.scalar(waits.limit(1)) is not None or session.scalar(known.limit(1)) is not None:
        return False
    periods = select(RolePeriod.given_by_id).where(RolePeriod.user_id == user.id, RolePeriod.ended_at.is_(None))
    others = {one.id for one in colleagues(session, session.person.board_id, Role.MANAGER, Role.ADMINISTRATOR)} - {
        user.id,
        session.person.id,
    }
    return session.person.id not in set(session.scalars(periods)) or not others


def make_link(session: WritingSession, user: User, *, board_id: int | None) -> str:
    """The link itself, for whoever has been found to be its right hand."""
    end_links(session, user.id)
    secret = secrets.token_urlsafe(32)
    session.add(
        Invitation(
            digest=digest_of(secret),
            user_id=user.id,
            board_id=board_id,
            made_by_id=session.user_id,
            at=session.now,
            expires_at=session.now + GOOD_FOR,
        )
    )
    for board in [board_id] if board_id else [board.id for board in boards_of(session, user.id)]:
        session.note(INVITATION_MADE, user, board_id=board)
    return secret


def end_links(session: Session, user_id: int) -> None:
    """Links to an account that nobody has used open nothing any more."""
    unused = select(Invitation).where(Invitation.user_id == user_id, Invitation.used_at.is_(None))
    for link in session.scalars(unused.where(Invitation.expires_at > session.now)):
        link.expires_at = session.now


def check_may_open(session: Session, user: User, *, command: str, other: str) -> None:
    """Whether a way into a colleague's account may be opened from the pages.

    command: what the one who keeps the server runs instead, where the account weighs too much. other: the act that
    opens the other way; nobody does both.

    Raises:
        Refused: there is no such account here, it is one's own, waits for a second person's yes, weighs too much, or
            the same person has opened the other way lately.
    """
    require_permission(session.person, Action.MANAGE_PEOPLE)
    has = session.scalars(select(RoleAssignment.board_id).where(RoleAssignment.user_id == user.id))
    ahead = select(RoleRequest.board_id).where(
        RoleRequest.user_id == user.id,
        is_ahead(),
    )
    held = {*has, *session.scalars(ahead)}  # what begins on a day ahead weighs as much already
    asks = select(RoleRequest.id).where(RoleRequest.user_id == user.id, RoleRequest.answered_at.is_(None))
    asked_here = asks.where(RoleRequest.board_id == session.person.board_id)
    here = session.person.board_id in held or session.scalar(asked_here.limit(1)) is not None
    if not here or user.id == session.person.id:
        raise Refused(Obstacle.MISSING)
    if session.scalar(asks.limit(1)) is not None:
        raise Refused(
            Obstacle.CLOSED,
            Problem("link", _("En roll väntar på godkännande."), _("Den som godkänner rollen får länken.")),
        )
    elsewhere = any(board != session.person.board_id for board in held)
    if elsewhere or user.id in weighty_accounts(session, session.person.board_id):
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                "link",
                _("Kontot får besluta, betala, skriva regler eller ge roller, eller finns också i en annan nämnd."),
                _("Be den som sköter servern köra: {command}.", command=same_in_both(command)),
            ),
        )
    done = select(TrailEntry.id).where(
        TrailEntry.action == other,
        TrailEntry.by_user_id == session.person.id,
        TrailEntry.object_type == User.__tablename__,
        TrailEntry.object_id == user.id,
        TrailEntry.at >= session.now - APART_FOR,
    )
    if session.scalar(done.limit(1)) is not None:
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                "link",
                _("Den som tar bort en annans tvåstegsinloggning lämnar inte också ut en länk till samma konto."),
                _("Be en annan systemförvaltare, eller den som sköter servern, eller vänta en vecka."),
            ),
        )


def find_invitation(session: Session, secret: str) -> InvitationHolder | None:
    """Whose account a link is to; None when it has been used, is old or never was."""
    found = _open(session, secret)
    if found is None:
        return None
    user = session.get_one(User, found.user_id)
    maker = session.get(User, found.made_by_id) if found.made_by_id else None
    return InvitationHolder(user.login, user.name, maker.login if maker else "")


def use_link(session: WritingSession, secret: str, password: str) -> User:
    """The owner sets the password, and the link is used up; sessions that were begun before end.

    Raises:
        Refused: the link is used, old or none, or the password is too weak.
    """
    found = _open(session, secret)
    if found is None:
        raise Refused(Obstacle.MISSING)
    user = session.get_one(User, found.user_id)
    _set_password(session, user, password)
    found.used_at = session.now
    for board in {found.board_id} - {None} or {board.id for board in boards_of(session, user.id)}:
        session.add_entry(TrailNote(action="password_set", by=None, at=session.now, subject=user, board_id=board))
    end_sessions(session, user.id)
    return user


def change_password(
    database: Database, person: Person, old: str, new: str, *, token: str, address: str, at: datetime, device: str = ""
) -> None:
    """One's own password, by telling the present one; all other sessions of the account end.

    Raises:
        TooEarlyError: too many wrong tries.
        Refused: the present one is wrong, or the new one too weak.
    """
    with open_technical(database, Acting(Purpose.SIGN_IN, at)) as session:
        login = session.get_one(User, person.id).login
    try:
        check_password(database, login, old, address=address, at=at, device=device)
    except Refused as refused:
        if refused.obstacle is not Obstacle.INVALID:
            raise
        raise Refused(
            Obstacle.INVALID,
            Problem("old", _("Det nuvarande lösenordet är fel."), _("Skriv det lösenord som du loggar in med.")),
        ) from None

    def work(session: WritingSession) -> None:
        user = session.get_one(User, person.id)
        _set_password(session, user, new)
        session.add_entry(
            TrailNote(action="password_changed", by=person, at=at, subject=user, board_id=person.board_id)
        )
        end_sessions(session, user.id, but=digest_of(token))

    run_in_transaction(database, work, Acting(Purpose.SIGN_IN, at))


def _open(session: Session, secret: str) -> Invitation | None:
    return session.scalar(
        select(Invitation)
        .join(User, User.id == Invitation.user_id)
        .where(
            Invitation.digest == digest_of(secret),
            Invitation.used_at.is_(None),
            Invitation.expires_at > session.now,
            User.active,
        )
    )


def _set_password(session: WritingSession, user: User, password: str) -> None:
    boards = [text for row in session.execute(select(Board.name, Board.code)) for text in row]
    wrong = wrong_with_password(password, user.login, user.name, user.email, *boards)
    if wrong:
        raise Refused(Obstacle.INVALID, Problem("new", *wrong))
    user.password_hash = HASHER.hash(password)
    session.flush()
