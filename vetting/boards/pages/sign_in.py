"""Signing in and out, the board one works in, and what was typed when a session ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, g, make_response, redirect, render_template, request, session, url_for

from vetting.boards.forms import LoginForm, OtherBoardForm
from vetting.boards.pages import known_browsers
from vetting.boards.services import sign_in
from vetting.kernel.problem import Obstacle, Refused
from vetting.web import preferences, visitor
from vetting.web.errors import STATUS, retry_after
from vetting.web.security import KEPT_TEXT_KEY
from vetting.web.view_moves import posted_form

if TYPE_CHECKING:
    from flask import Response

blueprint = Blueprint("sign_in", __name__)


@blueprint.get("/logga-in")
def ask() -> str | Response:
    """The form; straight on for whoever is signed in."""
    if visitor.visitor() is not None:
        return make_response(redirect(url_for("start_pages.start"), 303))
    return _render_login(LoginForm(known={"next": request.args.get("next", "")}))


def _render_login(form: LoginForm) -> str:
    return render_template("boards/sign_in/ask.html", form=form)


@blueprint.post("/logga-in")
def enter() -> Response:
    """Begins a session, and goes on to where the visitor was."""
    form = posted_form(LoginForm)
    if not form.validate():
        return make_response(_render_login(form), STATUS[Obstacle.INVALID])
    try:
        began = sign_in.sign_in(
            visitor.database(),
            form.login.data,
            form.password.data,
            address=request.remote_addr or "",
            at=visitor.now(),
            device=known_browsers.secret_for(form.login.data),
            agent=request.user_agent.string,
        )
    except Refused as refused:
        form.tell(refused.problems)
        again = make_response(_render_login(form), STATUS[refused.obstacle])
        again.headers.update(retry_after(refused))
        return again
    g.signed_in = began.user_id
    sign_in.sign_out(
        visitor.database(), visitor.token_of_browser(), at=visitor.now()
    )  # the browser's session before this one
    chosen = {name: session[name] for name in ("language", "colours", KEPT_TEXT_KEY) if name in session}
    session.clear()
    session.update(chosen)
    onward = url_for("sign_in.kept_text") if KEPT_TEXT_KEY in session else _onward(form.next.data)
    return known_browsers.remember_device(
        visitor.remember_token(make_response(redirect(onward, 303)), began), form.login.data
    )


def _onward(path: str) -> str:
    return preferences.own_path(path) if path else url_for("start_pages.start")


@blueprint.post("/logga-ut")
def leave() -> Response:
    """Ends the session, here and on the server."""
    sign_in.sign_out(visitor.database(), visitor.token_of_browser(), at=visitor.now())
    chosen = {name: session[name] for name in ("language", "colours") if name in session}
    session.clear()
    session.update(chosen)
    return visitor.forget_token(make_response(redirect(url_for("sign_in.ask"), 303)))


@blueprint.post("/namnd")
def board() -> Response:
    """Goes to work in another of one's boards."""
    wanted = posted_form(OtherBoardForm).board.data
    if wanted is None:
        abort(400)
    began = sign_in.work_in(
        visitor.database(), visitor.token_of_browser(), visitor.signed_in_person(), wanted, at=visitor.now()
    )
    if began is None:
        abort(404)
    return visitor.remember_token(make_response(redirect(url_for("start_pages.start"), 303)), began)


@blueprint.get("/fortsatt")
def kept_text() -> str | Response:
    """What was typed when the session had ended, ready to be sent again."""
    found = sign_in.kept_text(
        visitor.database(), session.pop(KEPT_TEXT_KEY, ""), visitor.signed_in_person(), at=visitor.now()
    )
    if found is None:
        return make_response(redirect(url_for("start_pages.start"), 303))
    path, fields = found
    return render_template("boards/sign_in/kept_text.html", path=path, fields=fields)
