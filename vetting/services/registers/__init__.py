"""Registers read from the store: each a list of headings with their getters, one question a sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from vetting.domain.people import Action
from vetting.domain.registers import RegisterName
from vetting.services.people import require_permission
from vetting.services.registers import associations, bookings, delegated, grants, opinions, reclaims
from vetting.services.registers.rows import RegisterSelection

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from vetting.domain.people import Person
    from vetting.domain.registers import RegisterTable
    from vetting.domain.words import Language
    from vetting.services.rules import Rules

__all__ = [
    "RegisterSelection",
    "register_sheets",
]


def register_sheets(
    session: Session, name: RegisterName, selection: RegisterSelection, *, rules: Rules, by: Person, language: Language
) -> tuple[RegisterTable, ...]:
    """The sheets of a register, with what this person may see and nothing of another board."""
    require_permission(by, Action.READ_REGISTERS)
    match name:
        case RegisterName.APPROVALS:
            return (
                grants.SHEET.table(grants.grant_rows(session, selection, by), language),
                bookings.SHEET.table(bookings.booking_rows(session, selection, by), language),
            )
        case RegisterName.RECLAIMS:
            return (reclaims.SHEET.table(reclaims.reclaim_rows(session, selection, by), language),)
        case RegisterName.ASSOCIATIONS:
            return (
                associations.SHEET.table(
                    associations.association_rows(session, selection, by, rules.folder.book.catalogue), language
                ),
            )
        case RegisterName.OPINIONS:
            return (opinions.SHEET.table(opinions.opinion_rows(session, selection, by), language),)
        case RegisterName.DELEGATED:
            return (delegated.SHEET.table(delegated.delegated_rows(session, selection, by), language),)
    assert_never(name)
