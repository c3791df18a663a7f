"""What all models share: names of constraints, types of columns, and how private each column is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, cast

from sqlalchemy import JSON, BigInteger, DateTime, Integer, MetaData, Text
from sqlalchemy.orm import DeclarativeBase, MappedColumn, mapped_column
from sqlalchemy.types import TypeDecorator

from vetting.kernel.privacy import Privacy

if TYPE_CHECKING:
    from sqlalchemy import Dialect, Table

PRIVACY: Final = "privacy"
UNTOLD: Final = "untold"
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


def table_of(model: type[DeclarativeBase]) -> Table:
    """A model's table, for statements about many rows."""
    return cast("Table", model.__table__)


def public_column(*parts: Any, **options: Any) -> MappedColumn[Any]:  # noqa: ANN401 - mapped_column's own
    """A column that may be shown to whoever asks for the record."""
    return mapped_column(*parts, info={PRIVACY: Privacy.PUBLIC}, **options)


def personal_column(*parts: Any, **options: Any) -> MappedColumn[Any]:  # noqa: ANN401 - a column's value
    """A column that says something about a person."""
    return mapped_column(*parts, info={PRIVACY: Privacy.PERSONAL}, **options)


def sealed_column(*parts: Any, **options: Any) -> MappedColumn[Any]:  # noqa: ANN401 - a column's value
    """A column that only those who handle the case may read."""
    return mapped_column(*parts, info={PRIVACY: Privacy.SEALED}, **options)


def untold_column(*parts: Any, **options: Any) -> MappedColumn[Any]:  # noqa: ANN401 - a column's value
    """A personal column that the trail is silent about: not its values, and no digest that could be guessed from."""
    return mapped_column(*parts, info={PRIVACY: Privacy.PERSONAL, UNTOLD: True}, **options)
