"""Questions that a page asks from several places: a session that only reads asks the database once."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import QueryContext, Session

HELD_ROWS_KEY: Final = "vetting_held"
P = ParamSpec("P")
T = TypeVar("T")
ANSWERS: Final = "vetting_answers"
"""In a session that sees one state of the database: what has been asked -> the answer."""
MOST: Final = 100
"""Answers that are kept: a page asks fewer, and whoever goes through many cases keeps no more."""


def ask_once(ask: Callable[Concatenate[Session, P], T]) -> Callable[Concatenate[Session, P], T]:
    """The same question to the same reading session has the same answer; nobody changes what they get."""

    @wraps(ask)
    def answered(session: Session, /, *given: P.args, **named: P.kwargs) -> T:
        answers: dict[Any, Any] | None = session.info.get(ANSWERS)
        if answers is None:
            return ask(session, *given, **named)
        key = (ask, given, tuple(named.items()))
        if key not in answers:
            if len(answers) >= MOST:
                answers.clear()
            answers[key] = ask(session, *given, **named)
        found: T = answers[key]
        return found

    return answered


def hold_row(row: object, context: QueryContext) -> None:
    """A session keeps hold of a row that it has read, so that asking for it by its key is no question any more."""
    context.session.info.setdefault(HELD_ROWS_KEY, set()).add(row)
