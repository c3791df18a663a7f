"""Who visits, with what the pages need around them: the person, the database, the clock."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from flask import current_app, g, request

from vetting import clock
from vetting.kernel.store.engine import Database
from vetting.kernel.store.session import opened_for_reading
from vetting.people.domain.second_factor import is_fresh
from vetting.people.services import sign_in
from vetting.web.access import RouteEntry, entry_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from flask import Response

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import ReadingSession
    from vetting.people.models.people import Board

COOKIE: Final = "vetting-login"


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
        g.reading = opened_for_reading(_database())
    session: ReadingSession = g.reading
    try:
        yield session
    except BaseException:
        look_again()
        raise


def look_again(_error: BaseException | None = None) -> None:
    """What is read from now on is read anew."""
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
    """What the browser shows of its session."""
    return request.cookies.get(cookie_name(), "")


def visitor() -> Person | None:
    """Who is signed in; looked up once a request."""
    if "visitor" not in g:
        g.visitor, g.visit = None, None
        if token_of_browser():
            with reading_session() as session:
                g.visit = sign_in.visit_of_token(session, token_of_browser(), at=now())
            g.visitor = g.visit.person if g.visit else None
    found: Person | None = g.visitor
    return found


def open_visit() -> sign_in.OpenVisit | None:
    """The visitor's session, with what its owner has proved."""
    visitor()
    found: sign_in.OpenVisit | None = g.visit
    return found


def is_proved_now() -> bool:
    """Whether the visitor has proved who they are a short while ago."""
    visit = open_visit()
    return visit is not None and is_fresh(visit.proved_at, now())


def entry_to(endpoint: str | None, person: Person | None) -> RouteEntry:
    """What somebody meets at an endpoint of this installation."""
    return entry_for(endpoint, person, current_app.extensions["vetting_config"].trial)


def own_boards() -> Sequence[Board]:
    """The boards where the visitor holds a role."""
    visit = open_visit()
    return visit.boards if visit else ()


def signed_in_person() -> Person:
    """Who is signed in, on a page that only those may open."""
    found = visitor()
    if found is None:
        raise LookupError
    return found


def remember_token(response: Response, began: sign_in.NewSignIn) -> Response:
    """Gives the browser the token of a session that began."""
    response.set_cookie(
        cookie_name(),
        began.token,
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
