"""The pages below a path of a host that has others: `https://intranet.exempelstad.example/bidrag/`.

Addresses that go round in forms, cookies and redirects have that path in front, as `url_for` gives them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request
from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware

if TYPE_CHECKING:
    from flask import Flask


def serve_below(app: Flask, path: str) -> None:
    """Answers below the path only; empty: at the top of the host."""
    if path:
        app.wsgi_app = DispatcherMiddleware(NotFound(), {path: app.wsgi_app})  # type: ignore[method-assign] # as Flask's documents do it


def path_here() -> str:
    """The path that was asked for, whole."""
    return request.script_root + request.path


def front() -> str:
    """The first of the program's own paths."""
    return request.script_root + "/"


def path_within(path: str) -> str:
    """A whole path as the program's own rules know it; empty: it is another's."""
    own = path.startswith(front())
    return path.removeprefix(request.script_root) if own else ""
