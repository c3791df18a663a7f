"""What goes wrong around the program is told in one line - where, what, what to do - and leaves nothing half done.

Disks that are full or read-only are real ones, in a space of mounts of their own.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from tests.board import BoardAtWork
from tests.factories import NOW
from tests.operations.cli.test_commands import vetting
from vetting.kernel.store import engine
from vetting.kernel.store.engine import connect_database
from vetting.kernel.store.session import open_reading, run_in_transaction
from vetting.kernel.store.storage_errors import LOST, WRITE_PROTECTED, storage_problem_of
from vetting.kernel.store.trail import TrailNote
from vetting.kernel.store.trail_verification import verify_trail
from vetting.operations.database import backup_files, schema
from vetting.people.models.people import Board

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.databases import Databases
    from vetting.kernel.store.session import WritingSession

pytestmark = pytest.mark.long

KEY = "0123456789abcdefghijklmnopqrstuvwxyz"
LINE = re.compile(r"^\S+: \S.*[.!] [A-ZÅÄÖ]\S*.{3,}$")
"""Where: what. What to do."""
LIST = "Förening;Organisationsnummer;Sökt;Ändamål;Medlemmar\n" + "\n".join(
    f"Föreningen Prov nummer {n};;{n}000;kurser och läger för barn och unga;{n}" for n in range(1, 4001)
)
RESULT = 2


@dataclass
class Fault:
    """What is run, with what is wrong around it."""

    folder: Path
    file: Path
    board: BoardAtWork
    stack: ExitStack
    patch: pytest.MonkeyPatch
    env: dict[str, str] = field(default_factory=dict)
    before: dict[int, Any] = field(default_factory=dict)
    """The heads of the trail that stand whatever goes wrong."""

    def changed(self) -> None:
        """What has been done until now stands."""
        self.before = heads_in(self.file)

    @property
    def address(self) -> str:
        return f"sqlite:///{self.file}"

    def run(self, *words: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
        return vetting(*words, env={"VETTING_DATABASE_URL": self.address, **self.env, **more})

    def mounted(self, how: str, place: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
        """The command where a folder is a disk of its own: read-only, or of a size with what lies there."""
        place.mkdir(exist_ok=True)
        ready = (
            f"mount --bind {place} {place} && mount -o remount,ro,bind {place}"
            if how == "ro"
            else f"cp -r {place} {place}.kept && mount -t tmpfs -o size={how} tmpfs {place} && cp -r {place}.kept/. {place}"
        )
        command = " ".join(f"'{word}'" for word in (sys.executable, "-m", "vetting", *words))
        after = f"; code=$?; rm -rf {place}.back; cp -r {place} {place}.back; exit $code" if how != "ro" else ""
        done = subprocess.run(
            ["unshare", "--mount", "sh", "-c", f"{ready} || exit 99; {command}{after}"],
            check=False,
            capture_output=True,
            text=True,
            env={**os.environ, "VETTING_LANGUAGE": "sv", "VETTING_DATABASE_URL": self.address, **self.env},
        )
        if done.returncode in {1, 99} and ("mount" in done.stderr or "unshare" in done.stderr):
            pytest.skip("no mounts of one's own here")
        return done

    def copy(self, sealed: bool = False) -> Path:  # noqa: FBT001, FBT002 - one question
        path = self.folder / "kopia"
        more = {"VETTING_BACKUP_KEY": backup_files.make_key(self.folder / "rätt.txt")} if sealed else {}
        assert self.run("backup", path, **more).returncode == 0
        return path

    def empty(self) -> dict[str, str]:
        return {"VETTING_DATABASE_URL": f"sqlite:///{self.folder / 'ny.db'}"}


def full_disk_while_a_list_goes_in(here: Fault) -> Any:
    size = here.file.stat().st_size // 1024 + 600
    return here.mounted(f"{size}k", here.file.parent, *take_in(here, LIST))


def take_in(here: Fault, data: str) -> tuple[str | Path, ...]:
    """The words of the command that takes a list in."""
    path = here.folder / "lista.csv"
    path.write_text(data, encoding="utf-8")
    return "import", path, "--board", here.board.code, "--round", str(here.board.round_id)


def full_disk_while_a_list_is_corrected(here: Fault) -> Any:
    assert here.run(*take_in(here, LIST)).returncode == 0
    here.changed()
    size = here.file.stat().st_size // 1024 + 600
    return here.mounted(f"{size}k", here.file.parent, *take_in(here, LIST.replace("000;", "500;")))


def database_held_while_a_list_is_corrected(here: Fault) -> Any:
    assert here.run(*take_in(here, LIST[:2000].rpartition("\n")[0])).returncode == 0
    here.changed()
    held(here)
    return here.run(*take_in(here, LIST[:2000].rpartition("\n")[0].replace("000;", "500;")))


def full_disk_while_a_copy_is_taken(here: Fault) -> Any:
    return here.mounted("300k", here.folder / "kopior", "backup", here.folder / "kopior" / "a.backup")


def full_disk_while_all_is_written_out(here: Fault) -> Any:
    return here.mounted("20k", here.folder / "ut", "export-all", here.folder / "ut" / "allt")


def full_disk_while_a_register_is_written(here: Fault) -> Any:
    return here.mounted(
        "4k",
        here.folder / "ut",
        "export",
        "approvals",
        "--board",
        here.board.code,
        "--out",
        here.folder / "ut" / "a.xlsx",
    )


def read_only_disk_of_the_database(here: Fault) -> Any:
    return here.mounted("ro", here.file.parent, "board", "add", "ny", "Ny nämnd")


def read_only_disk_for_copies(here: Fault) -> Any:
    return here.mounted("ro", here.folder / "kopior", "backup", here.folder / "kopior" / "a.backup")


def read_only_disk_for_an_upgrade(here: Fault) -> Any:
    step_back(here)
    return here.mounted("ro", here.file.parent, "db", "upgrade", "--no-backup", "prov")


def step_back(here: Fault) -> None:
    with closing(connect_database(here.address)) as database:
        schema.downgrade(database, "0147")


def held(here: Fault) -> None:
    here.patch.setattr(engine, "BUSY_MILLISECONDS", 200)
    here.patch.setitem(engine.PRAGMAS, "busy_timeout", 200)
    other = here.stack.enter_context(closing(sqlite3.connect(here.file, isolation_level=None)))
    other.execute("BEGIN IMMEDIATE")


def database_held_while_something_is_written(here: Fault) -> Any:
    held(here)
    return here.run("board", "add", "ny", "Ny nämnd")


def database_held_while_it_is_upgraded(here: Fault) -> Any:
    step_back(here)
    held(here)
    return here.run("db", "upgrade", "--no-backup", "prov")


def half_a_migration(here: Fault) -> Any:
    with closing(sqlite3.connect(here.file)) as opened:
        opened.execute("UPDATE alembic_version SET version_num = '0117'")
        opened.commit()
    return here.run("db", "upgrade", "--no-backup", "prov")


def tables_of_an_older_version(here: Fault) -> Any:
    step_back(here)
    return here.run("board", "add", "ny", "Ny nämnd")


def tables_of_a_newer_version(here: Fault) -> Any:
    with closing(sqlite3.connect(here.file)) as opened:
        opened.execute("UPDATE alembic_version SET version_num = '9999'")
        opened.commit()
    return here.run("db", "upgrade")


def tables_of_before(here: Fault) -> Any:
    with closing(sqlite3.connect(here.file)) as opened:
        opened.execute("UPDATE alembic_version SET version_num = '0036'")
        opened.commit()
    return here.run("audit", "verify")


def wrong_key(here: Fault) -> Any:
    copy = here.copy(sealed=True)
    backup_files.make_key(here.folder / "annan.txt")
    return here.run("restore", copy, "--key", here.folder / "annan.txt", **here.empty())


def no_key(here: Fault) -> Any:
    return here.run("restore", here.copy(sealed=True), **here.empty())


def key_that_is_none(here: Fault) -> Any:
    (here.folder / "nyckel.txt").write_text("hemlig")
    return here.run("restore", here.copy(sealed=True), "--key", here.folder / "nyckel.txt", **here.empty())


def flipped_copy(here: Fault) -> Any:
    copy = here.copy()
    content = bytearray(copy.read_bytes())
    for place in range(4096, len(content), 4096):
        content[place] ^= 0xFF
    copy.write_bytes(bytes(content))
    return here.run("restore", copy, **here.empty())


def cut_copy(here: Fault) -> Any:
    copy = here.copy()
    copy.write_bytes(copy.read_bytes()[:20_000])
    return here.run("restore", copy, **here.empty())


def copy_of_another_engine(here: Fault) -> Any:
    (here.folder / "dump").write_bytes(b"PGDMP" + b"\0" * 1000)
    return here.run("restore", here.folder / "dump", **here.empty())


def copy_that_is_not_there(here: Fault) -> Any:
    return here.run("restore", here.folder / "borta", **here.empty())


def restoring_where_something_is(here: Fault) -> Any:
    return here.run("restore", here.copy())


def copying_where_something_is(here: Fault) -> Any:
    return here.run("backup", here.copy())


def no_folder_of_the_database(here: Fault) -> Any:
    return here.run("audit", "verify", VETTING_DATABASE_URL=f"sqlite:///{here.folder}/borta/a.db")


def database_that_is_none(here: Fault) -> Any:
    (here.folder / "text.db").write_text("Detta är ingen databas. " * 100)
    return here.run("audit", "verify", VETTING_DATABASE_URL=f"sqlite:///{here.folder}/text.db")


def damaged_database(here: Fault) -> Any:
    bad = here.folder / "skadad.db"
    content = bytearray(here.file.read_bytes())
    content[4096 * 3 : 4096 * 60] = b"\xff" * (4096 * 57)
    bad.write_bytes(bytes(content))
    return here.run("audit", "verify", VETTING_DATABASE_URL=f"sqlite:///{bad}")


def damaged_database_is_copied(here: Fault) -> Any:
    bad = here.folder / "skadad.db"
    content = bytearray(here.file.read_bytes())
    content[4096 * 200 : 4096 * 260] = b"\xff" * (4096 * 60)
    bad.write_bytes(bytes(content))
    return here.run("backup", here.folder / "a.backup", VETTING_DATABASE_URL=f"sqlite:///{bad}")


def no_secret(here: Fault) -> Any:
    return here.run("serve", VETTING_SECRET_KEY="")


def setting_that_is_none(here: Fault) -> Any:
    return here.run("doctor", VETTING_BACKUP_FOLDR="/tmp")


def port_that_is_taken(here: Fault) -> Any:
    taken = here.stack.enter_context(socket.socket())
    taken.bind(("127.0.0.1", 0))
    taken.listen()
    return here.run("serve", "--port", str(taken.getsockname()[1]), VETTING_SECRET_KEY=KEY)


def port_of_numbers_that_is_taken(here: Fault) -> Any:
    taken = here.stack.enter_context(socket.socket())
    taken.bind(("127.0.0.1", 0))
    taken.listen()
    free = here.stack.enter_context(socket.socket())
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
    free.close()
    numbers = f"127.0.0.1:{taken.getsockname()[1]}"
    return here.run("serve", "--port", str(port), VETTING_SECRET_KEY=KEY, VETTING_METRICS=numbers)


def unsafe_start(here: Fault) -> Any:
    here.file.chmod(0o600)
    return here.run("serve", "--host", "0.0.0.0", VETTING_SECRET_KEY=KEY, VETTING_TRUSTED_HOSTS="a.example")  # noqa: S104 - what is refused


def broken_rules(here: Fault) -> Any:
    shutil.copytree("rules", here.folder / "regler")
    path = here.folder / "regler" / "sets" / "farsta-2021.yaml"
    path.write_text("sets: [", encoding="utf-8")
    return here.run("rules", "show", "farsta-2021", VETTING_RULES=str(here.folder / "regler"))


def list_that_is_not_there(here: Fault) -> Any:
    return here.run("import", here.folder / "borta.xlsx", "--board", here.board.code)


def list_that_is_none(here: Fault) -> Any:
    (here.folder / "lista.xlsx").write_bytes(b"PK\x03\x04" + b"\0" * 500)
    return here.run("import", here.folder / "lista.xlsx", "--board", here.board.code)


def register_into_a_folder_that_is_not_there(here: Fault) -> Any:
    return here.run("export", "approvals", "--board", here.board.code, "--out", here.folder / "borta" / "a.xlsx")


def heads_that_cannot_be_read(here: Fault) -> Any:
    (here.folder / "huvuden").write_text("vad som helst\n")
    return here.run("audit", "verify", "--anchors", here.folder / "huvuden")


def folder_in_the_databases_place(here: Fault) -> Any:
    place = here.folder / "mapp.db"
    place.mkdir()
    return here.run("audit", "verify", VETTING_DATABASE_URL=f"sqlite:///{place}")


def server_that_does_not_answer(here: Fault) -> Any:
    return here.run("audit", "verify", VETTING_DATABASE_URL="postgresql://nobody@127.0.0.1:1/x")


FAULTS: list[tuple[Callable[[Fault], Any], str]] = [
    (folder_in_the_databases_place, "går inte att öppna"),
    (full_disk_while_a_list_goes_in, "Disken är full"),
    (full_disk_while_a_list_is_corrected, "Disken är full"),
    (full_disk_while_a_copy_is_taken, "Disken är full"),
    (full_disk_while_all_is_written_out, "Disken är full"),
    (full_disk_while_a_register_is_written, "Disken är full"),
    (read_only_disk_of_the_database, "går inte att öppna"),
    (read_only_disk_for_copies, "Disken går bara att läsa"),
    (read_only_disk_for_an_upgrade, "går inte att öppna"),
    (database_held_while_something_is_written, "upptagen"),
    (database_held_while_a_list_is_corrected, "upptagen"),
    (database_held_while_it_is_upgraded, "upptagen"),
    (half_a_migration, "Inget är ändrat"),
    (tables_of_an_older_version, "vetting db upgrade"),
    (tables_of_a_newer_version, "nyare version"),
    (tables_of_before, "före 0.2.0"),
    (wrong_key, "nyckel"),
    (no_key, "nyckel"),
    (key_that_is_none, "nyckel"),
    (flipped_copy, "skadad"),
    (cut_copy, "skadad"),
    (copy_of_another_engine, "ingen säkerhetskopia av en sådan databas"),
    (copy_that_is_not_there, "går inte att läsa"),
    (restoring_where_something_is, "Det finns redan en databas där"),
    (copying_where_something_is, "Filen finns redan"),
    (no_folder_of_the_database, "går inte att nå"),
    (database_that_is_none, "Filen är ingen databas"),
    (damaged_database, "skadad"),
    (damaged_database_is_copied, "skadad"),
    (no_secret, "Saknas"),
    (setting_that_is_none, "Menade du VETTING_BACKUP_FOLDER?"),
    (port_that_is_taken, "Porten är upptagen"),
    (port_of_numbers_that_is_taken, "Porten är upptagen"),
    (unsafe_start, "okrypterade"),
    (broken_rules, "farsta-2021.yaml"),
    (list_that_is_not_there, "Filen finns inte"),
    (list_that_is_none, "trasig"),
    (register_into_a_folder_that_is_not_there, "går inte att skriva"),
    (heads_that_cannot_be_read, "ingen kontrollpunkt"),
    (server_that_does_not_answer, "går inte att nå"),
]


def heads_in(file: Path) -> Any:
    """The heads of the trail in a file, whose trail is whole."""
    with closing(connect_database(f"sqlite:///{file}")) as database, open_reading(database) as session:
        found = verify_trail(session)
    assert found.problems == []
    return found.heads


@pytest.mark.parametrize(("fault", "said"), FAULTS, ids=[fault.__name__ for fault, _said in FAULTS])
def test_a_fault_is_told_in_one_line_with_what_to_do_and_nothing_is_half_done(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Callable[[Fault], Any], said: str
) -> None:
    board = BoardAtWork.copied(databases, "sqlite")
    with open_reading(board.database) as session:
        before = verify_trail(session).heads
    place = tmp_path / "data"
    place.mkdir()
    file = place / "a.db"
    with (
        closing(sqlite3.connect(str(board.database.engine.url.database))) as one,
        closing(sqlite3.connect(file)) as other,
    ):
        one.backup(other)
    board.database.close()
    with ExitStack() as stack:
        here = Fault(tmp_path, file, board, stack, monkeypatch, before=before)
        done = fault(here)
    told = done.stderr.strip()
    sys.stdout.write(f"{fault.__name__}: {told}\n")
    assert done.returncode == RESULT, done.stdout + told
    assert said in told
    assert "Traceback" not in told + done.stdout
    lines = [line for line in told.splitlines() if line]
    assert len(lines) == 1, told
    assert LINE.match(lines[0]), told
    assert not list(tmp_path.rglob("*.part"))
    with closing(sqlite3.connect(file)) as opened:
        step = opened.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    if step == schema.newest_step():
        with closing(connect_database(f"sqlite:///{file}")) as database, open_reading(database) as session:
            found = verify_trail(session)
            heads = {
                chain: head for chain, head in found.heads.items() if chain in here.before
            }  # what is tied stays so
            assert (heads, found.problems) == (here.before, [])


def test_there_are_thirty_faults_and_more() -> None:
    assert len({fault for fault, _said in FAULTS}) >= 30


@pytest.mark.both_engines
def test_a_connection_that_is_lost_in_the_middle_is_told_and_nothing_of_it_stays(board: BoardAtWork) -> None:
    """On PostgreSQL the server ends it; a file has no connection to lose."""
    if board.database.is_sqlite:
        assert storage_problem_of(OSError(30, "Read-only file system")) is WRITE_PROTECTED
        return
    plain = board.database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)

    def work(session: WritingSession) -> None:
        session.add(Board(code="x", name="x", rules={}, created_at=NOW))
        session.add_entry(TrailNote(action="board_added", by=None, at=NOW))
        session.flush()
        pid = session.connection().exec_driver_sql("SELECT pg_backend_pid()").scalar()
        with psycopg.connect(plain, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", [pid])
        session.connection().exec_driver_sql("SELECT 1")

    with pytest.raises(DBAPIError) as lost:
        run_in_transaction(board.database, work)
    assert storage_problem_of(lost.value) is LOST
    with open_reading(board.database) as session:
        assert session.scalars(select(Board.code)).all() == [board.code]
        assert verify_trail(session).problems == []
