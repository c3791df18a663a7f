"""The quick check at the counter or on the phone: asked, answered with what is stated, kept, taken further."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from flask import Blueprint, make_response, render_template, request, url_for

from vetting.associations.services.visibility import LEFT_TO_OTHERS
from vetting.boards.models.people import Board
from vetting.bookings.domain.room_bookings import no_room, parse_clock, room_time, wrong_with_clock, wrong_with_clocks
from vetting.bookings.pages.bookings import posted_use
from vetting.bookings.services import room_bookings
from vetting.bookings.services.room_bookings import BookingSeries
from vetting.cases.forms.facts import FactForm, read_form
from vetting.cases.pages.case_wording import looks_in_words
from vetting.cases.pages.cases import board_rules, facts_by_level
from vetting.engine.asked_facts import ALWAYS
from vetting.engine.facts import FactLevel
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.organisation_numbers import NumberKind
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import Role
from vetting.kernel.text import AND, NO_WORDS, _, list_words
from vetting.office.domain.quick_checks import (
    FOUR_QUESTIONS,
    age_in_words,
    counter_words,
    facts_to_ask,
    question_to_association,
    reply_by,
)
from vetting.office.services import quick_checks as service
from vetting.web import visitor
from vetting.web.errors import STATUS
from vetting.web.view_moves import (
    KEY,
    in_transaction,
    posted_text,
    posted_whole_number,
    redirect_after_post,
    rules_in_use,
)
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flask import Response

    from vetting.boards.models.people import Room
    from vetting.cases.forms.facts import FactField
    from vetting.engine.facts import FactDefinition
    from vetting.engine.ruleset import RuleSet
    from vetting.office.services.quick_checks import QuickCheckResult

blueprint = Blueprint("quick_checks", __name__)
BESIDE: Final = ("event_starts_at",)
"""Asked beside the questions, as is the room."""
NEW: Final = (*ALWAYS, "booker_is_private")
"""What is said of somebody who is not in the register."""


@blueprint.get("/snabbkoll")
def show() -> Response | str:
    """One box, and the answer with its reasons."""
    return _render_check(request.args, FactForm(), ())


@blueprint.post("/snabbkoll")
def ask() -> Response:
    """The same with what is said of the event; nothing is kept."""
    form = _form()
    problems = _unreadable(form)
    return make_response(_render_check(request.form, form, problems), STATUS[Obstacle.INVALID] if problems else 200)


@blueprint.post("/snabbkoll/spara")
def keep() -> Response:
    """Keeps the answer for thirty days."""
    form = _form()
    problems = _unreadable(form)
    if not problems:
        kind = _kind(request.form)
        key = posted_whole_number("val") or 0
        try:
            in_transaction(
                lambda s: service.keep_quick_check(
                    s, key, kind, form.facts, rules=rules_in_use(), by=visitor.signed_in_person(), at=visitor.now()
                )
            )
            return redirect_after_post(url_for("quick_checks.show"))
        except Refused as refused:
            if not refused.problems:
                raise
            problems = refused.problems
    return make_response(_render_check(request.form, form, problems), STATUS[Obstacle.INVALID])


@blueprint.post("/snabbkoll/vidare")
def take() -> Response:
    """Makes a booking of it; somebody who is not in the register is added."""
    form = _form(*NEW)
    problems = _unreadable(form)
    status = STATUS[Obstacle.INVALID]
    series: BookingSeries | None = None
    if _rooms():
        series, unread = _time_of_room()
        problems += unread
    if not problems:
        uses = (posted_use(),)
        try:
            case = in_transaction(
                lambda s: service.book_from_quick_check(
                    s,
                    form.facts,
                    uses,
                    rules=rules_in_use(),
                    by=visitor.signed_in_person(),
                    at=visitor.now(),
                    series=series,
                )
            )
            return redirect_after_post(url_for("cases.show", number=case.number))
        except Refused as refused:
            if refused.obstacle not in {Obstacle.INVALID, Obstacle.STALE}:
                raise
            status = STATUS[refused.obstacle]
            problems = tuple(
                Problem(_field(problem.where), problem.what, problem.remedy) for problem in refused.problems
            )
    return make_response(_render_check(request.form, form, problems), status)


def _field(where: str) -> str:
    """The field of the page that a refused place is: a fact's, or one beside the facts."""
    return where if where in {"room_id", "until_clock"} else f"f-{where}"


def _rooms() -> Sequence[Room]:
    """The rooms to choose among, where they are booked here."""
    with reading_session() as session:
        board = session.get_one(Board, visitor.signed_in_person().board_id)
        return room_bookings.rooms(session, board.id) if room_bookings.has_own_bookings(board) else ()


def _time_of_room() -> tuple[BookingSeries | None, tuple[Problem, ...]]:
    """The room and the time that were chosen, or what is lacking of them."""
    room, starts = posted_whole_number("room_id"), posted_use().starts_at
    problems = []
    if room is None:
        problems.append(no_room())
    if starts is None:
        problems.append(Problem("f-event_starts_at", _("Tiden saknas."), _("Skriv när arrangemanget börjar.")))
    try:
        until = parse_clock(posted_text("until_clock"))
    except ValueError:
        problems.append(wrong_with_clock("until_clock"))
    else:
        if starts is not None:
            found = wrong_with_clocks(starts.date(), starts.time(), until, visitor.today(), noted=False)
            problems += [replace(one, where="f-event_starts_at") if one.where == "day" else one for one in found]
    if room is None or starts is None or problems:
        return None, tuple(problems)
    return BookingSeries(room_id=room, uses=(room_time(starts.date(), starts.time(), until),)), ()


def _form(*more: str) -> FactForm:
    return read_form(_definitions(board_rules(CaseKind.BOOKING), *more), request.form)


def _definitions(ruleset: RuleSet | None, *more: str) -> list[FactDefinition]:
    """The questions of every event, what the rules ask of one besides, and some more."""
    catalogue = ruleset.catalogue if ruleset else rules_in_use().folder.book.catalogue
    by_rules = [item.id for item in facts_by_level(ruleset, CaseKind.BOOKING).get(FactLevel.EVENT, ())]
    names = dict.fromkeys((*more, *FOUR_QUESTIONS, *BESIDE, *by_rules))
    return [catalogue[name] for name in names if name in catalogue]


def _unreadable(form: FactForm) -> tuple[Problem, ...]:
    return form.problems


def _kind(given: Mapping[str, str]) -> CaseKind:
    if visitor.signed_in_person().sees_bookings_only:
        return CaseKind.BOOKING
    if given.get("typ") in {"bidrag", "bokning"}:
        return CaseKind.GRANT if given["typ"] == "bidrag" else CaseKind.BOOKING
    return CaseKind.BOOKING if Role.PREMISES in visitor.signed_in_person().roles else CaseKind.GRANT


def _at_desk(given: Mapping[str, str]) -> bool:
    """Whether the answers are those of the counter: always for who sees to bookings only, else as they choose."""
    if visitor.signed_in_person().sees_bookings_only:
        return True
    return (
        given["disk"] == "1" if given.get("disk") in {"0", "1"} else Role.PREMISES in visitor.signed_in_person().roles
    )


def _render_check(given: Mapping[str, str], form: FactForm, problems: tuple[Problem, ...]) -> str:
    person = visitor.signed_in_person()
    kind, desk = _kind(given), _at_desk(given)
    wanted, chosen = given.get("q", ""), given.get("val", "")
    found: QuickCheckResult | None = None
    with reading_session() as session:
        board = session.get(Board, person.board_id)
        if wanted.strip():
            found = service.quick_check(
                session,
                wanted,
                kind=kind,
                chosen=int(chosen) if KEY.fullmatch(chosen) else None,
                rules=rules_in_use(),
                by=person,
                at=visitor.now(),
                stated=form.facts,
            )
        own_checks = service.own_quick_checks(session, by=person, at=visitor.now()) if found is None else ()
    starts = form.facts.values.get("event_starts_at")
    answer_by = reply_by(visitor.today(), starts.date() if isinstance(starts, datetime) else None)
    fresh = found is not None and given.get("ny") == "1"
    fields = form.asked or _blank(found)
    return render_template(
        "office/quick_checks/show.html",
        found=found,
        fresh=fresh,
        about=found.about if found else None,
        own_checks=own_checks,
        kind=kind,
        desk=desk,
        at_counter=person.sees_bookings_only,
        left_to_others=LEFT_TO_OTHERS,
        problems=problems,
        fields=fields,
        questions=[*FOUR_QUESTIONS, *_besides(found, fields)],
        typed=request.form,
        numbers=NumberKind,
        counter_words=lambda proposal: counter_words(proposal, answer_by),
        question=question_to_association(found.screening, answer_by) if found and found.screening else NO_WORDS,
        looked=_last_look(found),
        contact=board.contact if board else "",
        rooms=_rooms(),
    )


def _blank(found: QuickCheckResult | None) -> dict[str, FactField]:
    """Empty fields, with what was searched for in the name or number of somebody new."""
    if found is None:
        return {}
    given = {"f-booker_is_private": "ja"}
    if found.number is not NumberKind.PERSONAL:
        numbered = found.number is NumberKind.ORGANISATION
        given = {"f-organisation_number" if numbered else "f-name_in_application": found.wanted}
    ruleset = found.screening.ruleset if found.screening and found.screening.kind is CaseKind.BOOKING else None
    return read_form(_definitions(ruleset, *NEW), given).asked


def _besides(found: QuickCheckResult | None, fields: Mapping[str, FactField]) -> list[str]:
    """What the rules ask of the event beside the questions of every event, and what has been said of it."""
    screening = found.screening if found else None
    wanted = set(facts_to_ask(screening)) if screening else set()
    shown = {*FOUR_QUESTIONS, *BESIDE, *NEW}
    return [name for name, item in fields.items() if name not in shown and (name in wanted or item.typed)]


def _last_look(found: QuickCheckResult | None) -> tuple[object, object] | None:
    """(how old the last look is, what was looked at), where anybody has looked."""
    about = found.about if found else None
    if about is None or about.looked_on is None:
        return None
    names = list_words(dict.fromkeys(looks_in_words(name, None) for name in about.looked_at), AND)
    return age_in_words(about.looked_on, visitor.today()), names
