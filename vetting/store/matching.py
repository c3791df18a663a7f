"""Which association each row of a staged file is, found by the database for all rows at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, exists, func, literal, or_, select, update

from vetting.store.associations import Association, AssociationName
from vetting.store.imports import GOOD, StagedRow, not_taken_back
from vetting.store.session import BESIDE

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session


def _named() -> ColumnElement[bool]:
    """Rows that are somebody: not a private person's."""
    return ~StagedRow.private & or_(StagedRow.number.is_not(None), StagedRow.folded != "")


def _of(key: int) -> ColumnElement[bool]:
    return and_(StagedRow.staged_id == key, StagedRow.state == GOOD)


def link(session: Session, key: int, within: ColumnElement[bool] | None = None) -> None:
    """Rows whose association is there get its id: by number, or without one by source, place and name."""
    by_number = select(Association.id).where(Association.number == StagedRow.number).scalar_subquery()
    by_name = (
        select(func.min(Association.id))
        .where(
            Association.number.is_(None), Association.source == StagedRow.source,
            Association.municipality == StagedRow.municipality, Association.folded == StagedRow.folded,
        )
        .scalar_subquery()
    )  # fmt: skip
    open_rows = _unlinked(key, within)
    for wanted, found in (
        (StagedRow.number.is_not(None), by_number),
        (StagedRow.number.is_(None), by_name),
    ):
        session.execute(
            update(StagedRow).where(open_rows, wanted).values(association_id=found),
            execution_options=BESIDE,
        )


def mark_first(session: Session, key: int, within: ColumnElement[bool] | None = None) -> None:
    """Of the rows with an association that is not there, the first of each is marked: it is made from that one."""
    session.execute(
        update(StagedRow).where(_of(key), StagedRow.fresh).values(fresh=False),
        execution_options=BESIDE,
    )
    mark = case(
        (StagedRow.number.is_not(None), StagedRow.number),
        else_=StagedRow.source + literal("\x1f") + StagedRow.municipality + literal("\x1f") + StagedRow.folded,
    )
    first = select(func.min(StagedRow.id)).where(_unlinked(key, within)).group_by(mark)
    session.execute(
        update(StagedRow).where(StagedRow.id.in_(first)).values(fresh=True),
        execution_options=BESIDE,
    )


def _unlinked(key: int, within: ColumnElement[bool] | None) -> ColumnElement[bool]:
    unlinked = and_(_of(key), _named(), StagedRow.association_id.is_(None))
    return unlinked if within is None else and_(unlinked, within)


def counts(session: Session, key: int) -> dict[str, Any]:
    """How many associations are new, and how many names have not been seen with theirs."""
    other = _of(key) & StagedRow.association_id.is_not(None) & (StagedRow.folded != "") & ~name_known(StagedRow)
    linked = select(func.count(StagedRow.association_id.distinct())).where(_of(key))
    taken_back = linked.join(Association, Association.id == StagedRow.association_id)
    back = session.scalar(taken_back.where(~not_taken_back(Association.batch_id))) or 0
    return {
        "new_associations": (session.scalar(select(func.count()).where(_of(key), StagedRow.fresh)) or 0) + back,
        "known_associations": (session.scalar(linked) or 0) - back,
        "other_names": session.scalar(select(func.count()).where(other)) or 0,
    }  # fmt: skip


def name_known(row: Any) -> ColumnElement[bool]:  # noqa: ANN401 - the table or an alias of it
    """That the row's name has been seen with its association."""
    return exists(
        select(AssociationName.id).where(
            AssociationName.association_id == row.association_id, AssociationName.folded == row.folded
        )
    )
