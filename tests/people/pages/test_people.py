"""People and roles on their pages: the road of one administrator who wanted to do everything herself, shut at each step."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.acting import acting
from tests.board import BoardAtWork, board
from tests.factories import NOW, TODAY
from tests.mailbox import mail_server
from tests.page_fixtures import Somebody, one_line
from vetting import clock
from vetting.app.application import create_app
from vetting.config import Config
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading, open_technical, open_writing
from vetting.kernel.store.trail import TrailNote
from vetting.people.models.delegation import Delegation
from vetting.people.models.people import RoleAssignment, RoleRequest, SignIn, UnsentFormText, User
from vetting.people.services import sign_in

__all__ = ["board"]
PASSWORD = "åtta nio tio elva tolv"
ADMIN, BOSS = Role.ADMINISTRATOR, Role.MANAGER


@pytest.fixture
def offices(board: BoardAtWork) -> dict[Role, Somebody]:
    """Everybody with a browser of their own, on each engine in turn."""
    app = create_app(Config(), board.database)
    return {role: Somebody(board, app, role) for role in (ADMIN, BOSS, Role.AUDITOR, Role.CASEWORKER)}


def taken_in(who: Somebody, login: str, *roles: Role) -> Any:
    return who.send("/personer", login=login, name=login.title(), email="", role=[role.value for role in roles])


def link_in(page: Any) -> str:
    found = re.search(r'value="[^"]*(/valkommen/[^"]+)"', page.text)
    return found[1] if found else ""


SOON = (clock.now().date() + timedelta(days=30)).isoformat()


def stranger(who: Somebody) -> Somebody:
    """Another browser."""
    other = object.__new__(Somebody)
    other.board, other.client = who.board, who.client.application.test_client()
    return other


def yes_to_the_last(second: Somebody) -> Any:
    """The second person's yes to the role that was asked for last."""
    with open_reading(second.board.database) as s:
        key = s.scalars(select(RoleRequest.id).where(RoleRequest.answered_at.is_(None)).order_by(RoleRequest.id.desc()))
        last = key.first()
    found = second.send(f"/personer/onskemal/{last}", answer="yes")
    return second.get("/personer") if found.status_code == 303 else found


def roles_of(board: BoardAtWork, login: str) -> set[str]:
    with open_reading(board.database) as s:
        return set(
            s.scalars(
                select(RoleAssignment.role).join(User, User.id == RoleAssignment.user_id).where(User.login == login)
            )
        )


@pytest.mark.guards("one person who gives herself power")
def test_one_administrator_does_not_do_it_all_herself(board: BoardAtWork, offices: dict[Role, Somebody]) -> None:
    her, boss, auditor = offices[ADMIN], offices[BOSS], offices[Role.AUDITOR]
    own = f"{ADMIN.value}.norr"
    # roles for herself
    refused = taken_in(her, own, Role.DECISION_MAKER, Role.FINANCE)
    assert refused.status_code == 422
    assert "Du kan inte ändra dina egna roller" in refused.text
    assert roles_of(board, own) == {ADMIN.value}
    # a second login that pays: no link in her hand, no role
    puppet = taken_in(her, "docka.norr", Role.FINANCE)
    assert (puppet.status_code, link_in(puppet)) == (200, "")
    assert "väntar på en annan persons godkännande: Ekonomi. Den som godkänner får länken för lösenord" in puppet.text
    assert roles_of(board, "docka.norr") == set()
    with open_reading(board.database) as s:
        key = s.scalars(select(User.id).where(User.login == "docka.norr")).one()
    again = her.send(f"/personer/{key}/lank")
    assert (again.status_code, link_in(again)) == (422, "")
    assert her.send("/personer/onskemal/1", answer="yes").status_code == 422
    assert roles_of(board, "docka.norr") == set()
    # the right to decide, for whoever is her friend: it waits
    maker = board.staff[Role.DECISION_MAKER].id
    assert her.send("/delegation", user_id=str(maker), maker="delegate", acts="approve").status_code == 303
    with open_reading(board.database) as s:
        row = s.scalars(select(Delegation).order_by(Delegation.id.desc())).first()
    assert row is not None
    assert row.waits
    assert "Väntar på godkännande av en annan person" in her.get("/delegation").text
    assert her.send(f"/delegation/{row.id}/svar", answer="yes").status_code == 422
    # who looks after it is told where they begin
    for who in (boss, auditor):
        assert "ändringar av roller, delegation eller spärrar" in who.get("/arenden").text
        told = who.get("/ordning").text
        assert "Begärde en roll som väntar på ja: Docka.Norr, Ekonomi" in told
        assert "Lade till delegation: Person decision_maker, utan tak" in told
    assert "2 saker väntar på ditt godkännande" in boss.get("/arenden").text
    assert "väntar på ditt godkännande" not in auditor.get("/arenden").text
    assert boss.send(f"/delegation/{row.id}/svar", answer="no").status_code == 303
    # the yes, and the link, are the second person's
    yes = boss.send("/personer/onskemal/1", answer="yes")
    assert link_in(yes)
    assert roles_of(board, "docka.norr") == {"finance"}


@pytest.mark.guards("an account used by who made it")
def test_the_owner_sets_the_password_in_a_browser_of_their_own(offices: dict[Role, Somebody]) -> None:
    her, boss = offices[BOSS], offices[ADMIN]
    made = taken_in(boss, "ny.norr", Role.CASEWORKER)
    assert link_in(made) == "", "whoever asks gets no link"
    assert "väntar på en annan persons godkännande: Handläggare" in made.text
    link = link_in(yes_to_the_last(her))
    for browser in (her, boss):  # signed in as somebody else
        assert (
            "Be kontoinnehavaren öppna länken i sin egen webbläsare"
            in browser.send(link, new=PASSWORD, again=PASSWORD).text
        )
    her.send("/logga-ut")  # signed out, and still the maker's browser
    assert "Be kontoinnehavaren öppna länken i sin egen webbläsare" in her.send(link, new=PASSWORD, again=PASSWORD).text
    owner = stranger(her)
    assert "Kontot är för Ny.Norr" in owner.get(link).text
    assert "Kontot är för Ny.Norr" in owner.get(link).text  # looking does not use it up
    assert owner.send(link, new=PASSWORD, again="något annat").status_code == 422
    assert "kortare än 12" in owner.send(link, new="kort", again="kort").text
    assert owner.send(link, new=PASSWORD, again=PASSWORD).headers["Location"] == "/logga-in"
    assert "använd eller för gammal" in owner.get(link).text
    assert owner.send(link, new=PASSWORD + "!", again=PASSWORD + "!").status_code == 404
    assert owner.send("/logga-in", login="ny.norr", password=PASSWORD).status_code == 303
    assert "Lösenord valt genom en länk: Ny.Norr" in offices[Role.AUDITOR].get("/ordning").text


def test_a_role_is_taken_back_on_the_page(board: BoardAtWork, offices: dict[Role, Somebody]) -> None:
    her, kim = offices[ADMIN], offices[Role.CASEWORKER]
    key = board.staff[Role.CASEWORKER].id
    assert kim.get("/arenden").status_code == 200
    assert her.send(f"/personer/{key}/roller/caseworker/avsluta").status_code == 303
    assert kim.get("/arenden").status_code == 303  # to sign in: nothing is left to do here
    assert her.send(f"/personer/{key}/roller/caseworker/avsluta").status_code == 404
    own = board.staff[ADMIN].id
    assert her.send(f"/personer/{own}/roller/administrator/avsluta").status_code == 422
    assert offices[BOSS].send(f"/personer/{own}/roller/administrator/avsluta").status_code == 403


def test_ones_own_password_is_changed_on_its_page(offices: dict[Role, Somebody]) -> None:
    kim = offices[Role.CASEWORKER]
    wrong = kim.send("/losenord", old="fel lösenord helt", new=PASSWORD, again=PASSWORD)
    assert wrong.status_code == 422
    assert "Det nuvarande lösenordet är fel" in wrong.text
    right = {"old": "korrekt häst batteri", "new": PASSWORD}
    assert kim.send("/losenord", **right, again="annat").status_code == 422
    assert PASSWORD not in kim.send("/losenord", **(right | {"old": "x" * 20}), again=PASSWORD).text
    done = kim.send("/losenord", **right, again=PASSWORD)
    assert done.headers["Location"] == "/losenord?bytt=1"
    assert "Lösenordet är bytt" in kim.get("/losenord?bytt=1").text
    assert kim.get("/arenden").status_code == 200


def test_a_password_typed_into_a_session_that_has_ended_is_not_kept(
    board: BoardAtWork, offices: dict[Role, Somebody]
) -> None:
    kim = offices[Role.CASEWORKER]
    token = kim.token()
    with open_technical(board.database) as s:
        for row in s.scalars(select(SignIn)):
            row.ended_at = row.seen_at
    kim.client.post("/losenord", data={"csrf_token": token, "old": "korrekt häst batteri", "new": PASSWORD})
    with open_reading(board.database) as s:
        assert s.scalars(select(UnsentFormText)).all() == []


def test_the_last_day_of_a_role_is_set_in_its_row(board: BoardAtWork, offices: dict[Role, Somebody]) -> None:
    her = offices[ADMIN]
    maker = board.staff[Role.DECISION_MAKER].id
    row = f"{maker}-decision_maker"
    page = her.get(f"/personer?rad={row}").text
    assert page.count("Spara sista dagen") == 1
    assert "Spara sista dagen" not in her.get("/personer?rad=99-finance").text
    address = f"/personer/{maker}/roller/decision_maker/sista-dag"
    wrong = her.send(address, ends_on="i morgon")
    assert wrong.status_code == 422
    assert 'value="i morgon"' in wrong.text
    assert her.send(address, ends_on=SOON).status_code == 303
    assert "till och med" in her.get("/personer").text
    assert her.send(f"/personer/{board.staff[ADMIN].id}/roller/administrator/sista-dag", ends_on="").status_code == 422
    assert her.send(f"/personer/{maker}/roller/kung/sista-dag", ends_on="").status_code == 404
    assert offices[BOSS].send(address, ends_on="").status_code == 403


def test_a_role_that_begins_later_stands_there_and_is_taken_back(
    board: BoardAtWork, offices: dict[Role, Somebody]
) -> None:
    her = offices[ADMIN]
    given = {"login": "senare.norr", "name": "Se Nare", "role": "caseworker", "begins_on": SOON}
    her.send("/personer", **given)
    page = yes_to_the_last(offices[BOSS])
    assert "från och med " in page.text
    with open_reading(board.database) as s:
        key = s.scalars(select(RoleRequest.id)).one()
    assert her.send(f"/personer/onskemal/{key}", answer="no").status_code == 303
    assert "från och med " not in her.get("/personer").text
    assert roles_of(board, "senare.norr") == set()


def test_ones_sign_ins_stand_with_the_password_and_are_ended_there(
    board: BoardAtWork, offices: dict[Role, Somebody]
) -> None:
    kim = offices[Role.CASEWORKER]
    page = kim.get("/losenord").text
    assert "Här är du inloggad" in page
    assert page.count("den här") == 1
    assert "Logga ut överallt utom här" not in page
    with open_technical(board.database) as s:
        sign_in.begin_session(
            acting(s, at=clock.now()), board.staff[Role.CASEWORKER].id, board.board_id, "Safari, iPhone"
        )
    page = kim.get("/losenord").text
    assert "Safari, iPhone" in page
    key = re.findall(r"/losenord/inloggningar/(\d+)", page)
    assert len(key) == 1
    assert kim.send(f"/losenord/inloggningar/{key[0]}").status_code == 303
    assert "Safari, iPhone" not in kim.get("/losenord").text
    assert kim.send(f"/losenord/inloggningar/{key[0]}").status_code in {409, 422}
    assert kim.send("/losenord/inloggningar").status_code == 303
    assert offices[ADMIN].send(f"/personer/{board.staff[Role.CASEWORKER].id}/logga-ut").status_code == 303
    assert kim.get("/losenord").status_code == 303


@pytest.mark.guards("6.4.2")
def test_a_link_goes_by_mail_where_there_is_an_address_and_is_shown_where_it_cannot(board: BoardAtWork) -> None:
    new = {"name": "Ny Person", "login": "ny.norr", "email": "ny@exempelstad.example", "role": "caseworker"}
    with mail_server() as (box, server):
        config = Config(mail_host=server.host, mail_port=server.port, mail_from="vetting@exempelstad.example")
        ada = Somebody(board, create_app(config, board.database), Role.ADMINISTRATOR)
        with open_technical(board.database) as s:
            s.get_one(User, board.staff[Role.AUDITOR].id).email = new["email"]
            s.get_one(User, board.staff[Role.AUDITOR].id).name = new["name"]
        page = ada.send(f"/personer/{board.staff[Role.AUDITOR].id}/lank").text
        [mail] = box.mails
        assert mail["To"] == "ny@exempelstad.example"
        [address] = re.findall(r"http://localhost(/valkommen/\S+)", mail.get_content())
        assert address not in page
        assert "är skickad till ny@exempelstad.example" in page
        assert "Ny Person" in ada.client.application.test_client().get(address).text
        box.refuses = True
        page = ada.send(f"/personer/{board.staff[Role.AUDITOR].id}/lank").text
        assert "Mejlet gick inte att skicka. Länken visas inte." in one_line(page)
        assert "/valkommen/" not in page, "the administrator never sees a way into the auditor's account"
        with open_technical(board.database) as s:
            s.get_one(User, board.staff[Role.AUDITOR].id).email = ""
        answer = ada.send(f"/personer/{board.staff[Role.AUDITOR].id}/lank")
        assert (answer.status_code, link_in(answer)) == (422, "")


def test_links_of_one_visit_stay_until_the_page_is_left(board: BoardAtWork) -> None:
    her, boss = (Somebody.at_work(board, f"{role.value}.norr") for role in (ADMIN, BOSS))
    taken_in(her, "en.norr", Role.CASEWORKER)
    taken_in(her, "tva.norr", Role.AUDITOR)
    first = link_in(yes_to_the_last(boss))
    page = yes_to_the_last(boss).text
    assert page.count('value="http://localhost/valkommen/') == 2
    assert first in page
    assert "/valkommen/" not in boss.get("/personer").text


def test_the_second_person_sees_where_an_account_leads_and_hands_its_link_over(board: BoardAtWork) -> None:
    """The attack: an account of a decision maker with the asker's own address, and a yes that does not see it."""
    with mail_server() as (box, server):
        config = Config(mail_host=server.host, mail_port=server.port, mail_from="vetting@exempelstad.example")
        app = create_app(config, board.database)
        her, boss = Somebody(board, app, ADMIN), Somebody(board, app, BOSS)
        new = {"name": "Eva Riktig", "login": "eva", "email": "ada.hemma@exempelstad.example"}
        her.send("/personer", **new, role="decision_maker", ends_on=SOON)
        page = boss.get("/personer").text
        assert "eva · ada.hemma@exempelstad.example" in page
        assert "till och med" in page
        given = boss.send("/personer/onskemal/1", answer="yes")
        assert box.mails == []
        assert link_in(given)
        assert "Eva Riktig har fått: Beslutsfattare." in given.text


@pytest.mark.guards("one person who gives herself power")
def test_nobody_opens_alone_an_account_that_decides_or_writes_rules(board: BoardAtWork) -> None:
    """The attack: a link into the account of whoever has a right to decide, or of who publishes rules."""
    her = Somebody(board, create_app(Config(), board.database), ADMIN)
    light, by_function, by_name, writes = (
        board.staff[role].id for role in (Role.REGISTRAR, Role.PREMISES, Role.CASEWORKER, Role.RULES_OWNER)
    )
    with open_reading(board.database) as s:
        sample = s.scalars(select(Delegation)).first()
    assert sample is not None
    rows = ((None, "premises", TODAY), (by_name, "", TODAY + timedelta(days=9)))
    with open_writing(board.database) as s:
        for user, function, begins in rows:
            more = {"maker": sample.maker, "kinds": ["booking"], "valid_from": begins}
            row = Delegation(board_id=board.board_id, user_id=user, function=function, **more)
            s.add(row)
            s.flush()
            s.add_entry(TrailNote(action="delegation_added", by=None, at=NOW, subject=row, board_id=board.board_id))
    page = her.get("/personer").text
    for user in (by_function, by_name, writes):
        for way in ("lank", "tva-steg/av"):
            answer = her.send(f"/personer/{user}/{way}")
            assert (answer.status_code, link_in(answer)) == (422, ""), way
            assert f"/personer/{user}/{way}" not in page
    assert link_in(her.send(f"/personer/{light}/lank")) == "", "a link to who reads cases goes by mail, or not"
    assert f"/personer/{light}/lank" not in page


def test_two_rules_owners_are_not_one_persons_to_make(board: BoardAtWork) -> None:
    """The attack: one account that writes rules and one that publishes them, both of one administrator's making."""
    her = Somebody(board, create_app(Config(), board.database), ADMIN)
    for login in ("anna", "bert"):
        made = taken_in(her, login, Role.RULES_OWNER)
        assert (made.status_code, link_in(made), roles_of(board, login)) == (200, "", set())


def test_a_slip_of_the_login_gives_nobody_else_a_role(board: BoardAtWork) -> None:
    her = Somebody(board, create_app(Config(), board.database), ADMIN)
    login = f"{Role.PREMISES}.norr"
    slip = her.send("/personer", name="Helt Annan", login=login, email="", role="caseworker")
    assert slip.status_code == 422
    assert "Användarnamnet hör till ett konto med ett annat namn." in slip.text
    assert roles_of(board, login) == {"premises"}
    for odd in ("eva ny!", "x" * 61, "<b>"):
        assert her.send("/personer", name="Eva Ny", login=odd, email="", role="caseworker").status_code == 422
    right = her.send("/personer", name=" person  PREMISES", login=login.upper(), email="", role="caseworker")
    assert right.status_code == 200
    yes_to_the_last(Somebody.at_work(board, f"{BOSS.value}.norr"))
    assert roles_of(board, login) == {"premises", "caseworker"}


LOGINS = ("kim", "stangd", "ledig")


@pytest.mark.guards("6.3.8")
def test_answers_do_not_tell_whether_another_board_has_the_account(board: BoardAtWork) -> None:
    other = BoardAtWork(board.database, code="soder").build()
    with open_technical(board.database) as s:
        for login, active in zip(LOGINS, (True, False), strict=False):
            s.add(User(login=login, name="Kim Ek", email="", password_hash="", active=active, created_at=NOW))
    her = Somebody(other, create_app(Config(), board.database), ADMIN)
    told = {login: her.send("/personer", login=login, name="Lo Ny", email="", role="caseworker") for login in LOGINS}
    assert "Användarnamn: ledig.soder." in told["ledig"].text
    assert len({(answer.status_code, said_on(answer.text, login)) for login, answer in told.items()}) == 1
    assert roles_of(board, "kim") == roles_of(board, "stangd") == set()


def said_on(page: str, login: str) -> str:
    """What a page tells of an account that was added, without its user name."""
    [told] = re.findall(r'<div class="note in_" role="status">(.*?)</div>', page, re.DOTALL)
    return re.sub(r"\s+", " ", told).replace(login, "*")


def test_taking_a_role_back_says_so(board: BoardAtWork) -> None:
    her = Somebody(board, create_app(Config(), board.database), ADMIN)
    her.send(f"/personer/{board.staff[Role.CASEWORKER].id}/roller/caseworker/avsluta")
    assert "Person caseworker har inte längre rollen Handläggare." in her.get("/personer").text
