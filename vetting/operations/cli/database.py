"""`vetting db upgrade|check`, `vetting backup`, `vetting restore` and `vetting audit verify|erase`."""

from __future__ import annotations

import getpass
import os
import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click
from sqlalchemy.exc import ArgumentError, DBAPIError

from vetting import clock
from vetting.app.hooks import fill_hooks
from vetting.config import from_environment
from vetting.kernel.problem import Problem, UnreadableError
from vetting.kernel.roles import Person, Role
from vetting.kernel.store import trail_anchors, trail_erasure, trail_verification
from vetting.kernel.store.acting import Acting, Purpose
from vetting.kernel.store.engine import connect_database
from vetting.kernel.store.own_files import OWN_FILE
from vetting.kernel.store.session import open_reading, run_in_transaction
from vetting.kernel.store.storage_errors import UNREACHED, storage_problem_of
from vetting.kernel.store.trail_content import APART
from vetting.kernel.text import _
from vetting.operations.cli.commands import COMMANDS
from vetting.operations.cli.language import LANGUAGE, translate
from vetting.operations.cli.memory import settle_memory
from vetting.operations.database import backup_files, backups, schema
from vetting.people.models.people import user_by_login
from vetting.people.services.sign_in import find_board
from vetting.rules.services.rulebook import load_rules, use_rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vetting.kernel.store.engine import Database


MOST_TOLD = 200
MOST_KEPT = 5
NEEDED = 2
"""So many persons answer for an erasure."""
NOT_REACHED = (ArgumentError, DBAPIError, ValueError, OSError)


@contextmanager
def database(*, current: bool = True, serving: bool = False) -> Iterator[Database]:
    """The database of VETTING_DATABASE_URL; with `current`, only when its tables are the newest.

    serving: what is done is not done by who started the command, but by persons who sign in and by the clock.

    Raises:
        UnreadableError: it cannot be reached, is of another version, or must be upgraded first.
    """
    fill_hooks()
    config = from_environment()
    address = config.database_url
    try:
        opened = replace(connect_database(address), run_by="" if serving else _who_runs())
        at = schema.present_step(opened)
    except NOT_REACHED as error:
        told = storage_problem_of(error)
        raise UnreadableError(_unreachable(error) if told in {None, UNREACHED} else told) from error
    try:
        schema.refuse_unknown_step(at)
        if current and at != schema.newest_step():
            raise UnreadableError(_outdated_tables_problem())
        use_rules(opened, lambda: load_rules(config.rules, config.imports))
        yield opened
    finally:
        opened.close()


def _who_runs() -> str:
    """The account on the machine, and the command; of root also who it says to be, by sudo."""
    if hasattr(os, "getuid"):
        import pwd  # noqa: PLC0415 - not there on Windows

        try:
            account = pwd.getpwuid(os.getuid()).pw_name
        except KeyError:  # a number without a name, as in some containers
            account = str(os.getuid())
        if os.getuid() == 0 and os.environ.get("SUDO_USER"):
            account = f"{account} (sudo {os.environ['SUDO_USER']})"
    else:
        account = getpass.getuser()
    context = click.get_current_context(silent=True)
    return f"{account}: {context.command_path}" if context else account


def machine(opened: Database, code: str, roles: frozenset[Role]) -> Person:
    """Whoever runs the command on the machine itself, at work in one board."""
    with open_reading(opened) as session:
        board = find_board(session, code)
    return Person(id=0, name="vetting", board_id=board.id, board=board.name, roles=roles)


def _unreachable(error: Exception) -> Problem:
    name = type(error).__name__
    return Problem(
        "VETTING_DATABASE_URL",
        _("Databasen går inte att nå ({name}).", name=name),
        _("Kontrollera adressen och att servern är igång."),
    )


def _strange_tables(step: str | None) -> Problem:
    """As when something was half done past the program: a copy put back in part, a table changed by hand."""
    return Problem(
        "VETTING_DATABASE_URL",
        _(
            "Tabellerna är inte som steg {step} lämnar dem, och går inte att uppgradera. Inget är ändrat.",
            step=step or "0",
        ),
        _("Återläs den senaste säkerhetskopian till en ny plats, och uppgradera den."),
    )


def _outdated_tables_problem() -> Problem:
    return Problem(
        "VETTING_DATABASE_URL", _("Databasen har inte de senaste tabellerna."), _("Kör 'vetting db upgrade'.")
    )


@click.group("db", help=COMMANDS["db"].help)
def db() -> None:
    """The group of commands about the tables."""


@db.command("upgrade", help=translate("Uppgradera databasens tabeller."))
@click.option(
    "--backup", "file", type=click.Path(path_type=Path), metavar="FILE", help=translate("Säkerhetskopians namn.")
)
@click.option(
    "--no-backup",
    "without",
    metavar="REASON",
    default="",
    help=translate("Ta ingen säkerhetskopia först. Skriv varför det går bra ändå."),
)
def upgrade(file: Path | None, without: str) -> None:
    """Takes a backup and then every step that is missing; the same again does nothing."""
    config = from_environment()
    no_backup = bool(without.strip())
    if no_backup:
        click.echo(translate("Ingen säkerhetskopia tas: {why}", why=without.strip()))
    with database(current=False) as opened:

        def first(step: str) -> None:
            target = file or _name(opened, step, config.backup_folder, sealed=bool(config.backup_keys))
            _tell_backup(backups.back_up(opened, target, config.backup_keys), target)

        for name, number in schema.rows_taken_out(opened).items():
            gone = translate("Tabellen {name} tas bort med {number} rader.", name=name, number=str(number))
            click.echo(gone + translate(" Vad som gäller i stället står i CHANGELOG.md."))
        try:
            before = schema.upgrade(opened) if no_backup else schema.upgrade(opened, first=first)
        except DBAPIError as error:
            raise UnreadableError(storage_problem_of(error) or _strange_tables(schema.present_step(opened))) from error
        after = schema.present_step(opened)
        if before is None and opened.is_sqlite:
            Path(str(opened.engine.url.database)).chmod(OWN_FILE)  # made now: nobody else on the machine reads it
    if before == after:
        click.echo(translate("Redan på {after}.", after=after))
    else:
        start = before or translate("tom")
        click.echo(translate("Uppgraderad: {start} → {after}.", start=start, after=after))
    if before not in {None, after} and not no_backup:
        click.echo(
            translate(
                "För att gå tillbaka: kör 'vetting restore' till en tom plats och använd den version av "
                "programmet som du hade."
            )
        )


def _name(opened: Database, step: str, folder: Path | None, *, sealed: bool) -> Path:
    """In the folder for copies, else beside a database that is a file, else where the command is run.

    It is called otherwise than those that are taken by the clock: none of them takes its place.
    """
    beside = Path(str(opened.engine.url.database)).parent if opened.is_sqlite else Path()
    ending = backup_files.ENDING if sealed else ""
    return (folder or beside) / f"vetting-{step}-{clock.now():%Y%m%dT%H%M%S}.backup{ending}"


@db.command("check", help=translate("Jämför tabellerna med programmets version."))
def check() -> None:
    """Exit code 1 when the tables differ from what the program expects."""
    with database() as opened:
        found = schema.differences(opened)
    for difference in found:
        click.echo(str(difference), err=True)
    if not found:
        click.echo(translate("Tabellerna stämmer."))
    sys.exit(1 if found else 0)


@click.group("audit", help=COMMANDS["audit"].help)
def audit() -> None:
    """The group of commands about the trail."""


@audit.command("verify", help=translate("Kontrollera spåret och alla rader."))
@click.option("--anchor", default="", metavar="HASH", help=translate("En kontrollsumma som sparats tidigare."))
@click.option(
    "--anchors",
    "file",
    type=click.Path(path_type=Path),
    help=translate("Filen med kontrollpunkter; utelämnad: den i VETTING_AUDIT_FILE."),
)
def verify(anchor: str, file: Path | None) -> None:
    """Names whatever was changed past the program; exit code 1 when something was."""
    config = from_environment()
    settle_memory()
    elsewhere = _anchors_in(file or config.audit_file, needed=file is not None)
    with database() as opened, open_reading(opened) as session:
        anchors = [*elsewhere, *trail_anchors.anchors_kept(session)]
        found = trail_verification.verify_trail(session, anchor=anchor.strip(), anchors=anchors, key=config.audit_key)
    for problem in found.problems[:MOST_TOLD]:
        click.echo(problem.line(LANGUAGE), err=True)
    click.echo(
        translate(
            "{entries} poster kontrollerade, {problems} fel. Kontrollsumma: {head}",
            entries=found.entries,
            problems=len(found.problems),
            head=found.head,
        )
    )
    if found.untied:
        click.echo(translate("{untied} av dem är nyare än kontrollsumman.", untied=found.untied))
    sys.exit(1 if found.problems else 0)


def _anchors_in(file: Path | None, *, needed: bool) -> list[trail_anchors.AnchorLine]:
    """The anchors that a file has. needed: it was named, and must be there.

    Raises:
        UnreadableError: the file cannot be read, or a line of it is none.
    """
    if file is None or (not needed and not file.exists()):
        return []
    try:
        lines = file.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        what = _("Filen med kontrollpunkter går inte att läsa.")
        raise UnreadableError(Problem(str(file), what, _("Kontrollera sökvägen och rättigheterna."))) from None
    found = []
    for number, line in enumerate(lines, 1):
        anchor = trail_anchors.parse_anchor(line)
        if anchor is None and line.strip():
            what = _("Raden är ingen kontrollpunkt.")
            raise UnreadableError(Problem(f"{file}:{number}", what, _("Återställ filen ur en kopia, och jämför.")))
        found += [anchor] if anchor is not None else []
    return found


@audit.command("erase", help=translate("Radera personligt innehåll i poster; två personer ska stå för det."))
@click.argument("entries", type=click.IntRange(1), nargs=-1, required=True)
@click.option(
    "--kind", "kinds", type=click.Choice(APART), multiple=True, required=True, help=translate("Vad som raderas.")
)
@click.option(
    "--basis", required=True, metavar="TEXT", help=translate("Beslutet eller regeln som är grund för raderingen.")
)
@click.option(
    "--by",
    "logins",
    multiple=True,
    required=True,
    metavar="LOGIN",
    help=translate("Två konton som uppges stå för raderingen."),
)
def erase_content(entries: tuple[int, ...], kinds: tuple[str, ...], basis: str, logins: tuple[str, ...]) -> None:
    """Erases personal content; refused while a row keeps it. A new entry records entries, kinds, basis and names."""
    if not basis.strip():
        raise UnreadableError(_no_basis())
    with database() as opened:
        wanted = trail_erasure.ErasureOrder(frozenset(entries), kinds, basis.strip(), _two_named(opened, logins))
        try:
            erased = run_in_transaction(
                opened,
                lambda session: trail_erasure.erase_content(session, wanted),
                Acting(Purpose.INSTALLATION, clock.now()),
            )
        except trail_erasure.ChangedError as error:
            raise UnreadableError(_changed_content_problem(error.ids)) from error
        except trail_erasure.StillStoredError as error:
            raise UnreadableError(_kept_problem(error.rows)) from error
    click.echo(
        translate("Innehåll raderat i {erased} poster med stöd av {strip}.", erased=len(erased), strip=basis.strip())
    )


def _two_named(opened: Database, logins: tuple[str, ...]) -> tuple[str, ...]:
    """The names of two that have accounts in use.

    Raises:
        UnreadableError: they are not two, or one of them has none.
    """
    with open_reading(opened) as session:
        found = {login: user_by_login(session, login) for login in logins}
    named = {user.login: f"{user.name} ({user.login})" for user in found.values() if user is not None and user.active}
    if len(logins) != NEEDED or len(named) != NEEDED:
        what = _("Det behövs två olika konton som är i bruk: {logins}.", logins=", ".join(logins))
        raise UnreadableError(Problem("--by", what, _("Skriv --by två gånger. Se kontona med 'vetting user list'.")))
    return tuple(named.values())


def _kept_problem(rows: list[str]) -> Problem:
    more = "" if len(rows) <= MOST_KEPT else " ..."
    return Problem(
        "; ".join(rows[:MOST_KEPT]) + more,
        _("Raden finns och har kvar det som skulle raderas; inget är raderat."),
        _("Det som gäller pengar och befogenheter raderas med sin rad. Töm annars raden i programmet först."),
    )


def _no_basis() -> Problem:
    return Problem("--basis", _("Grunden för raderingen saknas."), _("Skriv beslutet eller gallringsregeln."))


def _changed_content_problem(ids: list[int]) -> Problem:
    return Problem(
        f"trail {ids[0]}",
        _("Innehållet är ändrat utanför programmet; inget är raderat."),
        _("Se vad 'vetting audit verify' säger och anmäl det innan något raderas."),
    )


@click.command("backup", help=COMMANDS["backup"].help)
@click.argument("file", type=click.Path(path_type=Path), required=False)
def backup(file: Path | None) -> None:
    """While the pages are used; the copy is opened and checked. Exit code 1 when the check has remarks.

    Without a name it goes into VETTING_BACKUP_FOLDER, where older ones make room.
    """
    config = from_environment()
    with database(current=False) as opened:
        if schema.present_step(opened) is None:
            raise UnreadableError(_empty())
        if file is not None:
            checked = backups.back_up(opened, file, config.backup_keys, at=clock.now())
        elif config.backups is not None:
            file, checked = backups.back_up_by_plan(opened, config.backups, at=clock.now())
        else:
            raise UnreadableError(_nowhere())
    _tell_backup(checked, file)
    sys.exit(0 if checked.tried and not checked.problems else 1)


@click.command("backup-key", help=COMMANDS["backup-key"].help)
@click.argument("file", type=click.Path(path_type=Path))
def backup_key(file: Path) -> None:
    """Made once, kept away from the machine: the file opens every copy, the setting only seals them."""
    receiver = backup_files.make_key(file)
    click.echo(f"VETTING_BACKUP_KEY={receiver}")
    click.echo(
        translate(
            "Förvara {file} på två ställen utanför maskinen och ta bort den härifrån. Utan den öppnas ingen kopia.",
            file=str(file),
        ),
        err=True,
    )


@click.command("restore", help=COMMANDS["restore"].help)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--key", type=click.Path(path_type=Path), metavar="FILE", help=translate("Nyckeln till en krypterad kopia.")
)
def restore(file: Path, key: Path | None) -> None:
    """Into the empty place at VETTING_DATABASE_URL; what lies there is checked again."""
    config = from_environment()
    address = config.database_url
    try:
        checked = backups.restore(address, file, key)
    except NOT_REACHED as error:
        raise UnreadableError(_unreachable(error)) from error
    _tell_backup(checked, file)
    if checked.entries is None:
        click.echo(translate("Kör 'vetting db upgrade' innan webbsidorna startas."))
    sys.exit(1 if checked.problems else 0)


def _tell_backup(checked: backups.OpenedCopy, file: Path) -> None:
    for problem in checked.problems[:MOST_TOLD]:
        click.echo(problem.line(LANGUAGE), err=True)
    if not checked.tried:
        told = translate("skriven och läsbar, men inte prövad: rollen får inte skapa en databas att pröva den i")
    elif checked.entries is None:
        told = translate("hel, på {step}", step=checked.step)
    else:
        told = translate(
            "hel, {entries} poster kontrollerade, {problems} fel. Kontrollsumma: {head}",
            entries=checked.entries,
            problems=len(checked.problems),
            head=checked.head,
        )
    click.echo(f"{file}: {told}")


def _nowhere() -> Problem:
    return Problem(
        "FILE",
        _("Det är inte angivet var kopian ska sparas."),
        _("Skriv ett filnamn, eller sätt VETTING_BACKUP_FOLDER."),
    )


def _empty() -> Problem:
    return Problem("VETTING_DATABASE_URL", _("Det finns ingen databas där."), _("Kontrollera adressen."))
