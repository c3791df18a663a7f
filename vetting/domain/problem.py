"""A problem for a person to mend: where, what, remedy. Exceptions are for our own mistakes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vetting.domain.words import Language, Words

Path = tuple[str | int, ...]
"""The way to a place in nested data: ("criteria", 2, "condition")."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, said where it is: `Blad1!C17`, `farsta-2021.yaml:12`, a file's name."""

    where: str
    what: Words
    remedy: Words

    def line(self, language: Language) -> str:
        """The problem as one line of text."""
        return f"{self.where}: {self.what.to(language)} {self.remedy.to(language)}".rstrip()


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

    def add(self, path: Path, what: Words, remedy: Words) -> None:
        """Note one fault."""
        self.found.append(Fault(path, what, remedy))

    def __len__(self) -> int:
        return len(self.found)


class UnreadableError(Exception):
    """A whole file cannot be used; carries the problem that a person is shown."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.line("en"))
        self.problem = problem
