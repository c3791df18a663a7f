"""What a log tells: who came in, who was refused, what was taken out, who was given what. Ids only, and never a word.

Each line is JSON with the moment in UTC and the id of the request, which the answer carries too (`X-Request-ID`).
"""

from __future__ import annotations

import json
import logging
import secrets
import sys
from datetime import UTC, datetime
from http import HTTPStatus
from time import monotonic
from typing import TYPE_CHECKING, Final

from flask import g, has_request_context, request

from vetting.web import visitor

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask, Response

LOG: Final = logging.getLogger("vetting.acts")
HEADER: Final = "X-Request-ID"
TELLS: Final = "acts"
"""Where a record carries what is told beside its message."""
SIGN_IN, SIGN_OUT = "sign_in.enter", "sign_in.leave"
BY_DIRECTORY: Final = "directory.answer"
DONE: Final = ("code_asked_for", "signed_in", "proved", "account_connected")
"""What a page says of itself that it has done: an answer alone may be a way to the sign-in."""
SIGNS_IN: Final = frozenset({SIGN_IN, "second_factor.enter"})
PROVES: Final = frozenset({"second_factor.prove"})
CHANGES: Final = frozenset(
    {
        "people.take_in",
        "people.answer",
        "people.end_role",
        "people.invite",
        "people.set_password",
        "people.change_password",
        "people.remove_factor",
        "second_factor.add",
        "second_factor.make_codes",
        "second_factor.remove",
        "ways_of_working.demand_factor",
        "delegation.add",
        "delegation.answer",
        "delegation.end",
        "delegation.be_absent",
        "delegation.come_back",
        "ways_of_working.set_gate",
        "ways_of_working.answer_gate",
        "ways_of_working.set_way",
        "ways_of_working.set_habits",
        "ways_of_working.answer_habit",
        "ways_of_working.set_pay_to",
        "ways_of_working.answer_pay_to",
        "people.set_last_day",
        "people.end_sessions",
    }
)
"""Acts that change who may do what."""
NAMES: Final = frozenset({"number", "role_name", "register_name", "gate_id", "habit_name"})
"""Parts of addresses that are told beside ids: none holds what somebody wrote, nor a secret."""


class JsonFormatter(logging.Formatter):
    """One line of JSON for each record."""

    def format(self, record: logging.LogRecord) -> str:
        """The moment in UTC, how grave it is, what, and the request where there is one."""
        told = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
            "request": request_id() if has_request_context() else "",
            **getattr(record, TELLS, {}),
        }
        return json.dumps({name: value for name, value in told.items() if value != ""}, ensure_ascii=False)


def to_stderr() -> None:
    """All of the program's log lines in that form, from here on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    for name in ("vetting", "waitress"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
    logging.getLogger("vetting").setLevel(logging.INFO)


def request_id() -> str:
    """The id of this request: nobody's, and a new one each time."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(8)
    found: str = g.request_id
    return found


def register_log_lines(app: Flask) -> None:
    """Tells of each request that is worth a line."""

    @app.after_request
    def _tell(response: Response) -> Response:
        response.headers[HEADER] = request_id()
        act = _act(response)
        if act:
            LOG.info("%s", act, extra={TELLS: _line_of(response)})
        return response


def measure_requests(app: Flask, note: Callable[[str, int, float], None]) -> None:
    """Tells of each request what was opened, the status and the seconds; never the address."""

    @app.before_request
    def _begin() -> None:
        g.began = monotonic()

    @app.after_request
    def _count(response: Response) -> Response:
        note(request.endpoint or "", response.status_code, monotonic() - g.get("began", monotonic()))
        return response


def _act(response: Response) -> str:
    """What happened, in a word; empty where it is nothing to tell."""
    endpoint, status = request.endpoint or "", response.status_code
    if status == HTTPStatus.FORBIDDEN:
        return "refused"
    done = next((word for word in DONE if word in g), "") if status == HTTPStatus.SEE_OTHER else ""
    if (request.method == "POST" and endpoint in SIGNS_IN) or endpoint == BY_DIRECTORY:
        return done or "sign_in_failed"
    if request.method == "POST" and endpoint in PROVES:  # who is not signed in is asked to be, and has proved nothing
        return done or ("proof_failed" if visitor.visitor() is not None else "")
    if request.method == "POST" and endpoint == SIGN_OUT:
        return "signed_out"
    if status < HTTPStatus.BAD_REQUEST and request.method == "POST" and endpoint in CHANGES:
        return "rights_changed"
    out = response.headers.get("Content-Disposition", "").startswith("attachment")
    return "taken_out" if out and status == HTTPStatus.OK and endpoint != "static" else ""


def _line_of(response: Response) -> dict[str, object]:
    person = visitor.visitor()
    user = person.id if person else g.get("signed_in", "")
    told: dict[str, object] = {
        "endpoint": request.endpoint or "",
        "status": response.status_code,
        "address": request.remote_addr or "",
        "user": user,
        "board": person.board_id if person else "",
    }
    if "account" in g:  # whose it is without its name: the same for each try
        told["account"] = g.account
    told |= {
        name: value
        for name, value in (request.view_args or {}).items()
        if name in NAMES or (isinstance(value, int) and name.endswith("_id"))
    }
    if response.headers.get("Content-Disposition", "").startswith("attachment"):
        told["bytes"] = response.content_length or 0
    return told
