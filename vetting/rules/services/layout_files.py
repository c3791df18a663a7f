"""The layouts of an imports folder: of lists that come in, and of lists that go out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from vetting.formats.yaml_reading import read_file
from vetting.kernel.problem import Faults, Problem, UnreadableError
from vetting.rules.domain.layouts import Layout, parse_layout
from vetting.rules.domain.outgoing_layouts import OUT, OutgoingLayout, parse_outgoing_layout

if TYPE_CHECKING:
    from pathlib import Path

    from vetting.engine.facts import Catalogue

CASES = ".cases.yaml"


class LayoutFolder(NamedTuple):
    """All layouts by file name, and what is wrong with the folder."""

    incoming: tuple[Layout, ...]
    outgoing: tuple[OutgoingLayout, ...]
    problems: tuple[Problem, ...]


def read_layouts(folder: Path, catalogue: Catalogue) -> LayoutFolder:
    """The layouts of a folder."""
    incoming: list[Layout] = []
    outgoing: list[OutgoingLayout] = []
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.yaml")):
        if path.name.endswith(CASES):
            continue
        try:
            document = read_file(path, path.name)
        except UnreadableError as error:
            problems.append(error.problem)
            continue
        faults = Faults()
        if isinstance(document.data, dict) and document.data.get("direction") == OUT:
            goes_out = parse_outgoing_layout(document.data, faults)
            outgoing += [goes_out] if goes_out is not None else []
        else:
            comes_in = parse_layout(document.data, faults, catalogue)
            incoming += [comes_in] if comes_in is not None else []
        problems.extend(document.problem(fault) for fault in faults.found)
    return LayoutFolder(tuple(incoming), tuple(outgoing), tuple(problems))
