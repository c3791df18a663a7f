"""The file that goes with a batch of payments, by a layout that is shipped or the board's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import select

from vetting.boards.services.sign_in import require_permission
from vetting.formats.outgoing_lists import fixed_text, separated_text
from vetting.formats.workbook_writing import register_workbook
from vetting.imports.domain.outgoing_layouts import (
    ENDINGS,
    OUT,
    OutgoingLayout,
    OutgoingShape,
    codes_from_text,
    columns_from_text,
    outgoing_rows,
    parse_outgoing_layout,
)
from vetting.kernel.problem import Faults, Obstacle, Problem, Refused
from vetting.kernel.register_tables import RegisterColumn, RegisterTable
from vetting.kernel.roles import Action
from vetting.kernel.store.trail import TrailNote
from vetting.kernel.text import OFFICIAL, _, same_in_both
from vetting.payments.domain.payment_bases import AMOUNTS, DAYS, column_kind
from vetting.payments.models.payment_bases import OutgoingLayoutRow, outgoing_layouts_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from vetting.kernel.register_tables import Cell
    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import WritingSession
    from vetting.payments.domain.payment_bases import BasisLine
    from vetting.rules.services.rulebook import Rules

TEXT, XLSX = "text/plain", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV: Final = "text/csv"
LONGEST_NAME: Final = 60
MOST_TOLD: Final = 20


class OutgoingFile(NamedTuple):
    """A file to hand over."""

    content: bytes
    mimetype: str
    ending: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingLayoutWriting:
    """What somebody writes of a layout: columns and codes a line each."""

    name: str
    shape: str
    encoding: str
    separator: str
    headings: bool
    amount: str
    sign: str
    day: str
    columns: str
    codes: str = ""

    def content(self) -> dict[str, Any]:
        """As in a file of `imports/`."""
        name, separator = " ".join(self.name.split())[:LONGEST_NAME], self.separator.strip()
        return {
            "name": name,
            "kind": "payments",
            "direction": OUT,
            "title": {"sv": name, "en": name},
            "shape": self.shape,
            "encoding": self.encoding,
            "separator": "\t" if separator.casefold() in {"tabb", "tab"} else separator or ";",
            "headings": self.headings,
            "amount": self.amount,
            "sign": self.sign,
            "day": self.day,
            "codes": codes_from_text(self.codes),
            "columns": columns_from_text(self.columns),
        }


def outgoing_layouts(session: Session, rules: Rules, by: Person) -> list[OutgoingLayout]:
    """The layouts of files that go out: the board's own first, then those that are shipped."""
    own = [parse_outgoing_layout(row.content, Faults(), own=True) for row in outgoing_layouts_of(session, by.board_id)]
    return [*(layout for layout in own if layout is not None), *rules.outgoing]


def find_outgoing_layout(session: Session, name: str, rules: Rules, by: Person) -> OutgoingLayout:
    """A layout by its name; the first where none is said.

    Raises:
        Refused: there is none.
    """
    known = outgoing_layouts(session, rules, by)
    found = next((layout for layout in known if name in {"", layout.name}), None)
    if found is None:
        raise Refused(Obstacle.MISSING)
    return found


def save_outgoing_layout(
    session: WritingSession, new: OutgoingLayoutWriting, *, rules: Rules, by: Person, at: datetime
) -> OutgoingLayoutRow:
    """Keeps a layout of the board under its name; one of that name is written over, a shipped one never.

    Raises:
        Refused: it cannot be used; says where and why.
    """
    require_permission(by, Action.PAY)
    content, faults = new.content(), Faults()
    layout = parse_outgoing_layout(content, faults) if content["name"] else None
    problems = [Problem(_field_of(fault.path), fault.what, fault.remedy) for fault in faults.found]
    if not content["name"]:
        problems.append(Problem("name", _("Namnet saknas."), _("Skriv till exempel vad ekonomisystemet heter hos er.")))
    if any(shipped.name == content["name"] for shipped in rules.outgoing):
        problems.append(Problem("name", _("Så heter ett av exemplen."), _("Välj ett annat namn.")))
    if problems or layout is None:
        raise Refused(Obstacle.INVALID, *problems)
    same = OutgoingLayoutRow.name == layout.name, OutgoingLayoutRow.board_id == by.board_id
    row = session.scalar(select(OutgoingLayoutRow).where(*same))
    if row is None:
        row = OutgoingLayoutRow(board_id=by.board_id, name=layout.name, content=content, at=at, by_user_id=by.id)
        session.add(row)
    else:
        row.content, row.at, row.by_user_id = content, at, by.id
    session.flush()
    session.note(TrailNote(action="outgoing_layout_saved", by=by, at=at, subject=row))
    return row


def _field_of(path: Sequence[object]) -> str:
    """The field of the form that a fault is in."""
    return str(path[0]) if path else "name"


def outgoing_file(layout: OutgoingLayout, lines: Sequence[BasisLine]) -> OutgoingFile:
    """The file of a batch.

    Raises:
        Refused: a number does not fit into its column.
        UnreadableError: a letter is not among those of the layout.
    """
    rows, wrong = outgoing_rows(layout, lines)
    if wrong:
        raise Refused(
            Obstacle.INVALID,
            *(
                Problem(
                    one.reference,
                    _("{value} får inte plats i kolumnen {heading}.", value=one.value, heading=one.heading),
                    _("Gör kolumnen bredare än {width} tecken i filens layout.", width=one.width),
                )
                for one in wrong[:MOST_TOLD]
            ),
        )
    headings = [column.heading for column in layout.columns] if layout.headings else []
    match layout.shape:
        case OutgoingShape.XLSX:
            return OutgoingFile(_workbook(layout, lines, rows), XLSX, ENDINGS[layout.shape])
        case OutgoingShape.SEPARATED:
            content = separated_text(headings, rows, layout.separator, layout.encoding.value)
            return OutgoingFile(content, CSV, ENDINGS[layout.shape])
        case OutgoingShape.FIXED:
            return OutgoingFile(fixed_text(rows, layout.encoding.value), TEXT, ENDINGS[layout.shape])


def _workbook(layout: OutgoingLayout, lines: Sequence[BasisLine], rows: Sequence[Sequence[str]]) -> bytes:
    """Real amounts and days in the cells."""
    cells: list[tuple[Cell, ...]] = []
    for line, row in zip(lines, rows, strict=True):
        typed = zip(layout.columns, row, strict=True)
        cells.append(tuple(line.value(c.field) if c.field in AMOUNTS | DAYS and c.field else said for c, said in typed))
    columns = tuple(RegisterColumn(same_in_both(c.heading), column_kind(c.field)) for c in layout.columns)
    table = RegisterTable(_("Utbetalningar"), columns, tuple(cells))
    about = [(_("Underlag").to(OFFICIAL), lines[0].batch if lines else "")]
    return register_workbook([table], lambda _rows: about, _("Om listan").to(OFFICIAL), OFFICIAL)
