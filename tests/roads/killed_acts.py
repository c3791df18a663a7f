"""One life of a process that decides, pays, imports, copies, upgrades or works, and is killed in the middle of it.

Asked for by `lives.live_once` with kind, file with the board, address, seconds. What has been acknowledged stands in what
it says, a line each.
"""

from __future__ import annotations

import json
import os
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

from sqlalchemy import select
from sqlalchemy import text as sql

from tests.board import BoardAtWork, rules
from tests.factories import NOW, TODAY
from tests.roads import import_life
from tests.roads.lives import give_lives, kill
from vetting.casework.domain.cases import CaseState
from vetting.casework.models.cases import Case
from vetting.casework.services import clean_reviews
from vetting.kernel.roles import Person, Role
from vetting.kernel.store.engine import PRAGMAS, connect_database
from vetting.kernel.store.session import open_reading
from vetting.lists.models.staged_files import StagedFile
from vetting.lists.services import import_batches
from vetting.money.models.payments import Payment
from vetting.money.services import payments
from vetting.operations.database import backups, schema
from vetting.operations.jobs.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable

PIECE = 20


def say(what: object) -> None:
    """Acknowledged: whoever asked has been told that it is done."""
    os.write(1, f"{what}\n".encode())


def open_numbers(board: BoardAtWork) -> list[str]:
    """The cases that wait for a decision."""
    with board.database.engine.connect() as connection:
        found = connection.execute(
            sql("SELECT number FROM cases WHERE id NOT IN (SELECT case_id FROM decisions) ORDER BY id")
        )
        return [row[0] for row in found]


def decide(board: BoardAtWork, _folder: Path, _hours: int) -> None:
    for number in open_numbers(board):
        board.decide(number)
        say(number)


def pay(board: BoardAtWork, _folder: Path, _hours: int) -> None:
    with open_reading(board.database) as session:
        keys = session.scalars(select(Payment.id).where(Payment.paid_on.is_(None))).all()
    for key in keys:
        board.do(payments.mark_paid, key, paid_on=TODAY, version=None, role=Role.FINANCE)
        say(key)


def take_in(board: BoardAtWork, _folder: Path, hours: int) -> None:
    with open_reading(board.database) as session:
        key = session.scalars(select(StagedFile.id).order_by(StagedFile.id.desc())).first()
    assert key is not None
    with mock.patch.object(import_batches, "LARGEST_BATCH", PIECE):  # many pieces of a short list
        import_life.live(board.database, key, board.board_id, board.staff[Role.CASEWORKER].id, hours=hours)
    say("in")


def sign(board: BoardAtWork, _folder: Path, _hours: int) -> None:
    with open_reading(board.database) as session:
        numbers = session.scalars(select(Case.number).where(Case.state == CaseState.RECEIVED).order_by(Case.id)).all()
    for number in numbers:
        board.do(clean_reviews.sign_review, number, version=None, in_list=True)
        say(number)


def copy(board: BoardAtWork, folder: Path, _hours: int) -> None:
    backups.back_up(board.database, folder / "a.backup")
    say("copied")


def upgrade(board: BoardAtWork, _folder: Path, _hours: int) -> None:
    schema.upgrade(board.database)
    say("upgraded")


def work(board: BoardAtWork, _folder: Path, hours: int) -> None:
    worker = Worker(board.database, rules(), lambda: NOW + timedelta(hours=hours))
    while worker.run_next():
        say("job")


ACTS: dict[str, Callable[[BoardAtWork, Path, int], None]] = {
    "decision": decide,
    "payment": pay,
    "signing": sign,
    "import": take_in,
    "correction": take_in,
    "backup": copy,
    "upgrade": upgrade,
    "worker": work,
}


def board_at(file: str, address: str) -> BoardAtWork:
    """The board that was kept in a file, at a database."""
    kept = json.loads(Path(file).read_text(encoding="utf-8"))
    board = BoardAtWork(connect_database(address), board_id=kept["board_id"], round_id=kept["round_id"])
    for role, key in kept["staff"].items():
        own = frozenset({Role(role)})
        board.staff[Role(role)] = Person(
            id=key, name=f"Person {role}", board_id=board.board_id, board="Norr", roles=own
        )
    return board


def keep_board(board: BoardAtWork, file: Path) -> None:
    """What `board_at` reads."""
    staff = {role.value: person.id for role, person in board.staff.items()}
    told = {"board_id": board.board_id, "round_id": board.round_id, "staff": staff}
    file.write_text(json.dumps(told), encoding="utf-8")


def one_life(kind: str, file: str, address: str, seconds: str) -> None:
    """One life, which ends by itself or is ended; the last line is how many seconds it took."""
    PRAGMAS["synchronous"] = 2  # as the program has it
    board = board_at(file, address)
    if seconds != "none":
        threading.Timer(float(seconds), kill).start()
    began = time.monotonic()
    ACTS[kind](board, Path(file).parent, 1)
    say(f"{time.monotonic() - began:.3f}")
    os._exit(0)


if __name__ == "__main__":
    give_lives(one_life)
