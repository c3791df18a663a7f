"""Signing in by two steps: the code, the app that gives it, and the proof that is asked for anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import segno
from flask import Blueprint, current_app, g, make_response, redirect, render_template, request, url_for
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.exceptions import HTTPException

from vetting.config import APP_NAME
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.text import _
from vetting.people.domain.sealed_reads import FILE_WORDS
from vetting.people.domain.second_factor import grouped_code, is_demanded
from vetting.people.forms import CodeForm, NewAppForm, NewCodesForm, NoAppForm, ProofForm
from vetting.people.models.people import Board, User
from vetting.people.models.second_factors import codes_left, factor_of, has_factor
from vetting.people.pages import known_browsers
from vetting.people.pages.identity_provider import identity_provider
from vetting.people.pages.sign_in import begin_in_browser, onward
from vetting.people.services import directory
from vetting.people.services import second_factor as service
from vetting.web import preferences, visitor
from vetting.web.errors import STATUS, retry_after
from vetting.web.sub_path import path_within
from vetting.web.view_helpers import act_by_form, page_by_form, posted_form, redirect_after_post
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from flask import Response

    from vetting.kernel.store.session import WritingSession
    from vetting.web.forms import PostedForm

blueprint = Blueprint("second_factor", __name__)
SETTING_UP: Final = 30 * 60
"""Seconds that a secret waits for the first code of the app."""
TOO_OLD: Final = Problem(
    "code", _("Sidan har stått öppen för länge."), _("Läs in den nya bilden i appen och skriv koden därifrån.")
)
QR_SCALE: Final = 5


@blueprint.get("/logga-in/kod")
def ask() -> Response:
    """The code, for whoever has given the password."""
    return _render_code(CodeForm(known={"next": request.args.get("next", "")}))


def _render_code(form: CodeForm, status: int = 200) -> Response:
    if not _waiting_user():
        return redirect_after_post(url_for("sign_in.ask", next=form.next.typed or None))
    return make_response(render_template("people/second_factor/ask.html", form=form), status)


@blueprint.post("/logga-in/kod")
def enter() -> Response:
    """Begins the session, and goes on to where the visitor was."""
    form = posted_form(CodeForm)
    if not form.validate():
        return _render_code(form, STATUS[Obstacle.INVALID])
    try:
        began = service.finish_sign_in(
            visitor.database(),
            visitor.token_of_browser(),
            form.code.data,
            at=visitor.now(),
            device=known_browsers.secret_of(_waiting_user()),
        )
    except Refused as refused:
        if refused.obstacle is Obstacle.MISSING:
            return redirect_after_post(url_for("sign_in.ask", next=form.next.data or None))
        g.signed_in = _waiting_user() or ""
        form.tell(refused.problems)
        again = _render_code(form, STATUS[refused.obstacle])
        again.headers.update(retry_after(refused))
        return again
    with reading_session() as session:
        login = session.get_one(User, began.user_id).login
    return known_browsers.remember_device(begin_in_browser(began, onward(form.next.data)), login)


def _waiting_user() -> int:
    """Whose sign-in waits in this browser; 0 where none does."""
    with reading_session() as session:
        waiting = service.waiting_sign_in(session, visitor.token_of_browser())
        return waiting.user_id if waiting else 0


@blueprint.get("/losenord/tva-steg")
def own() -> str:
    """Whether one signs in by two steps, and the app that is to be connected."""
    return render_own()


def render_own(refused: PostedForm | None = None, codes: list[str] | None = None) -> str:
    """One's app and recovery codes. codes: to be shown once."""
    person = visitor.signed_in_person()
    visit = visitor.open_visit()
    with reading_session() as session:
        login = session.get_one(User, person.id).login
        demanding = session.get_one(Board, person.board_id).factor_roles
        found = factor_of(session, person.id)
        left = codes_left(session, person.id)
    form = refused if isinstance(refused, NewAppForm) else NewAppForm()
    secret = _read_carried(form, person.id) or service.new_secret()
    form.carry(carried=_signer().dumps({"user": person.id, "secret": secret}))
    address = service.address_for_app(secret, login, APP_NAME)
    return render_template(
        "people/second_factor/own.html",
        form=form,
        refused=refused,
        app=found,
        left=left,
        codes=codes or (),
        demanded=is_demanded(person.roles, demanding),
        needs=visit is not None and visit.needs_factor,
        picture=segno.make(address).svg_data_uri(scale=QR_SCALE, border=4, dark="#000", light="#fff"),
        secret=grouped_code(secret),
    )


@blueprint.post("/losenord/tva-steg")
def add() -> Response:
    """Connects the app, and shows the recovery codes once."""
    form = posted_form(NewAppForm)
    secret = _read_carried(form, visitor.signed_in_person().id)

    def connect(s: WritingSession) -> list[str]:
        if not secret:
            raise Refused(Obstacle.INVALID, TOO_OLD)
        token = visitor.token_of_browser()
        return service.add_app(s, secret, form.code.data, token=token)

    return page_by_form(form, connect, page=lambda codes: render_own(codes=codes), again=render_own)


@blueprint.post("/losenord/tva-steg/koder")
def make_codes() -> Response:
    """New recovery codes, shown once."""
    return page_by_form(
        posted_form(NewCodesForm),
        service.make_recovery_codes,
        page=lambda codes: render_own(codes=codes),
        again=render_own,
    )


@blueprint.post("/losenord/tva-steg/av")
def remove() -> Response:
    """Signing in by the password alone again."""
    return act_by_form(
        posted_form(NoAppForm), service.remove_own_app, onto=url_for("second_factor.own"), again=render_own
    )


@blueprint.get("/bekrafta")
def ask_proof() -> str | Response:
    """Who it is, once more; or the file that it was asked for, with the way back: a file alone leaves no page."""
    onto = preferences.own_path(request.args.get("next", ""))
    if not (visitor.is_proved_now() and _is_file(onto)):
        return render_proof(None, request.args.get("next", ""))
    return fetch_file(onto)


def fetch_file(file: str) -> Response:
    """A page that fetches a file at once and stays. file: its address here."""
    page = make_response(render_template("people/second_factor/fetch_file.html", file=file, back=_page_above(file)))
    page.headers["Refresh"] = f"0; url={quote(file, safe='/?=&%')}"
    return page


def proved_onto(path: str) -> str:
    """Where somebody goes on who has proved who they are once more."""
    onto = onward(path)
    return url_for("second_factor.ask_proof", next=onto) if _is_file(onto) else onto


def _is_file(path: str) -> bool:
    return _endpoint_of(path) in FILE_WORDS


def _page_above(path: str) -> str:
    """The nearest page above an address, the start where there is none."""
    above = path.partition("?")[0].rstrip("/")
    while above:
        above = above.rpartition("/")[0]
        if above and _endpoint_of(above):
            return above
    return url_for("start_pages.start")


def _endpoint_of(path: str) -> str:
    """What an address of ours opens; empty where it opens nothing."""
    try:
        return str(current_app.url_map.bind("").match(path_within(path).partition("?")[0], method="GET")[0])
    except HTTPException:  # a redirect to the right address is one, too
        return ""


def render_proof(refused: CodeForm | ProofForm | None, onto: str = "") -> str:
    """The proof that is asked for anew: by code, password or the municipality's directory."""
    person = visitor.signed_in_person()
    with reading_session() as session:
        by_code = has_factor(session, person.id)
        asks = by_code or bool(session.get_one(User, person.id).password_hash)
        by_directory = identity_provider() is not None and directory.is_of_directory(session, person.id)
    onto = onto or (str(refused.next.typed) if refused is not None else "")
    form = refused or (CodeForm if by_code else ProofForm)(known={"next": onto})
    return render_template("people/second_factor/prove.html", form=form, asks=asks, by_directory=by_directory)


@blueprint.post("/bekrafta")
def prove() -> Response:
    """Goes on to what asked for it."""
    person = visitor.signed_in_person()
    with reading_session() as session:
        by_code = has_factor(session, person.id)
    form: CodeForm | ProofForm = posted_form(CodeForm) if by_code else posted_form(ProofForm)
    typed = form.code.data if isinstance(form, CodeForm) else form.proof.data
    if not form.validate():
        return make_response(render_proof(form), STATUS[Obstacle.INVALID])
    try:
        service.prove(
            visitor.database(),
            person,
            typed,
            token=visitor.token_of_browser(),
            address=request.remote_addr or "",
            at=visitor.now(),
            device=known_browsers.secret_of(person.id),
        )
    except Refused as refused:
        form.tell(refused.problems)
        page = make_response(render_proof(form), STATUS[refused.obstacle])
        page.headers.update(retry_after(refused))
        return page
    g.proved = True
    return make_response(redirect(proved_onto(form.next.data), 303))


def _read_carried(form: NewAppForm, user_id: int) -> str:
    """The secret that the page gave to this account; empty when it is none of ours, another's or too old."""
    try:
        found = _signer().loads(form.carried.data or "", max_age=SETTING_UP)
    except BadData:
        return ""
    return str(found["secret"]) if isinstance(found, dict) and found.get("user") == user_id else ""


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="second-factor")
