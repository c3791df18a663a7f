"""The page of agreements between boards: one board's word is not enough, and each takes back its own."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.board import BoardAtWork
from tests.page_fixtures import board, on_that_day, somebody
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.office.models.board_notices import BoardAgreement, agreeing_boards

__all__ = ["board", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")
PAGE = "/overenskommelser"


@pytest.fixture
def other(board: BoardAtWork) -> BoardAtWork:
    return BoardAtWork(board.database, code="syd").build()


def agreeing(board: BoardAtWork) -> list[str]:
    with open_reading(board.database) as s:
        return [row.code for row in agreeing_boards(s, board.board_id)]


def test_boards_tell_each_other_when_both_have_agreed_and_until_one_takes_it_back(
    board: BoardAtWork, other: BoardAtWork
) -> None:
    ours, theirs = somebody(board, Role.ADMINISTRATOR), somebody(other, Role.ADMINISTRATOR)
    assert "Exempelnämnden syd" in ours.get(PAGE).text
    assert ours.send(PAGE, other_id=str(other.board_id), reference="KS 2026/1").status_code == 303
    assert agreeing(board) == []
    assert theirs.send(PAGE, other_id=str(board.board_id), reference="KS 2026/1").status_code == 303
    assert (agreeing(board), agreeing(other)) == (["syd"], ["norr"])
    with open_reading(board.database) as s:
        key = s.scalars(select(BoardAgreement.id).where(BoardAgreement.board_id == board.board_id)).one()
    assert theirs.send(f"{PAGE}/{key}/avsluta").status_code == 404
    assert ours.send(f"{PAGE}/{key}/avsluta").status_code == 303
    assert agreeing(board) == []


def test_an_agreement_without_a_reference_or_with_nobody_is_refused(board: BoardAtWork, other: BoardAtWork) -> None:
    ours = somebody(board, Role.ADMINISTRATOR)
    answer = ours.send(PAGE, other_id=str(other.board_id), reference="")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert ours.send(PAGE, other_id="999", reference="KS 2026/1").status_code == 404
