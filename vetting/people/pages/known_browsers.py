"""Browsers that have signed in before: a signed cookie says where, and strangers' tries do not shut them out."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer

from vetting.people.models.people import User
from vetting.people.services import sign_in
from vetting.web import visitor

if TYPE_CHECKING:
    from flask import Response

COOKIE: Final = "vetting-device"
YEAR: Final = 365 * 24 * 3600
MOST_ACCOUNTS: Final = 8
"""Accounts that one browser is remembered for; the one signed in to longest ago is forgotten first."""


def secret_for(login: str) -> str:
    """The browser's secret for an account that it has signed in to before; empty when it has not."""
    return _read_cookie().get(sign_in.account_key(login), "")


def secret_of(user_id: int) -> str:
    """The same, for an account by its key; 0 for nobody's."""
    with visitor.reading_session() as session:
        user = session.get(User, user_id)
        return secret_for(user.login) if user is not None else ""


def remember_device(response: Response, login: str) -> Response:
    """Tells the browser that it has signed in to an account. The account's name is not in what it keeps."""
    accounts = _read_cookie()
    name = sign_in.account_key(login)
    own = accounts.pop(name, "") or secrets.token_urlsafe(16)
    kept = dict([*accounts.items(), (name, own)][-MOST_ACCOUNTS:])
    response.set_cookie(
        _name(),
        _signer().dumps(kept),
        max_age=YEAR,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response


def _read_cookie() -> dict[str, str]:
    try:
        found = _signer().loads(request.cookies.get(_name(), ""), max_age=YEAR)
    except BadData:
        return {}
    return found if isinstance(found, dict) else {}


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="device")


def _name() -> str:
    return f"__Host-{COOKIE}" if current_app.config["SESSION_COOKIE_SECURE"] else COOKIE
