"""A board's own columns: made, filled in beside a case, and closed. No rule reads them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from vetting.boards.services.sign_in import require_permission
from vetting.cases.models.cases import Case, seen_by
from vetting.cases.models.own_columns import OwnColumn, OwnValue, columns_of_round, values_of
from vetting.cases.models.round_cases import of_rounds
from vetting.cases.services.cases import open_case
from vetting.engine.facts import FactDefinition, FactLevel, FactSupplier, FactType
from vetting.engine.group_names import group_named
from vetting.engine.opinion_words import opinion_words_in
from vetting.engine.stored_values import from_plain, to_plain
from vetting.grants.services.own_rounds import own_round
from vetting.imports.domain.downloaded_lists import OpenColumn
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.store.trail import TrailNote
from vetting.kernel.tables import Cell, CellKind
from vetting.kernel.text import Words, _, number_in_words, same_in_both

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import WritingSession

MOST_COLUMNS: Final = 20
LONGEST_NAME: Final = 60
LONGEST_TEXT: Final = 60
"""A comment is a note of one case: a column would carry it into lists."""
LONGEST_PURPOSE: Final = 200


class ColumnType(StrEnum):
    """What can stand in a column."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"


TYPE_WORDS: Final[Mapping[ColumnType, Words]] = {
    ColumnType.TEXT: _("Text"),
    ColumnType.NUMBER: _("Tal"),
    ColumnType.DATE: _("Datum"),
    ColumnType.CHOICE: _("Ett av flera val"),
}
_AS_FACTS: Final = {
    ColumnType.TEXT: FactType.TEXT,
    ColumnType.NUMBER: FactType.NUMBER,
    ColumnType.DATE: FactType.DATE,
    ColumnType.CHOICE: FactType.CHOICE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewColumn:
    """A column to be made, of a round or of bookings, where `round_id` is None."""

    round_id: int | None
    purpose: str
    name: str
    type: ColumnType
    options: tuple[str, ...] = ()


def column_definition(column: OwnColumn) -> FactDefinition:
    """The column as its cells are read: like those of any list."""
    return FactDefinition(
        id=f"own-{column.id}",
        type=_AS_FACTS[ColumnType(column.type)],
        label=same_in_both(column.name),
        level=FactLevel.APPLICATION,
        supplied_by=FactSupplier.STAFF,
        options={option: same_in_both(option) for option in column.options},
    )


def open_column(column: OwnColumn) -> OpenColumn:
    """The column as one that may be changed in a list."""
    free = ColumnType(column.type) is ColumnType.TEXT
    return OpenColumn(f"own-{column.id}", column_definition(column), as_it_stands=free, may_be_emptied=True)


def add_column(session: WritingSession, new: NewColumn, *, by: Person, at: datetime) -> OwnColumn:
    """A new column for the applications of a round, or for bookings.

    Raises:
        Refused: there is no such round; it has no name or one that is taken, no purpose, too few options, or words of
            opinion, faith, origin or language; or there are too many columns.
    """
    require_permission(by, Action.MANAGE_ROUNDS)
    about = own_round(session, new.round_id, by) if new.round_id is not None else None
    kind = CaseKind.GRANT if about is not None else CaseKind.BOOKING
    name, purpose = _tidy(new.name, LONGEST_NAME), _tidy(new.purpose, LONGEST_PURPOSE)
    known = columns_of_round(session, by.board_id, kind.value, new.round_id)
    problems = []
    if not purpose:
        problems.append(
            Problem("purpose", _("Det står inte vad kolumnen är till för."), _("Skriv vad den ska användas till."))
        )
    if not name or name.casefold() in {column.name.casefold() for column in known}:
        problems.append(
            Problem("name", _("Kolumnen har inget namn, eller samma som en annan."), _("Ge den ett eget namn."))
        )
    options = tuple(dict.fromkeys(filter(None, (_tidy(option, LONGEST_NAME) for option in new.options))))
    for where, texts in (("name", (name,)), ("options", options), ("purpose", (purpose,))):
        problems += [_speaks_of(where, text) for text in texts if speaks_of_people(text)]
    if new.type is ColumnType.CHOICE and len(options) < 2:  # noqa: PLR2004 - one is no choice
        problems.append(Problem("options", _("Ett val behöver minst två alternativ."), _("Skriv ett på varje rad.")))
    if len(known) >= MOST_COLUMNS:
        most = number_in_words(MOST_COLUMNS)
        problems.append(
            Problem("name", _("Det finns redan {most} kolumner.", most=most), _("Avsluta en som inte används."))
        )
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    column = OwnColumn(
        board_id=by.board_id,
        kind=kind,
        round_id=new.round_id,
        purpose=purpose,
        name=name,
        type=new.type.value,
        options=list(options) if new.type is ColumnType.CHOICE else [],
        at=at,
        by_user_id=by.id or None,
    )
    session.add(column)
    session.flush()
    session.note(TrailNote(action="own_column_added", by=by, at=at, subject=column, detail={"name": name}))
    return column


def _tidy(text: str, longest: int) -> str:
    return " ".join(mask_personal_numbers(text).split())[:longest]


BEGINNINGS: Final = (
    *("parti", "politisk", "ursprung", "nationalitet", "etni", "modersmål", "hemspråk", "födelseland", "hemland"),
    *("trossamfund", "trosinriktning", "trosuppfattning", "trosriktning", "livsåskådning", "församling", "samfund"),
)
"""What the names of columns that sort people begin with, also where they are put together with another word."""
HARMLESS: Final = ("partiell", "partner")


def speaks_of_people(text: str) -> bool:
    """Whether a text names faith, opinion, origin or language: by that no column sorts associations."""
    words = text.casefold().split()
    begins = any(word.startswith(BEGINNINGS) and not word.startswith(HARMLESS) for word in words)
    return begins or bool(opinion_words_in(text)) or any(group_named(part) for part in (text, *text.split()))


def _speaks_of(where: str, text: str) -> Problem:
    return Problem(
        where,
        _("”{text}” talar om tro, åsikt, ursprung eller språk.", text=text),
        _("En kolumn får inte dela upp föreningar så. Skriv vad verksamheten är."),
    )


def close_column(session: WritingSession, key: int, *, by: Person, at: datetime) -> OwnColumn:
    """The column is not shown any more; what stood in it stays.

    Raises:
        Refused: there is no such column in the board.
    """
    require_permission(by, Action.MANAGE_ROUNDS)
    column = session.scalar(select(OwnColumn).where(OwnColumn.board_id == by.board_id, OwnColumn.id == key))
    if column is None:
        raise Refused(Obstacle.MISSING)
    if column.closed_at is None:
        column.closed_at = at
        session.note(TrailNote(action="own_column_closed", by=by, at=at, subject=column, detail={"name": column.name}))
    return column


def of_case(session: Session, case: Case) -> list[tuple[OwnColumn, str, Words]]:
    """The board's columns for a case: what stands there as it is typed, and as it is read."""
    known = columns_of_case(session, case)
    values = values_of(session, case) if known else {}
    return [
        (column, as_typed(values.get(column.id)), _value_in_words(column, values.get(column.id))) for column in known
    ]


def columns_of_case(session: Session, case: Case) -> list[OwnColumn]:
    """Those that a case has."""
    return columns_of_round(session, case.board_id, case.kind, case.round_id)


def as_typed(value: Any) -> str:  # noqa: ANN401 - JSON
    """What stands in a column, as somebody types it."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).replace(".", ",") if isinstance(value, float) else str(value)


def _value_in_words(column: OwnColumn, value: Any) -> Words:  # noqa: ANN401 - JSON
    if value is None:
        return same_in_both("–")
    fact = column_definition(column)
    return (
        same_in_both(str(value))
        if fact.type in {FactType.TEXT, FactType.CHOICE}
        else fact.in_words(from_plain(fact, value))
    )


def fill_in(
    session: WritingSession, number_: str, given: Mapping[int, str], *, by: Person, at: datetime, on: date
) -> list[str]:
    """What stands in the columns for a case; a blank takes out what stood there. Returns the columns that changed.

    Raises:
        Refused: something cannot be read, or the case is not this person's.
    """
    case = open_case(session, number_, by=by, action=Action.HANDLE)
    values = values_of(session, case)
    changed, problems = [], []
    for column in columns_of_case(session, case):
        if column.id not in given:
            continue
        text = given[column.id].strip()
        read = open_column(column).read(Cell(CellKind.TEXT, text), on=on) if text else None
        told = read.told if read is not None else None
        if not told and ColumnType(column.type) is ColumnType.TEXT and text != values.get(column.id):
            told = wrong_text(text)
        if told:
            problems.append(Problem(f"own-{column.id}", *told))
            continue
        value = to_plain(read.value) if read is not None else None
        if value != values.get(column.id):
            _put_value(session, case, column, value, by, at)
            changed.append(column.name)
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    _note(session, case, changed, by, at)
    return changed


def wrong_text(text: str) -> tuple[Words, Words] | None:
    """Why a text may not stand in a column, and what to do: a comment is a note, where no list carries it."""
    if len(text) > LONGEST_TEXT:
        what = _("Texten är längre än {most} tecken.", most=LONGEST_TEXT)
        return what, _("Skriv en anteckning i ärendet i stället: den följer inte med i listor.")
    problem = _speaks_of("", text) if speaks_of_people(text) else None
    return (problem.what, problem.remedy) if problem is not None else None


def fill_in_round(
    session: WritingSession,
    round_id: int,
    given: Mapping[int, Mapping[int, str]],
    *,
    by: Person,
    at: datetime,
    on: date,
) -> None:
    """What stands in the columns for some cases of a round. given: case -> column -> what was typed.

    Raises:
        Refused: a case is not of the round or not this person's; something cannot be read, told as own-<case>-<column>.
    """
    wanted = select(Case.id, Case.number).where(
        of_rounds([round_id]), seen_by(by, Action.HANDLE), Case.id.in_(list(given))
    )
    numbers = {key: number for key, number in session.execute(wanted)}  # noqa: C416 - dict() of rows carries no types
    problems = []
    for case, typed in given.items():
        if case not in numbers:
            raise Refused(Obstacle.MISSING)
        try:
            fill_in(session, numbers[case], typed, by=by, at=at, on=on)
        except Refused as refused:
            problems += [
                Problem(one.where.replace("own-", f"own-{case}-"), one.what, one.remedy) for one in refused.problems
            ]
            if not refused.problems:
                raise
    if problems:
        raise Refused(Obstacle.INVALID, *problems)


def keep_values(session: WritingSession, number_: str, values: Mapping[str, Any], *, by: Person, at: datetime) -> None:
    """Values that a list gave, by the columns' keys, already read.

    Raises:
        Refused: the case is not this person's.
    """
    case = open_case(session, number_, by=by, action=Action.HANDLE)
    known = {open_column(column).key: column for column in columns_of_case(session, case)}
    changed = []
    for key, value in values.items():
        if key in known:
            _put_value(session, case, known[key], value, by, at)
            changed.append(known[key].name)
    _note(session, case, changed, by, at)


def _put_value(session: WritingSession, case: Case, column: OwnColumn, value: Any, by: Person, at: datetime) -> None:  # noqa: ANN401 - JSON
    session.add(OwnValue(case_id=case.id, column_id=column.id, value=value, at=at, by_user_id=by.id or None))


def _note(session: WritingSession, case: Case, changed: list[str], by: Person, at: datetime) -> None:
    if changed:
        session.note(
            TrailNote(
                action="own_values_changed", by=by, at=at, subject=case, case_id=case.id, detail={"columns": changed}
            )
        )
