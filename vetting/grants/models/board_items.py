"""The item of a round on the board's table: what the officer has written of it beside what its rows say."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, false, select
from sqlalchemy.orm import Mapped, Session

from vetting.kernel.store.base import Base, Plain, personal_column, public_column


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


def item_of_round(session: Session, round_id: int) -> BoardItem | None:
    """What is written of a round's item; None where nobody has."""
    return session.scalar(select(BoardItem).where(BoardItem.round_id == round_id))
