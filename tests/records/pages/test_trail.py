"""The trail and the readings: of the own board, of cases one may see, without what an act said."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.acting import acting
from tests.board import NUMBERS, BoardAtWork, clean_facts
from tests.factories import NOW, TODAY
from tests.page_fixtures import Somebody, board, on_that_day
from vetting.app.application import create_app
from vetting.app.reading_log import BY_ENDPOINT, read_at
from vetting.casework.domain.advice import ConflictGround
from vetting.casework.services import meetings
from vetting.config import Config
from vetting.kernel.roles import Role
from vetting.kernel.store.engine import BUSY_MILLISECONDS
from vetting.kernel.store.session import open_reading, open_writing
from vetting.people.domain.sealed_reads import FILE_WORDS, MOST_AN_HOUR, ReadKind
from vetting.people.models.sealed_reads import SealedRead
from vetting.people.services import roles
from vetting.records.services import trail_pages
from vetting.records.services.trail_pages import TrailSelection
from vetting.web.access import ACCESS
from vetting.workspace.services.todays import TodayPlace, today_of

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["board", "on_that_day"]


@pytest.fixture
def app(board: BoardAtWork, on_that_day: None) -> Flask:  # noqa: ARG001 - the day that the examples are from
    return create_app(Config(), board.database)


def kept(board: BoardAtWork) -> list[tuple[str, str]]:
    with open_reading(board.database) as s:
        rows = s.scalars(select(SealedRead).order_by(SealedRead.id))
        return [(row.kind.value, row.about) for row in rows]


def test_what_was_done_is_seen_by_auditor_and_manager_and_nobody_else(board: BoardAtWork, app: Flask) -> None:
    number = board.receive(clean_facts(NUMBERS[0], "Föreningen Eken")).number
    for role in Role:
        answer = Somebody(board, app, role).get("/spar")
        if role in {Role.AUDITOR, Role.MANAGER}:
            assert "Ärendet kom in" in answer.text
            assert f'href="/arenden/{number}"' in answer.text
            assert "Föreningen Eken" not in answer.text
        else:
            assert answer.status_code == 403


def test_another_boards_acts_and_a_case_one_has_stepped_aside_in_are_not_there(board: BoardAtWork, app: Flask) -> None:
    own = board.receive(clean_facts(NUMBERS[0], "Föreningen Eken")).number
    other = BoardAtWork(board.database, code="syd").build()
    other.receive(clean_facts(NUMBERS[2], "Föreningen Alen"))  # each board has a series of its own
    there = other.receive(clean_facts(NUMBERS[1], "Föreningen Björken")).number
    Somebody(board, app, Role.CASEWORKER).get(f"/arenden/{own}")
    Somebody(other, app, Role.CASEWORKER).get(f"/arenden/{there}")
    ira = Somebody(board, app, Role.AUDITOR)
    for path in ("/spar", "/spar/last"):
        page = ira.get(path).text
        assert own in page
        assert there not in page
    both = replace(board.staff[Role.CASEWORKER], roles=frozenset({Role.CASEWORKER, Role.AUDITOR}))
    board.do(meetings.recuse_person, own, ConflictGround.OTHER)
    with open_reading(board.database) as s:
        assert own not in {line.number for line in trail_pages.entries_of(acting(s, both), TrailSelection(), {})}
        assert own not in {line.number for line in trail_pages.reads_of(acting(s, both), TrailSelection())}


@pytest.mark.guards("somebody who reads what is not their work")
def test_each_thing_is_noted_once_an_hour_and_only_where_it_was_shown(board: BoardAtWork, app: Flask) -> None:
    number = board.receive(clean_facts(NUMBERS[0], "Föreningen Eken")).number
    kim, fia = Somebody(board, app, Role.CASEWORKER), Somebody(board, app, Role.FINANCE)
    for _ in range(3):
        assert kim.get(f"/arenden/{number}").status_code == 200
    assert kim.get("/arenden/BID-2026-9999").status_code == 404
    assert fia.get("/utbetalningar").status_code == 200
    assert kim.get("/register/reclaims/excel").status_code == 200
    assert kept(board) == [("case", number), ("account", ""), ("export", "registers.excel reclaims")]
    page = Somebody(board, app, Role.AUDITOR).get("/spar/last").text
    assert f'href="/arenden/{number}"' in page
    assert "Hämtade en fil: Återkrav" in " ".join(page.split())


def test_every_file_that_is_noted_has_its_word() -> None:
    assert {name for name, (kind, _part) in BY_ENDPOINT.items() if kind is ReadKind.EXPORT} == FILE_WORDS.keys()


def test_what_was_changed_of_who_may_do_what_is_told_with_what_it_was(board: BoardAtWork, app: Flask) -> None:
    admin, boss = Somebody(board, app, Role.ADMINISTRATOR), Somebody(board, app, Role.MANAGER)
    new = {"name": "Åsa Öberg", "login": "asa"}
    admin.send("/personer", **new, role=["finance", "caseworker"])
    admin.send("/ordning/sparr/grundkontroll-klar", on="off", because="Få ärenden.", legal="")
    with open_reading(board.database) as s:
        asks = {ask.role: ask.id for ask in roles.waiting_role_requests(s, board.board_id)}
    assert asks.keys() == {Role.FINANCE, Role.CASEWORKER}
    admin.send(f"/personer/onskemal/{asks[Role.FINANCE]}", answer="no")
    boss.send(f"/personer/onskemal/{asks[Role.CASEWORKER]}", answer="yes")
    page = boss.get("/spar").text
    for told in (
        "Sade ja till en roll: Åsa Öberg, Handläggare",
        "Begärde en roll som väntar på ja: Åsa Öberg, Ekonomi",
        "Tog tillbaka en roll som inte hade börjat: Åsa Öberg, Ekonomi",
        "Ändrade hur nämnden arbetar: Handläggaren har gått igenom ärendet, någon vill stänga av den (Få ärenden.)",
    ):
        assert told in page, told


def test_every_page_under_a_case_a_paper_or_a_review_is_noted() -> None:
    assert read_at("cases.show", {"number": "BID-1"}) == (ReadKind.CASE, "BID-1")
    assert read_at("documents.picture", {"document_id": 7, "page": 1}) == (ReadKind.PAPER, "7")
    assert read_at("special_reviews.package", {"number": "BID-1", "opinion_id": 2}) == (
        ReadKind.EXPORT,
        "special_reviews.package BID-1",
    )
    assert read_at("today.show", {}) is None
    assert BY_ENDPOINT.keys() <= ACCESS.keys()


@pytest.mark.guards("somebody who reads what is not their work")
def test_whoever_opens_very_much_in_an_hour_is_told_of_to_who_looks_after_that(board: BoardAtWork, app: Flask) -> None:
    kim = board.staff[Role.CASEWORKER]
    for place in range(MOST_AN_HOUR):
        trail_pages.note_read(board.database, ReadKind.CASE, f"BID-{place}", by=kim, at=NOW)
    auditor = board.staff[Role.AUDITOR]

    def told() -> list[str]:
        with open_reading(board.database) as s:
            lines = today_of(acting(s, auditor), on=TODAY).now.shown
            return [line.why.sv for line in lines if line.place is TodayPlace.READS]

    assert told() == []
    trail_pages.note_read(board.database, ReadKind.PAPER, "1", by=kim, at=NOW + timedelta(minutes=5))
    assert len(told()) == 1
    page = Somebody(board, app, Role.AUDITOR).get("/spar/last").text
    assert f"öppnade {MOST_AN_HOUR + 1} saker på en timme" in page


def test_lines_are_chosen_by_person_and_day_and_odd_choices_choose_nothing(board: BoardAtWork, app: Flask) -> None:
    board.receive(clean_facts(NUMBERS[0], "Föreningen Eken"))
    ira = Somebody(board, app, Role.AUDITOR)
    kim = board.staff[Role.CASEWORKER].id
    assert "Ärendet kom in" in ira.get(f"/spar?person={kim}&fran=2026-11-20&till=2026-11-20").text
    assert "Ärendet kom in" not in ira.get("/spar?till=2026-11-01").text
    assert "Ärendet kom in" not in ira.get("/spar?person=99999").text
    for odd in ("person=x", "fran=igår", "fore=-1", "fore=99999999999999999999", "person=%00"):
        assert ira.get(f"/spar?{odd}").status_code in {200, 400}


def test_no_page_waits_to_note_a_reading_and_none_is_lost(board: BoardAtWork) -> None:
    kim = board.staff[Role.CASEWORKER]
    with open_writing(board.database) as s:
        s.execute(select(SealedRead.id))  # takes the one place for writing
        began = monotonic()
        for place in range(3):
            trail_pages.note_read(board.database, ReadKind.CASE, f"BID-{place}", by=kim, at=NOW)
        assert monotonic() - began < 5  # a writer is waited for twenty seconds
        assert kept(board) == []
    trail_pages.note_read(board.database, ReadKind.CASE, "BID-3", by=kim, at=NOW)
    assert kept(board) == [("case", f"BID-{place}") for place in range(4)]
    with board.database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == BUSY_MILLISECONDS


def test_many_who_read_at_once_are_all_noted(board: BoardAtWork) -> None:
    kim = board.staff[Role.CASEWORKER]

    def read(place: int) -> None:
        trail_pages.note_read(board.database, ReadKind.CASE, f"BID-{place}", by=kim, at=NOW)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(read, range(80)))
    read(80)
    assert len(set(kept(board))) == 81
