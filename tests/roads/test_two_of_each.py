"""Two processes that answer and two that work on PostgreSQL: each is killed once, the database goes and comes back."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections import Counter
from contextlib import closing, suppress
from typing import TYPE_CHECKING

import psycopg
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.engine import make_url

from tests.board import BoardAtWork
from tests.browser.conftest import free_port, start_server
from tests.factories import NOW
from tests.soak.visitors import NoteWriters
from vetting.associations.models.associations import Association
from vetting.casework.models.cases import Note
from vetting.kernel.store import trail_verification
from vetting.kernel.store.engine import connect_database
from vetting.kernel.store.jobs import QUEUED, RUNNING, Job
from vetting.kernel.store.session import open_reading, open_writing
from vetting.lists.models.staged_files import CONFIRMED, LARGEST_BATCH, StagedFile
from vetting.lists.services import import_batches
from vetting.operations.database import schema

if TYPE_CHECKING:
    from tests.databases import Databases

pytestmark = pytest.mark.long

PASSWORD = "korrekt häst batteri"
PEOPLE, SECONDS, ROWS = 4, 24.0, 20_500
BOARDS = ("norr", "mitt")
BROKEN_OFF = text("""
    WITH made AS (
        INSERT INTO associations (name, name_key, form, municipality, seat, source, created_at)
        SELECT 'F ' || n || ' i Provby', 'f ' || n || ' i provby', '', 'Provby', '', 'FRI', :at FROM generate_series(1, :many) n
        RETURNING id, name, name_key, source
    )
    INSERT INTO association_names (association_id, name, name_key, kind, source) SELECT id, name, name_key, 'current', source FROM made
""")


class BrokenOffError(Exception):
    """The transaction is not to end."""


def register_of(many: int) -> bytes:
    """A register of associations without numbers, all of one place."""
    lines = [f"Provby,FRI,,Föreningen {place} i Provby,Idrott,,Provby" for place in range(many)]
    return "\n".join(["municipality,system,org_number,name,types,activities,city", *lines]).encode()


def children(parent: int) -> list[tuple[int, str]]:
    """The processes that a process has begun, and theirs: number and command."""
    told = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in told.splitlines()]
    found, ours = [], {str(parent)}
    for pid, above, command in sorted(rows, key=lambda row: int(row[0])):
        if above in ours:
            ours.add(pid)
            found.append((int(pid), command))
    return found


def break_off(server: int, part: str, address: str) -> bool:
    """Kills one of the processes of a kind, or closes the database for two seconds; whether there was one."""
    if part == "database":
        return _close_for_a_while(address)
    found = [pid for pid, command in children(server) if f"vetting {part}" in command]
    if found:
        os.kill(found[-1], signal.SIGKILL)
    return bool(found)


def _close_for_a_while(address: str) -> bool:
    """Nobody is let in and whoever is in is put out, as when a server stops and starts again."""
    url = make_url(address)
    name = url.database
    with psycopg.connect(url.set(database="postgres").render_as_string(hide_password=False), autocommit=True) as other:
        other.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")
        others = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s"
        closed = other.execute(others, (name,)).fetchone()
        time.sleep(2)
        other.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true")
    return closed is not None and closed[0] > 0


def wait_for_import(address: str, key: int) -> None:
    """Until the list is in, or its job has ended without it: a worker gives way to all else on a busy machine."""
    last = time.monotonic() + 1500
    with closing(connect_database(address)) as database:
        while True:
            with open_reading(database) as session:
                staged = session.get_one(StagedFile, key)
                job = session.get_one(Job, staged.job_id)
                if staged.state == CONFIRMED:
                    return
                state = (staged.state, job.state, job.tries, job.done, job.heard_at, job.told)
            assert job.state in {QUEUED, RUNNING}, state
            assert time.monotonic() < last, state
            time.sleep(0.5)


def test_a_list_that_was_broken_off_is_planned_by_what_is_there(databases: Databases) -> None:
    """PostgreSQL keeps rows of a broken transaction: by old figures it would read all for each row, past its limit."""
    with closing(schema.open_database(databases.postgresql())) as database:
        board = BoardAtWork(database).build()
        board.receive()
        key = board.staged(register_of(ROWS), "register.csv", into_round=False)
        board.do(import_batches.confirm_import, key, good_only=True)
        for _time in range(2):
            with suppress(BrokenOffError), open_writing(database) as session:
                session.connection().execute(BROKEN_OFF, {"many": ROWS, "at": NOW})
                raise BrokenOffError
        seen: set[int] = set()

        def heard(done: int, total: int) -> bool:
            seen.update({done, total})
            return True

        import_batches.move_on(database, key, at=NOW, heard=heard)
        with open_reading(database) as reading:
            assert reading.scalar(select(func.count(Association.id)).where(Association.name.like("% i Provby"))) == ROWS
            figures = {
                row.relname: row.reltuples for row in reading.execute(text("SELECT relname, reltuples FROM pg_class"))
            }
    assert figures["associations"] > LARGEST_BATCH
    assert figures["association_names"] > LARGEST_BATCH
    assert seen == {0, LARGEST_BATCH, ROWS}


def test_nothing_is_lost_and_nothing_is_done_twice(databases: Databases) -> None:
    """What has been acknowledged is there once; what has not is there once or not at all; the import ends whole."""
    address = databases.postgresql()
    with closing(schema.open_database(address)) as database:
        boards = [BoardAtWork(database, code=code).build() for code in BOARDS]
        numbers = {board.code: board.receive().number for board in boards}
        key = boards[0].staged(register_of(ROWS), "register.csv", into_round=False)
        boards[0].do(import_batches.confirm_import, key, good_only=True)
    port = free_port()
    server = start_server(port, address, VETTING_PROCESSES="2", VETTING_WORKERS="2")
    writers = NoteWriters(port)
    said, stop = writers.said, writers.stop
    codes = [BOARDS[place % len(BOARDS)] for place in range(PEOPLE)]
    people = [
        threading.Thread(target=writers.write, args=(place, f"caseworker.{code}", PASSWORD, numbers[code]))
        for place, code in enumerate(codes)
    ]
    killed = []
    try:
        for person in people:
            person.start()
        for part in ("serve", "work", "database"):
            stop.wait(SECONDS / 4)
            killed.append(break_off(server.pid, part, address))
        stop.wait(SECONDS / 4)
        stop.set()
        for person in people:
            person.join()
        wait_for_import(address, key)
    finally:
        stop.set()
        server.terminate()
        server.wait(300)
    assert all(killed), killed
    statuses = Counter(said.values())
    assert statuses[303] > 20, statuses
    assert set(statuses) <= {303, 503, 0}, statuses
    with closing(connect_database(address)) as database, open_reading(database) as session:
        kept = Counter(session.scalars(select(Note.text).where(Note.text.like("Anteckning %"))))
        assert max(kept.values()) == 1
        assert {note for note, status in said.items() if status == 303} <= kept.keys()
        assert kept.keys() <= said.keys()
        assert session.scalar(select(func.count(Association.id)).where(Association.name.like("% i Provby"))) == ROWS
        assert trail_verification.verify_trail(session).problems == []
