"""What several views do alike: read a posted form, write with the visitor's name, go on."""

from __future__ import annotations

import hashlib
import io
import re
from datetime import date
from typing import TYPE_CHECKING, Final, TypeVar

from flask import current_app, flash, make_response, redirect, request, send_file, session, url_for
from werkzeug.datastructures import MultiDict

from vetting.kernel.problem import Obstacle, Refused, UnreadableError
from vetting.kernel.store.jobs import Job, stop
from vetting.kernel.store.session import open_technical, run_in_transaction
from vetting.web import visitor
from vetting.web.errors import STATUS
from vetting.web.forms import PostedForm, cut_text
from vetting.web.preferences import visitor_language

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

    from vetting.kernel.store.session import WritingSession

T = TypeVar("T")
ZIP: Final = "application/zip"


def in_transaction(work: Callable[[WritingSession], T]) -> T:
    """Does one act in one transaction; what is read after it is read anew."""
    by = visitor.visitor()
    return run_in_transaction(
        visitor.database(), work, visitor.acting(), boards=[by.board_id] if by is not None else None
    )


F = TypeVar("F", bound=PostedForm)
NO_PAGE: Final = frozenset({Obstacle.MISSING, Obstacle.FORBIDDEN, Obstacle.WAIT})
"""What is missing, forbidden or too early is told on a page of its own: the page of the form may tell nothing."""


def posted_form(form_type: type[F], *, key: str = "") -> F:
    """The form as it was posted."""
    return form_type(MultiDict([*request.form.items(multi=True), *request.files.items(multi=True)]), key=key)


def posted_names(prefix: str) -> list[str]:
    """What follows a prefix in the names that were posted, for a form whose fields are made from them."""
    return [name.removeprefix(prefix) for name in request.form if name.startswith(prefix)]


def posted_value(name: str) -> str:
    """What is carried along in one field, to know which form of the page it is."""
    return cut_text(request.form.get(name, ""))


def has_receipt() -> bool:
    """Whether the page says what was just done."""
    return "_flashes" in session


def act_by_form(
    form: F, work: Callable[[WritingSession], T], *, onto: str | Callable[[T], str], again: Callable[[F], str]
) -> Response:
    """The one way to act: what is valid is done in one transaction, and one goes on with a receipt.

    work: one service; its session says who and when. onto: where to, or that of what was done. again: the page of the
    form, which stands there as it was typed with what is wrong.
    """
    by = visitor.visitor()
    if not form.creates or by is None:
        return act_in_steps(form, lambda: in_transaction(work), onto=onto, again=again)
    digest = _digest_of_post()

    def once(session: WritingSession) -> str:
        before = visitor.SIGN_INS.function.made_by_form(session, digest)
        if before is not None:
            return before
        done = work(session)
        made = onto if isinstance(onto, str) else onto(done)
        visitor.SIGN_INS.function.keep_sent_form(session, by.board_id, digest, made)
        return made

    return act_in_steps(form, lambda: in_transaction(once), onto=lambda made: made, again=again)


def _digest_of_post() -> str:
    """Of the page that was sent and all that was sent by it: its token is written otherwise in every page."""
    digest = hashlib.sha256(request.path.encode())
    for name, value in request.form.items(multi=True):
        digest.update(f"\0{name}\0{value}".encode())
    for name, file in request.files.items(multi=True):
        digest.update(f"\0{name}\0{file.filename}\0".encode())
        while piece := file.stream.read(1 << 16):
            digest.update(piece)
        file.stream.seek(0)
    return digest.hexdigest()


def act_in_steps(
    form: F, work: Callable[[], T], *, onto: str | Callable[[T], str | Response], again: Callable[[F], str]
) -> Response:
    """The same for an act that has transactions of its own. onto: where to, or the page that says what went wrong."""

    def go_on(done: T) -> Response:
        if form.receipt.sv:
            # Kept in the signed cookie until the next page: it says what was done, and nothing of the case.
            flash(form.receipt.to(visitor_language()), form.undone_by or "message")
        found = onto if isinstance(onto, str) else onto(done)
        return redirect_after_post(found) if isinstance(found, str) else found

    return _done_by_form(form, work, go_on, again)


def page_by_form(
    form: F, work: Callable[[WritingSession], T], *, page: Callable[[T], str | Response], again: Callable[[F], str]
) -> Response:
    """The same for an act whose answer is a page or a file. page: that of what was done."""
    return _done_by_form(form, lambda: in_transaction(work), page, again)


def _done_by_form(
    form: F, work: Callable[[], T], page: Callable[[T], str | Response], again: Callable[[F], str]
) -> Response:
    try:
        if not form.validate():
            raise Refused(Obstacle.INVALID)
        done = work()
    except Refused as refused:
        return _form_again(form, refused, again)
    except UnreadableError as error:
        return _form_again(form, Refused(Obstacle.INVALID, error.problem), again)
    return make_response(page(done))


def _form_again(form: F, refused: Refused, again: Callable[[F], str]) -> Response:
    form.tell(refused.problems)
    if refused.obstacle in NO_PAGE or not form.problems:
        raise refused
    return make_response(again(form), STATUS[refused.obstacle])


def stop_job(key: int) -> None:
    """Stops a job that the visitor may see."""
    with open_technical(visitor.database()) as session:
        stop(session.get_one(Job, key), visitor.now())


def redirect_after_post(address: str) -> Response:
    """After a post: to a page that can be reloaded."""
    return make_response(redirect(address, 303))


def outside_address(endpoint: str, **parts: str) -> str:
    """The whole address of a page, for what is opened elsewhere: a link that is handed over, a way back."""
    scheme = "https" if current_app.config["SESSION_COOKIE_SECURE"] else None  # a proxy before us ends TLS
    return url_for(endpoint, _external=True, _scheme=scheme, **parts)


def attachment_response(content: bytes, mimetype: str, name: str) -> Response:
    """A file to save: always as an attachment, in a box of its own, so that nothing in it runs here."""
    answer = send_file(io.BytesIO(content), mimetype=mimetype, as_attachment=True, download_name=name)
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


KEY = re.compile(r"[0-9]{1,15}")
PLACE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})_([0-9]{1,15})")


def whole_number_in_address(name: str) -> int | None:
    """A whole number of the address, or of the form that came from such an address."""
    return _whole(request.values.get(name, ""))


def place_in_address(name: str) -> tuple[date, int] | None:
    """The last row of the page before, `2026-03-15_17`: its day and id. What is none is the first page."""
    found = PLACE.fullmatch(request.values.get(name, ""))
    try:
        return (date.fromisoformat(found[1]), int(found[2])) if found else None
    except ValueError:
        return None


def address_of_place(place: tuple[date, int] | None) -> str:
    return f"{place[0].isoformat()}_{place[1]}" if place else ""


def _whole(text: str) -> int | None:
    return int(text) if KEY.fullmatch(text) else None


FIRST_YEAR, LAST_YEAR = 1990, 2100
