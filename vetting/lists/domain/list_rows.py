"""A list on its way in: each row worked out as it will stand, or told why it cannot go in."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from vetting.bookings.domain.room_bookings import LONGEST_ORDINARY
from vetting.casework.domain.intake import IntakeFrame, kept_of_case, wrong_with_intake
from vetting.engine.cells import shorten_cell_text
from vetting.engine.facts import NAME, NUMBER, WHO, FactLevel
from vetting.engine.stored_values import to_plain
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import HERE
from vetting.kernel.organisation_numbers import PERSONAL_NUMBER, fold_name, mask_personal_numbers
from vetting.kernel.problem import Problem
from vetting.kernel.tables import cell_of
from vetting.kernel.text import Words, _, day_in_words, same_in_both
from vetting.lists.domain.case_lists import CaseListReader, column_problems, missing_number_problem
from vetting.lists.domain.headings import HeadingFinder, first_tables
from vetting.lists.domain.season_rows import LAST_DAY, Season, season_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from vetting.engine.facts import Catalogue, Value
    from vetting.kernel.tables import RawRow, Sheet
    from vetting.lists.domain.headings import ColumnReading
    from vetting.rules.domain.layouts import Layout, ListKind

PRIVATE_WORDS: Final = frozenset(map(fold_name, ("Privatperson", "Privat person", "Privat", "Private person")))
"""What booking systems write in place of the name of a person."""
MOST_AGAIN: Final = 2_000
"""A list with more repeated numbers is no list of one application each; the rest are not told one by one."""
OF_ASSOCIATION: Final = frozenset({FactLevel.ASSOCIATION, FactLevel.PARTNER})
_CELL: Final = re.compile(r"!([A-Z]{0,3})([0-9]{1,7})$")
ReadRow = dict[str, Any]
"""A row as it will stand: the columns of a staged row."""


@dataclass(frozen=True, slots=True)
class IntakeRemark:
    """One thing to correct: the cell (column 0 for a whole row), what stands there, and whether it stops the row."""

    sheet: str
    row: int
    column: int
    value: str
    problem: Problem
    stops: bool = False


@dataclass(slots=True)
class IntakeProgress:
    """What has been read so far."""

    rows: int = 0
    refused: int = 0
    by_year: Counter[int] = field(default_factory=Counter)
    place: int = 0
    again: int = 0
    """Rows with a number that another row has, told of or not."""
    untimed: int = 0
    """Bookings without a day, told of or not."""
    numbers: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Organisation number -> the sheet and row that had it first."""
    applications: dict[bytes, tuple[str, int]] = field(default_factory=dict)
    """Digest of all that a row says -> the sheet and row that said it first."""
    bookings: dict[tuple[str, datetime, str], tuple[str, int]] = field(default_factory=dict)
    """Booking number, beginning and room -> the sheet and row that had them first."""

    def next_place(self, year: int) -> tuple[int, int]:
        """The row's number among all that go in, and among those of its year."""
        self.place += 1
        self.by_year[year] += 1
        return self.place, self.by_year[year]


class CaseRowReader:
    """Reads the rows of one table of cases."""

    def __init__(
        self, columns: ColumnReading, catalogue: Catalogue, frame: IntakeFrame, taking: IntakeProgress, part: int
    ) -> None:
        self.columns, self.catalogue, self.frame, self.taking, self.part = columns, catalogue, frame, taking, part
        self.kind = columns.layout.kind.case or CaseKind.GRANT
        self.reader = CaseListReader(columns, catalogue, on=frame.on)
        self.part_of = {
            fact: catalogue[fact].level in OF_ASSOCIATION and fact not in WHO for fact in columns.facts.values()
        }

    @property
    def not_asked(self) -> frozenset[str]:
        """The facts that the table has no column for."""
        return self.reader.not_asked

    def heading_problems(self) -> Iterator[Problem]:
        yield from missing_number_problem(self.columns)
        yield from column_problems(self.columns, self.catalogue)

    def read(self, row: RawRow) -> tuple[ReadRow | None, list[IntakeRemark]]:
        """The row, if it goes in, and what is to be corrected in it."""
        reader = self.reader
        found = self._read(row) if reader.is_case(row) else None
        told: list[IntakeRemark] = []
        if reader.problems:
            told = [told_of(self.columns.shown_sheet, row, problem) for problem in reader.problems]
            reader.problems.clear()
        if found is None:
            return None, told
        self.taking.rows += 1
        stops = self._stops(found) or self._twice(row, found)
        if stops is not None:
            self.taking.refused += 1
            where = f"{self.columns.shown_sheet}!{row.number}"
            return None, [
                *told,
                IntakeRemark(self.columns.shown_sheet, row.number, 0, "", Problem(where, *stops), stops=True),
            ]
        if self._is_private(found):
            found.say("booker_is_private", value=True)
            told.append(self._told_private(row.number))
        told += self._without_day(row.number, found)
        told += self._told_season(row.number, found)
        told += self._wrong_order(row.number, found.values)
        told += self._without_time(row.number, found)
        again = self._again(row.number, found.values)
        return self._row(row.number, found), [*told, again] if again is not None else told

    def _read(self, row: RawRow) -> _RowReading:
        """What the row says, of the association and of the case; what a case calls its association is its own."""
        said = _RowReading()
        for fact, seen in self.reader.cells(row):
            part = said.of_association if self.part_of[fact] else said.of_case
            if fact in WHO and seen.told is not None and seen.told[0] == PERSONAL_NUMBER:
                said.by_a_person = True
            if seen.value is not None:
                said.values[fact] = seen.value
                part.values[fact] = seen.plain
            elif seen.absent:
                part.absent.append(fact)
            elif seen.unreadable:
                part.unreadable.append(fact)
        if self.columns.clocks:
            self._add_clocks(row, said)
        if self.kind is CaseKind.BOOKING:
            said.read_season()
        return said

    def _is_private(self, said: _RowReading) -> bool:
        """A booking in a person's own name: a personal number for a number, or the word itself for a name."""
        if self.kind is not CaseKind.BOOKING or said.values.get("booker_is_private") is not None:
            return False
        if said.values.get(NUMBER):
            return False
        return said.by_a_person or fold_name(str(said.values.get(NAME, ""))) in PRIVATE_WORDS

    def _told_private(self, row: int) -> IntakeRemark:
        problem = Problem(
            f"{self.columns.shown_sheet}!{row}",
            _("Bokaren läses in som privatperson, utan namn och nummer."),
            _("Är det en förening: skriv dess organisationsnummer i listan."),
        )
        return IntakeRemark(self.columns.shown_sheet, row, 0, "", problem)

    def _told_season(self, row: int, said: _RowReading) -> list[IntakeRemark]:
        """That an end weeks after the beginning is read as the last day of a term: a weekday stands beside it."""
        until = said.values.get(LAST_DAY)
        if not said.inferred or not isinstance(until, date):
            return []
        problem = Problem(
            f"{self.columns.shown_sheet}!{row}",
            _("Raden läses in som fasta tider, en gång i veckan till och med ")
            + day_in_words(until)
            + same_in_both("."),
            _("Gäller den en enda lång bokning: ta bort veckodagen i listan."),
        )
        return [IntakeRemark(self.columns.shown_sheet, row, 0, "", problem)]

    def _add_clocks(self, row: RawRow, said: _RowReading) -> None:
        for fact, moment in self.reader.clocks(row, dict(said.values)):
            if moment is None:  # the day alone would be read as midnight
                said.values.pop(fact, None)
                said.of_case.values.pop(fact, None)
                said.of_case.unreadable.append(fact)
                continue
            said.values[fact] = moment
            said.of_case.values[fact] = to_plain(moment)

    def _stops(self, said: _RowReading) -> tuple[Words, Words] | None:
        received = said.values.get("received_on")
        came = received if isinstance(received, date) else None
        first = next(wrong_with_intake(said.values, came, self.frame), None)
        return (first.what, first.remedy) if first is not None else said.no_season

    def _twice(self, raw: RawRow, said: _RowReading) -> tuple[Words, Words] | None:
        """Refuses a row that repeats an earlier one: a booking at one time in one room, or an equal application."""
        row, values = raw.number, said.values
        if self.kind is CaseKind.GRANT:
            return self._equal_row(raw, said)
        reference, starts = str(values.get("booking_reference", "")), values.get("event_starts_at")
        if not reference or not isinstance(starts, datetime):
            return None
        here = (self.columns.shown_sheet, row)
        sheet, same_row = self.taking.bookings.setdefault((reference, starts, str(values.get("room", ""))), here)
        if (sheet, same_row) == here:
            return None
        return (
            _("Bokningen står redan på rad {same_row}.", same_row=same_row),
            _("Den läses inte in två gånger. Ta bort en av raderna om uppgifterna skiljer sig åt."),
        )

    def _equal_row(self, raw: RawRow, said: _RowReading) -> tuple[Words, Words] | None:
        """An application that says in every cell what an earlier row says, also in columns that are not read."""
        if not said.values.keys() & WHO or said.of_case.unreadable or said.of_association.unreadable:
            return None
        others = [
            (column, cell_of(cell).text) for column, cell in raw.cells.items() if column not in self.columns.facts
        ]
        plain = repr((said.values, said.of_association.absent, said.of_case.absent, sorted(others)))
        here = (self.columns.shown_sheet, raw.number)
        sheet, first = self.taking.applications.setdefault(hashlib.sha256(plain.encode()).digest(), here)
        if (sheet, first) == here:
            return None
        shown = str(first) if sheet == self.columns.shown_sheet else f"{sheet}!{first}"
        return (
            _("Raden är likadan som rad {first}.", first=shown),
            _("Den läses inte in två gånger. Om det är två ansökningar: skriv vad som skiljer dem åt."),
        )

    def _without_day(self, row: int, said: _RowReading) -> list[IntakeRemark]:
        """A day of arrival that cannot be used: the row counts as come today, and says so."""
        if "received_on" not in {*said.of_case.unreadable, *said.of_association.unreadable}:
            return []
        problem = Problem(
            f"{self.columns.shown_sheet}!{row}",
            _("Ankomstdagen kunde inte användas. Raden läses in som inkommen ")
            + day_in_words(self.frame.on)
            + same_in_both("."),
            _("Rätta datumet i listan."),
        )
        return [IntakeRemark(self.columns.shown_sheet, row, 0, "", problem)]

    def _without_time(self, row: int, said: _RowReading) -> list[IntakeRemark]:
        """A booking that says no day: it stands in no week, and no list of a week finds it."""
        untimed = "event_starts_at" not in said.values and "event_starts_at" not in said.of_case.unreadable
        if self.kind is not CaseKind.BOOKING or not untimed:
            return []
        self.taking.untimed += 1
        if self.taking.untimed > MOST_AGAIN:
            return []
        problem = Problem(
            f"{self.columns.shown_sheet}!{row}",
            _("Raden har ingen dag. Bokningen läses in utan tid och står inte i någon vecka."),
            _("Skriv dagen i en kolumn som heter Datum."),
        )
        return [IntakeRemark(self.columns.shown_sheet, row, 0, "", problem)]

    def _wrong_order(self, row: int, values: Mapping[str, Value]) -> list[IntakeRemark]:
        """An end that does not lie after the beginning."""
        starts, ends = values.get("event_starts_at"), values.get("event_ends_at")
        if not isinstance(starts, datetime) or not isinstance(ends, datetime):
            return []
        if ends > starts:
            return [self._long(row, ends - starts)] if ends - starts > LONGEST_ORDINARY else []
        problem = Problem(
            f"{self.columns.shown_sheet}!{row}",
            _("Sluttiden ligger inte efter starttiden. Bokningen läses in som en timme lång."),
            _("Rätta tiderna."),
        )
        return [IntakeRemark(self.columns.shown_sheet, row, 0, "", problem)]

    def _long(self, row: int, length: timedelta) -> IntakeRemark:
        """A booking over most of a day: an end before its beginning is read as on the day after."""
        hours = round(length / timedelta(hours=1))
        problem = Problem(
            f"{self.columns.shown_sheet}!{row}",
            _("Bokningen skulle bli {hours} timmar lång.", hours=hours),
            _("Kontrollera att sluttiden är rätt."),
        )
        return IntakeRemark(self.columns.shown_sheet, row, 0, "", problem)

    def _again(self, row: int, values: Mapping[str, Value]) -> IntakeRemark | None:
        """A second application of one number; bookings of one association are ordinary."""
        number = str(values.get(NUMBER, ""))
        if self.kind is not CaseKind.GRANT or not number:
            return None
        sheet, first = self.taking.numbers.setdefault(number, (self.columns.shown_sheet, row))
        if (sheet, first) == (self.columns.shown_sheet, row):
            return None
        self.taking.again += 1
        if self.taking.again > MOST_AGAIN:
            return None
        column = self.reader.number_column
        return IntakeRemark(
            self.columns.shown_sheet,
            row,
            column,
            number,
            Problem(
                self.columns.where(row, column),
                _("Samma organisationsnummer som på rad {first}.", first=first),
                _("Kontrollera om det är två ansökningar, en dubblett eller fel nummer."),
            ),
        )

    def _row(self, row: int, said: _RowReading) -> ReadRow:
        values = said.values
        received = values.get("received_on")
        received_on = received if isinstance(received, date) else self.frame.on
        place, serial = self.taking.next_place(received_on.year)
        starts, ends = _times(values)
        kept = kept_of_case(self.kind, values, self.frame, received_on, starts=starts)
        if kept.private:  # a private person has no association to know anything of, and no name or number here
            said.of_case.take(said.of_association)
            said.of_case.drop(WHO)
        return {
            "sheet": self.columns.shown_sheet,
            "row": row,
            "part": self.part,
            "place": place,
            "serial": serial,
            "year": received_on.year,
            "name": kept.name,
            "name_key": fold_name(kept.name or kept.number),
            "number": kept.number or None,
            "source": self.frame.source,
            "private": kept.private,
            "received_on": received_on,
            "due_on": kept.due_on,
            "purpose": kept.purpose,
            "amount": kept.amount,
            "giro": kept.giro,
            "reference": kept.reference,
            "customer": kept.customer,
            "title": kept.title,
            "open_to_public": kept.open_to_public,
            "rate": kept.rate,
            "room": str(values.get("room", "")),
            "starts_at": starts,
            "ends_at": ends,
            "weekly_until": last if isinstance(last := values.get(LAST_DAY), date) else None,
            "of_association": said.of_association.as_plain(),
            "of_case": said.of_case.as_plain(),
        }


@dataclass(slots=True)
class _RowPart:
    """What a row says of one of the two."""

    values: dict[str, Any] = field(default_factory=dict)
    """As plain data."""
    absent: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)

    def take(self, other: _RowPart) -> None:
        """What was said of the other is said of this, too; and no longer of the other."""
        self.values.update(other.values)
        self.absent.extend(other.absent)
        self.unreadable.extend(other.unreadable)
        for theirs in (other.values, other.absent, other.unreadable):
            theirs.clear()

    def drop(self, facts: Collection[str]) -> None:
        self.values = {fact: value for fact, value in self.values.items() if fact not in facts}
        self.absent = [fact for fact in self.absent if fact not in facts]
        self.unreadable = [fact for fact in self.unreadable if fact not in facts]

    def as_plain(self) -> dict[str, Any] | None:
        """As a handing-in keeps it; None when nothing was said."""
        parts = {"values": self.values, "absent": self.absent, "unreadable": self.unreadable}
        return {name: part for name, part in parts.items() if part} or None


@dataclass(slots=True)
class _RowReading:
    """What a row says: the values, and the same by whose they are."""

    values: dict[str, Value] = field(default_factory=dict)
    of_association: _RowPart = field(default_factory=_RowPart)
    of_case: _RowPart = field(default_factory=_RowPart)
    by_a_person: bool = False
    """Whether a personal number stands where an association has its number."""
    inferred: bool = False
    """Whether no column says its last day: the weekday and the end do."""
    no_season: tuple[Words, Words] | None = None
    """Why its term cannot be read."""

    def read_season(self) -> None:
        """The hours of the first time and the last day, where the row is of a whole term."""
        if "event_starts_at" in self.of_case.unreadable:
            return  # the cell itself is told of
        season = season_of(self.values)
        if season is None:
            return
        if not isinstance(season, Season):
            self.no_season = season
            return
        self.inferred = LAST_DAY not in self.values
        told = {"event_starts_at": season.starts, "event_ends_at": season.ends, LAST_DAY: season.until}
        for fact, value in told.items():
            if value is not None:
                self.values[fact] = value
                self.of_case.values[fact] = to_plain(value)

    def say(self, fact: str, *, value: bool) -> None:
        """What follows from the rest of the row, as if it stood there."""
        self.values[fact] = value
        self.of_case.values[fact] = value


def _times(values: Mapping[str, Value]) -> tuple[datetime | None, datetime | None]:
    """When a booking begins and ends; an hour where nothing is said of the end."""
    starts, ends = values.get("event_starts_at"), values.get("event_ends_at")
    first = starts.replace(tzinfo=HERE) if isinstance(starts, datetime) else None
    last = ends.replace(tzinfo=HERE) if isinstance(ends, datetime) else None
    if first is not None and (last is None or last <= first):
        last = first + timedelta(hours=1)
    return first, last


def told_of(sheet: str, row: RawRow, problem: Problem) -> IntakeRemark:
    """A problem of the list's reader, with the cell it is about."""
    match = _CELL.search(problem.where)
    column = _column(match[1]) if match else 0
    raw = row.cells.get(column)
    return IntakeRemark(
        sheet, row.number, column, shorten_cell_text(mask_personal_numbers(cell_of(raw).text)) if raw else "", problem
    )


def _column(letters: str) -> int:
    found = 0
    for letter in letters:
        found = found * 26 + ord(letter) - ord("A") + 1
    return found


class SheetReader:
    """Reads a sheet row by row: below its headings, and below further headings further down."""

    def __init__(self, sheet: Sheet, layouts: Sequence[Layout], begin: Callable[[ColumnReading], Any]) -> None:
        self.begin = begin
        tables = first_tables(sheet, layouts)
        self.takers = [begin(table) for table in tables]
        self.finder = HeadingFinder(sheet, layouts, tables)
        self.heading_row = tables[0].heading_row if tables else 0

    def read(self, row: RawRow) -> Iterator[tuple[ReadRow | None, list[IntakeRemark]]]:
        """What the row is in each table that it belongs to."""
        if not self.takers:
            return
        below = self.finder.look(row) if self.finder.may_begin(row.number) else ()
        if row.number <= self.heading_row:
            return
        if below:
            self.takers = [self.begin(table) for table in below]
            return
        for taker in self.takers:
            if taker.columns.heading_row < row.number:
                yield taker.read(row)


def kind_of(tables: Sequence[ColumnReading]) -> ListKind | None:
    best = max(tables, key=lambda table: len(table.facts), default=None)
    return best.layout.kind if best is not None else None
