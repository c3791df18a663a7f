"""Functions that a package needs and does not import; the application supplies them by name."""

from __future__ import annotations

from typing import Generic, TypeVar

F = TypeVar("F")


class Hook(Generic[F]):
    """One function. It is filled in `vetting.app`; whether the tables are the newest, by the command that serves."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._function: F | None = None

    def fill(self, function: F) -> None:
        """Sets the function."""
        self._function = function

    @property
    def function(self) -> F:
        """The function that was set.

        Raises:
            LookupError: the application was put together without it.
        """
        if self._function is None:
            raise LookupError(self.name)
        return self._function
