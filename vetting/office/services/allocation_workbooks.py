"""The sheet of a round as a workbook, and back: two open columns, differences before and after, conflicts listed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from vetting.engine.cells import amount_in_cell
from vetting.formats.workbook_reading import read_workbook
from vetting.formats.workbook_writing import TOTALS, register_workbook
from vetting.grants.domain.allocations import (
    LOCK_WORDS,
    LONGEST_REASON,
    AllocationField,
    RowLock,
    running_totals,
    wrong_with_amount,
)
from vetting.kernel.dates import HERE
from vetting.kernel.money import kronor
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.problem import Obstacle, Problem, Refused, UnreadableValueError
from vetting.kernel.register_tables import MARK, RegisterColumn, RegisterColumnKind, RegisterTable
from vetting.kernel.text import OFFICIAL, Words, _, in_context, same_in_both
from vetting.office.services.allocation_tables import criterion_columns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from vetting.grants.models.rounds import Round
    from vetting.kernel.register_tables import Cell
    from vetting.kernel.roles import Person
    from vetting.kernel.tables import Cell as ForeignCell
    from vetting.kernel.tables import SheetRow
    from vetting.office.services.allocation_tables import AllocationLine, AllocationTable, CriterionColumn

NUMBER, PROPOSED, REASON, SEEN = _("Ärendenr"), _("Förslag kr"), _("Skäl"), _("Läst rad")
TITLE: Final = _("Fördelning")
SUMS: Final = frozenset(word.upper() for word in TOTALS.values())
"""What the last row of a workbook begins with."""
ABOUT: Final = _("Om listan")
LONGEST_KEY: Final = 16
_MONEY, _NUMBER = RegisterColumnKind.MONEY, RegisterColumnKind.NUMBER


def allocation_workbook(
    table: AllocationTable,
    lines: Sequence[AllocationLine],
    about: Round,
    *,
    by: Person,
    at: datetime,
) -> bytes:
    """The sheet as xlsx, in the order that is shown; the columns with a sign are changed and the list sent back."""
    criteria = criterion_columns(table)
    running = running_totals(line.row for line in lines)
    schemes = {part.offered.scheme.id: part.offered.scheme.name for part in table.parts if part.offered is not None}
    several = len(schemes) > 1
    withdrawn = any(line.row.lock is RowLock.WITHDRAWN for line in lines)
    columns = (
        RegisterColumn(NUMBER),
        RegisterColumn(_("Förening")),
        *((RegisterColumn(_("Bidragsform")),) if several else ()),
        RegisterColumn(_("Ändamål")),
        RegisterColumn(_("Sökt kr"), _MONEY),
        *((RegisterColumn(_("Återkallat kr"), _MONEY),) if withdrawn else ()),
        *(RegisterColumn(_("Beviljat {year} kr", year=table.year - back), _MONEY) for back in (3, 2, 1)),
        RegisterColumn(_("Beslutat utanför programmet")),
        RegisterColumn(_("Redovisat")),
        RegisterColumn(_("Medlemmar"), _NUMBER),
        RegisterColumn(_("Referensgruppen")),
        RegisterColumn(_("Andra givare")),
        *(RegisterColumn(same_in_both(column.name), _NUMBER) for column in criteria),
        RegisterColumn(_("Poäng"), _NUMBER),
        RegisterColumn(_("Läge")),
        RegisterColumn(PROPOSED, _MONEY, open=True),
        RegisterColumn(REASON, open=True),
        RegisterColumn(_("Löpande kr"), _MONEY, summed=False),
        RegisterColumn(SEEN),
    )
    rows = tuple(
        _line(line, criteria, table.year, running, schemes if several else None, withdrawn=withdrawn) for line in lines
    )

    def told(counted: Sequence[int]) -> list[tuple[str, str]]:
        said = (
            (_("Nämnd"), by.board),
            (_("Omgång"), about.name),
            (_("Rader"), str(counted[0])),
            (in_context("a register", "Hämtat"), at.astimezone(HERE).strftime("%Y-%m-%d %H:%M")),
            (_("Av (funktion)"), by.function),
            (_("Status"), _("Arbetsmaterial").to(OFFICIAL)),
        )
        return [(heading.to(OFFICIAL), value) for heading, value in said]

    return register_workbook([RegisterTable(TITLE, columns, rows)], told, ABOUT.to(OFFICIAL), OFFICIAL)


def _line(
    line: AllocationLine,
    criteria: Sequence[CriterionColumn],
    year: int,
    running: Mapping[int, int],
    schemes: Mapping[int, str] | None,
    *,
    withdrawn: bool,
) -> tuple[Cell, ...]:
    """A row as its cells. schemes: where the round is for several. withdrawn: whether any is, which has its column."""
    row = line.row
    taken_back = row.lock is RowLock.WITHDRAWN
    reported = {None: "", True: _("ja").to(OFFICIAL), False: _("sen").to(OFFICIAL)}[line.reported]
    standing = LOCK_WORDS[row.lock] if row.lock is not None else (line.tag.words if line.tag is not None else None)
    return (
        line.number,
        row.name,
        *((schemes.get(row.scheme_id or 0, ""),) if schemes is not None else ()),
        line.purpose,
        None if taken_back else row.applied,
        *((row.applied if taken_back else None,) if withdrawn else ()),
        *(row.earlier.get(year - back) for back in (3, 2, 1)),
        ", ".join(str(one.year) for one in line.years if one.outside),
        reported,
        line.members,
        line.advice.to(OFFICIAL) if line.advice is not None else "",
        "; ".join(giver if ore is None else f"{giver} {kronor(ore).to(OFFICIAL)}" for giver, ore in line.elsewhere),
        *(column.points_in(row) for column in criteria),
        row.points,
        standing.to(OFFICIAL) if standing is not None else "",
        row.proposed if row.is_open else row.counted,
        row.reason,
        running[row.case_id],
        "|".join(str(line.seen[name]) for name in (AllocationField.AMOUNT, AllocationField.REASON)),
    )


class WorkbookRow(NamedTuple):
    """A row of a sheet that came back: where it stands, its case, what it says and which entries it had seen."""

    place: int
    number: str
    amount: int | None
    reason: str
    seen: tuple[int, int] | None
    """None where the list no longer says it."""
    problem: Problem | None


def read_allocation(data: bytes, file: str) -> list[WorkbookRow]:
    """The rows of a workbook that was fetched here; takes a while, so no session waits for it.

    Raises:
        Refused: it is not such a list.
        UnreadableError: it cannot be read.
    """
    for sheet in read_workbook(data, file).sheets:
        columns = _columns_of(sheet.rows[0]) if sheet.rows else {}
        if {NUMBER, PROPOSED, REASON} <= columns.keys():
            rows = (_row(row, columns) for row in sheet.rows[1:])
            return [row for row in rows if row.number and row.number not in SUMS]
    raise Refused(
        Obstacle.INVALID,
        Problem(
            "file",
            _("{file} är ingen fördelning: kolumnerna Ärendenr, Förslag kr och Skäl finns inte.", file=file),
            _("Hämta listan här, ändra i den och lämna in den igen."),
        ),
    )


def _columns_of(head: SheetRow) -> dict[Words, int]:
    texts = {cell.text.removeprefix(MARK.strip()).strip().casefold(): place for place, cell in head.cells.items()}
    found = {}
    for heading in (NUMBER, PROPOSED, REASON, SEEN):
        place = next((texts[name.casefold()] for name in heading if name.casefold() in texts), None)
        if place is not None:
            found[heading] = place
    return found


def _row(row: SheetRow, columns: Mapping[Words, int]) -> WorkbookRow:
    def cell(heading: Words) -> ForeignCell | None:
        return row.cells.get(columns.get(heading, 0))

    def text(heading: Words) -> str:
        found = cell(heading)
        return " ".join(found.text.split()) if found is not None else ""

    seen = [
        int(part) if part.isascii() and part.isdigit() and len(part) < LONGEST_KEY else 0
        for part in text(SEEN).split("|")
    ]
    reason = mask_personal_numbers(text(REASON))
    amount, problem = None, None
    try:
        amount = amount_in_cell(cell(PROPOSED), below_nought=True)
    except UnreadableValueError as error:
        problem = Problem("file", error.what, error.remedy)
    if problem is None and len(reason) > LONGEST_REASON:
        problem = Problem("file", _("Skälet är för långt."), _("Skriv högst {most} tecken.", most=LONGEST_REASON))
    pair = (seen[0], seen[1]) if len(seen) > 1 else None
    return WorkbookRow(row.number, text(NUMBER).upper(), amount, reason, pair, problem)


@dataclass(frozen=True, slots=True, kw_only=True)
class CellDifference:
    """A cell that the workbook says otherwise of. theirs: who has written there since it was fetched."""

    case_id: int
    number: str
    name: str
    field: AllocationField
    before: Words
    after: Words
    value: str
    """As the page's own field takes it."""
    seen: int
    theirs: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedWorkbook:
    """What a workbook changes, and the rows that nothing was taken from, with why."""

    differences: Sequence[CellDifference]
    left: Sequence[Problem]
    same: int


def compare_workbook(table: AllocationTable, rows: Sequence[WorkbookRow]) -> ComparedWorkbook:
    """What a workbook that came back says otherwise than the sheet does."""
    lines = {line.number: line for line in table.rows}
    differences, left, same, done = [], [], 0, set[str]()
    for row in rows:
        line = lines.get(row.number)
        where = _("Rad {place}: ", place=row.place)
        if line is None:
            left.append(
                Problem(
                    "file", where + _("{number} finns inte i omgången.", number=row.number), _("Se efter ärendenumret.")
                )
            )
        elif row.number in done:
            left.append(
                Problem("file", where + _("{number} står flera gånger.", number=row.number), _("Låt en rad stå kvar."))
            )
        elif row.problem is not None:
            left.append(Problem("file", where + row.problem.what, row.problem.remedy))
        elif not line.row.is_open:
            same += 1
        elif wrong := _wrong_amount(row.amount, line):
            left.append(Problem("file", where + wrong.what, wrong.remedy))
        else:
            found = [*_differences(line, row)]
            differences += found
            same += not found
        done.add(row.number)
    return ComparedWorkbook(differences=differences, left=left, same=same)


def _wrong_amount(amount: int | None, line: AllocationLine) -> Problem | None:
    return next(iter(wrong_with_amount(amount, line.row.applied)), None) if amount is not None else None


def _differences(line: AllocationLine, row: WorkbookRow) -> list[CellDifference]:
    said = (
        (AllocationField.AMOUNT, line.row.proposed, row.amount, row.seen[0] if row.seen else line.newest),
        (AllocationField.REASON, line.row.reason, row.reason, row.seen[1] if row.seen else line.newest),
    )
    return [
        CellDifference(
            case_id=line.row.case_id,
            number=line.number,
            name=line.row.name,
            field=name,
            before=_in_words(before),
            after=_in_words(after),
            value=_as_typed(after),
            seen=line.seen[name],
            theirs=line.writers.get(name, "") if line.seen[name] > seen else "",
        )
        for name, before, after, seen in said
        if before != after
    ]


def _in_words(value: int | str | None) -> Words:
    if isinstance(value, int):
        return kronor(value)
    return same_in_both(value or "–")


def _as_typed(value: int | str | None) -> str:
    if isinstance(value, int):
        whole, rest = divmod(value, 100)
        return f"{whole},{rest:02}" if rest else str(whole)
    return value or ""
