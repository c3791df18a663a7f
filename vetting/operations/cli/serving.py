"""`vetting serve`: the pages."""

from __future__ import annotations

import atexit
import logging
import os
import shutil
import socket
import tempfile
import time
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Final

import click

from vetting import clock
from vetting.app.application import create_app
from vetting.app.health import TABLES_ARE_CURRENT
from vetting.associations.models.name_index import BYTES_OF_NAME, load_names
from vetting.config import Config, from_environment
from vetting.formats.sandbox import missing_protection
from vetting.kernel.problem import Problem, UnreadableError
from vetting.kernel.text import _
from vetting.operations.cli.commands import COMMANDS
from vetting.operations.cli.database import database
from vetting.operations.cli.doctor import refuse_unsafe_start
from vetting.operations.cli.language import translate
from vetting.operations.cli.memory import settle_memory, share_memory
from vetting.operations.cli.web_servers import FORKS, Beside, serve_pages
from vetting.operations.cli.working import WorkerProcesses
from vetting.operations.database.schema import is_current
from vetting.web.log import TELLS, measure_requests, to_stderr

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from vetting.kernel.store.engine import Database

LOG: Final = logging.getLogger(__name__)
HOST = "127.0.0.1"


@click.command(help=COMMANDS["serve"].help)
@click.option("--host", default=HOST, show_default=True, help=translate("Adressen som sidorna svarar på."))
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(1, 65535),
    help=translate("Porten som sidorna svarar på."),
)
def serve(host: str, port: int) -> None:
    """Serves until it is stopped; the tables must be the newest, and the key a setting."""
    config = from_environment()
    if not config.key_given:
        raise UnreadableError(_no_key())
    refuse_unsafe_start(config, host)
    with database(serving=True) as opened:
        serve_installation(config, host, port, opened)


def _no_key() -> Problem:
    how = "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
    return Problem(
        "VETTING_SECRET_KEY",
        _("Saknas. Varje process och varje start skulle signera med en egen nyckel."),
        _("Gör en med: {how}", how=how),
    )


def _say_where(host: str, port: int) -> None:
    click.echo(translate("Öppna http://{host}:{port}/   (avsluta med Ctrl+C)", host=host, port=port))


def _say_what_is_open() -> None:
    """Where the system cannot shut the reader of foreign files in, whoever runs the pages must know it."""
    missing = ", ".join(missing_protection())
    if missing:
        click.echo(
            translate(
                "Varning: filer utifrån läses i en process som inte kan isoleras här (saknas: {missing}). Kör "
                "sidorna under en egen användare, eller på Linux 5.13 eller senare.",
                missing=missing,
            ),
            err=True,
        )


def refuse_taken(host: str, port: int, where: str = "") -> None:
    """Says so where a port is taken. where: the setting that names it.

    Raises:
        UnreadableError: another program listens there, or nobody may.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            taken = _("Porten är upptagen eller får inte användas.")
            remedy = _("Välj en annan port.") if where else _("Välj en annan med --port.")
            raise UnreadableError(Problem(where or f"{host}:{port}", taken, remedy)) from None


def _load_names(opened: Database) -> None:
    """Beside the first requests: the first search would wait for it. What it takes is told in the log."""
    began = time.monotonic()
    many = load_names(opened)
    told = {
        "names": many,
        "megabytes": round(many * BYTES_OF_NAME / 1e6),
        "seconds": round(time.monotonic() - began, 1),
    }
    LOG.info("names loaded", extra={TELLS: told})


def serve_installation(config: Config, host: str, port: int, opened: Database) -> None:
    """Says where it is when it answers, not before."""
    refuse_taken(host, port)
    to_stderr()
    share_memory()
    TABLES_ARE_CURRENT.fill(is_current)
    app = create_app(config, opened)
    begin_measures = _measures(config, opened, app)
    settle_memory()
    opened.close()  # what answers opens connections of its own
    workers = WorkerProcesses(config.database_url, config.workers)
    ends: list[Callable[[], None]] = []

    def begin() -> None:
        Thread(target=_load_names, args=(opened,), name="names", daemon=True).start()

    def begin_once() -> None:
        workers.start()
        ends.extend((workers.stop, begin_measures()))

    def end() -> None:
        for one in ends:
            one()

    def tell() -> None:
        _say_what_is_open()
        _say_where(host, port)

    serve_pages(app, host, port, Beside(tell, begin, begin_once, end), config.processes)


def _measures(config: Config, opened: Database, app: Flask) -> Callable[[], Callable[[], None]]:
    """What begins to answer numbers at an address of their own, where one is set; it returns what ends it."""
    if config.metrics is None:
        return lambda: lambda: None
    host, port = config.metrics
    refuse_taken(host, port, "VETTING_METRICS")
    shared = Path(tempfile.mkdtemp(prefix="vetting-measures-")) if FORKS else None
    if shared is not None:  # read when the library is loaded: each process counts in a file there
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(shared)
        _remove_at_end(shared)
    from vetting.operations.jobs.prometheus_metrics import RequestMetrics, registry_of, serve_metrics  # noqa: PLC0415 - not before that

    registry = registry_of(opened, config.backup_folder, clock.now, shared=shared)
    measure_requests(app, RequestMetrics(registry, shared=shared is not None).note)
    return lambda: serve_metrics(registry, host, port)


def _remove_at_end(folder: Path) -> None:
    """By this process alone: those that are forked from it end as it does."""
    own = os.getpid()
    atexit.register(lambda: shutil.rmtree(folder, ignore_errors=True) if os.getpid() == own else None)
