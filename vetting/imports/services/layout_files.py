"""The layouts of an imports folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetting.formats.yaml_reading import read_file
from vetting.imports.domain.layouts import Layout, parse_layout
from vetting.kernel.problem import Faults, Problem, UnreadableError

if TYPE_CHECKING:
    from pathlib import Path

    from vetting.engine.facts import Catalogue

CASES = ".cases.yaml"


def read_layouts(folder: Path, catalogue: Catalogue) -> tuple[tuple[Layout, ...], tuple[Problem, ...]]:
    """All layouts by file name, and what is wrong with the folder."""
    layouts, problems = [], []
    for path in sorted(folder.glob("*.yaml")):
        if path.name.endswith(CASES):
            continue
        try:
            document = read_file(path, path.name)
        except UnreadableError as error:
            problems.append(error.problem)
            continue
        faults = Faults()
        layout = parse_layout(document.data, faults, catalogue)
        problems.extend(document.problem(fault) for fault in faults.found)
        if layout is not None:
            layouts.append(layout)
    return tuple(layouts), tuple(problems)
