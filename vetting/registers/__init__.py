"""Registers read from the store: each a list of headings with their getters, one question a sheet."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.register_days import RegisterDay
from vetting.kernel.register_tables import RegisterName
from vetting.kernel.roles import Action
from vetting.kernel.text import _
from vetting.people import require_permission
from vetting.registers import (
    approved_bookings,
    approved_grants,
    associations,
    checked_bookings,
    delegated_decisions,
    deviations,
    follow_up,
    money_totals,
    opinions,
    payment_stops,
    payments,
    reclaims,
    refused_applications,
    refused_bookings,
    role_periods,
)
from vetting.registers.columns import RegisterSelection
from vetting.registers.sheets import RegisterPage, RegisterSheet, is_long
from vetting.rules import rulebook_of

if TYPE_CHECKING:
    from vetting.kernel.register_tables import RegisterTable
    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session
    from vetting.kernel.text import Language, Words
    from vetting.registers.money_totals import MoneyTotals
    from vetting.rules import Rules

__all__ = [
    "RegisterPage",
    "RegisterSelection",
    "is_long_register",
    "money_of_register",
    "register_pages",
    "register_sheets",
    "registers_of",
    "require_register",
    "sheets_of",
]


def register_sheets(
    session: Session, name: RegisterName, selection: RegisterSelection, *, language: Language
) -> tuple[RegisterTable, ...]:
    """The sheets of a register, with what this person may see and nothing of another board; many rows are read late."""
    require_register(session.person, name)
    sheets = _chosen_sheets(name, rulebook_of(session), selection)
    return tuple(sheet.whole(session, selection, language) for _place, sheet in sheets)


def register_pages(
    session: Session,
    name: RegisterName,
    selection: RegisterSelection,
    *,
    sheet: int | None,
    page: int,
    language: Language,
) -> dict[int, RegisterPage]:
    """Sheet -> a page of it, of all sheets or one: the same rows as `register_sheets`, so many at a time."""
    require_register(session.person, name)
    return {
        place: each.page(session, selection, language, number=page)
        for place, each in _chosen_sheets(name, rulebook_of(session), selection)
        if sheet in {None, place}
    }


def money_of_register(
    session: Session, name: RegisterName, selection: RegisterSelection
) -> list[tuple[Words, MoneyTotals]]:
    """What the grants or payments of each sheet come to, with its title."""
    found = (
        (sheet.definition.title, sheet.money_of(session, selection))
        for _place, sheet in _chosen_sheets(name, rulebook_of(session), selection)
    )
    return [(title, money) for title, money in found if money is not None]


def registers_of(by: Person) -> list[RegisterName]:
    """The registers that a person may read."""
    return [name for name in RegisterName if name is not RegisterName.ROLES or role_periods.may_read_roles(by)]


def require_register(by: Person, name: RegisterName) -> None:
    """Whoever reads registers reads this one.

    Raises:
        Refused: no registers, or not this one.
    """
    require_permission(by, Action.READ_REGISTERS)
    if name not in registers_of(by):
        raise Refused(
            Obstacle.FORBIDDEN,
            Problem(
                name.value,
                _("Bara chefen och revisorn får läsa registret."),
                _("Be systemförvaltaren om rätt roll."),
            ),
        )


def is_long_register(session: Session, name: RegisterName, selection: RegisterSelection) -> bool:
    """Whether a sheet has so many rows that nobody should sit and wait for the workbook."""
    return any(
        is_long(session, sheet.keys(selection, session.person))
        for _place, sheet in _chosen_sheets(name, rulebook_of(session), selection)
    )


def _chosen_sheets(
    name: RegisterName, rules: Rules, selection: RegisterSelection
) -> list[tuple[int, RegisterSheet[Any]]]:
    """The sheets with their places: only bookings have a day of use."""
    of_use = selection.by is RegisterDay.USED
    return [
        (place, sheet) for place, sheet in enumerate(sheets_of(name, rules), 1) if sheet.has_day_of_use or not of_use
    ]


def sheets_of(name: RegisterName, rules: Rules) -> tuple[RegisterSheet[Any], ...]:
    """What each sheet of a register is made from."""
    association_rows = partial(associations.association_rows, catalogue=rules.folder.book.catalogue)
    found: dict[RegisterName, tuple[RegisterSheet[Any], ...]] = {
        RegisterName.APPROVALS: (
            RegisterSheet(
                approved_grants.SHEET,
                approved_grants.grant_rows,
                approved_grants.grant_keys,
                money=money_totals.totals_of_grants,
            ),
            RegisterSheet(
                approved_bookings.SHEET,
                approved_bookings.booking_rows,
                approved_bookings.booking_keys,
                has_day_of_use=True,
            ),
        ),
        RegisterName.REFUSALS: (
            RegisterSheet(
                refused_applications.SHEET, refused_applications.refusal_rows, refused_applications.refusal_keys
            ),
            RegisterSheet(
                refused_bookings.SHEET,
                refused_bookings.refused_booking_rows,
                refused_bookings.refused_booking_keys,
                has_day_of_use=True,
            ),
        ),
        RegisterName.PAYMENTS: (
            RegisterSheet(
                payments.SHEET, payments.payment_rows, payments.payment_keys, money=money_totals.totals_of_payments
            ),
        ),
        RegisterName.PAYMENT_STOPS: (
            RegisterSheet(payment_stops.SHEET, payment_stops.stop_rows, payment_stops.stop_keys),
        ),
        RegisterName.FOLLOW_UP: (RegisterSheet(follow_up.SHEET, follow_up.follow_up_rows, follow_up.follow_up_keys),),
        RegisterName.RECLAIMS: (RegisterSheet(reclaims.SHEET, reclaims.reclaim_rows, reclaims.reclaim_keys),),
        RegisterName.ASSOCIATIONS: (
            RegisterSheet(associations.SHEET, association_rows, associations.association_keys, newest_first=False),
        ),
        RegisterName.OPINIONS: (RegisterSheet(opinions.SHEET, opinions.opinion_rows, opinions.opinion_keys),),
        RegisterName.DELEGATED: (
            RegisterSheet(
                delegated_decisions.SHEET, delegated_decisions.delegated_rows, delegated_decisions.delegated_keys
            ),
        ),
        RegisterName.BOOKINGS: (
            RegisterSheet(
                checked_bookings.SHEET,
                checked_bookings.checked_booking_rows,
                checked_bookings.checked_booking_keys,
                has_day_of_use=True,
            ),
        ),
        RegisterName.DEVIATIONS: (
            RegisterSheet(deviations.SHEET, deviations.deviation_rows, deviations.deviation_keys),
        ),
        RegisterName.ROLES: (
            RegisterSheet(role_periods.SHEET, role_periods.role_period_rows, role_periods.role_period_keys),
        ),
    }
    return found[name]
