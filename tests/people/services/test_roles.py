"""Nobody gets power by one person's act: roles, delegation, links for passwords, and what is told of them."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from tests.acting import acting
from tests.board import BoardAtWork, refused
from tests.factories import NOW, TODAY
from tests.rules.services.test_ways_of_working import row
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading, run_in_transaction
from vetting.people.domain.delegation import DecisionAuthority
from vetting.people.models.delegation import Absence, Delegation, decision_rights
from vetting.people.models.people import Invitation, RoleAssignment, RoleRequest, SignIn, User
from vetting.people.services import delegation, invitations, role_endings, roles, sign_in
from vetting.people.services.roles import Colleague
from vetting.records.services import settings_changes

if TYPE_CHECKING:
    from vetting.kernel.roles import Person

ADMIN, BOSS = Role.ADMINISTRATOR, Role.MANAGER
PASSWORD = "åtta nio tio elva tolv"


def colleague(board: BoardAtWork, *held: Role, login: str = "nyman.norr", name: str = "Ny Man") -> Colleague:
    return Colleague(login=login, name=name, board=board.code, roles=held)


def taken(board: BoardAtWork, *held: Role, role: Role = ADMIN, **more: str) -> roles.RoleGrantResult:
    found: roles.RoleGrantResult = board.do(roles.give_roles, colleague(board, *held, **more), role=role)
    return found


def held_by(board: BoardAtWork, user_id: int) -> set[str]:
    with open_reading(board.database) as s:
        return set(s.scalars(select(RoleAssignment.role).where(RoleAssignment.user_id == user_id)))


def waits(board: BoardAtWork) -> list[RoleRequest]:
    with open_reading(board.database) as s:
        return list(roles.waiting_role_requests(s, board.board_id))


@pytest.mark.both_engines
@pytest.mark.parametrize("role", list(Role))
def test_nobody_gives_themselves_a_role(board: BoardAtWork, role: Role) -> None:
    login = f"{ADMIN.value}.{board.code}"
    assert refused(board, roles.give_roles, colleague(board, role, login=login), role=ADMIN) == (
        Obstacle.CLOSED,
        ["login"],
    )
    assert held_by(board, board.staff[ADMIN].id) == {ADMIN.value}


@pytest.mark.guards("one person who gives herself power", "2.3.5")
@pytest.mark.parametrize("role", list(Role))
def test_a_weighty_role_waits_for_another_persons_yes(board: BoardAtWork, role: Role) -> None:
    found = taken(board, role)
    assert (found.fresh, found.given, found.waiting) == (True, (), (role,))
    [ask] = waits(board)
    assert held_by(board, found.user.id) == set()
    assert refused(board, roles.answer_role_request, ask.id, yes=True, role=ADMIN)[0] is Obstacle.CLOSED  # who asked
    assert refused(board, roles.answer_role_request, ask.id, yes=True, role=Role.FINANCE)[0] is Obstacle.FORBIDDEN
    board.do(roles.answer_role_request, ask.id, yes=True, role=BOSS)
    assert held_by(board, found.user.id) == {role.value}
    assert refused(board, roles.answer_role_request, ask.id, yes=True, role=BOSS)[0] is Obstacle.MISSING
    with open_reading(board.database) as s:
        assert trail_verification.verify_trail(s).problems == []


def test_a_role_that_is_asked_for_twice_waits_once_and_a_no_ends_it(board: BoardAtWork) -> None:
    found = taken(board, Role.FINANCE)
    again = taken(board, Role.FINANCE)
    assert (again.fresh, again.given, again.waiting) == (False, (), ())
    [ask] = waits(board)
    board.do(roles.answer_role_request, ask.id, yes=False, role=BOSS)
    assert (waits(board), held_by(board, found.user.id)) == ([], set())


def test_whoever_asked_may_take_it_back_and_nobody_says_yes_to_their_own(board: BoardAtWork) -> None:
    taken(board, Role.FINANCE)
    [ask] = waits(board)
    board.do(roles.answer_role_request, ask.id, yes=False, role=ADMIN)
    assert waits(board) == []
    board.somebody(ADMIN, "annan")  # somebody else who could say yes
    board.do(
        roles.give_roles,
        colleague(board, Role.FINANCE, login=f"{BOSS.value}.{board.code}", name=f"Person {BOSS}"),
        role=ADMIN,
    )
    [ask] = waits(board)
    assert refused(board, roles.answer_role_request, ask.id, yes=True, role=BOSS)[0] is Obstacle.CLOSED  # it is theirs
    assert refused(board, roles.answer_role_request, ask.id, yes=False, role=BOSS)[0] is Obstacle.CLOSED


def test_an_account_of_ones_own_making_is_nobodys_second_person(board: BoardAtWork) -> None:
    """The attack: a second login, made to say yes to the first's wishes."""
    puppet = taken(board, ADMIN, login="docka.norr", name="Docka")
    assert puppet.waiting == (ADMIN,)
    taken(board, Role.DECISION_MAKER)
    puppets: Person = people_at(board, puppet.user.id)
    with pytest.raises(Refused):
        run_in_transaction(
            board.database, lambda s: roles.answer_role_request(acting(s, puppets, NOW), waits(board)[1].id, yes=True)
        )
    assert {ask.role for ask in waits(board)} == {ADMIN.value, Role.DECISION_MAKER.value}


def people_at(board: BoardAtWork, user_id: int) -> Person:
    from vetting.kernel.roles import Person

    with open_reading(board.database) as s:
        name = s.get_one(User, user_id).name
    return Person(id=user_id, name=name, board_id=board.board_id, board="x", roles=frozenset())


def test_where_nobody_else_can_say_yes_it_is_given_at_once_and_told(board: BoardAtWork) -> None:
    run_in_transaction(
        board.database,
        lambda s: role_endings.end_role(acting(s, None, NOW), board.staff[BOSS].id, BOSS, board_id=board.board_id),
    )
    found = taken(board, Role.FINANCE)
    assert (found.given, found.waiting) == ((Role.FINANCE,), ())
    told = changes(board, Role.AUDITOR)
    assert "Gav en roll: Ny Man, Ekonomi" in told


def changes(board: BoardAtWork, role: Role) -> list[str]:
    with open_reading(board.database) as s:
        return [
            change.what.sv for change in settings_changes.recent_changes(acting(s, board.staff[role]), {}, on=TODAY)
        ]


@pytest.mark.parametrize("watcher", [BOSS, Role.AUDITOR])
def test_every_change_is_told_to_manager_and_auditor_with_whom_and_what(board: BoardAtWork, watcher: Role) -> None:
    found = taken(board, Role.CASEWORKER, Role.FINANCE)
    for ask in waits(board):
        board.do(roles.answer_role_request, ask.id, yes=True, role=BOSS)
    given = row(board, largest=50_000_00)
    board.do(role_endings.end_role, found.user.id, Role.CASEWORKER, board_id=board.board_id, role=ADMIN)
    secret = run_in_transaction(
        board.database,
        lambda s: invitations.make_link(
            acting(s, board.staff[BOSS], NOW), s.get_one(User, found.user.id), board_id=board.board_id
        ),
    )
    run_in_transaction(board.database, lambda s: invitations.use_link(acting(s, at=NOW), secret, PASSWORD))
    maker = board.staff[Role.DECISION_MAKER].name
    assert given.largest == 50_000_00
    acts = (
        ": bevilja helt, bevilja delvis, avslå för att pengarna inte räcker, avslå på ett formellt krav, avvisa, "
        "stoppa en utbetalning, häva ett stopp"
    )
    assert changes(board, watcher)[:10] == [
        "Lösenord valt genom en länk: Ny Man",
        "Skapade en lösenordslänk: Ny Man",
        "Tog tillbaka en roll: Ny Man, Handläggare",
        f"Sade ja till delegation: {maker}, 50\u00a0000\u00a0kr{acts}",
        f"Lade till delegation: {maker}, 50\u00a0000\u00a0kr{acts}",
        "Sade ja till en roll: Ny Man, Ekonomi",
        "Sade ja till en roll: Ny Man, Handläggare",
        "Begärde en roll som väntar på ja: Ny Man, Ekonomi",
        "Begärde en roll som väntar på ja: Ny Man, Handläggare",
        "Lade till ett användarkonto: Ny Man",
    ]
    with open_reading(board.database) as s:
        assert settings_changes.count_recent_changes(s, board.staff[watcher], TODAY) >= 10
    assert changes(board, Role.CASEWORKER) == []


def test_a_role_taken_back_ends_the_right_to_decide_that_rested_on_it(board: BoardAtWork) -> None:
    maker = board.staff[Role.DECISION_MAKER]
    other = board.somebody(Role.DECISION_MAKER, "ersattare")
    row(board)
    board.do(delegation.be_absent, maker.id, other.id, TODAY, TODAY, role=Role.DECISION_MAKER)
    with open_reading(board.database) as s:
        assert decision_rights(acting(s, maker), TODAY)
        assert decision_rights(acting(s, other), TODAY)
    board.do(role_endings.end_role, maker.id, Role.DECISION_MAKER, board_id=board.board_id, role=ADMIN)
    with open_reading(board.database) as s:
        live = [
            one for one in decision_rights(acting(s, maker), TODAY) if one.valid_to is None or one.valid_to >= TODAY
        ]
        assert live == []
        assert decision_rights(acting(s, other), TODAY) == []
        assert s.scalars(select(Absence.ended_at)).all() == [NOW]
        assert sign_in.at_work(acting(s), maker.id, board.board_id) is None


def test_the_last_administrator_stays(board: BoardAtWork) -> None:
    own = board.staff[ADMIN].id
    assert refused(board, role_endings.end_role, own, ADMIN, board_id=board.board_id, role=ADMIN)[0] is Obstacle.CLOSED
    assert (
        refused(board, role_endings.end_role, own, Role.FINANCE, board_id=board.board_id, role=ADMIN)[0]
        is Obstacle.MISSING
    )


def test_whoever_could_say_yes_is_not_taken_away_first(board: BoardAtWork) -> None:
    """The attack: the manager's role taken back, and then everything is given at once."""
    boss = board.staff[BOSS].id
    assert refused(board, role_endings.end_role, boss, BOSS, board_id=board.board_id, role=ADMIN)[0] is Obstacle.CLOSED
    board.somebody(ADMIN, "annan")
    board.do(role_endings.end_role, boss, BOSS, board_id=board.board_id, role=ADMIN)
    assert taken(board, Role.FINANCE).waiting == (Role.FINANCE,)


def test_a_link_from_before_and_a_password_of_the_askers_open_nothing_afterwards(board: BoardAtWork) -> None:
    found = taken(board, Role.CASEWORKER)
    board.do(roles.answer_role_request, waits(board)[0].id, yes=True, role=BOSS)
    kept = board.do(invitations.invite_user, found.user.id, role=BOSS)
    taken(board, Role.DECISION_MAKER)
    board.do(roles.answer_role_request, waits(board)[0].id, yes=True, role=BOSS)
    with open_reading(board.database) as s:
        assert invitations.find_invitation(acting(s, at=NOW), kept) is None
    assert (
        refused(board, invitations.invite_user, found.user.id, role=ADMIN)[0] is Obstacle.CLOSED
    )  # who asked makes no link, though nobody has signed in
    assert board.do(invitations.invite_user, found.user.id, role=BOSS), "whoever said yes makes another"
    again = taken(board, Role.REGISTRAR, login="annan.norr")
    board.do(roles.answer_role_request, waits(board)[0].id, yes=True, role=BOSS)
    assert refused(board, invitations.invite_user, again.user.id, role=ADMIN)[0] is Obstacle.CLOSED
    secret = run_in_transaction(  # as an earlier version made it
        board.database,
        lambda s: invitations.make_link(
            acting(s, board.staff[ADMIN], NOW), s.get_one(User, again.user.id), board_id=board.board_id
        ),
    )
    run_in_transaction(
        board.database, lambda s: invitations.use_link(acting(s, at=NOW), secret, PASSWORD)
    )  # by the administrator herself
    taken(board, Role.FINANCE, login="annan.norr")
    board.do(roles.answer_role_request, waits(board)[0].id, yes=True, role=BOSS)
    with pytest.raises(Refused):
        sign_in.sign_in(board.database, "annan.norr", PASSWORD, address="x", at=NOW)


def test_an_account_of_another_boards_making_waits_for_a_yes_whatever_the_role(board: BoardAtWork) -> None:
    BoardAtWork(board.database, code="syd").build()
    found = taken(board, Role.CASEWORKER, login=f"{Role.REGISTRAR}.syd", name="Person registrar")
    assert (found.fresh, found.given, found.waiting) == (False, (), (Role.CASEWORKER,))


def test_a_function_that_decides_is_given_as_the_right_itself(board: BoardAtWork) -> None:
    row(board, user_id=None, function=Role.CASEWORKER)
    assert taken(board, Role.CASEWORKER).waiting == (Role.CASEWORKER,)


# delegation


def new_row(**more: Any) -> delegation.NewDelegationRow:
    given = {
        "user_id": None,
        "function": None,
        "maker": DecisionAuthority.DELEGATE,
        "point": "9",
        "kinds": ("grant",),
        "largest": None,
        "refusals": True,
        "valid_from": date(2026, 1, 1),
        "valid_to": None,
    } | more
    return delegation.NewDelegationRow(**given)


def test_nobody_gives_themselves_the_right_to_decide_by_any_way(board: BoardAtWork) -> None:
    both = board.somebody(Role.DECISION_MAKER, "bada")
    for role in (ADMIN, BOSS):
        run_in_transaction(board.database, partial(_also, both.id, board.board_id, role))
    with open_reading(board.database) as s:
        me = sign_in.at_work(s, both.id, board.board_id)
    assert me is not None
    for new in (new_row(user_id=me.id), new_row(function=BOSS)):
        with pytest.raises(Refused) as told:
            run_in_transaction(board.database, lambda s, new=new: delegation.add_delegation(acting(s, me, NOW), new))  # type: ignore[misc]
        assert "You cannot change your own roles" in str(told.value)
    maker = board.staff[Role.DECISION_MAKER]
    with pytest.raises(Refused):
        run_in_transaction(
            board.database, lambda s: delegation.be_absent(acting(s, me, NOW), maker.id, me.id, TODAY, TODAY)
        )


def _also(user_id: int, board_id: int, role: Role, session: Any) -> None:
    from vetting.kernel.store.trail import TrailNote

    session.add(RoleAssignment(user_id=user_id, board_id=board_id, role=role.value))
    session.add_entry(TrailNote(action="test", by=None, at=NOW))


def test_nothing_is_decided_by_a_row_that_waits_or_was_refused(board: BoardAtWork) -> None:
    maker = board.staff[Role.DECISION_MAKER]
    with open_reading(board.database) as s:
        before = len(decision_rights(acting(s, maker), TODAY))
    waiting = board.do(delegation.add_delegation, new_row(user_id=maker.id), role=ADMIN)
    with open_reading(board.database) as s:
        assert len(decision_rights(acting(s, maker), TODAY)) == before
        assert sum(roles.waiting_for(acting(s, board.staff[BOSS]))) == 1
        assert sum(roles.waiting_for(acting(s, board.staff[ADMIN]))) == 0
    assert refused(board, delegation.answer_delegation, waiting.id, yes=True, role=ADMIN)[0] is Obstacle.CLOSED
    board.do(delegation.answer_delegation, waiting.id, yes=False, role=BOSS)
    assert refused(board, delegation.answer_delegation, waiting.id, yes=True, role=BOSS)[0] is Obstacle.MISSING
    agreed = board.do(delegation.add_delegation, new_row(user_id=maker.id), role=ADMIN)
    board.do(delegation.answer_delegation, agreed.id, yes=True, role=BOSS)
    with open_reading(board.database) as s:
        assert len(decision_rights(acting(s, maker), TODAY)) == before + 1
        assert s.get_one(Delegation, agreed.id).agreed_by_id == board.staff[BOSS].id


# links


def test_a_password_is_set_by_a_link_that_works_once(board: BoardAtWork) -> None:
    found = taken(board, Role.CASEWORKER)
    key = found.user.id
    board.do(roles.answer_role_request, waits(board)[0].id, yes=True, role=BOSS)
    with pytest.raises(Refused):
        sign_in.sign_in(board.database, "nyman.norr", "", address="x", at=NOW)
    first = board.do(invitations.invite_user, key, role=BOSS)
    secret = board.do(invitations.invite_user, key, role=BOSS)
    with open_reading(board.database) as s:
        assert invitations.find_invitation(acting(s, at=NOW), first) is None  # a new one ends the earlier
        assert invitations.find_invitation(acting(s, at=NOW), secret) == invitations.InvitationHolder(
            "nyman.norr", "Ny Man", f"{BOSS.value}.norr"
        )
        assert secret not in str(s.scalars(select(Invitation.digest)).all())
        assert invitations.find_invitation(acting(s, at=NOW + timedelta(hours=73)), secret) is None
    with pytest.raises(Refused):
        run_in_transaction(board.database, lambda s: invitations.use_link(acting(s, at=NOW), secret, "kort"))
    run_in_transaction(board.database, lambda s: invitations.use_link(acting(s, at=NOW), secret, PASSWORD))
    with pytest.raises(Refused) as used:
        run_in_transaction(board.database, lambda s: invitations.use_link(acting(s, at=NOW), secret, PASSWORD + "!"))
    assert used.value.obstacle is Obstacle.MISSING
    assert sign_in.sign_in(board.database, "nyman.norr", PASSWORD, address="x", at=NOW).user_id == key


@pytest.mark.guards("an account used by who made it")
def test_a_link_into_an_account_that_weighs_is_not_made_from_the_pages(board: BoardAtWork) -> None:
    assert refused(board, invitations.invite_user, board.staff[Role.FINANCE].id, role=ADMIN)[0] is Obstacle.CLOSED
    assert (
        refused(board, invitations.invite_user, board.staff[ADMIN].id, role=ADMIN)[0] is Obstacle.MISSING
    )  # one's own
    assert refused(board, invitations.invite_user, board.staff[Role.CASEWORKER].id, role=BOSS)[0] is Obstacle.MISSING
    neighbour = BoardAtWork(board.database, code="syd").build()
    assert (
        refused(board, invitations.invite_user, neighbour.staff[Role.CASEWORKER].id, role=ADMIN)[0] is Obstacle.MISSING
    )
    taken(board, Role.REGISTRAR, login=f"{Role.CASEWORKER}.syd", name="Person caseworker")
    board.do(roles.answer_role_request, waits(board)[0].id, yes=True, role=BOSS)  # also in this board now
    assert (
        refused(board, invitations.invite_user, neighbour.staff[Role.CASEWORKER].id, role=ADMIN)[0] is Obstacle.CLOSED
    )
    waiting = taken(board, Role.FINANCE)
    assert refused(board, invitations.invite_user, waiting.user.id, role=ADMIN)[0] is Obstacle.CLOSED
    reader = board.staff[Role.CASEWORKER].id
    assert refused(board, invitations.invite_user, reader, role=ADMIN)[0] is Obstacle.CLOSED, "never shown"
    assert board.do(invitations.invite_user, reader, mailed=True, role=ADMIN)


@pytest.mark.guards("stolen or old sessions", "6.2.3")
def test_ones_own_password_is_changed_by_the_present_one_and_ends_the_other_sessions(board: BoardAtWork) -> None:
    by, login = board.staff[Role.CASEWORKER], f"{Role.CASEWORKER.value}.norr"
    here = sign_in.sign_in(board.database, login, "korrekt häst batteri", address="x", at=NOW)
    sign_in.sign_in(board.database, login, "korrekt häst batteri", address="y", at=NOW)

    def change(old: str, new: str) -> None:
        invitations.change_password(board.database, by, old, new, token=here.token, address="x", at=NOW)

    for old, new in (("fel lösenord helt", PASSWORD), ("korrekt häst batteri", "kort")):
        with pytest.raises(Refused):
            change(old, new)
    change("korrekt häst batteri", PASSWORD)
    with open_reading(board.database) as s:
        assert s.scalar(select(func.count()).select_from(SignIn).where(SignIn.ended_at.is_(None))) == 1
        assert sign_in.session_of_token(acting(s, at=NOW), here.token) is not None
        assert trail_verification.verify_trail(s).problems == []
    with pytest.raises(Refused):
        sign_in.sign_in(board.database, login, "korrekt häst batteri", address="x", at=NOW)
