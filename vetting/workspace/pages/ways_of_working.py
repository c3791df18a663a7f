"""How the board works: the steps of a case with their gates in plain words; and where it is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from flask import Blueprint, render_template, url_for

from vetting import people, records
from vetting import rules as service
from vetting.casework.domain.gate_table import HELD_ELSEWHERE
from vetting.engine.facts import FactType
from vetting.kernel.roles import ROLE_WORDS, Action
from vetting.people.domain.gate_order import gates_by_step
from vetting.people.domain.reads import routine_of
from vetting.people.domain.separations import SEPARATED_ACTS
from vetting.people.domain.ways_of_working import LIMIT_WORDS, WAITS, BoardLimit, is_waiting, limit_of, mark_of
from vetting.people.models.people import names_of
from vetting.rules import rules_in_use, settings_of_board
from vetting.web import visitor
from vetting.web.forms import AnswerForm, WishAnswerForm
from vetting.web.page_actions import SinglePageActions
from vetting.web.view_helpers import act_by_form, posted_form
from vetting.web.visitor import reading_session
from vetting.workspace.forms.settings import (
    AccountForm,
    CoordinatorForm,
    CourtForm,
    DemandForm,
    FormsOfOrder,
    GateForm,
    HabitsForm,
    LimitsForm,
    PapersForm,
    WayForm,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flask import Response

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import WritingSession
    from vetting.kernel.text import Words
    from vetting.rules import Rules
    from vetting.web.forms import PostedForm

blueprint = Blueprint("ways_of_working", __name__)


class OrderBasis(TypedDict):
    """By which rules, by whom and when the order of a board is changed."""

    rules: Rules
    by: Person
    at: datetime


@blueprint.get(
    "/ordning",
)
def show() -> str:
    """The board's order, for everybody who works in it."""
    return _render_order()


def _render_order(refused: PostedForm | None = None) -> str:
    with reading_session() as session:
        order = settings_of_board(session, visitor.signed_in_person().board_id, on=visitor.today())
        changes = records.recent_changes(session, rules_in_use().folder.book.gates, on=visitor.today())
        joins = order.board.habits.get(WAITS, {})
        wishes = (*order.board.gates.values(), *joins.values(), order.board.pay_to_asked)
        asked = [own for own in wishes if is_waiting(own)]
        askers = names_of(session, {int(own["asked_by"]) for own in asked})
    return render_template(
        "workspace/ways_of_working/show.html",
        askers=askers,
        joins=joins,
        mark_of=mark_of,
        order=order,
        steps=gates_by_step(order.gates),
        refused=refused,
        forms=FormsOfOrder(refused, order),
        may_change=visitor.signed_in_person().may(Action.MANAGE_BOARD),
        may_agree=lambda own: people.may_agree(visitor.signed_in_person(), own.get("asked_by"), None),
        me=visitor.signed_in_person().id,
        limit_words=LIMIT_WORDS,
        separated=SEPARATED_ACTS,
        role_words=ROLE_WORDS,
        papers=_papers(),
        paper_routine=routine_of(order.board.papers, order.way),
        held_by=HELD_ELSEWHERE,
        changes=changes,
        watches=bool(visitor.signed_in_person().roles & records.WATCHES),
        limits={limit: limit_of(order.board.limits, limit) for limit in BoardLimit},
    )


def _act_on_order(form: PostedForm, work: Callable[[WritingSession], object]) -> Response:
    return act_by_form(form, work, onto=url_for("ways_of_working.show"), again=_render_order)


order_actions = SinglePageActions(
    blueprint,
    page=_render_order,
    onto=lambda: url_for("ways_of_working.show"),
)
order_actions.add(
    "set_way", "/ordning/arbetssatt", WayForm, lambda s, form: service.set_way(s, form.command()), key="way"
)


@blueprint.post("/ordning/sparr/<gate_id>")
def set_gate(gate_id: str) -> Response:
    """One gate on, off, or as the way of working has it; and its legal basis here."""
    form = posted_form(GateForm, key=gate_id)

    def work(s: WritingSession) -> None:
        found = service.set_gate(s, gate_id, form.legal.data, on=form.is_on, because=form.because.data)
        if found.gates[gate_id].waits:
            form.tell_waiting()

    return _act_on_order(form, work)


@blueprint.post("/ordning/sparr/<gate_id>/svar")
def answer_gate(gate_id: str) -> Response:
    """The second person's yes or no to switching a gate off."""
    form = posted_form(WishAnswerForm)
    return _act_on_order(form, lambda s: service.answer_gate(s, gate_id, yes=form.is_yes, seen=form.seen.data or ""))


@blueprint.post("/ordning/vanor")
def set_habits() -> Response:
    """The board's habits, all at once."""
    form = posted_form(HabitsForm, key="habits")

    def work(s: WritingSession) -> None:
        found = service.set_habits(s, form.command(), because=form.because.data)
        if found.habits - form.command():
            form.tell_waiting()

    return _act_on_order(form, work)


@blueprint.post("/ordning/vanor/<habit_name>/svar")
def answer_habit(habit_name: str) -> Response:
    """The second person's yes or no to letting one person do both of a pair."""
    form = posted_form(AnswerForm)
    return _act_on_order(form, lambda s: service.answer_habit(s, habit_name, yes=form.is_yes))


order_actions.add(
    "demand_factor",
    "/ordning/tva-steg",
    DemandForm,
    lambda s, form: people.demand_factor(s, form.command()),
    key="factor",
)
order_actions.add(
    "set_papers",
    "/ordning/handlingar",
    PapersForm,
    lambda s, form: service.set_papers(s, form.always.data, form.one_in.data),
    key="papers",
)


def _papers() -> dict[str, Words]:
    """The types of papers there are, by fact."""
    catalogue = rules_in_use().folder.book.catalogue.values()
    return {fact.id: fact.label for fact in catalogue if fact.type is FactType.DOCUMENT}


order_actions.add(
    "set_court", "/ordning/domstol", CourtForm, lambda s, form: service.set_court(s, form.court.data), key="court"
)
order_actions.add(
    "set_coordinator",
    "/ordning/samordnare",
    CoordinatorForm,
    lambda s, form: service.set_coordinator(s, form.who.data, form.telephone.data, form.email.data),
    key="coordinator",
)


@blueprint.post("/ordning/konto")
def set_pay_to() -> Response:
    """Where money that is asked back is paid."""
    form = posted_form(AccountForm, key="account")

    def work(s: WritingSession) -> None:
        if is_waiting(service.set_pay_to(s, form.pay_to.data).board.pay_to_asked):
            form.tell_waiting()

    return _act_on_order(form, work)


order_actions.add(
    "answer_pay_to",
    "/ordning/konto/svar",
    WishAnswerForm,
    lambda s, form: service.answer_pay_to(s, yes=form.is_yes, seen=form.seen.data or ""),
)
order_actions.add(
    "set_limits", "/ordning/tider", LimitsForm, lambda s, form: service.set_limits(s, form.command()), key="limit"
)
