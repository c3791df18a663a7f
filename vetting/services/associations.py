"""Finding the association that somebody writes, or adding it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from vetting.domain.association import folded, masked
from vetting.store.associations import CURRENT, TO_CONFIRM, Association, AssociationName, by_number, named
from vetting.store.imports import DONE, ImportBatch

if TYPE_CHECKING:
    from datetime import datetime

    from vetting.store.session import WritingSession


def find_or_add(session: WritingSession, name: str, number: str, *, source: str, at: datetime) -> Association | None:
    """The association with a number, else the one known by that name from the same source; None for nobody.

    A number with a name unlike those known keeps the name as one to be confirmed: never a second association.
    """
    name = " ".join(masked(name).split())
    if not name and not number:
        return None
    known = by_number(session, number) if number else named(session, name, source=source, municipality="")
    if known is not None:
        _stands_by_itself(session, known, source)
        if number:
            _keep_name(session, known, name, source)
        return known
    added = Association(
        number=number or None, name=name or number, folded=folded(name or number), source=source, created_at=at
    )
    session.add(added)
    session.flush()
    session.add(
        AssociationName(association_id=added.id, name=added.name, folded=added.folded, kind=CURRENT, source=source)
    )
    return added


def _stands_by_itself(session: WritingSession, found: Association | AssociationName, source: str) -> None:
    """What came by an import that was taken back, or by another board's, is there again because somebody names it."""
    batch = session.get(ImportBatch, found.batch_id) if found.batch_id is not None else None
    if batch is not None and (batch.state != DONE or source != f"board {batch.board_id}"):
        found.batch_id = None


def _keep_name(session: WritingSession, association: Association, name: str, source: str) -> None:
    key = folded(name)
    if not key:
        return
    known = session.scalar(
        select(AssociationName)
        .where(AssociationName.association_id == association.id, AssociationName.folded == key)
        .order_by(AssociationName.id)
        .limit(1)
    )
    if known is not None:
        _stands_by_itself(session, known, source)
        return
    session.add(AssociationName(association_id=association.id, name=name, folded=key, kind=TO_CONFIRM, source=source))
