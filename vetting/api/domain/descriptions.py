"""The interface as OpenAPI 3.1: what can be asked, by which right, and every answer there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from vetting.api.domain.public_states import STATES, TONES
from vetting.api.domain.rights import RIGHT_WORDS, SystemRight
from vetting.kernel.decision_outcomes import DecisionOutcome
from vetting.kernel.register_days import RegisterDay
from vetting.kernel.register_tables import RegisterColumnKind, RegisterName
from vetting.kernel.text import _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from vetting.kernel.text import Language, Words

PROBLEMS: Final[Mapping[int, Words]] = {
    400: _("Det som skickades går inte att läsa."),
    401: _("Nyckeln saknas, har gått ut eller är avslutad."),
    403: _("Nyckeln ger inte rätt till det."),
    404: _("Det finns inte, eller är inte det här systemets."),
    409: _("Något annat har skickats med samma nyckel, eller någon annan var först."),
    413: _("Det som skickades är för stort."),
    422: _("Något i det som skickades kan inte tas emot; felen säger var, vad och vad som kan göras."),
    429: _("Systemet har frågat för ofta; Retry-After säger när det får igen."),
    503: _("Det går inte just nu; det går att försöka igen."),
}
ALWAYS: Final = (400, 401, 403, 429, 503)
SEARCHED: Final = (*ALWAYS, 404)
SENT: Final = (*ALWAYS, 404, 409, 413, 422)


def describe(language: Language, root: str) -> dict[str, Any]:
    """The whole description. root: what the addresses begin with, where the program is served below another path."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "vetting",
            "version": "1",
            "description": _(
                "För e-tjänster och bokningssystem. Varje system har en nyckel med rättigheter i en nämnd. "
                "Det som skickas med en Idempotency-Key tas emot en gång: samma sak igen får samma svar."
            ).to(language),
        },
        "servers": [{"url": f"{root}/api/v1"}],
        "security": [{"token": []}],
        "paths": _paths(language),
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": _schemas(language),
            "responses": {
                f"Problem{status}": {
                    "description": words.to(language),
                    "content": {"application/problem+json": {"schema": _ref("Problem")}},
                }
                for status, words in PROBLEMS.items()
            },
        },
    }


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _answers(*statuses: int) -> dict[str, Any]:
    return {str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in statuses}


def _ok(what: str, schema: Mapping[str, Any], media: str = "application/json") -> dict[str, Any]:
    return {"description": what, "content": {media: {"schema": schema}}}


def _text(longest: int = 200, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON Schema
    return {"type": "string", "maxLength": longest, **more}


def _parameter(
    place: str, name: str, schema: Mapping[str, Any], *, required: bool = False, said: str = ""
) -> dict[str, Any]:
    found = {"name": name, "in": place, "required": required or place == "path", "schema": schema}
    return found | ({"description": said} if said else {})


NUMBER: Final = _parameter("path", "number", _text(40, pattern="^[A-Z]{2,5}-[0-9]{4}-[0-9]{1,9}$"))
KEY: Final = _parameter("header", "Idempotency-Key", _text(minLength=1, pattern="^[!-~]+$"), required=True)


def _operation(language: Language, name: str, what: Words, right: SystemRight | None, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - OpenAPI
    found = {"operationId": name, "summary": what.to(language), **more}
    if right is not None:
        found["description"] = _("Kräver rättigheten: ").to(language) + RIGHT_WORDS[right].to(language) + "."
    return found


def _body(schema: Mapping[str, Any], media: str = "application/json") -> dict[str, Any]:
    return {"required": True, "content": {media: {"schema": schema}}}


def _paths(language: Language) -> dict[str, Any]:
    def op(name: str, what: Words, right: SystemRight | None, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - OpenAPI
        return _operation(language, name, what, right, **more)

    sent_case = {"201": _sent("Case"), "200": _sent("Case"), **_answers(*SENT)}
    day = _text(10, format="date")
    asked_by_room = _("Lokalen, där nämnden frågar olika för olika lokaler.")
    page = {"type": "integer", "minimum": 1, "maximum": 999_999, "default": 1}
    return {
        "/openapi.json": {
            "get": op(
                "description",
                _("Den här beskrivningen"),
                None,
                security=[],
                responses={"200": _ok("OpenAPI 3.1", {"type": "object"})},
            )
        },
        "/forms": {
            "get": op(
                "forms",
                _("Formulären som kan skickas nu"),
                None,
                responses={"200": _ok("OK", _ref("Forms")), **_answers(*ALWAYS)},
            )
        },
        "/forms/{form_id}/schema": {
            "get": op(
                "schema",
                _("Svaren på ett formulär som JSON Schema"),
                None,
                parameters=[
                    _parameter("path", "form_id", _text(40, pattern="^(booking|[0-9]{1,9}([.][0-9]{1,9})?)$")),
                    _parameter("query", "room", _text(), said=asked_by_room.to(language)),
                ],
                responses={"200": _ok("OK", {"type": "object"}, "application/schema+json"), **_answers(*SEARCHED)},
            )
        },
        "/applications": {
            "post": op(
                "send_application",
                _("Skicka en ansökan"),
                SystemRight.APPLY,
                parameters=[KEY],
                requestBody=_body(_ref("Application")),
                responses=sent_case,
            )
        },
        "/bookings": {
            "post": op(
                "send_booking",
                _("Skicka en bokning"),
                SystemRight.BOOK,
                parameters=[KEY],
                requestBody=_body(_ref("Booking")),
                responses=sent_case,
            )
        },
        "/cases/{number}": {
            "get": op(
                "case",
                _("Hur det går för något som har skickats"),
                None,
                parameters=[NUMBER],
                responses={"200": _ok("OK", _ref("Case")), **_answers(*SEARCHED)},
            )
        },
        "/cases/{number}/answer": {
            "post": op(
                "take_answer",
                _("Hämta svaret på en bokning: ett ja är då lämnat"),
                SystemRight.BOOK,
                parameters=[NUMBER],
                responses={"200": _ok("OK", _ref("Case")), **_answers(*SEARCHED)},
            )
        },
        "/cases/{number}/documents": {
            "get": op(
                "papers",
                _("Handlingarna som har skickats"),
                None,
                parameters=[NUMBER],
                responses={"200": _ok("OK", _ref("Documents")), **_answers(*SEARCHED)},
            ),
            "post": op(
                "send_paper",
                _("Skicka en handling till det som har skickats, med samma rättighet"),
                None,
                parameters=[NUMBER, KEY],
                requestBody=_body(_ref("Paper"), "multipart/form-data"),
                responses={"201": _sent("Document"), "200": _sent("Document"), **_answers(*SENT)},
            ),
        },
        "/quick-checks": {
            "post": op(
                "ask_quick_check",
                _("Snabbkollens svar om en förening som vill boka"),
                SystemRight.QUICK_CHECK,
                requestBody=_body(_ref("QuickCheck")),
                responses={"200": _ok("OK", _ref("QuickCheckAnswer")), **_answers(*ALWAYS, 413, 422)},
            )
        },
        "/registers/{register_name}": {
            "get": op(
                "register",
                _("Ett register, en sida i taget"),
                SystemRight.REGISTERS,
                parameters=[
                    _parameter("path", "register_name", {"type": "string", "enum": [*RegisterName]}),
                    _parameter("query", "sheet", page, said=_("Registrets flik, den första är 1.").to(language)),
                    _parameter("query", "page", page, said=_("next_page i förra svaret.").to(language)),
                    _parameter("query", "from", day, said=_("Första dagen.").to(language)),
                    _parameter("query", "to", day, said=_("Sista dagen.").to(language)),
                    _parameter(
                        "query",
                        "by",
                        {"type": "string", "enum": [*RegisterDay]},
                        said=_("Dagen som registret går efter.").to(language),
                    ),
                    _parameter("query", "as_of", day, said=_("Läget den dagen, av pengar.").to(language)),
                    _parameter("query", "round", page, said=_("Omgångens nummer.").to(language)),
                    _parameter("query", "year", page, said=_("Budgetåret.").to(language)),
                    _parameter("query", "q", _text(), said=_("Det som raden ska innehålla.").to(language)),
                ],
                responses={"200": _ok("OK", _ref("RegisterPage")), **_answers(*SEARCHED, 422)},
            )
        },
    }


def _sent(name: str) -> dict[str, Any]:
    return _ok("OK", _ref(name))


def _object(required: tuple[str, ...], *, closed: bool = True, **properties: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON Schema
    found = {"type": "object", "required": list(required), "properties": properties}
    return found | ({"additionalProperties": False} if closed else {})


STRING: Final = {"type": "string"}
WHOLE: Final = {"type": "integer"}
DAY: Final = {"type": "string", "format": "date"}
KIND: Final = {"enum": ["grant", "booking"]}


def _list(items: Mapping[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON Schema
    return {"type": "array", "items": items, **more}


def _schemas(language: Language) -> dict[str, Any]:
    def said(what: Words, schema: Mapping[str, Any]) -> dict[str, Any]:
        return {"description": what.to(language), **schema}

    answers = said(_("Fråga och svar, efter formulärets schema."), {"type": "object", "additionalProperties": True})
    return _sent_schemas(said, answers) | _told_schemas(said)


def _sent_schemas(said: Callable[[Words, Mapping[str, Any]], dict[str, Any]], answers: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON Schema
    moment = said(_("Utan tidszon gäller svensk tid."), _text(40, format="date-time"))
    room = said(_("En av formulärets lokaler (rooms), om det har några."), _text(minLength=1))
    because = _("Varför det ska finnas två, när föreningen redan har sökt eller bokat detsamma.")
    kinds = _("Högst 10 MB: PDF, Word, Excel, OpenDocument, e-post, bild eller text.")
    paper_type = _("Den fråga i formuläret som handlingen svarar på, som statutes_document.")
    asked = _("Organisationsnummer eller namn, och det som är känt om evenemanget.")
    time = _object(("room", "starts_at"), room=room, starts_at=moment, ends_at=moment)
    return {
        "Application": _object(
            ("form", "answers"),
            form=said(_("Formulärets id."), _text(40, minLength=1)),
            answers=answers,
            doubled_because=said(because, _text()),
        ),
        "Booking": _object(
            ("times", "answers"),
            times=_list(time, minItems=1, maxItems=100),
            answers=answers,
            doubled_because=said(because, _text()),
        ),
        "Paper": _object(
            ("file",),
            file=said(kinds, {"type": "string", "format": "binary"}),
            type=said(paper_type, _text(60)),
            dated=_text(10, format="date"),
        ),
        "QuickCheck": said(asked, _object((), organisation_number=_text(), name=_text(), answers=answers)),
    }


def _told_schemas(said: Callable[[Words, Mapping[str, Any]], dict[str, Any]]) -> dict[str, Any]:
    rooms = _("Lokalerna som kan bokas; tom lista om vilken lokal som helst får skrivas.")
    reading = _("waiting: ännu inte läst av maskinen; read: läst; annars varför den inte gick att läsa.")
    pointer = _("JSON Pointer i det som skickades, eller fältets, parameterns eller filens namn.")
    states = _(
        "completion_requested: nämnden har bett om komplettering; comment_requested: föreningen kan yttra sig; "
        "decided: beslutet är skickat till föreningen."
    )
    outcomes = {"enum": [*(one.value for one in DecisionOutcome), None]}
    tone = said(
        _(
            "nothing_found: inget hinder i nämndens uppgifter; ask: fråga bokaren om det som saknas; look: låt en "
            "handläggare se efter; not_known: föreningen är inte känd, eller flera heter så."
        ),
        {"enum": list(TONES)},
    )
    document = _object(
        ("id", "name", "type", "sha256"),
        id=WHOLE,
        name=STRING,
        type=STRING,
        sha256=STRING,
        size=said(_("Antal byte."), WHOLE),
        reading=said(reading, STRING),
    )
    form = _object(
        ("id", "kind", "title", "schema"),
        id=STRING,
        kind=KIND,
        title=STRING,
        opens_on=DAY,
        closes_on=DAY,
        schema=said(_("Adressen till frågorna som JSON Schema, från serverns rot."), STRING),
        rooms=said(rooms, _list(STRING)),
    )
    error = _object(
        ("pointer", "detail", "remedy"),
        pointer=said(pointer, STRING),
        detail=said(_("Vad som är fel."), STRING),
        remedy=said(_("Vad som kan göras."), STRING),
    )
    column = _object(
        ("heading", "kind"),
        heading=said(_("På det språk som begärs; ordningen är densamma på alla språk."), STRING),
        kind=said(_("money är kronor."), {"enum": [*RegisterColumnKind]}),
    )
    return {
        "Problem": _object(
            ("type", "title", "status"),
            type=STRING,
            title=STRING,
            status=WHOLE,
            detail=said(_("Vad som kan göras."), STRING),
            errors=_list(error),
        ),
        "Forms": _object(("forms",), forms=_list(form)),
        "Case": _object(
            ("number", "kind", "received_on", "state"),
            number=STRING,
            kind=KIND,
            received_on=DAY,
            state=said(states, {"enum": list(STATES)}),
            outcome=said(_("Beslutets utfall, när det är skickat till föreningen."), outcomes),
            decided_on=DAY,
        ),
        "Document": document,
        "Documents": _object(("documents",), documents=_list(document)),
        "QuickCheckAnswer": _object(
            ("association", "event", "name", "matches"),
            association=tone,
            event=tone,
            name={"type": ["string", "null"]},
            matches=said(_("Hur många föreningar i registret det kan vara."), WHOLE),
        ),
        "RegisterPage": _object(
            ("register", "columns", "rows", "next_page", "totals"),
            register=STRING,
            columns=_list(column),
            rows={"type": "array", "items": {"type": "array"}},
            next_page={"type": ["integer", "null"]},
            totals=said(
                _("Kronor betalt, planerat, sent och stoppat, där det är bidrag."),
                {"type": ["object", "null"]},
            ),
        ),
    }
