"""Rounds as they are kept: when applications are taken in, for which grant schemes, from which budget lines."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import ForeignKey, Index, UniqueConstraint, event, func, select
from sqlalchemy.orm import Mapped

from vetting.grants.models.schemes import GrantScheme
from vetting.kernel.store.base import Base, public_column
from vetting.kernel.store.read_cache import cached_query, pin_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import InstrumentedAttribute

    from vetting.kernel.store.session import Session


class Round(Base):
    """One round of applications."""

    __tablename__ = "rounds"
    __table_args__ = (UniqueConstraint("board_id", "name"),)

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    name: Mapped[str] = public_column()
    grant_type: Mapped[str] = public_column(default="")
    """The kind of grant in words, where it is none of the board's schemes."""
    opens_on: Mapped[date] = public_column()
    closes_on: Mapped[date] = public_column()
    closes_at: Mapped[str] = public_column(default="", server_default="")
    """The time of the last day until which applications are in time, '23:59'; empty where nothing is said."""
    decision_on: Mapped[date | None] = public_column()
    report_on: Mapped[date | None] = public_column()
    completions_on: Mapped[date | None] = public_column()
    """The last day to complete applications."""
    group_on: Mapped[date | None] = public_column()
    item_on: Mapped[date | None] = public_column()
    """When the item to the board is to be ready."""
    notice_on: Mapped[date | None] = public_column()
    payment_on: Mapped[date | None] = public_column()
    budget: Mapped[int | None] = public_column()
    dnr: Mapped[str] = public_column(default="")
    closed_at: Mapped[datetime | None] = public_column()


event.listen(Round, "load", pin_row)


class BudgetLine(Base):
    """A line of a board's budget for one year: what grants are granted from, and what is booked where."""

    __tablename__ = "budget_lines"
    __table_args__ = (UniqueConstraint("board_id", "year", "name"),)

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    name: Mapped[str] = public_column()
    year: Mapped[int] = public_column()
    account: Mapped[str] = public_column(default="")
    """The account string (*kontosträng*) that the finance office books by."""
    amount: Mapped[int | None] = public_column()
    """What there is for the year, in öre; None while it is not known."""
    preliminary: Mapped[bool] = public_column(default=False)
    """Whether the board has not decided its budget yet."""
    ended_at: Mapped[datetime | None] = public_column()
    """Since when nothing new is planned from it."""


event.listen(BudgetLine, "load", pin_row)


class RoundScheme(Base):
    """That a round is for a grant scheme, and from which line of the budget."""

    __tablename__ = "round_schemes"
    __table_args__ = (UniqueConstraint("round_id", "scheme_id"), Index(None, "scheme_id", "round_id"))

    id: Mapped[int] = public_column(primary_key=True)
    round_id: Mapped[int] = public_column(ForeignKey("rounds.id"))
    scheme_id: Mapped[int] = public_column(ForeignKey("grant_schemes.id"))
    line_id: Mapped[int | None] = public_column(ForeignKey("budget_lines.id"))


def rounds_of_scheme(session: Session, scheme_id: int) -> Sequence[Round]:
    """The rounds that are for a grant scheme, the latest first."""
    found = select(Round).join(RoundScheme, RoundScheme.round_id == Round.id).where(RoundScheme.scheme_id == scheme_id)
    return session.scalars(found.order_by(Round.closes_on.desc(), Round.id.desc())).all()


def schemes_of_round(session: Session, round_id: int) -> Sequence[GrantScheme]:
    """The grant schemes that a round is for, by name."""
    found = select(GrantScheme).join(RoundScheme, RoundScheme.scheme_id == GrantScheme.id)
    return session.scalars(found.where(RoundScheme.round_id == round_id).order_by(GrantScheme.name)).all()


class OfferedScheme(NamedTuple):
    """A grant scheme of a round, and the budget line that it is granted from."""

    scheme: GrantScheme
    line: BudgetLine | None


def offered_in_round(session: Session, round_id: int) -> list[OfferedScheme]:
    """What a round is for, by name, each with its budget line."""
    wanted = (
        select(GrantScheme, BudgetLine)
        .join(RoundScheme, RoundScheme.scheme_id == GrantScheme.id)
        .outerjoin(BudgetLine, BudgetLine.id == RoundScheme.line_id)
        .where(RoundScheme.round_id == round_id)
        .order_by(GrantScheme.name)
    )
    return [OfferedScheme(*row) for row in session.execute(wanted)]


def budget_of(about: Round, offered: Sequence[OfferedScheme]) -> int | None:
    """What there is to share: the round's own sum, else that of its budget lines; None where neither is known."""
    if about.budget is not None:
        return about.budget
    lines = {item.line.id: item.line for item in offered if item.line is not None}
    known = [line.amount for line in lines.values() if line.amount is not None]
    return sum(known) if known and len(known) == len(lines) else None


def schemes_of_rounds(session: Session, board_id: int) -> dict[int, list[GrantScheme]]:
    """Round -> the grant schemes that it is for, by name, of a board's rounds that are for any."""
    wanted = select(RoundScheme.round_id, GrantScheme).join(GrantScheme, GrantScheme.id == RoundScheme.scheme_id)
    found: dict[int, list[GrantScheme]] = {}
    for row in session.execute(wanted.where(GrantScheme.board_id == board_id).order_by(GrantScheme.name)):
        found.setdefault(row.round_id, []).append(row.GrantScheme)
    return found


def id_of_scheme(
    scheme_id: InstrumentedAttribute[int | None], round_id: InstrumentedAttribute[int | None]
) -> ColumnElement[int | None]:
    """The grant scheme of a case, from its columns: its own, else that of its round, which had one only."""
    of_round = select(func.min(RoundScheme.scheme_id)).where(RoundScheme.round_id == round_id)
    return func.coalesce(scheme_id, of_round.scalar_subquery())


@cached_query(GrantScheme, RoundScheme)
def scheme_of_case(session: Session, scheme_id: int | None, round_id: int | None) -> GrantScheme | None:
    """The same of one case, from what stands in its columns."""
    if scheme_id is not None:
        return session.get_one(GrantScheme, scheme_id)
    found = schemes_of_round(session, round_id) if round_id is not None else ()
    return found[0] if len(found) == 1 else None


def lines(session: Session, board_id: int) -> Sequence[BudgetLine]:
    """The board's budget lines, the latest year first, by name."""
    found = select(BudgetLine).where(BudgetLine.board_id == board_id)
    return session.scalars(found.order_by(BudgetLine.year.desc(), BudgetLine.name, BudgetLine.id)).all()


def line_of(session: Session, key: int) -> BudgetLine | None:
    return session.scalar(
        select(BudgetLine).where(BudgetLine.board_id == session.person.board_id, BudgetLine.id == key)
    )


def rounds(session: Session) -> Sequence[Round]:
    """The board's rounds, the latest first."""
    found = (
        select(Round).where(Round.board_id == session.person.board_id).order_by(Round.closes_on.desc(), Round.id.desc())
    )
    return session.scalars(found).all()


def round_of(session: Session, key: int) -> Round | None:
    return session.scalar(select(Round).where(Round.board_id == session.person.board_id, Round.id == key))
