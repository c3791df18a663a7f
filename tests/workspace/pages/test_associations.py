"""Pages of associations, papers and accounts: what is refused is told where it was typed, in both languages."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest

from tests.board import NUMBERS, BoardAtWork, clean_facts
from tests.casework.services.test_reading import put_in, read_all
from tests.factories import TODAY
from tests.formats.papers import pdf
from tests.page_fixtures import Somebody, board, somebody
from vetting.app.application import create_app
from vetting.config import Config
from vetting.kernel.roles import Role

__all__ = ["board"]


@pytest.fixture
def kim(board: BoardAtWork) -> Somebody:
    return somebody(board, Role.CASEWORKER)


@pytest.mark.parametrize(
    "wanted", ["", "a", "Provkvarnen", "x" * 300, "النور", "%", "<script>", "802999-0234", "850312-1234", "\x00"]
)
def test_whatever_is_searched_for_is_answered(kim: Somebody, wanted: str) -> None:
    kim.board.receive()
    for path in ("/foreningar", "/handlingar", "/snabbkoll"):
        page = kim.get(f"{path}?{urlencode({'q': wanted})}")
        if page.status_code == 303:  # a personal number does not stay in the address
            page = kim.get(page.location)
        assert page.status_code == (400 if "\x00" in wanted else 200)
        assert "<script>" not in page.text.split("<main")[1]


def test_look_alike_letters_are_told(kim: Somebody) -> None:
    kim.board.receive(clean_facts(name="Kulturen"))
    assert "bokstäver ur ett annat alfabet" in kim.get("/foreningar?q=Kultuрen").text
    assert "bokstäver ur ett annat alfabet" not in kim.get("/foreningar?q=Kulturen").text


def test_a_personal_number_is_not_shown_again(kim: Somebody) -> None:
    for path in ("/foreningar", "/handlingar", "/snabbkoll"):
        assert "19850312" not in kim.get(f"{path}?q=19850312-1234").text


def test_a_refused_settling_keeps_the_page(kim: Somebody) -> None:
    case = kim.board.receive()
    page = kim.get(f"/foreningar/{case.association_id}").text
    name = re.search(r'<option value="(\d+)"', page)
    assert name
    sent = kim.send(f"/foreningar/{case.association_id}/namn", name_id=name[1], kind="former", since="i fjol")
    assert (sent.status_code, "”i fjol” är inget datum." in sent.text) == (422, True)
    sent = kim.send(f"/foreningar/{case.association_id}/namn", name_id=name[1], kind="former")
    assert (sent.status_code, "Det är namnet som föreningen har nu." in sent.text) == (422, True)


def test_a_page_of_a_paper_is_a_picture_and_never_runs(kim: Somebody) -> None:
    paper = put_in(kim.board, kim.board.receive().number, pdf("Protokoll"), "protokoll.pdf")
    read_all(kim.board)
    page = kim.get(f"/handlingar/{paper.id}/sida/1")
    assert (page.status_code, page.mimetype) == (200, "image/png")
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in page.headers["Cache-Control"]
    assert kim.get(f"/handlingar/{paper.id}/sida/2").status_code == 422
    for number in ("0", "-1", "99999999999", "x", "２"):
        assert kim.get(f"/handlingar/{paper.id}/visa?sida={number}").status_code == 200


def test_a_paper_used_as_evidence_fills_in_where_it_stands(kim: Somebody) -> None:
    number = kim.board.receive().number
    paper = put_in(kim.board, number, pdf("Protokoll"), "protokoll.pdf")
    page = kim.get(f"/arenden/{number}?underlag={paper.id}&punkt=demokratisk-rattsstat&plats=s.+1,+§+4").text
    assert 'value="protokoll.pdf, s. 1, § 4"' in page
    other = put_in(kim.board, kim.board.receive(clean_facts(NUMBERS[1], "Andra")).number, pdf("x"), "annat.pdf")
    page = kim.get(f"/arenden/{number}?underlag={other.id}&punkt=demokratisk-rattsstat").text
    assert "annat.pdf" not in page


def test_an_account_is_whole_for_those_who_pay_and_masked_for_others(kim: Somebody) -> None:
    kim.board.approve()
    app = create_app(Config(), kim.board.database)
    finance = Somebody(kim.board, app, Role.FINANCE).get("/utbetalningar").text
    assert "2999-0234" in finance
    auditor = Somebody(kim.board, app, Role.AUDITOR).get("/utbetalningar").text
    assert "••••0234" in auditor
    assert "2999-0234" not in auditor


def test_a_changed_account_goes_from_the_case_to_the_list_of_payments(kim: Somebody) -> None:
    number = kim.board.approve().number
    wrong = kim.send(f"/arenden/{number}/konto", account="1234", how="")
    assert (wrong.status_code, "kontrollsiffran" in wrong.text) == (422, True)
    assert kim.send(f"/arenden/{number}/konto", account="5050-1055", how="Mejl från kassören.").status_code == 303
    finance = somebody(kim.board, Role.FINANCE)
    assert "Kontot är ändrat efter beslutet" in finance.get("/utbetalningar").text
    assert finance.send("/utbetalningar/1", paid_on=TODAY.isoformat()).status_code == 422
    assert finance.send("/utbetalningar/1/konto", account="50501055", way="").status_code == 422
    assert finance.send("/utbetalningar/1/konto", account="50501055", way="call").status_code == 303
    assert finance.send("/utbetalningar/1", paid_on=TODAY.isoformat()).status_code == 303


def test_the_register_of_associations_holds_those_with_a_case_here(kim: Somebody) -> None:
    kim.board.receive()
    manager = somebody(kim.board, Role.MANAGER)
    page = manager.get("/register/associations").text
    assert "Kulturföreningen Provkvarnen" in page
    assert manager.get("/register/associations/excel").status_code == 200
