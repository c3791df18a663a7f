"""150 lines of published requirements with the criterion of the library each asks for, as two persons labelled them apart."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from vetting.formats.yaml_reading import read_file

if TYPE_CHECKING:
    from collections.abc import Mapping

SAMPLE: Final = Path(__file__).resolve().parents[3] / "shared" / "data" / "municipal_requirements_sample.json"
SEEN: Final = "library_lines.yaml"
"""Those that the other words of the criteria were written beside."""
UNSEEN: Final = "library_lines_unseen.yaml"
NONE: Final = "none"


@cache
def labels(file: str = SEEN) -> Mapping[str, list[str]]:
    """The criteria of a line, by the SHA-256 of its text: one, or two where the two persons disagreed."""
    data: dict[str, Any] = read_file(Path(__file__).with_name(file), file).data
    return {name: [str(item) for item in found] for name, found in data.items()}


def labelled_lines(file: str = SEEN) -> list[tuple[str, frozenset[str]]]:
    """The lines themselves, with what either says is right; those that no criterion stands for are left out."""
    found = {}
    for grant in json.loads(SAMPLE.read_text(encoding="utf-8")):
        for line in grant["requirements"]:
            right = frozenset(labels(file).get(hashlib.sha256(line.encode()).hexdigest(), ())) - {NONE}
            if right:
                found[line] = right
    return list(found.items())
