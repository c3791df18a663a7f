"""Bookings that were refused, and confirmed ones that were taken back: on what ground, and how it was heard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import and_, or_, select

from vetting.associations.models.associations import Association
from vetting.bookings.domain.rescissions import RESCISSION_GROUND_WORDS, RescissionGround
from vetting.casework import outcome_in_words
from vetting.casework.domain.legal_force import RESCISSION
from vetting.casework.models.cases import BookingRequest, Case, Occurrence, seen_by
from vetting.casework.models.decisions import Decision, current_decisions
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import day_here
from vetting.kernel.decision_outcomes import DecisionOutcome
from vetting.kernel.organisation_numbers import format_number, mask_personal_numbers
from vetting.kernel.roles import Action
from vetting.kernel.text import NO_WORDS, Words, _, join_words
from vetting.registers.columns import (
    SheetDefinition,
    booking_days,
    cases_chosen,
    day_column,
    decider_words,
    decision_keys,
    first_time,
    of_keys,
    text_column,
    with_point,
)
from vetting.registers.refused_applications import grounds_in_words, hearing_days, not_met_in

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import ColumnElement, Select

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session
    from vetting.registers.columns import RegisterSelection


class RefusedBookingRow(NamedTuple):
    """One decision that says no to a booking, or takes it back; its first time."""

    case: Case
    decision: Decision
    reference: str
    room: str | None
    starts_at: datetime | None
    number: str | None
    heard_on: date | None
    replied_on: date | None
    not_met: Words = NO_WORDS
    decider: Words = NO_WORDS


def _ground(row: RefusedBookingRow) -> Words:
    if row.decision.kind != RESCISSION:
        return grounds_in_words(row.decision)
    return join_words([RESCISSION_GROUND_WORDS[RescissionGround(name)] for name in row.decision.grounds], "; ")


SHEET: Final[SheetDefinition[RefusedBookingRow]] = SheetDefinition(
    _("Nekade, återtagna bokningar"),
    (
        text_column(_("Ärendenr"), lambda row: row.case.number),
        text_column(_("Boknings-id"), lambda row: row.reference),
        text_column(_("Lokal"), lambda row: mask_personal_numbers(row.room or "")),
        day_column(_("Datum"), lambda row: day_here(row.starts_at) if row.starts_at else None),
        text_column(_("Förening/arrangör"), lambda row: mask_personal_numbers(row.case.name)),
        text_column(_("Org.nr"), lambda row: format_number(row.number) if row.number else ""),
        text_column(_("Krav"), lambda row: row.not_met),
        text_column(_("Grund"), _ground),
        day_column(_("Kommunicerat"), lambda row: row.heard_on),
        day_column(_("Svar inkom"), lambda row: row.replied_on),
        text_column(_("Beslut"), lambda row: outcome_in_words(row.decision.kind, row.decision.outcome)),
        day_column(_("Beslutsdatum"), lambda row: row.decision.decided_on),
        text_column(_("Beslutsfattare"), lambda row: with_point(row.decider, row.decision)),
    ),
    leading=(
        "Förening/arrangör",
        "Ärendenr",
        "Boknings-id",
        "Lokal",
        "Datum",
        "Krav",
        "Grund",
        "Kommunicerat",
        "Svar inkom",
        "Beslut",
        "Beslutsdatum",
        "Beslutsfattare",
    ),
    brief=("Förening/arrangör", "Datum", "Beslut"),
)


def refused_booking_rows(session: Session, selection: RegisterSelection) -> list[RefusedBookingRow]:
    """The decisions against bookings that this person may see, by the day of decision."""
    found = session.execute(
        select(
            Case,
            Decision,
            BookingRequest.reference,
            Occurrence.room_name,
            Occurrence.starts_at,
            Association.number,
            *hearing_days(),
        )
        .join(Decision, Decision.case_id == Case.id)
        .join(BookingRequest, BookingRequest.case_id == Case.id)
        .outerjoin(Occurrence, Occurrence.id == first_time())
        .outerjoin(Association, Association.id == Case.association_id)
        .where(*_conditions(selection, session.person), *of_keys(selection, Decision.id))
        .order_by(Decision.decided_on, Decision.id)
    )
    rows, decider = [RefusedBookingRow(*row) for row in found], decider_words(session)
    not_met = not_met_in(session, [row.decision for row in rows])
    return [row._replace(not_met=not_met.get(row.decision.id, NO_WORDS), decider=decider(row.decision)) for row in rows]


def refused_booking_keys(selection: RegisterSelection, by: Person) -> Select[int]:
    """The decisions of the rows, the newest first."""
    return decision_keys(by, _conditions(selection, by, by_key=True))


def _conditions(selection: RegisterSelection, by: Person, *, by_key: bool = False) -> list[ColumnElement[bool]]:
    refused = and_(Decision.kind == CaseKind.BOOKING.value, Decision.outcome == DecisionOutcome.REFUSED)
    return [
        seen_by(by, Action.READ_REGISTERS, by_key=by_key or selection.keys is not None),
        or_(refused, Decision.kind == RESCISSION),
        current_decisions(),
        *booking_days(selection),
        *cases_chosen(selection),
    ]
