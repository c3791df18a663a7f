"""The short form of the golden record: rule sets, worked cases, registers and answers as JSON are what they were."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from tests.golden.record import Commands, of_rules_and_registers

if TYPE_CHECKING:
    from tests.demonstration import FilledOnce

KEPT = Path(__file__).with_name("short_form.txt")


def test_rules_registers_and_answers_as_json_are_as_recorded(demonstration: FilledOnce, tmp_path: Path) -> None:
    """Where a change is meant: read what differs, then write the file anew with RECORD_ANEW=1 in the environment.

    `python -m tests.golden.record FOLDER` on both commits and `diff -r` show every word that differs.
    """
    commands = Commands("sv", demonstration.copy(tmp_path), tmp_path / "record")
    of_rules_and_registers(commands, demonstration.printed)
    commands.end()
    found = {path.name: sha256(path.read_bytes()).hexdigest() for path in sorted((tmp_path / "record").iterdir())}
    if os.environ.get("RECORD_ANEW"):
        KEPT.write_text("".join(f"{digest}  {name}\n" for name, digest in found.items()), encoding="utf-8")
    known = {name: digest for digest, name in (line.split("  ") for line in KEPT.read_text("utf-8").splitlines())}
    assert len(known) > 40
    assert {name for name in found | known if found.get(name) != known.get(name)} == set()
