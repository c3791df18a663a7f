"""Decisions of earlier years and other boards' grants, taken in from a list: sums only, no cases, gates or letters."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import func, select

from vetting.associations.models.associations import Association
from vetting.casework.models.cases import Case
from vetting.engine.cells import amount_in_cell
from vetting.engine.conditions.folding import folded_text
from vetting.formats.workbook_reading import read_workbook
from vetting.grants.domain.allocations import LARGEST
from vetting.grants.models.outside_decisions import OutsideDecision, outside_decisions
from vetting.kernel.organisation_numbers import NumberKind, fold_name, mask_personal_numbers, read_number
from vetting.kernel.problem import Obstacle, Problem, Refused, UnreadableValueError
from vetting.kernel.roles import Action
from vetting.kernel.store.import_batches import is_batch_not_undone
from vetting.kernel.text import NO_WORDS, Words, _
from vetting.people import require_permission

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from vetting.kernel.store.session import Session, WritingSession
    from vetting.kernel.tables import SheetRow

FIRST_YEAR, LAST_YEAR = 1990, 2100
LONGEST: Final = 120
YEAR_DIGITS: Final = 4
MOST_TOLD: Final = 50
_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("förening", "organisation", "sökande", "association"),
    "number": ("org", "orgnr", "organisationsnummer"),
    "year": ("år", "year"),
    "scheme": ("bidragsform", "bidrag", "stödform"),
    "purpose": ("ändamål", "syfte", "purpose"),
    "applied": ("sökt", "ansökt", "applied"),
    "granted": ("beviljat", "beslutat", "granted"),
    "used": ("använt", "redovisat belopp", "used"),
    "outcome": ("utfall", "beslut", "outcome"),
}
"""Field -> what its heading begins with; the longest that fits."""


class OutsideRow(NamedTuple):
    """A row of a list: where it stands, what it says; problem: why it cannot be taken."""

    place: int
    name: str
    number: str
    year: int
    scheme: str
    purpose: str
    applied: int | None
    granted: int | None
    used: int | None
    outcome: str
    problem: Problem | None


def read_outside_list(data: bytes, file: str) -> list[OutsideRow]:
    """The rows of a list of decisions; takes a while, so no session waits for it.

    Raises:
        Refused: it has no columns for the association, the year and the amount.
        UnreadableError: it cannot be read.
    """
    for sheet in read_workbook(data, file).sheets:
        columns = _columns_of(sheet.rows[0]) if sheet.rows else {}
        if (
            {"year"} <= columns.keys()
            and columns.keys() & {"name", "number"}
            and columns.keys() & {"granted", "applied"}
        ):
            rows = (_row(row, columns) for row in sheet.rows[1:])
            return [row for row in rows if row.name or row.number]
    raise Refused(
        Obstacle.INVALID,
        Problem(
            "file",
            _("{file} har inte kolumnerna Förening eller Org.nr, År, och Beviljat.", file=file),
            _("Ge kolumnerna de rubrikerna och läs in listan igen."),
        ),
    )


def _columns_of(head: SheetRow) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, cell in head.cells.items():
        text = folded_text(cell.text)
        fits = [(len(word), name) for name, words in _COLUMNS.items() for word in words if text.startswith(word)]
        if fits:
            found.setdefault(max(fits)[1], place)
    return found


def _row(row: SheetRow, columns: Mapping[str, int]) -> OutsideRow:
    def text(name: str) -> str:
        cell = row.cells.get(columns.get(name, 0))
        return mask_personal_numbers(" ".join(cell.text.split()))[:LONGEST] if cell is not None else ""

    problem, amounts = None, dict[str, int | None]()
    for name in ("applied", "granted", "used"):
        try:
            amounts[name] = amount_in_cell(row.cells.get(columns.get(name, 0)))
        except UnreadableValueError as error:
            problem = Problem("file", error.what, error.remedy)
    year = text("year").removesuffix(".0")
    reading = read_number(text("number"))
    if not (len(year) == YEAR_DIGITS and year.isascii() and year.isdigit() and FIRST_YEAR <= int(year) <= LAST_YEAR):
        problem = Problem("file", _("”{text}” är inget år.", text=text("year")), _("Skriv till exempel 2025."))
    elif any(amount is not None and not 0 <= amount <= LARGEST for amount in amounts.values()):
        problem = Problem(
            "file", _("Ett belopp är mindre än noll eller orimligt stort."), _("Skriv beloppet i kronor.")
        )
    return OutsideRow(
        row.number,
        text("name"),
        reading.digits if reading.kind is NumberKind.ORGANISATION else "",
        int(year) if len(year) == YEAR_DIGITS and year.isascii() and year.isdigit() else 0,
        text("scheme"),
        text("purpose"),
        amounts.get("applied"),
        amounts.get("granted"),
        amounts.get("used"),
        text("outcome"),
        problem,
    )


@dataclass(slots=True)
class TakenList:
    """What came of a list: how many rows were taken, and those that were not, with why."""

    rows: int = 0
    left: list[Problem] = field(default_factory=list)
    more_left: int = 0


def import_outside_list(session: WritingSession, rows: Sequence[OutsideRow], *, giver: str, source: str) -> TakenList:
    """Takes in what a list says of associations that have applied to the board; of others it would say nothing here.

    giver: empty of the board's own decisions, else the other board.
    """
    require_permission(session.person, Action.MANAGE_ROUNDS)
    by_number, by_name = _applicants(session, session.person.board_id)
    giver = " ".join(giver.split())[:LONGEST]
    known = _said_before(session, {*by_number.values(), *by_name.values()}, giver)
    taken = TakenList()
    for row in rows:
        key = by_number.get(row.number) if row.number else by_name.get(fold_name(row.name))
        what, remedy = _why_left(row, key, known)
        if what is not None:
            taken.more_left += len(taken.left) >= MOST_TOLD
            if len(taken.left) < MOST_TOLD:
                taken.left.append(Problem("file", _("Rad {place}: ", place=row.place) + what, remedy))
            continue
        session.add(
            OutsideDecision(
                board_id=session.person.board_id,
                association_id=key,
                giver=giver,
                year=row.year,
                scheme=row.scheme,
                purpose=row.purpose,
                applied=row.applied,
                granted=row.granted,
                used=row.used,
                outcome=row.outcome,
                source=source[:LONGEST],
                at=session.now,
                by_user_id=session.person.id,
            )
        )
        taken.rows += 1
    if taken.rows:
        session.flush()
        session.note("outside_decisions_added", board_id=session.person.board_id)
    return taken


_Said = tuple[int | None, int, str, int | None, int | None]
"""What tells one decision from another: whose, which year, for what, how much applied for and granted."""


def _said_before(session: Session, associations: set[int], giver: str) -> set[_Said]:
    """What earlier lists have said of the same giver."""
    rows = outside_decisions(session, session.person.board_id, associations)
    return {
        (row.association_id, row.year, row.scheme.casefold(), row.applied, row.granted)
        for row in rows
        if row.giver == giver
    }


def _why_left(row: OutsideRow, key: int | None, known: set[_Said]) -> tuple[Words | None, Words]:
    if row.problem is not None:
        return row.problem.what, row.problem.remedy
    if key is None:
        name = row.name or row.number
        return (
            _("{name} har inte sökt hos nämnden.", name=name),
            _("Läs in listan igen när föreningen har sökt, eller rätta namn och nummer."),
        )
    if (key, row.year, row.scheme.casefold(), row.applied, row.granted) in known:
        return _("Beslutet är redan inläst."), _("Ångra den förra listan om den var fel.")
    return None, NO_WORDS


def _applicants(session: Session, board_id: int) -> tuple[dict[str, int], dict[str, int]]:
    """Number -> association, and name -> association where only one is called so, of those that have applied."""
    applied = select(Case.association_id).where(Case.board_id == board_id, is_batch_not_undone(Case.batch_id))
    rows = session.execute(
        select(Association.id, Association.number, Association.name_key).where(Association.id.in_(applied))
    ).all()
    names: dict[str, set[int]] = {}
    for key, _number, name_key in rows:
        names.setdefault(name_key, set()).add(key)
    return (
        {number: key for key, number, _folded in rows if number},
        {name_key: min(keys) for name_key, keys in names.items() if len(keys) == 1},
    )


class OutsideList(NamedTuple):
    """A list that was taken in: its file, whose decisions, when, how many rows, from which years."""

    first: int
    source: str
    giver: str
    at: datetime
    rows: int
    from_year: int
    to_year: int


def outside_lists(session: Session) -> list[OutsideList]:
    """The lists that were taken in and not taken back, the newest first."""
    row = OutsideDecision
    wanted = (
        select(func.min(row.id), row.source, row.giver, row.at, func.count(), func.min(row.year), func.max(row.year))
        .where(row.board_id == session.person.board_id, row.taken_back_at.is_(None))
        .group_by(row.source, row.giver, row.at)
        .order_by(row.at.desc())
    )
    return [OutsideList(*found) for found in session.execute(wanted)]


def take_back_list(session: WritingSession, first: int) -> int:
    """A list that was taken in is taken back: what it said is shown no more. Returns how many rows.

    Raises:
        Refused: the board has taken in no such list.
    """
    require_permission(session.person, Action.MANAGE_ROUNDS)
    found = session.get(OutsideDecision, first)
    if found is None or found.board_id != session.person.board_id or found.taken_back_at is not None:
        raise Refused(Obstacle.MISSING)
    rows = session.scalars(
        select(OutsideDecision).where(
            OutsideDecision.board_id == session.person.board_id,
            OutsideDecision.source == found.source,
            OutsideDecision.giver == found.giver,
            OutsideDecision.at == found.at,
            OutsideDecision.taken_back_at.is_(None),
        )
    ).all()
    for row in rows:
        row.taken_back_at = session.now
    session.flush()
    session.note("outside_decisions_undone", board_id=session.person.board_id)
    return len(rows)
