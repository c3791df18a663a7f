"""A register of associations into the shared register: every row accounted for, the same again changes nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from vetting.domain.association_lists import LAYOUT, find_headings, read_associations
from vetting.files.workbook_reading import read_workbook
from vetting.services.associations import CURRENT, TO_CONFIRM
from vetting.store.associations import Association, AssociationName
from vetting.store.imports import ImportBatch
from vetting.store.session import insert_many
from vetting.store.trail import Noted

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from vetting.domain.association_lists import AssociationList, ListedAssociation
    from vetting.domain.people import Person
    from vetting.store.session import WritingSession

MOST_ROWS = 50_000


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the rows: created, updated, unchanged and refused make all of them."""

    batch: int | None
    rows: int
    created: int
    updated: int
    unchanged: int
    refused: int


def read_register(data: bytes, file: str) -> AssociationList | None:
    """The rows of a register; None when the file is another kind of list.

    Raises:
        UnreadableError: the file cannot be used.
    """
    for sheet in read_workbook(data, file, most_rows=MOST_ROWS).sheets:
        found = find_headings(sheet)
        if found is not None:
            return read_associations(sheet, *found)
    return None


class _Register:
    """What is known already, for looking up many rows without a question for each."""

    def __init__(self, session: Session) -> None:
        self.by_number: dict[str, int] = {}
        self.by_name: dict[tuple[str, str, str], int] = {}
        self.names: set[tuple[int, str]] = set()
        for key, number, source, municipality, name in session.execute(
            select(Association.id, Association.number, Association.source, Association.municipality, Association.folded)
        ):
            if number:
                self.by_number[number] = key
            else:
                self.by_name[source, municipality, name] = key
        self.names.update(
            (key, name) for key, name in session.execute(select(AssociationName.association_id, AssociationName.folded))
        )

    def known(self, row: ListedAssociation) -> int | None:
        """The association of a row, if it is there."""
        if row.number:
            return self.by_number.get(row.number)
        return self.by_name.get((row.source, row.municipality, row.folded))


def take_in(
    session: WritingSession, listed: AssociationList, data: bytes, file: str, *, board_id: int, by: Person | None,
    at: datetime,
) -> Taken:  # fmt: skip
    """New associations and new names; one entry in the trail with all of them."""
    register = _Register(session)
    new: list[ListedAssociation] = []
    names: list[tuple[int, ListedAssociation]] = []
    unchanged = 0
    waiting: dict[Any, int] = {}
    later: list[tuple[int, ListedAssociation]] = []
    for row in listed.found:
        key = register.known(row)
        mark = row.number or (row.source, row.municipality, row.folded)
        if key is not None:
            if (key, row.folded) in register.names:
                unchanged += 1
            else:
                register.names.add((key, row.folded))
                names.append((key, row))
        elif mark in waiting:
            place = waiting[mark]
            if new[place].folded == row.folded or any(p == place and r.folded == row.folded for p, r in later):
                unchanged += 1
            else:
                later.append((place, row))
        else:
            waiting[mark] = len(new)
            new.append(row)
    updated = len(names) + len(later)
    counts = {"rows": listed.rows, "created": len(new), "updated": updated, "unchanged": unchanged,
              "refused": listed.refused}  # fmt: skip
    if not new and not updated:
        return Taken(None, **counts)
    batch = ImportBatch(
        board_id=board_id, file=file[:200], sha256=hashlib.sha256(data).hexdigest(), layout=LAYOUT, counts=counts,
        at=at, by_user_id=by.id if by else None,
    )  # fmt: skip
    session.add(batch)
    session.flush()
    ids = insert_many(session, Association, [_association(row, at) for row in new])
    called = [_name(key, row, CURRENT) for key, row in zip(ids, new, strict=True)]
    called += [_name(key, row, TO_CONFIRM) for key, row in names]
    called += [_name(ids[place], row, TO_CONFIRM) for place, row in later]
    insert_many(session, AssociationName, called)
    session.note(Noted(action="register_imported", by=by, at=at, subject=batch, board_id=board_id, detail=counts))
    return Taken(batch.id, **counts)


def _association(row: ListedAssociation, at: datetime) -> dict[str, Any]:
    return {
        "number": row.number or None, "name": row.name, "folded": row.folded, "form": row.form,
        "municipality": row.municipality, "seat": row.seat, "source": row.source, "created_at": at,
    }  # fmt: skip


def _name(key: int, row: ListedAssociation, kind: str) -> dict[str, Any]:
    return {
        "association_id": key, "name": row.name, "folded": row.folded, "kind": kind, "source": row.source,
        "since": None,
    }  # fmt: skip
