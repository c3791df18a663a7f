"""Protection of every form against requests forged by other sites."""

from __future__ import annotations

import secrets
from base64 import b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING, Final

from flask import current_app, g, request
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf
from itsdangerous import BadData, URLSafeTimedSerializer

if TYPE_CHECKING:
    from flask import Blueprint, Flask

__all__ = ["CSRFError", "has_valid_token", "protect_forms"]

A_DAY: Final = 24 * 60 * 60
"""In seconds."""
_MASKED: Final = "masked_csrf_token"


class MaskedTokens(CSRFProtect):  # type: ignore[misc] # the library is not typed
    """A token written otherwise in every answer.

    Answers travel compressed, and the length of what is compressed together with something that a stranger chose tells
    of what they have in common (breachattack.com). A secret that never looks the same twice cannot be guessed so.
    """

    def _get_csrf_token(self) -> str | None:
        given = super()._get_csrf_token()
        return unmask(given) if given else None


def protect_forms(app: Flask, *, without_cookies: Blueprint) -> None:
    """Checks the token of every POST. without_cookies: what knows nobody by a cookie, and cannot be forged so."""
    MaskedTokens(app).exempt(without_cookies)
    app.context_processor(lambda: {"csrf_token": _token_of_answer})


def has_valid_token() -> bool:
    """Whether the posted form is one that this browser got from us."""
    guard: CSRFProtect = current_app.extensions["csrf"]
    try:
        guard.protect()
    except CSRFError:
        return False
    return True


def is_token_of(secret: str) -> bool:
    """Whether the posted form was made with a secret that the browser no longer has."""
    if not secret:
        return False
    signer = URLSafeTimedSerializer(current_app.secret_key or "", salt="wtf-csrf-token")
    try:
        given = signer.loads(unmask(request.form.get("csrf_token", "")), max_age=A_DAY)
    except BadData:
        return False
    return isinstance(given, str) and secrets.compare_digest(given, secret)


def mask(token: str) -> str:
    """The token under a pad of its own that stands before it."""
    said = token.encode()
    pad = secrets.token_bytes(len(said))
    return urlsafe_b64encode(pad + _xor(said, pad)).decode()


def unmask(masked: str) -> str:
    """What `mask` was given; nothing of it where the text is none of ours."""
    try:
        said = b64decode(masked.encode(), altchars=b"-_", validate=True)
        return _xor(said[: len(said) // 2], said[len(said) // 2 :]).decode("ascii")
    except ValueError:
        return ""


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def _token_of_answer() -> str:
    """One for all forms of an answer, so that they are alike to what compresses them."""
    if _MASKED not in g:
        setattr(g, _MASKED, mask(generate_csrf()))
    found: str = g.get(_MASKED)
    return found
