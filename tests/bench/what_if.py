"""A draft tried on 100,000 stored cases, against fetching and plainly decoding the same columns."""

from __future__ import annotations

import json
import resource
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import insert

from tests.board import SMALL, BoardAtWork, clean_facts, rules
from vetting.casework.models.cases import Case
from vetting.casework.models.screenings import StoredScreening
from vetting.casework.services import what_if
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.operations.cli.memory import settle_memory
from vetting.operations.database import schema
from vetting.rules.services.rule_trials import CaseSelection

if TYPE_CHECKING:
    from vetting.engine.ruleset import RuleSet
    from vetting.kernel.store.engine import Database

CASES = 100_000
PORTION = 5_000
SAME_ROWS = """
SELECT cases.id, number, name, kind, association_id, screenings.at, "on", moment, screenings.proposal,
       read, answers, results
FROM cases JOIN screenings ON screenings.id = cases.screening_id WHERE cases.id > ? ORDER BY cases.id LIMIT ?
"""
"""Text, as SQLite keeps it."""


def filled(database: Database) -> BoardAtWork:
    """One case made by the services, and 100,000 like it with facts of their own."""
    board = BoardAtWork(database).build()
    made = board.receive(clean_facts())
    with open_reading(database) as session:
        case = {column.name: getattr(made, column.name) for column in Case.__table__.columns}
        stored = session.get_one(StoredScreening, made.screening_id)
        kept = {column.name: getattr(stored, column.name) for column in StoredScreening.__table__.columns}
    with database.engine.begin() as connection:
        for start in range(2, CASES + 1, PORTION):
            numbers = range(start, min(start + PORTION, CASES + 1))
            connection.execute(
                insert(Case),
                [
                    case | {"id": n, "number": f"BID-2026-{n:06}", "association_id": None, "screening_id": None}
                    for n in numbers
                ],
            )
            connection.execute(
                insert(StoredScreening),
                [
                    kept
                    | {
                        "id": n,
                        "case_id": n,
                        "read": kept["read"]
                        | {
                            "values": kept["read"]["values"]
                            | {"members_total": n % 300, "amount_applied": (n % 90) * 1_000_00}
                        },
                    }
                    for n in numbers
                ],
            )
        connection.exec_driver_sql("UPDATE cases SET screening_id = id WHERE id > 1")
    return board


def draft() -> RuleSet:
    """The rules of the cases with one limit changed."""
    from tests.engine.test_list_items import made

    changed = {
        "id": "prov",
        "board": "norr",
        "kinds": ["grant"],
        "title": "Prov",
        "source": {"document": "Prov"},
        "builds_on": [SMALL],
        "criteria": [{"use": "medlemmar-minst", "settings": {"required_members": 8}}],
    }
    return made(rules().folder, changed)


def fetched(database: Database) -> int:
    """The bare thing: the same rows fetched and their columns decoded, with nothing of the program between."""
    last = number = 0
    with database.reading.connect() as connection:
        while True:
            rows = connection.exec_driver_sql(SAME_ROWS, (last, what_if.BATCH)).fetchall()
            for row in rows:
                for text in row[-3:]:
                    json.loads(text)
            if not rows:
                return number
            number, last = number + len(rows), rows[-1][0]


def main() -> None:
    """Prints the ratio of the second row of the table of speed aims, and the memory."""
    with tempfile.TemporaryDirectory() as folder:
        database = schema.open_database(f"sqlite:///{Path(folder) / 'bench.db'}")
        board = filled(database)
        by, ruleset = board.staff[Role.RULES_OWNER], draft()
        settle_memory()  # as the process that works jobs off does
        fetched(database)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.perf_counter()
        number = fetched(database)
        bare = time.perf_counter() - began
        began = time.perf_counter()
        tally = what_if.try_on_cases(database, ruleset, CaseSelection(), by=by, heard=lambda _done, _total: True)
        taken = time.perf_counter() - began
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        if not tally.cases == number == CASES:
            raise SystemExit(f"the two do not agree: {tally.cases} and {number}")
        print(
            f"what-if of {CASES} cases: {taken / bare:.1f}x fetching and decoding (aim 5x), "
            f"{tally.turned} turned, {taken:.1f} s, {grown:.0f} MB more"
        )
        database.close()


def shipped_sets() -> None:
    """All shipped rules read and checked in one go: a figure to look at."""
    from vetting.rules.services.rule_files import read_rules
    from vetting.shipped import shipped_folder

    began = time.perf_counter()
    folder = read_rules(shipped_folder("rules"))
    taken = time.perf_counter() - began
    if folder.problems:
        raise SystemExit([problem.line("en") for problem in folder.problems])
    cases = sum(map(len, folder.cases.values()))
    print(
        f"shipped rules: {len(folder.sets)} sets, {len(folder.book.library)} criteria, {cases} worked cases read and "
        f"checked in {taken:.2f} s"
    )
