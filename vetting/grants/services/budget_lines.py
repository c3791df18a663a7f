"""What is done with the lines of a board's budget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from vetting.grants.models.rounds import (
    BudgetLine,
    RoundScheme,
    line_of,
)
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Action
from vetting.kernel.text import _
from vetting.people import require_permission

if TYPE_CHECKING:
    from vetting.kernel.store.session import Session, WritingSession


LONGEST_ACCOUNT: Final = 120


FIRST_YEAR, LAST_YEAR = 2000, 2100
"""A budget is of one of these years."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineWriting:
    """What somebody writes of a budget line; the amount in öre."""

    name: str
    year: int
    account: str = ""
    amount: int | None = None
    preliminary: bool = False


def open_line(session: Session, key: int) -> BudgetLine:
    """A budget line of the board.

    Raises:
        Refused: there is none.
    """
    found = line_of(session, key)
    if found is None:
        raise Refused(Obstacle.MISSING)
    return found


def add_line(session: WritingSession, new: LineWriting) -> BudgetLine:
    """A new line of the board's budget.

    Raises:
        Refused: no name or year, or a name that is taken that year.
    """
    require_permission(session.person, Action.MANAGE_ROUNDS)
    found = BudgetLine(board_id=session.person.board_id, **_check_line(session, new, None))
    session.add(found)
    session.flush()
    session.note("budget_line_added", found)
    return found


def change_line(session: WritingSession, key: int, new: LineWriting) -> BudgetLine:
    """Another name, account or amount: the board has decided, or moved money.

    Raises:
        Refused: as when one is added; there is none; another year although a round is for it.
    """
    require_permission(session.person, Action.MANAGE_ROUNDS)
    found = open_line(session, key)
    columns = _check_line(session, new, found)
    if any(getattr(found, name) != value for name, value in columns.items()):
        for name, value in columns.items():
            setattr(found, name, value)
        session.note("budget_line_changed", found)
    return found


def _check_line(session: Session, new: LineWriting, found: BudgetLine | None) -> dict[str, Any]:
    """The line's columns."""
    problems = []
    name = " ".join(new.name.split())[:120]
    taken = select(BudgetLine.id).where(
        BudgetLine.board_id == session.person.board_id, BudgetLine.year == new.year, BudgetLine.name == name
    )
    if not name:
        problems.append(Problem("name", _("Namnet saknas."), _("Skriv till exempel Föreningsstöd.")))
    elif session.scalar(taken) not in {None, found.id if found is not None else None}:
        problems.append(
            Problem("name", _("Det finns redan en budgetrad med det namnet det året."), _("Välj ett annat."))
        )
    if not FIRST_YEAR <= new.year <= LAST_YEAR:
        problems.append(Problem("year", _("{year} är inget budgetår.", year=new.year), _("Skriv till exempel 2027.")))
    if found is not None and found.year != new.year and _is_used(session, found):
        problems.append(
            Problem(
                "year", _("Budgetraden används i en omgång: året kan inte ändras."), _("Lägg till en ny budgetrad.")
            )
        )
    if new.amount is not None and new.amount < 0:
        problems.append(Problem("amount", _("Budgeten är mindre än noll."), _("Rätta beloppet.")))
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    account = " ".join(new.account.split())[:LONGEST_ACCOUNT]
    said = {"name": name, "year": new.year, "account": account, "amount": new.amount}
    return said | {"preliminary": new.preliminary}


def _is_used(session: Session, line: BudgetLine) -> bool:
    return session.scalar(select(RoundScheme.id).where(RoundScheme.line_id == line.id).limit(1)) is not None


def end_line(session: WritingSession, key: int) -> BudgetLine:
    """No new round is granted from it; those there are go on.

    Raises:
        Refused: there is no such budget line in the board.
    """
    require_permission(session.person, Action.MANAGE_ROUNDS)
    found = open_line(session, key)
    if found.ended_at is None:
        found.ended_at = session.now
        session.note("budget_line_ended", found)
    return found
