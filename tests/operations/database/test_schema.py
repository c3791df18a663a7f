"""The first step is 0.2.0's: what is older is met by a sentence, and every version since is brought to the newest."""

from __future__ import annotations

import gzip
import secrets
import shutil
import subprocess
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, inspect, make_url, select, update

from tests.operations.cli.test_commands import one_clear_line, vetting
from tests.operations.database.filled import FOLDER, OF_THE_TRAIL, erase_one, fill_the_rest, live
from tests.operations.database.objects import objects_of
from tests.operations.database.test_backups import _own_programs, address_of, empty_place, env_of
from vetting import __version__
from vetting.associations.models.associations import Association, AssociationName
from vetting.casework.domain.records import RecordKind
from vetting.casework.models.records import Record
from vetting.kernel.store.engine import connect_database
from vetting.kernel.store.session import open_reading, run_in_transaction
from vetting.operations.database import schema
from vetting.operations.database.tables import metadata

if TYPE_CHECKING:
    from tests.board import BoardAtWork
    from tests.databases import Databases
    from tests.demonstration import FilledOnce
    from vetting.kernel.store.session import Session

__all__ = ["_own_programs"]
VERSIONS = sorted({path.name.rsplit(".", 2)[0] for path in FOLDER.iterdir()})
OLD_SENTENCE = "Databasen är gjord av en version före 0.2.0 och kan inte uppgraderas."


def stands_at(board: BoardAtWork, step: str) -> None:
    with board.database.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{step}'")


@pytest.mark.parametrize("version", VERSIONS)
def test_a_filled_database_of_an_earlier_version_is_brought_to_the_newest(
    version: str, board: BoardAtWork, databases: Databases, tmp_path: Path
) -> None:
    name = "sqlite" if board.database.is_sqlite else "postgresql"
    file, place = tmp_path / "kopia.backup", empty_place(databases, board)
    file.write_bytes(gzip.decompress((FOLDER / f"{version}.{name}.gz").read_bytes()))
    back = vetting("restore", file, env=env_of(place))
    assert (back.returncode, back.stderr) == (0, ""), back.stderr
    with closing(connect_database(place)) as opened:
        known = set(inspect(opened.engine).get_table_names())
    done = vetting("db", "upgrade", "--no-backup", "provas", env=env_of(place))
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    verified = vetting("audit", "verify", env=env_of(place))
    assert (verified.returncode, verified.stderr) == (0, ""), verified.stderr
    assert vetting("db", "check", env=env_of(place)).returncode == 0
    with closing(connect_database(place)) as opened:
        assert objects_of(opened) == objects_of(board.database)
        with open_reading(opened) as session:
            there = {
                table.name: session.scalar(select(func.count()).select_from(table)) for table in metadata.sorted_tables
            }
    assert version != VERSIONS[-1] or {table for table in known & there.keys() if not there[table]} <= OF_THE_TRAIL
    empty = {table for table in OF_THE_TRAIL if not there[table]}
    assert empty == {"trail_ties", "trail_anchors"}, "nothing had a chain of its own, and no head was kept"
    with closing(connect_database(place)) as opened, opened.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE users SET name = 'x' WHERE id = 1")
    assert "users 1: " in vetting("audit", "verify", env=env_of(place)).stderr, "erased there, and pinned anew"
    databases.drop(place)


@pytest.mark.parametrize(
    "command",
    [
        ("db", "upgrade"),
        ("db", "check"),
        ("audit", "verify"),
        ("backup", "a.backup"),
        ("demo", "--no-serve"),
        ("serve", "--port", "8999"),
    ],
)
@pytest.mark.parametrize("step", ["0001", "0036"])
def test_a_database_of_before_is_met_by_a_sentence_and_stays_as_it_is(
    command: tuple[str, ...], step: str, board: BoardAtWork, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    stands_at(board, step)
    one_clear_line(
        vetting(*command, env=env_of(address_of(board)), VETTING_SECRET_KEY=secrets.token_urlsafe(48)), OLD_SENTENCE
    )
    assert schema.present_step(board.database) == step
    assert not list(tmp_path.iterdir())


def test_a_copy_of_before_is_not_put_back(board: BoardAtWork, databases: Databases, tmp_path: Path) -> None:
    file, place = tmp_path / "a.backup", empty_place(databases, board)
    stands_at(board, "0036")
    board.database.close()
    if board.database.is_sqlite:
        shutil.copy(str(make_url(address_of(board)).database), file)
    else:
        address = address_of(board).replace("+psycopg", "")
        subprocess.run(["pg_dump", "--format=custom", f"--file={file}", address], check=True)
    one_clear_line(vetting("restore", file, env=env_of(place)), OLD_SENTENCE)
    assert not board.database.is_sqlite or not Path(str(make_url(place).database)).exists()


def test_a_database_of_a_newer_version_is_met_by_a_sentence(board: BoardAtWork) -> None:
    stands_at(board, "9999")
    told = vetting("db", "upgrade", env=env_of(address_of(board)))
    one_clear_line(told, "Databasen är gjord av en nyare version av programmet.")


def test_this_version_has_its_filled_database() -> None:
    assert __version__ in VERSIONS


def test_every_table_can_be_filled_for_the_next_version(board: BoardAtWork) -> None:
    """What `make filled` does, which is run once a version."""
    live(board)
    for work in (erase_one, fill_the_rest):
        run_in_transaction(board.database, work)
    with open_reading(board.database) as session:
        empty = [
            table.name
            for table in metadata.sorted_tables
            if table.name not in OF_THE_TRAIL and not session.scalar(select(func.count()).select_from(table))
        ]
    assert empty == []


def test_no_step_has_the_number_of_one_of_before() -> None:
    assert not schema.knows_step("0036")
    assert schema.newest_step() not in schema.OLDER
    assert {"0001", "0036"} <= schema.OLDER


def test_no_step_writes_rows_that_the_trail_does_not_know() -> None:
    """Every row is in the trail but for technical ones: a step changes tables, and what is to be read is read as it is.

    The step to the table of records is told in an entry of its own: `test_a_filled_database_...` verifies the trail.
    """
    folder = Path(schema.__file__).parent / "migrations" / "versions"
    writing = {path.name for path in folder.glob("*.py") if "INSERT INTO" in path.read_text("utf-8").upper()}
    assert writing == {"0109_role_days.py", "0168_records_are_kept_by_the_acts.py"}  # the first: visits


NEW_KINDS = {
    RecordKind.CORRECTION,
    RecordKind.DECISION_SENT,
    RecordKind.HEARING,
    RecordKind.EXPERT_ASKED,
    RecordKind.EXPERT_ANSWER,
    RecordKind.DISPUTE,
    RecordKind.WITHDRAWAL,
    RecordKind.GROUP,  # of a closed case whose notes are not adjusted
}
"""Of what came before the step nobody has them."""
NOT_IN_THE_YEAR = {
    RecordKind.COMPLETION,
    RecordKind.ENDING_TOLD,
    RecordKind.ENDING_REPLY,
    RecordKind.NOTE,
}


def as_kept(session: Session) -> set[tuple[object, ...]]:
    """What each record says, but for when it became one and the plan of that day.

    A report's day is that of the decision where that is entered later; the step knew the day it was entered only.
    """
    return {
        (
            row.case_id,
            row.kind,
            row.key,
            row.status,
            row.on if row.kind != RecordKind.REPORT else None,
            row.party,
            row.way,
            str(row.said),
        )
        for row in session.scalars(select(Record))
        if row.kind not in NEW_KINDS
    }


def test_records_filled_by_the_step_say_what_the_acts_wrote(demonstration: FilledOnce, tmp_path: Path) -> None:
    with closing(connect_database(f"sqlite:///{demonstration.copy(tmp_path)}")) as database:
        with open_reading(database) as session:
            written = as_kept(session)
            kinds = set(session.scalars(select(Record.kind).distinct()))
        schema.downgrade(database, "0167")
        schema.upgrade(database)
        with open_reading(database) as session:
            assert as_kept(session) == written
    assert kinds >= set(RecordKind) - NOT_IN_THE_YEAR - NEW_KINDS


def test_keys_of_names_are_made_anew_by_the_step(demonstration: FilledOnce, tmp_path: Path) -> None:
    """Also that of an association without a number that has another name than it came with."""
    with closing(connect_database(f"sqlite:///{demonstration.copy(tmp_path)}")) as database:
        with database.engine.begin() as connection:
            first = connection.execute(select(Association.id).where(Association.number.is_(None)).limit(1)).scalar_one()
            connection.execute(update(Association).where(Association.id == first).values(name="Något annat"))
        keys = [select(model.id, model.name_key).order_by(model.id) for model in (Association, AssociationName)]
        with open_reading(database) as session:
            before = [session.execute(one).all() for one in keys]
        schema.downgrade(database, "0170")
        with database.engine.begin() as connection:
            older = connection.exec_driver_sql("SELECT folded FROM associations").scalars().all()
        schema.upgrade(database)
        with open_reading(database) as session:
            assert [session.execute(one).all() for one in keys] == before
    assert not any(letter in key for key in older for letter in "åäö")
