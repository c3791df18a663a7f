"""The sharing of a round's money while it is worked on: what is said of each row, by whom, and what it was before."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, func, or_, select
from sqlalchemy.orm import Mapped, Session

from vetting.grants.domain.allocations import AllocationField, ScenarioKind
from vetting.kernel.store.base import Base, Plain, keep_words, personal_column, public_column

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

keep_words(AllocationField, ScenarioKind)


class AllocationEntry(Base):
    """What somebody said in one cell; the newest of a case and field holds, and none is changed or removed.

    act_id: the first entry of the act that it was said in: a pasted column, a scenario that was chosen.
    """

    __tablename__ = "allocation_entries"
    __table_args__ = (Index(None, "round_id", "id"), Index(None, "case_id", "field", "id"))

    id: Mapped[int] = public_column(primary_key=True)
    round_id: Mapped[int] = public_column(ForeignKey("rounds.id"))
    case_id: Mapped[int] = public_column(ForeignKey("cases.id"))
    field: Mapped[AllocationField] = public_column()
    amount: Mapped[int | None] = public_column()
    """In öre; None where nothing is proposed."""
    text: Mapped[str] = public_column(default="")
    act_id: Mapped[int | None] = public_column(ForeignKey("allocation_entries.id"))
    takes_back: Mapped[bool] = public_column(default=False)
    """It is the act before that is taken back."""
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))

    @property
    def value(self) -> int | str | None:
        """What the cell says."""
        return self.amount if self.field is AllocationField.AMOUNT else self.text


class AllocationScenario(Base):
    """A way to share the money, kept under a name: counted, or as the sheet stood. The program chooses none."""

    __tablename__ = "allocation_scenarios"
    __table_args__ = (Index(None, "round_id", "id"),)

    id: Mapped[int] = public_column(primary_key=True)
    round_id: Mapped[int] = public_column(ForeignKey("rounds.id"))
    name: Mapped[str] = public_column()
    kind: Mapped[ScenarioKind] = public_column()
    settings: Mapped[Plain] = public_column()
    amounts: Mapped[Plain] = public_column()
    """Id of a case as text -> öre, or null where nothing is proposed."""
    reasons: Mapped[Plain] = public_column()
    """Id of a case as text -> the short reason, of a sheet that was kept."""
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))
    chosen_at: Mapped[datetime | None] = public_column()
    chosen_by_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))
    dropped_at: Mapped[datetime | None] = public_column()


def entries_of_round(session: Session, round_id: int, *, after: int = 0) -> Sequence[AllocationEntry]:
    """All that was said in a round's sheet after an entry, the oldest first."""
    wanted = select(AllocationEntry).where(AllocationEntry.round_id == round_id, AllocationEntry.id > after)
    return session.scalars(wanted.order_by(AllocationEntry.id)).all()


def entries_by_id(session: Session, round_id: int, keys: Collection[int]) -> dict[int, AllocationEntry]:
    """Some entries of a round by their ids."""
    wanted = select(AllocationEntry).where(AllocationEntry.round_id == round_id, AllocationEntry.id.in_(keys))
    return {row.id: row for row in session.scalars(wanted)}


def entries_of_person(session: Session, round_id: int, user_id: int, most: int) -> Sequence[AllocationEntry]:
    """What a person has said last in a round's sheet, the newest first."""
    wanted = select(AllocationEntry).where(AllocationEntry.round_id == round_id, AllocationEntry.by_user_id == user_id)
    return session.scalars(wanted.order_by(AllocationEntry.id.desc()).limit(most)).all()


def entries_of_act(session: Session, round_id: int, act: int) -> Sequence[AllocationEntry]:
    """What was said in one act, the oldest first; not what takes it back."""
    wanted = select(AllocationEntry).where(
        AllocationEntry.round_id == round_id,
        or_(AllocationEntry.id == act, AllocationEntry.act_id == act),
        ~AllocationEntry.takes_back,
    )
    return session.scalars(wanted.order_by(AllocationEntry.id)).all()


def newest_entries(
    session: Session, round_id: int, cases: Collection[int] | None = None, *, before: int | None = None
) -> dict[tuple[int, AllocationField], AllocationEntry]:
    """(case, field) -> what holds there. cases: only of these. before: what held before an entry was made."""
    newest = select(func.max(AllocationEntry.id)).where(AllocationEntry.round_id == round_id)
    if cases is not None:
        newest = newest.where(AllocationEntry.case_id.in_(cases))
    if before is not None:
        newest = newest.where(AllocationEntry.id < before)
    newest = newest.group_by(AllocationEntry.case_id, AllocationEntry.field)
    rows = session.scalars(select(AllocationEntry).where(AllocationEntry.id.in_(newest)))
    return {(row.case_id, row.field): row for row in rows}


def scenarios_of(session: Session, round_id: int) -> Sequence[AllocationScenario]:
    """The scenarios of a round that are not dropped, the oldest first."""
    wanted = select(AllocationScenario).where(
        AllocationScenario.round_id == round_id, AllocationScenario.dropped_at.is_(None)
    )
    return session.scalars(wanted.order_by(AllocationScenario.id)).all()
