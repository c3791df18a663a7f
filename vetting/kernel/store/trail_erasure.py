"""Erasing what lies apart of entries of the trail: itself an entry, and nothing that pins a row goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import update

from vetting.kernel.store.session import BESIDE
from vetting.kernel.store.trail import Erasure, TrailPart
from vetting.kernel.store.trail_content import APART
from vetting.kernel.store.trail_verification import entry_contents, unerased_rows

if TYPE_CHECKING:
    from collections.abc import Collection

    from vetting.kernel.store.session import WritingSession


class ChangedError(Exception):
    """Entries whose content is not what it was: erasing would hide it."""

    def __init__(self, ids: list[int]) -> None:
        super().__init__(ids)
        self.ids = ids


class StillStoredError(Exception):
    """Rows that still say what would be erased: nobody could tell any more whether they are changed."""

    def __init__(self, rows: list[str]) -> None:
        super().__init__(rows)
        self.rows = rows


@dataclass(frozen=True, slots=True)
class ErasureOrder:
    """Entries by id, the kinds of content that go, the decision or rule that it rests on, and who answers for it."""

    entries: frozenset[int]
    kinds: tuple[str, ...] = APART
    basis: str = ""
    named: tuple[str, ...] = ()


def erase_content(session: WritingSession, wanted: ErasureOrder) -> Collection[int]:
    """Erases what is there of these kinds and tells of it. The entries that lost something; none, and nothing is told.

    Nothing is erased when it raises:

    Raises:
        ChangedError: the content of one of them has been changed past the program.
        StillStoredError: a row still says what would go.
    """
    found = list(entry_contents(session, wanted.entries))
    changed = [whole.entry.id for whole in found if not whole.is_as_it_was()]
    if changed:
        raise ChangedError(changed)
    going = [
        (whole, kind) for whole in found for kind in whole.apart if kind in wanted.kinds and kind not in whole.erased
    ]
    if not going:
        return ()
    by_entry: dict[int, set[str]] = {}
    for whole, kind in going:
        by_entry.setdefault(whole.entry.id, set()).add(kind)
    before = {(row.table, row.id): row.values.keys() for row in unerased_rows(session, {})}
    kept = [
        row for row in unerased_rows(session, by_entry) if row.values.keys() - before.get((row.table, row.id), set())
    ]
    if kept:
        raise StillStoredError([f"{row.table} {row.id}: {', '.join(row.values)}" for row in kept])
    session.add_all(
        Erasure(entry_id=whole.entry.id, kind=kind, kept=whole.combined, basis=wanted.basis, at=session.now)
        for whole, kind in going
    )
    session.flush()
    for whole, kind in going:
        empty = update(TrailPart).where(TrailPart.entry_id == whole.entry.id, TrailPart.kind == kind)
        session.execute(empty.values(salt=None, body=None).execution_options(**BESIDE))
    ids = sorted({whole.entry.id for whole, _ in going})
    session.expunge_all()
    detail = {
        "entries": ids,
        "kinds": sorted({kind for _, kind in going}),
        "basis": wanted.basis,
        "named": list(wanted.named),
    }
    session.note("content_erased", detail=detail)
    return ids
