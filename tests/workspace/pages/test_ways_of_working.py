"""The page of a board's order: what was typed stays when it is refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.page_fixtures import Somebody, board, one_line, somebody
from vetting.kernel.roles import Role

if TYPE_CHECKING:
    from tests.board import BoardAtWork

__all__ = ["board"]


@pytest.fixture
def admin(board: BoardAtWork) -> Somebody:
    return somebody(board, Role.ADMINISTRATOR)


def test_a_gate_that_is_refused_stands_open_with_what_was_typed(admin: Somebody) -> None:
    typed = {"on": "off", "legal": "", "because": "Nämnden hör alltid muntligt."}
    answer = admin.send("/ordning/sparr/kommunicerat", **typed)
    assert answer.status_code == 422
    page = answer.text
    assert page.count('<details class="folded" open>') == 1
    form = page[page.index('action="/ordning/sparr/kommunicerat"') :].partition("</form>")[0]
    assert "Nämnden hör alltid muntligt.</textarea>" in form
    assert re.search(r'id="kommunicerat-on-off"[^>]*value="off"\s+checked', form)
    assert 'href="#kommunicerat-legal"' in page
    assert 'id="kommunicerat-legal"' in form
    assert "Det rättsliga stödet saknas." in form


def test_times_that_are_refused_are_as_they_were_typed(admin: Somebody) -> None:
    page = admin.get("/ordning").text
    names = re.findall(r'id="limit-(\w+)"', page)
    answer = admin.send("/ordning/tider", **dict.fromkeys(names, "9999"))
    assert answer.status_code == 422
    assert answer.text.count('value="9999"') == len(names) > 0


def test_the_second_person_answers_on_the_page_and_the_table_says_what_is_kept_apart(board: BoardAtWork) -> None:
    admin, boss = somebody(board, Role.ADMINISTRATOR), somebody(board, Role.MANAGER)
    gate = "grundkontroll-klar"
    asked = admin.send(f"/ordning/sparr/{gate}", on="off", because="Få ärenden.", legal="")
    assert asked.status_code == 303, asked.text
    assert "Ja, stäng av" not in admin.get("/ordning").text
    page = boss.get("/ordning").text
    assert page.count("Ja, stäng av") == 1
    assert "Får samma person göra båda?" in page
    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen
    assert boss.send(f"/ordning/sparr/{gate}/svar", answer="yes").status_code == 422
    assert boss.send(f"/ordning/sparr/{gate}/svar", answer="yes", seen=seen[1]).status_code == 303
    assert "Ja, stäng av" not in boss.get("/ordning").text
    assert boss.send(f"/ordning/sparr/{gate}/svar", answer="yes").status_code == 404
    assert somebody(board, Role.CASEWORKER).send(f"/ordning/sparr/{gate}/svar", answer="yes").status_code == 403


def test_a_pair_that_is_to_be_joined_is_shown_where_it_is_kept_apart_and_on_the_first_page(board: BoardAtWork) -> None:
    admin, boss = somebody(board, Role.ADMINISTRATOR), somebody(board, Role.MANAGER)
    assert admin.send("/ordning/vanor", habit=["other_pays"]).status_code == 303
    admin.send("/ordning/vanor")
    page = admin.get("/ordning").text
    assert "Samma person får göra båda först när en annan person har godkänt det." in page
    assert "har begärt att samma person får göra båda: väntar på en annan persons godkännande" in page
    assert "Ja, samma person får göra båda" not in page
    assert page.count("/ordning/vanor/other_pays/svar") == 1  # to take it back
    assert "begäran om att samma person får göra båda momenten" in boss.get("/i-dag").text
    assert boss.get("/ordning").text.count("Ja, samma person får göra båda") == 1
    assert boss.send("/ordning/vanor/other_pays/svar", answer="yes").status_code == 303
    page = boss.get("/ordning").text
    assert "Kontrollera kontot och markera bidraget som betalt, en person får göra båda" in page
    assert "någon vill att en person får göra båda" in page


def test_another_account_is_answered_where_it_stands(board: BoardAtWork) -> None:
    admin, boss = somebody(board, Role.ADMINISTRATOR), somebody(board, Role.MANAGER)
    admin.send("/ordning/konto", pay_to="bankgiro 123-4567")
    assert "Kontot gäller när en annan person har godkänt det." in admin.get("/ordning").text
    assert "konto för återbetalning" in boss.get("/i-dag").text
    page = boss.get("/ordning").text
    assert "bankgiro 123-4567. Väntar på en annan persons godkännande" in page
    assert "någon vill ha ett annat konto för återbetalning: bankgiro 123-4567" in page
    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen
    assert boss.send("/ordning/konto/svar", answer="yes", seen=seen[1]).status_code == 303
    assert 'value="bankgiro 123-4567"' in admin.get("/ordning").text


def test_the_list_of_changes_says_which_routines_were_begun_and_ended(board: BoardAtWork) -> None:
    admin, boss = somebody(board, Role.ADMINISTRATOR), somebody(board, Role.MANAGER)
    admin.send("/ordning/vanor", habit=["signed_by_name", "pay_in_force"])
    admin.send("/ordning/vanor", habit=["signed_by_name"])
    assert "Utbetalning väntar tills beslutet har fått laga kraft: av)" in boss.get("/ordning").text


def test_the_coordinators_contact_stands_on_the_blank_as_it_was_typed(board: BoardAtWork) -> None:
    admin, staff = somebody(board, Role.ADMINISTRATOR), somebody(board, Role.PREMISES)
    blank = "/uthyrning/informationsblankett"
    assert "ingen kontakt är inskriven" in staff.get(blank).text
    answer = admin.send("/ordning/samordnare", who="Samordnaren", telephone="", email="")
    assert answer.status_code == 422
    assert "Samordnarens kontaktuppgifter saknas." in answer.text
    told = {"who": "Samordnaren", "telephone": "0701234567", "email": "samordnare@norr.example"}
    assert admin.send("/ordning/samordnare", **told).status_code == 303
    assert "Samordnaren, 0701234567, samordnare@norr.example" in staff.get(blank).text
    assert "Samordnaren, 0701234567" in staff.get("/uthyrning/rutin").text


def test_every_page_that_tells_of_concern_names_the_boards_contact(board: BoardAtWork) -> None:
    association = board.receive().association_id
    told = {"who": "Samordnaren", "telephone": "0701234567", "email": ""}
    somebody(board, Role.ADMINISTRATOR).send("/ordning/samordnare", **told)
    staff = somebody(board, Role.CASEWORKER)
    for path in (f"/foreningar/{association}", "/snabbkoll?q=okand"):
        assert "VBE-samordnare: Samordnaren, 0701234567" in one_line(staff.get(path).text), path
    assert "VBE-samordnare" not in staff.get("/prova").text, "a list is tried for no board"
