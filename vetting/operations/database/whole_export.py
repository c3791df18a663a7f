"""Everything that is kept, in files that need no program: a table is a CSV file, what was handed in a file of its own.

For a municipality that leaves, or moves to another system. What lets somebody sign in (passwords as digests, secrets of
apps) is of no use elsewhere and is left out, as is nothing else: sealed and personal columns are there.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import select

from vetting.formats.outgoing_lists import as_text_cell
from vetting.kernel.store.base import PRIVACY, as_kept
from vetting.kernel.store.own_files import make_own
from vetting.operations.database.tables import metadata

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Column, Row, Table

    from vetting.kernel.store.session import Session

COLUMNS: Final = "columns.csv"
FILES: Final = "files"
CONTENT: Final = "content"
"""The column that holds a whole file."""
SIGNS_IN: Final = frozenset(
    {
        "users.password_hash",
        "invitations.digest",
        "kept_texts.token",
        "recovery_codes.digest",
        "second_factors.secret",
        "sign_ins.token",
        "systems.digest",
        "sign_ins.id_token",
    }
)
LEFT_OUT: Final = "(left out)"
"""What stands in a cell whose value lets somebody sign in."""
PIECE: Final = 500
LONGEST_NAME: Final = 80
OWN_FOLDER: Final = 0o700


class WholeExport(NamedTuple):
    """What was written: how many tables, rows and files."""

    tables: int
    rows: int
    files: int


def write_everything(session: Session, folder: Path) -> WholeExport:
    """Writes all of it into a folder that is not there yet; while it is written it bears another name.

    Raises:
        FileExistsError: the folder is there.
        OSError: it cannot be written; then nothing is left.
    """
    if folder.exists():
        raise FileExistsError(folder)
    unfinished = folder.with_name(folder.name + ".part")
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        (unfinished / FILES).mkdir(parents=True, mode=OWN_FOLDER)
        unfinished.chmod(OWN_FOLDER)
        names = _names_of_documents(session)
        written = [_write_table(session, table, unfinished, names) for table in metadata.sorted_tables]
        _write_columns(unfinished)
        unfinished.rename(folder)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return WholeExport(len(written), sum(rows for rows, _files in written), sum(files for _rows, files in written))


def _write_table(session: Session, table: Table, folder: Path, names: dict[int, str]) -> tuple[int, int]:
    rows = files = 0
    columns = list(table.columns)
    with _new(folder / f"{table.name}.csv") as file:
        out = csv.writer(file)
        out.writerow([column.name for column in columns])
        order = list(table.primary_key.columns)
        for row in session.execute(select(*map(as_kept, columns)).order_by(*order).execution_options(yield_per=PIECE)):
            cells = []
            for column, value in zip(columns, row, strict=True):
                if column.name == CONTENT and isinstance(value, bytes):
                    cells.append(_write_file(folder, table, row, value, names))
                    files += 1
                else:
                    cells.append(_cell(column, value))
            out.writerow(cells)
            rows += 1
    return rows, files


def _write_file(folder: Path, table: Table, row: Row[Any], content: bytes, names: dict[int, str]) -> str:
    key = "-".join(str(row._mapping[one.name]) for one in table.primary_key.columns)  # noqa: SLF001 - SQLAlchemy's public name
    named = f"-{names[int(key)]}" if table.name == "document_contents" and int(key) in names else ""
    path = folder / FILES / f"{table.name}-{key}{named}"
    make_own(path).write_bytes(content)
    return f"{FILES}/{path.name}"


def _names_of_documents(session: Session) -> dict[int, str]:
    """Each document's own name, as a file may be called."""
    documents = metadata.tables["documents"]
    found = session.execute(select(documents.c.id, documents.c.name))
    return {key: re.sub(r"[^\w. -]", "_", name).strip(". ")[-LONGEST_NAME:] or "document" for key, name in found}


def _cell(column: Column[Any], value: object) -> str:
    if value is None:
        return ""
    if str(column) in SIGNS_IN:
        return LEFT_OUT
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, str):
        return as_text_cell(value)
    return value.hex() if isinstance(value, bytes) else str(value)


def _write_columns(folder: Path) -> None:
    """What each column is: its kind, whether it is of the key, what it points at, how private it is."""
    with _new(folder / COLUMNS) as file:
        out = csv.writer(file)
        out.writerow(["table", "column", "kind", "key", "points at", "privacy"])
        for table in metadata.sorted_tables:
            for column in table.columns:
                points = " ".join(str(key.column) for key in column.foreign_keys)
                kind = type(column.type).__name__.lower()
                key = "yes" if column.primary_key else ""
                out.writerow([table.name, column.name, kind, key, points, column.info[PRIVACY].value])


def _new(path: Path) -> Any:  # noqa: ANN401 - a text file
    return make_own(path).open("w", encoding="utf-8", newline="")
