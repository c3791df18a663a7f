"""Samples that were drawn, and what was found in them; none is removed, so nobody draws until it suits."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped

from vetting.casework.models.cases import Case, seen_by
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.store.base import Base, Texts, personal_column, public_column, register_enum_types
from vetting.money.domain.samples import SampleResult, SampleWay

if TYPE_CHECKING:
    from vetting.kernel.store.session import Session

register_enum_types(SampleResult, SampleWay)


class Sample(Base):
    """One drawing: of which cases, how, and how many there were to draw from."""

    __tablename__ = "samples"
    __table_args__ = (UniqueConstraint("board_id", "number"),)

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    number: Mapped[str] = public_column()
    kind: Mapped[CaseKind] = public_column()
    way: Mapped[SampleWay] = public_column()
    first_on: Mapped[date] = public_column()
    """Grants decided, bookings received from this day."""
    last_on: Mapped[date] = public_column()
    size: Mapped[int] = public_column()
    """How many were asked for."""
    facts: Mapped[Texts] = public_column()
    """The risk facts of the routine that it was drawn by."""
    amount: Mapped[int | None] = public_column()
    """Öre from which an amount is large, as the routine said."""
    percent: Mapped[int | None] = public_column()
    """From how many per cent a change is large, as the routine said."""
    seed: Mapped[str] = public_column()
    population: Mapped[int] = public_column()
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))


class SampledCase(Base):
    """A case that was drawn, why, and what a person found in it."""

    __tablename__ = "sampled_cases"
    __table_args__ = (UniqueConstraint("sample_id", "case_id"), Index(None, "case_id"))

    id: Mapped[int] = public_column(primary_key=True)
    sample_id: Mapped[int] = public_column(ForeignKey("samples.id"))
    case_id: Mapped[int] = public_column(ForeignKey("cases.id"))
    place: Mapped[int] = public_column()
    why: Mapped[Texts] = public_column()
    result: Mapped[SampleResult | None] = public_column()
    text: Mapped[str] = personal_column(default="")
    looked_on: Mapped[date | None] = public_column()
    at: Mapped[datetime | None] = public_column()
    by_user_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))
    version: Mapped[int] = public_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name


def samples(session: Session, board_id: int) -> list[tuple[Sample, int, int]]:
    """The board's samples with how many were drawn and how many are looked at, the newest first."""
    drawn, looked = func.count(SampledCase.id), func.count(SampledCase.result)
    rows = session.execute(
        select(Sample, drawn, looked)
        .outerjoin(SampledCase, SampledCase.sample_id == Sample.id)
        .where(Sample.board_id == board_id)
        .group_by(Sample.id)
        .order_by(Sample.id.desc())
    )
    return [(sample, int(many), int(done)) for sample, many, done in rows]


def find_sample(session: Session, board_id: int, number: str) -> Sample | None:
    return session.scalar(select(Sample).where(Sample.board_id == board_id, Sample.number == number))


def drawn_cases(session: Session, sample_id: int) -> list[tuple[SampledCase, Case]]:
    """What was drawn, in order, of the cases that a person may see."""
    rows = session.execute(
        select(SampledCase, Case)
        .join(Case, Case.id == SampledCase.case_id)
        .where(SampledCase.sample_id == sample_id, seen_by(session.person, by_key=True))
        .order_by(SampledCase.place)
    )
    return [(drawn, case) for drawn, case in rows]


def numbers_drawn(session: Session, sample_id: int) -> list[str]:
    """The numbers of all that were drawn, in order, whoever may see them."""
    wanted = select(Case.number).join(SampledCase, SampledCase.case_id == Case.id)
    return list(session.scalars(wanted.where(SampledCase.sample_id == sample_id).order_by(SampledCase.place)))


def find_sampled(session: Session, sample_id: int, case_id: int) -> SampledCase | None:
    """A case of a sample."""
    return session.scalar(select(SampledCase).where(SampledCase.sample_id == sample_id, SampledCase.case_id == case_id))
