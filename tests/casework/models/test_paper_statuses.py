"""How the papers of a case stand: stated, kept since an earlier case, in, reviewed by an act."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.acting import acting
from tests.board import clean_facts, rules
from tests.factories import NOW, TODAY
from tests.page_fixtures import board, on_that_day
from vetting.casework.domain.cases import CaseMarkKind
from vetting.casework.models.cases import Case
from vetting.casework.models.documents import Document
from vetting.casework.models.paper_statuses import paper_standings
from vetting.casework.services import cases
from vetting.casework.services.documents import NewDocument, add_document
from vetting.casework.services.reads import note_read
from vetting.casework.services.screenings import screen_without_keeping
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.people.domain.reads import ReadExtent

if TYPE_CHECKING:
    from tests.board import BoardAtWork
    from vetting.casework.models.paper_statuses import PaperStatuses

__all__ = ["board", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")


def standings(board: BoardAtWork, number: str) -> PaperStatuses:
    with open_reading(board.database) as s:
        case = s.scalars(select(Case).where(Case.number == number)).one()
        screened = screen_without_keeping(s, case, on=TODAY)
        return paper_standings(s, case, screened.screening if screened else None)


def said(board: BoardAtWork, number: str, *types: str) -> str:
    return standings(board, number).of_types(types or ("accounts",)).sv


def hand_in(board: BoardAtWork, number: str, kind: str = "accounts") -> int:
    new = NewDocument(
        name=f"{kind}.pdf",
        media_type="application/pdf",
        content=f"{number} {kind}".encode(),
        type=kind,
        dated=None,
        arrived_on=TODAY,
    )
    key: int = board.do(add_document, number, new).id
    return key


def test_only_an_act_after_opening_makes_a_paper_reviewed(board: BoardAtWork) -> None:
    number = board.receive().number
    assert said(board, number) == "Uppgiven av föreningen"
    first = hand_in(board, number)
    assert said(board, number) == "Inlämnad, inte granskad"
    assert said(board, number, "accounts", "activity_report") == "Uppgiven av föreningen"
    with open_reading(board.database) as s:
        note_read(acting(s, board.staff[Role.CASEWORKER], NOW), s.get_one(Document, first), ReadExtent.OPENED)
    assert said(board, number) == "Inlämnad, inte granskad"
    board.do(cases.mark_case, number, CaseMarkKind.BASIC_CHECK)
    assert said(board, number).startswith("Granskad ")
    second = hand_in(board, number, "activity_report")
    assert said(board, number, "accounts", "activity_report") == "Inlämnad, inte granskad"
    assert standings(board, number).reviewed.keys() == {first} != {second}


def test_a_signature_reviews_no_paper_that_its_person_has_not_opened(board: BoardAtWork) -> None:
    number = board.receive().number
    hand_in(board, number)
    board.do(cases.mark_case, number, CaseMarkKind.BASIC_CHECK)
    assert said(board, number) == "Inlämnad, inte granskad"


def test_what_came_in_another_case_of_the_association_is_here_since_then(board: BoardAtWork) -> None:
    earlier = board.receive().number
    hand_in(board, earlier)

    later = board.receive(clean_facts(), doubled_because="Två delar.").number
    assert said(board, later) == f"Inlämnad {TODAY.year} i ett annat ärende"
    catalogue = rules().folder.book.catalogue
    told = {words.sv: names.sv for words, names in standings(board, later).not_here(catalogue)}
    assert told[f"Inlämnad {TODAY.year} i ett annat ärende"] == catalogue["accounts"].label.sv.lower()
    assert "årsmötesprotokoll" in told["Uppgivna av föreningen, inte inlämnade"]
