"""Papers: what stands in them is read by the worker, found by those who may see the case, and used as evidence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from tests.acting import acting
from tests.board import ACT, NUMBERS, BoardAtWork, booking_facts, clean_facts, rules
from tests.factories import NOW, TODAY
from tests.formats.papers import pdf, picture, word
from tests.formats.test_document_reading import locked
from tests.operations.jobs.working_off import work_off
from vetting.associations.models.associations import Association
from vetting.casework.domain.document_statuses import DocumentStatus
from vetting.casework.models.documents import READ, SCAN, Document, text_of
from vetting.casework.models.facts import GivenFacts
from vetting.casework.services import assessments, documents, reading
from vetting.casework.services.assessments import NewAssessment
from vetting.engine.evidence import CriterionAnswer
from vetting.formats.document_types import DOCX, PDF, PNG
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading
from vetting.operations.jobs.worker import Worker
from vetting.workspace.services.case_files import case_file


def put_in(board: BoardAtWork, number: str, content: bytes, name: str, media: str = PDF, **more: Any) -> Document:
    given: dict[str, Any] = {"type": "", "dated": None, "arrived_on": TODAY, **more}
    new = documents.NewDocument(name=name, media_type=media, content=content, **given)
    found: Document = board.do(documents.add_document, number, new)
    return found


def read_all(board: BoardAtWork) -> None:
    worker = Worker(board.database, rules(), lambda: NOW)
    work_off(worker)


def found(board: BoardAtWork, wanted: str, role: Role = Role.CASEWORKER) -> list[reading.DocumentHit]:
    """In the papers of whatever associations the test has."""
    with open_reading(board.database) as s:
        by = board.staff[role]
        places = [
            reading.document_search_scope(acting(s, by), association=key) for key in s.scalars(select(Association.id))
        ]
        return [hit for place in places if place for hit in reading.search_documents(acting(s, by), wanted, place)]


@pytest.mark.both_engines
def test_the_worker_reads_what_stands_in_a_new_paper(board: BoardAtWork) -> None:
    number = board.receive().number
    paper = put_in(board, number, pdf("Årsmötet hölls i bystugan", "Kassören avgick"), "protokoll.pdf")
    assert found(board, "bystugan") == []
    read_all(board)
    [hit] = found(board, "BYSTUGAN årsmötet")
    assert (hit.document.id, hit.page, hit.hit) == (paper.id, 1, "bystugan")
    [second] = found(board, "kassören")
    assert second.page == 2
    assert found(board, "bystugan kommunhuset") == []
    with open_reading(board.database) as s:
        assert trail_verification.verify_trail(s).problems == []


def test_a_paper_without_text_is_found_by_its_name_and_said_to_be_a_scan(board: BoardAtWork) -> None:
    number = board.receive().number
    paper = put_in(board, number, picture(), "kvitto_hyra.png", PNG)
    read_all(board)
    [hit] = found(board, "kvitto")
    assert hit.page == 0
    with open_reading(board.database) as s:
        text = text_of(s, paper.id)
        assert text is not None
        assert text.state == SCAN


def test_a_locked_paper_is_kept_and_its_lock_is_told(board: BoardAtWork) -> None:
    number = board.receive().number
    paper = put_in(board, number, locked(), "bokslut.pdf")
    read_all(board)
    with open_reading(board.database) as s:
        file = reading.document_file(acting(s, board.staff[Role.CASEWORKER]), paper.id)
    assert file.why_unread is not None
    assert file.why_unread.what.sv == "Filen är låst med ett lösenord."


def test_reading_again_does_no_harm(board: BoardAtWork) -> None:
    number = board.receive().number
    paper = put_in(board, number, word("Stadgar"), "stadgar.docx", DOCX)
    for _ in range(2):
        assert reading.read_text(board.database, paper.id, at=NOW) == READ
    assert len(found(board, "stadgar")) == 1


def test_reading_a_paper_leaves_the_page_that_somebody_has_open_good(board: BoardAtWork) -> None:
    number = board.receive().number
    put_in(board, number, pdf("Stadgar"), "stadgar.pdf")
    before = board.case(number).version
    read_all(board)
    assert board.case(number).version == before


def test_personal_numbers_are_not_kept_in_what_is_searched(board: BoardAtWork) -> None:
    number = board.receive().number
    paper = put_in(board, number, pdf("Kassör 19850312-1234"), "protokoll.pdf")
    read_all(board)
    assert found(board, "19850312-1234") == []
    with open_reading(board.database) as s:
        text = text_of(s, paper.id)
        assert text is not None
        assert "1234" not in text.folded + str(text.texts)


def test_a_search_finds_nothing_of_another_board_or_of_what_one_may_not_see(board: BoardAtWork) -> None:
    neighbour = BoardAtWork(board.database, code="syd").build()
    put_in(neighbour, neighbour.receive().number, pdf("Hemlig bystuga"), "protokoll.pdf")
    put_in(board, board.receive(clean_facts(NUMBERS[1], "Andra")).number, pdf("Egen bystuga"), "protokoll.pdf")
    booking = board.receive(booking_facts(NUMBERS[2], "Tredje"), CaseKind.BOOKING).number
    put_in(board, booking, pdf("Bokad bystuga"), "avtal.pdf")
    read_all(board)
    assert {hit.document.name for hit in found(board, "bystuga")} == {"protokoll.pdf", "avtal.pdf"}
    assert [hit.case.number for hit in found(board, "bystuga", Role.PREMISES)] == [booking]
    for role in (Role.GROUP_MEMBER, Role.ADMINISTRATOR):
        with pytest.raises(Refused) as refused:
            found(board, "bystuga", role)
        assert refused.value.obstacle is Obstacle.FORBIDDEN


@pytest.mark.parametrize("wanted", ["%", "_", "\\", "' OR 1=1 --", "ÅÄÖ", " ", "\x00"])
def test_signs_in_a_search_are_signs(board: BoardAtWork, wanted: str) -> None:
    put_in(board, board.receive().number, pdf("Protokoll"), "protokoll.pdf")
    read_all(board)
    assert found(board, wanted.replace("\x00", "")) == []


@pytest.mark.parametrize(
    ("name", "lines", "proposed"),
    [
        ("Årsmötesprotokoll 2026.pdf", "x", "annual_minutes"),
        ("scan0001.pdf", "Stadgar antagna 2019", "statutes_document"),
        ("scan0002.pdf", "Hej", ""),
    ],
)
def test_a_type_is_proposed_from_name_and_first_lines(board: BoardAtWork, name: str, lines: str, proposed: str) -> None:
    paper = put_in(board, board.receive().number, pdf(lines), name)
    read_all(board)
    with open_reading(board.database) as s:
        assert reading.document_file(acting(s, board.staff[Role.CASEWORKER]), paper.id).proposed == proposed


def test_saying_what_a_paper_is_puts_it_in_once(board: BoardAtWork) -> None:
    number = board.receive(clean_facts(statutes_document=None)).number
    paper = put_in(board, number, pdf("Stadgar"), "scan.pdf")
    board.do(reading.set_type, paper.id, "statutes_document")
    with open_reading(board.database) as s:
        [given] = s.scalars(select(GivenFacts).where(GivenFacts.document_id == paper.id))
        assert (given.of_association or given.of_case) == {"values": {"statutes_document": True}}
    with pytest.raises(Refused) as refused:
        board.do(reading.set_type, paper.id, "annual_minutes")
    assert refused.value.obstacle is Obstacle.STALE


def test_what_the_office_wrote_itself_is_not_what_the_rules_ask_for(board: BoardAtWork) -> None:
    number = board.receive(clean_facts(statutes_document=None)).number
    put_in(board, number, pdf("Stadgar"), "stadgar.pdf", type="statutes_document", state=DocumentStatus.WORKING)
    with open_reading(board.database) as s:
        file = case_file(acting(s, board.staff[Role.CASEWORKER]), number, on=TODAY)
    assert "statutes_document" in file.missing


def test_versions_and_twins_of_a_paper_are_shown_with_it(board: BoardAtWork) -> None:
    first = board.receive()
    old = put_in(board, first.number, pdf("Stadgar 2019"), "gamla.pdf", type="statutes_document")
    new = put_in(board, first.number, pdf("Stadgar 2026"), "nya.pdf", type="statutes_document")
    other = board.receive(clean_facts(NUMBERS[1], "Andra")).number
    twin = put_in(board, other, pdf("Stadgar 2026"), "kopia.pdf", type="statutes_document")
    with open_reading(board.database) as s:
        file = reading.document_file(acting(s, board.staff[Role.CASEWORKER]), new.id)
        assert [version.id for version in file.versions] == [new.id, old.id]
        assert [(document.id, case.number) for document, case in file.twins] == [(twin.id, other)]
        back = reading.document_file(acting(s, board.staff[Role.CASEWORKER]), twin.id)
        assert [document.id for document, _ in back.twins] == [new.id]


def test_evidence_rests_on_papers_of_the_case_only(board: BoardAtWork) -> None:
    number = board.receive().number
    own = put_in(board, number, pdf("Protokoll"), "protokoll.pdf")
    other = put_in(board, board.receive(clean_facts(NUMBERS[1], "Andra")).number, pdf("Annat"), "annat.pdf")
    with open_reading(board.database) as s:
        file = case_file(acting(s, board.staff[Role.CASEWORKER]), number, on=TODAY)
    assert file.screening is not None
    point = next(f.criterion.id for f in file.screening.findings if f.criterion.value_criterion)

    def answered(document_id: int) -> None:
        evidence = replace(ACT, document_id=document_id)
        given = NewAssessment(
            criterion=point, answer=CriterionAnswer.NOT_MET, reasons="Se protokollet.", evidence=evidence
        )
        board.do(assessments.assess, number, given, version=None)

    with pytest.raises(Refused) as refused:
        answered(other.id)
    assert [problem.where for problem in refused.value.problems] == ["document_id"]
    answered(own.id)
    with open_reading(board.database) as s:
        shown = case_file(acting(s, board.staff[Role.CASEWORKER]), number, on=TODAY)
    assert [row.document_id for row in shown.evidence[point]] == [own.id]


def test_a_working_paper_that_gets_a_type_is_still_not_in(board: BoardAtWork) -> None:
    number = board.receive(clean_facts(statutes_document=None)).number
    paper = put_in(board, number, pdf("Stadgar"), "scan.pdf", state=DocumentStatus.WORKING)
    board.do(reading.set_type, paper.id, "statutes_document")
    with open_reading(board.database) as s:
        assert s.scalars(select(GivenFacts).where(GivenFacts.document_id == paper.id)).all() == []


@pytest.mark.parametrize("wanted", ["årsmöte", "ÖVRIGT", "a\u030arsmo\u0308te"])
def test_capitals_and_taken_apart_letters_are_found_in_names(board: BoardAtWork, wanted: str) -> None:
    put_in(board, board.receive().number, picture(), "Årsmöte Övrigt.png", PNG)
    read_all(board)
    assert len(found(board, wanted)) == 1


def test_papers_from_before_there_was_reading_are_read(board: BoardAtWork) -> None:
    paper = put_in(board, board.receive().number, pdf("Protokoll"), "protokoll.pdf")
    read_all(board)
    with board.database.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM document_texts")
    assert reading.ask_for_unread(board.database, at=NOW) == 1
    assert reading.ask_for_unread(board.database, at=NOW) == 0
    read_all(board)
    with open_reading(board.database) as s:
        assert text_of(s, paper.id) is not None
