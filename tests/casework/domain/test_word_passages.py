"""Signals over what stands in papers: where a word was found, a question, dismissed with a reason and remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.acting import acting
from tests.casework.services.test_reading import put_in, read_all
from tests.factories import TODAY
from tests.formats.papers import pdf, picture
from tests.rules.services.guideline import CASES, GUIDELINE
from tests.rules.services.test_publishing import published
from vetting.casework.domain.word_passages import MOST, find_passages
from vetting.casework.services import assessments
from vetting.casework.services.assessments import NewAssessment
from vetting.engine.evidence import CriterionAnswer
from vetting.engine.results import CriterionResult
from vetting.formats.document_types import PNG
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.workspace.services.case_files import case_file

if TYPE_CHECKING:
    from tests.board import BoardAtWork
    from vetting.engine.results import Finding

SIGNAL = "ord-i-beskrivningen"
IN_PAPERS = GUIDELINE.replace("fact: purpose, matches_list", "fact: papers_text, matches_list")


@pytest.fixture
def board(board: BoardAtWork) -> BoardAtWork:
    published(board, IN_PAPERS.replace("on: 2026-11-01, ref", "on: 2026-10-01, ref"), CASES)
    return board


def finding(board: BoardAtWork, number: str) -> Finding:
    with open_reading(board.database) as s:
        file = case_file(acting(s, board.staff[Role.CASEWORKER]), number, on=TODAY)
    assert file.screening is not None
    return next(item for item in file.screening.findings if item.criterion.id == SIGNAL)


def read_in(board: BoardAtWork, number: str) -> tuple[str, ...]:
    with open_reading(board.database) as s:
        file = case_file(acting(s, board.staff[Role.CASEWORKER]), number, on=TODAY)
    assert file.screening is not None
    found = file.screening.facts.values.get("papers_text", ())
    assert isinstance(found, tuple)
    return tuple(str(item) for item in found)


@pytest.mark.both_engines
def test_a_word_in_a_paper_is_a_question_that_says_where_it_stands(board: BoardAtWork) -> None:
    number = board.receive().number
    put_in(board, number, pdf("Stadgar", "Vi visar upp hundkamper varje maj"), "stadgar.pdf")
    assert finding(board, number).result is not CriterionResult.NEEDS_ASSESSMENT  # nobody has read it yet
    read_all(board)
    assert finding(board, number).result is CriterionResult.NEEDS_ASSESSMENT
    assert read_in(board, number) == ("stadgar.pdf, s. 2: Vi visar upp hundkamper varje maj",)


def test_papers_without_the_word_ask_nothing_and_a_scan_makes_it_unknown(board: BoardAtWork) -> None:
    number = board.receive().number
    put_in(board, number, pdf("Stadgar för hundklubben"), "stadgar.pdf")
    read_all(board)
    assert finding(board, number).result is CriterionResult.NOT_APPLICABLE
    assert read_in(board, number) == ()
    put_in(board, number, picture(), "kvitto.png", PNG)
    read_all(board)
    assert finding(board, number).result is CriterionResult.NOT_APPLICABLE  # unknown: no hit, and no clearance
    with open_reading(board.database) as s:
        file = case_file(acting(s, board.staff[Role.CASEWORKER]), number, on=TODAY)
    assert file.screening is not None
    assert "papers_text" not in file.screening.facts.values


def test_a_dismissed_hit_is_remembered_and_another_paper_asks_anew(board: BoardAtWork) -> None:
    number = board.receive().number
    put_in(board, number, pdf("Hundkamp är förbjuden hos oss"), "stadgar.pdf")
    read_all(board)
    answer = NewAssessment(criterion=SIGNAL, answer=CriterionAnswer.MET, reasons="Stadgarna förbjuder det.")
    board.do(assessments.assess, number, answer, version=None)
    assert finding(board, number).result is CriterionResult.MET
    put_in(board, number, pdf("Hundkamper den 3 maj"), "program.pdf")
    read_all(board)
    assert finding(board, number).result is CriterionResult.NEEDS_ASSESSMENT


def test_what_is_kept_of_a_screening_is_the_passage_and_not_the_paper(board: BoardAtWork) -> None:
    number = board.receive().number
    put_in(board, number, pdf("Före " * 60 + "hundkamp " + "efter " * 60), "lang.pdf")
    read_all(board)
    [passage] = read_in(board, number)
    assert len(passage.split()) < 30


def test_passages_say_their_place_and_are_few() -> None:
    pages = [(f"sida {number}", "ord om annat " * 20 + "sökt ord " + "mer text " * 20) for number in range(100)]
    found = find_passages(pages, ("sökt ord",))
    assert len(found) == MOST
    assert found[0].startswith("sida 0: ")
    assert "sökt ord" in found[0]


@pytest.mark.parametrize(
    ("text", "entry", "there"),
    [
        ("Vi har hundkamper.", "hundkamp*", True),
        ("Vi har hundkamper.", "hundkamp", False),
        ("SÖKT, ord!", "sökt ord", True),
        ("sökt annat ord", "sökt ord", False),
        ("", "ord", False),
        ("bindestreck-ord", "ord", True),
    ],
)
def test_words_are_found_as_rules_find_them(text: str, entry: str, there: bool) -> None:  # noqa: FBT001 - a table
    assert bool(find_passages([("s", text)], (entry,))) is there


@given(st.text(max_size=200), st.sampled_from(["ord", "ord*", "två ord", "å"]))
def test_whatever_a_paper_says_a_passage_is_given_exactly_where_a_rule_matches(text: str, entry: str) -> None:
    from vetting.engine.conditions.comparisons import matching_entries

    assert bool(find_passages([("s", text)], (entry,))) == bool(list(matching_entries(text, (entry,))))
