"""Who may decide what: a board's scheme of delegation, and who is absent."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, false, or_, select
from sqlalchemy.orm import Mapped

from vetting.kernel.roles import Role
from vetting.kernel.store.base import Base, Texts, personal_column, public_column, register_enum_types
from vetting.kernel.store.read_cache import cached_query
from vetting.people.domain.delegation import (
    DecisionAuthority,
    DecisionRight,
    DelegatedAct,
)
from vetting.people.models.people import RoleAssignment, User

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session

register_enum_types(DecisionAuthority)


class Delegation(Base):
    """What one person, or whoever holds one function, may decide in the board's name. Never a group."""

    __tablename__ = "delegations"

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"), index=True)
    user_id: Mapped[int | None] = personal_column(ForeignKey("users.id"), index=True)
    function: Mapped[str] = public_column(default="", server_default="")
    """The role whose holders have it, where it is no person's."""
    title: Mapped[str] = public_column(default="", server_default="")
    """The delegate's title, as decisions and registers print it."""
    maker: Mapped[DecisionAuthority] = public_column()
    """board (records what the board decided), committee, delegate or chair"""
    point: Mapped[str] = public_column(default="")
    kinds: Mapped[Texts] = public_column()
    """grant, booking, reclaim, ending"""
    acts: Mapped[Texts] = public_column(server_default="[]")
    """What of the kinds it gives the right to; none: all of it."""
    refusals: Mapped[bool] = public_column(default=True)
    largest: Mapped[int | None] = public_column()
    """Öre; none is without limit."""
    execution: Mapped[bool | None] = public_column()
    """Whether what is done by it is execution (verkställighet) and no decision; null where the kind of act says so."""
    valid_from: Mapped[date] = public_column()
    valid_to: Mapped[date | None] = public_column()
    waits: Mapped[bool] = public_column(default=False, server_default=false())
    """For a second person's yes: nothing is decided by it until then."""
    asked_by_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))
    agreed_by_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))


class Absence(Base):
    """Days on which another person decides by somebody's delegation."""

    __tablename__ = "absences"
    __table_args__ = (Index(None, "board_id", "last_on", "id"),)

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    user_id: Mapped[int] = personal_column(ForeignKey("users.id"))
    substitute_id: Mapped[int] = personal_column(ForeignKey("users.id"), index=True)
    first_on: Mapped[date] = public_column()
    last_on: Mapped[date] = public_column()
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int | None] = personal_column(ForeignKey("users.id"))
    ended_at: Mapped[datetime | None] = public_column()


@cached_query(Absence, User, RoleAssignment, Delegation)
def decision_rights(session: Session, on: date) -> list[DecisionRight]:
    """What a person may decide: by their own right, by a function they hold, as somebody's substitute that day.

    Only a decision maker decides in the place of another; whoever else stands in sees what the absent one watches.
    """
    stands_in_for: set[int] = set()
    if Role.DECISION_MAKER in session.person.roles:
        stands_in_for |= {*session.scalars(_stood_in_for(session.person, on))}
    rows = session.scalars(
        select(Delegation)
        .where(
            Delegation.board_id == session.person.board_id,
            Delegation.waits.is_(False),
            or_(
                Delegation.user_id.in_({session.person.id} | stands_in_for),
                Delegation.function.in_([role.value for role in session.person.roles]),
            ),
        )
        .order_by(Delegation.id)
    )
    return [
        DecisionRight(
            row=row.id,
            maker=row.maker,
            point=row.point,
            kinds=frozenset(row.kinds),
            refusals=row.refusals,
            largest=row.largest,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            for_user=row.user_id if row.user_id not in {None, session.person.id} else None,
            execution=row.execution,
            acts=frozenset(DelegatedAct(act) for act in row.acts),
            title=row.title,
        )
        for row in rows
    ]


def _stood_in_for(by: Person, on: date) -> Select[int]:
    """The decision makers whose substitute somebody is that day."""
    return (
        select(Absence.user_id)
        .join(User, User.id == Absence.user_id)
        .join(RoleAssignment, RoleAssignment.user_id == Absence.user_id)
        .where(
            User.active,
            RoleAssignment.board_id == by.board_id,
            RoleAssignment.role == Role.DECISION_MAKER.value,
            Absence.board_id == by.board_id,
            Absence.substitute_id == by.id,
            Absence.first_on <= on,
            Absence.last_on >= on,
            Absence.ended_at.is_(None),
        )
    )


def absences(session: Session, board_id: int, on: date) -> Sequence[Absence]:
    """Absences that are or will be, in order."""
    return session.scalars(
        select(Absence)
        .where(Absence.board_id == board_id, Absence.last_on >= on, Absence.ended_at.is_(None))
        .order_by(Absence.first_on, Absence.id)
    ).all()


def delegations(session: Session, board_id: int) -> Sequence[Delegation]:
    """The board's whole scheme."""
    return session.scalars(select(Delegation).where(Delegation.board_id == board_id).order_by(Delegation.id)).all()
