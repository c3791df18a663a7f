"""The release, made once for a whole run of tests however many processes share it."""

from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING

import pytest

from tests.house.release import make_release

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its folder, to be read and not changed."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "release"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "made").exists():
            (folder / "made").write_text(str(make_release(folder)), encoding="utf-8")
    return next(folder.glob("vetting-*"))
