"""Who visits, with what the pages need around them: the person, the database, the clock."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol

from flask import current_app, g, request

from vetting import clock
from vetting.kernel.hooks import Hook
from vetting.kernel.store.acting import Acting, Purpose
from vetting.kernel.store.engine import Database
from vetting.kernel.store.session import opened_for_reading
from vetting.web.access import RouteEntry, entry_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from flask import Response

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import ReadingSession, Session, WritingSession

COOKIE: Final = "vetting-login"
FRESH: Final = timedelta(minutes=15)
"""How long a proof counts where it is asked for anew."""


class VisitorSession(Protocol):
    """A session of the program: whose it is, and what its owner has proved."""

    @property
    def person(self) -> Person:
        """With the roles of the board that they work in."""

    @property
    def boards(self) -> Sequence[object]:
        """Boards where the person holds a role."""

    @property
    def needs_factor(self) -> bool:
        """The board demands a second factor of one of the roles, and none was given."""

    @property
    def proved_at(self) -> datetime:
        """When they last signed in or proved who they are."""


class SignIns(Protocol):
    """What the pages need of the sessions of visitors; the package of accounts has it."""

    def session_of_token(self, session: Session, token: str, /) -> VisitorSession | None:
        """Finds the session of a token, while it lasts."""

    def digest_of(self, token: str, /) -> str:
        """Gives what is stored of a token."""

    def keep_text(
        self, database: Database, digest: str, path: str, fields: dict[str, list[str]], /, *, at: datetime
    ) -> str | None:
        """Keeps what was typed into a session that had ended. Returns the name to fetch it by."""

    def made_by_form(self, session: Session, digest: str, /) -> str | None:
        """Gives the address of what a form made when it was sent before."""

    def keep_sent_form(self, session: WritingSession, board_id: int, digest: str, made: str, /) -> None:
        """Keeps what a form made."""


SIGN_INS: Final = Hook[SignIns]("sessions of visitors")


def database() -> Database:
    """The installation's database, for what opens sessions of its own; what is read after it is read anew."""
    look_again()
    return _database()


def _database() -> Database:
    found = current_app.extensions["vetting_database"]
    if not isinstance(found, Database):
        raise TypeError(found)
    return found


@contextmanager
def reading_session() -> Iterator[ReadingSession]:
    """The request's session for reading: one look at the database, until something is written or goes wrong."""
    if "reading" not in g:
        g.reading = opened_for_reading(_database(), acting())
    session: ReadingSession = g.reading
    try:
        yield session
    except BaseException:
        look_again()
        raise


def acting() -> Acting:
    """For whom sessions of this request are opened: who is signed in, once that has been looked up."""
    return Acting(g.get("visitor") or Purpose.SIGN_IN, now())


def look_again(_error: BaseException | None = None) -> None:
    session = g.pop("reading", None)
    if session is not None:
        session.close()


def now() -> datetime:
    """The clock, once a request."""
    if "now" not in g:
        g.now = clock.now()
    moment: datetime = g.now
    return moment


def today() -> date:
    """The day in Sweden."""
    return now().date()


def cookie_name() -> str:
    """The name that only this host's secure pages can set, where there is TLS."""
    return f"__Host-{COOKIE}" if current_app.config["SESSION_COOKIE_SECURE"] else COOKIE


def token_of_browser() -> str:
    return request.cookies.get(cookie_name(), "")


def visitor() -> Person | None:
    if "visitor" not in g:
        g.visitor, g.visit = None, None
        if token_of_browser():
            with reading_session() as session:
                g.visit = SIGN_INS.function.session_of_token(session, token_of_browser())
                g.visitor = g.visit.person if g.visit else None
                if g.visitor is not None:
                    session.act_for(g.visitor)
    found: Person | None = g.visitor
    return found


def open_visit() -> VisitorSession | None:
    """The visitor's session, with what its owner has proved."""
    visitor()
    found: VisitorSession | None = g.visit
    return found


def is_fresh(proved_at: datetime, now: datetime) -> bool:
    """Whether a proof is young enough for what is asked for anew."""
    return now - proved_at <= FRESH


def is_proved_now() -> bool:
    """Whether the visitor has proved who they are a short while ago."""
    visit = open_visit()
    return visit is not None and is_fresh(visit.proved_at, now())


def entry_to(endpoint: str | None, person: Person | None) -> RouteEntry:
    """What somebody meets at an endpoint of this installation."""
    return entry_for(endpoint, person, current_app.extensions["vetting_config"].trial)


def own_boards() -> Sequence[object]:
    """The boards where the visitor holds a role."""
    visit = open_visit()
    return visit.boards if visit else ()


def signed_in_person() -> Person:
    """Who is signed in, on a page that only those may open."""
    found = visitor()
    if found is None:
        raise LookupError
    return found


def remember_token(response: Response, token: str) -> Response:
    """Gives the browser the token of a session that began."""
    response.set_cookie(
        cookie_name(),
        token,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response


def forget_token(response: Response) -> Response:
    """Takes the token away, and what the browser kept of the pages."""
    response.delete_cookie(
        cookie_name(), secure=current_app.config["SESSION_COOKIE_SECURE"], httponly=True, samesite="Lax", path="/"
    )
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
