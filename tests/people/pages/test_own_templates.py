"""The page of a board's own templates: a bad one is told at its own form, a good one is used until it is ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.formats.test_word_templates import GOOD, PAPER
from tests.page_fixtures import board, on_that_day, one_line, somebody
from vetting.kernel.roles import Role

if TYPE_CHECKING:
    from tests.board import BoardAtWork

__all__ = ["board", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")


@pytest.mark.parametrize(("kind", "good"), [("letter", GOOD), ("paper", PAPER)])
def test_a_board_puts_its_template_in_use_and_a_bad_one_is_told(board: BoardAtWork, kind: str, good: bytes) -> None:
    admin = somebody(board, Role.ADMINISTRATOR)
    bad = admin.send(f"/mallar/{kind}", file=(b"inte Word", "mall.docx"))
    assert bad.status_code == 422
    assert 'role="alert"' in bad.text
    assert admin.send(f"/mallar/{kind}", file=(good, "mall.docx")).status_code == 303
    assert one_line(admin.get("/mallar").text).count(">mall.docx<") == 1
    assert admin.get(f"/mallar/{kind}.docx").data == good
    assert admin.send(f"/mallar/{kind}/avsluta").status_code == 303
    assert ">mall.docx<" not in one_line(admin.get("/mallar").text)


def test_there_is_no_third_kind_and_others_read_without_changing(board: BoardAtWork) -> None:
    assert somebody(board, Role.ADMINISTRATOR).send("/mallar/faktura", file=(GOOD, "m.docx")).status_code == 404
    reader = somebody(board, Role.CASEWORKER)
    assert "<form" not in reader.get("/mallar").text.split("<main")[1].split("</main>")[0]
    assert reader.send("/mallar/letter", file=(GOOD, "m.docx")).status_code == 403
