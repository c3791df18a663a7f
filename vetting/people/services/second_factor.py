"""The second factor: an app that gives codes, codes for when it is lost, and proofs that are asked for anew."""

from __future__ import annotations

import base64
import hmac
import secrets
from typing import TYPE_CHECKING, Final

import pyotp
from sqlalchemy import delete, select

from vetting.kernel.dates import HERE, day_here
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action, Role
from vetting.kernel.store.acting import Acting, Purpose
from vetting.kernel.store.session import open_technical, run_in_transaction
from vetting.kernel.store.trail import TrailNote
from vetting.kernel.text import _, same_in_both
from vetting.people.domain import second_factor as factors
from vetting.people.domain.sign_in import MOST_FAILURES
from vetting.people.models import people
from vetting.people.models.people import Board, RoleAssignment, SignIn, User
from vetting.people.models.second_factors import RecoveryCode, SecondFactor, factor_of, has_factor
from vetting.people.services.invitations import FACTOR_REMOVED, INVITATION_MADE, check_may_open
from vetting.people.services.sign_in import (
    begin_session,
    check_password,
    count_try,
    digest_of,
    end_sessions,
    forget_tries,
    key_of,
    require_permission,
)

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from vetting.kernel.roles import Person
    from vetting.kernel.store.engine import Database
    from vetting.kernel.store.session import Session, WritingSession
    from vetting.people.services.sign_in import NewSignIn

RECOVERY_BYTES: Final = factors.RECOVERY_SIGNS * 5 // 8


def new_secret() -> str:
    """A secret for an app, which is nothing until a code of it has been given."""
    return pyotp.random_base32()


def address_for_app(secret: str, login: str, issuer: str) -> str:
    """What an app reads as a picture: the secret, whose it is and for what."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=issuer)


def add_app(session: WritingSession, secret: str, code: str, *, token: str) -> list[str]:
    """An app instead of the one before, when a code of it is right; gives new recovery codes, to be shown once.

    Other sessions of the account end: they were begun without it.

    Raises:
        Refused: the code is not one of the app's.
    """
    step = _matching_step(secret, factors.plain_code(code), factors.steps_taken(session.now, 0))
    if step is None:
        raise Refused(Obstacle.INVALID, _wrong_code(session.now))
    old = factor_of(session, session.person.id)
    if old is not None:
        session.delete(old)
        session.flush()
    session.add(SecondFactor(user_id=session.person.id, secret=secret, last_step=step, at=session.now))
    end_sessions(session, session.person.id, but=digest_of(token))
    mark_session(session, token, factor=True)
    session.add_entry(
        _account_note("factor_added", session.get_one(User, session.person.id), session.person, session.now)
    )
    return _new_codes(session, session.person.id)


def make_recovery_codes(session: WritingSession) -> list[str]:
    """New recovery codes, to be shown once; the earlier ones are worth nothing.

    Raises:
        Refused: the account has no app.
    """
    if not has_factor(session, session.person.id):
        raise Refused(Obstacle.MISSING)
    session.add_entry(
        _account_note("recovery_codes_made", session.get_one(User, session.person.id), session.person, session.now)
    )
    return _new_codes(session, session.person.id)


def _new_codes(session: WritingSession, user_id: int) -> list[str]:
    _forget_codes(session, user_id)
    plain = [base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode() for _ in range(factors.RECOVERY_CODES)]
    session.add_all(RecoveryCode(user_id=user_id, digest=digest_of(code)) for code in plain)
    return [factors.grouped_code(code) for code in plain]


def _forget_codes(session: Session, user_id: int) -> None:
    for code in session.scalars(select(RecoveryCode).where(RecoveryCode.user_id == user_id)):
        session.delete(code)
    session.flush()


def remove_own_app(session: WritingSession) -> None:
    """Signing in with the password alone again.

    Raises:
        Refused: there is no app, or a role that is held in some board demands it.
    """
    found = factor_of(session, session.person.id)
    if found is None:
        raise Refused(Obstacle.MISSING)
    _check_may_do_without(session, session.person.id)
    session.delete(found)
    _forget_codes(session, session.person.id)
    session.add_entry(
        _account_note("factor_removed", session.get_one(User, session.person.id), session.person, session.now)
    )


def _check_may_do_without(session: Session, user_id: int) -> None:
    """Refuses where a role that the account holds in some board demands a second factor."""
    held = session.execute(
        select(RoleAssignment.role, Board)
        .join(Board, Board.id == RoleAssignment.board_id)
        .where(RoleAssignment.user_id == user_id)
    )
    if any(factors.is_demanded({Role(role)}, board.factor_roles) for role, board in held):
        raise Refused(
            Obstacle.CLOSED,
            Problem("app", _("En av dina roller kräver inloggning i två steg."), _("Byt app i stället.")),
        )


def remove_app_of(session: WritingSession, user_id: int) -> User:
    """For whoever has lost both app and codes: the next sign-in is by password, and asks for a new app where demanded.

    From the pages only for those to whom a link for a password may be made there; for accounts that weigh more by the
    one who keeps the server, who sees whom it is.

    Raises:
        Refused: there is no such account or app here, it is one's own, or it weighs too much.
    """
    user = session.get(User, user_id)
    if user is None or not user.active:
        raise Refused(Obstacle.MISSING)
    if session.person_or_none is not None:
        require_permission(session.person_or_none, Action.MANAGE_PEOPLE)
        check_may_open(session, user, command="vetting user factor-end", other=INVITATION_MADE)
    app = factor_of(session, user.id)
    if app is None:
        raise Refused(Obstacle.STALE, Problem("app", _("Kontot har ingen app för inloggning."), _("Ladda om sidan.")))
    session.delete(app)
    _forget_codes(session, user.id)
    end_sessions(session, user.id)
    everywhere: list[int | None] = [board.id for board in people.boards_of(session, user.id)]
    for board in [session.person_or_none.board_id] if session.person_or_none else everywhere or [None]:
        session.note(FACTOR_REMOVED, user, board_id=board)
    return user


def finish_sign_in(database: Database, token: str, code: str, *, at: datetime, device: str = "") -> NewSignIn:
    """A session with a new token, for a sign-in that waits for a code.

    device: the secret of a browser that has signed in to the account before: only its own tries count for it.

    Raises:
        TooEarlyError: too many wrong codes.
        Refused: the code is wrong, or nothing waits any more.
    """
    with open_technical(database, Acting(Purpose.SIGN_IN, at)) as session:
        waiting = waiting_sign_in(session, token)
        if waiting is None:
            raise Refused(Obstacle.MISSING)
        session.expunge(waiting)
    _check_code(database, waiting.user_id, waiting.board_id, code, at=at, device=device)
    with open_technical(database, Acting(Purpose.SIGN_IN, at)) as session:
        found = waiting_sign_in(session, token)
        if found is None:
            raise Refused(Obstacle.MISSING)
        found.ended_at = at
        return begin_session(
            session, found.user_id, found.board_id, found.browser, factor_at=at, id_token=found.id_token
        )


def waiting_sign_in(session: Session, token: str) -> SignIn | None:
    """The sign-in of a token that waits for its code; None when it is none, too old, or nobody's."""
    visit = people.find_visit(session, digest_of(token), day_here(session.now)) if token else None
    if visit is None or visit.person is None or not visit.sign_in.waits or visit.sign_in.ended_at is not None:
        return None
    return visit.sign_in if session.now - visit.sign_in.created_at <= factors.LASTS_WAITING else None


def prove(
    database: Database, person: Person, typed: str, *, token: str, address: str, at: datetime, device: str = ""
) -> None:
    """Whoever is signed in proves who they are once more: by a code where the account has an app, else the password.

    Raises:
        TooEarlyError: too many wrong tries.
        Refused: wrong.
    """
    with open_technical(database, Acting(Purpose.SIGN_IN, at)) as session:
        by_code = has_factor(session, person.id)
        login = session.get_one(User, person.id).login
    if by_code:
        _check_code(database, person.id, person.board_id, typed, at=at, device=device)
    else:
        try:
            check_password(database, login, typed, address=address, at=at, device=device)
        except Refused as refused:
            if refused.obstacle is not Obstacle.INVALID:
                raise
            wrong = Problem("proof", _("Lösenordet är fel."), _("Skriv det lösenord som du loggar in med."))
            raise Refused(Obstacle.INVALID, wrong) from None
    with open_technical(database, Acting(Purpose.SIGN_IN, at)) as session:
        mark_session(session, token, factor=by_code)


def mark_session(session: Session, token: str, *, factor: bool) -> None:
    """Keeps that the owner of a session has proved who they are. factor: by a second factor."""
    for begun in session.scalars(select(SignIn).where(SignIn.token == digest_of(token))):
        begun.proved_at = session.now
        if factor:
            begun.factor_at = session.now


def demand_factor(session: WritingSession, roles: Collection[Role]) -> Board:
    """More roles that the board demands a second factor of; none is taken away.

    Raises:
        Refused: not this person's to set.
    """
    require_permission(session.person, Action.MANAGE_BOARD)
    board = session.get_one(Board, session.person.board_id)
    # The demand only grows: a user who could end it could end it for their own account.
    demanded = {*roles, *(Role(name) for name in board.factor_roles)}
    board.factor_roles = [role.value for role in Role if role in demanded]
    reason = "factor: " + ", ".join(board.factor_roles)
    session.note("order_changed", board, board_id=board.id, reason=reason)
    return board


def _check_code(database: Database, user_id: int, board_id: int, code: str, *, at: datetime, device: str) -> None:
    key = key_of("code-device", device) if device else key_of("code", str(user_id))
    attempts = count_try(database, {key: MOST_FAILURES}, at)  # before it is made: strangers shut no known browser out
    plain = factors.plain_code(code)
    with open_technical(database, Acting(Purpose.SIGN_IN, at), alone=True) as session:
        found = factor_of(session, user_id)
        if found is None:
            raise Refused(Obstacle.MISSING)
        if factors.is_app_code(plain):
            step = _matching_step(found.secret, plain, factors.steps_taken(at, found.last_step))
            right = step is not None
            found.last_step = step or found.last_step
        else:
            right = _use_recovery_code(session, user_id, plain)
        if not right:
            raise Refused(Obstacle.INVALID, _wrong_code(at))
        forget_tries(session, attempts)
    if not factors.is_app_code(plain):
        run_in_transaction(
            database, lambda writing: _tell_recovery(writing, user_id, board_id), Acting(Purpose.SIGN_IN, at)
        )


def _use_recovery_code(session: Session, user_id: int, plain: str) -> bool:
    own = delete(RecoveryCode).where(RecoveryCode.user_id == user_id, RecoveryCode.digest == digest_of(plain))
    return session.execute(own.returning(RecoveryCode.id)).first() is not None


def _tell_recovery(session: WritingSession, user_id: int, board_id: int) -> None:
    subject = session.get_one(User, user_id)
    session.add_entry(
        TrailNote(action="recovery_code_used", by=None, at=session.now, subject=subject, board_id=board_id)
    )


def _matching_step(secret: str, plain: str, steps: range) -> int | None:
    """Which code it is; all are compared, so that the time tells nothing."""
    if not factors.is_app_code(plain):
        return None
    app = pyotp.TOTP(secret, interval=factors.STEP, digits=factors.DIGITS)
    found = [step for step in steps if hmac.compare_digest(app.generate_otp(step), plain)]
    return found[-1] if found else None


def _wrong_code(at: datetime) -> Problem:
    # The time here, never how wrong the phone's clock is: that would show a guesser which code will be right.
    clock = at.astimezone(HERE).strftime("%H:%M:%S")
    return Problem(
        "code",
        _("Koden stämmer inte."),
        _(
            "Vänta på nästa kod i appen och skriv den. Går telefonens klocka rätt? Här är den {clock}.",
            clock=same_in_both(clock),
        ),
    )


def _account_note(action: str, subject: User, by: Person, at: datetime) -> TrailNote:
    """The entry of what somebody did with their own account."""
    return TrailNote(action=action, by=by, at=at, subject=subject, board_id=by.board_id)
