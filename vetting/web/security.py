"""What every request must be and every answer carries: limits, access, security headers."""

from __future__ import annotations

from http import HTTPStatus
from io import BytesIO
from typing import IO, TYPE_CHECKING, Any, Final, assert_never
from urllib.parse import quote, unquote_plus, urlencode, urlsplit

from flask import Request, Response, abort, make_response, redirect, request, session, url_for

from vetting.formats import limits
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.web import csrf, visitor
from vetting.web.access import PROVED_ANEW, WITHOUT_FACTOR, RouteEntry, is_proved_anew
from vetting.web.preferences import is_asked_by_system
from vetting.web.sub_path import path_here

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from flask import Flask

KEPT_TEXT_KEY: Final = "kept"
"""Where a browser's cookie says that something typed lies kept."""
LEFT_KEY: Final = "left"
"""In the browser: the digest of the session that was signed out, and what its forms were made with."""
MOST_TYPED: Final = 100_000
"""Signs of a form that is kept; nobody types more in one."""
NEVER_KEPT: Final = frozenset({"people.change_password", "second_factor.add", "second_factor.prove"})
"""Forms behind sign-in with a password, a secret or a code."""
_DIRECTIVES: Final = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "object-src": "'none'",
}
POLICY: Final = "; ".join(f"{name} {sources}" for name, sources in _DIRECTIVES.items())


def policy_with(origin: str) -> str:
    """The policy where a form may also lead to the provider that signs people out; empty: nowhere else."""
    return POLICY.replace("form-action 'self'", f"form-action 'self' {origin}") if origin else POLICY


HEADERS: Final[Mapping[str, str]] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
WITH_CODES: Final = frozenset({None, "static", "directory.answer"})
"""Where what looks like a personal number is none: what the provider of sign-ins drew at random, used once."""
LARGEST_KEY: Final = 2**62
SMALL: Final = 200_000
BODY_LIMITS: Final[Mapping[str, tuple[int, int]]] = {
    "trial.answer": (9 * limits.MEGABYTE, 9 * limits.MEGABYTE),
    "trial.workbook": (9 * limits.MEGABYTE, 9 * limits.MEGABYTE),
    "imports.hand_in": (limits.IMPORT_BYTES + limits.MEGABYTE, SMALL),
    "incoming.hand_in": (limits.MAIL_BYTES + limits.MEGABYTE, SMALL),
    "case_acts.add_document": (11 * limits.MEGABYTE, SMALL),
    "assessments.assess": (11 * limits.MEGABYTE, SMALL),
    "deviations.note": (11 * limits.MEGABYTE, SMALL),
    "own_templates.take": (11 * limits.MEGABYTE, SMALL),
    "drafts.take_in": (3 * limits.MEGABYTE, SMALL),
    "api.send_application": (limits.MEGABYTE, SMALL),
    "api.send_paper": (11 * limits.MEGABYTE, SMALL),
}
"""Endpoint -> most bytes of the request, most bytes of its fields; the rest may send little."""
YEAR: Final = 365 * 24 * 3600


class InMemoryRequest(Request):
    """Uploads stay in memory: nothing a visitor hands in touches the disk."""

    def _get_file_stream(
        self,
        total_content_length: int | None,  # noqa: ARG002 - the signature is werkzeug's
        content_type: str | None,  # noqa: ARG002 - the signature is werkzeug's
        filename: str | None = None,  # noqa: ARG002 - the signature is werkzeug's
        content_length: int | None = None,  # noqa: ARG002 - the signature is werkzeug's
    ) -> IO[bytes]:
        return BytesIO()


def guard_requests(app: Flask, *, provider: str = "") -> None:
    """Limits and access first, before anything reads the body; headers last. provider: the address that signs in."""
    parts = urlsplit(provider)
    policy = policy_with(f"{parts.scheme}://{parts.netloc}" if provider else "")

    @app.before_request
    def _limit() -> None:
        most, most_fields = BODY_LIMITS.get(request.endpoint or "", (SMALL, SMALL))
        request.max_content_length = most
        request.max_form_memory_size = most_fields

    app.before_request(_sane)
    app.before_request(_without_personal_numbers)

    @app.before_request
    def _allow() -> Response | None:
        public = visitor.entry_to(request.endpoint, None)
        met = (
            public
            if public in {RouteEntry.OPEN, RouteEntry.UNKNOWN}
            else visitor.entry_to(request.endpoint, visitor.visitor())
        )
        match met:
            case RouteEntry.OPEN:
                return None if public is RouteEntry.OPEN else _to_proof()
            case RouteEntry.SIGN_IN:
                return _to_sign_in()
            case RouteEntry.FORBIDDEN:
                abort(403)
            case RouteEntry.UNKNOWN:
                abort(404)
        assert_never(met)

    @app.after_request
    def _headers(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", policy)
        if request.endpoint == "static" and response.status_code in {HTTPStatus.OK, HTTPStatus.NOT_MODIFIED}:
            response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
        else:
            response.headers["Cache-Control"] = "no-store"
        return response


def carry_headers(app: WSGIApplication, *, https: bool) -> WSGIApplication:
    """The application whose every answer has the security headers, also one that fails outside the pages."""
    defaults = {**HEADERS, "Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
    if https:
        defaults["Strict-Transport-Security"] = f"max-age={YEAR}; includeSubDomains"

    def answered(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def begin(status: str, headers: list[tuple[str, str]], *failed: Any) -> Callable[[bytes], object]:  # noqa: ANN401 - WSGI's own
            there = {name.lower() for name, _value in headers}
            lacking = [(name, value) for name, value in defaults.items() if name.lower() not in there]
            return start_response(status, [*headers, *lacking], *failed)

        return app(environ, begin)

    return answered


def _sane() -> None:
    """What no page of ours asks for: a key beyond any database's, a NUL that PostgreSQL cannot hold."""
    values = (request.view_args or {}).values()
    if any(isinstance(value, int) and value > LARGEST_KEY for value in values) or "\x00" in request.path:
        abort(404)
    if any("\x00" in value for value in request.args.values()):
        abort(400)


def _without_personal_numbers() -> Response | None:
    """A personal number stays in no address: not in the browser's history, a page's title, its links or a log."""
    if is_asked_by_system():  # it keeps no history, and no answer says it again
        return None
    if request.method not in {"GET", "HEAD"} or request.endpoint in WITH_CODES or not request.query_string:
        return None
    given = list(request.args.items(multi=True))
    clean = [(mask_personal_numbers(name), _clean(value)) for name, value in given]
    return None if clean == given else make_response(redirect(f"{quote(path_here())}?{urlencode(clean)}", 303))


def _clean(value: str) -> str:
    """Masked; an address within an address is looked at as it will be read."""
    read = unquote_plus(value)
    return mask_personal_numbers(value) if mask_personal_numbers(read) == read else mask_personal_numbers(read)


def _to_sign_in() -> Response:
    """To the form for signing in; what was typed into a session that had ended is kept for its owner."""
    return make_response(redirect(url_for("sign_in.ask", next=_way_back() or None), 303))


def _to_proof() -> Response | None:
    """To the app that is demanded, or to the proof that is asked for anew; what was typed is kept meanwhile."""
    visit = visitor.open_visit()
    endpoint = request.endpoint or ""
    if visit is None or (visit.needs_factor and endpoint in WITHOUT_FACTOR - PROVED_ANEW):
        return None
    if visit.needs_factor and endpoint not in WITHOUT_FACTOR:
        return make_response(redirect(url_for("second_factor.own"), 303))
    asked = is_proved_anew(endpoint, str((request.view_args or {}).get("register_name", "")))
    if not asked or visitor.is_proved_now():
        return None
    return make_response(redirect(url_for("second_factor.ask_proof", next=_way_back() or None), 303))


def _way_back() -> str:
    """Where to go on; a form that was sent is kept for its owner instead, and has no address."""
    if request.method != "POST":
        return request.script_root + request.full_path if request.query_string else path_here()
    digest, token = _session_of_form()
    if request.endpoint not in NEVER_KEPT and token:
        name = visitor.SIGN_INS.function.keep_text(
            visitor.database(), digest, path_here(), _typed_texts(), at=visitor.now()
        )
        if name:
            session[KEPT_TEXT_KEY] = name
    return ""


def _session_of_form() -> tuple[str, bool]:
    """The digest of the session that a form was made in, and whether it was: this browser's, or the one it left."""
    if visitor.token_of_browser():
        return visitor.SIGN_INS.function.digest_of(visitor.token_of_browser()), csrf.has_valid_token()
    digest, secret = session.get(LEFT_KEY, ["", ""])
    return digest, csrf.is_token_of(secret)


def _typed_texts() -> dict[str, list[str]]:
    """What the form says, personal numbers masked, at most so much as anybody writes."""
    left = MOST_TYPED
    found: dict[str, list[str]] = {}
    for name, values in request.form.lists():
        for value in values:
            left -= len(name) + len(value)
            if left < 0:
                return {}
            if name != "csrf_token":
                found.setdefault(mask_personal_numbers(name), []).append(
                    mask_personal_numbers(value.replace("\x00", ""))
                )
    return found
