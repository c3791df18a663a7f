"""What a browser is asked about passkeys: the question lies in the page, its challenge in the browser's cookie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from flask import current_app, request, session

from vetting.boards.services import passkeys as service
from vetting.boards.services.passkeys import PasskeySite

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from vetting.boards.services.passkeys import PasskeyQuestion
    from vetting.kernel.roles import Person

KEY: Final = "passkey"
"""Where a browser's cookie has the challenge that its next answer must hold."""


def site() -> PasskeySite:
    """This installation, as the browser's address says it."""
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    origin = f"{'https' if secure else request.scheme}://{request.host}"
    name = current_app.extensions["vetting_config"].name
    return PasskeySite(host=urlsplit(origin).hostname or "", origin=origin, name=name)


def question_to_add(session_: Session, person: Person) -> str:
    """What the page asks the browser to make; the challenge goes into its cookie."""
    return _remember_challenge(service.ask_for_new(session_, site=site(), by=person))


def question_to_prove(session_: Session, user_id: int) -> str:
    """What the page asks the browser to prove; empty where the account has no passkey."""
    found = service.ask_for_proof(session_, user_id, site=site())
    return _remember_challenge(found) if found is not None else ""


def _remember_challenge(question: PasskeyQuestion) -> str:
    session[KEY] = question.challenge
    return question.options


def take_challenge() -> str:
    """The one that was asked, once."""
    return str(session.pop(KEY, ""))
