"""The pages of reports: the list, one that is late, noted as a form, gone through, refused with what was typed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from tests.factories import TODAY
from tests.grants.board_rounds import plain
from tests.money.services.test_closing import unreported
from tests.page_fixtures import board, colleague, kim, on_that_day
from vetting.casework.models.cases import Case
from vetting.grants.models.rounds import Round
from vetting.grants.models.schemes import GrantScheme
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.money.models.reports import GrantReport

if TYPE_CHECKING:
    from tests.board import BoardAtWork
    from tests.page_fixtures import Somebody

__all__ = ["board", "kim", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")
SAID = {"way": "paper", "rows": "Lokalhyra 12 000\nFika 350,50", "activity": "Möten varje vecka.", "received_on": ""}


def report(board: BoardAtWork) -> GrantReport | None:
    with open_reading(board.database) as s:
        return s.scalars(select(GrantReport)).one_or_none()


def of_scheme(board: BoardAtWork, number: str, **says: Any) -> None:
    """The case is of a grant scheme that says so of its reports."""
    with board.database.engine.begin() as connection:
        made = {"board_id": board.board_id, "name": "Projektbidrag", "reservations": [], **says}
        connection.execute(GrantScheme.__table__.insert().values(id=77, **made))  # type: ignore[attr-defined] # a table
        connection.execute(update(Case).where(Case.number == number).values(scheme_id=77))


def test_a_report_is_noted_and_gone_through_by_its_page(board: BoardAtWork, kim: Somebody) -> None:
    number = unreported(board)
    page = kim.get("/uppfoljning").text
    assert "Ej inkomna 1" in page
    assert f"/arenden/{number}/redovisning" in page
    address = f"/arenden/{number}/redovisning"
    assert "inte inkommen" in kim.get(address).text
    assert kim.send(address, **SAID).status_code == 303
    page = plain(kim.get(address).text)
    assert "12 350,50 kr" in page
    assert "Möten varje vecka." in page
    row = report(board)
    assert row is not None
    assert kim.send(f"{address}/granskad", finding="deviates", found="", version=str(row.version)).status_code == 422
    given = {"requirement-krav-uppfylls-under-bidragstiden": "not_met", "found": "Mötena blev färre."}
    assert "Föreningen lever upp till kraven under hela bidragstiden" in kim.get(address).text
    said = kim.send(f"{address}/granskad", finding="deviates", version=str(row.version), **given)
    assert said.status_code == 303
    page = plain(kim.get(address).text)
    assert "Mötena blev färre." in page
    assert "lever upp till kraven under hela bidragstiden: <strong>ej uppfyllt</strong>" in page
    assert "Genomgångna 1" in kim.get("/uppfoljning").text


def test_what_is_refused_stands_as_it_was_typed_with_what_is_wrong(board: BoardAtWork, kim: Somebody) -> None:
    number = unreported(board)
    wrong = kim.send(f"/arenden/{number}/redovisning", **SAID | {"rows": "Lokalhyra tolvtusen"})
    assert wrong.status_code == 422
    assert "Rad 1 har inget belopp: ”Lokalhyra tolvtusen”." in wrong.text
    assert "Lokalhyra tolvtusen</textarea>" in wrong.text
    assert report(board) is None


def test_a_scheme_asks_for_participants_and_little_of_what_is_small(board: BoardAtWork, kim: Somebody) -> None:
    number = unreported(board)
    of_scheme(board, number, report_participants=True)
    address = f"/arenden/{number}/redovisning"
    assert 'name="women"' in kim.get(address).text
    assert "Deltagarna saknas." in kim.send(address, **SAID).text
    with board.database.engine.begin() as connection:
        connection.execute(update(GrantScheme).values(report_below=10**12, report_sample=0))
    page = kim.get(address).text
    assert "Förenklad" in page
    assert 'name="activity"' not in page
    assert kim.send(address, way="mail", used="0").status_code == 303
    with board.database.engine.begin() as connection:
        connection.execute(update(GrantScheme).values(report_sample=100))
    assert "utlottad i stickprovet" in kim.get(address).text


def test_whoever_only_reads_is_offered_nothing_to_fill_in(board: BoardAtWork, kim: Somebody) -> None:
    number = unreported(board)
    auditor = colleague(board, Role.AUDITOR, "ira")
    assert "<form" not in auditor.get(f"/arenden/{number}/redovisning").text.split("<main")[1].split("</main>")[0]
    assert kim.get("/arenden/BID-2020-0001/redovisning").status_code == 404


def test_a_day_that_is_moved_moves_what_is_late(board: BoardAtWork, kim: Somebody) -> None:
    number = unreported(board)
    with board.database.engine.begin() as connection:
        connection.execute(update(Round).values(report_on=TODAY + timedelta(days=3)))
    page = kim.get("/uppfoljning").text
    assert "Väntas 1" in page
    assert "Ej inkomna 0" in page
    assert "inte inkommen" not in kim.get(f"/arenden/{number}/redovisning").text
