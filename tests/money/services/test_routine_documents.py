"""The written routine as a document: made from the rules and gates in force, and never from what nobody approved."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.acting import acting
from tests.board import board
from tests.factories import TODAY
from tests.money.services.test_samples import routine
from vetting.kernel.problem import Refused
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading, open_technical
from vetting.money.domain.samples import RiskFact
from vetting.money.services.routine_documents import (
    names_of_rules,
    names_to_approve,
    routine_document,
    rules_of_grants,
)
from vetting.people.models.people import Board

if TYPE_CHECKING:
    from tests.board import BoardAtWork
    from vetting.kernel.written_documents import WrittenDocument

__all__ = ["board"]


def document(board: BoardAtWork) -> WrittenDocument:
    with open_reading(board.database) as s:
        return routine_document(acting(s, board.staff[Role.MANAGER]), on=TODAY, language="sv")


def said(written: WrittenDocument) -> str:
    lines = [line.sv for line in written.top]
    for section in written.sections:
        lines += [section.heading.sv, *(line.sv for line in section.lines)]
        lines += [" | ".join(row) for row in (section.table.rows if section.table is not None else ())]
    return "\n".join(lines)


def test_a_routine_that_nobody_has_approved_says_so_and_still_has_its_steps(board: BoardAtWork) -> None:
    told = said(document(board))
    assert "Inte godkänd än." in told
    assert "Stickprov dras slumpvis." in told
    assert "Jäv är prövat för handläggare och referensgrupp" in told
    assert "KL (2017:725) 6:28-32" in told
    assert "Det som prövas: Alla bidrag" in told
    assert "Sista ansökningsdag" in told


def test_an_approved_one_names_who_answers_what_may_be_drawn_by_and_what_is_new(board: BoardAtWork) -> None:
    routine(board, RiskFact.AMOUNT)
    routine(board, RiskFact.AMOUNT, RiskFact.FIRST_TIME, change="Första gången läggs till.", follows=1)
    told = said(document(board))
    assert "Version 2. Ansvarar: Avdelningschef." in told
    assert "Stort belopp (från 40 000 kr), Första gången hos nämnden. Inget annat får väljas." in told.replace(
        "\xa0", " "
    )
    assert f"2 | {TODAY.isoformat()} | Avdelningschef | Första gången läggs till." in told


def test_the_names_of_the_rules_change_with_the_rules(board: BoardAtWork) -> None:
    with open_reading(board.database) as s:
        by = board.staff[Role.MANAGER]
        names = names_of_rules(rules_of_grants(acting(s, by), on=TODAY))
        assert len(names) == 1
        assert names[0].startswith("Alla bidrag: ")
        assert names == names_of_rules(rules_of_grants(acting(s, by), on=TODAY + timedelta(days=1)))


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_document_is_whole_in_both_languages(board: BoardAtWork, language: str) -> None:
    with open_reading(board.database) as s:
        written = routine_document(acting(s, board.staff[Role.MANAGER]), on=TODAY, language=language)  # type: ignore[arg-type] # both
    assert all(section.heading.to(language) for section in written.sections)  # type: ignore[arg-type] # both


def test_a_routine_rests_on_the_boards_own_sources_when_it_is_approved(board: BoardAtWork) -> None:
    adopted = {"adopted_on": "2026-05-02", "adopted_as": "N 2026/7"}
    by = board.staff[Role.MANAGER]
    for own, refused_for in (({}, True), (adopted, False)):
        with open_technical(board.database) as s:
            row = s.get_one(Board, board.board_id)
            row.rules = {name: value for name, value in row.rules.items() if name not in adopted} | own
        told = said(document(board))
        assert ("Exempelgräns" in told) is refused_for
        assert ("handlingsplan mot våldsbejakande extremism" in told) is refused_for, "another board's plan"
        assert (f"{by.board}, 2026-05-02, N 2026/7" in told) is not refused_for
        with open_reading(board.database) as s:
            if refused_for:
                with pytest.raises(Refused) as found:
                    names_to_approve(acting(s, by), on=TODAY)
                assert 0 < len(found.value.problems) <= 10
            else:
                assert names_to_approve(acting(s, by), on=TODAY)
