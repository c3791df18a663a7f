"""What is read of many cases together is what is read of each alone: for every case of the demonstration, both engines."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, func, insert, select, update

from tests.board import rules
from tests.demonstration import put_into
from vetting.associations.models.associations import Association
from vetting.casework.models.cases import Case, GrantApplication
from vetting.casework.models.facts import GivenFacts, said_of_many, value_between, values_of
from vetting.casework.services.facts_from_records import from_records
from vetting.casework.services.screenings import (
    changed_screening,
    counting_answers,
    facts_of_case,
    prefetch_screening_data,
    screen_without_keeping,
)
from vetting.kernel.store.case_rows import prefetch_for_cases, prefetched_answer
from vetting.kernel.store.engine import connect_database
from vetting.kernel.store.session import open_reading
from vetting.rules.services.rulebook import use_rules

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.board import BoardAtWork
    from tests.databases import Databases
    from tests.demonstration import FilledOnce
    from vetting.kernel.store.engine import Database
    from vetting.kernel.store.session import Session

pytestmark = pytest.mark.long

DAYS = (date(2026, 11, 20), date(2027, 12, 1))


@pytest.fixture
def filled(engine: str, databases: Databases, demonstration: FilledOnce, tmp_path: Path) -> Iterator[Database]:
    """The demonstration with more neighbours: shared accounts, merged records, cases moved, things said last year."""
    address = f"sqlite:///{demonstration.copy(tmp_path)}"
    if engine != "sqlite":
        address = databases.postgresql()
        put_into(address, demonstration.path)
    database = connect_database(address)
    use_rules(database, rules)
    with database.engine.begin() as write:
        giro = write.scalar(select(GrantApplication.giro).where(GrantApplication.giro != "").limit(1))
        said = GivenFacts.__table__
        write.execute(update(GrantApplication).where(GrantApplication.case_id % 3 == 0).values(giro=giro))
        columns = [column for column in said.columns if column.name != "id"]
        rows = [dict(row._mapping) for row in write.execute(select(*columns).where(said.c.id % 3 == 0))]
        write.execute(insert(GivenFacts), [{**row, "as_of": date(2026, 1, 10)} for row in rows])
        busy = select(Case.association_id).where(Case.association_id.is_not(None)).group_by(Case.association_id)
        first, second, third = write.scalars(busy.order_by(func.count().desc(), Case.association_id).limit(3))
        write.execute(update(Association).where(Association.id == second).values(merged_into_id=first))
        moved = select(func.max(Case.id)).where(Case.association_id == third).scalar_subquery()
        write.execute(update(Case).where(Case.id == moved).values(association_id=first, name="Ett annat namn"))
    yield database
    database.close()
    if engine != "sqlite":
        databases.drop(address)


def told(session: Session, case: Case, on: date) -> dict[str, Any]:
    """Everything that a judgement reads of a case, and what comes of it."""
    screened = screen_without_keeping(session, case, on=on)
    changed = changed_screening(session, case, on=on)
    ruleset = screened.screening.ruleset if screened is not None else None
    values = facts_of_case(session, case, ruleset.catalogue, on=on).values if ruleset is not None else {}
    return {
        "values": [
            (row.fact, row.value, row.absent, row.unreadable, row.of_association) for row in values_of(session, case)
        ],
        "records": from_records(session, case, values, on=on),
        "answers": [
            (given.row.id, given.withdrawn, given.kind, given.state) for given in counting_answers(session, case)
        ],
        "before": value_between(session, case, "members_total", date(2025, 1, 1), date(2026, 12, 31)),
        "screening": screened and (screened.screening, screened.answers),
        "changed": changed and (changed.digest, changed.read, changed.results, changed.answers),
    }


@pytest.mark.both_engines
def test_together_they_say_what_each_says_alone(filled: Database) -> None:
    alone: dict[int, list[dict[str, Any]]] = {}
    with open_reading(filled) as session:
        keys = session.scalars(select(Case.id).order_by(Case.id)).all()
    for key in keys:
        with open_reading(filled) as session:  # nothing is left from the case before
            alone[key] = [told(session, session.get_one(Case, key), on) for on in DAYS]
    assert len(alone) > 100
    seen: dict[str, set[str]] = {"records": set(), "before": set(), "answers": set()}
    with open_reading(filled) as session:
        cases = session.scalars(select(Case).order_by(Case.id)).all()
        prefetch_screening_data(session, cases)
        for case in cases:
            together = [told(session, case, on) for on in DAYS]
            assert together == alone[case.id], case.number
            seen["records"] |= {name for one in together for name, value in one["records"].items() if value}
            seen["before"] |= {case.number} if together[0]["before"] else set()
            seen["answers"] |= {case.number} if together[0]["answers"] else set()
        last = {(case.id, name): row for case in cases for name, row in latest(session, case).items()}
    wanted = {"first_application", "other_cases", "unreported_grants", "earlier_measures", "previously_vetted_on"}
    wanted |= {"earlier_grants"}
    assert wanted <= seen["records"]
    assert len(seen["before"]) > 5
    assert len(seen["answers"]) > 20
    by_list = {}
    with open_reading(filled) as session:
        for board in {case.board_id for case in cases}:
            own = {case.id: case.association_id for case in cases if case.board_id == board}
            for key, row in said_of_many(session, board, own):
                by_list[key, row.fact] = (row.value, row.absent, row.unreadable)
    assert by_list == last


def latest(session: Session, case: Case) -> dict[str, tuple[Any, bool, bool]]:
    """Fact -> what was said of it last."""
    return {row.fact: (row.value, row.absent, row.unreadable) for row in values_of(session, case)}


@pytest.mark.both_engines
def test_many_are_asked_a_few_questions(filled: Database) -> None:
    with open_reading(filled) as session:
        cases = session.scalars(select(Case).order_by(Case.id)).all()
        asked: list[str] = []
        event.listen(filled.reading, "before_cursor_execute", lambda *given: asked.append(given[2]))
        prefetch_screening_data(session, cases)
        for case in cases:
            changed_screening(session, case, on=DAYS[0])
    of_some = [one for one in asked if "asked_case" in one or " IN (" in one]
    assert len(cases) > 100
    assert len(asked) - len(of_some) < len(cases)  # papers and what answers elsewhere rest on
    assert len(of_some) < 30


def test_a_case_that_is_not_stored_is_asked_by_itself(board: BoardAtWork) -> None:
    key = board.receive().id
    asked: list[list[int]] = []

    def of_all(cases: Any) -> dict[int, str]:
        asked.append([case.id for case in cases])
        return {case.id: "all" for case in cases}

    with open_reading(board.database) as session:
        case = session.get_one(Case, key)
        assert prefetched_answer(session, ("q",), case, of_all) is None
        prefetch_for_cases(session, [case])
        assert prefetched_answer(session, ("q",), case, of_all) == "all"
        assert prefetched_answer(session, ("q",), case, of_all) == "all"
        assert prefetched_answer(session, ("q",), Case(id=key), of_all) is None  # another that only has its id
        prefetch_for_cases(session, [])
        assert prefetched_answer(session, ("q",), case, of_all) is None
    assert asked == [[key]]
