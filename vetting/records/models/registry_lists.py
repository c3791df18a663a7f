"""Records of cases in the order they became such, and the lists of them that were made for the registry."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, func, select
from sqlalchemy.orm import Mapped

from vetting.casework.domain.records import RecordClass, RecordPlace
from vetting.casework.models.cases import Case
from vetting.casework.models.records import Record
from vetting.kernel.chunking import in_chunks
from vetting.kernel.store.base import Base, personal_column, public_column

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement

    from vetting.kernel.store.session import Session


class RegistryList(Base):
    """A list that was made for the registry: what became a record of the diary in this time."""

    __tablename__ = "registry_lists"
    __table_args__ = (Index(None, "board_id", "until", "id"),)

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    since: Mapped[datetime] = public_column()
    until: Mapped[datetime] = public_column()
    """Not itself included: the next list begins there."""
    number: Mapped[int] = public_column()
    """How many records it had when it was made."""
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))


def records_of_cases(session: Session, cases: Collection[int]) -> list[tuple[RecordPlace, Record]]:
    """The records of some cases, each case's in the order that they became records."""
    found: list[tuple[RecordPlace, Record]] = []
    for some in in_chunks(sorted(cases), 500):
        for row in session.scalars(select(Record).where(Record.case_id.in_(some)).order_by(Record.case_id, Record.id)):
            last = found[-1][0] if found else None
            serial = last.serial + 1 if last and last.case_id == row.case_id else 1
            found.append((_place(row, serial), row))
    return found


def _place(row: Record, serial: int) -> RecordPlace:
    return RecordPlace(
        id=row.id,
        case_id=row.case_id,
        serial=serial,
        kind=row.kind,
        key=row.key,
        at=row.at,
        record_class=row.record_class,
    )


def _in_diary(board_id: int, seen: ColumnElement[bool], since: datetime, until: datetime) -> tuple[Any, ...]:
    """Of records: what the diary has of a time, of the cases that a condition lets through."""
    own = Record.case_id.in_(select(Case.id).where(seen))
    return (
        Record.board_id == board_id,
        Record.at >= since,
        Record.at < until,
        Record.record_class == RecordClass.DIARY,
        own,
    )


def count_records(session: Session, board_id: int, seen: ColumnElement[bool], since: datetime, until: datetime) -> int:
    """How many records the diary has of a time, of the cases that a condition lets through."""
    wanted = select(func.count(Record.id)).where(*_in_diary(board_id, seen, since, until))
    return int(session.scalar(wanted) or 0)


def records_between(
    session: Session,
    board_id: int,
    seen: ColumnElement[bool],
    since: datetime,
    until: datetime,
    *,
    most: int | None = None,
) -> list[tuple[RecordPlace, Record]]:
    """What became a record of the diary in a time, of the cases that a condition lets through, in the order it did.

    most: so many, the first first.
    """
    asked = select(Record.id, Record.case_id).where(*_in_diary(board_id, seen, since, until)).order_by(Record.id)
    wanted = {row.id: row.case_id for row in session.execute(asked.limit(most))}
    found = [one for one in records_of_cases(session, set(wanted.values())) if one[0].id in wanted]
    return sorted(found, key=lambda one: one[0].id)


def times_of_lists(session: Session, board_id: int) -> Sequence[Any]:
    """(since, until, at) of every list that was made, in the order that they were."""
    wanted = select(RegistryList.since, RegistryList.until, RegistryList.at).where(RegistryList.board_id == board_id)
    return session.execute(wanted.order_by(RegistryList.id)).all()


def registry_lists(session: Session, board_id: int, *, most: int) -> Sequence[RegistryList]:
    """The lists that were made, the newest first."""
    wanted = select(RegistryList).where(RegistryList.board_id == board_id)
    return session.scalars(wanted.order_by(RegistryList.until.desc(), RegistryList.id.desc()).limit(most)).all()
