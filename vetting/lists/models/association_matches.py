"""Which association each row of a staged file is, found by the database for all rows at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, and_, case, exists, func, literal, or_, select, text, update

from vetting.associations.models.associations import WRONG, Association, AssociationName, is_of_name, is_of_number
from vetting.casework.models.cases import Case
from vetting.grants.models.rounds import id_of_scheme
from vetting.kernel.store.import_batches import is_batch_not_undone
from vetting.kernel.store.session import BESIDE
from vetting.lists.models.staged_files import GOOD, StagedFile, StagedRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Row

    from vetting.kernel.store.session import Session


MARK = case(
    (StagedRow.number.is_not(None), StagedRow.number),
    else_=StagedRow.source + literal("\x1f") + StagedRow.municipality + literal("\x1f") + StagedRow.name_key,
)
"""The same for rows of one association: its number, or where it is from and its name."""
_SAME_NUMBER = is_of_number(StagedRow.number)
_SAME_NAME = is_of_name(StagedRow.number, StagedRow.source, StagedRow.municipality, StagedRow.name_key)
SAME_ASSOCIATION = (_SAME_NUMBER, _SAME_NAME)
"""Conditions that join a row to its association, used one after the other: both at once read the whole table."""


def named_rows(key: int) -> ColumnElement[bool]:
    """Rows that go in and are somebody: not a private person's."""
    somebody = or_(StagedRow.number.is_not(None), StagedRow.name_key != "")
    return and_(StagedRow.staged_id == key, StagedRow.state == GOOD, ~StagedRow.private, somebody)


def refresh_statistics(session: Session) -> None:
    """Tells PostgreSQL how many rows lie ready and are known: it would plan for the few there were before."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ANALYZE staged_rows, associations, association_names"), execution_options=BESIDE)


def link_associations(session: Session, within: ColumnElement[bool]) -> None:
    """Rows whose association is there get its id."""
    for same in SAME_ASSOCIATION:
        holds = func.coalesce(Association.merged_into_id, Association.id)
        found = select(func.min(holds)).where(same).scalar_subquery()
        there = exists(select(Association.id).where(same))
        session.execute(
            update(StagedRow).where(within, StagedRow.association_id.is_(None), there).values(association_id=found),
            execution_options=BESIDE,
        )


def unknown_firsts(within: ColumnElement[bool]) -> Select[int]:
    """Of the rows with an association that is not there, the first of each: it is made from that one."""
    return select(func.min(StagedRow.id)).where(within, StagedRow.association_id.is_(None)).group_by(MARK)


def _is_known_association() -> ColumnElement[bool]:
    return or_(exists(select(Association.id).where(_SAME_NUMBER)), exists(select(Association.id).where(_SAME_NAME)))


def new_among(session: Session, key: int, rows: Sequence[int]) -> set[int]:
    """Of some rows, those whose association is not there."""
    wanted = select(StagedRow.id).where(named_rows(key), StagedRow.id.in_(rows), ~_is_known_association())
    return set(session.scalars(wanted))


def count_associations(session: Session, key: int) -> dict[str, Any]:
    """How many associations are new, known, and called something that has not been seen with them."""
    rows = named_rows(key)
    linked = [
        select(Association.id, Association.batch_id, StagedRow.name_key).join(StagedRow, same).where(rows)
        for same in SAME_ASSOCIATION
    ]
    found = linked[0].union_all(linked[1]).subquery()
    known = session.scalar(select(func.count(found.c.id.distinct()))) or 0
    back = session.scalar(select(func.count(found.c.id.distinct())).where(~is_batch_not_undone(found.c.batch_id))) or 0
    seen = exists(
        select(AssociationName.id).where(
            AssociationName.association_id == found.c.id, AssociationName.name_key == found.c.name_key
        )
    )
    others = select(func.count()).select_from(found).where(found.c.name_key != "", ~seen)
    fresh = session.scalar(select(func.count(MARK.distinct())).where(rows, ~_is_known_association())) or 0
    return {
        "new_associations": fresh + back,
        "known_associations": known - back,
        "other_names": session.scalar(others) or 0,
        "other_numbers": _other_numbers(session, rows),
    }


def in_the_round_already(session: Session, staged: StagedFile, most: int) -> Sequence[Row[str, int, str]]:
    """Sheet, row and case: rows of associations that have an application in the round they are to go into."""
    holds = func.coalesce(Association.merged_into_id, Association.id)
    of_round = and_(
        Case.board_id == staged.board_id, Case.round_id == staged.round_id, is_batch_not_undone(Case.batch_id)
    )
    if staged.scheme_id is not None:
        of_round = and_(of_round, id_of_scheme(Case.scheme_id, Case.round_id) == staged.scheme_id)
    by_number, by_name = (
        select(StagedRow.id, StagedRow.sheet, StagedRow.row, func.min(Case.number).label("other"))
        .join(Association, same)
        .join(Case, and_(Case.association_id == holds, of_round))
        .where(named_rows(staged.id))
        .group_by(StagedRow.id, StagedRow.sheet, StagedRow.row)
        for same in SAME_ASSOCIATION
    )
    found = by_number.union_all(by_name).subquery()
    told = select(found.c.sheet, found.c.row, found.c.other).order_by(found.c.id)
    return session.execute(told.limit(most)).all()


def _other_numbers(session: Session, rows: ColumnElement[bool]) -> int:
    """Rows with a number not seen before and a name that an association with another number has."""
    namesake = exists(
        select(AssociationName.id)
        .join(Association, Association.id == AssociationName.association_id)
        .where(
            AssociationName.name_key == StagedRow.name_key,
            AssociationName.kind != WRONG,
            is_batch_not_undone(AssociationName.batch_id),
            Association.number != StagedRow.number,
        )
    )
    unknown = ~exists(select(Association.id).where(_SAME_NUMBER))
    wanted = select(func.count()).select_from(StagedRow)
    return (
        session.scalar(wanted.where(rows, StagedRow.number.is_not(None), StagedRow.name_key != "", unknown, namesake))
        or 0
    )


def name_unseen() -> ColumnElement[bool]:
    """That the row's name has not been seen with its association, nor with a record merged into it."""
    merged = (Association.merged_into_id == StagedRow.association_id) & is_batch_not_undone(AssociationName.batch_id)
    return ~exists(
        select(AssociationName.id)
        .join(Association, Association.id == AssociationName.association_id)
        .where(
            AssociationName.name_key == StagedRow.name_key,
            or_(AssociationName.association_id == StagedRow.association_id, merged),
        )
    )
