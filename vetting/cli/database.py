"""`vetting db upgrade|check` and `vetting audit verify`."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from vetting.cli.said import LANGUAGE, said
from vetting.config import from_environment
from vetting.domain.people import Person, Role
from vetting.domain.problem import Problem, UnreadableError
from vetting.domain.words import Words
from vetting.services.people import board_coded
from vetting.store import schema, trail
from vetting.store.engine import connect
from vetting.store.session import reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vetting.store.engine import Database


MOST_TOLD = 200


@contextmanager
def database(*, current: bool = True) -> Iterator[Database]:
    """The database of VETTING_DATABASE_URL; with `current`, only when its tables are the newest.

    Raises:
        UnreadableError: it cannot be reached, or must be upgraded first.
    """
    address = from_environment().database_url
    try:
        opened = connect(address)
        at = schema.present(opened)
    except (ArgumentError, DBAPIError, OperationalError, ValueError, OSError) as error:
        raise UnreadableError(_unreachable(error)) from error
    try:
        if current and at != schema.newest():
            raise UnreadableError(_outdated())
        yield opened
    finally:
        opened.close()


def machine(opened: Database, code: str, roles: frozenset[Role]) -> Person:
    """Whoever runs the command on the machine itself, at work in one board."""
    with reading(opened) as session:
        board = board_coded(session, code)
    return Person(id=0, name="vetting", board_id=board.id, board=board.name, roles=roles)


def _unreachable(error: Exception) -> Problem:
    name = type(error).__name__
    return Problem(
        "VETTING_DATABASE_URL",
        Words(f"Databasen går inte att nå ({name}).", f"The database cannot be reached ({name})."),
        Words("Kontrollera adressen och att servern är igång.", "Check the address and that the server is running."),
    )


def _outdated() -> Problem:
    return Problem(
        "VETTING_DATABASE_URL",
        Words("Databasen har inte de senaste tabellerna.", "The database does not have the newest tables."),
        Words("Kör 'vetting db upgrade'.", "Run 'vetting db upgrade'."),
    )


@click.group("db", help=said("Databasen: uppgradera, kontrollera.", "The database: upgrade, check."))
def db() -> None:
    """The group of commands about the tables."""


@db.command("upgrade", help=said("Uppgradera databasens tabeller.", "Bring the tables up to date."))
def upgrade() -> None:
    """Takes every step that is missing; the same again does nothing."""
    with database(current=False) as opened:
        before = schema.upgrade(opened)
        after = schema.present(opened)
    if before == after:
        click.echo(said(f"Redan på {after}.", f"Already at {after}."))
    else:
        start = before or said("tom", "empty")
        click.echo(said(f"Uppgraderad: {start} → {after}.", f"Upgraded: {start} → {after}."))


@db.command("check", help=said("Stämmer tabellerna?", "Are the tables as they should be?"))
def check() -> None:
    """Exit code 1 when the tables differ from what the program expects."""
    with database() as opened:
        found = schema.differences(opened)
    for difference in found:
        click.echo(str(difference), err=True)
    if not found:
        click.echo(said("Tabellerna stämmer.", "The tables are as they should be."))
    sys.exit(1 if found else 0)


@click.group("audit", help=said("Spåret av allt som gjorts.", "The trail of everything done."))
def audit() -> None:
    """The group of commands about the trail."""


@audit.command("verify", help=said("Kontrollera spåret och alla rader.", "Check the trail and every row."))
@click.option(
    "--anchor",
    default="",
    metavar="HASH",
    help=said("En kontrollsumma som sparats tidigare.", "A checksum that was kept earlier."),
)
def verify(anchor: str) -> None:
    """Names whatever was changed past the program; exit code 1 when something was."""
    with database() as opened, reading(opened) as session:
        found = trail.verify(session, anchor=anchor.strip())
    for problem in found.problems[:MOST_TOLD]:
        click.echo(problem.line(LANGUAGE), err=True)
    click.echo(
        said(
            f"{found.entries} poster kontrollerade, {len(found.problems)} fel. Kontrollsumma: {found.head}",
            f"{found.entries} entries checked, {len(found.problems)} problems. Checksum: {found.head}",
        )
    )
    sys.exit(1 if found.problems else 0)
