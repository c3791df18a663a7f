"""What carries the pages: gunicorn where a process can fork, waitress on Windows. A stop cuts nobody off.

Asked to stop (SIGTERM, SIGINT), both take in nothing new, answer what they have begun, and end; after a while they end
anyhow. With gunicorn one process watches another that works, and begins it anew when it dies or does not move.
"""

from __future__ import annotations

import logging
import signal
import sys
import tempfile
import threading
import time
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import waitress
from waitress import wasyncore
from waitress.server import TcpWSGIServer

from vetting.kernel.store.storage_errors import place_of
from vetting.operations.cli.concurrency_limit import limit_concurrency
from vetting.operations.cli.request_draining import DrainingChannel, drain_bodies

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

THREADS: Final = 8
LARGEST_BODY: Final = 16 * 1024 * 1024
"""waitress keeps bodies up to this in memory: nothing handed in touches the disk."""
LAST_ANSWERS: Final = 30
"""Seconds that requests which have begun are given to be answered when the pages stop."""
UNMOVED: Final = 120
"""Seconds after which a process whose loop does not move is ended and followed by another."""
LONGEST_LINE: Final = 8190
LOOKS_AGAIN: Final = 0.2
"""Seconds between two looks at whether all has been answered."""
FORKS: Final = sys.platform != "win32"
LOG: Final = logging.getLogger(__name__)


class Beside(NamedTuple):
    """What lives beside the pages: in each process that answers, and in one of them. `end` ends what was begun."""

    tell: Callable[[], None]
    begin: Callable[[], None]
    begin_once: Callable[[], None]
    end: Callable[[], None]


def serve_pages(app: Flask, host: str, port: int, beside: Beside, processes: int) -> None:
    """Answers until it is told to stop. No connection to the database may be open: it would be shared by several."""
    app.wsgi_app = limit_concurrency(app.wsgi_app)  # type: ignore[method-assign, assignment] # as Flask's documents do it
    if FORKS:
        serve_by_gunicorn(app, host, port, beside, processes)
    else:
        serve_by_waitress(app, host, port, beside)


def serve_by_waitress(app: Flask, host: str, port: int, beside: Beside) -> None:
    """In this process, whose main thread it must be."""
    TcpWSGIServer.channel_class = DrainingChannel
    server = waitress.create_server(
        app,
        host=host,
        port=port,
        threads=THREADS,
        ident=None,
        max_request_body_size=LARGEST_BODY,
        inbuf_overflow=LARGEST_BODY,
        outbuf_overflow=2 * LARGEST_BODY,
    )
    told = threading.Event()
    for name in ("SIGTERM", "SIGINT", "SIGBREAK"):  # the last is what Windows has
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: told.set())
    threading.Thread(target=_end_when_told, args=(server, told), name="stop", daemon=True).start()
    beside.begin()
    beside.begin_once()
    beside.tell()
    try:
        server.run()
    finally:
        beside.end()


def _end_when_told(server: TcpWSGIServer, told: threading.Event) -> None:
    """Waits for the word, shuts the door, waits until all who are inside have their answer, and ends the loop."""
    while not told.wait(LOOKS_AGAIN):  # a signal's handler runs between two waits of the main thread
        pass
    server.trigger.pull_trigger(lambda: _shut_door(server))
    last = time.monotonic() + LAST_ANSWERS
    while time.monotonic() < last and any(_is_busy(channel) for channel in list(server.active_channels.values())):
        time.sleep(LOOKS_AGAIN)
    server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map, ignore_all=True))  # noqa: SLF001 - the loop ends when nothing is left in it


def _shut_door(server: TcpWSGIServer) -> None:
    server.accepting = False
    server.del_channel()
    server.socket.close()


def _is_busy(channel: DrainingChannel) -> bool:
    return bool(channel.requests or channel.request or channel.total_outbufs_len)


def _begin(beside: Beside, lock: int) -> None:
    """The process that gets the lock begins also what there is once; when it dies, the one that follows gets it."""
    import fcntl  # noqa: PLC0415 - not there on Windows

    beside.begin()
    try:
        fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return
    beside.begin_once()


def serve_by_gunicorn(app: Flask, host: str, port: int, beside: Beside, processes: int) -> None:
    """In processes of their own, watched by this one. Does not come back: the program ends with it."""
    from gunicorn.app.base import BaseApplication  # noqa: PLC0415 - not there on Windows
    from gunicorn.glogging import Logger  # noqa: PLC0415 - as above

    class WordlessLogger(Logger):  # type: ignore[misc] # carries no types
        """Only what went wrong and where, in the program's own form: its words may hold what somebody typed."""

        def setup(self, _cfg: object) -> None:
            """Nothing of its own."""

        def error(self, message: str, *arguments: object, **_more: object) -> None:
            LOG.error("%s", message.split("%", 1)[0].strip(" :(")) if arguments else LOG.error("%s", message)

        critical = error

        def exception(self, message: str, *_arguments: object, **_more: object) -> None:
            error = sys.exc_info()[1]
            LOG.error("%s %s", message.split("%", 1)[0].strip(" :("), place_of(error) if error else "")

        def _nothing(self, *_arguments: object, **_more: object) -> None:
            """What is no error is not told: the program has lines of its own."""

        warning = info = debug = log = access = reopen_files = close_on_exec = _nothing

    one_of_them = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the process
    settings: dict[str, Any] = {
        "bind": [f"[{host}]:{port}" if ":" in host else f"{host}:{port}"],
        "workers": processes,
        "worker_class": "vetting.operations.cli.time_limits.TimedWorker",
        "threads": THREADS,
        "graceful_timeout": LAST_ANSWERS,
        "timeout": UNMOVED,
        "limit_request_line": LONGEST_LINE,
        "control_socket_disable": True,
        "logger_class": WordlessLogger,
        "when_ready": lambda _server: beside.tell(),
        "post_worker_init": lambda _worker: _begin(beside, one_of_them.fileno()),
        "worker_exit": lambda _server, _worker: beside.end(),
    }
    app.wsgi_app = drain_bodies(app.wsgi_app)  # type: ignore[method-assign, assignment] # as Flask's documents do it

    class Pages(BaseApplication):  # type: ignore[misc] # carries no types
        """The application that there is, with these settings alone: no file and no variable of gunicorn's counts."""

        def load_config(self) -> None:
            for name, value in settings.items():
                self.cfg.set(name, value)

        def load(self) -> Flask:
            return app

    Pages().run()
