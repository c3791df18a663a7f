"""Roles have days: they begin and end on them, lapse when nobody uses them, and what was is kept."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from tests.acting import acting
from tests.board import BoardAtWork, board, refused
from tests.factories import NOW, TODAY
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.register_tables import RegisterName
from vetting.kernel.roles import TWO_PERSON_ROLES, Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading, open_technical, open_writing, run_in_transaction
from vetting.operations.jobs import recurring_work
from vetting.people.domain.role_expiry import RoleEnd, unused_until
from vetting.people.models import people
from vetting.people.models.people import LastSignIn, RoleAssignment, RolePeriod, User
from vetting.people.services import invitations, role_endings, role_expiry, roles, sign_in
from vetting.people.services.roles import Colleague
from vetting.registers import RegisterSelection, register_sheets, registers_of
from vetting.workspace.services import reminders
from vetting.workspace.services.todays import TodayPlace, today_of

__all__ = ["board"]
pytestmark = pytest.mark.both_engines
ADMIN, BOSS = Role.ADMINISTRATOR, Role.MANAGER


def give(
    board: BoardAtWork, *given: Role, login: str = "ny.norr", name: str = "Ny Man", **more: Any
) -> roles.RoleGrantResult:
    by_group = (
        not set(given) & TWO_PERSON_ROLES
    )  # of what weighs no more than reading, the directory's waits for nobody
    new = Colleague(login=login, name=name, board="norr", roles=given, **{"by_group": by_group, **more})
    return board.do(roles.give_roles, new, role=ADMIN)  # type: ignore[no-any-return]


def held(board: BoardAtWork, login: str = "ny.norr") -> set[str]:
    with open_reading(board.database) as s:
        wanted = select(RoleAssignment.role).join(User, User.id == RoleAssignment.user_id).where(User.login == login)
        return set(s.scalars(wanted))


def a_new_day(board: BoardAtWork, at: datetime) -> None:
    run_in_transaction(board.database, lambda s: role_expiry.follow_days(acting(s, at=at)))


def periods(board: BoardAtWork, login: str = "ny.norr") -> list[tuple[str, bool, RoleEnd | None]]:
    with open_reading(board.database) as s:
        wanted = select(RolePeriod).join(User, User.id == RolePeriod.user_id).where(User.login == login)
        rows = s.scalars(wanted.order_by(RolePeriod.id)).all()
        return [(row.role.value, row.ended_at is None, row.why) for row in rows]


@pytest.mark.parametrize(
    ("used", "ends"),
    [
        (date(2026, 1, 10), date(2027, 1, 10)),
        (date(2024, 2, 29), date(2025, 3, 1)),
        (date(2026, 5, 20), date(2027, 5, 20)),
        (date(2026, 7, 1), date(2027, 10, 1)),  # in summer
        (date(2026, 6, 15), date(2027, 10, 1)),
        (date(2026, 9, 10), date(2027, 10, 1)),  # it would be told in summer
        (date(2026, 10, 1), date(2027, 10, 1)),
    ],
)
def test_an_unused_role_ends_after_a_year_but_neither_ends_nor_is_told_in_summer(used: date, ends: date) -> None:
    assert unused_until(used) == ends


def test_a_role_begins_and_ends_on_its_days(board: BoardAtWork) -> None:
    found = give(board, Role.CASEWORKER, begins_on=TODAY + timedelta(days=5), ends_on=TODAY + timedelta(days=9))
    assert (found.given, found.ahead) == ((), (Role.CASEWORKER,))
    assert held(board) == set()
    a_new_day(board, NOW + timedelta(days=4))
    assert held(board) == set()
    a_new_day(board, NOW + timedelta(days=5))
    assert held(board) == {"caseworker"}
    with open_reading(board.database) as s:
        user = people.user_by_login(s, "ny.norr")
        assert user is not None
    a_new_day(board, NOW + timedelta(days=9))
    assert held(board) == {"caseworker"}
    a_new_day(board, NOW + timedelta(days=10))
    assert held(board) == set()
    assert periods(board) == [("caseworker", False, RoleEnd.LAST_DAY)]
    with open_reading(board.database) as s:
        assert trail_verification.verify_trail(s).problems == []


@pytest.mark.guards("a role that nobody remembers", "8.3.2")
def test_a_session_is_worth_nothing_after_the_last_day_though_nobody_has_swept(board: BoardAtWork) -> None:
    found = give(board, Role.CASEWORKER, ends_on=TODAY)
    with open_technical(board.database) as s:
        began = sign_in.begin_session(acting(s, at=NOW), found.user.id, board.board_id)
    with open_reading(board.database) as s:
        assert sign_in.session_of_token(acting(s, at=NOW), began.token) is not None
        assert people.find_visit(s, sign_in.digest_of(began.token), TODAY + timedelta(days=1)).person is None  # type: ignore[union-attr]


def test_a_weighty_role_with_days_waits_for_its_yes_first(board: BoardAtWork) -> None:
    found = give(board, Role.FINANCE, begins_on=TODAY + timedelta(days=5))
    assert (found.waiting, found.ahead) == ((Role.FINANCE,), ())
    a_new_day(board, NOW + timedelta(days=6))
    assert held(board) == set()  # nobody has said yes
    with open_reading(board.database) as s:
        [ask] = roles.waiting_role_requests(s, board.board_id)
    board.do(roles.answer_role_request, ask.id, yes=True, role=BOSS)
    assert held(board) == set()
    board.do(roles.answer_role_request, ask.id, yes=False, role=ADMIN)  # taken back before it began
    a_new_day(board, NOW + timedelta(days=6))
    assert held(board) == set()
    give(board, Role.FINANCE, begins_on=TODAY + timedelta(days=5))
    with open_reading(board.database) as s:
        [ask] = roles.waiting_role_requests(s, board.board_id)
    board.do(roles.answer_role_request, ask.id, yes=True, role=BOSS)
    a_new_day(board, NOW + timedelta(days=5))
    assert held(board) == {"finance"}


def test_wrong_days_are_told_and_nobody_sets_their_own(board: BoardAtWork) -> None:
    new: dict[str, Any] = {"login": "x.norr", "name": "X", "board": "norr", "roles": (Role.CASEWORKER,)}
    for days, where in (
        ({"begins_on": TODAY - timedelta(days=1)}, ["begins_on"]),
        ({"ends_on": TODAY - timedelta(days=1)}, ["ends_on"]),
        ({"begins_on": TODAY + timedelta(days=5), "ends_on": TODAY + timedelta(days=4)}, ["ends_on"]),
    ):
        given = Colleague(**(new | days))
        assert refused(board, roles.give_roles, given, role=ADMIN) == (Obstacle.INVALID, where)
    own = {"board_id": board.board_id, "role": ADMIN}
    me = board.staff[ADMIN].id
    assert refused(board, role_endings.set_last_day, me, ADMIN, TODAY, **own)[0] is Obstacle.CLOSED
    board.somebody(ADMIN, "annan")
    assert (
        refused(board, role_endings.end_role, me, ADMIN, **own)[0] is Obstacle.CLOSED
    )  # another administrator does it
    maker = board.staff[Role.DECISION_MAKER].id
    past = TODAY - timedelta(days=1)
    assert refused(board, role_endings.set_last_day, maker, Role.DECISION_MAKER, past, **own)[0] is Obstacle.INVALID
    board.do(role_endings.set_last_day, maker, Role.DECISION_MAKER, TODAY + timedelta(days=9), **own)
    longer = TODAY + timedelta(days=20)
    for day in (longer, None):
        assert refused(board, role_endings.set_last_day, maker, Role.DECISION_MAKER, day, **own)[0] is Obstacle.CLOSED
    board.do(role_endings.set_last_day, maker, Role.DECISION_MAKER, TODAY + timedelta(days=3), **own)
    a_new_day(board, NOW + timedelta(days=4))
    assert "decision_maker" not in held(board, "decision_maker.norr")


@pytest.mark.guards("one person who gives herself power")
def test_whoever_says_the_second_yes_gets_no_last_day_from_the_one_who_asks(board: BoardAtWork) -> None:
    """The attack: the manager's role ends tomorrow, and then everything is given at once."""
    boss, later = board.staff[BOSS].id, TODAY + timedelta(days=3)
    own = {"board_id": board.board_id, "role": ADMIN}
    assert refused(board, role_endings.set_last_day, boss, BOSS, later, **own)[0] is Obstacle.CLOSED
    a_new_day(board, NOW + timedelta(days=900))
    assert held(board, "manager.norr") == {"manager"}  # unused, and still there
    assert give(board, Role.FINANCE).waiting == (Role.FINANCE,)
    board.somebody(ADMIN, "annan")
    board.do(role_endings.set_last_day, boss, BOSS, later, **own)
    a_new_day(board, NOW + timedelta(days=4))
    assert held(board, "manager.norr") == set()


def test_the_last_administrator_does_not_lapse(board: BoardAtWork) -> None:
    a_new_day(board, NOW)
    a_new_day(board, NOW + timedelta(days=900))
    with open_reading(board.database) as s:
        assert sign_in.at_work(s, board.staff[ADMIN].id, board.board_id) is not None
        assert sign_in.at_work(s, board.staff[Role.CASEWORKER].id, board.board_id) is None


@pytest.mark.guards("a role that nobody remembers")
def test_an_unused_role_is_told_of_and_ends_and_a_visit_keeps_it(board: BoardAtWork) -> None:
    give(board, Role.CASEWORKER)
    a_year_on = NOW + timedelta(days=350)
    with open_technical(board.database) as s:
        for other in s.scalars(select(User).where(User.login != "ny.norr")):
            people.note_visit(s, other.id, board.board_id, a_year_on.date())
    with open_reading(board.database) as s:
        found = role_expiry.unused_roles(s, board.board_id, a_year_on.date())
        assert [(one.user.login, one.held.role) for one in found] == [("ny.norr", Role.CASEWORKER)]
        mine = today_of(acting(s, board.staff[BOSS]), on=a_year_on.date())
        assert TodayPlace.PEOPLE in {line.place for line in mine.now.shown}
        told = reminders.staff_reminders(acting(s, board.staff[ADMIN]), on=a_year_on.date())
        assert [one.lines[0].sv[:25] for one in told if one.login == "ny.norr"] == ["Rollen Handläggare upphör"]
    a_new_day(board, a_year_on)
    assert held(board) == {"caseworker"}
    with open_technical(board.database) as s:
        user = people.user_by_login(s, "ny.norr")
        assert user is not None
        people.note_visit(s, user.id, board.board_id, a_year_on.date())
        people.note_visit(s, user.id, board.board_id, a_year_on.date())  # twice is once
    a_new_day(board, a_year_on + timedelta(days=300))
    assert held(board) == {"caseworker"}
    with open_technical(board.database) as s:
        s.execute(delete(LastSignIn).where(LastSignIn.user_id == user.id))
    a_new_day(board, a_year_on + timedelta(days=301))
    assert held(board) == set()
    assert periods(board)[-1] == ("caseworker", False, RoleEnd.UNUSED)


def test_roles_from_before_their_time_was_kept_are_kept_by_the_first_day(board: BoardAtWork) -> None:
    give(board, Role.CASEWORKER)
    with board.database.engine.begin() as connection:
        connection.execute(delete(RolePeriod))
    a_new_day(board, NOW)
    assert periods(board) == [("caseworker", True, None)]
    a_new_day(board, NOW)
    assert len(periods(board)) == 1


def test_the_register_says_who_had_what_and_only_to_those_who_look_after_it(board: BoardAtWork) -> None:
    give(board, Role.FINANCE)
    with open_reading(board.database) as s:
        [ask] = roles.waiting_role_requests(s, board.board_id)
    board.do(roles.answer_role_request, ask.id, yes=True, role=BOSS)
    user = ask.user_id
    board.do(role_endings.end_role, user, Role.FINANCE, board_id=board.board_id, role=ADMIN, at=NOW + timedelta(days=3))

    def rows(role: Role, **chosen: Any) -> list[tuple[Any, ...]]:
        with open_reading(board.database) as s:
            [table] = register_sheets(
                acting(s, board.staff[role]), RegisterName.ROLES, RegisterSelection(**chosen), language="sv"
            )
            return [row for part in (table.rows, *table.more) for row in part if row[0] == "Ny Man"]

    admin, boss = board.staff[ADMIN].name, board.staff[BOSS].name
    whole = (
        "Ny Man",
        "ny.norr",
        "Ekonomi",
        TODAY,
        TODAY + timedelta(days=3),
        None,
        admin,
        boss,
        admin,
        "återtagen",
    )
    assert rows(BOSS) == rows(Role.AUDITOR) == [whole]
    assert rows(BOSS, last=TODAY - timedelta(days=1)) == rows(BOSS, first=TODAY + timedelta(days=4)) == []
    assert rows(BOSS, text="ny.norr") == [whole]
    assert RegisterName.ROLES not in registers_of(board.staff[Role.CASEWORKER])
    with pytest.raises(Refused) as told:
        rows(Role.CASEWORKER)
    assert told.value.obstacle is Obstacle.FORBIDDEN


def test_the_clock_sweeps_roles_once_a_day(board: BoardAtWork) -> None:
    give(board, Role.CASEWORKER, ends_on=TODAY)
    while recurring_work.do_due(board.database, at=NOW):
        pass
    assert held(board) == {"caseworker"}
    while recurring_work.do_due(board.database, at=NOW + timedelta(days=1)):
        pass
    assert held(board) == set()


def test_a_closed_account_has_no_roles_and_gets_none_when_their_day_comes(board: BoardAtWork) -> None:
    give(board, Role.CASEWORKER)
    give(board, Role.PREMISES, begins_on=TODAY + timedelta(days=2))
    run_in_transaction(board.database, lambda s: sign_in.deactivate_user(acting(s, None, NOW), "ny.norr"))
    a_new_day(board, NOW + timedelta(days=2))
    assert held(board) == set()
    assert periods(board) == [("caseworker", False, RoleEnd.ACCOUNT_CLOSED)]


def test_a_role_that_came_to_weigh_while_it_waited_for_its_day_waits_for_a_yes(board: BoardAtWork) -> None:
    give(board, Role.CASEWORKER, begins_on=TODAY + timedelta(days=5))
    board.delegate(Role.DECISION_MAKER, user_id=None, function="caseworker")
    a_new_day(board, NOW + timedelta(days=5))
    assert held(board) == set()
    with open_reading(board.database) as s:
        [ask] = roles.waiting_role_requests(s, board.board_id)
    board.do(roles.answer_role_request, ask.id, yes=True, role=BOSS, at=NOW + timedelta(days=6))
    assert held(board) == {"caseworker"}


def link_to(board: BoardAtWork, login: str = "ny.norr", role: Role = ADMIN) -> str:
    with open_reading(board.database) as s:
        user = people.user_by_login(s, login)
        assert user is not None
    return board.do(invitations.invite_user, user.id, role=role)  # type: ignore[no-any-return]


def test_no_link_opens_an_account_that_weighs_on_a_day_ahead(board: BoardAtWork) -> None:
    """The attack: a yes for a role next week, then a link of the asker's, then a second yes of her own making."""
    give(board, ADMIN, begins_on=TODAY + timedelta(days=2))
    with open_reading(board.database) as s:
        [ask] = roles.waiting_role_requests(s, board.board_id)
    board.do(roles.answer_role_request, ask.id, yes=True, role=BOSS)
    with open_reading(board.database) as s:
        user = people.user_by_login(s, "ny.norr")
        assert user is not None
    assert refused(board, invitations.invite_user, user.id, role=ADMIN)[0] is Obstacle.CLOSED
    other = BoardAtWork(board.database, code="soder").build()
    new = Colleague(login="ny.norr", name="Ny Man", board="soder", roles=(Role.CASEWORKER,))
    other.do(roles.give_roles, new, role=ADMIN)
    with open_reading(board.database) as s:
        [stray] = roles.waiting_role_requests(s, other.board_id)
    other.do(roles.answer_role_request, stray.id, yes=False, role=ADMIN)
    assert refused(other, invitations.invite_user, user.id, role=ADMIN)[0] is Obstacle.MISSING


def test_an_askers_password_is_forgotten_also_when_the_day_comes(board: BoardAtWork) -> None:
    give(board, Role.CASEWORKER)
    with open_writing(board.database) as writing:  # as an earlier version made it
        owner = people.user_by_login(writing, "ny.norr")
        assert owner is not None
        secret = invitations.make_link(acting(writing, board.staff[ADMIN], NOW), owner, board_id=board.board_id)
    give(board, Role.FINANCE, begins_on=TODAY + timedelta(days=2))
    with open_reading(board.database) as s:
        [ask] = roles.waiting_role_requests(s, board.board_id)
    board.do(roles.answer_role_request, ask.id, yes=True, role=BOSS)
    run_in_transaction(
        board.database, lambda s: invitations.use_link(acting(s, at=NOW), secret, "åtta nio tio elva tolv")
    )
    a_new_day(board, NOW + timedelta(days=2))
    with open_reading(board.database) as s:
        user = people.user_by_login(s, "ny.norr")
        assert user is not None
        assert user.password_hash == ""
    assert held(board) == {"caseworker", "finance"}


def test_two_who_give_each_other_a_last_day_do_not_lock_the_board(board: BoardAtWork) -> None:
    second = board.somebody(ADMIN, "annan")
    me, later = board.staff[ADMIN], TODAY + timedelta(days=3)
    board.do(role_endings.set_last_day, second.id, ADMIN, later, board_id=board.board_id, role=ADMIN)
    board.staff[ADMIN] = second
    told = refused(board, role_endings.set_last_day, me.id, ADMIN, later, board_id=board.board_id, role=ADMIN)
    assert told[0] is Obstacle.CLOSED
    with board.database.engine.begin() as connection:
        connection.execute(update(RoleAssignment).where(RoleAssignment.role == "administrator").values(ends_on=later))
    a_new_day(board, NOW + timedelta(days=9))
    with open_reading(board.database) as s:
        left = s.scalars(select(RoleAssignment).where(RoleAssignment.role == "administrator")).all()
        assert [row.ends_on for row in left if row.board_id == board.board_id] == [None]


def test_a_role_is_given_anew_from_the_day_after_its_last(board: BoardAtWork) -> None:
    give(board, Role.CASEWORKER, ends_on=TODAY + timedelta(days=3))
    again = give(board, Role.CASEWORKER, begins_on=TODAY + timedelta(days=4))
    assert again.ahead == (Role.CASEWORKER,)
    a_new_day(board, NOW + timedelta(days=4))
    assert periods(board) == [("caseworker", False, RoleEnd.LAST_DAY), ("caseworker", True, None)]
    assert held(board) == {"caseworker"}


def test_a_late_yes_gives_no_role_whose_days_are_over(board: BoardAtWork) -> None:
    give(board, Role.FINANCE, ends_on=TODAY + timedelta(days=1))
    with open_reading(board.database) as s:
        [ask] = roles.waiting_role_requests(s, board.board_id)
    late = NOW + timedelta(days=2)
    assert refused(board, roles.answer_role_request, ask.id, yes=True, role=BOSS, at=late)[0] is Obstacle.CLOSED
    assert held(board) == set()


def test_an_account_of_anothers_making_waits_for_every_role(board: BoardAtWork) -> None:
    BoardAtWork(board.database, code="soder").build()
    login = "caseworker.soder"
    own: dict[str, Any] = {"login": login, "name": "Person caseworker", "by_group": False}
    assert give(board, Role.REGISTRAR, **own).waiting == (Role.REGISTRAR,)
    assert give(board, Role.AUDITOR, **own).waiting == (Role.AUDITOR,)
