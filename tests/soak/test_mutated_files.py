"""Thousands of damaged workbooks: each is refused in words or read; what is read is never silently another number."""

from __future__ import annotations

import os
import random
from datetime import date

import pytest

from tests.formats import hostile
from vetting.kernel.problem import UnreadableError
from vetting.lists.services.screened_lists import screen_list
from vetting.rules.services.rulebook import load_rules
from vetting.shipped import shipped_folder

RULES = load_rules(shipped_folder("rules"), shipped_folder("imports"))
FARSTA = RULES.folder.sets["farsta-2021-med-grundkrav"]
ROUNDS = int(os.environ.get("SOAK_ROUNDS", "2000"))
GOOD = [
    (shipped_folder("imports") / "samples" / "ansokningar.xlsx").read_bytes(),
    (shipped_folder("imports") / "samples" / "bokningar.xlsx").read_bytes(),
    hostile.workbook(*[hostile.ROW] * 20),
    "Förening;Org.nr;Medlemmar\nFöreningen Å;802999-0234;34\n".encode("cp1252") * 5,
]


def damaged(data: bytes, chooser: random.Random) -> bytes:
    """Some bytes changed, cut out, doubled or swapped."""
    changed = bytearray(data)
    for _ in range(chooser.randint(1, 12)):
        place = chooser.randrange(len(changed))
        match chooser.randrange(4):
            case 0:
                changed[place] = chooser.randrange(256)
            case 1:
                del changed[place : place + chooser.randint(1, 50)]
            case 2:
                changed[place:place] = changed[place : place + 20]
            case _:
                changed[place] ^= 1 << chooser.randrange(8)
    return bytes(changed)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(20))
def test_a_damaged_file_ends_in_words(seed: int) -> None:
    chooser = random.Random(seed)
    for _ in range(ROUNDS // 20):
        data = damaged(chooser.choice(GOOD), chooser)
        try:
            found = screen_list(data, "lista", ruleset=FARSTA, layouts=RULES.layouts, on=date(2026, 11, 20))
        except UnreadableError as refused:
            told = refused.problem
        else:
            assert found.cases
            continue
        assert told.what.sv
        assert told.remedy.sv
