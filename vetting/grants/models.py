"""Grant schemes: what a board gives money for, by which rules; and rounds: when applications are taken in."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, UniqueConstraint, event, or_, select
from sqlalchemy.orm import Mapped, Session

from vetting.kernel.store.base import Base, public_column
from vetting.kernel.store.read_cache import ask_once, hold_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import InstrumentedAttribute

    from vetting.kernel.roles import Person


class GrantScheme(Base):
    """A kind of grant of a board (*bidragsform*): what it is for, and the rule set that judges what is applied for."""

    __tablename__ = "grant_schemes"
    __table_args__ = (UniqueConstraint("board_id", "name"), Index(None, "board_id", "ruleset"))

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    name: Mapped[str] = public_column()
    purpose: Mapped[str] = public_column(default="")
    ruleset: Mapped[str] = public_column(default="")
    """Its own rule set; empty where the rules that the board has for all grants judge it."""
    ended_at: Mapped[datetime | None] = public_column()
    """Since when no new round is for it."""


event.listen(GrantScheme, "load", hold_row)


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
    decision_on: Mapped[date | None] = public_column()
    report_on: Mapped[date | None] = public_column()
    budget: Mapped[int | None] = public_column()
    dnr: Mapped[str] = public_column(default="")
    closed_at: Mapped[datetime | None] = public_column()


event.listen(Round, "load", hold_row)


class RoundScheme(Base):
    """That a round is for a grant scheme."""

    __tablename__ = "round_schemes"
    __table_args__ = (UniqueConstraint("round_id", "scheme_id"), Index(None, "scheme_id", "round_id"))

    id: Mapped[int] = public_column(primary_key=True)
    round_id: Mapped[int] = public_column(ForeignKey("rounds.id"))
    scheme_id: Mapped[int] = public_column(ForeignKey("grant_schemes.id"))


def schemes(session: Session, board_id: int) -> Sequence[GrantScheme]:
    """The board's grant schemes by name."""
    found = select(GrantScheme).where(GrantScheme.board_id == board_id).order_by(GrantScheme.name, GrantScheme.id)
    return session.scalars(found).all()


def schemes_with(session: Session, board_id: int, ruleset: str) -> Sequence[GrantScheme]:
    """The board's grant schemes that a rule set is the own rules of."""
    return [item for item in schemes(session, board_id) if item.ruleset == ruleset]


def scheme_of(session: Session, by: Person, key: int) -> GrantScheme | None:
    """One of the board's own grant schemes."""
    return session.scalar(select(GrantScheme).where(GrantScheme.board_id == by.board_id, GrantScheme.id == key))


@ask_once(GrantScheme)
def rulesets_of_schemes(session: Session, board_id: int) -> frozenset[str]:
    """The rule sets that judge some grant schemes only, those that have ended too."""
    found = select(GrantScheme.ruleset).where(GrantScheme.board_id == board_id, GrantScheme.ruleset != "")
    return frozenset(session.scalars(found))


def rounds_of_scheme(session: Session, scheme_id: int) -> Sequence[Round]:
    """The rounds that are for a grant scheme, the latest first."""
    found = select(Round).join(RoundScheme, RoundScheme.round_id == Round.id).where(RoundScheme.scheme_id == scheme_id)
    return session.scalars(found.order_by(Round.closes_on.desc(), Round.id.desc())).all()


def scheme_of_round(session: Session, round_id: int) -> GrantScheme | None:
    """The grant scheme that a round is for."""
    found = select(GrantScheme).join(RoundScheme, RoundScheme.scheme_id == GrantScheme.id)
    return session.scalar(found.where(RoundScheme.round_id == round_id))


def rulesets_of_rounds(session: Session, board_id: int) -> dict[int, str]:
    """Round -> the rule set of its grant scheme, of those that have their own."""
    wanted = select(RoundScheme.round_id, GrantScheme.ruleset).join(
        GrantScheme, GrantScheme.id == RoundScheme.scheme_id
    )
    rows = session.execute(wanted.where(GrantScheme.board_id == board_id, GrantScheme.ruleset != ""))
    return {row.round_id: row.ruleset for row in rows}


@ask_once(GrantScheme, RoundScheme)
def ruleset_of_round(session: Session, round_id: int | None) -> str:
    """The rule set of the grant scheme that a round is for; empty where the board's rules for all grants hold."""
    if round_id is None:
        return ""
    wanted = select(GrantScheme.ruleset).join(RoundScheme, RoundScheme.scheme_id == GrantScheme.id)
    return session.scalar(wanted.where(RoundScheme.round_id == round_id)) or ""


def judged_by(
    session: Session, round_id: InstrumentedAttribute[int | None], board_id: int, ruleset: str
) -> ColumnElement[bool]:
    """Of a board's cases those that a rule set is for: of its grant schemes, else all that have no rules of their own.

    round_id: the column with the round of a case.
    """
    one_of_own = ruleset in rulesets_of_schemes(session, board_id)
    named = GrantScheme.ruleset == ruleset if one_of_own else GrantScheme.ruleset != ""
    with_own = (
        select(RoundScheme.round_id)
        .join(GrantScheme, GrantScheme.id == RoundScheme.scheme_id)
        .where(GrantScheme.board_id == board_id, named)
    )
    return round_id.in_(with_own) if one_of_own else or_(round_id.is_(None), round_id.not_in(with_own))


def rounds(session: Session, by: Person) -> Sequence[Round]:
    """The board's rounds, the latest first."""
    found = select(Round).where(Round.board_id == by.board_id).order_by(Round.closes_on.desc(), Round.id.desc())
    return session.scalars(found).all()


def round_of(session: Session, by: Person, key: int) -> Round | None:
    """One of the board's own rounds."""
    return session.scalar(select(Round).where(Round.board_id == by.board_id, Round.id == key))
