"""The pages of rounds: a new one with its days and its budget, its applications, and its end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from lxml import html
from sqlalchemy import select

from tests.page_fixtures import board, kim, on_that_day, one_line, somebody
from tests.rules.published import publish_draft
from tests.rules.services.guideline import CASES, GUIDELINE
from tests.sent import fields
from vetting.grants.models.rounds import Round
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.rules.models import open_rule_drafts
from vetting.rules.services import drafts

if TYPE_CHECKING:
    from tests.board import BoardAtWork
    from tests.page_fixtures import Somebody

__all__ = ["board", "kim", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")


def typed(**more: str) -> dict[str, str]:
    return {
        "name": "Startbidrag 2027",
        "opens_on": "2026-12-01",
        "closes_on": "2027-01-31",
        "decision_on": "2027-03-01",
        "budget": "1 250 000",
        "dnr": "EXN 2026/201",
    } | more


def rounds(board: BoardAtWork) -> list[Round]:
    with open_reading(board.database) as s:
        return list(s.scalars(select(Round).order_by(Round.id)))


def test_a_round_is_added_as_typed_and_stands_in_the_list(board: BoardAtWork, kim: Somebody) -> None:
    answer = kim.send("/omgangar/ny", **typed())
    assert answer.status_code == 303
    row = rounds(board)[-1]
    assert (row.name, row.opens_on.isoformat(), row.closes_on.isoformat()) == (
        "Startbidrag 2027",
        "2026-12-01",
        "2027-01-31",
    )
    assert (row.budget, row.dnr) == (1_250_000_00, "EXN 2026/201")
    listed = kim.get("/omgangar").text.replace("\u00a0", " ")
    for words in ("Startbidrag 2027", "1 dec 2026", "31 jan 2027", "1 250 000 kr", "EXN 2026/201"):
        assert words in listed


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"name": ""}, "Namnet saknas."),
        ({"name": "Verksamhetsbidrag 2027"}, "Det finns redan en omgång med det namnet."),
        ({"opens_on": "i vår"}, "”i vår” är inget datum."),
        ({"opens_on": ""}, "Dagen då omgången öppnar saknas."),
        ({"closes_on": ""}, "Sista ansökningsdag saknas."),
        ({"budget": "en miljon"}, "”en miljon” är inte ett belopp."),
        ({"closes_on": "2026-11-30"}, "Omgången slutar innan den börjar."),
    ],
)
def test_what_is_wrong_with_a_round_is_told_and_the_rest_stays(
    board: BoardAtWork, kim: Somebody, wrong: dict[str, str], told: str
) -> None:
    before = len(rounds(board))
    answer = kim.send("/omgangar/ny", **typed(**wrong))
    assert answer.status_code == 422
    assert told in answer.text
    assert 'value="EXN 2026/201"' in answer.text
    assert len(rounds(board)) == before


def test_a_round_shows_its_applications_and_takes_no_more_when_it_has_ended(board: BoardAtWork, kim: Somebody) -> None:
    number, path = board.receive().number, f"/omgangar/{board.round_id}"
    page = kim.get(path).text
    assert number in page
    assert 'name="file"' in page
    assert kim.send(f"{path}/avsluta").status_code == 303
    assert rounds(board)[0].closed_at is not None
    assert 'name="file"' not in kim.get(path).text


def test_a_round_of_nobody_is_not_found(board: BoardAtWork) -> None:
    assert somebody(board, Role.CASEWORKER).get("/omgangar/999").status_code == 404


def test_a_round_shows_one_next_step_and_who_has_the_rest(board: BoardAtWork, kim: Somebody) -> None:
    board.receive()
    key = rounds(board)[0].id
    page = kim.get(f"/omgangar/{key}").text
    assert "Handlägg 1 ansökan" in page
    assert page.count('data-variant="primary"') == 1
    auditor = somebody(board, Role.AUDITOR).get(f"/omgangar/{key}").text
    assert "Inget i omgången väntar på dig." in auditor
    assert "1 hos handläggaren" in auditor


def test_a_grant_scheme_is_added_changed_and_ended_by_its_pages(board: BoardAtWork, kim: Somebody) -> None:
    owner = somebody(board, Role.RULES_OWNER)
    assert "Inga bidragsformer än" in owner.opened("/bidragsformer")
    refused = owner.send("/bidragsformer/ny", name="", purpose="Hyra", ruleset="")
    assert refused.status_code == 422
    assert "Namnet saknas." in refused.text
    assert "Hyra" in refused.text
    made = owner.send("/bidragsformer/ny", name="Lokalbidrag", purpose="Hyra och värme", ruleset="")
    assert made.status_code == 303
    page = owner.opened(made.location)
    for words in ("Lokalbidrag", "Hyra och värme", "(gemensamma)", "Inga omgångar än."):
        assert words in page
    assert owner.send("/bidragsformer/ny", name="Hund", ruleset="finns-inte").status_code == 422
    owner.send(made.location, name="Lokalstöd", purpose="Hyra", ruleset="")
    assert "Lokalstöd" in owner.opened("/bidragsformer")
    owner.send(f"{made.location}/avsluta")
    assert "Erbjuds inte längre" in owner.opened(made.location)
    assert "Lokalstöd" not in kim.get("/omgangar/ny").text
    assert kim.send("/bidragsformer/ny", name="Eget", purpose="", ruleset="").status_code == 403


def test_a_scheme_keeps_its_choice_when_its_draft_is_thrown_away(board: BoardAtWork) -> None:
    owner = somebody(board, Role.RULES_OWNER)
    key = board.do(drafts.take_in, GUIDELINE.encode(), CASES.encode(), role=Role.RULES_OWNER).id
    made = owner.send("/bidragsformer/ny", name="Hundkulturbidrag", purpose="", ruleset="hundkultur-2027")
    board.do(drafts.discard_rule_draft, key, role=Role.RULES_OWNER)
    assert re.search(r'<option value="hundkultur-2027"\s+selected', owner.opened(made.location))


def test_a_round_is_for_a_scheme_and_its_form_asks_by_the_schemes_rules(board: BoardAtWork, kim: Somebody) -> None:
    owner = somebody(board, Role.RULES_OWNER)
    board.do(drafts.take_in, GUIDELINE.encode(), CASES.encode(), role=Role.RULES_OWNER)
    made = owner.send("/bidragsformer/ny", name="Hundkulturbidrag", purpose="", ruleset="hundkultur-2027")
    assert "Egna regler som inte gäller i dag" in owner.opened(made.location)
    assert "Egna regler som inte gäller i dag" in owner.opened("/regler")
    key = made.location.rsplit("/", 1)[1]
    answer = kim.send("/omgangar/ny", **typed(opens_on="2026-11-01", schemes=key))
    assert answer.status_code == 303
    assert "Hundkulturbidrag" in kim.get(answer.location).text
    into = rounds(board)[-1].id
    assert "Antal hundar" not in kim.get("/arenden/ny").text
    with open_reading(board.database) as s:
        [waiting] = open_rule_drafts(s, board.board_id)
    review = somebody(board, Role.MANAGER).opened(f"/regler/utkast/{waiting.id}/granska")
    assert "Gäller bara Hundkulturbidrag." in review
    publish_draft(board, waiting.id)
    asked = kim.get(f"/arenden/ny?omgang={into}").text
    assert "Antal hundar" in asked
    assert re.search(f'<option value="{into}"\\s+selected', asked)
    plain = kim.get("/arenden/ny").text
    assert "Antal hundar" not in plain
    assert f'<option value="{into}"' not in plain
    assert "Byt till Startbidrag 2027 (andra frågor)" in plain
    wrong = kim.send("/arenden/ny", **{"f-name_in_application": "Hundklubben Nosen", "round_id": str(into)})
    assert wrong.status_code == 422
    assert kim.get("/arenden/ny?omgang=" + "9" * 30).status_code == 200
    assert "Riktlinjer för hundkultur 2027" in owner.opened("/regler")
    sent = kim.send(
        f"/arenden/ny?omgang={into}",
        **{"f-name_in_application": "Hundklubben Nosen", "f-dogs_in_activity": "1", "round_id": str(into)},
    )
    assert "Minst två hundar" in kim.get(sent.location).text


def test_the_menu_marks_schemes_on_their_pages_and_rounds_on_theirs(board: BoardAtWork, kim: Somebody) -> None:
    made = somebody(board, Role.RULES_OWNER).send("/bidragsformer/ny", name="Lokalbidrag", purpose="", ruleset="")

    def marked(path: str) -> list[str]:
        return [
            link.get("href") for link in html.fromstring(kim.get(path).text).xpath("//nav//a[@aria-current='page']")
        ]

    menus = 2  # the row, and the menu of a phone
    assert marked("/omgangar") == ["/omgangar"] * menus
    assert marked(f"/omgangar/{board.round_id}") == ["/omgangar"] * menus
    assert marked(made.location) == ["/regler"] * menus
    assert marked("/bidragsformer") == ["/regler"] * menus + ["/bidragsformer"]


def test_budget_lines_are_added_changed_and_chosen_for_a_rounds_schemes(board: BoardAtWork, kim: Somebody) -> None:
    made = somebody(board, Role.RULES_OWNER).send("/bidragsformer/ny", name="Lokalbidrag", purpose="", ruleset="")
    key = made.location.rsplit("/", 1)[1]
    wrong = kim.send("/omgangar/budget", name="", year="1", amount="1 650 000", account="4520-1310")
    assert wrong.status_code == 422
    assert "Namnet saknas." in wrong.text
    assert "1 är inget budgetår." in wrong.text
    assert 'value="4520-1310"' in wrong.text
    line = {"name": "Föreningsstöd", "year": "2027", "amount": "1 650 000", "account": "4520-1310"}
    assert kim.send("/omgangar/budget", **line, preliminary="1").status_code == 303
    assert kim.send("/omgangar/budget", **line).status_code == 422
    listed = kim.get("/omgangar/budget").text.replace("\u00a0", " ")
    assert "1 650 000 kr (preliminär)" in " ".join(listed.split())
    form = kim.get("/omgangar/ny").text
    assert "Budgetrad för Lokalbidrag" in form
    answer = kim.send("/omgangar/ny", **typed(schemes=key, **{f"line-{key}": "1"}))
    assert answer.status_code == 303
    assert "Föreningsstöd 2027" in kim.get(answer.location).text
    assert kim.send("/omgangar/budget/1", **(line | {"year": "2028"})).status_code == 422
    assert kim.send("/omgangar/budget/1", **(line | {"amount": "1 700 000"})).status_code == 303
    again = " ".join(kim.get("/omgangar/budget").text.replace("\u00a0", " ").split())
    assert "1 700 000 kr</td>" in again
    assert kim.send("/omgangar/budget/1/avsluta").status_code == 303
    assert "Används inte längre" in kim.get("/omgangar/budget").text
    assert "Budgetrad för" not in kim.get("/omgangar/ny").text
    for method in (kim.get, kim.send):
        assert method("/omgangar/budget/99").status_code == 404


def test_last_years_round_is_copied_with_its_days_a_year_later(board: BoardAtWork, kim: Somebody) -> None:
    address = f"/omgangar/ny?fran={board.round_id}"
    typed = fields(kim.get(address).text)
    assert typed["name"] == "Verksamhetsbidrag 2028"
    assert (typed["opens_on"], typed["closes_on"]) == ("2027-08-31", "2027-11-30")
    assert (typed["decision_on"], typed["report_on"]) == ("2027-12-17", "2028-12-31")
    refused = kim.send(address, **{**typed, "name": ""})
    assert refused.status_code == 422
    assert "En kopia av Verksamhetsbidrag 2027" in refused.text
    made = kim.send(address, **{**typed, "closes_at": "kl 16", "notice_on": "2027-12-28"})
    assert made.status_code == 303, made.text
    page = one_line(kim.get(made.location).text).replace("\u00a0", " ")
    assert "30 nov 2027 kl. 16.00" in page
    assert "<dt>Anslag av protokollet</dt><dd>28 dec 2027</dd>" in page


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
