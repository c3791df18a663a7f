"""Who may do what in the board: people and roles, the second yes, links for passwords, one's own password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, make_response, render_template, request, url_for

from vetting.boards.models.people import Board, User, names_of
from vetting.boards.pages import known_browsers
from vetting.boards.services import invitations, roles
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import ROLE_WORDS, SEPARATION_WORDS, TWO_PERSON_ROLES, Role, SeparationOfDuties
from vetting.kernel.text import NO_WORDS, Words, _
from vetting.web import visitor
from vetting.web.errors import STATUS, retry_after
from vetting.web.view_moves import (
    act_and_redirect,
    in_transaction,
    posted_text,
    posted_texts,
    redirect_after_post,
    refused_page,
)
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from flask import Response

blueprint = Blueprint("people", __name__)
NOT_HERE = Problem(
    "new",
    _("Länken skapades i den här webbläsaren, av någon annan än den som kontot gäller."),
    _("Be kontoinnehavaren öppna länken i sin egen webbläsare."),
)
TWO_DIFFER = Problem("again", _("De två lösenorden är olika."), _("Skriv samma lösenord två gånger."))


@blueprint.get("/personer")
def index() -> str:
    """Everybody in the board with their roles, and what waits for a yes."""
    return _render_people(())


def _render_people(problems: tuple[Problem, ...], link: tuple[str, str] = ("", ""), told: Words | None = None) -> str:
    person = visitor.signed_in_person()
    with reading_session() as session:
        held = roles.people_of(session, session.get_one(Board, person.board_id))
        asks = roles.waiting_role_requests(session, person.board_id)
        ids = {ask.user_id for ask in asks} | {ask.asked_by_id for ask in asks if ask.asked_by_id}
        names = names_of(session, ids)
    return render_template(
        "boards/people/index.html",
        held=held,
        asks=asks,
        names=names,
        roles=ROLE_WORDS,
        guarded=TWO_PERSON_ROLES,
        problems=problems,
        typed=request.form if problems else {},
        link=link,
        told=told,
        me=person.id,
        asked={ask.user_id for ask in asks},
        own_words=SEPARATION_WORDS[SeparationOfDuties.AGREE_OWN],
        may_agree=lambda ask: roles.may_agree(person, ask.asked_by_id, ask.user_id),
    )


@blueprint.post("/personer")
def take_in() -> str | Response:
    """An account with its roles, or roles for one that is there."""
    wanted = tuple(Role(name) for name in posted_texts("role") if name in list(Role))
    person = visitor.signed_in_person()
    try:
        with reading_session() as session:
            board = session.get_one(Board, person.board_id).code
        new = roles.Colleague(
            login=posted_text("login"), name=posted_text("name"), board=board, roles=wanted, email=posted_text("email")
        )
        taken = in_transaction(lambda s: roles.give_roles(s, new, by=person, at=visitor.now()))
        secret = ""
        if taken.fresh and not taken.waiting:
            secret = in_transaction(
                lambda s: invitations.make_link(
                    s, s.get_one(User, taken.user.id), board_id=person.board_id, by=person, at=visitor.now()
                )
            )
    except Refused as refused:
        return refused_page(refused, _render_people)
    return _render_people((), (taken.user.name, secret), _roles_in_words(taken))


def _roles_in_words(taken: roles.RoleGrantResult) -> Words:
    given, waiting = roles.in_words(taken.given), roles.in_words(taken.waiting)
    name = taken.user.name
    told = _("{name} har fått: {given}.", name=name, given=given) if taken.given else NO_WORDS
    if taken.waiting:
        told += _(" Väntar på en annan persons ja: {waiting}.", waiting=waiting)
    if not taken.given and not taken.waiting:
        told = _("{name} hade redan rollerna.", name=name)
    return told


@blueprint.post("/personer/onskemal/<int:ask_id>")
def answer(ask_id: int) -> str | Response:
    """The second person's yes or no; a yes to a new account gives its link, to be handed to its owner."""
    person, yes = visitor.signed_in_person(), posted_text("answer") == "yes"
    secret, name = "", ""
    try:
        ask = in_transaction(lambda s: roles.answer_role_request(s, ask_id, yes=yes, by=person, at=visitor.now()))
        with reading_session() as session:
            user = session.get_one(User, ask.user_id)
            left = [one for one in roles.waiting_role_requests(session, person.board_id) if one.user_id == user.id]
            name, fresh = user.name, not user.password_hash
        if yes and fresh and not left:
            secret = in_transaction(
                lambda s: invitations.make_link(
                    s, s.get_one(User, ask.user_id), board_id=person.board_id, by=person, at=visitor.now()
                )
            )
    except Refused as refused:
        return refused_page(refused, _render_people)
    return _render_people((), (name, secret)) if secret else redirect_after_post(url_for("people.index"))


@blueprint.post("/personer/<int:user_id>/roller/<role_name>/avsluta")
def end_role(user_id: int, role_name: str) -> Response:
    """Takes a role back."""
    if role_name not in list(Role):
        raise Refused(Obstacle.MISSING)
    person = visitor.signed_in_person()
    return act_and_redirect(
        lambda s: roles.end_role(s, user_id, Role(role_name), board_id=person.board_id, by=person, at=visitor.now()),
        url_for("people.index"),
        _render_people,
    )


@blueprint.post("/personer/<int:user_id>/lank")
def invite(user_id: int) -> str | Response:
    """A new link for setting a password, shown once."""
    person = visitor.signed_in_person()
    try:
        secret = in_transaction(lambda s: invitations.invite_user(s, user_id, by=person, at=visitor.now()))
    except Refused as refused:
        return refused_page(refused, _render_people)
    with reading_session() as session:
        name = session.get_one(User, user_id).name
    return _render_people((), (name, secret))


@blueprint.get("/valkommen/<secret>")
def welcome(secret: str) -> str:
    """Where the owner of an account sets its password; looking at the page does not use the link up."""
    return _welcome(secret, ())


def _welcome(secret: str, problems: tuple[Problem, ...]) -> str:
    with reading_session() as session:
        found = invitations.find_invitation(session, secret, at=visitor.now())
    return render_template("boards/people/welcome.html", found=found, secret=secret, problems=problems)


@blueprint.post("/valkommen/<secret>")
def set_password(secret: str) -> Response:
    """Sets it, and uses the link up. Not in a browser where whoever made the link has been signed in."""
    with reading_session() as session:
        found = invitations.find_invitation(session, secret, at=visitor.now())
    if found is None:
        return make_response(_welcome(secret, ()), STATUS[Obstacle.MISSING])
    wrong = _two_differ()
    if visitor.visitor() is not None or (found.made_by and known_browsers.secret_for(found.made_by)):
        wrong = NOT_HERE
    if wrong:
        return make_response(_welcome(secret, (wrong,)), STATUS[Obstacle.INVALID])
    try:
        in_transaction(lambda s: invitations.use_link(s, secret, request.form.get("new", ""), at=visitor.now()))
    except Refused as refused:
        return make_response(_welcome(secret, refused.problems), STATUS[refused.obstacle])
    return redirect_after_post(url_for("sign_in.ask"))


@blueprint.get("/losenord")
def password() -> str:
    """One's own password."""
    return render_template("boards/people/password.html", problems=(), changed=request.args.get("bytt") == "1")


@blueprint.post("/losenord")
def change_password() -> Response:
    """Changes it; all other sessions of the account end."""
    person = visitor.signed_in_person()
    with reading_session() as session:
        login = session.get_one(User, person.id).login
    try:
        wrong = _two_differ()
        if wrong:
            raise Refused(Obstacle.INVALID, wrong)
        invitations.change_password(
            visitor.database(),
            person,
            request.form.get("old", ""),
            request.form.get("new", ""),
            token=visitor.token_of_browser(),
            address=request.remote_addr or "",
            at=visitor.now(),
            device=known_browsers.secret_for(login),
        )
    except Refused as refused:
        page = render_template("boards/people/password.html", problems=refused.problems, changed=False)
        answer = make_response(page, STATUS[refused.obstacle])
        answer.headers.update(retry_after(refused))
        return answer
    return redirect_after_post(url_for("people.password", bytt=1))


def _two_differ() -> Problem | None:
    return None if request.form.get("new", "") == request.form.get("again", "") else TWO_DIFFER
