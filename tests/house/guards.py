"""Which tests try which guard: fills the last column of docs/security/asvs.md from their marks.

    python -m tests.house.guards

A test names its rows by `@pytest.mark.guards("a hostile file", "1.2.10")`: a risk, or the first number of a requirement.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).parents[2]
DOCUMENT: Final = ROOT / "docs/security/asvs.md"
_ROW: Final = re.compile(r"^\| (?P<row>.+?) \| (?P<how>.+?) \| (?P<shown>.+) \|$", re.MULTILINE)
_NUMBER: Final = re.compile(r"\d+(\.\d+)*")
HEADINGS: Final = frozenset({"risk", "requirement"})
NO_TEST: Final = "none; reason: "


def marks() -> dict[str, list[str]]:
    """The tests of each row, as path::name, by the row's key."""
    found: dict[str, list[str]] = {}
    for file in sorted((ROOT / "tests").rglob("test_*.py")):
        text = file.read_text(encoding="utf-8")
        if "mark.guards(" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                for key in _keys_of(node):
                    found.setdefault(key, []).append(f"{file.relative_to(ROOT).as_posix()}::{node.name}")
    return found


def _keys_of(test: ast.FunctionDef) -> Iterator[str]:
    for mark in test.decorator_list:
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.guards":
            yield from (ast.literal_eval(key) for key in mark.args)


def key_of(row: str) -> str:
    """What tests call a row by: its first number, or the risk."""
    number = _NUMBER.match(row)
    return number[0] if number else row


def rows() -> dict[str, str]:
    """The last column of each row, by the row's key."""
    text = DOCUMENT.read_text(encoding="utf-8")
    return {key_of(match["row"]): match["shown"] for match in _ROW.finditer(text) if _is_row(match)}


def written_anew() -> str:
    """The document with its last column made from the marks."""
    tests = marks()

    def row(match: re.Match[str]) -> str:
        named = tests.get(key_of(match["row"]), []) if _is_row(match) else []
        shown = ", ".join(f"`{name}`" for name in named) or match["shown"]
        return f"| {match['row']} | {match['how']} | {shown} |"

    return _ROW.sub(row, DOCUMENT.read_text(encoding="utf-8"))


def _is_row(match: re.Match[str]) -> bool:
    return match["row"] not in HEADINGS


if __name__ == "__main__":
    DOCUMENT.write_text(written_anew(), encoding="utf-8")
