"""The queue's rows: how a case stands, whose the next step is; signed, handed over, narrowed and kept so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lxml import html

from tests.acting import acting
from tests.board import NUMBERS, BoardAtWork, clean_facts
from tests.factories import TODAY
from tests.page_fixtures import board, colleague, kim, on_that_day, somebody
from vetting.casework.domain.cases import CaseState
from vetting.casework.services import decisions
from vetting.casework.services.queue_rows import QueueRow, queue_rows
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.people.domain.reads import routine_of
from vetting.people.domain.ways_of_working import WayOfWorking

if TYPE_CHECKING:
    from tests.page_fixtures import Somebody

__all__ = ["board", "kim", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")


def row_of(board: BoardAtWork, number: str, role: Role = Role.CASEWORKER) -> QueueRow:
    with open_reading(board.database) as s:
        [found] = queue_rows(acting(s, board.staff[role]), [board.case(number)], on=TODAY)
    return found


def told(row: QueueRow) -> tuple[str, str, bool]:
    assert row.tag is not None
    assert row.next_step is not None
    return row.tag.words.to("sv").replace("\u00a0", " "), row.next_step.to("sv").replace("\u00a0", " "), row.mine


def test_a_row_says_how_its_case_stands_and_what_is_next_all_the_way(board: BoardAtWork) -> None:
    number = board.receive().number
    assert told(row_of(board, number)) == ("Inga hinder", "Granska", True)
    assert row_of(board, number).can_be_signed
    board.handle(number)
    assert told(row_of(board, number)) == ("Granskad", "Föreslå bevilja 40 000 kr", True)
    board.do(decisions.make_ready, number)
    board.propose(number)
    assert told(row_of(board, number)) == ("Klar för beslut", "Hos beslutsfattaren", False)
    assert told(row_of(board, number, Role.DECISION_MAKER)) == ("Klar för beslut", "Läs och besluta", True)


@pytest.mark.parametrize(
    ("members", "tag", "step"),
    [
        (None, "1 saknas", "Begär komplettering"),
        (3, "Ej uppfyllt", "Skriv till föreningen"),
    ],
)
def test_what_is_missing_or_not_met_is_never_a_row_to_sign(
    board: BoardAtWork, members: int | None, tag: str, step: str
) -> None:
    row = row_of(board, board.receive(clean_facts(members_total=members)).number)
    assert told(row) == (tag, step, True)
    assert not row.can_be_signed


def test_what_was_granted_before_is_the_last_grant_before_the_application(board: BoardAtWork) -> None:
    board.approve()
    again = board.receive(clean_facts(amount_applied=50_000_00), doubled_because="Ett annat ändamål.").number
    assert row_of(board, again).granted == 40_000_00
    assert row_of(board, board.receive(clean_facts(NUMBERS[1], "Andra")).number).granted is None


def ticks(page: str) -> dict[str, str]:
    boxes = html.fromstring(page).xpath("//input[@name='number'][@type='checkbox']/@value")
    return {value.partition("/")[0]: value for value in boxes}


def test_many_are_signed_at_once_and_those_that_cannot_be_are_named_with_why(board: BoardAtWork, kim: Somebody) -> None:
    clean = [board.receive(clean_facts(NUMBERS[place], f"Föreningen {place}")).number for place in range(3)]
    dark = board.receive(clean_facts(NUMBERS[3], "Föreningen utan medlemmar", members_total=None)).number
    seen = ticks(kim.get("/arenden").text)
    changed = clean[2]
    kim.send(f"/arenden/{changed}/anteckning", text="Ringde.", official="1")
    kim.send(f"/arenden/{changed}/markera", kind="basic_check")
    answer = kim.client.post(
        "/arenden/signera",
        data={"csrf_token": kim.token(), "kind": "grant", "number": [*map(seen.get, [*clean, dark])]},
    )
    assert answer.status_code == 200
    assert "Granskat: inget hinder i 2 ärenden." in answer.text
    left = html.fromstring(answer.text).xpath("//div[contains(@class,'note')]//li/a/text()")
    assert left == [changed, dark]
    assert told(row_of(board, clean[0]))[0] == "Granskad"
    assert told(row_of(board, dark))[0] == "1 saknas"


def test_many_are_proposed_at_once_with_what_they_apply_for_and_the_others_are_named(
    board: BoardAtWork, kim: Somebody
) -> None:
    came = [board.receive(clean_facts(NUMBERS[place], f"Föreningen {place}")).number for place in range(5)]
    clean = [number for number in came if row_of(board, number).can_be_signed][:3]  # the others are drawn to be read
    signed = clean[:2]
    seen = ticks(kim.get("/arenden").text)
    kim.send("/arenden/signera", kind="grant", number=[seen[number] for number in signed])
    page = kim.get("/arenden?alla=1").text
    seen = ticks(page)
    offered = html.fromstring(page).xpath("//input[@data-clear]/@value")
    assert seen[clean[2]] in offered
    assert not {seen[number] for number in signed} & {*offered}, "while some are to be signed, all of them is those"
    answer = kim.send("/arenden/foresla", kind="grant", q="Föreningen", number=[seen[number] for number in clean])
    assert answer.status_code == 200
    assert "Föreslaget: bevilja" in answer.text
    assert "i 2 ärenden. De väntar på beslut." in answer.text
    assert html.fromstring(answer.text).xpath("//div[contains(@class,'note')]//li/a/text()") == [clean[2]]
    assert 'name="q" value="Föreningen"' in answer.text, "the list is as it was narrowed"
    for number in signed:
        assert board.case(number).state == CaseState.READY
    assert board.case(clean[2]).state != CaseState.READY
    again = kim.send("/arenden/foresla", kind="grant", number=[seen[number] for number in signed])
    assert "2 ärenden hoppades över" in again.text


def test_several_go_before_the_group_at_once_and_nothing_is_done_with_none(group_board: BoardAtWork) -> None:
    board, numbers = group_board, []
    for place in range(2):
        numbers.append(board.receive(clean_facts(NUMBERS[place], f"Föreningen {place}")).number)
        board.handle(numbers[-1])
    officer = somebody(board, Role.CASEWORKER)
    page = officer.get("/arenden").text
    seen = ticks(page)
    assert "Lämna till referensgruppen" in page
    answer = officer.send("/arenden/till-gruppen", kind="grant", number=[seen[number] for number in numbers])
    assert "2 ärenden ligger hos referensgruppen" in answer.text
    assert {board.case(number).state for number in numbers} == {CaseState.REFERRED}
    for address in ("signera", "foresla", "till-gruppen"):
        told = officer.send(f"/arenden/{address}", kind="grant")
        assert "Inget ärende är ikryssat." in told.text
        assert "lämnades" not in told.text
    back = html.fromstring(told.text).xpath("//input[@name='next']/@value")
    assert {*back} == {"/arenden"}, "the language is changed on a page that can be opened"


def test_an_association_that_applies_twice_in_a_round_is_signed_on_its_page(board: BoardAtWork, kim: Somebody) -> None:
    first = board.receive(clean_facts()).number
    second = board.receive(clean_facts(), doubled_because="Ett annat ändamål.").number
    seen = ticks(kim.get("/arenden").text)
    answer = kim.send("/arenden/signera", kind="grant", number=[seen[first], seen[second]])
    assert "2 ärenden hoppades över" in answer.text
    assert f"Föreningen har en ansökan till i omgången, {second}." in answer.text


def test_the_next_case_is_the_next_of_the_list_as_it_was_narrowed(board: BoardAtWork, kim: Somebody) -> None:
    numbers = [
        board.receive(clean_facts(NUMBERS[place], f"Föreningen {place}", **unclear)).number
        for place, unclear in enumerate([{}, {"members_total": None}, {}, {}])
    ]
    routine = routine_of({}, WayOfWorking.SMALL)  # a case drawn for having its papers opened is not clear before that
    clear = next(number for number in numbers[2:] if not routine.opens_all(board.board_id, number))
    kim.get("/arenden?alla=1")
    assert f'href="/arenden/{numbers[1]}"' in kim.get(f"/arenden/{numbers[0]}").text
    kim.get("/arenden?klara=1")
    page = kim.get(f"/arenden/{numbers[0]}").text
    assert f'href="/arenden/{clear}"' in page
    assert f'href="/arenden/{numbers[1]}"' not in page


def test_a_case_is_handed_over_to_a_colleague_who_handles_such_cases_and_to_nobody_else(
    board: BoardAtWork, kim: Somebody
) -> None:
    colleague(board, Role.CASEWORKER, "lo")
    number = board.receive().number
    page = kim.get("/arenden").text
    value = ticks(page)[number]
    people = html.fromstring(page).xpath("//select[@id='officer']/option[@value!='']/@value")
    assert len(people) == 2
    before = board.case(number).officer_id
    to = next(int(key) for key in people if int(key) != before)
    assert kim.send("/arenden/lamna-over", kind="grant", number=value, officer=str(to)).status_code == 303
    assert board.case(number).officer_id == to
    for nobody in ("", "999999", str(board.staff[Role.FINANCE].id)):
        assert kim.send("/arenden/lamna-over", kind="grant", number=value, officer=nobody).status_code == 422
    assert kim.send("/arenden/lamna-over", kind="grant", officer=str(to)).status_code == 422


def test_a_list_stays_narrowed_until_somebody_says_otherwise(board: BoardAtWork, kim: Somebody) -> None:
    board.receive()
    assert kim.get("/arenden?sena=1").status_code == 200
    assert kim.get("/arenden").location == "/arenden?sena=1"
    assert kim.get("/arenden?alla=1").status_code == 200
    assert kim.get("/arenden").status_code == 200
    kim.get("/arenden?q=prov")
    assert kim.get("/arenden").status_code == 200  # a search is of its moment


def test_the_manager_sees_how_many_open_cases_each_has_by_name(board: BoardAtWork) -> None:
    numbers = [board.receive(clean_facts(NUMBERS[place], f"Föreningen {place}")).number for place in range(2)]
    for number in numbers:
        board.handle(number)
    page = somebody(board, Role.MANAGER).get("/arenden").text
    assert "Öppna ärenden per handläggare:" in page
    assert f">{board.staff[Role.CASEWORKER].name} 2</a>" in page
    assert "Öppna ärenden per handläggare:" not in somebody(board, Role.CASEWORKER).get("/arenden").text


def test_the_figures_over_the_list_are_the_rows_in_it(board: BoardAtWork, kim: Somebody) -> None:
    for place in range(3):
        board.receive(clean_facts(NUMBERS[place], f"Föreningen {place}"))
    page = html.fromstring(kim.get("/arenden?alla=1").text)
    tabs = page.xpath("//nav[@aria-label='Urval']/a")
    for tab in tabs:
        shown = int(tab.text_content().split()[-1])
        listed = html.fromstring(kim.get(tab.get("href")).text)
        assert len(listed.xpath("//table[@data-rows]//tr[not(@class)][td]")) == shown, tab.text_content()
