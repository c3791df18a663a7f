"""Nobody gets power by one person's act: roles, delegation, links for passwords, and what is told of them."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from tests.factories import NOW, TODAY
from tests.services.test_order import row
from tests.town import Town, refused
from vetting.domain.delegation import Maker
from vetting.domain.people import GUARDED, Role
from vetting.domain.problem import Obstacle, Refused
from vetting.services import delegations, invitations, order_changes, people, roles
from vetting.services.roles import Colleague
from vetting.store import verifying
from vetting.store.decisions import Absence, Delegation, entitled
from vetting.store.people import Invitation, RoleAsk, RoleHeld, SignIn, User
from vetting.store.session import reading, write

if TYPE_CHECKING:
    from vetting.domain.people import Person

ADMIN, BOSS = Role.ADMINISTRATOR, Role.MANAGER
PASSWORD = "åtta nio tio elva tolv"


def colleague(town: Town, *held: Role, login: str = "nyman.norr", name: str = "Ny Man") -> Colleague:
    return Colleague(login=login, name=name, board=town.code, roles=held)


def taken(town: Town, *held: Role, role: Role = ADMIN, **more: str) -> roles.TakenIn:
    found: roles.TakenIn = town.do(roles.take_in, colleague(town, *held, **more), role=role)
    return found


def held_by(town: Town, user_id: int) -> set[str]:
    with reading(town.database) as s:
        return set(s.scalars(select(RoleHeld.role).where(RoleHeld.user_id == user_id)))


def waits(town: Town) -> list[RoleAsk]:
    with reading(town.database) as s:
        return list(roles.waiting(s, town.board_id))


@pytest.mark.parametrize("role", list(Role))
def test_nobody_gives_themselves_a_role(town: Town, role: Role) -> None:
    login = f"{ADMIN.value}.{town.code}"
    assert refused(town, roles.take_in, colleague(town, role, login=login), role=ADMIN) == (Obstacle.CLOSED, ["login"])
    assert held_by(town, town.staff[ADMIN].id) == {ADMIN.value}


@pytest.mark.parametrize("role", sorted(GUARDED))
def test_a_weighty_role_waits_for_another_persons_yes(town: Town, role: Role) -> None:
    found = taken(town, Role.CASEWORKER, role)
    assert (found.fresh, found.given, found.waiting) == (True, (Role.CASEWORKER,), (role,))
    [ask] = waits(town)
    assert held_by(town, found.user.id) == {Role.CASEWORKER.value}
    assert refused(town, roles.answer, ask.id, yes=True, role=ADMIN)[0] is Obstacle.CLOSED  # who asked
    assert refused(town, roles.answer, ask.id, yes=True, role=Role.FINANCE)[0] is Obstacle.FORBIDDEN
    town.do(roles.answer, ask.id, yes=True, role=BOSS)
    assert held_by(town, found.user.id) == {Role.CASEWORKER.value, role.value}
    assert refused(town, roles.answer, ask.id, yes=True, role=BOSS)[0] is Obstacle.MISSING
    with reading(town.database) as s:
        assert verifying.verify(s).problems == []


def test_a_role_that_is_asked_for_twice_waits_once_and_a_no_ends_it(town: Town) -> None:
    found = taken(town, Role.FINANCE)
    again = taken(town, Role.FINANCE)
    assert (again.fresh, again.given, again.waiting) == (False, (), ())
    [ask] = waits(town)
    town.do(roles.answer, ask.id, yes=False, role=BOSS)
    assert (waits(town), held_by(town, found.user.id)) == ([], set())


def test_whoever_asked_may_take_it_back_and_nobody_says_yes_to_their_own(town: Town) -> None:
    taken(town, Role.FINANCE)
    [ask] = waits(town)
    town.do(roles.answer, ask.id, yes=False, role=ADMIN)
    assert waits(town) == []
    town.somebody(ADMIN, "annan")  # somebody else who could say yes
    town.do(roles.take_in, colleague(town, Role.FINANCE, login=f"{BOSS.value}.{town.code}"), role=ADMIN)
    [ask] = waits(town)
    assert refused(town, roles.answer, ask.id, yes=True, role=BOSS)[0] is Obstacle.CLOSED  # it is theirs
    assert refused(town, roles.answer, ask.id, yes=False, role=BOSS)[0] is Obstacle.CLOSED


def test_an_account_of_ones_own_making_is_nobodys_second_person(town: Town) -> None:
    """The attack: a second login, made to say yes to the first's wishes."""
    puppet = taken(town, ADMIN, login="docka.norr", name="Docka")
    assert puppet.waiting == (ADMIN,)
    taken(town, Role.DECISION_MAKER)
    puppets: Person = people_at(town, puppet.user.id)
    with pytest.raises(Refused):
        write(town.database, lambda s: roles.answer(s, waits(town)[1].id, yes=True, by=puppets, at=NOW))
    assert {ask.role for ask in waits(town)} == {ADMIN.value, Role.DECISION_MAKER.value}


def people_at(town: Town, user_id: int) -> Person:
    from vetting.domain.people import Person

    with reading(town.database) as s:
        name = s.get_one(User, user_id).name
    return Person(id=user_id, name=name, board_id=town.board_id, board="x", roles=frozenset())


def test_where_nobody_else_can_say_yes_it_is_given_at_once_and_told(town: Town) -> None:
    write(
        town.database, lambda s: roles.end_role(s, town.staff[BOSS].id, BOSS, board_id=town.board_id, by=None, at=NOW)
    )
    found = taken(town, Role.FINANCE)
    assert (found.given, found.waiting) == ((Role.FINANCE,), ())
    told = changes(town, Role.AUDITOR)
    assert "Gav en roll: Ny Man, Ekonomi" in told


def changes(town: Town, role: Role) -> list[str]:
    with reading(town.database) as s:
        return [change.what.sv for change in order_changes.recent(s, {}, by=town.staff[role], on=TODAY)]


@pytest.mark.parametrize("watcher", [BOSS, Role.AUDITOR])
def test_every_change_is_told_to_manager_and_auditor_with_whom_and_what(town: Town, watcher: Role) -> None:
    found = taken(town, Role.CASEWORKER, Role.FINANCE)
    town.do(roles.answer, waits(town)[0].id, yes=True, role=BOSS)
    given = row(town, largest=50_000_00)
    town.do(roles.end_role, found.user.id, Role.CASEWORKER, board_id=town.board_id, role=ADMIN)
    secret = write(
        town.database,
        lambda s: invitations.make(
            s, s.get_one(User, found.user.id), board_id=town.board_id, by=town.staff[BOSS], at=NOW
        ),
    )
    write(town.database, lambda s: invitations.use(s, secret, PASSWORD, at=NOW))
    maker = town.staff[Role.DECISION_MAKER].name
    assert given.largest == 50_000_00
    assert changes(town, watcher)[:9] == [
        "Lösenord satt genom en länk: Ny Man",
        "Gjorde en länk för lösenord: Ny Man",
        "Tog tillbaka en roll: Ny Man, Handläggare",
        f"Sade ja till delegation: {maker}, 50\u00a0000\u00a0kr",
        f"Lade till delegation: {maker}, 50\u00a0000\u00a0kr",
        "Gav en roll: Ny Man, Ekonomi",
        "Begärde en roll som väntar på ja: Ny Man, Ekonomi",
        "Gav en roll: Ny Man, Handläggare",
        "Lade till ett konto: Ny Man",
    ]
    with reading(town.database) as s:
        assert order_changes.count(s, town.staff[watcher], TODAY) >= 9
    assert changes(town, Role.CASEWORKER) == []


def test_a_role_taken_back_ends_the_right_to_decide_that_rested_on_it(town: Town) -> None:
    maker = town.staff[Role.DECISION_MAKER]
    other = town.somebody(Role.DECISION_MAKER, "ersattare")
    row(town)
    town.do(delegations.be_absent, maker.id, other.id, TODAY, TODAY, role=Role.DECISION_MAKER)
    with reading(town.database) as s:
        assert entitled(s, maker, TODAY)
        assert entitled(s, other, TODAY)
    town.do(roles.end_role, maker.id, Role.DECISION_MAKER, board_id=town.board_id, role=ADMIN)
    with reading(town.database) as s:
        live = [one for one in entitled(s, maker, TODAY) if one.valid_to is None or one.valid_to >= TODAY]
        assert live == []
        assert entitled(s, other, TODAY) == []
        assert s.scalars(select(Absence.ended_at)).all() == [NOW]
        assert people.at_work(s, maker.id, town.board_id) is None


def test_the_last_administrator_stays(town: Town) -> None:
    own = town.staff[ADMIN].id
    assert refused(town, roles.end_role, own, ADMIN, board_id=town.board_id, role=ADMIN)[0] is Obstacle.CLOSED
    assert refused(town, roles.end_role, own, Role.FINANCE, board_id=town.board_id, role=ADMIN)[0] is Obstacle.MISSING


def test_whoever_could_say_yes_is_not_taken_away_first(town: Town) -> None:
    """The attack: the manager's role taken back, and then everything is given at once."""
    boss = town.staff[BOSS].id
    assert refused(town, roles.end_role, boss, BOSS, board_id=town.board_id, role=ADMIN)[0] is Obstacle.CLOSED
    town.somebody(ADMIN, "annan")
    town.do(roles.end_role, boss, BOSS, board_id=town.board_id, role=ADMIN)
    assert taken(town, Role.FINANCE).waiting == (Role.FINANCE,)


def test_a_link_from_before_and_a_password_of_the_askers_open_nothing_afterwards(town: Town) -> None:
    found = taken(town, Role.CASEWORKER)
    kept = town.do(invitations.invite, found.user.id, role=ADMIN)
    taken(town, Role.DECISION_MAKER)
    town.do(roles.answer, waits(town)[0].id, yes=True, role=BOSS)
    with reading(town.database) as s:
        assert invitations.invited(s, kept, at=NOW) is None
    assert refused(town, invitations.invite, found.user.id, role=ADMIN)[0] is Obstacle.CLOSED  # it has no password yet
    again = taken(town, Role.REGISTRAR, login="annan.norr")
    secret = town.do(invitations.invite, again.user.id, role=ADMIN)
    write(town.database, lambda s: invitations.use(s, secret, PASSWORD, at=NOW))  # by the administrator herself
    taken(town, Role.FINANCE, login="annan.norr")
    town.do(roles.answer, waits(town)[0].id, yes=True, role=BOSS)
    with pytest.raises(Refused):
        people.sign_in(town.database, "annan.norr", PASSWORD, address="x", at=NOW)


def test_an_account_of_another_boards_making_waits_for_a_yes_whatever_the_role(town: Town) -> None:
    Town(town.database, code="syd").build()
    found = taken(town, Role.CASEWORKER, login=f"{Role.REGISTRAR.value}.syd")
    assert (found.fresh, found.given, found.waiting) == (False, (), (Role.CASEWORKER,))


def test_a_function_that_decides_is_given_as_the_right_itself(town: Town) -> None:
    row(town, user_id=None, function=Role.CASEWORKER)
    assert taken(town, Role.CASEWORKER).waiting == (Role.CASEWORKER,)


# delegation


def new_row(**more: Any) -> delegations.NewRow:
    given = {
        "user_id": None,
        "function": None,
        "maker": Maker.DELEGATE,
        "point": "9",
        "kinds": ("grant",),
        "largest": None,
        "refusals": True,
        "valid_from": date(2026, 1, 1),
        "valid_to": None,
    } | more
    return delegations.NewRow(**given)


def test_nobody_gives_themselves_the_right_to_decide_by_any_way(town: Town) -> None:
    both = town.somebody(Role.DECISION_MAKER, "bada")
    for role in (ADMIN, BOSS):
        write(town.database, partial(_also, both.id, town.board_id, role))
    with reading(town.database) as s:
        me = people.at_work(s, both.id, town.board_id)
    assert me is not None
    for new in (new_row(user_id=me.id), new_row(function=BOSS)):
        with pytest.raises(Refused) as told:
            write(town.database, lambda s, new=new: delegations.add(s, new, by=me, at=NOW))  # type: ignore[misc]
        assert "Nobody gives themselves" in str(told.value)
    maker = town.staff[Role.DECISION_MAKER]
    with pytest.raises(Refused):
        write(town.database, lambda s: delegations.be_absent(s, maker.id, me.id, TODAY, TODAY, by=me, at=NOW))


def _also(user_id: int, board_id: int, role: Role, session: Any) -> None:
    from vetting.store.trail import Noted

    session.add(RoleHeld(user_id=user_id, board_id=board_id, role=role.value))
    session.note(Noted(action="test", by=None, at=NOW))


def test_nothing_is_decided_by_a_row_that_waits_or_was_refused(town: Town) -> None:
    maker = town.staff[Role.DECISION_MAKER]
    with reading(town.database) as s:
        before = len(entitled(s, maker, TODAY))
    waiting = town.do(delegations.add, new_row(user_id=maker.id), role=ADMIN)
    with reading(town.database) as s:
        assert len(entitled(s, maker, TODAY)) == before
        assert roles.waiting_for(s, town.staff[BOSS]) == 1
        assert roles.waiting_for(s, town.staff[ADMIN]) == 0
    assert refused(town, delegations.answer, waiting.id, yes=True, role=ADMIN)[0] is Obstacle.CLOSED
    town.do(delegations.answer, waiting.id, yes=False, role=BOSS)
    assert refused(town, delegations.answer, waiting.id, yes=True, role=BOSS)[0] is Obstacle.MISSING
    agreed = town.do(delegations.add, new_row(user_id=maker.id), role=ADMIN)
    town.do(delegations.answer, agreed.id, yes=True, role=BOSS)
    with reading(town.database) as s:
        assert len(entitled(s, maker, TODAY)) == before + 1
        assert s.get_one(Delegation, agreed.id).agreed_by_id == town.staff[BOSS].id


# links


def test_a_password_is_set_by_a_link_that_works_once(town: Town) -> None:
    found = taken(town, Role.CASEWORKER)
    key = found.user.id
    with pytest.raises(Refused):
        people.sign_in(town.database, "nyman.norr", "", address="x", at=NOW)
    first = town.do(invitations.invite, key, role=ADMIN)
    secret = town.do(invitations.invite, key, role=ADMIN)
    with reading(town.database) as s:
        assert invitations.invited(s, first, at=NOW) is None  # a new one ends the earlier
        assert invitations.invited(s, secret, at=NOW) == invitations.Invited(
            "nyman.norr", "Ny Man", f"{ADMIN.value}.norr"
        )
        assert secret not in str(s.scalars(select(Invitation.digest)).all())
        assert invitations.invited(s, secret, at=NOW + timedelta(hours=73)) is None
    with pytest.raises(Refused):
        write(town.database, lambda s: invitations.use(s, secret, "kort", at=NOW))
    write(town.database, lambda s: invitations.use(s, secret, PASSWORD, at=NOW))
    with pytest.raises(Refused) as used:
        write(town.database, lambda s: invitations.use(s, secret, PASSWORD + "!", at=NOW))
    assert used.value.obstacle is Obstacle.MISSING
    assert people.sign_in(town.database, "nyman.norr", PASSWORD, address="x", at=NOW).user_id == key


def test_a_link_into_an_account_that_weighs_is_not_made_from_the_pages(town: Town) -> None:
    assert refused(town, invitations.invite, town.staff[Role.FINANCE].id, role=ADMIN)[0] is Obstacle.CLOSED
    assert refused(town, invitations.invite, town.staff[ADMIN].id, role=ADMIN)[0] is Obstacle.MISSING  # one's own
    assert refused(town, invitations.invite, town.staff[Role.CASEWORKER].id, role=BOSS)[0] is Obstacle.FORBIDDEN
    neighbour = Town(town.database, code="syd").build()
    assert refused(town, invitations.invite, neighbour.staff[Role.CASEWORKER].id, role=ADMIN)[0] is Obstacle.MISSING
    taken(town, Role.REGISTRAR, login=f"{Role.CASEWORKER.value}.syd")
    town.do(roles.answer, waits(town)[0].id, yes=True, role=BOSS)  # also in this board now
    assert refused(town, invitations.invite, neighbour.staff[Role.CASEWORKER].id, role=ADMIN)[0] is Obstacle.CLOSED
    waiting = taken(town, Role.FINANCE)
    assert refused(town, invitations.invite, waiting.user.id, role=ADMIN)[0] is Obstacle.CLOSED
    assert town.do(invitations.invite, town.staff[Role.CASEWORKER].id, role=ADMIN)


def test_ones_own_password_is_changed_by_the_present_one_and_ends_the_other_sessions(town: Town) -> None:
    by, login = town.staff[Role.CASEWORKER], f"{Role.CASEWORKER.value}.norr"
    here = people.sign_in(town.database, login, "korrekt häst batteri", address="x", at=NOW)
    people.sign_in(town.database, login, "korrekt häst batteri", address="y", at=NOW)

    def change(old: str, new: str) -> None:
        invitations.change_password(town.database, by, old, new, token=here.token, address="x", at=NOW)

    for old, new in (("fel lösenord helt", PASSWORD), ("korrekt häst batteri", "kort")):
        with pytest.raises(Refused):
            change(old, new)
    change("korrekt häst batteri", PASSWORD)
    with reading(town.database) as s:
        assert s.scalar(select(func.count()).select_from(SignIn).where(SignIn.ended_at.is_(None))) == 1
        assert people.visitor(s, here.token, at=NOW) is not None
        assert verifying.verify(s).problems == []
    with pytest.raises(Refused):
        people.sign_in(town.database, login, "korrekt häst batteri", address="x", at=NOW)
