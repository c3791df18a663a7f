"""Who has had which role in the board, from when to when, given and ended by whom."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import false, or_, select
from sqlalchemy.orm import aliased

from vetting.kernel.dates import day_here, midnight
from vetting.kernel.register_tables import REGISTER_WORDS, RegisterName
from vetting.kernel.roles import ROLE_WORDS, Action
from vetting.kernel.text import NO_WORDS, _, in_context
from vetting.people.domain.role_expiry import ROLE_END_WORDS
from vetting.people.models.people import RoleAssignment, RolePeriod, User
from vetting.registers.columns import SheetDefinition, day_column, of_keys, text_column

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import ColumnElement, Select

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session
    from vetting.registers.columns import RegisterSelection


class RolePeriodRow(NamedTuple):
    """A role that somebody has or had, with the names of those who gave it, said yes and ended it."""

    period: RolePeriod
    user: User
    ends_on: date | None
    """The last day that is set, while it lasts."""
    giver: str | None
    second: str | None
    ender: str | None


SHEET: Final[SheetDefinition[RolePeriodRow]] = SheetDefinition(
    REGISTER_WORDS[RegisterName.ROLES],
    (
        text_column(_("Person"), lambda row: row.user.name),
        text_column(_("Användarnamn"), lambda row: row.user.login),
        text_column(_("Roll"), lambda row: ROLE_WORDS[row.period.role]),
        day_column(
            in_context("time", "Från"), lambda row: day_here(row.period.began_at) if row.period.began_at else None
        ),
        day_column(
            in_context("time", "Till"), lambda row: day_here(row.period.ended_at) if row.period.ended_at else None
        ),
        day_column(_("Sista dag enligt plan"), lambda row: row.ends_on),
        text_column(_("Given av"), lambda row: row.giver or ""),
        text_column(_("Ja av"), lambda row: row.second or ""),
        text_column(_("Avslutad av"), lambda row: row.ender or ""),
        text_column(_("Varför"), lambda row: ROLE_END_WORDS[row.period.why] if row.period.why else NO_WORDS),
    ),
    brief=("Person", "Roll", "Till"),
)


def role_period_rows(session: Session, selection: RegisterSelection) -> list[RolePeriodRow]:
    """The roles of the rows, in the order they began."""
    giver, second, ender = aliased(User), aliased(User), aliased(User)
    held = (RoleAssignment.user_id == RolePeriod.user_id) & (RoleAssignment.board_id == RolePeriod.board_id)
    held &= RoleAssignment.role == RolePeriod.role
    found = session.execute(
        select(RolePeriod, User, RoleAssignment.ends_on, giver.name, second.name, ender.name)
        .join(User, User.id == RolePeriod.user_id)
        .outerjoin(RoleAssignment, held & RolePeriod.ended_at.is_(None))
        .outerjoin(giver, giver.id == RolePeriod.given_by_id)
        .outerjoin(second, second.id == RolePeriod.agreed_by_id)
        .outerjoin(ender, ender.id == RolePeriod.ended_by_id)
        .where(*_conditions(selection, session.person), *of_keys(selection, RolePeriod.id))
        .order_by(RolePeriod.began_at, RolePeriod.id)
    )
    return [RolePeriodRow(*row) for row in found]


def role_period_keys(selection: RegisterSelection, by: Person) -> Select[int]:
    """The roles of the rows, the newest first."""
    return (
        select(RolePeriod.id)
        .join(User, User.id == RolePeriod.user_id)
        .where(*_conditions(selection, by))
        .order_by(RolePeriod.began_at.desc(), RolePeriod.id.desc())
    )


def may_read_roles(by: Person) -> bool:
    """Whether somebody looks after who may do what: the manager, the auditor."""
    return by.may(Action.AGREE_PEOPLE) or by.may(Action.READ_TRAIL)


def _conditions(selection: RegisterSelection, by: Person) -> list[ColumnElement[bool]]:
    """Roles that were held at some time of the chosen days, of the own board."""
    wanted: list[ColumnElement[bool]] = [RolePeriod.board_id == by.board_id]
    if not may_read_roles(by):
        wanted.append(false())
    words = selection.text.strip()
    if words:
        spelled = {words, words.lower(), words.title(), words.upper()}  # SQLite knows no case of å, ä and ö
        names = (User.name.icontains(one, autoescape=True) for one in sorted(spelled))
        wanted.append(or_(*names, User.login.contains(words.casefold(), autoescape=True)))
    if selection.first:
        begins = midnight(selection.first)
        wanted.append(or_(RolePeriod.ended_at.is_(None), RolePeriod.ended_at >= begins))
    if selection.last:
        ends = midnight(selection.last + timedelta(days=1))
        wanted.append(or_(RolePeriod.began_at.is_(None), RolePeriod.began_at < ends))
    return wanted
