"""The whole database as one file, taken while it is used and put back into an empty place; opened each time."""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import subprocess
import tempfile
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from psycopg.pq import Conninfo
from sqlalchemy import inspect, make_url
from sqlalchemy.exc import DBAPIError

from vetting.kernel.problem import Problem, UnreadableError
from vetting.kernel.store import trail_verification
from vetting.kernel.store.engine import REACH, connect_database
from vetting.kernel.store.own_files import make_own
from vetting.kernel.store.session import open_reading
from vetting.kernel.store.storage_errors import storage_problem_of
from vetting.kernel.store.trail_checkpoints import write_checkpoint
from vetting.kernel.text import Words, _
from vetting.operations.database import backup_files, schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import URL

    from vetting.kernel.backup_plans import BackupPlan
    from vetting.kernel.store.engine import Database

SQLITE, POSTGRESQL = b"SQLite format 3\x00", b"PGDMP"
"""How a file begins that holds a database of each engine."""
_NOBODYS: Final = ("--no-owner", "--no-privileges")
PART: Final = ".part"
_DAMAGED: Final = frozenset({"SQLITE_CORRUPT", "SQLITE_CORRUPT_INDEX", "SQLITE_NOTADB"})
_TAKE_ANOTHER: Final = _("Ta en ny kopia eller använd en annan, eller leta efter felet.")


@dataclass(frozen=True, slots=True)
class OpenedCopy:
    """A copy that was opened: the step its tables stand at, and what the trail says."""

    step: str
    entries: int | None = None
    """Entries of the trail that were checked with every row; None where the tables are not the newest."""
    head: str = ""
    problems: tuple[Problem, ...] = ()
    tried: bool = True
    """Whether it was put into a database and read there; not, where the server lets nobody make one."""


def back_up(database: Database, file: Path, receivers: Sequence[str] = (), *, at: datetime | None = None) -> OpenedCopy:
    """Writes a copy and opens it; nothing is left of it when it is not whole.

    receivers: keys that it is sealed for, once it has been opened; none leaves it as it is. at: when the heads of the
    trail are tied together before it, where its tables are the newest; None leaves them as they are.

    Raises:
        UnreadableError: the file is there already, it cannot be written, or the copy is not whole.
    """
    if file.exists():
        raise _unusable(file, _("Filen finns redan."), _("Ange ett nytt filnamn."))
    if at is not None and schema.is_current(database):
        with suppress(DBAPIError):  # a copy of what has not been tied is better than none
            write_checkpoint(database, at=at)
    with _write_privately(file) as part:
        if database.is_sqlite:
            opened = _copy_sqlite(Path(str(database.engine.url.database)), part)
        else:
            _postgresql("pg_dump", database.engine.url, "--format=custom", *_NOBODYS, f"--file={part}")
            opened = _opened_dump(database, part)
        if receivers:
            backup_files.seal(part, receivers)
        return opened


def back_up_by_plan(database: Database, plan: BackupPlan, *, at: datetime) -> tuple[Path, OpenedCopy]:
    """A copy in the folder of the plan; older ones that are kept no longer go, once it is there.

    Raises:
        UnreadableError: it cannot be written, or is not whole: then none goes.
        OSError: the older ones cannot be removed.
    """
    file = plan.folder / backup_files.file_name(at, sealed=bool(plan.receivers))
    opened = back_up(database, file, plan.receivers, at=at)
    backup_files.remove_old_copies(plan.folder, plan.kept)
    return file, opened


def restore(address: str, file: Path, key: Path | None = None) -> OpenedCopy:
    """Puts a copy into the empty place at an address and checks it there. key: what opens a sealed one.

    Raises:
        UnreadableError: the place is not empty, the file is no copy for its engine or does not open, or the copy is not
            whole.
    """
    try:
        on_file = make_url(address).get_backend_name() == "sqlite"
        beside = Path(str(make_url(address).database)).parent if on_file else Path(tempfile.gettempdir())
        with backup_files.open_copy(file, key, beside) as plain:
            return _put_back(address, plain)
    except OSError as error:
        raise _unusable(file, _("Filen går inte att läsa."), _("Kontrollera namnet.")) from error


def _put_back(address: str, file: Path) -> OpenedCopy:
    url = make_url(address)
    on_file = url.get_backend_name() == "sqlite"
    with file.open("rb") as opened:
        begins = opened.read(len(SQLITE))
    if not begins.startswith(SQLITE if on_file else POSTGRESQL):
        raise _unusable(
            file,
            _("Filen är ingen säkerhetskopia av en sådan databas."),
            _("Kontrollera filen och VETTING_DATABASE_URL."),
        )
    return _restored_file(Path(str(url.database)), file) if on_file else _restored_dump(address, file)


def _restored_file(place: Path, file: Path) -> OpenedCopy:
    if place.exists() and place.stat().st_size:
        raise _place_taken_problem()
    with _write_privately(place) as part:
        return _copy_sqlite(file, part)


def _restored_dump(address: str, file: Path) -> OpenedCopy:
    with closing(connect_database(address)) as database:
        if inspect(database.engine).get_table_names():
            raise _place_taken_problem()
        _filled_from(file, database.engine.url)
        schema.count_rows(database)
        return _read_copy(database)


@contextmanager
def _write_privately(file: Path) -> Iterator[Path]:
    """A file beside it that only its owner reads: the file itself when all went well, gone when something did not."""
    part = file.with_name(file.name + PART)
    try:
        part.unlink(missing_ok=True)
        make_own(part)
        yield part
        _to_disk(part)
        part.replace(file)
    except (OSError, sqlite3.Error) as error:
        known = storage_problem_of(error)
        what = str(error.strerror if isinstance(error, OSError) else error)
        if getattr(error, "sqlite_errorname", "") in _DAMAGED:
            raise _damaged_problem(part, what) from error
        if known is not None:
            raise _unusable(part, known.what, known.remedy) from error
        raise _unusable(
            part, _("Filen kan inte skrivas ({what}).", what=what), _("Kontrollera plats och rättigheter.")
        ) from error
    finally:
        for ending in ("", "-wal", "-shm", "-journal"):
            with suppress(OSError):  # where nothing can be written there is nothing to remove
                Path(f"{part}{ending}").unlink(missing_ok=True)


def _copy_sqlite(source: Path, target: Path) -> OpenedCopy:
    """SQLite's own copying: what was committed when it began, whoever writes meanwhile. Then the copy is opened."""
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as read,
        closing(sqlite3.connect(target)) as written,
    ):
        read.backup(written)
    return _opened_file(target)


def _opened_file(path: Path) -> OpenedCopy:
    """SQLite's check of pages and indexes, rows that point at nothing, then the trail."""
    with closing(sqlite3.connect(path)) as opened:
        [(told,), *_unused] = opened.execute("PRAGMA integrity_check(1)")
        loose = opened.execute("PRAGMA foreign_key_check").fetchone()
    if told != "ok":
        raise _damaged_problem(path, told)
    if loose:
        raise _unusable(path, _("Rader i {table} pekar på rader som saknas.", table=loose[0]), _TAKE_ANOTHER)
    with closing(connect_database(f"sqlite:///{path}")) as database:
        checked = _read_copy(database)
    with closing(sqlite3.connect(path)) as opened:
        opened.execute("PRAGMA journal_mode = delete")  # one file, with nothing beside it
    return checked


def _opened_dump(database: Database, dump: Path) -> OpenedCopy:
    """A dump put into a database made for it, where every reference is checked as it is laid on, and taken away."""
    name = f"vetting_check_{secrets.token_hex(6)}"
    plain = database.engine.execution_options(isolation_level="AUTOCOMMIT")
    with plain.connect() as connection:
        try:
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0")
        except DBAPIError:  # the role may not make databases, or the server has no room
            _postgresql("pg_restore", None, "--list", str(dump))
            return OpenedCopy(str(schema.present_step(database)), tried=False)
        try:
            url = database.engine.url.set(database=name)
            _filled_from(dump, url)
            with closing(connect_database(url.render_as_string(hide_password=False))) as copied:
                return _read_copy(copied)
        finally:
            with suppress(DBAPIError):
                connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _filled_from(dump: Path, url: URL) -> None:
    into = f"--dbname={url.database}"
    _postgresql("pg_restore", url, "--exit-on-error", "--single-transaction", *_NOBODYS, into, str(dump))


def _read_copy(database: Database) -> OpenedCopy:
    """The step, and the trail with every row where the program knows the tables."""
    step = schema.present_step(database)
    if step is None:
        raise UnreadableError(
            Problem("VETTING_DATABASE_URL", _("Kopian är tom."), _("Använd en annan kopia, eller ta en ny."))
        )
    schema.refuse_unknown_step(step)
    if step != schema.newest_step():
        return OpenedCopy(step)
    with open_reading(database) as session:
        found = trail_verification.verify_trail(session)
    return OpenedCopy(step, found.entries, found.head, tuple(found.problems))


def _postgresql(program: str, url: URL | None, *arguments: str) -> None:
    """One of PostgreSQL's own programs; the password is in its environment, where no list of processes shows it."""
    found = shutil.which(program)
    if found is None:
        raise UnreadableError(
            Problem(
                program,
                _("Programmet är inte installerat här."),
                _("Installera PostgreSQL:s klientprogram, i serverns version eller senare."),
            )
        )
    done = subprocess.run(  # noqa: S603 - a program of PostgreSQL's, found on the path
        [found, *(["--no-password"] if url is not None else []), *arguments],
        env={**os.environ, **(_connection(url) if url is not None else {})},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stderr.strip().splitlines() or [""])[0]
        raise UnreadableError(
            Problem(program, _("Programmet avbröts: {said}", said=said), _("Rätta felet och försök igen."))
        )


def _connection(url: URL) -> dict[str, str]:
    """The environment by which one of PostgreSQL's programs reaches the server as the program itself does.

    On all its hosts, as sealed, and nothing of it where a list of processes shows it.
    """
    _words, given = url.get_dialect()().create_connect_args(url)
    asked = {**REACH, **given} | ({"dbname": url.database} if url.database else {})
    named = {option.keyword.decode(): option.envvar for option in Conninfo.get_defaults()}
    return {name.decode(): str(asked[word]) for word, name in named.items() if name is not None and word in asked}


def _to_disk(path: Path) -> None:
    for name in (path, path.parent):
        opened = os.open(name, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def _damaged_problem(path: Path, told: str) -> UnreadableError:
    return _unusable(path, _("Databasen är skadad ({told}).", told=told), _TAKE_ANOTHER)


def _place_taken_problem() -> UnreadableError:
    return UnreadableError(
        Problem(
            "VETTING_DATABASE_URL",
            _("Det finns redan en databas där."),
            _("Ange en adress där inget finns: inget skrivs över."),
        )
    )


def _unusable(where: Path, what: Words, remedy: Words) -> UnreadableError:
    return UnreadableError(Problem(where.name.removesuffix(PART), what, remedy))
