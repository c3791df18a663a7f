"""The year of a round by its pages: copied, its days moved, its mails fetched, its steps noted."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

import pytest

from tests.board import NUMBERS, clean_facts
from tests.page_fixtures import board, kim, on_that_day, one_line, somebody
from tests.sent import fields
from vetting.cases.services import cases, contacts
from vetting.cases.services.stated_contacts import NewContact
from vetting.kernel.roles import Role

if TYPE_CHECKING:
    from tests.board import BoardAtWork
    from tests.page_fixtures import Somebody

__all__ = ["board", "kim", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")
LISTED = "2026-12-18; 2026-12-01\n2027-12-15\n2027-12-20"


def test_last_years_round_is_copied_with_its_days_a_year_later(board: BoardAtWork, kim: Somebody) -> None:
    assert kim.send("/omgangar/sammantraden", meetings=LISTED, closed="v. 29-31 2027").status_code == 303
    form = kim.get(f"/omgangar/ny?fran={board.round_id}").text
    typed = fields(form)
    assert typed["name"] == "Verksamhetsbidrag 2028"
    assert (typed["opens_on"], typed["closes_on"]) == ("2027-08-31", "2027-11-30")
    assert (typed["decision_on"], typed["report_on"]) == ("2027-12-15", "2028-12-31")
    assert "Nämnden sammanträder 2027-12-15, 2027-12-20." in form
    made = kim.send("/omgangar/ny", **{**typed, "closes_at": "kl 16"})
    assert made.status_code == 303, made.text
    page = one_line(kim.get(made.location).text)
    assert "30 nov 2027 kl. 16.00" in page.replace("\u00a0", " ")
    year = one_line(kim.get("/omgangar/arshjul?ar=2027").text).replace("\u00a0", " ")
    assert "Nämnden sammanträder 15 dec 2027, 20 dec 2027." in year
    assert "Stängt 19 juli 2027 – 8 aug 2027." in year
    assert "Verksamhetsbidrag 2028" in year


def test_a_day_is_moved_and_the_others_follow_though_the_form_held_their_old_days(
    board: BoardAtWork, kim: Somebody
) -> None:
    address = f"/omgangar/{board.round_id}/dagar"
    typed = fields(kim.get(address).text)
    assert typed["day-notice_up"] == "2026-12-28"
    assert kim.send(address, **{**typed, "day-adjusted": "2026-12-21"}).status_code == 303
    again = fields(kim.get(address).text)
    assert (again["day-adjusted"], again["day-notice_up"]) == ("2026-12-21", "2026-12-22")
    assert "flyttad" in kim.get(address).text
    assert kim.send(address, **{**again, "day-adjusted": ""}).status_code == 303
    assert fields(kim.get(address).text)["day-notice_up"] == "2026-12-28"
    wrong = kim.send(address, **{**again, "day-letters": "om en vecka"})
    assert wrong.status_code == 422
    assert "om en vecka" in wrong.text


def test_two_who_move_different_days_at_once_both_have_their_way(board: BoardAtWork, kim: Somebody) -> None:
    address = f"/omgangar/{board.round_id}/dagar"
    seen = fields(kim.get(address).text)
    kim.send(address, **{**seen, "day-summons": "2026-12-10"})
    kim.send(address, **{**seen, "day-presidium": "2026-12-03"})
    found = fields(kim.get(address).text)
    assert (found["day-summons"], found["day-presidium"]) == ("2026-12-10", "2026-12-03")


def test_a_change_that_something_rests_on_is_told_ticked_and_kept(board: BoardAtWork, kim: Somebody) -> None:
    board.receive()
    address = f"/omgangar/{board.round_id}/andra"
    typed = fields(kim.get(address).text)
    assert "agreed" not in kim.get(address).text
    asked = kim.send(address, **{**typed, "closes_on": "2026-11-10"})
    assert asked.status_code == 422
    assert "räknas som sen" in asked.text
    assert 'name="agreed"' in asked.text
    assert kim.send(address, **{**typed, "closes_on": "2026-11-10", "agreed": "1"}).status_code == 303


def test_the_receipt_goes_to_all_who_applied_hidden_from_each_other(board: BoardAtWork, kim: Somebody) -> None:
    first = board.receive().number
    board.receive(clean_facts(NUMBERS[1], "Utan adress"))
    board.do(contacts.set_contact, first, NewContact(email="kontakt@forening.example", postal=""))
    address = f"/omgangar/{board.round_id}/utskick/receipt"
    page = one_line(kim.get(address).text).replace("\u00a0", " ")
    assert "Kvitto till alla som sökt: 2 föreningar" in page
    assert "Hämta utkast till 1 adress" in page
    assert "Utan adress" in page
    got = kim.send(address, subject="Vi har fått er ansökan", text="Hej!\nTack.")
    assert got.status_code == 200
    mail = message_from_bytes(got.data, policy=policy.default)
    assert (mail["Bcc"], mail["To"], mail["X-Unsent"]) == ("kontakt@forening.example", None, "1")
    assert mail.get_content().splitlines() == ["Hej!", "Tack."]
    assert kim.send(address, subject=" ", text="x").status_code == 422
    assert kim.get(f"/omgangar/{board.round_id}/utskick/letters").status_code == 422
    assert kim.get(f"/omgangar/{board.round_id}/utskick/finns-inte").status_code == 404


def test_a_step_is_noted_as_done_and_taken_back(board: BoardAtWork, kim: Somebody) -> None:
    kim.send("/omgangar/sammantraden", meetings=LISTED, closed="")
    step = f"/omgangar/{board.round_id}/steg/report_ready"
    kim.send(f"/omgangar/{board.round_id}/dagar", **{"day-report_ready": "2026-11-16", "was-report_ready": ""})
    assert "Tjänsteutlåtandet klart" in kim.get("/i-dag").text
    assert kim.send(step, done="1", next="/omgangar/arshjul?ar=2026").location == "/omgangar/arshjul?ar=2026"
    assert "Tjänsteutlåtandet klart" not in kim.get("/i-dag").text
    done = one_line(kim.get("/omgangar/arshjul?ar=2026&alla=1").text)
    assert re.search("Klart Person caseworker, 20 nov 2026", done.replace("\u00a0", " "))
    kim.send(step)
    assert "Tjänsteutlåtandet klart" in kim.get("/i-dag").text
    assert kim.send(f"/omgangar/{board.round_id}/steg/closes", done="1").status_code == 422
    assert kim.send(f"/omgangar/{board.round_id}/steg/finns-inte", done="1").status_code == 404


def test_a_board_without_a_list_of_meetings_has_no_steps_on_its_first_page(board: BoardAtWork, kim: Somebody) -> None:
    kim.send(f"/omgangar/{board.round_id}/dagar", **{"day-report_ready": "2026-11-16", "was-report_ready": ""})
    assert "Tjänsteutlåtandet klart" not in kim.get("/i-dag").text


def test_who_manages_no_rounds_sees_no_year(board: BoardAtWork) -> None:
    auditor = somebody(board, Role.AUDITOR)
    assert auditor.get("/omgangar/arshjul").status_code == 403
    assert "Alla dagar" not in auditor.get(f"/omgangar/{board.round_id}").text


def test_last_years_are_written_to_however_it_went_and_not_reminded_if_they_have_applied(
    board: BoardAtWork, kim: Somebody
) -> None:
    numbers = [board.receive(clean_facts(NUMBERS[place], f"Förening {place}")).number for place in range(3)]
    for place, number in enumerate(numbers):
        board.do(contacts.set_contact, number, NewContact(email=f"{place}@forening.example", postal=""))
    board.do(cases.withdraw_case, numbers[0])
    typed = fields(kim.get(f"/omgangar/ny?fran={board.round_id}").text) | {"opens_on": "2026-11-01"}
    made = kim.send("/omgangar/ny", **typed)
    key = int(made.location.rsplit("/", 1)[1])
    for place in (0, 1):
        again = board.receive(clean_facts(NUMBERS[place], f"Förening {place}"), round_id=key)
        if place == 0:
            board.do(cases.withdraw_case, again.number)

    def to(moment: str) -> str:
        got = kim.send(f"/omgangar/{key}/utskick/{moment}", subject="x", text="y")
        return str(message_from_bytes(got.data, policy=policy.default)["Bcc"])

    assert to("invitation") == "0@forening.example, 1@forening.example, 2@forening.example"
    assert to("reminder") == "2@forening.example"
    assert to("receipt") == "1@forening.example"
