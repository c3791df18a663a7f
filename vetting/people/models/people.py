"""Boards, units, people, their roles, and sign-ins that the server keeps."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, event, false, func, or_, select, true
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped

from vetting.kernel.roles import Person, Role
from vetting.kernel.store.base import (
    SHARED_BY_BOARDS,
    Base,
    Plain,
    Texts,
    personal_column,
    public_column,
    register_enum_types,
    sealed_column,
    unlogged_column,
)
from vetting.kernel.store.read_cache import pin_row
from vetting.people.domain.role_expiry import RoleEnd
from vetting.people.domain.ways_of_working import WayOfWorking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement

    from vetting.kernel.store.session import Session

SMALL = "small"
"""The way of working of a board without a reference group."""

register_enum_types(Role, RoleEnd, WayOfWorking)


class Board(Base):
    """A board: everything but the association register belongs to one."""

    __tablename__ = "boards"
    __table_args__ = {"info": {SHARED_BY_BOARDS: True}}  # noqa: RUF012 - SQLAlchemy's own name

    id: Mapped[int] = public_column(primary_key=True)
    code: Mapped[str] = public_column(unique=True)
    name: Mapped[str] = public_column()
    way_of_working: Mapped[WayOfWorking] = public_column(default=WayOfWorking.SMALL)
    with_group: Mapped[bool] = public_column(default=False, server_default=false())
    """Whether the reference group is shown: by its way of working, its own choice or its rules."""
    gates: Mapped[Plain] = public_column(default=dict, server_default="{}")
    """Gate -> {"on": yes or no, "legal": its legal basis here}: what the board has chosen itself."""
    habits: Mapped[Plain] = public_column(default=dict, server_default="{}")
    """Habit -> yes or no, where the board has chosen."""
    limits: Mapped[Plain] = public_column(default=dict, server_default="{}")
    """Limit -> days, where the board has set it."""
    papers: Mapped[Plain] = public_column(default=dict, server_default="{}")
    """Which papers are opened in every case, and in one case of how many all are, where the board has chosen."""
    setup: Mapped[Plain] = public_column(default=dict, server_default="{}")
    """Step of setting up -> done or skipped."""
    information: Mapped[Plain] = public_column(default=dict, server_default="{}")
    """Language -> what its letters and forms say of personal data, where the board has written it."""
    retention: Mapped[Plain] = public_column(default=dict, server_default="{}")
    """What is no record -> days it is kept, and the board's decision on it, where the board has chosen."""
    record_plan: Mapped[Plain] = public_column(default=dict, server_default="{}")
    """Kind of record -> its class (diary, order, minor), where the board has chosen."""
    factor_roles: Mapped[Texts] = public_column(default=list, server_default="[]")
    """Roles that nobody works in here without a second factor."""
    rules: Mapped[Plain] = public_column()
    """Kind of case -> id of the rule set in force, where the board has chosen one."""
    bookings: Mapped[Plain] = public_column(default=dict, server_default="{}")
    """How rooms are let: how many are drawn for control, the terms in force, whether rooms are booked here."""
    periods: Mapped[list[Plain]] = public_column(JSON, default=list, server_default="[]")
    """The periods that the board reports, as `figures.domain.periods` keeps them; none: those that ship."""
    contact: Mapped[str] = personal_column(default="")
    """How the VBE coordinator is reached, a line each: function or name, telephone, e-mail. None of it: empty."""
    letterhead: Mapped[str] = public_column(default="", server_default="")
    """Name and address as they stand on letters and forms, a line each."""
    court: Mapped[str] = public_column(default="", server_default="")
    """The administrative court that its decisions are appealed to."""
    pay_to: Mapped[str] = public_column(default="", server_default="")
    """Where money that is asked back is paid, as it is to stand in letters."""
    pay_to_asked: Mapped[Plain] = public_column(default=dict, server_default="{}")
    """Another account that somebody wants, and who asks: it waits for a second person."""
    created_at: Mapped[datetime] = public_column()

    @property
    def coordinator(self) -> str:
        """How the VBE coordinator is reached, in one line; empty where nobody has said."""
        return ", ".join(line for line in self.contact.splitlines() if line)


event.listen(Board, "load", pin_row)


class Unit(Base):
    """A part of the administration: who handles what, where the rooms are."""

    __tablename__ = "units"

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"), index=True)
    name: Mapped[str] = public_column()


class Room(Base):
    """A room that can be booked."""

    __tablename__ = "rooms"
    __table_args__ = (UniqueConstraint("board_id", "name"),)

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    unit_id: Mapped[int | None] = public_column(ForeignKey("units.id"))
    name: Mapped[str] = public_column()
    open: Mapped[bool] = public_column(default=False, server_default=false())
    """Anybody comes in without booking: what is arranged in it is noted."""
    buffer_minutes: Mapped[int] = public_column(default=0, server_default="0")
    """Between two bookings, for tidying up."""
    shared_by: Mapped[int] = public_column(default=1, server_default="1")
    """How many bookings it holds at once: a hall in halves holds two."""
    price: Mapped[int | None] = public_column()
    """Öre an hour at the ordinary rate; None where nobody has said, as of the next."""
    subsidised_price: Mapped[int | None] = public_column()
    """Öre an hour at the subsidised rate."""
    letting_kind_id: Mapped[int | None] = public_column(ForeignKey("letting_kinds.id"))
    """What it is let as; None: as any room."""
    hours: Mapped[Plain] = public_column(default=dict, server_default="{}")
    """Weekday from 0 -> ["08:00", "22:00"]; a day that is not there is closed, none at all is always open."""


class User(Base):
    """Somebody with an account."""

    __tablename__ = "users"
    __table_args__ = {"info": {SHARED_BY_BOARDS: True}}  # noqa: RUF012 - SQLAlchemy's own name

    id: Mapped[int] = public_column(primary_key=True)
    login: Mapped[str] = personal_column(unique=True)
    name: Mapped[str] = personal_column()
    password_hash: Mapped[str] = sealed_column()
    """The trail has only a digest of it: enough to find one that was put in its place, of no use for guessing."""
    email: Mapped[str] = unlogged_column(default="", server_default="")
    active: Mapped[bool] = public_column(default=True)
    created_at: Mapped[datetime] = public_column()


class RoleAssignment(Base):
    """A role that a person holds in a board."""

    __tablename__ = "roles"
    __table_args__ = (UniqueConstraint("user_id", "board_id", "role"),)

    id: Mapped[int] = public_column(primary_key=True)
    user_id: Mapped[int] = personal_column(ForeignKey("users.id"))
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"), index=True)
    role: Mapped[Role] = public_column()
    unit_id: Mapped[int | None] = public_column(ForeignKey("units.id"))
    ends_on: Mapped[date | None] = public_column()
    """The last day, where one is set."""
    by_group: Mapped[bool] = public_column(default=False, server_default=false())
    """A group of the municipality's directory gives it, and takes it back."""


class LastSignIn(Base):
    """The last day somebody signed in to a board: whether the roles held there are used."""

    __tablename__ = "board_visits"
    __table_args__ = (UniqueConstraint("user_id", "board_id"),)

    id: Mapped[int] = public_column(primary_key=True)
    user_id: Mapped[int] = personal_column(ForeignKey("users.id"))
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    last_on: Mapped[date] = public_column()


class RolePeriod(Base):
    """That somebody has had a role, from when to when: what a board can say of who could do what."""

    __tablename__ = "role_periods"
    __table_args__ = (Index(None, "board_id", "began_at", "id"), Index(None, "user_id", "board_id", "role"))

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    user_id: Mapped[int] = personal_column(ForeignKey("users.id"))
    role: Mapped[Role] = public_column()
    began_at: Mapped[datetime | None] = public_column()
    """Nothing where it was given before this was kept."""
    given_by_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))
    agreed_by_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))
    """Whose yes it waited for."""
    ended_at: Mapped[datetime | None] = public_column()
    ended_by_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))
    why: Mapped[RoleEnd | None] = public_column()


class RoleRequest(Base):
    """A role that somebody is to have when a second person has said yes; the answered ones stay as a record."""

    __tablename__ = "role_asks"
    __table_args__ = (Index(None, "board_id", "answered_at"),)

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    user_id: Mapped[int] = personal_column(ForeignKey("users.id"))
    role: Mapped[Role] = public_column()
    asked_by_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))
    """None: from the machine itself."""
    at: Mapped[datetime] = public_column()
    answered_by_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))
    answered_at: Mapped[datetime | None] = public_column()
    given: Mapped[bool] = public_column(default=False, server_default=false())
    begins_on: Mapped[date | None] = public_column()
    """The first day, where it does not begin at once."""
    ends_on: Mapped[date | None] = public_column()
    begun_at: Mapped[datetime | None] = public_column()
    """When it began, where it waited for its day."""
    by_group: Mapped[bool] = public_column(default=False, server_default=false())
    """A group of the municipality's directory gives it."""


class Identity(Base):
    """Who an account is to the municipality's directory: the subject there, which no two people ever have."""

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("issuer", "subject"), {"info": {SHARED_BY_BOARDS: True}})

    id: Mapped[int] = public_column(primary_key=True)
    user_id: Mapped[int] = personal_column(ForeignKey("users.id"), index=True)
    issuer: Mapped[str] = public_column()
    subject: Mapped[str] = personal_column()
    at: Mapped[datetime] = public_column()


class Invitation(Base):
    """A link by which the owner of an account sets its password, once; the link holds the secret, this its digest."""

    __tablename__ = "invitations"

    id: Mapped[int] = public_column(primary_key=True)
    digest: Mapped[str] = sealed_column(unique=True)
    user_id: Mapped[int] = personal_column(ForeignKey("users.id"), index=True)
    board_id: Mapped[int | None] = public_column(ForeignKey("boards.id"))
    made_by_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))
    at: Mapped[datetime] = public_column()
    expires_at: Mapped[datetime] = public_column()
    used_at: Mapped[datetime | None] = public_column()


class SignIn(Base):
    """A session on the server; the browser holds only the token, this only the token's digest."""

    __tablename__ = "sign_ins"

    id: Mapped[int] = public_column(primary_key=True)
    token: Mapped[str] = public_column(unique=True)
    user_id: Mapped[int] = personal_column(ForeignKey("users.id"), index=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    created_at: Mapped[datetime] = public_column()
    seen_at: Mapped[datetime] = public_column()
    ended_at: Mapped[datetime | None] = public_column()
    browser: Mapped[str] = personal_column(default="", server_default="")
    """Its name and system, as it said."""
    waits: Mapped[bool] = public_column(default=False, server_default=false())
    """The password was right and the second factor is still asked for: nobody's session yet."""
    factor_at: Mapped[datetime | None] = public_column()
    """When a second factor was given."""
    proved_at: Mapped[datetime | None] = public_column()
    """When its owner was last asked for a proof, here or at signing in."""
    id_token: Mapped[str] = sealed_column(default="", server_default="")
    """What the directory that began it is shown when it ends; empty where a password began it."""


class SignInAttempt(Base):
    """A failed try, by the digest of an account's name or of an address: the brakes count them."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (Index(None, "key", "at"),)

    id: Mapped[int] = public_column(primary_key=True)
    key: Mapped[str] = public_column()
    at: Mapped[datetime] = public_column()


class UnsentFormText(Base):
    """What somebody typed when the session had ended: given back to the same person after signing in, once."""

    __tablename__ = "kept_texts"

    id: Mapped[int] = public_column(primary_key=True)
    token: Mapped[str] = public_column(unique=True)
    user_id: Mapped[int] = personal_column(ForeignKey("users.id"))
    path: Mapped[str] = public_column()
    fields: Mapped[Plain] = personal_column()
    at: Mapped[datetime] = public_column()


class CreatedByForm(Base):
    """A form that created something: the same form sent again is answered with the address of what it created."""

    __tablename__ = "sent_forms"
    __table_args__ = (Index(None, "board_id", "at"),)

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    digest: Mapped[str] = public_column(unique=True)
    """SHA-256 of the token of the page, the address and every field that was sent."""
    made: Mapped[str] = public_column()
    """The address of what it made."""
    at: Mapped[datetime] = public_column()


def is_ahead() -> ColumnElement[bool]:
    """Roles that are given, and begin on a day that has not come."""
    return RoleRequest.given & RoleRequest.begins_on.is_not(None) & RoleRequest.begun_at.is_(None)


def user_by_login(session: Session, login: str) -> User | None:
    """The account with a login name, however it is written."""
    return session.scalar(select(User).where(User.login == login.strip().casefold()))


def boards_of(session: Session, user_id: int, on: date | None = None) -> Sequence[Board]:
    """The boards where somebody holds a role; on: only roles whose last day is not over that day."""
    held = select(RoleAssignment.board_id).where(RoleAssignment.user_id == user_id)
    if on is not None:
        held = held.where(_lasts(on))
    return session.scalars(select(Board).where(Board.id.in_(held)).order_by(Board.name, Board.id)).all()


def find_person(session: Session, user_id: int, board_id: int, on: date | None = None) -> Person | None:
    """Somebody at work in one board; None without an active account or a role there. on: only roles of that day."""
    rows = session.execute(
        select(User.name, Board, RoleAssignment.role)
        .join(RoleAssignment, RoleAssignment.user_id == User.id)
        .join(Board, Board.id == RoleAssignment.board_id)
        .where(
            User.id == user_id, User.active, RoleAssignment.board_id == board_id, true() if on is None else _lasts(on)
        )
        .order_by(RoleAssignment.id)
    ).all()
    return _at_work(user_id, [(name, board, role) for name, board, role in rows])


class SignedInSession(NamedTuple):
    """A session on the server, with who it belongs to and the boards where they hold a role."""

    sign_in: SignIn
    person: Person | None
    boards: Sequence[Board]


def find_visit(session: Session, token: str, on: date) -> SignedInSession | None:
    """The session of a token, by its digest; of nobody without an active account or a role in its board that day."""
    rows = session.execute(
        select(SignIn, User.name, Board, RoleAssignment.role)
        .outerjoin(User, (User.id == SignIn.user_id) & User.active)
        .outerjoin(RoleAssignment, (RoleAssignment.user_id == User.id) & _lasts(on))
        .outerjoin(Board, Board.id == RoleAssignment.board_id)
        .where(SignIn.token == token)
        .order_by(Board.name, Board.id, RoleAssignment.id)
    ).all()
    if not rows:
        return None
    found = rows[0][0]
    held = [(name, board, role) for _, name, board, role in rows if role]
    here = [one for one in held if one[1].id == found.board_id]
    return SignedInSession(
        found, _at_work(found.user_id, here), tuple({board.id: board for _, board, _ in held}.values())
    )


def _lasts(on: date) -> ColumnElement[bool]:
    """Roles whose last day is not over, also where nobody has taken them away yet."""
    return or_(RoleAssignment.ends_on.is_(None), RoleAssignment.ends_on >= on)


def begin_role(
    session: Session,
    user_id: int,
    board_id: int,
    role: Role,
    *,
    ends_on: date | None = None,
    given_by: int | None = None,
    agreed_by: int | None = None,
    by_group: bool = False,
) -> RoleAssignment:
    """Somebody has a role from now on; given_by and agreed_by: the accounts that gave it and said yes."""
    held = RoleAssignment(user_id=user_id, board_id=board_id, role=role, ends_on=ends_on, by_group=by_group)
    began = RolePeriod(
        user_id=user_id,
        board_id=board_id,
        role=role,
        began_at=session.now,
        given_by_id=given_by,
        agreed_by_id=agreed_by,
    )
    session.add_all([held, began])
    return held


def end_role(session: Session, held: RoleAssignment, why: RoleEnd, *, ended_by: int | None = None) -> None:
    lasting = select(RolePeriod).where(
        RolePeriod.user_id == held.user_id,
        RolePeriod.board_id == held.board_id,
        RolePeriod.role == held.role,
        RolePeriod.ended_at.is_(None),
    )
    for period in session.scalars(lasting):
        period.ended_at, period.ended_by_id, period.why = session.now, ended_by, why
    session.delete(held)


def note_visit(session: Session, user_id: int, board_id: int, on: date) -> None:
    """Keeps that somebody signed in to a board that day."""
    own = select(LastSignIn).where(LastSignIn.user_id == user_id, LastSignIn.board_id == board_id)
    visit = session.scalar(own)
    if visit is not None:
        visit.last_on = on
        return
    with suppress(IntegrityError), session.begin_nested():  # two windows at once: one row is enough
        session.add(LastSignIn(user_id=user_id, board_id=board_id, last_on=on))


def _at_work(user_id: int, held: Sequence[tuple[str, Board, str]]) -> Person | None:
    """Somebody with the roles they hold in one board; nobody without any."""
    if not held:
        return None
    name, board, _ = held[0]
    return Person(
        id=user_id,
        name=name,
        board_id=board.id,
        board=board.name,
        roles=frozenset(Role(role) for *_, role in held),
        with_group=board.with_group,
    )


def count_failed_attempts(session: Session, key: str, since: datetime) -> tuple[int, datetime | None]:
    """How many tries failed since then, and when the last of them was."""
    row = session.execute(
        select(func.count(), func.max(SignInAttempt.at)).where(SignInAttempt.key == key, SignInAttempt.at > since)
    ).one()
    return int(row[0]), row[1]


def colleagues(session: Session, board_id: int, *roles: Role) -> Sequence[User]:
    """Those who hold a role in a board, each once: role by role as they are given, and by name."""
    rows = session.execute(
        select(User, RoleAssignment.role)
        .join(RoleAssignment, RoleAssignment.user_id == User.id)
        .where(
            RoleAssignment.board_id == board_id, RoleAssignment.role.in_([role.value for role in roles]), User.active
        )
        .order_by(User.name, User.id)
    ).all()
    return list(dict.fromkeys(user for role in roles for user, held in rows if held == role.value))


def names_of(session: Session, ids: set[int]) -> dict[int, str]:
    """People's names by id."""
    if not ids:
        return {}
    rows = session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    return {key: name for key, name in rows}  # noqa: C416 - dict() of rows carries no types
