"""Server CPU of a round's sheet with eight hundred applications: opened, one cell written, a scenario counted."""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.bench.pages import MeasuredPage, cpu, empty, measured
from tests.board import BoardAtWork, clean_facts, judged_again, rules
from tests.factories import NOW
from vetting.database import schema
from vetting.grants.domain.allocations import AllocationField, ScenarioKind, ScenarioSettings, count_scenario
from vetting.grants.models.rounds import Round
from vetting.grants.services.allocations import CellEdit, NewScenario, keep_scenario, write_cells
from vetting.kernel.organisation_numbers import has_valid_check_digit
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading, run_in_transaction
from vetting.office.services.allocation_tables import allocation_table

ROWS: Final = 800
OPEN_AIM, EDIT_AIM, SCENARIO_AIM = 0.3, 0.05, 0.2
"""Seconds."""


def number(place: int) -> str:
    """An organisation number that no association has."""
    start = f"80299{place:04}"
    return next(start + str(digit) for digit in range(10) if has_valid_check_digit(start + str(digit)))


def main() -> None:
    """Prints each time, and whether it is under the aim."""
    nothing = empty()
    alone = min(cpu(lambda: nothing.get("/"), 1_000))
    with TemporaryDirectory() as folder:
        board = BoardAtWork(schema.open_database(f"sqlite:///{Path(folder) / 'sheet.db'}")).build()
        keys = [board.receive(clean_facts(number(place), f"Förening {place:03}")).id for place in range(ROWS)]
        judged_again(board)
        by = board.staff[Role.CASEWORKER]
        edits = [CellEdit(case_id=key, field=AllocationField.AMOUNT, seen=0, amount=20_000_00) for key in keys]
        run_in_transaction(board.database, lambda s: write_cells(s, board.round_id, edits, by=by, at=NOW))
        print(f"a round's sheet with {ROWS} applications:")
        page = MeasuredPage(Role.CASEWORKER, f"/omgangar/{board.round_id}/fordelning")
        took = measured(board, "the sheet", page, alone)
        print(f"    {took * 1e3:.0f} ms (aim {OPEN_AIM * 1e3:.0f} ms)")
        spent = []
        for place, key in enumerate(keys[:50]):
            edit = CellEdit(
                case_id=key, field=AllocationField.AMOUNT, seen=place + 1, amount=(place % 40 + 1) * 1_000_00
            )
            begun = time.process_time()
            run_in_transaction(board.database, lambda s, one=edit: write_cells(s, board.round_id, [one], by=by, at=NOW))  # type: ignore[misc] # bound at once
            spent.append(time.process_time() - begun)
        print(f"    one cell: {min(spent) * 1e3:.1f}-{max(spent) * 1e3:.1f} ms (aim {EDIT_AIM * 1e3:.0f} ms)")
        known, counted = rules(), []
        for _unused in range(5):
            with open_reading(board.database) as session:
                about = session.get_one(Round, board.round_id)
                begun = time.process_time()
                table = allocation_table(session, about, known, by=by, on=NOW.date())
                settings = ScenarioSettings(kind=ScenarioKind.SHARE)
                count_scenario([line.row for line in table.rows], settings, 5_000_000_00)
                counted.append(time.process_time() - begun)
        print(f"    a scenario: {min(counted) * 1e3:.0f}-{max(counted) * 1e3:.0f} ms (aim {SCENARIO_AIM * 1e3:.0f} ms)")
        for place in range(3):
            amounts = dict.fromkeys(keys, (place + 1) * 10_000_00)
            kept = NewScenario(name=f"{place}", kind=ScenarioKind.KEPT, settings={}, amounts=amounts, reasons={})
            run_in_transaction(
                board.database,
                lambda s, one=kept: keep_scenario(s, board.round_id, one, by=by, at=NOW),  # type: ignore[misc] # bound at once
            )
        took = measured(board, "with three scenarios", page, alone)
        print(f"    {took * 1e3:.0f} ms (aim {OPEN_AIM * 1e3:.0f} ms)")
        board.database.close()


if __name__ == "__main__":
    main()
