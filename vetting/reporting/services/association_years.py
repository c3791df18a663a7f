"""An association over the years, in the cases that a person may see: support, reports, members, bookings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from vetting.casework import visibility_of
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.text import Words, _
from vetting.reporting.models.association_figures import (
    AmountOfYear,
    ReductionOfYear,
    amounts_by_year,
    bookings_by_year,
    given_elsewhere_by_year,
    listed_decisions,
    members_by_year,
    reductions_by_year,
    reports_by_year,
)
from vetting.reporting.models.figure_sources import first_days

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from vetting.kernel.store.session import Session

MOST_YEARS: Final = 8
REPORT_STATE_WORDS: Final[Mapping[str, Words]] = {
    "in_time": _("i tid"),
    "late": _("sent"),
    "incomplete": _("ska kompletteras"),
    "missing": _("inte inkommen"),
    "unknown": _("inkommen, okänt när"),
}


class AssociationYear(NamedTuple):
    """A year of an association; None is not known."""

    year: int
    amounts: AmountOfYear
    members: int | None
    reports: Sequence[str]
    elsewhere: int | None
    """Grants of other boards, in öre; None where no list tells of any."""
    reduced: ReductionOfYear
    """The value of subsidised and zero rates of rooms."""
    bookings: int | None
    """None before the board's first booking in the program."""

    @property
    def support(self) -> int:
        """The known sum of grants, other boards' grants and reduced rates, in öre."""
        return (self.amounts.granted or 0) + (self.elsewhere or 0) + self.reduced.amount


class AssociationYears(NamedTuple):
    """The years of an association, the latest first."""

    years: Sequence[AssociationYear]
    whole: bool
    """Whether this person may know more than the bookings."""

    @property
    def more_than_grants(self) -> bool:
        """Whether it had support of other kinds than the board's grants."""
        return any(year.elsewhere is not None or any(year.reduced) for year in self.years)


def association_years(session: Session, key: int, *, on: date) -> AssociationYears:
    """An association's figures, year by year; none for a reader who has stood aside from its cases."""
    sight = visibility_of(session, key)
    if sight.aside:
        return AssociationYears((), whole=False)
    whole = sight.whole
    listed = listed_decisions(session, key) if whole else ()
    amounts = amounts_by_year(session, key, listed) if whole else {}
    members = members_by_year(session, key) if whole else {}
    reports = reports_by_year(session, key, on) if whole else []
    elsewhere = given_elsewhere_by_year(listed)
    reduced = reductions_by_year(session, key) if whole else {}
    bookings = bookings_by_year(session, key)
    first = first_days(session, session.person).get(CaseKind.BOOKING)
    known = {*amounts, *elsewhere, *members, *bookings, *(report.year for report in reports)}
    span = range(max(min(known), on.year - MOST_YEARS + 1), on.year + 1) if known else range(0)
    years = [
        AssociationYear(
            year,
            amounts.get(year, AmountOfYear()),
            members.get(year),
            [report.state for report in reports if report.year == year],
            elsewhere.get(year),
            reduced.get(year, ReductionOfYear()),
            bookings.get(year, 0) if first is not None and year >= first.year else None,
        )
        for year in span
    ]
    return AssociationYears(years[::-1], whole)
