"""`vetting demo`: a demonstration, filled and served on one's own machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from sqlalchemy import select

from vetting import clock
from vetting.app.hooks import fill_hooks
from vetting.config import Config, from_environment, settings
from vetting.kernel.problem import Problem, UnreadableError
from vetting.kernel.roles import ROLE_WORDS, Role
from vetting.kernel.store.session import open_reading
from vetting.kernel.text import _
from vetting.operations.cli.commands import COMMANDS
from vetting.operations.cli.language import LANGUAGE, translate
from vetting.operations.cli.memory import settle_memory
from vetting.operations.database import schema
from vetting.operations.demonstration import year
from vetting.people.models.people import Board
from vetting.rules.services.rulebook import load_rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vetting.kernel.store.engine import Database
    from vetting.operations.demonstration.year import DemonstrationContent

DEMO_FILE: Final = "vetting-demo.db"
PORT: Final = 8000


@click.command(help=COMMANDS["demo"].help)
@click.option(
    "--port",
    default=PORT,
    show_default=True,
    type=click.IntRange(1, 65535),
    help=translate("Porten som sidorna svarar på."),
)
@click.option("--no-serve", is_flag=True, help=translate("Fyll bara databasen och skriv ut inloggningarna."))
@click.option("--json", "as_json", is_flag=True, help=translate("Skriv ett JSON-dokument."))
def demo(port: int, *, no_serve: bool, as_json: bool) -> None:
    """Fills a demonstration database with invented boards, people and cases, prints address and logins, serves."""
    config = from_environment()
    pages = (
        None if no_serve else import_module("vetting.operations.cli.serving")
    )  # all the pages: filling needs none of them
    if pages is not None:  # before anything is thrown away: it may be served there already
        pages.refuse_taken(pages.HOST, port)
    if "VETTING_DATABASE_URL" not in settings():
        for ending in ("", "-wal", "-shm"):
            Path(DEMO_FILE + ending).unlink(missing_ok=True)
        config = replace(config, database_url=f"sqlite:///{DEMO_FILE}")
    fill_hooks()
    opened = schema.open_database(config.database_url)
    filled = _as_document(_fill_demonstration(opened, config)) if no_serve else _fill_beside(config)
    if as_json:
        click.echo(json.dumps(filled, ensure_ascii=False))
    else:
        _print_logins(filled)
    if pages is not None:
        pages.serve_installation(config, pages.HOST, port, opened)
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
