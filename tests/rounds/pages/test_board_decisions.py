"""The board's decision on a round: entered once, row by row, changed by exception, put up, told to all, and paid."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, timedelta
from email import message_from_bytes
from typing import TYPE_CHECKING, Any

import pypdfium2
import pytest
from sqlalchemy import delete, select, update

from tests.acting import acting
from tests.board import rules
from tests.factories import NOW, TODAY
from tests.formats.test_document_merging import extract
from tests.grants.board_rounds import plain, three_that_wait
from tests.page_fixtures import board, colleague, kim, on_that_day, somebody
from tests.sent import fields
from vetting import clock
from vetting.casework.domain.records import RecordKind
from vetting.casework.models.cases import Case
from vetting.casework.models.decisions import Decision, DecisionEvent
from vetting.casework.models.letters import Letter
from vetting.casework.services import decisions
from vetting.casework.services.cases import withdraw_case
from vetting.casework.services.decisions import DecisionProposal
from vetting.grants.models.board_items import ItemDecision, RowRuling
from vetting.kernel.decision_outcomes import DecisionGround, DecisionOutcome
from vetting.kernel.problem import Refused
from vetting.kernel.roles import Role
from vetting.kernel.store.jobs import claim_next_job
from vetting.kernel.store.session import open_reading, open_technical
from vetting.money.models.payments import Payment
from vetting.money.services import payments
from vetting.operations.jobs.worker import Worker
from vetting.people.models.delegation import Delegation
from vetting.records.services import records
from vetting.rounds.pages import board_decisions
from vetting.rounds.services import round_letters

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.board import BoardAtWork
    from tests.page_fixtures import Somebody

__all__ = ["board", "kim", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")
PDF = b"%PDF-1.7\n%%EOF\n"


@pytest.fixture
def numbers(board: BoardAtWork) -> list[str]:
    """Three that are proposed, and one that is not."""
    return three_that_wait(board)


def enter(maker: Somebody, board: BoardAtWork, rows: list[str], **more: Any) -> str:
    """The page after the decision on some rows is entered."""
    answer = maker.client.post(
        f"/omgangar/{board.round_id}/arende/beslut",
        data={
            "csrf_token": maker.token(),
            "met_on": TODAY.isoformat(),
            "paragraph": "§ 47",
            "free": "1",
            "row": rows,
            **more,
        },
    )
    return plain(answer.get_data(as_text=True))


def boxes(maker: Somebody, board: BoardAtWork) -> dict[str, str]:
    """Number -> the value of its box, as it stands on the page."""
    page = plain(maker.get(f"/omgangar/{board.round_id}/arende").text)
    return {value.partition("/")[0]: value for value in re.findall(r'name="row" value="([^"]+)"', page)}


def kept(board: BoardAtWork, table: Any) -> list[Any]:
    with open_reading(board.database) as s:
        return list(s.scalars(select(table).order_by(table.id)))


def test_the_boards_decision_is_entered_once_and_what_is_held_is_named(
    board: BoardAtWork, kim: Somebody, numbers: list[str]
) -> None:
    maker = somebody(board, Role.DECISION_MAKER)
    assert "Paragrafen saknas." in enter(maker, board, [f"{numbers[0]}/1"], paragraph="")
    assert "Sammanträdesdagen saknas." in enter(maker, board, [f"{numbers[0]}/1"], met_on="")
    tomorrow = (TODAY + timedelta(days=1)).isoformat()
    assert "Sammanträdet har inte hållits än." in enter(maker, board, [f"{numbers[0]}/1"], met_on=tomorrow)
    held = enter(maker, board, [f"{numbers[0]}/1"], free="")
    assert "0 ansökningar är beslutade" in held
    assert "1 ansökan är kvar" in held
    assert not kept(board, ItemDecision)
    absent = {"absent": "Eva Exempel (jäv)", "reserved": "Parti X mot att Beta får bidrag", "at_once": "1"}
    assert "2 ansökningar är beslutade" in enter(maker, board, [f"{number}/1" for number in numbers[:2]], **absent)
    page = plain(maker.get(f"/omgangar/{board.round_id}/arende").text)
    assert "1 ansökan är klar för beslut." in page
    assert f'value="{numbers[2]}/1/0"' in page
    made = kept(board, Decision)
    assert {(row.maker, row.paragraph, row.delegation_point) for row in made} == {("board", "§ 47", "")}
    record = kept(board, ItemDecision)[0]
    assert {row.item_decision_id for row in made} == {record.id}
    told = plain(kim.get(f"/namndens-beslut/{record.id}").text)
    for words in ("Eva Exempel (jäv)", "Parti X mot att Beta får bidrag", "2 beviljas, med sammanlagt 55 000 kr."):
        assert words in told
    assert kim.send(f"/omgangar/{board.round_id}/arende/beslut", row=f"{numbers[2]}/1").status_code == 403


def test_a_row_that_is_entered_later_is_of_the_same_decision(board: BoardAtWork, numbers: list[str]) -> None:
    maker = somebody(board, Role.DECISION_MAKER)
    enter(maker, board, [f"{numbers[0]}/1"])
    enter(maker, board, [f"{numbers[1]}/1"], paragraph=" §  47 ")
    assert len(kept(board, ItemDecision)) == 1
    assert {row.item_decision_id for row in kept(board, Decision)} == {kept(board, ItemDecision)[0].id}


def test_a_proposal_that_changed_or_is_younger_than_the_meeting_is_not_decided(
    board: BoardAtWork, numbers: list[str]
) -> None:
    maker = somebody(board, Role.DECISION_MAKER)
    draft = DecisionProposal(
        outcome=DecisionOutcome.PARTLY_APPROVED, amount=20_000_00, reasons="Mer.", grounds=(DecisionGround.PRIORITY,)
    )
    board.do(decisions.propose_decision, numbers[1], draft, version=None)
    assert "Förslaget ändrades medan du läste." in enter(maker, board, [f"{numbers[1]}/1"])
    yesterday = (TODAY - timedelta(days=1)).isoformat()
    assert "Förslaget skrevs efter sammanträdet" in enter(maker, board, [f"{numbers[0]}/1"], met_on=yesterday)
    assert not kept(board, Decision)


def test_the_day_of_the_decision_is_the_meetings(
    board: BoardAtWork, numbers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=3))
    maker = somebody(board, Role.DECISION_MAKER)
    days = {
        "adjusted_on": (TODAY + timedelta(days=1)).isoformat(),
        "notice_on": (TODAY + timedelta(days=2)).isoformat(),
    }
    assert "1 ansökan är beslutad" in enter(maker, board, [f"{numbers[0]}/1"], **days)
    assert [row.decided_on for row in kept(board, Decision)] == [TODAY]
    assert [(row.what, row.on) for row in kept(board, DecisionEvent)] == [("announced", TODAY + timedelta(days=2))]
    wrong = enter(maker, board, [f"{numbers[1]}/1"], notice_on=TODAY.isoformat(), adjusted_on=days["adjusted_on"])
    assert "Anslaget kan inte ha satts upp den dagen" in wrong


def test_what_the_board_changed_is_decided_with_its_own_reasons(board: BoardAtWork, numbers: list[str]) -> None:
    maker = somebody(board, Role.DECISION_MAKER)
    address = f"/omgangar/{board.round_id}/arende"
    assert "Föreslaget: Bevilja delvis, 15 000 kr." in plain(maker.get(f"{address}/{numbers[1]}").text)
    changed = {"what": "granted", "amount": "12 500", "reasons": "Nämnden vill att fler får del."}
    for wrong, told in (
        ({"amount": "15000"}, "Beloppet är det som föreslogs."),
        ({"amount": "50000"}, "Beloppet är större än det sökta."),
        ({"amount": ""}, "Beloppet saknas."),
        ({"reasons": ""}, "Skälen saknas."),
        ({"what": ""}, "Inget är valt."),
    ):
        answer = maker.send(f"{address}/{numbers[1]}", **changed | wrong)
        assert answer.status_code == 422
        assert told in plain(answer.text)
    assert maker.send(f"{address}/{numbers[1]}", **changed).status_code == 303
    assert maker.send(f"{address}/{numbers[2]}", what="sent_back", reasons="Hör föreningen.").status_code == 303
    assert maker.send(f"{address}/{numbers[0]}", what="refused", reasons="Går före.").status_code == 303
    assert maker.send(f"{address}/{numbers[0]}/som-foreslaget").status_code == 303
    page = plain(maker.get(address).text)
    assert "Annat belopp, 12 500 kr" in page
    assert "Återremitterat" in page
    stale = enter(maker, board, [f"{number}/1" for number in numbers[1:]])
    assert "0 ansökningar är beslutade" in stale, "who has not read what the board changed does not enter it"
    assert "2 ansökningar är kvar" in stale
    told = enter(maker, board, [*boxes(maker, board).values()])
    assert "2 ansökningar är beslutade" in told
    assert "1 ansökan är återremitterad" in told
    made = {row.case_id: row for row in kept(board, Decision)}
    states = {row.number: (row.id, row.state.value) for row in kept(board, Case)}
    beta = made[states[numbers[1]][0]]
    assert (beta.outcome, beta.amount, beta.reasons) == ("partly_approved", 12_500_00, "Nämnden vill att fler får del.")
    assert made[states[numbers[0]][0]].amount == 40_000_00
    assert states[numbers[2]][1] == "in_progress"
    assert not kept(board, RowRuling)
    assert kept(board, ItemDecision)[0].sent_back == [f"{numbers[2]} Hör föreningen."]


def test_a_tabled_row_waits_as_it_is_for_a_later_meeting_and_a_vote_is_told(
    board: BoardAtWork, numbers: list[str]
) -> None:
    maker = somebody(board, Role.DECISION_MAKER)
    address = f"/omgangar/{board.round_id}/arende/{numbers[1]}"
    assert maker.send(address, what="tabled", reasons="Till nästa sammanträde.").status_code == 303
    told = enter(maker, board, [*boxes(maker, board).values()], voted="Gamma: 7 ja, 4 nej.")
    assert "2 ansökningar är beslutade" in told
    assert "1 ansökan är bordlagd" in told
    record = kept(board, ItemDecision)[0]
    assert (record.tabled, record.sent_back) == ([f"{numbers[1]} Till nästa sammanträde."], [])
    assert {row.state.value for row in kept(board, Case) if row.number == numbers[1]} == {"ready"}
    again = enter(maker, board, [*boxes(maker, board).values()])
    assert "0 ansökningar är beslutade" in again, "the meeting that tabled it has not decided it"
    assert "Ansökan bordlades vid det här sammanträdet." in again
    page = plain(maker.get(f"/namndens-beslut/{record.id}").text)
    assert "Till nästa sammanträde." in page
    assert "7 ja, 4 nej" in page
    assert "1 ansökan är beslutad" in enter(maker, board, [*boxes(maker, board).values()], paragraph="§ 12")


def test_the_whole_item_is_sent_back_at_once(board: BoardAtWork, numbers: list[str]) -> None:
    maker = somebody(board, Role.DECISION_MAKER)
    address = f"/omgangar/{board.round_id}/arende/aterremiss"
    typed = {"met_on": TODAY.isoformat(), "paragraph": "§ 9", "reasons": "Räkna om med nya poäng."}
    assert maker.send(address, **typed | {"reasons": ""}).status_code == 422
    assert "3 ansökningar är återremitterade" in plain(maker.send(address, **typed).text)
    assert {row.state.value for row in kept(board, Case) if row.number in numbers} == {"in_progress"}
    assert not kept(board, Decision)
    assert "Ärendet är återremitterat." in plain(maker.get(f"/omgangar/{board.round_id}/arende").text)
    page = plain(maker.get(f"/namndens-beslut/{kept(board, ItemDecision)[0].id}").text)
    assert "Hela ärendet återremitterades." in page
    for offered in ("Lista att publicera", "överklagande", "Protokollsutdrag"):  # what is sent back is not appealed
        assert offered not in page.split("<main")[1]


def test_minutes_are_noted_once_for_all_rows(board: BoardAtWork, kim: Somebody, numbers: list[str]) -> None:
    maker = somebody(board, Role.DECISION_MAKER)
    enter(maker, board, [f"{number}/1" for number in numbers])
    address = f"/namndens-beslut/{kept(board, ItemDecision)[0].id}"
    day = TODAY.isoformat()
    assert maker.send(f"{address}/protokoll", adjusted_on=day).status_code == 403
    assert kim.send(f"{address}/protokoll", adjusted_on=day).status_code == 303
    assert not kept(board, DecisionEvent)
    assert kim.send(f"{address}/protokoll", adjusted_on=day, notice_on=day).status_code == 303
    assert [row.what.value for row in kept(board, DecisionEvent)] == ["announced"] * 3
    again = kim.send(f"{address}/protokoll", adjusted_on=day, notice_on="")
    assert "Anslaget är redan antecknat" in plain(again.text)
    assert "Kan överklagas till och med" in plain(kim.get(address).text)
    lo = colleague(board, Role.CASEWORKER, "lo")
    lo.send(f"/arenden/{numbers[0]}/jav", ground="close_person")
    assert lo.send(f"{address}/protokoll", adjusted_on=day, notice_on=day).status_code == 403


def test_letters_for_all_go_with_the_extract(board: BoardAtWork, kim: Somebody, numbers: list[str]) -> None:
    maker = somebody(board, Role.DECISION_MAKER)
    enter(maker, board, [f"{number}/1" for number in numbers])
    address = f"/namndens-beslut/{kept(board, ItemDecision)[0].id}"
    early = kim.send(f"{address}/brev")
    assert early.status_code == 422
    assert "Utdraget ur protokollet är inte inlämnat" in plain(early.text)
    for content, name, told in (
        (b"PK\x03\x04", "utdrag.pdf", "av en typ som inte tas emot"),
        (b"\x89PNG\r\n\x1a\n", "utdrag.png", "Protokollsutdraget är ingen PDF."),
    ):
        wrong = kim.send(f"{address}/protokollsutdrag", extract=(content, name))
        assert wrong.status_code == 422
        assert told in plain(wrong.text)
    assert kim.send(f"{address}/protokollsutdrag", extract=(PDF, "§ 47.pdf")).status_code == 303
    assert kim.get(f"{address}/protokollsutdrag.pdf").data == PDF
    assert kim.send(f"{address}/brev").status_code == 303
    assert "Pågår" in kim.get(address).text
    assert Worker(board.database, rules(), clock.now).run_next()
    page = plain(kim.get(address).text)
    assert "3 är skrivna, 0 har skickats, av 3." in page
    letters = kept(board, Letter)
    assert {row.kind.value for row in letters} == {"approval", "partial", "refusal"}
    for row in letters:
        assert "Ett utdrag ur protokollet följer med brevet." in row.lines
        assert any("§ 47" in line for line in row.lines)
    assert "Alla brev är skrivna." in plain(kim.send(f"{address}/brev").text)
    assert "Brev att skicka, 3" in plain(kim.get(f"/brev?beslut={address.rsplit('/', 1)[-1]}").text)
    assert "Inga brev väntar" in plain(kim.get("/brev?beslut=999").text)
    zipped = kim.client.post("/brev/hamta", data={"csrf_token": kim.token(), "letter": [row.id for row in letters]})
    with zipfile.ZipFile(io.BytesIO(zipped.data)) as bundle:
        names = bundle.namelist()
        drafts = [message_from_bytes(bundle.read(name)) for name in names if name.endswith(".eml")]
    attached = [[part.get_filename() for part in draft.walk() if part.get_filename()] for draft in drafts]
    assert all("protokollsutdrag.pdf" in found for found in attached)
    assert drafts or any(name.startswith("protokollsutdrag") for name in names)


def test_the_item_and_its_extract_are_records_of_each_case_in_them(
    board: BoardAtWork, kim: Somebody, numbers: list[str]
) -> None:
    kim.send(f"/omgangar/{board.round_id}/arende/skickat")
    enter(somebody(board, Role.DECISION_MAKER), board, [f"{numbers[0]}/1"])

    def of_meeting(number: str) -> list[tuple[str, str, str, bytes]]:
        with open_reading(board.database) as s:
            by = board.staff[Role.CASEWORKER]
            found = [
                one
                for one in records.records_of_case(acting(s, by), board.case(number))
                if one.place.kind in {RecordKind.ITEM, RecordKind.EXTRACT}
            ]
            files = records.files_of_records(acting(s, by), found)
            return [(one.title.sv, one.status, file[1], file[2][:4]) for one, file in zip(found, files, strict=True)]

    item = ("Ärende till nämnden", "sent", "docx", b"PK\x03\x04")
    assert of_meeting(numbers[0]) == [item]
    path = f"/namndens-beslut/{kept(board, ItemDecision)[0].id}"
    assert kim.send(f"{path}/protokollsutdrag", extract=(PDF, "utdrag.pdf")).status_code == 303
    assert of_meeting(numbers[0]) == [item, ("Protokollsutdrag § 47", "arrived", "pdf", b"%PDF")]
    assert of_meeting(numbers[1]) == [item], "it went to the board, which has not decided it"


def test_two_workers_with_the_same_list_write_each_letter_once(
    board: BoardAtWork, kim: Somebody, numbers: list[str]
) -> None:
    """As when one was thought lost: the other has read the list before the first has written anything."""
    enter(somebody(board, Role.DECISION_MAKER), board, [f"{number}/1" for number in numbers])
    address = f"/namndens-beslut/{kept(board, ItemDecision)[0].id}"
    assert kim.send(f"{address}/protokollsutdrag", extract=(PDF, "§ 47.pdf")).status_code == 303
    assert kim.send(f"{address}/brev").status_code == 303
    job = claim_next_job(board.database, clock.now())
    assert job is not None

    def write(heard: Callable[[int, int], bool]) -> dict[str, Any]:
        return round_letters.write_letters(board.database, job, at=clock.now(), heard=heard)

    def meanwhile(done: int, _total: int) -> bool:
        if done == 0:
            assert write(lambda _done, _total: True)["left"] == []
        return True

    assert write(meanwhile)["left"] == []
    assert len(kept(board, Letter)) == len(numbers)


def test_what_is_printed_has_the_extract_behind_each_letter(
    board: BoardAtWork, kim: Somebody, numbers: list[str]
) -> None:
    enter(somebody(board, Role.DECISION_MAKER), board, [f"{number}/1" for number in numbers])
    address = f"/namndens-beslut/{kept(board, ItemDecision)[0].id}"
    assert kim.send(f"{address}/protokollsutdrag", extract=(extract(1), "utdrag.pdf")).status_code == 303
    kim.send(f"{address}/brev")
    assert Worker(board.database, rules(), clock.now).run_next()
    papers = [row.id for row in kept(board, Letter) if not row.email]
    zipped = kim.client.post("/brev/hamta", data={"csrf_token": kim.token(), "letter": papers})
    with zipfile.ZipFile(io.BytesIO(zipped.data)) as bundle:
        [name] = bundle.namelist()
        printed = pypdfium2.PdfDocument(bundle.read(name))
    assert name == f"att-skriva-ut {TODAY} _ 47.pdf"
    texts = [page.get_textpage().get_text_bounded() for page in printed]
    assert papers
    assert sum("§ 47" in text and "Stycke 0" in text for text in texts) == len(papers)


def test_nothing_is_paid_before_the_extract_is_there(board: BoardAtWork, kim: Somebody, numbers: list[str]) -> None:
    enter(somebody(board, Role.DECISION_MAKER), board, [f"{numbers[0]}/1"])
    board.ready_to_pay()
    key = kept(board, Payment)[0].id
    paid = {"paid_on": TODAY, "version": None, "role": Role.FINANCE}
    with pytest.raises(Refused) as refused:
        board.do(payments.mark_paid, key, **paid)
    assert "protokoll-bilagt" in [problem.where for problem in refused.value.problems]
    kim.send(f"/namndens-beslut/{kept(board, ItemDecision)[0].id}/protokollsutdrag", extract=(PDF, "utdrag.pdf"))
    assert board.do(payments.mark_paid, key, **paid).paid_on == TODAY


def test_another_boards_decision_is_not_there(board: BoardAtWork, kim: Somebody) -> None:
    assert board.round_id
    for path in ("", "/protokollsutdrag.pdf"):
        assert kim.get(f"/namndens-beslut/77{path}").status_code == 404
    assert kim.send("/namndens-beslut/77/protokoll", adjusted_on=date(2026, 1, 1).isoformat()).status_code == 404


def test_what_the_board_changed_says_nothing_of_another_proposal(board: BoardAtWork, numbers: list[str]) -> None:
    maker = somebody(board, Role.DECISION_MAKER)
    address = f"/omgangar/{board.round_id}/arende/{numbers[1]}"
    maker.send(address, what="granted", amount="12 500", reasons="Första mötet.")
    board.do(decisions.declare_no_conflict, numbers[1], role=Role.DECISION_MAKER)
    with pytest.raises(Refused) as refused:
        board.decide(numbers[1])
    assert "Nämnden har ändrat raden" in refused.value.problems[0].what.sv
    board.do(decisions.send_back, numbers[1])
    assert not kept(board, RowRuling)
    board.do(decisions.make_ready, numbers[1])
    enter(maker, board, [boxes(maker, board)[numbers[1]]], paragraph="§ 90")
    assert kept(board, Decision)[0].amount == 15_000_00


def test_the_board_decides_on_what_was_sent_to_it(board: BoardAtWork, kim: Somebody, numbers: list[str]) -> None:
    maker = somebody(board, Role.DECISION_MAKER)
    kim.send(f"/omgangar/{board.round_id}/arende/skickat")
    more = DecisionProposal(
        outcome=DecisionOutcome.PARTLY_APPROVED, amount=20_000_00, reasons="Mer.", grounds=(DecisionGround.PRIORITY,)
    )
    board.do(decisions.propose_decision, numbers[1], more, version=None)
    told = enter(maker, board, [boxes(maker, board)[numbers[1]]])
    assert "Förslaget är ett annat än det som skickades till nämnden." in told
    assert not kept(board, Decision)


def test_what_was_sent_can_be_entered_when_its_proposal_was_saved_again(
    board: BoardAtWork, kim: Somebody, numbers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kim.send(f"/omgangar/{board.round_id}/arende/skickat")
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=2))
    same = DecisionProposal(
        outcome=DecisionOutcome.PARTLY_APPROVED, amount=15_000_00, reasons="Rättat.", grounds=(DecisionGround.PRIORITY,)
    )
    board.do(decisions.propose_decision, numbers[1], same, version=None, at=NOW + timedelta(days=2))
    maker = somebody(board, Role.DECISION_MAKER)
    assert "1 ansökan är beslutad" in enter(maker, board, [boxes(maker, board)[numbers[1]]])
    assert kept(board, Decision)[0].decided_on == TODAY


def test_a_refusal_that_the_board_grants_holds_open_what_grants_do(board: BoardAtWork, numbers: list[str]) -> None:
    maker = somebody(board, Role.DECISION_MAKER)
    address = f"/omgangar/{board.round_id}/arende/{numbers[2]}"
    again = maker.send(address, what="refused", reasons="Andra skäl.")
    assert "Ansökan är redan föreslagen till avslag" in plain(again.text)
    maker.send(address, what="granted", amount="5000", reasons="Nämnden vill pröva dem ett år.")
    assert "1 ansökan är beslutad" in enter(maker, board, [boxes(maker, board)[numbers[2]]])
    [made] = kept(board, Decision)
    assert (made.outcome, made.amount, made.grounds) == ("partly_approved", 5_000_00, ["priority"])
    assert {"stop", "reclaim"} <= set(made.reservations)


def test_a_delegate_enters_no_meetings_decision(board: BoardAtWork, numbers: list[str]) -> None:
    with open_technical(board.database) as session:
        session.execute(delete(Delegation).where(Delegation.maker == "board"))
    told = enter(somebody(board, Role.DECISION_MAKER), board, [f"{numbers[0]}/1"])
    assert "Du får inte skriva in nämndens eller ett utskotts beslut." in told
    assert not kept(board, Decision)


def test_what_is_told_of_the_meeting_with_a_later_row_counts_for_all(board: BoardAtWork, numbers: list[str]) -> None:
    maker = somebody(board, Role.DECISION_MAKER)
    enter(maker, board, [f"{numbers[0]}/1"], absent="Eva Exempel")
    day = TODAY.isoformat()
    assert "1 ansökan är beslutad" in enter(maker, board, [f"{numbers[1]}/1"], adjusted_on=day, notice_on=day)
    assert [row.what.value for row in kept(board, DecisionEvent)] == ["announced"] * 2
    assert (kept(board, ItemDecision)[0].absent, kept(board, ItemDecision)[0].notice_on) == ("Eva Exempel", TODAY)
    other = enter(maker, board, [f"{numbers[2]}/1"], absent="Någon annan")
    assert "För sammanträdet är något annat redan antecknat i fältet." in other


def test_a_row_that_no_longer_waits_is_named_and_one_sent_back_is_hidden_from_who_left_it(
    board: BoardAtWork, numbers: list[str]
) -> None:
    maker = somebody(board, Role.DECISION_MAKER)
    board.do(decisions.send_back, numbers[1])
    told = enter(maker, board, [f"{number}/1" for number in numbers[:2]])
    assert "1 ansökan är beslutad" in told
    assert "Ansökan väntar inte längre på nämndens beslut." in told
    maker.send(f"/omgangar/{board.round_id}/arende/{numbers[2]}", what="sent_back", reasons="Hemligt skäl.")
    enter(maker, board, [boxes(maker, board)[numbers[2]]])
    path = f"/namndens-beslut/{kept(board, ItemDecision)[0].id}"
    lo = colleague(board, Role.CASEWORKER, "lo")
    assert "Hemligt skäl." in plain(lo.get(path).text)
    for number in (numbers[0], numbers[2]):
        lo.send(f"/arenden/{number}/jav", ground="close_person")
    page = plain(lo.get(path).text)
    assert "Hemligt skäl." not in page
    assert "1 ansökan som du inte deltar i är inte med." in page


def test_an_extract_that_has_gone_out_is_not_replaced(board: BoardAtWork, kim: Somebody, numbers: list[str]) -> None:
    enter(somebody(board, Role.DECISION_MAKER), board, [f"{numbers[0]}/1"])
    path = f"/namndens-beslut/{kept(board, ItemDecision)[0].id}"
    for content in (PDF, PDF + b"%"):
        assert kim.send(f"{path}/protokollsutdrag", extract=(content, "utdrag.pdf")).status_code == 303
    kim.send(f"{path}/brev")
    Worker(board.database, rules(), clock.now).run_next()
    kim.send(f"/arenden/{numbers[0]}/kontakt", email="kontakt@forening.example", postal="")
    with open_technical(board.database) as session:
        session.execute(update(Letter).values(sent_at=NOW, sent_by="hand"))
    assert "så det kan inte bytas ut" in plain(kim.send(f"{path}/protokollsutdrag", extract=(PDF, "nytt.pdf")).text)


def test_nothing_that_is_over_is_offered_once_the_round_is_decided(
    board: BoardAtWork, kim: Somebody, numbers: list[str]
) -> None:
    item, sheet = (f"/omgangar/{board.round_id}/{part}" for part in ("arende", "fordelning"))
    before = plain(kim.get(item).text)
    assert "Hämta som Word" in before
    assert "rangordnats" not in before  # nobody has given any points
    assert "3 av 4 ansökningar har prövats mot nämndens krav." in before
    assert "Spara sidan" in kim.get(sheet).text
    other = next(row for row in kept(board, Case) if row.number not in numbers)
    board.do(withdraw_case, other.number)
    enter(somebody(board, Role.DECISION_MAKER), board, [f"{number}/1" for number in numbers])
    after = plain(kim.get(item).text)
    assert "Alla förslag som lämnats är beslutade." in after
    assert "Hämta som Word" not in after
    told = kim.get(sheet).text
    assert "Alla rader är beslutade eller återkallade." in told
    assert "Föreslaget eller beviljat till" in told
    for words in ("Spara sidan", "Klistra in poäng", "Tillbaka från Excel", "Arbetsmaterial"):
        assert words not in told


def test_many_rows_are_entered_some_at_a_time_with_what_was_typed_of_the_meeting(
    board: BoardAtWork, numbers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board_decisions, "AT_A_TIME", 2)
    maker = somebody(board, Role.DECISION_MAKER)
    page = enter(maker, board, list(boxes(maker, board).values()), reserved="Parti X")
    assert "2 ansökningar är beslutade" in plain(page)
    assert "1 beslut är inte inskrivet än." in plain(page)
    told = plain(maker.send(f"/omgangar/{board.round_id}/arende/beslut", **fields(page)).text)
    assert "1 ansökan är beslutad" in told
    assert "inskriven" not in told
    (record,) = kept(board, ItemDecision)
    assert record.reserved == "Parti X"
    assert len(kept(board, Decision)) == len(numbers)
    assert {row.item_decision_id for row in kept(board, Decision)} == {record.id}


def test_a_whole_item_that_is_sent_back_goes_some_rows_at_a_time(
    board: BoardAtWork, numbers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board_decisions, "AT_A_TIME", 2)
    maker = somebody(board, Role.DECISION_MAKER)
    address = f"/omgangar/{board.round_id}/arende/aterremiss"
    page = maker.send(address, met_on=TODAY.isoformat(), paragraph="§ 9", reasons="Bered mer.").text
    assert "1 beslut är inte inskrivet än." in plain(page)
    assert "1 ansökan är återremitterad" in plain(maker.send(address, **fields(page)).text)
    (record,) = kept(board, ItemDecision)
    assert len(record.sent_back) == len(numbers)


def test_what_is_sent_back_was_before_the_meeting_and_what_holds_many_rows_is_said_once(
    board: BoardAtWork, numbers: list[str]
) -> None:
    maker = somebody(board, Role.DECISION_MAKER)
    before = (TODAY - timedelta(days=3)).isoformat()
    ruled = f"/omgangar/{board.round_id}/arende/{numbers[0]}"
    assert maker.send(ruled, what="sent_back", amount="", reasons="Bered mer.").status_code == 303
    page = enter(maker, board, list(boxes(maker, board).values()), met_on=before)
    assert page.count("Förslaget skrevs efter sammanträdet") == 1
    assert "3 ansökningar är kvar" in page
    assert kept(board, ItemDecision) == []
    whole = f"/omgangar/{board.round_id}/arende/aterremiss"
    assert "3 ansökningar är kvar" in plain(maker.send(whole, met_on=before, paragraph="9", reasons="Mer.").text)
    assert kept(board, ItemDecision) == []
    enter(maker, board, list(boxes(maker, board).values()), paragraph="86")
    assert kept(board, ItemDecision)[0].paragraph == "§ 86"
