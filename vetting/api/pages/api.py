"""The interface for other systems: by token, never by cookie; JSON in and out, problems as RFC 9457."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec

from flask import Blueprint, Response, request, url_for

from vetting.api.domain.answer_schemas import read_answers, schema_of_form
from vetting.api.domain.descriptions import describe
from vetting.api.domain.public_states import public_result
from vetting.api.domain.rights import SystemRight
from vetting.api.forms import SentPaperForm
from vetting.api.services import sending
from vetting.api.services.systems import find_system, seconds_to_wait
from vetting.bookings import hand_over_one, quick_check
from vetting.engine.screening import BookingPart
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import HERE, InvalidDayError, parse_day
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.problem import Obstacle, Problem, Refused, TooEarlyError
from vetting.kernel.register_days import chosen_day, refuse_as_of, refuse_of_round
from vetting.kernel.register_tables import REGISTER_WORDS, RegisterColumnKind, RegisterName
from vetting.kernel.store.acting import Acting
from vetting.kernel.store.session import ReadingSession, open_reading, run_in_transaction
from vetting.kernel.text import _
from vetting.people.domain.sealed_reads import ReadKind
from vetting.records import note_read
from vetting.registers import RegisterSelection, register_pages
from vetting.rules import own_ruleset
from vetting.web import visitor
from vetting.web.errors import OBSTACLE_WORDS
from vetting.web.preferences import visitor_language
from vetting.web.problems import problem_response
from vetting.web.translation import gettext
from vetting.web.view_helpers import posted_form
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from vetting.api.services.systems import KnownSystem
    from vetting.casework.models.cases import Case
    from vetting.kernel.register_tables import Cell
    from vetting.kernel.store.session import WritingSession

P = ParamSpec("P")
blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
BEARER: Final = "Bearer "
LONGEST_NUMBER: Final = 20
ORE: Final = 100
"""To a krona."""
OFTEN: Final = _("Systemet har frågat för ofta.")


def for_system(
    right: SystemRight | None,
) -> Callable[[Callable[Concatenate[KnownSystem, P], Response]], Callable[P, Response]]:
    """A view that a system with a right may ask; with any right at all where none is named."""

    def guarded(view: Callable[Concatenate[KnownSystem, P], Response]) -> Callable[P, Response]:
        @wraps(view)
        def answered(*given: P.args, **named: P.kwargs) -> Response:
            said = request.headers.get("Authorization", "")
            secret = said.removeprefix(BEARER) if said.startswith(BEARER) else ""
            with reading_session() as session:
                system = find_system(session, secret, on=visitor.today())
            if system is None:
                return problem_response(
                    HTTPStatus.UNAUTHORIZED,
                    gettext("Nyckeln saknas, har gått ut eller är avslutad."),
                    remedy=gettext("Skicka en nyckel som gäller som Authorization: Bearer. Nämnden ger en ny."),
                )
            wait = seconds_to_wait(visitor.database(), system, at=visitor.now())
            if wait:
                raise TooEarlyError(wait, Problem("", OFTEN, OBSTACLE_WORDS[Obstacle.WAIT][1]))
            if right is not None:
                _require_right(system, right)
            return view(system, *given, **named)

        return answered

    return guarded


def _acting(system: KnownSystem, right: SystemRight) -> Acting:
    return Acting(system.acting(right), visitor.now())


def _reading(system: KnownSystem, right: SystemRight) -> AbstractContextManager[ReadingSession]:
    return open_reading(visitor.database(), _acting(system, right))


def _require_right(system: KnownSystem, right: SystemRight) -> None:
    """Refuses what the token gives no right to, or not yet."""
    if right in system.waiting:
        what = _("Rätten väntar på att en andra person i nämnden säger ja.")
        raise Refused(Obstacle.FORBIDDEN, Problem("", what, _("Be nämnden godkänna nyckeln på sidan Andra system.")))
    if right not in system.rights:
        raise Refused(Obstacle.FORBIDDEN)


def _json(body: Any, status: int = HTTPStatus.OK, **headers: str) -> Response:  # noqa: ANN401 - JSON
    text = json.dumps(body, ensure_ascii=False, default=_plain)
    return Response(text, status=status, content_type="application/json", headers=headers)


def _plain(value: object) -> Any:  # noqa: ANN401 - JSON
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _object_sent(*names: str) -> dict[str, Any]:
    """The object that was sent, with these fields and no others.

    Raises:
        Refused: it is no JSON, or another object.
    """
    try:
        found = json.loads(request.get_data(), parse_float=_decimal, parse_int=_whole, parse_constant=_refuse_constant)
        kept = json.dumps(found, ensure_ascii=False, default=str).encode()  # half a sign cannot be encoded
        if b"\\u0000" in kept:
            raise ValueError
    except (ValueError, ArithmeticError, RecursionError):
        what = _("Det är ingen JSON, eller har tal eller tecken som inte tas emot.")
        remedy = _("Skicka ett objekt som application/json i UTF-8.")
        raise Refused(Obstacle.UNREADABLE, Problem("", what, remedy)) from None
    if not isinstance(found, dict):
        raise _wrong("", _("Det ska vara ett objekt."), _("Skicka det som beskrivningen säger."))
    for name in found:
        if name not in names:
            what = _("Fältet ”{name}” finns inte.", name=mask_personal_numbers(name)[:60])
            raise _wrong(f"/{mask_personal_numbers(name)[:60]}", what, _("Skicka det som beskrivningen säger."))
    return found


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _decimal(text: str) -> Decimal:
    """A number of a size that somebody means: to make whole one with a large exponent would never end."""
    if len(text) > LONGEST_NUMBER:
        raise ValueError(text[:LONGEST_NUMBER])
    found = Decimal(text)
    if not -LONGEST_NUMBER < found.adjusted() < LONGEST_NUMBER:
        raise ValueError(text)
    return found


def _whole(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise ValueError(text[:LONGEST_NUMBER])
    return int(text)


def _wrong(where: str, what: Any, remedy: Any) -> Refused:  # noqa: ANN401 - words
    return Refused(Obstacle.INVALID, Problem(where, what, remedy))


def _text(found: dict[str, Any], name: str) -> str:
    said = found.get(name, "")
    if not isinstance(said, str) or len(said) > 200:  # noqa: PLR2004 - signs of a name
        raise _wrong(f"/{name}", _("Det ska vara en text."), _("Skicka det som beskrivningen säger."))
    return said


def _needed_text(found: dict[str, Any], name: str) -> str:
    said = _text(found, name).strip()
    if not said:
        raise _wrong(f"/{name}", _("Fältet ”{name}” saknas.", name=name), _("Skicka det som beskrivningen säger."))
    return said


def _answers(found: dict[str, Any], *, is_needed: bool = True) -> dict[str, Any]:
    said = found.get("answers", {} if not is_needed else None)
    if not isinstance(said, dict):
        raise _wrong("/answers", _("Det ska vara ett objekt."), _("Skicka svaren efter formulärets schema."))
    return said


@blueprint.get("/openapi.json")
def description() -> Response:
    """What there is to ask, for whoever builds against it."""
    return _json(describe(visitor_language(), request.script_root))


@blueprint.get("/forms")
@for_system(None)
def forms(system: KnownSystem) -> Response:
    """The forms that can be sent now."""
    found: list[dict[str, Any]] = []
    if SystemRight.APPLY in system.rights:
        with _reading(system, SystemRight.APPLY) as session:
            found += [
                {
                    "id": form.id,
                    "kind": CaseKind.GRANT.value,
                    "title": form.title.to(visitor_language()),
                    "opens_on": form.into.opens_on,
                    "closes_on": form.into.closes_on,
                    "schema": url_for("api.schema", form_id=form.id),
                }
                for form in sending.open_forms(session, visitor.today())
            ]
    if SystemRight.BOOK in system.rights:
        name = sending.BOOKING_FORM
        with _reading(system, SystemRight.BOOK) as session:
            found.append(
                {
                    "id": name,
                    "kind": CaseKind.BOOKING.value,
                    "title": gettext("Bokning"),
                    "schema": url_for("api.schema", form_id=name),
                    "rooms": list(sending.rooms_of(session)),
                }
            )
    return _json({"forms": found})


@blueprint.get("/forms/<form_id>/schema")
@for_system(None)
def schema(system: KnownSystem, form_id: str) -> Response:
    """The answers of a form as JSON Schema."""
    language, on = visitor_language(), visitor.today()
    is_booking = form_id == sending.BOOKING_FORM
    right = SystemRight.BOOK if is_booking else SystemRight.APPLY
    if right not in system.rights:
        raise Refused(Obstacle.FORBIDDEN)
    with _reading(system, right) as session:
        if is_booking:
            room = request.args.get("room", "")[:200]
            rooms = sending.rooms_of(session)
            if room and rooms and room not in rooms:
                what = _("Nämnden har ingen lokal som heter så.")
                raise Refused(Obstacle.MISSING, Problem("room", what, _("Hämta listan över formulär.")))
            title, own = _("Bokning"), sending.rules_of_room(session, room, on)
        else:
            form = sending.form_of(session, form_id, on)
            title, own = form.title, own_ruleset(session, form.scheme, on=on)
        kind = CaseKind.BOOKING if is_booking else CaseKind.GRANT
        facts = sending.questions_of(session, kind, on=on, own=own)
    found = schema_of_form(url_for("api.schema", form_id=form_id), title, facts, language)
    return Response(json.dumps(found, ensure_ascii=False), content_type="application/schema+json")


def _take_in(
    system: KnownSystem,
    right: SystemRight,
    sent: sending.SentKey,
    act: Callable[[WritingSession], tuple[Case, dict[str, Any]]],
) -> Response:
    """Does what was sent once, and says where to ask how it goes."""
    answer, before = run_in_transaction(
        visitor.database(),
        lambda session: sending.once(session, system, sent, lambda: act(session)),
        _acting(system, right),
        boards=[system.board_id],
    )
    status = HTTPStatus.OK if before else HTTPStatus.CREATED
    headers = {"Location": url_for("api.case", number=answer["number"])} if "number" in answer else {}
    return _json(answer, status, **headers)


def _key(*parts: bytes) -> sending.SentKey:
    return sending.sent_key(request.headers.get("Idempotency-Key", ""), request.path.encode(), *parts)


@blueprint.post("/applications")
@for_system(SystemRight.APPLY)
def send_application(system: KnownSystem) -> Response:
    """An application by the form of a round."""
    sent, found = _key(request.get_data()), _object_sent("form", "answers", "doubled_because")
    name, answers, because = _needed_text(found, "form"), _answers(found), _text(found, "doubled_because").strip()
    return _take_in(
        system,
        SystemRight.APPLY,
        sent,
        lambda session: sending.receive_application(session, name, answers, doubled_because=because),
    )


@blueprint.post("/bookings")
@for_system(SystemRight.BOOK)
def send_booking(system: KnownSystem) -> Response:
    """A booking of a room."""
    sent, found = _key(request.get_data()), _object_sent("times", "answers", "doubled_because")
    times, answers, because = _times(found), _answers(found), _text(found, "doubled_because").strip()
    return _take_in(
        system,
        SystemRight.BOOK,
        sent,
        lambda session: sending.receive_booking(session, times, answers, doubled_because=because),
    )


def _times(found: dict[str, Any]) -> Sequence[sending.SentTime]:
    said = found.get("times")
    if not isinstance(said, list) or not 1 <= len(said) <= sending.MOST_TIMES:
        what = _("Det ska vara en lista med 1 till {most} tider.", most=sending.MOST_TIMES)
        raise _wrong("/times", what, _("Skicka lokal, början och slut för varje tid."))
    times = []
    for place, item in enumerate(said):
        at = f"/times/{place}"
        if not isinstance(item, dict) or not item.keys() <= {"room", "starts_at", "ends_at"}:
            raise _wrong(at, _("Det är ingen tid."), _("Skicka lokal, början och slut för varje tid."))
        room, starts = _text(item, "room").strip(), _moment(item.get("starts_at"), f"{at}/starts_at")
        ends = None if item.get("ends_at") is None else _moment(item["ends_at"], f"{at}/ends_at")
        if not room:
            raise _wrong(f"{at}/room", _("Lokalen saknas."), _("Skriv vad lokalen heter."))
        if ends is not None and ends <= starts:
            raise _wrong(f"{at}/ends_at", _("Tiden slutar innan den börjar."), _("Rätta början eller slut."))
        times.append(sending.SentTime(room=room, starts_at=starts, ends_at=ends))
    return times


_END_OF_DAY: Final = re.compile(r"(\d{4}-\d{2}-\d{2}T)24(:00(?::00(?:\.0+)?)?(?:Z|[+-]\d{2}:?\d{2})?)", re.ASCII)


def _read_moment(said: str) -> datetime:
    """A moment; 24:00 ends its day (ISO 8601)."""
    ends = _END_OF_DAY.fullmatch(said)
    return (
        datetime.fromisoformat(ends[1] + "00" + ends[2]) + timedelta(days=1) if ends else datetime.fromisoformat(said)
    )


def _moment(said: object, where: str) -> datetime:
    try:
        moment = _read_moment(said) if isinstance(said, str) else None
        if moment is not None and date(2000, 1, 1) <= moment.date() <= date(2100, 1, 1):
            return moment if moment.tzinfo is not None else moment.replace(tzinfo=HERE)
    except (ValueError, OverflowError):
        pass
    raise _wrong(where, _("Det är ingen tidpunkt."), _("Skriv den så här: 2026-03-15T18:00+01:00."))


@blueprint.get("/cases/<number>")
@for_system(None)
def case(system: KnownSystem, number: str) -> Response:
    """Where a case stands that this system has sent."""
    with reading_session() as session:
        found = sending.sent_case(session, system, number)
        return _json(sending.state_of(session, found))


@blueprint.post("/cases/<number>/answer")
@for_system(SystemRight.BOOK)
def take_answer(system: KnownSystem, number: str) -> Response:
    """The booking system takes the yes to a booking that it has sent; the same as often as it asks."""

    def work(session: WritingSession) -> dict[str, Any]:
        found = sending.sent_case(session, system, number)
        hand_over_one(session, found)
        return sending.state_of(session, found)

    return _json(
        run_in_transaction(visitor.database(), work, _acting(system, SystemRight.BOOK), boards=[system.board_id])
    )


@blueprint.get("/cases/<number>/documents")
@for_system(None)
def papers(system: KnownSystem, number: str) -> Response:
    """The papers that have come in a case that this system has sent."""
    with reading_session() as session:
        return _json({"documents": sending.papers_of(session, system, sending.sent_case(session, system, number))})


@blueprint.post("/cases/<number>/documents")
@for_system(None)
def send_paper(system: KnownSystem, number: str) -> Response:
    """A paper that belongs to what the system sent: multipart/form-data with `file`, `type` and `dated`."""
    with reading_session() as session:
        right = sending.right_for(sending.sent_case(session, system, number))
    _require_right(system, right)
    form = posted_form(SentPaperForm)
    if not form.validate():
        raise Refused(Obstacle.INVALID, *form.problems)
    paper = form.document(visitor.today())
    sent = _key(paper.content, paper.name.encode(), paper.type.encode(), str(paper.dated).encode())
    return _take_in(
        system,
        right,
        sent,
        lambda session: sending.add_paper(session, sending.sent_case(session, system, number), paper),
    )


def _day_of(said: str, where: str) -> date | None:
    try:
        return parse_day(said) if said else None
    except InvalidDayError:
        raise _wrong(where, _("Det är inget datum."), _("Skriv datumet så här: 2026-03-15.")) from None


@blueprint.post("/quick-checks")
@for_system(SystemRight.QUICK_CHECK)
def ask_quick_check(system: KnownSystem) -> Response:
    """What the board's records and rules say of an association that wants to book; nothing is kept."""
    found = _object_sent("organisation_number", "name", "answers")
    number = _text(found, "organisation_number").strip()
    wanted = number or _needed_text(found, "name")
    on = visitor.today()
    with _reading(system, SystemRight.QUICK_CHECK) as session:
        facts = sending.questions_of(session, CaseKind.BOOKING, on=on)
        read = read_answers(facts, _answers(found, is_needed=False), at="/answers", on=on)
        who = read_answers(facts, {"organisation_number": number} if number else {}, at="", on=on)
        if who.problems or read.problems:
            raise Refused(Obstacle.INVALID, *who.problems, *read.problems)
        checked = quick_check(session, wanted, kind=CaseKind.BOOKING, chosen=None, stated=read.facts())
        parts = checked.parts if checked.association is not None else {}
        return _json(
            {
                "association": public_result(parts.get(BookingPart.ASSOCIATION)),
                "event": public_result(parts.get(BookingPart.EVENT)),
                "name": checked.association.name if checked.association is not None else None,
                "matches": len(checked.matches),
            }
        )


@blueprint.get("/registers/<register_name>")
@for_system(SystemRight.REGISTERS)
def register(system: KnownSystem, register_name: str) -> Response:
    """A page of a register: its columns and rows, as on the screen."""
    if register_name not in list(RegisterName):
        raise Refused(Obstacle.MISSING)
    name, by = RegisterName(register_name), system.acting(SystemRight.REGISTERS)
    as_of = _day_of(request.args.get("as_of", ""), "as_of")
    refuse_as_of(name, as_of, visitor.today(), "as_of")
    of_round, year = (_number(asked) if request.args.get(asked) else None for asked in ("round", "year"))
    refuse_of_round(name, "round", of_round, year)
    selection = RegisterSelection(
        as_of=as_of,
        round_id=of_round,
        year=year,
        by=chosen_day(name, request.args.get("by", ""), "by"),
        first=_day_of(request.args.get("from", ""), "from"),
        last=_day_of(request.args.get("to", ""), "to"),
        text=mask_personal_numbers(request.args.get("q", "").strip())[:120],
        on=visitor.today(),
    )
    language = visitor_language()
    with _reading(system, SystemRight.REGISTERS) as session:
        pages = register_pages(
            session, name, selection, sheet=_number("sheet"), page=_number("page"), language=language
        )
        if not pages:
            raise Refused(Obstacle.MISSING)
        page = next(iter(pages.values()))
        columns = [{"heading": one.heading.to(language), "kind": one.kind.value} for one in page.table.columns]
        money = [one.kind is RegisterColumnKind.MONEY for one in page.table.columns]
        rows = [
            [in_kronor(cell) if is_money else cell for cell, is_money in zip(line, money, strict=True)]
            for part in page.table.parts
            for line in part
        ]
    note_read(visitor.database(), ReadKind.EXPORT, register_name, by=by, at=visitor.now())
    told = {"register": REGISTER_WORDS[name].to(language), "columns": columns, "rows": rows}
    parts = page.money.parts if page.money is not None else None
    totals = {code: in_kronor(amount) for code, _name, amount in parts} if parts is not None else None
    return _json(told | {"next_page": page.following, "totals": totals})


def in_kronor(cell: Cell) -> Cell:
    """Money is whole öre here and kronor outside, as its heading says and as applications are sent."""
    if not isinstance(cell, int):
        return cell
    return cell // ORE if cell % ORE == 0 else cell / ORE


def _number(name: str) -> int:
    said = request.args.get(name, "1")
    if not (said.isascii() and said.isdigit() and 1 <= len(said) <= 6 and int(said)):  # noqa: PLR2004 - digits
        raise _wrong(name, _("Det ska vara ett heltal."), _("Skriv ett tal från 1."))
    return int(said)
