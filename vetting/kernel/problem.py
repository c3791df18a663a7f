"""A problem for a person to mend: where, what, remedy. Exceptions are for our own mistakes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.text import NBSP, Words, changed_words

if TYPE_CHECKING:
    from vetting.kernel.text import Language

Path = tuple[str | int, ...]
"""The way to a place in nested data: ("criteria", 2, "condition")."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, said where it is: `Blad1!C17`, `farsta-2021.yaml:12`, a file's name."""

    where: str
    what: Words
    remedy: Words

    def __post_init__(self) -> None:
        """Whatever stood in a file or its name: one line, no control signs, no personal number, not endless."""
        object.__setattr__(self, "where", _line(self.where, LONGEST_WHERE))
        object.__setattr__(self, "what", changed_words(self.what, _text_line))
        object.__setattr__(self, "remedy", changed_words(self.remedy, _text_line))

    def line(self, language: Language) -> str:
        """The problem as one line of text."""
        return f"{self.where}: {self.what.to(language)} {self.remedy.to(language)}".rstrip()


LONGEST_WHERE, LONGEST_TEXT = 200, 600


def _line(text: str, longest: int) -> str:
    shown = text[: 4 * longest]
    if not shown.replace(NBSP, "").isprintable():
        shown = "".join(c if c.isprintable() or c == NBSP else " " for c in shown)
    shown = mask_personal_numbers(re.sub(r" {2,}", " ", shown).strip(" "))
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def _text_line(text: str) -> str:
    return _line(text, LONGEST_TEXT)


@dataclass(frozen=True, slots=True)
class Fault:
    """A problem whose place is still a path into data; the reader of the file turns it into a line."""

    path: Path
    what: Words
    remedy: Words


@dataclass(slots=True)
class Faults:
    """Collects what is wrong with one document, so that a person sees all of it at once."""

    found: list[Fault] = field(default_factory=list)
    policy: bool = True
    """Whether what is refused for its meaning is refused too; not where rules that hold already are read again."""

    def add(self, path: Path, what: Words, remedy: Words) -> None:
        """Note one fault."""
        self.found.append(Fault(path, what, remedy))

    def __len__(self) -> int:
        return len(self.found)


class UnreadableValueError(ValueError):
    """A text that is not what it should be; carries what to tell and how to mend it."""

    def __init__(self, what: Words, remedy: Words) -> None:
        super().__init__(what.en)
        self.what, self.remedy = what, remedy


class UnreadableError(Exception):
    """A whole file cannot be used; carries the problem that a person is shown."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.line("en"))
        self.problem = problem


class Obstacle(StrEnum):
    """Why something asked for is not done."""

    UNREADABLE = "unreadable"
    """What was given is not even of the form that was asked for."""
    INVALID = "invalid"
    """What was given cannot be used."""
    STALE = "stale"
    """Somebody else was there first."""
    CLOSED = "closed"
    """A gate is closed: something must happen before."""
    FORBIDDEN = "forbidden"
    """It is not this person's to do."""
    MISSING = "missing"
    """There is no such thing that this person may see."""
    WAIT = "wait"
    """Too many tries: later."""


class Refused(Exception):  # noqa: N818 - reads as what it says
    """Something was asked for and nothing was done: carries every reason, for a person to mend."""

    def __init__(self, obstacle: Obstacle, *problems: Problem) -> None:
        super().__init__("; ".join(problem.line("en") for problem in problems) or obstacle.value)
        self.obstacle, self.problems = obstacle, problems


class TooEarlyError(Refused):
    """What was asked for too often: in how many seconds it is let in again."""

    def __init__(self, seconds: int, *problems: Problem) -> None:
        super().__init__(Obstacle.WAIT, *problems)
        self.retry_after = seconds
