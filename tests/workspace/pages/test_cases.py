"""Bad input on the road: clear, 4xx, nothing half done, and what was typed is still there."""

from __future__ import annotations

import re
import threading
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from tests import browsers
from tests.board import GROUP, NUMBERS, BoardAtWork, clean_facts, judged_again, rules
from tests.factories import NOW, TODAY
from tests.page_fixtures import Somebody, board, kim, somebody
from vetting import clock
from vetting.app.application import create_app
from vetting.casework.models.cases import Case, Note, Occurrence
from vetting.casework.models.documents import Document, DocumentContent
from vetting.casework.services import cases, decisions, meetings
from vetting.config import Config
from vetting.kernel.decision_outcomes import DecisionForm
from vetting.kernel.roles import Role
from vetting.kernel.store import trail, trail_verification
from vetting.kernel.store.session import open_reading
from vetting.money.domain.reclaims import EstablishedBy, ReclaimGround
from vetting.money.services import payments, reclaims
from vetting.people.domain.delegation import DecisionAuthority

if TYPE_CHECKING:
    from tests.databases import Databases

__all__ = ["board", "kim"]

TEXT = "En text som någon har suttit länge med och inte vill skriva en gång till."


def entries(board: BoardAtWork) -> int:
    with open_reading(board.database) as s:
        return trail_verification.verify_trail(s).entries


def as_form(**more: str) -> dict[str, str]:
    from vetting.web.fact_forms import known_facts

    catalogue = rules().folder.book.catalogue
    return known_facts([catalogue[name] for name in clean_facts().values], clean_facts()) | more


def test_an_application_by_form_is_received_and_screened(kim: Somebody) -> None:
    page = kim.get("/arenden/ny").text
    assert 'name="f-members_total"' in page
    assert 'name="f-bankrupt"' not in page  # no rule in force reads it
    answer = kim.send("/arenden/ny", **as_form(), round_id=str(kim.board.round_id))
    assert answer.status_code == 303
    assert kim.board.case("BID-2026-0001").proposal == "assess"


def pressed(kim: Somebody, path: str, fields: dict[str, str], times: int) -> list[str]:
    """Where one page leads that is sent several times, as by impatient presses and by the way back."""
    fields = {"csrf_token": kim.token(), **fields}
    answers = [kim.client.post(path, data=fields) for _time in range(times)]
    assert {answer.status_code for answer in answers} == {303}
    return [answer.headers["Location"] for answer in answers]


def test_a_form_that_is_sent_six_times_makes_one_case(kim: Somebody) -> None:
    fields = as_form() | {"round_id": str(kim.board.round_id)}
    assert pressed(kim, "/arenden/ny", fields, 6) == ["/arenden/BID-2026-0001"] * 6
    assert len(set(pressed(kim, "/arenden/BID-2026-0001/anteckning", {"text": "Ringde."}, 4))) == 1
    with open_reading(kim.board.database) as s:
        assert s.scalar(select(func.count(Case.id))) == 1
        assert s.scalar(select(func.count(Note.id))) == 1
        assert trail_verification.verify_trail(s).problems == []
    kim.send("/arenden/BID-2026-0001/anteckning", text="Ringde.")  # another page: they did it again
    with open_reading(kim.board.database) as s:
        assert s.scalar(select(func.count(Note.id))) == 2


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_presses_at_the_same_moment_make_one_case(kind: str, databases: Databases) -> None:
    board = BoardAtWork.copied(databases, kind)
    kim = somebody(board, Role.CASEWORKER)
    fields = {"csrf_token": kim.token(), **as_form(), "round_id": str(board.round_id)}
    cookies = [(cookie.key, cookie.value) for cookie in (kim.client._cookies or {}).values()]
    led: list[tuple[int, str]] = []

    def press() -> None:
        browser = browsers.browser_on(kim.board.database)
        for name, value in cookies:
            browser.set_cookie(name, value)
        answer = browser.post("/arenden/ny", data=fields)
        led.append((answer.status_code, answer.headers.get("Location", "")))

    threads = [threading.Thread(target=press) for _number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(led) == {(303, "/arenden/BID-2026-0001")}
    with open_reading(board.database) as s:
        assert s.scalar(select(func.count(Case.id))) == 1
    board.database.close()


def test_a_form_with_faults_tells_all_of_them_and_loses_nothing(kim: Somebody) -> None:
    fields = as_form(
        **{
            "f-amount_applied": "12O 000",
            "f-annual_meeting_held_on": "förra våren",
            "f-organisation_number": "802999-0235",
        }
    )
    answer = kim.send("/arenden/ny", **fields)
    assert answer.status_code == 422
    page = answer.text
    for name in ("f-amount_applied", "f-annual_meeting_held_on", "f-organisation_number"):
        assert f'href="#{name}"' in page
        assert f'aria-describedby="{name}-' in page or f"{name}-error" in page
    for typed in (
        "12O 000",
        "förra våren",
        "802999-0235",
        "kurser på kvällar" if "f-purpose" in page else "802999-0235",
    ):
        assert typed in page
    with open_reading(kim.board.database) as s:
        assert s.scalar(select(func.count()).select_from(Case)) == 0


def test_a_personal_number_in_a_form_is_neither_kept_nor_shown(kim: Somebody) -> None:
    answer = kim.send("/arenden/ny", **as_form(**{"f-organisation_number": "850101-1234"}))
    assert answer.status_code == 422
    answer = kim.send("/arenden/ny", **as_form(**{"f-name_in_application": "Kören 850101-1234"}))
    assert answer.status_code == 422


def test_two_windows_on_one_case_the_second_is_told_and_keeps_the_text(kim: Somebody) -> None:
    number = kim.board.receive().number
    version = kim.board.case(number).version
    kim.send(f"/arenden/{number}/markera", kind="papers_opened")
    answer = kim.send(
        f"/arenden/{number}/bedom", criterion="demokratisk-rattsstat", answer="met", reasons=TEXT, version=str(version)
    )
    assert answer.status_code == 409
    assert TEXT in answer.text
    assert f"{kim.board.staff[Role.CASEWORKER].name} ändrade ärendet" in answer.text


def test_stale_facts_are_refused_with_the_typed_ones_kept(kim: Somebody) -> None:
    number = kim.board.receive().number
    version = kim.board.case(number).version
    kim.send(f"/arenden/{number}/markera", kind="papers_opened")
    answer = kim.send(f"/arenden/{number}/uppgifter", **as_form(**{"f-members_total": "77"}), version=str(version))
    assert answer.status_code == 409
    assert 'value="77"' in answer.text


def test_the_newest_notes_are_shown_and_all_of_them_where_they_are_asked_for(kim: Somebody) -> None:
    number = kim.board.receive().number
    for place in range(1, 7):
        kim.board.do(cases.add_note, number, f"Samtal nummer {place}", official=True)
    page = kim.get(f"/arenden/{number}").text
    assert "Anteckningar, 6" in page
    assert [place for place in range(1, 7) if f"Samtal nummer {place}" in page] == [4, 5, 6]
    assert "Alla 6 anteckningar" in page
    everything = kim.get(f"/arenden/{number}?oppna=all_notes").text
    assert [place for place in range(1, 7) if f"Samtal nummer {place}" in everything] == [1, 2, 3, 4, 5, 6]
    assert "Alla 6 anteckningar" not in everything


def test_a_double_click_does_it_once(kim: Somebody) -> None:
    number = kim.board.receive().number
    for _ in range(2):
        assert kim.send(f"/arenden/{number}/markera", kind="basic_check").status_code == 303
    with open_reading(kim.board.database) as s:
        assert [e.action for e, _ in trail.of_case(s, s.scalars(select(Case.id)).one(), most=9)].count(
            "marked_basic_check"
        ) == 1


def test_an_answer_without_its_act_is_refused_where_it_was_written(kim: Somebody) -> None:
    number = kim.board.receive().number
    answer = kim.send(f"/arenden/{number}/bedom", criterion="demokratisk-rattsstat", answer="not_met", reasons=TEXT)
    assert answer.status_code == 422
    assert TEXT in answer.text
    assert "Inget agerande eller uttalande är beskrivet." in answer.text
    assert 'id="demokratisk-rattsstat" open' in answer.text


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"", "tom.pdf", "Filen är tom."),
        (b"MZ\x90\x00", "program.pdf", "Filen är av en typ som inte tas emot."),
        (b"%PDF-1.7", "bild.png", "Filen heter .png men innehållet är pdf."),
        (b"<html><script>alert(1)</script>", "sida.txt", "Filen är av en typ som inte tas emot."),
        (b"PK\x03\x04 word/document.xml vbaProject.bin", "makro.docx", "Filen är av en typ som inte tas emot."),
        (b"\xff\xfe\x00", "x.txt", "Filen är av en typ som inte tas emot."),
    ],
)
def test_a_document_of_another_kind_is_refused_and_nothing_kept(
    kim: Somebody, content: bytes, name: str, told: str
) -> None:
    number = kim.board.receive().number
    answer = kim.send(f"/arenden/{number}/handling", file=(content, name), type="accounts")
    assert answer.status_code == 422
    assert told in answer.text
    with open_reading(kim.board.database) as s:
        assert s.scalar(select(func.count()).select_from(Document)) == 0


@pytest.mark.guards("documents", "5.3.1")
def test_a_document_comes_back_as_it_was_and_runs_nowhere(kim: Somebody) -> None:
    number = kim.board.receive().number
    content = b"%PDF-1.7 <script>alert(1)</script>"
    assert (
        kim.send(
            f"/arenden/{number}/handling", file=(content, "../../bokslut 850101-1234.pdf"), type="accounts"
        ).status_code
        == 303
    )
    answer = kim.get("/handlingar/1")
    assert answer.data == content
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "850101" not in answer.headers["Content-Disposition"]
    assert ".." not in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    with open_reading(kim.board.database) as s:
        assert s.scalars(select(DocumentContent.content)).one() == content


def test_an_upload_of_300_megabytes_is_refused_before_it_is_read(kim: Somebody) -> None:
    number = kim.board.receive().number
    answer = kim.client.post(
        f"/arenden/{number}/handling",
        data=b"x",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(300 * 1024 * 1024)},
    )
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "path",
    [
        "/arenden/BID-2026-9999",
        "/arenden/'; DROP TABLE cases",
        "/handlingar/99999999999999999999",
        "/beslut/0",
        "/omgangar/77",
        "/moten/77",
        "/aterkrav/x",
        "/register/x",
        "/arenden/%00",
    ],
)
def test_what_is_not_there_is_a_page_that_says_so(kim: Somebody, path: str) -> None:
    answer = kim.get(path)
    assert answer.status_code == 404
    assert "Sidan finns inte." in answer.text


@pytest.mark.parametrize(
    "query",
    [
        "efter=x",
        "efter=2026-13-40_1",
        "lage=nonsens",
        "omgang=-1",
        "omgang=99999999999999999999",
        "q=%25%27%22",
        "krav=1&mina=x",
    ],
)
def test_filters_that_mean_nothing_are_left_out(kim: Somebody, query: str) -> None:
    assert kim.get(f"/arenden?{query}").status_code == 200


@pytest.mark.parametrize("query", ["q=%00", "q=802999-0235", "q=" + "a" * 500, "q=%25", "val=99999999999999999999&q=x"])
def test_the_quick_check_answers_whatever_is_typed(kim: Somebody, query: str) -> None:
    answer = kim.get(f"/snabbkoll?{query}")
    assert answer.status_code == (400 if "%00" in query else 200)


def test_a_persons_number_does_not_stay_in_the_address_and_is_no_name(kim: Somebody) -> None:
    answer = kim.get("/snabbkoll?q=Anna+850101-1234&typ=bokning")
    assert answer.status_code == 303
    assert "850101" not in answer.location
    page = kim.get(answer.location).text
    assert "850101" not in page
    assert "Det är ett personnummer. Det används inte här." in page
    name = re.search(r'<input[^>]*name="f-name_in_application"[^>]*>|<input[^>]*id="f-name_in_application"[^>]*>', page)
    assert name is None or 'value=""' in name[0]


def test_a_closed_round_refuses_and_the_form_keeps_what_was_typed(kim: Somebody) -> None:
    kim.send(f"/omgangar/{kim.board.round_id}/avsluta")
    answer = kim.send("/arenden/ny", **as_form(), round_id=str(kim.board.round_id))
    assert answer.status_code == 422
    assert "är avslutad" in answer.text
    assert 'value="120"' in answer.text


def test_a_decision_beyond_the_amount_says_who_can(board: BoardAtWork) -> None:
    app = create_app(Config(), board.database)
    case = board.receive(clean_facts(amount_applied=900_000_00))
    board.make_ready(case.number)
    board.propose(case.number, amount=900_000_00)
    noor = Somebody(board, app, Role.DECISION_MAKER)
    noor.send(f"/arenden/{case.number}/jav", answer="no")
    answer = noor.send(f"/arenden/{case.number}/beslut/bekrafta", draft_version="1")
    assert answer.status_code == 422
    assert "Du har inte delegation för belopp över 200\u00a0000\u00a0kr." in answer.text
    page = noor.get(f"/arenden/{case.number}/beslut").text
    assert "högst 200\u00a0000\u00a0kr" in page


def test_a_recused_members_old_link_leads_nowhere(board: BoardAtWork) -> None:
    app = create_app(Config(), board.database)
    case = board.receive()
    board.do(decisions.declare_no_conflict, case.number)
    noor = Somebody(board, app, Role.DECISION_MAKER)
    assert noor.get(f"/arenden/{case.number}").status_code == 200
    assert noor.send(f"/arenden/{case.number}/jav", answer="yes", ground="close_person").status_code == 303
    for path in (f"/arenden/{case.number}", f"/arenden/{case.number}/beslut"):
        assert noor.get(path).status_code == 404
    assert case.number not in noor.get("/arenden?avslutade=1").text
    assert noor.send(f"/arenden/{case.number}/jav", answer="no").status_code == 404


def test_the_group_answers_actively_on_conflict_before_papers_open(databases: Databases) -> None:
    board = BoardAtWork.copied(databases, "sqlite", way="group", ruleset=GROUP)
    number = board.receive().number
    board.do(meetings.refer_to_group, number, "Fråga?")
    key = board.do(meetings.call_meeting, NOW + timedelta(days=3), "rum 3", role=Role.GROUP_SECRETARY).id
    member = somebody(board, Role.GROUP_MEMBER)
    assert member.get(f"/moten/{key}").headers["Location"] == f"/moten/{key}/jav"
    assert member.get(f"/arenden/{number}").status_code == 422
    silent = member.send(f"/moten/{key}/jav")
    assert silent.status_code == 422
    assert "Du har inte svarat om jäv i de andra ärendena." in silent.text
    assert member.get(f"/arenden/{number}").status_code == 422
    assert member.send(f"/moten/{key}/jav", others="no").status_code == 303
    assert member.get(f"/arenden/{number}").status_code == 200


def test_a_booking_from_the_counter_has_the_same_time_as_one_by_its_form(board: BoardAtWork) -> None:
    kim = somebody(board, Role.PREMISES)
    given = {
        "f-name_in_application": "Läsecirkeln Typsta",
        "room": "Salen",
        "q": "Läsecirkeln Typsta",
        "typ": "bokning",
    }
    for path in ("/snabbkoll/vidare", "/bokningar/ny"):
        who = given | {"f-name_in_application": f"Läsecirkeln {path[1:]}", "q": f"Läsecirkeln {path[1:]}"}
        assert kim.send(path, **who, **{"f-event_starts_at": "2026-12-01T18:00"}).status_code == 303
    with open_reading(board.database) as s:
        uses = s.execute(select(Occurrence.room_name, Occurrence.starts_at, Occurrence.ends_at)).all()
    assert len(uses) == 2
    assert uses[0] == uses[1]
    assert uses[0].ends_at is None  # nobody has said when it ends
    assert kim.send("/snabbkoll/vidare", **given, **{"f-event_starts_at": "2026-12-01T18:00", "until_clock": "1"})
    with open_reading(board.database) as s:
        last = s.scalars(select(Occurrence).order_by(Occurrence.id.desc())).first()
    assert last is not None
    assert last.starts_at is not None
    assert last.ends_at == last.starts_at + timedelta(hours=7)
    assert kim.send("/bokningar/ny", **given, **{"f-event_starts_at": "2026-12-01T18:00"}).status_code == 422
    odd = kim.send("/snabbkoll/vidare", **given, **{"f-event_starts_at": "0999-12-01T18:00"})
    assert odd.status_code in {303, 422}


def test_what_is_projected_names_nobody_not_even_whoever_holds_the_meeting(databases: Databases) -> None:
    board = BoardAtWork.copied(databases, "sqlite", way="group", ruleset=GROUP)
    board.do(meetings.refer_to_group, board.receive().number, "Fråga?")
    key = board.do(meetings.call_meeting, NOW + timedelta(days=3), "rum 3", role=Role.GROUP_SECRETARY).id
    secretary = somebody(board, Role.GROUP_SECRETARY)
    secretary.send(f"/moten/{key}/jav", others="no")
    name = board.staff[Role.GROUP_SECRETARY].name
    assert name in secretary.get(f"/moten/{key}").text
    for place in (1, 2, 3):
        projected = secretary.get(f"/moten/{key}?lage=projektor&punkt={place}").text
        assert ("Fråga?" in projected) == (place == 2)
        assert name not in projected


def test_a_stop_is_lifted_by_a_decision_on_the_page_of_payments(board: BoardAtWork) -> None:
    board.approve()
    noor = somebody(board, Role.DECISION_MAKER)
    assert noor.send("/utbetalningar/1/hav", reasons="x").status_code == 422
    stopped = noor.send("/utbetalningar/1/stopp", criterion="decision", reasons="Kravet är inte längre uppfyllt.")
    assert stopped.status_code == 303, stopped.text
    assert re.search(r"Stoppad \d", noor.get("/utbetalningar").text)
    empty = noor.send("/utbetalningar/1/hav", reasons="")
    assert (empty.status_code, "Motiveringen saknas." in empty.text) == (422, True)
    assert noor.send("/utbetalningar/1/hav", reasons="Årsmötet är hållet.").status_code == 303
    assert not re.search(r"Stoppad \d", noor.get("/utbetalningar").text)
    assert "beslutar att häva stoppet av utbetalningen av 40\u00a0000\u00a0kr" in noor.get("/beslut/3").text


@pytest.mark.parametrize("path", ["/snabbkoll?q=exempel&val=²", "/snabbkoll?q=exempel&val=" + "9" * 40])
def test_a_strange_choice_in_the_quick_check_is_no_choice(kim: Somebody, path: str) -> None:
    assert kim.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/register/approvals?fran=2026-99-99", "/register/approvals/excel?till=i-gar"])
def test_a_register_with_a_filter_that_cannot_be_read_shows_nothing(board: BoardAtWork, path: str) -> None:
    finance = somebody(board, Role.FINANCE)
    answer = finance.get(path)
    assert (answer.status_code, "Det är inget datum." in answer.text) == (422, True)


def test_a_number_that_is_there_already_is_the_same_association(kim: Somebody) -> None:
    kim.send("/arenden/ny", **as_form(), round_id=str(kim.board.round_id))
    answer = kim.send("/arenden/ny", **as_form(), round_id=str(kim.board.round_id))
    assert answer.status_code == 422
    assert "Föreningen har redan en ansökan i omgången: BID-2026-0001." in answer.text
    assert 'name="doubled_because"' in answer.text


@pytest.mark.guards("scripts in pages", "1.2.1")
def test_whatever_a_stranger_writes_stays_text(kim: Somebody) -> None:
    hostile = "<script>alert(1)</script>{{7*7191}}"
    kim.send("/arenden/ny", **as_form(**{"f-name_in_application": hostile}))
    page = kim.get("/arenden/BID-2026-0001").text
    assert "<script>alert" not in page
    assert "50337" not in page
    assert "&lt;script&gt;" in page


def test_no_get_changes_anything(kim: Somebody) -> None:
    kim.board.receive()
    before = entries(kim.board)
    for path in (
        "/arenden",
        "/arenden/BID-2026-0001",
        "/arenden/ny",
        "/snabbkoll?q=802999-0234",
        "/register/approvals",
        "/register/approvals/excel",
        "/arenden/BID-2026-0001/beslut",
        "/moten",
        "/utbetalningar",
        "/aterkrav",
        "/omgangar",
    ):
        assert kim.get(path).status_code == 200, path
    assert entries(kim.board) == before


def test_a_small_board_sees_none_of_the_reference_group(kim: Somebody) -> None:
    number = kim.board.receive().number
    page = kim.get(f"/arenden/{number}").text
    assert "referensgrupp" not in page.casefold().replace("referensgruppen” ", "")


def test_a_form_without_its_token_is_refused(kim: Somebody) -> None:
    number = kim.board.receive().number
    assert kim.client.post(f"/arenden/{number}/inget").status_code == 400


def test_a_page_asks_few_questions_of_the_database(board: BoardAtWork) -> None:
    """The queue, however many cases it holds, asks as many questions as with few."""
    from sqlalchemy import event

    app = create_app(Config(), board.database)
    kim = Somebody(board, app, Role.CASEWORKER)
    asked: list[str] = []
    event.listen(board.database.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))

    def questions(path: str) -> int:
        asked.clear()
        assert kim.get(path).status_code == 200
        return len([s for s in asked if s.lstrip().upper().startswith("SELECT")])

    board.receive()
    judged_again(board, clock.now())
    few = questions("/arenden")
    for place in range(1, 6):
        board.receive(clean_facts(NUMBERS[place], f"Förening {place}"))
    judged_again(board, clock.now())
    assert questions("/arenden") == few <= 18  # each row says its next step, which rests on what its gates look at


def test_a_reclaim_says_who_decided_it_and_not_who_noted_it(board: BoardAtWork) -> None:
    number = board.approve().number
    board.do(payments.mark_paid, 1, paid_on=TODAY, version=None, role=Role.FINANCE)
    board.staff[Role.MANAGER] = board.somebody(Role.DECISION_MAKER, "namnd")
    board.delegate(Role.MANAGER, maker=DecisionAuthority.BOARD.value, point="")
    board.do(decisions.declare_no_conflict, number, role=Role.MANAGER)
    new = reclaims.NewReclaim(
        ground=ReclaimGround.NOT_REPORTED,
        amount=5_000_00,
        established_by=EstablishedBy.BOARD_DECISION,
        established_on=TODAY,
        reference="§ 3",
        reasons="Ingen rapport har kommit.",
    )
    row = board.do(reclaims.open_reclaim, number, new)
    board.do(reclaims.communicate_reclaim, row.number, reply_by=date(2026, 12, 14))
    board.do(reclaims.note_reclaim_reply, row.number, "Vi håller med.", replied_on=TODAY)
    decide = {"version": None, "weighed": "Svaret ändrar inget.", "form": DecisionForm(paragraph="§ 12")}
    board.do(reclaims.decide_reclaim, row.number, **decide, role=Role.MANAGER)
    page = somebody(board, Role.CASEWORKER).get(f"/aterkrav/{row.number}").text
    decided = re.search(r"<dt>Beslut</dt><dd>(.*?)</dd>", page, re.DOTALL)
    assert decided
    assert "Exempelnämnden norr" in decided[1]
    assert "eslutsfattare" not in decided[1]


def test_the_states_to_choose_among_stand_in_the_order_of_the_road(kim: Somebody) -> None:
    road = ["completion", "referred", "communication", "ready"]
    for page, first in (("/arenden", ["received", "in_progress"]), ("/bokningar", ["requested", "to_check"])):
        offered = re.search(
            r'<select id="lage".*?</select>|<select[^>]*name="lage".*?</select>', kim.get(page).text, re.DOTALL
        )
        assert offered
        assert re.findall(r'value="(\w+)"', offered[0])[:6] == [*first, *road]
