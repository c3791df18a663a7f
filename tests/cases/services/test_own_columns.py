"""A board's own columns: read like cells, kept as rows, and no rule ever sees them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from tests.board import BoardAtWork, rules
from tests.factories import TODAY
from vetting.cases.models.own_columns import columns, values_of
from vetting.cases.services import own_columns
from vetting.cases.services.own_columns import MOST_COLUMNS, ColumnType, NewColumn
from vetting.cases.services.screenings import screen_without_keeping
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading


def a_column(board: BoardAtWork, name: str = "Ansvarig", type_: ColumnType = ColumnType.TEXT, *options: str) -> int:
    new = NewColumn(round_id=board.round_id, purpose="Fördela besöken", name=name, type=type_, options=options)
    return int(board.do(own_columns.add_column, new).id)


def filled(board: BoardAtWork, number: str, given: dict[int, str]) -> Any:
    return board.do(own_columns.fill_in, number, given, on=TODAY)


def standing(board: BoardAtWork, number: str) -> dict[int, Any]:
    with open_reading(board.database) as s:
        return values_of(s, board.case(number))


@pytest.mark.both_engines
def test_each_type_of_column_keeps_what_its_cells_say(board: BoardAtWork) -> None:
    number = board.receive().number
    text_, amount, day, choice = (
        a_column(board),
        a_column(board, "Poäng", ColumnType.NUMBER),
        a_column(board, "Besök", ColumnType.DATE),
        a_column(board, "Spår", ColumnType.CHOICE, "Nord", "Syd"),
    )
    changed = filled(board, number, {text_: "Kim", amount: "2,5", day: "2027-01-15", choice: "Syd"})
    assert changed == ["Ansvarig", "Poäng", "Besök", "Spår"]
    assert standing(board, number) == {text_: "Kim", amount: 2.5, day: "2027-01-15", choice: "Syd"}
    assert filled(board, number, {text_: "Kim"}) == []
    filled(board, number, {text_: ""})
    assert text_ not in standing(board, number)


@pytest.mark.parametrize(
    ("type_", "given", "said"),
    [
        (ColumnType.NUMBER, "många", "tal"),
        (ColumnType.DATE, "i våras", "datum"),
        (ColumnType.CHOICE, "Väst", "Väst"),
        (ColumnType.TEXT, "850229-1234", "personnummer"),
    ],
)
def test_what_cannot_be_read_is_told_by_its_column_and_nothing_is_kept(
    board: BoardAtWork, type_: ColumnType, given: str, said: str
) -> None:
    number = board.receive().number
    good, bad = a_column(board), a_column(board, "Annat", type_, "Nord", "Syd")
    with pytest.raises(Refused) as refused:
        filled(board, number, {good: "Kim", bad: given})
    assert refused.value.problems[0].where == f"own-{bad}"
    assert said in refused.value.problems[0].what.sv + refused.value.problems[0].remedy.sv
    assert standing(board, number) == {}


def test_a_column_needs_a_name_of_its_own_and_a_choice_two_options_and_there_is_an_end_to_them(
    board: BoardAtWork,
) -> None:
    a_column(board)
    for name, type_ in (("", ColumnType.TEXT), ("ANSVARIG", ColumnType.TEXT), ("Spår", ColumnType.CHOICE)):
        with pytest.raises(Refused):
            a_column(board, name, type_, "Nord", "Nord")
    for place in range(MOST_COLUMNS - 1):
        a_column(board, f"Kolumn {place}")
    with pytest.raises(Refused, match="20 columns"):
        a_column(board, "En till")


def test_a_closed_column_is_not_shown_and_what_stood_in_it_stays(board: BoardAtWork) -> None:
    number = board.receive().number
    key = a_column(board)
    filled(board, number, {key: "Kim"})
    board.do(own_columns.close_column, key)
    with open_reading(board.database) as s:
        assert not columns(s, board.board_id)
        assert own_columns.of_case(s, board.case(number)) == []
    assert standing(board, number) == {key: "Kim"}
    a_column(board)


def test_no_rule_reads_them_and_a_full_column_changes_no_result(board: BoardAtWork) -> None:
    number = board.receive().number
    with open_reading(board.database) as s:
        before = screen_without_keeping(s, board.case(number), rules(), on=TODAY)
    filled(board, number, {a_column(board): "nej"})
    with open_reading(board.database) as s:
        after = screen_without_keeping(s, board.case(number), rules(), on=TODAY)
    assert before is not None
    assert after is not None
    assert after.screening == before.screening
    assert board.case(number).version == before.case.version if hasattr(before, "case") else True


def test_another_boards_columns_and_cases_are_out_of_reach(board: BoardAtWork) -> None:
    number = board.receive().number
    key = a_column(board)
    other = BoardAtWork(board.database, code="soder").build()
    theirs = other.receive().number
    assert theirs == number
    assert filled(other, theirs, {key: "Kim"}) == []
    assert standing(board, number) == {}
    with pytest.raises(Refused) as refused:
        other.do(own_columns.close_column, key)
    assert refused.value.obstacle is Obstacle.MISSING
    with pytest.raises(Refused):
        board.do(own_columns.fill_in, number, {key: "Kim"}, on=TODAY, role=Role.AUDITOR)


def test_what_stood_in_a_column_cannot_be_changed_behind_its_back(board: BoardAtWork) -> None:
    number = board.receive().number
    filled(board, number, {a_column(board): "Kim"})
    for statement in ("UPDATE own_values SET value = NULL", "DELETE FROM own_values"):
        with board.database.engine.connect() as connection, pytest.raises(DatabaseError, match="append-only"):
            connection.execute(text(statement))


@pytest.mark.parametrize(
    ("name", "options", "purpose", "where"),
    [
        ("Religion", ("Ja", "Nej"), "Fördela", "name"),
        ("Inriktning", ("Kristna", "Övriga"), "Fördela", "options"),
        ("Parti", ("Ett", "Två"), "Se vilka moderaterna stöder", "purpose"),
        ("Språk", ("Arabiska", "Svenska"), "Fördela", "options"),
        ("Spår", ("Nord", "Syd"), " ", "purpose"),
        ("Partifärg", ("Röd", "Blå"), "Fördela", "name"),
        ("Land", ("Ursprungsland", "Annat"), "Fördela", "options"),
    ],
)
def test_a_column_has_a_purpose_and_does_not_sort_associations_by_who_they_are(
    board: BoardAtWork, name: str, options: tuple[str, ...], purpose: str, where: str
) -> None:
    new = NewColumn(round_id=board.round_id, purpose=purpose, name=name, type=ColumnType.CHOICE, options=options)
    with pytest.raises(Refused) as refused:
        board.do(own_columns.add_column, new)
    assert where in {problem.where for problem in refused.value.problems}
    with open_reading(board.database) as s:
        assert not columns(s, board.board_id)


def test_a_column_belongs_to_its_round_and_asks_nothing_of_other_applications(board: BoardAtWork) -> None:
    inside, outside = board.receive().number, board.receive(round_id=None).number
    key = a_column(board, "Spår", ColumnType.CHOICE, "Nord", "Syd")
    with open_reading(board.database) as s:
        assert [column.id for column, _typed, _shown in own_columns.of_case(s, board.case(inside))] == [key]
        assert own_columns.of_case(s, board.case(outside)) == []
    assert filled(board, outside, {key: "Nord"}) == []
    with pytest.raises(Refused) as refused:
        board.do(
            own_columns.add_column,
            NewColumn(round_id=99999, purpose="x", name="y", type=ColumnType.NUMBER),
        )
    assert refused.value.obstacle is Obstacle.MISSING


@pytest.mark.parametrize("typed", ["x" * 61, "kristna och muslimer"])
def test_a_comment_is_a_note_and_never_a_column(board: BoardAtWork, typed: str) -> None:
    number = board.receive().number
    key = a_column(board)
    with pytest.raises(Refused):
        filled(board, number, {key: typed})
    assert standing(board, number) == {}
