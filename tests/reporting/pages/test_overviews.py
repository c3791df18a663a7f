"""The overview: pictures whose titles say the finding, with a table beside, cases behind each row, files that open."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert

from tests.board import NUMBERS, booking_facts, clean_facts
from tests.factories import TODAY
from tests.page_fixtures import board, on_that_day, one_line, somebody
from vetting.grants.models.rounds import RoundScheme
from vetting.grants.services.budget_lines import LineWriting, add_line
from vetting.grants.services.schemes import SchemeWriting, add_scheme
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.roles import Role

if TYPE_CHECKING:
    from tests.board import BoardAtWork
    from tests.page_fixtures import Somebody

__all__ = ["board", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")


@pytest.fixture
def manager(board: BoardAtWork) -> Somebody:
    return somebody(board, Role.MANAGER)


def filled(board: BoardAtWork) -> str:
    """The number of a grant; beside it an open application, a booking and a line of the budget."""
    board.do(add_line, LineWriting(name="Föreningsstöd", year=TODAY.year, amount=100_000_00))
    number: str = board.approve().number
    board.receive(clean_facts(NUMBERS[1], "Föreningen Väntar"))
    board.receive(booking_facts(NUMBERS[2], "Bokaren"), kind=CaseKind.BOOKING)
    return number


def test_each_picture_says_its_finding_and_the_same_in_a_table(board: BoardAtWork, manager: Somebody) -> None:
    filled(board)
    page = one_line(manager.get("/oversikt").text)
    assert "Flest i steget Inkommen: 1 av 1 öppna ansökningar" in page
    assert "Från ansökan till beslut, nov: 0 dagar (median)" in page
    assert "0 procent av Föreningsstöd är beviljat" in page
    assert "Inga redovisningar har behövt lämnas in än" in page
    assert page.count('class="plot"') == 3
    assert page.count('class="mini figs"') == 3
    labels = re.findall(r'role="img" aria-label="([^"]+)"', page)
    assert len(labels) == 3
    assert all(label.endswith("siffror.") for label in labels)


def test_every_row_opens_its_cases_and_what_is_no_row_is_not_found(board: BoardAtWork, manager: Somebody) -> None:
    number = filled(board)
    page = manager.get("/oversikt").text
    rows = [row for row in re.findall(r'href="(/oversikt/[a-z]+/[^"?.]+)\?', page) if "." not in row.rsplit("/", 1)[1]]
    assert len(rows) == 3
    found = {row: manager.get(row) for row in rows}
    assert {answer.status_code for answer in found.values()} == {200}
    assert number in found[f"/oversikt/tid/{TODAY.year}-{TODAY.month:02}"].text
    assert "Föreningen Väntar" in found["/oversikt/steg/received"].text
    for none in (
        "/oversikt/steg/decided",
        "/oversikt/steg/finns-inte",
        "/oversikt/finns-inte/1",
        "/oversikt/tid/2020-01",
    ):
        assert manager.get(none).status_code == 404


def test_grant_schemes_that_share_a_line_are_told_apart_each_with_its_cases(
    board: BoardAtWork, manager: Somebody
) -> None:
    """What is left is the line's; the round's grants are those of its first grant scheme, where they say none."""
    number = filled(board)
    line = board.do(add_line, LineWriting(name="Delad post", year=TODAY.year, amount=100_000_00)).id
    schemes = [
        board.do(add_scheme, SchemeWriting(name=name), role=Role.RULES_OWNER).id
        for name in ("Lokalbidrag", "Arrangemang")
    ]
    with board.database.engine.begin() as connection:
        for scheme in schemes:
            row = {"round_id": board.round_id, "scheme_id": scheme, "line_id": line}
            connection.execute(insert(RoundScheme).values(row))
    page = one_line(manager.get("/oversikt").text)
    for scheme, name in zip(schemes, ("Lokalbidrag", "Arrangemang"), strict=True):
        assert f">varav {name}</a>" in page
        assert f"/oversikt/pengar/{line}-{scheme}?" in page
    assert page.count(">delas<") == 2
    own, other = (manager.get(f"/oversikt/pengar/{line}-{scheme}") for scheme in schemes)
    assert (own.status_code, other.status_code) == (200, 200)
    assert number in own.text
    assert number not in other.text
    assert number in manager.get(f"/oversikt/pengar/{line}").text


def test_a_board_without_anything_has_frames_and_a_sentence(manager: Somebody) -> None:
    page = one_line(manager.get("/oversikt").text)
    assert page.count("Inget att rita än.") == 5
    assert "0 ansökningar att besluta om" in page


def test_the_counter_and_finance_do_not_see_the_boards_figures(board: BoardAtWork) -> None:
    for role in (Role.PREMISES, Role.FINANCE, Role.GROUP_MEMBER):
        assert somebody(board, role).get("/oversikt").status_code == 403
