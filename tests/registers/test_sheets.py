"""A register on the screen: page by page the same rows as the whole, and the sums that the rows add up to."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select

from tests.acting import acting
from tests.board import rules
from vetting import clock
from vetting.casework.models.decisions import Decision
from vetting.kernel.register_tables import RegisterName
from vetting.kernel.roles import Person, Role
from vetting.kernel.store.engine import connect_database
from vetting.kernel.store.session import open_reading
from vetting.money.models.payments import Payment
from vetting.money.models.reclaims import LedgerEntry, Reclaim
from vetting.people.models.people import Board
from vetting.registers import RegisterSelection, register_pages, register_sheets, sheets, sheets_of
from vetting.rules.services.rulebook import use_rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vetting.kernel.register_tables import RegisterTable
    from vetting.kernel.store.session import Session

SELECTIONS = (
    RegisterSelection(on=clock.now().date()),
    RegisterSelection(on=clock.now().date(), text="e"),
    RegisterSelection(on=clock.now().date(), first=clock.now().date() - timedelta(days=365)),
)


@pytest.fixture
def filled(demonstration_copy: Any) -> Iterator[Session]:
    database = connect_database(f"sqlite:///{demonstration_copy}")
    use_rules(database, rules)
    with database.engine.begin() as connection:  # part of each reclaim is waived
        for key in connection.scalars(select(Reclaim.id)).all():
            waived = {"reclaim_id": key, "kind": "waiver", "amount": 1_000_00, "on": date(2026, 1, 2), "text": ""}
            connection.execute(insert(LedgerEntry), waived | {"at": clock.now(), "by_user_id": 1})
    with open_reading(database) as session:
        yield session
    database.close()


def readers(session: Session) -> list[Person]:
    """Somebody in each board who may read everything."""
    boards = session.scalars(select(Board).order_by(Board.id))
    return [
        Person(id=0, name="Läsaren", board_id=row.id, board=row.name, roles=frozenset({Role.MANAGER, Role.AUDITOR}))
        for row in boards
    ]


def sums(table: RegisterTable) -> list[int | None]:
    """What stands under each column."""
    return [
        sum(row[place] for row in table.rows if isinstance(row[place], int)) if column.is_summed else None  # type: ignore[misc] # checked beside
        for place, column in enumerate(table.columns)
    ]


@pytest.mark.parametrize("name", RegisterName)
@pytest.mark.parametrize(
    "selection",
    [pytest.param(one, marks=() if one is SELECTIONS[0] else pytest.mark.long) for one in SELECTIONS],
    ids=["all", "named", "a year"],
)
def test_the_pages_of_a_register_are_the_whole_and_its_sums_are_those_of_its_rows(
    filled: Session, monkeypatch: pytest.MonkeyPatch, name: RegisterName, selection: RegisterSelection
) -> None:
    monkeypatch.setattr(sheets, "PAGE", 2)
    monkeypatch.setattr(sheets, "PART", 3)
    seen = 0
    for by in readers(filled):
        given: dict[str, Any] = {"language": "sv"}
        acting(filled, by)
        read = register_sheets(filled, name, selection, **given)
        for place, (sheet, streamed) in enumerate(zip(sheets_of(name, rules()), read, strict=True), 1):
            whole = sheet.definition.table(sheet.rows(acting(filled, by), selection), "sv")  # in one question
            assert [row for part in streamed.parts for row in part] == list(whole.rows)
            rows: list[Any] = []
            page: int | None = 1
            while page is not None:
                found = register_pages(filled, name, selection, sheet=place, page=page, **given)[place]
                rows += found.table.rows
                assert list(found.totals) == sums(whole)
                page = found.following
            newest_first = name is not RegisterName.ASSOCIATIONS
            assert rows == list(whole.rows[::-1] if newest_first else whole.rows)
            seen += len(rows)
    assert seen >= (1 if name is RegisterName.PAYMENT_STOPS else 2)  # few are stopped in a year


def test_approved_is_of_the_chosen_days_and_paid_is_of_the_ledger(filled: Session) -> None:
    days = sorted(filled.scalars(select(Decision.decided_on).where(Decision.outcome == "approved")))
    middle = days[len(days) // 2]
    unpaid = 0
    for by in readers(filled):
        sheet = sheets_of(RegisterName.APPROVALS, rules())[0]
        every = sheet.rows(acting(filled, by), SELECTIONS[0])
        for selection, wanted in (
            (
                RegisterSelection(on=SELECTIONS[0].on, first=middle),
                [r for r in every if r.decision.decided_on >= middle],
            ),
            (
                RegisterSelection(on=SELECTIONS[0].on, last=middle),
                [r for r in every if r.decision.decided_on <= middle],
            ),
        ):
            assert [row.decision.id for row in sheet.rows(acting(filled, by), selection)] == [
                row.decision.id for row in wanted
            ]
        for row in every:
            payments = filled.scalars(select(Payment).where(Payment.case_id == row.case.id)).all()
            assert row.paid == sum(one.amount for one in payments if one.paid_on is not None)
            unpaid += sum(one.paid_on is None for one in payments)
    assert days[0] < middle < days[-1]
    assert unpaid


def test_of_too_many_rows_there_are_no_sums_and_all_pages(filled: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_SUMMED", 2)
    by, given = readers(filled)[0], dict[str, Any](language="sv")
    pages = register_pages(acting(filled, by), RegisterName.APPROVALS, SELECTIONS[0], sheet=1, page=1, **given)
    assert pages.keys() == {1}
    assert pages[1].too_many
    assert set(pages[1].totals) == {None}
    assert len(pages[1].table.rows) > 2
