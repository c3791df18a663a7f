"""Looks through the whole trail: the chains, the content of each entry, and every row against what the trail says."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import select

from vetting.kernel.privacy import PINNED, Privacy
from vetting.kernel.problem import Problem
from vetting.kernel.store.base import PRIVACY, UNTOLD, Base, as_kept, table_of
from vetting.kernel.store.database_guards import look_at_guards
from vetting.kernel.store.trail import (
    HASHED_COLUMNS,
    SHARED,
    START,
    TECHNICAL,
    Erasure,
    TrailContent,
    TrailEntry,
    TrailHead,
    TrailPart,
    hash_of_values,
    json_value,
    trail_value,
)
from vetting.kernel.store.trail_bulk_rows import BulkDigest, BulkReplay
from vetting.kernel.store.trail_checkpoints import CheckpointedHeads
from vetting.kernel.store.trail_content import (
    combine_digests,
    digest_of_part,
    erased_columns,
    merge_parts,
)
from vetting.kernel.text import Words, _, same_in_both

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from sqlalchemy import Column, Table

    from vetting.kernel.store.base import Plain
    from vetting.kernel.store.session import Session
    from vetting.kernel.store.trail_anchors import AnchorLine

AT_A_TIME: Final = 2_000
_ENTRIES, CONTENT, PART = table_of(TrailEntry), table_of(TrailContent), table_of(TrailPart).c
ENTRY: Final = [_ENTRIES.c[name] for name in (*HASHED_COLUMNS, "hash", "format", "chain", "place")]
AT: Final = HASHED_COLUMNS.index("at")
ONLY_WORDS: Final = '{"detail":'
"""How a part begins that speaks of no row: what else it may say stands before, by its letter."""
EMPTY: Final[tuple[object, ...]] = (None, "", b"", [], {})
"""What a row says in a column where it says nothing."""
Key = tuple[str, int]
"""A table and the id of a row."""


@dataclass(slots=True)
class TrailVerification:
    """How a look through the whole trail came out."""

    entries: int = 0
    untied: int = 0
    """How many of them are newer than the last tie: no checksum of the shared chain covers them."""
    heads: dict[int, tuple[int, str]] = field(default_factory=dict)
    """Chain -> the place and the hash of its last entry."""
    problems: list[Problem] = field(default_factory=list)

    @property
    def head(self) -> str:
        """The hash of the last entry of the shared chain, which the others are tied to."""
        return self.heads.get(SHARED, (0, START))[1]

    def tell(self, where: str, what: Words) -> None:
        """Notes one thing that does not agree."""
        remedy = _("Jämför med den senaste säkerhetskopian och anmäl det till den som ansvarar för systemet.")
        self.problems.append(Problem(where, what, remedy))


class EmptiedPart(NamedTuple):
    """A part of an entry as an erasure leaves it."""

    digest: str
    salt: None = None
    body: None = None


class EntryContent:
    """One entry with its content as it lies in the database; what is asked often is worked out once."""

    __slots__ = ("apart", "combined", "entry", "erased")

    def __init__(self, entry: Any, apart: dict[str, Any]) -> None:  # noqa: ANN401 - rows of columns
        self.entry = entry
        """The columns of a `TrailEntry`, with `salt` and `body` of its `TrailContent`, None where it has none."""
        self.apart = apart
        """Kind -> the columns of its `TrailPart`."""
        self.erased = [kind for kind, part in apart.items() if part.salt is None or part.body is None]
        """The kinds that are empty."""
        digests = {kind: part.digest for kind, part in apart.items()}
        whole = entry.salt is not None and entry.body is not None
        self.combined = combine_digests(digest_of_part(entry.salt, entry.body), digests) if whole else ""
        """The digest of all the parts: of those that are empty the one that was kept; "" without the open part."""

    def hash(self) -> str:
        entry = self.entry
        values = list(entry[: len(HASHED_COLUMNS)])
        values[AT] = json_value(values[AT])
        return hash_of_values(entry.format, values, (entry.chain, entry.place))

    def is_as_it_was(self) -> bool:
        """Whether what is there of the content agrees with the entry."""
        whole = all(map(_is_whole_or_gone, self.apart.values()))
        return bool(self.combined) and whole and bool(self.combined == self.entry.digest)

    def said(self) -> tuple[Plain, Plain]:
        """What the entry says of rows, in its open part and in all, as far as it is there; its words are of none."""
        public: Plain = json.loads(self.entry.body) if self.entry.body else {"changes": []}
        parts = {
            kind: json.loads(part.body)
            for kind, part in self.apart.items()
            if part.salt is not None and part.body is not None and not part.body.startswith(ONLY_WORDS)
        }
        return public, merge_parts(public, parts) if parts else public


def _is_whole_or_gone(part: Any) -> bool:  # noqa: ANN401 - a row of columns
    """Erased is erased whole: a part with only its salt or only its body is nobody's erasure."""
    if part.salt is None or part.body is None:
        return part.salt is None and part.body is None
    return bool(digest_of_part(part.salt, part.body) == part.digest)


@dataclass(slots=True)
class TrailReplay:
    """What the trail says of the rows."""

    rows: dict[Key, dict[str, Any] | None] = field(default_factory=dict)
    """A row -> its columns as far as they are known, None when it was removed."""
    erased: dict[Key, set[str]] = field(default_factory=dict)
    """A row -> its columns whose last value is erased in the trail."""
    erased_bulks: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    """A table -> the first and the last id of moved rows of which all columns but the open ones are erased."""
    bulks: BulkReplay = field(default_factory=BulkReplay)

    def replay(self, whole: EntryContent) -> None:
        """Takes in one entry; what was erased is not known any more of these columns, and of no others."""
        public, said = whole.said()
        there = whole.apart.keys() - whole.erased
        for moved in said.get("bulk", ()):
            self.bulks.add(moved)
        if Privacy.PERSONAL.value in whole.erased:
            for moved in map(BulkDigest.of_data, public.get("bulk", ())):
                self.erased_bulks.setdefault(moved.table, []).append((moved.first, moved.last))
        for change, open_change in zip(said["changes"], public["changes"], strict=True):
            erased = erased_columns(open_change, there)
            self.bulks.changed(change, erased)
            key = (change["table"], change["id"])
            if change["op"] == "delete":
                self.rows[key] = None
                self.erased.pop(key, None)
                continue
            known = self.rows.get(key)
            if known is None:
                known = self.rows[key] = {}
            known.update(change["after"])
            for name in erased:
                known.pop(name, None)
            if erased or key in self.erased:
                self.erased[key] = (self.erased.get(key, set()) - change["after"].keys()) | set(erased)

    def kept_in_row(self, table: Table, key: int, values: Mapping[str, Any]) -> list[str]:
        """The columns of a row that still say what is erased in the trail, or that go with the row only.

        values: of the row. Nobody could tell any more whether they were changed.
        """
        gone = set(self.erased.get((table.name, key), ()))
        if any(first <= key <= last for first, last in self.erased_bulks.get(table.name, ())):
            known = self.rows.get((table.name, key)) or {}
            gone |= {column.name for column in table.columns if not _is_open(column)} - known.keys()
        return sorted(name for name in gone if name in values and (table.name in PINNED or values[name] not in EMPTY))

    def erasures(self) -> set[tuple[int, str]]:
        """Entry and kind of every erasure that the trail itself tells of."""
        rows = (row for (table, _unused), row in self.rows.items() if table == Erasure.__tablename__ and row)
        return {(row["entry_id"], row["kind"]) for row in rows}


def verify_trail(
    session: Session, *, anchor: str = "", anchors: Sequence[AnchorLine] = (), key: str = ""
) -> TrailVerification:
    """Walks the chains, checks every content against its digest, and every row against what the trail says of it.

    anchor: the hash of an earlier entry, kept elsewhere; it must still be in its chain. anchors: earlier heads with
    their entries, each of which must be as it was; key: what they are sealed with, empty where it is not looked at.
    """
    expected_at = {one.entry_id: one.hash for one in anchors}
    seen: dict[int, str] = {}
    found, told = TrailVerification(), TrailReplay()
    empty: set[tuple[int, str]] = set()
    anchored = not anchor or anchor == START
    knots = CheckpointedHeads()
    for whole in entry_contents(session):
        row = whole.entry
        where = f"trail {row.id}"
        place = row.id if row.place is None else row.place
        last, head = found.heads.get(row.chain, (0, START))
        if place != last + 1:
            found.tell(where, _("Posterna {expected}–{value} saknas.", expected=last + 1, value=place - 1))
        elif row.previous != head:
            found.tell(where, _("Kedjan är bruten före posten."))
        if whole.hash() != row.hash:
            found.tell(where, _("Posten är ändrad."))
        if not whole.combined:
            found.tell(where, _("Postens innehåll saknas."))
        elif not whole.is_as_it_was():
            found.tell(where, _("Postens innehåll är ändrat."))
        else:
            told.replay(whole)
        empty |= {(row.id, kind) for kind in whole.erased}
        anchored = anchored or row.hash == anchor
        if row.id in expected_at:
            seen[row.id] = row.hash
        found.entries += 1
        found.heads[row.chain] = place, row.hash
        for chain in knots.follow(row, place):
            found.tell(where, _("Kedjan {chain} är inte som den var när kedjorna knöts ihop.", chain=chain))
    found.untied = knots.untied
    for chain in knots.passed_over():
        found.tell(f"trail, {chain}", _("Kedjan har poster som inte knöts ihop med de andra när de senare knöts."))
    _check_erasures(told.erasures(), empty, found)
    _check_heads(session, found, anchored=anchored)
    _check_anchors(anchors, seen, key, found)
    _check_guards(session, found)
    _check_rows(session, told, found)
    return found


def entry_contents(session: Session, only: frozenset[int] | None = None) -> Iterator[EntryContent]:
    """Every entry with its content, oldest first, or only some."""
    last = 0
    while True:
        query = select(*ENTRY, CONTENT.c.salt, CONTENT.c.body).outerjoin(CONTENT, CONTENT.c.id == TrailEntry.id)
        if only is not None:
            query = query.where(TrailEntry.id.in_(only))
        rows: Sequence[Any] = session.execute(
            query.where(TrailEntry.id > last).order_by(TrailEntry.id).limit(AT_A_TIME)
        ).all()
        if not rows:
            return
        apart: dict[int, dict[str, Any]] = {row.id: {} for row in rows}
        between = PART.entry_id.between(rows[0].id, rows[-1].id)
        for part in session.execute(select(*PART).where(between).order_by(PART.entry_id, PART.kind)):
            if part.entry_id in apart:
                apart[part.entry_id][part.kind] = part
        for row in rows:
            yield EntryContent(row, apart[row.id])
        last = rows[-1].id


def _check_erasures(
    told: AbstractSet[tuple[int, str]], empty: AbstractSet[tuple[int, str]], found: TrailVerification
) -> None:
    """Whatever is empty was erased by an erasure that the trail tells of, and what it tells of is empty."""
    for entry, _kind in sorted(empty - told):
        found.tell(f"trail {entry}", _("Postens innehåll är raderat utan beslut om det."))
    for entry, kind in sorted(told - empty):
        found.tell(f"trail {entry}", _("Det som raderades ({kind}) ligger kvar eller är tillbaka.", kind=kind))


def _check_heads(session: Session, found: TrailVerification, *, anchored: bool) -> None:
    kept = {row.chain: (row.last, row.hash) for row in session.scalars(select(TrailHead))}
    for chain in sorted(kept.keys() | found.heads.keys()):
        if kept.get(chain) != found.heads.get(chain):
            found.tell("trail" if chain == SHARED else f"trail, {chain}", _("Kedjans slut saknas eller är utbytt."))
    if not anchored:
        found.tell("trail", _("Den angivna kontrollsumman finns inte i kedjan: kedjan är omskriven eller kapad."))


def _check_anchors(anchors: Sequence[AnchorLine], seen: Mapping[int, str], key: str, found: TrailVerification) -> None:
    """Every head that was kept is still in the chain at its place; from the first seal on, all have one by the key."""
    sealed_from = min((one.entry_id for one in anchors if one.is_sealed), default=None)
    for one in anchors:
        due = one.is_sealed or (sealed_from is not None and one.entry_id >= sealed_from)
        if key and due and not one.is_sealed_by(key):
            found.tell(one.text()[:60], _("Kontrollpunkten är inte gjord med nyckeln."))
        if seen.get(one.entry_id) != one.hash:
            told = _("Post {entry} är inte som den var vid kontrollpunkten.", entry=one.entry_id)
            found.tell(one.text()[:60], told)


def _check_guards(session: Session, found: TrailVerification) -> None:
    """The database's own guards are there as they were made, switched on, and no others beside them."""
    guards = look_at_guards(session)
    for table in guards.missing:
        found.tell(table, _("Databasens egen spärr för tabellen är borta, avstängd eller ändrad."))
    for table, name in guards.strange:
        strange = _("Databasen har en utlösare som inte är vår: ")
        found.tell(table, strange + same_in_both(name + "."))


def _check_rows(session: Session, told: TrailReplay, found: TrailVerification) -> None:
    """Every row as it is against what the trail last said of it."""
    for table in Base.metadata.sorted_tables:
        if table.name in TECHNICAL:
            continue
        seen = set()
        compared = {column.name: column for column in table.columns if not column.info.get(UNTOLD)}
        for key, values in _rows(session, table):
            seen.add(key)
            if kept := told.kept_in_row(table, key[1], {name: values[name] for name in compared}):
                said = _("Raderat i spåret, men raden finns och har kvar: ")
                found.tell(_row(key), said + same_in_both(", ".join(kept) + "."))
            known = told.rows.get(key)
            if known is None:
                if not told.bulks.has(*key):
                    found.tell(_row(key), _("Raden finns inte i spåret."))
                continue
            wrong = [
                name
                for name, value in known.items()
                if name in compared and value != trail_value(compared[name], values[name])
            ]
            if wrong:
                columns = ", ".join(sorted(wrong))
                found.tell(_row(key), _("Raden är ändrad utan spår: ") + same_in_both(columns + "."))
        still = (key for key, value in told.rows.items() if key[0] == table.name and value is not None)
        gone = (key for key in still if key not in seen)
        moved = list(dict.fromkeys(told.bulks.wrong(session, table)))
        for changed in (key for key, missing in moved if not missing):
            found.tell(_row((table.name, changed)), _("Raden är ändrad utan spår."))
        for key in dict.fromkeys((*gone, *((table.name, key) for key, missing in moved if missing))):
            found.tell(_row(key), _("Raden är borttagen utan spår."))


def _rows(session: Session, table: Table) -> Iterator[tuple[Key, dict[str, Any]]]:
    """Every row of a table by its key, in order."""
    first = next(iter(table.primary_key.columns)).name
    for row in session.execute(select(*map(as_kept, table.columns)).order_by(*table.primary_key.columns)):
        values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
        yield (table.name, values[first]), values


def _is_open(column: Column[Any]) -> bool:
    return column.info.get(PRIVACY) is Privacy.PUBLIC


class KeptRow(NamedTuple):
    """A row that still says what is erased in the trail, and what it says there."""

    table: str
    id: int
    values: dict[str, Any]
    """As the trail keeps them."""


def unerased_rows(session: Session, going: Mapping[int, AbstractSet[str]]) -> list[KeptRow]:
    """Rows that still say what is erased in the trail, or would be. Only what is empty or gone in its row may be.

    going: entry -> the kinds of its content that would go.
    """
    told = TrailReplay()
    for whole in entry_contents(session):
        kinds = going.get(whole.entry.id, frozenset())
        apart = {kind: EmptiedPart(part.digest) if kind in kinds else part for kind, part in whole.apart.items()}
        told.replay(EntryContent(whole.entry, apart) if kinds else whole)
    concerned = {table for table, _key in told.erased} | told.erased_bulks.keys()
    found = []
    for table in Base.metadata.sorted_tables:
        if table.name in concerned and table.name not in TECHNICAL:
            for key, values in _rows(session, table):
                compared = {name: value for name, value in values.items() if not table.c[name].info.get(UNTOLD)}
                if kept := told.kept_in_row(table, key[1], compared):
                    said = {name: trail_value(table.c[name], values[name]) for name in kept}
                    found.append(KeptRow(*key, said))
    return found


def _row(key: Key) -> str:
    return f"{key[0]} {key[1]}"
