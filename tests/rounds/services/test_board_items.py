"""The annexes of an item: what several reasons share is said once, and what the group said stands in its own."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from tests.acting import acting
from tests.board import rules
from vetting import clock
from vetting.grants.models.rounds import Round
from vetting.kernel.roles import Person, Role
from vetting.kernel.store.engine import connect_database
from vetting.kernel.store.session import open_reading
from vetting.rounds.services.board_items import board_item, split_reasons
from vetting.rules.services.rulebook import use_rules


def test_what_all_reasons_begin_with_is_said_once() -> None:
    shared, own = split_reasons(["Pengarna räcker inte. Lägst poäng.", "Pengarna räcker inte. Få medlemmar. Sen."])
    assert shared == "Pengarna räcker inte."
    assert own == ["Lägst poäng.", "Få medlemmar. Sen."]


def test_the_last_sentence_of_each_stays_with_it_also_where_they_are_alike() -> None:
    assert split_reasons(["A. B.", "A. B."]) == ("A.", ["B.", "B."])
    assert split_reasons(["Ett skäl."]) == ("", ["Ett skäl."])
    assert split_reasons(["X.", "Y. Z."]) == ("", ["X.", "Y. Z."])


def test_what_the_group_said_stands_in_an_annex(demonstration_copy: Any) -> None:
    database = connect_database(f"sqlite:///{demonstration_copy}")
    use_rules(database, rules)
    with open_reading(database) as session:
        about = session.scalars(select(Round).where(Round.name == "Verksamhetsbidrag i år").order_by(Round.id)).first()
        assert about is not None
        by = Person(id=0, name="", board_id=about.board_id, board="", roles=frozenset({Role.CASEWORKER}))
        sections = board_item(acting(session, by), about, on=clock.now().date()).sections
    database.close()
    [annex] = [one for one in sections if one.heading.sv.endswith("Referensgruppens ställningstaganden")]
    assert annex.table is not None
    told = {row[1:] for row in annex.table.rows}
    assert ("avstyrker", "Det förra bidraget är inte redovisat.") in told
    assert {advice for advice, _text in told} <= {"avstyrker", "ingen erinran", "tillstyrker"}
