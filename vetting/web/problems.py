"""What another system is told when nothing was done: RFC 9457, in the language that it asks for."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from flask import Response

from vetting.web.preferences import visitor_language

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vetting.kernel.problem import Problem

MEDIA_TYPE: Final = "application/problem+json"


def problem_response(
    status: int,
    title: str,
    problems: Iterable[Problem] = (),
    *,
    remedy: str = "",
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem: what it is and what to do, or where each thing lies, what it is and what to do."""
    language = visitor_language()
    told = [
        {"pointer": one.where, "detail": one.what.to(language), "remedy": one.remedy.to(language)} for one in problems
    ]
    body = {"type": "about:blank", "title": title, "status": int(status)}
    body |= ({"detail": remedy} if remedy else {}) | ({"errors": told} if told else {})
    response = Response(json.dumps(body, ensure_ascii=False), status=status, content_type=MEDIA_TYPE)
    response.headers.extend(headers or {})
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="vetting"'
    return response
