"""Registers read from the store: each a list of headings with their getters, one question a sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from vetting.boards.services.sign_in import require_permission
from vetting.kernel.register_tables import RegisterName
from vetting.kernel.roles import Action
from vetting.registers import approved_bookings, approved_grants, associations, delegated_decisions, opinions, reclaims
from vetting.registers.columns import RegisterSelection

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from vetting.kernel.register_tables import RegisterTable
    from vetting.kernel.roles import Person
    from vetting.kernel.text import Language
    from vetting.rules.services.rulebook import Rules

__all__ = ["RegisterSelection", "register_sheets"]


def register_sheets(
    session: Session, name: RegisterName, selection: RegisterSelection, *, rules: Rules, by: Person, language: Language
) -> tuple[RegisterTable, ...]:
    """The sheets of a register, with what this person may see and nothing of another board."""
    require_permission(by, Action.READ_REGISTERS)
    match name:
        case RegisterName.APPROVALS:
            return (
                approved_grants.SHEET.table(approved_grants.grant_rows(session, selection, by), language),
                approved_bookings.SHEET.table(approved_bookings.booking_rows(session, selection, by), language),
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
            return (
                delegated_decisions.SHEET.table(delegated_decisions.delegated_rows(session, selection, by), language),
            )
    assert_never(name)
