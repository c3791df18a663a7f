"""The questions behind an association's years: what it applied for and got, its members, its reports, its bookings."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import and_, func, or_, select

from vetting.associations.models.associations import records_of
from vetting.bookings.domain.room_bookings import PriceClass, price_kept
from vetting.casework.domain.cases import CaseState
from vetting.casework.models.cases import LEFT_OUT, BookingRequest, Case, Occurrence, seen_by
from vetting.casework.models.decisions import Decision, current_grants
from vetting.casework.models.facts import GivenFacts
from vetting.casework.models.screenings import StoredScreening
from vetting.grants.models.outside_decisions import outside_decisions
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import day_here
from vetting.kernel.store.import_batches import is_batch_not_undone
from vetting.money.models.reports import GrantReport, report_first_due
from vetting.people.models.people import Room
from vetting.reporting.models.figure_sources import how_report_came, is_to_be_reported

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from vetting.grants.models.outside_decisions import OutsideDecision
    from vetting.kernel.store.session import Session

MEMBERS: Final = "members_total"


class AmountOfYear(NamedTuple):
    """What was applied for and granted in a year, in öre; None is not known."""

    applied: int | None = None
    granted: int | None = None


class ReductionOfYear(NamedTuple):
    """The value in öre of subsidised and zero rates in a year, and the number of times whose room has no price."""

    amount: int = 0
    unknown: int = 0


class ReportOfYear(NamedTuple):
    """A report that was to come in a year: as `how_report_came` has it."""

    year: int
    state: str


def listed_decisions(session: Session, association: int) -> Sequence[OutsideDecision]:
    """What lists say of an association: the board's own decisions of earlier years, and other boards' (see `giver`)."""
    return outside_decisions(session, session.person.board_id, list(session.scalars(records_of(association))))


def amounts_by_year(session: Session, association: int, listed: Iterable[OutsideDecision]) -> dict[int, AmountOfYear]:
    """Year -> applied by the day it came in, granted by the day of decision; what lists say of years before that."""
    own = (seen_by(session.person), Case.association_id == association, Case.kind == CaseKind.GRANT)
    applied: dict[int, int] = defaultdict(int)
    for day, amount in session.execute(select(Case.received_on, Case.amount_applied).where(*own)):
        applied[day.year] += amount or 0
    granted: dict[int, int] = defaultdict(int)
    decided = (
        select(Decision.decided_on, Decision.amount)
        .join(Case, Case.id == Decision.case_id)
        .where(*own, current_grants())
    )
    for day, amount in session.execute(decided):
        granted[day.year] += amount or 0
    found = {year: AmountOfYear(applied.get(year), granted.get(year)) for year in {*applied, *granted}}
    outside: dict[int, AmountOfYear] = {}
    for row in listed:
        if row.giver == "":
            before = outside.get(row.year, AmountOfYear())
            outside[row.year] = AmountOfYear(_plus(before.applied, row.applied), _plus(before.granted, row.granted))
    return outside | found


def given_elsewhere_by_year(listed: Iterable[OutsideDecision]) -> dict[int, int]:
    """Year -> grants of other boards according to lists, in öre."""
    found: dict[int, int] = defaultdict(int)
    for row in listed:
        if row.giver and row.granted is not None:
            found[row.year] += row.granted
    return dict(found)


def reductions_by_year(session: Session, association: int) -> dict[int, ReductionOfYear]:
    """Year of use -> the value of rates below the ordinary one, of confirmed bookings, by the prices of their rooms."""
    in_room = or_(Room.id == Occurrence.room_id, and_(Occurrence.room_id.is_(None), Room.name == Occurrence.room_name))
    wanted = (
        select(
            Occurrence.starts_at,
            Occurrence.ends_at,
            BookingRequest.rate,
            StoredScreening.results,
            Room.price,
            Room.subsidised_price,
        )
        .join(Case, Case.id == Occurrence.case_id)
        .join(BookingRequest, BookingRequest.case_id == Case.id)
        .outerjoin(StoredScreening, StoredScreening.id == Case.screening_id)
        .outerjoin(Room, and_(Room.board_id == Case.board_id, in_room))
        .where(
            seen_by(session.person),
            Case.association_id == association,
            Case.state == CaseState.CONFIRMED,
            Occurrence.state != LEFT_OUT,
            BookingRequest.rate.in_([PriceClass.SUBSIDISED, PriceClass.ZERO]),
        )
    )
    found: dict[int, ReductionOfYear] = defaultdict(ReductionOfYear)
    for starts, ends, asked, results, price, subsidised in session.execute(wanted):
        given = price_kept(asked, results or {})
        if starts is None or ends is None or given is PriceClass.NORMAL:
            continue
        year, before = day_here(starts).year, found[day_here(starts).year]
        paid = 0 if given is PriceClass.ZERO else subsidised
        if price is None or paid is None:
            found[year] = before._replace(unknown=before.unknown + 1)
        else:
            worth = round((ends - starts).total_seconds() * (price - paid) / 3600)
            found[year] = before._replace(amount=before.amount + worth)
    return dict(found)


def _plus(first: int | None, second: int | None) -> int | None:
    return second if first is None else first if second is None else first + second


def members_by_year(session: Session, association: int) -> dict[int, int]:
    """Year -> the number of members that was last told in it."""
    cases = select(Case.id).where(seen_by(session.person), Case.association_id == association)
    wanted = (
        select(GivenFacts)
        .where(
            GivenFacts.board_id == session.person.board_id,
            GivenFacts.association_id.in_(records_of(association)) | GivenFacts.case_id.in_(cases),
            is_batch_not_undone(GivenFacts.batch_id),
        )
        .order_by(GivenFacts.as_of, GivenFacts.id)
    )
    found: dict[int, int] = {}
    for row in session.scalars(wanted):
        for part in (row.of_association, row.of_case):
            told: Any = (part or {}).get("values", {}).get(MEMBERS)
            if isinstance(told, int) and not isinstance(told, bool):
                found[row.as_of.year] = told
    return found


def reports_by_year(session: Session, association: int, on: date) -> list[ReportOfYear]:
    """The reports that were to come before a day, each with how it came."""
    due = report_first_due()
    rows = session.execute(
        select(due, how_report_came(due))
        .select_from(Case)
        .outerjoin(GrantReport, GrantReport.case_id == Case.id)
        .where(seen_by(session.person), Case.association_id == association, is_to_be_reported(), due < on)
    )
    return [ReportOfYear(day.year, state) for day, state in rows if day is not None]


def bookings_by_year(session: Session, association: int) -> dict[int, int]:
    """Year -> how many times rooms were booked, of the bookings that are confirmed."""
    rows = session.execute(
        select(Occurrence.starts_at, func.count())
        .join(Case, Case.id == Occurrence.case_id)
        .where(
            seen_by(session.person),
            Case.association_id == association,
            Case.state == CaseState.CONFIRMED,
            Occurrence.state != LEFT_OUT,
        )
        .group_by(Occurrence.starts_at)
    )
    found: dict[int, int] = defaultdict(int)
    for moment, number in rows:
        if moment is not None:
            found[day_here(moment).year] += int(number)
    return dict(found)
