"""Processes killed at random moments: what was acknowledged is there, nothing is there by half, and the next goes on.

Three kills of each kind in an ordinary run; fifty of each when it is thorough.
"""

from __future__ import annotations

import gzip
import random
import shutil
import sqlite3
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from tests.board import BoardAtWork, clean_facts
from tests.factories import NOW
from tests.roads.killed_acts import ACTS, board_at, keep_board, open_numbers
from tests.roads.lives import ROOT, live_once
from vetting.casework.models.cases import visible_cases
from vetting.kernel.organisation_numbers import has_valid_check_digit
from vetting.kernel.register_tables import RegisterName
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading, open_writing
from vetting.kernel.store.trail import TrailNote
from vetting.kernel.store.trail_verification import verify_trail
from vetting.lists.services import import_batches, staged_files
from vetting.operations.database import backups, schema
from vetting.people.models.people import Board
from vetting.registers import RegisterSelection, workbook_jobs

if TYPE_CHECKING:
    from pathlib import Path

    from tests.databases import Databases

pytestmark = pytest.mark.long

KILLS, ALL_KILLS = 3, 50
CASES, ROWS, JOBS = 8, 60, 5
OLDER = ROOT / "tests" / "operations" / "database" / "filled_databases" / "0.2.0.sqlite.gz"
LIST = "\n".join(
    ["Förening;Sökt;Ändamål;Medlemmar", *(f"Föreningen Prov nummer {n};{n} 000;kurser;{n}" for n in range(1, ROWS + 1))]
).encode()


def organisation_number(place: int) -> str:
    start = f"802888{place:03}"
    return next(start + str(digit) for digit in range(10) if has_valid_check_digit(start + str(digit)))


def life(kind: str, folder: Path, seconds: str) -> tuple[int, list[str]]:
    """One life: how it ended, and what was acknowledged."""
    where = str(folder / "board")
    code, said = live_once("tests.roads.killed_acts", folder / "said", kind, where, address_in(folder), seconds)
    return code, said.splitlines()


def address_in(folder: Path) -> str:
    return f"sqlite:///{folder / 'a.db'}"


def prepare(kind: str, databases: Databases, folder: Path) -> None:
    """The file that each life of a kind begins with."""
    board = BoardAtWork.copied(databases, "sqlite")
    if kind in {"decision", "payment"}:
        for place in range(CASES):
            case = board.receive(clean_facts(organisation_number(place), f"Föreningen Prov {place}"))
            board.make_ready(case.number)
            board.propose(case.number)
            board.do(decisions_no_conflict(), case.number, role=Role.DECISION_MAKER)
            if kind == "payment":
                board.decide(case.number)
    if kind == "signing":
        for place in range(CASES):
            board.receive(clean_facts(organisation_number(place), f"Föreningen Prov {place}"))
        draw_none(board)
    if kind == "correction":
        board.do(import_batches.confirm_import, board.staged(LIST, "lista.csv"), good_only=False)
    if kind in {"import", "correction"}:
        corrected = LIST if kind == "import" else LIST.replace(b" 000;", b" 500;")
        by = board.staff[Role.CASEWORKER]
        staged_files.hand_in(board.database, corrected, "lista.csv", round_id=board.round_id, by=by, at=NOW, wait=True)
    if kind == "worker":
        for name in list(RegisterName)[:JOBS]:
            board.do(workbook_jobs.ask_for, name, RegisterSelection(on=NOW.date()), role=Role.AUDITOR)
    source = str(board.database.engine.url.database)
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(folder / "first.db")) as other:
        one.backup(other)
    if kind == "upgrade":
        (folder / "first.db").write_bytes(gzip.decompress(OLDER.read_bytes()))
    board.database.close()
    keep_board(board, folder / "board")


def draw_none(board: BoardAtWork) -> None:
    """No case is drawn to be read whole: each is signed in the list."""
    with open_writing(board.database, boards=[board.board_id]) as session:
        row = session.get_one(Board, board.board_id)
        row.papers = {"always": [], "one_in": 0}
        session.add_entry(TrailNote(action="order_changed", by=None, at=NOW, subject=row, board_id=row.id))


def decisions_no_conflict() -> Any:
    from vetting.casework.services import decisions

    return decisions.declare_no_conflict


def one(board: BoardAtWork, statement: str) -> int:
    with board.database.engine.connect() as connection:
        return int(connection.exec_driver_sql(statement).scalar() or 0)


def whole(board: BoardAtWork) -> None:
    with open_reading(board.database) as session:
        assert verify_trail(session).problems == []


def after_decisions(board: BoardAtWork, said: list[str], _folder: Path) -> None:
    waiting = set(open_numbers(board))
    assert not waiting & set(said)
    decided = one(board, "SELECT count(*) FROM decisions")
    assert decided == CASES - len(waiting) == one(board, "SELECT count(*) FROM payments")
    assert decided - len(said) in {0, 1}
    assert decided == one(board, "SELECT count(*) FROM cases WHERE state = 'payment'")


def after_payments(board: BoardAtWork, said: list[str], _folder: Path) -> None:
    paid = one(board, "SELECT count(*) FROM payments WHERE paid_on IS NOT NULL")
    assert paid - len(said) in {0, 1}
    assert paid == one(board, "SELECT count(*) FROM cases WHERE state = 'reporting'")
    assert paid == one(board, "SELECT count(*) FROM trail WHERE action = 'paid'")


def after_signing(board: BoardAtWork, said: list[str], _folder: Path) -> None:
    signed = one(board, "SELECT count(*) FROM marks WHERE kind = 'basic_check'")
    assert signed - len(said) in {0, 1}
    assert signed == one(board, "SELECT count(*) FROM trail WHERE action = 'reviewed'")
    assert signed == one(
        board, "SELECT count(DISTINCT made_in_case_id) FROM assessments WHERE answer = 'nothing_found'"
    )


def after_correction(board: BoardAtWork, said: list[str], _folder: Path) -> None:
    corrected = one(board, "SELECT count(*) FROM cases WHERE amount_applied % 100000 = 50000")
    assert corrected == ROWS if said else corrected in {0, ROWS}
    assert one(board, "SELECT count(*) FROM cases") == ROWS


def after_import(board: BoardAtWork, said: list[str], _folder: Path) -> None:
    with open_reading(board.database) as session:
        seen = len(session.scalars(visible_cases(board.staff[Role.CASEWORKER])).all())
    assert seen == ROWS if said else seen in {0, ROWS}


def after_backup(_board: BoardAtWork, said: list[str], folder: Path) -> None:
    file = folder / "a.backup"
    assert file.exists() or not said
    if file.exists():
        (folder / "back.db").unlink(missing_ok=True)
        assert backups.restore(f"sqlite:///{folder / 'back.db'}", file).problems == ()
        file.unlink()


def after_upgrade(board: BoardAtWork, said: list[str], _folder: Path) -> None:
    step = schema.present_step(board.database)
    assert step == schema.newest_step() if said else step is not None


def after_work(board: BoardAtWork, said: list[str], _folder: Path) -> None:
    done = one(board, "SELECT count(*) FROM jobs WHERE state = 'done'")
    assert done - len(said) in {0, 1}


AFTER = {
    "decision": after_decisions,
    "payment": after_payments,
    "signing": after_signing,
    "import": after_import,
    "correction": after_correction,
    "backup": after_backup,
    "upgrade": after_upgrade,
    "worker": after_work,
}


def at_last(kind: str, board: BoardAtWork, folder: Path) -> None:
    """What the next process leaves: all of it, once."""
    ACTS[kind](board, folder, 3)
    match kind:
        case "decision":
            assert one(board, "SELECT count(*) FROM decisions") == CASES
        case "payment":
            assert one(board, "SELECT count(*) FROM payments WHERE paid_on IS NOT NULL") == CASES
        case "signing":
            assert one(board, "SELECT count(*) FROM marks WHERE kind = 'basic_check'") == CASES
        case "correction":
            assert one(board, "SELECT count(*) FROM cases WHERE amount_applied % 100000 = 50000") == ROWS
        case "import":
            assert one(board, "SELECT count(*) FROM cases") == one(board, "SELECT count(*) FROM associations") == ROWS
        case "backup":
            assert (folder / "a.backup").exists()
            assert not list(folder.glob("*.part*"))
            (folder / "a.backup").unlink()
        case "upgrade":
            assert schema.present_step(board.database) == schema.newest_step()
            assert schema.differences(board.database) == []
        case "worker":
            assert one(board, "SELECT count(*) FROM jobs WHERE state = 'done'") == JOBS
            assert one(board, "SELECT count(*) FROM made_workbooks") == JOBS


@pytest.mark.parametrize("kind", ACTS)
def test_what_was_acknowledged_stays_and_nothing_is_half_done(
    databases: Databases, tmp_path: Path, capsys: pytest.CaptureFixture[str], pytestconfig: pytest.Config, kind: str
) -> None:
    chooser = random.Random(f"kills {kind}")
    prepare(kind, databases, tmp_path)
    shutil.copy(tmp_path / "first.db", tmp_path / "a.db")
    code, said = life(kind, tmp_path, "none")
    assert code == 0, said
    seconds, within = float(said[-1]), 0
    kills = ALL_KILLS if pytestconfig.getoption("--thorough") else KILLS
    for _ in range(kills):
        for path in (*tmp_path.glob("a.db*"), *tmp_path.glob("a.backup*")):
            path.unlink()
        shutil.copy(tmp_path / "first.db", tmp_path / "a.db")
        code, said = life(kind, tmp_path, f"{chooser.uniform(0, seconds):.4f}")
        assert code in {0, -9}, said
        within += code == -9
        if code == 0:  # the first life was slower, beside others: the kills fall within what one takes now
            seconds = min(seconds, float(said[-1]))
        board = board_at(str(tmp_path / "board"), address_in(tmp_path))
        with closing(board.database):
            AFTER[kind](board, said[:-1] if code == 0 else said, tmp_path)
            if kind != "upgrade":
                whole(board)
            at_last(kind, board, tmp_path)
            whole(board)
    assert within >= kills // 2
    with capsys.disabled():
        sys.stdout.write(f"\n{kind}: {within} of {kills} kills landed while it was at work\n")
