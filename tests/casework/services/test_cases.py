"""Notes: one's own, the file's, corrected by a new one, and what they may say."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.acting import acting
from tests.board import NUMBERS, board, clean_facts, refused
from tests.factories import NOW
from vetting.casework.models import cases as store
from vetting.casework.models.assessments import AssessmentDraft
from vetting.casework.services import assessment_drafts, cases
from vetting.kernel.problem import Obstacle
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.kernel.store.trail import TrailEntry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.board import BoardAtWork
    from vetting.casework.models.cases import Note

__all__ = ["board"]


def notes_of(board: BoardAtWork, number: str, role: Role = Role.CASEWORKER) -> Sequence[Note]:
    with open_reading(board.database) as s:
        found = store.notes(acting(s, board.staff[role]), board.case(number).id, most=None).newest
        s.expunge_all()
    return found


@pytest.mark.both_engines
def test_ones_own_note_is_thrown_away_and_nobody_elses_is(board: BoardAtWork) -> None:
    number = board.receive().number
    own = board.do(cases.add_note, number, "Ring på måndag.", official=False)
    filed = board.do(cases.add_note, number, "Ordföranden ringde.", official=True)
    assert refused(board, cases.remove_note, number, filed.id)[0] is Obstacle.MISSING
    assert refused(board, cases.remove_note, number, own.id, role=Role.AUDITOR)[0] is Obstacle.FORBIDDEN
    board.do(cases.remove_note, number, own.id)
    assert [note.text for note in notes_of(board, number)] == ["Ordföranden ringde."]
    with open_reading(board.database) as s:
        assert "working_note_removed" in set(s.scalars(select(TrailEntry.action)))


@pytest.mark.both_engines
def test_an_official_note_is_corrected_once_by_a_new_one_and_kept(board: BoardAtWork) -> None:
    number = board.receive().number
    wrong = board.do(cases.add_note, number, "Kassören ringde 3 maj.", official=True)
    right = board.do(cases.add_note, number, "Kassören ringde 5 maj.", official=True, corrects=wrong.id)
    with open_reading(board.database) as s:
        found = store.notes(acting(s, board.staff[Role.CASEWORKER]), board.case(number).id, most=None)
        assert {key: note.id for key, note in found.struck.items()} == {wrong.id: right.id}
        assert len(found.newest) == 2
    again = {"official": True, "corrects": wrong.id}
    assert refused(board, cases.add_note, number, "En gång till.", **again)[0] is Obstacle.STALE
    assert refused(board, cases.add_note, number, "Min.", official=False, corrects=right.id)[0] is Obstacle.MISSING
    other = board.receive(clean_facts(NUMBERS[1], "Kören Provspelet")).number
    assert refused(board, cases.add_note, other, "Fel ärende.", official=True, corrects=right.id)[0] is Obstacle.MISSING


def test_words_of_faith_and_names_are_told_of_and_stop_no_note() -> None:
    told = cases.doubts_about_note("Föreningen sade att medlemmarna är kristna. Anna Berg ringde.", ("Kören",))
    assert len(told) == 2
    assert "kristna" in told[0].sv
    assert "Anna Berg" in told[1].sv
    assert cases.doubts_about_note("Kassören ringde och bad om mer tid.", ()) == []


@pytest.mark.both_engines
def test_a_drafts_text_goes_in_its_time_and_the_begun_answer_stays(board: BoardAtWork) -> None:
    number = board.receive().number
    typed = {"answer": ["not_met"], "act": ["De sade något om tro."]}
    board.do(assessment_drafts.save_draft, number, "demokratisk-rattsstat", typed)
    kept = timedelta(days=30)
    for days, left in ((30, {"answer", "act"}), (31, {"answer"})):
        board.do(assessment_drafts.forget_texts, board.board_id, kept=kept, at=NOW + timedelta(days=days))
        with open_reading(board.database) as s:
            assert set(s.scalars(select(AssessmentDraft)).one().fields) == left
