"""The table of a round's money as a workbook, and back: three open columns, taken whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from vetting.engine.cells import amount_in_cell
from vetting.formats.workbook_reading import read_workbook
from vetting.formats.workbook_writing import TOTALS, register_workbook
from vetting.grants.domain.allocations import RowValues
from vetting.kernel.dates import HERE
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.problem import Obstacle, Problem, Refused, UnreadableValueError
from vetting.kernel.register_tables import MARK, RegisterColumn, RegisterColumnKind, RegisterTable
from vetting.kernel.text import OFFICIAL, Words, _, in_context
from vetting.rounds.services.allocations import RowEdit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from vetting.casework import QueueRow
    from vetting.casework.domain.row_tags import RowTag
    from vetting.grants.domain.allocations import AllocationRow
    from vetting.grants.models.rounds import Round
    from vetting.kernel.register_tables import Cell
    from vetting.kernel.roles import Person
    from vetting.kernel.tables import Cell as ForeignCell
    from vetting.kernel.tables import SheetRow
    from vetting.rounds.services.allocation_tables import AllocationTable

NUMBER, PROPOSED, REASON = _("Ärendenr"), _("Förslag kr"), _("Skäl")
POINTS, SEEN = _("Poäng"), _("Läst rad")
NEEDED: Final = (NUMBER, PROPOSED, REASON, POINTS, SEEN)
TITLE: Final = _("Fördelning")
SUMS: Final = frozenset(word.upper() for word in TOTALS.values())
"""What the last row of a workbook begins with."""
ABOUT: Final = _("Om listan")


def allocation_workbook(
    table: AllocationTable,
    rows: Sequence[AllocationRow],
    standings: Mapping[int, QueueRow],
    about: Round,
    *,
    by: Person,
    at: datetime,
) -> bytes:
    """The table as xlsx, in the order that is shown; the columns with a sign are changed and the list sent back.

    standings: case -> how it stands.
    """
    money = RegisterColumnKind.MONEY
    columns = (
        RegisterColumn(NUMBER),
        RegisterColumn(_("Förening")),
        *((RegisterColumn(_("Bidragsform")),) if table.schemes else ()),
        RegisterColumn(_("Sökt kr"), money),
        RegisterColumn(_("Beviljat i fjol kr"), money),
        RegisterColumn(_("Läge")),
        RegisterColumn(POINTS, RegisterColumnKind.NUMBER, open=True),
        RegisterColumn(PROPOSED, money, open=True),
        RegisterColumn(REASON, open=True),
        RegisterColumn(SEEN),
    )
    cells = tuple(_cells(row, table.schemes, standings[row.case_id].tag) for row in rows)

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

    return register_workbook([RegisterTable(TITLE, columns, cells)], told, ABOUT.to(OFFICIAL), OFFICIAL)


def _cells(row: AllocationRow, schemes: Mapping[int, str], tag: RowTag | None) -> tuple[Cell, ...]:
    return (
        row.number,
        row.name,
        *((schemes.get(row.scheme_id or 0, ""),) if schemes else ()),
        row.applied,
        row.last_year,
        tag.words.to(OFFICIAL) if tag is not None else "",
        row.written.points,
        _amount_of(row),
        row.written.reason,
        row.written.digest,
    )


def _amount_of(row: AllocationRow) -> int | None:
    return row.written.proposed if row.is_open else row.counted


class WorkbookRow(NamedTuple):
    """A row that came back: where it stands, its case, what it says, the digest of what it said when it was fetched."""

    place: int
    number: str
    values: RowValues
    seen: str
    problem: Problem | None


def read_allocation(data: bytes, file: str) -> list[WorkbookRow]:
    """The rows of a workbook that was fetched here; takes a while, so no session waits for it.

    Raises:
        Refused: it is not such a list.
        UnreadableError: it cannot be read.
    """
    for sheet in read_workbook(data, file).sheets:
        columns = _columns_of(sheet.rows[0]) if sheet.rows else {}
        if columns.keys() == set(NEEDED):
            rows = (_row(row, columns) for row in sheet.rows[1:])
            return [row for row in rows if row.number and row.number not in SUMS]
    raise Refused(
        Obstacle.INVALID,
        Problem(
            "file",
            _("{file} är ingen fördelning: den saknar Ärendenr, Poäng, Förslag kr, Skäl eller Läst rad.", file=file),
            _("Hämta listan här, ändra i den och lämna in den igen."),
        ),
    )


def _columns_of(head: SheetRow) -> dict[Words, int]:
    texts = {cell.text.removeprefix(MARK.strip()).strip().casefold(): place for place, cell in head.cells.items()}
    found = {}
    for heading in NEEDED:
        place = next((texts[name.casefold()] for name in heading if name.casefold() in texts), None)
        if place is not None:
            found[heading] = place
    return found


def _row(row: SheetRow, columns: Mapping[Words, int]) -> WorkbookRow:
    def cell(heading: Words) -> ForeignCell | None:
        return row.cells.get(columns[heading])

    def text(heading: Words) -> str:
        found = cell(heading)
        return " ".join(found.text.split()) if found is not None else ""

    amount, points, problem = None, None, None
    try:
        amount = amount_in_cell(cell(PROPOSED), below_nought=True)
        points = float(text(POINTS).replace(",", ".")) if text(POINTS) else None
    except UnreadableValueError as error:
        problem = Problem("file", error.what, error.remedy)
    except ValueError:
        problem = Problem("file", _("”{text}” är inga poäng.", text=text(POINTS)[:40]), _("Skriv ett tal."))
    values = RowValues(proposed=amount, reason=mask_personal_numbers(text(REASON)), points=points)
    return WorkbookRow(row.number, text(NUMBER).upper(), values, text(SEEN), problem)


def edits_of(table: AllocationTable, rows: Sequence[WorkbookRow]) -> list[RowEdit]:
    """What a workbook that came back says otherwise than the table does.

    Raises:
        Refused: a row cannot be read, is of no application here or there twice, or the table has changed since the
            workbook was fetched. Then nothing of it is taken.
    """
    lines = {row.number: row for row in table.rows}
    edits, wrong, done = [], [], set[str]()
    for row in rows:
        line = lines.get(row.number)
        if line is None or row.number in done:
            missing = _("{number} finns inte i omgången.", number=row.number)
            twice = _("{number} står flera gånger.", number=row.number)
            wrong.append(_problem(row, missing if line is None else twice, _("Kontrollera ärendenumret.")))
        elif row.problem is not None:
            wrong.append(_problem(row, row.problem.what, row.problem.remedy))
        elif row.seen != line.written.digest:
            raise Refused(
                Obstacle.STALE,
                _problem(
                    row,
                    _("{name} har ändrats sedan listan hämtades. Inget är inläst.", name=line.name),
                    _("Hämta listan på nytt och för över det du ändrade."),
                ),
            )
        elif line.is_open:
            edits.append(RowEdit(case_id=line.case_id, seen=row.seen, values=row.values))
        elif row.values != RowValues(proposed=_amount_of(line), reason=line.written.reason, points=line.written.points):
            locked = _("{name} är beslutad, återkallad eller väntar på beslut.", name=line.name)
            wrong.append(_problem(row, locked, _("Låt raden stå som den hämtades.")))
        done.add(row.number)
    if wrong:
        raise Refused(Obstacle.INVALID, *wrong)
    return edits


def _problem(row: WorkbookRow, what: Words, remedy: Words) -> Problem:
    return Problem("file", _("Rad {place}: ", place=row.place) + what, remedy)
