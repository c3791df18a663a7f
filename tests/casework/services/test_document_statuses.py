"""What a document is in the file: a record stays one, working material is cleared by a person when its case has ended."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from tests.acting import acting
from tests.board import BoardAtWork, board, clean_facts, refused
from tests.factories import NOW, TODAY
from tests.formats.papers import pdf
from vetting.casework.domain.document_statuses import DocumentStatus
from vetting.casework.domain.records import RecordKind
from vetting.casework.models.documents import Document, DocumentContent, of_case
from vetting.casework.models.facts import GivenFacts
from vetting.casework.models.records import record_of
from vetting.casework.services import cases, decisions, document_statuses, documents, other_boards
from vetting.casework.services.document_statuses import NewDocumentStatus
from vetting.casework.services.documents import NewDocument
from vetting.casework.services.other_boards import NewHandover
from vetting.kernel.problem import Obstacle
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading
from vetting.kernel.store.trail import TrailEntry

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["board"]
pytestmark = pytest.mark.both_engines
REGISTRAR = Role.REGISTRAR


def put_in(board: BoardAtWork, number: str, status: DocumentStatus, name: str = "fil.pdf", paper: str = "") -> Document:
    new = NewDocument(
        name=name,
        media_type="application/pdf",
        content=pdf(name),
        type=paper,
        dated=None,
        arrived_on=TODAY,
        state=status,
    )
    return board.do(documents.add_document, number, new)  # type: ignore[no-any-return]


def say(board: BoardAtWork, document: Document, status: DocumentStatus, **more: Any) -> Document:
    new = NewDocumentStatus(status=status, **more)
    return board.do(document_statuses.set_status, document.id, new, role=REGISTRAR)  # type: ignore[no-any-return]


def wrong(
    board: BoardAtWork, document: Document, status: DocumentStatus, **more: Any
) -> tuple[Obstacle, Sequence[str]]:
    new = NewDocumentStatus(status=status, **more)
    return refused(board, document_statuses.set_status, document.id, new, role=REGISTRAR)


def record_of_paper(board: BoardAtWork, paper: Document) -> tuple[DocumentStatus, date, datetime] | None:
    with open_reading(board.database) as s:
        row = record_of(s, paper.case_id, RecordKind.DOCUMENT, paper.id)
    return (row.status, row.on, row.at) if row is not None else None


def test_what_is_working_material_becomes_a_record_once_and_is_dispatched(board: BoardAtWork) -> None:
    number = board.receive().number
    paper = put_in(board, number, DocumentStatus.WORKING)
    assert record_of_paper(board, paper) is None
    paper = say(board, paper, DocumentStatus.DRAWN_UP, title="Minnesanteckning", on=TODAY - timedelta(days=2))
    assert (paper.state, paper.status_on) == (DocumentStatus.DRAWN_UP, TODAY - timedelta(days=2))
    assert record_of_paper(board, paper) == (DocumentStatus.DRAWN_UP, TODAY - timedelta(days=2), NOW)
    assert wrong(board, paper, DocumentStatus.WORKING) == (Obstacle.STALE, ["state"])
    assert wrong(board, paper, DocumentStatus.SENT) == (Obstacle.INVALID, ["party", "way"])
    ahead = {"party": "kassören", "way": "mail", "on": TODAY + timedelta(days=1)}
    assert wrong(board, paper, DocumentStatus.SENT, **ahead) == (Obstacle.INVALID, ["on"])
    paper = say(board, paper, DocumentStatus.SENT, party="kassören", way="mail")
    assert (paper.state, paper.party, paper.way) == (DocumentStatus.SENT, "kassören", "mail")
    assert record_of_paper(board, paper) == (DocumentStatus.SENT, TODAY - timedelta(days=2), NOW), "one record, as now"
    assert wrong(board, paper, DocumentStatus.DRAWN_UP)[0] is Obstacle.STALE  # drawn up twice


def test_what_came_in_stays_so_and_only_the_registry_says_otherwise(board: BoardAtWork) -> None:
    paper = put_in(board, board.receive().number, DocumentStatus.ARRIVED)
    assert wrong(board, paper, DocumentStatus.DRAWN_UP) == (Obstacle.STALE, ["state"])
    assert say(board, paper, DocumentStatus.ARRIVED, title="Stadgar", party="revisorn").party == "revisorn"
    new = NewDocumentStatus(status=DocumentStatus.ARRIVED)
    for role in (Role.DECISION_MAKER, Role.AUDITOR):
        told = refused(board, document_statuses.set_status, paper.id, new, role=role)
        assert told[0] in {Obstacle.FORBIDDEN, Obstacle.MISSING}


def test_working_material_is_cleared_by_a_person_once_its_case_has_ended(board: BoardAtWork) -> None:
    number = board.receive().number
    draft = put_in(board, number, DocumentStatus.WORKING, "utkast.pdf")
    memo = put_in(board, number, DocumentStatus.WORKING, "pm.pdf")
    record = put_in(board, number, DocumentStatus.ARRIVED, "stadgar.pdf")
    everything = (draft.id, memo.id, record.id)
    assert refused(board, document_statuses.clear_working_material, everything, role=REGISTRAR)[0] is Obstacle.STALE
    board.do(cases.withdraw_case, number)
    assert refused(board, document_statuses.clear_working_material, everything, role=REGISTRAR)[0] is Obstacle.STALE
    board.do(decisions.send_back, number)
    board.do(other_boards.hand_to_board, number, NewHandover(to="Kulturnämnden"))
    with open_reading(board.database) as s:
        found = document_statuses.working_material(acting(s, board.staff[REGISTRAR]), as_of=NOW)
    assert [document.name for document, _case in found] == ["utkast.pdf", "pm.pdf"]
    assert board.do(document_statuses.keep_as_record, (memo.id,), role=REGISTRAR) == 1
    assert board.do(document_statuses.clear_working_material, everything, role=REGISTRAR) == 1
    with open_reading(board.database) as s:
        assert [paper.name for paper in of_case(s, board.case(number).id)] == ["pm.pdf", "stadgar.pdf"]
        assert s.get(DocumentContent, draft.id) is None
        assert s.get(DocumentContent, record.id) is not None
        actions = s.scalars(select(TrailEntry.action).where(TrailEntry.object_id == draft.id)).all()
        assert "working_material_cleared" in actions
        assert trail_verification.verify_trail(s).problems == []
    assert refused(board, document_statuses.clear_working_material, everything, role=REGISTRAR)[0] is Obstacle.STALE


def test_working_material_that_came_in_after_all_is_the_paper_the_rules_ask_for(board: BoardAtWork) -> None:
    number = board.receive(clean_facts(statutes_document=None)).number
    paper = put_in(board, number, DocumentStatus.WORKING, "stadgar.pdf", "statutes_document")

    def given() -> list[GivenFacts]:
        with open_reading(board.database) as s:
            return list(s.scalars(select(GivenFacts).where(GivenFacts.document_id == paper.id)))

    assert given() == []
    say(board, paper, DocumentStatus.ARRIVED)
    [row] = given()
    assert (row.of_association or row.of_case) == {"values": {"statutes_document": True}}
    say(board, paper, DocumentStatus.ARRIVED, title="Stadgar")
    assert len(given()) == 1
