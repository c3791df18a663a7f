"""Who visits, with what the pages need around them: the person, the database, the clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import current_app, g, request

from vetting import clock
from vetting.services import people
from vetting.store.engine import Database
from vetting.store.people import boards_of
from vetting.store.session import reading

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from flask import Response

    from vetting.domain.people import Person
    from vetting.store.people import Board

COOKIE: Final = "vetting-login"


def database() -> Database:
    """The installation's database."""
    found = current_app.extensions["vetting_database"]
    if not isinstance(found, Database):
        raise TypeError(found)
    return found


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


def token() -> str:
    """What the browser shows of its session."""
    return request.cookies.get(cookie_name(), "")


def visitor() -> Person | None:
    """Who is signed in; looked up once a request."""
    if "visitor" not in g:
        g.visitor = people.visitor(database(), token(), at=now()) if token() else None
    found: Person | None = g.visitor
    return found


def own_boards() -> Sequence[Board]:
    """The boards where the visitor holds a role."""
    found = visitor()
    if found is None:
        return ()
    with reading(database()) as session:
        return boards_of(session, found.id)


def person() -> Person:
    """Who is signed in, on a page that only those may open."""
    found = visitor()
    if found is None:
        raise LookupError
    return found


def remember(response: Response, began: people.SignedIn) -> Response:
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


def forget(response: Response) -> Response:
    """Takes the token away, and what the browser kept of the pages."""
    response.delete_cookie(
        cookie_name(), secure=current_app.config["SESSION_COOKIE_SECURE"], httponly=True, samesite="Lax", path="/"
    )
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
