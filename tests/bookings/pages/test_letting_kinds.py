"""Kinds of letting on their pages: added, given rooms, asked by their own rules, told on the routine and on paper."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.bookings.pages.test_rooms import wanted
from tests.bookings.services.test_letting_kinds import OWN_RULES, PARTIES, draft
from tests.page_fixtures import board, on_that_day, somebody
from tests.rules.published import publish_draft
from vetting.casework.models.cases import Case
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.people.models.people import Room

if TYPE_CHECKING:
    from tests.board import BoardAtWork

__all__ = ["board", "on_that_day"]
pytestmark = pytest.mark.usefixtures("on_that_day")
HIDDEN = re.compile(r'name="asked_by" value="([^"]*)"')


def set_up(board: BoardAtWork, *, here: bool) -> str:
    """A room let as a kind with own rules in force, all by the pages; the room's key."""
    key = draft(board).id
    owner, admin = somebody(board, Role.RULES_OWNER), somebody(board, Role.ADMINISTRATOR)
    assert "Inga uthyrningsformer än" in owner.opened("/uthyrningsformer")
    assert owner.send("/uthyrningsformer", name="", ruleset="").status_code == 422
    made = owner.send("/uthyrningsformer", name="Festlokaler", ruleset=PARTIES)
    assert made.status_code == 303
    assert "(gemensamma, till dess de egna gäller)" in owner.opened(made.location)
    kind_id = made.location.rsplit("/", 1)[1]
    assert admin.send("/lokaler/lage", own="1" if here else "0").status_code == 303
    assert admin.send("/lokaler", name="Salen", unit="", letting_kind=kind_id, buffer_minutes="0").status_code == 303
    assert admin.send("/lokaler", name="Ateljén", unit="", letting_kind="", buffer_minutes="0").status_code == 303
    assert "Festlokaler" in admin.opened("/lokaler")
    publish_draft(board, key)
    shown = owner.opened(made.location)
    assert "Regler för festlokaler" in shown
    assert "Salen" in shown
    refused = owner.send(f"{made.location}/avsluta")
    assert refused.status_code == 422
    assert "Uthyrningsformen används av lokaler: Salen." in refused.text
    changed = owner.send(made.location, name="Festvåningar", ruleset=PARTIES)
    assert changed.status_code == 303
    assert "Festvåningar" in owner.opened("/uthyrningsformer")
    assert "Festvåningar" in owner.opened("/regler")
    with open_reading(board.database) as s:
        return str(s.scalars(select(Room.id).where(Room.name == "Salen")).one())


def last_case(board: BoardAtWork) -> Case:
    with open_reading(board.database) as s:
        found = s.scalars(select(Case).order_by(Case.id.desc()).limit(1)).one()
        s.expunge(found)
    return found


def test_a_room_booked_here_is_asked_about_by_the_rules_of_what_it_is_let_as(board: BoardAtWork) -> None:
    room_id = set_up(board, here=True)
    staff = somebody(board, Role.PREMISES)
    assert "festvärd" not in staff.opened("/lokaler/boka")
    assert "festvärd" in staff.opened(f"/lokaler/boka?lokal={room_id}")
    fields = wanted(board, room_id=room_id)
    missed = staff.send("/lokaler/boka", **fields, asked_by="")
    assert missed.status_code == 422
    assert "Lokalens uthyrningsform har andra regler" in missed.text
    assert "festvärd" in missed.text
    marked = HIDDEN.search(missed.text)
    assert marked
    assert marked[1] == PARTIES
    looked = staff.send("/lokaler/boka", **(fields | {"step": "check"}))
    assert looked.status_code == 200
    assert "festvärd" in looked.text
    done = staff.send("/lokaler/boka", **fields, **{"asked_by": PARTIES, "f-party_host": "no"})
    assert done.status_code == 303
    assert "Festvåningar" in staff.opened(done.location)
    assert "En festvärd är på plats" in staff.opened(done.location)


def test_a_room_that_is_booked_elsewhere_is_asked_about_by_its_name(board: BoardAtWork) -> None:
    set_up(board, here=False)
    staff = somebody(board, Role.PREMISES)
    first = staff.opened("/bokningar/ny")
    assert "Byt till Salen (Festvåningar, andra frågor)" in first
    assert "festvärd är" not in first
    own = staff.opened("/bokningar/ny?lokal=Salen")
    assert "festvärd är" in own
    assert 'value="Salen"' in own
    assert "frågar efter annat" not in own
    fields = {key: value for key, value in wanted(board, room_id="1").items() if key.startswith("f-")}
    fields |= {"starts_at": "2026-12-01T18:00", "until_clock": "20"}
    missed = staff.send("/bokningar/ny", room="salen", asked_by="", **fields)
    assert missed.status_code == 422
    assert "festvärd är" in missed.text
    done = staff.send("/bokningar/ny", room="salen", asked_by=PARTIES, **fields, **{"f-party_host": "yes"})
    assert done.status_code == 303
    assert last_case(board).letting_kind_id is not None
    other = staff.send("/bokningar/ny", room="Ateljén", asked_by="", **fields)
    assert other.status_code == 303
    assert last_case(board).letting_kind_id is None


def test_the_routine_and_the_paper_form_say_what_is_asked_beside(board: BoardAtWork) -> None:
    set_up(board, here=False)
    staff = somebody(board, Role.PREMISES)
    routine = staff.opened("/uthyrning")
    assert "Dessutom för Festvåningar" in routine
    assert "En festvärd är på plats" in routine
    forms = staff.opened("/blanketter")
    address = re.search(r'href="(/blanketter/booking/sv.docx\?uthyrningsform=\d+)"', forms)
    assert address
    assert staff.get(address[1]).status_code == 200
    assert staff.get("/blanketter/booking/sv.docx?uthyrningsform=999").status_code == 404


def test_rules_are_begun_for_one_kind_of_letting_and_then_say_so(board: BoardAtWork) -> None:
    owner = somebody(board, Role.RULES_OWNER)
    made = owner.send("/uthyrningsformer", name="Idrottshallar", ruleset="")
    key = made.location.rsplit("/", 1)[1]
    assert "Idrottshallar (lokaler)" in owner.opened("/regler/nytt")
    begun = owner.send("/regler/nytt", title="Hallregler", only=f"booking.{key}", builds_on="")
    assert begun.status_code == 303
    page = owner.opened(begun.location)
    assert "Gäller bara Idrottshallar." in page
    assert "kinds: [booking]" in owner.opened(f"{begun.location}/text")
    assert owner.send("/regler/nytt", title="Igen", only=f"booking.{key}", builds_on="").status_code == 422
    assert OWN_RULES
