"""A body beyond the limit is read off the wire and thrown away, so that the answer can be read.

A server that answers and closes while a browser is still sending leaves the browser with a broken connection and
no words. Nothing of the body is kept, in memory or on disk; the application sees the length that was announced,
and answers 413 with a page.
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.utilities import RequestEntityTooLarge
from werkzeug.wsgi import ClosingIterator

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

MOST_DRAINED: Final = 48 * 1024**2
"""Bodies announced as larger than this are cut off: three times what is taken in."""
LONGEST: Final = 20.0
"""Seconds for which one is read away."""


PIECE: Final = 64 * 1024


def drain_bodies(app: WSGIApplication) -> WSGIApplication:
    """The application, which reads the rest of a body that it did not want before the connection is closed.

    For a server that hands the body over while it comes: the answer has gone out by then.
    """

    def drained(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = environ["wsgi.input"]
        return ClosingIterator(app(environ, start_response), lambda: _read_away(body, environ))

    return drained


def _read_away(body: Any, environ: WSGIEnvironment) -> None:  # noqa: ANN401 - a file of the server's
    if int(environ.get("CONTENT_LENGTH") or 0) > MOST_DRAINED:
        return
    left, until = MOST_DRAINED, time.monotonic() + LONGEST
    with suppress(OSError):  # whoever sends is gone, or too slow
        while left > 0 and time.monotonic() < until and (piece := body.read(PIECE)):
            left -= len(piece)


class DrainingParser(HTTPRequestParser):  # type: ignore[misc] # carries no types
    """Reads a request; of a body that is too large it only counts the bytes."""

    error: object
    left = 0
    """Bytes of a body that is thrown away which are still to come."""

    def received(self, data: bytes) -> int:
        """Takes what came over the wire; gives how many bytes were of this request."""
        if self.left:
            taken = min(len(data), self.left)
            self.left -= taken
            self.completed = not self.left
            return taken
        taken = int(super().received(data))
        announced = int(self.content_length)
        if not self.body_bytes_received and isinstance(self.error, RequestEntityTooLarge) and announced <= MOST_DRAINED:
            self.error, self.completed, self.left = None, False, announced
            self.connection_close = True
        return taken


class DrainingChannel(HTTPChannel):  # type: ignore[misc] # carries no types
    """A connection whose requests are read so."""

    parser_class = DrainingParser
