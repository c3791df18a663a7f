"""Whoever leaves takes everything along, in files that need no program; nothing that signs anybody in."""

from __future__ import annotations

import csv
import json
import os
import re
import stat
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.operations.cli.test_commands import one_clear_line, vetting
from vetting.casework.models.documents import Document, DocumentContent
from vetting.kernel.store.engine import connect_database
from vetting.kernel.store.session import open_reading
from vetting.operations.database import whole_export
from vetting.operations.database.tables import metadata
from vetting.operations.database.whole_export import SIGNS_IN, write_everything

SECRETIVE = re.compile(r"password|secret|token|recovery|invitation")


def rows_of(file: Path) -> list[dict[str, str]]:
    csv.field_size_limit(10**9)
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def test_every_row_and_every_document_is_there_as_it_was(demonstration_copy: Path, tmp_path: Path) -> None:
    folder = tmp_path / "allt"
    with closing(connect_database(f"sqlite:///{demonstration_copy}")) as database, open_reading(database) as session:
        told = write_everything(session, folder)
        counted = {
            t.name: session.execute(select(func.count()).select_from(t)).scalar_one() for t in metadata.sorted_tables
        }
        contents = {one.id: one.content for one in session.scalars(select(DocumentContent))}
        names = {one.id: one.name for one in session.scalars(select(Document))}
        sums = {one.id: one.sha256 for one in session.scalars(select(Document))}
    assert {name: len(rows_of(folder / f"{name}.csv")) for name in counted} == counted
    assert (told.tables, told.rows) == (len(counted), sum(counted.values()))
    kept = {int(row["id"]): folder / row["content"] for row in rows_of(folder / "document_contents.csv")}
    assert len(kept) > 5
    assert {key: file.read_bytes() for key, file in kept.items()} == contents
    assert {key: sha256(file.read_bytes()).hexdigest() for key, file in kept.items()} == {
        key: sums[key] for key in kept
    }
    assert all(file.name.endswith(Path(names[key]).suffix) for key, file in kept.items())
    cases = rows_of(folder / "cases.csv")
    assert "BID-2026-0012" in {row["number"] for row in cases}
    assert all(json.loads(row["results"]) for row in rows_of(folder / "screenings.csv"))
    columns = {(row["table"], row["column"]) for row in rows_of(folder / whole_export.COLUMNS)}
    assert columns == {(table.name, column.name) for table in metadata.sorted_tables for column in table.columns}


def test_nothing_signs_anybody_in_and_only_the_owner_reads_it(demonstration_copy: Path, tmp_path: Path) -> None:
    folder = tmp_path / "allt"
    with closing(connect_database(f"sqlite:///{demonstration_copy}")) as database, open_reading(database) as session:
        write_everything(session, folder)
    assert {row["password_hash"] for row in rows_of(folder / "users.csv")} == {whole_export.LEFT_OUT}
    assert not any(b"$argon2" in path.read_bytes() for path in folder.glob("*.csv"))
    if os.name == "posix":
        assert {stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*") if path.is_file()} == {0o600}
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_no_column_that_signs_somebody_in_is_forgotten() -> None:
    """A new one stands out by its name; the digests of four tables are of links, codes and tokens."""
    every = {str(column) for table in metadata.sorted_tables for column in table.columns}
    assert every >= SIGNS_IN
    named = {one for one in every if SECRETIVE.search(one.partition(".")[2])}
    named |= {one for one in every if re.search(r"(token|invitation|recovery|systems)\w*\.digest", one)}
    assert named == SIGNS_IN


def test_what_cannot_be_written_leaves_nothing(
    demonstration_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(whole_export, "_write_columns", full)
    with (
        closing(connect_database(f"sqlite:///{demonstration_copy}")) as database,
        open_reading(database) as session,
        pytest.raises(OSError, match="No space"),
    ):
        write_everything(session, tmp_path / "allt")
    assert list(tmp_path.glob("allt*")) == []


def test_the_command_says_what_it_wrote_and_writes_nothing_over(demonstration_copy: Path, tmp_path: Path) -> None:
    env = {"VETTING_DATABASE_URL": f"sqlite:///{demonstration_copy}"}
    done = vetting("export-all", str(tmp_path / "allt"), env=env)
    assert re.match(r"[0-9]+ tabeller med [0-9]+ rader och [0-9]+ filer i ", done.stdout), done.stderr
    one_clear_line(vetting("export-all", str(tmp_path / "allt"), env=env), "Mappen finns redan.")
    (tmp_path / "fil").write_text("x")
    one_clear_line(vetting("export-all", str(tmp_path / "fil" / "allt"), env=env), "Mappen går inte att skriva i")
