"""The registry's list of what became a record in a time, as Excel and with its files; and the numbers it sends back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import func, or_, select

from vetting.casework import register_case
from vetting.casework.domain.document_statuses import STATUS_WORDS
from vetting.casework.domain.records import ALWAYS_IN_DIARY, RECORD_KIND_WORDS, RecordClass, RecordKind
from vetting.casework.models.cases import Case, seen_by
from vetting.formats.file_bundles import bundle_files
from vetting.formats.workbook_reading import read_workbook
from vetting.formats.workbook_writing import register_workbook
from vetting.grants.models.rounds import Round
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import HERE, day_here, midnight
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.register_tables import MARK, RegisterColumn, RegisterColumnKind, RegisterTable
from vetting.kernel.roles import Action
from vetting.kernel.tables import CellKind
from vetting.kernel.text import OFFICIAL, Words, _, in_context
from vetting.people import require_permission
from vetting.people.models.people import Board
from vetting.records.models import registry_lists as store
from vetting.records.models.registry_lists import RegistryList
from vetting.records.services import records

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime

    from sqlalchemy import ColumnElement

    from vetting.casework.domain.records import CaseRecord
    from vetting.casework.models.records import Record
    from vetting.kernel.register_tables import Line
    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session, WritingSession
    from vetting.kernel.tables import Cell, ForeignWorkbook, SheetRow
    from vetting.kernel.text import Language

FIRST_LIST: Final = timedelta(days=7)
"""So far back the first list of a board goes, where nobody says a day."""
MOST_LISTS: Final = 10
MOST_SHOWN: Final = 100
"""Records on a page; the workbook has all."""
MOST_DIGITS: Final = 7
LONGEST_NUMBER: Final = 60
MOST_FILES: Final = 1000
"""Files in one zip."""
MOST_CASES: Final = 100
"""Cases without a number that a page names."""
TITLE: Final = _("Diarieföringslista")
ABOUT: Final = _("Om listan")
NUMBER, SERIAL, DNR, REGISTRY = _("Ärendenr"), _("Nr"), _("Dnr"), _("Nr i diariet")
COLUMNS: Final = (
    RegisterColumn(NUMBER),
    RegisterColumn(SERIAL, RegisterColumnKind.NUMBER),
    RegisterColumn(DNR, open=True),
    RegisterColumn(REGISTRY, open=True),
    RegisterColumn(in_context("day", "Datum"), RegisterColumnKind.DAY),
    RegisterColumn(_("Status")),
    RegisterColumn(_("Handling")),
    RegisterColumn(_("Avsändare eller mottagare")),
    RegisterColumn(_("Hur")),
    RegisterColumn(_("Sekretess, paragraf")),
    RegisterColumn(_("Att se över före utlämnande")),
    RegisterColumn(_("Förening")),
    RegisterColumn(_("Fil")),
)


CLASS: Final = RegisterColumn(_("Enligt nämndens plan"))
"""Of a list with records that are not in the diary."""


class RecordTime(NamedTuple):
    """A time, its end not included."""

    since: datetime
    until: datetime


def time_of_days(first: date, last: date) -> RecordTime:
    """From the beginning of one day to the end of another."""
    return RecordTime(midnight(first), midnight(last + timedelta(days=1)))


def since_last(session: Session, board_id: int) -> RecordTime:
    """From where the lists have come without a gap until now: a list of days further on moves nothing."""
    made = store.times_of_lists(session, board_id)
    reached = midnight(day_here(made[0].at if made else session.now) - FIRST_LIST)
    for row in made:
        if row.since <= reached:
            reached = max(reached, row.until)
    return RecordTime(reached, session.now)


def records_in(session: Session, time: RecordTime, *, most: int | None = None) -> list[CaseRecord]:
    """What became a record in a time, of the cases that a person may register. most: so many, the first first."""
    found = store.records_between(
        session, session.person.board_id, seen_by(session.person, Action.REGISTER_CASE), *time, most=most
    )
    return records.list_records(session, found)


def count_since_last(session: Session) -> int:
    """How many records stand in no list, since where the lists have come without a gap."""
    seen = seen_by(session.person, Action.REGISTER_CASE)
    gaps = times_without_list(session, session.person.board_id, since_last(session, session.person.board_id))
    return sum(store.count_records(session, session.person.board_id, seen, *gap) for gap in gaps)


def times_without_list(session: Session, board_id: int, time: RecordTime) -> list[RecordTime]:
    gaps, begins = [], time.since
    for row in sorted(store.times_of_lists(session, board_id), key=lambda row: row.since):
        if row.since > begins:
            gaps.append(RecordTime(begins, min(row.since, time.until)))
        begins = max(begins, row.until)
    return [gap for gap in (*gaps, RecordTime(begins, time.until)) if gap.since < gap.until]


def make_list(session: WritingSession, *, first: date | None = None, last: date | None = None) -> RegistryList:
    """Keeps that a list is made: of some days, or since the last one. What it holds is read whenever it is fetched.

    Raises:
        Refused: the days are in the wrong order, or nothing became a record in the time.
    """
    require_permission(session.person, Action.REGISTER_CASE)
    time = since_last(session, session.person.board_id)
    if first is not None or last is not None:
        begins = midnight(first) if first is not None else time.since
        ends = midnight(last + timedelta(days=1)) if last is not None else session.now
        if ends <= begins:
            raise Refused(
                Obstacle.INVALID, Problem("last", _("Sista dagen ligger före den första."), _("Rätta dagarna."))
            )
        time = RecordTime(begins, min(ends, session.now))
    number = store.count_records(session, session.person.board_id, seen_by(session.person, Action.REGISTER_CASE), *time)
    if not number:
        raise Refused(
            Obstacle.INVALID,
            Problem("last", _("Det finns inget att diarieföra under de dagarna."), _("Välj andra dagar.")),
        )
    row = RegistryList(
        board_id=session.person.board_id,
        since=time.since,
        until=time.until,
        number=number,
        at=session.now,
        by_user_id=session.user_id,
    )
    session.add(row)
    session.flush()
    session.note("registry_list_made", row, board_id=session.person.board_id)
    return row


def find_list(session: Session, key: int) -> RegistryList:
    """A list of the board.

    Raises:
        Refused: there is none.
    """
    row = session.get(RegistryList, key)
    if row is None or row.board_id != session.person.board_id:
        raise Refused(Obstacle.MISSING)
    return row


def list_workbook(
    found: Sequence[CaseRecord], *, about_words: Sequence[tuple[Words, str]], by: Person, at: datetime
) -> bytes:
    """The list as xlsx: one row a record; the columns with a sign are filled in and the list sent back.

    about_words: what else is said of it on its second sheet.
    """

    def about(rows: Sequence[int]) -> list[tuple[str, str]]:
        said = (
            (_("Nämnd"), by.board),
            *about_words,
            (_("Rader"), str(rows[0])),
            (in_context("a register", "Hämtat"), at.astimezone(HERE).strftime("%Y-%m-%d %H:%M")),
            (_("Av (funktion)"), by.function),
        )
        return [(heading.to(OFFICIAL), value) for heading, value in said]

    apart = not all(one.is_in_diary for one in found)
    columns = (*COLUMNS, CLASS) if apart else COLUMNS
    lines = [(*_line(one, OFFICIAL), one.class_words.to(OFFICIAL)) if apart else _line(one, OFFICIAL) for one in found]
    table = RegisterTable(TITLE, columns, tuple(lines), summed=False)
    return register_workbook([table], about, ABOUT.to(OFFICIAL), OFFICIAL)


def _line(one: CaseRecord, language: Language) -> Line:
    return (
        one.case_number,
        one.place.serial,
        one.dnr,
        one.registry_number,
        one.on,
        STATUS_WORDS[one.status].to(language),
        one.title.to(language),
        one.party.to(language),
        one.way.to(language),
        one.secrecy,
        "; ".join(words.to(language) for words in one.doubts),
        one.case_name,
        one.file_name,
    )


def time_in_words(time: RecordTime) -> list[tuple[Words, str]]:
    return [
        (in_context("time", "Från"), time.since.astimezone(HERE).strftime("%Y-%m-%d %H:%M")),
        (in_context("time", "Till"), time.until.astimezone(HERE).strftime("%Y-%m-%d %H:%M")),
    ]


def list_bundle(session: Session, found: Sequence[CaseRecord], book: bytes) -> bytes:
    """The list with the files of its records in their order, as a zip.

    Raises:
        Refused: there are more than a page can make while somebody waits.
    """
    if len(found) > MOST_FILES:
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                "",
                _("{count} handlingar är för många för en zip.", count=len(found)),
                _("Gör listor av färre dagar och hämta en zip av var och en. Excellistan rymmer alla."),
            ),
        )
    files = records.files_of_records(session, found)
    return bundle_files(files, {f"{TITLE.to(OFFICIAL)}.xlsx": book})


# the board's plan


def set_record_plan(session: WritingSession, in_order: Collection[RecordKind], minor: Collection[RecordKind]) -> Board:
    """Which kinds of records the diary does not have: kept in order, or of small importance. It holds from now on.

    Raises:
        Refused: not this person's to set, a kind is in both, or the diary always has it.
    """
    require_permission(session.person, Action.MANAGE_BOARD)
    twice = [RECORD_KIND_WORDS[kind] for kind in RecordKind if kind in in_order and kind in minor]
    problems = [
        Problem("minor", _("”{kind}” är ikryssad på båda ställena.", kind=words), _("Kryssa i den på ett ställe."))
        for words in twice
    ]
    if ALWAYS_IN_DIARY & {*in_order, *minor}:
        problems.append(Problem("in_order", _("Ansökan och beslut förs alltid i diariet."), _("Kryssa ur dem.")))
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    board = session.get_one(Board, session.person.board_id)
    board.record_plan = {
        kind.value: (
            RecordClass.ORDER if kind in in_order else RecordClass.MINOR if kind in minor else RecordClass.DIARY
        ).value
        for kind in RecordKind
        if kind not in ALWAYS_IN_DIARY
    }
    told = ", ".join(f"{kind} {chosen}" for kind, chosen in board.record_plan.items() if chosen != RecordClass.DIARY)
    session.note("order_changed", board, board_id=board.id, reason=f"records: {told}")
    return board


# what has no number


def without_number(session: Session, *, most: int = MOST_CASES) -> Sequence[Case]:
    """Applications that neither have a number in the registry nor a round that does, the oldest first."""
    return session.scalars(
        select(Case)
        .outerjoin(Round, Round.id == Case.round_id)
        .where(*_lacks(session.person))
        .order_by(Case.id)
        .limit(most)
    ).all()


def count_without_number(session: Session) -> int:
    """How many there are."""
    wanted = select(func.count(Case.id)).outerjoin(Round, Round.id == Case.round_id).where(*_lacks(session.person))
    return int(session.scalar(wanted) or 0)


def _lacks(by: Person) -> tuple[ColumnElement[bool], ...]:
    return (
        seen_by(by, Action.REGISTER_CASE),
        Case.kind == CaseKind.GRANT,
        Case.dnr == "",
        or_(Round.id.is_(None), Round.dnr == ""),
    )


# the numbers back


@dataclass(slots=True)
class TakenNumbers:
    """What came of a list that the registry sent back."""

    cases: int = 0
    """How many cases got their number."""
    records: int = 0
    """How many records got theirs."""
    same: int = 0
    """How many rows said what stood there already."""
    empty: int = 0
    """How many had no number still."""
    left: list[Problem] = field(default_factory=list)
    """Rows that nothing was taken from, and why."""


class NumberRow(NamedTuple):
    """A row of the list: where it stands in it, which record it is about, and its numbers."""

    place: int
    number: str
    serial: int
    dnr: str
    registry: str
    odd: bool = False
    """A number stands in it that is none: a day, a figure that the sheet has rounded, or too long."""


def read_numbers(data: bytes, file: str, *, by: Person) -> list[NumberRow]:
    """The rows of the registry's list; takes a while, so no session waits for it.

    Raises:
        Refused: it is not such a list.
        UnreadableError: it cannot be read.
    """
    require_permission(by, Action.REGISTER_CASE)
    return _rows_of(read_workbook(data, file), file)


def take_numbers(session: WritingSession, rows: Sequence[NumberRow]) -> TakenNumbers:
    """Takes the registry's numbers from its list: of what is this board's and has none yet. All in one transaction."""
    require_permission(session.person, Action.REGISTER_CASE)
    wanted = select(Case).where(
        seen_by(session.person, Action.REGISTER_CASE), Case.number.in_({row.number for row in rows})
    )
    cases = {case.number: case for case in session.scalars(wanted)}
    keys = {case.id for case in cases.values()}
    kept = {(place.case_id, place.serial): record for place, record in store.records_of_cases(session, keys)}
    taking = _Taking(session, session.person, session.now, list(kept.values()))
    said: dict[tuple[str, int], set[tuple[str, str]]] = {}
    for row in rows:
        said.setdefault((row.number, row.serial), set()).add((row.dnr, row.registry))
    for row in rows:
        case = cases.get(row.number)
        record = kept.get((case.id, row.serial)) if case is not None else None
        if case is None or record is None:
            taking.leave(row, _("Handlingen finns inte i nämndens ärenden."), _("Kontrollera ärendenumret."))
        elif row.odd:
            taking.leave(
                row,
                _("Numret är ett datum, ett avrundat tal eller för långt."),
                _("Skriv numret som text i listan, högst {most} tecken.", most=LONGEST_NUMBER),
            )
        elif len(said[row.number, row.serial]) > 1:
            taking.leave(row, _("Handlingen står flera gånger med olika nummer."), _("Behåll bara en av raderna."))
        else:
            taking.take(row, case, record)
    return taking.taken


@dataclass(slots=True)
class _Taking:
    """A list while it is gone through."""

    session: WritingSession
    by: Person
    at: datetime
    records: Sequence[Record]
    taken: TakenNumbers = field(default_factory=TakenNumbers)

    def leave(self, row: NumberRow, what: Words, remedy: Words) -> None:
        """Nothing is taken from a row."""
        self.taken.left.append(Problem(str(row.place), what, remedy))

    def take(self, row: NumberRow, case: Case, record: Record) -> None:
        if not row.dnr and not row.registry:
            self.taken.empty += 1
            return
        into = self.session.get(Round, case.round_id) if case.round_id is not None else None
        has = case.dnr or (into.dnr if into is not None else "")
        if row.dnr and has and has != row.dnr:
            told = _("Ärendet har redan diarienummer {dnr}.", dnr=has)
            self.leave(row, told, _("Ändra det i ärendet, om listan har rätt."))
            return
        stands = record.registry_number
        if row.registry and stands and stands != row.registry:
            told = _("Handlingen har redan nummer {number} i diariet.", number=stands)
            self.leave(row, told, _("Ändra det i ärendets handlingar, om listan har rätt."))
            return
        if row.registry and not stands and self._is_used(row.registry, record):
            told = _("En annan handling i ärendet har nummer {number} i diariet.", number=row.registry)
            self.leave(row, told, _("Rätta numret i listan."))
            return
        new_case, new_record = bool(row.dnr and not has), bool(row.registry and not stands)
        if new_case:
            register_case(self.session, case.number, row.dnr)
            self.taken.cases += 1
        if new_record:
            records.keep_mark(self.session, record, registry_number=row.registry)
            self.taken.records += 1
        self.taken.same += not (new_case or new_record)

    def _is_used(self, registry_number: str, record: Record) -> bool:
        others = (one for one in self.records if one.case_id == record.case_id and one is not record)
        return any(one.registry_number == registry_number for one in others)


def _rows_of(book: ForeignWorkbook, file: str) -> list[NumberRow]:
    for sheet in book.sheets:
        columns = _columns_of(sheet.rows[0]) if sheet.rows else {}
        if {NUMBER, SERIAL, DNR} <= columns.keys():
            return [_number_row(row, columns) for row in sheet.rows[1:]]
    raise Refused(
        Obstacle.INVALID,
        Problem(
            "file",
            _("{file} är ingen diarieföringslista: kolumnerna Ärendenr, Nr och Dnr finns inte.", file=file),
            _("Hämta listan här, fyll i den och lämna in den igen."),
        ),
    )


def _columns_of(head: SheetRow) -> dict[Words, int]:
    """Heading -> its column, in either language, with or without the sign."""
    texts = {cell.text.removeprefix(MARK.strip()).strip().casefold(): place for place, cell in head.cells.items()}
    found = {}
    for heading in (NUMBER, SERIAL, DNR, REGISTRY):
        place = next((texts[name.casefold()] for name in heading if name.casefold() in texts), None)
        if place is not None:
            found[heading] = place
    return found


def _number_row(row: SheetRow, columns: dict[Words, int]) -> NumberRow:
    def text(heading: Words) -> str:
        cell = row.cells.get(columns.get(heading, 0))
        return " ".join(cell.text.split()) if cell is not None else ""

    odd = any(_is_odd(row.cells.get(columns.get(heading, 0)), text(heading)) for heading in (DNR, REGISTRY))
    serial = text(SERIAL)
    number = int(serial) if serial.isascii() and serial.isdigit() and len(serial) < MOST_DIGITS else 0
    return NumberRow(row.number, text(NUMBER).upper(), number, text(DNR), text(REGISTRY), odd)


def _is_odd(cell: Cell | None, text: str) -> bool:
    """Whether what stands where a number is to be is none."""
    if cell is None:
        return False
    plain = cell.kind is CellKind.TEXT or (cell.kind is CellKind.NUMBER and text.isdigit())
    return not plain or len(text) > LONGEST_NUMBER
