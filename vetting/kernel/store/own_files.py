"""Files that only their owner reads: there before anything is written in them, so that nobody reads them meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

OWN_FILE: Final = 0o600


def make_own(file: Path) -> Path:
    """The file, empty where it is new.

    Raises:
        OSError: it cannot be made there.
    """
    file.touch(mode=OWN_FILE)
    return file
