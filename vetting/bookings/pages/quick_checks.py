"""The quick check at the counter or on the phone: asked, answered with what is stated, kept, taken further."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from flask import Blueprint, make_response, render_template, request, url_for

from vetting.associations.domain.name_differences import differ_in_rings
from vetting.bookings.domain.quick_checks import (
    FOUR_QUESTIONS,
    age_in_words,
    association_words,
    counter_words,
    facts_to_ask,
    question_to_association,
    reply_by,
)
from vetting.bookings.forms import QuickCheckForm
from vetting.bookings.services import quick_checks as service
from vetting.bookings.services import room_bookings
from vetting.bookings.services.room_bookings import requested_time
from vetting.casework import RECUSED_PROBLEM, looked_at_in_words
from vetting.engine.facts import FactLevel
from vetting.engine.form_facts import ALWAYS, asked_facts
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.organisation_numbers import NumberKind
from vetting.kernel.problem import Obstacle
from vetting.kernel.roles import Role
from vetting.kernel.text import AND, NO_WORDS, list_words, same_in_both
from vetting.people.domain.personal_data import RetentionKind, retention_days
from vetting.people.models.people import Board
from vetting.rules import current_rules, rules_in_use
from vetting.web import visitor
from vetting.web.errors import STATUS
from vetting.web.fact_forms import fact_form, read_form
from vetting.web.view_helpers import act_by_form, posted_form
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flask import Response

    from vetting.bookings.services.quick_checks import QuickCheckResult
    from vetting.engine.facts import FactDefinition
    from vetting.engine.ruleset import RuleSet
    from vetting.kernel.store.session import Session
    from vetting.people.models.people import Room
    from vetting.web.fact_forms import FactField

blueprint = Blueprint("quick_checks", __name__)
BESIDE: Final = ("event_starts_at",)
"""Asked beside the questions, as is the room."""
NEW: Final = (*ALWAYS, "booker_is_private")
"""What is said of somebody who is not in the register."""


@blueprint.get("/snabbkoll")
def show() -> Response | str:
    return _render_check(QuickCheckForm(request.args))


@blueprint.post("/snabbkoll")
def ask() -> Response:
    """The same with what is said of the event; nothing is kept."""
    form = _form()
    return make_response(_render_check(form), 200 if form.validate() else STATUS[Obstacle.INVALID])


@blueprint.post("/snabbkoll/spara")
def keep() -> Response:
    """Keeps the answer for thirty days."""
    form = _form()
    return act_by_form(
        form,
        lambda s: service.keep_quick_check(s, form.val.key, _kind(form), form.facts),
        onto=url_for("quick_checks.show"),
        again=_render_check,
    )


@blueprint.post("/snabbkoll/vidare")
def take() -> Response:
    """Makes a booking of it; somebody who is not in the register is added."""
    form, rooms = _form(*NEW), _rooms()
    return act_by_form(
        form,
        lambda s: service.book_from_quick_check(
            s,
            form.facts,
            (requested_time(form.facts, form.room.data, until=form.until_clock.data),),
            series=form.series(visitor.today()) if rooms else None,
        ),
        onto=lambda case: url_for("cases.show", number=case.number),
        again=_render_check,
    )


def _rooms() -> Sequence[Room]:
    """The rooms to choose among, where they are booked here."""
    with reading_session() as session:
        board = session.get_one(Board, visitor.signed_in_person().board_id)
        return room_bookings.rooms(session, board.id) if room_bookings.has_own_bookings(board) else ()


def _form(*more: str) -> QuickCheckForm:
    with reading_session() as session:
        ruleset = current_rules(session, CaseKind.BOOKING, on=visitor.today())
    return posted_form(fact_form(_definitions(ruleset, *more), QuickCheckForm))


def _definitions(ruleset: RuleSet | None, *more: str) -> list[FactDefinition]:
    """The questions of every event, what the rules ask of one besides, and some more."""
    catalogue = ruleset.catalogue if ruleset else rules_in_use().folder.book.catalogue
    asked = asked_facts(ruleset, CaseKind.BOOKING) if ruleset else {}
    by_rules = [item.id for item in asked.get(FactLevel.EVENT, ())]
    names = dict.fromkeys((*more, *FOUR_QUESTIONS, *BESIDE, *by_rules))
    return [catalogue[name] for name in names if name in catalogue]


def _kind(form: QuickCheckForm) -> CaseKind:
    if visitor.signed_in_person().sees_bookings_only:
        return CaseKind.BOOKING
    if form.typ.data in {"bidrag", "bokning"}:
        return CaseKind.GRANT if form.typ.data == "bidrag" else CaseKind.BOOKING
    return CaseKind.BOOKING if Role.PREMISES in visitor.signed_in_person().roles else CaseKind.GRANT


def _at_desk(form: QuickCheckForm) -> bool:
    """Whether the answers are those of the counter: always for who sees to bookings only, else as they choose."""
    if visitor.signed_in_person().sees_bookings_only:
        return True
    return form.disk.data == "1" if form.disk.data in {"0", "1"} else Role.PREMISES in visitor.signed_in_person().roles


def _render_check(form: QuickCheckForm) -> str:
    person = visitor.signed_in_person()
    kind, desk = _kind(form), _at_desk(form)
    found: QuickCheckResult | None = None
    with reading_session() as session:
        board = session.get_one(Board, person.board_id)
        if form.q.data:
            found = service.quick_check(session, form.q.data, kind=kind, chosen=form.val.data, stated=form.facts)
            found = _opened_hit(session, found, form, kind)
        own_checks = service.own_quick_checks(session) if found is None else ()
    starts = form.facts.values.get("event_starts_at")
    answer_by = reply_by(visitor.today(), starts.date() if isinstance(starts, datetime) else None)
    fresh = found is not None and form.ny.data == "1"
    fields = {**_blank(found), **form.asked}
    rooms = _rooms()
    form.room_id.options = {room.id: same_in_both(room.name) for room in rooms}
    return render_template(
        "bookings/quick_checks/show.html",
        found=found,
        fresh=fresh,
        about=found.about if found else None,
        own_checks=own_checks,
        retention_days=retention_days(board.retention, RetentionKind.CHECKS),
        kind=kind,
        desk=desk,
        at_counter=person.sees_bookings_only,
        left_to_others=RECUSED_PROBLEM,
        form=form,
        fields=fields,
        questions=[*FOUR_QUESTIONS, *_besides(found, fields)],
        numbers=NumberKind,
        counter_words=lambda proposal: counter_words(proposal, answer_by),
        association_words=lambda proposal: association_words(proposal, answer_by),
        question=question_to_association(found.screening, answer_by) if found and found.screening else NO_WORDS,
        looked=_last_look(found),
        contact=board.coordinator,
        rooms=rooms,
    )


def _opened_hit(session: Session, found: QuickCheckResult, form: QuickCheckForm, kind: CaseKind) -> QuickCheckResult:
    """One hit is opened, not asked about; the page says what it is called where something else was typed.

    A name that differs in å, ä or ö is another name, and is asked about.
    """
    if found.association is not None or len(found.matches) != 1 or form.ny.data == "1":
        return found
    if differ_in_rings(found.wanted, found.matches[0].name):
        return found
    return service.quick_check(
        session, form.q.data, kind=kind, chosen=found.matches[0].association.id, stated=form.facts
    )


def _blank(found: QuickCheckResult | None) -> dict[str, FactField]:
    """Empty fields, with what was searched for in the name or number of somebody new; who that is, nobody has said.

    A number that is wrong stands there to be corrected; a personal number is kept nowhere.
    """
    if found is None:
        return {}
    given = {}
    if found.number in {None, NumberKind.NOT_A_NUMBER}:
        given = {"f-name_in_application": found.wanted} if any(map(str.isalpha, found.wanted)) else {}
    elif found.number is not NumberKind.PERSONAL:
        given = {"f-organisation_number": found.wanted}
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
    catalogue = rules_in_use().folder.book.catalogue
    names = list_words(dict.fromkeys(looked_at_in_words(name, catalogue) for name in about.looked_at), AND)
    return age_in_words(about.looked_on, visitor.today()), names
