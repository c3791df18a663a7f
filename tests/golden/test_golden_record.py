"""What the program tells is what was recorded: pages, refused forms, letters, registers, commands, the trail, names."""

from __future__ import annotations

import difflib
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.golden import record
from tests.golden.record import KEPT, PARTS, Commands, of_rules_and_registers

if TYPE_CHECKING:
    from pathlib import Path

    from tests.demonstration import FilledOnce

AT_ONCE = ("frozen", "letters", "trail")
"""Parts that take seconds."""
MOST_SHOWN = 60


def differences(found: dict[str, str], kept: dict[str, str]) -> str:
    """The first lines that differ; empty where nothing does."""
    lines = [
        line
        for name in sorted(found.keys() | kept.keys())
        if found.get(name) != kept.get(name)
        for line in difflib.unified_diff(
            kept.get(name, "").splitlines(), found.get(name, "").splitlines(), f"kept/{name}", name, lineterm="", n=1
        )
    ]
    return "\n".join(lines[:MOST_SHOWN])


@pytest.mark.parametrize(
    "part", [pytest.param(part, marks=() if part in AT_ONCE else pytest.mark.long) for part in PARTS]
)
def test_what_is_told_is_as_recorded(part: str, demonstration: FilledOnce, tmp_path: Path) -> None:
    """Where a change is meant: `make record`, read `git diff`, and say why in the commit."""
    record.make(tmp_path / "made", part, demonstration.copy(tmp_path), demonstration.printed)
    found, kept = record.texts(tmp_path / "made", part), record.texts(KEPT, part)
    assert kept
    assert differences(found, kept) == ""


def test_rules_registers_and_answers_as_json_are_as_recorded(demonstration: FilledOnce, tmp_path: Path) -> None:
    """The same of the part of the commands that is run before each commit."""
    commands = Commands("sv", demonstration.copy(tmp_path), tmp_path / "commands" / "sv")
    of_rules_and_registers(commands, demonstration.printed)
    commands.end()
    found, kept = record.texts(tmp_path, "commands-sv"), record.texts(KEPT, "commands-sv")
    assert len(found) > 40
    assert differences(found, {name: text for name, text in kept.items() if name in found}) == ""


def test_a_difference_is_told_with_its_line() -> None:
    told = differences({"pages/sv/a.txt": "ett\ntvå\n"}, {"pages/sv/a.txt": "ett\ntre\n", "pages/sv/b.txt": "fyra\n"})
    assert "-tre" in told
    assert "+två" in told
    assert "-fyra" in told
    assert differences({"a": "x"}, {"a": "x"}) == ""


def test_a_commit_that_changes_the_record_says_why_in_its_body() -> None:
    def git(*words: str) -> str:
        done = subprocess.run(["git", *words], cwd=KEPT, capture_output=True, text=True, check=False)
        return done.stdout.strip() if done.returncode == 0 else "true"

    if git("rev-parse", "--is-shallow-repository") == "true":
        pytest.skip("no history of commits is here")
    silent = [one for one in git("log", "--format=%h %s%x00%b%x01", "--", ".").split("\x01") if one.endswith("\x00")]
    assert silent == []
