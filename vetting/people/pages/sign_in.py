"""Signing in and out, the board one works in, and what was typed when a session ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, abort, flash, g, make_response, redirect, render_template, request, session, url_for

from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.text import Words, _
from vetting.people.forms import LoginForm, OtherBoardForm
from vetting.people.pages import known_browsers
from vetting.people.pages.identity_provider import identity_provider
from vetting.people.services import directory, sign_in
from vetting.web import preferences, visitor
from vetting.web.errors import STATUS, retry_after
from vetting.web.security import KEPT_TEXT_KEY, LEFT_KEY
from vetting.web.view_helpers import outside_address, posted_form

if TYPE_CHECKING:
    from flask import Response

blueprint = Blueprint("sign_in", __name__)
ONLY_HERE: Final[Words] = _(
    "Du är utloggad här. Kommunens inloggning svarade inte: logga ut där också, eller stäng webbläsaren."
)


@blueprint.get("/logga-in")
def ask() -> str | Response:
    """The form; straight on for whoever is signed in."""
    if visitor.visitor() is not None:
        return make_response(redirect(url_for("start_pages.start"), 303))
    return _render_login(LoginForm(known={"next": request.args.get("next", "")}))


def _render_login(form: LoginForm) -> str:
    return render_template("people/sign_in/ask.html", form=form, directory=identity_provider() is not None)


@blueprint.post("/logga-in")
def enter() -> Response:
    """Begins a session, and goes on to where the visitor was."""
    form = posted_form(LoginForm)
    g.account = sign_in.account_key(form.login.data or "")[:16]
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
    if began.waits:
        g.code_asked_for = True
        return begin_in_browser(began, url_for("second_factor.ask", next=form.next.data or None))
    return known_browsers.remember_device(begin_in_browser(began, onward(form.next.data)), form.login.data)


def begin_in_browser(began: sign_in.NewSignIn, where: str) -> Response:
    """A sign-in instead of the browser's one before, and of what it knew of that; goes on to an address."""
    g.signed_in = began.user_id
    sign_in.sign_out(visitor.database(), visitor.token_of_browser(), at=visitor.now())
    chosen = {name: session[name] for name in ("language", "colours", KEPT_TEXT_KEY) if name in session}
    session.clear()
    session.update(chosen)
    return visitor.remember_token(make_response(redirect(where, 303)), began.token)


def onward(path: str) -> str:
    """Where somebody goes who has proved who they are: to what was typed before, to an own address, else to start."""
    if KEPT_TEXT_KEY in session:
        return url_for("sign_in.kept_text")
    return preferences.own_path(path) if path else url_for("start_pages.start")


@blueprint.post("/logga-ut")
def leave() -> Response:
    """Ends the session, here, on the server, and with the directory that began it."""
    shown = directory.id_token_of(visitor.database(), visitor.token_of_browser())
    sign_in.sign_out(visitor.database(), visitor.token_of_browser(), at=visitor.now())
    chosen = {name: session[name] for name in ("language", "colours") if name in session}
    left = [sign_in.digest_of(visitor.token_of_browser()), session.get("csrf_token", "")]
    session.clear()
    session.update(chosen, **{LEFT_KEY: left})
    return visitor.forget_token(make_response(redirect(_after_leaving(shown), 303)))


def _after_leaving(id_token: str) -> str:
    """Where a browser goes that is signed out here: to the directory that signed it in, which sends it back."""
    provider = identity_provider()
    if not id_token or provider is None:
        return url_for("sign_in.ask")
    there = provider.logout_address(id_token, outside_address("sign_in.ask"))
    if not there:
        flash(ONLY_HERE.to(preferences.visitor_language()))
    return there or url_for("sign_in.ask")


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
    return visitor.remember_token(make_response(redirect(url_for("start_pages.start"), 303)), began.token)


@blueprint.get("/fortsatt")
def kept_text() -> str | Response:
    """What was typed when the session had ended, ready to be sent again."""
    found = sign_in.kept_text(
        visitor.database(), session.pop(KEPT_TEXT_KEY, ""), visitor.signed_in_person(), at=visitor.now()
    )
    if found is None:
        return make_response(redirect(url_for("start_pages.start"), 303))
    path, fields = found
    return render_template("people/sign_in/kept_text.html", path=path, fields=fields)
