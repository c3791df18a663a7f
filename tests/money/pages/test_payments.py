"""The pages of money: what is refused stays as it was typed, what is done is done once, and each sees what is theirs."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select

from tests import sent
from tests.factories import TODAY
from tests.page_fixtures import board, on_that_day, somebody
from vetting.casework.models.decisions import Decision
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.money.models.payments import Payment, stop_terms
from vetting.money.models.reclaims import Reclaim

if TYPE_CHECKING:
    from tests.board import BoardAtWork

__all__ = ["board", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")


def payment_of(board: BoardAtWork) -> Payment:
    with open_reading(board.database) as s:
        return s.scalars(select(Payment)).one()


def reclaim_form(**more: str) -> dict[str, str]:
    typed = {
        "ground": "not_reported",
        "amount": "10 000",
        "established_by": "board_decision",
        "established_on": TODAY.isoformat(),
        "reference": "Föreningens redovisning",
        "reasons": "En del av medlen har inte använts.",
    }
    return typed | more


@pytest.fixture
def paid(board: BoardAtWork) -> str:
    """The number of a case whose grant has been paid."""
    number = board.approve().number
    eva = somebody(board, Role.FINANCE)
    eva.send(
        f"/utbetalningar/{payment_of(board).id}", version=str(payment_of(board).version), paid_on=TODAY.isoformat()
    )
    assert payment_of(board).paid_on == TODAY
    return number


def test_a_day_that_is_none_is_told_beside_it_and_nothing_is_paid(board: BoardAtWork) -> None:
    board.approve()
    row = payment_of(board)
    answer = somebody(board, Role.FINANCE).send(
        f"/utbetalningar/{row.id}", version=str(row.version), paid_on="i förrgår"
    )
    assert answer.status_code == 422
    assert 'value="i förrgår"' in answer.text
    assert payment_of(board).paid_on is None


def test_a_payment_is_made_once_whoever_presses_twice(board: BoardAtWork) -> None:
    number = board.approve().number
    eva, row = somebody(board, Role.FINANCE), payment_of(board)
    page = eva.get("/utbetalningar").text
    assert number in page
    assert "40 000" in page.replace("\u00a0", " ")
    fields = {"version": sent.fields(page)["version"], "paid_on": TODAY.isoformat()}
    assert eva.send(f"/utbetalningar/{row.id}", **fields).status_code == 303
    assert eva.send(f"/utbetalningar/{row.id}", **fields).status_code == 409
    assert payment_of(board).version == row.version + 1


def test_a_stop_needs_its_reasons_and_holds_the_payment(board: BoardAtWork) -> None:
    board.approve()
    row, mona = payment_of(board), somebody(board, Role.DECISION_MAKER)
    why, stop = "Uppgifter om verksamheten utreds.", f"/utbetalningar/{row.id}/stopp"
    assert mona.send(stop, criterion="decision", reasons="").status_code == 422
    assert "Det står inte vilket krav stoppet gäller." in mona.send(stop, reasons=why).text
    assert mona.send(stop, criterion="medlemmar-minst", reasons=why).status_code == 422  # asked before a decision only
    assert payment_of(board).stopped_on is None
    assert mona.send(stop, criterion="krav-uppfylls-under-bidragstiden", reasons=why).status_code == 303
    with open_reading(board.database) as s:
        decision = s.scalars(select(Decision).where(Decision.kind == "payment_stop")).one()
        assert stop_terms(s, [decision.id])[decision.id].criterion == "krav-uppfylls-under-bidragstiden"
        assert not decision.against_values
    assert payment_of(board).stopped_on == TODAY
    eva = somebody(board, Role.FINANCE)
    answer = eva.send(f"/utbetalningar/{row.id}", version=str(payment_of(board).version), paid_on=TODAY.isoformat())
    assert answer.status_code == 422
    assert payment_of(board).paid_on is None


def test_a_reclaim_with_a_wrong_amount_is_refused_and_keeps_what_was_typed(board: BoardAtWork, paid: str) -> None:
    kim = somebody(board, Role.CASEWORKER)
    answer = kim.send(f"/arenden/{paid}/aterkrav", **reclaim_form(amount="tio tusen"))
    assert answer.status_code == 422
    assert "En del av medlen har inte använts.</textarea>" in answer.text
    assert 'value="tio tusen"' in answer.text
    with open_reading(board.database) as s:
        assert s.scalars(select(Reclaim)).all() == []


def test_a_reclaim_goes_from_its_form_to_its_own_page_with_what_was_said(board: BoardAtWork, paid: str) -> None:
    kim = somebody(board, Role.CASEWORKER)
    opened = kim.send(f"/arenden/{paid}/aterkrav", **reclaim_form())
    assert opened.status_code == 303
    page = kim.get(opened.location).text.replace("\u00a0", " ")
    assert re.search(r"10 000 kr", page)
    assert "En del av medlen har inte använts." in page
    assert paid in page
    number = opened.location.rsplit("/", 1)[1]
    assert number in kim.get("/aterkrav").text
    early = kim.send(f"/aterkrav/{number}/inbetalning", amount="500", on=TODAY.isoformat())
    assert early.status_code == 403  # money that comes back is finance's to note
    assert somebody(board, Role.PREMISES).get(f"/aterkrav/{number}").status_code in {403, 404}


def test_a_reclaim_offers_its_one_next_step_and_no_decision_before_the_association_is_heard(
    board: BoardAtWork, paid: str
) -> None:
    kim = somebody(board, Role.CASEWORKER)
    address = kim.send(f"/arenden/{paid}/aterkrav", **reclaim_form()).location
    maker = somebody(board, Role.DECISION_MAKER)
    assert "Besluta om återkrav" not in maker.get(address).text
    assert "Ligger hos handläggaren sedan" in maker.get(address).text
    primaries = kim.get(address).text.count('data-variant="primary"')
    assert (primaries, "Skickat till föreningen" in kim.get(address).text) == (1, True)
    until = (TODAY + timedelta(days=20)).isoformat()
    assert kim.send(f"{address}/kommunicera", what="Underlaget", reply_by=until).status_code == 303
    assert "Föreningen kan yttra sig till och med" in maker.get(address).text
    assert "Besluta om återkrav" not in maker.get(address).text
    assert maker.send(f"{address}/besluta", paragraph="§ 4").status_code == 422
    assert kim.send(f"{address}/svar", reply="Vi betalar.").status_code == 303
    assert "Besluta om återkrav" in maker.get(address).text


def many_payments(board: BoardAtWork, *, unpaid: int, paid: int) -> None:
    """The one payment there is, over and over, each a day later."""
    row = payment_of(board)
    like = {column.name: getattr(row, column.name) for column in Payment.__table__.columns}
    rows = [
        like
        | {"id": row.id + place, "planned_on": row.planned_on + timedelta(days=place)}
        | {"paid_on": None if place <= unpaid else TODAY - timedelta(days=place % 3), "amount": place * 100}
        for place in range(1, unpaid + paid + 1)
    ]
    with board.database.engine.begin() as connection:
        connection.execute(insert(Payment), rows)


def listed(page: str) -> list[int]:
    """The amounts on a page of payments, in their order."""
    found = re.findall(r'class="num">([\d\s]+)\s*kr', page.replace("\u00a0", " "))
    return [int(amount.replace(" ", "")) for amount in found]


def following(page: str) -> str | None:
    """Where the next rows are."""
    found = re.search(r'href="([^"]*efter=[^"]*)">\s*Nästa', page)
    return found[1].replace("&amp;", "&") if found else None


def test_payments_come_a_page_at_a_time_and_whoever_pays_stays_there(board: BoardAtWork) -> None:
    board.approve()
    many_payments(board, unpaid=29, paid=57)
    eva = somebody(board, Role.FINANCE)
    first = eva.get("/utbetalningar").text
    onwards = following(first)
    assert onwards is not None
    second = eva.get(onwards).text
    assert listed(first) + listed(second) == [40_000, *range(1, 30)]
    assert following(second) is None
    key = payment_of_amount(board, 2_900)
    place = onwards.partition("?")[2]
    refused = eva.send(f"/utbetalningar/{key.id}?{place}", version=str(key.version), paid_on="i förrgår")
    assert refused.status_code == 422
    assert 'value="i förrgår"' in refused.text
    assert listed(refused.text) == listed(second)
    done = eva.send(f"/utbetalningar/{key.id}?{place}", version=str(key.version), paid_on=TODAY.isoformat())
    assert done.status_code == 303
    assert done.location == onwards
    assert listed(eva.get(onwards).text) == listed(second)[:-1]


def test_what_has_been_paid_has_its_own_list_the_newest_first(board: BoardAtWork) -> None:
    board.approve()
    many_payments(board, unpaid=3, paid=57)
    page: str | None = "/utbetalningar?betalda=1"
    amounts = []
    while page is not None:
        text = somebody(board, Role.FINANCE).get(page).text
        assert "Markera betald" not in text
        amounts += listed(text)
        page = following(text)
    assert sorted(amounts) == list(range(4, 61))
    assert [amount % 3 for amount in amounts] == sorted(amount % 3 for amount in amounts)  # days ago


def test_the_last_of_a_page_paid_leads_to_the_first_page(board: BoardAtWork) -> None:
    board.approve()
    text = somebody(board, Role.FINANCE).get("/utbetalningar?efter=2099-01-01_1").text
    assert listed(text) == [40_000]
    for wrong in ("x", "2026-13-45_1", "2026-01-01_", "2026-01-01_9999999999999999"):
        assert listed(somebody(board, Role.FINANCE).get(f"/utbetalningar?efter={wrong}").text) == [40_000]


def payment_of_amount(board: BoardAtWork, amount: int) -> Payment:
    with open_reading(board.database) as s:
        return s.scalars(select(Payment).where(Payment.amount == amount)).one()


def test_reclaims_come_a_page_at_a_time(board: BoardAtWork, paid: str) -> None:
    somebody(board, Role.CASEWORKER).send(f"/arenden/{paid}/aterkrav", **reclaim_form())
    with open_reading(board.database) as s:
        row = s.scalars(select(Reclaim)).one()
    like = {column.name: getattr(row, column.name) for column in Reclaim.__table__.columns}
    rows = [like | {"id": row.id + place, "number": f"ATK-2026-{place + 1:04}"} for place in range(1, 52)]
    with board.database.engine.begin() as connection:
        connection.execute(insert(Reclaim), rows)
    first = somebody(board, Role.FINANCE).get("/aterkrav").text
    onwards = following(first)
    assert onwards is not None
    second = somebody(board, Role.FINANCE).get(onwards).text
    numbers = [re.findall(r">(ATK-2026-\d{4})<", text) for text in (first, second)]
    assert [len(some) for some in numbers] == [50, 2]
    assert sorted(numbers[0] + numbers[1], reverse=True) == numbers[0] + numbers[1]
    assert following(second) is None


def test_a_locked_batch_tells_who_fetched_its_files(board: BoardAtWork) -> None:
    board.approve()
    eva = somebody(board, Role.FINANCE)
    bases = "/utbetalningar/underlag"
    made = eva.send(bases, until=(TODAY + timedelta(days=90)).isoformat(), pay_on="")
    draft = made.headers["Location"]
    assert f"{bases}/utkast-" in draft
    version = re.search(r'name="version" value="(\d+)"', eva.get(draft).text)
    assert version
    locked = eva.send(f"{draft}/las", version=version[1]).headers["Location"]
    page = eva.get(locked).text
    assert "Hämtad " not in page
    file = re.search(rf'href="({bases}/[^"]+/filer/\d+)"', page)
    assert file
    assert eva.get(file[1]).data == eva.get(file[1]).data != b""
    assert f"av {board.staff[Role.FINANCE].name}." in eva.get(locked).text.split("Hämtad ")[1]
