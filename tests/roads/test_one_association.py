"""Which association somebody is, and whether their name is known, is one rule: by form and by list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.board import NUMBERS, BoardAtWork, clean_facts
from tests.casework.services.test_intake import in_a_list
from tests.factories import NOW
from vetting.associations.models.associations import CURRENT, FORMER, WRONG, Association, AssociationName
from vetting.casework.models.cases import Case
from vetting.kernel.organisation_numbers import fold_name
from vetting.kernel.store.session import open_reading, run_in_transaction
from vetting.kernel.store.trail import TrailNote
from vetting.lists.services import import_batches

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.databases import Databases
    from vetting.kernel.store.session import WritingSession

NOW_CALLED, ONCE_CALLED = "Kulturföreningen Provkvarnen", "Teatersällskapet Månskäran"
WRITTEN_OTHERWISE = "Månskärans Teatersällskap"


def known(session: WritingSession, number: str | None, name: str, *names: tuple[str, str]) -> Association:
    """An association with its names, (name, kind) beside the one it has now."""
    made = Association(number=number, name=name, name_key=fold_name(name), source="board 1", created_at=NOW)
    session.add(made)
    session.flush()
    session.add_all(
        AssociationName(association_id=made.id, name=one, name_key=fold_name(one), kind=kind, source="board 1")
        for one, kind in ((name, CURRENT), *names)
    )
    session.add_entry(TrailNote(action="association_added", by=None, at=NOW, subject=made))
    return made


def with_former(session: WritingSession) -> None:
    known(session, NUMBERS[1], NOW_CALLED, (ONCE_CALLED, FORMER))


def with_wrong(session: WritingSession) -> None:
    known(session, NUMBERS[1], NOW_CALLED, (ONCE_CALLED, WRONG))


def with_merged(session: WritingSession) -> None:
    """A record without number is merged into the one that has it, and had a name of its own then."""
    holds = known(session, NUMBERS[1], NOW_CALLED)
    known(session, None, ONCE_CALLED).merged_into_id = holds.id


SAID = [
    (with_former, NOW_CALLED),
    (with_former, ONCE_CALLED),
    (with_former, WRITTEN_OTHERWISE),
    (with_former, "Något helt annat"),
    (with_wrong, ONCE_CALLED),
    (with_wrong, WRITTEN_OTHERWISE),
    (with_merged, ONCE_CALLED),
    (with_merged, WRITTEN_OTHERWISE),
    (with_merged, "Något helt annat"),
]


@pytest.mark.parametrize(("prepare", "name"), SAID)
def test_who_it_is_and_what_is_new_of_the_name_is_the_same_by_form_and_by_list(
    board: BoardAtWork, prepare: Callable[[WritingSession], None], name: str, databases: Databases, engine: str
) -> None:
    other = BoardAtWork.copied(databases, engine)
    facts = clean_facts(NUMBERS[1], name).without(("board_area",))
    told = []
    for place in (board, other):
        run_in_transaction(place.database, prepare)
        if place is board:
            place.receive(facts)
        else:
            key = place.staged(in_a_list(facts))
            place.do(import_batches.confirm_import, key, good_only=False)
        with open_reading(place.database) as session:
            names = session.execute(
                select(AssociationName.association_id, AssociationName.name, AssociationName.kind).order_by(
                    AssociationName.id
                )
            ).all()
            records = session.execute(select(Association.id, Association.number, Association.merged_into_id)).all()
            told.append(
                (session.scalars(select(Case.association_id)).all(), list(map(tuple, names)), list(map(tuple, records)))
            )
    other.database.close()
    assert told[0] == told[1]
