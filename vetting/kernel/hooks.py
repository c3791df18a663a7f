"""Functions that a package needs from packages above it; the application supplies them by name."""

from __future__ import annotations

from typing import Generic, TypeVar

F = TypeVar("F")


class Hook(Generic[F]):
    """One function, supplied by a package above. It is filled in `vetting.app` and nowhere else."""

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
