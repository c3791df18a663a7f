"""A board's own templates: checked, tried and used until they are ended, each kind by itself."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import docx
import pytest

from tests.casework.services.test_letters import written
from tests.formats.test_word_templates import GOOD, PAPER, WRITTEN, template
from tests.page_fixtures import board
from vetting.casework.domain.letters import LetterKind
from vetting.casework.services import letters
from vetting.kernel.own_templates import TemplateKind
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.people.models.own_templates import own_template
from vetting.people.services import own_templates

if TYPE_CHECKING:
    from tests.board import BoardAtWork

__all__ = ["board"]


def take(board: BoardAtWork, kind: TemplateKind, data: bytes, role: Role = Role.ADMINISTRATOR) -> None:
    board.do(own_templates.take_template, kind, data, "mall.docx", role=role)


def test_each_kind_is_checked_by_its_own_fields_and_nobody_but_whoever_sets_up_the_board_takes_one(
    board: BoardAtWork,
) -> None:
    for kind, data, role, obstacle in (
        (TemplateKind.LETTER, template("{{ nope }}"), Role.ADMINISTRATOR, Obstacle.INVALID),
        (TemplateKind.LETTER, PAPER, Role.ADMINISTRATOR, Obstacle.INVALID),
        (TemplateKind.PAPER, GOOD, Role.ADMINISTRATOR, Obstacle.INVALID),
        (TemplateKind.LETTER, GOOD, Role.CASEWORKER, Obstacle.FORBIDDEN),
    ):
        with pytest.raises(Refused) as told:
            take(board, kind, data, role)
        assert told.value.obstacle is obstacle


def test_a_letter_is_written_by_its_template_until_that_is_ended_and_a_paper_by_the_other(board: BoardAtWork) -> None:
    row = written(board, board.approve().number, LetterKind.APPROVAL)
    take(board, TemplateKind.LETTER, GOOD)
    take(board, TemplateKind.PAPER, PAPER)
    with open_reading(board.database) as s:
        letter = docx.Document(io.BytesIO(letters.as_docx(s, row)))
        paper = docx.Document(io.BytesIO(own_templates.paper_docx(s, board.board_id, WRITTEN, "sv")))
    assert letter.sections[0].header.paragraphs[0].text.startswith("Exempelnämnden norr")
    assert paper.paragraphs[-1].text == "Besöksadress: Gatan 1"
    board.do(own_templates.end_template, TemplateKind.LETTER, role=Role.ADMINISTRATOR)
    with open_reading(board.database) as s:
        assert own_template(s, board.board_id, TemplateKind.LETTER) is None
        kept = own_template(s, board.board_id, TemplateKind.PAPER)
        assert kept is not None
        assert kept.version == 2
    with pytest.raises(Refused) as told:
        board.do(own_templates.end_template, TemplateKind.LETTER, role=Role.ADMINISTRATOR)
    assert told.value.obstacle is Obstacle.MISSING
