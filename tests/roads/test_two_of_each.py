"""Two processes that answer and two that work on PostgreSQL: each is killed once, the database goes and comes back."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING

import psycopg
import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from tests.board import BoardAtWork, rules
from tests.browser.conftest import free_port, start_server
from tests.soak.visitors import NoteWriters
from vetting.associations.models.associations import Association
from vetting.cases.models.cases import Note
from vetting.database import schema
from vetting.imports.models.staged_files import CONFIRMED, StagedFile
from vetting.imports.services import import_batches
from vetting.kernel.store import trail_verification
from vetting.kernel.store.engine import connect_database
from vetting.kernel.store.session import open_reading

if TYPE_CHECKING:
    from tests.databases import Databases

pytestmark = pytest.mark.long

PASSWORD = "korrekt häst batteri"
PEOPLE, SECONDS, ROWS = 4, 24.0, 20_500
BOARDS = ("norr", "mitt")


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
    """Until the list is in: one whose worker was killed waits two minutes until another takes it up."""
    last = time.monotonic() + 300
    with closing(connect_database(address)) as database:
        while time.monotonic() < last:
            with open_reading(database) as session:
                if session.get_one(StagedFile, key).state == CONFIRMED:
                    return
            time.sleep(0.5)
    raise AssertionError("the list is not in")


def test_nothing_is_lost_and_nothing_is_done_twice(databases: Databases) -> None:
    """What has been acknowledged is there once; what has not is there once or not at all; the import ends whole."""
    address = databases.postgresql()
    with closing(schema.open_database(address)) as database:
        boards = [BoardAtWork(database, code=code).build() for code in BOARDS]
        numbers = {board.code: board.receive().number for board in boards}
        lines = [f"Provby,FRI,,Föreningen {place} i Provby,Idrott,,Provby" for place in range(ROWS)]
        head = "municipality,system,org_number,name,types,activities,city"
        key = boards[0].staged("\n".join([head, *lines]).encode(), "register.csv", into_round=False)
        boards[0].do(import_batches.confirm_import, key, good_only=True, rules=rules())
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
