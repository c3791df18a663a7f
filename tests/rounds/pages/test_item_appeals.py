"""An appeal of what the board decided on a round: of one row and of all, its payments held, judged, put right."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from tests.factories import TODAY
from tests.grants.board_rounds import plain, three_that_wait
from tests.page_fixtures import board, kim, on_that_day, somebody
from vetting.casework.models.decisions import Decision, DecisionEvent
from vetting.grants.models.board_items import ItemAppeal, ItemDecision
from vetting.kernel.problem import Refused
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.money.models.payments import Payment
from vetting.money.services import payments

if TYPE_CHECKING:
    from tests.board import BoardAtWork
    from tests.page_fixtures import Somebody

__all__ = ["board", "kim", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")
NOTED = {"court": "Förvaltningsrätten i Stockholm", "number": "1234-26", "on": TODAY.isoformat()}
DUE = TODAY + timedelta(days=5)


@pytest.fixture
def numbers(board: BoardAtWork, kim: Somebody) -> list[str]:
    """Three that the board has decided, with the extract of the minutes."""
    found = three_that_wait(board)
    maker = somebody(board, Role.DECISION_MAKER)
    maker.client.post(
        f"/omgangar/{board.round_id}/arende/beslut",
        data={
            "csrf_token": maker.token(),
            "met_on": TODAY.isoformat(),
            "notice_on": TODAY.isoformat(),
            "paragraph": "§ 47",
            "free": "1",
            "row": [f"{number}/1" for number in found],
        },
    )
    kim.send(f"{address(board)}/protokollsutdrag", extract=(b"%PDF-1.7\n%%EOF\n", "utdrag.pdf"))
    board.ready_to_pay()
    return found


def kept(board: BoardAtWork, table: Any) -> list[Any]:
    with open_reading(board.database) as s:
        return list(s.scalars(select(table).order_by(table.id)))


def address(board: BoardAtWork) -> str:
    return f"/namndens-beslut/{kept(board, ItemDecision)[0].id}"


def what_came_after(board: BoardAtWork) -> list[str]:
    """What is noted of each decision after its notice, decision by decision."""
    return [row.what.value for row in kept(board, DecisionEvent) if row.what.value not in {"announced", "sent"}]


def test_an_appeal_of_one_row_holds_its_money_and_no_other(
    board: BoardAtWork, kim: Somebody, numbers: list[str]
) -> None:
    path = f"{address(board)}/overklaganden"
    for wrong, told in (
        ({}, "Inget beslut är valt."),
        ({"row": numbers[0], "court": ""}, "Domstolen saknas."),
        ({"row": numbers[0], "number": ""}, "Målnumret saknas."),
        ({"row": numbers[0], "statement_by": (TODAY - timedelta(days=1)).isoformat()}, "före överklagandet kom in"),
        ({"row": numbers[0], "on": (TODAY + timedelta(days=1)).isoformat()}, "i framtiden"),
    ):
        answer = kim.send(path, **NOTED | wrong)
        assert answer.status_code == 422, told
        assert told in plain(answer.text)
    assert not kept(board, ItemAppeal)
    assert kim.send(path, **NOTED | {"row": numbers[0], "statement_by": DUE.isoformat()}).status_code == 303
    assert what_came_after(board) == ["appealed"]
    assert "nämndens yttrande till domstolen" in plain(kim.get("/i-dag").text)
    paid = {"paid_on": TODAY, "version": None, "role": Role.FINANCE}
    first, second = kept(board, Payment)
    with pytest.raises(Refused) as refused:
        board.do(payments.mark_paid, first.id, **paid)
    assert refused.value.problems[0].what.sv == "Överklagat: betalas inte."
    listed = somebody(board, Role.FINANCE).get("/utbetalningar").text
    assert listed.count("Överklagat: betalas inte") == 1
    assert listed.count("Markera betald") == 1
    assert "Överklagat: betalas inte." in plain(kim.get(f"/arenden/{numbers[0]}").text)
    assert board.do(payments.mark_paid, second.id, **paid).paid_on == TODAY
    key = kept(board, ItemAppeal)[0].id
    assert kim.send(f"/overklaganden/{key}/yttrande", stated_on="2020-01-01").status_code == 422
    assert kim.send(f"/overklaganden/{key}/yttrande", stated_on=TODAY.isoformat()).status_code == 303
    assert "nämndens yttrande till domstolen" not in plain(kim.get("/i-dag").text)


def test_an_appeal_of_all_is_quashed_and_what_was_paid_is_listed(
    board: BoardAtWork, kim: Somebody, numbers: list[str]
) -> None:
    path = f"{address(board)}/overklaganden"
    paid = {"paid_on": TODAY, "version": None, "role": Role.FINANCE}
    board.do(payments.mark_paid, kept(board, Payment)[0].id, **paid)
    assert kim.send(path, **NOTED | {"every": "1", "inhibited": "1"}).status_code == 303
    assert what_came_after(board) == ["appealed", "inhibited"] * 3
    assert "Domstolen har stoppat verkställigheten" in somebody(board, Role.FINANCE).get("/utbetalningar").text
    key = kept(board, ItemAppeal)[0].id
    court = {"what": "quashed", "on": TODAY.isoformat()}
    assert kim.send(f"/overklaganden/{key}/domstolen", **court).status_code == 422
    assert kim.send(f"/overklaganden/{key}/domstolen", **court | {"what": ""}).status_code == 422
    assert kim.send(f"/overklaganden/{key}/domstolen", **court | {"row": numbers[0]}).status_code == 303
    assert (
        kim.send(f"/overklaganden/{key}/domstolen", what="upheld", on=TODAY.isoformat(), every="1").status_code == 303
    )
    assert sorted(what_came_after(board)[6:]) == ["quashed", "upheld", "upheld"]
    page = plain(kim.get(path).text)
    assert "Utbetalt på upphävda beslut" in page
    assert "40 000 kr" in page
    assert len(kept(board, Decision)) == 3
    told = plain(kim.get(address(board)).text)
    assert "1 beviljas, med 15 000 kr." in told
    assert "1 är upphävt av domstol och inte med i summan." in told
    assert told.count("Upphävt av domstol") == 1


def test_a_second_appeal_keeps_the_money_held_when_the_first_is_settled(
    board: BoardAtWork, kim: Somebody, numbers: list[str]
) -> None:
    path = f"{address(board)}/overklaganden"
    kim.send(path, **NOTED | {"row": numbers[0]})
    assert "Målet är redan antecknat." in plain(kim.send(path, **NOTED | {"every": "1"}).text)
    assert kim.send(path, **NOTED | {"number": "77-26", "every": "1"}).status_code == 303
    first, second = (row.id for row in kept(board, ItemAppeal))
    day = TODAY.isoformat()
    assert kim.send(f"/overklaganden/{first}/domstolen", what="upheld", on=day, every="1").status_code == 303
    paid = {"paid_on": TODAY, "version": None, "role": Role.FINANCE}
    with pytest.raises(Refused):
        board.do(payments.mark_paid, kept(board, Payment)[0].id, **paid)
    assert kim.send(f"/overklaganden/{first}/domstolen", what="upheld", on=day, every="1").status_code == 422
    assert kim.send(f"/overklaganden/{second}/domstolen", what="appeal_ended", on=day, every="1").status_code == 303
    assert board.do(payments.mark_paid, kept(board, Payment)[0].id, **paid).paid_on == TODAY
