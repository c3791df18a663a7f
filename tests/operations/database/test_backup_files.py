"""Copies on a timer: sealed for a key that lies elsewhere, opened by it alone, and kept as many as the plan says."""

from __future__ import annotations

import stat
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import NOW
from tests.operations.cli.test_commands import one_clear_line, vetting
from vetting.kernel.backup_plans import BackupPlan, BackupRetention
from vetting.kernel.problem import UnreadableError
from vetting.kernel.store.engine import connect_database
from vetting.operations.database import backup_files, backups, schema
from vetting.operations.database.backup_files import StoredBackup, copies_to_remove
from vetting.operations.jobs.recurring_work import do_due
from vetting.operations.jobs.surroundings import ExternalTargets

pytestmark = pytest.mark.long

PLAN = BackupRetention(7, 5, 12)


@pytest.fixture
def address(tmp_path: Path) -> str:
    found = f"sqlite:///{tmp_path / 'a.db'}"
    schema.open_database(found).close()
    return found


def copies(*moments: datetime) -> list[StoredBackup]:
    return [StoredBackup(Path(backup_files.file_name(at, sealed=True)), at) for at in moments]


def days_left(first: date, number: int, kept: BackupRetention) -> list[date]:
    """What lies there when one copy is taken each day and those that are kept no longer go each time."""
    there: list[StoredBackup] = []
    for place in range(number):
        there += copies(datetime(first.year, first.month, first.day, 1, tzinfo=UTC) + timedelta(days=place))
        gone = {copy.file for copy in copies_to_remove(there, kept)}
        there = [copy for copy in there if copy.file not in gone]
    return [copy.at.date() for copy in there]


def test_a_year_and_a_half_leaves_days_weeks_and_months() -> None:
    left = days_left(date(2025, 1, 1), 550, PLAN)
    last = date(2025, 1, 1) + timedelta(days=549)
    assert left[-7:] == [last - timedelta(days=back) for back in range(6, -1, -1)]
    assert len({(day.year, day.month) for day in left}) == 12
    assert 12 + 6 < len(left) <= 7 + 5 + 12
    assert max(last - day for day in left) < timedelta(days=366)


@given(
    moments=st.lists(st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1)), max_size=40, unique=True),
    kept=st.builds(BackupRetention, *(st.integers(0, 9) for _ in BackupRetention._fields)),
)
def test_the_newest_always_stays_and_no_more_than_the_plan_says(moments: list[datetime], kept: BackupRetention) -> None:
    there = copies(*(at.replace(tzinfo=UTC) for at in moments))
    gone = copies_to_remove(there, kept)
    stays = [copy for copy in there if copy not in gone]
    assert len(stays) <= max(sum(kept), 1)
    if there:
        assert max(there, key=lambda copy: copy.at) in stays


@pytest.mark.guards("a stolen copy")
def test_a_sealed_copy_opens_with_its_key_alone(address: str, tmp_path: Path) -> None:
    key, other, file = tmp_path / "nyckel.txt", tmp_path / "annan.txt", tmp_path / "a.backup.age"
    made = vetting("backup-key", key)
    assert made.returncode == 0
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    name, _unused, receiver = made.stdout.strip().partition("=")
    assert name == "VETTING_BACKUP_KEY"
    assert key.read_text().splitlines()[0] == f"# public key: {receiver}"
    one_clear_line(vetting("backup-key", key), "Filen finns redan")
    env = {"VETTING_DATABASE_URL": address, "VETTING_BACKUP_KEY": receiver}
    assert vetting("backup", file, env=env).returncode == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_bytes().startswith(b"age-encryption.org/v1")
    assert b"SQLite format 3" not in file.read_bytes()
    vetting("backup-key", other)
    place = tmp_path / "plats" / "b.db"
    place.parent.mkdir()
    there = {"VETTING_DATABASE_URL": f"sqlite:///{place}"}
    one_clear_line(vetting("restore", file, env=there), "Kopian är krypterad")
    one_clear_line(vetting("restore", file, "--key", other, env=there), "Nyckeln öppnar inte kopian")
    one_clear_line(vetting("restore", file, "--key", file, env=there), "ingen nyckel")
    one_clear_line(vetting("restore", file, "--key", tmp_path / "saknas", env=there), "ingen nyckel")
    assert list(place.parent.iterdir()) == []  # nothing plain is left lying
    back = vetting("restore", file, "--key", key, env=there)
    assert (back.returncode, back.stderr) == (0, "")
    assert [path.name for path in place.parent.iterdir()] == ["b.db"]


@pytest.mark.guards("a stolen copy")
def test_a_flipped_byte_of_a_sealed_copy_is_found(address: str, tmp_path: Path) -> None:
    identity = pyrage.x25519.Identity.generate()
    key, file = tmp_path / "nyckel.txt", tmp_path / "a.age"
    key.write_text(f"{identity}\n")
    with closing(connect_database(address)) as database:
        backups.back_up(database, file, (str(identity.to_public()),))
    whole = file.read_bytes()
    for place in range(len(whole) // 40, len(whole), len(whole) // 40):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(UnreadableError):
            backups.restore(f"sqlite:///{tmp_path / 'b.db'}", file, key)
        assert not (tmp_path / "b.db").exists()
    assert not list(tmp_path.glob(".*"))


def test_the_clock_takes_a_copy_a_day_and_old_ones_make_room(address: str, tmp_path: Path) -> None:
    folder = tmp_path / "kopior"
    folder.mkdir()
    own = folder / "mina anteckningar.backup"
    own.write_text("x")
    beside = ExternalTargets(backups=BackupPlan(folder, (), BackupRetention(2, 0, 0)))
    with closing(connect_database(address)) as database:
        for day in range(4):
            while do_due(database, at=NOW + timedelta(days=day), beside=beside):
                pass
    names = [copy.file.name for copy in backup_files.copies_in(folder)]
    assert names == [backup_files.file_name(NOW + timedelta(days=day), sealed=False) for day in (3, 2)]
    assert own.exists()  # what is none of ours is left alone


def test_a_folder_for_copies_makes_a_name_needless(address: str, tmp_path: Path) -> None:
    folder = tmp_path / "kopior"
    folder.mkdir()
    env = {"VETTING_DATABASE_URL": address, "VETTING_BACKUP_FOLDER": str(folder)}
    assert vetting("backup", env=env).returncode == 0
    assert len(backup_files.copies_in(folder)) == 1
    one_clear_line(
        vetting("backup", env={"VETTING_DATABASE_URL": address}), "Det är inte angivet var kopian ska sparas"
    )


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("VETTING_BACKUP_KEY", "age1inget", "ingen nyckel som kopior krypteras för"),
        ("VETTING_BACKUP_KEY", "AGE-SECRET-KEY-1", "ingen nyckel som kopior krypteras för"),
        ("VETTING_BACKUP_FOLDER", "/finns/inte", "finns inte"),
    ],
)
def test_a_setting_that_is_none_is_told(address: str, tmp_path: Path, name: str, value: str, said: str) -> None:
    env = {"VETTING_DATABASE_URL": address, "VETTING_BACKUP_FOLDER": str(tmp_path), name: value}
    one_clear_line(vetting("backup", env=env), said)
