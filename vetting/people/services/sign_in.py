"""People: accounts, roles, and signing in. A password is kept as its argon2id hash only."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from math import ceil
from typing import TYPE_CHECKING, Final, NamedTuple

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import and_, delete, or_, select

from vetting.kernel.dates import day_here
from vetting.kernel.problem import Obstacle, Problem, Refused, TooEarlyError
from vetting.kernel.store.acting import Acting, Purpose
from vetting.kernel.store.session import BESIDE, database_of, open_technical
from vetting.kernel.text import _, same_in_both
from vetting.people.domain import sign_in as signing_in
from vetting.people.domain.browsers import browser_name
from vetting.people.domain.personal_data import RetentionKind, retention_time
from vetting.people.domain.role_expiry import RoleEnd
from vetting.people.domain.second_factor import is_demanded
from vetting.people.models import people
from vetting.people.models.people import (
    Board,
    CreatedByForm,
    RoleAssignment,
    SignIn,
    SignInAttempt,
    UnsentFormText,
    User,
)
from vetting.people.models.second_factors import has_factor
from vetting.people.services.passwords import wrong_with_password

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from vetting.kernel.case_kinds import CaseKind
    from vetting.kernel.roles import Action, Person, Role
    from vetting.kernel.store.engine import Database
    from vetting.kernel.store.session import Session, WritingSession

TOKEN_BYTES: Final = 32
KEEP_ATTEMPTS: Final = timedelta(days=1)
TYPED_WITHIN: Final = timedelta(days=1)
"""How long after it was last used a session's open page may still be sent."""
MOST_TEXTS: Final = 3
"""Of one person: a tab or two left open."""
HASHER: Final = PasswordHasher()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """Who is to have an account, with which roles in one board."""

    login: str
    name: str
    password: str
    board: str
    roles: tuple[Role, ...]
    email: str = ""


def find_board(session: Session, code: str) -> Board:
    """The board with a code.

    Raises:
        Refused: there is none.
    """
    board = session.scalar(select(Board).where(Board.code == code))
    if board is None:
        raise Refused(
            Obstacle.MISSING,
            Problem(code, _("Det finns ingen nämnd med den koden."), _("Se koderna med 'vetting user list'.")),
        )
    return board


def add_user(session: WritingSession, new: NewUser) -> User:
    """An account with a password and its roles at once: for boards that are invented, where nobody is to be asked.

    Whoever takes somebody in goes by `roles.take_in`; no command and no page comes here.

    Raises:
        Refused: the board is missing, or the password is too weak.
    """
    board = find_board(session, new.board)
    login = new.login.strip().casefold()
    user = people.user_by_login(session, login)
    if user is None:
        wrong = wrong_with_password(new.password, login, new.name, new.email)
        if wrong:
            raise Refused(Obstacle.INVALID, Problem(login, *wrong))
        user = User(
            login=login, name=new.name, email=new.email, password_hash=_hash(new.password), created_at=session.now
        )
        session.add(user)
        session.flush()
    held = set(
        session.scalars(
            select(RoleAssignment.role).where(RoleAssignment.user_id == user.id, RoleAssignment.board_id == board.id)
        )
    )
    for role in new.roles:
        if role not in held:
            people.begin_role(session, user.id, board.id, role, given_by=session.user_id)
    session.note("user_added", user, board_id=board.id)
    return user


@lru_cache(maxsize=8)
def _hash(password: str) -> str:
    """The accounts of an invented board have one password, which is printed: it is hashed once for all of them."""
    return HASHER.hash(password)


def deactivate_user(session: WritingSession, login: str) -> User:
    """Closes an account; its sessions end with the next page.

    Raises:
        Refused: there is no such account.
    """
    user = people.user_by_login(session, login)
    if user is None:
        raise Refused(
            Obstacle.MISSING,
            Problem(login, _("Det finns inget sådant konto."), _("Se kontona med 'vetting user list'.")),
        )
    user.active = False
    boards: list[int | None] = [board.id for board in people.boards_of(session, user.id)]
    for held in session.scalars(select(RoleAssignment).where(RoleAssignment.user_id == user.id)).all():
        people.end_role(session, held, RoleEnd.ACCOUNT_CLOSED, ended_by=session.user_id)
    for board_id in boards or [None]:
        session.note("user_deactivated", user, board_id=board_id)
    return user


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSignIn:
    """A session that began: the token is for the browser only."""

    token: str
    user_id: int
    board_id: int
    waits: bool = False
    """It is nobody's until the second factor has been given."""


def sign_in(
    database: Database, login: str, password: str, *, address: str, at: datetime, device: str = "", agent: str = ""
) -> NewSignIn:
    """Begins a session with a new token, which waits for a code where the account has an app for it.

    agent: what the browser says of itself.

    Raises:
        TooEarlyError: too many wrong tries.
        Refused: wrong.
    """
    user_id, board_id = check_password(database, login, password, address=address, at=at, device=device)
    with open_technical(database, Acting(Purpose.SIGN_IN, at)) as session:
        waits = has_factor(session, user_id)
        return begin_session(session, user_id, board_id, browser_name(agent), waits=waits)


def check_password(
    database: Database, login: str, password: str, *, address: str, at: datetime, device: str = ""
) -> tuple[int, int]:
    """The account with this password, and the first board where it holds a role.

    What is wrong is not told: an unknown name, a wrong password and a closed account look and take the same.

    device: the secret of a browser that has signed in to this account before. Only its own tries count for it: a
        stranger's keep nobody out of an account who has been there.

    Raises:
        TooEarlyError: too many wrong tries from this device, or else to this account or from this address.
        Refused: wrong.
    """
    keys = (
        {key_of("device", device): signing_in.MOST_FAILURES}
        if device
        else {
            account_key(login): signing_in.MOST_FAILURES,
            key_of("address", address): signing_in.MOST_FAILURES_OF_AN_ADDRESS,
        }
    )
    attempts = count_try(database, keys, at)
    with open_technical(database) as session:
        user = people.user_by_login(session, login)
        boards = people.boards_of(session, user.id, day_here(at)) if user else ()
        right = _matches((user.password_hash if user else "") or _nobodys_hash(), password)
        if not (right and user and user.active and boards):
            raise Refused(Obstacle.INVALID, _wrong())
        forget_tries(session, attempts)
        return user.id, boards[0].id


def count_try(database: Database, keys: Mapping[str, int], at: datetime) -> list[SignInAttempt]:
    """Counts a try before anything is looked at, so that tries at once cannot slip past the brakes together.

    keys: whose tries are counted -> how many fail before the waits begin.

    Raises:
        TooEarlyError: too many have failed.
    """
    with open_technical(database, alone=True) as session:
        for key, most in keys.items():
            opens = signing_in.wait_until(at, *people.count_failed_attempts(session, key, at - signing_in.WINDOW), most)
            if opens:
                raise _too_early(opens, at)
        for old in session.scalars(select(SignInAttempt).where(SignInAttempt.at < at - KEEP_ATTEMPTS)):
            session.delete(old)
        attempts = [SignInAttempt(key=key, at=at) for key in keys]
        session.add_all(attempts)
    return attempts


def forget_tries(session: Session, attempts: Iterable[SignInAttempt]) -> None:
    """Tries that did not fail."""
    for attempt in attempts:
        session.delete(session.merge(attempt))


def begin_session(
    session: Session,
    user_id: int,
    board_id: int,
    browser: str = "",
    *,
    waits: bool = False,
    factor_at: datetime | None = None,
    id_token: str = "",
) -> NewSignIn:
    """A session with a new token.

    factor_at: when its owner gave a second factor. id_token: of the directory that signed them in.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    began = {
        "user_id": user_id,
        "board_id": board_id,
        "created_at": session.now,
        "seen_at": session.now,
        "browser": browser,
    }
    session.add(
        SignIn(
            token=digest_of(token), waits=waits, factor_at=factor_at, proved_at=session.now, id_token=id_token, **began
        )
    )
    if not waits:
        people.note_visit(session, user_id, board_id, day_here(session.now))
    return NewSignIn(token=token, user_id=user_id, board_id=board_id, waits=waits)


def account_key(login: str) -> str:
    """What stands for an account's name where the name itself is not kept."""
    return key_of("login", login.strip().casefold())


def key_of(kind: str, value: str) -> str:
    """What tries are counted by: the digest of a name, an address, a browser or an account."""
    return hashlib.sha256(f"{kind}:{value}".encode()).hexdigest()


def digest_of(token: str) -> str:
    """What is kept of a secret that only its holder has: a session's, a link's, a calendar's."""
    return hashlib.sha256(token.encode()).hexdigest()


def _matches(kept: str, password: str) -> bool:
    try:
        return HASHER.verify(kept, password[: signing_in.LONGEST_PASSWORD])
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    """What an unknown name is checked against, so that it takes as long as a known one."""
    return HASHER.hash(secrets.token_urlsafe(TOKEN_BYTES))


def _too_early(opens: datetime, at: datetime) -> TooEarlyError:
    seconds = max(1, ceil((opens - at).total_seconds()))
    minutes = ceil(seconds / 60)
    wait = _("{seconds} sekunder", seconds=seconds) if minutes == 1 else same_in_both(f"{minutes} min")
    return TooEarlyError(
        seconds,
        Problem(
            "login",
            _("För många försök."),
            _("Vänta {wait} och försök igen, eller be systemförvaltaren om hjälp.", wait=wait),
        ),
    )


def _wrong() -> Problem:
    return Problem(
        "login", _("Användarnamn och lösenord stämmer inte."), _("Försök igen, eller be systemförvaltaren om hjälp.")
    )


class AuthenticatedSession(NamedTuple):
    """Who a session belongs to, and what its owner has proved."""

    person: Person
    boards: Sequence[Board]
    needs_factor: bool
    """The board demands a second factor of one of the roles, and none was given."""
    proved_at: datetime


def session_of_token(session: Session, token: str) -> AuthenticatedSession | None:
    """Who a token belongs to while its session lasts, and their boards; that it was used is kept now and then."""
    visit = people.find_visit(session, digest_of(token), day_here(session.now))
    if visit is None or visit.person is None or visit.sign_in.waits:
        return None
    found = visit.sign_in
    if signing_in.has_ended(session.now, created=found.created_at, seen=found.seen_at, ended=found.ended_at):
        return None
    if session.now - found.seen_at > signing_in.SEEN_EVERY:
        with open_technical(database_of(session)) as seen:
            seen.get_one(SignIn, found.id).seen_at = session.now
    demanding = next((board.factor_roles for board in visit.boards if board.id == visit.person.board_id), ())
    needs = found.factor_at is None and is_demanded(visit.person.roles, demanding)
    return AuthenticatedSession(visit.person, visit.boards, needs, found.proved_at or found.created_at)


def at_work(session: Session, user_id: int, board_id: int) -> Person | None:
    """A person with the roles held in a board; None when there are none."""
    return people.find_person(session, user_id, board_id)


def end_sessions(session: Session, user_id: int, *, but: str = "") -> None:
    """Ends what an account has open, but for one session, by its token's digest."""
    for begun in session.scalars(select(SignIn).where(SignIn.user_id == user_id, SignIn.ended_at.is_(None))):
        if begun.token != but:
            begun.ended_at = session.now


def sign_out(database: Database, token: str, *, at: datetime) -> None:
    """Ends the session; the token is worth nothing from now on."""
    with open_technical(database) as session:
        found = session.scalar(select(SignIn).where(SignIn.token == digest_of(token)))
        if found is not None and found.ended_at is None:
            found.ended_at = at


def work_in(database: Database, token: str, person: Person, board_id: int, *, at: datetime) -> NewSignIn | None:
    """The same person at work in another board, with a new token; None where they hold no role there."""
    with open_technical(database, Acting(Purpose.SIGN_IN, at)) as session:
        if people.find_person(session, person.id, board_id, day_here(at)) is None:
            return None
        old = session.scalar(select(SignIn).where(SignIn.token == digest_of(token)))
        if old is None or old.ended_at is not None:
            return None
        old.ended_at = at
        began = begin_session(session, person.id, board_id, old.browser, factor_at=old.factor_at, id_token=old.id_token)
        session.flush()
        fresh = session.scalars(select(SignIn).where(SignIn.token == digest_of(began.token))).one()
        fresh.created_at = old.created_at  # half a day is half a day, whichever board
        fresh.proved_at = old.proved_at
        return began


def keep_text(database: Database, digest: str, path: str, fields: dict[str, list[str]], *, at: datetime) -> str | None:
    """Keeps what somebody typed into a session that had ended; None when its token is nobody's, or old.

    digest: of the session's token.
    """
    with open_technical(database) as session:
        ended = session.scalar(select(SignIn).where(SignIn.token == digest))
        if not fields or ended is None or ended.waits or at - ended.seen_at > TYPED_WITHIN:
            return None
        own = select(UnsentFormText).where(UnsentFormText.user_id == ended.user_id).order_by(UnsentFormText.id.desc())
        for old in session.scalars(own.offset(MOST_TEXTS - 1)):
            session.delete(old)
        name = secrets.token_urlsafe(TOKEN_BYTES)
        session.add(UnsentFormText(token=digest_of(name), user_id=ended.user_id, path=path, fields=fields, at=at))
        return name


SENT_FORMS_KEPT: Final = timedelta(days=2)
"""A page that has been open longer is not sent twice by a slip."""


def made_by_form(session: Session, digest: str) -> str | None:
    """The address of what a form made when it was sent before; None where it was not."""
    return session.scalar(select(CreatedByForm.made).where(CreatedByForm.digest == digest))


def keep_sent_form(session: WritingSession, board_id: int, digest: str, made: str) -> None:
    """Keeps what a form made."""
    session.add(CreatedByForm(board_id=board_id, digest=digest, made=made, at=session.now))
    session.flush()


def forget_sent_forms(session: WritingSession, board_id: int) -> None:
    """Deletes the digests of forms that were sent more than two days ago."""
    old = delete(CreatedByForm).where(
        CreatedByForm.board_id == board_id, CreatedByForm.at < session.now - SENT_FORMS_KEPT
    )
    session.execute(old, execution_options=BESIDE)


def delete_expired(session: WritingSession, board_id: int, *, kept: timedelta) -> int:
    """Sign-ins to a board that were over so long ago. Returns how many."""
    old = delete(SignIn).where(SignIn.board_id == board_id, SignIn.seen_at < session.now - kept).returning(SignIn.id)
    return len(session.execute(old, execution_options=BESIDE).all())


def forget_texts(session: WritingSession, board_id: int, *, kept: timedelta) -> int:
    """What somebody of a board typed so long ago and did not come back for. Returns how many texts.

    Of somebody in several boards it goes when the time of one is over; of somebody in none, at once.
    """
    of_board = select(RoleAssignment.user_id).where(RoleAssignment.board_id == board_id)
    of_nobody = UnsentFormText.user_id.not_in(select(RoleAssignment.user_id))
    old = and_(UnsentFormText.user_id.in_(of_board), UnsentFormText.at < session.now - kept)
    gone = delete(UnsentFormText).where(or_(old, of_nobody)).returning(UnsentFormText.id)
    return len(session.execute(gone, execution_options=BESIDE).all())


def kept_text(
    database: Database, name: str, person: Person, *, at: datetime
) -> tuple[str, dict[str, list[str]]] | None:
    """What the same person had typed, while it is kept, and where to: given back once."""
    with open_technical(database) as session:
        kept = session.scalar(
            select(UnsentFormText).where(UnsentFormText.token == digest_of(name), UnsentFormText.user_id == person.id)
        )
        if kept is None:
            return None
        session.delete(kept)
        lasts = min(
            retention_time(board.retention, RetentionKind.TEXTS) for board in people.boards_of(session, person.id)
        )
        return (kept.path, dict(kept.fields)) if at - kept.at <= lasts else None


def require_permission(person: Person, action: Action) -> None:
    """Every service begins here.

    Raises:
        Refused: none of the person's roles may do it.
    """
    if not person.may(action):
        raise Refused(
            Obstacle.FORBIDDEN,
            Problem(action.value, _("Du har inte behörighet till det."), _("Be systemförvaltaren om rätt roll.")),
        )


def require_permission_for_kind(person: Person, action: Action, kind: CaseKind) -> None:
    """The same for one kind of case: premises staff see to bookings only.

    Raises:
        Refused: none of the person's roles may do it, or not with such cases.
    """
    require_permission(person, action)
    if kind not in person.kinds(action):
        raise Refused(Obstacle.MISSING)
