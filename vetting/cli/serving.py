"""`vetting serve` and `vetting demo`: the pages, on one's own machine."""

from __future__ import annotations

import atexit
import json
import logging
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, Final

import click
from sqlalchemy import select

from vetting import clock
from vetting.app import create_app
from vetting.associations.models.name_index import BYTES_OF_NAME, load_names
from vetting.boards.models.people import Board
from vetting.cli.commands import COMMANDS
from vetting.cli.database import database
from vetting.cli.doctor import refuse_unsafe_start
from vetting.cli.language import LANGUAGE, translate
from vetting.cli.memory import settle_memory, share_memory
from vetting.cli.web_servers import FORKS, Beside, serve_pages
from vetting.cli.working import WorkerProcesses
from vetting.config import Config, from_environment, settings
from vetting.database import schema
from vetting.demonstration import year
from vetting.formats.sandbox import missing_protection
from vetting.kernel.problem import Problem, UnreadableError
from vetting.kernel.roles import ROLE_WORDS, Role
from vetting.kernel.store.session import open_reading
from vetting.kernel.text import _
from vetting.rules.services.rulebook import load_rules
from vetting.web.log import TELLS, measure_requests, to_stderr

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Flask

    from vetting.demonstration.year import DemonstrationContent
    from vetting.kernel.store.engine import Database

LOG: Final = logging.getLogger(__name__)
HOST = "127.0.0.1"
DEMO_FILE = "vetting-demo.db"


@click.command(help=COMMANDS["serve"].help)
@click.option("--host", default=HOST, show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def serve(host: str, port: int) -> None:
    """Serves until it is stopped; the tables must be the newest, and the key a setting."""
    config = from_environment()
    if not config.key_given:
        raise UnreadableError(_no_key())
    refuse_unsafe_start(config, host)
    with database() as opened:
        _serve(config, host, port, opened)


@click.command(help=COMMANDS["demo"].help)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--no-serve", is_flag=True, help=translate("Fyll bara databasen och skriv ut inloggningarna."))
@click.option("--json", "as_json", is_flag=True, help=translate("Skriv ett JSON-dokument."))
def demo(port: int, *, no_serve: bool, as_json: bool) -> None:
    """Fills a demonstration database with invented boards, people and cases, prints address and logins, serves."""
    config = from_environment()
    if not no_serve:  # before anything is thrown away: it may be served there already
        _refuse_taken(HOST, port)
    if "VETTING_DATABASE_URL" not in settings():
        for ending in ("", "-wal", "-shm"):
            Path(DEMO_FILE + ending).unlink(missing_ok=True)
        config = replace(config, database_url=f"sqlite:///{DEMO_FILE}")
    opened = schema.open_database(config.database_url)
    filled = _as_document(_fill_demonstration(opened, config)) if no_serve else _fill_beside(config)
    if as_json:
        click.echo(json.dumps(filled, ensure_ascii=False))
    else:
        _print_logins(filled)
    if not no_serve:
        _serve(config, HOST, port, opened)
    opened.close()


def _fill_beside(config: Config) -> dict[str, Any]:
    """The demonstration, filled by a process of its own: what sets letters has threads that no fork takes along."""
    command = [sys.executable, "-m", "vetting", "demo", "--no-serve", "--json"]
    own = os.environ | {"VETTING_DATABASE_URL": config.database_url}
    done = subprocess.run(command, env=own, stdout=subprocess.PIPE, check=False)  # noqa: S603 - this program itself
    if done.returncode:
        raise SystemExit(done.returncode)
    filled: dict[str, Any] = json.loads(done.stdout)
    return filled


def _no_key() -> Problem:
    how = "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
    return Problem(
        "VETTING_SECRET_KEY",
        _("Saknas. Varje process och varje start skulle signera med en egen nyckel."),
        _("Gör en med: {how}", how=how),
    )


def _fill_demonstration(opened: Database, config: Config) -> DemonstrationContent:
    """The demonstration, made now.

    Raises:
        UnreadableError: the database holds boards already: a real one is never mixed with invented cases.
    """
    with open_reading(opened) as session:
        taken = session.scalar(select(Board.id).limit(1)) is not None
    if taken:
        what = _("Databasen är inte tom.")
        remedy = _("Ange en annan adress, eller ingen.")
        raise UnreadableError(Problem("VETTING_DATABASE_URL", what, remedy))
    rules = load_rules(config.rules, config.imports)
    settle_memory()
    return year.fill_demonstration(opened, rules, at=clock.now())


def _as_document(filled: DemonstrationContent) -> dict[str, Any]:
    return {
        "boards": [{"code": code, "name": name} for code, name in filled.boards],
        "logins": [
            {
                "role": login.role.value,
                "board": login.board,
                "user": login.user,
                "name": login.name,
                "password": year.PASSWORD,
            }
            for login in filled.logins
        ],
    }


def _print_logins(filled: Mapping[str, Any]) -> None:
    click.echo(translate("Allt är påhittat. Logga in som:"))
    for board in filled["boards"]:
        click.echo(f"\n{board['name']}")
        for login in filled["logins"]:
            if login["board"] == board["code"]:
                role = ROLE_WORDS[Role(login["role"])].to(LANGUAGE)
                click.echo(f"  {login['user']:<24} {role} ({login['name']})")
    told = translate("Lösenord för alla")
    click.echo(f"\n{told}: {year.PASSWORD}\n")


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


def _refuse_taken(host: str, port: int, where: str = "") -> None:
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


def _serve(config: Config, host: str, port: int, opened: Database) -> None:
    """Says where it is when it answers, not before."""
    _refuse_taken(host, port)
    to_stderr()
    share_memory()
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
    _refuse_taken(host, port, "VETTING_METRICS")
    shared = Path(tempfile.mkdtemp(prefix="vetting-measures-")) if FORKS else None
    if shared is not None:  # read when the library is loaded: each process counts in a file there
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(shared)
        _remove_at_end(shared)
    from vetting.jobs.measures import RequestMeasures, registry_of, serve_measures  # noqa: PLC0415 - not before that

    registry = registry_of(opened, config.backup_folder, clock.now, shared=shared)
    measure_requests(app, RequestMeasures(registry, shared=shared is not None).note)
    return lambda: serve_measures(registry, host, port)


def _remove_at_end(folder: Path) -> None:
    """By this process alone: those that are forked from it end as it does."""
    own = os.getpid()
    atexit.register(lambda: shutil.rmtree(folder, ignore_errors=True) if os.getpid() == own else None)
