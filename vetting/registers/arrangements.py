"""Registers as a board and its people want them: columns chosen and ordered per board, filters saved by each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from vetting.boards.services.sign_in import require_permission
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.store.trail import TrailNote
from vetting.kernel.text import _
from vetting.registers.models import ArrangedColumns, SavedFilter, arranged_columns, saved_filters

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from vetting.kernel.register_tables import RegisterName
    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import WritingSession
    from vetting.registers.columns import ColumnDefinition, RegisterSelection
    from vetting.registers.sheets import RegisterSheet

LONGEST_NAME: Final = 60
MOST_FILTERS: Final = 30


def arrange(
    session: Session, board_id: int, name: RegisterName, sheets: Sequence[RegisterSheet[Any]]
) -> tuple[RegisterSheet[Any], ...]:
    """The sheets with the columns that the board has chosen, in its order; a heading there is no more is left out."""
    chosen = {place: row.headings for place, row in arranged_columns(session, board_id, name).items()}
    return tuple(_with_columns(sheet, chosen.get(place, ())) for place, sheet in enumerate(sheets, 1))


def _with_columns(sheet: RegisterSheet[Any], headings: Sequence[str]) -> RegisterSheet[Any]:
    known = {heading.column.heading.sv: heading for heading in sheet.definition.headings}
    found = tuple(known[heading] for heading in headings if heading in known)
    return replace(sheet, definition=replace(sheet.definition, headings=found)) if found else sheet


def choose_columns(
    session: WritingSession,
    name: RegisterName,
    place: int,
    lines: Iterable[str],
    *,
    sheets: Sequence[RegisterSheet[Any]],
    by: Person,
    at: datetime,
) -> None:
    """Which columns a sheet has for the whole board, in which order. lines: headings in either language; none: all.

    Raises:
        Refused: no such sheet, a heading that is none or stands twice, or a column of money first, where the sum's own
            word stands.
    """
    require_permission(by, Action.MANAGE_BOARD)
    if not 1 <= place <= len(sheets):
        raise Refused(Obstacle.MISSING)
    columns = sheets[place - 1].definition.headings
    wanted = [" ".join(line.split()) for line in lines if line.strip()]
    headings, problems = _read(columns, wanted)
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    if headings == [heading.column.heading.sv for heading in columns]:
        headings = []
    row = arranged_columns(session, by.board_id, name).get(place)
    if row is None:
        row = ArrangedColumns(board_id=by.board_id, register=name, sheet=place, headings=headings)
        session.add(row)
    row.headings = headings
    session.flush()
    told = f"register: {name} {place}: {', '.join(headings)}"[:400]
    session.note(TrailNote(action="order_changed", by=by, at=at, subject=row, board_id=by.board_id, reason=told))


def _read(columns: Sequence[ColumnDefinition[Any]], wanted: Sequence[str]) -> tuple[list[str], list[Problem]]:
    by_words: Mapping[str, ColumnDefinition[Any]] = {
        words.casefold(): heading
        for heading in columns
        for words in (heading.column.heading.en, heading.column.heading.sv)
    }
    found: list[str] = []
    problems: list[Problem] = []
    for line in wanted:
        heading = by_words.get(line.casefold())
        if heading is None:
            what = _("Det finns ingen kolumn som heter ”{name}”.", name=line[:60])
            problems.append(Problem("columns", what, _("Skriv rubrikerna så som de står i registret.")))
        elif heading.column.heading.sv in found:
            what = _("Kolumnen ”{name}” står två gånger.", name=line[:60])
            problems.append(Problem("columns", what, _("Ta bort den ena raden.")))
        elif not found and heading.column.is_summed:
            what = _("Ett belopp kan inte stå först.")
            problems.append(Problem("columns", what, _("Sätt en annan kolumn först: där står ordet Summa.")))
        else:
            found.append(heading.column.heading.sv)
    return found, problems


def save_filter(
    session: WritingSession,
    register: RegisterName,
    name: str,
    selection: RegisterSelection,
    *,
    by: Person,
    at: datetime,
) -> SavedFilter:
    """Keeps a filter under a name of one's own; one of the same name is written over.

    Raises:
        Refused: no registers, no name, nothing chosen, or as many as there can be.
    """
    require_permission(by, Action.READ_REGISTERS)
    called = mask_personal_numbers(" ".join(name.split()))
    known = {row.name: row for row in saved_filters(session, by, register)}
    problems = []
    if not called or len(called) > LONGEST_NAME:
        what = _("Urvalet har inget namn, eller ett som är längre än {most} tecken.", most=LONGEST_NAME)
        problems.append(Problem("name", what, _("Skriv ett kort namn.")))
    if not (selection.first or selection.last or selection.text):
        problems.append(Problem("name", _("Inget är valt."), _("Välj dagar eller sökord, visa, och spara sedan.")))
    if called not in known and len(known) >= MOST_FILTERS:
        problems.append(Problem("name", _("Fler urval går inte att spara."), _("Ta bort ett som inte används.")))
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    row = known.get(called)
    if row is None:
        row = SavedFilter(board_id=by.board_id, user_id=by.id, register=register, name=called, at=at)
        session.add(row)
    row.first, row.last, row.text, row.at = selection.first, selection.last, selection.text, at
    session.flush()
    session.note(TrailNote(action="filter_saved", by=by, at=at, subject=row, board_id=by.board_id))
    return row


def remove_filter(session: WritingSession, key: int, *, by: Person, at: datetime) -> None:
    """A saved filter of one's own is gone.

    Raises:
        Refused: it is nobody's, or somebody else's.
    """
    require_permission(by, Action.READ_REGISTERS)
    row = session.get(SavedFilter, key)
    if row is None or (row.user_id, row.board_id) != (by.id, by.board_id):
        raise Refused(Obstacle.MISSING)
    session.note(TrailNote(action="filter_removed", by=by, at=at, subject=row, board_id=by.board_id))
    session.delete(row)
