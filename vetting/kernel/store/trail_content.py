"""The content of an entry in two parts: what pins rows and is never erased, and what lies apart and may be.

Public columns stand in the open part. Personal and sealed ones, and the words of the entry, lie apart, each kind by
itself; the open part says only which columns those are, so that an erasure excuses these and nothing else.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

from vetting.kernel.privacy import Privacy
from vetting.kernel.store.base import PRIVACY, Base

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vetting.kernel.store.base import Plain
    from vetting.kernel.store.trail_bulk_rows import BulkDigest

OPEN: Final = Privacy.PUBLIC.value
"""The part that is never erased."""
APART: Final = (Privacy.PERSONAL.value, Privacy.SEALED.value)
"""The kinds that lie apart."""
WITH_VALUES: Final = ("after", "before")


_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def canonical_text(data: object) -> str:
    """One text for the same data, whoever writes it."""
    return _ENCODER.encode(data)


def digest_of_part(salt: bytes, body: str) -> str:
    """The digest of one part."""
    return hashlib.sha256(salt + body.encode()).hexdigest()


def combine_digests(public: str, apart: Mapping[str, str]) -> str:
    """One digest of an entry's parts: of the open part's digest and of each other by its kind."""
    return hashlib.sha256(canonical_text([public, dict(apart)]).encode()).hexdigest()


def kind_of(table: str, column: str) -> str:
    """How private a column of a table is; what nobody knows any more is taken for personal."""
    known = Base.metadata.tables.get(table)
    found = known.c.get(column) if known is not None else None
    privacy: Privacy = Privacy.PERSONAL if found is None else found.info[PRIVACY]
    return privacy.value


def split_entry(changes: Sequence[Mapping[str, Any]], detail: Plain, bulk: Iterable[BulkDigest]) -> dict[str, Plain]:
    """Kind -> what it says: the open part always, the others where there is something."""
    parts: dict[str, Plain] = {kind: {} for kind in (OPEN, *APART)}
    told = []
    for place, change in enumerate(changes):
        open_change, hidden = _split_change(change)
        told.append(open_change)
        for kind, values in hidden.items():
            parts[kind].setdefault("changes", {})[str(place)] = values
    parts[OPEN]["changes"] = told
    if detail:
        parts[Privacy.PERSONAL.value]["detail"] = detail
    for moved in bulk:
        parts[moved.kind].setdefault("bulk", []).append(moved.as_data())
    return {kind: said for kind, said in parts.items() if said}


def _split_change(change: Mapping[str, Any]) -> tuple[Plain, dict[str, Plain]]:
    """A change without what lies apart but with the names of it, and kind -> what lies apart."""
    table = change["table"]
    told: Plain = {name: value for name, value in change.items() if name not in WITH_VALUES}
    hidden: dict[str, Plain] = {}
    for when in WITH_VALUES:
        if when not in change:
            continue
        told[when] = {}
        for name, value in change[when].items():
            kind = kind_of(table, name)
            if kind == OPEN:
                told[when][name] = value
            else:
                hidden.setdefault(kind, {}).setdefault(when, {})[name] = value
    if hidden:
        told["apart"] = {
            kind: sorted({name for values in said.values() for name in values}) for kind, said in hidden.items()
        }
    return told, hidden


def merge_parts(public: Plain, apart: Mapping[str, Plain]) -> Plain:
    """The content put together again, as far as the parts are there."""
    changes = []
    for place, told in enumerate(public["changes"]):
        change = {name: dict(value) if name in WITH_VALUES else value for name, value in told.items()}
        names = change.pop("apart", {})
        for kind, said in apart.items():
            for when, values in said.get("changes", {}).get(str(place), {}).items():
                change[when].update({name: value for name, value in values.items() if name in names.get(kind, ())})
        changes.append(change)
    found: Plain = {"changes": changes, "detail": {}}
    for said in (public, *apart.values()):
        if "detail" in said:
            found["detail"] = said["detail"]
        if "bulk" in said:
            found["bulk"] = [*found.get("bulk", ()), *said["bulk"]]
    return found


def erased_columns(change: Mapping[str, Any], there: Iterable[str]) -> list[str]:
    """The columns of one open change whose values are not known any more, when only these kinds are there."""
    kept = set(there)
    return [name for kind, names in change.get("apart", {}).items() if kind not in kept for name in names]
