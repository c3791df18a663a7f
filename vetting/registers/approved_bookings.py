"""Bookings that are approved: confirmed, and neither taken back, refused since nor called off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from vetting.associations.models.associations import Association, records_of
from vetting.bookings.domain.room_bookings import PRICE_WORDS, price_kept
from vetting.casework.domain.advice import ADVICE_WORDS, Advice
from vetting.casework.domain.cases import CaseState
from vetting.casework.models.assessments import AssessmentRow
from vetting.casework.models.cases import LEFT_OUT, BookingRequest, Case, Occurrence, seen_by
from vetting.casework.models.decisions import Decision, current_decisions
from vetting.casework.models.meetings import Review
from vetting.casework.models.screenings import StoredScreening
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import HERE
from vetting.kernel.decision_outcomes import FAVOURABLE
from vetting.kernel.organisation_numbers import format_number, mask_personal_numbers
from vetting.kernel.register_days import RegisterDay
from vetting.kernel.roles import Action
from vetting.kernel.text import Words, _
from vetting.registers.columns import (
    SheetDefinition,
    booking_days,
    cases_chosen,
    clock_column,
    day_column,
    decider_words,
    decision_keys,
    latest_review,
    of_keys,
    on_moments,
    text_column,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from sqlalchemy import ColumnElement, Select

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session
    from vetting.registers.columns import RegisterSelection


class BookingRegisterRow(NamedTuple):
    """One time of an approved booking."""

    case: Case
    decision: Decision
    request: BookingRequest
    use: Occurrence | None
    number: str | None
    looked_on: date | None
    looked_until: date | None
    event_on: date | None
    advice: str | None
    results: Mapping[str, Mapping[str, Any]]
    decider: Words

    @property
    def starts(self) -> datetime | None:
        """When it begins, here."""
        return self.use.starts_at.astimezone(HERE) if self.use and self.use.starts_at else None

    @property
    def ends(self) -> datetime | None:
        """When it ends, here."""
        return self.use.ends_at.astimezone(HERE) if self.use and self.use.ends_at else None


_OPENED: Final = {True: _("öppet"), False: _("slutet")}


def _rate(row: BookingRegisterRow) -> Words:
    """The price: as asked for, or full where a criterion of the rate was not met."""
    return PRICE_WORDS[price_kept(row.request.rate, row.results)]


def _association(row: BookingRegisterRow) -> str:
    return f"{row.looked_on}, {row.looked_until or '–'}" if row.looked_on else ""


def _event(row: BookingRegisterRow) -> Words:
    """How the event was looked at: by a person, or against what was stated only."""
    if row.event_on is not None:
        return _("{event_on}, bedömt", event_on=row.event_on)
    on = row.decision.decided_on
    return _("{on}, enligt uppgifterna", on=on)


SHEET: Final[SheetDefinition[BookingRegisterRow]] = SheetDefinition(
    _("Godkända bokningar"),
    (
        text_column(_("Ärendenr"), lambda row: row.case.number),
        text_column(_("Boknings-id"), lambda row: row.request.reference),
        text_column(_("Lokal"), lambda row: mask_personal_numbers(row.use.room_name) if row.use else ""),
        day_column(_("Datum"), lambda row: row.starts.date() if row.starts else None),
        clock_column(_("Från"), lambda row: row.starts.time() if row.starts else None),
        clock_column(_("Till"), lambda row: row.ends.time() if row.ends else None),
        text_column(_("Förening/arrangör"), lambda row: mask_personal_numbers(row.case.name)),
        text_column(_("Org.nr"), lambda row: format_number(row.number) if row.number else ""),
        text_column(_("Arrangemang"), lambda row: mask_personal_numbers(row.request.title or row.case.purpose)),
        text_column(
            _("Öppet/slutet"),
            lambda row: "" if row.request.open_to_public is None else _OPENED[row.request.open_to_public],
        ),
        text_column(_("Taxa"), _rate),
        text_column(_("Kontroll förening (datum, giltig t.o.m.)"), _association),
        text_column(_("Kontroll arrangemang"), _event),
        text_column(_("Av (funktion)"), lambda row: row.decider),
        text_column(_("Villkor"), lambda row: mask_personal_numbers("; ".join(row.decision.conditions))),
        text_column(_("Referensgrupp"), lambda row: ADVICE_WORDS[Advice(row.advice)] if row.advice else ""),
    ),
    leading=(
        "Förening/arrangör",
        "Ärendenr",
        "Boknings-id",
        "Lokal",
        "Datum",
        "Från",
        "Till",
        "Arrangemang",
        "Öppet/slutet",
        "Kontroll förening (datum, giltig t.o.m.)",
        "Kontroll arrangemang",
        "Av (funktion)",
    ),
    brief=("Förening/arrangör", "Datum", "Lokal"),
)


def booking_rows(session: Session, selection: RegisterSelection) -> list[BookingRegisterRow]:
    """The times of the approved bookings that this person may see, by the day of decision."""
    given, of_event = aliased(AssessmentRow), aliased(AssessmentRow)
    checked = select(func.max(given.id)).where(
        given.board_id == Case.board_id,
        given.association_id.in_(records_of(Case.association_id)),
        given.case_id.is_(None),
        given.at <= Decision.decided_at,
    )
    of_use = on_moments(selection, Occurrence.starts_at) if selection.by is RegisterDay.USED else ()
    about_event = select(func.max(of_event.on)).where(of_event.case_id == Case.id, of_event.at <= Decision.decided_at)
    found: Iterable[Any] = session.execute(
        select(
            Case,
            Decision,
            BookingRequest,
            Occurrence,
            Association.number,
            AssessmentRow.on,
            AssessmentRow.valid_until,
            about_event.scalar_subquery(),
            Review.outcome,
            StoredScreening.results,
        )
        .join(Decision, Decision.case_id == Case.id)
        .join(BookingRequest, BookingRequest.case_id == Case.id)
        .outerjoin(Occurrence, and_(Occurrence.case_id == Case.id, Occurrence.state != LEFT_OUT, *of_use))
        .outerjoin(Association, Association.id == Case.association_id)
        .outerjoin(AssessmentRow, AssessmentRow.id == checked.scalar_subquery())
        .outerjoin(Review, Review.id == latest_review())
        .outerjoin(StoredScreening, StoredScreening.id == Case.screening_id)
        .where(*_conditions(selection, session.person), *of_keys(selection, Decision.id))
        .order_by(Decision.decided_on, Decision.id, Occurrence.id)
    )
    decider = decider_words(session)
    return [
        BookingRegisterRow(
            case,
            decision,
            request,
            use,
            number,
            looked_on,
            looked_until,
            event_on,
            advice,
            results or {},
            decider(decision),
        )
        for case, decision, request, use, number, looked_on, looked_until, event_on, advice, results in found
    ]


def booking_keys(selection: RegisterSelection, by: Person) -> Select[int]:
    """The decisions on the bookings, the newest first; each may have several times."""
    return decision_keys(by, _conditions(selection, by, by_key=True))


def _conditions(selection: RegisterSelection, by: Person, *, by_key: bool = False) -> list[ColumnElement[bool]]:
    return [
        seen_by(by, Action.READ_REGISTERS, by_key=by_key or selection.keys is not None),
        Decision.kind == CaseKind.BOOKING.value,
        Decision.outcome.in_(FAVOURABLE),
        current_decisions(),
        Case.state != CaseState.CANCELLED,
        *booking_days(selection),
        *cases_chosen(selection),
    ]
