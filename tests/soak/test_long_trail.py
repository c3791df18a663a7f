"""A million entries of the trail are looked through, and the one that was changed in their middle is named."""

from __future__ import annotations

import sqlite3
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.long_trail import lengthen_trail
from vetting.kernel.store.engine import connect_database
from vetting.kernel.store.session import open_reading
from vetting.kernel.store.trail_verification import verify_trail
from vetting.operations.cli.memory import settle_memory

if TYPE_CHECKING:
    from pathlib import Path

    from tests.demonstration import FilledOnce

pytestmark = pytest.mark.soak
ENTRIES = 1_000_000


def test_a_million_entries_are_looked_through_and_a_changed_one_is_named(
    demonstration: FilledOnce, tmp_path: Path
) -> None:
    file = demonstration.copy(tmp_path)
    with closing(connect_database(f"sqlite:///{file}")) as database:
        lengthen_trail(database, ENTRIES)
        settle_memory()
        began = time.monotonic()
        with open_reading(database) as session:
            found = verify_trail(session)
        seconds = time.monotonic() - began
        assert found.problems == []
        assert found.entries > ENTRIES
        sys.stderr.write(f"\n{found.entries} entries of the trail in {seconds:.0f} s\n")
        with closing(sqlite3.connect(file)) as other:
            other.execute("DROP TRIGGER trail_content_no_update")
            other.execute("UPDATE trail_content SET body = replace(body, 'version', 'versiom') WHERE id = 500000")
            other.commit()
        with open_reading(database) as session:
            told = [str(problem.line("en")) for problem in verify_trail(session).problems]
        assert any(line.startswith("trail 500000: The entry's content has been changed.") for line in told), told[:5]
