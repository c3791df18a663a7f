"""What a board says of personal data stands in all that it sends and gives out; its times of retention are decided."""

from __future__ import annotations

import io

import docx
import pypdfium2
import pytest

from tests.acting import acting
from tests.board import NUMBERS, BoardAtWork, board, clean_facts, refused
from tests.factories import NOW, TODAY
from vetting.casework.services import completion_letters, completions, letters
from vetting.casework.services.completions import NewCompletionRequest
from vetting.casework.services.paper_forms import given_out
from vetting.engine.paper_forms import FormKind
from vetting.kernel.problem import Obstacle
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.people.domain.personal_data import (
    PROPOSED_INFORMATION,
    RetentionKind,
    information_lines,
    information_words,
    retention_days,
)
from vetting.people.models.people import Board
from vetting.people.services import personal_data
from vetting.records.services import settings_changes

__all__ = ["board"]
TEXT = "Nämnden är personuppgiftsansvarig.\nDataskyddsombud: dso@exempelstad.example"
ADMIN = Role.ADMINISTRATOR


def say(board: BoardAtWork, sv: str = TEXT, en: str = "") -> None:
    board.do(personal_data.set_information, {"sv": sv, "en": en}, role=ADMIN)


def test_a_text_is_the_boards_own_and_nothing_in_it_is_left_open(board: BoardAtWork) -> None:
    assert refused(board, personal_data.set_information, {"sv": TEXT}) == (Obstacle.FORBIDDEN, ["manage_board"])
    wrong = refused(board, personal_data.set_information, {"sv": PROPOSED_INFORMATION.sv}, role=ADMIN)
    assert wrong == (Obstacle.INVALID, ["sv"])
    assert refused(board, personal_data.set_information, {"sv": "x" * 2001}, role=ADMIN)[1] == ["sv"]
    assert refused(board, personal_data.set_information, {"sv": "", "en": "Ours."}, role=ADMIN)[1] == ["sv"]
    say(board, f"  {TEXT} \n")
    with open_reading(board.database) as s:
        assert s.get_one(Board, board.board_id).information == {"sv": TEXT}
        manager = board.staff[Role.MANAGER]
        told = settings_changes.recent_changes(acting(s, manager), {}, on=TODAY)
    assert any("information om personuppgifter" in change.what.sv for change in told)


def test_an_english_letter_has_the_english_text_where_there_is_one() -> None:
    assert information_lines({}, "sv") == ()
    assert information_lines({"sv": "Vi."}, "en")[-1] == "Vi."
    assert information_lines({"sv": "Vi.", "en": "We."}, "en") == ("", "How we process personal data", "We.")
    assert information_words({}) == ()


def test_a_letter_keeps_what_was_said_when_it_was_written(board: BoardAtWork) -> None:
    case = board.approve(clean_facts(NUMBERS[0], "Föreningen Eken"))
    with open_reading(board.database) as s:
        possible, _update = letters.writable_letters(s, board.case(case.number), on=TODAY)
    before = board.do(letters.write_letter, case.number, possible.kind, possible.key)
    say(board)
    after = board.do(letters.write_letter, case.number, possible.kind, possible.key)
    say(board, "Något nytt.")
    assert "Dataskyddsombud" not in "\n".join(before.lines)
    assert list(after.lines[-3:]) == ["Så behandlar vi personuppgifter", *TEXT.splitlines()]
    with open_reading(board.database) as s:
        printed = pypdfium2.PdfDocument(letters.as_pdf(s, after))
        pages = "".join(page.get_textpage().get_text_range() for page in printed)
        word = docx.Document(io.BytesIO(letters.as_docx(s, after)))
    assert "Dataskyddsombud: dso@exempelstad.example" in pages
    assert "Dataskyddsombud: dso@exempelstad.example" in [paragraph.text for paragraph in word.paragraphs]


def test_a_letter_that_asks_for_papers_says_it_too(board: BoardAtWork) -> None:
    say(board)
    case = board.receive(clean_facts(NUMBERS[0], "Föreningen Eken", accounts=None))
    act = board.do(completions.request_of_many, (case.number,), NewCompletionRequest())
    with open_reading(board.database) as s:
        found = completion_letters.letters_of(acting(s, board.staff[Role.CASEWORKER]), act)
    assert found[0][0].lines[-1] == TEXT.splitlines()[-1]


@pytest.mark.parametrize("kind", list(FormKind))
def test_every_form_has_it_in_every_kind_of_file(board: BoardAtWork, kind: FormKind) -> None:
    say(board)
    given = {}
    with open_reading(board.database) as s:
        for ending in ("docx", "pdf"):
            by = board.staff[Role.CASEWORKER]
            given[ending] = given_out(acting(s, by), kind, ending, "sv", on=TODAY) or b""
    word = [paragraph.text for paragraph in docx.Document(io.BytesIO(given["docx"])).paragraphs]
    pages = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(given["pdf"]))
    for said in ("Så behandlar vi personuppgifter", TEXT.splitlines()[1]):
        assert said in word
        assert said in pages


def test_other_times_than_the_shipped_need_the_boards_decision(board: BoardAtWork) -> None:
    days = {
        RetentionKind.FILES: 60,
        RetentionKind.POSTS: 90,
        RetentionKind.CHECKS: 30,
        RetentionKind.SIGN_INS: 90,
        RetentionKind.READS: 365,
        RetentionKind.TEXTS: 3,
        RetentionKind.TIPS: 60,
        RetentionKind.DRAFTS: 30,
    }
    assert refused(board, personal_data.set_retention, days, "", role=ADMIN) == (Obstacle.INVALID, ["decision"])
    for wrong in (6, 731, None, 0):
        told = refused(board, personal_data.set_retention, days | {RetentionKind.CHECKS: wrong}, "N 2026/7", role=ADMIN)
        assert told == (Obstacle.INVALID, ["checks"])
    told = refused(board, personal_data.set_retention, days | {RetentionKind.TEXTS: 31}, "N 2026/7", role=ADMIN)
    assert told == (Obstacle.INVALID, ["texts"])
    assert refused(board, personal_data.set_retention, days, "N 2026/7")[0] is Obstacle.FORBIDDEN
    board.do(personal_data.set_retention, days, " N  2026/7 ", role=ADMIN, at=NOW)
    with open_reading(board.database) as s:
        kept = s.get_one(Board, board.board_id).retention
    assert kept["decision"] == "N 2026/7"
    assert [retention_days(kept, what) for what in RetentionKind] == [60, 90, 30, 90, 365, 3, 60, 30]
    assert [retention_days({}, what) for what in RetentionKind] == [90, 90, 30, 90, 365, 1, 90, 30]
