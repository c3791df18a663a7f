"""A backup is taken while the database is used, opened before it counts, and put back whole; bad ones are told."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from sqlalchemy import func, inspect, make_url, select

from tests.operations.cli.test_commands import one_clear_line, vetting
from tests.operations.database.filled import CLIENTS
from tests.roads.test_import_kills import life, new_file
from vetting.kernel.store.engine import connect_database
from vetting.kernel.store.session import open_reading
from vetting.operations.database import backup_files, schema
from vetting.operations.database.tables import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.board import BoardAtWork
    from tests.databases import Databases

pytestmark = pytest.mark.long


@pytest.fixture(autouse=True)
def _own_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """pg_dump and pg_restore of the test server's own version."""
    monkeypatch.setenv("PATH", f"{CLIENTS}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def filled(board: BoardAtWork) -> BoardAtWork:
    """A board with a decided grant, and a paper in it."""
    board.approve()
    return board


def address_of(board: BoardAtWork) -> str:
    return board.database.engine.url.render_as_string(hide_password=False)


def env_of(address: str) -> dict[str, str]:
    return {"VETTING_DATABASE_URL": address}


def empty_place(databases: Databases, board: BoardAtWork) -> str:
    """Where a copy can be put back: no file, or an empty database."""
    if board.database.is_sqlite:
        databases.made += 1
        return f"sqlite:///{databases.folder / f'place {databases.made}.db'}"
    return databases.postgresql(empty=True)


def counted(address: str) -> dict[str, int]:
    with closing(connect_database(address)) as opened, open_reading(opened) as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in metadata.sorted_tables
        }


def test_what_is_backed_up_is_put_back_row_by_row(filled: BoardAtWork, databases: Databases, tmp_path: Path) -> None:
    file, place = tmp_path / "kopia.backup", empty_place(databases, filled)
    done = vetting("backup", file, env=env_of(address_of(filled)))
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert "poster kontrollerade, 0 fel. Kontrollsumma: " in done.stdout
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["kopia.backup"]  # nothing beside it
    back = vetting("restore", file, env=env_of(place))
    assert (back.returncode, back.stderr) == (0, ""), back.stderr
    anchor = done.stdout.split()[-1]
    assert back.stdout.split()[-1] == anchor
    assert counted(place) == counted(address_of(filled))
    with closing(connect_database(place)) as opened:
        assert not schema.differences(opened)
        with pytest.raises(Exception, match=r"append-only|never|trail"), opened.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE trail SET action = 'x'")  # the guards came along
        if not opened.is_sqlite:  # it knows what it holds, and plans by it
            with opened.engine.connect() as connection:
                rows = connection.exec_driver_sql("SELECT reltuples FROM pg_class WHERE relname = 'trail'").scalar_one()
            assert rows == counted(place)["trail"]
    verified = vetting("audit", "verify", "--anchor", anchor, env=env_of(place))
    assert (verified.returncode, verified.stderr) == (0, "")
    databases.drop(place)


def test_a_sealed_copy_comes_back_row_by_row_with_its_key(
    filled: BoardAtWork, databases: Databases, tmp_path: Path
) -> None:
    file, key, place = tmp_path / "kopia.age", tmp_path / "nyckel.txt", empty_place(databases, filled)
    receiver = backup_files.make_key(key)
    done = vetting("backup", file, env=env_of(address_of(filled)) | {"VETTING_BACKUP_KEY": receiver})
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert backup_files.is_sealed(file)
    back = vetting("restore", file, "--key", key, env=env_of(place))
    assert (back.returncode, back.stderr) == (0, ""), back.stderr
    assert back.stdout.split()[-1] == done.stdout.split()[-1]
    assert counted(place) == counted(address_of(filled))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kopia.age", "nyckel.txt"]
    databases.drop(place)


def test_a_copy_taken_while_others_write_is_whole(filled: BoardAtWork, databases: Databases, tmp_path: Path) -> None:
    stop, made = threading.Event(), [0]

    def write_on() -> None:
        while not stop.is_set():
            filled.receive(round_id=None)
            made[0] += 1

    writing = threading.Thread(target=write_on)
    writing.start()
    try:
        told = [vetting("backup", tmp_path / f"{n}.backup", env=env_of(address_of(filled))) for n in range(3)]
    finally:
        stop.set()
        writing.join()
    assert [(done.returncode, done.stderr) for done in told] == [(0, "")] * 3
    assert made[0] > 3
    place = empty_place(databases, filled)
    assert vetting("restore", tmp_path / "2.backup", env=env_of(place)).returncode == 0
    databases.drop(place)


@pytest.mark.guards("a lost or damaged database")
def test_a_copy_after_a_kill_in_the_middle_of_writing_holds_what_was_committed(
    filled: BoardAtWork, databases: Databases, tmp_path: Path
) -> None:
    code, _ = life(filled, new_file(filled), "half moved")
    assert code == -9
    place = empty_place(databases, filled)
    assert vetting("backup", tmp_path / "a.backup", env=env_of(address_of(filled))).returncode == 0
    assert vetting("restore", tmp_path / "a.backup", env=env_of(place)).returncode == 0
    assert counted(place) == counted(address_of(filled))
    assert " 0 fel" in vetting("audit", "verify", env=env_of(place)).stdout
    databases.drop(place)


def test_a_row_changed_past_the_program_is_told_and_the_copy_is_kept(filled: BoardAtWork, tmp_path: Path) -> None:
    with filled.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE boards SET name = 'en annan'")
    done = vetting("backup", tmp_path / "a.backup", env=env_of(address_of(filled)))
    assert done.returncode == 1
    assert "Raden är ändrad utan spår: name." in done.stderr
    assert (tmp_path / "a.backup").exists()


def test_nothing_is_overwritten(filled: BoardAtWork, tmp_path: Path) -> None:
    env = env_of(address_of(filled))
    (tmp_path / "a.backup").write_text("mine", encoding="utf-8")
    one_clear_line(vetting("backup", tmp_path / "a.backup", env=env), "Filen finns redan.")
    assert (tmp_path / "a.backup").read_text(encoding="utf-8") == "mine"
    assert vetting("backup", tmp_path / "b.backup", env=env).returncode == 0
    one_clear_line(vetting("restore", tmp_path / "b.backup", env=env), "Det finns redan en databas där.")
    one_clear_line(vetting("restore", tmp_path / "c.backup", env=env), "Filen går inte att läsa.")
    one_clear_line(vetting("restore", tmp_path / "a.backup", env=env), "ingen säkerhetskopia av en sådan databas")
    one_clear_line(vetting("backup", tmp_path / "ingen mapp" / "a.backup", env=env), "Filen kan inte skrivas")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.backup", "b.backup"]


@pytest.mark.guards("a lost or damaged database")
@pytest.mark.parametrize("harm", ["cut", "flipped"])
def test_a_damaged_copy_is_told_and_leaves_the_place_empty(
    filled: BoardAtWork, databases: Databases, tmp_path: Path, harm: str
) -> None:
    file, place = tmp_path / "a.backup", empty_place(databases, filled)
    assert vetting("backup", file, env=env_of(address_of(filled))).returncode == 0
    content = file.read_bytes()
    middle = len(content) // 2
    torn = bytes(byte ^ 0x5A for byte in content[middle : middle + 6000])
    file.write_bytes(content[:middle] if harm == "cut" else content[:middle] + torn + content[middle + 6000 :])
    done = vetting("restore", file, env=env_of(place))
    one_clear_line(done, "skadad" if filled.database.is_sqlite else "pg_restore: Programmet avbröts:")
    if filled.database.is_sqlite:
        assert not Path(str(make_url(place).database)).exists()
    else:
        with closing(connect_database(place)) as opened, opened.engine.connect() as connection:
            tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
            assert connection.exec_driver_sql(tables).scalar() == 0
        databases.drop(place)


NEXT_STEP = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "9000", "{last}", None, None


def upgrade() -> None:
    op.add_column("rooms", sa.Column("painted_on", sa.Date(), nullable=True))
    op.execute("DROP TABLE IF EXISTS of_before")


def downgrade() -> None:
    op.drop_column("rooms", "painted_on")
"""


@pytest.fixture
def older(
    engine: str, databases: Databases, tmp_path_factory: pytest.TempPathFactory, monkeypatch: Any
) -> Iterator[str]:
    """A database one step behind a program that has one more than this."""
    address: str = getattr(databases, engine)()
    steps = tmp_path_factory.mktemp("steps") / "migrations"
    shutil.copytree(schema.FOLDER, steps)
    (steps / "versions" / "9000_later.py").write_text(NEXT_STEP.format(last=schema.newest_step()))
    monkeypatch.setattr(schema, "FOLDER", steps)
    yield address
    databases.drop(address)


def step_of(address: str) -> str | None:
    with closing(connect_database(address)) as opened:
        return schema.present_step(opened)


def test_an_upgrade_takes_a_copy_first_and_says_how_to_go_back(
    older: str, databases: Databases, tmp_path: Path
) -> None:
    before = step_of(older)
    with closing(connect_database(older)) as opened, opened.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE of_before (id INTEGER)")
        connection.exec_driver_sql("INSERT INTO of_before VALUES (1), (2)")
    done = vetting("db", "upgrade", "--backup", tmp_path / "före.backup", env=env_of(older))
    assert done.returncode == 0, done.stderr
    assert "Tabellen of_before tas bort med 2 rader." in done.stdout
    assert f"Uppgraderad: {before} → {schema.newest_step()}." in done.stdout
    assert "För att gå tillbaka: kör 'vetting restore' till en tom plats" in done.stdout
    place = databases.postgresql(empty=True) if "postgresql" in older else f"sqlite:///{tmp_path / 'plats.db'}"
    back = vetting("restore", tmp_path / "före.backup", env=env_of(place))
    assert (back.returncode, "Kör 'vetting db upgrade'" in back.stdout) == (0, True), back.stderr
    assert step_of(place) == before
    assert "0 fel" in vetting("audit", "verify", env=env_of(older)).stdout
    with closing(connect_database(older)) as opened:
        assert "painted_on" in {column["name"] for column in inspect(opened.engine).get_columns("rooms")}
    databases.drop(place)


def test_an_upgrade_without_a_place_for_its_copy_changes_nothing(older: str, tmp_path: Path) -> None:
    before, env = step_of(older), env_of(older)
    done = vetting("db", "upgrade", "--backup", tmp_path / "ingen mapp" / "a.backup", env=env)
    one_clear_line(done, "Filen kan inte skrivas")
    assert step_of(older) == before
    assert vetting("db", "upgrade", "--no-backup", "tom", env=env).returncode == 0
    assert step_of(older) == schema.newest_step()
    assert not list(tmp_path.iterdir())


def test_a_full_disk_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'a.db'}"
    schema.open_database(address).close()
    done = subprocess.run(
        [sys.executable, "-m", "vetting", "backup", str(tmp_path / "a.backup")],
        capture_output=True,
        text=True,
        env={**os.environ, "VETTING_DATABASE_URL": address, "VETTING_LANGUAGE": "sv"},
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)),
    )
    one_clear_line(done, "Disken")
    assert not list(tmp_path.glob("a.backup*"))


def test_what_is_no_database_is_not_backed_up(tmp_path: Path) -> None:
    env = env_of(f"sqlite:///{tmp_path / 'tom.db'}")
    one_clear_line(vetting("backup", tmp_path / "a.backup", env=env), "Det finns ingen databas där.")
    newer = tmp_path / "nyare.db"
    schema.open_database(f"sqlite:///{newer}").close()
    with closing(sqlite3.connect(newer)) as opened:
        opened.execute("UPDATE alembic_version SET version_num = '9999'")
        opened.commit()
    one_clear_line(vetting("backup", tmp_path / "a.backup", env=env_of(f"sqlite:///{newer}")), "nyare version")


def test_a_role_that_may_make_no_database_has_an_untried_copy(databases: Databases, tmp_path: Path) -> None:
    address = databases.postgresql()
    url = make_url(address)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS liten")
        connection.execute("CREATE ROLE liten LOGIN")
        connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO liten")
        connection.execute("GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO liten")
    small = url.set(username="liten").render_as_string(hide_password=False)
    done = vetting("backup", tmp_path / "a.backup", env=env_of(small))
    assert (done.returncode, done.stderr) == (1, ""), done.stderr
    assert "inte prövad: rollen får inte skapa en databas" in done.stdout
    place = databases.postgresql(empty=True)
    assert vetting("restore", tmp_path / "a.backup", env=env_of(place)).returncode == 0
    for used in (address, place):
        databases.drop(used)


def test_without_postgresqls_programs_it_is_said_which_is_missing(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = databases.postgresql()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shutil.which("pg_dump") is None
    one_clear_line(
        vetting("backup", tmp_path / "a.backup", env=env_of(address)), "pg_dump: Programmet är inte installerat här."
    )
    databases.drop(address)
