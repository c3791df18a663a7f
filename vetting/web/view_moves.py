"""What several views do alike: read a posted form, write with the visitor's name, go on."""

from __future__ import annotations

import io
import re
import unicodedata
from datetime import date, datetime
from typing import TYPE_CHECKING, Final, TypeVar

from flask import abort, current_app, flash, make_response, redirect, request, send_file
from werkzeug.datastructures import MultiDict

from vetting.decisions.services.decision_makers import DecisionForm
from vetting.kernel.dates import HERE, InvalidDayError, parse_day
from vetting.kernel.money import InvalidAmountError, parse_amount
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.problem import Obstacle, Problem, Refused, UnreadableError
from vetting.kernel.store.session import run_in_transaction
from vetting.kernel.text import _
from vetting.rules.services.rulebook import Rules
from vetting.web import visitor
from vetting.web.errors import STATUS
from vetting.web.forms import PostedForm
from vetting.web.preferences import visitor_language

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

    from vetting.kernel.store.session import WritingSession

T = TypeVar("T")
LONGEST_TEXT = 20_000
LONGEST_NAME = 120
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def rules_in_use() -> Rules:
    """The rules folder and layouts in use."""
    found = current_app.extensions["vetting_rules"]
    if not isinstance(found, Rules):
        raise TypeError(found)
    return found


def in_transaction(work: Callable[[WritingSession], T]) -> T:
    """Does one act in one transaction; what is read after it is read anew."""
    return run_in_transaction(visitor.database(), work)


def act_and_redirect(
    work: Callable[[WritingSession], object], onto: str, again: Callable[[tuple[Problem, ...]], str]
) -> Response:
    """One act of a form: onward when it is done; when it is refused the page again, with the reasons."""
    try:
        in_transaction(work)
    except Refused as refused:
        return refused_page(refused, again)
    return redirect_after_post(onto)


F = TypeVar("F", bound=PostedForm)
NO_PAGE: Final = frozenset({Obstacle.MISSING, Obstacle.FORBIDDEN, Obstacle.WAIT})
"""What is missing, forbidden or too early is told on a page of its own: the page of the form may tell nothing."""


def posted_form(form_type: type[F], *, key: str = "") -> F:
    """The form as it was posted."""
    return form_type(MultiDict([*request.form.items(multi=True), *request.files.items(multi=True)]), key=key)


def posted_names() -> list[str]:
    """The names of the fields that were posted, in their order, for a form whose fields are made from them."""
    return list(request.form)


def act_by_form(
    form: F, work: Callable[[WritingSession], T], *, onto: str | Callable[[T], str], again: Callable[[F], str]
) -> Response:
    """The one way to act: what is valid is done in one transaction, and one goes on with a receipt.

    work: one service; its session says who and when. onto: where to, or that of what was done. again: the page of the
    form, which stands there as it was typed with what is wrong.
    """

    def go_on(done: T) -> Response:
        if form.receipt.sv:
            flash(form.receipt.to(visitor_language()))
        return redirect_after_post(onto if isinstance(onto, str) else onto(done))

    return page_by_form(form, work, page=go_on, again=again)


def page_by_form(
    form: F, work: Callable[[WritingSession], T], *, page: Callable[[T], str | Response], again: Callable[[F], str]
) -> Response:
    """The same for an act whose answer is a page that is shown once. page: that of what was done."""
    try:
        if not form.validate():
            raise Refused(Obstacle.INVALID)
        done = in_transaction(work)
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


def refused_page(refused: Refused, again: Callable[[tuple[Problem, ...]], str]) -> Response:
    """The page of an act again, with the reasons; what is missing or forbidden is no page of its own."""
    if not refused.problems or refused.obstacle in {Obstacle.MISSING, Obstacle.FORBIDDEN}:
        raise refused
    return make_response(again(refused.problems), STATUS[refused.obstacle])


def posted_decision_form() -> DecisionForm:
    """The paragraph of the minutes, or why the chair could not wait, as the form says."""
    return DecisionForm(paragraph=posted_text("paragraph"), urgent_because=posted_text("urgent_because"))


def redirect_after_post(address: str) -> Response:
    """After a post: to a page that can be reloaded."""
    return make_response(redirect(address, 303))


def attachment_response(content: bytes, mimetype: str, name: str) -> Response:
    """A file to save: always as an attachment, in a box of its own, so that nothing in it runs here."""
    answer = send_file(io.BytesIO(content), mimetype=mimetype, as_attachment=True, download_name=name)
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def file_name(given: str) -> str:
    """The last part of an uploaded file's name, as it may be kept and shown: no folders, no marks that hide."""
    last = unicodedata.normalize("NFC", given).replace("\\", "/").split("/")[-1]
    return mask_personal_numbers("".join(c for c in last if c.isprintable()).strip()[-LONGEST_NAME:])


def posted_text(name: str) -> str:
    """A text of the posted form, at most as long as anybody writes; a personal number in it is masked."""
    return mask_personal_numbers(posted_text_unmasked(name))


KEY = re.compile(r"[0-9]{1,15}")


def posted_text_unmasked(name: str) -> str:
    """The same with nothing masked: for a field where a personal number is refused rather than hidden."""
    return _cut_text(request.form.get(name, ""))


def posted_texts(name: str) -> list[str]:
    """Every value of one field of the posted form."""
    return [mask_personal_numbers(_cut_text(value)) for value in request.form.getlist(name)]


def _cut_text(value: str) -> str:
    return value[:LONGEST_TEXT].replace("\x00", "").strip()


def posted_whole_number(name: str) -> int | None:
    """A whole number of the posted form, or None."""
    return _whole(request.form.get(name, ""))


def whole_number_in_address(name: str) -> int | None:
    """A whole number of the address, or of the form that came from such an address."""
    return _whole(request.values.get(name, ""))


def _whole(text: str) -> int | None:
    return int(text) if KEY.fullmatch(text) else None


def posted_version() -> int | None:
    """The version of the case that the visitor saw."""
    return posted_whole_number("version")


def posted_day(name: str) -> date | None:
    """A day of the posted form; None when blank or unreadable."""
    try:
        return parse_day(posted_text(name)) if posted_text(name) else None
    except InvalidDayError:
        return None


def unreadable_day(name: str) -> Problem:
    """A day that could not be read."""
    return Problem(name, _("Det är inget datum."), _("Skriv datumet så här: 2026-03-15."))


def posted_amount(name: str) -> int | None:
    """Öre of the posted form; None when blank or unreadable."""
    try:
        return parse_amount(posted_text(name)) if posted_text(name) else None
    except InvalidAmountError:
        return None


FIRST_YEAR, LAST_YEAR = 1990, 2100


def posted_moment(given: str) -> datetime:
    """A day and time as a browser's field gives it, in Sweden.

    Raises:
        ValueError: it is none, or lies beyond any plan.
    """
    found = datetime.fromisoformat(given).replace(tzinfo=HERE)
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValueError(given)
    return found


def posted_yes_no(name: str) -> bool | None:
    """The answer to a yes or no question; None when there is none."""
    return {"yes": True, "no": False}.get(request.form.get(name, ""))


def choice_of(name: str, among: type[T]) -> T:
    """One of an enumeration's members; anything else is a form that nobody got from us."""
    try:
        return among(request.form.get(name, ""))  # type: ignore[call-arg] # an enumeration is called with a value
    except ValueError:
        abort(400)
