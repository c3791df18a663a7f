"""The item of a round on the board's table: what is written of it, what was sent, what the board made of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, false, select
from sqlalchemy.orm import Mapped

from vetting.grants.domain.board_items import BoardRuling
from vetting.grants.models.rounds import Round
from vetting.kernel.store.base import Base, Plain, Texts, personal_column, public_column, register_enum_types

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vetting.kernel.store.session import Session

register_enum_types(BoardRuling)


class BoardItem(Base):
    """One round's item. texts: heading -> what is written under it; what is not there is made from the rows."""

    __tablename__ = "board_items"

    id: Mapped[int] = public_column(primary_key=True)
    round_id: Mapped[int] = public_column(ForeignKey("rounds.id"), unique=True)
    dnr: Mapped[str] = public_column(default="")
    letter: Mapped[bool] = public_column(default=False, server_default=false())
    """Whether it is called *tjänsteskrivelse* rather than *tjänsteutlåtande*."""
    at_once: Mapped[bool] = public_column(default=False, server_default=false())
    """Whether the paragraph is proposed to be adjusted at once."""
    texts: Mapped[Plain] = public_column()
    signers: Mapped[str] = public_column(default="")
    """The functions that sign it, one on a line."""
    changed_at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))


class SentItem(Base):
    """The item as it went to the board: the file stands as it was, whatever the rows say later."""

    __tablename__ = "sent_items"

    id: Mapped[int] = public_column(primary_key=True)
    round_id: Mapped[int] = public_column(ForeignKey("rounds.id"), index=True)
    sha256: Mapped[str] = public_column()
    content: Mapped[bytes] = public_column(LargeBinary, deferred=True)
    """The .docx."""
    over_because: Mapped[str] = public_column(default="", server_default="")
    """Why more is proposed than there is."""
    rows: Mapped[Plain] = public_column()
    """Case -> [outcome, amount in öre or None] of each row that waited, as the board had it before it."""
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))


class RowRuling(Base):
    """What the board made of one row that it did not decide as proposed, until the decision is entered."""

    __tablename__ = "row_rulings"

    id: Mapped[int] = public_column(primary_key=True)
    round_id: Mapped[int] = public_column(ForeignKey("rounds.id"), index=True)
    case_id: Mapped[int] = public_column(ForeignKey("cases.id"), unique=True)
    draft_version: Mapped[int] = public_column()
    """Of the proposal that the board changed: it says nothing of another."""
    what: Mapped[BoardRuling] = public_column()
    amount: Mapped[int | None] = public_column()
    """Öre, of what is granted."""
    reasons: Mapped[str] = public_column()
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))


class ItemDecision(Base):
    """What a meeting did with a round's item: each decision made by it points here."""

    __tablename__ = "item_decisions"
    __table_args__ = (UniqueConstraint("round_id", "met_on", "paragraph"), Index(None, "board_id", "met_on"))

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    round_id: Mapped[int] = public_column(ForeignKey("rounds.id"))
    met_on: Mapped[date] = public_column()
    paragraph: Mapped[str] = public_column()
    at_once: Mapped[bool] = public_column(default=False, server_default=false())
    """Whether the paragraph was adjusted at once."""
    adjusted_on: Mapped[date | None] = public_column()
    notice_on: Mapped[date | None] = public_column()
    """When its notice was put up on the board's notice board."""
    absent: Mapped[str] = personal_column(default="", server_default="")
    """Who took no part in it."""
    reserved: Mapped[str] = personal_column(default="", server_default="")
    """Who made a reservation, and on what."""
    voted: Mapped[str] = personal_column(default="", server_default="")
    """How a vote came out, and on what."""
    sent_back: Mapped[Texts] = public_column()
    """The numbers of the rows that were sent back, each with why."""
    tabled: Mapped[Texts] = public_column(default=list, server_default="[]")
    """The numbers of the rows that wait for a later meeting, each with why."""
    extract_name: Mapped[str] = public_column(default="", server_default="")
    extract_sha256: Mapped[str] = public_column(default="", server_default="")
    extract: Mapped[bytes | None] = public_column(LargeBinary, deferred=True)
    """The extract of the minutes that the board's secretary made, as PDF."""
    looked_by_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))


class ItemAppeal(Base):
    """An appeal of what a meeting decided on an item. Which decisions it touches is noted on each of them."""

    __tablename__ = "item_appeals"

    id: Mapped[int] = public_column(primary_key=True)
    item_decision_id: Mapped[int] = public_column(ForeignKey("item_decisions.id"), index=True)
    court: Mapped[str] = public_column()
    number: Mapped[str] = public_column()
    on: Mapped[date] = public_column()
    statement_by: Mapped[date | None] = public_column()
    """When the board's own statement to the court is due."""
    stated_on: Mapped[date | None] = public_column()
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))


def item_of_round(session: Session, round_id: int) -> BoardItem | None:
    """What is written of a round's item; None where nobody has."""
    return session.scalar(select(BoardItem).where(BoardItem.round_id == round_id))


def item_before(session: Session, board_id: int, round_id: int) -> BoardItem | None:
    """What was written last of an item of another of the board's rounds: the next one begins with its form."""
    wanted = select(BoardItem).join(Round, Round.id == BoardItem.round_id)
    wanted = wanted.where(Round.board_id == board_id, BoardItem.round_id != round_id)
    return session.scalar(wanted.order_by(BoardItem.changed_at.desc(), BoardItem.id.desc()).limit(1))


def sent_items(session: Session, round_id: int) -> Sequence[SentItem]:
    """What has gone to the board of a round, the newest first."""
    return session.scalars(select(SentItem).where(SentItem.round_id == round_id).order_by(SentItem.id.desc())).all()


def rulings_of_round(session: Session, round_id: int) -> dict[int, RowRuling]:
    """Case -> what the board made of it, where that is not what was proposed and is not entered yet."""
    return {row.case_id: row for row in session.scalars(select(RowRuling).where(RowRuling.round_id == round_id))}


def ruling_of_case(session: Session, case_id: int, draft_version: int) -> RowRuling | None:
    """What the board made of a proposal, where that is not entered yet."""
    row = session.scalar(select(RowRuling).where(RowRuling.case_id == case_id))
    return row if row is not None and row.draft_version == draft_version else None


def drop_rulings_of_case(session: Session, case_id: int) -> None:
    """What the board made of a case's proposal counts no more: it is decided, or prepared anew."""
    for row in session.scalars(select(RowRuling).where(RowRuling.case_id == case_id)).all():
        session.delete(row)
    session.flush()


def item_decisions(session: Session, round_id: int) -> Sequence[ItemDecision]:
    """What meetings have done with a round's item, the first first."""
    return decisions_of_rounds(session, [round_id])


def decisions_of_rounds(session: Session, rounds: Iterable[int]) -> Sequence[ItemDecision]:
    """What meetings have done with some rounds' items, the first first."""
    wanted = select(ItemDecision).where(ItemDecision.round_id.in_(list(rounds)))
    return session.scalars(wanted.order_by(ItemDecision.met_on, ItemDecision.id)).all()


def appeals_of_item(session: Session, item_decision_id: int) -> Sequence[ItemAppeal]:
    """The appeals of what a meeting decided, the first first."""
    wanted = select(ItemAppeal).where(ItemAppeal.item_decision_id == item_decision_id)
    return session.scalars(wanted.order_by(ItemAppeal.id)).all()


def lacks_extract(session: Session, keys: Iterable[int | None]) -> bool:
    """Whether any of some meetings' decisions on items has no extract of the minutes handed in."""
    wanted = select(ItemDecision.id).where(ItemDecision.id.in_({key for key in keys if key}))
    return session.scalar(wanted.where(ItemDecision.extract_sha256 == "").limit(1)) is not None
