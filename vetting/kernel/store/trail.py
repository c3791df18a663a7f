"""The trail: who did what to what, as chains of digests; what lies apart can be erased, the chains stay.

Each board has a chain of its own, so that boards do not wait for each other, and what they share has one; `trail_ties`
ties their heads together. The id of an entry tells the order of acts that touch the same rows, and of those of one
chain; of acts of two boards at the same moment it tells nothing, and it may leave numbers out. `place` leaves none out.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    UniqueConstraint,
    and_,
    func,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.orm import Mapped

from vetting.kernel.privacy import Privacy
from vetting.kernel.store.base import PRIVACY, UNTOLD, Base, Plain, personal_column, public_column, sealed_column
from vetting.kernel.store.trail_content import OPEN, canonical_text, combine_digests, digest_of_part, split_entry

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session
    from vetting.kernel.store.trail_bulk_rows import BulkDigest

START: Final = "0" * 64
TECHNICAL: Final = frozenset(
    {
        "trail",
        "trail_content",
        "trail_apart",
        "trail_heads",
        "trail_ties",
        "trail_anchors",
        "noted_faults",
        "board_visits",
        # No records of a case, and with an entry each every page view would be a write to a chain.
        "sign_ins",
        "second_factors",
        "recovery_codes",
        "sign_in_attempts",
        "kept_texts",
        "sent_forms",
        # The progress of a job is no record; that a draft was tried is an entry of its own.
        "jobs",
        "assessment_drafts",
        "document_texts",
        "document_reads",
        "sealed_reads",
        "downloaded_lists",
        "incoming_posts",
        "incoming_parts",
        "staged_files",
        "staged_contents",
        "staged_rows",
        "staged_problems",
        "made_workbooks",
        "renewals",
        "recurring",
        "system_minutes",
    }
)
"""Tables that are no records: no entry tells of them."""
FORMAT: Final = 3
"""How entries are made: the hash covers this number, and the digest both parts. 1 was before 0.2.0; of 1 and 2, when
all were one chain, the hash does not cover the chain and the place."""
SHARED: Final = 0
"""The chain of what boards share, and of all that was before each board had its own."""


RUN_BY: Final = "run_by"
"""In what fills in an entry's words: who ran the command that did it, and which."""


class TrailEntry(Base):
    """One act. Never changed, never removed."""

    __tablename__ = "trail"
    __table_args__ = (
        Index(None, "case_id", "id"),
        Index(None, "board_id", "id"),
        Index(None, "chain", "place", unique=True),
        Index(
            "ix_trail_of_associations",
            "object_id",
            "id",
            sqlite_where=text("object_type = 'associations'"),
            postgresql_where=text("object_type = 'associations'"),
        ),
    )

    id: Mapped[int] = public_column(primary_key=True)
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int | None] = personal_column()
    by_role: Mapped[str] = public_column(default="")
    action: Mapped[str] = public_column()
    object_type: Mapped[str] = public_column()
    object_id: Mapped[int | None] = public_column()
    board_id: Mapped[int | None] = public_column()
    case_id: Mapped[int | None] = public_column()
    reason: Mapped[str] = public_column(default="")
    digest: Mapped[str] = public_column()
    previous: Mapped[str] = public_column()
    hash: Mapped[str] = public_column()
    format: Mapped[int] = public_column(default=FORMAT, server_default="1")
    chain: Mapped[int] = public_column(default=SHARED, server_default="0")
    """The board whose chain it is in; 0 for the shared one."""
    place: Mapped[int | None] = public_column()
    """Its number in its chain; None of what was before there were several: its id is its number."""


class TrailContent(Base):
    """The open part of an entry: which rows changed, and their public columns. Never changed, never erased."""

    __tablename__ = "trail_content"

    id: Mapped[int] = public_column(ForeignKey("trail.id"), primary_key=True, autoincrement=False)
    salt: Mapped[bytes | None] = public_column(LargeBinary)
    body: Mapped[str | None] = public_column()


class TrailPart(Base):
    """What lies apart of an entry, a row for each kind: erased only by an erasure, the digest stays."""

    __tablename__ = "trail_apart"

    entry_id: Mapped[int] = public_column(ForeignKey("trail.id"), primary_key=True, autoincrement=False)
    kind: Mapped[str] = public_column(primary_key=True)
    digest: Mapped[str] = public_column()
    salt: Mapped[bytes | None] = public_column(LargeBinary)
    body: Mapped[str | None] = sealed_column()


class Erasure(Base):
    """That one kind of one entry's content was erased: the database erases nothing without it."""

    __tablename__ = "erasures"
    __table_args__ = (UniqueConstraint("entry_id", "kind"),)

    id: Mapped[int] = public_column(primary_key=True)
    entry_id: Mapped[int] = public_column(ForeignKey("trail.id"))
    kind: Mapped[str] = public_column()
    kept: Mapped[str] = public_column()
    """The digest of all the entry's parts, as it was when it was whole."""
    basis: Mapped[str] = public_column()
    at: Mapped[datetime] = public_column()


class TrailHead(Base):
    """The end of a chain."""

    __tablename__ = "trail_heads"

    chain: Mapped[int] = public_column(primary_key=True, autoincrement=False)
    last: Mapped[int] = public_column()
    """The place of its last entry."""
    entry_id: Mapped[int] = public_column()
    hash: Mapped[str] = public_column()


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailNote:
    """What an act says of itself: `subject` is the row it is about, `detail` fills in its words."""

    action: str
    by: Person | None
    at: datetime
    subject: Base | None = None
    case_id: int | None = None
    board_id: int | None = None
    reason: str = ""
    detail: Plain = field(default_factory=dict)
    bulk: tuple[BulkDigest, ...] = ()
    """Rows that were moved past the objects."""

    @property
    def board(self) -> int | None:
        return self.board_id if self.board_id is not None else (self.by.board_id if self.by else None)

    @property
    def chain(self) -> int:
        """Which chain it goes to."""
        return self.board or SHARED


def json_value(value: object) -> Any:  # noqa: ANN401 - JSON
    """A column's value as JSON: moments in UTC, whatever zone they were made in; bytes as their digest."""
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return f"sha256:{hashlib.sha256(value).hexdigest()}"
    return value.value if isinstance(value, StrEnum) else value


def trail_value(column: Column[Any], value: object) -> Any:  # noqa: ANN401 - JSON
    """A value as the trail keeps it: of what is sealed only its digest, so that the trail is no second copy of it."""
    found = json_value(value)
    if column.info.get(PRIVACY) is not Privacy.SEALED or found is None or isinstance(value, bytes):
        return found
    return f"sha256:{hashlib.sha256(canonical_text(found).encode()).hexdigest()}"


def changes_of(session: Session) -> Iterator[dict[str, Any]]:
    """What a flush did, row by row: the whole new row, or the columns that changed with what they were."""
    for item in session.new:
        yield _change(item, "insert", _columns(item))
    for item in session.dirty:
        before, after = _changes_of(item)
        if after:
            yield _change(item, "update", after) | {"before": before}
    for item in session.deleted:
        yield _change(item, "delete", {}) | {"before": _columns(item)}


def change_of(item: Base, values: Mapping[str, Any]) -> dict[str, Any]:
    """What new values of its columns make of a row that is not written by a flush."""
    columns = {attr.key: _column(attr) for attr in inspect(item).mapper.column_attrs if attr.key in values}
    told = {key: column for key, column in columns.items() if not column.info.get(UNTOLD)}
    was, new = ({c.name: trail_value(c, source[key]) for key, c in told.items()} for source in (vars(item), values))
    after = {name: value for name, value in new.items() if value != was[name]}
    counter = inspect(item).mapper.version_id_col
    before = {name: was[name] for name in after if counter is None or name != counter.name}
    return _change(item, "update", after) | {"before": before}


def _change(item: object, op: str, after: dict[str, Any]) -> dict[str, Any]:
    state = inspect(item)
    identity = state.mapper.primary_key_from_instance(item)
    change = {"table": state.mapper.local_table.name, "id": identity[0], "op": op, "after": after}
    case = identity[0] if change["table"] == "cases" else getattr(item, "case_id", None)
    return change | ({"case": case} if case is not None else {})


def _columns(item: object) -> dict[str, Any]:
    state = inspect(item)
    loaded = state.dict
    columns = ((attr.key, _column(attr)) for attr in state.mapper.column_attrs)
    return {column.name: trail_value(column, loaded.get(key)) for key, column in columns if not column.info.get(UNTOLD)}


def _column(attr: Any) -> Column[Any]:  # noqa: ANN401 - a mapped attribute
    column: Column[Any] = attr.columns[0]
    return column


def _changes_of(item: object) -> tuple[dict[str, Any], dict[str, Any]]:
    state = inspect(item)
    before, after = {}, {}
    for attr in state.mapper.column_attrs:
        history = state.attrs[attr.key].history
        name = attr.columns[0].name
        if _column(attr).info.get(UNTOLD):
            continue
        if history.added and json_value(history.added[0]) != (
            json_value(history.deleted[0]) if history.deleted else None
        ):
            if history.deleted:  # otherwise nobody knows what it was: it was not loaded, or only touched
                before[name] = trail_value(_column(attr), history.deleted[0])
            after[name] = trail_value(_column(attr), history.added[0])
    counter = state.mapper.version_id_col
    if counter is not None and state.modified:
        after[counter.name] = state.dict.get(counter.name)
    return before, after


def close_entries(session: Session, noted: list[TrailNote], changes: list[dict[str, Any]]) -> None:
    """Writes the entries at the ends of their chains; a change goes with the entry of its case, else the first."""
    changes = [change for change in changes if change["table"] not in TECHNICAL]
    if not noted:
        return
    heads = {chain: _head(session, chain) for chain in sorted({entry.chain for entry in noted})}
    ids = _next_ids(session, len(noted))
    own: dict[int, list[dict[str, Any]]] = {place: [] for place in range(len(noted))}
    by_case: dict[int, int] = {}
    for place, entry in enumerate(noted):
        if entry.case_id is not None:
            by_case.setdefault(entry.case_id, place)
    for change in changes:
        own[by_case.get(change.pop("case", -1), 0)].append(change)
    rows: dict[type[Base], list[dict[str, Any]]] = {TrailEntry: [], TrailContent: [], TrailPart: []}
    for place, entry in enumerate(noted):
        _close(heads[entry.chain], ids[place], entry, own[place], rows)
    session.flush()
    for table, some in rows.items():
        if some:  # plain rows: an act on many cases writes as many entries, and nobody asks for the objects
            session.connection().execute(insert(table), some)


def entries_written(session: Session) -> int:
    """How many entries the trail has, in all its chains."""
    return sum(ends_of_chains(session).values())


def ends_of_chains(session: Session) -> dict[int, int]:
    """Chain -> how many entries it has."""
    return {row.chain: row.last for row in session.execute(select(TrailHead.chain, TrailHead.last))}


def _head(session: Session, chain: int) -> TrailHead:
    head = session.get(TrailHead, chain)
    if head is None:
        head = TrailHead(chain=chain, last=0, entry_id=0, hash=START)
        session.add(head)
    return head


def _next_ids(session: Session, number: int) -> list[int]:
    """As many ids that nobody has; in SQLite, where one writes at a time, they follow each other without a gap."""
    if session.get_bind().dialect.name == "sqlite":
        last = session.scalar(select(func.max(TrailEntry.id))) or 0
        return list(range(last + 1, last + number + 1))
    drawn = text("SELECT nextval(pg_get_serial_sequence('trail', 'id')) FROM generate_series(1, :number)")
    return sorted(int(one) for one in session.scalars(drawn, {"number": number}))


def _close(
    head: TrailHead,
    key: int,
    noted: TrailNote,
    changes: list[dict[str, Any]],
    rows: Mapping[type[Base], list[dict[str, Any]]],
) -> None:
    said = split_entry(changes, noted.detail, noted.bulk)
    parts = {kind: (secrets.token_bytes(16), canonical_text(told)) for kind, told in said.items()}
    digests = {kind: digest_of_part(*part) for kind, part in parts.items()}
    subject, place = noted.subject, head.last + 1
    entry = {
        "id": key,
        "at": noted.at,
        "by_user_id": (noted.by.id or None) if noted.by else None,
        "by_role": noted.by.function if noted.by else "",
        "action": noted.action,
        "object_type": subject.__tablename__ if subject is not None else "",
        "object_id": getattr(subject, "id", None),
        "board_id": noted.board,
        "case_id": noted.case_id,
        "reason": noted.reason,
        "digest": combine_digests(digests.pop(OPEN), digests),
        "previous": head.hash,
        "format": FORMAT,
        "chain": head.chain,
        "place": place,
    }
    head.last, head.entry_id, head.hash = place, key, hash_of(entry)
    rows[TrailEntry].append(entry | {"hash": head.hash})
    salt, body = parts.pop(OPEN)
    rows[TrailContent].append({"id": key, "salt": salt, "body": body})
    rows[TrailPart] += (
        {"entry_id": key, "kind": kind, "digest": digests[kind], "salt": part[0], "body": part[1]}
        for kind, part in parts.items()
    )


HASHED_COLUMNS: Final = (
    "id",
    "at",
    "by_user_id",
    "by_role",
    "action",
    "object_type",
    "object_id",
    "board_id",
    "case_id",
    "reason",
    "digest",
    "previous",
)
IN_CHAINS: Final = 3
"""The first format whose hash covers the chain and the place too."""


def hash_of(entry: Mapping[str, Any]) -> str:
    """The hash of an entry, of its columns."""
    values = [json_value(entry[name]) for name in HASHED_COLUMNS]
    return hash_of_values(entry["format"], values, (entry["chain"], entry["place"]))


def hash_of_values(form: int, values: list[Any], where: tuple[int, int | None]) -> str:
    """The same, of the values of `HASHED_COLUMNS` as JSON has them. where: the chain and the place in it."""
    covered = where if form >= IN_CHAINS else ()
    return hashlib.sha256(canonical_text([form, *values, *covered]).encode()).hexdigest()


WORDS_OF_ENTRY: Final = and_(
    TrailPart.entry_id == TrailEntry.id, TrailPart.kind == Privacy.PERSONAL.value, TrailPart.salt.is_not(None)
)
"""Where what fills in an entry's words lies."""


def of_case(session: Session, case_id: int, *, most: int) -> list[tuple[TrailEntry, Plain]]:
    """The latest entries of one case with what fills in their words, newest first."""
    rows = session.execute(
        select(TrailEntry, TrailPart.body)
        .outerjoin(TrailPart, WORDS_OF_ENTRY)
        .where(TrailEntry.case_id == case_id)
        .order_by(TrailEntry.id.desc())
        .limit(most)
    )
    return [(entry, _detail(body)) for entry, body in rows]


def commands_behind(session: Session, entries: Collection[int]) -> dict[int, str]:
    """Entry -> who ran the command that made it, and which; only of those that a command made."""
    rows = session.execute(
        select(TrailPart.entry_id, TrailPart.body).where(
            TrailPart.entry_id.in_(entries), TrailPart.kind == Privacy.PERSONAL.value, TrailPart.body.is_not(None)
        )
    )
    found = {entry: _detail(body).get(RUN_BY) for entry, body in rows}
    return {entry: str(said) for entry, said in found.items() if said}


def newest_of(session: Session, cases: Collection[int], action: str) -> dict[int, Plain]:
    """Case -> what fills in the words of its newest entry of a kind."""
    if not cases:
        return {}
    rows = session.execute(
        select(TrailEntry.case_id, TrailPart.body)
        .outerjoin(TrailPart, WORDS_OF_ENTRY)
        .where(TrailEntry.case_id.in_(cases), TrailEntry.action == action)
        .order_by(TrailEntry.id)
    )
    return {case_id: _detail(body) for case_id, body in rows if case_id is not None}


def of_association(session: Session, board_id: int, key: int, *, most: int) -> list[tuple[TrailEntry, Plain]]:
    """A board's latest entries about an association itself, newest first; those about cases stand with the cases."""
    rows = session.execute(
        select(TrailEntry, TrailPart.body)
        .outerjoin(TrailPart, WORDS_OF_ENTRY)
        .where(TrailEntry.object_type == "associations", TrailEntry.object_id == key, TrailEntry.board_id == board_id)
        .order_by(TrailEntry.id.desc())
        .limit(most)
    )
    return [(entry, _detail(body)) for entry, body in rows]


def _detail(body: str | None) -> Plain:
    detail: Plain = json.loads(body).get("detail", {}) if body else {}
    return detail
