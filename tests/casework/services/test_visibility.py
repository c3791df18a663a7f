"""What of an association nobody sees who is not to see it: every page is asked as each of them, on both engines."""

from __future__ import annotations

import html
import io
import re
import zipfile
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from tests.acting import acting
from tests.board import ACT, BoardAtWork, board, booking_facts, clean_facts, group_board
from tests.browsers import signed_in
from tests.factories import NOW, TODAY
from tests.formats.papers import pdf
from tests.page_fixtures import Somebody
from vetting.bookings.models.quick_checks import QuickCheck
from vetting.bookings.services import quick_checks
from vetting.casework.domain.advice import ConflictGround
from vetting.casework.models.cases import Case
from vetting.casework.models.intake import RequestedTime
from vetting.casework.services import assessments, cases, communications, decisions, documents, meetings, reading
from vetting.casework.services.assessments import NewAssessment
from vetting.casework.services.cases import start_handling
from vetting.engine.evidence import CriterionAnswer
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import DecisionGround, DecisionOutcome
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading, run_in_transaction
from vetting.kernel.store.trail import TrailNote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import WritingSession

__all__ = ["board", "group_board"]
POINT, NUMBER, OWN = "demokratisk-rattsstat", "8029990234", "Kulturföreningen Provkvarnen"
ACT_WORD, REASON, SOURCE, PAPER = "nekades", "Kvasten", "Skaftet", "Hinken"
VERDICTS = ("Krav ej uppfyllt", "Ej uppfyllt", "ej uppfyllt av", "prövas i ett annat ärende")


def put_in(board: BoardAtWork) -> dict[str, Any]:
    """A grant with an answer that weighs heavily, something sealed, a paper, and a booking by the same association."""
    facts = clean_facts(tip_received_on=TODAY, tip_about="demokrati", source_reference=SOURCE, verified=True)
    number = board.receive(facts).number
    given = NewAssessment(
        criterion=POINT, answer=CriterionAnswer.NOT_MET, reasons=f"{REASON}, se protokollet.", evidence=ACT
    )
    board.do(assessments.assess, number, given, version=None)
    new = documents.NewDocument(
        name="protokoll.pdf",
        media_type="application/pdf",
        content=pdf(f"Om {PAPER} i våras"),
        type="accounts",
        dated=None,
        arrived_on=TODAY,
    )
    paper = board.do(documents.add_document, number, new)
    reading.read_text(board.database, paper.id, at=NOW)
    at = datetime(2026, 12, 1, 17, tzinfo=NOW.tzinfo)
    use = RequestedTime(room_name="Salen", starts_at=at, ends_at=at + timedelta(hours=2))
    booking = board.receive(booking_facts(), CaseKind.BOOKING, uses=(use,)).number
    other = board.receive(clean_facts(), round_id=None).number
    return {
        "number": number,
        "booking": booking,
        "other": other,
        "document_id": paper.id,
        "association_id": board.case(number).association_id,
    }


class Reader(Somebody):
    """A person who opens every page there is."""

    def __init__(self, board: BoardAtWork, login: str) -> None:
        self.board, self.client = board, signed_in(board.database, f"{login}.norr")
        self.app = self.client.application

    def pages(self, found: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """Every page and file that opens for them, with its words."""
        for address in addresses(self.app, found):
            answer = self.get(address)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                yield address, words_of(self.opened(address).encode(), answer.mimetype)
            elif answer.status_code == 200:
                yield address, words_of(answer.data, answer.mimetype)


def addresses(app: Flask, found: dict[str, Any]) -> Iterator[str]:
    queries = ("", f"?q={NUMBER}&typ=bidrag&disk=0", f"?q={NUMBER}&typ=bokning&disk=0")
    yield from (f"/snabbkoll{query}" for query in queries)
    places = (
        f"forening={found['association_id']}",
        *(f"arende={found[name]}" for name in ("number", "booking", "other")),
    )
    yield from (f"/handlingar?q={PAPER}&{place}" for place in places)
    known = found | {
        "week": "2026-W49",
        "on": "2026-12-01",
        "page": 1,
        "criterion_id": POINT,
        "form": "pdf",
        "key": "ansokan",
    }
    for register in ("approvals", "associations", "bookings", "delegated", "opinions", "reclaims", "refusals"):
        yield f"/register/{register}"
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.rule.startswith(("/static", "/prova", "/logga-in")):
            continue
        for number in ("number", "booking", "other") if "number" in rule.arguments else ("number",):
            given = known | {"number": found[number]}
            if rule.arguments <= given.keys():
                with app.test_request_context():
                    from flask import url_for

                    yield url_for(rule.endpoint, **{name: given[name] for name in rule.arguments})


def words_of(data: bytes, media: str) -> str:
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return " ".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())
    text = data.decode("utf-8", "replace")
    if media != "text/html":
        return text
    main = re.search(r"<main.*?</main>", text, re.DOTALL)
    parts = text.split("</html>")[-1]
    return html.unescape(re.sub(r"<[^>]+>|\s+", " ", main[0] + parts if main else text))


def told(who: Reader, found: dict[str, Any], *words: str) -> list[tuple[str, str]]:
    return [(address, word) for address, text in who.pages(found) for word in words if word in text]


@pytest.mark.both_engines
def test_who_handles_the_cases_sees_all_of_it(board: BoardAtWork) -> None:
    """That the walk finds what it looks for, where it is to be seen."""
    found = put_in(board)
    words = {word for _, word in told(Reader(board, "caseworker"), found, ACT_WORD, REASON, PAPER)}
    assert words == {ACT_WORD, REASON, PAPER}


@pytest.mark.guards("indirect access")
def test_whoever_stepped_aside_sees_nothing_of_the_association_anywhere(board: BoardAtWork) -> None:
    found = put_in(board)
    lo = board.somebody(Role.CASEWORKER, "lo")
    own = run_in_transaction(
        board.database,
        lambda s: quick_checks.keep_quick_check(
            acting(s, lo, NOW), found["association_id"], CaseKind.GRANT, quick_checks.NOTHING_STATED
        ),
    )
    run_in_transaction(
        board.database, lambda s: meetings.recuse_person(acting(s, lo, NOW), found["number"], ConflictGround.OTHER)
    )
    reader = Reader(board, "lo")
    hidden = (ACT_WORD, REASON, SOURCE, PAPER, *VERDICTS, found["number"], found["booking"], found["other"])
    assert told(reader, found, *hidden) == []
    assert "Du har anmält jäv" in reader.get(f"/snabbkoll?q={NUMBER}").text
    assert OWN not in reader.get("/snabbkoll").text
    with open_reading(board.database) as s:
        assert s.get_one(QuickCheck, own.id).by_user_id == lo.id  # it is kept, and not told
    for path, fields in (
        ("/snabbkoll/spara", {"q": NUMBER, "typ": "bidrag", "val": str(found["association_id"])}),
        (f"/arenden/{found['other']}/aterta", {"criterion": POINT, "reason": "Nej."}),
        (f"/foreningar/{found['association_id']}/kontroll", {"ground": "sample", "about": "x"}),
    ):
        assert reader.send(path, **fields).status_code in {404, 409, 422}, path


def test_whoever_took_part_in_an_earlier_decision_has_left_that_case_only(board: BoardAtWork) -> None:
    found = put_in(board)
    lo = board.somebody(Role.CASEWORKER, "lo")
    run_in_transaction(
        board.database, lambda s: meetings.recuse_person(acting(s, lo, NOW), found["number"], ConflictGround.TOOK_PART)
    )
    reader = Reader(board, "lo")
    assert reader.get(f"/arenden/{found['number']}").status_code == 404
    assert reader.get(f"/arenden/{found['other']}").status_code == 200


def test_what_somebody_handled_waits_for_another_when_they_have_left_the_association(board: BoardAtWork) -> None:
    found = put_in(board)
    lo = board.somebody(Role.CASEWORKER, "lo")
    for number in (found["number"], found["other"]):
        run_in_transaction(board.database, partial(_handle, number, lo))
    assert board.case(found["other"]).officer_id == lo.id
    run_in_transaction(
        board.database, lambda s: meetings.recuse_person(acting(s, lo, NOW), found["number"], ConflictGround.OTHER)
    )
    assert [board.case(number).officer_id for number in (found["number"], found["other"])] == [None, None]


def _handle(number: str, by: Person, session: WritingSession) -> None:
    case = session.scalars(select(Case).where(Case.number == number)).one()
    case.officer_id = None
    start_handling(case, by)
    session.add_entry(TrailNote(action="test", by=by, at=NOW, subject=case, case_id=case.id))


@pytest.mark.guards("indirect access")
def test_premises_staff_see_three_answers_and_the_question_and_nothing_behind_them(board: BoardAtWork) -> None:
    found = put_in(board)
    reader = Reader(board, "premises")
    assert told(reader, found, ACT_WORD, REASON, SOURCE, PAPER, found["number"], found["other"]) == []
    at_desk = [one for one in told(reader, found, *VERDICTS) if one[0].startswith("/snabbkoll")]
    assert at_desk == []
    page = words_of(reader.get(f"/snabbkoll?q={NUMBER}&typ=bidrag&disk=0").data, "text/html")
    for never in ("Skäl", "Tittat", "Tittade", "Person caseworker", "Beslut hos andra nämnder", "Visa skäl"):
        assert never not in page.replace("Skälen visas inte vid disken", "")


def test_premises_staff_read_no_evidence_of_a_grant_on_the_page_of_their_booking(board: BoardAtWork) -> None:
    """A refusal that is communicated and decided counts for the booking too: what it rests on is not theirs to read."""
    found = put_in(board)
    board.do(cases.register_case, found["number"], "EXN 1", role=Role.REGISTRAR)
    board.do(
        communications.communicate,
        found["number"],
        communications.NewCommunication(what="Protokollet § 4.", reply_by=TODAY + timedelta(days=14)),
    )
    board.handle(found["number"])
    board.do(decisions.make_ready, found["number"], at=NOW + timedelta(days=20))
    board.propose(found["number"], outcome=DecisionOutcome.REFUSED, amount=None, grounds=(DecisionGround.CRITERION,))
    board.do(decisions.declare_no_conflict, found["number"], role=Role.DECISION_MAKER)
    board.decide(found["number"], at=NOW + timedelta(days=20))
    booking = f"/arenden/{found['booking']}"
    assert ACT_WORD in Reader(board, "caseworker").opened(booking)
    desk = Reader(board, "premises")
    assert desk.get(booking).status_code == 200
    assert told(desk, found, ACT_WORD, REASON, SOURCE, PAPER) == []


@pytest.mark.guards("indirect access")
@pytest.mark.parametrize("login", ["caseworker", "registrar", "auditor", "manager", "decision_maker"])
def test_what_is_sealed_stands_on_no_page_of_an_association(board: BoardAtWork, login: str) -> None:
    found = put_in(board)
    page = Reader(board, login).get(f"/foreningar/{found['association_id']}").text
    assert "Organisationsform" in page  # what is not sealed does
    assert SOURCE not in page


@pytest.mark.parametrize("login", ["group_member", "vbe_coordinator"])
def test_the_group_reads_nothing_of_a_case_before_it_has_answered_on_conflict(
    group_board: BoardAtWork, login: str
) -> None:
    board = group_board
    found = put_in(board)
    for name in ("number", "booking"):
        board.do(meetings.refer_to_group, found[name], "Fråga?")
    reader = Reader(board, login)
    assert told(reader, found, ACT_WORD, REASON, SOURCE, PAPER, "Krav ej uppfyllt") == []
    for path in (f"/handlingar/{found['document_id']}", f"/handlingar/{found['document_id']}/visa"):
        assert reader.get(path).status_code == 422


@pytest.mark.guards("indirect access")
def test_words_are_looked_for_in_one_case_or_one_association_and_never_in_a_whole_board(board: BoardAtWork) -> None:
    found = put_in(board)
    reader = Reader(board, "caseworker")
    assert "Du söker i ett ärende" in reader.get(f"/handlingar?q={PAPER}").text
    assert PAPER in reader.get(f"/handlingar?q={PAPER}&arende={found['number']}").text
    assert "protokoll.pdf" in reader.get(f"/handlingar?q={PAPER}&forening={found['association_id']}").text
    assert "protokoll.pdf" not in reader.get(f"/handlingar?q={PAPER}&arende={found['booking']}").text
    assert reader.get(f"/handlingar?q={PAPER}&arende=BID-2026-9999").status_code == 404
    assert reader.get(f"/handlingar?q={PAPER}&forening=99999").status_code == 404


def test_a_colleagues_list_with_a_row_about_what_one_has_left_is_closed(board: BoardAtWork) -> None:
    found = put_in(board)
    lines = f"Förening;Org.nr;Sökt belopp\n{OWN};{NUMBER};40000\nFöreningen Annan;802999-0101;1000\n"
    key = board.staged(lines.encode(), "lista.csv", into_round=False)
    lo = board.somebody(Role.CASEWORKER, "lo")
    reader = Reader(board, "lo")
    assert OWN in reader.get(f"/import/{key}").text
    run_in_transaction(
        board.database, lambda s: meetings.recuse_person(acting(s, lo, NOW), found["number"], ConflictGround.OTHER)
    )
    for place in (f"/import/{key}", f"/import/{key}/markerad"):
        assert reader.get(place).status_code == 404
    assert Reader(board, "caseworker").get(f"/import/{key}").status_code == 200


def test_a_special_review_of_what_one_has_left_is_no_page(board: BoardAtWork) -> None:
    found = put_in(board)
    lo = board.somebody(Role.CASEWORKER, "lo")
    run_in_transaction(
        board.database, lambda s: meetings.recuse_person(acting(s, lo, NOW), found["number"], ConflictGround.OTHER)
    )
    assert Reader(board, "lo").get(f"/foreningar/{found['association_id']}/kontroll").status_code == 404
