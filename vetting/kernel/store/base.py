"""What all models share: names of constraints, types of columns, and how private each column is."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, cast

from sqlalchemy import JSON, BigInteger, DateTime, Integer, MetaData, Text, event, func, select, type_coerce
from sqlalchemy.orm import DeclarativeBase, MappedColumn, mapped_column
from sqlalchemy.types import TypeDecorator

from vetting.kernel.privacy import Privacy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Column, ColumnElement, Dialect, Table
    from sqlalchemy.orm import Session

PRIVACY: Final = "privacy"
UNTOLD: Final = "untold"
SHARED_BY_BOARDS: Final = "shared"
"""Of a table: its rows are no board's own."""
GUARDS: Final = "guards"
"""Of a table: engine -> the statements that make the database's own guards of it."""
Plain = dict[str, Any]
"""A JSON object."""
Texts = list[str]
"""A JSON list of texts."""


class UtcMoment(TypeDecorator[datetime]):
    """A moment in UTC, aware in Python whatever the database keeps."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC for the database; a moment without a zone is a mistake of ours."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(value)
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Aware again."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class WordColumn(TypeDecorator[StrEnum]):
    """A word of a list: text in the database, the word in Python. What is none of the list is never taken for one."""

    impl = Text
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__()
        self.words = words
        self._known = {word.value: word for word in words}

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Its text. ValueError for what is no word of the list."""
        return None if value is None else self.words(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:  # noqa: ARG002 - SQLAlchemy's signature
        """The word. ValueError for a text that somebody wrote there past the program."""
        return None if value is None else self._known.get(value) or self.words(value)


WholeNumber = BigInteger().with_variant(Integer, "sqlite")
"""Whole numbers and öre; SQLite needs INTEGER for keys that count up."""


class Base(DeclarativeBase):
    """Every table; constraints are named alike on both engines."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own name
        int: WholeNumber,
        str: Text(),
        datetime: UtcMoment(),
        Plain: JSON(),
        Texts: JSON(),
    }


def register_enum_types(*lists: type[StrEnum]) -> None:
    """Lists of words that columns may be of: `Mapped[CaseState]`."""
    Base.registry.update_type_annotation_map({words: WordColumn(words) for words in lists})


@event.listens_for(Base, "attribute_instrument", propagate=True)
def _take_words_only(model: type[Base], key: str, attribute: Any) -> None:  # noqa: ANN401, ARG001 - SQLAlchemy's signature
    """What is set in a column of words is the word, also before the row was kept and read again."""
    column = attribute.property.columns[0] if hasattr(attribute.property, "columns") else None
    if column is None or not isinstance(column.type, WordColumn):
        return
    words = column.type.words

    @event.listens_for(attribute, "set", retval=True)
    def _as_word(row: Base, value: str | None, before: object, by: object) -> StrEnum | None:  # noqa: ARG001 - SQLAlchemy's signature
        return None if value is None else words(value)


def as_kept(column: Column[Any]) -> ColumnElement[Any]:
    """A column as the database keeps it: a word as its text, whether it is one of the list or not."""
    return type_coerce(column, Text()).label(column.name) if isinstance(column.type, WordColumn) else column


def table_of(model: type[DeclarativeBase]) -> Table:
    """A model's table, for statements about many rows."""
    return cast("Table", model.__table__)


def draw_keys(session: Session, table: Table, many: int) -> Sequence[int]:
    """So many ids for new rows, in order: of the sequence, or on SQLite after the last row (one writes at a time)."""
    if session.get_bind().dialect.name == "sqlite":
        last = session.scalar(select(func.max(table.c.id))) or 0
        return range(last + 1, last + many + 1)
    of_table = func.nextval(func.pg_get_serial_sequence(table.name, "id"))
    return session.scalars(select(of_table).select_from(func.generate_series(1, many))).all()


def public_column(*parts: Any, **options: Any) -> MappedColumn[Any]:  # noqa: ANN401 - mapped_column's own
    """A column that may be shown to whoever asks for the record."""
    return mapped_column(*parts, info={PRIVACY: Privacy.PUBLIC}, **options)


def personal_column(*parts: Any, **options: Any) -> MappedColumn[Any]:  # noqa: ANN401 - a column's value
    """A column that says something about a person."""
    return mapped_column(*parts, info={PRIVACY: Privacy.PERSONAL}, **options)


def sealed_column(*parts: Any, **options: Any) -> MappedColumn[Any]:  # noqa: ANN401 - a column's value
    """A column that only those who handle the case may read."""
    return mapped_column(*parts, info={PRIVACY: Privacy.SEALED}, **options)


def unlogged_column(*parts: Any, **options: Any) -> MappedColumn[Any]:  # noqa: ANN401 - a column's value
    """A personal column that the trail is silent about: not its values, and no digest that could be guessed from."""
    return mapped_column(*parts, info={PRIVACY: Privacy.PERSONAL, UNTOLD: True}, **options)
