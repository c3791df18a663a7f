"""Imported files: what lies ready before it counts, and the batch that it becomes; a board's own layouts."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import (
    JSON,
    ForeignKey,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    and_,
    bindparam,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.orm import Mapped

from vetting.kernel.store.base import (
    Base,
    Plain,
    personal_column,
    public_column,
    register_enum_types,
    sealed_column,
    table_of,
)
from vetting.kernel.text import Words
from vetting.rules.domain.layouts import ListKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vetting.kernel.store.session import Session


LARGEST_BATCH: Final = 20_000
"""Rows that go in in one transaction; more go in piece by piece, and are seen when the last has."""
READING, UNKNOWN, READY, CONFIRMING, CONFIRMED, FAILED, DISCARDED = (
    "reading",
    "unknown",
    "ready",
    "confirming",
    "confirmed",
    "failed",
    "discarded",
)
"""A staged file: being read, with columns nobody knows, to be looked at, on its way in, in; or not to be used."""
GOOD, REFUSED, SAME, CHANGED = "good", "refused", "same", "changed"
"""A staged row: goes in, or cannot; of a booking that is known says the same as before, or something else."""

register_enum_types(ListKind)


class StagedFile(Base):
    """A file that lies ready. No record: what counts is the batch that it becomes."""

    __tablename__ = "staged_files"
    __table_args__ = (Index(None, "board_id", "id"),)

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    round_id: Mapped[int | None] = public_column(ForeignKey("rounds.id"))
    scheme_id: Mapped[int | None] = public_column(ForeignKey("grant_schemes.id"))
    """Which of the round's grant schemes its applications are for."""
    file: Mapped[str] = public_column()
    sha256: Mapped[str] = public_column()
    size: Mapped[int] = public_column()
    state: Mapped[str] = public_column(default=READING)
    turn: Mapped[int] = public_column(default=0)
    """Which reading of it holds: an earlier one that is still at work stops."""
    kind: Mapped[str] = public_column(default="")
    layout: Mapped[str] = public_column(default="")
    columns: Mapped[Plain] = public_column()
    """What a person chose for columns nobody knew: {"kind", "sheet", "row", "facts": {column: fact}}."""
    found: Mapped[Plain] = personal_column()
    """What the reading found: tables, headings and first rows of what is not known, facts without a column."""
    counts: Mapped[Plain] = public_column()
    progress: Mapped[Plain] = public_column()
    """How far a move in pieces has come: {"moved", "offsets", "versions", "made", "digests"}."""
    problem: Mapped[Plain] = public_column()
    """Why it cannot be used: {"where", "what": [sv, en], "remedy": [sv, en]}."""
    job_id: Mapped[int | None] = public_column()
    batch_id: Mapped[int | None] = public_column()
    at: Mapped[datetime] = public_column()
    heard_at: Mapped[datetime | None] = public_column()
    """When whoever reads it or takes it in without a job was heard of last."""
    by_user_id: Mapped[int | None] = personal_column()


class StagedContent(Base):
    """The bytes of a staged file, for reading them again and for the marked copy."""

    __tablename__ = "staged_contents"

    id: Mapped[int] = public_column(
        ForeignKey("staged_files.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    content: Mapped[bytes] = sealed_column(LargeBinary)


class CustomerNumber(Base):
    """What a board's booking system calls an association: known again when its list gives no other number."""

    __tablename__ = "customer_numbers"
    __table_args__ = (UniqueConstraint("board_id", "system", "number"),)

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    system: Mapped[str] = public_column()
    """The layout of its lists."""
    number: Mapped[str] = public_column()
    association_id: Mapped[int] = public_column(ForeignKey("associations.id"), index=True)
    at: Mapped[datetime] = public_column()


class StagedRow(Base):
    """One row as it will go in: everything is worked out, so that moving it is a matter for the database alone."""

    __tablename__ = "staged_rows"
    __table_args__ = (Index(None, "staged_id", "place"), Index(None, "staged_id", "state", "id"))

    id: Mapped[int] = public_column(primary_key=True)
    staged_id: Mapped[int] = public_column(ForeignKey("staged_files.id", ondelete="CASCADE"))
    state: Mapped[str] = public_column()
    place: Mapped[int | None] = public_column()
    """Its number among the rows that go in, from 1."""
    sheet: Mapped[str] = public_column()
    row: Mapped[int] = public_column()
    part: Mapped[int] = public_column(default=0)
    """Which of the file's tables it stands in."""
    year: Mapped[int] = public_column(default=0)
    name: Mapped[str] = public_column()
    name_key: Mapped[str] = public_column()
    number: Mapped[str | None] = public_column()
    municipality: Mapped[str] = public_column(default="")
    form: Mapped[str] = public_column(default="")
    seat: Mapped[str] = public_column(default="")
    source: Mapped[str] = public_column(default="")
    association_id: Mapped[int | None] = public_column()
    private: Mapped[bool] = public_column(default=False)
    received_on: Mapped[date | None] = public_column()
    serial: Mapped[int | None] = public_column()
    """Its number among the rows of its year, from 1."""
    due_on: Mapped[date | None] = public_column()
    purpose: Mapped[str] = public_column(default="")
    amount: Mapped[int | None] = public_column()
    giro: Mapped[str] = public_column(default="")
    reference: Mapped[str] = public_column(default="")
    customer: Mapped[str] = public_column(default="", server_default="")
    """The booking system's own number of whoever books."""
    title: Mapped[str] = public_column(default="")
    open_to_public: Mapped[bool | None] = public_column()
    rate: Mapped[str] = public_column(default="")
    room: Mapped[str] = public_column(default="")
    starts_at: Mapped[datetime | None] = public_column()
    ends_at: Mapped[datetime | None] = public_column()
    weekly_until: Mapped[date | None] = public_column()
    """The last day of one who has the room each week."""
    of_association: Mapped[Any] = public_column(JSON(none_as_null=True), nullable=True)
    """As it will be kept of the association."""
    of_case: Mapped[Any] = public_column(JSON(none_as_null=True), nullable=True)
    digest: Mapped[str] = public_column(default="", server_default="")
    """Of what the row says of a booking."""
    case_id: Mapped[int | None] = public_column()
    """The booking that it is, where an earlier list told of it."""


class StagedProblem(Base):
    """One thing to correct, by the cell it stands in."""

    __tablename__ = "staged_problems"
    __table_args__ = (Index(None, "staged_id", "id"),)

    id: Mapped[int] = public_column(primary_key=True)
    staged_id: Mapped[int] = public_column(ForeignKey("staged_files.id", ondelete="CASCADE"))
    sheet: Mapped[str] = public_column()
    row: Mapped[int] = public_column()
    column: Mapped[int] = public_column()
    """0 where it is about the whole row or sheet."""
    where: Mapped[str] = public_column()
    value: Mapped[str] = public_column()
    stops: Mapped[bool] = public_column()
    """The row cannot go in."""
    what_sv: Mapped[str] = public_column(Text())
    what_en: Mapped[str] = public_column(Text())
    remedy_sv: Mapped[str] = public_column(Text())
    remedy_en: Mapped[str] = public_column(Text())


def mark_known_rows(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Takes rows that are known out of those that go in as new. rows: {"key", "is": same or changed, "of": case}."""
    table = table_of(StagedRow)
    mark = (
        update(table)
        .where(table.c.id == bindparam("key"))
        .values(state=bindparam("is"), case_id=bindparam("of"), place=None, serial=None)
    )
    if rows:
        session.connection().execute(mark, list(rows))


def without_value(text: str, value: str) -> str:
    """The words of a problem with an ellipsis in place of the cell's value: equal for all cells that it is told of."""
    return text.replace(f"”{value}”", "”…”").replace(f"“{value}”", "“…”") if value else text


class RepeatedProblem(NamedTuple):
    """A problem, told once, and of how many more rows the same is said."""

    problem: StagedProblem
    more: int

    @property
    def what(self) -> Words:
        """Its words, without the value where it is told of several cells."""
        value = self.problem.value if self.more else ""
        return Words(without_value(self.problem.what_sv, value), without_value(self.problem.what_en, value))


def distinct_problems(session: Session, key: int, most: int) -> list[RepeatedProblem]:
    """The problems of a file, once for all rows where only the value of a cell differs; those that stop a row first."""
    quoted = literal("”") + StagedProblem.value + literal("”")
    same = (func.replace(StagedProblem.what_sv, quoted, "”…”"), StagedProblem.remedy_sv, StagedProblem.stops)
    first, many = func.min(StagedProblem.id), func.count()
    wanted = select(first.label("id"), many.label("many")).where(StagedProblem.staged_id == key).group_by(*same)
    once = wanted.subquery()
    rows = select(StagedProblem, once.c.many).join(once, once.c.id == StagedProblem.id)
    ordered = rows.order_by(StagedProblem.stops.desc(), StagedProblem.id).limit(most)
    return [RepeatedProblem(row, number - 1) for row, number in session.execute(ordered)]


class ImportLayout(Base):
    """A board's own layout: columns that a person has mapped, kept under a name and known again by their headings."""

    __tablename__ = "import_layouts"
    __table_args__ = (Index(None, "board_id", "name", unique=True),)

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    name: Mapped[str] = public_column()
    kind: Mapped[ListKind] = public_column()
    headings: Mapped[Plain] = public_column()
    """Folded heading -> fact, or field of the kind."""
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))


def staged_file(session: Session, board_id: int, key: int) -> StagedFile | None:
    return session.scalar(select(StagedFile).where(and_(StagedFile.board_id == board_id, StagedFile.id == key)))


def staged_files(session: Session, board_id: int, *, most: int) -> Sequence[StagedFile]:
    """The board's files that wait for somebody, newest first."""
    wanted = (StagedFile.board_id == board_id) & StagedFile.state.not_in([CONFIRMED, DISCARDED])
    return session.scalars(select(StagedFile).where(wanted).order_by(StagedFile.id.desc()).limit(most)).all()


def layouts_of(session: Session, board_id: int) -> Sequence[ImportLayout]:
    """The board's own layouts, by name."""
    return session.scalars(
        select(ImportLayout).where(ImportLayout.board_id == board_id).order_by(ImportLayout.name, ImportLayout.id)
    ).all()
