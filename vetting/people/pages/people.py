"""Who may do what in the board: people and roles, the second yes, links for passwords, one's own password."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from flask import Blueprint, make_response, render_template, request, url_for
from flask import session as browser

from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import ROLE_WORDS, SEPARATION_WORDS, Role, SeparationOfDuties
from vetting.kernel.text import NO_WORDS, Words, _
from vetting.people.domain.role_expiry import ROLE_END_WORDS
from vetting.people.domain.second_factor import is_demanded
from vetting.people.forms import (
    ColleagueForm,
    FirstPasswordForm,
    LastDayForm,
    LostAppForm,
    OtherSessionsForm,
    PasswordForm,
    RoleAnswerForm,
    RoleEndForm,
    SessionEndForm,
    SignOutForm,
)
from vetting.people.models.people import Board, User, names_of
from vetting.people.models.second_factors import with_factor
from vetting.people.pages import known_browsers
from vetting.people.pages.identity_provider import identity_provider
from vetting.people.pages.links import hand_over, is_mailed, new_link, show_link
from vetting.people.services import directory, invitations, role_endings, role_expiry, roles, second_factor, sessions
from vetting.people.services.privileged_accounts import waiting_roles, weighty_accounts
from vetting.web import visitor
from vetting.web.errors import STATUS, retry_after
from vetting.web.forms import FormsOfPage, PostedForm
from vetting.web.view_helpers import (
    act_by_form,
    act_in_steps,
    in_transaction,
    page_by_form,
    posted_form,
    redirect_after_post,
)
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

    from vetting.kernel.store.session import WritingSession
    from vetting.people.pages.links import LinkReceipt, NewLink

blueprint = Blueprint("people", __name__)
MOST_FORMER: Final = 30
"""Roles that somebody no longer has, on the page; the register has all."""
NOT_HERE = Problem(
    "",
    _("Länken skapades i den här webbläsaren, av någon annan än den som kontot gäller."),
    _("Be kontoinnehavaren öppna länken i sin egen webbläsare."),
)
LINKS_KEY: Final = "links"
"""In the browser: the links that were shown in this visit to the page, each with whose it is."""
MOST_LINKS: Final = 8
TWO_DIFFER = Problem("again", _("De två lösenorden är olika."), _("Skriv samma lösenord två gånger."))


@blueprint.get("/personer")
def index() -> str:
    """Everybody in the board with their roles, and what waits for a yes; links shown before are shown no more."""
    browser.pop(LINKS_KEY, None)
    return _render_people()


def _render_people(
    refused: PostedForm | None = None, link: LinkReceipt | None = None, told: Words | None = None, row: str = ""
) -> str:
    person = visitor.signed_in_person()
    if link is not None and link.address:
        before = [one for one in browser.get(LINKS_KEY, []) if one[0] != link.name]  # a new one ends the earlier
        browser[LINKS_KEY] = [*before, [link.name, link.address]][-MOST_LINKS:]
    with reading_session() as session:
        held = roles.people_of(session, session.get_one(Board, person.board_id))
        asks = roles.waiting_role_requests(session, person.board_id)
        ahead = roles.roles_ahead(session, person.board_id)
        ids = {ask.user_id for ask in (*asks, *ahead)} | {ask.asked_by_id for ask in asks if ask.asked_by_id}
        names = names_of(session, ids)
        accounts = {ask.user_id: session.get_one(User, ask.user_id) for ask in asks}
        former = role_expiry.former_roles(session, person.board_id, most=MOST_FORMER)
        visits = role_expiry.last_visits(session, person.board_id)
        two_steps = with_factor(session, {user.id for user, _unused in held})
        guarded = waiting_roles(session, person.board_id)
        heavy = weighty_accounts(session, person.board_id)
        new = {user.id for user, _unused in held if invitations.hands_over_first_link(session, user)}
        demanding = session.get_one(Board, person.board_id).factor_roles
        unused = {one.held.id: one.on for one in role_expiry.unused_roles(session, person.board_id, visitor.today())}
    chosen = row or request.args.get("rad", "")
    rows = {f"{user.id}-{role.role}": role for user, has in held for role in has}
    last_day = refused if isinstance(refused, LastDayForm) else None
    if last_day is None and chosen in rows:
        last_day = LastDayForm(known={"ends_on": rows[chosen].ends_on})
    return render_template(
        "people/people/index.html",
        held=held,
        asks=asks,
        ahead=ahead,
        former=former,
        visits=visits,
        two_steps=two_steps,
        lacking={user.id for user, has in held if is_demanded({Role(one.role) for one in has}, demanding)} - two_steps,
        unused=unused,
        end_words=ROLE_END_WORDS,
        chosen=chosen,
        last_day=last_day,
        names=names,
        accounts=accounts,
        roles=ROLE_WORDS,
        guarded=guarded,
        heavy=heavy,
        new=new,
        mailable={user.id for user, _unused in held if is_mailed(user)},
        refused=refused,
        form=FormsOfPage(refused).form(ColleagueForm, "person"),
        link=link,
        links=browser.get(LINKS_KEY, []),
        told=told,
        me=person.id,
        asked={ask.user_id for ask in asks},
        own_words=SEPARATION_WORDS[SeparationOfDuties.AGREE_OWN],
        may_agree=lambda ask: roles.may_agree(person, ask.asked_by_id, ask.user_id),
    )


@blueprint.post("/personer")
def take_in() -> Response:
    """An account with its roles, or roles for one that is there."""
    form = posted_form(ColleagueForm, key="person")
    person = visitor.signed_in_person()

    def take(s: WritingSession) -> tuple[roles.RoleGrantResult, NewLink]:
        board = s.get_one(Board, person.board_id)
        new = form.command(board.code)
        new = replace(new, login=roles.login_in_board(s, new, board))
        taken = roles.give_roles(s, new)
        if taken.waiting or not taken.fresh:
            return taken, new_link(taken.user)
        secret = invitations.make_link(s, taken.user, board_id=person.board_id)
        return taken, new_link(taken.user, secret)

    return page_by_form(
        form,
        take,
        page=lambda done: _render_people(None, hand_over(done[1]), _roles_in_words(done[0])),
        again=_render_people,
    )


def _roles_in_words(taken: roles.RoleGrantResult) -> Words:
    given, waiting = roles.in_words(taken.given), roles.in_words(taken.waiting)
    name = taken.user.name
    told = _("{name} har fått: {given}.", name=name, given=given) if taken.given else NO_WORDS
    if taken.ahead:
        told += _(" Börjar senare: {ahead}.", ahead=roles.in_words(taken.ahead))
    if taken.waiting and taken.given:
        told += _(" Väntar på en annan persons godkännande: {waiting}.", waiting=waiting)
    elif taken.waiting:
        told += _("{name} väntar på en annan persons godkännande: {waiting}.", name=name, waiting=waiting)
    if taken.waiting and taken.fresh:
        told += _(" Den som godkänner får länken för lösenord, och lämnar den vidare.")
    if taken.fresh:
        told += _(" Användarnamn: {login}.", login=taken.user.login)
    if not (taken.given or taken.waiting or taken.ahead):
        told = _("{name} hade redan rollerna.", name=name)
    return told


@blueprint.post("/personer/onskemal/<int:ask_id>")
def answer(ask_id: int) -> Response:
    """The second person's yes or no; a yes to a new account gives its link, to be handed to its owner.

    It is not mailed: the address is what whoever asked has written.
    """
    form = posted_form(RoleAnswerForm)
    person = visitor.signed_in_person()

    def reply(s: WritingSession) -> NewLink:
        ask = roles.answer_role_request(s, ask_id, yes=form.is_yes)
        user = s.get_one(User, ask.user_id)
        form.tell_whose(user.name, ROLE_WORDS[ask.role])
        left = [one for one in roles.waiting_role_requests(s, person.board_id) if one.user_id == user.id]
        if not form.is_yes or user.password_hash or left or directory.is_of_directory(s, user.id):
            return new_link(user)
        return new_link(user, invitations.make_link(s, user, board_id=person.board_id))

    return act_in_steps(
        form,
        lambda: in_transaction(reply),
        onto=lambda link: (
            make_response(_render_people(None, show_link(link))) if link.secret else url_for("people.index")
        ),
        again=_render_people,
    )


@blueprint.post("/personer/<int:user_id>/roller/<role_name>/avsluta")
def end_role(user_id: int, role_name: str) -> Response:
    if role_name not in list(Role):
        raise Refused(Obstacle.MISSING)
    person, role, form = visitor.signed_in_person(), Role(role_name), posted_form(RoleEndForm)

    def end(s: WritingSession) -> None:
        role_endings.end_role(s, user_id, role, board_id=person.board_id)
        form.tell_whose(s.get_one(User, user_id).name, ROLE_WORDS[role])

    return act_by_form(
        form,
        end,
        onto=url_for("people.index"),
        again=_render_people,
    )


@blueprint.post("/personer/<int:user_id>/roller/<role_name>/sista-dag")
def set_last_day(user_id: int, role_name: str) -> Response:
    """Sets the last day of a role."""
    if role_name not in list(Role):
        raise Refused(Obstacle.MISSING)
    person, form = visitor.signed_in_person(), posted_form(LastDayForm)
    return act_by_form(
        form,
        lambda s: role_endings.set_last_day(s, user_id, Role(role_name), form.ends_on.data, board_id=person.board_id),
        onto=url_for("people.index"),
        again=lambda refused: _render_people(refused, row=f"{user_id}-{role_name}"),
    )


@blueprint.post("/personer/<int:user_id>/lank")
def invite(user_id: int) -> Response:
    """A new link for setting a password: mailed, or of a new account shown, to be handed over."""

    def make(s: WritingSession) -> tuple[NewLink, bool]:
        user = s.get(User, user_id)
        mailed = user is not None and is_mailed(user)
        secret = invitations.invite_user(s, user_id, mailed=mailed)
        found = s.get_one(User, user_id)
        return new_link(found, secret), not found.password_hash

    return page_by_form(
        posted_form(PostedForm),
        make,  # the address of a new account is what whoever asked has written: nothing is mailed there
        page=lambda made: _render_people(
            None, show_link(made[0]) if made[1] else hand_over(made[0], by_mail_only=True)
        ),
        again=_render_people,
    )


@blueprint.get("/valkommen/<secret>")
def welcome(secret: str) -> str:
    """Where the owner of an account sets its password; looking at the page does not use the link up."""
    return _welcome(secret, FirstPasswordForm())


def _welcome(secret: str, form: FirstPasswordForm) -> str:
    with reading_session() as session:
        found = invitations.find_invitation(session, secret)
    return render_template("people/people/welcome.html", found=found, secret=secret, form=form)


@blueprint.post("/valkommen/<secret>")
def set_password(secret: str) -> Response:
    """Sets it, and uses the link up. Not in a browser where whoever made the link has been signed in."""
    form = posted_form(FirstPasswordForm)
    with reading_session() as session:
        found = invitations.find_invitation(session, secret)
    if found is None:
        return make_response(_welcome(secret, form), STATUS[Obstacle.MISSING])
    not_here = visitor.visitor() is not None or bool(found.made_by and known_browsers.secret_for(found.made_by))

    def use(s: WritingSession) -> None:
        wrong = NOT_HERE if not_here else None if form.repeats else TWO_DIFFER
        if wrong:
            raise Refused(Obstacle.INVALID, wrong)
        invitations.use_link(s, secret, form.new.data)

    return act_by_form(form, use, onto=url_for("sign_in.ask"), again=lambda refused: _welcome(secret, refused))


@blueprint.get("/losenord")
def password() -> str:
    return _render_password(PasswordForm(), changed=request.args.get("bytt") == "1")


def _render_password(form: PasswordForm, refused: PostedForm | None = None, *, changed: bool = False) -> str:
    person = visitor.signed_in_person()
    with reading_session() as session:
        found = sessions.open_sessions(session, person.id, token=visitor.token_of_browser())
        of_directory = directory.is_of_directory(session, person.id)
        has_password = bool(session.get_one(User, person.id).password_hash)
    return render_template(
        "people/people/password.html",
        form=form,
        refused=refused,
        changed=changed,
        sessions=found,
        has_password=has_password,
        connects=identity_provider() is not None and not of_directory,
    )


def _end(form: PostedForm, work: Callable[[], None]) -> Response:
    return act_in_steps(
        form, work, onto=url_for("people.password"), again=lambda refused: _render_password(PasswordForm(), refused)
    )


@blueprint.post("/losenord/inloggningar/<int:session_id>")
def end_session(session_id: int) -> Response:
    """Signs one's own account out in one place."""
    person = visitor.signed_in_person()
    return _end(
        posted_form(SessionEndForm),
        lambda: sessions.end_own_session(visitor.database(), person, session_id, at=visitor.now()),
    )


@blueprint.post("/losenord/inloggningar")
def end_other_sessions() -> Response:
    """Signs one's own account out everywhere else."""
    person, token = visitor.signed_in_person(), visitor.token_of_browser()
    return _end(
        posted_form(OtherSessionsForm),
        lambda: sessions.end_other_sessions(visitor.database(), person, token=token, at=visitor.now()),
    )


@blueprint.post("/personer/<int:user_id>/logga-ut")
def end_sessions(user_id: int) -> Response:
    """Signs somebody out everywhere."""
    form = posted_form(SignOutForm)
    return act_by_form(
        form,
        lambda s: form.tell_whose(sessions.end_sessions_of(s, user_id).name),
        onto=url_for("people.index"),
        again=_render_people,
    )


@blueprint.post("/personer/<int:user_id>/tva-steg/av")
def remove_factor(user_id: int) -> Response:
    """For whoever has lost both the app and the recovery codes."""
    return act_by_form(
        posted_form(LostAppForm),
        lambda s: second_factor.remove_app_of(s, user_id),
        onto=url_for("people.index"),
        again=_render_people,
    )


@blueprint.post("/losenord")
def change_password() -> Response:
    """Changes it; all other sessions of the account end."""
    form = posted_form(PasswordForm)
    person = visitor.signed_in_person()
    try:
        if not form.repeats:
            raise Refused(Obstacle.INVALID, TWO_DIFFER)
        invitations.change_password(
            visitor.database(),
            person,
            form.old.data,
            form.new.data,
            token=visitor.token_of_browser(),
            address=request.remote_addr or "",
            at=visitor.now(),
            device=known_browsers.secret_of(person.id),
        )
    except Refused as refused:
        form.tell(refused.problems)
        page = make_response(_render_password(form), STATUS[refused.obstacle])
        page.headers.update(retry_after(refused))
        return page
    return redirect_after_post(url_for("people.password", bytt=1))
