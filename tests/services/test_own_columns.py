"""A board's own columns: read like cells, kept as rows, and no rule ever sees them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from tests.factories import TODAY
from tests.town import Town, rules
from vetting.domain.criteria import CaseKind
from vetting.domain.people import Role
from vetting.domain.problem import Obstacle, Refused
from vetting.services import own_columns
from vetting.services.own_columns import MOST_COLUMNS, ColumnType, NewColumn
from vetting.services.screenings import of_case
from vetting.store.own_columns import columns, values_of
from vetting.store.session import reading


def a_column(town: Town, name: str = "Ansvarig", type_: ColumnType = ColumnType.TEXT, *options: str) -> int:
    new = NewColumn(kind=CaseKind.GRANT, name=name, type=type_, options=options)
    return int(town.do(own_columns.add, new).id)


def filled(town: Town, number: str, given: dict[int, str]) -> Any:
    return town.do(own_columns.fill_in, number, given, on=TODAY)


def standing(town: Town, number: str) -> dict[int, Any]:
    with reading(town.database) as s:
        return values_of(s, town.case(number))


def test_each_type_of_column_keeps_what_its_cells_say(town: Town) -> None:
    number = town.receive().number
    text_, amount, day, choice = (
        a_column(town),
        a_column(town, "Poäng", ColumnType.NUMBER),
        a_column(town, "Besök", ColumnType.DATE),
        a_column(town, "Spår", ColumnType.CHOICE, "Nord", "Syd"),
    )
    changed = filled(town, number, {text_: "Kim", amount: "2,5", day: "2027-01-15", choice: "Syd"})
    assert changed == ["Ansvarig", "Poäng", "Besök", "Spår"]
    assert standing(town, number) == {text_: "Kim", amount: 2.5, day: "2027-01-15", choice: "Syd"}
    assert filled(town, number, {text_: "Kim"}) == []
    filled(town, number, {text_: ""})
    assert text_ not in standing(town, number)


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
    town: Town, type_: ColumnType, given: str, said: str
) -> None:
    number = town.receive().number
    good, bad = a_column(town), a_column(town, "Annat", type_, "Nord", "Syd")
    with pytest.raises(Refused) as refused:
        filled(town, number, {good: "Kim", bad: given})
    assert refused.value.problems[0].where == f"own-{bad}"
    assert said in refused.value.problems[0].what.sv + refused.value.problems[0].remedy.sv
    assert standing(town, number) == {}


def test_a_column_needs_a_name_of_its_own_and_a_choice_two_options_and_there_is_an_end_to_them(town: Town) -> None:
    a_column(town)
    for name, type_ in (("", ColumnType.TEXT), ("ANSVARIG", ColumnType.TEXT), ("Spår", ColumnType.CHOICE)):
        with pytest.raises(Refused):
            a_column(town, name, type_, "Nord", "Nord")
    for place in range(MOST_COLUMNS - 1):
        a_column(town, f"Kolumn {place}")
    with pytest.raises(Refused, match="20 columns"):
        a_column(town, "En till")


def test_a_closed_column_is_not_shown_and_what_stood_in_it_stays(town: Town) -> None:
    number = town.receive().number
    key = a_column(town)
    filled(town, number, {key: "Kim"})
    town.do(own_columns.close, key)
    with reading(town.database) as s:
        assert not columns(s, town.board_id)
        assert own_columns.of_case(s, town.case(number)) == []
    assert standing(town, number) == {key: "Kim"}
    a_column(town)


def test_no_rule_reads_them_and_a_full_column_changes_no_result(town: Town) -> None:
    number = town.receive().number
    with reading(town.database) as s:
        before = of_case(s, town.case(number), rules(), on=TODAY)
    filled(town, number, {a_column(town): "nej"})
    with reading(town.database) as s:
        after = of_case(s, town.case(number), rules(), on=TODAY)
    assert before is not None
    assert after is not None
    assert after.screening == before.screening
    assert town.case(number).version == before.case.version if hasattr(before, "case") else True


def test_another_boards_columns_and_cases_are_out_of_reach(town: Town) -> None:
    number = town.receive().number
    key = a_column(town)
    other = Town(town.database, code="soder").build()
    theirs = other.receive().number
    assert theirs == number
    assert filled(other, theirs, {key: "Kim"}) == []
    assert standing(town, number) == {}
    with pytest.raises(Refused) as refused:
        other.do(own_columns.close, key)
    assert refused.value.obstacle is Obstacle.MISSING
    with pytest.raises(Refused):
        town.do(own_columns.fill_in, number, {key: "Kim"}, on=TODAY, role=Role.AUDITOR)


def test_what_stood_in_a_column_cannot_be_changed_behind_its_back(town: Town) -> None:
    number = town.receive().number
    filled(town, number, {a_column(town): "Kim"})
    for statement in ("UPDATE own_values SET value = NULL", "DELETE FROM own_values"):
        with town.database.engine.connect() as connection, pytest.raises(DatabaseError, match="append-only"):
            connection.execute(text(statement))
