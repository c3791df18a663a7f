"""What all registers share: what is chosen of them, a column with its getter, and the words that several use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from sqlalchemy import and_, case, exists, func, select, tuple_
from sqlalchemy.orm import aliased

from vetting.associations.models.associations import Association
from vetting.casework.domain.cases import CaseMarkKind
from vetting.casework.models.cases import LEFT_OUT, Case, CaseMark, GrantApplication, Occurrence
from vetting.casework.models.decisions import Decision, quashed_decisions
from vetting.casework.models.meetings import Review
from vetting.grants.models.rounds import BudgetLine, RoundScheme, id_of_scheme
from vetting.grants.models.schemes import GrantScheme
from vetting.kernel.dates import midnight
from vetting.kernel.register_days import RegisterDay
from vetting.kernel.register_tables import Cell, RegisterColumn, RegisterColumnKind, RegisterTable
from vetting.kernel.text import NO_WORDS, Words, _
from vetting.money.models.payments import Payment, StopTerms
from vetting.money.models.reports import GrantReport
from vetting.people import habits_of
from vetting.people.domain.ways_of_working import BoardOption
from vetting.people.models.people import Board

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from sqlalchemy import ColumnElement, ScalarSelect, Select

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session
    from vetting.kernel.text import Language

Row = TypeVar("Row")
YES, NO = _("ja"), _("nej")
RULES_HEADING: Final = _("Regler (namn, version)")
"""Where a row names the rules that it was decided by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterSelection:
    """What of a register: decided from and to, both days included; an association's words."""

    first: date | None = None
    last: date | None = None
    text: str = ""
    on: date | None = None
    """The day it is asked for: of that year is what is granted "this year"."""
    keys: tuple[int, ...] | None = None
    """The rows of one page, chosen already; None: all."""
    by: RegisterDay | None = None
    """Which day `first` and `last` are of; None: the one that the register goes by first."""
    as_of: date | None = None
    """The day whose state is asked for: what came later is left out. None: now."""
    round_id: int | None = None
    """The round whose grants are asked for."""
    year: int | None = None
    """The budget year whose grants are asked for."""


if TYPE_CHECKING:
    Total = Callable[[RegisterSelection, Person], ColumnElement[Any]]


@dataclass(frozen=True, slots=True)
class ColumnDefinition(Generic[Row]):
    """One column: what it is called, what its cells are, and how a cell is got of a row."""

    column: RegisterColumn
    get: Callable[[Row], Cell | Words]
    total: Total | None = None
    """What the database sums where the column has a sum: of one row, by the tables of the sheet's keys."""


@dataclass(frozen=True, slots=True)
class SheetDefinition(Generic[Row]):
    """One sheet of a register."""

    title: Words
    headings: tuple[ColumnDefinition[Row], ...]
    leading: tuple[str, ...] = ()
    """The Swedish headings of the columns that a reader needs first, in their order on the screen; none: all."""
    brief: tuple[str, ...] = ()
    """Those of them that stand on a phone."""

    def _places(self, named: Iterable[str]) -> tuple[int, ...]:
        places = {heading.column.heading.sv: place for place, heading in enumerate(self.headings)}
        return tuple(places[name] for name in named)

    def table(self, rows: Iterable[Row], language: Language) -> RegisterTable:
        """The sheet with its rows, texts in one language."""
        return RegisterTable(
            self.title,
            tuple(heading.column for heading in self.headings),
            tuple(tuple(_cell(heading.get(row), language) for heading in self.headings) for row in rows),
            leading=self._places(self.leading),
            brief=self._places(self.brief),
        )


def _cell(value: Cell | Words, language: Language) -> Cell:
    return value.to(language) if isinstance(value, Words) else value


def text_column(heading: Words, get: Callable[[Row], Cell | Words]) -> ColumnDefinition[Row]:
    """A column of texts."""
    return ColumnDefinition(RegisterColumn(heading), get)


def money_column(heading: Words, get: Callable[[Row], Cell], *, total: Total | None) -> ColumnDefinition[Row]:
    """A column of amounts in öre. total: the same of a row for the database; None where a sum would say nothing."""
    return ColumnDefinition(RegisterColumn(heading, RegisterColumnKind.MONEY, summed=total is not None), get, total)


def day_column(heading: Words, get: Callable[[Row], Cell]) -> ColumnDefinition[Row]:
    """A column of days."""
    return ColumnDefinition(RegisterColumn(heading, RegisterColumnKind.DAY), get)


def clock_column(heading: Words, get: Callable[[Row], Cell]) -> ColumnDefinition[Row]:
    """A column of times of day."""
    return ColumnDefinition(RegisterColumn(heading, RegisterColumnKind.CLOCK), get)


def number_column(heading: Words, get: Callable[[Row], Cell]) -> ColumnDefinition[Row]:
    """A column of whole numbers."""
    return ColumnDefinition(RegisterColumn(heading, RegisterColumnKind.NUMBER), get)


def decided_between(selection: RegisterSelection) -> list[ColumnElement[bool]]:
    return [*on_days(selection, Decision.decided_on), *until_then(selection, Decision.decided_on)]


def until_then(selection: RegisterSelection, day: Any) -> list[ColumnElement[bool]]:  # noqa: ANN401 - a column of days
    """What was so on the day whose state is asked for."""
    return [] if selection.as_of is None else [day <= selection.as_of]


def day_by_then(day: date | None, as_of: date | None) -> date | None:
    """A day, where it had been on the day whose state is asked for."""
    return day if day is None or as_of is None or day <= as_of else None


def paid_then(selection: RegisterSelection) -> Any:  # noqa: ANN401 - a column of days
    """When a payment was paid; of a day, what had been paid and had not come back then."""
    if selection.as_of is None:
        return Payment.paid_on
    back_later = (Payment.returned_paid_on <= selection.as_of) & (Payment.returned_on > selection.as_of)
    return case((Payment.paid_on <= selection.as_of, Payment.paid_on), (back_later, Payment.returned_paid_on))


def paid_day_then(payment: Payment, as_of: date | None) -> date | None:
    found = day_by_then(payment.paid_on, as_of)
    if found is not None or as_of is None or payment.returned_on is None or payment.returned_on <= as_of:
        return found
    return day_by_then(payment.returned_paid_on, as_of)


def stopped_since(selection: RegisterSelection) -> Select[Any]:
    """When a case's payments were stopped last; on a day, by the stops that had not been lifted then."""
    if selection.as_of is None:
        return select(func.max(Payment.stopped_on)).where(Payment.case_id == Case.id)
    stop = aliased(Decision)
    held = _stood_stopped(stop, selection.as_of)
    return select(func.max(stop.decided_on)).where(stop.case_id == Case.id, held)


def _stood_stopped(stop: Any, as_of: date) -> ColumnElement[bool]:  # noqa: ANN401 - an alias of decisions
    """Stops that stood on a day: neither lifted by then nor quashed by a court."""
    release, quashed = aliased(Decision), quashed_decisions(as_of)
    lifted = exists().where(
        release.changes_id == stop.id,
        release.kind == "payment_release",
        release.decided_on <= as_of,
        release.id.not_in(quashed),
    )
    return and_(stop.kind == "payment_stop", stop.decided_on <= as_of, stop.id.not_in(quashed), ~lifted)


def stopped_on_day(session: Session, payments: Iterable[int], selection: RegisterSelection) -> dict[int, date]:
    """Payment -> when it was stopped, of those that stand stopped; on a day, that stood stopped then."""
    keys = list(payments)
    if selection.as_of is None:
        now = select(Payment.id, Payment.stopped_on).where(Payment.id.in_(keys), Payment.stopped_on.is_not(None))
        return {key: day for key, day in session.execute(now) if day is not None}
    stop = aliased(Decision)
    then = (
        select(StopTerms.payment_id, stop.decided_on)
        .join(stop, stop.id == StopTerms.decision_id)
        .where(StopTerms.payment_id.in_(keys), _stood_stopped(stop, selection.as_of))
    )
    return {key: day for key, day in session.execute(then) if key is not None}


def report_came(selection: RegisterSelection) -> Any:  # noqa: ANN401 - a column of days
    """When a report came; of a day, when it came first, if it has been completed since."""
    if selection.as_of is None:
        return GrantReport.received_on
    return func.coalesce(GrantReport.first_received_on, GrantReport.received_on)


def followed_up_at(selection: RegisterSelection) -> ScalarSelect[Any]:
    """Of cases: when a person noted that what the grant was used for is gone through, with its report or without."""
    noted = select(func.max(CaseMark.at)).where(
        CaseMark.case_id == Case.id, CaseMark.kind == CaseMarkKind.FOLLOWED_UP.value, CaseMark.withdrawn_at.is_(None)
    )
    if selection.as_of is not None:
        noted = noted.where(CaseMark.at < midnight(selection.as_of + timedelta(days=1)))
    return noted.correlate(Case).scalar_subquery()


def booking_days(selection: RegisterSelection) -> list[ColumnElement[bool]]:
    """Of decisions on bookings those of the chosen days: of use, or of the decision."""
    return used_between(selection) if selection.by is RegisterDay.USED else decided_between(selection)


def used_between(selection: RegisterSelection) -> list[ColumnElement[bool]]:
    """Of bookings those with a time on the chosen days."""
    if not (selection.first or selection.last):
        return []
    times = Occurrence.case_id == Case.id, Occurrence.state != LEFT_OUT, *on_moments(selection, Occurrence.starts_at)
    return [exists().where(*times).correlate(Case)]


def first_time() -> ScalarSelect[Any]:
    """The first time of a booking that stands."""
    found = select(func.min(Occurrence.id)).where(Occurrence.case_id == Case.id, Occurrence.state != LEFT_OUT)
    return found.correlate(Case).scalar_subquery()


def on_days(selection: RegisterSelection, day: Any) -> list[ColumnElement[bool]]:  # noqa: ANN401 - a column of days
    found: list[ColumnElement[bool]] = []
    if selection.first:
        found.append(day >= selection.first)
    if selection.last:
        found.append(day <= selection.last)
    return found


def on_moments(selection: RegisterSelection, moment: Any) -> list[ColumnElement[bool]]:  # noqa: ANN401 - a column
    """What has its moment within the chosen days, by the time here."""
    found: list[ColumnElement[bool]] = []
    if selection.first:
        found.append(moment >= midnight(selection.first))
    if selection.last:
        found.append(moment < midnight(selection.last + timedelta(days=1)))
    return found


def of_keys(selection: RegisterSelection, key: Any) -> list[ColumnElement[bool]]:  # noqa: ANN401 - a mapped column
    """The rows of one page where they are chosen already."""
    return [] if selection.keys is None else [key.in_(selection.keys)]


def decision_keys(by: Person, conditions: Iterable[ColumnElement[bool]]) -> Select[int]:
    """The decisions of a register's rows, the newest first, found by the board's, which lie in that order."""
    return (
        select(Decision.id)
        .join(Case, Case.id == Decision.case_id)
        .outerjoin(Association, Association.id == Case.association_id)
        .where(Decision.board_id == by.board_id, *conditions)
        .order_by(Decision.decided_on.desc(), Decision.id.desc())
    )


def cases_chosen(selection: RegisterSelection) -> list[ColumnElement[bool]]:
    """Of cases those of the round or the budget year, and those that the words are about: a name or a number."""
    chosen = of_round_or_year(selection)
    wanted = selection.text.strip()
    if not wanted:
        return chosen
    digits = "".join(c for c in wanted if c.isdigit())
    found = Case.name.icontains(wanted, autoescape=True) | (Case.number == wanted.upper())
    return [*chosen, found | (Association.number == digits) if len(digits) == 10 else found]  # noqa: PLR2004 - ten digits


def of_round_or_year(selection: RegisterSelection) -> list[ColumnElement[bool]]:
    """Of cases those of the chosen round, or of rounds that are granted from lines of the chosen budget year."""
    chosen: list[ColumnElement[bool]] = []
    if selection.round_id is not None:
        chosen.append(Case.round_id == selection.round_id)
    if selection.year is not None:
        of_year = select(RoundScheme.round_id, RoundScheme.scheme_id).join(BudgetLine)
        own = tuple_(Case.round_id, id_of_scheme(Case.scheme_id, Case.round_id))
        chosen.append(own.in_(of_year.where(BudgetLine.year == selection.year)))
    return chosen


def latest_review() -> ScalarSelect[Any]:
    """The newest opinion that the group has given in a case."""
    other = aliased(Review)
    return select(func.max(other.id)).where(other.case_id == Case.id, other.outcome != "").scalar_subquery()


def scheme_name() -> ColumnElement[str | None]:
    """What a case is applied for: its own grant scheme, else what its application said; a round may be for several."""
    own = select(GrantScheme.name).where(GrantScheme.id == Case.scheme_id).correlate(Case).scalar_subquery()
    return func.coalesce(own, GrantApplication.grant_type)


def newest_outcome() -> ScalarSelect[Any]:
    """The newest decision on a case itself that no court has quashed."""
    last = aliased(Decision)
    wanted = select(func.max(last.id)).where(
        last.case_id == Case.id, last.kind == Case.kind, last.id.not_in(quashed_decisions())
    )
    return wanted.correlate(Case).scalar_subquery()


def as_whole_number(value: Any) -> int | None:  # noqa: ANN401 - PostgreSQL sums BIGINT as Decimal
    """A sum as a whole number."""
    return None if value is None else int(value)


def decider_words(session: Session) -> Callable[[Decision | None], Words]:
    """Who decided, by title or by name as the board chooses; of no decision nobody."""
    by_name = BoardOption.SIGNED_BY_NAME in habits_of(session.get_one(Board, session.person.board_id))
    return lambda decision: decision.decider(by_name=by_name) if decision is not None else NO_WORDS


def with_point(decider: Words, decision: Decision) -> Words:
    """Who decided, with the point of the scheme of delegation."""
    point = decision.delegation_point
    return decider + _(", punkt {point}", point=point) if point else decider


def yes_or_no(answer: object) -> Words:
    """Yes or no."""
    return YES if answer else NO
