"""Every refusal as a page that says what happened and what to do."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from flask import current_app, render_template, request
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, SecurityError

from vetting.kernel.problem import Obstacle, Problem, Refused, UnreadableError
from vetting.kernel.store.noted_faults import note_fault
from vetting.kernel.store.storage_errors import place_of, storage_problem_of
from vetting.kernel.text import _
from vetting.web import visitor
from vetting.web.csrf import CSRFError
from vetting.web.log import request_id
from vetting.web.preferences import is_asked_by_system, visitor_language
from vetting.web.problems import problem_response
from vetting.web.translation import gettext

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Flask, Response

    from vetting.kernel.text import Words

ErrorResponse = tuple[str, int] | tuple[str, int, dict[str, str]]
"""A page, its status, and when to come back where the program knows."""
LONG_ENOUGH_TO_KEEP: Final = 12
STALE: Final = Problem(
    "",
    _("Ärendet har ändrats medan du arbetade."),
    _("Öppna ärendet igen och se vad som har ändrats. Text som du har skrivit finns kvar här nedanför."),
)


def register_error_pages(app: Flask) -> None:
    for kind, page in (
        (Refused, _obstacle_page),
        (UnreadableError, _unreadable),
        (StaleDataError, _overtaken),
        (CSRFError, _forged_form_page),
        (HTTPException, _http_error_page),
        (Exception, _mistake_page),
    ):
        app.register_error_handler(kind, partial(_answer, page))


def _answer(page: Callable[[Any], ErrorResponse], error: Exception) -> ErrorResponse | Response:
    """A page for people; for another system a problem."""
    return _problem(error) if is_asked_by_system() else page(error)


def _problem(error: Exception) -> Response:
    match error:
        case UnreadableError():
            return _problem(Refused(Obstacle.INVALID, error.problem))
        case StaleDataError():
            return _problem(Refused(Obstacle.STALE))
        case Refused():
            language, status = visitor_language(), STATUS[error.obstacle]
            usual, way_on = OBSTACLE_WORDS[error.obstacle]
            title = error.problems[0].what if error.problems else usual
            told = "" if error.problems else way_on.to(language)
            return problem_response(status, title.to(language), error.problems, remedy=told, headers=retry_after(error))
        case HTTPException():
            status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
            what, remedy = _words_of(status)
            allowed = {"Allow": ", ".join(error.valid_methods or ())} if isinstance(error, MethodNotAllowed) else {}
            return problem_response(status, what, remedy=remedy, headers={**retry_after(error), **allowed})
        case _:
            status, what, remedy = _mistake(error)
            return problem_response(status, what, remedy=remedy)


_AS_DESCRIBED: Final = _("Skicka det som beskrivningen säger.")
OBSTACLE_WORDS: Final[Mapping[Obstacle, tuple[Words, Words]]] = {
    Obstacle.UNREADABLE: (_("Begäran gick inte att förstå."), _AS_DESCRIBED),
    Obstacle.INVALID: (_("Begäran gick inte att förstå."), _AS_DESCRIBED),
    Obstacle.STALE: (_("Något annat ändrades samtidigt."), _("Skicka det igen med samma Idempotency-Key.")),
    Obstacle.CLOSED: (_("Det går inte nu."), _("Fråga nämnden.")),
    Obstacle.FORBIDDEN: (
        _("Nyckeln ger inte rätt till det."),
        _("Be den som sköter nämndens konton om rätten, på sidan Andra system."),
    ),
    Obstacle.MISSING: (
        _("Det finns inte, eller är inte det här systemets."),
        _("Fråga bara efter det som systemet självt har skickat."),
    ),
    Obstacle.WAIT: (_("Vänta en stund och försök igen."), _("Retry-After säger hur många sekunder.")),
}
"""What another system is told where nothing more is known, and what it can do."""


def _words_of(status: HTTPStatus) -> tuple[str, str]:
    match status:
        case HTTPStatus.NOT_FOUND:
            return gettext("Adressen finns inte."), gettext("Beskrivningen säger vilka adresser som finns.")
        case HTTPStatus.METHOD_NOT_ALLOWED:
            return gettext("Adressen kan inte användas så."), gettext("Allow säger hur den kan användas.")
        case HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return gettext("Det som skickades är för stort."), gettext(
                "Skicka högst %(largest)s kB åt gången.", largest=(request.max_content_length or 0) // 1000
            )
        case _:
            return gettext("Begäran gick inte att förstå."), _AS_DESCRIBED.to(visitor_language())


def _page(status: int, what: str, remedy: str) -> tuple[str, int]:
    return render_template("web/errors/show.html", what=what, remedy=remedy, status=status), status


STATUS: Final = {
    Obstacle.UNREADABLE: HTTPStatus.BAD_REQUEST,
    Obstacle.INVALID: HTTPStatus.UNPROCESSABLE_ENTITY,
    Obstacle.STALE: HTTPStatus.CONFLICT,
    Obstacle.CLOSED: HTTPStatus.UNPROCESSABLE_ENTITY,
    Obstacle.FORBIDDEN: HTTPStatus.FORBIDDEN,
    Obstacle.MISSING: HTTPStatus.NOT_FOUND,
    Obstacle.WAIT: HTTPStatus.TOO_MANY_REQUESTS,
}


def _obstacle_page(error: Refused) -> ErrorResponse:
    """Every reason that nothing was done, and what the visitor had typed."""
    if error.obstacle is Obstacle.MISSING and not error.problems:
        return _page(HTTPStatus.NOT_FOUND, *_not_found())
    typed = [
        value
        for name, values in request.form.lists()
        for value in values
        if name != "csrf_token" and len(value) >= LONG_ENOUGH_TO_KEEP
    ]
    page = render_template("web/errors/told.html", problems=error.problems, typed=typed)
    return page, STATUS[error.obstacle], retry_after(error)


def retry_after(error: Exception) -> dict[str, str]:
    """The header that says in how many seconds it is let in again, where the refusal knows."""
    seconds = getattr(error, "retry_after", None)
    return {} if seconds is None else {"Retry-After": str(seconds)}


def _unreadable(error: UnreadableError) -> ErrorResponse:
    """A file or a setting that cannot be used."""
    return _obstacle_page(Refused(Obstacle.INVALID, error.problem))


def _overtaken(_error: Exception) -> ErrorResponse:
    """Somebody else changed the same thing in between."""
    return _obstacle_page(Refused(Obstacle.STALE, STALE))


def _not_found() -> tuple[str, str]:
    return gettext("Sidan finns inte."), gettext("Kontrollera adressen eller börja om från startsidan.")


def _forged_form_page(_error: Exception) -> ErrorResponse:
    return _page(
        HTTPStatus.BAD_REQUEST,
        gettext("Sidan var för gammal och formuläret togs inte emot."),
        gettext("Öppna sidan igen och skicka formuläret på nytt. Inget har sparats."),
    )


def _http_error_page(error: Exception) -> ErrorResponse:
    page, status = _refusal(error)
    return page, status, retry_after(error)


def _refusal(error: Exception) -> tuple[str, int]:
    if isinstance(error, SecurityError):  # an unknown host: not even an address can be built for it
        return "400", HTTPStatus.BAD_REQUEST
    status = (error.code if isinstance(error, HTTPException) else None) or HTTPStatus.INTERNAL_SERVER_ERROR
    match status:
        case HTTPStatus.NOT_FOUND:
            return _page(status, *_not_found())
        case HTTPStatus.FORBIDDEN:
            return _page(
                status, gettext("Du har inte behörighet till sidan."), gettext("Be systemförvaltaren om rätt roll.")
            )
        case HTTPStatus.METHOD_NOT_ALLOWED:
            return _page(status, gettext("Sidan kan inte öppnas så."), gettext("Börja om från startsidan."))
        case HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return _page(
                status,
                gettext("Det som skickades är för stort.")
                + " "
                + gettext("En lista att prova får vara högst 5 MB, regler högst 1 MB, andra filer högst 16 MB."),
                gettext("Spara bara det som behövs i en ny fil, eller dela upp den."),
            )
        case HTTPStatus.SERVICE_UNAVAILABLE:
            return _page(
                status,
                gettext("Många listor granskas just nu."),
                gettext("Vänta en minut och försök igen. Inget har sparats."),
            )
        case HTTPStatus.TOO_MANY_REQUESTS:
            return _page(
                status,
                gettext("Du har provat många listor på kort tid."),
                gettext("Vänta en minut och försök igen. Inget har sparats."),
            )
        case _:
            return _page(status, gettext("Begäran gick inte att förstå."), gettext("Börja om från startsidan."))


def _mistake_page(error: Exception) -> ErrorResponse:
    return _page(*_mistake(error))


def _mistake(error: Exception) -> tuple[HTTPStatus, str, str]:
    """A mistake of ours: a reference for support, and nothing of the visitor's data in the log."""
    known = storage_problem_of(error)
    if known is not None:
        current_app.logger.error("%s: %s", known.where, place_of(error))
        language = visitor_language()
        return HTTPStatus.SERVICE_UNAVAILABLE, known.what.to(language), known.remedy.to(language)
    reference = request_id()
    current_app.logger.error("reference %s: %s", reference, place_of(error))
    note_fault(visitor.database(), reference, place_of(error), at=visitor.now())
    return (
        HTTPStatus.INTERNAL_SERVER_ERROR,
        gettext("Något gick fel hos oss. Inget har sparats."),
        gettext(
            "Försök igen. Uppge referens %(reference)s till supporten om felet kommer tillbaka.", reference=reference
        ),
    )
