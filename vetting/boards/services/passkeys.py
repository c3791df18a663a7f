"""Passkeys (WebAuthn): a key that never leaves its device, as the second factor instead of an app."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import webauthn
from sqlalchemy import select
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import PublicKeyCredentialDescriptor, UserVerificationRequirement

from vetting.boards.models.people import User
from vetting.boards.models.second_factors import Passkey, passkeys_of
from vetting.boards.services.second_factor import (
    account_note,
    check_may_do_without,
    count_code_try,
    finish_waiting,
    first_recovery_codes,
    forget_codes_of_nothing,
    mark_proved,
    mark_session,
)
from vetting.boards.services.sign_in import digest_of, end_sessions, forget_tries
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.store.session import open_technical
from vetting.kernel.text import _

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from vetting.boards.services.sign_in import NewSignIn
    from vetting.kernel.roles import Person
    from vetting.kernel.store.engine import Database
    from vetting.kernel.store.session import WritingSession

LONGEST_NAME: Final = 60
MOST: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeySite:
    """Whom a key is for: a key made for one site is worth nothing at another."""

    host: str
    """Without its port."""
    origin: str
    """As a browser says it: scheme, host and port."""
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyQuestion:
    """What a browser is asked, as JSON, and the challenge that its answer must have."""

    options: str
    challenge: str


def ask_for_new(session: Session, *, site: PasskeySite, by: Person) -> PasskeyQuestion:
    """What a browser is asked to make a key for one's own account; not one that it has already."""
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_id=f"vetting-{by.id}".encode(),
        user_name=session.get_one(User, by.id).login,
        user_display_name=by.name,
        exclude_credentials=_descriptors(session, by.id),
    )
    return PasskeyQuestion(options=webauthn.options_to_json(options), challenge=bytes_to_base64url(options.challenge))


def add_passkey(
    session: WritingSession,
    answer: str,
    challenge: str,
    name: str,
    *,
    site: PasskeySite,
    by: Person,
    token: str,
    at: datetime,
) -> list[str]:
    """A key for one's own account; gives recovery codes where it has none, to be shown once.

    Other sessions of the account end, as with a new app.

    Raises:
        Refused: the answer is to another question, for another site or no key, or there are very many.
    """
    if len(passkeys_of(session, by.id)) >= MOST:
        raise Refused(
            Obstacle.INVALID, Problem("answer", _("Kontot har redan tio passnycklar."), _("Ta bort en först."))
        )
    try:
        made = webauthn.verify_registration_response(
            credential=_answer(answer),
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
        )
    except MALFORMED:
        raise Refused(Obstacle.INVALID, NOT_MADE) from None
    credential = bytes_to_base64url(made.credential_id)
    if session.scalar(select(Passkey.id).where(Passkey.credential == credential)) is not None:
        raise Refused(Obstacle.INVALID, NOT_MADE)
    session.add(
        Passkey(
            user_id=by.id,
            credential=credential,
            public_key=bytes_to_base64url(made.credential_public_key),
            sign_count=made.sign_count,
            name=" ".join(name.split())[:LONGEST_NAME],
            at=at,
        )
    )
    end_sessions(session, by.id, at, but=digest_of(token))
    mark_session(session, token, at=at, factor=True)
    session.note(account_note("passkey_added", session.get_one(User, by.id), by, at))
    return first_recovery_codes(session, by.id)


def remove_passkey(session: WritingSession, key: int, *, by: Person, at: datetime) -> None:
    """One of one's own keys opens nothing any more.

    Raises:
        Refused: there is no such key, or it is the last factor of a role that demands one.
    """
    found = session.get(Passkey, key)
    if found is None or found.user_id != by.id:
        raise Refused(Obstacle.MISSING)
    check_may_do_without(session, by.id, but_passkey=key)
    session.delete(found)
    session.flush()
    forget_codes_of_nothing(session, by.id)
    session.note(account_note("passkey_removed", session.get_one(User, by.id), by, at))


def ask_for_proof(session: Session, user_id: int, *, site: PasskeySite) -> PasskeyQuestion | None:
    """What a browser is asked to prove that one of an account's keys is there; None where it has none."""
    known = _descriptors(session, user_id)
    if not known:
        return None
    options = webauthn.generate_authentication_options(
        rp_id=site.host, allow_credentials=known, user_verification=UserVerificationRequirement.PREFERRED
    )
    return PasskeyQuestion(options=webauthn.options_to_json(options), challenge=bytes_to_base64url(options.challenge))


def finish_sign_in_by_passkey(
    database: Database, token: str, answer: str, challenge: str, *, site: PasskeySite, at: datetime, device: str = ""
) -> NewSignIn:
    """A session with a new token, for a sign-in that waits for its second factor.

    Raises:
        TooEarlyError: too many wrong answers.
        Refused: the answer is wrong, or nothing waits any more.
    """
    return finish_waiting(
        database,
        token,
        lambda waiting: _check_answer(database, waiting.user_id, answer, challenge, site=site, at=at, device=device),
        at=at,
    )


def prove_by_passkey(
    database: Database,
    person: Person,
    answer: str,
    challenge: str,
    *,
    site: PasskeySite,
    token: str,
    at: datetime,
    device: str = "",
) -> None:
    """Whoever is signed in proves who they are once more.

    Raises:
        TooEarlyError: too many wrong answers.
        Refused: wrong.
    """
    _check_answer(database, person.id, answer, challenge, site=site, at=at, device=device)
    mark_proved(database, token, at=at, factor=True)


def _check_answer(
    database: Database, user_id: int, answer: str, challenge: str, *, site: PasskeySite, at: datetime, device: str
) -> None:
    attempts = count_code_try(database, user_id, device, at=at)
    with open_technical(database, alone=True) as session:
        try:
            given = _answer(answer)
            found = session.scalar(
                select(Passkey).where(Passkey.user_id == user_id, Passkey.credential == str(given.get("id")))
            )
            if found is None:
                raise Refused(Obstacle.INVALID, NOT_PROVED)
            proved = webauthn.verify_authentication_response(
                credential=given,
                expected_challenge=base64url_to_bytes(challenge),
                expected_rp_id=site.host,
                expected_origin=site.origin,
                credential_public_key=base64url_to_bytes(found.public_key),
                credential_current_sign_count=found.sign_count,
            )
        except MALFORMED:
            raise Refused(Obstacle.INVALID, NOT_PROVED) from None
        found.sign_count = proved.new_sign_count
        forget_tries(session, attempts)


def _answer(text: str) -> dict[str, Any]:
    found = json.loads(text)
    if not isinstance(found, dict):
        raise TypeError(text)
    return found


def _descriptors(session: Session, user_id: int) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(id=base64url_to_bytes(key.credential)) for key in passkeys_of(session, user_id)
    ]


MALFORMED: Final = (WebAuthnException, ValueError, KeyError, TypeError, RecursionError)
"""What an answer that no browser gives ends in."""
NOT_MADE: Final = Problem(
    "answer", _("Passnyckeln gick inte att spara."), _("Försök igen, med en annan nyckel eller en annan webbläsare.")
)
NOT_PROVED: Final = Problem("answer", _("Passnyckeln stämmer inte."), _("Försök igen, eller skriv en kod i stället."))
