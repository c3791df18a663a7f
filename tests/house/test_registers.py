"""Every register of the demonstration: no column is empty through all of it, and every value is what the case shows."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from tests.acting import acting
from tests.board import rules
from tests.factories import TODAY
from vetting import clock
from vetting.casework.models.assessments import AssessmentRow
from vetting.casework.models.cases import Case
from vetting.casework.models.decisions import current_outcome_decision
from vetting.kernel.decision_outcomes import FAVOURABLE, DecisionOutcome
from vetting.kernel.register_tables import RegisterName
from vetting.kernel.roles import Person, Role
from vetting.kernel.store.engine import connect_database
from vetting.kernel.store.session import open_reading
from vetting.people.models.people import Board
from vetting.registers import RegisterSelection, approved_bookings, approved_grants, associations, register_sheets
from vetting.rules.services.rulebook import use_rules
from vetting.workspace.services.case_files import case_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.demonstration import FilledOnce
    from vetting.kernel.register_tables import RegisterTable
    from vetting.kernel.store.session import Session


@pytest.fixture
def filled(demonstration_copy: Any) -> Iterator[Session]:
    database = connect_database(f"sqlite:///{demonstration_copy}")
    use_rules(database, rules)
    with open_reading(database) as session:
        yield session
    database.close()


def readers(session: Session) -> list[Person]:
    """Somebody in each board who may read everything."""
    both = frozenset({Role.MANAGER, Role.AUDITOR})
    boards = session.scalars(select(Board).order_by(Board.id))
    return [
        Person(id=0, name="Läsaren", board_id=board_row.id, board=board_row.name, roles=both) for board_row in boards
    ]


def sheets(session: Session, name: RegisterName, by: Person) -> tuple[RegisterTable, ...]:
    selection = RegisterSelection(on=clock.now().date())
    return register_sheets(acting(session, by), name, selection, language="sv")


def test_no_column_is_empty_through_the_whole_demonstration(filled: Session) -> None:
    values: Counter[tuple[str, str]] = Counter()
    for by in readers(filled):
        for name in RegisterName:
            for table in sheets(filled, name, by):
                for place, column in enumerate(table.columns):
                    told = sum(row[place] not in {None, ""} for row in table.rows)
                    values[table.title.sv, column.heading.sv] += told
    assert [place for place, told in values.items() if not told] == []


def granted_before(session: Session, row: approved_grants.GrantRegisterRow) -> int | None:
    """What decisions that stand gave the association in the year before, added up one by one."""
    found = None
    own = select(Case).where(Case.board_id == row.case.board_id, Case.association_id == row.case.association_id)
    for case in session.scalars(own):
        decision = current_outcome_decision(session, case.id)
        before = decision is not None and decision.decided_on.year == row.decision.decided_on.year - 1
        if decision is not None and before and decision.kind == "grant" and decision.amount:
            found = (found or 0) + decision.amount
    return found


def test_when_an_association_was_last_looked_at_is_told_of_it_and_no_other(filled: Session) -> None:
    for by in readers(filled):
        known = associations.association_rows(
            acting(filled, by), RegisterSelection(on=TODAY), rules().folder.book.catalogue
        )
        for row in known:
            own = select(func.max(AssessmentRow.on)).where(
                AssessmentRow.board_id == by.board_id,
                AssessmentRow.association_id == row.association.id,
                AssessmentRow.case_id.is_(None),
            )
            assert row.looked_on == filled.scalar(own), row.association.name
        assert len({row.looked_on for row in known}) > 1


def test_a_booking_tells_when_its_own_association_was_looked_at(filled: Session) -> None:
    for by in readers(filled):
        for row in approved_bookings.booking_rows(acting(filled, by), RegisterSelection()):
            own = select(AssessmentRow.on).where(
                AssessmentRow.board_id == by.board_id,
                AssessmentRow.association_id == row.case.association_id,
                AssessmentRow.case_id.is_(None),
                AssessmentRow.at <= row.decision.decided_at,
            )
            assert row.looked_on == filled.scalar(own.order_by(AssessmentRow.id.desc()).limit(1))


def test_a_grant_in_the_register_is_what_its_case_shows(filled: Session) -> None:
    seen = 0
    for by in readers(filled):
        for row in approved_grants.grant_rows(acting(filled, by), RegisterSelection(on=clock.now().date())):
            file = case_file(acting(filled, by), row.case.number, on=clock.now().date())
            holds = current_outcome_decision(filled, file.case.id)
            assert holds is not None
            assert row.decision.id == holds.id == file.decisions[0].id or row.decision.id == holds.id
            assert row.paid == sum(payment.amount for payment in file.payments if payment.paid_on)
            assert row.reclaimed == sum(reclaim.amount for reclaim in file.reclaims if reclaim.reclaim_decision_id)
            assert (row.advice or "") == next((review.outcome for review in file.reviews if review.outcome), "")
            assert row.round == file.round
            assert row.last_year == granted_before(filled, row)
            assert (row.report_read is not None) == (file.after is not None and file.after.followed_up)
            seen += 1
    assert seen > 9


def test_every_booking_that_stands_is_in_the_register_and_no_other(filled: Session) -> None:
    for by in readers(filled):
        found = {row.case.number for row in approved_bookings.booking_rows(acting(filled, by), RegisterSelection())}
        wanted = set()
        for case in filled.scalars(select(Case).where(Case.board_id == by.board_id, Case.kind == "booking")):
            decision = current_outcome_decision(filled, case.id)
            if decision is not None and DecisionOutcome(decision.outcome) in FAVOURABLE and case.state != "cancelled":
                wanted.add(case.number)
                assert case.state == "confirmed", case.number
        assert found == wanted
        assert found


def test_what_is_granted_this_year_is_the_sum_of_the_decisions_that_stand(filled: Session) -> None:
    year = clock.now().year
    for by in readers(filled):
        [table] = sheets(filled, RegisterName.ASSOCIATIONS, by)
        place = [column.heading.sv for column in table.columns].index("Beviljat i år kr")
        rows = approved_grants.grant_rows(acting(filled, by), RegisterSelection(on=TODAY))
        assert sum(row[place] or 0 for row in table.rows) == sum(  # type: ignore[misc] # amounts
            row.decision.amount or 0 for row in rows if row.decision.decided_on.year == year
        )


def test_amounts_of_several_kinds_are_not_added_up(demonstration: FilledOnce, filled: Session) -> None:
    assert demonstration.printed["boards"]
    [table] = sheets(filled, RegisterName.DELEGATED, readers(filled)[0])
    assert [column.heading.sv for column in table.columns if column.is_summed] == []
