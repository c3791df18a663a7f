"""Watches: seen on their day by whoever set them and whoever stands in, of nothing that one may not see."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from tests.acting import acting
from tests.board import NUMBERS, BoardAtWork, board, clean_facts, refused
from tests.factories import NOW, TODAY
from tests.page_fixtures import colleague, kim, on_that_day, somebody
from vetting.casework.domain.advice import ConflictGround
from vetting.casework.services import cases, meetings, merging
from vetting.casework.services.queue_rows import queue_rows
from vetting.kernel.problem import Obstacle
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading
from vetting.kernel.store.trail import TrailEntry
from vetting.people.services import delegation
from vetting.workspace.domain.watches import LONGEST_AHEAD, WatchedThing
from vetting.workspace.services import watches
from vetting.workspace.services.todays import TodayPlace, today_of
from vetting.workspace.services.watches import NewWatch, WatchLine

if TYPE_CHECKING:
    from vetting.workspace.models.watches import Watch

__all__ = ["board", "kim", "on_that_day"]
pytestmark = [pytest.mark.usefixtures("on_that_day"), pytest.mark.both_engines]
SOON = TODAY + timedelta(days=3)


def watch(board: BoardAtWork, case_id: int, **more: Any) -> Watch:
    given = {"about": WatchedThing.CASE, "key": case_id, "on": SOON, "text": "Ring om protokollet.", **more}
    role = given.pop("role", Role.CASEWORKER)
    return board.do(watches.add_watch, NewWatch(**given), role=role)  # type: ignore[no-any-return]


def lines(board: BoardAtWork, role: Role = Role.CASEWORKER, **more: Any) -> list[WatchLine]:
    with open_reading(board.database) as s:
        return watches.watch_lines(acting(s, board.staff[role]), on=TODAY, **more)


def test_it_comes_up_on_its_day_for_whoever_set_it_and_goes_when_it_is_done(board: BoardAtWork) -> None:
    case = board.receive()
    row = watch(board, case.id)
    with open_reading(board.database) as s:
        found = today_of(acting(s, board.staff[Role.CASEWORKER]), on=SOON)
        later = today_of(acting(s, board.staff[Role.CASEWORKER]), on=SOON - timedelta(days=30))
    [line] = [line for line in found.now.shown if line.place is TodayPlace.WATCH]
    assert (line.name.sv, line.why.sv, line.on) == (case.name, "Ring om protokollet.", SOON)
    assert not [line for line in later.week.shown if line.place is TodayPlace.WATCH]
    assert lines(board, Role.MANAGER) == []
    board.do(watches.move_watch, row.id, SOON + timedelta(days=1))
    assert [line.watch.on for line in lines(board)] == [SOON + timedelta(days=1)]
    board.do(watches.finish_watch, row.id)
    assert lines(board) == []
    assert refused(board, watches.finish_watch, row.id)[0] is Obstacle.STALE
    with open_reading(board.database) as s:
        noted = s.scalars(select(TrailEntry.action).where(TrailEntry.case_id == case.id).order_by(TrailEntry.id)).all()
    assert noted[-3:] == ["watch_added", "watch_moved", "watch_done"]


def test_a_substitute_sees_those_of_the_absent_and_a_colleague_what_was_given(board: BoardAtWork) -> None:
    maker = {"role": Role.DECISION_MAKER}
    row = watch(board, board.receive().id, **maker)
    own, other = board.staff[Role.DECISION_MAKER], board.somebody(Role.DECISION_MAKER, "lo")
    board.staff[Role.DECISION_MAKER] = other
    assert lines(board, Role.DECISION_MAKER) == []
    assert refused(board, watches.finish_watch, row.id, **maker)[0] is Obstacle.MISSING
    board.staff[Role.DECISION_MAKER] = own
    board.do(delegation.be_absent, own.id, other.id, TODAY, TODAY + timedelta(days=5), **maker)
    board.staff[Role.DECISION_MAKER] = other
    [line] = lines(board, Role.DECISION_MAKER)
    assert (line.watch.id, line.of) == (row.id, own.name)
    nobody = board.staff[Role.AUDITOR].id
    assert refused(board, watches.give_watch, row.id, nobody, **maker)[0] is Obstacle.INVALID
    board.do(watches.give_watch, row.id, board.staff[Role.MANAGER].id, **maker)
    assert lines(board, Role.DECISION_MAKER) == []
    assert [line.watch.id for line in lines(board, Role.MANAGER)] == [row.id]


def test_a_colleague_who_stands_in_sees_what_is_watched_and_decides_nothing_by_that(board: BoardAtWork) -> None:
    row = watch(board, board.receive().id)
    own, other = board.staff[Role.CASEWORKER], board.staff[Role.MANAGER]
    away = (own.id, other.id, TODAY, TODAY)
    nobody = board.staff[Role.DECISION_MAKER]
    assert refused(board, delegation.be_absent, nobody.id, other.id, TODAY, TODAY, role=Role.DECISION_MAKER) == (
        Obstacle.INVALID,
        ["substitute_id"],
    )
    board.do(delegation.be_absent, *away)
    assert [line.watch.id for line in lines(board, Role.MANAGER)] == [row.id]
    stranger = (own.id, 999_999, TODAY, TODAY)
    assert refused(board, delegation.be_absent, *stranger) == (Obstacle.INVALID, ["substitute_id"])


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"on": TODAY - timedelta(days=1)}, "on"),
        ({"on": TODAY + LONGEST_AHEAD + timedelta(days=1)}, "on"),
        ({"text": "  "}, "text"),
        ({"text": "x" * 501}, "text"),
        ({"text": "Fråga 850709-9805 om det."}, "text"),
    ],
)
def test_what_cannot_be_watched_is_told_at_its_field(board: BoardAtWork, wrong: dict[str, Any], field: str) -> None:
    given = {"about": WatchedThing.CASE, "key": board.receive().id, "on": SOON, "text": "Ring.", **wrong}
    assert refused(board, watches.add_watch, NewWatch(**given)) == (Obstacle.INVALID, [field])
    assert lines(board) == []


def test_nobody_watches_what_they_may_not_see_nor_sees_it_afterwards(board: BoardAtWork) -> None:
    case = board.receive()
    row = watch(board, case.id)
    for role in (Role.PREMISES, Role.FINANCE):  # a grant, and one that is not decided
        given = NewWatch(about=WatchedThing.CASE, key=case.id, on=SOON, text="Ring.")
        assert refused(board, watches.add_watch, given, role=role)[0] is Obstacle.MISSING
    given = NewWatch(about=WatchedThing.ASSOCIATION, key=999_999, on=SOON, text="Ring.")
    assert refused(board, watches.add_watch, given)[0] is Obstacle.MISSING
    board.do(meetings.recuse_person, case.number, ConflictGround.OTHER)
    assert lines(board) == []
    assert refused(board, watches.finish_watch, row.id)[0] is Obstacle.MISSING


def test_a_merged_association_is_watched_as_the_one_that_holds_and_an_ended_case_says_so(board: BoardAtWork) -> None:
    first = board.receive(clean_facts(NUMBERS[0], "Sjöviks Byalag"))
    second = board.receive(clean_facts("", "Byalaget Sjövik"))
    board.do(merging.merge_records, second.association_id, first.association_id, {})
    row = watch(board, second.association_id or 0, about=WatchedThing.ASSOCIATION)
    assert row.key == first.association_id
    kept = watch(board, first.id)
    board.do(cases.withdraw_case, first.number)
    [ended] = [line for line in lines(board) if line.watch.id == kept.id]
    assert ended.thing.ended
    asleep = NewWatch(about=WatchedThing.CASE, key=first.id, on=SOON, text="Ring.", sleeps=True)
    assert refused(board, watches.add_watch, asleep) == (Obstacle.INVALID, ["sleeps"])


def test_a_case_sleeps_until_its_day_and_asks_nothing_of_anybody(board: BoardAtWork) -> None:
    case = board.receive()
    watch(board, case.id, sleeps=True)
    with open_reading(board.database) as s:
        by = board.staff[Role.CASEWORKER]
        [now] = queue_rows(acting(s, by), [board.case(case.number)], on=TODAY)
        [then] = queue_rows(acting(s, by), [board.case(case.number)], on=SOON)
        far = NOW.date() + timedelta(days=300)
        found = today_of(acting(s, by), on=far)
    assert now.next_step is not None
    assert now.next_step.sv.startswith("Vilar till ")
    assert not now.mine
    assert not now.can_be_signed
    assert then.mine
    assert then.can_be_signed
    assert [line.key for line in found.late.shown if line.place is TodayPlace.CASE] == [case.number]


def test_the_pages_take_it_from_the_thing_to_the_list_and_away(board: BoardAtWork) -> None:
    case, officer = board.receive(), somebody(board, Role.CASEWORKER)
    page = officer.get(f"/arenden/{case.number}").text
    assert f'href="/bevakningar/ny?arende={case.number}"' in page
    address = f"/bevakningar/ny?arende={case.number}"
    assert officer.get(address).status_code == 200
    wrong = officer.send(address, on="i går", text="")
    assert wrong.status_code == 422
    assert officer.send(address, on=SOON.isoformat(), text="Ring om <b>protokollet</b>.", sleeps="1").status_code == 303
    page = officer.get(f"/arenden/{case.number}").text
    assert "Vilar till" in page
    assert "Ring om &lt;b&gt;protokollet" in page
    [line] = lines(board)
    assert "Ring om" in officer.get("/bevakningar").text
    key = line.watch.id
    assert officer.send(f"/bevakningar/{key}/flytta", on="2020-01-01").status_code == 422
    assert officer.send(f"/bevakningar/{key}/lamna", user="").status_code == 422
    other = colleague(board, Role.CASEWORKER, "lo")
    assert other.send(f"/bevakningar/{key}/klar").status_code == 404
    assert officer.send(f"/bevakningar/{key}/klar").status_code == 303
    assert "Inga bevakningar." in officer.get("/bevakningar").text
    assert officer.get("/bevakningar/ny").status_code == 303
    assert officer.send("/bevakningar/ny", on=SOON.isoformat(), text="Ring.").status_code == 404
    assert officer.get("/bevakningar/ny?round=99999").status_code == 404
    assert officer.get(f"/bevakningar/ny?round={board.round_id}").status_code == 200
