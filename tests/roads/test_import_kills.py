"""The worker killed in the middle of an import, at each point that has a name and at random ones."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.acting import acting
from tests.board import BoardAtWork, rules
from tests.factories import NOW
from tests.roads import import_life
from tests.roads.import_life import POINTS, live
from tests.roads.lives import live_once
from vetting.associations.models.associations import Association
from vetting.casework.models.cases import Case, visible_cases
from vetting.kernel.problem import Refused
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.import_batches import DONE, ImportBatch
from vetting.kernel.store.jobs import FAILED, Job
from vetting.kernel.store.session import open_reading, open_technical
from vetting.lists.models.staged_files import READING, READY, StagedFile, StagedRow
from vetting.lists.services import import_batches, list_reading, staged_files
from vetting.operations.jobs.retention import remove_old
from vetting.operations.jobs.worker import Worker

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]
ROWS = 60
LIST = "\n".join(
    ["Förening;Sökt;Ändamål;Medlemmar", *(f"Föreningen Prov nummer {n};{n} 000;kurser;{n}" for n in range(1, ROWS + 1))]
).encode()


def new_file(board: BoardAtWork) -> int:
    return staged_files.hand_in(
        board.database, LIST, "lista.csv", round_id=board.round_id, by=board.staff[Role.CASEWORKER], at=NOW, wait=True
    )


def life(board: BoardAtWork, key: int, point: str) -> tuple[int, str]:
    """One life of a worker in a process of its own: how it ended, and what it said."""
    address = board.database.engine.url.render_as_string(hide_password=False)
    by = str(board.staff[Role.CASEWORKER].id)
    with tempfile.NamedTemporaryFile() as said:
        return live_once("tests.roads.import_life", Path(said.name), address, str(key), str(board.board_id), by, point)


def numbers(board: BoardAtWork) -> list[str]:
    with open_reading(board.database) as s:
        return list(
            s.scalars(visible_cases(board.staff[Role.CASEWORKER]).with_only_columns(Case.number).order_by(Case.number))
        )


def whole_or_nothing(board: BoardAtWork) -> None:
    """Right after the kill: every case is seen or none, and the trail knows every row that counts."""
    assert len(numbers(board)) in {0, ROWS}
    with open_reading(board.database) as s:
        assert trail_verification.verify_trail(s).problems == []


def taken_up_again(board: BoardAtWork, key: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next worker does what is left: everything once."""
    monkeypatch.setattr(import_batches, "LARGEST_BATCH", import_life.PIECE)
    live(board.database, key, board.board_id, board.staff[Role.CASEWORKER].id, hours=2)
    assert numbers(board) == [f"BID-2026-{n:04}" for n in range(1, ROWS + 1)]
    with open_reading(board.database) as s:
        assert s.scalars(select(ImportBatch.state)).all() == [DONE]
        assert s.scalar(select(func.count()).select_from(StagedRow)) == 0
        assert s.scalar(select(func.count()).select_from(Association)) == ROWS
        assert s.scalar(select(func.count()).select_from(Case).where(Case.screening_id.is_(None))) == 0
        assert trail_verification.verify_trail(s).problems == []


@pytest.mark.parametrize("point", POINTS)
def test_a_worker_killed_at_a_named_point_leaves_all_or_nothing_and_the_next_one_goes_on(
    board: BoardAtWork, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = new_file(board)
    code, said = life(board, key, point)
    assert code == -9, said
    whole_or_nothing(board)
    taken_up_again(board, key, monkeypatch)


@pytest.mark.one_engine
def test_a_worker_killed_at_random_moments_loses_and_doubles_nothing(
    board: BoardAtWork,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    pytestconfig: pytest.Config,
) -> None:
    """Five on one engine, ten on each when it is thorough. How many kills landed while it worked is told."""
    chooser = random.Random(20261120)
    key = new_file(board)
    code, said = life(board, key, "none")
    assert code == 0, said
    seconds, inside = float(said), 0
    batch = 1
    turns = 10 if pytestconfig.getoption("--thorough") else 5
    for turn in range(turns):
        by = board.staff[Role.CASEWORKER]
        with open_reading(board.database) as s:
            batch = s.scalars(select(ImportBatch.id).where(ImportBatch.state == DONE)).one()
        board.do(import_batches.undo_import, batch, role=Role.CASEWORKER)
        key = staged_files.hand_in(
            board.database, LIST, f"lista {turn}.csv", round_id=board.round_id, by=by, at=NOW, wait=True
        )
        code, said = life(board, key, f"{chooser.uniform(0, seconds):.3f}")
        assert code in {0, -9}, said
        inside += code == -9
        assert len(numbers(board)) in {0, ROWS}
        monkeypatch.setattr(import_batches, "LARGEST_BATCH", import_life.PIECE)
        live(board.database, key, board.board_id, by.id, hours=2 + turn)
        assert len(numbers(board)) == len(set(numbers(board))) == ROWS
        with open_reading(board.database) as s:
            assert trail_verification.verify_trail(s).problems == []
    assert inside >= turns // 2
    with capsys.disabled():
        sys.stdout.write(f"\n{inside} of {turns} kills landed while the worker was at work\n")


@pytest.mark.one_engine
def test_a_command_killed_while_it_reads_is_told_as_broken_off_and_can_be_taken_up(
    board: BoardAtWork, tmp_path: Path
) -> None:
    rows = [f"Föreningen Prov nummer {n};{n} 000;kurser;{n}" for n in range(1, 20_001)]
    path = tmp_path / "stor.csv"
    path.write_text("\n".join(["Förening;Sökt;Ändamål;Medlemmar", *rows]), encoding="utf-8")
    address = board.database.engine.url.render_as_string(hide_password=False)
    command = subprocess.Popen(
        [sys.executable, "-m", "vetting", "import", str(path), "--board", board.code, "--round", str(board.round_id)],
        cwd=ROOT,
        env={**os.environ, "VETTING_DATABASE_URL": address},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while command.poll() is None and not laid(board):
        time.sleep(0.02)
    command.kill()
    command.wait()
    by = board.staff[Role.CASEWORKER]
    with open_reading(board.database) as s:
        staged = s.scalars(select(StagedFile)).one()
    assert staged.state == READING
    assert staged.heard_at
    assert 0 < laid(board) < len(rows)
    soon, later = staged.heard_at + timedelta(minutes=1), staged.heard_at + timedelta(minutes=5)
    with open_reading(board.database) as s:
        assert not staged_files.is_broken_off(acting(s, at=soon), staged)
        assert staged_files.is_broken_off(acting(s, at=later), staged)
    with pytest.raises(Refused):
        staged_files.read_again(board.database, staged.id, by=by, at=soon)
    staged_files.read_again(board.database, staged.id, by=by, at=later)
    with open_reading(board.database) as s:
        assert not staged_files.is_broken_off(acting(s, at=later + timedelta(days=1)), s.get_one(StagedFile, staged.id))
    worker = Worker(board.database, rules(), lambda: later)
    assert worker.run_next()
    with open_reading(board.database) as s:
        found = s.get_one(StagedFile, staged.id)
        assert (found.state, found.counts["good"]) == (READY, len(rows))
    assert laid(board) == len(rows)


def laid(board: BoardAtWork) -> int:
    """How many rows lie in place."""
    with open_reading(board.database) as s:
        return int(s.scalar(select(func.count()).select_from(StagedRow)) or 0)


def test_what_was_half_read_and_nobody_takes_up_is_cleared_with_its_rows(board: BoardAtWork) -> None:
    half, whole = new_file(board), new_file(board)
    with open_technical(board.database) as s:
        for job in s.scalars(select(Job)):
            job.state = FAILED
    list_reading.read_staged_file(board.database, whole, rules(), at=NOW)
    with open_technical(board.database) as s:
        for row in s.scalars(select(StagedRow).limit(5)):
            row.staged_id = half
    remove_old(board.database, at=NOW + timedelta(days=6))
    with open_reading(board.database) as s:
        assert set(s.scalars(select(StagedFile.id))) == {half, whole}
    remove_old(board.database, at=NOW + timedelta(days=8))
    with open_reading(board.database) as s:
        assert s.scalars(select(StagedFile.id)).all() == [whole]
        assert not s.scalars(select(StagedRow).where(StagedRow.staged_id == half)).all()
