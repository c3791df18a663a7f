"""The trail: who did what to what, as one chain of digests; the content beside it can be erased, the chain stays."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, inspect, select, text
from sqlalchemy.orm import Mapped, Session

from vetting.domain.facts import Privacy
from vetting.domain.problem import Problem
from vetting.domain.words import Words, same
from vetting.store.base import PRIVACY, Base, Plain, personal, public, sealed
from vetting.store.bulk import Bulk, Bulks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from sqlalchemy import Row

    from vetting.domain.people import Person

START: Final = "0" * 64
TECHNICAL: Final = frozenset(
    {
        "trail",
        "trail_content",
        "trail_head",
        "sign_ins",
        "sign_in_attempts",
        "kept_texts",
        "jobs",
        "assessment_drafts",
        "document_texts",
        "downloaded_lists",
        "incoming_posts",
        "incoming_parts",
        "staged_files",
        "staged_contents",
        "staged_rows",
        "staged_problems",
        "renewals",
        "recurring",
    }
)
"""Tables that are no records: no entry tells of them."""
AT_A_TIME: Final = 2_000


class TrailEntry(Base):
    """One act. Never changed, never removed."""

    __tablename__ = "trail"
    __table_args__ = (
        Index(None, "case_id", "id"),
        Index(None, "board_id", "id"),
        Index(
            "ix_trail_of_associations", "object_id", "id",
            sqlite_where=text("object_type = 'associations'"), postgresql_where=text("object_type = 'associations'"),
        ),
    )  # fmt: skip

    id: Mapped[int] = public(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = public()
    by_user_id: Mapped[int | None] = personal()
    by_role: Mapped[str] = public(default="")
    action: Mapped[str] = public()
    object_type: Mapped[str] = public()
    object_id: Mapped[int | None] = public()
    board_id: Mapped[int | None] = public()
    case_id: Mapped[int | None] = public()
    reason: Mapped[str] = public(default="")
    digest: Mapped[str] = public()
    previous: Mapped[str] = public()
    hash: Mapped[str] = public()


class TrailContent(Base):
    """What changed, and the words of the entry; erased by a decision, and only whole."""

    __tablename__ = "trail_content"

    id: Mapped[int] = public(ForeignKey("trail.id"), primary_key=True, autoincrement=False)
    salt: Mapped[bytes | None] = public(LargeBinary)
    body: Mapped[str | None] = sealed()


class TrailHead(Base):
    """The end of the chain: one row."""

    __tablename__ = "trail_head"

    id: Mapped[int] = public(primary_key=True, autoincrement=False)
    last: Mapped[int] = public()
    hash: Mapped[str] = public()


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """What an act says of itself: `subject` is the row it is about, `detail` fills in its words."""

    action: str
    by: Person | None
    at: datetime
    subject: Base | None = None
    case_id: int | None = None
    board_id: int | None = None
    reason: str = ""
    detail: Plain = field(default_factory=dict)
    bulk: tuple[Bulk, ...] = ()
    """Rows that were moved past the objects."""


def plain(value: object) -> Any:  # noqa: ANN401 - JSON
    """A column's value as JSON: moments in UTC, whatever zone they were made in; bytes as their digest."""
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return f"sha256:{hashlib.sha256(value).hexdigest()}"
    return value


def kept(column: Column[Any], value: object) -> Any:  # noqa: ANN401 - JSON
    """A value as the trail keeps it: of what is sealed only its digest, so that the trail is no second copy of it."""
    found = plain(value)
    if column.info.get(PRIVACY) is not Privacy.SEALED or found is None or isinstance(value, bytes):
        return found
    return f"sha256:{hashlib.sha256(canonical(found).encode()).hexdigest()}"


def canonical(data: object) -> str:
    """One text for the same data, whoever writes it."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def changes_of(session: Session) -> Iterator[dict[str, Any]]:
    """What a flush did, row by row: the whole new row, or the columns that changed with what they were."""
    for item in session.new:
        yield _change(item, "insert", _columns(item))
    for item in session.dirty:
        before, after = _changed(item)
        if after:
            yield _change(item, "update", after) | {"before": before}
    for item in session.deleted:
        yield _change(item, "delete", {}) | {"before": _columns(item)}


def _change(item: object, op: str, after: dict[str, Any]) -> dict[str, Any]:
    state = inspect(item)
    identity = state.mapper.primary_key_from_instance(item)
    change = {"table": state.mapper.local_table.name, "id": identity[0], "op": op, "after": after}
    case = identity[0] if change["table"] == "cases" else getattr(item, "case_id", None)
    return change | ({"case": case} if case is not None else {})


def _columns(item: object) -> dict[str, Any]:
    state = inspect(item)
    loaded = state.dict
    return {attr.columns[0].name: kept(_column(attr), loaded.get(attr.key)) for attr in state.mapper.column_attrs}


def _column(attr: Any) -> Column[Any]:  # noqa: ANN401 - a mapped attribute
    column: Column[Any] = attr.columns[0]
    return column


def _changed(item: object) -> tuple[dict[str, Any], dict[str, Any]]:
    state = inspect(item)
    before, after = {}, {}
    for attr in state.mapper.column_attrs:
        history = state.attrs[attr.key].history
        name = attr.columns[0].name
        if history.added and plain(history.added[0]) != (plain(history.deleted[0]) if history.deleted else None):
            if history.deleted:  # otherwise nobody knows what it was: it was not loaded, or only touched
                before[name] = kept(_column(attr), history.deleted[0])
            after[name] = kept(_column(attr), history.added[0])
    counter = state.mapper.version_id_col
    if counter is not None and state.modified:
        after[counter.name] = state.dict.get(counter.name)
    return before, after


def close_entries(session: Session, noted: list[Noted], changes: list[dict[str, Any]]) -> None:
    """Writes the entries at the end of the chain; each row's change goes with the entry of its case, else the first."""
    changes = [change for change in changes if change["table"] not in TECHNICAL]
    if not noted:
        return
    head = session.get(TrailHead, 1)
    if head is None:
        head = TrailHead(id=1, last=0, hash=START)
        session.add(head)
    own: dict[int, list[dict[str, Any]]] = {place: [] for place in range(len(noted))}
    by_case: dict[int, int] = {}
    for place, entry in enumerate(noted):
        if entry.case_id is not None:
            by_case.setdefault(entry.case_id, place)
    for change in changes:
        own[by_case.get(change.pop("case", -1), 0)].append(change)
    contents = [_close(session, head, entry, own[place]) for place, entry in enumerate(noted)]
    session.flush()
    session.add_all(contents)
    session.flush()


def _close(session: Session, head: TrailHead, noted: Noted, changes: list[dict[str, Any]]) -> TrailContent:
    said: Plain = {"changes": changes, "detail": noted.detail}
    if noted.bulk:
        said["bulk"] = [item.as_data() for item in noted.bulk]
    body = canonical(said)
    salt = secrets.token_bytes(16)
    subject = noted.subject
    row = TrailEntry(
        id=head.last + 1,
        at=noted.at,
        by_user_id=(noted.by.id or None) if noted.by else None,
        by_role=noted.by.function if noted.by else "",
        action=noted.action,
        object_type=subject.__tablename__ if subject is not None else "",
        object_id=getattr(subject, "id", None),
        board_id=noted.board_id if noted.board_id is not None else (noted.by.board_id if noted.by else None),
        case_id=noted.case_id,
        reason=noted.reason,
        digest=_digest(salt, body),
        previous=head.hash,
    )
    row.hash = _hash(row)
    head.last, head.hash = row.id, row.hash
    session.add(row)
    return TrailContent(id=row.id, salt=salt, body=body)


def _digest(salt: bytes, body: str) -> str:
    return hashlib.sha256(salt + body.encode()).hexdigest()


HASHED: Final = (
    "id", "at", "by_user_id", "by_role", "action", "object_type", "object_id", "board_id", "case_id", "reason",
    "digest", "previous",
)  # fmt: skip


def _hash(row: TrailEntry | Row[Any]) -> str:
    return hashlib.sha256(canonical([plain(getattr(row, name)) for name in HASHED]).encode()).hexdigest()


@dataclass(slots=True)
class Verified:
    """How a look through the whole trail came out."""

    entries: int = 0
    last: int = 0
    head: str = START
    problems: list[Problem] = field(default_factory=list)

    def tell(self, where: str, what: Words) -> None:
        """Notes one thing that does not agree."""
        remedy = Words(
            "Jämför med den senaste säkerhetskopian och anmäl det till den som ansvarar för systemet.",
            "Compare with the latest backup and tell whoever is responsible for the system.",
        )
        self.problems.append(Problem(where, what, remedy))


def verify(session: Session, *, anchor: str = "") -> Verified:
    """Walks the chain, checks every content against its digest, and every row against what the trail says of it.

    anchor: the hash of an earlier head, kept elsewhere; it must still be in the chain.
    """
    found = Verified()
    known: dict[tuple[str, int], dict[str, Any] | None] = {}
    partly: set[tuple[str, int]] = set()
    bulks = Bulks()
    anchored = not anchor or anchor == START
    expected = 0
    for row, salt, body in _entries(session):
        expected += 1
        where = f"trail {row.id}"
        if row.id != expected:
            gap = Words(f"Posterna {expected}–{row.id - 1} saknas.", f"Entries {expected}–{row.id - 1} are missing.")
            found.tell(where, gap)
            expected = row.id
        elif row.previous != found.head:
            found.tell(where, Words("Kedjan är bruten före posten.", "The chain is broken before the entry."))
        if _hash(row) != row.hash:
            found.tell(where, Words("Posten är ändrad.", "The entry has been changed."))
        if salt is None or body is None:
            _forget(row, known, partly)
        elif _digest(salt, body) != row.digest:
            found.tell(where, Words("Postens innehåll är ändrat.", "The entry's content has been changed."))
        else:
            _replay(body, known, bulks)
        anchored = anchored or row.hash == anchor
        found.entries, found.last, found.head = found.entries + 1, row.id, row.hash
    _check_head(session, found, anchored=anchored)
    _check_rows(session, known, bulks, partly, found)
    return found


def _entries(session: Session) -> Iterator[tuple[TrailEntry, bytes | None, str | None]]:
    last = 0
    while True:
        rows = session.execute(
            select(TrailEntry, TrailContent.salt, TrailContent.body)
            .outerjoin(TrailContent, TrailContent.id == TrailEntry.id)
            .where(TrailEntry.id > last)
            .order_by(TrailEntry.id)
            .limit(AT_A_TIME)
        ).all()
        if not rows:
            return
        for row in rows:
            yield row[0], row[1], row[2]
        last = rows[-1][0].id
        session.expunge_all()


def _forget(row: TrailEntry, known: dict[tuple[str, int], dict[str, Any] | None], partly: set[tuple[str, int]]) -> None:
    """The content is erased: what it said of its row is not known any more."""
    if row.object_id is not None:
        key = (row.object_type, row.object_id)
        known.setdefault(key, {})
        partly.add(key)


def _replay(body: str, known: dict[tuple[str, int], dict[str, Any] | None], bulks: Bulks) -> None:
    said = json.loads(body)
    for moved in said.get("bulk", ()):
        bulks.add(moved)
    for change in said["changes"]:
        bulks.changed(change)
        key = (change["table"], change["id"])
        if change["op"] == "delete":
            known[key] = None
        else:
            known[key] = {**(known.get(key) or {}), **change["after"]}


def _check_head(session: Session, found: Verified, *, anchored: bool) -> None:
    head = session.get(TrailHead, 1)
    if ((head.last, head.hash) if head else (0, START)) != (found.last, found.head):
        found.tell("trail", Words("Kedjans slut saknas eller är utbytt.", "The chain's end is missing or replaced."))
    if not anchored:
        found.tell("trail", Words("Den angivna kontrollsumman finns inte i kedjan: den är omskriven eller kapad.",
                                  "The given checksum is not in the chain: it has been rewritten or cut."))  # fmt: skip


def _check_rows(
    session: Session,
    known: Mapping[tuple[str, int], dict[str, Any] | None],
    bulks: Bulks,
    partly: set[tuple[str, int]],
    found: Verified,
) -> None:
    """Every row as it is against what the trail last said of it."""
    any_erased = bool(partly)
    for table in Base.metadata.sorted_tables:
        if table.name in TECHNICAL:
            continue
        seen = set()
        for row in session.execute(select(table).order_by(*table.primary_key.columns)):
            values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
            key = (table.name, values[next(iter(table.primary_key.columns)).name])
            seen.add(key)
            told = known.get(key)
            if told is None and bulks.has(*key):
                continue
            if told is None:
                if not any_erased:
                    found.tell(_row(key), Words("Raden finns inte i spåret.", "The trail does not know the row."))
                continue
            wrong = [
                name
                for name, value in (told or {}).items()
                if name in values and kept(table.c[name], values[name]) != value
            ]
            if wrong and key not in partly:
                columns = ", ".join(sorted(wrong))
                found.tell(_row(key), Words("Raden är ändrad utan spår: ", "The row was changed without trail: ")
                           + same(columns + "."))  # fmt: skip
        gone = (key for key, value in known.items() if key[0] == table.name and value is not None and key not in seen)
        moved = list(bulks.wrong(session, table))
        for changed in (key for key, missing in moved if not missing):
            found.tell(_row((table.name, changed)), Words("Raden är ändrad utan spår.",
                                                          "The row was changed without trail."))  # fmt: skip
        for key in (*gone, *((table.name, key) for key, missing in moved if missing)):
            found.tell(_row(key), Words("Raden är borttagen utan spår.", "The row was removed without trail."))


def _row(key: tuple[str, int]) -> str:
    return f"{key[0]} {key[1]}"


def of_case(session: Session, case_id: int, *, most: int) -> list[tuple[TrailEntry, Plain]]:
    """The latest entries of one case with what fills in their words, newest first."""
    rows = session.execute(
        select(TrailEntry, TrailContent.body)
        .outerjoin(TrailContent, TrailContent.id == TrailEntry.id)
        .where(TrailEntry.case_id == case_id)
        .order_by(TrailEntry.id.desc())
        .limit(most)
    )
    return [(entry, _detail(body)) for entry, body in rows]


def newest_of(session: Session, cases: Collection[int], action: str) -> dict[int, Plain]:
    """Case -> what fills in the words of its newest entry of a kind."""
    if not cases:
        return {}
    rows = session.execute(
        select(TrailEntry.case_id, TrailContent.body)
        .outerjoin(TrailContent, TrailContent.id == TrailEntry.id)
        .where(TrailEntry.case_id.in_(cases), TrailEntry.action == action)
        .order_by(TrailEntry.id)
    )
    return {case_id: _detail(body) for case_id, body in rows if case_id is not None}


def of_association(session: Session, board_id: int, key: int, *, most: int) -> list[tuple[TrailEntry, Plain]]:
    """A board's latest entries about an association itself, newest first; those about cases stand with the cases."""
    rows = session.execute(
        select(TrailEntry, TrailContent.body)
        .outerjoin(TrailContent, TrailContent.id == TrailEntry.id)
        .where(TrailEntry.object_type == "associations", TrailEntry.object_id == key, TrailEntry.board_id == board_id)
        .order_by(TrailEntry.id.desc())
        .limit(most)
    )
    return [(entry, _detail(body)) for entry, body in rows]


def _detail(body: str | None) -> Plain:
    detail: Plain = json.loads(body)["detail"] if body else {}
    return detail
