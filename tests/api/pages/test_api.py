"""The interface for other systems: what is sent is taken in once, told in time, and refused in words with its place."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from tests.api.asking import NAME, AskingSystem, new_system
from tests.board import NUMBERS, BoardAtWork, booking_facts, clean_facts, rules
from tests.factories import NOW, TODAY
from tests.formats.papers import pdf
from tests.operations.jobs.working_off import work_off
from tests.page_fixtures import board, on_that_day
from vetting.api.domain.rights import SystemRight
from vetting.api.services.systems import add_system, agree_system, end_system, renew_system
from vetting.bookings.services.answers import BookingAnswer, confirm_booking
from vetting.bookings.services.room_bookings import NewRoom, set_room, switch_own_bookings
from vetting.casework.domain.legal_force import DecisionEventKind
from vetting.casework.models.cases import Case, Occurrence
from vetting.casework.models.decisions import DecisionEvent
from vetting.casework.models.documents import Document
from vetting.casework.services import cases, decisions
from vetting.casework.services.after_decision import NewDecisionEvent, note_decision_event
from vetting.casework.services.documents import NewDocument, add_document
from vetting.casework.services.screenings import facts_of_case
from vetting.kernel.dates import HERE
from vetting.kernel.problem import Refused
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading
from vetting.kernel.store.trail import TrailEntry
from vetting.operations.jobs.worker import Worker
from vetting.people.domain.sealed_reads import ReadKind
from vetting.people.models.people import Room
from vetting.people.models.sealed_reads import SealedRead

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from vetting.engine.facts import Facts

__all__ = ["board", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")
ANSWERS = {"name_in_application": "Provkörens Vänner", "organisation_number": NUMBERS[0], "amount_applied": 40_000.5}


@pytest.fixture
def system(board: BoardAtWork) -> AskingSystem:
    return AskingSystem(board)


def form_of(system: AskingSystem) -> dict[str, Any]:
    found: dict[str, Any] = next(
        form for form in json.loads(system.get("/forms").text)["forms"] if form["kind"] == "grant"
    )
    return found


def said_of(system: AskingSystem, facts: Facts) -> dict[str, Any]:
    """Facts as the form's answers: what it asks and JSON can say."""
    asked = json.loads(system.get(form_of(system)["schema"].removeprefix("/api/v1")).text)["properties"]
    told: dict[str, Any] = {name: value for name, value in facts.values.items() if name in asked}
    for name, value in told.items():
        if isinstance(value, date):
            told[name] = value.isoformat()
        elif isinstance(value, int) and "multipleOf" in asked[name]:
            told[name] = value / 100
    return told


def send(system: AskingSystem, *, key: str | None = None, **answers: Any) -> TestResponse:
    return system.post("/applications", {"form": form_of(system)["id"], "answers": {**ANSWERS, **answers}}, key=key)


def problem(answer: TestResponse, status: int) -> list[str]:
    """The pointers of a problem; what is answered is one, of that status."""
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json"), answer.text
    body = json.loads(answer.text)
    assert body["status"] == status
    assert body["title"]
    assert "Traceback" not in answer.text
    for error in body.get("errors", ()):
        assert error["detail"]
        assert error["remedy"]
    return [error["pointer"] for error in body.get("errors", ())]


def test_an_application_is_sent_its_paper_read_and_its_state_fetched(board: BoardAtWork, system: AskingSystem) -> None:
    form = form_of(system)
    schema = json.loads(system.get(form["schema"].removeprefix("/api/v1")).text)
    assert {"name_in_application", "organisation_number", "amount_applied"} <= schema["properties"].keys()
    sent = send(system)
    assert sent.status_code == 201, sent.text
    number = json.loads(sent.text)["number"]
    assert sent.headers["Location"] == f"/api/v1/cases/{number}"
    assert "Set-Cookie" not in sent.headers
    paper = system.send_file(
        number, pdf("Stadgar för Provkörens Vänner"), "stadgar.pdf", type="statutes_document", dated="2026-03-01"
    )
    assert paper.status_code == 201, paper.text
    worker = Worker(board.database, rules(), lambda: NOW)
    work_off(worker)
    [told] = json.loads(system.get(f"/cases/{number}/documents").text)["documents"]
    assert (told["type"], told["reading"]) == ("statutes_document", "read")
    assert json.loads(system.get(f"/cases/{number}").text) == {
        "number": number,
        "kind": "grant",
        "received_on": TODAY.isoformat(),
        "state": "received",
    }
    with open_reading(board.database) as s:
        case = s.scalars(select(Case)).one()
        assert (case.name, case.amount_applied, case.channel) == ("Provkörens Vänner", 40_000_50, "api")
        by = s.scalars(select(TrailEntry.by_role).where(TrailEntry.action == "case_received")).one()
        assert by == NAME
        assert trail_verification.verify_trail(s).problems == []


def test_what_is_sent_again_by_the_same_key_has_the_same_answer_and_is_there_once(
    board: BoardAtWork, system: AskingSystem
) -> None:
    first, again = send(system, key="a"), send(system, key="a")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.text == again.text
    assert problem(send(system, key="a", purpose="Något annat"), 409) == ["Idempotency-Key"]
    assert problem(send(system, key=""), 422) == ["Idempotency-Key"]
    number = json.loads(first.text)["number"]
    file = pdf("Stadgar")
    papers = [system.send_file(number, file, "a.pdf", key="b", type="statutes_document") for _turn in range(2)]
    assert [answer.status_code for answer in papers] == [201, 200]
    with open_reading(board.database) as s:
        assert s.scalar(select(func.count(Case.id))) == 1
        assert s.scalar(select(func.count(Document.id))) == 1


def test_the_outcome_is_told_when_the_letter_has_gone_and_not_before(board: BoardAtWork, system: AskingSystem) -> None:
    sent = send(system, **said_of(system, clean_facts()))
    assert sent.status_code == 201, sent.text
    number = json.loads(sent.text)["number"]
    board.make_ready(number)
    board.propose(number)
    board.do(decisions.declare_no_conflict, number, role=Role.DECISION_MAKER)
    decision = board.decide(number, sent=False)
    told = json.loads(system.get(f"/cases/{number}").text)
    assert told["state"] == "being_handled"
    assert "outcome" not in told
    new = NewDecisionEvent(what=DecisionEventKind.SENT, on=TODAY)
    board.do(note_decision_event, decision.id, new, role=Role.REGISTRAR)
    told = json.loads(system.get(f"/cases/{number}").text)
    assert (told["state"], told["outcome"], told["decided_on"]) == ("decided", "approved", TODAY.isoformat())


def test_a_system_sees_its_own_and_what_has_been_taken_back(board: BoardAtWork, system: AskingSystem) -> None:
    number = json.loads(send(system).text)["number"]
    board.do(cases.withdraw_case, number)
    assert json.loads(system.get(f"/cases/{number}").text)["state"] == "withdrawn"
    other = board.receive(clean_facts(NUMBERS[1], "Föreningen Annan")).number
    problem(system.get(f"/cases/{other}"), 404)
    problem(system.get("/cases/BID-2026-9999"), 404)


@pytest.mark.parametrize(
    ("answers", "pointer"),
    [
        ({"members_total": "många"}, "/answers/members_total"),
        ({"amount_applied": True}, "/answers/amount_applied"),
        ({"amount_applied": -5}, "/answers/amount_applied"),
        ({"organisation_number": "802999-0235"}, "/answers/organisation_number"),
        ({"finns/inte": 1}, "/answers/finns~1inte"),
        ({"name_in_application": ["x"]}, "/answers/name_in_application"),
        ({"budget_rows": {}}, "/answers/budget_rows"),
        ({"budget_rows": [{"vad": 1}]}, "/answers/budget_rows/0/vad"),
    ],
)
def test_an_answer_that_is_none_is_told_with_its_place(
    board: BoardAtWork, system: AskingSystem, answers: dict[str, Any], pointer: str
) -> None:
    assert problem(send(system, **answers), 422) == [pointer]
    with open_reading(board.database) as s:
        assert s.scalar(select(func.count(Case.id))) == 0


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("25.100", 25_10), ("250.000", 250_00), ("40000", 40_000_00), ("40000.5", 40_000_50), ("1e3", 1_000_00)],
)
def test_a_number_is_the_number_that_json_says(board: BoardAtWork, system: AskingSystem, sent: str, kept: int) -> None:
    """Not what a person may mean by a dot before three digits."""
    body = json.dumps({"form": form_of(system)["id"], "answers": ANSWERS | {"amount_applied": "X"}})
    answer = system.post("/applications", body.replace('"X"', sent).encode())
    assert answer.status_code == 201, answer.text
    with open_reading(board.database) as s:
        case = s.scalars(select(Case)).one()
        assert facts_of_case(s, case, rules().folder.book.catalogue).values["amount_applied"] == kept


def test_what_is_no_answers_at_all_is_told_of_in_part(system: AskingSystem) -> None:
    told = system.post(
        "/applications", {"form": form_of(system)["id"], "answers": {f"x{place}": 1 for place in range(5_000)}}
    )
    assert len(problem(told, 422)) == 50


def test_an_account_is_no_text_without_end(system: AskingSystem) -> None:
    assert problem(send(system, giro_number="9" * 3_000), 422) == ["/answers/giro_number"]


@pytest.mark.parametrize("sent", ["10.555", "0.005"])
def test_an_amount_of_parts_of_an_ore_is_refused(system: AskingSystem, sent: str) -> None:
    body = json.dumps({"form": form_of(system)["id"], "answers": ANSWERS | {"amount_applied": "X"}})
    answer = system.post("/applications", body.replace('"X"', sent).encode())
    assert problem(answer, 422) == ["/answers/amount_applied"]
    assert "två decimaler" in answer.text


def test_a_whole_number_may_be_written_with_a_point(system: AskingSystem) -> None:
    assert send(system, members_total=55.0).status_code == 201


def test_a_second_application_needs_its_reason_and_tells_of_nobody_elses(
    board: BoardAtWork, system: AskingSystem
) -> None:
    first = json.loads(send(system).text)["number"]
    other = AskingSystem(board, SystemRight.APPLY)
    again = send(other)
    assert problem(again, 422) == ["/doubled_because"]
    assert first not in again.text
    body = {"form": form_of(other)["id"], "answers": ANSWERS, "doubled_because": "Två olika projekt."}
    assert other.post("/applications", body).status_code == 201


def test_a_paper_is_sent_by_the_right_of_what_it_belongs_to(board: BoardAtWork) -> None:
    system = AskingSystem(board, SystemRight.BOOK)
    answers = {"name_in_application": "Provkörens Vänner", "organisation_number": NUMBERS[0]}
    times = [{"room": "Salen", "starts_at": "2026-12-01T18:00:00"}]
    number = json.loads(system.post("/bookings", {"times": times, "answers": answers}).text)["number"]
    assert system.send_file(number, pdf("Programmet"), "program.pdf").status_code == 201
    for wrong, pointer in (
        ([{"room": "Salen", "starts_at": "2026-01-02T18:00:00"}], "/times/0/starts_at"),
        ([{**times[0], "ends_at": "2026-12-01T20:00:00"}, {**times[0], "ends_at": "2026-12-01T19:00:00"}], "/times"),
    ):
        assert problem(system.post("/bookings", {"times": wrong, "answers": answers}), 422) == [pointer]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, b""),
        (400, b"{"),
        (422, b"[]"),
        (422, b"null"),
        (400, b"\xff\xfe"),
        (400, b'{"form": NaN}'),
        (422, b'{"form": 1, "answers": {}}'),
        (422, b'{"form": "1", "answers": []}'),
        (422, b'{"form": "1", "answers": {}, "mer": 1}'),
        (404, b'{"form": "9999", "answers": {}}'),
        (400, b'{"form": "1", "answers": {"name_in_application": "\\u0000"}}'),
        (400, b"[" * 100_000),
        (400, b'{"form": "1", "answers": {"amount_applied": 1e999999}}'),
        (400, b'{"form": "1", "answers": {"amount_applied": 1e2000000}}'),
        (400, b'{"form": "1", "answers": {"amount_applied": 1e9999999999999999999}}'),
        (400, b'{"form": "1", "answers": {"members_total": ' + b"9" * 5_000 + b"}}"),
        (400, b'{"form": "1", "answers": {"\\ud800": 1}}'),
    ],
)
def test_a_body_that_is_none_is_told(system: AskingSystem, status: int, body: bytes) -> None:
    answer = system.post("/applications", body)
    problem(answer, status)


@pytest.mark.guards("another system that goes beyond its errand")
def test_a_token_opens_its_own_rights_in_its_own_board_until_its_day(board: BoardAtWork, databases: Any) -> None:
    del databases
    only = AskingSystem(board, SystemRight.QUICK_CHECK)
    problem(send_any(only), 403)
    problem(only.get("/registers/approvals"), 403)
    assert only.get("/forms").status_code == 200
    other = BoardAtWork(board.database, code="mitt").build()
    number = json.loads(send(AskingSystem(board)).text)["number"]
    problem(AskingSystem(other).get(f"/cases/{number}"), 404)
    problem(AskingSystem(board).get(f"/cases/{number}"), 404)
    ended = AskingSystem(board, last_day=TODAY)
    assert ended.get("/forms").status_code == 200
    with open_reading(board.database) as s:
        from vetting.people.models.systems import System

        key = s.scalars(select(System.id).order_by(System.id.desc())).first()
    board.do(end_system, key, role=Role.ADMINISTRATOR)
    answer = ended.get("/forms")
    problem(answer, 401)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    for secret in ("", "vtg_fel", "x" * 10_000):
        problem(ended.get("/forms", Authorization=f"Bearer {secret}"), 401)
    problem(ended.get("/forms", Authorization="Basic eDp5"), 401)


def send_any(system: AskingSystem) -> TestResponse:
    return system.post("/applications", {"form": "1", "answers": ANSWERS})


def test_a_token_is_over_after_its_last_day(board: BoardAtWork, monkeypatch: pytest.MonkeyPatch) -> None:
    from vetting import clock

    system = AskingSystem(board, last_day=TODAY)
    assert system.get("/forms").status_code == 200
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=1))
    problem(system.get("/forms"), 401)


@pytest.mark.guards("another system that goes beyond its errand")
def test_whoever_asks_too_often_is_told_when_to_come_back(board: BoardAtWork) -> None:
    system = AskingSystem(board, per_minute=3)
    found = [system.get("/forms") for _turn in range(5)]
    assert [answer.status_code for answer in found] == [200, 200, 200, 429, 429]
    problem(found[-1], 429)
    assert 0 < int(found[-1].headers["Retry-After"]) <= 60


def test_a_booking_comes_in_and_a_room_that_is_not_there_is_told(board: BoardAtWork, system: AskingSystem) -> None:
    times = [{"room": "Stora salen", "starts_at": "2026-12-01T18:00:00+01:00", "ends_at": "2026-12-01T20:00:00+01:00"}]
    answers = {"name_in_application": "Provkörens Vänner", "organisation_number": NUMBERS[0]}
    sent = system.post("/bookings", {"times": times, "answers": answers})
    assert sent.status_code == 201, sent.text
    assert json.loads(sent.text)["kind"] == "booking"
    until = [{**times[0], "starts_at": "2026-12-02T22:00:00+01:00", "ends_at": "2026-12-02T24:00:00+01:00"}]
    assert system.post("/bookings", {"times": until, "answers": answers}).status_code == 201, "24:00 ends a day"
    with board.database.engine.begin() as connection:
        connection.execute(Room.__table__.insert().values(board_id=board.board_id, name="Lilla salen", hours={}))  # type: ignore[attr-defined] # a table
    assert problem(system.post("/bookings", {"times": times, "answers": answers}), 422) == ["/times/0/room"]
    booking = next(form for form in json.loads(system.get("/forms").text)["forms"] if form["kind"] == "booking")
    assert booking["rooms"] == ["Lilla salen"]
    assert system.get("/forms/booking/schema?room=Lilla%20salen").status_code == 200
    assert problem(system.get("/forms/booking/schema?room=Finnsinte"), 404) == ["room"]
    for wrong, pointer in (
        ([], "/times"),
        ([{}], "/times/0/starts_at"),
        ([{**times[0], "starts_at": "i morgon"}], "/times/0/starts_at"),
        ([{**times[0], "ends_at": "2026-12-01T17:00:00+01:00"}], "/times/0/ends_at"),
        ([{**times[0], "room": ""}], "/times/0/room"),
        ([times[0], {**times[0], "room": "En annan"}], "/times"),
        ("x", "/times"),
    ):
        assert problem(system.post("/bookings", {"times": wrong, "answers": answers}), 422) == [pointer]


def test_a_system_takes_a_yes_and_a_no_waits_for_its_letter(board: BoardAtWork, system: AskingSystem) -> None:
    board.delegate(Role.PREMISES, kinds=["booking"], refusals=False)
    times = [{"room": "Salen", "starts_at": "2026-12-01T18:00:00+01:00", "ends_at": "2026-12-01T20:00:00+01:00"}]
    answers = {"name_in_application": "Provkörens Vänner", "organisation_number": NUMBERS[0]}
    asked = json.loads(system.get("/forms/booking/schema").text)["properties"]
    facts: dict[str, Any] = {
        name: value
        for name, value in booking_facts(NUMBERS[0]).values.items()
        if name in asked and name != "event_starts_at"
    }
    number = json.loads(system.post("/bookings", {"times": times, "answers": facts | answers}).text)["number"]
    taken = json.loads(system.post(f"/cases/{number}/answer", {}).text)
    assert "outcome" not in taken
    said = BookingAnswer(nothing_found=True)
    board.do(confirm_booking, number, said, version=None, role=Role.PREMISES)
    assert "outcome" not in json.loads(system.get(f"/cases/{number}").text)
    taken, again = (json.loads(system.post(f"/cases/{number}/answer", {}).text) for _unused in range(2))
    assert taken == again == json.loads(system.get(f"/cases/{number}").text)
    assert (taken["state"], taken["outcome"]) == ("confirmed", "approved")
    with open_reading(board.database) as s:
        told = s.scalars(select(DecisionEvent.what).where(DecisionEvent.what == DecisionEventKind.SENT)).all()
        assert len(told) == 1
    assert system.post("/cases/BOK-2026-9999/answer", {}).status_code == 404


def test_a_board_that_books_its_rooms_here_holds_the_time_for_whoever_was_first(
    board: BoardAtWork, system: AskingSystem
) -> None:
    board.do(switch_own_bookings, on=True, role=Role.ADMINISTRATOR)
    for name in ("Lilla salen", "Stora salen"):
        board.do(set_room, None, NewRoom(name=name, hours={}), role=Role.ADMINISTRATOR)
    answers = {"name_in_application": "Provkörens Vänner", "organisation_number": NUMBERS[0]}

    def ask(*hours: str, room: str = "Stora salen", ends: bool = True) -> TestResponse:
        times = [
            {"room": room, "starts_at": f"2026-12-01T{hour}:00:00+01:00"}
            | ({"ends_at": f"2026-12-01T{hour}:50:00+01:00"} if ends else {})
            for hour in hours
        ]
        return system.post("/bookings", {"times": times, "answers": answers})

    assert problem(ask("18", ends=False), 422) == ["/times/0/ends_at"]
    first = ask("18", "20")
    assert first.status_code == 201, first.text
    with open_reading(board.database) as s:
        held = s.execute(select(Occurrence.starts_at, Occurrence.room_id, Occurrence.slot_from)).all()
        rooms: dict[int | None, str] = {row.id: row.name for row in s.scalars(select(Room))}
    assert sorted(
        (starts and starts.astimezone(HERE).hour, rooms[key], slot is not None) for starts, key, slot in held
    ) == [
        (18, "Stora salen", True),
        (20, "Stora salen", True),
    ]
    second = ask("20")
    assert problem(second, 422) == ["/times"]
    assert "Lilla salen" in second.text, "it is told which room is free then"
    with open_reading(board.database) as s:
        assert s.scalar(select(func.count(Case.id))) == 1
    assert ask("20", room="Lilla salen").status_code == 201


def test_the_quick_check_has_three_answers_and_says_when_it_knows_nobody(
    board: BoardAtWork, system: AskingSystem
) -> None:
    board.receive()
    known = json.loads(system.post("/quick-checks", {"organisation_number": NUMBERS[0]}).text)
    assert {known["association"], known["event"]} <= {"nothing_found", "ask", "look"}
    assert known["name"]
    stranger = json.loads(system.post("/quick-checks", {"organisation_number": NUMBERS[4]}).text)
    assert stranger == {"association": "not_known", "event": "not_known", "name": None, "matches": 0}
    for wrong, pointer in (
        ({}, "/name"),
        ({"organisation_number": "802999-0318"}, "/organisation_number"),
        ({"organisation_number": "811218-9876"}, "/organisation_number"),
    ):
        assert problem(system.post("/quick-checks", wrong), 422) == [pointer], "a slip is not an unknown association"


def test_a_register_comes_page_by_page(board: BoardAtWork, system: AskingSystem) -> None:
    board.approve()
    page = json.loads(system.get("/registers/approvals").text)
    assert len(page["rows"]) == 1
    row = dict(zip([one["heading"] for one in page["columns"]], page["rows"][0], strict=True))
    assert row["Beviljat kr"] == 40_000, "kronor, as the heading says"
    assert len(page["rows"][0]) == len(page["columns"])
    assert page["next_page"] is None
    problem(system.get("/registers/approvals?page=x"), 422)
    problem(system.get("/registers/approvals?from=2026-13-01"), 422)
    problem(system.get("/registers/approvals?by=paid"), 422)
    assert system.get("/registers/payments?by=paid&from=2026-01-01").status_code == 200
    problem(system.get("/registers/finns-inte"), 404)


def test_what_is_no_address_or_too_large_is_a_problem_too(system: AskingSystem) -> None:
    problem(system.get("/finns-inte"), 404)
    wrong_way = system.client.delete("/api/v1/forms", headers=system.headers())
    problem(wrong_way, 405)
    assert "GET" in wrong_way.headers["Allow"]
    assert json.loads(wrong_way.text)["detail"]
    number = json.loads(send(system).text)["number"]
    large = system.send_file(number, b"x" * 12_000_000, "stor.pdf")
    problem(large, 413)
    assert "11534 kB" in large.text
    problem(system.send_file(number, b"", "tom.pdf"), 422)
    problem(system.send_file(number, b"\x00\x01", "okand.bin"), 422)
    assert problem(system.send_file(number, pdf("x"), "x.pdf", type="finns-inte"), 422) == ["type"]


def test_problems_are_told_in_the_language_that_is_asked_for(system: AskingSystem) -> None:
    swedish = system.get("/finns-inte")
    english = system.get("/finns-inte", **{"Accept-Language": "en"})
    assert json.loads(swedish.text)["title"] != json.loads(english.text)["title"]


def test_a_paper_that_the_board_added_is_not_told_to_the_sender(board: BoardAtWork, system: AskingSystem) -> None:
    number = json.loads(send(system).text)["number"]
    own = NewDocument(
        name="Polisens yttrande.pdf",
        media_type="application/pdf",
        content=pdf("Inget för sökanden"),
        type="",
        dated=None,
        arrived_on=TODAY,
    )
    board.do(add_document, number, own)
    assert json.loads(system.get(f"/cases/{number}/documents").text) == {"documents": []}


def test_registers_wait_for_a_second_persons_yes_and_each_fetch_is_noted(board: BoardAtWork) -> None:
    row, secret = board.do(add_system, new_system(SystemRight.REGISTERS), role=Role.ADMINISTRATOR)
    system = AskingSystem(board)
    system.secret = secret
    waits = system.get("/registers/approvals")
    problem(waits, 403)
    assert "väntar på att en andra person" in waits.text
    with pytest.raises(Refused):
        board.do(agree_system, row.id, role=Role.CASEWORKER)
    board.do(agree_system, row.id, role=Role.MANAGER)
    assert system.get("/registers/approvals").status_code == 200
    with open_reading(board.database) as s:
        noted = s.execute(select(SealedRead.user_id, SealedRead.kind, SealedRead.about)).all()
        assert [tuple(one) for one in noted] == [(row.user_id, ReadKind.EXPORT, "approvals")]
    with pytest.raises(Refused):
        board.do(agree_system, row.id, role=Role.MANAGER)
    system.secret = board.do(renew_system, row.id, TODAY, role=Role.ADMINISTRATOR)[1]
    problem(system.get("/registers/approvals"), 403)
    board.do(agree_system, row.id, role=Role.MANAGER)
    assert system.get("/registers/approvals").status_code == 200


def test_a_new_token_knows_what_the_old_one_sent_and_the_old_one_opens_nothing(board: BoardAtWork) -> None:
    row, secret = board.do(add_system, new_system(SystemRight.APPLY), role=Role.ADMINISTRATOR)
    system = AskingSystem(board)
    system.secret = secret
    assert json.loads(system.get("/forms").text)["forms"] == [], "it waits for a second yes, whatever it may"
    board.do(agree_system, row.id, role=Role.MANAGER)
    number = json.loads(send(system, key="a").text)["number"]
    system.secret = board.do(renew_system, row.id, TODAY + timedelta(days=365), role=Role.ADMINISTRATOR)[1]
    board.do(agree_system, row.id, role=Role.MANAGER)
    assert system.get(f"/cases/{number}").status_code == 200
    assert send(system, key="a").status_code == 200
    system.secret = secret
    problem(system.get("/forms"), 401)
    with pytest.raises(Refused):
        board.do(renew_system, row.id, TODAY - timedelta(days=1), role=Role.ADMINISTRATOR)
