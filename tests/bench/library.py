"""How often the right criterion of the library is among the first three that a published condition is answered with."""

from __future__ import annotations

import time
from pathlib import Path

from tests.board import rules
from tests.engine.labelled_lines import SAMPLE, SEEN, UNSEEN, labelled_lines
from vetting.engine.library_matching import recall


def main() -> None:
    """Prints the share among labelled lines, and what an answer takes beside reading the lines."""
    if not Path(SAMPLE).is_file():
        print(f"library matching: {SAMPLE.name} is not here")
        return
    index = rules().folder.index
    for file, which in ((SEEN, "lines that its words were written beside"), (UNSEEN, "lines it has not seen")):
        start = time.perf_counter()
        lines = labelled_lines(file)
        reading = time.perf_counter() - start
        start = time.perf_counter()
        right, every = recall(index, lines)
        took = time.perf_counter() - start
        first, _every = recall(index, lines, 1)
        print(
            f"library matching, {which}: {right} of {every} with their criterion among the first three"
            f" ({right / every:.0%}, aim 80%), {first} as the first; {took / reading:.1f}x reading the lines"
        )
