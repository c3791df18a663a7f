"""A request that comes slowly, or half, holds a thread for seconds and no longer: limits on headers and body.

Where a proxy stands before, it takes whole requests only; where none does, twenty half ones would hold every thread.
"""

from __future__ import annotations

import errno
import time
from typing import TYPE_CHECKING, Any, Final

from gunicorn.workers.gthread import ThreadWorker

if TYPE_CHECKING:
    import socket

SILENT: Final = 5.0
"""Seconds without a byte after which whoever sends is given up."""
HEADERS: Final = 10.0
"""Seconds for a request's first line and headers."""
BODY: Final = 60.0
"""Seconds for its body."""


class TimedSocket:
    """A connection that is read until a moment, and is silent for a while at most. All else is the socket's own."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._until = time.monotonic() + HEADERS

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a socket has
        return getattr(self._connection, name)

    def allow(self, seconds: float) -> None:
        """Lets what comes now take so long."""
        self._until = time.monotonic() + seconds

    def recv(self, size: int, *flags: int) -> bytes:
        """Bytes received, at most size of them. ConnectionResetError: the client is too slow."""
        left = min(SILENT, self._until - time.monotonic())
        if left <= 0:
            raise ConnectionResetError(errno.ECONNRESET, "too slow")
        self._connection.settimeout(left)
        try:
            return self._connection.recv(size, *flags)
        except TimeoutError:
            raise ConnectionResetError(errno.ECONNRESET, "too slow") from None
        finally:
            self._connection.settimeout(None)


class TimedWorker(ThreadWorker):  # type: ignore[misc] # carries no types
    """gunicorn's threads, with those limits."""

    def handle(self, conn: Any) -> Any:  # noqa: ANN401 - gunicorn's
        """Handles one HTTP request, with the time limit for its headers."""
        if not isinstance(conn.sock, TimedSocket):
            conn.sock = TimedSocket(conn.sock)
        conn.sock.allow(HEADERS)
        return super().handle(conn)

    def handle_request(self, req: Any, conn: Any) -> Any:  # noqa: ANN401 - gunicorn's
        """Its headers are here: now the body."""
        conn.sock.allow(BODY)
        return super().handle_request(req, conn)
